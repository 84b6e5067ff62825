// Power and spectra of sources.
#include "meeg/anatomy.hpp"
#include "meeg/faces.hpp"
#include "meeg/inverse.hpp"
#include "ranvier/meeg/inverse/induced_power.hpp"
#include "ranvier/meeg/inverse/source_spectra.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

std::vector<std::vector<index>> lists_in(nb::handle lists) {
    std::vector<std::vector<index>> made;
    for (nb::handle list : lists) {
        made.push_back(indices_of(list));
    }
    return made;
}

}  // namespace

void bind_source_power(nb::module_& m) {
    m.def(
        "induced_power",
        [](const InverseKernel& kernel, const NumpyIn<double, 3>& epochs, double sfreq, const nb::dict& settings,
           nb::handle bands, nb::handle groups, bool locking) {
            const auto options = options_of<InducedPowerOptions>(settings);
            const auto of_bands = lists_in(bands), of_groups = lists_in(groups);
            InducedPower made = run([&] {
                return induced_power(kernel, view_of<double, 3>(epochs), sfreq, options, of_bands, of_groups, locking);
            });
            return nb::make_tuple(numpy_view(made.power),
                                  locking ? nb::cast(numpy_view(made.locking)) : nb::none());
        },
        "kernel"_a, "epochs"_a, "sfreq"_a, "settings"_a, "bands"_a, "groups"_a, "locking"_a);
    m.def(
        "longest_wavelet",
        [](double sfreq, const std::vector<double>& freqs, const std::vector<double>& n_cycles) {
            return run([&] { return longest_wavelet(sfreq, freqs, n_cycles); });
        },
        "sfreq"_a, "freqs"_a, "n_cycles"_a);
    m.def(
        "source_spectra",
        [](const InverseKernel& kernel, const NumpyIn<double, 3>& epochs, double sfreq, const nb::dict& settings,
           bool sum) {
            const auto options = options_of<SourceSpectraOptions>(settings);
            const SourceSpectra made =
                run([&] { return source_spectra(kernel, view_of<double, 3>(epochs), sfreq, options, sum); });
            return nb::make_tuple(numpy_view(made.sources), numpy_view(made.sensors), numpy_copy(made.freqs),
                                  made.tapers);
        },
        "kernel"_a, "epochs"_a, "sfreq"_a, "settings"_a, "sum"_a);
}

}  // namespace ranvier::python
