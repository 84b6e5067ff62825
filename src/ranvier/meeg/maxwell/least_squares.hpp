#pragma once

#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// How least_squares() searches, in the parameters' unit.
struct Steps {
    double difference;  ///< between the points that slopes are taken from
    double longest;     ///< of a step
    double shortest;    ///< of a step, after which the search ends
};

/// Where the sum of squares of residuals is least that depend on three parameters, beginning at `at`: Levenberg and
/// Marquardt's steps, slopes by differences.
/// @source  Marquardt 1963, doi:10.1137/0111030
Point least_squares(FunctionRef<std::vector<double>(const Point&)> residuals, Point at, const Steps& steps);

}  // namespace ranvier::meeg
