#include "ranvier/meeg/recording/adding.hpp"
#include "ranvier/meeg/recording/nearest.hpp"

#include "meeg/samples.hpp"
#include "objects.hpp"

namespace ranvier::python {

using namespace meeg;

void bind_epochs(nb::module_& m) {
    publish<EpochsOptions>();
    nb::class_<Epochs> epochs(m, "Epochs", "Pieces of a recording around events.");
    bind_samples(epochs);
    bind_times(epochs);
    epochs
        .def_static(
            "from_raw",
            [](const Raw& raw, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const nb::dict& options) {
                const auto settings = options_of<EpochsOptions>(options);
                const Events list = engine_events(events);
                return run([&] {
                    return make_epochs(std::make_shared<const Raw>(shared_raw(raw)), list, event_id, settings);
                });
            },
            "raw"_a, "events"_a, "event_id"_a, "options"_a)
        .def_static(
            "from_array",
            [](const Info& info, const NumpyIn<double, 3>& data, const NumpyIn<std::int64_t, 2>& events,
               const EventIds& event_id, const nb::dict& options) {
                const auto o = options_of<EpochsOptions>(options);
                Events list = engine_events(events);
                return run([&] {
                    return make_epochs(info, array_of<double, 3>(data), std::move(list), o.tmin, event_id, o.baseline,
                                       o.reject, o.flat, o.proj, o.reject_tmin, o.reject_tmax);
                });
            },
            "info"_a, "data"_a, "events"_a, "event_id"_a, "options"_a)
        .def(
            "__init__",
            [](Epochs* self, const Info& info, const NumpyIn<double, 3>& data, const NumpyIn<std::int64_t, 2>& events,
               const EventIds& event_id, const std::vector<index>& selection,
               const std::vector<std::vector<std::string>>& drop_log, const std::vector<std::string>& metadata,
               double tmin, bool dropped_bad, const nb::dict& options) {
                Epochs made;
                made.info = info;
                made.events = engine_events(events);
                made.event_id = event_id;
                made.raw_sfreq = info.sfreq;
                made.selection = selection;
                made.drop_log = drop_log;
                made.metadata = metadata;
                made.tmin = tmin;
                made.data = array_of<double, 3>(data);
                made.n_times = made.data.extent(2);
                made.options = options_of<EpochsOptions>(options);
                made.preloaded = true;
                made.dropped_bad = dropped_bad;
                check(made);
                new (self) Epochs(std::move(made));
            },
            "info"_a, "data"_a, "events"_a, "event_id"_a, "selection"_a, "drop_log"_a, "metadata"_a, "tmin"_a,
            "dropped_bad"_a, "options"_a)
        .def_prop_ro("parts",
                     [](const Epochs& e) {
                         nb::dict options;
                         for (const Field& field : fields_of<EpochsOptions>().list) {
                             options[field.name.c_str()] = python_value(field.get(&e.options));
                         }
                         return nb::make_tuple(e.info, numpy_view(e.data), python_events(e.events), e.event_id,
                                               e.selection, e.drop_log, e.metadata, e.tmin, e.dropped_bad, options);
                     })
        .def_prop_rw(
            "events", [](const Epochs& e) { return nb::cast(shown_events(e.events)); },
            [](Epochs& e, const NumpyIn<std::int64_t, 2>& events) {
                require(static_cast<index>(events.shape(0)) == e.n_epochs(), "one event per epoch is needed");
                e.events = engine_events(events);
            })
        .def_rw("event_id", &Epochs::event_id)
        .def_prop_rw(
            "annotations", [](Epochs& e) { return e.annotations ? &*e.annotations : nullptr; },
            [](Epochs& e, const Annotations* annotations) {
                if (annotations == nullptr) {
                    e.annotations.reset();
                } else if (!e.annotations || &*e.annotations != annotations) {
                    e.annotations = *annotations;
                }
            },
            nb::rv_policy::reference_internal, nb::for_setter("annotations"_a.none()))
        .def_rw("raw_sfreq", &Epochs::raw_sfreq)
        .def("annotations_per_epoch", &annotations_per_epoch)
        .def_prop_ro(
            "selection",
            [](const Epochs& e) {
                return nb::cast(numpy_constant(std::vector<std::int64_t>(e.selection.begin(), e.selection.end())));
            })
        .def_ro("drop_log", &Epochs::drop_log)
        .def("set_log", &set_log, "selection"_a.none(), "drop_log"_a.none())
        .def_prop_rw(
            "metadata", [](const Epochs& e) { return e.metadata; },
            [](Epochs& e, const std::vector<std::string>& rows) {
                require(rows.empty() || rows.size() == e.events.size(),
                        "one row of metadata per epoch is needed, or none");
                e.metadata = rows;
            },
            "A JSON object per epoch, or nothing")
        .def_ro("tmin", &Epochs::tmin)
        .def_ro("n_times", &Epochs::n_times)
        .def_ro("preloaded", &Epochs::preloaded)
        .def_ro("dropped_bad", &Epochs::dropped_bad)
        .def_prop_ro("n_epochs", &Epochs::n_epochs)
        .def(
            "setting",
            [](const Epochs& e, const std::string& name) {
                return python_value(fields_of<EpochsOptions>().at(name).get(&e.options));
            },
            "name"_a)
        .def(
            "set_baseline",
            [](Epochs& e, nb::handle interval) {
                fields_of<EpochsOptions>().at("baseline").set(&e.options, value_of(interval));
            },
            "interval"_a.none())
        .def_prop_ro(
            "data",
            [](const Epochs& e) -> nb::object {
                return e.preloaded ? nb::cast(numpy_view(e.data)) : nb::object(nb::none());
            },
            "The samples (epochs, channels, times), or None until loaded.")
        .def(
            "set_data",
            [](Epochs& e, const NumpyIn<double, 3>& data, double tmin) {
                require(static_cast<index>(data.shape(0)) == e.n_epochs() &&
                            static_cast<index>(data.shape(1)) == e.info.n_channels(),
                        [&] {
                            return "data must have shape (" + text_of(e.n_epochs()) + ", " +
                                   text_of(e.info.n_channels()) + ", n_times); got (" + text_of(data.shape(0)) + ", " +
                                   text_of(data.shape(1)) + ", " + text_of(data.shape(2)) + ")";
                        });
                e.data = array_of<double, 3>(data);
                e.n_times = e.data.extent(2);
                e.tmin = tmin;
                e.preloaded = e.dropped_bad = true;
                e.raw.reset();
            },
            "data"_a, "tmin"_a)
        .def("load", engine<Epochs&>(load))
        .def("drop_bad", [](Epochs& e) { run([&] { drop_bad(e); }); })
        .def(
            "drop_bad_by",
            [](Epochs& e, const nb::dict& options) {
                const auto o = options_of<EpochsOptions>(options);
                run([&] { drop_bad(e, o.reject, o.flat); });
            },
            "options"_a)
        .def("drop", engine<Epochs&, const std::vector<index>&, const std::vector<std::string>&>(drop), "which"_a,
             "reasons"_a)
        .def("subset", engine<const Epochs&, const std::vector<index>&>(subset), "which"_a)
        .def("matching", engine(matching), "keys"_a)
        .def("equalize_event_counts", engine(equalize_event_counts), "groups"_a, "method"_a, "seed"_a)
        .def(
            "apply_baseline",
            [](Epochs& e, const nb::dict& options) {
                const auto o = options_of<EpochsOptions>(options);
                run([&] { apply_baseline(e, o.baseline); });
            },
            "options"_a)
        .def(
            "subtract_evoked",
            [](Epochs& e, const Evoked* evoked) {
                run([&] { subtract_evoked(e, evoked ? std::optional(*evoked) : std::nullopt); });
            },
            "evoked"_a.none())
        .def(
            "data_of",
            [](const Epochs& e, const std::vector<index>& picks) {
                return numpy_view(run([&] { return data_of(e, picks); }));
            },
            "picks"_a)
        .def(
            "data_of_one",
            [](const Epochs& e, index which) { return numpy_view(run([&] { return data_of_one(e, which); })); },
            "which"_a)
        .def("reset_drop_log", engine(reset_drop_log))
        .def(
            "add_channels",
            [](Epochs& e, const std::vector<Epochs>& others, bool at_their_place) {
                run([&] { add_channels(e, pointers(others), at_their_place); });
            },
            "others"_a, "at_their_place"_a)
        .def("average", engine<const Epochs&, const std::vector<index>&>(average), "picks"_a)
        .def("standard_error", engine(standard_error), "picks"_a);

    m.def("nearest", engine(nearest), "t_shorter"_a, "t_longer"_a,
          "Which of the longer list's numbers stay where it is made as long as the other by the rule of 'mintime'.");
    m.def("concatenated_epochs", engine<std::vector<Epochs>, bool>(concatenated), "parts"_a, "add_offset"_a);
}

}  // namespace ranvier::python
