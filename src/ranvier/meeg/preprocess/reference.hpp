#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Subtracts the mean of `reference` channels from every good channel of `types`. Empty `reference`: the good channels
/// of those types (common average). Not `subtracted`: the data have their reference already and stay. Average-reference
/// projections are removed, info.custom_ref_applied is set, as in MNE-Python. Lazy recordings are re-referenced while
/// reading; lazy epochs are loaded.
/// @throws InvalidInput  no channel to reference; unknown channel; a projection that is not yet applied involves one
///                       of the channels; the data are current source densities
void set_eeg_reference(Raw& raw, const std::vector<std::string>& reference = {},
                       const std::vector<ChannelType>& types = {ChannelType::eeg}, bool subtracted = true);
void set_eeg_reference(Epochs& epochs, const std::vector<std::string>& reference = {},
                       const std::vector<ChannelType>& types = {ChannelType::eeg}, bool subtracted = true);
void set_eeg_reference(Evoked& evoked, const std::vector<std::string>& reference = {},
                       const std::vector<ChannelType>& types = {ChannelType::eeg}, bool subtracted = true);

/// Channels, and the reference channels of each.
using References = std::vector<std::pair<std::string, std::vector<std::string>>>;
/// Subtracts from each channel that is named the mean of its own references, all as they were before. Warns of bad
/// channels, of references of another type, and of a channel that is its own reference. Otherwise as set_eeg_reference.
void set_own_references(Raw& raw, const References& references);
void set_own_references(Epochs& epochs, const References& references);
void set_own_references(Evoked& evoked, const References& references);

/// Appends EEG channels of zeros, the electrodes that the recording was referenced to.
/// @throws InvalidInput  the name is taken, or an average reference has been applied
void add_reference_channels(Raw& raw, const std::vector<std::string>& names);
void add_reference_channels(Epochs& epochs, const std::vector<std::string>& names);
void add_reference_channels(Evoked& evoked, const std::vector<std::string>& names);

/// Appends channels anode − cathode, named so unless `names` are given, with type and place of the anode, and bad
/// where one of the two is; `drop_refs` removes the anodes and cathodes.
/// @throws InvalidInput  unequal numbers, unknown channels, or a name that is taken
void set_bipolar_reference(Raw& raw, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
                           const std::vector<std::string>& names = {}, bool drop_refs = true, bool warn_of_bads = true);
void set_bipolar_reference(Epochs& epochs, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names = {},
                           bool drop_refs = true, bool warn_of_bads = true);
void set_bipolar_reference(Evoked& evoked, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names = {},
                           bool drop_refs = true, bool warn_of_bads = true);

}  // namespace ranvier::meeg
