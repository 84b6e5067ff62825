// Artefacts: events of the heart and the eyes, signal-space projections.
#include "ranvier/meeg/noise/ssp.hpp"
#include "ranvier/meeg/artefacts/annotate.hpp"
#include "ranvier/meeg/artefacts/exg_events.hpp"
#include "ranvier/meeg/artefacts/exg_ssp.hpp"
#include "ranvier/meeg/artefacts/laplacian.hpp"

#include "meeg/samples.hpp"
#include "objects.hpp"

namespace ranvier::python {

using namespace meeg;

void bind_ssp(nb::module_& m) {
    publish<SspOptions>();
    publish<RawSspOptions>();
    m.def("projections_of_epochs", engine_with<const Epochs&, SspOptions>(&compute_projections), "epochs"_a,
          "options"_a);
    m.def("projections_of_evoked", engine_with<const Evoked&, SspOptions>(&compute_projections), "evoked"_a,
          "options"_a);
    m.def(
        "projections_of_raw",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<RawSspOptions>(options);
            return run([&] { return compute_projections(std::make_shared<const Raw>(shared_raw(raw)), settings); });
        },
        "raw"_a, "options"_a);

    publish<EcgOptions>();
    publish<EogOptions>();
    publish<ExgSspOptions>();
    m.def(
        "find_ecg_events",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<EcgOptions>(options);
            const Heartbeats found = run([&] { return find_ecg_events(raw, settings); });
            return nb::make_tuple(python_events(found.events), found.channel, found.average_pulse,
                                  numpy_copy(found.ecg));
        },
        "raw"_a, "options"_a);
    m.def(
        "find_eog_events",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<EogOptions>(options);
            return python_events(run([&] { return find_eog_events(raw, settings); }));
        },
        "raw"_a, "options"_a);
    m.def(
        "compute_exg_projections",
        [](const Raw& raw, const NumpyIn<std::int64_t, 2>& events, const nb::dict& options, const std::string& word) {
            const auto settings = options_of<ExgSspOptions>(options);
            const Events at = engine_events(events);
            ExgProjections found = run([&] { return compute_exg_projections(raw, at, settings, word); });
            return nb::make_tuple(std::move(found.projections), std::move(found.drop_log));
        },
        "raw"_a, "events"_a, "options"_a, "word"_a);
    publish<AmplitudeOptions>();
    publish<LaplacianOptions>();
    publish<BreakOptions>();
    publish<MuscleOptions>();
    m.def(
        "annotate_amplitude",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<AmplitudeOptions>(options);
            AmplitudeFound found = run([&] { return annotate_amplitude(raw, settings); });
            return nb::make_tuple(std::move(found.annotations), std::move(found.bads));
        },
        "raw"_a, "options"_a);
    m.def(
        "annotate_nan", [](const Raw& raw) { return run([&] { return annotate_nan(raw); }); }, "raw"_a);
    m.def(
        "annotate_break",
        [](const Raw& raw, const std::optional<NumpyIn<std::int64_t, 2>>& events, const nb::dict& options) {
            const auto settings = options_of<BreakOptions>(options);
            const auto at = events ? std::optional(engine_events(*events)) : std::nullopt;
            return run([&] { return annotate_break(raw, at, settings); });
        },
        "raw"_a, "events"_a.none(), "options"_a);
    m.def(
        "annotate_muscle_zscore",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<MuscleOptions>(options);
            MuscleFound found = run([&] { return annotate_muscle_zscore(raw, settings); });
            return nb::make_tuple(std::move(found.annotations), numpy_copy(found.scores));
        },
        "raw"_a, "options"_a);
    m.def(
        "find_peaks",
        [](const NumpyIn<double, 1>& x, std::optional<double> threshold, bool maxima) {
            return numpy_copy(find_peaks({x.data(), x.size()}, threshold, maxima));
        },
        "x"_a, "threshold"_a.none(), "maxima"_a);
}

}  // namespace ranvier::python
