#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

namespace {

/// "V²/Hz", "(T/m)²/Hz", "1/Hz"
std::string density_unit(std::string_view unit) {
    if (unit.empty()) {
        return "1/Hz";
    }
    const bool compound = unit.find('/') != std::string_view::npos;
    return (compound ? "(" + std::string(unit) + ")" : std::string(unit)) + "²/Hz";
}

Array<double, 2> mean_over_epochs(const Array<double, 3>& data) {
    const index epochs = data.extent(0), rows = data.extent(1), n = data.extent(2);
    Array<double, 2> mean({rows, n});
    for (index e = 0; e < epochs; ++e) {
        for (index k = 0; k < rows; ++k) {
            for (index f = 0; f < n; ++f) {
                mean(k, f) += data(e, k, f) / static_cast<double>(epochs);
            }
        }
    }
    return mean;
}

}  // namespace

void add_spectrum(Page& page, const std::string& title, const Conditions<meeg::Spectrum>& conditions) {
    Json list = conditions_json(
        conditions, "spectra", "channels and frequencies",
        [](const meeg::Spectrum& a, const meeg::Spectrum& b) {
            return same_channels(a.info, b.info) && a.freqs == b.freqs;
        },
        [&](const meeg::Spectrum& spectrum) {
            return Json::object({{"data", page.content().array(mean_over_epochs(spectrum.data))}});
        });
    const meeg::Spectrum& first = conditions.front().second;
    const std::string_view unit =
        first.info.channels.empty() ? std::string_view() : meeg::unit_symbol(first.info.channels.front());
    page.content().add_section("spectrum", title,
                               {{"channels", channels_json(first.info)},
                                {"freqs", first.freqs},
                                {"unit", density_unit(unit)},
                                {"conditions", std::move(list)}});
}

}  // namespace ranvier::report
