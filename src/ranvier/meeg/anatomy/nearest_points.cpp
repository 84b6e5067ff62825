#include "ranvier/meeg/anatomy/nearest_points.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>

#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

namespace {
std::size_t at(index k) { return static_cast<std::size_t>(k); }
constexpr index leaf = 8;
}  // namespace

NearestPoints::NearestPoints(View<const double, 2> points) {
    require(points.extent(0) == 0 || points.extent(1) == 3,
            [&] { return "points must have 3 coordinates; got " + text_of(points.extent(1)); });
    for (index k = 0; k < points.extent(0); ++k) {
        points_.push_back({points(k, 0), points(k, 1), points(k, 2)});
    }
    order_.resize(points_.size());
    std::iota(order_.begin(), order_.end(), index{0});
    axis_.resize(points_.size());
    split(0, std::ssize(points_));
}

void NearestPoints::split(index begin, index end) {
    if (end - begin <= leaf) {
        return;
    }
    Point low{}, high{};
    low.fill(std::numeric_limits<double>::infinity());
    high.fill(-low[0]);
    for (index k = begin; k < end; ++k) {
        for (std::size_t a = 0; a < 3; ++a) {
            low[a] = std::min(low[a], points_[at(order_[at(k)])][a]);
            high[a] = std::max(high[a], points_[at(order_[at(k)])][a]);
        }
    }
    const Point size = minus(high, low);
    const auto axis = static_cast<std::size_t>(std::max_element(size.begin(), size.end()) - size.begin());
    const index middle = begin + (end - begin) / 2;
    std::nth_element(order_.begin() + begin, order_.begin() + middle, order_.begin() + end, [&](index a, index b) {
        const double x = points_[at(a)][axis], y = points_[at(b)][axis];
        return x < y || (x == y && a < b);
    });
    axis_[at(middle)] = static_cast<char>(axis);
    split(begin, middle);
    split(middle + 1, end);
}

template <class Take>
void NearestPoints::visit(const Point& place, const double& limit, index begin, index end, Take&& take) const {
    const auto give = [&](index p) {
        const Point apart = minus(points_[at(p)], place);
        take(p, dot(apart, apart));
    };
    if (end - begin <= leaf) {
        std::for_each(order_.begin() + begin, order_.begin() + end, give);
        return;
    }
    const index middle = begin + (end - begin) / 2;
    const auto axis = static_cast<std::size_t>(axis_[at(middle)]);
    const double ahead = place[axis] - points_[at(order_[at(middle)])][axis];
    const bool left_first = ahead < 0;
    left_first ? visit(place, limit, begin, middle, take) : visit(place, limit, middle + 1, end, take);
    give(order_[at(middle)]);
    if (ahead * ahead <= limit) {
        left_first ? visit(place, limit, middle + 1, end, take) : visit(place, limit, begin, middle, take);
    }
}

NearestPoints::Found NearestPoints::nearest(const Point& place) const {
    require(!points_.empty(), "there must be points to find the nearest among");
    Found best{-1, std::numeric_limits<double>::infinity()};
    visit(place, best.distance, 0, std::ssize(points_), [&](index p, double squared) {
        if (squared < best.distance || (squared == best.distance && p < best.point)) {
            best = {p, squared};
        }
    });
    best.distance = std::sqrt(best.distance);
    return best;
}

std::vector<NearestPoints::Found> NearestPoints::nearest(const Point& place, index count) const {
    const auto farther = [](const Found& a, const Found& b) {
        return a.distance < b.distance || (a.distance == b.distance && a.point < b.point);
    };
    std::vector<Found> heap;
    double limit = count > 0 ? std::numeric_limits<double>::infinity() : -1;
    visit(place, limit, 0, std::ssize(points_), [&](index p, double squared) {
        if (count <= 0) {
            return;
        }
        const Found found{p, squared};
        if (std::ssize(heap) == count) {
            if (!farther(found, heap.front())) {
                return;
            }
            std::pop_heap(heap.begin(), heap.end(), farther);
            heap.pop_back();
        }
        heap.push_back(found);
        std::push_heap(heap.begin(), heap.end(), farther);
        if (std::ssize(heap) == count) {
            limit = heap.front().distance;
        }
    });
    std::sort_heap(heap.begin(), heap.end(), farther);
    for (Found& found : heap) {
        found.distance = std::sqrt(found.distance);
    }
    return heap;
}

std::vector<index> NearestPoints::within(const Point& place, double distance) const {
    std::vector<index> found;
    const double limit = distance * distance;
    visit(place, limit, 0, std::ssize(points_), [&](index p, double squared) {
        if (squared <= limit) {
            found.push_back(p);
        }
    });
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace ranvier::meeg
