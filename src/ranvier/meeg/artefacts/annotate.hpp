#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Stretches that are artefacts or breaks, as annotations that stand alone: set_annotations() puts them into a
/// recording. Names, defaults and meaning of options are MNE-Python's.
namespace ranvier::meeg {

struct AmplitudeOptions {
    Thresholds peak, flat;
    double bad_percent = 5;
    double min_duration = 0.005;  // [s]
    std::vector<index> picks;
    static Fields fields();
};

struct AmplitudeFound {
    Annotations annotations;        ///< "BAD_flat" and "BAD_peak", of all channels that are not bad
    std::vector<std::string> bads;  ///< channels for which that is so bad_percent of the time or more
};

/// Where neighbouring samples differ by `peak` or more, or by `flat` or less, for min_duration or longer. Stretches
/// annotated "BAD_ACQ_SKIP" are left out.
/// @throws InvalidInput  neither limit
AmplitudeFound annotate_amplitude(const Raw& raw, const AmplitudeOptions& options);

/// "BAD_NAN", each channel's own.
Annotations annotate_nan(const Raw& raw);

struct BreakOptions {
    double min_break_duration = 15, t_start_after_previous = 5, t_stop_before_next = 5;  // [s]
    std::vector<std::string> ignore{"bad", "edge"};
    static Fields fields();
};

/// "BAD_break" where for long there is no annotation but those that begin with a word of `ignore`, or, if given, no
/// event.
/// @throws InvalidInput  nothing to look between; margins longer than a break
Annotations annotate_break(const Raw& raw, const std::optional<Events>& events, const BreakOptions& options = {});

struct MuscleOptions {
    double threshold = 4;
    std::optional<std::string> ch_type;
    std::optional<double> min_length_good = 0.1;  // [s]
    std::array<double, 2> filter_freq{110, 140};  // [Hz]
    static Fields fields();
};

struct MuscleFound {
    Annotations annotations;     ///< "BAD_muscle"
    std::vector<double> scores;  ///< of each sample; NaN where annotations say "bad"
};

/// Where the band of muscles is strong: envelopes as z-scores, their sum over the channels of one type divided by
/// √channels, below 4 Hz.
/// @throws InvalidInput  no channel of that type
/// @source  Muthukumaraswamy 2013, doi:10.3389/fnhum.2013.00138; MNE-Python's `annotate_muscle_zscore`
MuscleFound annotate_muscle_zscore(const Raw& raw, const MuscleOptions& options = {});

}  // namespace ranvier::meeg
