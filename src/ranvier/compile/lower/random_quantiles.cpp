#include "ranvier/compile/lower/random_quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ranvier::compile {

namespace {

/// Weights relative to that at the mode, outward until they no longer count, summed on either side.
struct Sums {
    double first = 0, last = 0, below = 0, above = 0;
};

template <class Up>
Sums sums_of(double mode, double highest, Up up) {
    Sums sums{mode, mode, 0, 0};
    double weight = 1;
    while (sums.first > 0) {
        weight /= up(sums.first - 1);
        if (!(weight > 1e-18)) {
            break;
        }
        sums.below += weight;
        --sums.first;
    }
    weight = 1;
    while (sums.last < highest) {
        weight *= up(sums.last);
        if (!(weight > 1e-18)) {
            break;
        }
        sums.above += weight;
        ++sums.last;
    }
    return sums;
}

/// The sums of one distribution; a thread that draws from it again has them. (Of many distributions in turn each draw
/// makes its own.)
template <class Up>
const Sums& remembered(double a, double b, double mode, double highest, Up up) {
    struct Known {
        double a = std::nan(""), b = 0;
        Sums sums;
    };
    thread_local Known known[2];  // of two inputs that take turns
    thread_local int next = 0;
    for (const Known& k : known) {
        if (k.a == a && k.b == b) {
            return k.sums;
        }
    }
    Known& mine = known[next];
    next = 1 - next;
    mine = {a, b, sums_of(mode, highest, up)};
    return mine.sums;
}

/// u picks its place in the sum of all weights. `up(k)` is p(k+1)/p(k). No cumulative function is needed, and no weight
/// over- or underflows.
template <class Up>
double quantile(double u, double mode, const Sums& sums, Up up) {
    double wanted = u * (sums.below + 1 + sums.above) - sums.below;  // counted from the lower side of the mode
    double k = mode, weight = 1;
    if (wanted <= 0) {
        while (k > sums.first) {
            weight /= up(k - 1);
            --k;
            wanted += weight;
            if (wanted > 0) {
                break;
            }
        }
        return k;
    }
    while (wanted > weight && k < sums.last) {
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
    const auto up = [mean](double k) { return mean / (k + 1); };
    const double mode = std::floor(mean);
    return quantile(u, mode, remembered(mean, -1, mode, 1e300, up), up);
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
    const auto up = [n, odds](double k) { return odds * (n - k) / (k + 1); };
    return quantile(u, mode, remembered(n, p, mode, n, up), up);
}

}  // namespace ranvier::compile
