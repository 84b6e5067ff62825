#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/iir.hpp"

namespace ranvier::numerics {

/// Linear-phase FIR by the window method, one windowed difference of sincs per band edge.
/// freqs rise from 0 to sfreq / 2 and gains are 0 or 1 at each, as pairs of stop- and passband edges; the transition of
/// each edge has its own length (that of `n_taps` for the narrowest).
std::vector<double> fir_design(index n_taps, std::span<const double> freqs, std::span<const double> gains,
                               double sfreq, const std::string& window = "hamming");

enum class BandType { lowpass, highpass, bandpass, bandstop };
/// Digital Butterworth filter as second-order sections, in the order and pairing of scipy's butter(output="sos").
/// @param order  of the low-pass prototype; edges [Hz], one or two
std::vector<Section> butterworth(int order, std::span<const double> edges, BandType type, double sfreq);

/// Zero-phase amplitude of the response at a frequency. @param f  [Hz]
double amplitude_at(std::span<const double> h, double f, double sfreq);
double amplitude_at(std::span<const Section> sections, double f, double sfreq);

/// The minimum-phase filter whose magnitude is that of `h` (homomorphic, half=false as newer scipy/MNE use).
std::vector<double> minimum_phase(std::span<const double> h);

}  // namespace ranvier::numerics
