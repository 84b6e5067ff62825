#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "tests/formats/recorded_data.hpp"
#include "tests/places.hpp"

/// Files that travel inside of tests/reference/*.json, and what a peer reads in them.
namespace ranvier::formats {

using nlohmann::json;

/// Warnings are part of what is tested elsewhere; here they would only fill the screen.
class Quiet {
public:
    Quiet() : before_(set_log_sink([this](LogLevel, const std::string& text) { said_ += text + "\n"; })) {}
    ~Quiet() { set_log_sink(before_); }
    const std::string& said() const { return said_; }

private:
    std::string said_;
    LogSink before_;
};

inline json reference_values(const std::string& name) {
    return json::parse(std::ifstream(ranvier::tests::source_folder().string() + "/tests/reference/" + name));
}

inline std::string bytes_of_base64(const std::string& text) {
    const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    unsigned bits = 0, n = 0;
    for (const char c : text) {
        if (c == '=') {
            break;
        }
        bits = (bits << 6 | static_cast<unsigned>(digits.find(c))) & 0xFFFFFF;
        n += 6;
        if (n >= 8) {
            n -= 8;
            out += static_cast<char>(bits >> n & 0xFF);
        }
    }
    return out;
}

inline std::filesystem::path written(const TemporaryFolder& folder, const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return folder / name;
}

/// Memory of this process that is resident now. [bytes]
inline index resident() {
    index total = 0, pages = 0;
    std::ifstream("/proc/self/statm") >> total >> pages;
    return pages * 4096;
}

}  // namespace ranvier::formats
