#include "ranvier/meeg/recording/epochs.hpp"

#include "meeg/info.hpp"
#include "meeg/options.hpp"
#include "objects.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Limits = std::vector<std::pair<std::string, double>>;  // in the order given

Thresholds thresholds(const Limits& limits) {
    Thresholds result;
    for (const auto& [type, limit] : limits) {
        result[channel_type(type)] = limit;
    }
    return result;
}

Limits named(const Thresholds& limits) {
    Limits result;
    for (const auto& [type, limit] : limits) {
        result.emplace_back(name(type), limit);
    }
    return result;
}

using Interval = std::optional<std::pair<std::optional<double>, std::optional<double>>>;

std::optional<Baseline> baseline_of(const Interval& interval) {
    return interval ? std::optional(Baseline{interval->first, interval->second}) : std::nullopt;
}

EpochsOptions epochs_options(const nb::dict& options) {
    EpochsOptions result;
    take(options, "tmin", result.tmin);
    take(options, "tmax", result.tmax);
    Interval baseline;
    take(options, "baseline", baseline);
    result.baseline = baseline_of(baseline);
    Limits reject, flat;
    take(options, "reject", reject);
    take(options, "flat", flat);
    result.reject = thresholds(reject);
    result.flat = thresholds(flat);
    take(options, "reject_tmin", result.reject_tmin);
    take(options, "reject_tmax", result.reject_tmax);
    take(options, "picks", result.picks);
    take(options, "proj", result.proj);
    take(options, "decim", result.decim);
    take(options, "detrend", result.detrend);
    take(options, "reject_by_annotation", result.reject_by_annotation);
    take(options, "drop_repeated", result.drop_repeated);
    take(options, "merge_repeated", result.merge_repeated);
    take(options, "missing_event_ids", result.missing_event_ids);
    return result;
}

}  // namespace

void bind_epochs(nb::module_& m) {
    nb::class_<Epochs>(m, "Epochs", "Pieces of a recording around events.")
        .def_static(
            "from_raw",
            [](const Raw& raw, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const nb::dict& options) {
                const auto settings = epochs_options(options);
                const Events list = engine_events(events);
                return run([&] {
                    return make_epochs(std::make_shared<const Raw>(shared_raw(raw)), list, event_id, settings);
                });
            },
            "raw"_a, "events"_a, "event_id"_a, "options"_a)
        .def_static(
            "from_array",
            [](const Info& info, const NumpyIn<double, 3>& data, const NumpyIn<std::int64_t, 2>& events, double tmin,
               const EventIds& event_id, const Interval& baseline, const Limits& reject, const Limits& flat, bool proj,
               std::optional<double> reject_tmin, std::optional<double> reject_tmax) {
                Events list = engine_events(events);
                return run([&] {
                    return make_epochs(info, array_of<double, 3>(data), std::move(list), tmin, event_id,
                                       baseline_of(baseline), thresholds(reject), thresholds(flat), proj, reject_tmin,
                                       reject_tmax);
                });
            },
            "info"_a, "data"_a, "events"_a, "tmin"_a, "event_id"_a, "baseline"_a.none(), "reject"_a, "flat"_a, "proj"_a,
            "reject_tmin"_a.none(), "reject_tmax"_a.none())
        .def("copy", [](const Epochs& epochs) { return run([&] { return Epochs(epochs); }); })
        .def_ro("info", &Epochs::info, nb::rv_policy::reference_internal)
        .def_prop_rw(
            "events", [](const Epochs& e) { return nb::cast(python_events(e.events)); },
            [](Epochs& e, const NumpyIn<std::int64_t, 2>& events) {
                require(static_cast<index>(events.shape(0)) == e.n_epochs(), "one event per epoch is needed");
                e.events = engine_events(events);
            })
        .def_rw("event_id", &Epochs::event_id)
        .def_rw("selection", &Epochs::selection)
        .def_rw("drop_log", &Epochs::drop_log)
        .def_rw("metadata", &Epochs::metadata, "A JSON object per epoch, or nothing")
        .def_rw("tmin", &Epochs::tmin)
        .def_prop_ro("times", [](const Epochs& e) { return nb::cast(numpy_copy(e.times())); })
        .def_ro("n_times", &Epochs::n_times)
        .def_ro("preloaded", &Epochs::preloaded)
        .def_ro("dropped_bad", &Epochs::dropped_bad)
        .def_prop_ro("n_epochs", &Epochs::n_epochs)
        .def_prop_ro("reject", [](const Epochs& e) { return named(e.options.reject); })
        .def_prop_ro("flat", [](const Epochs& e) { return named(e.options.flat); })
        .def_prop_rw(
            "baseline",
            [](const Epochs& e) -> Interval {
                return e.options.baseline ? Interval({e.options.baseline->tmin, e.options.baseline->tmax})
                                          : std::nullopt;
            },
            [](Epochs& e, const Interval& interval) { e.options.baseline = baseline_of(interval); },
            nb::for_setter("value"_a.none()))
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
                            return "data must have shape (" + std::to_string(e.n_epochs()) + ", " +
                                   std::to_string(e.info.n_channels()) + ", n_times); got (" +
                                   std::to_string(data.shape(0)) + ", " + std::to_string(data.shape(1)) + ", " +
                                   std::to_string(data.shape(2)) + ")";
                        });
                e.data = array_of<double, 3>(data);
                e.n_times = e.data.extent(2);
                e.tmin = tmin;
                e.preloaded = e.dropped_bad = true;
                e.raw.reset();
            },
            "data"_a, "tmin"_a)
        .def("load", [](Epochs& e) { run([&] { load(e); }); })
        .def("drop_bad", [](Epochs& e) { run([&] { drop_bad(e); }); })
        .def(
            "drop_bad_by",
            [](Epochs& e, const Limits& reject, const Limits& flat) {
                const Thresholds high = thresholds(reject), low = thresholds(flat);
                run([&] { drop_bad(e, high, low); });
            },
            "reject"_a, "flat"_a)
        .def(
            "drop",
            [](Epochs& e, const std::vector<index>& which, const std::string& reason) {
                run([&] { drop(e, which, reason); });
            },
            "which"_a, "reason"_a)
        .def(
            "subset",
            [](const Epochs& e, const std::vector<index>& which) { return run([&] { return subset(e, which); }); },
            "which"_a)
        .def(
            "matching", [](const Epochs& e, const std::vector<std::string>& keys) { return matching(e, keys); },
            "keys"_a)
        .def(
            "equalize_event_counts",
            [](Epochs& e, const std::vector<std::vector<std::string>>& groups, const std::string& method,
               std::uint64_t seed) { return run([&] { return equalize_event_counts(e, groups, method, seed); }); },
            "groups"_a, "method"_a, "seed"_a)
        .def(
            "pick", [](Epochs& e, const std::vector<index>& picks) { run([&] { pick(e, picks); }); }, "picks"_a)
        .def(
            "crop",
            [](Epochs& e, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax) {
                run([&] { crop(e, tmin, tmax, include_tmax); });
            },
            "tmin"_a.none(), "tmax"_a.none(), "include_tmax"_a)
        .def(
            "decimate", [](Epochs& e, int decim, int offset) { run([&] { decimate(e, decim, offset); }); }, "decim"_a,
            "offset"_a)
        .def(
            "shift_time", [](Epochs& e, double tshift, bool relative) { shift_time(e, tshift, relative); }, "tshift"_a,
            "relative"_a)
        .def(
            "apply_baseline",
            [](Epochs& e, const Interval& interval) { run([&] { apply_baseline(e, baseline_of(interval)); }); },
            "baseline"_a.none())
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
        .def("reset_drop_log", [](Epochs& e) { reset_drop_log(e); })
        .def(
            "interpolate_bads",
            [](Epochs& e, const nb::dict& options) {
                const auto settings = interpolation_options(options);
                run([&] { interpolate_bads(e, settings); });
            },
            "options"_a)
        .def(
            "set_bipolar_reference",
            [](Epochs& e, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
               const std::vector<std::string>& names, bool drop, bool warn_of_bads) {
                run([&] { set_bipolar_reference(e, anodes, cathodes, names, drop, warn_of_bads); });
            },
            "anodes"_a, "cathodes"_a, "names"_a, "drop_refs"_a, "warn_of_bads"_a)
        .def(
            "add_reference_channels",
            [](Epochs& e, const std::vector<std::string>& names) { run([&] { add_reference_channels(e, names); }); },
            "names"_a)
        .def(
            "filter",
            [](Epochs& e, const nb::dict& options) {
                const auto settings = options_of<FilterOptions>(options);
                run([&] { filter(e, settings); });
            },
            "options"_a)
        .def(
            "resample",
            [](Epochs& e, const nb::dict& options) {
                const auto settings = options_of<ResampleOptions>(options);
                run([&] { resample(e, settings); });
            },
            "options"_a)
        .def(
            "set_eeg_reference",
            [](Epochs& e, const std::vector<std::string>& reference, const std::string& type) {
                run([&] { set_eeg_reference(e, reference, channel_type(type)); });
            },
            "reference"_a, "type"_a)
        .def("apply_projections", [](Epochs& e) { run([&] { apply_projections(e); }); })
        .def(
            "average",
            [](const Epochs& e, const std::vector<index>& picks) { return run([&] { return average(e, picks); }); },
            "picks"_a)
        .def(
            "standard_error",
            [](const Epochs& e, const std::vector<index>& picks) {
                return run([&] { return standard_error(e, picks); });
            },
            "picks"_a);

    m.def(
        "concatenated_epochs",
        [](const std::vector<const Epochs*>& parts, bool add_offset) {
            return run([&] {
                std::vector<Epochs> list;
                for (const Epochs* part : parts) {
                    list.push_back(*part);
                }
                return concatenated(std::move(list), add_offset);
            });
        },
        "parts"_a, "add_offset"_a);
}

}  // namespace ranvier::python
