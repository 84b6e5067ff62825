#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"

namespace ranvier::meeg {

/// Power spectral density [unit²/Hz], or complex spectra [unit/√Hz]: shape (epochs, channels, numbers), with 1 for
/// epochs where it is of a recording or an average. A channel's numbers are freqs, or (tapers, freqs) or (freqs,
/// segments) where those are not put together; of complex spectra the real and the imaginary part, beside each other.
struct Spectrum {
    Info info;
    std::vector<double> freqs;  // [Hz]
    Array<double, 3> data;
    bool of_epochs = false;
    Events events;
    EventIds event_id;
    std::string method;
    bool complex = false;
    index tapers = 0, segments = 0;    // 0: put together
    std::vector<double> weights = {};  // of the tapers
};

/// What all kinds of spectra share.
struct SpectrumOptions {
    double fmin = 0, fmax = std::numeric_limits<double>::infinity();  // [Hz]
    bool remove_dc = true;
    std::string output = "power";
    std::vector<index> picks;
    static Fields fields() {
        using O = SpectrumOptions;
        return {"spectrum",
                {field("fmin", &O::fmin, "lowest frequency").in("Hz").at_least(0),
                 field("fmax", &O::fmax, "highest frequency; inf: half the sampling rate").in("Hz").at_least(0),
                 field("remove_dc", &O::remove_dc, "whether the mean of each segment is subtracted"),
                 field("output", &O::output, "'complex': the transforms themselves, of multitaper one for each taper")
                     .one_of({"power", "complex"}),
                 field("picks", &O::picks, "numbers of channels; none: good data channels")}};
    }
};

struct WelchOptions : SpectrumOptions {
    index n_fft = 0;
    index n_overlap = 0;
    index n_per_seg = 0;
    std::string window = "hamming";
    std::string average = "mean";
    static Fields fields() {
        using O = WelchOptions;
        return {
            "welch",
            with_base<O, SpectrumOptions>(
                {field("n_fft", &O::n_fft, "samples of a transform; 0: all, at most 2048").at_least(0).also(nullptr, 0),
                 field("n_overlap", &O::n_overlap, "samples that segments overlap").at_least(0),
                 field("n_per_seg", &O::n_per_seg, "samples of a segment; 0: n_fft").at_least(0).also(nullptr, 0),
                 field("window", &O::window, "name of the segments' window"),
                 field("average", &O::average, "how segments make one spectrum; None: they stay apart")
                     .one_of({"mean", "median", "none"})
                     .also(nullptr, "none")
                     .also(false, "none")})};
    }
};

struct MultitaperOptions : SpectrumOptions {
    std::optional<double> bandwidth;
    bool adaptive = false;
    int max_iter = 150;
    bool low_bias = true;
    std::string normalization = "length";
    static Fields fields() {
        using O = MultitaperOptions;
        return {"multitaper",
                with_base<O, SpectrumOptions>(
                    {field("bandwidth", &O::bandwidth, "full width of the tapers' window; None: 8 sfreq / n_times")
                         .in("Hz")
                         .above(0),
                     field("adaptive", &O::adaptive, "whether tapers are weighted by Thomson's method"),
                     field("max_iter", &O::max_iter, "iterations of Thomson's weights, at most").at_least(1),
                     field("low_bias", &O::low_bias,
                           "whether only tapers with more than 90 % of their energy inside the window are used"),
                     field("normalization", &O::normalization, "'full' divides by the sampling rate: power per Hz")
                         .one_of({"length", "full"})})};
    }
};

/// Throws InvalidInput where the shape of the data is not what info, frequencies and events say.
void check(const Spectrum& spectrum);
/// Keeps channels `picks`, in that order.
void pick(Spectrum& spectrum, const std::vector<index>& picks);
/// The epochs at `which`.
Spectrum subset(const Spectrum& spectrum, const std::vector<index>& which);
/// The power of a complex spectrum, and the mean over its segments, or over its tapers with their weights.
Spectrum power(const Spectrum& spectrum);
/// The mean or median over epochs; of complex numbers the median of the real and of the imaginary parts.
Spectrum average(const Spectrum& spectrum, bool median = false);
/// The weighted sum of spectra, with the info of the first and the bad channels of all.
/// @throws InvalidInput  none, other channels, frequencies or numbers of epochs, or not one weight for each
Spectrum combined(const std::vector<Spectrum>& spectra, const std::vector<double>& weights);

/// @param tmin, tmax            [s] after the first sample, both included; without tmax: the end
/// @param reject_by_annotation  leave out spans annotated as bad: Welch's segments don't reach across them, and the
///                              multitaper method refuses them
/// @throws InvalidInput  no sample, channel or frequency is left, or a bound above half the sampling rate
Spectrum psd_welch(const Raw& raw, const WelchOptions& options, double tmin = 0, std::optional<double> tmax = {},
                   bool reject_by_annotation = true);
Spectrum psd_welch(const Epochs& epochs, const WelchOptions& options);
Spectrum psd_welch(const Evoked& evoked, const WelchOptions& options);
Spectrum psd_multitaper(const Raw& raw, const MultitaperOptions& options, double tmin = 0,
                        std::optional<double> tmax = {}, bool reject_by_annotation = true);
Spectrum psd_multitaper(const Epochs& epochs, const MultitaperOptions& options);
Spectrum psd_multitaper(const Evoked& evoked, const MultitaperOptions& options);

}  // namespace ranvier::meeg
