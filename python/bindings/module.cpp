#include "call.hpp"

NB_MODULE(_core, m) {
    using namespace ranvier::python;
    m.doc() = "The engine of Ranvier. Use ranvier.meeg instead: names here may change without notice.";
    bind_system(m);
    bind_units(m);
    bind_language(m);
    bind_settings(m);
    bind_info(m);
    bind_raw(m);
    bind_epochs(m);
    bind_evoked(m);
    bind_filter(m);
    bind_spectra(m);
    bind_files(m);
    bind_places(m);
    bind_learn(m);
    bind_dynamics(m);
}
