#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// A value, or "auto".
using AutoOr = std::optional<double>;

/// Filter settings with MNE-Python's names, defaults and meaning: l_freq < h_freq is a band-pass, l_freq > h_freq a
/// band-stop, one of them alone a high- or low-pass.
struct FilterOptions {
    std::optional<double> l_freq, h_freq;         // [Hz]
    AutoOr l_trans_bandwidth, h_trans_bandwidth;  ///< [Hz]; auto: min(max(f/4, 2), f) and min(max(f/4, 2), Nyquist − f)
    std::string filter_length = "auto";           ///< "auto", "10s", "5500ms", or a number of samples
    std::string method = "fir";                   ///< or "iir"
    int iir_order = 4;                            ///< Butterworth, of method "iir"
    std::string phase = "zero";          ///< FIR: "zero", "zero-double", "linear", "minimum"; IIR: "zero", "forward"
    std::string fir_window = "hamming";  ///< "hamming", "hann", "blackman"
    std::string fir_design = "firwin";
    std::string pad = "auto";  ///< "reflect_limited" ("auto" of recordings), "edge" ("auto" of epochs and
                               ///< averages), "reflect", "zero"/"constant"
    std::vector<index> picks;  ///< empty: data channels (bad ones too)
    std::vector<std::string> skip_by_annotation{"edge", "bad_acq_skip"};  ///< beginnings of descriptions, any case
};
struct NotchOptions {
    std::vector<double> freqs;         // [Hz]
    std::vector<double> notch_widths;  ///< [Hz]; empty: freqs / 200; one for all, or one each
    double trans_bandwidth = 1;        // [Hz]
    std::string filter_length = "auto", method = "fir", phase = "zero", fir_window = "hamming", pad = "auto";
    int iir_order = 4;
    std::vector<index> picks;
    std::vector<std::string> skip_by_annotation{"edge", "bad_acq_skip"};
};
struct ResampleOptions {
    double sfreq = 0;             // [Hz]
    std::string npad = "auto";    ///< "auto": reach a power of two, at least 100; or a number
    std::string window = "auto";  ///< "auto" is "boxcar" for method "fft" and "kaiser" for "polyphase"
    std::string method = "fft";   ///< or "polyphase"
    std::string pad = "auto";     ///< "auto" is "reflect_limited" ("edge" for epochs and averages) for "fft",
                                  ///< "reflect" for "polyphase"
};

/// In place, in blocks: memory grows by a few blocks only. The data must be preloaded. Stretches whose annotation
/// begins with a word of `skip_by_annotation` are left as they are and split the recording. info.highpass and
/// info.lowpass follow where all data channels are filtered.
/// @throws InvalidInput  not preloaded; frequencies, lengths or names that mean no filter
void filter(Raw& raw, const FilterOptions& options);
void notch_filter(Raw& raw, const NotchOptions& options);
/// Changes the sampling rate; events given are moved along. Stim channels are not smoothed: each new sample takes the
/// first value that is not zero among those it stands for. Pieces between "EDGE boundary" annotations, which
/// concatenation leaves, are resampled each by itself. A recording that is not in memory is read.
void resample(Raw& raw, const ResampleOptions& options, Events* events = nullptr);
void filter(Epochs& epochs, const FilterOptions& options);
void filter(Evoked& evoked, const FilterOptions& options);
void resample(Epochs& epochs, const ResampleOptions& options);
/// The first time of an average is rounded to a multiple of 1 / sfreq.
void resample(Evoked& evoked, const ResampleOptions& options);

/// The same on plain rows, shape (rows, samples), at sampling rate sfreq [Hz]: `mne.filter.filter_data` and its kin.
/// `picks` are rows here, and empty means all.
void filter(View<double, 2> data, double sfreq, const FilterOptions& options);
void notch_filter(View<double, 2> data, double sfreq, const NotchOptions& options);
Array<double, 2> resampled(View<const double, 2> data, double up, double down, const ResampleOptions& options);
/// The impulse response that filter() of method "fir" uses. @param n_samples  length of the data, 0 if unknown
std::vector<double> fir_coefficients(double sfreq, const FilterOptions& options, index n_samples = 0);

}  // namespace ranvier::meeg
