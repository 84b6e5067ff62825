#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ranvier::provenance {

using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// A file or text that a run has read.
struct Input {
    std::string path;
    std::uint64_t bytes = 0;
    std::string sha256;
};

/// What was done, to make it again: settings, versions, what was read, seconds spent.
struct RunRecord {
    std::string command;  ///< as a shell takes it, or ""
    NamedValues parameters, versions;
    std::vector<std::pair<std::string, double>> timings;  ///< step, [s]
    std::vector<Input> inputs;
};

/// Size and digest of a file, under the name `shown`, or its path.
/// @throws FileError
Input file_input(const std::filesystem::path& path, const std::string& shown = {});
/// The same of a text that was read from `place`.
Input text_input(const std::string& place, std::string_view text);

/// Words as a shell takes them: those with other than plain characters in single quotes.
std::string shell_command(const std::vector<std::string>& words);

/// The record as one object, with the fields of the struct: `parameters` and `versions` as lists of {name, value},
/// `timings` of {step, seconds}, `inputs` of {path, bytes, sha256}.
nlohmann::ordered_json json(const RunRecord& run);

}  // namespace ranvier::provenance
