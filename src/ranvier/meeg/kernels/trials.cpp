#include "ranvier/meeg/kernels/trials.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;

void add(index n, const double* row, double* sum) {
    index t = 0;
    for (; t + width <= n; t += width) {
        store(sum + t, load(sum + t) + load(row + t));
    }
    for (; t < n; ++t) {
        sum[t] += row[t];
    }
}

double error(index n, const double* middle, const double* sum, double factor) {
    Vec<double> total{}, more{};
    index t = 0;
    for (; t + 2 * width <= n; t += 2 * width) {
        const Vec<double> a = load(middle + t) - factor * load(sum + t);
        const Vec<double> b = load(middle + t + width) - factor * load(sum + t + width);
        total += a * a;
        more += b * b;
    }
    total += more;
    double rest = 0;
    for (; t < n; ++t) {
        const double a = middle[t] - factor * sum[t];
        rest += a * a;
    }
    for (int lane = 0; lane < width; ++lane) {
        rest += total[lane];
    }
    return rest;
}

void exchange(index n, index ld, index n_pairs, const index* pairs, double* rows) {
    for (index t = 0; t < n; t += width) {
        for (index k = 0; k < n_pairs; ++k) {
            double *a = rows + pairs[2 * k] * ld + t, *b = rows + pairs[2 * k + 1] * ld + t;
            const Vec<double> x = load(a), y = load(b);
            const auto less = x < y;
            store(a, less ? x : y);
            store(b, less ? y : x);
        }
    }
}

}  // namespace

extern const TrialKernels trial_kernels{add, error, exchange};

}  // namespace ranvier::meeg::RANVIER_ISA
