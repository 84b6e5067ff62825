#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// How many directions of largest signal are taken, by type of channels.
struct SspOptions {
    double n_grad = 2, n_mag = 2, n_eeg = 2;
    std::optional<std::string> desc_prefix;
    std::string meg = "separate";
    static Fields fields() {
        using O = SspOptions;
        return {
            "compute_proj",
            {field("n_grad", &O::n_grad, "vectors of gradiometers, or the share below 1 of the signal that they hold")
                 .at_least(0),
             field("n_mag", &O::n_mag, "vectors of magnetometers, or the share below 1 of the signal that they hold")
                 .at_least(0),
             field("n_eeg", &O::n_eeg, "vectors of EEG, or the share below 1 of the signal that they hold").at_least(0),
             field("desc_prefix", &O::desc_prefix, "what descriptions begin with; none: events and times"),
             field("meg", &O::meg, "whether magnetometers and gradiometers have vectors of their own")
                 .one_of({"separate", "combined"})}};
    }
};

struct RawSspOptions : SspOptions {
    double start = 0;
    std::optional<double> stop;
    std::optional<double> duration = 1;
    Thresholds reject, flat;
    RawSspOptions() { n_eeg = 0; }
    static Fields fields() {
        using O = RawSspOptions;
        return {"compute_proj_raw",
                with_base<O, SspOptions>(
                    {field("start", &O::start, "first time").in("s"),
                     field("stop", &O::stop, "last time; none: the end").in("s"),
                     field("duration", &O::duration,
                           "length of the pieces that are judged by reject and flat; none: one piece")
                         .in("s")
                         .above(0),
                     field("reject", &O::reject, "a piece with a larger peak-to-peak amplitude is left out"),
                     field("flat", &O::flat, "a piece with a smaller peak-to-peak amplitude is left out")})};
    }
};

/// Projections onto the principal directions of the good channels' signal about zero, strongest first, not applied.
/// Their signs are arbitrary.
/// @throws InvalidInput  no epoch is left, a number of vectors that is no whole one, samples that are no numbers
/// @cost    one pass over the samples, their number · channels²
/// @source  Uusitalo & Ilmoniemi 1997, doi:10.1007/BF02534144
std::vector<Projection> compute_projections(const Epochs& epochs, const SspOptions& options = {});
std::vector<Projection> compute_projections(const Evoked& evoked, const SspOptions& options = {});
std::vector<Projection> compute_projections(const std::shared_ptr<const Raw>& raw, const RawSspOptions& options = {});

}  // namespace ranvier::meeg
