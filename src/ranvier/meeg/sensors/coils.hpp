#pragma once

#include <vector>

#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/recording/points.hpp"

/// Pick-up coils of MEG: of what loops they are made, and where those lie.
namespace ranvier::meeg {

/// Coils that have no name in kinds.hpp, by FIFF's number.
namespace coil {
inline constexpr CoilType neuromag_122 = unnamed<CoilType>(2), vv_planar_t4 = unnamed<CoilType>(3015),
                          vv_mag_t4 = unnamed<CoilType>(3025), magnes_mag = unnamed<CoilType>(4001),
                          magnes_grad = unnamed<CoilType>(4002), magnes_ref_mag = unnamed<CoilType>(4003),
                          magnes_ref_grad = unnamed<CoilType>(4004), magnes_offdiag_grad = unnamed<CoilType>(4005),
                          ctf_grad = unnamed<CoilType>(5001), ctf_ref_mag = unnamed<CoilType>(5002),
                          ctf_ref_grad = unnamed<CoilType>(5003), ctf_offdiag_grad = unnamed<CoilType>(5004),
                          kit_grad = unnamed<CoilType>(6001), kit_ref_mag = unnamed<CoilType>(6002);
}  // namespace coil

/// How finely a coil's area is sampled.
enum class CoilAccuracy { point, normal, accurate };
enum class CoilClass { magnetometer, axial_gradiometer, planar_gradiometer };

/// A coil in its own coordinates: it measures the sum of weight · B_z over its points.
struct CoilShape {
    struct Spot {
        double weight;  // [1], or [1/m] of planar gradiometers
        Point r;        // [m]
    };
    CoilClass kind = CoilClass::magnetometer;
    double size = 0;      // [m]
    double baseline = 0;  // [m], 0 for magnetometers
    std::vector<Spot> spots;
};

/// @throws InvalidInput  a coil that is not in the table
/// @source  geometry of the makers' coils as in MNE's coil definitions (version of 2021-05-15); quadratures of squares
///          and circles: Abramowitz & Stegun 25.4.61 and 25.4.62
CoilShape coil_shape(CoilType type, CoilAccuracy accuracy = CoilAccuracy::accurate);

/// FIFF's number of a coil of the table; of one without a name, its own.
int coil_number(CoilType type);

/// The points of many coils: those of coil k are [first[k], first[k + 1]).
struct CoilSet {
    std::vector<Point> places;   // [m]
    std::vector<Point> normals;  ///< direction that is measured times weight
    std::vector<index> first{0};
    index size() const { return static_cast<index>(first.size()) - 1; }
    void add(const CoilShape& shape, const std::array<double, 12>& loc);
};

/// The coils of some channels, in the coordinates that the channels' places have (of the device).
/// @throws InvalidInput  a channel without place or with a coil that is not in the table
CoilSet coils_of(const Info& info, const std::vector<index>& picks, CoilAccuracy accuracy = CoilAccuracy::accurate);

/// The coils in the coordinates to which a transform leads.
CoilSet moved(const CoilSet& coils, const Transform& transform);

}  // namespace ranvier::meeg
