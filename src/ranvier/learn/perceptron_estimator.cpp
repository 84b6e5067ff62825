#include <algorithm>

#include "ranvier/learn/estimator.hpp"
#include "ranvier/learn/perceptron.hpp"

namespace ranvier::learn {

namespace {

/// One unit for two classes, one unit against the rest for each of more: `learn` trains unit u from its targets.
template <class Learn>
State fit_units(const Given& given, const State* before, View<const double, 2> X, double low, Learn learn) {
    const index classes = std::ssize(given.classes), units = classes == 2 ? 1 : classes, d = X.extent(1);
    Array<double, 2> coef({units, d});
    std::vector<double> intercept(units), targets(given.labels.size());
    for (index u = 0; u < units; ++u) {
        const std::int32_t own = classes == 2 ? 1 : static_cast<std::int32_t>(u);
        std::transform(given.labels.begin(), given.labels.end(), targets.begin(),
                       [&](std::int32_t label) { return label == own ? 1.0 : low; });
        ThresholdUnit start;
        if (before != nullptr) {
            const Array<double, 2> known = matrix<double>(*before, "coef_");
            require(known.extent(0) == units && known.extent(1) == d, "the model's coef_ don't fit the samples");
            start = {{&known(u, 0), &known(u, 0) + d}, row<double>(*before, "intercept_").at(u)};
        }
        const ThresholdUnit unit = learn(u, targets, before != nullptr ? &start : nullptr);
        std::copy(unit.w.begin(), unit.w.end(), &coef(u, 0));
        intercept[u] = unit.b;
    }
    return {{"coef_", std::move(coef)}, {"intercept_", intercept}};
}

State fit_perceptrons(const PerceptronOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    index passes = 0;
    bool converged = true;
    std::vector<std::int64_t> updates, separable;
    Value::List impossible;
    State state = fit_units(given, before, X, 0, [&](index u, const std::vector<double>& targets, const auto* start) {
        const PerceptronFit f = fit_perceptron(X, targets, o, start);
        passes = std::max(passes, f.epochs);
        updates.push_back(f.updates);
        converged &= f.converged;
        std::int64_t known = f.errors == 0 ? 1 : -1;
        if (known < 0 && o.diagnose && !given.piece) {
            const std::optional<bool> proven = linear_separability(X, targets).separable;
            known = proven ? *proven : -1;
        }
        if (known == 0) {
            impossible.emplace_back(given.classes[given.classes.size() == 2 ? 1 : u]);
        }
        separable.push_back(known);
        return f.unit;
    });
    state["n_iter_"] = passes;
    state["n_updates_"] = updates;
    state["converged_"] = converged;
    if (!given.piece) {
        state["separable_"] = separable;
    } else if (before != nullptr && before->contains("separable_")) {  // more samples only make a plane harder to find
        separable = row<std::int64_t>(*before, "separable_");
        std::ranges::replace(separable, 1, -1);
        state["separable_"] = separable;
    }
    report = {{"passes", std::int64_t{passes}}, {"converged", converged}};
    if (!impossible.empty()) {
        report.emplace_back("not_separable", impossible);
    }
    return state;
}

State fit_adalines(const AdalineOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    std::vector<std::vector<double>> errors;
    bool converged = true;
    State state = fit_units(given, before, X, -1, [&](index, const std::vector<double>& targets, const auto* start) {
        AdalineFit f = fit_adaline(X, targets, o, start);
        converged &= f.converged;
        errors.push_back(std::move(f.mean_squared_error));
        return f.unit;
    });
    std::size_t passes = 0;
    for (const auto& e : errors) {
        passes = std::max(passes, e.size());
    }
    std::vector<double> curve = known_losses(before);
    for (std::size_t k = 0; k < passes; ++k) {
        double sum = 0;
        for (const auto& e : errors) {
            sum += e[std::min(k, e.size() - 1)];
        }
        curve.push_back(sum / static_cast<double>(errors.size()));
    }
    state["n_iter_"] = passes;
    state["loss_curve_"] = curve;
    report = {
        {"mean_squared_error", curve.back()}, {"passes", static_cast<std::int64_t>(passes)}, {"converged", converged}};
    return state;
}

void check(const State& state) {
    const Array<double, 2> coef = matrix<double>(state, "coef_");
    const index biases = std::ssize(row<double>(state, "intercept_"));
    require(coef.extent(0) == biases, "the model's coef_ and intercept_ must be of as many units; got ", coef.extent(0),
            " and ", biases);
    require_outputs(coef.extent(0), state);
}

template <class Options>
Matrix sums(const Options&, const State& state, const Samples& samples) {
    const Doubles X(samples);
    const Array<double, 2> coef = matrix<double>(state, "coef_");
    const std::vector<double> b = row<double>(state, "intercept_");
    require(coef.extent(0) == std::ssize(b), "the model's coef_ and intercept_ don't fit");
    require_width(coef.extent(1), X.extent(1));
    Array<double, 2> scores({X.extent(0), coef.extent(0)});
    for (index u = 0; u < coef.extent(0); ++u) {
        const std::vector<double> sum = activations(X, {{&coef(u, 0), &coef(u, 0) + coef.extent(1)}, b[u]});
        for (index i = 0; i < scores.extent(0); ++i) {
            scores(i, u) = sum[i];
        }
    }
    return scores;
}

template <class Options>
Prediction predict(const Options& o, const State& state, const Samples& samples) {
    return {winners(sums(o, state, samples), 0), {}};
}

}  // namespace

Estimator perceptron_estimator() {
    return estimator<PerceptronOptions>(
        "perceptron", "threshold units by Rosenblatt's rule", Target::classes,
        {{"coef_", Entry::array, true},
         {"intercept_", Entry::array, true},
         {"n_iter_"},
         {"n_updates_"},
         {"converged_", Entry::yes_no},
         {"separable_", Entry::perhaps}},
        {fit_perceptrons, predict<PerceptronOptions>, nullptr, sums<PerceptronOptions>, check});
}

Estimator adaline_estimator() {
    return estimator<AdalineOptions>(
        "adaline", "linear units by the error before the threshold", Target::classes,
        {{"coef_", Entry::array, true}, {"intercept_", Entry::array, true}, {"n_iter_"}, {"loss_curve_", Entry::list}},
        {fit_adalines, predict<AdalineOptions>, nullptr, sums<AdalineOptions>, check});
}

}  // namespace ranvier::learn
