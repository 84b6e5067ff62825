#include "ranvier/formats/plain/dipole_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdio>
#include <sstream>

#include "ranvier/base/file.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::formats {

namespace {

using meeg::DipoleCourse;

struct Column {
    const char* name;   // in lower case
    const char* title;  // as it is written
    const char* format;
    double unit;  // SI value of 1
};
constexpr std::array<Column, 9> needed_columns{{{"begin/ms", "", "", 1e-3},
                                                {"x/mm", "", "", 1e-3},
                                                {"y/mm", "", "", 1e-3},
                                                {"z/mm", "", "", 1e-3},
                                                {"q/nam", "", "", 1e-9},
                                                {"qx/nam", "", "", 1e-9},
                                                {"qy/nam", "", "", 1e-9},
                                                {"qz/nam", "", "", 1e-9},
                                                {"g/%", "", "", 1}}};
constexpr std::array<Column, 2> fit_columns{{{"khi^2", "    khi^2", " %8.1f", 1}, {"free", "  free", " %5.0f", 1}}};
constexpr std::array<Column, 6> confidence_columns{{{"vol/mm^3", "  vol/mm^3", " %9.3f", 1e-9},
                                                    {"depth/mm", "  depth/mm", " %9.3f", 1e-3},
                                                    {"long/mm", "  long/mm", " %8.3f", 1e-3},
                                                    {"trans/mm", "  trans/mm", " %9.3f", 1e-3},
                                                    {"qlong/nam", "  Qlong/nAm", " %10.3f", 1e-9},
                                                    {"qtrans/nam", "  Qtrans/nAm", " %11.3f", 1e-9}}};

std::string confidence_name(const Column& column) {
    const std::string name = column.name;
    return name.substr(0, name.find('/'));
}

/// Names of columns as "x/mm", however a comment writes them: "X (mm)", "X(mm)", "X/mm".
std::vector<std::string> columns_in(std::string line) {
    std::string plain;
    for (char c : line) {
        if (c == '(') {
            while (!plain.empty() && plain.back() == ' ') {
                plain.pop_back();
            }
            plain += '/';
        } else if (c == ')') {
            plain += ' ';
        } else if (c != '#' && (c != '%' || (!plain.empty() && plain.back() == '/'))) {
            plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    std::vector<std::string> columns;
    std::istringstream words(plain);
    for (std::string word; words >> word;) {
        columns.push_back(word == "begin" || word == "end" ? word + "/ms" : word);
    }
    return columns;
}

}  // namespace

DipoleCourse read_dipole_text(const std::filesystem::path& path) {
    std::istringstream text(file_text(path));
    std::string header;
    DipoleCourse dipole;
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(text, line);) {
        const std::string_view content = trimmed(line);
        if (content.empty()) {
            continue;
        }
        if (content.front() == '#' || content.front() == '%') {
            if (rows.empty()) {
                header = content;
            }
            const auto name = content.find("Name \""), end = content.find(" dipoles\"");
            if ((content.starts_with("##") || content.starts_with("%%")) && name != content.npos &&
                end != content.npos) {
                dipole.name = std::string(content.substr(name + 6, end - name - 6));
            }
            continue;
        }
        std::istringstream words{std::string(content)};
        std::vector<double> row;
        for (std::string word; words >> word;) {
            const auto number = number_in<double>(word.front() == '+' ? word.substr(1) : word);
            if (!number) {
                throw FileError(path, FileError::no_offset,
                                "a table of dipoles must hold numbers; found '" + word + "'");
            }
            row.push_back(*number);
        }
        rows.push_back(std::move(row));
    }
    const auto columns = columns_in(header);
    const auto place = [&](const char* name) {
        return std::ranges::find(columns, std::string(name)) - columns.begin();
    };
    std::vector<std::string> missing, ignored;
    for (const Column& column : needed_columns) {
        if (place(column.name) == std::ssize(columns)) {
            missing.push_back(column.name);
        }
    }
    if (!missing.empty()) {
        throw FileError(path, FileError::no_offset,
                        "the comment above a table of dipoles must name its columns; there is "
                        "no " +
                            joined(missing));
    }
    for (const auto& column : columns) {
        const auto is = [&](const Column& known) { return column == known.name; };
        if (column != "end/ms" && std::ranges::none_of(needed_columns, is) && std::ranges::none_of(fit_columns, is) &&
            std::ranges::none_of(confidence_columns, is)) {
            ignored.push_back(column);
        }
    }
    if (!ignored.empty()) {
        warn("columns of the table of dipoles that are not known are passed over: " + joined(ignored));
    }
    const index n = std::ssize(rows);
    for (const auto& row : rows) {
        if (row.size() != columns.size()) {
            throw FileError(path, FileError::no_offset,
                            "a table of dipoles must have a number for each of its " + text_of(columns.size()) +
                                " columns in each row; a row has " + text_of(row.size()));
        }
    }
    const auto numbers = [&](const Column& column) {
        std::vector<double> values;
        for (const auto& row : rows) {
            values.push_back(column.unit * row[static_cast<std::size_t>(place(column.name))]);
        }
        return values;
    };
    const index end = place("end/ms");
    if (end < std::ssize(columns) && std::ranges::any_of(rows, [&](const auto& row) {
            return row[static_cast<std::size_t>(end)] != row[static_cast<std::size_t>(place("begin/ms"))];
        })) {
        warn("begin and end of dipoles differ; begin alone is taken as their time");
    }
    dipole.times = numbers(needed_columns[0]);
    dipole.amplitude = numbers(needed_columns[4]);
    dipole.gof = numbers(needed_columns[8]);
    dipole.pos = Array<double, 2>({n, 3});
    dipole.ori = Array<double, 2>({n, 3});
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto pos = numbers(needed_columns[1 + axis]), moment = numbers(needed_columns[5 + axis]);
        for (index t = 0; t < n; ++t) {
            const double amplitude = dipole.amplitude[static_cast<std::size_t>(t)];
            dipole.pos(t, axis) = pos[static_cast<std::size_t>(t)];
            dipole.ori(t, axis) = amplitude == 0 ? 1e9 * moment[static_cast<std::size_t>(t)]
                                                 : moment[static_cast<std::size_t>(t)] / amplitude;
        }
    }
    if (place(fit_columns[0].name) < std::ssize(columns)) {
        dipole.khi2 = numbers(fit_columns[0]);
    }
    if (place(fit_columns[1].name) < std::ssize(columns)) {
        dipole.nfree = numbers(fit_columns[1]);
    }
    for (const Column& column : confidence_columns) {
        if (place(column.name) < std::ssize(columns)) {
            dipole.conf[confidence_name(column)] = numbers(column);
        }
    }
    return dipole;
}

void write_dipole_text(const DipoleCourse& dipole, const std::filesystem::path& path, bool overwrite) {
    OutputFile file(path, overwrite);
    std::string text =
        "# CoordinateSystem \"Head\"\n#   begin     end   X (mm)   Y (mm)   Z (mm)   Q(nAm)  Qx(nAm)  "
        "Qy(nAm)  Qz(nAm)    g/%";
    const auto known = [&](const Column& column) { return dipole.conf.contains(confidence_name(column)); };
    text += dipole.khi2 ? fit_columns[0].title : "";
    text += dipole.nfree ? fit_columns[1].title : "";
    for (const Column& column : confidence_columns) {
        text += known(column) ? column.title : "";
    }
    text += "\n";
    for (std::size_t t = 0; t < dipole.times.size(); ++t) {
        const auto row = static_cast<index>(t);
        const double ms = 1e3 * dipole.times[t], nAm = 1e9 * dipole.amplitude[t];
        text += "  " + formatted("%7.1f", ms) + " " + formatted("%7.1f", ms);
        for (index axis = 0; axis < 3; ++axis) {
            text += " " + formatted("%8.2f", dipole.pos(row, axis) / 1e-3);
        }
        text += " " + formatted("%8.3f", nAm);
        for (index axis = 0; axis < 3; ++axis) {
            text += " " + formatted("%8.3f", dipole.ori(row, axis) * nAm);
        }
        text += " " + formatted("%6.2f", dipole.gof[t]);
        text += dipole.khi2 ? formatted(fit_columns[0].format, (*dipole.khi2)[t]) : "";
        text += dipole.nfree ? formatted(fit_columns[1].format, (*dipole.nfree)[t]) : "";
        for (const Column& column : confidence_columns) {
            text +=
                known(column) ? formatted(column.format, dipole.conf.at(confidence_name(column))[t] / column.unit) : "";
        }
        text += "\n";
    }
    if (dipole.name) {
        text += "## Name \"" + *dipole.name + " dipoles\" Style \"Dipoles\"";
    }
    file.write(text);
    file.commit();
}

namespace {

// A record: number, begin, end, origin (3), position (3), moment (3), goodness of fit, whether limits of confidence are
// known, noise, those limits (5), their ellipsoid (25), volume, χ², its probability, total noise.
constexpr std::size_t record_numbers = 49;
enum Place : std::size_t {
    begin = 1,
    position = 6,
    moment = 9,
    goodness = 12,
    known = 13,
    limits = 15,
    volume = 45,
    chi = 46
};
constexpr std::array<const char*, 5> limit_names{"depth", "long", "trans", "qlong", "qtrans"};

float float_at(const std::byte* bytes) {
    std::uint32_t bits = 0;
    for (int k = 0; k < 4; ++k) {
        bits = bits << 8 | std::to_integer<std::uint32_t>(bytes[k]);
    }
    return std::bit_cast<float>(bits);
}

void put(std::vector<std::byte>& bytes, std::size_t record, std::size_t place, std::uint32_t bits) {
    for (std::size_t k = 0; k < 4; ++k) {
        bytes[(record * record_numbers + place) * 4 + k] = static_cast<std::byte>(bits >> (24 - 8 * k));
    }
}

}  // namespace

DipoleCourse read_dipole_binary(const std::filesystem::path& path) {
    const auto bytes = file_bytes(path);
    if (bytes.empty() || bytes.size() % (4 * record_numbers) != 0) {
        throw FileError(path, FileError::no_offset,
                        "a .bdip file must hold whole records of " + text_of(4 * record_numbers) + " bytes; it has " +
                            text_of(bytes.size()));
    }
    const std::size_t n = bytes.size() / (4 * record_numbers);
    DipoleCourse dipole;
    dipole.pos = Array<double, 2>({static_cast<index>(n), 3});
    dipole.ori = Array<double, 2>({static_cast<index>(n), 3});
    dipole.khi2.emplace();
    for (std::size_t t = 0; t < n; ++t) {
        const auto at = [&](std::size_t place) {
            return static_cast<double>(float_at(bytes.data() + 4 * (t * record_numbers + place)));
        };
        const std::array<double, 3> Q{at(moment), at(moment + 1), at(moment + 2)};
        const double amplitude = std::hypot(Q[0], Q[1], Q[2]);
        dipole.times.push_back(at(begin));
        dipole.amplitude.push_back(amplitude);
        dipole.gof.push_back(100 * at(goodness));
        for (std::size_t axis = 0; axis < 3; ++axis) {
            dipole.pos(static_cast<index>(t), static_cast<index>(axis)) = at(position + axis);
            dipole.ori(static_cast<index>(t), static_cast<index>(axis)) = amplitude == 0 ? 0 : Q[axis] / amplitude;
        }
        for (std::size_t k = 0; k < limit_names.size(); ++k) {
            dipole.conf[limit_names[k]].push_back(at(limits + k));
        }
        dipole.conf["vol"].push_back(at(volume));
        dipole.khi2->push_back(at(chi));
    }
    return dipole;
}

void write_dipole_binary(const DipoleCourse& dipole, const std::filesystem::path& path, bool overwrite) {
    OutputFile file(path, overwrite);
    std::vector<std::byte> bytes(4 * record_numbers * dipole.times.size());
    for (std::size_t t = 0; t < dipole.times.size(); ++t) {
        const auto row = static_cast<index>(t);
        const auto number = [&](std::size_t place, double value) {
            put(bytes, t, place, std::bit_cast<std::uint32_t>(static_cast<float>(value)));
        };
        const auto limit = [&](const char* name) {
            const auto found = dipole.conf.find(name);
            return found == dipole.conf.end() ? 0 : found->second[t];
        };
        number(begin, dipole.times[t]);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            number(position + axis, dipole.pos(row, static_cast<index>(axis)));
            number(moment + axis, dipole.amplitude[t] * dipole.ori(row, static_cast<index>(axis)));
        }
        number(goodness, dipole.gof[t] / 100);
        put(bytes, t, known, dipole.conf.empty() ? 0 : 1);
        for (std::size_t k = 0; k < limit_names.size(); ++k) {
            number(limits + k, limit(limit_names[k]));
        }
        number(volume, limit("vol"));
        number(chi, dipole.khi2 ? (*dipole.khi2)[t] : 0);
    }
    file.write(bytes);
    file.commit();
}

}  // namespace ranvier::formats
