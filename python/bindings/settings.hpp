#pragma once

#include "call.hpp"
#include "ranvier/base/fields.hpp"

namespace ranvier::python {

/// Numbers, words, sequences (NumPy's too) and mappings of such. @throws TypeError  anything else
Value value_of(const nb::handle& object);
nb::object python_value(const Value& value);

/// The settings of a dict: names and values checked by their description.
template <Described O>
O options_of(const nb::dict& settings) {
    O options{};
    for (const auto& [name, value] : settings) {
        set(options, nb::cast<std::string>(name), value_of(value));
    }
    return options;
}

void publish(const Fields& fields);
/// Lets Python read the description of O: `_core.settings(fields.of)`, of which signatures and docstrings are made.
template <Described O>
void publish() {
    publish(fields_of<O>());
}

}  // namespace ranvier::python
