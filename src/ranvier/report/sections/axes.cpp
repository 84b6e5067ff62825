#include "ranvier/report/sections/axes.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/meeg/recording/display.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::report {

Json channels_json(const meeg::Info& info) { return channels_json(info, meeg::pick_all(info)); }

Json channels_json(const meeg::Info& info, const std::vector<index>& picks) {
    const Array<double, 2> places = meeg::layout_positions(info, picks);
    Json list = Json::array();
    for (index k = 0; k < std::ssize(picks); ++k) {
        const index at = picks[static_cast<std::size_t>(k)];
        const meeg::Channel& channel = info.channels[static_cast<std::size_t>(at)];
        Json position = nullptr;
        if (std::isfinite(places(k, 0)) && std::isfinite(places(k, 1))) {
            position = {std::round(places(k, 0) * 1e4) / 1e4, std::round(places(k, 1) * 1e4) / 1e4};
        }
        list.push_back({{"name", channel.name},
                        {"type", std::string(meeg::name(channel.type()))},
                        {"unit", std::string(meeg::unit_symbol(channel))},
                        {"bad", meeg::is_bad(info, at)},
                        {"position", position}});
        if (const double half_range = meeg::display(channel.type()).half_range; half_range > 0) {
            list.back()["half_range"] = half_range;
        }
    }
    return list;
}

double largest_size(std::span<const double> x) {
    double largest = 0;
    for (const double v : x) {
        largest = std::isfinite(v) ? std::max(largest, std::abs(v)) : largest;
    }
    return largest;
}

Json time_json(std::span<const double> times) {
    const double span = times.empty() ? 0 : times.back() - times.front();
    return {{"start", times.empty() ? 0 : times.front()},
            {"step", times.size() > 1 ? span / static_cast<double>(times.size() - 1) : 1e-3},  // of one sample: any
            {"n", times.size()}};
}

bool same_channels(const meeg::Info& a, const meeg::Info& b) {
    return meeg::channel_names(a) == meeg::channel_names(b);
}

}  // namespace ranvier::report
