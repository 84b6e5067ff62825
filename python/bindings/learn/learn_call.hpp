#pragma once

#include <string>

#include "call.hpp"

/// What the bindings of ranvier.learn share: options travel as keyword dictionaries, results as dictionaries of arrays.
namespace ranvier::python {

/// options[name] as T. @throws InvalidInput  not of that kind
template <class T>
T option(const nb::dict& options, const char* name) {
    if (!options.contains(name)) {
        throw InternalError("an option is missing: " + std::string(name));
    }
    T value{};
    if (!nb::try_cast<T>(options[name], value)) {
        throw InvalidInput(std::string(name) + " can't be " + nb::str(nb::repr(options[name])).c_str());
    }
    return value;
}

/// The one of `choices` that options[name] says. @throws InvalidInput  naming all of them
template <class E>
E choice(const nb::dict& options, const char* name, std::initializer_list<std::pair<const char*, E>> choices) {
    const auto said = option<std::string>(options, name);
    std::string all;
    for (const auto& [word, value] : choices) {
        if (said == word) {
            return value;
        }
        all += (all.empty() ? "'" : ", '") + std::string(word) + "'";
    }
    throw InvalidInput(std::string(name) + " must be one of " + all + "; got '" + said + "'");
}

}  // namespace ranvier::python
