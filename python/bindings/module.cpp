#include "call.hpp"

NB_MODULE(_core, m) {
    using namespace ranvier::python;
    m.doc() = "The engine of Ranvier. Use ranvier.meeg instead: names here may change without notice.";
    bind_system(m);
    bind_units(m);
    bind_language(m);
    bind_settings(m);
    nb::module_ meeg = m.def_submodule("meeg", "Recordings: their nouns, and what is done to them.");
    bind_nouns(meeg);
    bind_info(meeg);
    bind_annotations(meeg);
    bind_raw(meeg);
    bind_epochs(meeg);
    bind_evoked(meeg);
    bind_filter(meeg);
    bind_spectra(meeg);
    bind_places(meeg);
    bind_noise(meeg);
    bind_sparse(meeg);
    bind_ssp(meeg);
    bind_repair(meeg);
    bind_autoreject(meeg);
    bind_maxwell(meeg);
    bind_chpi(meeg);
    bind_ica(meeg);
    bind_anatomy(meeg);
    bind_forward(meeg);
    bind_inverse(meeg);
    bind_labels(meeg);
    bind_volumes(meeg);
    bind_estimates(meeg);
    bind_files(meeg);
    nb::module_ report = m.def_submodule("report", "Pages, and the marks that people make on them.");
    bind_report(report);
    bind_learn(m);
    bind_dynamics(m);
    bind_sim(m);
}
