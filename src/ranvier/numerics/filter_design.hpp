#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/iir.hpp"

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

/// Taps that a transition of `width` [Hz] needs with `window`: the odd number that fir_design uses.
index fir_length(double width, double sfreq, const std::string& window);

enum class BandType { lowpass, highpass, bandpass, bandstop };
/// Families of analogue prototypes: flat; rippled in the pass-band, in the stop-band, in both; of even delay.
enum class IirFamily { butterworth, chebyshev1, chebyshev2, elliptic, bessel };
struct IirDesign {
    IirFamily family = IirFamily::butterworth;
    int order = 4;
    double pass_ripple = 0;       ///< of chebyshev1 and elliptic: the most that the pass-band loses [dB]
    double stop_attenuation = 0;  ///< of chebyshev2 and elliptic: the least that the stop-band loses [dB]
};
/// Digital filter as second-order sections, by the bilinear transform with prewarped edges; in the order, pairing
/// ("nearest") and with the gain in the first section, as scipy's iirfilter(output="sos").
/// @param design  order of the low-pass prototype: 1 … 100, of bessel at most 25; band filters have twice as many poles
/// @param edges  [Hz], in (0, sfreq / 2): one, or two rising ones for band filters. Where a filter is 3 dB down
///               (butterworth), leaves its ripple (chebyshev1, elliptic), reaches its attenuation (chebyshev2), or has
///               half of its phase (bessel)
/// @throws InvalidInput  order, edges, or ripples that are not > 0 dB or not less than the attenuation
/// @source  Orfanidis, Lecture Notes on Elliptic Filter Design, 2006 (chebyshev, elliptic); Thomson 1949 (bessel)
std::vector<Section> iir_design(const IirDesign& design, std::span<const double> edges, BandType type, double sfreq);
/// A cascade's numerator and denominator, in falling powers; their degree is that of the filter.
struct TransferFunction {
    std::vector<double> b, a;
};
TransferFunction transfer_function(std::span<const Section> sections);

/// Magnitude of the frequency response. @param f  [Hz]
double amplitude_at(std::span<const double> h, double f, double sfreq);
double amplitude_at(std::span<const Section> sections, double f, double sfreq);

/// The minimum-phase filter of the same length whose magnitude is that of `h` (homomorphic method).
/// @param h  at least 3 taps, not all 0
/// @cost     O(m log m), m = the power of two above 200 · taps
/// @source   Oppenheim & Schafer, Discrete-Time Signal Processing, section 13.5.4; scipy's minimum_phase(half=False)
std::vector<double> minimum_phase(std::span<const double> h);

}  // namespace ranvier::numerics
