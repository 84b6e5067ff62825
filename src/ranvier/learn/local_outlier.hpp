#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::learn {

/// Rows that are read a block of columns at a time: [begin, begin + out.extent(1)) into out, shape (rows, columns).
struct RowBlocks {
    index rows = 0, columns = 0;
    FunctionRef<void(index begin, View<double, 2> out)> read;
};

/// Names of distances: scikit-learn's of numbers.
std::vector<std::string> distance_names();

/// Distances between all pairs of rows, shape (rows, rows).
///
/// @param metric  one of distance_names(). @throws InvalidInput  another; values that are not finite
/// @cost          rows² · columns, one pass over the columns; two where rows are nearly the same
Array<double, 2> row_distances(const RowBlocks& data, const std::string& metric);

/// How much sparser it is around each point than around its nearest neighbours; 1 where it is the same.
///
///   reach(i, o) = max(d(i, o), distance of o's k-th neighbour),  density(i) = 1 / (mean of reach over i's neighbours),
///   factor(i) = mean of density over i's neighbours / density(i)
///
/// @param distances  shape (n, n), n >= 2
/// @param neighbors  k; at most n − 1 are taken
/// @source  Breunig et al. 2000, doi:10.1145/342009.335388; 1e-10 is added to a mean of reach, as scikit-learn does
std::vector<double> local_outlier_factors(View<const double, 2> distances, index neighbors);

}  // namespace ranvier::learn
