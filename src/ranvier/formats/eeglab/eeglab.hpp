#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/meeg/recording/epochs.hpp"

/// EEGLAB: a structure of MATLAB (.set), which holds the samples or names a file of them (.fdt).
/// @source  Delorme & Makeig 2004, doi:10.1016/j.jneumeth.2003.10.009
namespace ranvier::formats {

struct ReadEeglabOptions {
    Value eog = Value(Value::List{});
    std::string uint16_codec = "utf-16";
    std::string montage_units = "auto";
    static Fields fields() {
        using O = ReadEeglabOptions;
        return {"read_raw_eeglab",
                {field("eog", &O::eog,
                       "names or numbers of channels of that type; 'auto': those whose names contain EOG or EYE"),
                 field("uint16_codec", &O::uint16_codec, "what letters of 16 bits hold, where texts come out wrong")
                     .one_of({"utf-16", "utf-8", "latin1"})
                     .also(nullptr, "utf-16")
                     .also("utf8", "utf-8")
                     .also("utf16", "utf-16")
                     .also("latin-1", "latin1"),
                 field("montage_units", &O::montage_units, "unit of places; 'auto': the one that gives a head's size")
                     .one_of({"m", "dm", "cm", "mm", "auto"})}};
    }
};

/// A recording, lazily: samples stay in the .fdt or .set file. A .set file whose samples are packed is unpacked into
/// memory, 4 bytes for most samples. Names, types, places and events follow MNE-Python.
/// @throws FileError     damaged, of MATLAB's version 7.3, with epochs, or without its .fdt file (the message names it)
meeg::Raw read_raw_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options = {});

/// Epochs, which are read into memory. Their events are those of EEGLAB's epochs: types joined by "/", at the first
/// one's place; numbered from 1 in the order in which they come.
/// @throws FileError  as above, or a recording without epochs
meeg::Epochs read_epochs_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options = {});
/// Whether a file holds epochs. @throws FileError
bool holds_epochs_eeglab(const std::filesystem::path& path);

/// The events of a .set file, counted from its first sample. @throws FileError
meeg::Annotations read_annotations_eeglab(const std::filesystem::path& path, const ReadEeglabOptions& options = {});

/// The independent components in a .set file: weights · sphere, as V and U of its singular values.
/// @throws FileError  no components, or matrices that do not fit each other
meeg::Ica read_ica_eeglab(const std::filesystem::path& path, const std::string& montage_units = "auto");

struct WriteEeglabOptions {
    bool overwrite = false;
    std::int64_t largest = 2'000'000'000;  ///< samples of more bytes go to a .fdt file; MATLAB's format ends at 2^31
};
/// One .set file that is not packed (`save -v6`), with samples as 32-bit floats in µV, or, of a long recording, a .fdt
/// file of them beside it. Places, types, and annotations as events are kept.
/// @throws InvalidInput  samples that do not fit into 32 bits; no channel
/// @throws FileError     the path does not end in .set, or a file can't be written
void write_raw_eeglab(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEeglabOptions& options = {});
/// The same for epochs: an event each, at time 0, of the type that its code is called.
void write_epochs_eeglab(const meeg::Epochs& epochs, const std::filesystem::path& path,
                         const WriteEeglabOptions& options = {});

}  // namespace ranvier::formats
