#include "ranvier/formats/edf/annotations.hpp"

#include <charconv>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/edf/numbers.hpp"

namespace ranvier::formats {

namespace {

constexpr char end_of_text = '\x14';
constexpr char before_duration = '\x15';

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of digits[.digits] at the beginning of `text`; 0 where there is none.
std::size_t number_length(std::string_view text) {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) {
        ++n;
    }
    if (n > 0 && n < text.size() && text[n] == '.') {
        ++n;
        while (n < text.size() && is_digit(text[n])) {
            ++n;
        }
    }
    return n;
}

/// The number that `digits` is, as long as it is a time that a recording can have (30 thousand years, in which
/// microseconds still count in 64 bits).
bool parse(std::string_view digits, double& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && value < 1e12;
}

/// Onset and duration at the beginning of `text`. @return their length with the ␔ that ends them, 0 where there is none
std::size_t parse_times(std::string_view text, EdfTal& tal) {
    if (text.empty() || (text[0] != '+' && text[0] != '-')) {
        return 0;
    }
    std::size_t at = 1 + number_length(text.substr(1));
    if (at == 1 || !parse(text.substr(1, at - 1), tal.onset)) {
        return 0;
    }
    tal.onset = text[0] == '-' ? -tal.onset : tal.onset;
    tal.duration = 0;
    if (at < text.size() && text[at] == before_duration) {
        const std::size_t n = number_length(text.substr(at + 1));
        if (n == 0 || !parse(text.substr(at + 1, n), tal.duration)) {
            return 0;
        }
        at += 1 + n;
    }
    return at < text.size() && text[at] == end_of_text ? at + 1 : 0;
}

}  // namespace

std::vector<EdfTal> edf_tals(const MappedFile& file, const EdfHeader& header, const EdfSignal& signal,
                             const std::string& encoding) {
    require(encoding == "utf8" || encoding == "utf-8" || encoding == "latin1" || encoding == "latin-1",
            "encoding must be 'utf8' or 'latin1'; got '" + encoding + "'");
    const bool latin1 = encoding.starts_with("latin");
    const auto chunk = static_cast<std::size_t>(header.signal_bytes(signal));
    std::string bytes;
    bytes.reserve(chunk * static_cast<std::size_t>(header.n_records));
    const char* data = reinterpret_cast<const char*>(file.bytes().data());
    for (index r = 0; r < header.n_records; ++r) {
        bytes.append(data + header.position(signal, r), chunk);
        if (r % 64 == 63 || r + 1 == header.n_records) {
            file.release(static_cast<std::size_t>(header.position(signal, std::max<index>(r - 63, 0))),
                         static_cast<std::size_t>(header.position(signal, r)) + chunk);
        }
    }
    const auto file_offset = [&](std::size_t at) {
        return header.position(signal, static_cast<index>(at / chunk)) + static_cast<std::int64_t>(at % chunk);
    };

    std::vector<EdfTal> tals;
    const std::string_view text(bytes);
    const std::string_view closing("\x14\0", 2);
    std::size_t stray = 0, first_stray = 0;
    bool any_closing = true;  // false once no list can end any more, so that a damaged signal costs linear time
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '\0') {
            ++at;
            continue;
        }
        EdfTal tal;
        std::size_t end = std::string_view::npos;
        if (const std::size_t n = any_closing ? parse_times(text.substr(at), tal) : 0; n > 0) {
            end = text.find(closing, at + n);
            any_closing = end != std::string_view::npos;
            if (any_closing) {
                const std::string_view texts = text.substr(at + n, end - at - n);
                if (!latin1 && !is_utf8(texts)) {
                    throw FileError(file.path(), file_offset(at),
                                    "an annotation holds bytes that are not UTF-8; set encoding to 'latin1'");
                }
                tal.record = static_cast<index>(at / chunk);
                for (const std::string_view one : split(texts, end_of_text)) {
                    tal.texts.push_back(latin1 ? utf8_of_latin1(one) : std::string(one));
                }
                tals.push_back(std::move(tal));
                at = end + closing.size();
                continue;
            }
        }
        first_stray = stray == 0 ? at : first_stray;
        ++stray;
        ++at;
    }
    if (stray > 0) {
        warn(file.path().string() + ": " + text_of(stray) + " bytes of the annotations, from offset " +
             text_of(file_offset(first_stray)) + " on, belong to no annotation and are left out");
    }
    return tals;
}

std::string tal_bytes(const EdfTal& tal, bool with_duration) {
    std::string out = (tal.onset < 0 ? "" : "+") + plain_text(tal.onset);
    if (with_duration) {
        out += before_duration + plain_text(tal.duration);
    }
    out += end_of_text;
    for (const std::string& text : tal.texts) {
        out += text + end_of_text;
    }
    return out + '\0';
}

}  // namespace ranvier::formats
