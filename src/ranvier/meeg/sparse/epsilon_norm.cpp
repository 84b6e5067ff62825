#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"

namespace ranvier::meeg {

double epsilon_norm(std::span<const double> y, std::span<const double> counts, double l1_ratio, double s,
                    std::span<const double> weights) {
    require(counts.size() == y.size() && (weights.empty() || weights.size() == y.size()),
            "counts and weights must be one for each entry");
    const auto weight = [&](index i) { return weights.empty() ? 1.0 : weights[i]; };
    const double a = l1_ratio, b = (1 - l1_ratio) * s;
    double squares = 0, largest = 0;
    for (index i = 0; i < std::ssize(y); ++i) {
        squares += counts[i] * y[i] * y[i];
        largest = std::max(largest, y[i] / weight(i));
    }
    if (squares == 0) {
        return 0;
    }
    if (a == 0) {
        return std::sqrt(squares) / b;
    }
    if (b == 0) {
        return largest / a;
    }
    // Entries count while y_i > r w_i ν; with those of the largest y_i / w_i the condition is a quadratic equation in
    // ν, and it is the right one where the next entry stays below.
    std::vector<index> order;
    for (index i = 0; i < std::ssize(y); ++i) {
        if (y[i] > 0) {
            order.push_back(i);
        }
    }
    std::ranges::sort(order, [&](index i, index k) {
        const double x = y[i] / weight(i), z = y[k] / weight(k);
        return x != z ? x > z : i < k;
    });
    double yy = 0, yw = 0, ww = 0, nu = 0;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const index i = order[k];
        yy += counts[i] * y[i] * y[i];
        yw += counts[i] * y[i] * weight(i);
        ww += counts[i] * weight(i) * weight(i);
        // (b² − a² ww) ν² + 2 a yw ν − yy = 0, its least positive root, in the form that loses no digits
        const double lead = b * b - a * a * ww, half = a * yw;
        nu = yy / (half + std::sqrt(std::max(0.0, half * half + lead * yy)));
        if (k + 1 == order.size() || y[order[k + 1]] <= a * weight(order[k + 1]) * nu) {
            break;
        }
    }
    return nu;
}

}  // namespace ranvier::meeg
