// Multilayer perceptrons and Elman nets.
#include "learn/learn_call.hpp"
#include "ranvier/learn/elman.hpp"
#include "ranvier/learn/mlp.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

Activation activation_of(const nb::dict& o) {
    return choice<Activation>(o, "activation",
                              {{"identity", Activation::identity},
                               {"logistic", Activation::logistic},
                               {"tanh", Activation::tanh},
                               {"relu", Activation::relu}});
}

NetShape net_shape(const nb::dict& o) {
    NetShape s;
    s.sizes = option<std::vector<index>>(o, "sizes");
    s.hidden = activation_of(o);
    s.output = choice<Output>(
        o, "output", {{"identity", Output::identity}, {"logistic", Output::logistic}, {"softmax", Output::softmax}});
    s.loss = choice<Loss>(o, "loss", {{"squared_error", Loss::squared}, {"log_loss", Loss::log}});
    s.dead_zone = option<double>(o, "dead_zone");
    return s;
}

TrainOptions train_options(const nb::dict& o) {
    TrainOptions t;
    t.solver = choice<Solver>(o, "solver", {{"sgd", Solver::sgd}, {"adam", Solver::adam}, {"lbfgs", Solver::lbfgs}});
    t.alpha = option<double>(o, "alpha");
    t.batch = option<index>(o, "batch");
    t.rate = option<double>(o, "rate");
    t.schedule = choice<Schedule>(o, "schedule",
                                  {{"constant", Schedule::constant},
                                   {"invscaling", Schedule::inverse_scaling},
                                   {"adaptive", Schedule::adaptive}});
    t.power_t = option<double>(o, "power_t");
    t.max_epochs = option<index>(o, "max_epochs");
    t.shuffle = option<bool>(o, "shuffle");
    t.tolerance = option<double>(o, "tolerance");
    t.patience = option<index>(o, "patience");
    t.momentum = option<double>(o, "momentum");
    t.nesterov = option<bool>(o, "nesterov");
    t.beta_1 = option<double>(o, "beta_1");
    t.beta_2 = option<double>(o, "beta_2");
    t.epsilon = option<double>(o, "epsilon");
    t.max_evaluations = option<index>(o, "max_evaluations");
    t.start_range = option<double>(o, "start_range");
    t.seed = option<std::uint64_t>(o, "seed");
    return t;
}

/// Matrices and rows of biases ↔ the padded block of the engine.
template <class T>
Array<T, 1> packed(const NetShape& shape, const nb::list& coefs, const nb::list& intercepts) {
    const NetLayout layout = layout_of<T>(shape);
    Array<T, 1> block({layout.size});
    require(nb::len(coefs) + 1 == shape.sizes.size() && nb::len(intercepts) + 1 == shape.sizes.size(),
            "a net needs weights and biases for each layer");
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const auto W = nb::cast<NumpyIn<T, 2>>(coefs[l]);
        const auto b = nb::cast<NumpyIn<T, 1>>(intercepts[l]);
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        require(static_cast<index>(W.shape(0)) == in && static_cast<index>(W.shape(1)) == out &&
                    static_cast<index>(b.size()) == out,
                [&] {
                    return "weights of layer " + std::to_string(l) + " must have shape (" + std::to_string(in) + ", " +
                           std::to_string(out) + ")";
                });
        for (index i = 0; i < in; ++i) {
            std::copy(W.data() + i * out, W.data() + (i + 1) * out,
                      block.data() + layout.weights[l] + i * layout.ld[l + 1]);
        }
        std::copy(b.data(), b.data() + out, block.data() + layout.biases[l]);
    }
    return block;
}

template <class T>
std::pair<nb::list, nb::list> unpacked(const NetShape& shape, const Array<T, 1>& block) {
    const NetLayout layout = layout_of<T>(shape);
    nb::list coefs, intercepts;
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        Array<T, 2> W({in, out});
        for (index i = 0; i < in; ++i) {
            const T* row = block.data() + layout.weights[l] + i * layout.ld[l + 1];
            std::copy(row, row + out, W.data() + i * out);
        }
        const T* b = block.data() + layout.biases[l];
        coefs.append(numpy_view(W));
        intercepts.append(numpy_copy(std::vector<T>(b, b + out)));
    }
    return {coefs, intercepts};
}

/// What a lesson is made of, held while the engine reads it.
template <class T>
struct Held {
    NumpyIn<T, 2> X;
    std::optional<NumpyIn<std::int32_t, 1>> labels;
    std::optional<NumpyIn<T, 2>> targets;
    std::optional<NumpyIn<T, 1>> weights;

    static Held from(const nb::tuple& t) {
        Held h;
        h.X = nb::cast<NumpyIn<T, 2>>(t[0]);
        if (!t[1].is_none()) {
            h.labels = nb::cast<NumpyIn<std::int32_t, 1>>(t[1]);
        }
        if (!t[2].is_none()) {
            h.targets = nb::cast<NumpyIn<T, 2>>(t[2]);
        }
        if (!t[3].is_none()) {
            h.weights = nb::cast<NumpyIn<T, 1>>(t[3]);
        }
        return h;
    }

    Lesson<T> lesson() const {
        Lesson<T> l;
        l.X = view_of<T, 2>(X);
        if (labels) {
            l.labels = {labels->data(), labels->size()};
        }
        if (targets) {
            l.targets = view_of<T, 2>(*targets);
        }
        if (weights) {
            l.weights = {weights->data(), weights->size()};
        }
        return l;
    }
};

template <class T>
nb::dict train_net(const nb::tuple& data, const nb::dict& shape_options, const nb::dict& options,
                   const nb::object& state, const nb::object& validation, bool one_epoch) {
    const NetShape shape = net_shape(shape_options);
    const TrainOptions o = train_options(options);
    const auto held = Held<T>::from(data);
    std::optional<Held<T>> held_validation;
    if (!validation.is_none()) {
        held_validation = Held<T>::from(nb::cast<nb::tuple>(validation));
    }
    Training<T> training;
    if (state.is_none()) {
        training = new_training<T>(shape, o);
    } else {
        const auto s = nb::cast<nb::dict>(state);
        training.net = {shape, packed<T>(shape, nb::cast<nb::list>(s["coefs"]), nb::cast<nb::list>(s["intercepts"]))};
        training.first = array_of<T, 1>(nb::cast<NumpyIn<T, 1>>(s["first"]));
        training.second = array_of<T, 1>(nb::cast<NumpyIn<T, 1>>(s["second"]));
        training.steps = option<std::int64_t>(s, "steps");
        training.samples = option<std::int64_t>(s, "samples");
        training.epochs = option<std::int64_t>(s, "epochs");
        training.rate = option<double>(s, "rate");
        training.best_loss = option<double>(s, "best_loss");
        require(training.first.size() == training.net.parameters.size(),
                "the state of training belongs to another net");
    }
    const Lesson<T> lesson = held.lesson();
    const Lesson<T> second = held_validation ? held_validation->lesson() : Lesson<T>{};
    run([&] {
        if (one_epoch) {
            train_epoch(training, lesson, o);
        } else {
            train(training, lesson, o, held_validation ? &second : nullptr);
        }
    });
    nb::dict d;
    auto [coefs, intercepts] = unpacked(shape, training.net.parameters);
    d["coefs"] = coefs;
    d["intercepts"] = intercepts;
    d["first"] = numpy_view(training.first);
    d["second"] = numpy_view(training.second);
    d["steps"] = training.steps;
    d["samples"] = training.samples;
    d["epochs"] = training.epochs;
    d["rate"] = training.rate;
    d["best_loss"] = training.best_loss;
    d["loss"] = numpy_copy(training.loss);
    d["validation"] = numpy_copy(training.validation);
    d["converged"] = training.converged;
    return d;
}

template <class T>
void bind_net(nb::module_& m, const char* train_name) {
    m.def(train_name, &train_net<T>, "data"_a, "shape"_a, "options"_a, "state"_a.none(), "validation"_a.none(),
          "one_epoch"_a);
    m.def("net_outputs",
          [](const NumpyIn<T, 2>& X, const nb::dict& o, const nb::list& coefs, const nb::list& intercepts) {
              const NetShape shape = net_shape(o);
              const Mlp<T> net{shape, packed<T>(shape, coefs, intercepts)};
              return numpy_view(run([&] { return outputs<T>(net, view_of<T, 2>(X)); }));
          });
}

ElmanShape elman_shape(const nb::dict& o) {
    ElmanShape s;
    s.inputs = option<index>(o, "inputs");
    s.hidden = option<index>(o, "hidden");
    s.outputs = option<index>(o, "outputs");
    s.steps = option<index>(o, "steps");
    s.activation = activation_of(o);
    s.every_step = option<bool>(o, "every_step");
    return s;
}

Elman elman_of(const nb::dict& o, const nb::dict& p) {
    Elman net{elman_shape(o),
              array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(p["U"])),
              array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(p["R"])),
              array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(p["V"])),
              vector_of(nb::cast<NumpyIn<double, 1>>(p["b"])),
              vector_of(nb::cast<NumpyIn<double, 1>>(p["c"]))};
    const ElmanShape& s = net.shape;
    require(net.U.extents() == std::array{s.inputs, s.hidden} && net.R.extents() == std::array{s.hidden, s.hidden} &&
                net.V.extents() == std::array{s.hidden, s.outputs} && std::ssize(net.b) == s.hidden &&
                std::ssize(net.c) == s.outputs,
            "the weights of an Elman net must have shapes (inputs, hidden), (hidden, hidden), (hidden, outputs)");
    return net;
}

}  // namespace

void bind_learn_nets(nb::module_& m) {
    bind_net<double>(m, "net_train_float64");
    bind_net<float>(m, "net_train_float32");
    m.def("elman_fit", [](const NumpyIn<double, 2>& X, const NumpyIn<std::int32_t, 1>& labels, const nb::dict& shape,
                          const nb::dict& o) {
        ElmanOptions e;
        e.alpha = option<double>(o, "alpha");
        e.rate = option<double>(o, "rate");
        e.batch = option<index>(o, "batch");
        e.max_epochs = option<index>(o, "max_epochs");
        e.tolerance = option<double>(o, "tolerance");
        e.patience = option<index>(o, "patience");
        e.shuffle = option<bool>(o, "shuffle");
        e.seed = option<std::uint64_t>(o, "seed");
        const ElmanShape s = elman_shape(shape);
        const auto l = vector_of(labels);
        const ElmanFit fit = run([&] { return fit_elman(view_of<double, 2>(X), l, s, e); });
        nb::dict p;
        p["U"] = numpy_view(fit.net.U);
        p["R"] = numpy_view(fit.net.R);
        p["V"] = numpy_view(fit.net.V);
        p["b"] = numpy_copy(fit.net.b);
        p["c"] = numpy_copy(fit.net.c);
        return nb::make_tuple(p, numpy_copy(fit.loss), fit.converged);
    });
    m.def("elman_outputs", [](const NumpyIn<double, 2>& X, const nb::dict& shape, const nb::dict& p) {
        const Elman net = elman_of(shape, p);
        return numpy_view(run([&] { return elman_outputs(net, view_of<double, 2>(X)); }));
    });
    m.def("elman_context", [](const NumpyIn<double, 2>& X, const nb::dict& shape, const nb::dict& p) {
        const Elman net = elman_of(shape, p);
        return numpy_view(run([&] { return elman_context(net, view_of<double, 2>(X)); }));
    });
}

}  // namespace ranvier::python
