#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::formats {

/// What a simulation recorded, as .csv in SI units with all digits: columns t, i of spikes and other events, t, rate of
/// a population, t, v[0], v[3], … of values.
/// @throws FileError  as OutputFile
void write_recording(const sim::Recording& recording, const std::filesystem::path& path, bool overwrite);

struct SpikeTable {
    std::vector<std::int32_t> i;
    std::vector<double> t;  ///< [s]
};
/// Who spiked when: a .csv with columns t and i. @throws FileError
SpikeTable read_spikes(const std::filesystem::path& path);

}  // namespace ranvier::formats
