#pragma once

#include <span>
#include <vector>

#include "ranvier/numerics/iir.hpp"

namespace ranvier::numerics {

/// A cascade's numerator and denominator, in falling powers; their degree is that of the filter.
struct TransferFunction {
    std::vector<double> b, a;
};
TransferFunction transfer_function(std::span<const Section> sections);

/// Magnitude of the frequency response. @param f  [Hz]
double amplitude_at(std::span<const double> h, double f, double sfreq);
double amplitude_at(std::span<const Section> sections, double f, double sfreq);

}  // namespace ranvier::numerics
