#include <algorithm>
#include <charconv>
#include <cmath>

#include "ranvier/learn/elman.hpp"
#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/model_settings.hpp"

namespace ranvier::learn {

namespace {

Activation activation_of(const Settings& s) {
    return s.one_of<Activation>("activation", {{"identity", Activation::identity},
                                               {"logistic", Activation::logistic},
                                               {"tanh", Activation::tanh},
                                               {"relu", Activation::relu}});
}

TrainOptions options_of(const Settings& s) {
    TrainOptions o;
    o.solver = s.one_of<Solver>("solver", {{"sgd", Solver::sgd}, {"adam", Solver::adam}, {"lbfgs", Solver::lbfgs}});
    o.alpha = s.number("alpha");
    o.batch = s.value("batch_size") == "auto" ? 200 : s.whole("batch_size");
    o.schedule = s.one_of<Schedule>("learning_rate", {{"constant", Schedule::constant},
                                                      {"invscaling", Schedule::inverse_scaling},
                                                      {"adaptive", Schedule::adaptive}});
    o.rate = s.number("learning_rate_init");
    o.power_t = s.number("power_t");
    o.max_epochs = s.whole("max_iter");
    o.shuffle = s.yes("shuffle");
    o.tolerance = s.number("tol");
    o.momentum = s.number("momentum");
    o.nesterov = s.yes("nesterovs_momentum");
    o.beta_1 = s.number("beta_1");
    o.beta_2 = s.number("beta_2");
    o.epsilon = s.number("epsilon");
    o.patience = s.whole("n_iter_no_change");
    o.max_evaluations = s.whole("max_fun");
    o.start_range = s.number_or_none("init_range").value_or(0);
    o.seed = s.seed();
    return o;
}

/// What a net learns from, held.
struct Data {
    Array<double, 2> X, targets;
    std::vector<std::int32_t> labels;
    std::vector<double> weights;

    Lesson<double> lesson() const {
        Lesson<double> l;
        l.X = X;
        l.labels = labels;
        if (labels.empty()) {
            l.targets = targets;
        }
        l.weights = weights;
        return l;
    }
    Data rows(std::span<const index> which) const {
        Data part;
        const auto taken = [&](const Array<double, 2>& from) {
            Array<double, 2> to({std::ssize(which), from.extent(1)});
            for (index i = 0; i < to.extent(0); ++i) {
                const double* row = from.data() + which[i] * from.extent(1);
                std::copy(row, row + from.extent(1), to.data() + i * from.extent(1));
            }
            return to;
        };
        part.X = taken(X);
        if (labels.empty()) {
            part.targets = taken(targets);
        }
        for (index i : which) {
            if (!labels.empty()) {
                part.labels.push_back(labels[i]);
            }
            if (!weights.empty()) {
                part.weights.push_back(weights[i]);
            }
        }
        return part;
    }
};

std::vector<double> class_weights(const Settings& s, const Classes& c) {
    const Json& value = s.value("class_weight");
    if (value.is_null()) {
        return {};
    }
    std::vector<double> of_class(c.names.size(), 1);
    if (value == "balanced") {
        std::vector<double> count(c.names.size());
        for (std::int32_t label : c.labels) {
            ++count[label];
        }
        for (std::size_t k = 0; k < count.size(); ++k) {
            of_class[k] = static_cast<double>(c.labels.size()) / (static_cast<double>(count.size()) * count[k]);
        }
    } else {
        require(value.is_object(),
                [&] { return "mlp: class_weight must be null, balanced or {class: weight}; got " + value.dump(); });
        for (const auto& [name, weight] : value.items()) {
            const std::string& said = name;  // clang 14 does not let closures have bindings
            const auto found = std::find(c.names.begin(), c.names.end(), said);
            require(found != c.names.end(),
                    [&] { return "mlp: class_weight names '" + said + "', no class of the target"; });
            require(weight.is_number() && weight.get<double>() >= 0, "mlp: weights of classes must be numbers >= 0");
            of_class[found - c.names.begin()] = weight.get<double>();
        }
    }
    std::vector<double> weights;
    for (std::int32_t label : c.labels) {
        weights.push_back(of_class[label]);
    }
    return weights;
}

Array<double, 2> numbers_of(const Table& table) {
    require(!table.target.empty(), "regressor needs a target: the column of numbers to predict (--target)");
    Array<double, 2> y({std::ssize(table.target), 1});
    for (index i = 0; i < y.size(); ++i) {
        const std::string& text = table.target[i];
        double value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        require(error == std::errc{} && end == text.data() + text.size() && std::isfinite(value), [&] {
            return "regressor: row " + std::to_string(i + 1) + " of the target must be a finite number; got '" + text +
                   "'";
        });
        y.data()[i] = value;
    }
    return y;
}

std::vector<double> row_of(const Array<double, 1>& a) { return {a.data(), a.data() + a.size()}; }

}  // namespace

void fit_nets(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const bool classifies = fit.model.kind == "MLPClassifier";
    auto& arrays = fit.model.arrays;
    NetShape shape;
    shape.sizes.push_back(table.X.extent(1));
    const std::vector<index> hidden = s.wholes("hidden_layer_sizes");
    shape.sizes.insert(shape.sizes.end(), hidden.begin(), hidden.end());
    shape.hidden = activation_of(s);
    Data data;
    data.X = table.X;
    if (classifies) {
        const Classes c = classes_of(table, "mlp");
        const index k = std::ssize(c.names), n = table.X.extent(0);
        const bool squared = s.one_of<bool>("loss", {{"log_loss", false}, {"squared_error", true}});
        shape.loss = squared ? Loss::squared : Loss::log;
        shape.dead_zone = s.number("dead_zone");
        shape.sizes.push_back(!squared && k == 2 ? 1 : k);
        shape.output = squared || k == 2 ? Output::logistic : Output::softmax;
        if (shape.output == Output::softmax) {
            data.labels = c.labels;
        } else {
            data.targets = Array<double, 2>({n, shape.sizes.back()});
            for (index i = 0; i < n; ++i) {
                if (squared) {
                    data.targets(i, c.labels[i]) = 1;
                } else {
                    data.targets(i, 0) = c.labels[i];
                }
            }
        }
        data.weights = class_weights(s, c);
        arrays["classes_"] = stored(c.names);
    } else {
        shape.sizes.push_back(1);
        shape.output = Output::identity;
        shape.loss = Loss::squared;
        data.targets = numbers_of(table);
    }
    const TrainOptions o = options_of(s);
    Training<double> training = new_training<double>(shape, o);
    Data aside;
    if (s.yes("early_stopping")) {
        require(o.solver != Solver::lbfgs, "early_stopping needs solver sgd or adam; lbfgs takes no epochs");
        const index n = data.X.extent(0);
        const auto part = static_cast<index>(std::ceil(s.number("validation_fraction") * static_cast<double>(n)));
        require(part > 0 && part < n, "validation_fraction must leave samples on both sides");
        RandomStream random(o.seed, 17);
        const std::vector<index> order = shuffled(n, random);
        aside = data.rows(std::span(order).first(part));
        data = data.rows(std::span(order).subspan(part));
    }
    const Lesson<double> lesson = data.lesson();
    const Lesson<double> second = aside.X.size() > 0 ? aside.lesson() : Lesson<double>{};
    train(training, lesson, o, aside.X.size() > 0 ? &second : nullptr);
    const NetLayout layout = layout_of<double>(shape);
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        Array<double, 2> W({in, out});
        const double* p = training.net.parameters.data();
        for (index i = 0; i < in; ++i) {
            const double* row = p + layout.weights[l] + i * layout.ld[l + 1];
            std::copy(row, row + out, W.data() + i * out);
        }
        arrays["coefs_" + std::to_string(l)] = stored(W);
        arrays["intercepts_" + std::to_string(l)] =
            stored(std::vector<double>(p + layout.biases[l], p + layout.biases[l] + out));
    }
    arrays["loss_curve_"] = stored(training.loss);
    arrays["best_loss_"] = stored_number(training.best_loss);
    arrays["n_iter_"] = stored_whole(training.epochs);
    arrays["t_"] = stored_whole(training.samples);
    // What further training goes on from.
    arrays["state.first"] = stored(row_of(training.first));
    arrays["state.second"] = stored(row_of(training.second));
    arrays["state.steps"] = stored_whole(training.steps);
    arrays["state.samples"] = stored_whole(training.samples);
    arrays["state.epochs"] = stored_whole(training.epochs);
    arrays["state.rate"] = stored_number(training.rate);
    arrays["state.best_loss"] = stored_number(training.best_loss);
    arrays["seed"] = stored_whole(static_cast<std::int64_t>(o.seed));
    report["loss"] = training.loss.back();
    report["epochs"] = training.epochs;
    report["converged"] = training.converged;
    report[classifies ? "accuracy" : "R2"] = net_score(training.net, lesson);
    if (!training.validation.empty()) {
        report["best_validation_score"] = *std::max_element(training.validation.begin(), training.validation.end());
    }
}

void fit_elman(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const Classes c = classes_of(table, "elman");
    ElmanShape shape;
    shape.inputs = s.whole("inputs_per_step");
    require(shape.inputs > 0 && table.X.extent(1) % shape.inputs == 0, [&] {
        return "rows of " + std::to_string(table.X.extent(1)) + " features hold no whole steps of inputs_per_step " +
               std::to_string(shape.inputs);
    });
    shape.steps = table.X.extent(1) / shape.inputs;
    shape.hidden = s.whole("hidden_size");
    shape.outputs = std::ssize(c.names);
    shape.activation = activation_of(s);
    ElmanOptions o;
    o.alpha = s.number("alpha");
    o.rate = s.number("learning_rate_init");
    o.batch = s.whole("batch_size");
    o.max_epochs = s.whole("max_iter");
    o.tolerance = s.number("tol");
    o.patience = s.whole("n_iter_no_change");
    o.shuffle = s.yes("shuffle");
    o.seed = s.seed();
    const ElmanFit f = fit_elman(table.X, c.labels, shape, o);
    auto& arrays = fit.model.arrays;
    arrays["weights_.U"] = stored(f.net.U);
    arrays["weights_.R"] = stored(f.net.R);
    arrays["weights_.V"] = stored(f.net.V);
    arrays["weights_.b"] = stored(f.net.b);
    arrays["weights_.c"] = stored(f.net.c);
    arrays["classes_"] = stored(c.names);
    arrays["n_steps_"] = stored_whole(shape.steps);
    arrays["every_step_"] = stored_whole(std::int64_t{0});
    arrays["loss_curve_"] = stored(f.loss);
    arrays["n_iter_"] = stored_whole(std::ssize(f.loss));
    report["loss"] = f.loss.back();
    report["epochs"] = std::ssize(f.loss);
    report["converged"] = f.converged;
}

}  // namespace ranvier::learn
