#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/edf/annotations.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/edf/numbers.hpp"
#include "ranvier/formats/edf/patient.hpp"
#include "ranvier/formats/plain/date.hpp"
#include "ranvier/formats/plain/write.hpp"

namespace ranvier::formats {

namespace {

/// What differs between EDF and BDF.
struct Kind {
    std::string name, begins;
    int sample_bytes;
    std::string bottom;  ///< the least digital value that a sample can hold
    double top;  ///< the largest; ranges go from −top, so that the middle of the physical range is a digital value
};
const Kind edf{"EDF", "0       ", 2, "-32768", 32767}, bdf{"BDF",
                                                           "\xff"
                                                           "BIOSEMI",
                                                           3, "-8388608", 8388607};

/// One channel as it will stand in the file.
struct Written {
    std::string label, unit;
    double scale = 1;  ///< physical units per SI unit
    std::string physical_min, physical_max;
    double digital_min = 0;
    double gain = 1, offset = 0;  ///< digital = physical / gain − offset
};

bool in_volts(meeg::ChannelType type) {
    using enum meeg::ChannelType;
    return type == eeg || type == eog || type == ecg || type == emg || type == seeg || type == dbs || type == bio ||
           type == ecog || type == fnirs_cw_amplitude || type == fnirs_fd_ac_amplitude;
}

/// How the samples are cut into data records.
struct Records {
    index samples = 0;     ///< per record and channel
    std::string duration;  // [s]
    double seconds = 0;    // [s], what `duration` says
    index count = 0;
};

Records records_of(const meeg::Raw& raw, const Kind& kind) {
    Records out;
    const double sfreq = raw.info.sfreq;
    const index n = raw.n_samples();
    require(n > 0, [&] { return kind.name + " files need at least one sample"; });
    require(sfreq <= 99999999,
            [&] { return "sfreq must be <= 99999999 Hz for " + kind.name + "; got " + text_of(sfreq) + " Hz"; });
    out.samples = std::max<index>(1, static_cast<index>(std::floor(sfreq)));
    const double seconds = static_cast<double>(out.samples) / sfreq;
    out.duration = nearest_text(seconds);
    out.seconds = number_of(out.duration);
    if (out.seconds != seconds) {
        warn(kind.name + " writes the duration of a data record with eight characters: the sampling rate becomes " +
             text_of(static_cast<double>(out.samples) / out.seconds) + " Hz instead of " + text_of(sfreq) + " Hz");
    }
    out.count = (n + out.samples - 1) / out.samples;
    require(out.count <= 99999999, [&] { return kind.name + " files hold at most 99999999 data records"; });
    return out;
}

/// Reads the recording in blocks of whole data records; the last one is filled with the final sample.
/// body(first record, number of records, values of shape (channels, records · samples))
template <class Body>
void each_block(const meeg::Raw& raw, const Records& records, const Body& body) {
    const index channels = raw.info.n_channels();
    const index n = raw.n_samples();
    constexpr index block_bytes = index{32} << 20;
    const index many = std::clamp<index>(block_bytes / (8 * channels * records.samples), 1, records.count);
    Array<double, 2> block({channels, many * records.samples});

    for (index r = 0; r < records.count; r += many) {
        const index here = std::min(many, records.count - r);
        const index start = r * records.samples;
        const index real = std::min(n - start, here * records.samples);
        meeg::read_samples(raw, meeg::pick_all(raw.info), start, block.view().slice(1, 0, real));
        for (index c = 0; c < channels; ++c) {
            std::fill(&block(c, 0) + real, &block(c, 0) + here * records.samples, block(c, real - 1));
        }
        body(r, here, block);
    }
}

std::string ascii_field(const std::string& text, std::size_t length, const std::string& what) {
    if (text.size() > length) {
        throw Conflict(what + " '" + text + "' has " + text_of(text.size()) +
                       " characters, EDF and BDF have room for " + text_of(length) + "; rename it");
    }
    require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }),
            [&] { return what + " '" + text + "' must be printable ASCII in EDF and BDF; rename it"; });
    return text + std::string(length - text.size(), ' ');
}

struct Range {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    bool whole = true;  ///< all values are whole numbers
    void take(const Range& other) {
        low = std::min(low, other.low);
        high = std::max(high, other.high);
        whole = whole && other.whole;
    }
};

/// What the data reach, per channel, in physical units. @throws InvalidInput  not finite
std::vector<Range> ranges_of(const meeg::Raw& raw, const Records& records, const std::vector<Written>& written,
                             const Kind& kind) {
    std::vector<Range> ranges(written.size());
    each_block(raw, records, [&](index first, index many, const Array<double, 2>& block) {
        for (std::size_t c = 0; c < written.size(); ++c) {
            Range& range = ranges[c];
            for (index t = 0; t < many * records.samples; ++t) {
                const double value = block(static_cast<index>(c), t) * written[c].scale;
                require(std::isfinite(value), [&] {
                    return kind.name + " holds finite numbers only; channel '" + raw.info.channels[c].name + "' has " +
                           text_of(value) + " at sample " + text_of(first * records.samples + t);
                });
                range.low = std::min(range.low, value);
                range.high = std::max(range.high, value);
                range.whole = range.whole && value == std::nearbyint(value);
            }
        }
    });
    return ranges;
}

/// Sets the range of all channels but those of trigger codes, with a warning that names those that go beyond it.
void narrow(const meeg::Raw& raw, std::vector<Range>& ranges, const std::vector<Written>& written,
            const std::pair<double, double>& limits) {
    std::string clipped;
    for (std::size_t c = 0; c < ranges.size(); ++c) {
        Range& range = ranges[c];
        const meeg::Channel& channel = raw.info.channels[c];
        if (channel.type() == meeg::ChannelType::stim) {
            continue;
        }
        if (range.low < limits.first || range.high > limits.second) {
            clipped += (clipped.empty() ? "" : ", ") + channel.name + " (" + text_of(range.low) + " to " +
                       text_of(range.high) + (written[c].unit.empty() ? "" : " " + written[c].unit) + ")";
        }
        range.low = limits.first;
        range.high = limits.second;
    }
    if (!clipped.empty()) {
        warn("samples beyond physical_range, " + text_of(limits.first) + " to " + text_of(limits.second) +
             ", are clipped in " + clipped);
    }
}

void set_ranges(const meeg::Raw& raw, std::vector<Range> ranges, std::vector<Written>& written, bool by_type,
                const Kind& kind) {
    const double bottom = -kind.top - 1;
    if (by_type) {
        std::map<meeg::ChannelType, Range> of_type;
        for (std::size_t c = 0; c < ranges.size(); ++c) {
            of_type[raw.info.channels[c].type()].take(ranges[c]);
        }
        for (std::size_t c = 0; c < ranges.size(); ++c) {
            ranges[c] = of_type[raw.info.channels[c].type()];
        }
    }
    for (std::size_t c = 0; c < ranges.size(); ++c) {
        Range range = ranges[c];
        Written& channel = written[c];
        channel.digital_min = -kind.top;
        const double low_code = range.low >= bottom && range.high <= kind.top ? bottom : range.low;
        const double high_code = low_code + kind.top - bottom;
        if (raw.info.channels[c].type() == meeg::ChannelType::stim && range.whole && range.high <= high_code &&
            low_code > -1e7 && high_code < 1e8) {
            // one step per code, so that codes come back exactly
            channel.digital_min = bottom;
            channel.physical_min = plain_text(low_code);
            channel.physical_max = plain_text(high_code);
        } else {
            if (range.low == range.high) {
                range.high += std::max(1.0, std::abs(range.low) * 1e-3);
            }
            channel.physical_min = text_below(range.low);
            channel.physical_max = text_above(range.high);
        }
        const double low = number_of(channel.physical_min), high = number_of(channel.physical_max);
        channel.gain = (high - low) / (kind.top - channel.digital_min);
        channel.offset = high / channel.gain - kind.top;
        require(std::isfinite(channel.gain) && channel.gain > 0 && std::isfinite(channel.offset), [&] {
            return "the range of channel '" + raw.info.channels[c].name + "' (" + text_of(range.low) + " to " +
                   text_of(range.high) + ") can't be written with eight characters";
        });
    }
}

/// Bytes of the annotation signal for each record, all of the same length in whole samples.
std::vector<std::string> annotation_records(const meeg::Raw& raw, const Records& records, const Kind& kind) {
    std::vector<EdfTal> tals;
    const double fraction = raw.info.meas_date ? raw.info.meas_date->microseconds * 1e-6 : 0;  // [s]
    const double first = raw.first_time();
    for (const meeg::Annotation& item : raw.annotations.items) {
        require(item.duration >= 0,
                [&] { return "the duration of annotation '" + item.description + "' must be >= 0 s"; });
        require(item.description.find_first_of(std::string("\x14\x15\0", 3)) == std::string::npos, [&] {
            return "annotation '" + item.description + "' holds a character that " + kind.name +
                   "+ itself uses (0, 20 or 21)";
        });
        if (item.channels.empty()) {
            tals.push_back({item.onset - first, item.duration, {item.description}, 0});
        }
        for (const std::string& channel : item.channels) {
            tals.push_back({item.onset - first, item.duration, {item.description + "@@" + channel}, 0});
        }
    }
    const index filled = records.count * records.samples - raw.n_samples();
    if (filled > 0) {
        const double seconds = static_cast<double>(filled) / raw.info.sfreq;
        warn(kind.name + " holds whole data records of " + records.duration + " s; the last one was filled with " +
             text_of(seconds) + " s of the final sample, marked by an annotation BAD_ACQ_SKIP");
        tals.push_back({raw.duration(), seconds, {"BAD_ACQ_SKIP"}, 0});
    }
    std::stable_sort(tals.begin(), tals.end(), [](const EdfTal& a, const EdfTal& b) { return a.onset < b.onset; });
    std::vector<std::string> out;
    std::size_t longest = 0, next = 0;
    for (index r = 0; r < records.count; ++r) {
        const double start = static_cast<double>(r) * records.seconds;
        std::string bytes = tal_bytes({start + fraction, 0, {""}, r}, false);
        for (; next < tals.size() && (tals[next].onset < start + records.seconds || r + 1 == records.count); ++next) {
            EdfTal tal = tals[next];
            tal.onset += fraction;
            bytes += tal_bytes(tal, true);
        }
        longest = std::max(longest, bytes.size());
        out.push_back(std::move(bytes));
    }
    const auto step = static_cast<std::size_t>(kind.sample_bytes);
    longest = (longest + step - 1) / step * step;
    for (std::string& bytes : out) {
        bytes.resize(longest, '\0');
    }
    return out;
}

struct Dates {
    std::string day = "01.01.85", time = "00.00.00", recording = "X";
};

Dates dates_of(const meeg::Info& info, const Kind& kind) {
    Dates out;
    if (!info.meas_date) {
        return out;
    }
    const CalendarTime at = calendar_time(info.meas_date->seconds);
    require(at.year >= 1985 && at.year <= 2084, [&] {
        return kind.name + " holds dates from 1985 to 2084; meas_date is in " + text_of(at.year) +
               "; change or clear it";
    });
    out.day = digits(at.day, 2) + "." + digits(at.month, 2) + "." + digits(at.year % 100, 2);
    out.recording = long_date_text(at);
    out.time = digits(at.hour, 2) + "." + digits(at.minute, 2) + "." + digits(at.second, 2);
    return out;
}

std::string header_of(const meeg::Raw& raw, const Records& records, const std::vector<Written>& written,
                      std::size_t annotation_bytes, const Kind& kind) {
    const std::size_t n = written.size() + 1;
    require(n <= 9999, [&] { return kind.name + " files hold at most 9998 channels"; });
    const Dates dates = dates_of(raw.info, kind);
    std::string out = kind.begins;
    out += ascii_field(patient_field(meeg::subject_of(raw.info).value_or(meeg::Subject{})), 80, "patient");
    out += ascii_field("Startdate " + dates.recording + " X X X", 80, "recording");
    out += dates.day + dates.time;
    out += ascii_field(text_of(256 * (n + 1)), 8, "the size of the header");
    out += ascii_field(kind.name + "+C", 44, "format");
    out += ascii_field(text_of(records.count), 8, "the number of records");
    out += ascii_field(records.duration, 8, "the duration of a record");
    out += ascii_field(text_of(n), 4, "the number of signals");
    std::string filters = "HP:" + plain_text(raw.info.highpass) + "Hz LP:" + plain_text(raw.info.lowpass) + "Hz";
    if (raw.info.line_freq) {
        filters += " N:" + plain_text(*raw.info.line_freq) + "Hz";
    }
    // a field of all signals after the other, the annotation signal being the last
    const auto each = [&](std::size_t length, const auto& field, const std::string& last) {
        for (const Written& channel : written) {
            out += ascii_field(std::invoke(field, channel), length, "channel name");
        }
        out += ascii_field(last, length, "field");
    };
    const auto text = [](std::string value) { return [value](const Written&) { return value; }; };
    const auto digital_min = [](const Written& w) { return text_of(static_cast<int>(w.digital_min)); };
    const std::string top = text_of(static_cast<int>(kind.top));
    each(16, &Written::label, kind.name + " Annotations");
    each(80, text(""), "");
    each(8, &Written::unit, "");
    each(8, &Written::physical_min, kind.bottom);
    each(8, &Written::physical_max, top);
    each(8, digital_min, kind.bottom);
    each(8, text(top), top);
    each(80, text(filters), "");
    each(8, text(text_of(records.samples)), text_of(annotation_bytes / static_cast<std::size_t>(kind.sample_bytes)));
    each(32, text(""), "");
    return out;
}

void write(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options, const Kind& kind) {
    require(options.physical_range == "auto" || options.physical_range == "channelwise",
            "physical_range must be 'auto' or 'channelwise'; got '" + options.physical_range + "'");
    require(!options.range || (std::isfinite(options.range->first) && std::isfinite(options.range->second) &&
                               options.range->first < options.range->second),
            "physical_range must be finite and rise from its minimum to its maximum");
    require(raw.info.n_channels() > 0, [&] { return kind.name + " files need at least one channel"; });
    meeg::check(raw.info);
    warn_of_lost_types(raw.info, kind.name);
    const Records records = records_of(raw, kind);
    std::vector<Written> written;
    for (const meeg::Channel& channel : raw.info.channels) {
        Written out;
        const std::string type = upper_case(meeg::name(channel.type()));
        out.label = options.add_channel_type ? type + " " + channel.name : channel.name;
        require(out.label != kind.name + " Annotations", [&] {
            return "no channel of " + kind.name + " files may be called '" + kind.name + " Annotations'; rename it";
        });
        ascii_field(out.label, 16, "channel name");
        if (in_volts(channel.type())) {
            out.unit = "uV";
            out.scale = 1e6;
        }
        written.push_back(out);
    }
    OutputFile file(path, options.overwrite);
    std::vector<Range> ranges = ranges_of(raw, records, written, kind);
    if (options.range) {
        narrow(raw, ranges, written, *options.range);
    }
    set_ranges(raw, std::move(ranges), written, options.physical_range == "auto" && !options.range, kind);
    const std::vector<std::string> annotations = annotation_records(raw, records, kind);

    file.write(header_of(raw, records, written, annotations[0].size(), kind));
    const index samples = records.samples;
    std::string bytes;
    each_block(raw, records, [&](index first, index many, const Array<double, 2>& block) {
        bytes.clear();
        for (index r = 0; r < many; ++r) {
            for (std::size_t c = 0; c < written.size(); ++c) {
                const Written& channel = written[c];
                for (index t = r * samples; t < (r + 1) * samples; ++t) {
                    const double physical = block(static_cast<index>(c), t) * channel.scale;
                    // the rounding of the range in the header may put the outermost values half a step outside
                    const double digital = std::clamp(std::nearbyint(physical / channel.gain - channel.offset),
                                                      channel.digital_min, kind.top);
                    const auto word = static_cast<std::uint32_t>(static_cast<std::int32_t>(digital));
                    for (int b = 0; b < kind.sample_bytes; ++b) {
                        bytes += static_cast<char>(word >> (8 * b) & 0xFF);
                    }
                }
            }
            bytes += annotations[static_cast<std::size_t>(first + r)];
        }
        file.write(bytes);
    });
    file.commit();
}

void require_ending(const std::filesystem::path& path, const std::vector<std::string>& endings, const Kind& kind) {
    if (std::ranges::find(endings, lower_case(path.extension().string())) == endings.end()) {
        throw FileError(
            path, FileError::no_offset,
            "must end in " + joined(endings, " or ") + ", because " + kind.name + " is what is written there");
    }
}

}  // namespace

void write_raw_edf(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options) {
    require_ending(path, {".edf", ".rec"}, edf);
    write(raw, path, options, edf);
}

void write_raw_bdf(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEdfOptions& options) {
    require_ending(path, {".bdf"}, bdf);
    write(raw, path, options, bdf);
}

}  // namespace ranvier::formats
