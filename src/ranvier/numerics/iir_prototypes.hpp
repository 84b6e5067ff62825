#pragma once

#include <complex>
#include <vector>

#include "ranvier/numerics/iir_design.hpp"

namespace ranvier::numerics {

/// Roots of steep filters lie so near to each other and to the edge that double would move the edge.
using Real = long double;
using Complex = std::complex<Real>;

/// A filter as gain · Π(s − zero) / Π(s − pole).
struct ZerosPolesGain {
    std::vector<Complex> zeros, poles;
    Real gain = 1;
};

/// What the filter makes of a constant: its value at s = 0.
Real gain_at_zero(const ZerosPolesGain& filter);

/// K(k), the complete elliptic integral of the first kind, from √(1 − k²).
Real complete_integral(Real complement);

/// The analogue low-pass of a design, with edge 1.
/// @source  Orfanidis, Lecture Notes on Elliptic Filter Design, 2006 (chebyshev, elliptic); Thomson 1949 (bessel)
ZerosPolesGain prototype(const IirDesign& design);

}  // namespace ranvier::numerics
