#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_code(Page& page, const std::string& title, const std::string& code, const std::string& language) {
    page.content().add_section("code", title, {{"code", code}, {"language", language}});
}

}  // namespace ranvier::report
