#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/epochs.hpp"
#include "ranvier/meeg/raw.hpp"

namespace ranvier::meeg {

/// The average-reference projection over the good channels of a type, not yet applied.
/// @throws InvalidInput  no such channel, or another reference has been applied (info.custom_ref_applied)
Projection average_reference(const Info& info, ChannelType type = ChannelType::eeg);

/// Subtracts the mean of `reference` channels from every good channel of `type`. Empty `reference`: the good channels
/// of that type (common average). As MNE-Python's set_eeg_reference(projection=False): average-reference projections
/// are removed, info.custom_ref_applied is set. Lazy recordings are re-referenced while reading; lazy epochs are
/// loaded.
/// @throws InvalidInput  no channel to reference; unknown channel; a projection that is not yet applied involves one
///                       of the channels; the data are current source densities
void set_eeg_reference(Raw& raw, const std::vector<std::string>& reference = {}, ChannelType type = ChannelType::eeg);
void set_eeg_reference(Epochs& epochs, const std::vector<std::string>& reference = {},
                       ChannelType type = ChannelType::eeg);
void set_eeg_reference(Evoked& evoked, const std::vector<std::string>& reference = {},
                       ChannelType type = ChannelType::eeg);

/// Appends EEG channels of zeros, the electrodes that the recording was referenced to.
/// @throws InvalidInput  the name is taken, or an average reference has been applied
void add_reference_channels(Raw& raw, const std::vector<std::string>& names);
void add_reference_channels(Epochs& epochs, const std::vector<std::string>& names);
void add_reference_channels(Evoked& evoked, const std::vector<std::string>& names);

/// Appends channels anode − cathode, named so unless `names` are given, with type and place of the anode, and bad
/// where one of the two is; `drop_refs` removes the anodes and cathodes.
/// @throws InvalidInput  unequal numbers, unknown channels, or a name that is taken
void set_bipolar_reference(Raw& raw, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
                           const std::vector<std::string>& names = {}, bool drop_refs = true);
void set_bipolar_reference(Epochs& epochs, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names = {},
                           bool drop_refs = true);
void set_bipolar_reference(Evoked& evoked, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names = {},
                           bool drop_refs = true);

/// P = I − Uᵀ U over info's channels, the rows of U an orthonormal basis of the projections' good-channel parts.
struct Projector {
    Array<double, 2> matrix;   ///< shape (channels, channels)
    int rank = 0;              ///< number of vectors projected out
    Array<double, 2> vectors;  ///< U, shape (rank, channels)
};
/// @param include_active  false: only the projections that have not been applied
/// @throws InvalidInput  nothing would be left, or a projection names a channel twice
/// @source  Uusitalo & Ilmoniemi 1997, doi:10.1007/BF02534144; directions below 1 % of the strongest are dropped
Projector projector(const Info& info, bool include_active = true);

/// Adds projections, not applied; those that are there already are left out.
void add_projections(Info& info, const std::vector<Projection>& projections);
/// Removes the projection at `which`. @throws InvalidInput  it has been applied: what is gone can't come back
void remove_projection(Info& info, index which);
/// Applies what is not yet active; lazy data is projected when read, lazy epochs are loaded.
void apply_projections(Raw& raw);
void apply_projections(Epochs& epochs);
void apply_projections(Evoked& evoked);

}  // namespace ranvier::meeg
