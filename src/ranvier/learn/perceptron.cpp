#include "ranvier/learn/perceptron.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/kernels/rows.hpp"

namespace ranvier::learn {

namespace {

void require_targets(View<const double, 2> X, std::span<const double> targets, const char* who) {
    require(std::ssize(targets) == X.extent(0), who, ": one target per sample is needed; got ", targets.size(), " for ",
            X.extent(0), " samples");
}

void require_binary(std::span<const double> targets, const char* who) {
    for (double t : targets) {
        require(t == 0 || t == 1, who, ": targets must be 0 or 1; got ", [&] { return text_of(t); });
    }
}

ThresholdUnit start_of(const ThresholdUnit* start, index d, const char* who) {
    if (start == nullptr) {
        return {std::vector<double>(d), 0};
    }
    require(std::ssize(start->w) == d, who, ": the weights to begin with must have one entry per feature (", d,
            "); got ", start->w.size());
    return *start;
}

index count_errors(View<const double, 2> X, std::span<const double> targets, const ThresholdUnit& unit) {
    const std::vector<double> a = activations(X, unit);
    index errors = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        errors += targets[i] > 0 ? !(a[i] > 0) : !(a[i] <= 0);  // what is no number is never right
    }
    return errors;
}

}  // namespace

std::vector<double> activations(View<const double, 2> X, const ThresholdUnit& unit) {
    require(std::ssize(unit.w) == X.extent(1), "a threshold unit of ", unit.w.size(), " inputs can't read samples of ",
            X.extent(1), " features");
    const auto& kernels = row_kernels<double>();
    const double* x = rows_of(X);
    std::vector<double> result(X.extent(0));
    for (index i = 0; i < X.extent(0); ++i) {
        result[i] = kernels.dot(X.extent(1), x + i * X.extent(1), unit.w.data()) + unit.b;
    }
    return result;
}

PerceptronFit fit_perceptron(View<const double, 2> X, std::span<const double> targets, const PerceptronOptions& o,
                             const ThresholdUnit* start) {
    require_samples(X, "perceptron");
    require_targets(X, targets, "perceptron");
    require_binary(targets, "perceptron");
    check_settings(o);
    const auto& kernels = row_kernels<double>();
    const index n = X.extent(0), d = X.extent(1);
    const double* x = rows_of(X);
    PerceptronFit fit;
    fit.unit = start_of(start, d, "perceptron");
    ThresholdUnit& unit = fit.unit;
    ThresholdUnit pocket = unit;
    // Errors are counted O(n d) where a run of samples that are right is the longest so far, and at the end of a pass.
    index pocket_errors = o.pocket ? count_errors(X, targets, unit) : 0, longest = 0, run = 0;
    const auto weigh = [&] {
        if (const index errors = count_errors(X, targets, unit); errors < pocket_errors) {
            pocket_errors = errors;  // the ratchet: only what is better on all samples goes in
            pocket = unit;
        }
    };
    const double absolute = o.penalty == Penalty::l1 ? 1 : o.penalty == Penalty::elasticnet ? o.l1_ratio : 0;
    const double less = o.eta0 * o.alpha * absolute, part = o.eta0 * o.alpha * (1 - absolute);
    const bool drawn = o.penalty != Penalty::none;
    const auto draw = [&] {
        for (std::size_t j = 0; j < unit.w.size() && drawn; ++j) {
            const double w = unit.w[j] * (1 - part);
            unit.w[j] = std::copysign(std::max(0.0, std::abs(w) - less), w);
        }
    };
    bool weighed = true;
    double best_loss = INFINITY;
    index still = 0;
    RandomStream random(o.random_state.value_or(0));
    std::vector<index> order(n);
    std::iota(order.begin(), order.end(), index{0});
    while (fit.epochs < o.max_iter && !fit.converged && !fit.stopped) {
        check_interrupt();
        if (o.shuffle) {
            shuffle(order, random);
        }
        index changed = 0;
        double loss = 0;
        const index errors_before = pocket_errors;
        for (index i : order) {
            const double* sample = x + i * d;
            const double a = kernels.dot(d, sample, unit.w.data()) + unit.b;
            const bool wanted = targets[i] > 0;
            if (wanted ? a > o.margin : a <= -o.margin) {
                ++run;
                if (o.pocket && run > longest && pocket_errors > 0) {
                    longest = run;
                    if (!weighed) {
                        weigh();
                        weighed = true;
                    }
                }
                draw();
                continue;
            }
            run = 0;
            weighed = false;
            ++changed;
            loss += std::abs(a);
            const double step = wanted ? o.eta0 : -o.eta0;
            kernels.add(d, step, sample, unit.w.data());
            if (o.fit_intercept) {
                unit.b += step;
            }
            draw();
        }
        ++fit.epochs;
        fit.updates += changed;
        // What a penalty drew after each sample may leave others wrong, and is weighed as what was learnt is.
        fit.converged = changed == 0 && (!drawn || count_errors(X, targets, unit) == 0);
        if (o.pocket && (!weighed || drawn)) {
            weigh();
            weighed = true;
        }
        if (o.tol) {
            const bool gain = loss <= best_loss - *o.tol * static_cast<double>(n) || pocket_errors < errors_before;
            still = gain ? 0 : still + 1;
            best_loss = std::min(best_loss, loss);
            fit.stopped = still >= o.n_iter_no_change;
        }
    }
    if (o.pocket && !fit.converged) {
        unit = pocket;
    }
    fit.errors = count_errors(X, targets, unit);
    return fit;
}

AdalineFit fit_adaline(View<const double, 2> X, std::span<const double> targets, const AdalineOptions& o,
                       const ThresholdUnit* start) {
    require_samples(X, "adaline");
    require_targets(X, targets, "adaline");
    check_settings(o);
    const bool normalised = o.rule == AdalineRule::alpha;
    require(!normalised || o.eta0 < 2, "eta0 must be < 2 for the rule 'alpha'; got ", [&] { return text_of(o.eta0); });
    const auto& kernels = row_kernels<double>();
    const index n = X.extent(0), d = X.extent(1);
    const double* x = rows_of(X);
    AdalineFit fit;
    fit.unit = start_of(start, d, "adaline");
    std::vector<double> scale(n, o.eta0);
    for (index i = 0; i < n && normalised; ++i) {
        const double square = kernels.dot(d, x + i * d, x + i * d) + (o.fit_intercept ? 1 : 0);
        scale[i] = square > 0 ? o.eta0 / square : 0;
    }
    RandomStream random(o.random_state.value_or(0));
    std::vector<index> order(n);
    std::iota(order.begin(), order.end(), index{0});
    for (index epoch = 0; epoch < o.max_iter && !fit.converged; ++epoch) {
        check_interrupt();
        if (o.shuffle) {
            shuffle(order, random);
        }
        double total = 0;
        for (index i : order) {
            const double error = targets[i] - kernels.dot(d, x + i * d, fit.unit.w.data()) - fit.unit.b;
            total += error * error;
            kernels.add(d, scale[i] * error, x + i * d, fit.unit.w.data());
            if (o.fit_intercept) {
                fit.unit.b += scale[i] * error;
            }
        }
        const double mean = total / static_cast<double>(n);
        if (!std::isfinite(mean)) {
            throw NumericalError("adaline: the weights grew without bound in epoch " + text_of(epoch) +
                                 "; a learning rate below " + text_of(o.eta0) +
                                 ", scaled features or the normalised rule is needed");
        }
        if (!fit.mean_squared_error.empty()) {
            const double before = fit.mean_squared_error.back();
            fit.converged = std::abs(before - mean) <= o.tol * before;
        }
        fit.mean_squared_error.push_back(mean);
    }
    return fit;
}

}  // namespace ranvier::learn
