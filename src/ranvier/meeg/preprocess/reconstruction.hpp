#pragma once

#include <array>
#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/forward/field_map.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

struct ReconstructionOptions {
    SeriesLength mode = SeriesLength::accurate;
    std::optional<std::array<double, 3>> origin;  // centre of the sphere [m]; none: of the one fitted to the head
    static Fields fields() {
        using O = ReconstructionOptions;
        return {"reconstruct_proj",
                {field("mode", &O::mode, "whether maps of fields sum 99 terms of their series, or 49",
                       {{"accurate", SeriesLength::accurate}, {"fast", SeriesLength::fast}}),
                 field("origin", &O::origin, "centre of the sphere in head coordinates; 'auto': fitted to the head")
                     .in("m")
                     .none_is("auto")}};
    }
};

/// Applies all projections and gives back what they took of fields: good MEG and EEG channels become what they would
/// measure, without projections, of the smallest currents that explain what projections have left. So maps look like
/// fields again. EEG keeps an average reference. Kinds of channels that no projection is about stay as they are.
///
/// @throws InvalidInput  not in memory, a channel without position, no digitisation to fit a sphere to, or projections
///                       leave nothing
void reconstruct_projected(Raw& raw, const ReconstructionOptions& options = {});
void reconstruct_projected(Epochs& epochs, const ReconstructionOptions& options = {});
void reconstruct_projected(Evoked& evoked, const ReconstructionOptions& options = {});

}  // namespace ranvier::meeg
