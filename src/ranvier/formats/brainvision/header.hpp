#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/formats/brainvision/brainvision.hpp"
#include "ranvier/formats/brainvision/text.hpp"
#include "ranvier/formats/plain/source.hpp"

namespace ranvier::formats::brainvision {

/// One channel as its header describes it. value = number · resolution · unit_scale, in SI units.
struct ChannelText {
    std::string name;
    std::string unit;  ///< as in the file; "µV" where it says none
    double resolution = 1;
    double unit_scale = 1;                       ///< 1 where the unit is none that is known
    bool described = false;                      ///< the header has a line for it
    std::optional<std::array<double, 3>> place;  ///< [m]; at the origin: unknown
    bool in_volts() const;
};

/// How samples are written as text.
struct AsciiLayout {
    char point = '.';
    index skip_lines = 0, skip_columns = 0;
};

/// A checked header; `channels` are those of the file, of which an .ahdr has one that it does not describe.
struct Header {
    Text text;
    double sfreq = 0;  // [Hz]
    std::vector<ChannelText> channels;
    bool hidden_last = false;  ///< the last channel is V-Amp's own
    std::filesystem::path data;
    std::optional<std::filesystem::path> markers;
    bool ascii = false;
    AsciiLayout lines;
    NumberType type = NumberType::i16;
    bool big_endian = false;
    bool by_channel = false;
    std::optional<index> points;  ///< samples, where the header says how many
};

/// @throws FileError, InvalidInput
Header header_of(const std::filesystem::path& path, const BrainVisionOverrides& overrides);
/// The rate alone. @throws FileError
double sampling_rate_of(const std::filesystem::path& path);

/// Sets highpass and lowpass from the recorder's table of channels, or of software filters, in the header's comment.
void set_filters(meeg::Info& info, const Header& header);
std::vector<Impedance> impedances_of(const Header& header);

struct Markers {
    meeg::Annotations annotations;
    std::optional<meeg::MeasurementDate> date;
};
Markers markers_of(const std::filesystem::path& path, double sfreq, bool ignore_types);

/// All samples of a file of text, as doubles, channel after channel. @throws FileError
std::vector<double> ascii_samples(const Header& header);

}  // namespace ranvier::formats::brainvision
