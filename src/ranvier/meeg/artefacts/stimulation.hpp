#pragma once

#include <array>
#include <optional>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Names, defaults and meaning are MNE-Python's.
struct StimulationOptions {
    double tmin = 0, tmax = 0.01;                   // [s]
    std::optional<std::array<double, 2>> baseline;  // [s]
    std::string mode = "linear";
    std::vector<index> picks;
    static Fields fields();
};

/// Fills what stimulation spoils, from tmin to tmax after each event: by a line between its ends, by the samples
/// themselves faded out and in again, or by the mean of the baseline.
/// @throws InvalidInput  not in memory, no event, a stretch that leaves the data, or one too short to fade
void fix_stim_artifact(Raw& raw, const Events& events, const StimulationOptions& options = {});
void fix_stim_artifact(Epochs& epochs, const StimulationOptions& options = {});
void fix_stim_artifact(Evoked& evoked, const StimulationOptions& options = {});

}  // namespace ranvier::meeg
