#include "ranvier/meeg/recording/evoked.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"
#include "ranvier/numerics/special.hpp"

namespace ranvier::meeg {

std::vector<double> Evoked::times() const { return time_axis(tmin(), n_times(), info.sfreq); }

Evoked make_evoked(Info info, Array<double, 2> data, double tmin, std::string comment, double nave, std::string kind) {
    Evoked evoked;
    evoked.info = std::move(info);
    evoked.data = std::move(data);
    evoked.comment = std::move(comment);
    evoked.nave = nave;
    evoked.kind = std::move(kind);
    check(evoked);
    set_tmin(evoked, tmin);
    return evoked;
}

void check(const Evoked& evoked) {
    check(evoked.info);
    check_rows(evoked.info, evoked.data.extent(0));
    require(evoked.kind == "average" || evoked.kind == "standard_error",
            [&] { return "the kind of an evoked must be 'average' or 'standard_error'; got '" + evoked.kind + "'"; });
}

void set_tmin(Evoked& evoked, double tmin) {
    evoked.first = static_cast<index>(std::nearbyint(tmin * evoked.info.sfreq));
    evoked.exact_tmin.reset();
    if (!on_grid(tmin, evoked.info.sfreq)) {
        evoked.exact_tmin = tmin;
    }
}

std::vector<double> combination_weights(const std::vector<Evoked>& evokeds, const std::string& rule) {
    require(!evokeds.empty(), "there must be at least one evoked to combine; got none");
    std::vector<double> weights(evokeds.size(), 1.0 / static_cast<double>(evokeds.size()));
    if (rule == "nave") {
        double sum = 0;
        for (const auto& evoked : evokeds) {
            sum += evoked.nave;
        }
        for (std::size_t k = 0; k < weights.size(); ++k) {
            weights[k] = evokeds[k].nave / sum;
        }
    } else {
        require(rule == "equal", [&] { return "weights must be 'equal', 'nave' or numbers; got '" + rule + "'"; });
    }
    return weights;
}

std::vector<double> reach_of_mean(View<const double, 2> lines, double level) {
    const index n = lines.extent(0);
    require(n >= 2, "the interval of a mean needs at least 2 lines; got ", n);
    const double count = static_cast<double>(n), t = numerics::student_reach(level, count - 1);
    std::vector<double> reach(static_cast<std::size_t>(lines.extent(1)));
    for (index k = 0; k < lines.extent(1); ++k) {
        double mean = 0, square = 0;
        for (index i = 0; i < n; ++i) {
            mean += lines(i, k) / count;
        }
        for (index i = 0; i < n; ++i) {
            square += (lines(i, k) - mean) * (lines(i, k) - mean);
        }
        reach[static_cast<std::size_t>(k)] = t * std::sqrt(square / (count - 1) / count);
    }
    return reach;
}

namespace {

/// A comment as part of a sum.
std::string term(const std::string& comment) {
    const bool sum = comment.find(" + ") != std::string::npos;
    return comment.empty() ? "unknown" : sum ? "(" + comment + ")" : comment;
}

std::string combined_comment(const std::vector<Evoked>& evokeds, const std::vector<double>& weights) {
    std::string comment;
    for (std::size_t k = 0; k < evokeds.size(); ++k) {
        const double size = std::abs(weights[k]);
        const bool one = std::abs(size - 1) <= 1e-8 + 1e-5;  // NumPy's isclose to 1
        const std::string weight = one ? "" : formatted("%0.3f × ", size);

        const bool minus = weights[k] < 0;
        comment += (k == 0 ? (minus ? "-" : "") : (minus ? " - " : " + ")) + weight + term(evokeds[k].comment);
    }
    for (auto at = comment.find(" - - "); at != std::string::npos; at = comment.find(" - - ")) {
        comment.replace(at, 5, " + ");  // minus a negated one
    }
    return comment;
}

}  // namespace

Evoked combine_evoked(const std::vector<Evoked>& evokeds, const std::vector<double>& weights) {
    require(!evokeds.empty(), "there must be at least one evoked to combine; got none");
    require(evokeds.size() == weights.size(), [&] {
        return "there must be one weight per evoked; got " + text_of(weights.size()) + " weights for " +
               text_of(evokeds.size()) + " evokeds";
    });
    Evoked result = evokeds[0];
    const auto names = channel_names(result.info);
    const auto times = result.times();
    std::fill(result.data.data(), result.data.data() + result.data.size(), 0.0);
    double noise = 0;
    std::set<std::string> bads;
    for (std::size_t k = 0; k < evokeds.size(); ++k) {
        const Evoked& evoked = evokeds[k];
        const auto own = channel_names(evoked.info);
        require(std::set(own.begin(), own.end()) == std::set(names.begin(), names.end()), [&] {
            return "evokeds to combine must have the same channels; number " + text_of(k) + " ('" + evoked.comment +
                   "') differs from the first";
        });
        require(same_times(times, evoked.times()), [&] {
            return "evokeds to combine must have the same times; number " + text_of(k) + " ('" + evoked.comment +
                   "') differs from the first";
        });
        const auto order = channel_indices(evoked.info, names);
        for (index c = 0; c < result.data.extent(0); ++c) {
            const auto from = evoked.data.view().row(order[static_cast<std::size_t>(c)]);
            const auto to = result.data.view().row(c);
            for (std::size_t t = 0; t < to.size(); ++t) {
                to[t] += weights[k] * from[t];
            }
        }
        noise += weights[k] * weights[k] / evoked.nave;
        bads.insert(evoked.info.bads.begin(), evoked.info.bads.end());
    }
    result.info.bads.assign(bads.begin(), bads.end());
    result.nave = 1 / noise;
    result.comment = combined_comment(evokeds, weights);
    return result;
}

Evoked negated(Evoked evoked) {
    for (index k = 0; k < evoked.data.size(); ++k) {
        evoked.data.data()[k] *= -1;
    }
    evoked.comment = "- " + term(evoked.comment);
    return evoked;
}

void apply_baseline(Evoked& evoked, std::optional<double> tmin, std::optional<double> tmax) {
    const auto times = evoked.times();
    const auto [begin, end] = baseline_range(times, evoked.info.sfreq, tmin, tmax);
    for (index c = 0; c < evoked.data.extent(0); ++c) {
        const auto row = evoked.data.view().row(c);
        const double m = mean(row.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
        for (double& x : row) {
            x -= m;
        }
    }
    evoked.baseline_tmin = tmin.value_or(times.front());
    evoked.baseline_tmax = tmax.value_or(times.back());
}

void crop(Evoked& evoked, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax) {
    const auto times = evoked.times();
    const auto [begin, end] = crop_range(times, evoked.info.sfreq, tmin, tmax, include_tmax);
    Array<double, 2> kept({evoked.data.extent(0), end - begin});
    copy(evoked.data.view().slice(1, begin, end), kept);
    evoked.data = std::move(kept);
    set_tmin(evoked, times[static_cast<std::size_t>(begin)]);
}

void decimate(Evoked& evoked, int decim, int offset) {
    const auto times = evoked.times();
    const index begin = decimation_start(evoked.info, times, decim, offset);
    const index n = begin < evoked.n_times() ? (evoked.n_times() - begin + decim - 1) / decim : 0;
    require(n > 0,
            [&] { return "decim = " + text_of(decim) + " leaves none of " + text_of(evoked.n_times()) + " samples"; });
    Array<double, 2> kept({evoked.data.extent(0), n});
    for (index c = 0; c < kept.extent(0); ++c) {
        for (index t = 0; t < n; ++t) {
            kept(c, t) = evoked.data(c, begin + t * decim);
        }
    }
    evoked.data = std::move(kept);
    evoked.info.sfreq /= decim;
    set_tmin(evoked, times[static_cast<std::size_t>(begin)]);
}

void shift_time(Evoked& evoked, double tshift, bool relative) {
    set_tmin(evoked, tshift + (relative ? evoked.tmin() : 0));
}

void pick(Evoked& evoked, const std::vector<index>& picks) {
    pick_channels(evoked.info, picks);
    evoked.data = rows(evoked.data, picks);
}

}  // namespace ranvier::meeg
