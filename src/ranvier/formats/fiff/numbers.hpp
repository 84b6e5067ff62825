#pragma once

#include <cstdint>

#include "ranvier/meeg/recording/channel.hpp"

/// FIFF's integers for what the nouns of meeg name: kinds, coils, units, frames (meeg/recording/kinds.hpp).
/// @source  fiff_file.h of the Neuromag and MNE toolboxes
namespace ranvier::formats::fiff {

/// FIFF's number of a value.
template <class Enum>
std::int32_t number(Enum value);
/// The value of a number; one without a name keeps it, so that number(named<Enum>(n)) == n for every n.
template <class Enum>
Enum named(std::int32_t number);

/// The number of a channel's coil, which has the grade of its compensation in the upper half.
std::int32_t coil_number(const meeg::Channel& channel);
void set_coil(meeg::Channel& channel, std::int32_t number);

}  // namespace ranvier::formats::fiff
