#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_html(Page& page, const std::string& title, const std::string& html) {
    page.content().add_section("html", title, {{"html", html}});
}

}  // namespace ranvier::report
