#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/kernels/rows.hpp"
#include "ranvier/learn/perceptron.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

/// Weights of the point of smallest length in the affine hull of the corral's points, from their Gram matrix.
/// Empty where they are affinely dependent.
std::vector<double> affine_minimum(const std::vector<std::vector<double>>& points) {
    const index k = std::ssize(points);
    Array<double, 2> matrix({k + 1, k + 1}), right({k + 1, 1});
    double scale = 0;
    for (const auto& p : points) {
        for (double v : p) {
            scale = std::max(scale, std::abs(v));
        }
    }
    scale = scale > 0 ? 1 / scale : 1;
    right(k, 0) = 1;
    for (index i = 0; i < k; ++i) {
        matrix(i, k) = matrix(k, i) = 1;
        for (index j = 0; j < k; ++j) {
            double dot = 0;
            for (std::size_t c = 0; c < points[i].size(); ++c) {
                dot += points[i][c] * scale * (points[j][c] * scale);
            }
            matrix(i, j) = dot;
        }
    }
    try {
        const Array<double, 2> solution = numerics::solve(matrix, right);
        std::vector<double> weights(k);
        for (index i = 0; i < k; ++i) {
            weights[i] = solution(i, 0);
        }
        return weights;
    } catch (const NumericalError&) {
        return {};
    }
}

/// The search for the point, in the units that the samples have.
Separability searched(View<const double, 2> X, std::span<const double> targets, index max_steps) {
    const index n = X.extent(0), d = X.extent(1);
    const auto point = [&](index i) {
        std::vector<double> p(d + 1);
        const double sign = targets[i] > 0 ? 1 : -1;
        for (index j = 0; j < d; ++j) {
            p[j] = sign * X(i, j);
        }
        p[d] = sign;
        return p;
    };
    const auto& kernels = row_kernels<double>();
    const double* x = rows_of(X);
    double largest = 0;
    for (index i = 0; i < n; ++i) {
        largest = std::max(largest, kernels.dot(d, x + i * d, x + i * d) + 1);
    }
    std::vector<index> corral{0};
    std::vector<std::vector<double>> points{point(0)};
    std::vector<double> weights{1};
    std::vector<double> nearest = points[0];
    Separability result;
    for (index step = 0; step < max_steps; ++step) {
        check_interrupt();
        // The sample that the plane of `nearest` treats worst.
        double worst = INFINITY;
        index at = 0;
        for (index i = 0; i < n; ++i) {
            const double sign = targets[i] > 0 ? 1 : -1;
            const double value = sign * (kernels.dot(d, x + i * d, nearest.data()) + nearest[d]);
            if (value < worst) {
                worst = value;
                at = i;
            }
        }
        const double square = kernels.dot(d + 1, nearest.data(), nearest.data()), length = std::sqrt(square);
        if (worst > result.margin * length) {  // this plane parts them, wider than any before
            result.separable = true;
            result.margin = worst / length;
            result.unit.w.resize(d);
            std::transform(nearest.begin(), nearest.end() - 1, result.unit.w.begin(),
                           [&](double w) { return w / length; });
            result.unit.b = nearest[d] / length;
        }
        if (square <= 1e-24 * largest) {
            result.separable = result.separable.value_or(false);
            return result;
        }
        if (worst >= square * (1 - 1e-12) || std::ranges::find(corral, at) != corral.end()) {
            // No sample lies nearer to the origin along `nearest`: it is the smallest point of the hull.
            if (!result.separable && square <= 1e-16 * largest) {
                result.separable = false;
            }
            return result;
        }
        corral.push_back(at);
        points.push_back(point(at));
        weights.push_back(0);
        for (;;) {
            const std::vector<double> goal = affine_minimum(points);
            if (goal.empty()) {  // rounding made the new point dependent on the others
                if (!result.separable && square <= 1e-16 * largest) {
                    result.separable = false;
                }
                return result;
            }
            double fraction = 1;
            for (std::size_t i = 0; i < goal.size(); ++i) {
                if (goal[i] <= 1e-14) {
                    const double change = weights[i] - goal[i];
                    fraction = change > 0 ? std::min(fraction, weights[i] / change) : 0;
                }
            }
            const bool inside = std::ranges::all_of(goal, [](double w) { return w > 1e-14; });
            for (std::size_t i = 0; i < goal.size(); ++i) {
                weights[i] = inside ? goal[i] : weights[i] + fraction * (goal[i] - weights[i]);
            }
            if (inside) {
                break;
            }
            // Leave out what fell to the border, at least the smallest.
            const double limit = std::max(1e-14, *std::ranges::min_element(weights));
            for (std::size_t i = weights.size(); i-- > 0 && weights.size() > 1;) {
                if (weights[i] <= limit) {
                    weights.erase(weights.begin() + static_cast<index>(i));
                    corral.erase(corral.begin() + static_cast<index>(i));
                    points.erase(points.begin() + static_cast<index>(i));
                }
            }
        }
        std::ranges::fill(nearest, 0);
        for (std::size_t i = 0; i < points.size(); ++i) {
            for (index j = 0; j <= d; ++j) {
                nearest[j] += weights[i] * points[i][j];
            }
        }
    }
    return result;
}

}  // namespace

Separability linear_separability(View<const double, 2> X, std::span<const double> targets, index max_steps) {
    require_samples(X, "linear_separability");
    const index n = X.extent(0), d = X.extent(1);
    require(std::ssize(targets) == n, "linear_separability: one target per sample is needed; got ", targets.size(),
            " for ", n, " samples");
    // Whether there is a plane depends on neither the unit nor the zero of a feature, but rounding does: it is looked
    // for where each lies between −1 and 1.
    std::vector<double> middle(d), half(d);
    Array<double, 2> level({n, d});
    for (index j = 0; j < d; ++j) {
        double low = X(0, j), high = low;
        for (index i = 1; i < n; ++i) {
            low = std::min(low, X(i, j));
            high = std::max(high, X(i, j));
        }
        middle[j] = 0.5 * low + 0.5 * high;
        half[j] = high > low ? 0.5 * high - 0.5 * low : 1;
        for (index i = 0; i < n; ++i) {
            level(i, j) = (X(i, j) - middle[j]) / half[j];
        }
    }
    Separability result = searched(level, targets, max_steps);
    if (!result.separable.value_or(false)) {
        return result;
    }
    // The same plane in the units of the data, and the widest of those that the search finds there.
    ThresholdUnit& unit = result.unit;
    double largest = 0;
    for (index j = 0; j < d; ++j) {
        unit.w[j] /= half[j];
        unit.b -= unit.w[j] * middle[j];
        largest = std::max(largest, std::abs(unit.w[j]));
    }
    largest = std::max(largest, std::abs(unit.b));
    double square = unit.b / largest * (unit.b / largest);
    for (double w : unit.w) {
        square += w / largest * (w / largest);
    }
    const double length = largest * std::sqrt(square);
    result.margin = INFINITY;
    unit.b /= length;
    for (double& w : unit.w) {
        w /= length;
    }
    const std::vector<double> sums = activations(X, unit);
    for (index i = 0; i < n; ++i) {
        result.margin = std::min(result.margin, targets[i] > 0 ? sums[i] : -sums[i]);
    }
    Separability direct = searched(X, targets, max_steps);
    if (direct.separable.value_or(false) && direct.margin > result.margin) {
        return direct;
    }
    return result;
}

}  // namespace ranvier::learn
