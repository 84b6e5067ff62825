#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/dynamics/trajectories.hpp"
#include "ranvier/numerics/general_eigen.hpp"

namespace ranvier::dynamics {

namespace {

/// Gram–Schmidt on the columns of W (n, k), twice for rounding; adds the logarithms of their lengths.
void orthogonalise(double* W, index n, index k, std::vector<double>& logs) {
    for (index c = 0; c < k; ++c) {
        for (int round = 0; round < 2; ++round) {
            for (index b = 0; b < c; ++b) {
                double along = 0;
                for (index i = 0; i < n; ++i) {
                    along += W[i * k + b] * W[i * k + c];
                }
                for (index i = 0; i < n; ++i) {
                    W[i * k + c] -= along * W[i * k + b];
                }
            }
        }
        double square = 0;
        for (index i = 0; i < n; ++i) {
            square += W[i * k + c] * W[i * k + c];
        }
        const double length = std::sqrt(square);
        if (!(length > 0) || !std::isfinite(length)) {
            throw NumericalError(
                "lyapunov_spectrum: a direction of the variational equations vanished or overflowed between two "
                "orthogonalisations: choose a shorter interval");
        }
        logs[c] += std::log(length);
        for (index i = 0; i < n; ++i) {
            W[i * k + c] /= length;
        }
    }
}

}  // namespace

std::pair<double, double> rates(const Flow& flow, std::span<const double> p, std::span<const double> x) {
    check(flow);
    require(static_cast<index>(p.size()) == flow.m() && static_cast<index>(x.size()) == flow.n(),
            "rates: parameters and state must be as long as the flow says");
    Array<double, 2> J({flow.n(), flow.n()});
    state_derivatives(flow, 0, x.data(), p.data(), J.data());
    if (!std::all_of(J.data(), J.data() + J.size(), [](double v) { return std::isfinite(v); })) {
        return {0, 0};
    }
    double fastest = 0, slowest = std::numeric_limits<double>::infinity();
    const auto values = numerics::general_eigen(J).values;
    for (const auto& rate : values) {
        fastest = std::max(fastest, std::abs(rate));
    }
    for (const auto& rate : values) {
        if (std::abs(rate) > 1e-12 * fastest) {
            slowest = std::min(slowest, std::abs(rate));
        }
    }
    return {std::min(slowest, fastest), fastest};
}

LyapunovSpectrum lyapunov_spectrum(const Flow& flow, std::span<const double> p, std::span<const double> x0,
                                   const LyapunovOptions& options) {
    check(flow);
    check_smooth(flow, "lyapunov_spectrum");
    const index n = flow.n(), k = options.count == 0 ? n : options.count;
    require(static_cast<index>(p.size()) == flow.m() && static_cast<index>(x0.size()) == n,
            "lyapunov_spectrum: parameters and start must be as long as the flow says");
    require(k >= 1 && k <= n, [&] {
        return "lyapunov_spectrum: count must be 1 … " + text_of(n) + ", or 0: all; got " + text_of(options.count);
    });
    require(
        std::isfinite(options.duration) && std::isfinite(options.transient) && options.interval > 0 &&
            options.transient >= 0 && options.duration >= options.interval,
        [&] {
            return "lyapunov_spectrum: duration and interval must be positive and finite, the duration at least one "
                   "interval, and the transient not negative; got " +
                   text_of(options.duration) + " s, " + text_of(options.interval) + " s and " +
                   text_of(options.transient) + " s";
        });
    constexpr double most_intervals = 1e8;
    require((options.duration + options.transient) / options.interval <= most_intervals, [&] {
        return "lyapunov_spectrum: there may be at most 1e8 intervals; got " +
               text_of((options.duration + options.transient) / options.interval) + " of " + text_of(options.interval) +
               " s: choose a longer interval or a shorter duration";
    });
    std::vector<double> J(static_cast<std::size_t>(n * n));
    compile::RightHandSide system;
    system.size = n + n * k;
    // States in units of the scale, so that lengths of directions mean something.
    system.f = [&, n, k](double t, std::span<const double> y, std::span<double> d) {
        flow.rhs(t, y.data(), p.data(), d.data());
        state_derivatives(flow, t, y.data(), p.data(), J.data());
        for (index i = 0; i < n; ++i) {
            double* out = d.data() + n + i * k;
            std::fill(out, out + k, 0.0);
            for (index j = 0; j < n; ++j) {
                const double a = J[i * n + j] * flow.size_of(j) / flow.size_of(i);
                const double* w = y.data() + n + j * k;
                for (index c = 0; c < k; ++c) {
                    out[c] += a * w[c];
                }
            }
        }
    };
    compile::AdaptiveOptions run;
    run.method = compile::Adaptive::dop853;
    run.rtol = options.tolerance.rtol;
    run.atol.assign(static_cast<std::size_t>(system.size), options.tolerance.atol);
    for (index i = 0; i < n; ++i) {
        run.atol[i] *= flow.size_of(i);
    }
    std::vector<double> y(static_cast<std::size_t>(system.size));
    std::copy(x0.begin(), x0.end(), y.begin());
    for (index c = 0; c < k; ++c) {
        y[n + c * k + c] = 1;
    }
    const index lead = static_cast<index>(std::ceil(options.transient / options.interval));
    const index steps = static_cast<index>(std::floor(options.duration / options.interval + 1e-9));
    std::vector<double> logs(k);
    LyapunovSpectrum spectrum;
    spectrum.history = Array<double, 2>({steps, k});
    double t = 0;
    Progress progress("Lyapunov exponents", lead + steps);
    for (index step = -lead; step < steps; ++step) {
        if (step % 256 == 0) {
            check_interrupt();
        }
        if (step == 0) {
            std::fill(logs.begin(), logs.end(), 0.0);
        }
        const double end = static_cast<double>(step + lead + 1) * options.interval;
        run.t_eval = {end};
        run.first_step = std::min(run.first_step, end - t);
        const auto solution = compile::solve(system, t, end, y, run);
        if (!solution.success()) {
            throw NumericalError("lyapunov_spectrum: the trajectory stops at t = " + text_of(t) +
                                 " s: " + solution.message);
        }
        const auto last = solution.row(static_cast<index>(solution.t.size()) - 1);
        std::copy(last.begin(), last.end(), y.begin());
        orthogonalise(y.data() + n, n, k, logs);
        t = end;
        progress.advance();
        if (solution.accepted > 0) {
            run.first_step = std::min(options.interval, options.interval / static_cast<double>(solution.accepted));
        }
        if (step >= 0) {
            spectrum.t.push_back(end);
            for (index c = 0; c < k; ++c) {
                spectrum.history(step, c) = logs[c] / (static_cast<double>(step + 1) * options.interval);
            }
        }
    }
    for (double v : logs) {
        spectrum.exponents.push_back(v / (static_cast<double>(steps) * options.interval));
    }
    std::sort(spectrum.exponents.rbegin(), spectrum.exponents.rend());
    return spectrum;
}

}  // namespace ranvier::dynamics
