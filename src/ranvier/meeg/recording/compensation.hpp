#pragma once

#include <optional>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Synthetic gradiometers: what reference sensors, far from the head, say of a sensor's noise is subtracted from it.
namespace ranvier::meeg {

/// The grade that the MEG channels' samples have; none without such channels.
/// @throws InvalidInput  it is not the same of all
std::optional<int> compensation_grade(const Info& info);

/// I − C, shape (channels, channels): what brings samples as recorded to a grade. 0 gives I.
/// @throws InvalidInput  the recording has no compensation of that grade, or a reference sensor is missing
Array<double, 2> compensation_matrix(const Info& info, int grade);

/// Brings samples to a grade: back to what was recorded, and from there to it. Lazy recordings are compensated while
/// reading; lazy epochs are loaded.
/// @throws InvalidInput  as compensation_matrix(), and without MEG channels
/// @throws Conflict      projections have been applied, which were made for the grade that is there
void apply_gradient_compensation(Raw& raw, int grade);
void apply_gradient_compensation(Epochs& epochs, int grade);
void apply_gradient_compensation(Evoked& evoked, int grade);

}  // namespace ranvier::meeg
