#include "ranvier/meeg/preprocess/filter.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"

namespace ranvier::meeg {
namespace {

using numerics::Padding;

/// Calls body(first, last) for runs of neighbouring numbers in sorted picks.
template <class Body>
void for_runs(const std::vector<index>& picks, Body&& body) {
    for (std::size_t k = 0; k < picks.size();) {
        std::size_t end = k + 1;
        while (end < picks.size() && picks[end] == picks[end - 1] + 1) {
            ++end;
        }
        body(picks[k], picks[end - 1] + 1);
        k = end;
    }
}

/// The rows to work on, sorted, each once.
std::vector<index> checked_rows(const std::vector<index>& picks, index n_rows) {
    std::vector<index> rows = picks.empty() ? counted(n_rows) : picks;
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    require(rows.empty() || (rows.front() >= 0 && rows.back() < n_rows), [&] {
        return "picks must be in [0, " + text_of(n_rows) + "); got " +
               text_of(rows.front() < 0 ? rows.front() : rows.back());
    });
    return rows;
}

std::vector<index> channels_to_filter(const Info& info, const std::vector<index>& picks) {
    if (!picks.empty()) {
        return checked_rows(picks, info.n_channels());
    }
    std::vector<index> data = pick_data(info, false);
    require(!data.empty(), "there is no data channel to filter; name others in picks");
    return data;
}

void require_preloaded(bool preloaded, const char* what) {
    require(preloaded, [&] {
        return std::string(what) + " needs the data in memory: load it first (load_data, or preload=True)";
    });
}

void filter_rows(View<double, 2> data, const std::vector<index>& rows, const FilterPlan& plan, Padding padding) {
    for_runs(rows, [&](index first, index last) { apply_plan(plan, data.slice(0, first, last), padding); });
}

/// Filters the pieces of a recording. @return  its rows that were filtered
template <class Options>
std::vector<index> filter_pieces(Raw& raw, const Options& options, const char* what) {
    require_preloaded(raw.preloaded, what);
    const std::vector<index> rows = channels_to_filter(raw.info, options.picks);
    const Padding padding = padding_named(options.pad, Padding::reflect_limited);
    const auto parts = kept_pieces(raw, options.skip_by_annotation);
    index longest = 0;
    for (const auto& [start, stop] : parts) {
        longest = std::max(longest, stop - start);
    }
    log(LogLevel::info,
        std::string(what) + ": " + text_of(parts.size()) + " contiguous segment" + (parts.size() == 1 ? "" : "s"));
    // The filter's length depends on the rules only: one design for all pieces.
    const FilterPlan plan = filter_plan(raw.info.sfreq, options, longest);
    for (const auto& [start, stop] : parts) {
        filter_rows(raw.data.view().slice(1, start, stop), rows, plan, padding);
    }
    return rows;
}

/// Epochs are filtered as rows; where not all channels are, through a copy of those that are.
template <class Filter>
void filter_epoch_rows(Array<double, 3>& data, const std::vector<index>& rows, Filter&& filter) {
    const index n_epochs = data.extent(0), n_channels = data.extent(1), n_times = data.extent(2);
    const index n_rows = static_cast<index>(rows.size());
    if (n_rows == n_channels) {
        filter(View<double, 2>(data.data(), {n_epochs * n_channels, n_times}));
        return;
    }
    Array<double, 2> some({n_epochs * n_rows, n_times});
    const auto each_row = [&](auto&& move) {
        parallel_for(n_epochs, [&](index e) {
            for (index k = 0; k < n_rows; ++k) {
                double* there = data.data() + (e * n_channels + rows[static_cast<std::size_t>(k)]) * n_times;
                move(there, some.data() + (e * n_rows + k) * n_times);
            }
        });
    };
    each_row([&](const double* from, double* to) { std::copy(from, from + n_times, to); });
    filter(some.view());
    each_row([&](double* to, const double* from) { std::copy(from, from + n_times, to); });
}

template <class Options>
void filter_plain(View<double, 2> data, double sfreq, const Options& options) {
    const FilterPlan plan = filter_plan(sfreq, options, data.extent(1));
    filter_rows(data, checked_rows(options.picks, data.extent(0)), plan,
                padding_named(options.pad, Padding::reflect_limited));
}

/// A filter of all data channels narrows what the Info says about the band, unless it is a band-stop.
void update_band(Info& info, const std::vector<index>& rows, const FilterOptions& options) {
    const std::vector<index> data = pick_data(info, false);
    if (data.empty() || !std::includes(rows.begin(), rows.end(), data.begin(), data.end())) {
        return;
    }
    const auto& l = options.l_freq;
    const auto& h = options.h_freq;
    if (h && (!l || *l < *h) && *h < info.lowpass) {
        info.lowpass = *h;
    }
    if (l && (!h || *l < *h) && *l > info.highpass) {
        info.highpass = *l;
    }
}

}  // namespace

std::vector<std::pair<index, index>> kept_pieces(const Raw& raw, const std::vector<std::string>& skip) {
    const index n = raw.n_samples();
    std::vector<bool> kept(static_cast<std::size_t>(n), true);
    std::vector<index> starts, stops;
    for (const AnnotationSpan& span : annotation_spans(raw, skip)) {
        const index begin = span.begin, end = span.end;
        std::fill(kept.begin() + begin, kept.begin() + end, false);
        if (begin == end && begin > 0 && begin < n) {  // a boundary without width
            starts.push_back(begin);
            stops.push_back(begin);
        }
    }
    for (index k = 0; k < n; ++k) {
        const auto at = static_cast<std::size_t>(k);
        if (kept[at] && (k == 0 || !kept[at - 1])) {
            starts.push_back(k);
        }
        if (kept[at] && (k + 1 == n || !kept[at + 1])) {
            stops.push_back(k + 1);
        }
    }
    // Sorted apart, the starts and stops of boundaries cut the stretches that hold them.
    std::sort(starts.begin(), starts.end());
    std::sort(stops.begin(), stops.end());
    std::vector<std::pair<index, index>> out;
    for (std::size_t k = 0; k < starts.size(); ++k) {
        if (starts[k] < stops[k]) {
            out.emplace_back(starts[k], stops[k]);
        }
    }
    return out;
}

void filter(Raw& raw, const FilterOptions& options) {
    update_band(raw.info, filter_pieces(raw, options, "filter"), options);
}

void notch_filter(Raw& raw, const NotchOptions& options) { filter_pieces(raw, options, "notch_filter"); }

void filter(Epochs& epochs, const FilterOptions& options) {
    require_preloaded(epochs.preloaded, "filter");
    const std::vector<index> rows = channels_to_filter(epochs.info, options.picks);
    const FilterPlan plan = filter_plan(epochs.info.sfreq, options, epochs.data.extent(2));
    const Padding padding = padding_named(options.pad, Padding::edge);
    filter_epoch_rows(epochs.data, rows, [&](View<double, 2> some) { apply_plan(plan, some, padding); });
    update_band(epochs.info, rows, options);
}

void filter(Evoked& evoked, const FilterOptions& options) {
    const std::vector<index> rows = channels_to_filter(evoked.info, options.picks);
    const FilterPlan plan = filter_plan(evoked.info.sfreq, options, evoked.n_times());
    filter_rows(evoked.data, rows, plan, padding_named(options.pad, Padding::edge));
    update_band(evoked.info, rows, options);
}

void filter(View<double, 2> data, double sfreq, const FilterOptions& options) { filter_plain(data, sfreq, options); }

void notch_filter(View<double, 2> data, double sfreq, const NotchOptions& options) {
    filter_plain(data, sfreq, options);
}

std::vector<double> fir_coefficients(double sfreq, const FilterOptions& options, index n_samples) {
    require(options.method == "fir",
            [&] { return "fir_coefficients needs method 'fir'; got '" + options.method + "'"; });
    return filter_plan(sfreq, options, n_samples).taps;
}

IirFilter iir_filter(double sfreq, const FilterOptions& options) {
    require(options.method == "iir", [&] { return "iir_filter needs method 'iir'; got '" + options.method + "'"; });
    return filter_plan(sfreq, options, 0).recursive;
}

}  // namespace ranvier::meeg
