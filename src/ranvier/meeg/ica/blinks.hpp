#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/ica/judge.hpp"

namespace ranvier::meeg {

/// How blinks are found and taken out of a recording without a person.
struct BlinkOptions : IcaOptions {
    std::vector<std::string> eog;              ///< channels near the eyes; none: those of type EOG
    bool extended = true;                      ///< of infomax: sub-Gaussian sources too
    std::optional<double> l_freq = 1, h_freq;  ///< of the copy that is decomposed [Hz]
    double threshold = 3;
    std::string measure = "zscore";
    static Fields fields();
};

struct BlinksFound {
    Ica ica;  ///< with what was taken out as `exclude`
    FoundComponents found;
};

/// Decomposes a filtered copy of the data channels, finds the components that are like the EOG channels from 1 to
/// 10 Hz, and takes them out of the recording.
/// @param raw  in memory
/// @throws InvalidInput  no channel of the eyes; as fit
BlinksFound take_out_blinks(Raw& raw, const BlinkOptions& options);

}  // namespace ranvier::meeg
