#pragma once

#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

// As of recordings (raw.hpp): channels of others, put behind those of the first, in place. Bad channels are those of
// all; projections that the first lacks are added.
//
// @throws InvalidInput  samples not in memory, a name twice, another number of samples or sampling rate, a projection
//                       that was applied to a part of them only

/// `info` with the channels, bad channels and projections of another.
void join(Info& info, const Info& other);

/// @param at_their_place  only with the same events and times; else those of the first are kept
void add_channels(Epochs& epochs, const std::vector<const Epochs*>& others, bool at_their_place = true);
/// @param at_their_place  only with the same times; else those of the first are kept
void add_channels(Evoked& evoked, const std::vector<const Evoked*>& others, bool at_their_place = true);

/// Where they are.
template <class Noun>
std::vector<const Noun*> pointers(const std::vector<Noun>& nouns) {
    std::vector<const Noun*> all;
    for (const Noun& noun : nouns) {
        all.push_back(&noun);
    }
    return all;
}

}  // namespace ranvier::meeg
