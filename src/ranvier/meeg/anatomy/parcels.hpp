#pragma once

#include <functional>
#include <vector>

#include "ranvier/meeg/anatomy/surface.hpp"
#include "ranvier/numerics/sparse.hpp"

/// Regions that grow over a surface, and what of it hangs together.
namespace ranvier::meeg {

/// Points up to a distance from some seeds, step by step along edges: MNE's rule, by which a point that was reached on
/// a longer way first keeps its neighbours' distances.
struct Grown {
    std::vector<index> points;      ///< rising
    std::vector<double> distances;  ///< in the unit of the edges
};
Grown grown(const numerics::SparseMatrix& edges, const std::vector<index>& seeds, double extent);

/// Regions that grow from seeds, one point at a time, each to the free point that is nearest to its seeds, and stop at
/// others. @param extents  one for each list of seeds
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
