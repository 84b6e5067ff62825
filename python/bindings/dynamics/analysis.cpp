// Equilibria, cycles, planes, exponents, sections, basins, firing, convection.
#include <complex>
#include <variant>

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

using Complex = std::complex<double>;
using In = NumpyIn<double, 1>;

std::span<const double> span_of(const In& a) { return {a.data(), a.size()}; }

nb::dict dictionary(const FixedPoint& point) {
    nb::dict d;
    d["x"] = numpy_copy(point.x);
    d["eigenvalues"] = numpy_copy(point.eigenvalues);
    d["eigenvectors"] = numpy_view(point.eigenvectors);
    d["kind"] = std::string(name(point.kind));
    d["stable"] = point.stable;
    return d;
}

nb::dict dictionary(const SpecialPoint& s) {
    nb::dict d;
    d["kind"] = std::string(name(s.kind));
    d["parameter"] = s.parameter;
    d["x"] = numpy_copy(s.x);
    d["frequency"] = s.frequency;
    d["lyapunov"] = s.lyapunov;
    d["branch"] = s.branch;
    d["after"] = s.after;
    return d;
}

Plane plane_of(index x, index y, std::array<double, 2> x_range, std::array<double, 2> y_range, const In& others) {
    return {x, y, x_range, y_range, vector_of(others)};
}

void bind_planes(nb::module_& m) {
    m.def("fixed_points", [](const Flow& flow, const In& p, const In& low, const In& high, index starts) {
        const Box box{vector_of(low), vector_of(high)};
        const auto points = run([&] { return fixed_points(flow, span_of(p), box, starts); });
        nb::list all;
        for (const auto& point : points) {
            all.append(dictionary(point));
        }
        return all;
    });
    m.def("fixed_point", [](const Flow& flow, const In& p, const In& guess) {
        return dictionary(run([&] { return fixed_point(flow, span_of(p), span_of(guess)); }));
    });
    m.def("nullcline", [](const Flow& flow, const In& p, index x, index y, std::array<double, 2> x_range,
                          std::array<double, 2> y_range, const In& others, index state, index resolution) {
        const auto plane = plane_of(x, y, x_range, y_range, others);
        const auto lines = run([&] { return nullcline(flow, span_of(p), plane, state, resolution); });
        nb::list all;
        for (const auto& line : lines) {
            all.append(numpy_table<double>(line, 2, [](const auto& point) { return point; }));
        }
        return all;
    });
    m.def("vector_field", [](const Flow& flow, const In& p, index x, index y, std::array<double, 2> x_range,
                             std::array<double, 2> y_range, const In& others, index columns, index rows) {
        const auto plane = plane_of(x, y, x_range, y_range, others);
        const auto field = run([&] { return vector_field(flow, span_of(p), plane, columns, rows); });
        return nb::make_tuple(numpy_copy(field.x), numpy_copy(field.y), numpy_view(field.dx), numpy_view(field.dy));
    });
    m.def("basins", [](const Flow& flow, const In& p, index x, index y, std::array<double, 2> x_range,
                       std::array<double, 2> y_range, const In& others, double duration, index columns, index rows,
                       double tolerance) {
        const auto plane = plane_of(x, y, x_range, y_range, others);
        const auto b = run([&] { return basins(flow, span_of(p), plane, duration, columns, rows, tolerance); });
        nb::dict d;
        d["x"] = numpy_copy(b.x);
        d["y"] = numpy_copy(b.y);
        d["attractor"] = numpy_view(b.attractor);
        d["mean"] = numpy_view(b.mean);
        d["range"] = numpy_view(b.range);
        return d;
    });
}

void bind_branches(nb::module_& m) {
    publish<ContinuationOptions>();
    publish<CycleOptions>();
    nb::class_<SpecialPoint>(m, "SpecialPoint");
    m.def("continue_equilibria", [](const Flow& flow, const In& p, index parameter, std::array<double, 2> range,
                                    const In& start, const nb::dict& settings) {
        const auto options = options_of<ContinuationOptions>(settings);
        const auto diagram =
            run([&] { return continue_equilibria(flow, span_of(p), parameter, range, span_of(start), options); });
        nb::list branches, specials, raw;
        for (const auto& branch : diagram.branches) {
            nb::dict d;
            d["parameter"] = numpy_column<double>(branch, [](const auto& q) { return q.parameter; });
            d["x"] = numpy_table<double>(
                branch, flow.n(), [](const auto& q) -> const auto& { return q.x; });
            d["eigenvalues"] = numpy_table<Complex>(
                branch, flow.n(), [](const auto& q) -> const auto& { return q.eigenvalues; });
            d["stable"] = numpy_column<std::uint8_t>(branch, [](const auto& q) { return q.stable; });
            branches.append(d);
        }
        for (const auto& s : diagram.special_points) {
            specials.append(dictionary(s));
            raw.append(s);
        }
        return nb::make_tuple(branches, specials, raw);
    });
    nb::class_<CyclePoint>(m, "CyclePoint");
    m.def("limit_cycle", [](const Flow& flow, const In& p, const In& x0, double transient, double longest,
                            const nb::dict& settings) {
        const auto options = options_of<CycleOptions>(settings);
        const auto cycle = run([&] { return limit_cycle(flow, span_of(p), span_of(x0), transient, longest, options); });
        nb::dict d;
        d["period"] = cycle.period;
        d["low"] = numpy_copy(cycle.low);
        d["high"] = numpy_copy(cycle.high);
        d["multipliers"] = numpy_copy(cycle.multipliers);
        d["stable"] = cycle.stable;
        d["phase"] = numpy_copy(cycle.phase);
        d["x"] = numpy_view(cycle.x);
        d["raw"] = cycle;
        return d;
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
              nb::dict d;
              const auto& all = branch.points;
              d["parameter"] = numpy_column<double>(all, [](const auto& q) { return q.parameter; });
              d["period"] = numpy_column<double>(all, [](const auto& q) { return q.period; });
              d["low"] = numpy_table<double>(
                  all, flow.n(), [](const auto& q) -> const auto& { return q.low; });
              d["high"] = numpy_table<double>(
                  all, flow.n(), [](const auto& q) -> const auto& { return q.high; });
              d["multipliers"] = numpy_table<Complex>(
                  all, flow.n(), [](const auto& q) -> const auto& { return q.multipliers; });
              d["stable"] = numpy_column<std::uint8_t>(all, [](const auto& q) { return q.stable; });
              nb::list profiles, specials, cycles;
              for (const auto& q : all) {
                  profiles.append(nb::make_tuple(numpy_copy(q.phase), numpy_view(q.x)));
              }
              for (const auto& s : branch.special_points) {
                  specials.append(dictionary(s));
              }
              for (const auto& cycle : branch.special_cycles) {
                  cycles.append(cycle);
              }
              d["special_cycles"] = cycles;
              d["profiles"] = profiles;
              d["special_points"] = specials;
              d["end"] = branch.end;
              return d;
          });
}

void bind_trajectories(nb::module_& m) {
    publish<Tolerance>();
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
