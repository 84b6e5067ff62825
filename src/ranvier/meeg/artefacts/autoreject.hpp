#pragma once

#include <vector>

#include "ranvier/meeg/artefacts/rejection_thresholds.hpp"

/// Epochs that are dropped, and trials of single channels that are repaired, by limits that are learnt.
///
/// Jas, Engemann, Bekhti, Raimondo & Gramfort 2017, Autoreject, doi:10.1016/j.neuroimage.2017.06.030
namespace ranvier::meeg {

/// What a channel is in an epoch.
enum class Trial { good, bad, repaired };
using TrialTable = Array<Trial, 2>;  ///< shape (epochs, picks)

/// Trials whose amplitude is above their channel's threshold are bad; of those of an epoch the n_interpolate largest
/// are to be repaired.
/// @param sizes  of peak_to_peak()
TrialTable judged(View<const double, 2> sizes, const std::vector<double>& thresholds, index n_interpolate);
/// Epochs in which so many channels are above their threshold that they are `consensus` of all, or more.
std::vector<bool> bad_epochs(View<const double, 2> sizes, const std::vector<double>& thresholds, double consensus);

/// The error of each choice: between the median of a fold's epochs and the mean of the others, those of bad epochs left
/// out and the rest repaired.
///
/// As in PyPI's `autoreject`, what is repaired with one number of channels stays so with the next, and counts twice
/// where it is asked how many of an epoch are bad; infinite where no more channels must agree than are repaired.
///
/// @param folds  numbers of epochs
/// @return       shape (consensus, n_interpolate, folds)
/// @cost         n_interpolate · folds · epochs · channels · times
Array<double, 3> rejection_losses(const Epochs& epochs, const std::vector<index>& picks, const Repair& repair,
                                  const std::vector<double>& thresholds, const std::vector<double>& consensus,
                                  const std::vector<index>& n_interpolate, const Folds& folds);

/// Repairs the trials that are to be, in memory, by all others of their epoch: those that are bad and stay so, too. An
/// epoch in which there is no other stays as it is.
void repair_trials(Epochs& epochs, const std::vector<index>& picks, const Repair& repair, const TrialTable& trials);

/// How well each channel goes with what others say of it: in each epoch the correlation, about zero, with the median of
/// what it would be by each of many random sets of channels.
///
/// @param subsets  positions in `picks`
/// @return         shape (epochs, picks)
/// @cost           epochs · subsets · channels · (size of a subset + log² subsets) · times
/// @source  Bigdely-Shamlo et al. 2015, doi:10.3389/fninf.2015.00016
Array<double, 2> ransac_correlations(const Epochs& epochs, const std::vector<index>& picks,
                                     const std::vector<std::vector<index>>& subsets);

}  // namespace ranvier::meeg
