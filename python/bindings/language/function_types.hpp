#pragma once

#include <string>

#include "ranvier/base/error.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::python {

/// Types of arguments and result of a function, each a letter: r (any number), i (whole), b (condition). No letters for
/// arguments: numbers.
inline void set_types(language::UserFunction& function, const std::string& arguments, const std::string& result) {
    const auto type = [](char letter) {
        require(letter == 'r' || letter == 'i' || letter == 'b', "a type is r, i or b; got ", letter);
        return letter == 'r' ? language::Type::real : letter == 'i' ? language::Type::integer : language::Type::boolean;
    };
    function.types.clear();
    for (const char letter : arguments) {
        function.types.push_back(type(letter));
    }
    function.type = type(result.empty() ? 'r' : result[0]);
}

}  // namespace ranvier::python
