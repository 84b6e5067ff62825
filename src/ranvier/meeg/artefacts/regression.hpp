#pragma once

#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Artefacts that reference channels hold, such as those of the eyes, taken out by linear regression.
namespace ranvier::meeg {

/// How much of each artefact channel there is in each channel, by least squares. Means over time (of each epoch) do
/// not count.
///
/// @param picks      numbers of channels; @param artefacts  of those that hold the artefacts
/// @return           shape (picks, artefacts)
/// @throws InvalidInput  not in memory, an artefact channel that is flat or a sum of others, samples that are no
/// numbers
/// @cost             samples · artefacts · picks
/// @source  Gratton, Coles & Donchin 1983, doi:10.1016/0013-4694(83)90135-9
Array<double, 2> regression_coefficients(const Raw& raw, const std::vector<index>& picks,
                                         const std::vector<index>& artefacts);
Array<double, 2> regression_coefficients(const Epochs& epochs, const std::vector<index>& picks,
                                         const std::vector<index>& artefacts);
Array<double, 2> regression_coefficients(const Evoked& evoked, const std::vector<index>& picks,
                                         const std::vector<index>& artefacts);

/// Subtracts coefficients · artefact channels, these less their means over time (of each epoch).
/// @param coefficients  shape (picks, artefacts). @throws InvalidInput  another shape; not in memory
void subtract_regression(Raw& raw, const std::vector<index>& picks, const std::vector<index>& artefacts,
                         const Array<double, 2>& coefficients);
void subtract_regression(Epochs& epochs, const std::vector<index>& picks, const std::vector<index>& artefacts,
                         const Array<double, 2>& coefficients);
void subtract_regression(Evoked& evoked, const std::vector<index>& picks, const std::vector<index>& artefacts,
                         const Array<double, 2>& coefficients);

}  // namespace ranvier::meeg
