#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include "tests/places.hpp"

/// tests/reference/<name>.json; the script of the same name beside it made it, with the tools named inside.
inline nlohmann::json reference(const std::string& name) {
    std::ifstream file(ranvier::tests::source_folder().string() + "/tests/reference/" + name + ".json");
    if (!file) {
        throw std::runtime_error("tests/reference/" + name + ".json is missing");
    }
    return nlohmann::json::parse(file);
}
