#include "ranvier/meeg/maxwell/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"

namespace ranvier::meeg {

namespace {

/// The directions of a loc, ex, ey, ez, brought to length 1.
std::array<Point, 3> axes_of(const std::array<double, 12>& loc) {
    std::array<Point, 3> axes;
    for (std::size_t k = 0; k < 3; ++k) {
        const Point axis{loc[3 + 3 * k], loc[4 + 3 * k], loc[5 + 3 * k]};
        axes[k] = scaled(axis, 1 / norm(axis));
    }
    return axes;
}

}  // namespace

std::string without_spaces(const std::string& name) {
    std::string out = name;
    std::erase(out, ' ');
    return out;
}

CrossTalk cross_talk_of(std::vector<std::string> names, std::vector<CrossTalk::Entry> entries) {
    const index n = std::ssize(names);
    for (const CrossTalk::Entry& e : entries) {
        require(e.row >= 0 && e.row < n && e.column >= 0 && e.column < n, [&] {
            return "a cross-talk matrix must have a row and a column for each of its " + text_of(n) +
                   " ch_names, no more; it has a number in row " + text_of(e.row) + ", column " + text_of(e.column);
        });
        require(std::isfinite(e.value), [&] {
            return "a cross-talk matrix must hold finite numbers; that of channels '" +
                   names[static_cast<std::size_t>(e.row)] + "' and '" + names[static_cast<std::size_t>(e.column)] +
                   "' is " + text_of(e.value);
        });
    }
    const auto place = [](const CrossTalk::Entry& e) { return std::pair(e.row, e.column); };
    std::ranges::stable_sort(entries, {}, place);
    CrossTalk out{std::move(names), {}, {}};
    for (const CrossTalk::Entry& e : entries) {
        if (!out.entries.empty() && place(out.entries.back()) == place(e)) {
            out.entries.back().value += e.value;
        } else {
            out.entries.push_back(e);
        }
    }
    return out;
}

std::vector<std::size_t> entries_of(const FineCalibration& calibration, const Info& info,
                                    const std::vector<index>& picks) {
    std::map<std::string, std::size_t> at;
    for (std::size_t k = 0; k < calibration.names.size(); ++k) {
        at.emplace(without_spaces(calibration.names[k]), k);
    }
    std::vector<std::size_t> entries;
    std::vector<std::string> missing;
    for (const index k : picks) {
        const std::string name = without_spaces(info.channels[static_cast<std::size_t>(k)].name);
        const auto found = at.find(name);
        if (found == at.end()) {
            missing.push_back(name);
        } else {
            entries.push_back(found->second);
        }
    }
    if (!missing.empty()) {
        throw Conflict("every MEG channel must be in the fine calibration; it lacks " + joined(missing) +
                       ": is it that of this system?");
    }
    std::vector<std::string> names;
    for (const Channel& channel : info.channels) {
        names.push_back(without_spaces(channel.name));
    }
    std::vector<std::string> unknown;
    for (const auto& [name, k] : at) {
        if (std::ranges::find(names, name) == names.end()) {
            unknown.push_back(name);
        }
    }
    if (!unknown.empty()) {
        warn("the fine calibration is also about channels that the recording lacks: " + joined(unknown));
    }
    return entries;
}

void check_entry(const FineCalibration& given, std::size_t entry, bool magnetometer) {
    const auto rule = [&](bool holds, const char* what, double value) {
        require(holds, "a fine calibration must have ", what, "; that of channel '", given.names[entry], "' has ",
                value);
    };
    for (const double x : given.numbers[entry]) {
        rule(std::isfinite(x) && !(magnetometer && x == 0),
             magnetometer ? "gains that are finite and not 0" : "imbalances that are finite", x);
    }
    for (std::size_t k = 3; k < 12; k += 3) {
        const auto& loc = given.locs[entry];
        const double length = norm({loc[k], loc[k + 1], loc[k + 2]});
        rule(std::isfinite(length) && length > 0, "directions of a length that is finite and not 0", length);
    }
}

CoilSet points_along(index direction, const std::vector<std::array<double, 12>>& locs) {
    CoilSet points;
    for (std::array<double, 12> loc : locs) {
        if (direction < 2) {  // where z was, there is x, or y
            std::swap_ranges(loc.begin() + 3 + 3 * direction, loc.begin() + 6 + 3 * direction, loc.begin() + 9);
        }
        points.add(coil_shape(CoilType::point_magnetometer), loc);
    }
    return points;
}

TurnedCoil turned(const std::array<double, 12>& channel, const std::array<double, 12>& calibrated) {
    const auto before = axes_of(channel);
    auto after = axes_of(calibrated);
    TurnedCoil out{channel, calibrated, 0};
    if (std::max(std::abs(dot(after[2], after[0])), std::abs(dot(after[2], after[1]))) > 1e-5) {
        const Rotation turn = rotation_between(before[2], after[2]);
        for (std::size_t k = 0; k < 3; ++k) {
            after[k] = rotated(turn, before[k]);
            after[k] = scaled(after[k], 1 / norm(after[k]));
        }
        for (std::size_t k = 0; k < 2; ++k) {
            std::ranges::copy(after[k], out.calibrated.begin() + 3 + 3 * static_cast<index>(k));
        }
    }
    for (std::size_t k = 0; k < 3; ++k) {
        std::ranges::copy(after[k], out.loc.begin() + 3 + 3 * static_cast<index>(k));
    }
    out.angle = std::acos(std::clamp(dot(after[2], before[2]), -1.0, 1.0));
    return out;
}

}  // namespace ranvier::meeg
