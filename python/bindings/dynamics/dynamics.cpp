// The submodule ranvier._core.dynamics: trajectories and ensembles. The analysis is in analysis.cpp.
#include <cmath>

#include "dynamics/dynamics_call.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/ensemble.hpp"
#include "ranvier/compile/ode/system.hpp"
#include "ranvier/dynamics/model_flow.hpp"
#include "ranvier/dynamics/voltage_clamp.hpp"
#include "settings.hpp"

namespace ranvier::python {

void bind_dynamics_analysis(nb::module_& m);

namespace {

using language::Model;
using Values = std::map<std::string, double>;

nb::dict dictionary(const compile::Solution& s) {
    nb::dict out;
    const index n = s.size, count = static_cast<index>(s.t.size());
    Array<double, 2> y({n, count});
    for (index k = 0; k < count; ++k) {
        for (index i = 0; i < n; ++i) {
            y(i, k) = s.x[static_cast<std::size_t>(k * n + i)];
        }
    }
    out["t"] = numpy_copy(s.t);
    out["y"] = numpy_view(y);
    nb::list y_events;
    for (const auto& rows : s.x_events) {
        y_events.append(numpy_rows(rows, n));
    }
    out["t_events"] = list_of_arrays(s.t_events);
    out["y_events"] = y_events;
    out["nfev"] = s.nfev;
    out["njev"] = s.njev;
    out["nlu"] = s.nlu;
    out["status"] = static_cast<int>(s.status);
    out["message"] = s.message;
    out["success"] = s.success();
    out["dense"] = s.dense ? nb::cast(s.dense) : nb::none();
    return out;
}

using Options = compile::AdaptiveOptions;

/// What simulate() asks for, beside the system and its start. `events` must live as long.
Options run_options(const nb::dict& settings, const std::optional<NumpyIn<double, 1>>& t_eval, const nb::list& events,
                    const std::vector<double>& scale, double time_scale) {
    auto options = options_of<Options>(settings);
    if (t_eval) {
        options.t_eval = vector_of(*t_eval);
    }
    for (nb::handle item : events) {
        const auto request = nb::cast<std::tuple<nb::object, index, double, int, int>>(item);
        compile::RootFunction root;
        root.direction = std::get<3>(request);
        root.terminal = std::get<4>(request);
        if (std::get<0>(request).is_none()) {
            root.g = [state = std::get<1>(request), level = std::get<2>(request)](double, std::span<const double> x) {
                return x[static_cast<std::size_t>(state)] - level;
            };
        } else {  // a function of time and state as people see them; the list keeps it alive
            root.g = [call = nb::handle(std::get<0>(request)), scale, time_scale](double t, std::span<const double> x) {
                const nb::gil_scoped_acquire gil;
                Array<double, 1> shown({static_cast<index>(x.size())});
                for (std::size_t i = 0; i < x.size(); ++i) {
                    shown.data()[i] = x[i] / scale[i];
                }
                nb::object value = call(t / time_scale, numpy_view(shown));
                nb::object number = value;
                if (nb::hasattr(value, "item")) {  // array([x]) is a number too
                    try {
                        number = value.attr("item")();
                    } catch (const nb::python_error&) {  // it has more than one, or none
                    }
                }
                double result = 0;
                if (!nb::try_cast(number, result)) {
                    const std::string got = nb::cast<std::string>(nb::repr(value));
                    throw nb::type_error(("an event function returns one number; got " + got).c_str());
                }
                return result;
            };
        }
        options.events.push_back(std::move(root));
    }
    return options;
}

nb::dict simulated(const Model& model, const Values& values, double t0, double t1, const NumpyIn<double, 1>& x0,
                   const Options& options) {
    const std::vector<double> start = vector_of(x0);
    if (!model.events.empty()) {
        const auto solution =
            run([&] { return compile::solve_spiking(compile::System(model, values), t0, t1, start, options); });
        nb::dict out = dictionary(solution);
        if (model.spikes()) {
            out["spikes"] = numpy_copy(solution.spikes);
        }
        return out;
    }
    return dictionary(run([&] { return compile::solve(compile::System(model, values), t0, t1, start, options); }));
}

nb::dict simulated_flow(const dynamics::Flow& flow, const NumpyIn<double, 1>& p, double t0, double t1,
                        const NumpyIn<double, 1>& x0, const Options& options) {
    const std::vector<double> start = vector_of(x0);
    return dictionary(run([&] {
        return compile::solve(dynamics::right_hand_side(flow, {p.data(), p.size()}), t0, t1, start, options);
    }));
}

/// A subexpression along a trajectory: x (states, times).
NumpyOut<double, 1> evaluated(const Model& model, const Values& values, const std::string& name,
                              const NumpyIn<double, 1>& t, const NumpyIn<double, 2>& x) {
    const auto states = view_of<double, 2>(x);
    return numpy_copy(run([&] {
        const compile::System system(model, values);
        const auto expression = compile::expression(model, name);
        std::vector<double> out, at(static_cast<std::size_t>(states.extent(0)));
        for (index k = 0; k < states.extent(1); ++k) {
            for (index i = 0; i < states.extent(0); ++i) {
                at[static_cast<std::size_t>(i)] = states(i, k);
            }
            out.push_back(system.value(expression, t.data()[k], at));
        }
        return out;
    }));
}

/// A subexpression over time while one state is held: (levels, times).
NumpyOut<double, 2> clamped(const Model& model, const Values& values, index state, const NumpyIn<double, 1>& levels,
                            const NumpyIn<double, 1>& x0, const NumpyIn<double, 1>& t, const std::string& name) {
    return numpy_view(run([&] {
        return dynamics::voltage_clamp(compile::System(model, values), state, {levels.data(), levels.size()},
                                       {x0.data(), x0.size()}, {t.data(), t.size()}, name);
    }));
}

nb::dict ensemble(const Model& model, const std::string& preset,
                  const std::map<std::string, std::vector<double>>& parameters,
                  const std::map<std::string, std::vector<double>>& initial, index members, const nb::dict& settings) {
    compile::Ensemble all;
    all.parameters = parameters;
    all.initial = initial;
    all.members = members;
    all.preset = preset;
    const auto how = options_of<compile::FixedStep>(settings);
    const auto result = run([&] { return compile::run(model, all, how); });
    const auto by_name = [](const auto& map, const auto& shown) {
        nb::dict named;
        for (const auto& [name, values] : map) {
            named[name.c_str()] = shown(values);
        }
        return named;
    };
    nb::dict out;
    out["t"] = numpy_copy(result.t);
    out["method"] = result.method;
    out["recorded"] = by_name(result.recorded, [](const auto& rows) { return numpy_view(rows); });
    out["final"] = by_name(result.final, [](const auto& values) { return numpy_copy(values); });
    out["events"] = by_name(
        result.events, [](const auto& list) { return nb::make_tuple(numpy_copy(list.lanes), numpy_copy(list.steps)); });
    return out;
}

}  // namespace

void bind_dynamics(nb::module_& parent) {
    nb::module_ m = parent.def_submodule("dynamics", "The engine of ranvier.dynamics.");
    publish<Options>();
    nb::class_<Options>(m, "AdaptiveOptions");
    publish<compile::FixedStep>();
    using DenseParts = std::tuple<index, index, std::vector<double>, std::vector<double>, std::vector<double>>;
    nb::class_<compile::DenseOutput>(m, "DenseOutput")
        .def("__getstate__",
             [](const compile::DenseOutput& d) {
                 return DenseParts{d.rows(), d.size(), d.begins(), d.lengths(), d.coefficients()};
             })
        .def("__setstate__",
             [](compile::DenseOutput& dense, const DenseParts& parts) {
                 const auto& [rows, size, begins, lengths, coefficients] = parts;
                 const auto block = static_cast<std::size_t>(rows * size);
                 require(rows >= 0 && size >= 0 && begins.size() == lengths.size() &&
                             coefficients.size() == begins.size() * block,
                         "this is no pickled trajectory");
                 new (&dense) compile::DenseOutput();
                 for (std::size_t k = 0; k < begins.size(); ++k) {
                     dense.append(begins[k], lengths[k], std::span(coefficients).subspan(k * block, block), rows, size);
                 }
             })
        .def_prop_ro("t_min", &compile::DenseOutput::t_min)
        .def_prop_ro("t_max", &compile::DenseOutput::t_max)
        .def("__call__", [](const compile::DenseOutput& dense, const NumpyIn<double, 1>& t) {
            const index n = dense.size(), count = static_cast<index>(t.size());
            Array<double, 2> y({n, count});
            std::vector<double> x(static_cast<std::size_t>(n));
            for (index k = 0; k < count; ++k) {
                dense(t.data()[k], x);
                for (index i = 0; i < n; ++i) {
                    y(i, k) = x[static_cast<std::size_t>(i)];
                }
            }
            return numpy_view(y);
        });
    // Where an argument may be None, nanobind wants all of them declared.
    const nb::arg any;
    m.def("run_options", &run_options, any, nb::arg().none(), any, any, any);
    m.def("simulated", &simulated);
    m.def("simulated_flow", &simulated_flow);
    m.def("evaluated", &evaluated);
    m.def("clamped", &clamped);
    m.def("ensemble", &ensemble);
    nb::class_<dynamics::Flow>(m, "Flow")
        .def_ro("states", &dynamics::Flow::states)
        .def_ro("parameters", &dynamics::Flow::parameters)
        .def_ro("x0", &dynamics::Flow::x0)
        .def_ro("p0", &dynamics::Flow::p0)
        .def("__call__",
             [](const dynamics::Flow& f, double t, const NumpyIn<double, 1>& x, const NumpyIn<double, 1>& p) {
                 Array<double, 1> d({f.n()});
                 f.rhs(t, x.data(), p.data(), d.data());
                 return numpy_view(d);
             });
    m.def("flow", [](const Model& model, const std::string& preset, const Values& given) {
        return run([&] { return dynamics::flow(model, preset, given); });
    });
    bind_dynamics_analysis(m);
}

}  // namespace ranvier::python
