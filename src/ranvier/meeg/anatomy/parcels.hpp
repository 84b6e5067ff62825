#pragma once

#include <functional>
#include <vector>

#include "ranvier/meeg/anatomy/surface.hpp"
#include "ranvier/numerics/sparse.hpp"

/// Regions that grow over a surface, and what of it hangs together.
namespace ranvier::meeg {

/// Points up to a distance from the nearest of some seeds along edges.
struct Grown {
    std::vector<index> points;      ///< rising
    std::vector<double> distances;  ///< in the unit of the edges
};
Grown grown(const numerics::SparseMatrix& edges, const std::vector<index>& seeds, double extent);

/// The same for several lists of seeds, where each point belongs to the nearest seed's list.
/// @param extents  one for each list of seeds
/// @throws InvalidInput  a seed of two lists
std::vector<std::vector<index>> grown_apart(const numerics::SparseMatrix& edges,
                                            const std::vector<std::vector<index>>& seeds,
                                            const std::vector<double>& extents);

/// A whole surface cut in `n_parcels` parcels that grow from points drawn at random; small ones join their smallest
/// neighbours. @param drawn  the position of one of n, from 0 to n − 1
std::vector<std::vector<index>> random_parcels(const numerics::SparseMatrix& edges, index parcel_size, index n_parcels,
                                               const std::function<index(index)>& drawn);

/// Which of some nodes of a graph hang together along its entries: the part of each, in the order of first nodes;
/// those that are not `chosen` have −1.
std::vector<index> connected(const numerics::SparseMatrix& graph, const std::vector<bool>& chosen);

/// A surface smoothed and blown up until its folds are gone: points move to the mean of their neighbours and along
/// springs that keep distances, and its area stays what it was.
/// @param steps  0 or more
/// @source  Fischl, Sereno & Dale 1999, doi:10.1006/nimg.1998.0396
Array<double, 2> inflated(const Surface& surface, int steps);

}  // namespace ranvier::meeg
