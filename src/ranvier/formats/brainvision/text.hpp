#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/file.hpp"

/// The text files of BrainVision.
namespace ranvier::formats::brainvision {

struct Line {
    std::string text;  ///< UTF-8, without blanks at its ends
    int number = 0;    ///< from 1
    std::int64_t offset = 0;
};
/// A key and its value, "key=value".
struct Entry {
    std::string key, value;
    int line = 0;
    std::int64_t offset = 0;
};
struct Section {
    std::string name;
    std::vector<Entry> entries;
    /// By its key, in any case; null where there is none.
    const Entry* find(std::string_view key) const;
};

/// A file taken apart. What follows "[Comment]" in a header is free text.
struct Text {
    std::filesystem::path path;
    std::int64_t bytes = 0;  ///< size of the file
    std::vector<Section> sections;
    std::vector<Line> comment;
    /// By its name, in any case; null where there is none.
    const Section* find(std::string_view name) const;
    [[noreturn]] void fail(const std::string& what) const;
    [[noreturn]] void fail(const Entry& entry, const std::string& what) const;
};

/// @param kind  "Header" or "Marker", which the first line names; other first lines are told, where sections follow
/// @throws FileError  missing, in a code page that is not known here, or with no section at all
Text text_of_file(const std::filesystem::path& path, const std::string& kind);

/// Whether a file that begins so is one of BrainVision's: `kind` as above.
bool begins_as(std::string_view head, const std::string& kind);

/// Commas inside of a field are written as "\1".
std::string with_commas(std::string_view field);
std::string without_commas(std::string_view field);

}  // namespace ranvier::formats::brainvision
