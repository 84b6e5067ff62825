// Threshold units and Hopfield memories.
#include "learn/learn_call.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/perceptron.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

ThresholdUnit unit_of(const NumpyIn<double, 1>& w, double b) { return {vector_of(w), b}; }

Storage storage_of(const nb::dict& o) {
    return choice<Storage>(
        o, "storage",
        {{"hebbian", Storage::hebbian}, {"pseudo_inverse", Storage::pseudo_inverse}, {"storkey", Storage::storkey}});
}

template <class T>
Hopfield<T> memory_of(const NumpyIn<T, 2>& M, double scale, const NumpyIn<double, 1>& theta) {
    require(M.shape(0) == M.shape(1) && theta.size() == M.shape(0),
            "a memory needs square weights and a threshold for each unit");
    // The weights stay where Python has them: the memory only reads.
    Hopfield<T> memory;
    const index N = static_cast<index>(M.shape(0));
    memory.M = Array<T, 2>::shared({N, N}, std::shared_ptr<void>(const_cast<T*>(M.data()), [](void*) {}));
    memory.scale = scale;
    memory.theta = vector_of(theta);
    return memory;
}

nb::list lists(const std::vector<std::vector<double>>& paths) {
    nb::list result;
    for (const auto& path : paths) {
        result.append(numpy_copy(path));
    }
    return result;
}

template <class T>
void bind_hopfield(nb::module_& m) {
    m.def(
        sizeof(T) == 8 ? "hopfield_store" : "hopfield_store_float32",
        [](const NumpyIn<double, 2>& patterns, const nb::dict& o, std::optional<NumpyIn<T, 2>> before) {
            const Storage storage = storage_of(o);
            const bool zero = option<bool>(o, "zero_diagonal");
            const Hopfield<T> memory = run([&] {
                if (!before) {
                    return hopfield<T>(view_of<double, 2>(patterns), storage, zero);
                }
                Hopfield<T> grown{array_of<T, 2>(*before),
                                  storage == Storage::hebbian ? 1 / static_cast<double>(before->shape(0)) : 1,
                                  std::vector<double>(before->shape(0)),
                                  {}};
                store<T>(grown, view_of<double, 2>(patterns), storage, zero);
                return grown;
            });
            return nb::make_tuple(numpy_view(memory.M), memory.scale);
        },
        "patterns"_a, "options"_a, "before"_a.none());
    m.def("hopfield_energy",
          [](const NumpyIn<T, 2>& M, double scale, const NumpyIn<double, 1>& theta, const NumpyIn<double, 2>& states) {
              const auto memory = memory_of<T>(M, scale, theta);
              return numpy_copy(run([&] { return energies<T>(memory, view_of<double, 2>(states)); }));
          });
    m.def(
        "hopfield_recall",
        [](const NumpyIn<T, 2>& M, double scale, const NumpyIn<double, 1>& theta, const NumpyIn<double, 2>& cues,
           const nb::dict& o, std::optional<NumpyIn<double, 2>> patterns) {
            RecallOptions options;
            options.synchronous = option<bool>(o, "synchronous");
            options.random_order = option<bool>(o, "random_order");
            options.max_sweeps = option<index>(o, "max_sweeps");
            options.path = option<bool>(o, "path");
            options.seed = option<std::uint64_t>(o, "seed");
            auto memory = memory_of<T>(M, scale, theta);
            if (patterns) {  // M holds nothing but these
                memory.patterns = Array<double, 2>::shared(
                    {static_cast<index>(patterns->shape(0)), static_cast<index>(patterns->shape(1))},
                    std::shared_ptr<void>(const_cast<double*>(patterns->data()), [](void*) {}));
            }
            const Recall r = run([&] { return recall<T>(memory, view_of<double, 2>(cues), options); });
            nb::dict d;
            d["states"] = numpy_view(r.states);
            d["sweeps"] = numpy_copy(r.sweeps);
            d["flips"] = numpy_copy(r.flips);
            d["period"] = numpy_copy(r.period);
            d["path"] = lists(r.path);
            return d;
        },
        "weights"_a, "scale"_a, "theta"_a, "cues"_a, "options"_a, "patterns"_a.none());
    m.def("hopfield_census", [](const NumpyIn<T, 2>& M, double scale, const NumpyIn<double, 1>& theta,
                                const NumpyIn<double, 2>& patterns) {
        const auto memory = memory_of<T>(M, scale, theta);
        const Census c = run([&] { return attractor_census<T>(memory, view_of<double, 2>(patterns)); });
        const index n = std::ssize(c.states), N = memory.units();
        Array<double, 2> states({n, N});
        std::vector<index> kinds(n);
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < N; ++j) {
                states(i, j) = c.states[i] >> j & 1U ? 1 : -1;
            }
            kinds[i] = static_cast<index>(c.kinds[i]);
        }
        return nb::make_tuple(numpy_view(states), numpy_copy(c.energies), numpy_copy(kinds), numpy_copy(c.patterns),
                              numpy_copy(c.basins));
    });
}

}  // namespace

void bind_learn_units(nb::module_& m) {
    m.def(
        "perceptron_fit",
        [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& targets, const nb::dict& o,
           std::optional<NumpyIn<double, 1>> w, double b) {
            PerceptronOptions options;
            options.eta = option<double>(o, "eta");
            options.margin = option<double>(o, "margin");
            options.pocket = option<bool>(o, "pocket");
            options.shuffle = option<bool>(o, "shuffle");
            options.intercept = option<bool>(o, "intercept");
            options.max_epochs = option<index>(o, "max_epochs");
            options.seed = option<std::uint64_t>(o, "seed");
            const ThresholdUnit start = w ? unit_of(*w, b) : ThresholdUnit{};
            const auto t = vector_of(targets);
            const PerceptronFit fit =
                run([&] { return fit_perceptron(view_of<double, 2>(X), t, options, w ? &start : nullptr); });
            return nb::make_tuple(numpy_copy(fit.unit.w), fit.unit.b, fit.epochs, fit.updates, fit.errors,
                                  fit.converged);
        },
        "X"_a, "targets"_a, "options"_a, "w"_a.none(), "b"_a);
    m.def("linear_separability", [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& targets, index max_steps) {
        const auto t = vector_of(targets);
        const Separability s = run([&] { return linear_separability(view_of<double, 2>(X), t, max_steps); });
        return nb::make_tuple(s.separable ? nb::cast(*s.separable) : nb::none(), s.margin, numpy_copy(s.unit.w),
                              s.unit.b);
    });
    m.def(
        "adaline_fit",
        [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& targets, const nb::dict& o,
           std::optional<NumpyIn<double, 1>> w, double b) {
            AdalineOptions options;
            options.eta = option<double>(o, "eta");
            options.normalised = option<bool>(o, "normalised");
            options.shuffle = option<bool>(o, "shuffle");
            options.intercept = option<bool>(o, "intercept");
            options.max_epochs = option<index>(o, "max_epochs");
            options.tolerance = option<double>(o, "tolerance");
            options.seed = option<std::uint64_t>(o, "seed");
            const ThresholdUnit start = w ? unit_of(*w, b) : ThresholdUnit{};
            const auto t = vector_of(targets);
            const AdalineFit fit =
                run([&] { return fit_adaline(view_of<double, 2>(X), t, options, w ? &start : nullptr); });
            return nb::make_tuple(numpy_copy(fit.unit.w), fit.unit.b, numpy_copy(fit.mean_squared_error),
                                  fit.converged);
        },
        "X"_a, "targets"_a, "options"_a, "w"_a.none(), "b"_a);
    m.def("activations", [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& w, double b) {
        const ThresholdUnit unit = unit_of(w, b);
        return numpy_copy(run([&] { return activations(view_of<double, 2>(X), unit); }));
    });
    m.def("modern_recall", [](const NumpyIn<double, 2>& patterns, const NumpyIn<double, 2>& cues, double beta,
                              index max_steps, double tolerance) {
        const ModernRecall r = run([&] {
            return modern_recall(view_of<double, 2>(patterns), view_of<double, 2>(cues), beta, max_steps, tolerance);
        });
        return nb::make_tuple(numpy_view(r.states), numpy_copy(r.steps), lists(r.path));
    });
    bind_hopfield<double>(m);
    bind_hopfield<float>(m);
}

}  // namespace ranvier::python
