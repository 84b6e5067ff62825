#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// Linear-phase FIR by the window method: one windowed sinc per change of gain, from the highest frequency down, each
/// as long as its own transition needs and centred in `n_taps`.
///
///   length of a sinc = round(factor · sfreq / transition), made odd; factor: 3.1 (hann), 3.3 (hamming), 5 (blackman)
///
/// @param n_taps  odd
/// @param freqs   [Hz], rising from 0 to sfreq / 2
/// @param gains   0 or 1 at each of them; between two that differ lies a transition, −6 dB in its middle
/// @throws InvalidInput  n_taps even or too short for a transition
/// @source  the design "firwin" of MNE-Python; Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.5
std::vector<double> fir_design(index n_taps, std::span<const double> freqs, std::span<const double> gains, double sfreq,
                               const std::string& window = "hamming");

/// Linear-phase FIR by frequency sampling: the gains, linear between `freqs`, on 1 + 2^⌈log₂ n_taps⌉ frequencies, back
/// in time, and windowed.
/// @param n_taps  odd where the gain at sfreq / 2 isn't 0
/// @param freqs   [Hz], rising from 0 to sfreq / 2; one that stands twice is a step
/// @param gains   at each of them
/// @throws InvalidInput  as fir_design
/// @source  the design "firwin2" of SciPy; Oppenheim & Schafer, Discrete-Time Signal Processing, section 7.5
std::vector<double> fir_design_sampled(index n_taps, std::span<const double> freqs, std::span<const double> gains,
                                       double sfreq, const std::string& window = "hamming");

/// Taps that a transition of `width` [Hz] needs with `window`: the odd number that fir_design uses.
index fir_length(double width, double sfreq, const std::string& window);

/// The minimum-phase filter of the same length whose magnitude is that of `h` (homomorphic method).
/// @param h     at least 3 taps, not all 0
/// @param half  the root of the magnitude, which (taps + 1) / 2 taps hold; scipy's half=True
/// @cost     O(m log m), m = the power of two above 200 · taps
/// @source   Oppenheim & Schafer, Discrete-Time Signal Processing, section 13.5.4; scipy's minimum_phase(half=False)
std::vector<double> minimum_phase(std::span<const double> h, bool half = false);

}  // namespace ranvier::numerics
