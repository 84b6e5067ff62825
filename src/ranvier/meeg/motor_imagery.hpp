#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"

namespace ranvier::meeg {

/// What imagined movements of both hands (annotations T1) and both feet (T2) do to an EEG. Over the sensorimotor cortex
/// the rhythms near 10 and 20 Hz weaken meanwhile: for hands at C3 and C4, for feet at Cz.
/// @source  Pfurtscheller & Lopes da Silva 1999, doi:10.1016/S1388-2457(99)00141-8
struct MotorImagery {
    static constexpr double mu_low = 8, mu_high = 13;  // [Hz] the band, and the time after the cue, that are averaged
    static constexpr double erd_from = 1, erd_to = 3;  // [s]

    Raw raw;            ///< average reference, 1 to 40 Hz
    Spectrum spectrum;  ///< before filtering
    index n_events = 0;
    std::vector<std::vector<std::string>> drop_log;  ///< of all events
    std::string left_out;                            ///< which epochs were dropped, and why, in words
    Epochs hands, feet;
    std::vector<std::pair<std::string, Evoked>> averages;   ///< "hands", "feet", "hands − feet"
    std::vector<std::pair<std::string, AverageTfr>> power;  ///< the same; change against −1 … 0 s [%]
    struct Site {
        std::string channel;
        double hands, feet;  ///< mean change of power [%]
    };
    std::vector<Site> sites;  ///< C3, Cz, C4
    /// What was done, in words: step, how.
    std::vector<std::pair<std::string, std::string>> parameters;
};

/// Does the work of a step; `name` says which. For progress and timing.
using Step = std::function<void(const std::string& name, const std::function<void()>& work)>;

/// @param raw   in memory; EEG with places, and channels C3, Cz, C4
/// @param step  called for each step of the analysis, in turn
/// @throws InvalidInput  a channel or an annotation is missing, or no epoch is left
MotorImagery motor_imagery(Raw raw, const Step& step);

}  // namespace ranvier::meeg
