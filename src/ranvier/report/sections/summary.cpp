#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_summary(Page& page, const std::string& title, const std::string& text, const provenance::NamedValues& items) {
    Json list = Json::array();
    for (const auto& [label, value] : items) {
        list.push_back({{"label", label}, {"value", value}});
    }
    page.content().add_section("summary", title, {{"text", text}, {"items", list}});
}

}  // namespace ranvier::report
