#pragma once

#include "call.hpp"
#include "ranvier/dynamics/flow.hpp"

/// What the bindings of ranvier.dynamics share. Everything is SI here; Python knows the units that people see.
namespace ranvier::python {

/// Rows of equal length as (rows, columns).
inline NumpyOut<double, 2> numpy_rows(const std::vector<double>& values, index columns) {
    Array<double, 2> array({columns > 0 ? static_cast<index>(values.size()) / columns : 0, columns});
    std::copy(values.begin(), values.end(), array.data());
    return numpy_view(array);
}

inline nb::list list_of_arrays(const std::vector<std::vector<double>>& all) {
    nb::list list;
    for (const auto& values : all) {
        list.append(numpy_copy(values));
    }
    return list;
}

}  // namespace ranvier::python
