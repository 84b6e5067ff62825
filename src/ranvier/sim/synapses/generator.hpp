#pragma once

#include <string>
#include <vector>

namespace ranvier::sim {

/// "ELEMENT for NAME in range(ARGUMENTS) if CONDITION", cut into its parts.
struct Generator {
    std::string element, counter, condition, p, size;
    std::vector<std::string> arguments;
    bool sample = false;
};

/// @throws InvalidInput  a text of another form
Generator parsed_generator(const std::string& text);

}  // namespace ranvier::sim
