#include "ranvier/formats/annotation_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/utf8.hpp"
#include "ranvier/formats/plain/date.hpp"

namespace ranvier::formats {

namespace {

using Row = std::vector<std::string>;

/// The next row of comma-separated values; one in quotes may hold commas, breaks of lines, and quotes twice.
Row next_row(std::string_view& text, bool skip_blanks = false) {
    Row row{""};
    bool quoted = false, begins = true;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (quoted && c == '"') {
            quoted = text.starts_with('"');
            if (quoted) {
                row.back() += '"';
                text.remove_prefix(1);
            }
        } else if (quoted) {
            row.back() += c;
        } else if (c == '\n') {
            break;
        } else if (c == '"' && begins) {
            quoted = true;
        } else if (c == ',') {
            row.emplace_back();
            begins = true;
            continue;
        } else if (c != '\r' && !(c == ' ' && begins && skip_blanks)) {
            row.back() += c;
        } else if (c == ' ') {
            continue;
        }
        begins = false;
    }
    return row;
}

std::string row_text(const Row& row) { return joined(row, ","); }

bool is_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Microseconds since 1970 of "2002-12-03", "2002-12-03 19:01:10.72", "2002-12-03T19:01+02:00" or "…Z".
std::optional<std::int64_t> microseconds_of(std::string_view text) {
    text = trimmed(text);
    const auto part = [&](std::size_t at, std::size_t n) {
        const std::string_view digits = text.substr(std::min(at, text.size()), n);
        return digits.size() == n && is_digits(digits) ? number_in<int>(digits) : std::nullopt;
    };
    const auto year = part(0, 4), month = part(5, 2), day = part(8, 2);
    if (!year || !month || !day || text[4] != '-' || text[7] != '-') {
        return {};
    }
    std::array<int, 3> clock{};
    std::int64_t micro = 0, zone = 0;
    std::size_t at = 10;
    for (std::size_t k = 0;
         k < 3 && at < text.size() && (k == 0 ? text[at] == ' ' || text[at] == 'T' : text[at] == ':'); ++k, at += 3) {
        const auto value = part(at + 1, 2);
        if (!value) {
            return {};
        }
        clock[k] = *value;
    }
    if (at < text.size() && text[at] == '.') {
        std::size_t n = 0;
        while (at + 1 + n < text.size() && is_digits(text.substr(at + 1 + n, 1))) {
            ++n;
        }
        std::string digits(text.substr(at + 1, std::min<std::size_t>(n, 6)));
        digits.resize(6, '0');
        micro = *number_in<std::int64_t>(digits);
        at += n + 1;
    }
    if (text.substr(at) == "Z") {
        at = text.size();
    } else if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
        const auto hours = part(at + 1, 2), minutes = part(at + 4, 2);
        if (!hours || !minutes || text[at + 3] != ':') {
            return {};
        }
        zone = (text[at] == '-' ? -60 : 60) * (60 * *hours + *minutes);
        at += 6;
    }
    const auto seconds = utc_seconds(*year, *month, *day, clock[0], clock[1], clock[2]);
    if (at != text.size() || !seconds) {
        return {};
    }
    return 1'000'000 * (*seconds - zone) + micro;
}

meeg::MeasurementDate date_of(std::int64_t microseconds) {
    const std::int64_t part = (microseconds % 1'000'000 + 1'000'000) % 1'000'000;
    return {(microseconds - part) / 1'000'000, static_cast<std::int32_t>(part)};
}

/// What a cell holds, as JSON: a whole number, a number, a text, or null (of what pandas writes as nan, too).
std::string json_word(std::string_view cell) {
    const std::string_view text = trimmed(cell);
    const std::string_view plain = text.starts_with('+') ? text.substr(1) : text;
    const std::string_view digits = plain.starts_with('-') ? plain.substr(1) : plain;
    if (is_digits(digits)) {
        const std::size_t zeros = std::min(digits.find_first_not_of('0'), digits.size() - 1);
        const std::string whole(digits.substr(zeros));
        return (plain.starts_with('-') && whole != "0" ? "-" : "") + whole;
    }
    const auto number = number_in<double>(plain);
    if (number && std::isfinite(*number)) {
        return text_of(*number);
    }
    return cell.empty() || (number && std::isnan(*number)) ? "null" : nlohmann::json(std::string(cell)).dump();
}

std::vector<std::string> channels_of(std::string_view text) {
    constexpr std::string_view colon = "{COLON}";  // in the name of a channel, as MNE-Python writes it
    std::vector<std::string> names;
    for (const std::string_view part : split(text, ':')) {
        std::string name(part);
        for (std::size_t at = 0; (at = name.find(colon, at)) != name.npos; ++at) {
            name.replace(at, colon.size(), ":");
        }
        if (!name.empty()) {
            names.push_back(name);
        }
    }
    return names;
}

/// A number of the table, with which files can work.
std::optional<double> time_in(const std::string& cell) {
    std::string_view text = trimmed(cell);
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    const auto value = number_in<double>(text);
    return value && std::abs(*value) < 1e12 ? value : std::nullopt;
}

}  // namespace

meeg::Annotations annotations_of_table(std::string_view text, bool dates, const std::filesystem::path& path) {
    require(is_utf8(text), [&] { return "a table of annotations must be UTF-8 (" + path.string() + ")"; });
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);  // the mark that some spreadsheets begin files with
    }
    meeg::Annotations out;
    Row head{"onset", "duration", "description"};
    const auto refuse = [&](const std::string& row) {
        throw InvalidInput("a line must hold " + joined(head, ", ") + "; got '" + row + "' (" + path.string() + ")");
    };
    while (text.starts_with('#')) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view comment = trimmed(text.substr(1, end - 1));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (comment.starts_with("orig_time")) {
            const auto time = microseconds_of(comment.substr(std::min(comment.find(':'), comment.size() - 1) + 1));
            require(time.has_value(), [&] {
                return "orig_time must be a date, as 2002-12-03 19:01:10; got '" + std::string(comment) + "' (" +
                       path.string() + ")";
            });
            out.orig_time = date_of(*time);
        } else if (comment.starts_with("onset")) {
            head = next_row(comment, true);
        }
    }
    if (dates && !text.empty()) {
        head = next_row(text);
    }
    std::vector<std::int64_t> moments;
    while (!text.empty()) {
        Row row = next_row(text);
        if (row == Row{""}) {
            continue;
        }
        const std::string given = row_text(row);
        if (head.size() == 3 && !dates && row.size() > 3) {  // a description with commas, not quoted
            row = {row[0], row[1], row_text({row.begin() + 2, row.end()})};
        }
        meeg::Annotation one;
        std::string extras;
        int found = 0;
        for (std::size_t k = 0; k < head.size() && row.size() == head.size(); ++k) {
            if (head[k] == "onset" && dates) {
                const auto moment = microseconds_of(row[k]);
                require(moment || !time_in(row[k]), [&] {
                    return "onsets of a .csv must be dates, as 2002-12-03 19:01:10.5; got " + row[k] + " (" +
                           path.string() +
                           "); seconds after the first sample belong in a .txt, which holds the same "
                           "columns";
                });
                found += moment.has_value();
                moments.push_back(moment.value_or(0));
            } else if (head[k] == "onset" || head[k] == "duration") {
                const auto time = time_in(row[k]);
                found += time && (head[k] == "onset" || *time >= 0);
                (head[k] == "onset" ? one.onset : one.duration) = time.value_or(0);
            } else if (head[k] == "description") {
                one.description = trimmed(row[k]);
                ++found;
            } else if (head[k] == "ch_names") {
                one.channels = channels_of(row[k]);
            } else if (head[k] != "orig_time") {
                extras += (extras.empty() ? "{" : ", ") + nlohmann::json(head[k]).dump() + ": " + json_word(row[k]);
            }
        }
        if (found != 3) {
            refuse(given);
        }
        one.extras = extras.empty() ? "" : extras + "}";
        out.items.push_back(std::move(one));
    }
    if (!moments.empty()) {
        const bool counts_from_1970 = calendar_time(date_of(moments[0]).seconds).year == 1970;
        const std::int64_t origin = counts_from_1970 ? 0 : moments[0];
        out.orig_time = counts_from_1970 ? std::nullopt : std::optional(date_of(origin));
        for (std::size_t k = 0; k < moments.size(); ++k) {
            out.items[k].onset = static_cast<double>(moments[k] - origin) / 1e6;
        }
    }
    sort(out);
    return out;
}

}  // namespace ranvier::formats
