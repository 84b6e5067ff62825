#pragma once

#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// The average-reference projection over the good channels of one or several types, not yet applied.
/// @throws InvalidInput  no channel of a type, or another reference has been applied (info.custom_ref_applied)
Projection average_reference(const Info& info, const std::vector<ChannelType>& types = {ChannelType::eeg});

/// P = I − Uᵀ U over info's channels, the rows of U an orthonormal basis of the projections' good-channel parts.
struct Projector {
    Array<double, 2> matrix;   ///< shape (channels, channels)
    int rank = 0;              ///< number of vectors projected out
    Array<double, 2> vectors;  ///< U, shape (rank, channels)
};
/// @param include_active  false: only the projections that have not been applied
/// @throws InvalidInput  nothing would be left, or a projection names a channel twice
/// @source  Uusitalo & Ilmoniemi 1997, doi:10.1007/BF02534144; directions below 1 % of the strongest are dropped
Projector projector(const Info& info, bool include_active = true);

/// Keeps of each projection what its vectors hold of the good channels of `info`, brought to length 1.
void normalize_projections(Info& info);
/// Adds projections, not applied; those that are there already are left out.
void add_projections(Info& info, const StableVector<Projection>& projections);
/// Whether all projections have been applied.
bool all_active(const Info& info);
void activate_projections(Info& info);
bool same(const Array<double, 2>& a, const Array<double, 2>& b);
/// Equal but for being active.
bool same(const Projection& a, const Projection& b);
/// Applies all projections to epochs in memory, whether they are active or not.
void project_loaded(Epochs& epochs);
/// Applies what is not yet active; lazy data is projected when read, lazy epochs are loaded.
void apply_projections(Raw& raw);
void apply_projections(Epochs& epochs);
void apply_projections(Evoked& evoked);

}  // namespace ranvier::meeg
