#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Electrodes that gel joins.
namespace ranvier::meeg {

/// Names, defaults and meaning are MNE-Python's.
struct BridgeOptions {
    double lm_cutoff = 16;  // [µV²]
    double epoch_threshold = 0.5;
    std::optional<double> l_freq = 0.5, h_freq = 30;  // [Hz]
    double epoch_duration = 2;                        // [s]
    Value bw_method;
    static Fields fields();
};

using Pairs = std::vector<std::pair<index, index>>;
/// What is joined, directly or through others: the numbers of each group, ascending.
std::vector<std::vector<index>> bridged_groups(const Pairs& bridged);

struct Bridges {
    Pairs pairs;  ///< numbers of channels
    /// Electrical distance [µV²], the variance of the difference: shape (epochs, channels, channels) over the good EEG
    /// channels; NaN on and below the diagonal.
    Array<double, 3> distances;
};

/// Pairs of electrodes whose electrical distance lies below the local minimum of the distances' density in more than
/// epoch_threshold of the epochs; a recording is cut into epochs of epoch_duration. No pair where fewer distances than
/// epoch_threshold per epoch are below lm_cutoff.
///
/// @throws InvalidInput  no two good EEG channels, no epoch, samples that are no numbers
/// @cost    filtering, and epochs · channels² · times
/// @source  Tenke & Kayser 2001, doi:10.1016/S1388-2457(00)00553-8; Greischar et al. 2004,
/// doi:10.1016/j.clinph.2003.10.005
Bridges compute_bridged_electrodes(const Raw& raw, const BridgeOptions& options = {});
Bridges compute_bridged_electrodes(const Epochs& epochs, const BridgeOptions& options = {});
Bridges compute_bridged_electrodes(const Evoked& evoked, const BridgeOptions& options = {});

/// Replaces electrodes that are bridged by spherical-spline interpolation from all others and from the mean of each
/// group at its centre on the head. What is marked as bad stays so, and is taken for good here.
///
/// @param bad_limit  how many electrodes may be bridged together. @throws InvalidInput  more are; not in memory; a
///                   channel that is not EEG or has no place
void interpolate_bridged_electrodes(Raw& raw, const Pairs& bridged, int bad_limit = 4);
void interpolate_bridged_electrodes(Epochs& epochs, const Pairs& bridged, int bad_limit = 4);
void interpolate_bridged_electrodes(Evoked& evoked, const Pairs& bridged, int bad_limit = 4);

}  // namespace ranvier::meeg
