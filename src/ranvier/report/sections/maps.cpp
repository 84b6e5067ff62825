#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

void add_maps(Page& page, const std::string& title, const meeg::Info& info, const std::vector<ChannelMap>& maps,
              const Array<double, 2>& patterns, bool judged) {
    require(!maps.empty() && patterns.extent(0) == std::ssize(maps) && patterns.extent(1) == info.n_channels(), [&] {
        return "maps need a pattern each, with a value for each of the " + text_of(info.n_channels()) +
               " channels; got " + text_of(patterns.extent(0)) + " × " + text_of(patterns.extent(1)) + " values for " +
               text_of(maps.size()) + " maps";
    });
    Json list = Json::array();
    // Each map has its own range, so that single precision holds whatever the patterns' units are.
    Array<double, 2> relative(patterns.extents());
    std::vector<double> scales;
    for (index k = 0; k < patterns.extent(0); ++k) {
        const double largest = largest_size(patterns.view().row(k));
        scales.push_back(largest > 0 ? largest : 1);
        for (index c = 0; c < patterns.extent(1); ++c) {
            relative(k, c) = patterns(k, c) / scales.back();
        }
        const ChannelMap& map = maps[static_cast<std::size_t>(k)];
        list.push_back({{"name", map.name}, {"note", map.note}, {"excluded", map.excluded}});
    }
    Json data = page.content().array(relative);
    data["scale"] = scales;
    page.content().add_section("maps", title,
                               {{"channels", channels_json(info)}, {"maps", list}, {"judged", judged}, {"data", data}});
}

}  // namespace ranvier::report
