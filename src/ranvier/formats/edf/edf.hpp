#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/raw.hpp"

/// European Data Format: EDF, EDF+ and BDF (24 bit). @source  Kemp et al. 1992, doi:10.1016/0013-4694(92)90009-7;
/// Kemp & Olivan 2003, doi:10.1016/S1388-2457(03)00123-8
namespace ranvier::formats {

/// Whether a value is a text, a whole number, or a list of these.
bool names_or_places(const Value& value);

struct ReadEdfOptions {
    std::vector<std::string> eog, misc;
    Value stim_channel = "auto";  ///< a name, a place, or a list of them
    bool infer_types = false;
    std::vector<std::string> exclude;
    std::vector<std::string> include;
    std::map<std::string, std::string> units;
    std::string encoding = "utf8";
    bool exclude_after_unique = false;
    static Fields fields() {
        using O = ReadEdfOptions;
        const Value::List none;
        return {"read_raw_edf",
                {field("eog", &O::eog, "names of channels of that type").also(nullptr, none),
                 field("misc", &O::misc, "names of channels of that type").also(nullptr, none),
                 field("stim_channel", &O::stim_channel,
                       "trigger channels, each by its name, in any case, or its place among those read, from the end "
                       "where that is negative; 'auto': 'Status' and 'Trigger'; '': none")
                     .where("a name, a whole number or a list of them", names_or_places)
                     .also(nullptr, "")
                     .also(false, ""),
                 field("infer_types", &O::infer_types, "whether 'EEG Fp1' means type EEG, name Fp1"),
                 field("exclude", &O::exclude, "names of channels to leave out"),
                 field("include", &O::include, "names of the only channels to read; then exclude must be empty")
                     .also(nullptr, none),
                 field("units", &O::units,
                       "unit ('V', 'mV', 'uV', 'nV') by name of channels for which the file says none; a text alone "
                       "holds for all of those. Those without one are in V, with a warning where that can't be")
                     .also(nullptr, Value::Map()),
                 field("encoding", &O::encoding, "of annotations: 'utf8' or 'latin1'"),
                 field("exclude_after_unique", &O::exclude_after_unique,
                       "whether double names get their numbers before exclude is looked up")}};
    }
};

/// A recording, lazily: samples stay in the file, in which reading holds no more than a few MB at a time.
///
/// Names, types, filters, date and annotations follow MNE-Python. Signals of lower rates are brought to the highest by
/// Fourier interpolation of the whole signal; trigger channels are held. A discontinuous recording (EDF+D) is joined:
/// each joint gets an annotation "EDGE boundary" and later annotations move with their samples.
/// A file that ends early is read to its last whole record, with a warning that gives both sizes.
/// @throws FileError  damaged, without one whole record, or not EDF
/// @throws InvalidInput  options that contradict each other, or that leave no channel
meeg::Raw read_raw_edf(const std::filesystem::path& path, const ReadEdfOptions& options = {});
/// The same for BDF, whose trigger channel "Status" keeps the lower 17 bits of its codes.
meeg::Raw read_raw_bdf(const std::filesystem::path& path, const ReadEdfOptions& options = {});

/// Labels of the signals of an EDF or BDF file, those of annotations left out, in file order. @throws FileError
/// `unique`: double ones with their numbers, as read_raw_edf() gives them where it leaves none out.
std::vector<std::string> edf_labels(const std::filesystem::path& path, bool infer_types = false, bool unique = false);

/// Whether a file holds no signal but annotations; false of a header that is damaged.
bool holds_annotations_only(const std::filesystem::path& path);

/// The annotations of an EDF+ or BDF+ file alone, which needs no other signal. @throws FileError
meeg::Annotations read_annotations_edf(const std::filesystem::path& path, const std::string& encoding = "utf8");

struct WriteEdfOptions {
    bool add_channel_type = false;  ///< labels "EEG Fp1" instead of "Fp1"
    bool overwrite = false;
    /// "auto": the range of the data over all channels of a type; "channelwise": each channel's own
    std::string physical_range = "auto";
    /// Of all channels but those of trigger codes, as in the file (µV, SI units), instead of `physical_range`; samples
    /// outside are clipped, with a warning that names their channels.
    std::optional<std::pair<double, double>> range = std::nullopt;
};
/// EDF+C with annotations, 16 bit, in µV for channels in volts and in SI units for the others.
///
/// Data records last 1 s; where the last one is not full, the final sample is repeated and an annotation
/// "BAD_ACQ_SKIP" marks it. A rate that is no whole number of Hz gets records that last floor(rate)/rate seconds.
/// @throws InvalidInput  a name that is too long (16) or not ASCII, numbers that are not finite, or a range, date or
///                       rate that the format can't hold
/// @throws FileError     the file can't be written
void write_raw_edf(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options = {});
/// The same as BDF+C, 24 bit.
void write_raw_bdf(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options = {});

}  // namespace ranvier::formats
