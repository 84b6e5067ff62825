#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/report/page.hpp"

namespace ranvier::report {

using Json = nlohmann::ordered_json;

/// What a page holds before it is written. Only the files that write sections include this.
struct Page::Content {
    std::string title;
    Json sections = Json::array();
    std::vector<std::string> blocks;  ///< base64

    /// Stores `bytes` and returns the reference that a section holds. Equal bytes are stored once.
    Json block(std::span<const std::byte> bytes, const char* dtype, const std::vector<index>& shape);
    /// The same for float32.
    Json floats(std::span<const double> values, const std::vector<index>& shape);

private:
    std::map<std::size_t, std::vector<std::size_t>> known_;  ///< hash of a block → which blocks have it
};

}  // namespace ranvier::report
