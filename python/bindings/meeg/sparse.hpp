#pragma once

#include "call.hpp"

namespace ranvier::python {

/// Sparse estimates of recordings, made of gains that are prepared. Called by bind_sparse().
void bind_sparse_estimates(nb::module_& m);
/// Dipoles and their files. Called by bind_sparse().
void bind_dipoles(nb::module_& m);

}  // namespace ranvier::python
