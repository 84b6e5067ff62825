#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_drops(Page& page, const std::string& title, const std::vector<std::vector<std::string>>& drop_log) {
    const meeg::Drops drops = meeg::count_drops(drop_log);
    Json reasons = Json::array();
    for (const auto& [reason, count] : drops.reasons) {
        reasons.push_back({{"reason", reason}, {"count", count}});
    }
    page.content().add_section("drops", title,
                               {{"given", drops.given}, {"dropped", drops.dropped}, {"reasons", reasons}});
}

}  // namespace ranvier::report
