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

/// What was streamed, as it lies in its file.
nb::object shown(Stream& stream, const std::string& name) {
    const Streamed found = run([&] { return stream.read(name); });
    const auto code = found.type[1] == 'f'   ? nb::dlpack::dtype_code::Float
                      : found.type[1] == 'u' ? nb::dlpack::dtype_code::UInt
                      : found.type[1] == 'b' ? nb::dlpack::dtype_code::Bool
                                             : nb::dlpack::dtype_code::Int;
    const nb::dlpack::dtype type{static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(8 * npy_bytes(found.type)),
                                 1};
    const std::vector<std::size_t> shape(found.shape.begin(), found.shape.end());
    static const double nothing = 0;
    const void* const data = found.data ? static_cast<const void*>(found.data) : &nothing;
    return nb::cast(nb::ndarray<nb::numpy, nb::ro>(
        data, shape.size(), shape.data(), owner_of(std::const_pointer_cast<MappedFile>(found.file)), nullptr, type));
}

template <class T>
nb::object shown(Stream* stream, const std::string& name, const Recorded<T>& in_memory) {
    return stream ? shown(*stream, name) : shown(in_memory);
}

/// Values and their dimension.
template <class Monitor>
nb::object series_of(const Monitor& m, const std::string& name) {
    for (const Series& s : m.series()) {
        if (s.name == name) {
            return nb::make_tuple(m.stream()                       ? shown(*m.stream(), name)
                                  : s.type == language::Type::real ? shown(s.values)
                                                                   : numpy_of(s.values.all(), s.type),
                                  s.dimension);
        }
    }
    throw InvalidInput("the monitor does not record '" + name + "'");
}

template <class Monitor>
std::int64_t n_records(Monitor& m) {
    return m.stream() ? m.stream()->rows() : std::ssize(m.t().all());
}

using Mark = std::tuple<std::string, std::int64_t, std::int64_t, std::filesystem::path>;
StreamMark mark_of(const Mark& mark) {
    return {std::get<0>(mark), std::get<1>(mark), std::get<2>(mark), std::get<3>(mark)};
}

/// What all monitors that stream have.
template <class Class>
void bind_stream(Class& monitor) {
    using Monitor = typename Class::Type;
    monitor.def_prop_ro("streams", [](const Monitor& m) { return m.stream() != nullptr; })
        .def_prop_ro("folder", [](const Monitor& m) { return m.stream()->folder(); })
        .def("write", [](const Monitor& m) { run([&] { m.stream()->write(true); }); })
        .def("sync", [](const Monitor& m) { run([&] { m.stream()->sync(); }); })
        .def("mark",
             [](const Monitor& m) {
                 const StreamMark mark = run([&] { return m.stream()->mark(); });
                 return Mark(mark.id, mark.cuts, mark.rows, mark.folder);
             })
        .def("check_mark", [](const Monitor& m, const Mark& mark) { run([&] { m.stream()->check(mark_of(mark)); }); })
        .def("go_back_to",
             [](const Monitor& m, const Mark& mark) { run([&] { m.stream()->go_back_to(mark_of(mark)); }); });
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
    nb::class_<StateMonitor> of_states(m, "StateMonitor");
    of_states
        .def(
            "__init__",
            [](StateMonitor* self, std::string name, std::shared_ptr<Group> source,
               const std::vector<std::string>& variables, const Numbers& record, std::shared_ptr<Clock> clock,
               std::string when, int order, std::filesystem::path folder, std::map<std::string, std::string> types) {
                new (self)
                    StateMonitor(std::move(name), std::move(source), variables, elements_of(record), std::move(clock),
                                 std::move(when), order, {std::move(folder), std::move(types)});
            },
            "name"_a, "source"_a, "variables"_a, "record"_a, "clock"_a, "when"_a, "order"_a, "folder"_a, "types"_a)
        .def(
            "prepare", [](StateMonitor& s, const Surroundings& around) { run([&] { s.prepare(around); }); }, "scope"_a)
        .def_prop_ro("t", [](const StateMonitor& s) { return shown(s.stream(), "t", s.t()); })
        .def_prop_ro("n_records", &n_records<StateMonitor>)
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
    bind_stream(of_states);
    nb::class_<EventMonitor> of_events(m, "EventMonitor");
    of_events
        .def(
            "__init__",
            [](EventMonitor* self, std::string name, std::shared_ptr<EventSource> source, std::string event,
               const std::vector<std::string>& variables, bool record, std::shared_ptr<Clock> clock, std::string when,
               int order, std::filesystem::path folder) {
                new (self) EventMonitor(std::move(name), std::move(source), std::move(event), variables, record,
                                        std::move(clock), std::move(when), order, {std::move(folder), {}});
            },
            "name"_a, "source"_a, "event"_a, "variables"_a, "record"_a, "clock"_a, "when"_a, "order"_a, "folder"_a)
        .def(
            "prepare", [](EventMonitor& s, const Surroundings& around) { run([&] { s.prepare(around); }); }, "scope"_a)
        .def_prop_ro("i", [](const EventMonitor& s) { return shown(s.stream(), "i", s.i()); })
        .def_prop_ro("t", [](const EventMonitor& s) { return shown(s.stream(), "t", s.t()); })
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
        .def("set_streamed",
             [](EventMonitor& s, const Mark& mark, const Numbers& count) {
                 run([&] { s.set_state({{}, {}, {count.data(), count.data() + count.size()}, {}, mark_of(mark)}); });
             })
        .def_prop_ro("operations", &EventMonitor::operations);
    bind_stream(of_events);
    nb::class_<RateMonitor> of_rates(m, "RateMonitor");
    of_rates
        .def(
            "__init__",
            [](RateMonitor* self, std::string name, std::shared_ptr<EventSource> source, std::string event,
               std::shared_ptr<Clock> clock, std::string when, int order, std::filesystem::path folder,
               std::map<std::string, std::string> types) {
                new (self) RateMonitor(std::move(name), std::move(source), std::move(event), std::move(clock),
                                       std::move(when), order, {std::move(folder), std::move(types)});
            },
            "name"_a, "source"_a, "event"_a, "clock"_a, "when"_a, "order"_a, "folder"_a, "types"_a)
        .def_prop_ro("t", [](RateMonitor& s) { return shown(s.stream(), "t", s.t()); })
        .def_prop_ro("n_records", &n_records<RateMonitor>)
        .def_prop_ro("rate", [](RateMonitor& s) { return shown(s.stream(), "rate", s.rate()); })
        .def("set_state",
             [](RateMonitor& s, const NumpyIn<double, 1>& t, const NumpyIn<double, 1>& rate) {
                 s.t().to_write().assign(t.data(), t.data() + t.size());
                 s.rate().to_write().assign(rate.data(), rate.data() + rate.size());
             })
        .def_prop_ro("operations", &RateMonitor::operations);
    bind_stream(of_rates);
    m.def(
        "events_in_bins",
        [](const EventMonitor& events, index bins, index bin, double dt) {
            return numpy_view(run([&] {
                if (events.stream()) {
                    const Streamed i = events.stream()->read("i"), t = events.stream()->read("t");
                    return events_in_bins(i.as<std::int32_t>(), t.as<double>(), std::ssize(events.count()), bins, bin,
                                          dt);
                }
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
