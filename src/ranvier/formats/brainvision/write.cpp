#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/brainvision/brainvision.hpp"
#include "ranvier/formats/brainvision/text.hpp"
#include "ranvier/formats/plain/date.hpp"
#include "ranvier/formats/plain/write.hpp"

namespace ranvier::formats {

namespace {

using brainvision::without_commas;

constexpr std::string_view line_end = "\r\n";

struct WrittenUnit {
    std::string symbol;
    double scale = 1;  ///< numbers of the file per SI unit
};
WrittenUnit unit_of(const meeg::Channel& channel) {
    if (channel.unit == meeg::Unit::V) {
        return {"µV", 1e6};
    }
    if (channel.unit == meeg::Unit::celsius) {
        return {"C", 1};
    }
    const std::string symbol(meeg::symbol(channel.unit));
    return {symbol.empty() ? "n/a" : symbol, 1};
}

/// Microseconds between samples, as the text from which readers compute this very rate.
std::string interval_text(double sfreq) {
    const double interval = 1e6 / sfreq;
    for (const double near : {interval, std::nextafter(interval, 0.0), std::nextafter(interval, 2 * interval)}) {
        if (1e6 / near == sfreq) {
            return text_of(near);
        }
    }
    return text_of(interval);
}

std::string head_of(const std::string& first, const std::string& data) {
    std::string out(first);
    out.append(line_end).append(line_end).append("[Common Infos]").append(line_end);
    out.append("Codepage=UTF-8").append(line_end).append("DataFile=" + data).append(line_end);
    return out;
}

/// Places as radius [mm], polar angle and azimuth [°], where every electrode has one; 0,0,0 is the format's way to say
/// that a channel in volts is no electrode. Readers would doubt a channel that is left out.
std::string coordinates(const meeg::Info& info) {
    std::string out = "[Coordinates]" + std::string(line_end);
    bool any = false;
    for (std::size_t k = 0; k < info.channels.size(); ++k) {
        const meeg::Channel& channel = info.channels[k];
        const bool electrode = meeg::is_electrode(channel.type());
        if (electrode && !channel.has_position()) {
            return "";
        }
        if (!electrode && (channel.unit != meeg::Unit::V || channel.name == "STI 014")) {
            continue;
        }
        any = any || electrode;
        const auto [x, y, z] = electrode ? channel.position() : std::array<double, 3>{0, 0, 0};
        const double degree = 180 / std::numbers::pi;
        const double radius = std::sqrt(x * x + y * y + z * z);
        const double polar = radius > 0 ? std::acos(z / radius) * degree : 0;
        out += "Ch" + text_of(k + 1) + "=" + text_of(radius * 1e3) + "," + text_of(polar) + "," +
               text_of(std::atan2(y, x) * degree);
        out += line_end;
    }
    return any ? out + std::string(line_end) : "";
}

std::string header_text(const meeg::Raw& raw, const std::string& stem) {
    std::string out = head_of("Brain Vision Data Exchange Header File Version 1.0", stem + ".eeg");
    const auto line = [&](const std::string& text) { out.append(text).append(line_end); };
    line("MarkerFile=" + stem + ".vmrk");
    line("DataFormat=BINARY");
    line("DataOrientation=MULTIPLEXED");
    line("DataType=TIMEDOMAIN");
    line("NumberOfChannels=" + text_of(raw.info.n_channels()));
    line("DataPoints=" + text_of(raw.n_samples()));
    line("SamplingInterval=" + interval_text(raw.info.sfreq));
    line("");
    line("[Binary Infos]");
    line("BinaryFormat=IEEE_FLOAT_32");
    line("");
    line("[Channel Infos]");
    for (std::size_t k = 0; k < raw.info.channels.size(); ++k) {
        const meeg::Channel& channel = raw.info.channels[k];
        line("Ch" + text_of(k + 1) + "=" + without_commas(channel.name) + ",,1," + unit_of(channel).symbol);
    }
    line("");
    return out + coordinates(raw.info);
}

/// Type and description of an annotation: types that recorders write keep theirs, all else is a comment.
std::pair<std::string, std::string> marker_of(const std::string& description) {
    constexpr std::array<std::string_view, 9> types{"Stimulus", "Response", "Comment",    "Event",      "Optic",
                                                    "Trigger",  "Time 0",   "SyncStatus", "New Segment"};
    const std::size_t slash = description.find('/');
    const std::string type = description.substr(0, slash);
    return slash != std::string::npos && std::ranges::find(types, type) != types.end()
               ? std::pair(type, description.substr(slash + 1))
               : std::pair(std::string("Comment"), description);
}

std::string date_text(const std::optional<meeg::MeasurementDate>& date) {
    if (!date) {
        return "00000000000000000000";
    }
    const CalendarTime at = calendar_time(date->seconds);
    require(at.year >= 1 && at.year <= 9999, "BrainVision holds dates of the years 1 to 9999; meas_date is in ",
            at.year);
    return digits(at.year, 4) + digits(at.month, 2) + digits(at.day, 2) + digits(at.hour, 2) + digits(at.minute, 2) +
           digits(at.second, 2) + digits(static_cast<int>(date->microseconds), 6);
}

std::string marker_text(const meeg::Raw& raw, const std::string& stem) {
    std::string out = head_of("Brain Vision Data Exchange Marker File, Version 1.0", stem + ".eeg");
    const auto line = [&](const std::string& text) { out.append(text).append(line_end); };
    line("");
    line("[Marker Infos]");
    index number = 0;
    const auto marker = [&](const std::string& rest) { line("Mk" + text_of(++number) + "=" + rest); };
    marker("New Segment,,1,1,0," + date_text(raw.info.meas_date));
    for (const meeg::Annotation& item : raw.annotations.items) {
        const auto [type, description] = marker_of(item.description);
        const double onset = (item.onset - raw.first_time()) * raw.info.sfreq;
        const index position =
            std::clamp<index>(static_cast<index>(std::nearbyint(onset)), 0, std::max<index>(raw.n_samples() - 1, 0)) +
            1;
        const auto size = static_cast<index>(std::nearbyint(item.duration * raw.info.sfreq));
        std::vector<index> channels{0};  // all
        if (!item.channels.empty()) {
            channels = meeg::channel_indices(raw.info, item.channels);
            std::ranges::transform(channels, channels.begin(), [](index k) { return k + 1; });
        }
        for (const index channel : channels) {
            marker(without_commas(type) + "," + without_commas(description) + "," + text_of(position) + "," +
                   text_of(size) + "," + text_of(channel));
        }
    }
    return out;
}

}  // namespace

void write_raw_brainvision(const meeg::Raw& raw, const std::filesystem::path& path,
                           const WriteBrainVisionOptions& options) {
    if (lower_case(path.extension().string()) != ".vhdr") {
        throw FileError(path, FileError::no_offset,
                        "must end in .vhdr, because a BrainVision header is what is written there");
    }
    require(raw.info.n_channels() > 0, "a BrainVision recording needs at least one channel");
    meeg::check(raw.info);
    warn_of_lost_types(raw.info, "BrainVision");
    const std::string stem = path.stem().string();
    const auto sibling = [&](const char* ending) { return path.parent_path() / (stem + ending); };
    check_goal(path, options.overwrite);
    OutputFile data(sibling(".eeg"), options.overwrite), markers(sibling(".vmrk"), options.overwrite),
        header(path, options.overwrite);
    std::vector<double> scales;
    for (const meeg::Channel& channel : raw.info.channels) {
        scales.push_back(unit_of(channel).scale);
    }
    write_interleaved(raw, meeg::pick_all(raw.info), scales, data);
    markers.write(marker_text(raw, stem));
    header.write(header_text(raw, stem));
    data.commit();  // the header last: where it is, the others are
    markers.commit();
    header.commit();
}

}  // namespace ranvier::formats
