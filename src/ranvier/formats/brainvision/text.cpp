#include "ranvier/formats/brainvision/text.hpp"

#include <algorithm>
#include <array>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"

namespace ranvier::formats::brainvision {

namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20;  // a header has kilobytes, markers of days a few megabytes

/// Windows' set of Western European letters, which differs from Latin-1 in 0x80 … 0x9F (0: not used).
std::string utf8_of_ansi(std::string_view text) {
    constexpr std::array<std::uint16_t, 32> own{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool special = byte >= 0x80 && byte < 0xA0 && own[byte - 0x80u] != 0;
        append_utf8(out, special ? own[byte - 0x80u] : byte);
    }
    return out;
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// What turns the bytes of a text into UTF-8.
using Decoder = std::string (*)(std::string_view);
Decoder decoder_of(const std::filesystem::path& path, std::string_view text) {
    const std::string small = lower_case(text);
    std::string page = "utf-8";
    if (const std::size_t at = small.find("codepage="); at != std::string::npos) {
        page = std::string(trimmed(std::string_view(small).substr(at + 9, small.find_first_of("\r\n", at) - at - 9)));
    }
    const Decoder as_it_is = [](std::string_view t) { return std::string(t); };
    if (is_ascii(text)) {
        return as_it_is;
    }
    if (page == "utf-8" || page == "utf8" || page.empty()) {
        return is_utf8(text) ? as_it_is : utf8_of_latin1;  // of the whole file
    }
    if (page == "ansi" || page == "cp1252" || page == "windows-1252") {
        return utf8_of_ansi;
    }
    if (page == "latin-1" || page == "latin1" || page == "iso-8859-1") {
        return utf8_of_latin1;
    }
    throw FileError(path, FileError::no_offset,
                    "is written in code page '" + page + "'; UTF-8, ANSI and Latin-1 are read here: convert it");
}

/// Lines that end in LF, CRLF or CR.
std::vector<Line> lines_of(std::string_view bytes, Decoder decoded) {
    std::vector<Line> lines;
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
        lines.push_back({std::string(trimmed(decoded(bytes.substr(at, end - at)))), static_cast<int>(lines.size()) + 1,
                         static_cast<std::int64_t>(at)});
        at = end + (bytes.substr(end, 2) == "\r\n" ? 2 : 1);
    }
    return lines;
}

bool skip(std::string_view& text, std::string_view word) {
    const bool there = text.starts_with(word);
    text.remove_prefix(there ? word.size() : 0);
    return there;
}

}  // namespace

const Entry* Section::find(std::string_view key) const {
    const auto found = std::ranges::find(entries, lower_case(key), [](const Entry& e) { return lower_case(e.key); });
    return found == entries.end() ? nullptr : &*found;
}

const Section* Text::find(std::string_view name) const {
    const auto found =
        std::ranges::find(sections, lower_case(name), [](const Section& s) { return lower_case(s.name); });
    return found == sections.end() ? nullptr : &*found;
}

void Text::fail(const std::string& what) const { throw FileError(path, bytes, what); }
void Text::fail(const Entry& entry, const std::string& what) const {
    throw FileError(path, entry.offset, "line " + text_of(entry.line) + ": " + what);
}

bool begins_as(std::string_view head, const std::string& kind) {
    skip(head, "\xEF\xBB\xBF");
    if (!skip(head, "Brain")) {
        return false;
    }
    skip(head, " ");
    if (!skip(head, "Vision")) {
        return false;
    }
    skip(head, " Core") || skip(head, " V-Amp");
    if (!skip(head, " Data")) {
        return false;
    }
    skip(head, " Exchange");
    return skip(head, " " + kind + " File");
}

Text text_of_file(const std::filesystem::path& path, const std::string& kind) {
    const MappedFile file(path);
    std::string_view bytes(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
    const bool known = begins_as(bytes, kind);
    const std::string what = "the " + lower_case(kind) + " file of a BrainVision recording";
    if (bytes.size() > most_bytes) {
        throw FileError(path, 0, "is too long (" + text_of(bytes.size()) + " bytes) for " + what + ", which is text");
    }
    Text out;
    out.path = path;
    out.bytes = static_cast<std::int64_t>(bytes.size());
    const std::size_t mark = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (Line& line : lines_of(bytes.substr(mark), decoder_of(path, bytes.substr(mark)))) {
        line.offset += static_cast<std::int64_t>(mark);
        if (line.number == 1 && line.text.find("[") != 0) {
            continue;
        }
        if (!out.comment.empty() || line.text == "[Comment]") {
            out.comment.push_back(std::move(line));
        } else if (line.text.starts_with("[") && line.text.ends_with("]")) {
            out.sections.push_back({line.text.substr(1, line.text.size() - 2), {}});
        } else if (const std::size_t equal = line.text.find('=');
                   equal != std::string::npos && !line.text.starts_with(";") && !line.text.starts_with("#") &&
                   !out.sections.empty()) {
            out.sections.back().entries.push_back({std::string(trimmed(std::string_view(line.text).substr(0, equal))),
                                                   std::string(trimmed(std::string_view(line.text).substr(equal + 1))),
                                                   line.number, line.offset});
        }
    }
    if (out.sections.empty()) {
        throw FileError(path, known ? out.bytes : 0,
                        known ? "the file ends early: no section follows its first line"
                              : "is not " + what + ": it has no section such as [Common Infos]");
    }
    const std::string_view first = bytes.substr(0, bytes.find_first_of("\r\n"));
    if (!known ||
        (first.find("Version 1.0") == std::string_view::npos && first.find("Version 2.0") == std::string_view::npos)) {
        warn(path.string() + ": the first line is not that of " + what + " of version 1.0 or 2.0");
    }
    return out;
}

std::string with_commas(std::string_view field) {
    std::string out(field);
    for (std::size_t at = out.find("\\1"); at != std::string::npos; at = out.find("\\1", at + 1)) {
        out.replace(at, 2, ",");
    }
    return out;
}

std::string without_commas(std::string_view field) {
    std::string out;
    if (field.find("\\1") != std::string_view::npos) {
        warn("BrainVision writes a comma as '\\1', and so '" + std::string(field) + "' is read back with a comma");
    }
    for (const char c : field) {
        if (c == ',') {
            out += "\\1";
        } else {
            out += c == '\n' || c == '\r' ? ' ' : c;
        }
    }
    return out;
}

}  // namespace ranvier::formats::brainvision
