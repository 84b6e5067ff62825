#include "ranvier/compile/lower/random_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ranvier::compile {

namespace {

/// Σ of weights relative to that at the mode, outward until they no longer count; then u picks its place in that sum.
/// `up(k)` is p(k+1)/p(k). No cumulative function is needed, and no weight over- or underflows.
template <class Up>
double quantile(double u, double mode, double highest, Up up) {
    double below = 0, weight = 1, first = mode;
    while (first > 0) {
        weight /= up(first - 1);
        if (!(weight > 1e-18)) {
            break;
        }
        below += weight;
        --first;
    }
    double above = 0, last = mode;
    weight = 1;
    while (last < highest) {
        weight *= up(last);
        if (!(weight > 1e-18)) {
            break;
        }
        above += weight;
        ++last;
    }
    double wanted = u * (below + 1 + above) - below;  // counted from the lower side of the mode
    double k = mode;
    if (wanted <= 0) {
        weight = 1;
        while (k > first) {
            weight /= up(k - 1);
            --k;
            wanted += weight;
            if (wanted > 0) {
                break;
            }
        }
        return k;
    }
    weight = 1;
    while (wanted > weight && k < last) {
        wanted -= weight;
        weight *= up(k);
        ++k;
    }
    return k;
}

/// From this variance on the sum over single counts would take too long, and the normal quantile with its first
/// correction for skewness is within .01 of it (Cornish & Fisher 1937).
constexpr double many = 1e10;

double of_many(double u, double mean, double variance, double skewness, double last) {
    double low = -9, high = 9;  // beyond these no uniform number of 53 bits lies
    for (int k = 0; k < 64; ++k) {
        const double z = (low + high) / 2;
        (0.5 * std::erfc(-z * std::numbers::sqrt2 / 2) < u ? low : high) = z;
    }
    const double z = (low + high) / 2, deviation = std::sqrt(variance);
    return std::clamp(std::floor(mean + deviation * (z + skewness * (z * z - 1) / 6)), 0.0, last);
}

}  // namespace

extern "C" double ranvier_poisson_quantile(double u, double mean) {
    if (std::isnan(mean) || mean <= 0) {
        return std::isnan(mean) ? mean : 0;
    }
    if (mean > many) {
        return of_many(u, mean, mean, 1 / std::sqrt(mean), HUGE_VAL);
    }
    return quantile(u, std::floor(mean), 1e300, [mean](double k) { return mean / (k + 1); });
}

extern "C" double ranvier_binomial_quantile(double u, double n, double p) {
    n = std::floor(n);
    if (std::isnan(n) || std::isnan(p)) {
        return n + p;
    }
    if (n <= 0 || p <= 0) {
        return 0;
    }
    if (p >= 1) {
        return n;
    }
    const double variance = n * p * (1 - p);
    if (variance > many) {
        return of_many(u, n * p, variance, (1 - 2 * p) / std::sqrt(variance), n);
    }
    const double odds = p / (1 - p);
    const double mode = std::min(n, std::floor((n + 1) * p));
    return quantile(u, mode, n, [n, odds](double k) { return odds * (n - k) / (k + 1); });
}

}  // namespace ranvier::compile
