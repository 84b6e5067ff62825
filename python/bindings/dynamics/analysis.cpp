// Equilibria, cycles, planes, exponents, sections, basins, firing, convection.
#include <complex>
#include <variant>

#include <nanobind/stl/complex.h>
#include <nanobind/stl/variant.h>

#include "dynamics/dynamics_call.hpp"
#include "ranvier/dynamics/convection.hpp"
#include "ranvier/dynamics/cycles.hpp"
#include "ranvier/dynamics/equilibria.hpp"
#include "ranvier/dynamics/fixed_points.hpp"
#include "ranvier/dynamics/phase_plane.hpp"
#include "ranvier/dynamics/trajectories.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace dynamics;

namespace {

using In = NumpyIn<double, 1>;

std::span<const double> span_of(const In& a) { return {a.data(), a.size()}; }

void bind_planes(nb::module_& m) {
    nb::class_<FixedPoint>(m, "FixedPoint")
        .def_prop_ro("x", [](const FixedPoint& q) { return nb::cast(numpy_copy(q.x)); })
        .def_prop_ro("eigenvalues", [](const FixedPoint& q) { return nb::cast(numpy_copy(q.eigenvalues)); })
        .def_prop_ro("eigenvectors", [](const FixedPoint& q) { return nb::cast(numpy_view(q.eigenvectors)); })
        .def_prop_ro("kind", [](const FixedPoint& q) { return name(q.kind); })
        .def_ro("stable", &FixedPoint::stable)
        .def_prop_ro("conserved", [](const FixedPoint& q) { return nb::cast(numpy_view(q.conserved)); });
    m.def("fixed_points", [](const Flow& flow, const In& p, const In& low, const In& high, index starts) {
        const Box box{vector_of(low), vector_of(high)};
        return run([&] { return fixed_points(flow, span_of(p), box, starts); });
    });
    m.def("fixed_point", [](const Flow& flow, const In& p, const In& guess) {
        return run([&] { return fixed_point(flow, span_of(p), span_of(guess)); });
    });
    using Range = std::array<double, 2>;
    nb::class_<Plane>(m, "Plane")
        .def("__init__", [](Plane* self, index x, index y, Range x_range, Range y_range, const In& others) {
            new (self) Plane{x, y, x_range, y_range, vector_of(others)};
        });
    m.def("nullcline", [](const Flow& flow, const In& p, const Plane& plane, index state, index resolution) {
        nb::list all;
        for (const Polyline& line : run([&] { return nullcline(flow, span_of(p), plane, state, resolution); })) {
            Array<double, 2> points({static_cast<index>(line.size()), 2});
            double* to = points.data();
            for (const auto& [x, y] : line) {
                *to++ = x;
                *to++ = y;
            }
            all.append(numpy_view(points));
        }
        return all;
    });
    m.def("vector_field", [](const Flow& flow, const In& p, const Plane& plane, index columns, index rows) {
        const auto field = run([&] { return vector_field(flow, span_of(p), plane, columns, rows); });
        return nb::make_tuple(numpy_copy(field.x), numpy_copy(field.y), numpy_view(field.dx), numpy_view(field.dy));
    });
    m.def("basins", [](const Flow& flow, const In& p, const Plane& plane, double duration, index columns, index rows,
                       double tolerance) {
        const auto b = run([&] { return basins(flow, span_of(p), plane, duration, columns, rows, tolerance); });
        return nb::make_tuple(numpy_copy(b.x), numpy_copy(b.y), numpy_view(b.attractor), numpy_view(b.mean),
                              numpy_view(b.range));
    });
}

void bind_branches(nb::module_& m) {
    publish<ContinuationOptions>();
    publish<CycleOptions>();
    using SpecialParts = std::tuple<int, double, std::vector<double>, double, double, index, index>;
    nb::class_<SpecialPoint>(m, "SpecialPoint")
        .def_prop_ro("kind", [](const SpecialPoint& q) { return name(q.kind); })
        .def_prop_ro("x", [](const SpecialPoint& q) { return nb::cast(numpy_copy(q.x)); })
        .def_ro("parameter", &SpecialPoint::parameter)
        .def_ro("frequency", &SpecialPoint::frequency)
        .def_ro("lyapunov", &SpecialPoint::lyapunov)
        .def_ro("branch", &SpecialPoint::branch)
        .def_ro("after", &SpecialPoint::after)
        .def("__getstate__",
             [](const SpecialPoint& s) {
                 return SpecialParts{
                     static_cast<int>(s.kind), s.parameter, s.x, s.frequency, s.lyapunov, s.branch, s.after};
             })
        .def("__setstate__", [](SpecialPoint& s, const SpecialParts& parts) {
            const auto& [kind, parameter, x, frequency, lyapunov, branch, after] = parts;
            new (&s) SpecialPoint{static_cast<Bifurcation>(kind), parameter, x, frequency, lyapunov, branch, after};
        });
    nb::class_<EquilibriumPoint>(m, "EquilibriumPoint")
        .def_ro("parameter", &EquilibriumPoint::parameter)
        .def_prop_ro("x", [](const EquilibriumPoint& q) { return nb::cast(numpy_copy(q.x)); })
        .def_prop_ro("eigenvalues", [](const EquilibriumPoint& q) { return nb::cast(numpy_copy(q.eigenvalues)); })
        .def_ro("stable", &EquilibriumPoint::stable);
    m.def("continue_equilibria", [](const Flow& flow, const In& p, index parameter, std::array<double, 2> range,
                                    const In& start, const nb::dict& settings) {
        const auto options = options_of<ContinuationOptions>(settings);
        const auto diagram =
            run([&] { return continue_equilibria(flow, span_of(p), parameter, range, span_of(start), options); });
        return nb::make_tuple(diagram.branches, diagram.special_points);
    });
    using CycleParts = std::tuple<double, double, std::vector<double>, std::vector<double>,
                                  std::vector<std::complex<double>>, bool, std::vector<double>, std::vector<double>>;
    nb::class_<CyclePoint>(m, "CyclePoint")
        .def("__getstate__",
             [](const CyclePoint& c) {
                 return CycleParts{
                     c.parameter,   c.period, c.low,   c.high,
                     c.multipliers, c.stable, c.phase, std::vector<double>(c.x.data(), c.x.data() + c.x.size())};
             })
        .def("__setstate__",
             [](CyclePoint& c, const CycleParts& parts) {
                 const auto& [parameter, period, low, high, multipliers, stable, phase, x] = parts;
                 require(x.size() == phase.size() * low.size(), "this is no pickled cycle");
                 Array<double, 2> states({static_cast<index>(phase.size()), static_cast<index>(low.size())});
                 std::ranges::copy(x, states.data());
                 new (&c) CyclePoint{parameter, period, low, high, multipliers, stable, phase, std::move(states)};
             })
        .def_ro("parameter", &CyclePoint::parameter)
        .def_ro("period", &CyclePoint::period)
        .def_prop_ro("low", [](const CyclePoint& q) { return nb::cast(numpy_copy(q.low)); })
        .def_prop_ro("high", [](const CyclePoint& q) { return nb::cast(numpy_copy(q.high)); })
        .def_prop_ro("multipliers", [](const CyclePoint& q) { return nb::cast(numpy_copy(q.multipliers)); })
        .def_ro("stable", &CyclePoint::stable)
        .def_prop_ro("phase", [](const CyclePoint& q) { return nb::cast(numpy_copy(q.phase)); })
        .def_prop_ro("x", [](const CyclePoint& q) { return nb::cast(numpy_view(q.x)); });
    m.def("limit_cycle",
          [](const Flow& flow, const In& p, const In& x0, double transient, double longest, const nb::dict& settings) {
              const auto options = options_of<CycleOptions>(settings);
              return run([&] { return limit_cycle(flow, span_of(p), span_of(x0), transient, longest, options); });
          });
    m.def("continue_cycles",
          [](const Flow& flow, const In& p, index parameter, std::array<double, 2> range,
             const std::variant<SpecialPoint, CyclePoint>& start, bool doubling, const nb::dict& settings) {
              const auto options = options_of<CycleOptions>(settings);
              const auto branch = run([&] {
                  if (const auto* cycle = std::get_if<CyclePoint>(&start)) {
                      return doubling ? continue_doubled_cycles(flow, span_of(p), parameter, range, *cycle, options)
                                      : continue_cycles(flow, span_of(p), parameter, range, *cycle, options);
                  }
                  return continue_cycles(flow, span_of(p), parameter, range, std::get<SpecialPoint>(start), options);
              });
              return nb::make_tuple(branch.points, branch.special_points, branch.special_cycles, branch.end);
          });
}

void bind_trajectories(nb::module_& m) {
    publish<Tolerance>();
    m.def("rates",
          [](const Flow& flow, const In& p, const In& x) { return rates(flow, span_of(p), span_of(x)); });
    m.def("lyapunov_spectrum", [](const Flow& flow, const In& p, const In& x0, double transient, double duration,
                                  double interval, index count, const nb::dict& tolerance) {
        const LyapunovOptions options{transient, duration, interval, count, options_of<Tolerance>(tolerance)};
        const auto s = run([&] { return lyapunov_spectrum(flow, span_of(p), span_of(x0), options); });
        return nb::make_tuple(numpy_copy(s.exponents), numpy_copy(s.t), numpy_view(s.history));
    });
    m.def("poincare_section", [](const Flow& flow, const In& p, const In& x0, index state, double level, int direction,
                                 double transient, double duration, const nb::dict& settings) {
        const auto tolerance = options_of<Tolerance>(settings);
        const auto s = run([&] {
            return poincare_section(flow, span_of(p), span_of(x0), state, level, direction, transient, duration,
                                    tolerance);
        });
        return nb::make_tuple(numpy_copy(s.t), numpy_view(s.x));
    });
    m.def("spike_trains", [](const Flow& flow, const In& p, index parameter, const In& values, const In& x0,
                             index state, double level, double transient, double duration, const nb::dict& settings) {
        const auto tolerance = options_of<Tolerance>(settings);
        return list_of_arrays(run([&] {
            return spike_trains(flow, span_of(p), parameter, span_of(values), span_of(x0), state, level, transient,
                                duration, tolerance);
        }));
    });
    m.def("model_spike_trains", [](const language::Model& model, const std::string& preset,
                                   const std::map<std::string, double>& given, const std::string& parameter,
                                   const In& values, double transient, double duration, const nb::dict& settings) {
        const auto tolerance = options_of<Tolerance>(settings);
        return list_of_arrays(run([&] {
            return spike_trains(model, preset, given, parameter, span_of(values), transient, duration, tolerance);
        }));
    });
    m.def("rates", [](const std::vector<In>& trains) {
        std::vector<std::vector<double>> all;
        for (const In& train : trains) {
            all.push_back(vector_of(train));
        }
        return numpy_copy(rates(all));
    });
}

void bind_convection(nb::module_& m) {
    m.def("convection_onset", [](double Pr) {
        const auto onset = convection_onset(Pr);
        return nb::make_tuple(onset.Ra, onset.k);
    });
    m.def("convection_growth_rate", &convection_growth_rate, "Ra"_a, "Pr"_a, "k"_a, "n"_a);
    m.def("galerkin_convection", &galerkin_convection);
    m.def("lorenz_scales", [](double Ra, double k) {
        const auto s = lorenz_scales(Ra, k);
        return nb::make_tuple(s.a, s.b, s.c, s.time, s.rho, s.beta);
    });
    nb::class_<Convection>(m, "Convection")
        .def(nb::init<double, double, double, index, index>())
        .def("disturb", &Convection::disturb)
        .def("run", [](Convection& c, double dt, index steps) { run([&] { c.run(dt, steps); }); })
        .def_prop_ro("t", &Convection::t)
        .def_prop_ro("nusselt", &Convection::nusselt)
        .def("psi", [](const Convection& c, index columns, index rows) { return numpy_view(c.psi(columns, rows)); })
        .def("theta",
             [](const Convection& c, index columns, index rows) { return numpy_view(c.theta(columns, rows)); });
}

}  // namespace

void bind_dynamics_analysis(nb::module_& m) {
    bind_planes(m);
    bind_branches(m);
    bind_trajectories(m);
    bind_convection(m);
}

}  // namespace ranvier::python
