#pragma once

#include <vector>

#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Takes heart beats out of channels by optimal basis sets: around each beat a channel becomes itself less its fit by
/// the mean beat and the first principal components of all; between two fits runs a piecewise cubic curve. The mean
/// over time is taken out, too. As in MNE-Python each fit is subtracted one sample before where it was made.
///
/// @param beats         samples of the R peaks after the first one, ascending; those behind the end are left out
/// @param n_components  of the principal components
/// @throws InvalidInput  not in memory, fewer than three beats, samples that are no numbers
/// @cost    beats² · samples between beats, for each channel
/// @source  Niazy et al. 2005, doi:10.1016/j.neuroimage.2005.06.067
void apply_pca_obs(Raw& raw, const std::vector<index>& picks, const std::vector<index>& beats, int n_components = 4);

}  // namespace ranvier::meeg
