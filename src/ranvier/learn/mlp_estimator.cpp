#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/learn/estimator.hpp"
#include "ranvier/learn/mlp.hpp"

namespace ranvier::learn {

Fields MlpOptions::fields() {
    using O = MlpOptions;
    return {
        "MLPClassifier",
        {field("hidden_layer_sizes", &O::hidden_layer_sizes, "units of each hidden layer; () for none").at_least(1),
         field("activation", &O::activation, "of hidden units", activation_words()),
         field("solver", &O::solver, "what goes down on the loss",
               {{"adam", Solver::adam}, {"sgd", Solver::sgd}, {"lbfgs", Solver::lbfgs}}),
         field("alpha", &O::alpha, "L2 penalty, ½ α Σ w² / n").at_least(0),
         field("batch_size", &O::batch_size, "samples of a step; 'auto': 200, or all where there are fewer")
             .at_least(1)
             .none_is("auto"),
         field("learning_rate", &O::learning_rate,
               "schedule of 'sgd'; 'adaptive' divides by five where the loss stands still",
               {{"constant", LearningRate::constant},
                {"invscaling", LearningRate::invscaling},
                {"adaptive", LearningRate::adaptive}}),
         field("learning_rate_init", &O::learning_rate_init, "learning rate at the begin").above(0),
         field("power_t", &O::power_t, "exponent of 'invscaling'"),
         field("max_iter", &O::max_iter, "most epochs").at_least(1),
         field("shuffle", &O::shuffle, "take the samples in a new order in each epoch"),
         field("random_state", &O::random_state, "seed of weights, orders and what is set aside").at_least(0),
         field("tol", &O::tol,
               "gain of loss or score that counts; for 'lbfgs' the largest entry of the gradient at the end"),
         field("momentum", &O::momentum, "of 'sgd'").at_least(0).at_most(1),
         field("nesterovs_momentum", &O::nesterovs_momentum, "momentum that looks ahead"),
         field("early_stopping", &O::early_stopping, "score on a part set aside, and keep the best net"),
         field("validation_fraction", &O::validation_fraction, "part set aside for it").above(0).below(1),
         field("beta_1", &O::beta_1, "of 'adam'").at_least(0).below(1),
         field("beta_2", &O::beta_2, "of 'adam'").at_least(0).below(1),
         field("epsilon", &O::epsilon, "of 'adam'").above(0),
         field("n_iter_no_change", &O::n_iter_no_change, "epochs without gain that end training; may be infinite")
             .at_least(1)
             .also(HUGE_VAL, std::numeric_limits<index>::max()),
         field("max_fun", &O::max_fun, "most evaluations of 'lbfgs'").at_least(1),
         field("init_range", &O::init_range,
               "weights begin uniform in ± it; None: by the sizes of the layers (Glorot & Bengio 2010)")
             .above(0),
         field("warm_start", &O::warm_start, "fit goes on from the weights of the last fit"),
         field("verbose", &O::verbose, "print the loss of each epoch after training; 0: don't")
             .at_least(0)
             .also(true, 1)
             .also(false, 0),
         field("class_weight", &O::class_weight, "weights of classes")
             .where(
                 "None, 'balanced' or {class: weight}",
                 [](const Value& v) { return v.is_none() || v == Value("balanced") || v.as<Value::Map>() != nullptr; }),
         field("loss", &O::loss,
               "cross entropy of a softmax (two classes: logistic) output, or ½ Σ (p − t)² of one logistic output "
               "per class",
               {{"log_loss", Loss::log}, {"squared_error", Loss::squared}}),
         field("dead_zone", &O::dead_zone, "an output that misses its target by less counts as right ('squared_error')")
             .at_least(0)}};
}

Fields MlpRegressorOptions::fields() {
    Fields fields = MlpOptions::fields();
    fields.of = "MLPRegressor";
    fields.list.erase(fields.list.end() - 3, fields.list.end());
    fields.list.push_back(field("loss", &MlpOptions::loss,
                                "½ Σ (p − t)² of a linear output, or half the Poisson deviance of an exponential one",
                                {{"squared_error", Loss::squared}, {"poisson", Loss::poisson}}));
    return fields;
}

namespace {

NetShape shape_of(const MlpOptions& o, index inputs, index outputs, bool classifies, bool several) {
    NetShape shape;
    shape.sizes = {inputs};
    shape.sizes.insert(shape.sizes.end(), o.hidden_layer_sizes.begin(), o.hidden_layer_sizes.end());
    shape.sizes.push_back(outputs);
    shape.hidden = o.activation;
    shape.loss = o.loss;
    shape.dead_zone = classifies ? o.dead_zone : 0;
    shape.output = !classifies ? (o.loss == Loss::poisson ? Output::exponential : Output::identity)
                   : o.loss == Loss::squared || outputs == 1 || several ? Output::logistic
                                                                        : Output::softmax;
    return shape;
}

/// Weights and biases of each layer in the padded block of the engine.
template <class T>
Array<T, 1> packed(const NetShape& shape, const State& state) {
    const NetLayout layout = layout_of<T>(shape);
    Array<T, 1> block({layout.size});
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const std::string number = text_of(l);
        const Array<T, 2> W = matrix<T>(state, "coefs_" + number);
        const std::vector<T> b = row<T>(state, "intercepts_" + number);
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        require(W.extent(0) == in && W.extent(1) == out && std::ssize(b) == out, "weights of layer ", number,
                " must have shape (", in, ", ", out, ")");
        copy(W.view(), View<T, 2>(block.data() + layout.weights[l], {in, out}, {layout.ld[l + 1], 1}));
        std::copy(b.begin(), b.end(), block.data() + layout.biases[l]);
    }
    return block;
}

template <class T>
void unpack(const NetShape& shape, const Array<T, 1>& block, State& state) {
    const NetLayout layout = layout_of<T>(shape);
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        const T* b = block.data() + layout.biases[l];
        state["coefs_" + text_of(l)] =
            Array<T, 2>(View<const T, 2>(block.data() + layout.weights[l], {in, out}, {layout.ld[l + 1], 1}));
        state["intercepts_" + text_of(l)] = std::vector<T>(b, b + out);
    }
}

/// The weight of each sample; empty: 1.
template <class T>
std::vector<T> sample_weights(const MlpOptions& o, const Given& given) {
    std::vector<T> weights(given.weights.begin(), given.weights.end());
    if (o.class_weight.is_none()) {
        return weights;
    }
    require(!given.labels.empty(), "class_weight needs one class a sample; give sample_weight");
    std::vector<double> of_class(given.classes.size(), 1);
    if (const auto* map = o.class_weight.as<Value::Map>()) {
        for (const auto& [name, value] : *map) {
            const std::string& said = name;  // clang 14 does not let closures have bindings
            const auto found = std::find(given.classes.begin(), given.classes.end(), said);
            require(found != given.classes.end(), "class_weight names '", said, "', which is no class");
            double& weight = of_class[found - given.classes.begin()];
            require(detail::FieldType<double>::write(weight, value) && weight >= 0,
                    [&] { return "class_weight must hold numbers >= 0; got " + text_of(o.class_weight); });
        }
    } else {
        std::vector<double> count(given.classes.size());
        for (std::int32_t label : given.labels) {
            ++count[label];
        }
        const auto there = static_cast<double>(std::ranges::count_if(count, [](double c) { return c > 0; }));
        for (std::size_t k = 0; k < count.size(); ++k) {
            of_class[k] = static_cast<double>(given.labels.size()) / (there * count[k]);
        }
    }
    weights.resize(given.labels.size(), 1);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] *= static_cast<T>(of_class[given.labels[i]]);
    }
    return weights;
}

template <class T>
Array<T, 2> taken(View<const T, 2> from, std::span<const index> rows) {
    Array<T, 2> to({from.data() != nullptr ? std::ssize(rows) : 0, from.extent(1)});
    for (index i = 0; i < to.extent(0); ++i) {
        copy(from[rows[i]], to.view()[i]);
    }
    return to;
}
template <class V>
std::vector<V> taken(std::span<const V> from, std::span<const index> rows) {
    std::vector<V> to(from.empty() ? 0 : rows.size());
    std::transform(rows.begin(), rows.begin() + std::ssize(to), to.begin(), [&](index i) { return from[i]; });
    return to;
}

/// Some of the samples, held.
template <class T>
struct Part {
    Array<T, 2> X, targets;
    std::vector<std::int32_t> labels;
    std::vector<T> weights;

    Part(const TrainingData<T>& from, std::span<const index> rows)
        : X(taken(from.X, rows)),
          targets(taken(from.targets, rows)),
          labels(taken(from.labels, rows)),
          weights(taken(from.weights, rows)) {}
    TrainingData<T> data() const {
        return {X, labels, targets.empty() ? View<const T, 2>() : View<const T, 2>(targets), weights};
    }
};

template <class T>
Training<T> resumed(const NetShape& shape, Solver solver, const State& before) {
    require(before.contains("state.first"),
            "the file that this net was loaded from has no state of its training to go on from; fit anew");
    Training<T> t;
    t.net = {shape, packed<T>(shape, before)};
    const auto block = [&](const std::string& name) {
        const std::vector<T> values = row<T>(before, name);
        return Array<T, 1>(View<const T, 1>(values.data(), {std::ssize(values)}));
    };
    t.first = block("state.first");
    t.second = block("state.second");
    require(t.first.size() == t.net.parameters.size() &&
                t.second.size() == (solver == Solver::adam ? t.first.size() : t.second.size()),
            "the state of training belongs to another net or solver; fit anew");
    t.steps = static_cast<std::int64_t>(number(before, "state.steps"));
    t.samples = static_cast<std::int64_t>(number(before, "state.samples"));
    t.epochs = static_cast<std::int64_t>(number(before, "state.epochs"));
    t.rate = number(before, "state.rate");
    t.best_loss = number(before, "state.best_loss");
    if (before.contains("state.still")) {  // files of old have none
        t.still = static_cast<std::int64_t>(number(before, "state.still"));
    }
    return t;
}

template <class T>
State fit_net(MlpOptions o, const Given& given, View<const T, 2> X, bool classifies, const State* before,
              Value::Map& report) {
    TrainingData<T> data;
    data.X = X;
    Array<T, 2> targets;
    index outputs = 0;
    const bool several = classifies && given.labels.empty();  // any number of labels a sample
    if (classifies && !several) {
        const index k = std::ssize(given.classes), n = X.extent(0);
        outputs = o.loss == Loss::log && k == 2 ? 1 : k;
        if (o.loss == Loss::log && k > 2) {
            data.labels = given.labels;
        } else {
            targets = Array<T, 2>({n, outputs});
            for (index i = 0; i < n; ++i) {
                if (outputs == 1) {
                    targets(i, 0) = static_cast<T>(given.labels[i]);
                } else {
                    targets(i, given.labels[i]) = 1;
                }
            }
            data.targets = targets;
        }
    } else {
        data.targets = std::get<View<const T, 2>>(given.targets);
        outputs = data.targets.extent(1);
        require(!several || o.loss == Loss::log, "samples with several labels need loss='log_loss'");
        require(o.loss != Loss::poisson || std::all_of(data.targets.data(), data.targets.data() + data.targets.size(),
                                                       [](T t) { return t >= 0; }),
                "loss='poisson' takes targets >= 0");
    }
    const std::vector<T> weights = sample_weights<T>(o, given);
    data.weights = weights;
    const NetShape shape = shape_of(o, X.extent(1), outputs, classifies, several);
    const bool warm = before != nullptr && !given.piece;
    if (given.piece && before != nullptr) {
        o.random_state = static_cast<std::uint64_t>(number(*before, "seed"));
    }
    const std::uint64_t seed = o.random_state.value_or(0);
    Training<T> training =
        before != nullptr && !warm ? resumed<T>(shape, o.solver, *before) : new_training<T>(shape, o);
    if (warm) {  // its weights alone
        training.net.parameters = packed<T>(shape, *before);
        training.samples = static_cast<std::int64_t>(number(*before, "t_"));
    }
    if (given.piece) {
        require(!o.early_stopping, "partial_fit takes one pass and can't stop early: it needs early_stopping=False");
        train_epoch(training, data, o);
    } else if (o.early_stopping) {
        require(o.solver != Solver::lbfgs, "early_stopping needs solver 'sgd' or 'adam'; 'lbfgs' takes no epochs");
        const Split split = validation_split(X.extent(0), given.labels, o.validation_fraction, seed);
        const Part<T> kept(data, split.kept), aside(data, split.aside);
        const TrainingData<T> validation = aside.data();
        require(
            classifies || split.aside.size() > 1,
            "R² needs two samples at least, and validation_fraction sets aside one; early_stopping needs more samples");
        require(aside.weights.empty() || std::ranges::any_of(aside.weights, [](T w) { return w > 0; }),
                "early_stopping scores on the samples that are set aside, and the sample_weight of all ",
                split.aside.size(), " of them is 0; give weight to more, or set early_stopping=False");
        train(training, kept.data(), o, &validation);
    } else {
        train(training, data, o);
    }
    State state;
    unpack(shape, training.net.parameters, state);
    std::vector<double> curve = known_losses(before);
    curve.insert(curve.end(), training.loss.begin(), training.loss.end());
    report = {{"loss", curve.back()}, {"epochs", training.epochs}, {"converged", training.converged}};
    if (given.score) {
        report.emplace_back(classifies ? "accuracy" : "R2", net_score(training.net, data));
    }
    state["loss_curve_"] = curve;
    if (o.early_stopping && !given.piece) {
        state["validation_scores_"] = training.validation;
        report.emplace_back("best_validation_score",
                            *std::max_element(training.validation.begin(), training.validation.end()));
    }
    state["best_loss_"] = training.best_loss;
    state["n_iter_"] = training.epochs;
    state["t_"] = training.samples;
    state["converged_"] = training.converged;
    // What further training goes on from.
    state["state.first"] = std::move(training.first);
    state["state.second"] = std::move(training.second);
    state["state.steps"] = training.steps;
    state["state.samples"] = training.samples;
    state["state.epochs"] = training.epochs;
    state["state.rate"] = training.rate;
    state["state.best_loss"] = training.best_loss;
    state["state.still"] = training.still;
    state["seed"] = seed;
    if (classifies) {
        state["several"] = several;
    }
    return state;
}

template <class Options, bool classifies>
State fit(const Options& o, const Given& given, const State* before, Value::Map& report) {
    return std::visit(
        [&]<class T>(const View<const T, 2>& X) { return fit_net<T>(o, given, X, classifies, before, report); },
        given.X);
}

/// Whether samples may have several labels, each a column.
bool has_several(const State& state) { return state.contains("several") && whole(state, "several") != 0; }

/// The units of each layer, inputs first.
std::vector<index> sizes_of(const State& state) {
    std::vector<index> sizes;
    for (index layer = 0; state.contains("coefs_" + text_of(layer)); ++layer) {
        const std::string number = text_of(layer);
        const std::vector<index>& shape = state.at("coefs_" + number).shape;
        require(shape.size() == 2, "the model's layers must have two axes");
        require(sizes.empty() || sizes.back() == shape[0], "layer ", number, " of the model must have ",
                sizes.empty() ? 0 : sizes.back(), " inputs, as the layer before it has units; got ", shape[0]);
        const index biases = std::ssize(row<double>(state, "intercepts_" + number));
        require(biases == shape[1], "layer ", number, " of the model has ", shape[1], " units and ", biases, " biases");
        if (layer == 0) {
            sizes.push_back(shape[0]);
        }
        sizes.push_back(shape[1]);
    }
    require(!sizes.empty(), "the model has no layers");
    return sizes;
}

template <class Options, bool classifies>
Matrix scores(const Options& settings, const State& state, const Samples& samples) {
    return std::visit(
        [&]<class T>(const View<const T, 2>& X) -> Matrix {
            const std::vector<index> sizes = sizes_of(state);
            MlpOptions o = settings;
            o.hidden_layer_sizes.assign(sizes.begin() + 1, sizes.end() - 1);
            const NetShape shape = shape_of(o, sizes.front(), sizes.back(), classifies, has_several(state));
            return outputs<T>(Mlp<T>{shape, packed<T>(shape, state)}, X);
        },
        samples);
}

template <class Options, bool classifies>
Prediction predict(const Options& o, const State& state, const Samples& samples) {
    Matrix p = scores<Options, classifies>(o, state, samples);
    if constexpr (classifies) {
        if (!has_several(state)) {
            return {winners(p, 0.5), {}};
        }
        std::visit(
            [](auto& y) { std::transform(y.data(), y.data() + y.size(), y.data(), [](auto v) { return v > 0.5; }); },
            p);
        return {{}, std::move(p)};
    } else {
        return {{}, std::move(p)};
    }
}

template <bool classifies>
void check(const State& state) {
    const index outputs = sizes_of(state).back();
    if constexpr (classifies) {
        require_outputs(outputs, state);
    }
}

std::vector<StateEntry> net_state() {
    return {{"coefs_", Entry::layers, true},
            {"intercepts_", Entry::layers, true},
            {"loss_curve_", Entry::list},
            {"validation_scores_", Entry::list},
            {"best_loss_"},
            {"n_iter_"},
            {"t_"},
            {"converged_", Entry::yes_no},
            {"state", Entry::entries},
            {"several", Entry::yes_no},
            {"seed"}};
}

}  // namespace

Estimator mlp_classifier() {
    return estimator<MlpOptions>(
        "mlp", "multilayer perceptron that classifies", Target::classes, net_state(),
        {fit<MlpOptions, true>, predict<MlpOptions, true>, nullptr, scores<MlpOptions, true>, check<true>});
}

Estimator mlp_regressor() {
    using O = MlpRegressorOptions;
    return estimator<O>("regressor", "multilayer perceptron with a linear output", Target::numbers, net_state(),
                        {fit<O, false>, predict<O, false>, nullptr, scores<O, false>, check<false>});
}

}  // namespace ranvier::learn
