#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

void add_evoked(Page& page, const std::string& title, const Conditions<meeg::Evoked>& conditions) {
    Json list = conditions_json(
        conditions, "averages", "channels and times",
        [](const meeg::Evoked& a, const meeg::Evoked& b) {
            return same_channels(a.info, b.info) && a.data.extents() == b.data.extents() && a.first == b.first;
        },
        [&](const meeg::Evoked& evoked) -> Json {
            return {{"nave", evoked.nave}, {"data", page.content().array(evoked.data)}};
        });
    const meeg::Evoked& first = conditions.front().second;
    page.content().add_section(
        "evoked", title,
        {{"channels", channels_json(first.info)}, {"time", time_json(first.times())}, {"conditions", std::move(list)}});
}

}  // namespace ranvier::report
