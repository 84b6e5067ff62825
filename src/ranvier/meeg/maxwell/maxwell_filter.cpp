#include "ranvier/meeg/maxwell/maxwell_filter.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/run.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"

namespace ranvier::meeg {

namespace {

constexpr index block = 4096;  // samples that are read at once

/// The recording's samples in memory, with rows for head positions where wanted.
/// @param other_channels  those of sensors are left at 0
Raw copied(const Raw& raw, const Preparation& prepared, index more_rows, bool other_channels) {
    Raw out;
    out.info = prepared.info;
    out.first_samp = raw.first_samp;
    out.annotations = raw.annotations;
    out.preloaded = true;
    const index n = raw.n_samples(), channels = raw.info.n_channels();
    out.data = Array<double, 2>({channels + more_rows, n});
    if (raw.preloaded) {  // row by row, while new pages are in the cache
        std::vector<bool> wanted(static_cast<std::size_t>(channels), true);
        for (const index k : prepared.sensors.picks) {
            wanted[static_cast<std::size_t>(k)] = !other_channels;
        }
        parallel_for(channels, [&](index k) {
            if (wanted[static_cast<std::size_t>(k)]) {
                std::ranges::copy(std::as_const(raw.data).view().row(k), out.data.view().row(k).begin());
            }
        });
        return out;
    }
    const auto picks = pick_all(raw.info);
    for (index at = 0; at < n; at += block) {
        check_interrupt();
        const index stop = std::min(at + block, n);
        read_samples(raw, picks, at, out.data.view().slice(0, 0, channels).slice(1, at, stop));
    }
    return out;
}

/// Takes cross-talk out of good sensors, and looks whether their samples are numbers.
void clean_good(const Preparation& p, View<double, 2> all, double first_time, bool write) {
    const auto& picks = p.sensors.picks;
    const index n = std::ssize(picks), n_good = std::ranges::count(p.good, true);
    parallel_for((all.extent(1) + block - 1) / block, [&](index b) {
        const index from = b * block, length = std::min(block, all.extent(1) - from);
        const double time = first_time + static_cast<double>(from) / p.info.sfreq;
        if (p.cross_talk.empty() || !write) {
            for (index k = 0; k < n; ++k) {
                if (p.good[static_cast<std::size_t>(k)]) {
                    const double* x = &all(picks[static_cast<std::size_t>(k)], from);
                    require_finite(p, k, {x, static_cast<std::size_t>(length)}, time);
                }
            }
            return;
        }
        Array<double, 2> some({n, length}), good({n_good, length});
        for (index k = 0; k < n; ++k) {
            const double* x = &all(picks[static_cast<std::size_t>(k)], from);
            std::copy(x, x + length, some.view().row(k).begin());
        }
        take_good(p, p.good, some, time, good);
        for (index k = 0, row = 0; k < n; ++k) {
            if (p.good[static_cast<std::size_t>(k)]) {
                std::ranges::copy(good.view().row(row++), &all(picks[static_cast<std::size_t>(k)], from));
            }
        }
    });
}

/// Nine channels that tell where the head was, as MaxFilter writes them.
void add_positions(Raw& raw, const HeadTrack& track, const std::vector<std::pair<index, index>>& segments) {
    constexpr ChannelKind kinds[] = {ChannelKind::quat_1, ChannelKind::quat_2,  ChannelKind::quat_3,
                                     ChannelKind::quat_4, ChannelKind::quat_5,  ChannelKind::quat_6,
                                     ChannelKind::hpi_g,  ChannelKind::hpi_err, ChannelKind::hpi_mov};
    const index first = raw.info.n_channels();
    for (int k = 0; k < 9; ++k) {
        Channel channel;
        channel.name = "CHPI00" + text_of(k);
        channel.kind = kinds[k];
        channel.logno = k + 1;
        channel.scanno = static_cast<int>(first) + k + 1;
        channel.unit = Unit::none;
        channel.unit_mul = -1;
        channel.cal = 1e-4;
        channel.loc->fill(0);
        require(std::ranges::find(raw.info.channels, channel.name, &Channel::name) == raw.info.channels.end(), [&] {
            return "the recording has a channel '" + channel.name + "' already, which head positions go to: rename it";
        });
        raw.info.channels.push_back(channel);
    }
    for (const auto& [start, stop] : segments) {
        for (index s = start; s < stop; ++s) {
            const HeadPosition& p = track.positions[static_cast<std::size_t>(track.at(s))];
            const double values[] = {p.quaternion[0],  p.quaternion[1],  p.quaternion[2],
                                     p.translation[0], p.translation[1], p.translation[2],
                                     p.goodness,       p.error,          p.velocity};
            for (index k = 0; k < 9; ++k) {
                raw.data(first + k, s) = values[k];
            }
        }
    }
}

/// Names the stretches in which no window of tSSS fits.
void warn_of_short(const Raw& raw, const std::vector<std::pair<index, index>>& segments, index length, double seconds) {
    std::vector<std::string> spans;
    for (const auto& [start, stop] : segments) {
        if (stop - start < length) {
            spans.push_back(formatted("%.3f", raw.time(start)) + " - " + formatted("%.3f", raw.time(stop - 1)) + " s");
        }
    }
    if (!spans.empty()) {
        warn("tSSS leaves stretches as they are that are shorter than st_duration=" + text_of(seconds) +
             " s: " + joined(spans));
    }
}

/// What is known of the samples now.
void finish(Info& info, const Info& before, const MaxwellOptions& options, const MaxwellRecord& record) {
    info.maxshield = false;
    if (!options.st_only) {
        StableVector<Projection> others;
        for (const Projection& p : info.projections) {
            const bool meg = std::ranges::any_of(record.prepared->sensors.picks, [&](index k) {
                const Channel& channel = info.channels[static_cast<std::size_t>(k)];
                return channel.kind == ChannelKind::meg &&
                       std::ranges::find(p.channels, channel.name) != p.channels.end();
            });
            if (!meg) {
                others.push_back(p);
            }
        }
        info.projections = others;
        if (options.ignore_ref) {
            info.compensations.clear();
        }
        std::erase_if(info.bads, [&](const std::string& name) {
            return info.channels[static_cast<std::size_t>(channel_index(info, name))].kind == ChannelKind::meg;
        });
        info.dev_head_t = before.dev_head_t;
        if (options.destination) {
            info.dev_head_t = *options.destination;
        }
    }
    add_to_history(info, record);
}

}  // namespace

Raw maxwell_filter(const Raw& raw, const MaxwellOptions& options) {
    check_settings(options);
    log(LogLevel::info, "Maxwell filtering raw data");
    require(!options.st_only || options.st_duration, "st_only=True needs windows: give st_duration, as 10 s");
    require(!options.head_pos || options.coord_frame == "head",
            "head positions are those of a head, so that they need coord_frame='head'");
    const Preparation p = prepared(raw, options, options.destination, options.st_only, options.st_duration.has_value());
    Positions positions(p, head_track(raw, options.head_pos.value_or(HeadPositions())),
                        options.head_pos ? options.mc_interp : "zero");
    const auto segments = kept_pieces(raw, options.skip_by_annotation);
    require(!segments.empty(),
            "nothing is left to filter: annotations of skip_by_annotation cover the whole recording");
    index longest = 0;
    for (const auto& [start, stop] : segments) {
        longest = std::max(longest, stop - start);
    }
    TemporalOptions temporal{0, options.st_overlap, options.st_correlation,
                             options.st_fixed && options.st_only && !p.cross_talk.empty()};
    if (options.st_duration) {
        const double length = std::nearbyint(*options.st_duration * raw.info.sfreq);
        require(length >= 1 && length <= static_cast<double>(longest), [&] {
            return "st_duration must be at least a sample, and no longer than the longest stretch without "
                   "interruption, " +
                   text_of(static_cast<double>(longest) / raw.info.sfreq) + " s; got " + text_of(*options.st_duration) +
                   " s";
        });
        temporal.length = static_cast<index>(length);
        warn_of_short(raw, segments, temporal.length, *options.st_duration);
    }
    // What the history tells is of the head where the Info has it.
    const Spaces first = options.head_pos
                             ? positions.spaces(static_cast<const Transform&>(*raw.info.dev_head_t), 0, p.good)
                             : positions.spaces_at(0, p.good);
    const bool tell_positions = options.head_pos && !options.st_only;
    // Where nothing comes before the separation, it reads the samples as they are and says what is not finite.
    const bool at_once = !options.st_duration && p.cross_talk.empty() && options.int_order > 0;
    const bool straight = at_once && raw.preloaded && segments.front() == std::pair(index{0}, raw.n_samples());
    Raw out = copied(raw, p, tell_positions ? 9 : 0, straight);
    std::vector<index> good_picks;
    for (std::size_t k = 0; k < p.good.size(); ++k) {
        if (p.good[k]) {
            good_picks.push_back(p.sensors.picks[k]);
        }
    }
    TemporalPass pass(p, positions, temporal);
    index done = 0;
    Progress progress("Maxwell filter", raw.n_samples());
    for (const auto& [start, stop] : segments) {
        progress.advance(start - done);
        const auto part = out.data.view().slice(1, start, stop);
        if (!at_once) {
            clean_good(p, part, raw.time(start), !temporal.with_cross_talk);
        }
        if (options.st_duration && options.st_fixed) {
            pass.fixed(part, start, options.st_only ? p.sensors.picks : good_picks);
        }
        std::vector<TemporalPass::Common> common;
        if (options.st_duration && !options.st_fixed) {
            common = pass.moving(part, start);
        }
        constexpr index lot = 1 << 16;
        for (index at = start; at < stop; at += lot) {
            const index to = std::min(at + lot, stop);
            if (!options.st_only) {
                const auto goal = out.data.view().slice(1, at, to);
                separate(p, positions, straight ? std::as_const(raw.data).view().slice(1, at, to) : goal, goal, at, to);
            }
            progress.advance(to - at);
        }
        pass.take_out(std::move(common), part, p.sensors.picks);
        done = stop;
    }
    if (tell_positions) {
        add_positions(out, positions.track(), segments);
    }
    MaxwellRecord record{&p, first.moments, first.n_all, options.coord_frame, options.st_only, {}, {}};
    if (options.st_duration) {
        record.st_duration = static_cast<double>(temporal.length) / raw.info.sfreq;
        record.st_correlation = options.st_correlation;
    }
    finish(out.info, raw.info, options, record);
    log(LogLevel::info, "[done]");
    return out;
}

MaxwellBasis compute_maxwell_basis(const Info& info, const ExpansionOptions& options) {
    check_settings(options);
    Raw raw;
    raw.info = info;
    const Preparation p = prepared(raw, options, {}, false, false);
    const auto head =
        info.dev_head_t ? std::optional(static_cast<const Transform&>(*info.dev_head_t)) : std::optional<Transform>();
    Spaces spaces = told_apart(p.sensors, basis_of(p.sensors, head), p.good, p.spaces);
    return {std::move(spaces.S), std::move(spaces.pinv), std::move(spaces.moments), spaces.n_in};
}

}  // namespace ranvier::meeg
