#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_run(Page& page, const std::string& title, const provenance::RunRecord& run) {
    page.content().add_section("run", title, provenance::json(run));
}

}  // namespace ranvier::report
