#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// BrainVision: a header (.vhdr, of V-Amp .ahdr) and a file of markers (.vmrk, .amrk), both text, and the samples
/// (.eeg, .dat, .avg). @source  BrainVision Core Data Format 1.0, Brain Products, 2018
namespace ranvier::formats {

/// What counts instead of what the header says, for headers that were damaged or whose files were renamed.
struct BrainVisionOverrides {
    std::optional<std::string> data_fname;
    std::optional<std::string> marker_fname;
    std::optional<index> n_channels;
    std::optional<double> sfreq;  // [Hz]
    std::vector<std::string> ch_names;
    std::optional<std::string> units_fallback;
    std::optional<std::string> data_orientation;
    std::optional<std::string> data_format;
    std::optional<std::string> binary_format;
    static Fields fields() {
        using O = BrainVisionOverrides;
        return {
            "overrides",
            {field("data_fname", &O::data_fname, "the file of samples, as seen from the header's folder"),
             field("marker_fname", &O::marker_fname, "the file of markers; False or '': none is read").also(false, ""),
             field("n_channels", &O::n_channels, "number of channels").at_least(1),
             field("sfreq", &O::sfreq, "sampling rate").in("Hz").above(0),
             field("ch_names", &O::ch_names, "names of all channels"),
             field("units_fallback", &O::units_fallback, "unit of channels that the header does not describe"),
             field("data_orientation", &O::data_orientation, "how samples lie").one_of({"MULTIPLEXED", "VECTORIZED"}),
             field("data_format", &O::data_format, "numbers, or their text").one_of({"BINARY", "ASCII"}),
             field("binary_format", &O::binary_format, "type of the numbers")
                 .one_of({"INT_16", "INT_32", "IEEE_FLOAT_32", "UINT_16", "IEEE_FLOAT_64"})}};
    }
};

struct ReadBrainVisionOptions {
    std::vector<Value> eog{"HEOGL", "HEOGR", "VEOGb"};
    Value misc = "auto";
    double scale = 1;
    bool ignore_marker_types = false;
    BrainVisionOverrides overrides;
    static Fields fields() {
        using O = ReadBrainVisionOptions;
        return {
            "read_raw_brainvision",
            {field("eog", &O::eog, "names or numbers of channels of that type"),
             field("misc", &O::misc, "names or numbers of channels of that type; 'auto': those whose unit is no volt"),
             field("scale", &O::scale, "factor of all samples"),
             field("ignore_marker_types", &O::ignore_marker_types,
                   "whether a marker of type 'Stimulus' is called 'S  1' instead of 'Stimulus/S  1'"),
             field("overrides", &O::overrides,
                   "what counts instead of what the header says: data_fname, marker_fname, n_channels, sfreq, "
                   "ch_names, units_fallback, data_orientation, data_format, binary_format")}};
    }
};

/// The header lacks what an override can give.
class IncompleteHeader : public FileError {
public:
    /// @param key  the first that is missing
    IncompleteHeader(const std::filesystem::path& path, std::int64_t offset, std::string section, std::string key,
                     const std::string& what)
        : FileError(path, offset, what), section_(std::move(section)), key_(std::move(key)) {}
    const std::string& section() const { return section_; }
    const std::string& key() const { return key_; }

private:
    std::string section_, key_;
};

/// A recording, lazily: samples stay in the file; those that are text are read into memory.
///
/// Names, types, units, filters, places, date and markers follow MNE-Python. A file that the header names and that is
/// not there is looked for under the header's own name, with a warning. A file of samples that ends within one is read
/// to its last whole sample, and one that is longer or shorter than the header promises as long as it is, both with a
/// warning; where channels lie after each other, neither can be told from damage, and is an error.
/// @throws FileError     damaged, without samples, or a file is missing (the message names it); IncompleteHeader
/// @throws InvalidInput  overrides that do not fit
meeg::Raw read_raw_brainvision(const std::filesystem::path& path, const ReadBrainVisionOptions& options = {});

/// How well an electrode touched the skin before the recording.
struct Impedance {
    std::string electrode;
    double value = 0;                            ///< in `unit`; NaN where it was not measured
    std::string unit;                            ///< "kOhm"
    std::array<int, 3> time{};                   ///< hour, minute, second
    std::optional<std::array<double, 2>> range;  ///< of the measurement, in `range_unit`
    std::string range_unit;
};
/// A recording with what its header says beyond.
struct BrainVisionRecording {
    meeg::Raw raw;
    std::vector<std::pair<std::string, std::string>> units;  ///< as they are written, by channel
    std::vector<Impedance> impedances;
};
BrainVisionRecording read_brainvision(const std::filesystem::path& path, const ReadBrainVisionOptions& options = {});

/// Markers of a .vmrk or .amrk file, counted from the first sample; the first one of type "New Segment" holds the date
/// and is left out. `sfreq` [Hz]: without it that of the header of the same name.
/// @throws FileError; InvalidInput  sfreq is not finite and > 0
meeg::Annotations read_annotations_brainvision(const std::filesystem::path& path, std::optional<double> sfreq = {},
                                               bool ignore_marker_types = false);

struct WriteBrainVisionOptions {
    bool overwrite = false;
};
/// Header, markers and samples beside each other: 32-bit floats, all channels of a sample together, in µV for channels
/// in volts. Annotations "Stimulus/S  1" and "Response/R  1" become markers of those types, others comments; one of
/// several channels becomes a marker of each.
/// @throws InvalidInput  samples too large for 32 bits (NaN and infinities are kept), or no channel
/// @throws FileError     path does not end in .vhdr, or a file can't be written
void write_raw_brainvision(const meeg::Raw& raw, const std::filesystem::path& path,
                           const WriteBrainVisionOptions& options = {});

}  // namespace ranvier::formats
