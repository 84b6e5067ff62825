#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Files of all formats: the first bytes say which reader takes one, the extension which writer.
namespace ranvier::formats {

namespace fs = std::filesystem;

/// A file format: how its files are known, and what they hold. A function that is null is what it can't do.
struct Format {
    std::string name;                       ///< "EDF"
    std::vector<std::string> extensions;    ///< ".edf", lower case
    bool (*begins)(std::string_view head);  ///< whether a file that begins so (with up to 512 bytes) is one

    meeg::Raw (*read_raw)(const fs::path&) = nullptr;
    void (*write_raw)(const meeg::Raw&, const fs::path&, bool overwrite) = nullptr;
    meeg::Epochs (*read_epochs)(const fs::path&) = nullptr;
    void (*write_epochs)(const meeg::Epochs&, const fs::path&, bool overwrite) = nullptr;
    std::vector<meeg::Evoked> (*read_evokeds)(const fs::path&) = nullptr;
    void (*write_evokeds)(const std::vector<meeg::Evoked>&, const fs::path&, bool overwrite) = nullptr;
    meeg::Annotations (*read_annotations)(const fs::path&) = nullptr;
    void (*write_annotations)(const meeg::Annotations&, const fs::path&, bool overwrite) = nullptr;
};

/// Every format, from the table in format.cpp.
const std::vector<const Format*>& formats();
/// The format of a file by its first bytes; where they say nothing, or there is no file, by its extension; nullptr
/// where neither is known.
const Format* format_of(const fs::path& path);
/// The extensions of the formats that can do what a member says: ".fif, .fif.gz, .edf" for &Format::write_raw.
template <class Function>
std::string extensions(Function Format::*can) {
    std::string list;
    for (const Format* format : formats()) {
        for (const std::string& extension : format->extensions) {
            list += format->*can ? (list.empty() ? "" : ", ") + extension : "";
        }
    }
    return list;
}

/// What a file holds, read with the default options of its format's reader (recordings lazily). The first bytes decide;
/// where they say nothing, the extension does, so that a damaged file is told by its own reader.
/// @throws FileError  missing, damaged, or of no format that holds this (the message lists those that do)
meeg::Raw read_raw(const fs::path& path);
meeg::Epochs read_epochs(const fs::path& path);
std::vector<meeg::Evoked> read_evokeds(const fs::path& path);
meeg::Annotations read_annotations(const fs::path& path);

/// Writes the format that the extension asks for, with the default options of its writer.
/// @throws InvalidInput  no format with this extension can hold it (the message lists those that can)
/// @throws FileError     the file exists and `overwrite` is false, or can't be written
void write_raw(const meeg::Raw& raw, const fs::path& path, bool overwrite = false);
void write_epochs(const meeg::Epochs& epochs, const fs::path& path, bool overwrite = false);
void write_evokeds(const std::vector<meeg::Evoked>& evokeds, const fs::path& path, bool overwrite = false);
void write_annotations(const meeg::Annotations& annotations, const fs::path& path, bool overwrite = false);

}  // namespace ranvier::formats
