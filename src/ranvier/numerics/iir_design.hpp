#pragma once

#include <span>
#include <vector>

#include "ranvier/numerics/iir.hpp"

namespace ranvier::numerics {

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
/// @throws InvalidInput  order, edges, ripples or attenuations outside 1e-100 … 1000 dB, a ripple not below the
/// attenuation, an elliptic filter so steep that rounded coefficients miss its ripple at an edge by 0.01 dB (and 0.3 %)
std::vector<Section> iir_design(const IirDesign& design, std::span<const double> edges, BandType type, double sfreq);

}  // namespace ranvier::numerics
