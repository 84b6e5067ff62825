#include "ranvier/meeg/recording/annotations.hpp"

#include "meeg/info.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Numbers = NumpyIn<double, 1>;
using Channels = std::vector<std::vector<std::string>>;

/// One field of every annotation.
template <auto Field>
auto column(const Annotations& annotations) {
    std::vector<std::decay_t<decltype(annotations.items.front().*Field)>> values;
    values.reserve(annotations.items.size());
    for (const Annotation& a : annotations.items) {
        values.push_back(a.*Field);
    }
    return values;
}

template <auto Field, class Values>
void set_column(Annotations& annotations, const Values& values, std::size_t n) {
    require(n == annotations.items.size(), [&] {
        return "there must be one value per annotation (" + text_of(annotations.items.size()) + "); got " + text_of(n);
    });
    for (std::size_t k = 0; k < n; ++k) {
        annotations.items[k].*Field = values[k];
    }
}

template <auto Field>
void set_one(Annotations& annotations, std::size_t k,
             const std::decay_t<decltype(std::declval<Annotation>().*Field)>& value) {
    annotations.items.at(k).*Field = value;
}

void append(Annotations& annotations, const Numbers& onset, const Numbers& duration,
            const std::vector<std::string>& description, const Channels& channels,
            const std::vector<std::string>& extras) {
    const auto fits = [&](const auto& list) { return list.size() == onset.size(); };
    require(fits(duration) && fits(description) && fits(channels) && fits(extras),
            "onset, duration, description, ch_names and extras must have equal lengths");
    for (std::size_t k = 0; k < onset.size(); ++k) {
        annotations.items.push_back({onset.data()[k], duration.data()[k], description[k], channels[k], extras[k]});
    }
    sort(annotations);
}

}  // namespace

namespace {

Array<std::int64_t, 2> event_array(const Events& events) {
    Array<std::int64_t, 2> array({static_cast<index>(events.size()), 3});
    for (index i = 0; i < array.extent(0); ++i) {
        array(i, 0) = events[i].sample;
        array(i, 1) = events[i].before;
        array(i, 2) = events[i].id;
    }
    return array;
}

}  // namespace

NumpyOut<std::int64_t, 2> python_events(const Events& events) { return numpy_view(event_array(events)); }
NumpyOut<const std::int64_t, 2> shown_events(const Events& events) {
    return numpy_as<const std::int64_t>(event_array(events));
}

Events engine_events(const NumpyIn<std::int64_t, 2>& numpy) {
    require(numpy.shape(1) == 3, [&] {
        return "events must have shape (n_events, 3); got (" + text_of(numpy.shape(0)) + ", " +
               text_of(numpy.shape(1)) + ")";
    });
    Events events(numpy.shape(0));
    for (std::size_t i = 0; i < events.size(); ++i) {
        const std::int64_t* row = numpy.data() + 3 * i;
        events[i] = {static_cast<index>(row[0]), static_cast<int>(row[1]), static_cast<int>(row[2])};
    }
    return events;
}

void bind_annotations(nb::module_& m) {
    m.def("changes", &changes, "How often nouns have been changed: as long as it stays, all are as they were.");
    nb::class_<Annotations>(m, "Annotations", "Named stretches of a recording.")
        .def(nb::init<>())
        .def("copy", [](const Annotations& a) { return Annotations(a); })
        .def("__len__", [](const Annotations& a) { return a.items.size(); })
        .def_prop_rw(
            "orig_time", [](const Annotations& a) { return python_date(a.orig_time); },
            [](Annotations& a, nb::handle date) { a.orig_time = engine_date(date); }, nb::for_setter("date"_a.none()))
        .def_prop_rw(
            "onset", [](const Annotations& a) { return nb::cast(numpy_copy(column<&Annotation::onset>(a))); },
            [](Annotations& a, const Numbers& v) { set_column<&Annotation::onset>(a, v.data(), v.size()); })
        .def_prop_rw(
            "duration", [](const Annotations& a) { return nb::cast(numpy_copy(column<&Annotation::duration>(a))); },
            [](Annotations& a, const Numbers& v) { set_column<&Annotation::duration>(a, v.data(), v.size()); })
        .def_prop_rw("description", &column<&Annotation::description>,
                     [](Annotations& a, const std::vector<std::string>& v) {
                         set_column<&Annotation::description>(a, v, v.size());
                     })
        .def_prop_rw("ch_names", &column<&Annotation::channels>,
                     [](Annotations& a, const Channels& v) { set_column<&Annotation::channels>(a, v, v.size()); })
        .def_prop_rw(
            "extras", &column<&Annotation::extras>,
            [](Annotations& a, const std::vector<std::string>& v) { set_column<&Annotation::extras>(a, v, v.size()); },
            "A JSON object each, or nothing")
        .def("set_onset", &set_one<&Annotation::onset>, "k"_a, "value"_a)
        .def("set_duration", &set_one<&Annotation::duration>, "k"_a, "value"_a)
        .def("set_description", &set_one<&Annotation::description>, "k"_a, "value"_a)
        .def("set_ch_names", &set_one<&Annotation::channels>, "k"_a, "value"_a)
        .def("set_extras", &set_one<&Annotation::extras>, "k"_a, "value"_a)
        .def("append", &append, "onset"_a, "duration"_a, "description"_a, "ch_names"_a, "extras"_a)
        .def(
            "item",
            [](const Annotations& a, std::size_t k) {
                const Annotation& item = a.items.at(k);
                return nb::make_tuple(item.onset, item.duration, item.description, item.channels, item.extras);
            },
            "k"_a)
        .def(
            "chosen",
            [](const Annotations& a, const std::vector<index>& which) {
                Annotations part{{}, a.orig_time};
                for (const index k : which) {
                    part.items.push_back(a.items.at(static_cast<std::size_t>(k)));
                }
                return part;
            },
            "which"_a)
        .def(
            "assign", [](Annotations& a, const Annotations& other) { a = other; }, "other"_a)
        .def(
            "crop", [](Annotations& a, double tmin, double tmax) { a = cropped(a, tmin, tmax); }, "tmin"_a, "tmax"_a)
        .def(
            "__eq__",
            [](const Annotations& a, const Annotations& b) { return a.items == b.items && a.orig_time == b.orig_time; },
            nb::is_operator());

    publish<FindEventsOptions>();
    m.def(
        "find_events",
        [](const Raw& raw, const nb::dict& options) {
            const auto o = options_of<FindEventsOptions>(options);
            return python_events(run([&] { return find_events(raw, o); }));
        },
        "raw"_a, "options"_a);
    m.def(
        "events_from_annotations",
        [](const Raw& raw, const std::optional<EventIds>& ids, double chunk_duration, bool use_rounding, double tol) {
            const auto [events, found] =
                run([&] { return events_from_annotations(raw, ids, chunk_duration, true, use_rounding, tol); });
            return nb::make_tuple(python_events(events), nb::cast(found));
        },
        "raw"_a, "ids"_a.none(), "chunk_duration"_a, "use_rounding"_a, "tol"_a);
    m.def(
        "annotations_from_events",
        [](const NumpyIn<std::int64_t, 2>& events, double sfreq, const EventIds& names, index first_samp,
           const nb::object& orig_time) {
            return annotations_from_events(engine_events(events), sfreq, names, first_samp, engine_date(orig_time));
        },
        "events"_a, "sfreq"_a, "names"_a, "first_samp"_a, "orig_time"_a.none());
}

}  // namespace ranvier::python
