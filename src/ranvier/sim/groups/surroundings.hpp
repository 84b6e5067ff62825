#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::sim {

/// Samples of a function of time, I(t) or I(t, i).
struct Table {
    std::vector<double> values;  ///< [row · columns + column]
    std::int64_t rows = 0, columns = 1;
    double dt = 0;  ///< [s]
    units::Dimension dimension;
    bool two_dimensional = false;
};

/// What texts may name beside a group's own variables: values and functions of whoever wrote the script.
struct Surroundings {
    std::map<std::string, language::Scope::Constant, std::less<>> constants;
    std::vector<language::UserFunction> functions;
    std::map<std::string, std::shared_ptr<const Table>, std::less<>> tables;
    /// Functions without arguments that stand for a text: "f()" is "(text)".
    std::map<std::string, std::string, std::less<>> texts;

    /// As the language reads texts: tables are functions without an address.
    language::Scope scope() const;
    /// With the texts of such functions in their place.
    std::string written_out(const std::string& text) const;
    language::Parts written_out(language::Parts parts) const;
};

}  // namespace ranvier::sim
