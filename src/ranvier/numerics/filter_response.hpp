#pragma once

#include <complex>
#include <span>
#include <vector>

#include "ranvier/numerics/iir.hpp"

namespace ranvier::numerics {

/// A cascade's numerator and denominator, in falling powers; their degree is that of the filter.
struct TransferFunction {
    std::vector<double> b, a;
};
TransferFunction transfer_function(std::span<const Section> sections);

/// A section's transfer function where one sample's delay is `back` = 1/z.
template <class Real>
std::complex<Real> transfer(const Section& s, std::complex<Real> back) {
    return (Real(s[0]) + back * (Real(s[1]) + back * Real(s[2]))) /
           (Real(s[3]) + back * (Real(s[4]) + back * Real(s[5])));
}

/// Magnitude of the frequency response. @param f  [Hz]
double amplitude_at(std::span<const double> h, double f, double sfreq);
double amplitude_at(std::span<const Section> sections, double f, double sfreq);

}  // namespace ranvier::numerics
