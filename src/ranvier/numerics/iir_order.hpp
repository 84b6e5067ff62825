#pragma once

#include <span>
#include <vector>

#include "ranvier/numerics/iir_design.hpp"

namespace ranvier::numerics {

/// A filter by what it must do.
struct IirDemand {
    IirFamily family = IirFamily::butterworth;
    double pass_loss = 0;  ///< the most that the pass-band may lose [dB]
    double stop_loss = 0;  ///< the least that the stop-band must lose [dB]
};
/// The design of the lowest order that does it, and what iir_design() needs beside it.
struct IirOrder {
    IirDesign design;
    std::vector<double> edges;  // [Hz]
    BandType type = BandType::lowpass;
};
/// @param pass, stop  edges of the pass-band and of the stop-band [Hz], one each, or two each that rise, of which the
/// ones
///                    lie inside the others
/// @throws InvalidInput  edges out of order or outside (0, sfreq / 2), losses not 0 < pass_loss < stop_loss, a Bessel
///                       filter, which has no such rule, or an order above 100
/// @source  Orfanidis, Introduction to Signal Processing, 1996, chapter 11; what of the demand is met exactly, as in
/// SciPy
IirOrder iir_order(const IirDemand& demand, std::span<const double> pass, std::span<const double> stop, double sfreq);

}  // namespace ranvier::numerics
