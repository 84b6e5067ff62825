#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/epochs.hpp"
#include "ranvier/meeg/raw.hpp"

namespace ranvier::meeg {

/// A value, or "auto".
using AutoOr = std::optional<double>;

/// Filter settings with MNE-Python's names, defaults and meaning.
struct FilterOptions {
    std::optional<double> l_freq, h_freq;  // [Hz]
    AutoOr l_trans_bandwidth, h_trans_bandwidth;  // [Hz]
    std::string filter_length = "auto";    ///< "auto", "10s", "5500ms", or a number of samples
    std::string method = "fir";            ///< or "iir"
    int iir_order = 4;                     ///< Butterworth, of method "iir"
    std::string phase = "zero";            ///< "zero", "zero-double", "minimum", "forward"
    std::string fir_window = "hamming";    ///< "hamming", "hann", "blackman"
    std::string fir_design = "firwin";
    std::string pad = "reflect_limited";   ///< also "edge", "reflect", "zero"/"constant"
    std::vector<index> picks;              ///< empty: data channels (bad ones too)
};
struct NotchOptions {
    std::vector<double> freqs;             // [Hz]
    std::vector<double> notch_widths;      ///< [Hz]; empty: freqs / 200
    double trans_bandwidth = 1;            // [Hz]
    std::string filter_length = "auto", method = "fir", phase = "zero", fir_window = "hamming", pad = "reflect_limited";
    int iir_order = 4;
    std::vector<index> picks;
};
struct ResampleOptions {
    double sfreq = 0;                      // [Hz]
    std::string npad = "auto";             ///< "auto": reach a power of two, at least 100; or a number
    std::string window = "auto";           ///< "auto" is "boxcar" for method "fft" and "kaiser" for "polyphase"
    std::string method = "fft";            ///< or "polyphase"
    std::string pad = "auto";              ///< "auto" is "edge" for "fft" and "reflect_limited" for "polyphase"
};

/// In place, in blocks: memory grows by a few blocks only. The data must be preloaded. Stretches annotated
/// BAD_ACQ_SKIP or EDGE split the recording, as MNE's skip_by_annotation does.
void filter(Raw& raw, const FilterOptions& options);
void notch_filter(Raw& raw, const NotchOptions& options);
/// Changes the sampling rate; events given are moved along.
void resample(Raw& raw, const ResampleOptions& options, Events* events = nullptr);
void filter(Epochs& epochs, const FilterOptions& options);
void filter(Evoked& evoked, const FilterOptions& options);
void resample(Epochs& epochs, const ResampleOptions& options);
void resample(Evoked& evoked, const ResampleOptions& options);

/// The same on plain rows, shape (rows, samples), at sampling rate sfreq [Hz]: `mne.filter.filter_data` and its kin.
void filter(View<double, 2> data, double sfreq, const FilterOptions& options);
void notch_filter(View<double, 2> data, double sfreq, const NotchOptions& options);
Array<double, 2> resampled(View<const double, 2> data, double up, double down, const ResampleOptions& options);
/// The impulse response that filter() of method "fir" uses. @param n_samples  length of the data, 0 if unknown
std::vector<double> fir_coefficients(double sfreq, const FilterOptions& options, index n_samples = 0);

}  // namespace ranvier::meeg
