#pragma once

#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/compile/lower/lower.hpp"
#include "ranvier/compile/lower/memory.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::compile {

/// Equations in numbers without units, time a number too, unless `seconds`.
inline language::Model model_of(const std::string& equations, language::Parts parts = {},
                                const language::Scope& scope = {}) {
    parts.equations = equations;
    return language::model(parts, scope);
}

inline language::Model numbers(const std::string& equations, const language::Scope& scope = {}) {
    language::Parts parts;
    parts.time = language::Time::number;
    parts.kind = language::Kind::system;
    return model_of(equations, parts, scope);
}

/// The same to the bit; NaN equals NaN of the same bits.
inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace ranvier::compile
