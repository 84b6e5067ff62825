#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"

/// Pseudo-arclength continuation: the walk along a branch of solutions, of whatever kind they are.
namespace ranvier::dynamics {

/// How long steps may be, in units of the branch, and how they adapt to the iterations of the corrector.
struct WalkSteps {
    double first, largest, smallest;
    double growth;   ///< of the step, after at most `easy` iterations
    int easy, fair;  ///< after at most `fair` it is kept, after more it becomes shorter
    index points;    ///< at most
};

enum class WalkEnd { client, points, step };

/// Walks on from `here` until the client has enough, after so many points, or where steps would become too short.
///
/// The client predicts along the tangent and corrects: `stepped(from, step, iterations)` gives the point at that
/// distance with its tangent and test functions, or nothing; `bends(here, there)` asks for a shorter step;
/// `arrived(here, there, step, count)` takes the next point, moves `here` there, and says whether to go on.
template <class Point, class Client>
WalkEnd walk(Client& client, Point& here, const WalkSteps& steps) {
    double step = steps.first;
    for (index count = 0; count < steps.points;) {
        check_interrupt();
        int iterations = 0;
        std::optional<Point> there = client.stepped(here, step, iterations);
        if (!there || client.bends(here, *there)) {
            step /= 2;
            if (step < steps.smallest) {
                return WalkEnd::step;
            }
            continue;
        }
        if (!client.arrived(here, std::move(*there), step, ++count)) {
            return WalkEnd::client;
        }
        step = std::min(steps.largest, iterations <= steps.easy   ? steps.growth * step
                                       : iterations <= steps.fair ? step
                                                                  : 0.6 * step);
    }
    return WalkEnd::points;
}

/// How exactly a zero is looked for.
struct Search {
    int most;       ///< evaluations
    int bisect;     ///< every so many, the stretch is halved
    double narrow;  ///< so short a stretch is enough
};

/// Where a test function vanishes between `from` and the point a step on: the Illinois method on the step's length.
///
/// @param at      at(length, high): the point there, or nothing; it may lengthen a step at which nothing is found
/// @param enough  enough(point, value, k, width): the k-th point is good
template <class Point, class At, class Enough>
Point zero(const Point& from, const Point& to, double step, double Point::*test, Search search, At at, Enough enough) {
    double low = 0, high = step, at_low = from.*test, at_high = to.*test;
    Point best = std::abs(at_low) < std::abs(at_high) ? from : to;
    int side = 0;
    for (int k = 0; k < search.most && high - low > search.narrow; ++k) {
        check_interrupt();
        double middle = low - at_low * (high - low) / (at_high - at_low);
        if (!(middle > low && middle < high) || k % search.bisect == search.bisect - 1) {
            middle = (low + high) / 2;
        }
        const std::optional<Point> point = at(middle, high);
        if (!point) {
            break;
        }
        const double value = (*point).*test;
        if (std::abs(value) <= std::abs(best.*test)) {
            best = *point;
        }
        if (value == 0 || enough(*point, value, k, high - low)) {
            break;
        }
        if ((value < 0) == (at_low < 0)) {
            low = middle;
            at_low = value;
            at_high /= side == 1 ? 2 : 1;
            side = 1;
        } else {
            high = middle;
            at_high = value;
            at_low /= side == -1 ? 2 : 1;
            side = -1;
        }
    }
    return best;
}

}  // namespace ranvier::dynamics
