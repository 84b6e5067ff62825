#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ranvier/learn/model.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// Files of all formats: the first bytes say which reader takes one, the extension which writer.
namespace ranvier::formats {

namespace fs = std::filesystem;

/// What a file holds.
using Contents =
    std::variant<meeg::Raw, meeg::Epochs, std::vector<meeg::Evoked>, meeg::Covariance, StableVector<meeg::Projection>,
                 meeg::Events, meeg::Annotations, meeg::Info, learn::Model>;
/// The field's word for it, in the plural.
template <class T>
constexpr std::string_view noun = "";
template <>
inline constexpr std::string_view noun<meeg::Raw> = "recordings";
template <>
inline constexpr std::string_view noun<meeg::Epochs> = "epochs";
template <>
inline constexpr std::string_view noun<std::vector<meeg::Evoked>> = "averages";
template <>
inline constexpr std::string_view noun<meeg::Covariance> = "covariances";
template <>
inline constexpr std::string_view noun<StableVector<meeg::Projection>> = "projections";
template <>
inline constexpr std::string_view noun<meeg::Events> = "events";
template <>
inline constexpr std::string_view noun<meeg::Annotations> = "annotations";
template <>
inline constexpr std::string_view noun<meeg::Info> = "measurement info";
template <>
inline constexpr std::string_view noun<learn::Model> = "trained models";

/// A file format: how its files are known, and what they hold. A function that is null is what it can't do.
struct Format {
    std::string name;                       ///< "EDF"
    std::vector<std::string> extensions;    ///< ".edf", lower case
    bool (*begins)(std::string_view head);  ///< whether a file that begins so (with up to 512 bytes) is one

    Contents (*read)(const fs::path&) = nullptr;  ///< whatever a file holds
    meeg::Raw (*read_raw)(const fs::path&) = nullptr;
    void (*write_raw)(const meeg::Raw&, const fs::path&, bool overwrite) = nullptr;
    meeg::Epochs (*read_epochs)(const fs::path&) = nullptr;
    void (*write_epochs)(const meeg::Epochs&, const fs::path&, bool overwrite) = nullptr;
    std::vector<meeg::Evoked> (*read_evokeds)(const fs::path&) = nullptr;
    void (*write_evokeds)(const std::vector<meeg::Evoked>&, const fs::path&, bool overwrite) = nullptr;
    meeg::Annotations (*read_annotations)(const fs::path&) = nullptr;
    void (*write_annotations)(const meeg::Annotations&, const fs::path&, bool overwrite) = nullptr;
    void (*write_covariance)(const meeg::Covariance&, const fs::path&, bool overwrite) = nullptr;
    void (*write_projections)(const StableVector<meeg::Projection>&, const fs::path&, bool overwrite) = nullptr;
};

extern const Format fiff_format, edf_format, bdf_format, brainvision_format, vamp_format, brainvision_markers_format,
    eeglab_format, event_list_format, annotation_table_format, model_format;
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

/// Whatever a file holds, read as the functions below do.
/// @throws FileError  missing, damaged, of no format that is known here, or with nothing in it that Ranvier reads
Contents read(const fs::path& path);

/// One kind of what a file holds, read with the default options of its format's reader (recordings lazily). The first
/// bytes decide; where they say nothing, the extension does, so that a damaged file is told by its own reader.
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
void write_covariance(const meeg::Covariance& covariance, const fs::path& path, bool overwrite = false);
void write_projections(const StableVector<meeg::Projection>& projections, const fs::path& path, bool overwrite = false);

/// Throws what writing `goal` would throw before its first byte, for work that takes long: `check_goal(goal,
/// &Format::write_raw, overwrite)`.
template <class T>
void check_goal(const fs::path& goal, void (*Format::*write)(const T&, const fs::path&, bool), bool overwrite);
/// Refuses a name that says another format than the one that is written there, such as a trained model called x.fif.
/// @throws FileError  the extension is another format's
void check_name(const fs::path& goal, const Format& own);

}  // namespace ranvier::formats
