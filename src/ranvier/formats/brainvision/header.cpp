#include "ranvier/formats/brainvision/header.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats::brainvision {

namespace {

constexpr index most_channels = 100'000;  // more than any amplifier has; a header may ask for no more memory
constexpr double head_radius = 0.095;     // [m] MNE-Python's, for places on a sphere of radius 1

struct UnitScale {
    std::string_view symbol;
    double scale;
};
/// What one of a unit is in SI units; units that are not here count as they are.
constexpr UnitScale unit_scales[] = {{"V", 1},     {"mV", 1e-3}, {"µV", 1e-6}, {"μV", 1e-6}, {"uV", 1e-6},
                                     {"nV", 1e-9}, {"µS", 1e-6}, {"μS", 1e-6}, {"uS", 1e-6}};

double scale_of(const std::string& unit) {
    const auto* const found = std::ranges::find(unit_scales, unit, &UnitScale::symbol);
    return found == std::end(unit_scales) ? 1 : found->scale;
}

std::optional<double> number(std::string_view text) {
    const auto value = number_in<double>(text.substr(text.starts_with('+') ? 1 : 0));
    return value && std::isfinite(*value) ? value : std::nullopt;
}

const Section& common_section(const Text& text) {
    const Section* common = text.find("Common Infos");
    if (common == nullptr) {
        text.fail("there is no section [Common Infos]");
    }
    return *common;
}

/// What the header lacks, and the override, as Python writes it, that gives it.
[[noreturn]] void lacks(const Text& text, const std::string& section, const std::string& key, const std::string& what,
                        const std::string& override_text) {
    throw IncompleteHeader(text.path, text.bytes, section, key, what + "; overrides={" + override_text);
}

/// @param override_text  name and value of the override that does without
const Entry& needed(const Text& text, const Section& section, const std::string& key,
                    const std::string& override_text) {
    const Entry* entry = section.find(key);
    if (entry == nullptr) {
        lacks(text, section.name, key, "[" + section.name + "] has no " + key, override_text + "} gives it");
    }
    return *entry;
}

index count(const Text& text, const Entry& entry, index least) {
    const auto value = number_in<index>(entry.value);
    if (!value || *value < least) {
        text.fail(entry, entry.key + " must be a whole number >= " + text_of(least) + "; got '" + entry.value + "'");
    }
    return *value;
}

double rate(const Text& text) {
    const Entry& entry = needed(text, common_section(text), "SamplingInterval", "'sfreq': …");
    const auto interval = number(entry.value);  // [µs]
    if (!interval || !(*interval >= 1e-3 && *interval <= 1e9)) {
        text.fail(entry,
                  "SamplingInterval must be a number of microseconds from 0.001 to 1e9; got '" + entry.value + "'");
    }
    return 1e6 / *interval;
}

/// The value of a key that an override may replace, among `words`; their position.
std::size_t choice(const Text& text, const std::string& section_name, const std::string& key,
                   const std::string& override_name, const std::optional<std::string>& override_value,
                   const std::vector<std::string>& words) {
    std::string value = override_value.value_or("");
    const Entry* entry = nullptr;
    if (!override_value) {
        const Section* section = text.find(section_name);
        if (section == nullptr) {
            text.fail("there is no section [" + section_name + "]");
        }
        entry = &needed(text, *section, key, "'" + override_name + "': '" + words.front() + "'");
        value = entry->value;
    }
    const auto found = std::ranges::find(words, value);
    if (found == words.end()) {
        const std::string rule = key + " must be one of " + joined(words) + "; got '" + value + "'";
        require(entry != nullptr, rule);
        text.fail(*entry, rule);
    }
    return static_cast<std::size_t>(found - words.begin());
}

/// A file that the header names. One that was renamed is looked for under its name without folders, as they are on
/// another machine, and under the header's own name with one of `endings`.
std::optional<std::filesystem::path> beside(const Text& text, std::string name, const std::string& key,
                                            const std::vector<std::string>& endings, const std::string& without) {
    const std::string stem = text.path.stem().string();
    if (const std::size_t at = name.find("$b"); at != std::string::npos) {
        name.replace(at, 2, stem);
    }
    const std::filesystem::path folder = text.path.parent_path();
    std::vector<std::filesystem::path> places{folder / name, folder / name.substr(name.find_last_of("/\\") + 1)};
    for (const std::string& ending : endings) {
        places.push_back(folder / (stem + ending));
    }
    for (const std::filesystem::path& place : places) {
        std::error_code none;
        if (std::filesystem::is_regular_file(place, none)) {
            if (place != places[0]) {
                warn(text.path.string() + ": " + key + " '" + name + "' is not there; '" + place.filename().string() +
                     "' is read instead");
            }
            return place;
        }
    }
    std::string tried;
    for (std::size_t k = 2; k < places.size(); ++k) {
        tried += (k == 2 ? "" : ", ") + ("'" + places[k].filename().string() + "'");
    }
    const std::string what = key + " '" + name + "' is not there, nor is " + tried;
    if (without.empty()) {
        throw FileError(text.path, FileError::no_offset,
                        what + "; put the file beside the header, or name it: overrides={'data_fname': …}");
    }
    warn(text.path.string() + ": " + what + "; " + without);
    return {};
}

/// The number that a key such as "Ch12" ends in; nothing for other keys.
std::optional<index> channel_number(const std::string& key) {
    return lower_case(key).starts_with("ch") ? number_in<index>(std::string_view(key).substr(2)) : std::nullopt;
}

void describe(const Text& text, const Entry& entry, ChannelText& channel) {
    if (channel.described) {
        text.fail(entry, "channel " + entry.key + " is described twice");
    }
    const auto fields = split(entry.value, ',');
    if (fields.size() < 3) {
        text.fail(entry, entry.key + " must hold name, reference and resolution; got '" + entry.value + "'");
    }
    channel.described = true;
    channel.name = with_commas(trimmed(fields[0]));
    channel.unit = fields.size() > 3 ? std::string(trimmed(fields[3])) : "";
    // UTF-8 that was taken for Latin-1 once puts a letter before the µ
    if (const std::size_t at = channel.unit.find("Â"); at != std::string::npos) {
        channel.unit.erase(at, std::string_view("Â").size());
    }
    channel.unit = channel.unit.empty() ? "µV" : channel.unit;
    channel.unit_scale = scale_of(channel.unit);
    if (const std::string_view resolution = trimmed(fields[2]); !resolution.empty()) {
        const auto value = number(resolution);
        if (!value) {
            text.fail(entry,
                      "the resolution of " + entry.key + " must be a number; got '" + std::string(resolution) + "'");
        }
        channel.resolution = *value;
        if (*value == 0) {
            warn(text.path.string() + ": the resolution of channel '" + channel.name +
                 "' is 0, and so are its samples");
        }
    }
}

/// Spherical coordinates on the head: radius [mm], or 1 for a head of average size, polar angle and azimuth [°].
void place(const Text& text, const Entry& entry, ChannelText& channel) {
    const auto fields = split(entry.value, ',');
    std::array<double, 3> values{};
    for (std::size_t k = 0; k < 3; ++k) {
        const auto value = k < fields.size() ? number(trimmed(fields[k])) : std::nullopt;
        if (!value || fields.size() != 3) {
            text.fail(entry, "coordinates must be three numbers: radius, theta, phi; got '" + entry.value + "'");
        }
        values[k] = *value;
    }
    const double radius = values[0] == 1 ? head_radius * 1000 : values[0];  // [mm]
    const double polar = values[1] * (std::numbers::pi / 180), azimuth = values[2] * (std::numbers::pi / 180);
    const double flat = radius * std::sin(polar);
    channel.place = {flat * std::cos(azimuth) / 1e3, flat * std::sin(azimuth) / 1e3, radius * std::cos(polar) / 1e3};
}

void read_channels(Header& header, const BrainVisionOverrides& overrides) {
    const Text& text = header.text;
    const index n = overrides.n_channels
                        ? *overrides.n_channels
                        : count(text, needed(text, common_section(text), "NumberOfChannels", "'n_channels': …"), 1);
    if (n > most_channels) {
        text.fail("NumberOfChannels must be <= " + text_of(most_channels) + "; got " + text_of(n));
    }
    header.channels.resize(static_cast<std::size_t>(n));
    const Section* infos = text.find("Channel Infos");
    index beyond = 0;
    for (const Entry& entry : infos ? infos->entries : std::vector<Entry>{}) {
        const auto number = channel_number(entry.key);
        if (!number || *number < 1) {
            text.fail(entry, "a key of [Channel Infos] must be Ch and a number from 1; got '" + entry.key + "'");
        }
        if (*number > n) {
            ++beyond;
            if (!overrides.n_channels) {
                text.fail(entry, "there are " + text_of(n) + " channels (NumberOfChannels), and " + entry.key +
                                     " is described");
            }
            continue;
        }
        describe(text, entry, header.channels[static_cast<std::size_t>(*number - 1)]);
    }
    if (beyond > 0) {
        warn(text.path.string() + ": overrides say that there are " + text_of(n) + " channels; " + text_of(beyond) +
             " more that are described are left out");
    }
    std::vector<std::string> missing;
    for (std::size_t k = 0; k < header.channels.size(); ++k) {
        ChannelText& channel = header.channels[k];
        if (!channel.described) {
            missing.push_back("Ch" + text_of(k + 1));
            channel.unit = overrides.units_fallback.value_or("");
            channel.unit_scale = scale_of(channel.unit);
            channel.name = "Ch" + text_of(k + 1);
        } else if (channel.name.empty()) {
            channel.name = "Ch" + text_of(k + 1);
        }
    }
    if (!missing.empty() && !overrides.units_fallback) {
        missing.resize(std::min<std::size_t>(missing.size(), 10));
        lacks(text, "Channel Infos", missing.front(),
              "[Channel Infos] does not describe every channel; missing are " + joined(missing),
              "'units_fallback': 'µV'} reads them in that unit");
    }
    const Section* coordinates = text.find("Coordinates");
    for (const Entry& entry : coordinates ? coordinates->entries : std::vector<Entry>{}) {
        const auto number = channel_number(entry.key);
        if (!number || *number < 1) {
            text.fail(entry, "a key of [Coordinates] must be Ch and a number from 1; got '" + entry.key + "'");
        }
        if (*number <= n) {
            place(text, entry, header.channels[static_cast<std::size_t>(*number - 1)]);
        }
    }
    if (header.hidden_last) {
        ChannelText& own = header.channels.emplace_back();
        own.name = "AHDR_CHANNEL";
        own.unit = "V";
        own.described = true;
    }
    if (!overrides.ch_names.empty()) {
        require(std::ssize(overrides.ch_names) == n, "overrides['ch_names'] must hold one name per channel (", n,
                "); got ", std::ssize(overrides.ch_names));
        for (std::size_t k = 0; k < overrides.ch_names.size(); ++k) {
            require(std::ranges::count(overrides.ch_names, overrides.ch_names[k]) == 1,
                    "overrides['ch_names'] must differ from each other; got '", overrides.ch_names[k], "' twice");
            header.channels[k].name = overrides.ch_names[k];
        }
    }
}

}  // namespace

bool ChannelText::in_volts() const {
    return unit.size() <= 3 && unit.ends_with("V") && (unit == "V" || unit_scale != 1);
}

double sampling_rate_of(const std::filesystem::path& path) { return rate(text_of_file(path, "Header")); }

Header header_of(const std::filesystem::path& path, const BrainVisionOverrides& overrides) {
    const std::string extension = lower_case(path.extension().string());
    if (extension != ".vhdr" && extension != ".ahdr") {
        throw FileError(path, FileError::no_offset,
                        "is not the header of a BrainVision recording, which ends in .vhdr or .ahdr: name that file, "
                        "and the others are found");
    }
    Header header;
    header.text = text_of_file(path, "Header");
    const Text& text = header.text;
    const Section& common = common_section(text);
    header.sfreq = overrides.sfreq ? *overrides.sfreq : rate(text);
    if (const Entry* type = common.find("DataType"); type && type->value != "TIMEDOMAIN") {
        text.fail(*type, "DataType must be TIMEDOMAIN; got '" + type->value + "', which is no recording");
    }
    header.by_channel = choice(text, "Common Infos", "DataOrientation", "data_orientation", overrides.data_orientation,
                               {"MULTIPLEXED", "VECTORIZED"}) == 1;
    header.ascii =
        choice(text, "Common Infos", "DataFormat", "data_format", overrides.data_format, {"BINARY", "ASCII"}) == 1;
    if (header.ascii) {
        if (const Section* lines = text.find("ASCII Infos")) {
            const Entry* point = lines->find("DecimalSymbol");
            header.lines.point = point && point->value == "," ? ',' : '.';
            for (const auto& [key, goal] : {std::pair("SkipLines", &header.lines.skip_lines),
                                            std::pair("SkipColumns", &header.lines.skip_columns)}) {
                if (const Entry* entry = lines->find(key)) {
                    *goal = count(text, *entry, 0);
                }
            }
        }
    } else {
        using enum NumberType;
        header.type =
            std::array{i16, i32, f32, u16,
                       f64}[choice(text, "Binary Infos", "BinaryFormat", "binary_format", overrides.binary_format,
                                   {"INT_16", "INT_32", "IEEE_FLOAT_32", "UINT_16", "IEEE_FLOAT_64"})];
        const Section* binary = text.find("Binary Infos");
        const Entry* order = binary ? binary->find("UseBigEndianOrder") : nullptr;
        header.big_endian = order && upper_case(order->value) == "YES";
    }
    header.hidden_last = extension == ".ahdr";
    read_channels(header, overrides);
    if (const Entry* points = common.find("DataPoints")) {
        header.points = count(text, *points, 0);
    }
    const std::string data =
        overrides.data_fname ? *overrides.data_fname : needed(text, common, "DataFile", "'data_fname': …").value;
    header.data = *beside(text, data, "DataFile", {".eeg", ".dat", ".avg"}, "");
    const Entry* marker = common.find("MarkerFile");
    const std::string markers = overrides.marker_fname ? *overrides.marker_fname : marker ? marker->value : "";
    if (!markers.empty()) {
        header.markers =
            beside(text, markers, "MarkerFile", {header.hidden_last ? ".amrk" : ".vmrk"}, "it has no annotations");
    }
    return header;
}

}  // namespace ranvier::formats::brainvision
