#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/brainvision/header.hpp"
#include "ranvier/formats/plain/date.hpp"

namespace ranvier::formats::brainvision {

namespace {

constexpr double latest = 1e11;  // [s] 3000 years, in which microseconds still count

/// "YYYYMMDDhhmmssuuuuuu"; zeros, which stand for no date, are none.
std::optional<meeg::MeasurementDate> date_of(std::string_view text) {
    if (text.size() != 20 || text.find_first_not_of("0123456789") != std::string_view::npos) {
        return {};
    }
    const auto part = [&](std::size_t at, std::size_t n) { return *number_in<int>(text.substr(at, n)); };
    const auto seconds = utc_seconds(part(0, 4), part(4, 2), part(6, 2), part(8, 2), part(10, 2), part(12, 2));
    return seconds ? std::optional(meeg::MeasurementDate{*seconds, part(14, 6)}) : std::nullopt;
}

}  // namespace

Markers markers_of(const std::filesystem::path& path, double sfreq, bool ignore_types) {
    const Text text = text_of_file(path, "Marker");
    Markers out;
    const Section* infos = text.find("Marker Infos");
    bool first = true;
    for (const Entry& entry : infos ? infos->entries : std::vector<Entry>{}) {
        if (!entry.key.starts_with("Mk") || !number_in<index>(std::string_view(entry.key).substr(2))) {
            continue;
        }
        const auto fields = split(entry.value, ',');
        const auto position = fields.size() < 4 ? std::nullopt : number_in<index>(trimmed(fields[2]));
        if (!position) {
            text.fail(entry, "a marker must hold type, description, position and size; got '" + entry.value + "'");
        }
        const std::string type = with_commas(fields[0]), description = with_commas(fields[1]);
        const bool segment = type == "New Segment";
        if (segment && !out.date && fields.size() >= 6) {
            out.date = date_of(trimmed(fields[5]));
        }
        if (!(first && segment)) {  // the first holds the date only
            const auto size = number_in<index>(trimmed(fields[3])).value_or(0);
            const double onset = (static_cast<double>(*position) - 1) / sfreq;  // positions count from 1
            const double duration = static_cast<double>(std::max<index>(size, 0)) / sfreq;
            if (!(std::abs(onset) < latest && duration < latest)) {
                text.fail(entry, "a marker must lie within " + text_of(latest) + " s; got position " +
                                     std::string(fields[2]) + " and size " + std::string(fields[3]));
            }
            out.annotations.items.push_back(
                {onset, duration, ignore_types ? description : type + "/" + description, {}});
        }
        first = false;
    }
    meeg::sort(out.annotations);
    return out;
}

}  // namespace ranvier::formats::brainvision
