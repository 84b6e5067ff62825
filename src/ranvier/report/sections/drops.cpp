#include <algorithm>
#include <map>

#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_drops(Page& page, const std::string& title, const std::vector<std::vector<std::string>>& drop_log) {
    std::map<std::string, index> counts;
    index given = 0, dropped = 0;
    for (const auto& reasons : drop_log) {
        // What nobody asked for was not dropped.
        if (std::ranges::find(reasons, "IGNORED") != reasons.end()) {
            continue;
        }
        ++given;
        dropped += reasons.empty() ? 0 : 1;
        for (const std::string& reason : reasons) {
            ++counts[reason];
        }
    }
    std::vector<std::pair<std::string, index>> sorted(counts.begin(), counts.end());
    std::ranges::stable_sort(sorted, std::greater{}, [](const auto& c) { return c.second; });
    Json reasons = Json::array();
    for (const auto& [reason, count] : sorted) {
        reasons.push_back({{"reason", reason}, {"count", count}});
    }
    page.content().add_section("drops", title, {{"given", given}, {"dropped", dropped}, {"reasons", reasons}});
}

}  // namespace ranvier::report
