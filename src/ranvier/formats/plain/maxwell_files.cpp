#include "ranvier/formats/plain/maxwell_files.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace {

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t begin = line.find_first_not_of(" \t\r", at);
        if (begin == line.npos) {
            break;
        }
        at = std::min(line.find_first_of(" \t\r", begin), line.size());
        words.push_back(line.substr(begin, at - begin));
    }
    return words;
}

/// Calls use(offset, words) for each line that is not empty.
template <class Use>
void for_lines(const std::string& text, const Use& use) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const auto words = words_of(std::string_view(text).substr(at, end - at));
        if (!words.empty()) {
            use(at, words);
        }
        at = end + 1;
    }
}

double number(const std::filesystem::path& path, std::size_t offset, std::string_view word) {
    word.remove_prefix(word.starts_with('+') ? 1 : 0);
    const auto value = number_in<double>(word);
    if (!value || !std::isfinite(*value)) {
        throw FileError(path, static_cast<std::int64_t>(offset),
                        "should hold a number; got '" + std::string(word) + "'");
    }
    return *value;
}

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

void write(const std::filesystem::path& path, const std::string& text, bool overwrite) {
    OutputFile out(path, overwrite);
    out.write(text);
    out.commit();
}

}  // namespace

meeg::FineCalibration read_fine_calibration(const std::filesystem::path& path) {
    meeg::FineCalibration out;
    for_lines(file_text(path), [&](std::size_t offset, const auto& words) {
        if (words[0].starts_with('#')) {
            return;
        }
        if (words.size() != 14 && words.size() != 16) {
            throw FileError(
                path, static_cast<std::int64_t>(offset),
                "should have 14 or 16 words a line (channel, place and three directions, 1 or 3 imbalances); "
                "got " +
                    text_of(words.size()));
        }
        std::string name(words[0]);
        if ((name.size() == 3 || name.size() == 4) && is_digits(name)) {  // Neuromag's
            name = "MEG" + std::string(4 - name.size(), '0') + name;
        }
        out.names.push_back(std::move(name));
        std::array<double, 12> loc{};
        for (std::size_t k = 0; k < 12; ++k) {
            loc[k] = number(path, offset, words[k + 1]);
        }
        out.locs.push_back(loc);
        std::vector<double> numbers;
        for (std::size_t k = 13; k < words.size(); ++k) {
            numbers.push_back(number(path, offset, words[k]));
        }
        out.numbers.push_back(std::move(numbers));
    });
    if (out.names.empty()) {
        throw FileError(path, FileError::no_offset, "holds no channel of a fine calibration");
    }
    return out;
}

void write_fine_calibration(const meeg::FineCalibration& calibration, const std::filesystem::path& path,
                            bool overwrite) {
    std::string text;
    for (std::size_t k = 0; k < calibration.names.size(); ++k) {
        std::string name = calibration.names[k];
        if (name.size() == 7 && name.starts_with("MEG") && is_digits(std::string_view(name).substr(3))) {
            name = name.substr(3);
            name.erase(0, std::min(name.find_first_not_of('0'), name.size() - 1));
        }
        text += name;
        const auto add = [&](double x) { text += " " + formatted("%.6f", std::nearbyint(x * 1e6) / 1e6); };
        std::ranges::for_each(calibration.locs[k], add);
        std::ranges::for_each(calibration.numbers[k], add);
        text += "\n";
    }
    write(path, text, overwrite);
}

meeg::HeadPositions read_head_positions(const std::filesystem::path& path) {
    meeg::HeadPositions out;
    bool heading = true;
    for_lines(file_text(path), [&](std::size_t offset, const auto& words) {
        if (heading || words[0].starts_with('#')) {
            heading = false;
            return;
        }
        if (words.size() != 10) {
            throw FileError(
                path, static_cast<std::int64_t>(offset),
                "should have ten numbers a line (time, six of the position, goodness, error, velocity); got " +
                    text_of(words.size()) + " words");
        }
        std::array<double, 10> x{};
        for (std::size_t k = 0; k < 10; ++k) {
            x[k] = number(path, offset, words[k]);
        }
        out.push_back({x[0], {x[1], x[2], x[3]}, {x[4], x[5], x[6]}, x[7], x[8], x[9]});
    });
    return out;
}

void write_head_positions(const meeg::HeadPositions& positions, const std::filesystem::path& path, bool overwrite) {
    std::string text = " Time       q1       q2       q3       q4       q5       q6       g-value  error    velocity\n";
    for (const auto& p : positions) {
        text += " " + formatted("% 9.3f", p.time);
        for (const double x : {p.quaternion[0], p.quaternion[1], p.quaternion[2], p.translation[0], p.translation[1],
                               p.translation[2], p.goodness, p.error, p.velocity}) {
            text += " " + formatted("% 8.5f", x);
        }
        text += "\n";
    }
    write(path, text, overwrite);
}

}  // namespace ranvier::formats
