#pragma once

#include <limits>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"

namespace ranvier::meeg {

struct StockwellOptions {
    double fmin = 0, fmax = std::numeric_limits<double>::infinity();  // [Hz]
    index n_fft = 0;
    double width = 1;
    int decim = 1;
    std::vector<index> picks;
    static Fields fields() {
        using O = StockwellOptions;
        const double infinite = std::numeric_limits<double>::infinity();
        return {
            "stockwell",
            {field("fmin", &O::fmin, "lowest frequency; 0: the first above 0").in("Hz").at_least(0).also(nullptr, 0.0),
             field("fmax", &O::fmax, "the frequency to stop below; inf: half the sampling rate")
                 .in("Hz")
                 .above(0)
                 .also(nullptr, infinite),
             field("n_fft", &O::n_fft, "samples of a transform, with zeros behind; 0: the next power of two")
                 .at_least(0)
                 .also(nullptr, 0),
             field("width", &O::width, "width of the Gaussian windows: below 1 sharper in time, above in frequency")
                 .above(0),
             field("decim", &O::decim, "keep every so many times").at_least(1),
             field("picks", &O::picks, "numbers of channels; none: good data channels")}};
    }
};

/// Power and inter-trial coherence by the S-transform, at the frequencies f of a discrete Fourier transform:
///
///   S(t, f) = Σ_ν X(ν + f) W_f(ν) e^{2πiνt},   W_f the transform of a Gaussian of σ = width n_fft / (sfreq f) samples
///                                              of n_fft / sfreq each, of sum 1
///
/// σ is counted in lengths of the transform as MNE-Python counts it: with n_fft = sfreq it is width / f [s], the
/// classical transform. Where a channel is zero its phase is undefined and adds 0 to the coherence.
///
/// @throws InvalidInput  an n_fft below the number of samples, or a range without frequencies
/// @source Stockwell, Mansinha, Lowe 1996, doi:10.1109/78.492555
PowerAndItc tfr_stockwell(const Epochs& epochs, const StockwellOptions& options);
AverageTfr tfr_stockwell(const Evoked& evoked, const StockwellOptions& options);

}  // namespace ranvier::meeg
