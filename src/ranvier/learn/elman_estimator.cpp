#include <algorithm>

#include "ranvier/learn/elman.hpp"
#include "ranvier/learn/estimator.hpp"

namespace ranvier::learn {

Elman elman_of(const ElmanOptions& o, const State& state) {
    Elman net;
    net.U = matrix<double>(state, "weights_.U");
    net.R = matrix<double>(state, "weights_.R");
    net.V = matrix<double>(state, "weights_.V");
    net.b = row<double>(state, "weights_.b");
    net.c = row<double>(state, "weights_.c");
    ElmanShape& s = net.shape;
    s.inputs = net.U.extent(0);
    s.hidden = net.U.extent(1);
    s.outputs = net.V.extent(1);
    s.steps = whole(state, "n_steps_");
    s.every_step = whole(state, "every_step_") != 0;
    s.activation = o.activation;
    require(s.inputs > 0 && s.hidden > 0 && s.outputs > 0 && s.steps > 0 && net.R.extent(0) == s.hidden &&
                net.R.extent(1) == s.hidden && net.V.extent(0) == s.hidden && std::ssize(net.b) == s.hidden &&
                std::ssize(net.c) == s.outputs,
            "the model's weights don't fit each other");
    return net;
}

namespace {

State fit(const ElmanOptions& o, const Given& given, const State*, Value::Map& report) {
    const Doubles X(given.X);
    require(X.extent(1) % o.inputs_per_step == 0, "rows of ", X.extent(1),
            " features hold no whole steps of inputs_per_step=", o.inputs_per_step);
    ElmanShape shape;
    shape.inputs = o.inputs_per_step;
    shape.steps = X.extent(1) / shape.inputs;
    shape.hidden = o.hidden_size;
    shape.outputs = std::ssize(given.classes);
    shape.activation = o.activation;
    shape.every_step = shape.steps > 1 && std::ssize(given.labels) == X.extent(0) * shape.steps;
    ElmanFit f = fit_elman(X, given.labels, shape, o);
    report = {{"loss", f.loss.back()}, {"epochs", std::int64_t{std::ssize(f.loss)}}, {"converged", f.converged}};
    return {{"weights_.U", std::move(f.net.U)},
            {"weights_.R", std::move(f.net.R)},
            {"weights_.V", std::move(f.net.V)},
            {"weights_.b", f.net.b},
            {"weights_.c", f.net.c},
            {"n_steps_", shape.steps},
            {"every_step_", shape.every_step},
            {"loss_curve_", f.loss},
            {"n_iter_", f.loss.size()},
            {"converged_", f.converged}};
}

/// The most probable class of each sequence, or of each of its steps.
Prediction predict(const ElmanOptions& o, const State& state, const Samples& samples) {
    const Doubles X(samples);
    const Elman net = elman_of(o, state);
    const ElmanShape& s = net.shape;
    const Array<double, 3> p = elman_outputs(net, X);
    Prediction result;
    for (index i = 0; i < p.extent(0); ++i) {
        for (index t = s.every_step ? 0 : s.steps - 1; t < s.steps; ++t) {
            const double* at = p.data() + (i * s.steps + t) * s.outputs;
            result.numbers.push_back(static_cast<std::int32_t>(std::max_element(at, at + s.outputs) - at));
        }
    }
    return result;
}

void check(const State& state) { require_outputs(elman_of({}, state).shape.outputs, state); }

}  // namespace

Estimator elman_estimator() {
    return estimator<ElmanOptions>("elman", "net with context units: a row is a sequence", Target::classes,
                                   {{"weights_", Entry::entries, true},
                                    {"n_steps_", Entry::array, true},
                                    {"every_step_", Entry::yes_no, true},
                                    {"loss_curve_", Entry::list},
                                    {"n_iter_"},
                                    {"converged_", Entry::yes_no}},
                                   {fit, predict, nullptr, nullptr, check});
}

}  // namespace ranvier::learn
