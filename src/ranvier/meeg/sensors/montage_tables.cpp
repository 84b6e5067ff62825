#include "ranvier/meeg/sensors/montage_tables.hpp"

#include <algorithm>
#include <string>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::meeg::montages {
namespace {

constexpr std::array<std::string_view, 5> kind_names{"elc", "tsv", "txt", "sfp", "csd"};

/// What stands before the first `end`, which goes from `text` together with it.
std::string_view cut(std::string_view& text, char end) {
    const std::string_view piece = text.substr(0, text.find(end));
    text.remove_prefix(std::min(piece.size() + 1, text.size()));
    return piece;
}

}  // namespace

Table parsed(const BundledText& file) {
    Table table{file.name, Kind::elc, {}};
    const auto refuse = [&](std::string_view line) {
        throw InternalError("montages/" + std::string(file.name) + ".tsv: '" + std::string(line) + "'");
    };
    for (std::string_view rest = file.text; !rest.empty();) {
        const std::string_view line = cut(rest, '\n');
        constexpr std::string_view kind_is = "# kind: ";
        if (line.starts_with(kind_is)) {
            const auto* kind = std::ranges::find(kind_names, line.substr(kind_is.size()));
            if (kind == kind_names.end()) {
                refuse(line);
            }
            table.kind = static_cast<Kind>(kind - kind_names.begin());
        } else if (!line.starts_with('#')) {
            std::string_view numbers = line;
            Site site{cut(numbers, '\t'), {}};
            std::size_t n = 0;
            for (; n < 3 && !numbers.empty(); ++n) {
                const auto number = number_in<double>(cut(numbers, '\t'));
                if (!number) {
                    refuse(line);
                }
                site.at[n] = *number;
            }
            if (n < 2 || !numbers.empty()) {
                refuse(line);
            }
            table.sites.push_back(site);
        }
    }
    return table;
}

const std::vector<Table>& tables() {
    static const std::vector<Table> all = [] {
        std::vector<Table> parsed_ones;
        std::ranges::transform(bundled_montages(), std::back_inserter(parsed_ones), parsed);
        return parsed_ones;
    }();
    return all;
}

}  // namespace ranvier::meeg::montages
