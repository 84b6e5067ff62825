#include "ranvier/meeg/recording/evoked.hpp"

#include "meeg/info.hpp"
#include "meeg/options.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

void bind_evoked(nb::module_& m) {
    nb::class_<Evoked>(m, "Evoked", "An average over epochs.")
        .def(
            "__init__",
            [](Evoked* self, const Info& info, const NumpyIn<double, 2>& data, double tmin, double nave,
               const std::string& comment, const std::string& kind) {
                new (self) Evoked(make_evoked(info, array_of<double, 2>(data), tmin, comment, nave, kind));
            },
            "info"_a, "data"_a, "tmin"_a, "nave"_a, "comment"_a, "kind"_a)
        .def("copy", [](const Evoked& e) { return Evoked(e); })
        .def_ro("info", &Evoked::info, nb::rv_policy::reference_internal)
        .def_prop_rw(
            "data", [](const Evoked& e) { return nb::cast(numpy_view(e.data)); },
            [](Evoked& e, const NumpyIn<double, 2>& data) {
                auto copy = array_of<double, 2>(data);
                require(copy.extents() == e.data.extents(), [&] {
                    return "data must have shape (" + std::to_string(e.data.extent(0)) + ", " +
                           std::to_string(e.data.extent(1)) + "); got (" + std::to_string(copy.extent(0)) + ", " +
                           std::to_string(copy.extent(1)) + ")";
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
        .def(
            "pick", [](Evoked& e, const std::vector<index>& picks) { pick(e, picks); }, "picks"_a)
        .def_prop_ro("times", [](const Evoked& e) { return nb::cast(numpy_copy(e.times())); })
        .def(
            "apply_baseline",
            [](Evoked& e, std::optional<double> tmin, std::optional<double> tmax) { apply_baseline(e, tmin, tmax); },
            "tmin"_a.none(), "tmax"_a.none())
        .def(
            "crop",
            [](Evoked& e, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax) {
                crop(e, tmin, tmax, include_tmax);
            },
            "tmin"_a.none(), "tmax"_a.none(), "include_tmax"_a)
        .def(
            "decimate", [](Evoked& e, int decim, int offset) { run([&] { decimate(e, decim, offset); }); }, "decim"_a,
            "offset"_a)
        .def(
            "shift_time", [](Evoked& e, double tshift, bool relative) { shift_time(e, tshift, relative); }, "tshift"_a,
            "relative"_a)
        .def(
            "interpolate_bads",
            [](Evoked& e, const nb::dict& options) {
                const auto settings = interpolation_options(options);
                run([&] { interpolate_bads(e, settings); });
            },
            "options"_a)
        .def(
            "set_bipolar_reference",
            [](Evoked& e, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
               const std::vector<std::string>& names, bool drop, bool warn_of_bads) {
                run([&] { set_bipolar_reference(e, anodes, cathodes, names, drop, warn_of_bads); });
            },
            "anodes"_a, "cathodes"_a, "names"_a, "drop_refs"_a, "warn_of_bads"_a)
        .def(
            "add_reference_channels",
            [](Evoked& e, const std::vector<std::string>& names) { run([&] { add_reference_channels(e, names); }); },
            "names"_a)
        .def(
            "filter",
            [](Evoked& e, const nb::dict& options) {
                const auto settings = options_of<FilterOptions>(options);
                run([&] { filter(e, settings); });
            },
            "options"_a)
        .def(
            "resample",
            [](Evoked& e, const nb::dict& options) {
                const auto settings = options_of<ResampleOptions>(options);
                run([&] { resample(e, settings); });
            },
            "options"_a)
        .def(
            "set_eeg_reference",
            [](Evoked& e, const std::vector<std::string>& reference, const std::string& type) {
                run([&] { set_eeg_reference(e, reference, channel_type(type)); });
            },
            "reference"_a, "type"_a)
        .def("apply_projections", [](Evoked& e) { run([&] { apply_projections(e); }); });

    m.def(
        "negated", [](const Evoked& evoked) { return negated(evoked); }, "evoked"_a);
    m.def(
        "combine_evoked",
        [](const std::vector<const Evoked*>& parts, const std::vector<double>& weights) {
            std::vector<Evoked> evokeds;
            for (const Evoked* part : parts) {
                evokeds.push_back(*part);
            }
            return run([&] { return combine_evoked(evokeds, weights); });
        },
        "evokeds"_a, "weights"_a);
    m.def(
        "combination_weights",
        [](const std::vector<const Evoked*>& parts, const std::string& rule) {
            std::vector<Evoked> evokeds;
            for (const Evoked* part : parts) {
                evokeds.push_back(*part);
            }
            return combination_weights(evokeds, rule);
        },
        "evokeds"_a, "rule"_a);
}

}  // namespace ranvier::python
