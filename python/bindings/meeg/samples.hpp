#pragma once

#include "meeg/info.hpp"
#include "ranvier/meeg/artefacts/laplacian.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/interpolation.hpp"
#include "ranvier/meeg/preprocess/new_electrodes.hpp"
#include "ranvier/meeg/preprocess/reconstruction.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "settings.hpp"

// Functions of the engine that exist for several nouns become methods of each here, once.
namespace ranvier::python {

/// A function of the engine as one of Python: it runs without the interpreter's lock. Its parameters, given as types,
/// choose among overloads: `engine<Raw&, double>(crop)`.
template <class... Parameters, class Result>
auto engine(Result (*function)(Parameters...)) {
    return [function](Parameters... arguments) -> Result {
        return run([&] { return function(std::forward<Parameters>(arguments)...); });
    };
}

/// The same for a function of something and its settings, which Python gives as a dict.
template <class Noun, Described Options, class Result>
auto engine_with(Result (*function)(Noun, const Options&)) {
    return [function](Noun noun, const nb::dict& settings) -> Result {
        const auto options = options_of<Options>(settings);
        return run([&] { return function(noun, options); });
    };
}

/// Methods of what has samples: Raw, Epochs, Evoked.
template <class Noun>
void bind_samples(nb::class_<Noun>& noun) {
    using Picks = const std::vector<index>&;
    using Names = const std::vector<std::string>&;
    noun.def("copy", [](const Noun& n) { return run([&] { return Noun(n); }); })
        .def_ro("info", &Noun::info, nb::rv_policy::reference_internal)
        .def(
            "take_info", [](Noun& n, const meeg::Info& info) { n.info = info; }, "info"_a)
        .def("pick", engine<Noun&, Picks>(meeg::pick), "picks"_a)
        .def("filter", engine_with<Noun&, meeg::FilterOptions>(meeg::filter), "options"_a)
        .def(
            "set_eeg_reference",
            [](Noun& n, Names reference, Names types, bool subtracted) {
                run([&] { meeg::set_eeg_reference(n, reference, types_named(types), subtracted); });
            },
            "reference"_a, "types"_a, "subtracted"_a)
        .def("set_own_references", engine<Noun&, const meeg::References&>(meeg::set_own_references), "references"_a)
        .def("compute_current_source_density",
             engine_with<Noun&, meeg::LaplacianOptions>(meeg::compute_current_source_density), "options"_a)
        .def("interpolate_bads", engine_with<Noun&, meeg::InterpolationOptions>(meeg::interpolate_bads), "options"_a)
        .def(
            "interpolate_to",
            [](Noun& n, const meeg::Info& electrodes, const nb::dict& settings) {
                const auto options = options_of<meeg::NewElectrodesOptions>(settings);
                run([&] { meeg::interpolate_to(n, electrodes, options); });
            },
            "electrodes"_a, "options"_a)
        .def("set_bipolar_reference", engine<Noun&, Names, Names, Names, bool, bool>(meeg::set_bipolar_reference),
             "anodes"_a, "cathodes"_a, "names"_a, "drop_refs"_a, "warn_of_bads"_a)
        .def("add_reference_channels", engine<Noun&, Names>(meeg::add_reference_channels), "names"_a)
        .def("apply_gradient_compensation", engine<Noun&, int>(meeg::apply_gradient_compensation), "grade"_a)
        .def("apply_projections", engine<Noun&>(meeg::apply_projections))
        .def("reconstruct_projected", engine_with<Noun&, meeg::ReconstructionOptions>(meeg::reconstruct_projected),
             "options"_a);
}

/// Methods of what has times around an event: Epochs, Evoked.
template <class Noun>
void bind_times(nb::class_<Noun>& noun) {
    using Time = std::optional<double>;
    noun.def(
        "become_virtual",
        [](Noun& n, const std::string& type, bool accurate) {
            run([&] {
                meeg::become_virtual(n, meeg::channel_type(type),
                                     accurate ? meeg::SeriesLength::accurate : meeg::SeriesLength::fast);
            });
        },
        "type"_a, "accurate"_a);
    noun.def_prop_ro("times", [](const Noun& n) { return nb::cast(numpy_constant(n.times())); })
        .def("crop", engine<Noun&, Time, Time, bool>(meeg::crop), "tmin"_a.none(), "tmax"_a.none(), "include_tmax"_a)
        .def("decimate", engine<Noun&, int, int>(meeg::decimate), "decim"_a, "offset"_a)
        .def("shift_time", engine<Noun&, double, bool>(meeg::shift_time), "tshift"_a, "relative"_a)
        .def("resample", engine_with<Noun&, meeg::ResampleOptions>(meeg::resample), "options"_a);
}

}  // namespace ranvier::python
