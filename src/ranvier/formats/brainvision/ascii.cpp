#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/brainvision/header.hpp"

namespace ranvier::formats::brainvision {

std::vector<double> ascii_samples(const Header& header) {
    const MappedFile file(header.data);
    const std::string_view bytes(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
    const auto n = header.channels.size();
    // what stands between numbers; commas too where they are no decimal points
    const std::string between = header.lines.point == ',' ? " \t;" : " \t;,";
    std::vector<double> values;
    std::size_t rows = 0, columns = 0, at = 0;
    for (index line = 0; at < bytes.size(); ++line) {
        const std::size_t end = std::min(bytes.find_first_of("\r\n", at), bytes.size());
        const std::size_t begin = at;
        at = end + (bytes.substr(end, 2) == "\r\n" ? 2 : 1);
        const std::size_t from = bytes.find_first_not_of(between, begin);
        if (line < header.lines.skip_lines || from >= end) {
            continue;
        }
        std::size_t found = 0;
        for (std::size_t word = from; word < end;) {
            const std::size_t stop = std::min(bytes.find_first_of(between, word), end);
            if (static_cast<index>(found++) >= header.lines.skip_columns) {
                std::string number(bytes.substr(word, std::min<std::size_t>(stop - word, 64)));
                std::ranges::replace(number, header.lines.point, '.');
                const auto value = number_in<double>(std::string_view(number).substr(number.starts_with('+') ? 1 : 0));
                if (!value) {
                    throw FileError(header.data, static_cast<std::int64_t>(word),
                                    "line " + text_of(line + 1) + ": '" + number.substr(0, 20) + "' is no number");
                }
                values.push_back(*value);
            }
            word = std::min(bytes.find_first_not_of(between, stop), end);
        }
        const std::size_t numbers = found - std::min(found, static_cast<std::size_t>(header.lines.skip_columns));
        columns = rows == 0 ? numbers : columns;
        const std::size_t wanted = header.by_channel ? columns : n;
        if (numbers != wanted || numbers == 0) {
            throw FileError(header.data, static_cast<std::int64_t>(begin),
                            "line " + text_of(line + 1) + " must hold " + text_of(wanted) +
                                (header.by_channel ? " samples" : " channels") + "; it holds " + text_of(numbers));
        }
        ++rows;
    }
    const std::size_t points = header.by_channel ? columns : rows;
    if (points == 0 || (header.by_channel && rows != n)) {
        throw FileError(header.data, static_cast<std::int64_t>(bytes.size()),
                        header.by_channel && rows > 0
                            ? "must hold a line for each of " + text_of(n) + " channels; it holds " + text_of(rows)
                            : "holds no sample");
    }
    if (header.by_channel) {
        return values;
    }
    std::vector<double> turned(values.size());
    for (std::size_t t = 0; t < points; ++t) {
        for (std::size_t c = 0; c < n; ++c) {
            turned[c * points + t] = values[t * n + c];
        }
    }
    return turned;
}

}  // namespace ranvier::formats::brainvision
