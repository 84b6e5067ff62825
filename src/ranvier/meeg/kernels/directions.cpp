#include "ranvier/meeg/kernels/directions.hpp"

#include "ranvier/base/lanes.hpp"

namespace ranvier::meeg::RANVIER_ISA {

namespace {

using namespace ::ranvier::RANVIER_ISA;

constexpr int width = lanes<double>;

template <int per>
void pairs_of(index rank, index n, const double* x, index row, const double* weights, double* out) {
    constexpr int count = per * (per + 1) / 2;
    for (index s = 0; s < n; s += width) {
        Vec<double> plain[count] = {}, once[count] = {}, twice[count] = {};
        for (index k = 0; k < rank; ++k) {
            const Vec<double> weight = broadcast(weights[k]);
            Vec<double> column[per];
            RANVIER_UNROLL
            for (int a = 0; a < per; ++a) {
                column[a] = load(x + k * row + a * n + s);
            }
            int pair = 0;
            RANVIER_UNROLL
            for (int a = 0; a < per; ++a) {
                RANVIER_UNROLL
                for (int b = a; b < per; ++b, ++pair) {
                    const Vec<double> product = column[a] * column[b], weighted = weight * product;
                    plain[pair] += product;
                    once[pair] += weighted;
                    twice[pair] += weight * weighted;
                }
            }
        }
        RANVIER_UNROLL
        for (int pair = 0; pair < count; ++pair) {
            store(out + pair * n + s, plain[pair]);
            store(out + (count + pair) * n + s, once[pair]);
            store(out + (2 * count + pair) * n + s, twice[pair]);
        }
    }
}

void pairs(index per, index rank, index n, const double* x, index row, const double* weights, double* out) {
    (per == 3 ? pairs_of<3> : pairs_of<1>)(rank, n, x, row, weights, out);
}

void turned(index to, index per, index rank, index n, const double* x, index row, const double* turn,
            const double* weights, double* out) {
    for (index k = 0; k < rank; ++k) {
        const Vec<double> weight = broadcast(weights == nullptr ? 1.0 : weights[k]);
        for (index a = 0; a < to; ++a) {
            for (index s = 0; s < n; s += width) {
                Vec<double> sum{};
                for (index b = 0; b < per; ++b) {
                    sum += load(turn + (a * per + b) * n + s) * load(x + k * row + b * n + s);
                }
                store(out + (k * to + a) * n + s, weight * sum);
            }
        }
    }
}

}  // namespace

extern const DirectionKernels direction_kernels{pairs, turned};

}  // namespace ranvier::meeg::RANVIER_ISA
