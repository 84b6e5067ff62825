#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ranvier/meeg/raw.hpp"
#include "ranvier/meeg/sphere.hpp"

namespace ranvier::meeg {

/// What was put into a synthetic recording.
struct SynthesisTruth {
    std::vector<Dipole> dipoles;
    std::vector<std::string> names;  ///< "left hand area", …
    double mu_frequency = 0;         // [Hz]
    double desynchronisation = 0;    ///< share of the rhythm's power lost after an event of its side
};
struct SyntheticRecording {
    Raw raw;
    SynthesisTruth truth;
};

/// A 64-channel motor-imagery recording of known truth: rhythms of dipoles in a conducting sphere that weaken after
/// "hands" (T1) and "feet" (T2) events, pink background, blinks and line noise. The same seed gives the same bits.
SyntheticRecording synthetic_motor_imagery(std::uint64_t seed, double duration = 375, double sfreq = 160);

}  // namespace ranvier::meeg
