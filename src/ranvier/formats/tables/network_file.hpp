#pragma once

#include <filesystem>
#include <string>

#include "ranvier/formats/tables/toml_value.hpp"
#include "ranvier/sim/plan/plan.hpp"

namespace ranvier::formats {

/// A network in TOML: docs/network-files.md. Files that it names are looked for beside it.
class NetworkFile {
public:
    /// @throws FileError, InvalidInput  as parsed_toml
    explicit NetworkFile(const std::filesystem::path& path);
    /// @param folder  in which files are looked for
    NetworkFile(const std::string& text, const std::string& place, const std::filesystem::path& folder);

    const std::string& text() const { return text_; }
    const std::string& place() const { return place_; }

    /// Says something else: "J" of the constants, "cells.n", "cells.tau_m", "inputs.connect.p".
    /// @param by  how messages call it: "--set J"
    /// @throws InvalidInput  nothing has the name
    void set(const std::string& key, const Value& value, const std::string& by);
    /// The same of [run].
    void set_run(const std::string& key, const Value& value, const std::string& by);

    /// @throws InvalidInput  unknown tables and keys, values of another kind, what is missing; with the line
    /// @throws FileError     a file of spikes that can't be read
    sim::Plan plan() const;

private:
    std::string text_, place_;
    std::filesystem::path folder_;
    TomlText said_;
};

}  // namespace ranvier::formats
