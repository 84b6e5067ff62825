#include "ranvier/meeg/recording/display.hpp"
#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

namespace {

Array<double, 2> mean_over_epochs(const Array<double, 3>& data) {
    Array<double, 2> mean({data.extent(1), data.extent(2)});
    for (index k = 0; k < data.size(); ++k) {
        mean.data()[k % mean.size()] += data.data()[k] / static_cast<double>(data.extent(0));
    }
    return mean;
}

}  // namespace

void add_spectrum(Page& page, const std::string& title, const Conditions<meeg::Spectrum>& conditions,
                  const std::string& method) {
    Json list = conditions_json(
        conditions, "spectra", "channels and frequencies",
        [](const meeg::Spectrum& a, const meeg::Spectrum& b) {
            return same_channels(a.info, b.info) && a.freqs == b.freqs;
        },
        [&](const meeg::Spectrum& spectrum) {
            return Json::object({{"data", page.content().array(mean_over_epochs(spectrum.data))}});
        });
    const meeg::Spectrum& first = conditions.front().second;
    Json units = Json::array();
    for (const auto& channel : first.info.channels) {
        units.push_back(meeg::density_unit(std::string(meeg::unit_symbol(channel))));
    }
    page.content().add_section("spectrum", title,
                               {{"channels", channels_json(first.info)},
                                {"freqs", first.freqs},
                                {"units", units},
                                {"method", method},
                                {"conditions", std::move(list)}});
}

}  // namespace ranvier::report
