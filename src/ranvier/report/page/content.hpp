#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/report/page/page.hpp"

namespace ranvier::report {

using Json = nlohmann::ordered_json;

/// What a page holds before it is written. Only the files that write sections include this.
struct Page::Content {
    std::string title;
    Json sections = Json::array();
    std::vector<std::string> blocks;  ///< base64
    std::string theme = "auto", marks_address, style, script, created;

    void add_section(const char* kind, const std::string& section_title, const Json& fields);

    /// Stores an array and returns the reference that a section holds: float32 of doubles, or integers of 16 or 32 bits
    /// as they are. Equal arrays are stored once.
    template <std::size_t Rank>
    Json array(const Array<double, Rank>& values) {
        const std::vector<float> single(values.data(), values.data() + values.size());
        return block(std::as_bytes(std::span(single)), "float32", values.extents());
    }
    Json array(const Array<std::int16_t, 2>& values) { return integers(values, "int16"); }
    Json array(const Array<std::int32_t, 2>& values) { return integers(values, "int32"); }

private:
    template <class T>
    Json integers(const Array<T, 2>& values, const char* dtype) {
        return block(std::as_bytes(std::span(values.data(), static_cast<std::size_t>(values.size()))), dtype,
                     values.extents());
    }
    Json block(std::span<const std::byte> bytes, const char* dtype, std::span<const index> shape);

    std::map<std::size_t, std::vector<std::size_t>> known_;  ///< hash of a block → which blocks have it
};

}  // namespace ranvier::report
