#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// What is certain of a solution of a convex problem: its objective is no more than `gap` above the least possible one,
/// because a point of the dual problem that is feasible for all sources lies that close below.
struct Certificate {
    double objective = 0;    ///< before amplitudes are rid of their bias
    double gap = 0;          ///< objective − the highest lower bound
    double tolerance = 0;    ///< the gap that was asked for
    index iterations = 0;    ///< passes over the sources at work
    bool converged = false;  ///< whether gap ≤ tolerance
};

/// "converged: duality gap 3.2e-07 <= 1e-06 after 40 iterations", or "NOT converged: …" with what to do.
std::string in_words(const Certificate& certificate);

/// Time courses of the few sources that are active.
struct SparseSolution {
    Array<double, 2> X;              ///< shape (active positions · orientations, times)
    std::vector<index> active;       ///< positions, ascending
    std::vector<double> objectives;  ///< after each round
    Certificate certificate;         ///< of the last convex problem that was solved
};

}  // namespace ranvier::meeg
