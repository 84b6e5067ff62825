#include "ranvier/meeg/recording/annotations.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace ranvier::meeg {

void sort(Annotations& annotations) {
    // Stable, so that annotations of one place keep the order in which they were made.
    std::stable_sort(annotations.items.begin(), annotations.items.end(), [](const Annotation& a, const Annotation& b) {
        return std::tie(a.onset, a.duration) < std::tie(b.onset, b.duration);
    });
}

Annotations cropped(const Annotations& annotations, double tmin, double tmax) {
    require(tmin <= tmax, [&] {
        return "tmin must be <= tmax to crop annotations; got tmin " + text_of(tmin) + " s and tmax " + text_of(tmax) +
               " s";
    });
    const auto first = microseconds(tmin), last = microseconds(tmax);
    Annotations kept;
    kept.orig_time = annotations.orig_time;
    for (const auto& item : annotations.items) {
        auto begin = microseconds(item.onset);
        auto end = begin + microseconds(std::isnan(item.duration) ? 0.0 : item.duration);
        if (begin > last || end < first) {
            continue;
        }
        Annotation part = item;
        if (begin < first || end > last) {
            begin = std::max(begin, first);
            end = std::min(end, last);
            part.duration = static_cast<double>(end - begin) / 1e6;
        }
        part.onset = static_cast<double>(begin) / 1e6;
        kept.items.push_back(std::move(part));
    }
    return kept;
}

}  // namespace ranvier::meeg
