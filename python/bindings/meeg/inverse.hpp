#pragma once

#include "call.hpp"

namespace ranvier::python {

/// Beamformers, which bind_inverse() adds beside minimum norms.
void bind_beamformer(nb::module_& m);
/// Power and spectra of sources.
void bind_source_power(nb::module_& m);

}  // namespace ranvier::python
