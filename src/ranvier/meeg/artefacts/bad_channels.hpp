#pragma once

#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Names, defaults and meaning are MNE-Python's; metrics are scikit-learn's.
struct LofOptions {
    index n_neighbors = 20;
    std::vector<index> picks;
    std::string metric = "euclidean";
    double threshold = 1.5;
    static Fields fields();
};

struct OutlyingChannels {
    std::vector<std::string> names;  ///< of those whose factor is threshold or more
    std::vector<double> factors;     ///< of each pick
};

/// Channels whose samples lie far from those of all others: by their local outlier factor among the picks.
/// @throws InvalidInput  fewer than two channels, channels of several types, samples that are no numbers
/// @cost    channels² · samples; reads blocks
/// @source  Kumaravel et al. 2022, doi:10.3390/s22197314; learn::local_outlier_factors
OutlyingChannels find_bad_channels_lof(const Raw& raw, const LofOptions& options = {});

}  // namespace ranvier::meeg
