#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <sstream>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/brainvision/header.hpp"

namespace ranvier::formats::brainvision {

namespace {

using Words = std::vector<std::string>;

Words words_of(const std::string& text) {
    Words words;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

/// Headings of columns, which two blanks or more part.
Words columns_of(const std::string& heading) {
    Words columns;
    for (std::size_t at = 0; at < heading.size();) {
        const std::size_t end = std::min(heading.find("  ", at), heading.size());
        columns.push_back(heading.substr(at, end - at));
        at = std::min(heading.find_first_not_of(' ', end), heading.size());
    }
    return columns;
}

bool heads(const std::string& line, std::string_view second) {
    const std::string_view rest = line.starts_with("#") ? trimmed(std::string_view(line).substr(1)) : "";
    return rest.starts_with(second) && line[1] == ' ';
}

/// What a column of a filter table says of each channel; nothing where the table can't be read.
struct Cutoffs {
    Words low, high;
    bool low_in_seconds = false, high_in_seconds = false;
};

std::optional<Cutoffs> cutoffs_of(const Header& header) {
    const std::vector<Line>& lines = header.text.comment;
    const auto find = [&](std::size_t from, const auto& holds) {
        while (from < lines.size() && !holds(lines[from].text)) {
            ++from;
        }
        return from;
    };
    const std::size_t channels = find(0, [](const std::string& t) { return t == "Channels"; });
    const std::size_t hardware = find(channels, [](const std::string& t) { return heads(t, "Name"); });
    if (hardware == lines.size()) {
        return {};
    }
    std::size_t table = hardware, low = 4, high = 5;
    bool named = true;
    const std::size_t software =
        find(channels, [](const std::string& t) { return t == "S o f t w a r e  F i l t e r s"; });
    if (const std::size_t own = find(software, [](const std::string& t) { return heads(t, "Low Cutoff"); });
        own < lines.size()) {
        table = own;
        low = 1;
        high = 2;
        named = false;
        warn(header.text.path.string() + ": filters of the recording's software count, not those of the amplifier");
    }
    const std::string& heading = lines[table].text;
    const Words columns = columns_of(heading);
    if (columns.size() <= high) {
        return {};
    }
    Cutoffs out;
    out.low_in_seconds = columns[low].find("[s]") != std::string::npos;
    out.high_in_seconds = columns[high].find("[s]") != std::string::npos;
    const std::size_t unit = heading.find("Resolution / Unit") != std::string::npos ? 1 : 0;
    for (std::size_t k = 0; k + (header.hidden_last ? 1 : 0) < header.channels.size(); ++k) {
        const ChannelText& channel = header.channels[k];
        if (!channel.described) {
            continue;
        }
        if (std::max(table, hardware) + 1 + k >= lines.size() ||
            lines[hardware + 1 + k].text.find(channel.name) == std::string::npos) {
            return {};
        }
        const std::size_t name_words = words_of(channel.name).size();
        const std::size_t shift = unit + (named ? std::max<std::size_t>(name_words, 1) - 1 : 0);
        const Words row = words_of(lines[table + 1 + k].text);
        if (row.size() <= high + shift) {
            return {};
        }
        out.low.push_back(row[low + shift]);
        out.high.push_back(row[high + shift]);
    }
    return out;
}

constexpr double infinite = std::numeric_limits<double>::infinity();

/// Cut-off frequencies [Hz] of all channels, of which words in `off` stand for `none`; empty where one can't be read.
std::vector<double> frequencies(const Words& words, bool seconds, const Words& off, double none) {
    std::vector<double> out;
    for (const std::string& word : words) {
        if (std::ranges::find(off, word) != off.end()) {
            out.push_back(none);
        } else if (const auto value = number_in<double>(word); value && std::isfinite(*value) && *value >= 0) {
            out.push_back(!seconds ? *value : *value > 0 ? 1 / (2 * std::numbers::pi * *value) : infinite);
        } else {
            return {};
        }
    }
    return out;
}

}  // namespace

void set_filters(meeg::Info& info, const Header& header) {
    info.highpass = 0;
    info.lowpass = info.sfreq / 2;
    if (std::ranges::none_of(header.text.comment, [](const Line& line) { return line.text == "Channels"; })) {
        return;
    }
    const auto cutoffs = cutoffs_of(header);
    if (!cutoffs) {
        return;
    }
    const std::string file = header.text.path.string();
    const auto differ = [](const std::vector<double>& values) {
        return std::ranges::any_of(values, [&](double v) { return v != values[0]; });
    };
    // the weakest filter of all channels counts
    const std::vector<double> lows = frequencies(cutoffs->low, cutoffs->low_in_seconds, {"NaN", "Off", "DC"}, 0);
    if (!lows.empty()) {
        info.highpass = *std::ranges::min_element(lows);
        if (differ(lows)) {
            warn(file + ": channels were recorded with different high-passes; the lowest counts, " +
                 text_of(info.highpass) + " Hz");
        }
    }
    const std::vector<double> highs =
        frequencies(cutoffs->high, cutoffs->high_in_seconds, {"NaN", "Off", "0"}, infinite);
    if (!highs.empty()) {
        const double most = *std::ranges::max_element(highs);
        info.lowpass = std::isfinite(most) ? most : info.sfreq / 2;
        if (differ(highs)) {
            warn(file + ": channels were recorded with different low-passes; the highest counts, " +
                 text_of(info.lowpass) + " Hz");
        }
    }
    if ((lows.empty() || highs.empty()) && !cutoffs->low.empty()) {
        warn(file + ": a filter in the table of channels is no number; it is left out");
    }
    if (info.highpass > info.lowpass) {
        warn(file + ": the high-pass (" + text_of(info.highpass) + " Hz) lies above the low-pass (" +
             text_of(info.lowpass) + " Hz); both are left out");
        info.highpass = 0;
        info.lowpass = info.sfreq / 2;
    }
}

namespace {

struct Range {
    std::string of;  ///< "Data", "Reference", "Ground"; "" for all
    std::array<double, 2> bounds;
    std::string unit;
};

/// "Data Electrodes Selected Impedance Measurement Range: 0 - 100 kOhm"
std::vector<Range> ranges_of(const std::vector<Line>& lines) {
    std::vector<Range> out;
    for (const Line& line : lines) {
        const std::size_t at = line.text.find("Selected Impedance Measurement Range");
        const Words words = words_of(line.text);
        if (at == std::string::npos || words.size() < 5) {
            continue;
        }
        const auto low = number_in<double>(words[words.size() - 4]), high = number_in<double>(words[words.size() - 2]);
        if (low && high) {
            out.push_back({at == 0 ? "" : words[0], {*low, *high}, words.back()});
        }
    }
    if (out.size() == 1) {
        out[0].of = "";
    }
    return out;
}

/// The first number in a word, NaN where there is none ("???").
double number_within(const std::string& word) {
    const std::size_t at = word.find_first_of("0123456789");
    if (at == std::string::npos) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const std::size_t end = std::min(word.find_first_not_of("0123456789.", at), word.size());
    return number_in<double>(std::string_view(word).substr(at, end - at))
        .value_or(std::numeric_limits<double>::quiet_NaN());
}

}  // namespace

std::vector<Impedance> impedances_of(const Header& header) {
    const std::vector<Line>& lines = header.text.comment;
    const auto start = std::ranges::find_if(
        lines, [](const Line& line) { return line.text.starts_with("Impedance [") && line.text.ends_with(" :"); });
    std::vector<Impedance> out;
    if (start == lines.end()) {
        return out;
    }
    const Words heading = words_of(start->text);  // "Impedance [kOhm] at 16:12:27 :"
    std::array<int, 3> time{};
    if (heading.size() > 3) {
        const auto parts = split(heading[3], ':');
        for (std::size_t k = 0; k < std::min<std::size_t>(parts.size(), 3); ++k) {
            time[k] = number_in<int>(parts[k]).value_or(0);
        }
    }
    const std::string unit = heading[1].substr(1, heading[1].find(']') - 1);
    const std::vector<Range> ranges = ranges_of(lines);
    for (auto line = start + 1; line != lines.end(); ++line) {
        const std::size_t colon = line->text.find(':');
        const std::string name = line->text.substr(0, colon);
        const bool fits = !name.empty() && std::ranges::all_of(name, [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) ||
                   std::string_view(" _+-").find(c) != std::string_view::npos;
        });
        if (colon == std::string::npos || !fits) {
            break;
        }
        const std::string own = name == "Ref" ? "Reference" : name == "Gnd" ? "Ground" : "Data";
        const Words behind = words_of(line->text.substr(colon + 1));  // "???", or nothing: not measured
        Impedance item{name, number_within(behind.empty() ? "" : behind.back()), unit, time, {}, ""};
        for (const std::string& of : {own, std::string("Data"), std::string()}) {
            const auto range = std::ranges::find(ranges, of, &Range::of);
            if (range != ranges.end() && !item.range) {
                item.range = range->bounds;
                item.range_unit = range->unit;
            }
        }
        out.push_back(std::move(item));
    }
    return out;
}

}  // namespace ranvier::formats::brainvision
