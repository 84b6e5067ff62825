#pragma once

#include <complex>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"

namespace ranvier::meeg {

/// Power (or inter-trial coherence) over channels, frequencies and times, averaged over epochs.
struct AverageTfr {
    Info info;
    std::vector<double> times;  // [s]
    std::vector<double> freqs;  // [Hz]
    Array<double, 3> data;      ///< shape (channels, freqs, times)
    double nave = 0;
    std::string comment, method;
    std::string baseline_mode;  ///< "" until apply_baseline
};

/// Power of each epoch. data: shape (epochs, channels, freqs, times)
struct EpochsTfr {
    Info info;
    Events events;
    EventIds event_id;
    std::vector<double> times, freqs;  // [s], [Hz]
    Array<double, 4> data;
    std::string method;
};

/// Coefficients, or phases [rad], of each epoch under each taper; of an average: of one epoch.
template <class Sample>
struct TaperTfr {
    Info info;
    Events events;
    EventIds event_id;
    std::vector<double> times, freqs;  // [s], [Hz]
    Array<Sample, 5> data;             ///< shape (epochs, channels, tapers, freqs, times)
    Array<double, 2> weights;          ///< shape (tapers, freqs); empty for wavelets without tapers, of which one is
    double nave = 1;
    std::string comment, method;
};
using Coefficients = TaperTfr<std::complex<double>>;
using Phases = TaperTfr<double>;

struct MorletOptions {
    std::vector<double> freqs;
    std::vector<double> n_cycles = {7};
    bool zero_mean = true;
    int decim = 1;
    std::vector<index> picks;
    static Fields fields() {
        using O = MorletOptions;
        return {
            "morlet",
            {field("freqs", &O::freqs, "frequencies").in("Hz").above(0).not_yet("auto", "an array of frequencies [Hz]"),
             field("n_cycles", &O::n_cycles, "cycles of the wavelets, one number or one per frequency").above(0),
             field("zero_mean", &O::zero_mean, "whether the wavelets' mean is removed"),
             field("decim", &O::decim, "keep every so many times").at_least(1),
             field("picks", &O::picks, "numbers of channels; none: good data channels")}};
    }
};
/// Of multitaper analysis.
struct TaperOptions : MorletOptions {
    double time_bandwidth = 4;
    static Fields fields() {
        using O = TaperOptions;
        return {"tfr_multitaper",
                with_base<O, MorletOptions>({field("time_bandwidth", &O::time_bandwidth,
                                                   "time times full bandwidth of the tapers, of which "
                                                   "there are floor(time_bandwidth - 1)")
                                                 .at_least(2)})};
    }
};
/// The cycles of each frequency. @throws InvalidInput  neither one number nor one per frequency
std::vector<double> cycles_of(const MorletOptions& options);
struct PowerAndItc {
    AverageTfr power, itc;
};

/// Morlet power and inter-trial coherence. Where a channel is zero over a whole wavelet its phase is undefined: such
/// an epoch adds 0 to the coherence's sum there, and nothing is NaN.
PowerAndItc tfr_morlet(const Epochs& epochs, const MorletOptions& options);
/// Power of an average, with its comment.
AverageTfr tfr_morlet(const Evoked& evoked, const MorletOptions& options);
EpochsTfr epochs_tfr_morlet(const Epochs& epochs, const MorletOptions& options);

/// The same by Slepian tapers (numerics/wavelet.hpp): power is the mean over tapers, weighted with their concentration
/// and, as in MNE-Python, twice as large where there are several; coherence is the mean over tapers.
PowerAndItc tfr_multitaper(const Epochs& epochs, const TaperOptions& options);
AverageTfr tfr_multitaper(const Evoked& evoked, const TaperOptions& options);
EpochsTfr epochs_tfr_multitaper(const Epochs& epochs, const TaperOptions& options);

/// The convolution z with each wavelet. Of the weights w of tapers power is Σ|w z|² / Σw², twice where there are
/// several.
Coefficients coefficients(const Epochs& epochs, const MorletOptions& options);
Coefficients coefficients(const Epochs& epochs, const TaperOptions& options);
Coefficients coefficients(const Evoked& evoked, const MorletOptions& options);
Coefficients coefficients(const Evoked& evoked, const TaperOptions& options);
Phases phases(const Coefficients& coefficients);

/// Throws InvalidInput where the shape of the data is not what info, frequencies, times and events say.
void check(const AverageTfr& tfr);
void check(const EpochsTfr& tfr);
void check(const Coefficients& tfr);
void check(const Phases& tfr);
/// Keeps channels `picks`, in that order.
void pick(AverageTfr& tfr, const std::vector<index>& picks);
void pick(EpochsTfr& tfr, const std::vector<index>& picks);
void pick(Coefficients& tfr, const std::vector<index>& picks);
void pick(Phases& tfr, const std::vector<index>& picks);
/// Ranges to keep: times [s] by the rule of time_range, frequencies [Hz] exactly; missing bounds mean the ends.
struct TfrRange {
    std::optional<double> tmin, tmax, fmin, fmax;
    bool include_tmax = true;
};
/// @throws InvalidInput  no time or frequency is left
void crop(AverageTfr& tfr, const TfrRange& range);
void crop(EpochsTfr& tfr, const TfrRange& range);
void crop(Coefficients& tfr, const TfrRange& range);
void crop(Phases& tfr, const TfrRange& range);
/// Keeps every decim-th time from `offset` on. @throws InvalidInput  decim < 1, offset outside of the times
void decimate(AverageTfr& tfr, int decim, index offset = 0);
void decimate(EpochsTfr& tfr, int decim, index offset = 0);
void decimate(Coefficients& tfr, int decim, index offset = 0);
void decimate(Phases& tfr, int decim, index offset = 0);
/// The epochs at `which`.
EpochsTfr subset(const EpochsTfr& tfr, const std::vector<index>& which);
Coefficients subset(const Coefficients& tfr, const std::vector<index>& which);
Phases subset(const Phases& tfr, const std::vector<index>& which);
/// The mean or median over epochs.
AverageTfr average(const EpochsTfr& tfr, bool median = false);
/// The mean or median over frequencies, of which one is left: their mean or median.
EpochsTfr average_freqs(const EpochsTfr& tfr, bool median = false);
/// The mean or median over times: a spectrum, in the maps' unit.
Spectrum average_times(const EpochsTfr& tfr, bool median = false);
/// Channels of others put behind those of the first, as of recordings (recording/adding.hpp).
/// @throws InvalidInput  other times, frequencies, number of epochs or sampling rate, or a name twice
void add_channels(AverageTfr& tfr, const std::vector<const AverageTfr*>& others);
void add_channels(EpochsTfr& tfr, const std::vector<const EpochsTfr*>& others);
void add_channels(Coefficients& tfr, const std::vector<const Coefficients*>& others);
void add_channels(Phases& tfr, const std::vector<const Phases*>& others);

/// Rescales every row by its mean m over [tmin, tmax] (a missing end is the end of the times): "mean" x − m,
/// "ratio" x/m, "logratio" log₁₀(x/m), "meanlogratio" the latter minus its own mean there, "percent" (x − m)/m,
/// "zscore" (x − m)/s, "zlogratio" log₁₀(x/m)/s, s the standard deviation of the result's numerator there.
/// @throws InvalidInput  unknown mode, or no time in the baseline
void apply_baseline(AverageTfr& tfr, std::optional<double> tmin, std::optional<double> tmax, const std::string& mode);
void apply_baseline(EpochsTfr& tfr, std::optional<double> tmin, std::optional<double> tmax, const std::string& mode);

}  // namespace ranvier::meeg
