#include "ranvier/meeg/sparse/checks.hpp"

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/meeg/sparse/bias.hpp"

namespace ranvier::meeg {

void check_data_and_gain(View<const double, 2> M, View<const double, 2> G) {
    require(M.extent(0) == G.extent(0), "data and gain must have the same sensors; got ", M.extent(0), " and ",
            G.extent(0));
    require(M.extent(0) > 0 && M.extent(1) > 0 && G.extent(1) > 0, "there must be a sensor, a time and a source");
    for (index c = 0; c < M.extent(0); ++c) {
        for (index t = 0; t < M.extent(1); ++t) {
            require(std::isfinite(M(c, t)), "the data must be finite; they are not at sensor ", c, ", time ", t);
        }
    }
}

double squared_norm(View<const double, 2> M) {
    double sum = 0;
    for (index c = 0; c < M.extent(0); ++c) {
        for (index t = 0; t < M.extent(1); ++t) {
            sum += M(c, t) * M(c, t);
        }
    }
    return sum;
}

index gap_interval(double dgap_freq, index maxit) {
    return dgap_freq < 1e9 ? std::max<index>(1, std::llround(dgap_freq)) : maxit;
}

void without_bias(SparseSolution& solution, View<const double, 2> M, const GainRows& gain) {
    if (solution.active.empty()) {
        return;
    }
    const GainRows active = gain_rows(gain, solution.active);
    const auto factors = bias_factors(M, active.rows.view().transposed(), solution.X, gain.n_orient);
    for (index i = 0; i < solution.X.extent(0); ++i) {
        for (double& x : solution.X.view().row(i)) {
            x *= factors[i];
        }
    }
}

void warn_if_open(const Certificate& certificate, const char* solver) {
    if (!certificate.converged) {
        warn("the " + std::string(solver) + " solver has " + in_words(certificate));
    }
}

}  // namespace ranvier::meeg
