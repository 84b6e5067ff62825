#include "ranvier/meeg/sensors/colocated.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

std::vector<std::vector<index>> colocated(const Info& info, const std::vector<index>& picks) {
    constexpr double same = 1e-10;  // [m]
    const auto channel = [&](index row) -> const Channel& {
        return info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(row)])];
    };
    // How far along the radius a coil looks, both in head coordinates where they are known.
    const auto radial = [&](index row) {
        const Channel& coil = channel(row);
        const Point at = coil.position(), ahead{at[0] + coil.loc[9], at[1] + coil.loc[10], at[2] + coil.loc[11]};
        const Point from = info.dev_head_t ? applied(*info.dev_head_t, at) : at;
        const Point to = info.dev_head_t ? applied(*info.dev_head_t, ahead) : ahead;
        const double size = norm(from);
        return size > 0 ? std::abs(dot(from, {to[0] - from[0], to[1] - from[1], to[2] - from[2]})) / size : 0.0;
    };
    std::vector<std::vector<index>> groups;
    for (index row = 0; row < std::ssize(picks); ++row) {
        const Point at = channel(row).position();
        const auto group = std::ranges::find_if(groups, [&](const std::vector<index>& rows) {
            const Point other = channel(rows.front()).position();
            return norm({at[0] - other[0], at[1] - other[1], at[2] - other[2]}) < same;
        });
        if (group == groups.end()) {
            groups.push_back({row});
        } else {
            group->push_back(row);
        }
    }
    for (std::vector<index>& rows : groups) {
        const auto most = std::ranges::max_element(rows, {}, radial);
        std::rotate(rows.begin(), most, most + 1);
    }
    return groups;
}

}  // namespace ranvier::meeg
