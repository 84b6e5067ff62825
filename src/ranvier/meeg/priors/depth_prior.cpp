#include "ranvier/meeg/priors/depth_prior.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/priors/directions.hpp"

namespace ranvier::meeg {

std::vector<double> depth_prior(View<const double, 2> gain, index n_orient, const DepthRule& rule) {
    std::vector<const double*> rows;
    for (index c = 0; c < gain.extent(0); ++c) {
        rows.push_back(gain.row(c).data());
    }
    return depth_prior(rows, gain.extent(1), n_orient, rule);
}

std::vector<double> depth_prior(std::span<const double* const> gain, index columns, index n_orient,
                                const DepthRule& rule) {
    require(n_orient == 1 || n_orient == 3, "n_orient must be 1 or 3; got ", n_orient);
    require(columns % n_orient == 0, "the gain must have n_orient = ", n_orient, " columns for each position; it has ",
            columns);
    require(rule.exponent >= 0, "the exponent of depth weighting must be >= 0; got ", rule.exponent);
    const index positions = columns / n_orient;
    std::vector<double> sizes(static_cast<std::size_t>(positions));
    // Channel by channel, as they lie in memory: products of the columns of every position, the upper triangle.
    const index pairs = n_orient * n_orient;
    std::vector<double> products(static_cast<std::size_t>(positions * pairs));
    for (const double* row : gain) {
        for (index j = 0; j < positions; ++j) {
            const double* g = row + j * n_orient;
            double* to = products.data() + j * pairs;
            for (index a = 0; a < n_orient; ++a) {
                for (index b = a; b < n_orient; ++b) {
                    to[a * n_orient + b] += g[a] * g[b];
                }
            }
        }
    }
    for (index j = 0; j < positions; ++j) {
        const double* p = products.data() + j * pairs;
        double& size = sizes[static_cast<std::size_t>(j)];
        if (rule.spectral && n_orient == 3) {
            const auto values = symmetric_eigen(Matrix3{{{p[0], p[1], p[2]}, {0, p[4], p[5]}, {0, 0, p[8]}}}).values;
            size = *std::ranges::max_element(values);
        } else {
            for (index a = 0; a < n_orient; ++a) {
                size += p[a * n_orient + a];
            }
        }
    }
    double least = std::numeric_limits<double>::infinity();
    for (double size : sizes) {
        least = size > 0 ? std::min(least, size) : least;
    }
    require(std::isfinite(least), "the gain must be other than 0 for depth weighting");
    std::vector<double> weights, sorted;
    for (double size : sizes) {
        weights.push_back(1 / (size > 0 ? size : least));  // silent at the centre of a sphere
    }
    if (rule.limit) {
        sorted = weights;
        std::ranges::sort(sorted);
        const double largest_ratio = *rule.limit * *rule.limit;
        double limit = sorted.back();
        if (rule.all_channels) {
            limit = sorted.front() * largest_ratio;
        } else if (sorted.back() > largest_ratio * sorted.front()) {
            limit = *std::ranges::find_if(sorted, [&](double w) { return w > largest_ratio * sorted.front(); });
        }
        for (double& weight : weights) {
            weight = std::min(weight / limit, 1.0);
        }
    }
    std::vector<double> prior;
    for (double weight : weights) {
        prior.insert(prior.end(), static_cast<std::size_t>(n_orient), std::pow(weight, rule.exponent));
    }
    return prior;
}

}  // namespace ranvier::meeg
