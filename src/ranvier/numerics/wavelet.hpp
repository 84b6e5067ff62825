#pragma once

#include <complex>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// Morlet wavelets, of odd length, reaching 5 σ on either side of their centre:
///
///   w(t) ∝ (e^{2πift} − κ) e^{−t²/2σ²},   σ = n_cycles / (2πf),   κ = e^{−2(πfσ)²} with zero_mean, else 0
///
/// with Σ|w|² = 2, so that the real part has about unit energy.
///
/// @param freqs     [Hz], > 0
/// @param n_cycles  > 0, one for all or one per frequency
/// @source  Tallon-Baudry et al. 1997, doi:10.1523/JNEUROSCI.17-02-00722.1997
std::vector<std::vector<std::complex<double>>> morlet(double sfreq, std::span<const double> freqs,
                                                      std::span<const double> n_cycles, bool zero_mean = true);

/// Wavelets of one frequency each under the tapers of multitaper analysis: e^{2πif(t − T/2)} on T = n_cycles / f under
/// one of floor(time_bandwidth − 1) Slepian sequences of half bandwidth time_bandwidth / 2 (periodic, see dpss), with
/// Σ|w|² = 2. Those of an even number of samples have a zero in front, so that their lengths are odd.
struct TaperWavelets {
    std::vector<std::vector<std::complex<double>>> wavelets;  ///< one for each frequency
    std::vector<double> ratios;                               ///< share of each taper's energy inside the band
};
/// @param freqs           [Hz], > 0
/// @param n_cycles        > 0, one for all or one per frequency
/// @param time_bandwidth  >= 2, of time T and full bandwidth
/// @param zero_mean       whether the wavelets' mean is subtracted
/// @return                one for each taper
/// @throws InvalidInput   a T with too few samples for the tapers
/// @source Thomson 1982, doi:10.1109/PROC.1982.12433
std::vector<TaperWavelets> taper_wavelets(double sfreq, std::span<const double> freqs, std::span<const double> n_cycles,
                                          double time_bandwidth, bool zero_mean = true);

/// Power, and inter-trial coherence |Σ z / |z|| / epochs, averaged over the first axis. z is the convolution of an
/// epoch with a wavelet, centred and as long as the epoch, zeros beyond its ends; every `decim`-th sample is kept.
/// Where z is 0 (below 1e-154) its phase is undefined and adds 0; a NaN makes all of its channel NaN.
///
/// @param x          shape (epochs, channels, times)
/// @param wavelets   of odd length <= times
/// @param power      shape (channels, freqs, ceil(times / decim))
/// @param itc        the same, or empty if not wanted
/// @throws InvalidInput  a wavelet longer than the signal, of which no coefficient would be free of the edges
/// @cost             O(epochs · channels · freqs · times log times), threads()
void morlet_average(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets,
                    index decim, View<double, 3> power, View<double, 3> itc);
/// Power of each epoch. @param power  shape (epochs, channels, freqs, ceil(times / decim))
void morlet_power(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets, index decim,
                  View<double, 4> power);
/// z of each epoch. @param values  shape (epochs, channels, freqs, ceil(times / decim)), contiguous along time
void morlet_values(View<const double, 3> x, const std::vector<std::vector<std::complex<double>>>& wavelets, index decim,
                   View<std::complex<double>, 4> values);

}  // namespace ranvier::numerics
