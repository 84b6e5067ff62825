// Bad channels, bridges between electrodes, and artefacts that are regressed or filled.
#include <nanobind/stl/pair.h>

#include "meeg/samples.hpp"
#include "ranvier/meeg/artefacts/bad_channels.hpp"
#include "ranvier/meeg/artefacts/bridges.hpp"
#include "ranvier/meeg/artefacts/pca_obs.hpp"
#include "ranvier/meeg/artefacts/regression.hpp"
#include "ranvier/meeg/artefacts/stimulation.hpp"
#include "ranvier/meeg/preprocess/realign.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Picks = std::vector<index>;

/// What is done to Raw, Epochs and Evoked alike.
template <class Noun>
void bind_repairs(nb::module_& m) {
    m.def(
        "compute_bridged_electrodes",
        [](const Noun& noun, const nb::dict& settings) {
            const auto options = options_of<BridgeOptions>(settings);
            Bridges found = run([&] { return compute_bridged_electrodes(noun, options); });
            return nb::make_tuple(std::move(found.pairs), numpy_view(found.distances));
        },
        "noun"_a, "options"_a);
    m.def("interpolate_bridged_electrodes", engine<Noun&, const Pairs&, int>(interpolate_bridged_electrodes), "noun"_a,
          "bridged"_a, "bad_limit"_a);
    m.def(
        "regression_coefficients",
        [](const Noun& noun, const Picks& picks, const Picks& artefacts) {
            return numpy_view(run([&] { return regression_coefficients(noun, picks, artefacts); }));
        },
        "noun"_a, "picks"_a, "artefacts"_a);
    m.def(
        "subtract_regression",
        [](Noun& noun, const Picks& picks, const Picks& artefacts, const NumpyIn<double, 2>& coefficients) {
            const Array<double, 2> own = array_of<double, 2>(coefficients);
            run([&] { subtract_regression(noun, picks, artefacts, own); });
        },
        "noun"_a, "picks"_a, "artefacts"_a, "coefficients"_a);
}

}  // namespace

void bind_repair(nb::module_& m) {
    publish<LofOptions>();
    publish<BridgeOptions>();
    publish<StimulationOptions>();
    m.def(
        "find_bad_channels_lof",
        [](const Raw& raw, const nb::dict& settings) {
            const auto options = options_of<LofOptions>(settings);
            OutlyingChannels found = run([&] { return find_bad_channels_lof(raw, options); });
            return nb::make_tuple(std::move(found.names), numpy_copy(found.factors));
        },
        "raw"_a, "options"_a);
    m.def("bridged_groups", &bridged_groups, "pairs"_a);
    bind_repairs<Raw>(m);
    bind_repairs<Epochs>(m);
    bind_repairs<Evoked>(m);
    m.def("apply_pca_obs", engine(apply_pca_obs), "raw"_a, "picks"_a, "beats"_a, "n_components"_a);
    m.def(
        "fix_stim_artifact",
        [](Raw& raw, const NumpyIn<std::int64_t, 2>& events, const nb::dict& settings) {
            const auto options = options_of<StimulationOptions>(settings);
            const Events at = engine_events(events);
            run([&] { fix_stim_artifact(raw, at, options); });
        },
        "raw"_a, "events"_a, "options"_a);
    m.def("fix_stim_artifact", engine_with<Epochs&, StimulationOptions>(fix_stim_artifact), "epochs"_a, "options"_a);
    m.def("fix_stim_artifact", engine_with<Evoked&, StimulationOptions>(fix_stim_artifact), "evoked"_a, "options"_a);
    m.def(
        "realign",
        [](Raw& raw, Raw& other, const std::vector<double>& t_raw, const std::vector<double>& t_other) {
            run([&] { realign(raw, other, t_raw, t_other); });
        },
        "raw"_a, "other"_a, "t_raw"_a, "t_other"_a);
}

}  // namespace ranvier::python
