#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/epochs.hpp"
#include "ranvier/meeg/raw.hpp"

namespace ranvier::meeg {

/// The average-reference projection over the good (or all) EEG channels, not yet applied.
Projection average_reference(const Info& info);

/// Subtracts the mean of `reference` channels from every channel of `type`. Empty `reference`: the good channels of
/// that type (common average). As MNE-Python's set_eeg_reference(projection=False).
void set_eeg_reference(Raw& raw, const std::vector<std::string>& reference = {},
                       ChannelType type = ChannelType::eeg);
void set_eeg_reference(Epochs& epochs, const std::vector<std::string>& reference = {},
                       ChannelType type = ChannelType::eeg);
void set_eeg_reference(Evoked& evoked, const std::vector<std::string>& reference = {},
                       ChannelType type = ChannelType::eeg);

/// P = I − U Uᵀ over info's channels, U an orthonormal basis of the projections' good-channel parts; shape
/// (channels, channels). Only projections with active == `active` are used, or all.
/// @return matrix and number of vectors projected out
struct Projector {
    Array<double, 2> matrix;
    int rank = 0;
};
Projector projector(const Info& info, bool include_active = true);

void add_projections(Info& info, const std::vector<Projection>& projections);
/// Applies what is not yet active; lazy data is projected when read.
void apply_projections(Raw& raw);
void apply_projections(Epochs& epochs);
void apply_projections(Evoked& evoked);

}  // namespace ranvier::meeg
