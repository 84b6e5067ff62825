#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

/// Places in space and their algebra.
namespace ranvier::meeg {

using Point = std::array<double, 3>;

inline double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
inline Point cross(const Point& a, const Point& b) {
    return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
inline double norm(const Point& a) { return std::sqrt(dot(a, a)); }
inline Point minus(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
inline Point plus(const Point& a, const Point& b) { return {a[0] + b[0], a[1] + b[1], a[2] + b[2]}; }
inline Point scaled(const Point& a, double s) { return {a[0] * s, a[1] * s, a[2] * s}; }

/// The value in the middle, or the mean of the two there. @param values  not empty; in another order afterwards
template <class T>
T median(std::vector<T>& values) {
    const auto middle = values.begin() + std::ssize(values) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return values.size() % 2 == 1 ? *middle : (*std::max_element(values.begin(), middle) + *middle) / 2;
}

}  // namespace ranvier::meeg
