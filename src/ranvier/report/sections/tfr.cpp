#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

void add_tfr(Page& page, const std::string& title, const Conditions<meeg::AverageTfr>& conditions,
             const std::string& unit, const std::string& baseline, const std::optional<FirstView>& first_view) {
    Json list = conditions_json(
        conditions, "time-frequency images", "their axes",
        [](const meeg::AverageTfr& a, const meeg::AverageTfr& b) {
            return same_channels(a.info, b.info) && a.data.extents() == b.data.extents() && a.freqs == b.freqs &&
                   a.times == b.times;
        },
        [&](const meeg::AverageTfr& tfr) {
            return Json::object({{"data", page.content().array(tfr.data)}});
        });
    const meeg::AverageTfr& first = conditions.front().second;
    Json fields{{"channels", channels_json(first.info)},
                {"freqs", first.freqs},
                {"time", time_json(first.times)},
                {"unit", unit},
                {"baseline", baseline},
                {"conditions", std::move(list)}};
    if (first_view) {
        fields["first_view"] = {{"channel", first_view->channel},
                                {"freqs", {first_view->fmin, first_view->fmax}},
                                {"times", {first_view->tmin, first_view->tmax}}};
    }
    page.content().add_section("tfr", title, fields);
}

}  // namespace ranvier::report
