#include "ranvier/meeg/sensors/adjacency.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/delaunay.hpp"

namespace ranvier::meeg {

std::vector<std::pair<index, index>> neighbours(const Info& info, const std::vector<index>& picks) {
    const HeadSphere usual{{0, 0, 0}, 0.095};
    const Array<double, 2> laid_out = layout_positions(info, picks, usual);
    std::vector<std::array<double, 2>> places;
    std::vector<std::vector<index>> at;  // who is at each place
    for (index k = 0; k < laid_out.extent(0); ++k) {
        const std::array<double, 2> place{laid_out(k, 0), laid_out(k, 1)};
        require(std::isfinite(place[0]) && std::isfinite(place[1]), [&] {
            return "neighbours are those of channels with places; '" +
                   info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name +
                   "' has none: set a montage, or leave it out";
        });
        const auto same = std::find_if(places.begin(), places.end(), [&](const auto& other) {
            return std::hypot(other[0] - place[0], other[1] - place[1]) < 1e-6;  // in head radii
        });
        if (same == places.end()) {
            places.push_back(place);
            at.push_back({k});
        } else {
            at[static_cast<std::size_t>(same - places.begin())].push_back(k);
        }
    }
    std::set<std::pair<index, index>> pairs;
    const auto join = [&](const std::vector<index>& some, const std::vector<index>& others) {
        for (const index a : some) {
            for (const index b : others) {
                if (a != b) {
                    pairs.insert(std::minmax(a, b));
                }
            }
        }
    };
    for (const auto& here : at) {
        join(here, here);
    }
    for (const auto& corners : numerics::delaunay_triangles(places)) {
        for (std::size_t k = 0; k < 3; ++k) {
            join(at[corners[k]], at[corners[(k + 1) % 3]]);
        }
    }
    return {pairs.begin(), pairs.end()};
}

}  // namespace ranvier::meeg
