#pragma once

#include <complex>
#include <vector>

#include "ranvier/numerics/iir_design.hpp"

namespace ranvier::numerics {

/// A filter as gain · Π(s − zero) / Π(s − pole).
struct ZerosPolesGain {
    std::vector<std::complex<double>> zeros, poles;
    double gain = 1;
};

/// What the filter makes of a constant: its value at s = 0.
double gain_at_zero(const ZerosPolesGain& filter);

/// The analogue low-pass of a design, with edge 1.
/// @source  Orfanidis, Lecture Notes on Elliptic Filter Design, 2006 (chebyshev, elliptic); Thomson 1949 (bessel)
ZerosPolesGain prototype(const IirDesign& design);

}  // namespace ranvier::numerics
