#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/meeg/artefacts/repair_trials.hpp"
#include "ranvier/meeg/recording/epochs.hpp"

/// Peak-to-peak limits that are learnt: the best one makes the mean of the epochs it keeps most like the median of
/// others, which artefacts hardly move.
///
/// Jas, Engemann, Bekhti, Raimondo & Gramfort 2017, Autoreject, doi:10.1016/j.neuroimage.2017.06.030
namespace ranvier::meeg {

/// Numbers of epochs that are learnt from, and of those that judge.
struct Fold {
    std::vector<index> train, test;
};
using Folds = std::vector<Fold>;
/// @throws InvalidInput  no fold, one that lacks either part, or a number that is none of n
void check_folds(const Folds& folds, index n);

/// Which of the thresholds, the peak-to-peak amplitudes themselves, is taken: that of least loss; or the one that some
/// steps of Bayesian optimisation find, as PyPI's `autoreject` does, whose rule this is.
enum class ThresholdSearch { grid, bayesian };

/// @throws InvalidInput  epochs that are not in memory, none of them, or what is no finite number
void check_finite(const Epochs& epochs, const std::vector<index>& picks);
/// Peak-to-peak amplitudes, shape (epochs, picks). @throws InvalidInput  as check_finite
Array<double, 2> peak_to_peak(const Epochs& epochs, const std::vector<index>& picks);

/// One limit for all channels of a type: an epoch is kept where no channel's amplitude is above it.
double global_threshold(const Epochs& epochs, const std::vector<index>& picks, const Folds& folds,
                        ThresholdSearch search = ThresholdSearch::bayesian);

/// A limit for each channel. What would be there if the channel were repaired in all epochs is learnt from too.
///
/// @param repair      none: the epochs alone
/// @param folds       for each channel, or one for all; numbers from epochs on are the repaired ones
/// @param draws       for each channel numbers in [0, 1): the thresholds to try are the least amplitude + draw · the
///                    largest, as in PyPI's `autoreject` (that of least loss is taken, the first of equals); none: all
///                    amplitudes, by `search`
/// @cost              epochs · channels² · times for the repair; epochs · channels · times · folds
std::vector<double> channel_thresholds(const Epochs& epochs, const std::vector<index>& picks, const Repair* repair,
                                       const std::vector<Folds>& folds,
                                       ThresholdSearch search = ThresholdSearch::bayesian,
                                       const std::optional<std::vector<std::vector<double>>>& draws = {});

namespace detail {
/// The number of the threshold that Bayesian optimisation takes. @param losses  of each, perhaps infinite
/// @param x  ascending; @param first  how many are tried first
index bayesian_choice(std::span<const double> x, std::span<const double> losses, index first);
}  // namespace detail

}  // namespace ranvier::meeg
