#include "ranvier/formats/tables/table.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "ranvier/base/file.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/npy.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace {

std::optional<double> number(std::string_view s) {
    s = trimmed(s);
    if (!s.empty() && s.front() == '+') {
        s.remove_prefix(1);
    }
    return number_in<double>(s);
}

std::vector<std::string_view> parts_of(std::string_view line, char between) {
    auto parts = split(line, between);
    std::ranges::transform(parts, parts.begin(), trimmed);
    return parts;
}

/// The entries of a line; one in quotes may hold what stands between them, and quotes twice (RFC 4180; no breaks of
/// lines).
/// @param room  holds the entries that had quotes
std::vector<std::string_view> fields(std::string_view line, char between, std::vector<std::string>& room) {
    room.clear();
    if (line.find('"') == std::string_view::npos) {
        return parts_of(line, between);
    }
    std::string entry;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
            entry += line[++i];
        } else if (line[i] == '"') {
            quoted = !quoted;
        } else if (line[i] == between && !quoted) {
            room.push_back(std::string(trimmed(entry)));
            entry.clear();
        } else {
            entry += line[i];
        }
    }
    room.push_back(std::string(trimmed(entry)));
    return {room.begin(), room.end()};
}

/// Numbers of a file whose entries semicolons part may have decimal commas, but not commas here and points there.
class Decimals {
public:
    explicit Decimals(bool commas_allowed) : commas_allowed_(commas_allowed) {}
    std::optional<double> number(std::string_view text) {
        const std::size_t sign = commas_allowed_ ? text.find_first_of(",.") : std::string_view::npos;
        if (sign == std::string_view::npos) {
            return formats::number(text);
        }
        if (sign_ != 0 && text[sign] != sign_) {
            return {};
        }
        std::string plain(text);
        plain[sign] = '.';
        const auto value = formats::number(plain);
        sign_ = value ? text[sign] : sign_;
        return value;
    }

private:
    bool commas_allowed_;
    char sign_ = 0;  // of the first number that had one
};

/// What stands between entries: semicolons, where decimals have commas or there are no commas, else commas.
char separator_of(std::string_view line) {
    std::vector<std::string> room;
    const auto parts = fields(line, ';', room);
    const bool all_numbers =
        std::ranges::all_of(parts, [](auto part) { return Decimals(true).number(part).has_value(); });
    const bool has_comma = std::ranges::any_of(parts, [](auto part) { return part.find(',') != part.npos; });
    return parts.size() > 1 && (all_numbers || !has_comma) ? ';' : ',';
}

index target_column(const std::string& target, const std::vector<std::string>& names, index width,
                    const std::filesystem::path& path) {
    if (target.empty()) {
        return -1;
    }
    if (const auto named = std::ranges::find(names, target); named != names.end()) {
        return named - names.begin();
    }
    if (const auto value = number(target); value && *value == std::floor(*value)) {
        const index i = static_cast<index>(*value);
        if (i >= -width && i < width) {
            return i < 0 ? width + i : i;
        }
    }
    throw FileError(path, FileError::no_offset,
                    "there is no column '" + target + "' among " + text_of(width) +
                        (names.empty() ? ", which have no names here: a number chooses one"
                                       : ": " + joined(names) + did_you_mean(target, names)));
}

Table read_csv(const std::filesystem::path& path, const std::string& target) {
    const std::string text = file_text(path);
    Table table;
    std::vector<double> values;
    index width = -1, column = -1, rows = 0;
    std::size_t at = 0, line_number = 0;
    std::vector<std::string> room;
    char between = ',';
    Decimals decimals(false);
    if (text.starts_with("\xEF\xBB\xBF")) {
        at = 3;  // the mark that some spreadsheets begin files with
    }
    while (at < text.size()) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = std::string_view(text).substr(at, end - at);
        const auto offset = static_cast<std::int64_t>(at);
        at = end + 1;
        ++line_number;
        if (trimmed(line).empty()) {
            continue;
        }
        if (width < 0) {
            between = separator_of(line);
            decimals = Decimals(between == ';');
        }
        const auto parts = fields(line, between, room);
        if (width < 0) {
            width = std::ssize(parts);
            index named = 0;
            for (std::string_view p : parts) {
                named += !Decimals(between == ';').number(p);
            }
            // One column of classes doesn't make a row of names; the target may be text.
            const bool says_target = !target.empty() && std::find(parts.begin(), parts.end(), target) != parts.end();
            if (named > (target.empty() ? 0 : 1) || (named == 1 && width == 1) || (says_target && !number(target))) {
                table.columns.assign(parts.begin(), parts.end());
            }
            column = target_column(target, table.columns, width, path);
            if (!table.columns.empty()) {
                continue;
            }
        }
        if (std::ssize(parts) != width) {
            throw FileError(path, offset,
                            "line " + text_of(line_number) + " has " + text_of(parts.size()) +
                                " entries; the first has " + text_of(width));
        }
        for (index i = 0; i < width; ++i) {
            if (i == column) {
                table.target.emplace_back(parts[i]);
                continue;
            }
            const auto value = decimals.number(parts[i]);
            if (!value || !std::isfinite(*value)) {
                const bool named = !table.columns.empty();
                const std::string where =
                    named ? "column '" + table.columns[static_cast<std::size_t>(i)] + "'" : "entry " + text_of(i + 1);
                throw FileError(path, offset,
                                "line " + text_of(line_number) + ", " + where + " must be a finite number; got '" +
                                    std::string(parts[i]) + "'" +
                                    (target.empty() && !value ? "; a column of classes is named by --target" : ""));
            }
            values.push_back(*value);
        }
        ++rows;
    }
    const index columns = std::max<index>(0, width - (column >= 0 ? 1 : 0));
    if (rows == 0 || columns == 0) {
        throw FileError(path, 0, "there are no rows of numbers");
    }
    if (!table.columns.empty() && column >= 0) {
        table.columns.erase(table.columns.begin() + column);
    }
    table.X = Array<double, 2>({rows, columns});
    std::copy(values.begin(), values.end(), table.X.data());
    return table;
}

template <class T>
void widen(const std::byte* from, Array<double, 2>& to) {
    for (index i = 0; i < to.size(); ++i) {
        T value;
        std::memcpy(&value, from + i * static_cast<index>(sizeof(T)), sizeof(T));
        to.data()[i] = static_cast<double>(value);
    }
}

/// A type of numbers in .npy files.
struct NumberType {
    std::string_view name;
    std::size_t bytes;
    void (*widen)(const std::byte* from, Array<double, 2>& to);
};
template <class T>
constexpr NumberType number_type(std::string_view name) {
    return {name, sizeof(T), widen<T>};
}
constexpr NumberType number_types[] = {number_type<double>("<f8"),       number_type<float>("<f4"),
                                       number_type<std::int64_t>("<i8"), number_type<std::int32_t>("<i4"),
                                       number_type<std::int16_t>("<i2"), number_type<std::int8_t>("|i1"),
                                       number_type<std::uint8_t>("|u1"), number_type<std::uint8_t>("|b1")};

Table read_npy(const std::filesystem::path& path) {
    const std::vector<std::byte> file = file_bytes(path);
    const auto fail = [&](std::size_t offset, const std::string& what) {
        return FileError(path, static_cast<std::int64_t>(offset), what);
    };
    const NpyHeader header = NpyHeader::read(file, path);
    const std::vector<index>& extents = header.shape;
    if (extents.size() != 2 || extents[0] == 0 || extents[1] == 0) {
        throw fail(0, "two axes are needed, neither of them empty");
    }
    const auto kind = std::ranges::find(number_types, header.type, &NumberType::name);
    if (kind == std::end(number_types)) {
        throw fail(0, "numbers must be <f8, <f4, <i8, <i4, <i2, |i1, |u1 or |b1; got '" + header.type + "'");
    }
    const std::size_t begin = header.data, room = (file.size() - begin) / kind->bytes;
    if (static_cast<std::size_t>(extents[0]) > room / static_cast<std::size_t>(extents[1])) {
        throw fail(file.size(), "the file ends too early");
    }
    Table table;
    table.X = Array<double, 2>({extents[0], extents[1]});
    kind->widen(file.data() + begin, table.X);
    for (index i = 0; i < table.X.size(); ++i) {
        if (!std::isfinite(table.X.data()[i])) {
            throw fail(begin + static_cast<std::size_t>(i) * kind->bytes, "numbers must be finite");
        }
    }
    if (header.by_columns) {
        const Array<double, 2> turned = std::move(table.X);
        table.X = Array<double, 2>({extents[0], extents[1]});
        for (index i = 0; i < extents[0]; ++i) {
            for (index j = 0; j < extents[1]; ++j) {
                table.X(i, j) = turned.data()[j * extents[0] + i];
            }
        }
    }
    return table;
}

}  // namespace

void order_columns(Table& table, const std::vector<std::string>& names) {
    std::vector<index> from;
    for (const std::string& name : names) {
        const auto count = std::ranges::count(table.columns, name);
        require(count == 1, [&] {
            return std::string(count == 0 ? "the table lacks the column '" : "the table has several columns '") + name +
                   "', which the model reads";
        });
        from.push_back(std::ranges::find(table.columns, name) - table.columns.begin());
    }
    for (const std::string& name : table.columns) {
        require(std::ranges::find(names, name) != names.end(), [&] {
            return "the table has a column '" + name + "', which the model does not read; leave it out with --target";
        });
    }
    const Array<double, 2> before = std::move(table.X);
    table.X = Array<double, 2>(before.extents());
    for (index i = 0; i < before.extent(0); ++i) {
        for (index j = 0; j < before.extent(1); ++j) {
            table.X(i, j) = before(i, from[j]);
        }
    }
    table.columns = names;
}

Table read_table(const std::filesystem::path& path, const std::string& target) {
    const std::string extension = path.extension().string();
    if (extension == ".npy") {
        require(target.empty(), "a .npy file has no column to take as target; use .csv");
        return read_npy(path);
    }
    require(extension == ".csv", [&] { return "data must be .csv or .npy; got '" + path.filename().string() + "'"; });
    return read_csv(path, target);
}

}  // namespace ranvier::formats
