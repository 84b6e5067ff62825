#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void EventTimes::add(const std::string& name, double time) {
    const auto [place, added] = places_.emplace(name, groups.size());
    if (added) {
        groups.push_back({name, {}});
    }
    groups[place->second].second.push_back(time);
}

void add_events(Page& page, const std::string& title, const EventTimes& times, std::optional<double> start,
                std::optional<double> end, const std::string& unit) {
    require(!times.groups.empty(), "a section of events needs at least one");
    Json groups = Json::array();
    double first = INFINITY, last = -INFINITY;
    for (const auto& [name, at] : times.groups) {
        const auto [least, greatest] = std::ranges::minmax(at);
        first = std::min(first, least);
        last = std::max(last, greatest);
        groups.push_back({{"name", name}, {"times", at}});
    }
    require(std::isfinite(first) && std::isfinite(last), "times of events must be finite");
    page.content().add_section(
        "events", title,
        {{"unit", unit}, {"start", start.value_or(first)}, {"end", end.value_or(last)}, {"groups", groups}});
}

}  // namespace ranvier::report
