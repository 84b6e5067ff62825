#include "ranvier/meeg/recording/adding.hpp"

#include "meeg/samples.hpp"

namespace ranvier::python {

using namespace meeg;

void bind_evoked(nb::module_& m) {
    nb::class_<Evoked> evoked(m, "Evoked", "An average over epochs.");
    bind_samples(evoked);
    bind_times(evoked);
    evoked
        .def(
            "__init__",
            [](Evoked* self, const Info& info, const NumpyIn<double, 2>& data, double tmin, double nave,
               const std::string& comment, const std::string& kind, std::optional<double> baseline_tmin,
               std::optional<double> baseline_tmax) {
                new (self) Evoked(make_evoked(info, array_of<double, 2>(data), tmin, comment, nave, kind));
                self->baseline_tmin = baseline_tmin;
                self->baseline_tmax = baseline_tmax;
            },
            "info"_a, "data"_a, "tmin"_a, "nave"_a, "comment"_a, "kind"_a, "baseline_tmin"_a.none() = nb::none(),
            "baseline_tmax"_a.none() = nb::none())
        .def_prop_ro("parts",
                     [](const Evoked& e) {
                         return nb::make_tuple(e.info, numpy_view(e.data), e.tmin(), e.nave, e.comment, e.kind,
                                               e.baseline_tmin, e.baseline_tmax);
                     })
        .def_prop_rw(
            "data", [](const Evoked& e) { return nb::cast(numpy_view(e.data)); },
            [](Evoked& e, const NumpyIn<double, 2>& data) {
                auto copy = array_of<double, 2>(data);
                require(copy.extents() == e.data.extents(), [&] {
                    return "data must have shape (" + text_of(e.data.extent(0)) + ", " + text_of(e.data.extent(1)) +
                           "); got (" + text_of(copy.extent(0)) + ", " + text_of(copy.extent(1)) + ")";
                });
                e.data = std::move(copy);
            })
        .def_ro("first", &Evoked::first)
        .def_prop_ro("n_times", &Evoked::n_times)
        .def_rw("nave", &Evoked::nave)
        .def_rw("comment", &Evoked::comment)
        .def_rw("kind", &Evoked::kind)
        .def_rw("baseline_tmin", &Evoked::baseline_tmin, nb::for_setter("value"_a.none()))
        .def_rw("baseline_tmax", &Evoked::baseline_tmax, nb::for_setter("value"_a.none()))
        .def("apply_baseline", engine<Evoked&, std::optional<double>, std::optional<double>>(apply_baseline),
             "tmin"_a.none(), "tmax"_a.none())
        .def(
            "add_channels",
            [](Evoked& e, const std::vector<Evoked>& others, bool at_their_place) {
                run([&] { add_channels(e, pointers(others), at_their_place); });
            },
            "others"_a, "at_their_place"_a);

    m.def("negated", engine(negated), "evoked"_a);
    m.def("combine_evoked", engine(combine_evoked), "evokeds"_a, "weights"_a);
    m.def("combination_weights", engine(combination_weights), "evokeds"_a, "rule"_a);
    m.def(
        "reach_of_mean",
        [](const NumpyIn<double, 2>& lines, double level) {
            return numpy_copy(reach_of_mean(view_of<double, 2>(lines), level));
        },
        "lines"_a, "level"_a);
}

}  // namespace ranvier::python
