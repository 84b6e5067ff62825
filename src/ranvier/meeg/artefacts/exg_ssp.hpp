#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/noise/ssp.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"

namespace ranvier::meeg {

/// How projections against heart beats or blinks are computed; names, defaults and meaning are MNE-Python's.
struct ExgSspOptions : SspOptions {
    double tmin = -0.2, tmax = 0.4;  // [s]
    std::optional<double> l_freq = 1, h_freq = 35;
    bool average = true;
    std::string filter_length = "10s", filter_method = "fir";
    IirParams iir_params;
    Thresholds reject, flat;
    std::vector<std::string> bads;
    bool avg_ref = false, no_proj = false;
    static Fields fields();
};

/// What is no beat or blink but worse: the limits of peak-to-peak amplitude that MNE-Python rejects by.
Thresholds usual_limits(bool beats);

struct ExgProjections {
    std::vector<Projection> projections;  ///< those of the recording first, unless no_proj; none without a good epoch
    std::vector<std::vector<std::string>> drop_log;
};

/// Projections onto the strongest directions around `events`, in the filtered recording.
/// @param raw   its copy is filtered; reads what is not in memory
/// @param word  what descriptions begin with: "ECG", "EOG"
/// @throws InvalidInput  no event; as compute_projections and filter
/// @cost    filtering all good channels of MEG, EEG, EOG and ECG
ExgProjections compute_exg_projections(Raw raw, const Events& events, const ExgSspOptions& options,
                                       const std::string& word);

}  // namespace ranvier::meeg
