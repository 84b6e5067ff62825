#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/inverse/kernel.hpp"

namespace ranvier::meeg {

struct SourceSpectraOptions {
    double fmin = 0, fmax = 200;      // [Hz]
    std::optional<double> bandwidth;  // [Hz]
    std::string window;               ///< one taper of that name; empty: Slepian tapers
    bool adaptive = false;
    bool low_bias = true;
    bool pca = true;
    static Fields fields() {
        using O = SourceSpectraOptions;
        return {"compute_source_psd_epochs",
                {field("fmin", &O::fmin, "lowest frequency").in("Hz").at_least(0),
                 field("fmax", &O::fmax, "highest frequency").in("Hz").at_least(0),
                 field("bandwidth", &O::bandwidth, "full width of the tapers' window; None: 8 sfreq / n_times")
                     .in("Hz")
                     .above(0),
                 field("window", &O::window, "name of the only taper"),
                 field("adaptive", &O::adaptive, "whether tapers are weighted by Thomson's method"),
                 field("low_bias", &O::low_bias,
                       "whether only tapers with more than 90 % of their energy inside the window are used"),
                 field("pca", &O::pca, "whether what the kernel hardly sees is left out")}};
    }
};

struct SourceSpectra {
    Array<double, 3> sources;   ///< shape (epochs, or 1 for their mean, sources, freqs)
    Array<double, 3> sensors;   ///< of what the kernel sees, shape (…, channels, freqs)
    std::vector<double> freqs;  // [Hz]
    index tapers = 0;
};

/// Power spectra of sources by tapers, scaled as multitaper() in numerics/spectrum.hpp. Those of three directions become
/// their length, the root of the sum of squares, as in MNE-Python.
/// @param epochs  shape (epochs, channels of the kernel, times)
/// @param mean    whether spectra of epochs are averaged
/// @throws InvalidInput  a bandwidth below the resolution, or no frequency between fmin and fmax
/// @cost  O(sources · components · tapers · freqs) for each epoch
SourceSpectra source_spectra(const InverseKernel& kernel, View<const double, 3> epochs, double sfreq,
                             const SourceSpectraOptions& options, bool mean);

}  // namespace ranvier::meeg
