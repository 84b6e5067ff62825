#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"

namespace ranvier::meeg {

/// Power spectral density [unit²/Hz]: shape (epochs, channels, freqs), with 1 for epochs where it is of a recording or
/// an average.
struct Spectrum {
    Info info;
    std::vector<double> freqs;  // [Hz]
    Array<double, 3> data;
    bool of_epochs = false;
    Events events;
    EventIds event_id;
    std::string method;
};

struct WelchOptions {
    double fmin = 0, fmax = -1;  ///< [Hz]; fmax < 0: Nyquist
    index n_fft = 0;             ///< 0: the number of samples, at most 2048
    index n_overlap = 0;
    index n_per_seg = 0;  ///< 0: n_fft
    std::string window = "hamming";
    std::string average = "mean";  ///< or "median"
    bool remove_dc = true;
    std::vector<index> picks;  ///< empty: good data channels
};
struct MultitaperOptions {
    double fmin = 0, fmax = -1;  // [Hz]
    double bandwidth = 0;        ///< [Hz]; 0: 8 · sfreq / n
    int most_iterations = 150;   ///< of Thomson's weights
    bool adaptive = false;
    bool low_bias = true;
    std::string normalization = "length";  ///< or "full"
    bool remove_dc = true;
    std::vector<index> picks;
};

/// Keeps channels `picks`, in that order.
void pick(Spectrum& spectrum, const std::vector<index>& picks);
/// The epochs at `which`.
Spectrum subset(const Spectrum& spectrum, const std::vector<index>& which);
/// The mean or median over epochs.
Spectrum average(const Spectrum& spectrum, bool median = false);

/// @param tmin, tmax            [s] after the first sample, both included; tmax < 0: the end
/// @param reject_by_annotation  leave out spans annotated as bad: Welch's segments don't reach across them, and the
///                              multitaper method refuses them
/// @throws InvalidInput  no sample, channel or frequency is left
Spectrum psd_welch(const Raw& raw, const WelchOptions& options, double tmin = 0, double tmax = -1,
                   bool reject_by_annotation = true);
Spectrum psd_welch(const Epochs& epochs, const WelchOptions& options);
Spectrum psd_welch(const Evoked& evoked, const WelchOptions& options);
Spectrum psd_multitaper(const Raw& raw, const MultitaperOptions& options, double tmin = 0, double tmax = -1,
                        bool reject_by_annotation = true);
Spectrum psd_multitaper(const Epochs& epochs, const MultitaperOptions& options);
Spectrum psd_multitaper(const Evoked& evoked, const MultitaperOptions& options);

}  // namespace ranvier::meeg
