#pragma once

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ranvier/base/array.hpp"
#include "tests/places.hpp"

namespace ranvier::meeg {

/// Values that another tool gave; the file names tool and version, and the script beside it makes it.
inline nlohmann::json reference_values(const std::string& name) {
    std::ifstream file(ranvier::tests::source_folder().string() + "/tests/reference/" + name + ".json");
    return nlohmann::json::parse(file);
}

/// A smooth and irregular signal that scripts and tests make alike.
inline double wave(index channel, index sample) {
    const double c = static_cast<double>(channel), t = static_cast<double>(sample);
    return std::sin(0.013 * t * (1 + 0.1 * c) + c) + 0.3 * std::sin(0.17 * t + 2 * c) + 1e-4 * t;
}

inline Array<double, 2> waves(index channels, index samples, double scale = 1) {
    Array<double, 2> data({channels, samples});
    for (index c = 0; c < channels; ++c) {
        for (index t = 0; t < samples; ++t) {
            data(c, t) = scale * wave(c, t);
        }
    }
    return data;
}

inline std::string message_of(const auto& body) {
    try {
        body();
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "(no error)";
}

}  // namespace ranvier::meeg
