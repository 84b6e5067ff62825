#pragma once

#include <cstdint>

#include "ranvier/compile/mathematics/lanes.hpp"
#include "ranvier/compile/mathematics/trig.hpp"

namespace ranvier::compile {

/// Replaces what belongs to each a[i] ≥ mathematics::cody_waite_limit by its angle from the nearest multiple of π/2 and
/// the number of that multiple, modulo 4. Interpreter and machine code both call this.
///
/// @source  Payne & Hanek 1983, doi:10.1145/1057600.1057602
extern "C" void ranvier_payne_hanek(const double* a, double* high, double* low, std::uint64_t* quadrant,
                                    std::int64_t count) noexcept;

inline void payne_hanek_reduction(Lane<double> a, LaneBoolean far, mathematics::Quadrant<Lane<double>>& result) {
    if (far.v) {
        ranvier_payne_hanek(&a.v, &result.angle.high.v, &result.angle.low.v, &result.quadrant.v, 1);
    }
}

}  // namespace ranvier::compile
