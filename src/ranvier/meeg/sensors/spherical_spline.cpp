#include "ranvier/meeg/sensors/spherical_spline.hpp"

#include <cmath>
#include <numbers>

namespace ranvier::meeg {

SphericalSpline::SphericalSpline(double m, int terms) {
    for (int n = 1; n <= terms; ++n) {
        factors_.push_back((2.0 * n + 1) / (std::pow(n, m) * std::pow(n + 1.0, m) * 4 * std::numbers::pi));
    }
}

double SphericalSpline::operator()(double x) const {
    double later = 0, latest = 0;  // b_{n+1}, b_{n+2} of Clenshaw's recurrence
    for (auto n = static_cast<double>(factors_.size()); n >= 1; --n) {
        const double now = factors_[static_cast<std::size_t>(n) - 1] + (2.0 * n + 1) / (n + 1.0) * x * later -
                           (n + 1.0) / (n + 2.0) * latest;
        latest = later;
        later = now;
    }
    return x * later - latest / 2;  // P_0 has no part of its own
}

}  // namespace ranvier::meeg
