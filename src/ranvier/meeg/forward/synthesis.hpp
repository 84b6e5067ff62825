#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ranvier/meeg/forward/sphere.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// What was put into a synthetic recording.
struct SynthesisTruth {
    SphereModel head;
    /// Sources of rhythms and of the blinks. The moment is the root mean square of the rhythm before it weakens, and
    /// the peak of a blink.
    std::vector<Dipole> dipoles;
    std::vector<std::string> names;  ///< "left hand area", "right hand area", "foot area", "occipital cortex", "eyes"
    double mu_frequency = 0;         // [Hz]
    double beta_frequency = 0;       // [Hz]
    double alpha_frequency = 0;      ///< of the occipital cortex [Hz]; it does not follow the task
    double desynchronisation = 0;    ///< share of the rhythm's power lost after an event of its side
    std::vector<double> blinks;      ///< times of the peaks [s]
};
struct SyntheticRecording {
    Raw raw;
    SynthesisTruth truth;
};

/// A 64-channel motor-imagery recording of known truth: rhythms of dipoles in a conducting sphere that weaken after
/// "both hands" (T1) and "both feet" (T2) events, pink background, blinks and line noise. The same seed gives the same
/// bits on any number of threads.
///
/// The channels are those of EEGMMIDB at their 10-05 places in head coordinates. As there, rests (T0, 4.2 s) and tasks
/// (4.1 s) take turns; each pair of tasks holds one T1 and one T2 in random order. In a task the power of its areas' mu
/// and beta rhythms falls to 1 − desynchronisation within half a second and comes back after it.
///
/// @param duration  [s], at least 20
/// @param sfreq     [Hz], above 120 because of the line noise at 60 Hz
/// @throws InvalidInput  duration or sfreq too small, or more samples than memory can hold
SyntheticRecording synthetic_motor_imagery(std::uint64_t seed, double duration = 375, double sfreq = 160);

}  // namespace ranvier::meeg
