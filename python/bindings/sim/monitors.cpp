// Monitors.
#include "ranvier/sim/monitors/monitors.hpp"
#include "ranvier/sim/monitors/rates.hpp"
#include "sim/sim.hpp"

namespace ranvier::python {

using namespace sim;

namespace {

using Numbers = nb::ndarray<const std::int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

/// What was recorded, without a copy: what is added later goes elsewhere.
template <class T>
nb::object shown(const Recorded<T>& recorded) {
    const auto values = recorded.shared();
    return nb::cast(nb::ndarray<nb::numpy, const T, nb::ndim<1>>(values->data(), {values->size()}, owner_of(values)));
}

template <class Monitor>
nb::object series_of(const Monitor& m, const std::string& name) {
    for (const Series& s : m.series()) {
        if (s.name == name) {
            return nb::make_tuple(s.type == language::Type::real ? shown(s.values) : numpy_of(s.values.all(), s.type),
                                  s.dimension);
        }
    }
    throw InvalidInput("the monitor does not record '" + name + "'");
}

template <class Monitor>
std::vector<std::string> names_of_series(const Monitor& m) {
    std::vector<std::string> names;
    for (const Series& s : m.series()) {
        names.push_back(s.name);
    }
    return names;
}

}  // namespace

void bind_sim_monitors(nb::module_& m) {
    nb::class_<StateMonitor>(m, "StateMonitor")
        .def(
            "__init__",
            [](StateMonitor* self, std::string name, std::shared_ptr<Group> source,
               const std::vector<std::string>& variables, const Numbers& record, std::shared_ptr<Clock> clock,
               std::string when, int order) {
                new (self) StateMonitor(std::move(name), std::move(source), variables, elements_of(record),
                                        std::move(clock), std::move(when), order);
            },
            "name"_a, "source"_a, "variables"_a, "record"_a, "clock"_a, "when"_a, "order"_a)
        .def(
            "prepare", [](StateMonitor& s, const Surroundings& around) { run([&] { s.prepare(around); }); }, "scope"_a)
        .def_prop_ro("t", [](const StateMonitor& s) { return shown(s.t()); })
        .def_prop_ro("record", [](const StateMonitor& s) { return nb::cast(numpy_copy(s.record())); })
        .def_prop_ro("variables", &names_of_series<StateMonitor>)
        .def("values", &series_of<StateMonitor>)
        .def("record_now", &StateMonitor::record_now)
        .def("set_state",
             [](StateMonitor& s, const NumpyIn<double, 1>& t, const std::vector<std::vector<double>>& values) {
                 s.t().to_write().assign(t.data(), t.data() + t.size());
                 for (std::size_t k = 0; k < values.size(); ++k) {
                     s.series().at(k).values.to_write() = values[k];
                 }
             })
        .def_prop_ro("operations", &StateMonitor::operations);
    nb::class_<EventMonitor>(m, "EventMonitor")
        .def(nb::init<std::string, std::shared_ptr<EventSource>, std::string, const std::vector<std::string>&, bool,
                      std::shared_ptr<Clock>, std::string, int>(),
             "name"_a, "source"_a, "event"_a, "variables"_a, "record"_a, "clock"_a, "when"_a, "order"_a)
        .def(
            "prepare", [](EventMonitor& s, const Surroundings& around) { run([&] { s.prepare(around); }); }, "scope"_a)
        .def_prop_ro("i", [](const EventMonitor& s) { return shown(s.i()); })
        .def_prop_ro("t", [](const EventMonitor& s) { return shown(s.t()); })
        .def_prop_ro("count", [](const EventMonitor& s) { return nb::cast(numpy_copy(s.count())); })
        .def_prop_ro("n_events", &EventMonitor::events)
        .def_prop_ro("variables", &names_of_series<EventMonitor>)
        .def("values", &series_of<EventMonitor>)
        .def("set_state",
             [](EventMonitor& s, const Numbers& i, const NumpyIn<double, 1>& t, const Numbers& count,
                const std::vector<std::vector<double>>& values) {
                 s.set_state({elements_of(i),
                              {t.data(), t.data() + t.size()},
                              {count.data(), count.data() + count.size()},
                              values});
             })
        .def_prop_ro("operations", &EventMonitor::operations);
    nb::class_<RateMonitor>(m, "RateMonitor")
        .def(nb::init<std::string, std::shared_ptr<EventSource>, std::string, std::shared_ptr<Clock>, std::string,
                      int>(),
             "name"_a, "source"_a, "event"_a, "clock"_a, "when"_a, "order"_a)
        .def_prop_ro("t", [](RateMonitor& s) { return shown(s.t()); })
        .def_prop_ro("rate", [](RateMonitor& s) { return shown(s.rate()); })
        .def("set_state",
             [](RateMonitor& s, const NumpyIn<double, 1>& t, const NumpyIn<double, 1>& rate) {
                 s.t().to_write().assign(t.data(), t.data() + t.size());
                 s.rate().to_write().assign(rate.data(), rate.data() + rate.size());
             })
        .def_prop_ro("operations", &RateMonitor::operations);
    m.def(
        "events_in_bins",
        [](const EventMonitor& events, index bins, index bin, double dt) {
            return numpy_view(run([&] {
                return events_in_bins(events.i().all(), events.t().all(), std::ssize(events.count()), bins, bin, dt);
            }));
        },
        "events"_a, "bins"_a, "bin"_a, "dt"_a);
    m.def(
        "means_in_bins",
        [](const NumpyIn<double, 1>& values, index bin) {
            return numpy_copy(means_in_bins({values.data(), values.size()}, bin));
        },
        "values"_a, "bin"_a);
    m.def(
        "rate_window", [](const std::string& kind, double width) { return numpy_copy(rate_window(kind, width)); },
        "kind"_a, "width"_a);
    m.def(
        "smoothed",
        [](const NumpyIn<double, 2>& rows, const NumpyIn<double, 1>& window) {
            const View<const double, 2> view(rows.data(),
                                             {static_cast<index>(rows.shape(0)), static_cast<index>(rows.shape(1))});
            return numpy_view(run([&] { return smoothed(view, {window.data(), window.size()}); }));
        },
        "rows"_a, "window"_a);
}

}  // namespace ranvier::python
