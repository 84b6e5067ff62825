// The submodule ranvier._core.learn: the table of estimators, and what some of them do beside fit, predict and
// transform.
#include "learn/learn.hpp"
#include "ranvier/learn/art.hpp"
#include "ranvier/learn/elman.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/linear.hpp"
#include "ranvier/learn/perceptron.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

std::span<const double> span_of(const NumpyIn<double, 1>& a) { return {a.data(), a.size()}; }

nb::list lists(const std::vector<std::vector<double>>& paths) {
    nb::list result;
    for (const auto& path : paths) {
        result.append(numpy_copy(path));
    }
    return result;
}

template <class T>
void bind_maps(nb::module_& m) {
    m.def("quantization_error",
          [](const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights, const std::vector<std::int32_t>& alive) {
              return run([&] { return quantisation_error<T>(view_of<T, 2>(X), view_of<T, 2>(weights), alive); });
          });
    m.def("topographic_error", [](const nb::dict& settings, const NumpyIn<T, 2>& X, const NumpyIn<T, 2>& weights,
                                  const std::vector<std::int32_t>& alive) {
        const MapShape map = options_of<SomOptions>(settings).map();
        return run([&] { return topographic_error<T>(view_of<T, 2>(X), view_of<T, 2>(weights), map, alive); });
    });
    m.def("u_matrix",
          [](const nb::dict& settings, const NumpyIn<T, 2>& weights, const std::vector<std::int32_t>& alive) {
              const MapShape map = options_of<SomOptions>(settings).map();
              return numpy_view(run([&] { return u_matrix<T>(view_of<T, 2>(weights), map, alive); }));
          });
}

nb::tuple python_recall(const nb::dict& settings, const nb::dict& state, const NumpyIn<double, 2>& X, bool path) {
    const auto o = options_of<HopfieldOptions>(settings);
    const State known = state_of(state);
    const Recall r = run([&] { return recall(o, known, view_of<double, 2>(X), path); });
    return nb::make_tuple(numpy_view(r.states), numpy_copy(r.sweeps), numpy_copy(r.flips), numpy_copy(r.period),
                          lists(r.path));
}

NumpyOut<double, 1> python_energy(const nb::dict& settings, const nb::dict& state, const NumpyIn<double, 2>& X) {
    const auto o = options_of<HopfieldOptions>(settings);
    const State known = state_of(state);
    return numpy_copy(run([&] { return energies(o, known, view_of<double, 2>(X)); }));
}

nb::tuple python_census(const nb::dict& settings, const nb::dict& state) {
    const auto o = options_of<HopfieldOptions>(settings);
    const State known = state_of(state);
    const Array<double, 2> patterns = matrix<double>(known, "patterns_");
    const Census c = run([&] {
        return with_memory(o, known, [&](const auto& memory) { return attractor_census(memory, patterns.view()); });
    });
    const index n = std::ssize(c.states), N = patterns.extent(1);
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
}

}  // namespace

void bind_learn(nb::module_& core) {
    nb::module_ m = core.def_submodule("learn", "The engine of ranvier.learn.");
    bind_estimators(m);
    bind_maps<double>(m);
    bind_maps<float>(m);
    m.def("hyperboxes", [](const nb::dict& state) {
        const Hyperboxes boxes = hyperboxes(state_of(state));
        return nb::make_tuple(numpy_view(boxes.low), numpy_view(boxes.high));
    });
    m.def("hopfield_recall", &python_recall);
    m.def("hopfield_energy", &python_energy);
    m.def("hopfield_census", &python_census);
    m.def("elman_outputs", [](const nb::dict& settings, const nb::dict& state, const NumpyIn<double, 2>& X) {
        const Elman net = elman_of(options_of<ElmanOptions>(settings), state_of(state));
        return numpy_view(run([&] { return elman_outputs(net, view_of<double, 2>(X)); }));
    });
    m.def("elman_context", [](const nb::dict& settings, const nb::dict& state, const NumpyIn<double, 2>& X) {
        const Elman net = elman_of(options_of<ElmanOptions>(settings), state_of(state));
        return numpy_view(run([&] { return elman_context(net, view_of<double, 2>(X)); }));
    });
    m.def("linear_separability", [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& targets, index max_steps) {
        const auto t = vector_of(targets);
        const Separability s = run([&] { return linear_separability(view_of<double, 2>(X), t, max_steps); });
        return nb::make_tuple(s.separable ? nb::cast(*s.separable) : nb::none(), s.margin);
    });
    m.def("unprojected",
          [](const NumpyIn<double, 2>& S, const NumpyIn<double, 2>& mixing, const NumpyIn<double, 1>& mean) {
              return numpy_view(
                  run([&] { return unprojected(view_of<double, 2>(S), view_of<double, 2>(mixing), span_of(mean)); }));
          });
    m.def(
        "chosen",
        [](index n, index count, std::uint64_t seed) {
            require(n >= 0 && count >= 0 && count <= n, "no more can be chosen than there are");
            RandomStream random(seed, 9);
            auto order = shuffled(n, random);
            order.resize(count);
            return numpy_copy(order);
        },
        "Which `count` of n, at random.");
}

}  // namespace ranvier::python
