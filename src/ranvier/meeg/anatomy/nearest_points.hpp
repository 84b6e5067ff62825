#pragma once

#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// Points in space, ordered so that those near to a place are found without looking at all of them (a k-d tree).
class NearestPoints {
public:
    /// @param points  shape (n, 3), copied
    explicit NearestPoints(View<const double, 2> points);

    struct Found {
        index point = -1;
        double distance = 0;
    };
    /// The nearest point; of several the first. @throws InvalidInput  there are none
    Found nearest(const Point& place) const;
    /// The `count` nearest points, nearest first; of equal distance the first one. Fewer where there are fewer.
    std::vector<Found> nearest(const Point& place, index count) const;
    /// Points up to a distance, rising.
    std::vector<index> within(const Point& place, double distance) const;

private:
    void split(index begin, index end);
    template <class Take>
    void visit(const Point& place, const double& limit, index begin, index end, Take&& take) const;

    std::vector<Point> points_;
    std::vector<index> order_;  ///< points so that the middle of each stretch splits it
    std::vector<char> axis_;    ///< along which axis, at the middle's position
};

}  // namespace ranvier::meeg
