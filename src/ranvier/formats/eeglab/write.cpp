#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/eeglab/eeglab.hpp"
#include "ranvier/formats/plain/write.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::formats {

namespace {

constexpr double to_microvolts = 1e6;  // EEGLAB has no unit but this one
constexpr std::size_t header_bytes = 128;

// -- elements of MATLAB's format, little-endian

std::string word(std::uint32_t value) {
    std::string out;
    for (int shift = 0; shift < 32; shift += 8) {
        out += static_cast<char>(value >> shift & 0xFF);
    }
    return out;
}

std::string padded(std::string bytes) {
    bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
    return bytes;
}

std::string element(std::uint32_t type, const std::string& bytes) {
    return padded(word(type) + word(static_cast<std::uint32_t>(bytes.size())) + bytes);
}

/// What a matrix says before its values. @param value_bytes  how long those are, with the words before them
std::string matrix_head(std::uint32_t matrix_class, const std::vector<index>& extents, const std::string& name,
                        std::size_t value_bytes) {
    std::string sizes;
    for (const index extent : extents) {
        sizes += word(static_cast<std::uint32_t>(extent));
    }
    const std::string head = element(6, word(matrix_class) + word(0)) + element(5, sizes) + element(1, name);
    return word(14) + word(static_cast<std::uint32_t>(head.size() + value_bytes)) + head;
}

std::string matrix(std::uint32_t matrix_class, const std::vector<index>& extents, const std::string& name,
                   const std::string& values) {
    return matrix_head(matrix_class, extents, name, values.size()) + values;
}

std::string doubles(const std::vector<double>& values, const std::vector<index>& extents) {
    std::string bytes;
    for (const double value : values) {
        const auto bits = std::bit_cast<std::uint64_t>(value);
        bytes += word(static_cast<std::uint32_t>(bits)) + word(static_cast<std::uint32_t>(bits >> 32));
    }
    return matrix(6, extents, "", element(9, bytes));
}
std::string number(double value) { return doubles({value}, {1, 1}); }
/// A number, or nothing where it is none.
std::string number_or_empty(double value) { return std::isfinite(value) ? number(value) : doubles({}, {0, 0}); }
std::string row(const std::vector<double>& values) { return doubles(values, {1, std::ssize(values)}); }
std::string empty() { return doubles({}, {0, 0}); }

std::string text(std::string_view letters) {
    const bool ascii = std::ranges::all_of(letters, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    std::string units;
    index n = 0;
    const auto unit = [&](std::uint32_t value) {
        units += static_cast<char>(value & 0xFF);
        units += static_cast<char>(value >> 8 & 0xFF);
        ++n;
    };
    while (!letters.empty()) {
        const auto [code, length] = first_character(letters);
        if (code >= 0x10000) {
            unit(0xD800 + ((code - 0x10000) >> 10));
            unit(0xDC00 + ((code - 0x10000) & 0x3FF));
        } else {
            unit(length == 0 ? 0xFFFD : code);
        }
        letters.remove_prefix(std::max<std::size_t>(length, 1));
    }
    // letters beyond ASCII as UTF-16, as MATLAB writes them; plain 16-bit numbers have no agreed meaning for those
    return matrix(4, {n == 0 ? 0 : 1, n}, "", element(ascii ? 4 : 17, units));
}

/// A structure's values, which follow its names, element by element.
struct Structure {
    std::vector<std::string> names;
    std::vector<std::string> values;
    std::string head() const {
        std::string all;
        for (std::string name : names) {
            name.resize(32, '\0');
            all += name;
        }
        // the length of names is a short element: size and type share a word
        return word(4u << 16 | 5u) + word(32) + element(1, all);
    }
    std::string written(const std::string& name = "") const {
        const index n = names.empty() ? 0 : std::ssize(values) / std::ssize(names);
        return matrix(2, {1, n}, name, head() + joined(values, ""));
    }
};

// -- EEGLAB's fields

/// Places along EEGLAB's axes, x to the nose and y to the left ear [mm], as coordinates and as the two kinds of angles
/// that it draws from.
std::string channels(const meeg::Info& info) {
    Structure out{
        {"labels", "type", "theta", "radius", "X", "Y", "Z", "sph_theta", "sph_phi", "sph_radius", "urchan", "ref"},
        {}};
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        const meeg::Channel& channel = info.channels[k];
        const double nan = std::numeric_limits<double>::quiet_NaN(), degree = 180 / std::numbers::pi;
        const bool known = channel.has_position();
        const meeg::Point r = channel.position();
        const meeg::Point p = known ? meeg::Point{r[1] * 1e3, -r[0] * 1e3, r[2] * 1e3} : meeg::Point{nan, nan, nan};
        const double azimuth = std::atan2(p[1], p[0]) * degree,
                     elevation = std::atan2(p[2], std::hypot(p[0], p[1])) * degree;
        for (const std::string& value :
             {text(channel.name), text(upper_case(meeg::name(channel.type()))), number_or_empty(-azimuth),
              number_or_empty(0.5 - elevation / 180), number_or_empty(p[0]), number_or_empty(p[1]),
              number_or_empty(p[2]), number_or_empty(azimuth), number_or_empty(elevation),
              number_or_empty(meeg::norm(p)), number(static_cast<double>(k + 1)), text("")}) {
            out.values.push_back(value);
        }
    }
    return out.written();
}

/// Where the samples go: into the file, or beside it.
struct Goal {
    std::filesystem::path set, fdt;
    std::int64_t sample_bytes = 0;
    bool apart = false, overwrite = false;
};

Goal goal_of(const std::filesystem::path& path, std::int64_t numbers, std::int64_t points,
             const WriteEeglabOptions& options) {
    if (lower_case(path.extension().string()) != ".set") {
        throw FileError(path, FileError::no_offset,
                        "must end in .set, because EEGLAB's format is what is written there");
    }
    Goal goal{path, path.parent_path() / (path.stem().string() + ".fdt"), numbers * 4,
              numbers * 4 + points * 8 > options.largest, options.overwrite};
    require(points < std::int64_t{1} << 28, "EEGLAB's files hold at most 268,435,455 samples of a channel; crop first");
    check_goal(path, options.overwrite);
    if (goal.apart) {
        check_goal(goal.fdt, options.overwrite);
    }
    return goal;
}

/// All of EEG: what is said of the recording, with the samples, which `samples` writes, where they belong.
template <class Samples>
void write_set(const Goal& goal, const meeg::Info& info, const std::vector<index>& extents, double tmin,
               const std::string& events, const std::string& epochs, const Samples& samples) {
    const index points = extents[1], trials = extents.size() > 2 ? extents[2] : 1;
    std::vector<double> times;  // [ms]
    for (index k = 0; k < points; ++k) {
        times.push_back((tmin + static_cast<double>(k) / info.sfreq) * 1e3);
    }
    const std::vector<std::pair<std::string, std::string>> before{
        {"setname", text(goal.set.stem().string())},
        {"filename", text(goal.set.filename().string())},
        {"filepath", text("")},
        {"subject", text("")},
        {"group", text("")},
        {"condition", text("")},
        {"session", empty()},
        {"comments", text("")},
        {"nbchan", number(static_cast<double>(extents[0]))},
        {"trials", number(static_cast<double>(trials))},
        {"pnts", number(static_cast<double>(points))},
        {"srate", number(info.sfreq)},
        {"xmin", number(tmin)},
        {"xmax", number(tmin + static_cast<double>(points - 1) / info.sfreq)},
        {"times", row(times)}};
    std::vector<std::pair<std::string, std::string>> after;
    for (const char* name : {"icaact", "icawinv", "icasphere", "icaweights", "icachansind"}) {
        after.emplace_back(name, empty());
    }
    after.emplace_back("chanlocs", channels(info));
    after.emplace_back("urchanlocs", empty());
    after.emplace_back("chaninfo", Structure{{"plotrad", "shrink", "nosedir", "nodatchans", "icachansind"},
                                             {empty(), empty(), text("+X"), empty(), empty()}}
                                       .written());
    after.emplace_back("ref", text("common"));
    after.emplace_back("event", events);
    after.emplace_back("urevent", empty());
    after.emplace_back("eventdescription", matrix(1, {0, 0}, "", ""));
    after.emplace_back("epoch", epochs);
    after.emplace_back("epochdescription", matrix(1, {0, 0}, "", ""));
    for (const char* name : {"reject", "stats", "specdata", "specicaact", "splinefile", "icasplinefile", "dipfit"}) {
        after.emplace_back(name, empty());
    }
    after.emplace_back("history", text(""));
    after.emplace_back("saved", text("yes"));
    after.emplace_back("etc", empty());

    Structure eeg;
    std::string front, back;
    for (const auto& [name, value] : before) {
        eeg.names.push_back(name);
        front += value;
    }
    eeg.names.emplace_back("data");
    const bool apart = goal.apart;
    if (apart) {
        front += text(goal.fdt.filename().string());
        eeg.names.emplace_back("datfile");
        back += text(goal.fdt.filename().string());
    }
    for (const auto& [name, value] : after) {
        eeg.names.push_back(name);
        back += value;
    }
    const auto sample_bytes = static_cast<std::size_t>(goal.sample_bytes);
    const std::size_t rounded = (sample_bytes + 7) / 8 * 8;
    const std::string data =
        apart ? ""
              : matrix_head(7, extents, "", 8 + rounded) + word(7) + word(static_cast<std::uint32_t>(sample_bytes));
    const std::size_t inside = eeg.head().size() + front.size() + data.size() + (apart ? 0 : rounded) + back.size();

    std::string header = "MATLAB 5.0 MAT-file, Platform: ranvier, Created by: Ranvier";
    header.resize(header_bytes - 12, ' ');
    header.append(8, '\0');
    header += {'\0', '\1', 'I', 'M'};

    OutputFile file(goal.set, goal.overwrite);
    std::optional<OutputFile> fdt;
    if (apart) {
        fdt.emplace(goal.fdt, goal.overwrite);
    }
    file.write(header + matrix_head(2, {1, 1}, "EEG", inside) + eeg.head() + front + data);
    samples(apart ? *fdt : file);
    file.write(std::string(apart ? 0 : rounded - sample_bytes, '\0') + back);
    if (fdt) {
        fdt->commit();  // the .set file last: where it is, its samples are
    }
    file.commit();
}

std::vector<double> scales_of(const meeg::Info& info) {
    return std::vector<double>(info.channels.size(), to_microvolts);
}

}  // namespace

void write_raw_eeglab(const meeg::Raw& raw, const std::filesystem::path& path, const WriteEeglabOptions& options) {
    require(raw.info.n_channels() > 0, "a recording of EEGLAB needs at least one channel");
    meeg::check(raw.info);
    warn_of_lost_types(raw.info, "EEGLAB");
    const Goal goal = goal_of(path, raw.info.n_channels() * raw.n_samples(), raw.n_samples(), options);
    if (std::ranges::any_of(raw.annotations.items, [](const auto& item) { return !item.channels.empty(); })) {
        warn("EEGLAB's events have no channels: those of annotations are not written");
    }
    Structure events{{"type", "latency", "duration", "urevent"}, {}};
    for (const meeg::Annotation& item : raw.annotations.items) {
        const double onset = item.onset - raw.first_time();
        for (const std::string& value : {text(item.description), number(onset * raw.info.sfreq + 1),
                                         number(item.duration * raw.info.sfreq), empty()}) {
            events.values.push_back(value);
        }
    }
    write_set(goal, raw.info, {raw.info.n_channels(), raw.n_samples()}, 0,
              events.values.empty() ? empty() : events.written(), empty(),
              [&](OutputFile& file) { write_interleaved(raw, meeg::pick_all(raw.info), scales_of(raw.info), file); });
}

void write_epochs_eeglab(const meeg::Epochs& given, const std::filesystem::path& path,
                         const WriteEeglabOptions& options) {
    meeg::Epochs room;
    const meeg::Epochs& epochs = meeg::loaded(given, room);
    const index n = epochs.n_epochs(), points = epochs.n_times, channels = epochs.info.n_channels();
    require(n > 1, "EEGLAB calls a file with one epoch a recording: there must be at least 2; got ", n);
    require(channels > 0, "epochs of EEGLAB need at least one channel");
    meeg::check(epochs.info);
    warn_of_lost_types(epochs.info, "EEGLAB");
    const Goal goal = goal_of(path, channels * points * n, points, options);
    const double zero = -epochs.tmin * epochs.info.sfreq + 1;  // of time 0, counted from 1 in its epoch
    Structure events{{"type", "latency", "duration", "epoch", "urevent"}, {}},
        list{{"event", "eventtype", "eventlatency", "eventduration"}, {}};
    for (index k = 0; k < n; ++k) {
        const int code = epochs.events[static_cast<std::size_t>(k)].id;
        const auto name = std::ranges::find(epochs.event_id, code, [](const auto& pair) { return pair.second; });
        const std::string type = name == epochs.event_id.end() ? text_of(code) : name->first;
        const auto place = static_cast<double>(k + 1);
        for (const std::string& value :
             {text(type), number(static_cast<double>(k * points) + zero), number(0), number(place), number(place)}) {
            events.values.push_back(value);
        }
        for (const std::string& value : {number(place), text(type), number(0), number(0)}) {
            list.values.push_back(value);
        }
    }
    write_set(goal, epochs.info, {channels, points, n}, epochs.tmin, events.written(), list.written(),
              [&](OutputFile& file) {
                  std::string bytes;
                  for (index k = 0; k < n; ++k) {
                      bytes.clear();
                      append_interleaved(epochs.data.view()[k], scales_of(epochs.info), bytes);
                      file.write(bytes);
                  }
              });
}

}  // namespace ranvier::formats
