#pragma once

#include <complex>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// Morlet wavelets ±5 σ long, σ = n_cycles / (2π f), zero mean, real part of unit L2 norm times 1/√2 each
/// (‖w‖ = √2). One vector per frequency, odd lengths. @source  Tallon-Baudry et al. 1997, doi:10.1523/JNEUROSCI.17-02-00722.1997
std::vector<std::vector<std::complex<double>>> morlet(double sfreq, std::span<const double> freqs,
                                                      std::span<const double> n_cycles, bool zero_mean = true);

/// Power and inter-trial coherence averaged over the first axis, or power of each row.
/// "same"-size convolution, every `decim`-th sample. Where a coefficient is 0 its phase is undefined and adds 0.
/// @param x      shape (epochs, channels, times)
/// @param power  shape (channels, freqs, times'), @param itc the same or empty
void morlet_average(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets, index decim,
                    View<double, 3> power, View<double, 3> itc);
/// @param power  shape (epochs, channels, freqs, times')
void morlet_power(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets, index decim,
                  View<double, 4> power);

}  // namespace ranvier::numerics
