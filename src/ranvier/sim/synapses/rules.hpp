#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/random.hpp"

namespace ranvier::sim {

/// What is to be joined.
struct Ends {
    std::int64_t sources = 0, targets = 0;
    /// Source i and target i + own are one neuron; nothing: they never are.
    std::optional<std::int64_t> own;
};

/// Where neurons are: rows of coordinates [m, or whatever all are in].
struct Places {
    std::size_t dimensions = 0;
    std::vector<double> sources, targets;
    std::vector<double> extent;  ///< of a box that closes on itself, for each dimension; empty: there is no box
};

/// A rule by its name, with the numbers that it takes.
struct ConnectionRule {
    std::string name;
    std::map<std::string, double, std::less<>> numbers;  ///< such as "indegree", "p", "width"
    bool allow_autapses = true;                          ///< synapses of a neuron onto itself
    bool allow_multapses = true;                         ///< several synapses of one pair
    std::string kernel;                                  ///< of the rule "distance"
    Places places;
};

/// Source and target of each synapse, sorted by source, then target.
struct ConnectedPairs {
    std::vector<std::int32_t> i, j;
};

/// The pairs that a rule makes.
///
/// @throws InvalidInput  unknown rules and numbers, or numbers that can't be kept to
/// @cost    O(synapses log of those of a neuron); "distance" O(sources targets)
/// @source  Senk et al. 2022, doi:10.1371/journal.pcbi.1010086: the rules and their names
ConnectedPairs connected_pairs(const ConnectionRule& rule, const Ends& ends, RandomStream& random);

std::vector<std::string> connection_rules();

}  // namespace ranvier::sim
