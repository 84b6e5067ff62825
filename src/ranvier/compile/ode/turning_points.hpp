#pragma once

#include <functional>
#include <vector>

namespace ranvier::compile {

struct TurningPoint {
    double t, g;
};

/// A function from a to b (b < a: backwards): its ends and what lies between them where it turns, in that order, so
/// that it changes its sign at most once between neighbours.
///
/// It is replaced by its polynomial in Chebyshev points, on halves of halves where that does not meet it to 1e-7 of its
/// size. So of a polynomial of a degree up to degree + 2, and of what is as smooth, no change of sign is missed; of
/// what jumps only what lasts a fifth of the way is sure to be found, that is more than the widest gap between nine
/// Chebyshev points. Where g is no number, the points are the ends.
///
/// @param ga, gb  g at the ends, which are known
/// @param degree  of the curve that g is asked along
/// @source  Boyd 2013, Finding the zeros of a univariate equation, doi:10.1137/110838297 (proxy and subdivision)
std::vector<TurningPoint> turning_points(const std::function<double(double)>& g, double a, double b, double ga,
                                         double gb, int degree);

}  // namespace ranvier::compile
