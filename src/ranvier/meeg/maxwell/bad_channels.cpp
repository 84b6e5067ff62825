#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/run.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"

namespace ranvier::meeg {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// The recording's MEG channels below a frequency; nothing where it is that already.
std::optional<Raw> low_passed(const Raw& raw, const std::vector<index>& picks, const std::optional<double>& h_freq) {
    if (!h_freq || (raw.info.lowpass > 0 && raw.info.lowpass <= *h_freq)) {
        if (h_freq) {
            log(LogLevel::info, "The recording is low-passed at " + text_of(raw.info.lowpass) +
                                    " Hz already, so that no filter is applied");
        }
        return {};
    }
    Raw part = raw.preloaded ? Raw() : raw;
    if (raw.preloaded) {
        part = make_raw(raw.info, Array<double, 2>({raw.info.n_channels(), 1}), raw.first_samp);
        part.annotations = raw.annotations;
        pick_channels(part.info, picks);
        part.data = samples(raw, picks, 0, raw.n_samples());
    } else {
        pick(part, picks);
        load(part);
    }
    FilterOptions filter_options;
    filter_options.h_freq = *h_freq;
    filter_options.picks = pick_all(part.info);
    filter(part, filter_options);
    return part;
}

/// The least standard deviation over stretches of a row.
double least_deviation(std::span<const double> row, index step) {
    double least = std::numeric_limits<double>::infinity();
    for (index at = 0; at + step <= std::ssize(row); at += step) {
        double mean = 0, square = 0;
        for (index k = 0; k < step; ++k) {
            mean += row[static_cast<std::size_t>(at + k)] / static_cast<double>(step);
        }
        for (index k = 0; k < step; ++k) {
            const double d = row[static_cast<std::size_t>(at + k)] - mean;
            square += d * d;
        }
        least = std::min(least, std::sqrt(square / static_cast<double>(step)));
    }
    return least;
}

/// The range of what the multipoles of both spaces do not explain, for each sensor.
std::vector<double> unexplained(const Preparation& p, Positions& positions, const std::vector<bool>& good,
                                View<const double, 2> samples, index start) {
    const index n = samples.extent(0), length = samples.extent(1), n_good = std::ranges::count(good, true);
    std::vector<double> ranges(static_cast<std::size_t>(n));
    Array<double, 2> left({n, length});
    positions.for_pieces(
        start, start + length, good,
        [&](const Spaces& spaces) {
            return Operator{spaces.pinv, spaces.S};
        },
        [&](index from, index to, const Operator& a, const Operator* b, const std::vector<double>& shares) {
            const auto some = samples.slice(1, from - start, to - start);
            Array<double, 2> clean({n_good, to - from});
            take_good(p, good, some, static_cast<double>(from) / p.info.sfreq, clean);
            // Sizes of moments differ from position to position, so that samples are mixed.
            Array<double, 2> made = mixed(a.second, nullptr, mixed(a.first, nullptr, clean, {}), {});
            if (b) {
                const auto other = mixed(b->second, nullptr, mixed(b->first, nullptr, clean, {}), {});
                mix(made, other, shares);
            }
            for (index k = 0; k < n; ++k) {
                for (index s = 0; s < to - from; ++s) {
                    left(k, from - start + s) = some(k, s) - made(k, s);
                }
            }
        });
    for (index k = 0; k < n; ++k) {
        const auto row = left.view().row(k);
        const auto [low, high] = std::ranges::minmax(row);
        ranges[static_cast<std::size_t>(k)] = high - low;
    }
    return ranges;
}

}  // namespace

BadChannels find_bad_channels_maxwell(const Raw& given, const BadChannelOptions& options) {
    check_settings(options);
    require(!options.head_pos || options.coord_frame == "head",
            "head positions are those of a head, so that they need coord_frame='head'");
    const auto pieces = kept_pieces(given, options.skip_by_annotation);
    index longest = 0;
    for (const auto& [start, stop] : pieces) {
        longest = std::max(longest, stop - start);
    }
    const double wanted = std::nearbyint(given.info.sfreq * options.duration);
    require(wanted >= 1 && longest >= 1,
            "duration must be a sample or longer, and skip_by_annotation must leave samples; "
            "got ",
            options.duration, " s of ", static_cast<double>(longest) / given.info.sfreq, " s");
    if (wanted > static_cast<double>(longest)) {
        warn("no stretch of the recording is as long as duration=" + text_of(options.duration) + " s: windows of " +
             text_of(static_cast<double>(longest) / given.info.sfreq) + " s are looked at");
    }
    const auto step = static_cast<index>(std::min(wanted, static_cast<double>(longest)));
    std::vector<std::pair<index, index>> windows;
    for (const auto& [start, stop] : pieces) {
        for (index at = start; at + step <= stop; at += step) {
            windows.emplace_back(at, at + step);
        }
        if (stop - start >= step) {
            windows.back().second = stop;
        }
    }
    const Preparation p = prepared(given, options, {}, false, false);
    const auto& picks = p.sensors.picks;
    const std::optional<Raw> filtered = low_passed(given, picks, options.h_freq);
    const Raw& raw = filtered ? *filtered : given;
    const auto rows = filtered ? counted(std::ssize(picks)) : picks;
    Positions positions(p, head_track(given, options.head_pos.value_or(HeadPositions())),
                        options.head_pos ? options.mc_interp : "zero");
    const index n = std::ssize(picks), n_windows = std::ssize(windows);
    const auto name = [&](index k) {
        return given.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name;
    };
    BadChannels out;
    out.picks = picks;
    out.bins = Array<double, 2>({n_windows, 2});
    out.flat_scores = out.noisy_scores = Array<double, 2>({n, n_windows});
    std::fill(out.flat_scores.data(), out.flat_scores.data() + out.flat_scores.size(), nan);
    out.noisy_scores = out.flat_scores;
    out.flat_limits.assign(static_cast<std::size_t>(n), nan);
    out.noisy_limits = out.flat_limits;
    std::map<index, int> flat_counts, noisy_counts;
    std::set<index> all_flat;
    log(LogLevel::info, "Scanning for bad channels in " + text_of(n_windows) + " interval" +
                            (n_windows == 1 ? "" : "s") + " (" +
                            formatted("%.1f", static_cast<double>(step) / given.info.sfreq) + " s) ...");
    const index flat_step = std::max<index>(20, static_cast<index>(30 * given.info.sfreq / 1000));
    Progress progress("Bad channels", n_windows);
    for (index w = 0; w < n_windows; ++w) {
        check_interrupt();
        const auto [start, stop] = windows[static_cast<std::size_t>(w)];
        const Array<double, 2> window = samples(raw, rows, start, stop);
        out.bins(w, 0) = given.time(start);
        out.bins(w, 1) = given.time(stop - 1);
        for (index k = 0; k < n; ++k) {
            const auto at = static_cast<std::size_t>(k);
            if (!p.good[at]) {
                continue;
            }
            const double limit = out.flat_limits[at] = p.sensors.magnetometer[at] ? 0.01e-15 : 0.01e-13;
            const double score = out.flat_scores(k, w) = least_deviation(window.view().row(k), flat_step);
            if (score < limit) {
                ++flat_counts[k];
                all_flat.insert(k);
            }
        }
        std::vector<bool> good = p.good;
        for (const index k : all_flat) {
            good[static_cast<std::size_t>(k)] = false;
        }
        if (std::ranges::count(good, true) == 0) {
            warn("all MEG channels are flat at " + text_of(given.time(start)) +
                 " s, so that nothing behind it is looked at: annotate that stretch (annotate_amplitude) and name the "
                 "annotation in skip_by_annotation");
            break;
        }
        for (int worst_first = 0; worst_first < 100; ++worst_first) {
            const index n_basis = n_moments(options.int_order) + n_moments(options.ext_order);
            require(std::ranges::count(good, true) > n_basis,
                    "so many channels are flat or stand out by limit=", options.limit, " at ", given.time(start),
                    " s that those left tell no more ", n_basis,
                    " multipoles apart: raise limit, or lower int_order or ext_order");
            const auto ranges = unexplained(p, positions, good, window, start);
            std::vector<index> which;
            std::vector<double> scaled;
            for (index k = 0; k < n; ++k) {
                if (good[static_cast<std::size_t>(k)]) {
                    which.push_back(k);
                    scaled.push_back(ranges[static_cast<std::size_t>(k)] *
                                     p.sensors.scale[static_cast<std::size_t>(k)]);
                }
            }
            const double count = static_cast<double>(which.size());
            double mean = 0, square = 0;
            for (const double x : scaled) {
                mean += x / count;
            }
            for (const double x : scaled) {
                square += (x - mean) * (x - mean) / count;
            }
            std::size_t worst = 0;
            for (std::size_t k = 0; k < which.size(); ++k) {
                out.noisy_scores(which[k], w) = (scaled[k] - mean) / std::sqrt(square);
                out.noisy_limits[static_cast<std::size_t>(which[k])] = options.limit;
                worst = scaled[k] > scaled[worst] ? k : worst;
            }
            if (!(out.noisy_scores(which[worst], w) >= options.limit)) {
                break;
            }
            good[static_cast<std::size_t>(which[worst])] = false;
            ++noisy_counts[which[worst]];
        }
        progress.advance();
    }
    const int least = static_cast<int>(std::min<index>(options.min_count, n_windows));
    for (const auto& [k, count] : noisy_counts) {
        if (count >= least) {
            out.noisy.push_back(name(k));
        }
    }
    for (const auto& [k, count] : flat_counts) {
        if (count >= least) {
            out.flat.push_back(name(k));
        }
    }
    log(LogLevel::info, "    Static bad channels:  " + joined(out.noisy));
    log(LogLevel::info, "    Static flat channels: " + joined(out.flat));
    return out;
}

}  // namespace ranvier::meeg
