#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/formats/eeglab/eeglab.hpp"
#include "ranvier/formats/eeglab/mat.hpp"

namespace ranvier::formats::eeglab {

/// What a .set file says, checked: EEGLAB's structure EEG, or its fields as variables of their own.
struct Dataset {
    std::shared_ptr<const MatFile> mat;
    index channels = 0, points = 0, trials = 1;
    double sfreq = 0;                          // [Hz]
    double tmin = 0;                           // [s]
    std::optional<std::filesystem::path> fdt;  ///< where the samples are; nothing: in the .set file

    const MatValue* find(std::string_view name) const;
    std::filesystem::path path() const { return mat->file->path(); }
    [[noreturn]] void fail(const std::string& what) const;

private:
    friend Dataset dataset_of(const std::filesystem::path&, const ReadEeglabOptions&, bool);
    const MatValue* eeg_ = nullptr;
};

/// @param with_samples  whether samples are wanted: then there must be some. @throws FileError
Dataset dataset_of(const std::filesystem::path& path, const ReadEeglabOptions& options, bool with_samples);

/// Channels with their types and places.
meeg::Info info_of(const Dataset& set, const ReadEeglabOptions& options);
meeg::Annotations annotations_of(const Dataset& set);
/// One event for each epoch, and what its code is called.
std::pair<meeg::Events, meeg::EventIds> events_of(const Dataset& set);
/// The samples, of all epochs after each other.
std::shared_ptr<const PlainSource> source_of(const Dataset& set, const meeg::Info& info);

}  // namespace ranvier::formats::eeglab
