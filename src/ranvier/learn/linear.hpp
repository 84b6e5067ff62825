#pragma once

#include "ranvier/learn/decomposition.hpp"
#include "ranvier/learn/estimator.hpp"

/// What the rows of all linear decompositions share.
namespace ranvier::learn {

/// @throws InvalidInput  more were asked for than there can be
index component_count(const std::optional<index>& asked, index most);

/// @param mixing  (components, features); the state has it transposed
State linear_state(const std::vector<double>& mean, Array<double, 2> components, const Array<double, 2>& mixing);
std::vector<StateEntry> linear_entries(std::vector<StateEntry> more);
/// @throws InvalidInput  mean, components and mixing that don't fit each other
void check_linear(const State& state);

template <class O>
Matrix linear_transform(const O&, const State& state, const Samples& samples) {
    const Doubles X(samples);
    return projected(X, row<double>(state, "mean_"), matrix<double>(state, "components_"));
}

}  // namespace ranvier::learn
