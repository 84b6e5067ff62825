#include "ranvier/sim/monitors/rates.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::sim {

Array<double, 2> events_in_bins(std::span<const std::int32_t> i, std::span<const double> t, index elements, index bins,
                                index bin, double dt) {
    ensure(i.size() == t.size() && bin > 0, "each event has an element and a time");
    Array<double, 2> counts({elements, bins});
    for (std::size_t k = 0; k < i.size(); ++k) {
        // A time within a thousandth of a step of the next one belongs to it.
        const auto at = static_cast<index>((t[k] + 1e-3 * dt) / dt) / bin;
        if (at < bins) {
            counts(i[k], at) += 1;
        }
    }
    return counts;
}

std::vector<double> means_in_bins(std::span<const double> values, index bin) {
    ensure(bin > 0, "a bin has steps");
    std::vector<double> means(values.size() / static_cast<std::size_t>(bin));
    for (std::size_t k = 0; k < means.size(); ++k) {
        const auto part = values.subspan(k * static_cast<std::size_t>(bin), static_cast<std::size_t>(bin));
        means[k] = std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(bin);
    }
    return means;
}

std::vector<double> rate_window(std::string_view kind, double width) {
    require(width > 0 && std::isfinite(width), "the width of a window must be > 0 steps and finite; got ", width);
    require(kind == "gaussian" || kind == "flat", "a window is 'gaussian' or 'flat'; got '", kind, "'");
    const bool gaussian = kind == "gaussian";
    const auto reach = static_cast<index>(std::nearbyint(gaussian ? 2 * width : width / 2));
    std::vector<double> window;
    for (index k = -reach; k <= reach; ++k) {
        const double x = static_cast<double>(k);
        window.push_back(gaussian ? std::exp(-x * x / (2 * width * width)) : 1);
    }
    const double sum = std::accumulate(window.begin(), window.end(), 0.0);
    for (double& w : window) {
        w /= sum;
    }
    return window;
}

Array<double, 2> smoothed(View<const double, 2> rows, std::span<const double> window) {
    require(window.size() % 2 == 1, "a window has an odd number of values, so that it has a middle; got ",
            window.size());
    const index n = rows.extent(1), reach = std::ssize(window) / 2;
    Array<double, 2> result({rows.extent(0), n});
    parallel_for(rows.extent(0), [&](index row) {
        for (index k = 0; k < n; ++k) {
            double sum = 0;
            for (index j = std::max<index>(-reach, k - n + 1); j <= std::min(reach, k); ++j) {
                sum += window[static_cast<std::size_t>(j + reach)] * rows(row, k - j);
            }
            result(row, k) = sum;
        }
    });
    return result;
}

}  // namespace ranvier::sim
