#include "ranvier/meeg/recording/raw.hpp"

#include <algorithm>

#include <cmath>
#include <unordered_set>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

namespace {

/// About 4 MB of samples at a time: large enough for a file, small enough for flat memory and for many threads.
index block_length(index channels) {
    return std::clamp<index>((index{1} << 19) / std::max<index>(channels, 1), 256, index{1} << 16);
}

void check_range(const Raw& raw, index start, index stop) {
    require(start >= 0 && start <= stop && stop <= raw.n_samples(), [&] {
        return "samples must lie in [0, " + text_of(raw.n_samples()) + "); got [" + text_of(start) + ", " +
               text_of(stop) + ")";
    });
}

/// Samples of source channels `channels`, over the segments.
void read_sources(const Raw& raw, const std::vector<index>& channels, index start, View<double, 2> out) {
    const index stop = start + out.extent(1);
    index offset = 0;
    for (const auto& segment : raw.segments) {
        const index length = segment.end - segment.begin;
        const index begin = std::max(start, offset), end = std::min(stop, offset + length);
        if (begin < end) {
            segment.source->read(channels, segment.begin + begin - offset, out.slice(1, begin - start, end - start));
        }
        offset += length;
    }
}

/// One block of lazy samples, through the pending operator.
void read_block(const Raw& raw, const std::vector<index>& picks, index start, View<double, 2> out) {
    if (raw.pending_operator.empty()) {
        read_sources(raw, taken(raw.source_channels, picks), start, out);
        return;
    }
    // Only the source channels that some pick depends on are read.
    const View<const double, 2> whole = raw.pending_operator;
    std::vector<index> columns = counted(whole.extent(1));
    std::erase_if(columns, [&](index column) {
        return std::ranges::none_of(picks, [&](index row) { return whole(row, column) != 0; });
    });
    Array<double, 2> op({static_cast<index>(picks.size()), static_cast<index>(columns.size())});
    for (std::size_t i = 0; i < picks.size(); ++i) {
        for (std::size_t j = 0; j < columns.size(); ++j) {
            op(i, j) = whole(picks[i], columns[j]);
        }
    }
    Array<double, 2> block({static_cast<index>(columns.size()), out.extent(1)});
    read_sources(raw, taken(raw.source_channels, columns), start, block);
    apply(op, block, out);
}

}  // namespace

index Raw::n_samples() const {
    if (preloaded) {
        return data.extent(1);
    }
    index total = 0;
    for (const auto& segment : segments) {
        total += segment.end - segment.begin;
    }
    return total;
}

Raw make_raw(Info info, Array<double, 2> data, index first_samp) {
    Raw raw{std::move(info), first_samp, {}, {}, {}, std::move(data), true, {}};
    raw.annotations.orig_time = raw.info.meas_date;
    check(raw);
    return raw;
}

Raw make_raw(Info info, std::vector<Segment> segments, index first_samp) {
    auto channels = pick_all(info);
    Raw raw{std::move(info), first_samp, {}, std::move(segments), std::move(channels), {}, false, {}};
    raw.annotations.orig_time = raw.info.meas_date;
    check(raw);
    return raw;
}

void check(const Raw& raw) {
    check(raw.info);
    const index n = raw.info.n_channels();
    if (raw.preloaded) {
        require(raw.segments.empty(), "a recording in memory must have no file segments");
        check_rows(raw.info, raw.data.extent(0));
        require(raw.pending_operator.empty(), "a recording in memory must have no pending operator");
    } else {
        require(!raw.segments.empty(), "a recording must have data in memory or segments of files; it has neither");
        for (std::size_t k = 0; k < raw.segments.size(); ++k) {
            const auto& segment = raw.segments[k];
            require(segment.source != nullptr, [&] { return "segment " + text_of(k) + " must have a source"; });
            require(segment.begin >= 0 && segment.begin <= segment.end && segment.end <= segment.source->n_samples(),
                    [&] {
                        return "segment " + text_of(k) + " must lie within the " +
                               text_of(segment.source->n_samples()) + " samples of " + segment.source->path().string() +
                               "; got [" + text_of(segment.begin) + ", " + text_of(segment.end) + ")";
                    });
            for (const index channel : raw.source_channels) {
                require(channel >= 0 && channel < segment.source->n_channels(), [&] {
                    return "source channel " + text_of(channel) + " must be one of the " +
                           text_of(segment.source->n_channels()) + " channels of " + segment.source->path().string();
                });
            }
        }
        const index m = static_cast<index>(raw.source_channels.size());
        if (raw.pending_operator.empty()) {
            require(m == n, [&] {
                return "there must be one source channel per channel; got " + text_of(m) + " for " + text_of(n) +
                       " channels";
            });
        } else {
            const std::array<index, 2> shape{n, m};
            require(raw.pending_operator.extents() == shape, [&] {
                return "the pending operator must have shape " + shape_text(shape) + "; got " +
                       shape_text(raw.pending_operator.extents());
            });
        }
    }
    require(raw.annotations.items.empty() || raw.annotations.orig_time == raw.info.meas_date,
            "the annotations of a recording must have its meas_date as orig_time; use set_annotations");
}

void set_annotations(Raw& raw, Annotations annotations, bool warn_outside) {
    if (annotations.orig_time && !raw.info.meas_date) {
        throw Conflict(
            "annotations with orig_time need a recording with meas_date; set info.meas_date, or clear "
            "orig_time to count onsets from the first sample");
    }
    const auto names = channel_names(raw.info);
    const std::unordered_set<std::string_view> known(names.begin(), names.end());
    for (const auto& item : annotations.items) {
        require(!std::isnan(item.onset),
                [&] { return "an annotation's onset must be a number; '" + item.description + "' has NaN"; });
        for (const auto& channel : item.channels) {
            require(known.contains(channel), [&] {
                return "the channels of an annotation must be in the recording; '" + item.description + "' names '" +
                       channel + "'" + did_you_mean(channel, names);
            });
        }
    }
    double low = 0, high = raw.time(raw.n_samples() - 1) + 1 / raw.info.sfreq;
    double shift = raw.first_time();
    if (annotations.orig_time) {
        const auto offset = microseconds_between(*annotations.orig_time, *raw.info.meas_date);
        const auto first = offset + microseconds(raw.first_time());
        low = static_cast<double>(first) / 1e6;
        high = static_cast<double>(first + microseconds(high)) / 1e6;
        shift = -static_cast<double>(offset) / 1e6;
    }
    Annotations inside = cropped(annotations, low, high);
    const auto omitted = annotations.items.size() - inside.items.size();
    if (warn_outside && omitted > 0) {
        warn(text_of(omitted) + " of " + text_of(annotations.items.size()) +
             " annotations lie outside of the recording and were left out");
    }
    const double slack = 0.5 / raw.info.sfreq;  // a rounding of the ends to samples is no cut
    const auto reaching = std::count_if(annotations.items.begin(), annotations.items.end(), [&](const auto& item) {
        const double last = item.onset + item.duration;
        return (item.onset < low - slack && last >= low) || (item.onset <= high && last > high + slack);
    });
    if (warn_outside && reaching > 0) {
        warn(text_of(reaching) + " of " + text_of(annotations.items.size()) +
             " annotations reach outside of the recording and were cut");
    }
    for (auto& item : inside.items) {
        item.onset += shift;
    }
    inside.orig_time = raw.info.meas_date;
    sort(inside);
    raw.annotations = std::move(inside);
}

std::vector<AnnotationSpan> annotation_spans(const Raw& raw, const std::vector<std::string>& words) {
    const auto sample = [&](double t) {
        return std::clamp<index>(sample_count(std::nearbyint(t * raw.info.sfreq)), 0, raw.n_samples());
    };
    std::vector<AnnotationSpan> spans;
    for (const Annotation& a : raw.annotations.items) {
        const std::string text = lower_case(a.description);
        if (std::ranges::any_of(words, [&](const auto& word) { return text.starts_with(lower_case(word)); })) {
            const double onset = a.onset - raw.first_time();
            spans.push_back({onset, a.duration, sample(onset), sample(onset + a.duration), a.description});
        }
    }
    return spans;
}

void add_annotation(Raw& raw, Annotation annotation) {
    raw.annotations.orig_time = raw.info.meas_date;
    raw.annotations.items.push_back(std::move(annotation));
    sort(raw.annotations);
}

void read_samples(const Raw& raw, const std::vector<index>& picks, index start, View<double, 2> out) {
    check_picks(raw.info, picks);
    check_range(raw, start, start + out.extent(1));
    require(out.extent(0) == static_cast<index>(picks.size()), [&] {
        return "the output must have one row per pick; got " + text_of(out.extent(0)) + " rows for " +
               text_of(picks.size()) + " picks";
    });
    const index length = out.extent(1);
    if (picks.empty() || length == 0) {
        return;
    }
    if (raw.preloaded) {
        const View<const double, 2> data = raw.data;
        const index rows = std::max<index>(1, (index{1} << 16) / length);  // half a megabyte a piece
        const index n = out.extent(0);
        parallel_for((n + rows - 1) / rows, [&](index piece) {
            for (index k = piece * rows; k < std::min(n, (piece + 1) * rows); ++k) {
                const auto row = data.row(picks[static_cast<std::size_t>(k)]);
                std::copy_n(row.begin() + start, length, out.row(k).begin());
            }
        });
        return;
    }
    const bool one_by_one =
        std::ranges::any_of(raw.segments, [](const Segment& s) { return s.source->one_at_a_time(); });
    const index block =
        (one_by_one ? 8 : 1) * block_length(static_cast<index>(std::max(picks.size(), raw.source_channels.size())));
    const auto read = [&](index piece) {
        const index begin = piece * block, end = std::min(length, begin + block);
        read_block(raw, picks, start + begin, out.slice(1, begin, end));
    };
    const index pieces = (length + block - 1) / block;
    if (!one_by_one) {
        parallel_for(pieces, read);
        return;
    }
    for (index piece = 0; piece < pieces; ++piece) {
        check_interrupt();
        read(piece);
    }
}

Array<double, 2> samples(const Raw& raw, const std::vector<index>& picks, index start, index stop) {
    check_range(raw, start, stop);
    Array<double, 2> out({static_cast<index>(picks.size()), stop - start});
    read_samples(raw, picks, start, out);
    return out;
}

void load(Raw& raw, const std::optional<std::filesystem::path>& path) {
    if (raw.preloaded) {
        return;
    }
    const std::array<index, 2> shape{raw.info.n_channels(), raw.n_samples()};
    for (const Segment& segment : raw.segments) {
        std::error_code none;
        require(!path || !std::filesystem::equivalent(*path, segment.source->path(), none),
                [&] { return "the samples can't be mapped to '" + path->string() + "', from which they are read"; });
    }
    auto data = path ? Array<double, 2>::mapped(*path, shape) : Array<double, 2>(shape);
    read_samples(raw, pick_all(raw.info), 0, data);
    raw.data = std::move(data);
    raw.preloaded = true;
    raw.segments.clear();
    raw.source_channels.clear();
    raw.pending_operator = {};
}

void crop(Raw& raw, index start, index stop) {
    check_range(raw, start, stop);
    require(start < stop,
            [&] { return "at least one sample must be kept; got [" + text_of(start) + ", " + text_of(stop) + ")"; });
    if (raw.preloaded) {
        raw.data = samples(raw, pick_all(raw.info), start, stop);
    } else {
        std::vector<Segment> kept;
        index offset = 0;
        for (const auto& segment : raw.segments) {
            const index length = segment.end - segment.begin;
            const index begin = std::max(start - offset, index{0}), end = std::min(stop - offset, length);
            if (begin < end) {
                kept.push_back({segment.source, segment.begin + begin, segment.begin + end});
            }
            offset += length;
        }
        raw.segments = std::move(kept);
    }
    Annotations annotations = std::move(raw.annotations);
    if (!annotations.orig_time) {
        for (auto& item : annotations.items) {  // set_annotations counts these from the first sample
            item.onset -= static_cast<double>(raw.first_samp + start) / raw.info.sfreq;
        }
    }
    raw.first_samp += start;
    set_annotations(raw, std::move(annotations), false);
}

void crop_times(Raw& raw, double tmin, std::optional<double> tmax, bool include_tmax) {
    const index n = raw.n_samples();
    const double last = raw.time(n - 1);
    const double end = tmax.value_or(last);
    require(tmin >= 0, [&] { return "tmin must be >= 0 s; got " + text_of(tmin) + " s"; });
    require(tmin <= end,
            [&] { return "tmin must be <= tmax; got tmin " + text_of(tmin) + " s and tmax " + text_of(end) + " s"; });
    require(end - (include_tmax ? 0 : 1 / raw.info.sfreq) <= last, [&] {
        return "tmax must not lie behind the last sample, " + text_of(last) + " s; got " + text_of(end) + " s";
    });
    const index start = sample_count(std::nearbyint(tmin * raw.info.sfreq));
    const index stop = sample_count(std::nearbyint(end * raw.info.sfreq)) + (include_tmax || !tmax ? 1 : 0);
    crop(raw, std::min(start, n), std::min(stop, n));
}

void pick(Raw& raw, const std::vector<index>& picks) {
    auto data = raw.preloaded ? samples(raw, picks, 0, raw.n_samples()) : Array<double, 2>();
    pick_channels(raw.info, picks);
    if (raw.preloaded) {
        raw.data = std::move(data);
    } else if (raw.pending_operator.empty()) {
        raw.source_channels = taken(raw.source_channels, picks);
    } else {
        raw.pending_operator = rows(raw.pending_operator, picks);
    }
    // Annotations lose the channels that went; one of which none is left goes too.
    const auto names = channel_names(raw.info);
    const std::unordered_set<std::string_view> known(names.begin(), names.end());
    std::erase_if(raw.annotations.items, [&](Annotation& item) {
        const bool of_channels = !item.channels.empty();
        std::erase_if(item.channels, [&](const auto& channel) { return !known.contains(channel); });
        return of_channels && item.channels.empty();
    });
}

void rename_channels(Raw& raw, const std::vector<std::pair<std::string, std::string>>& old_new) {
    rename_channels(raw.info, old_new);
    for (auto& item : raw.annotations.items) {
        for (auto& channel : item.channels) {
            for (const auto& [before, after] : old_new) {
                if (channel == before) {
                    channel = after;
                    break;
                }
            }
        }
    }
}

void apply_operator(Raw& raw, const Array<double, 2>& op) {
    require(op.extent(1) == raw.info.n_channels(), [&] {
        return "the operator must have one column per channel; got " + text_of(op.extent(1)) + " columns for " +
               text_of(raw.info.n_channels()) + " channels";
    });
    if (!raw.preloaded) {
        raw.pending_operator = raw.pending_operator.empty() ? op : product(op, raw.pending_operator);
        return;
    }
    const index n = raw.n_samples(), block = block_length(op.extent(1));
    const bool in_place = op.extent(0) == op.extent(1);
    Array<double, 2> grown;
    if (!in_place) {
        grown = Array<double, 2>({op.extent(0), n});
    }
    parallel_for((n + block - 1) / block, [&](index piece) {
        const index begin = piece * block, end = std::min(n, begin + block);
        const auto here = raw.data.view().slice(1, begin, end);
        Array<double, 2> before({here.extent(0), here.extent(1)});
        copy(here, before);
        apply(op, before, in_place ? here : grown.view().slice(1, begin, end));
    });
    if (!in_place) {
        raw.data = std::move(grown);
    }
}

}  // namespace ranvier::meeg
