#pragma once

#include "call.hpp"

namespace ranvier::python {

inline bool is_complex(nb::handle data) { return nb::cast<std::string>(data.attr("dtype").attr("kind")) == "c"; }

/// Complex numbers as pairs of columns, the real and the imaginary part; real ones as they are.
inline nb::object parts_of(nb::handle data) {
    return is_complex(data) ? nb::module_::import_("numpy").attr("ascontiguousarray")(data, "complex128").attr("view")(
                                  "float64")
                            : nb::borrow(data);
}

}  // namespace ranvier::python
