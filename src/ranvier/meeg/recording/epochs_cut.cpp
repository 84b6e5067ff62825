#include "ranvier/meeg/recording/epochs_cut.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/meeg/kernels/projection.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

namespace {

constexpr index lanes = 8;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// y = x − m, with the extremes of y on the way. A plain loop over eight lanes that compilers turn into vectors.
double shifted(const double* __restrict x, index n, double m, double* __restrict y) {
    double low[lanes], high[lanes], stain[lanes] = {};
    std::fill(low, low + lanes, infinity);
    std::fill(high, high + lanes, -infinity);
    index t = 0;
    for (; t + lanes <= n; t += lanes) {
        for (index l = 0; l < lanes; ++l) {
            const double value = x[t + l] - m;
            y[t + l] = value;
            low[l] = value < low[l] ? value : low[l];
            high[l] = value > high[l] ? value : high[l];
            stain[l] += value - value;  // 0, or NaN for ever
        }
    }
    for (index l = 0; t < n; ++t, ++l) {
        const double value = x[t] - m;
        y[t] = value;
        low[l] = value < low[l] ? value : low[l];
        high[l] = value > high[l] ? value : high[l];
        stain[l] += value - value;
    }
    for (index l = 1; l < lanes; ++l) {
        low[0] = std::min(low[0], low[l]);
        high[0] = std::max(high[0], high[l]);
        stain[0] += stain[l];
    }
    return high[0] - low[0] + stain[0];
}

/// Residuals of the mean, or of the least-squares line.
void detrend(std::span<double> x, bool linear) {
    const double n = static_cast<double>(x.size());
    const double m = mean(x), middle = (n - 1) / 2;
    double slope = 0;
    if (linear && x.size() > 1) {
        double covariance = 0, variance = 0;
        for (std::size_t t = 0; t < x.size(); ++t) {
            const double d = static_cast<double>(t) - middle;
            covariance += d * (x[t] - m);
            variance += d * d;
        }
        slope = covariance / variance;
    }
    for (std::size_t t = 0; t < x.size(); ++t) {
        x[t] -= m + slope * (static_cast<double>(t) - middle);
    }
}

}  // namespace

double peak_to_peak(std::span<const double> x) {
    double low = infinity, high = -infinity, stain = 0;
    for (const double value : x) {
        low = value < low ? value : low;
        high = value > high ? value : high;
        stain += value - value;
    }
    return high - low + stain;
}

bool varies(std::span<const double> x) {
    constexpr double rounding = 16 * std::numeric_limits<double>::epsilon();
    return !x.empty() && peak_to_peak(x) > rounding * std::abs(x.front());
}

void project_out(View<const double, 2> vectors, View<double, 2> x) {
    // Samples that stay in the second cache between the two passes over them.
    const index block = std::clamp<index>((index{96} << 10) / std::max<index>(x.extent(0), 1) / 64 * 64, 64, 4096);
    const index rank = vectors.extent(0), channels = x.extent(0);
    // Of a channel: the components it takes part in. One that takes part in none stays apart, whatever it holds.
    std::vector<double> factors;
    std::vector<index> which, ends;
    for (index c = 0; c < channels; ++c) {
        for (index r = 0; r < rank; ++r) {
            if (vectors(r, c) != 0) {
                factors.push_back(vectors(r, c));
                which.push_back(r);
            }
        }
        ends.push_back(std::ssize(which));
    }
    const auto& kernels = chosen_projection_kernels();
    const index room = std::min(block, x.extent(1));
    Array<double, 2> sums({rank, room});
    std::vector<double*> components;
    for (const index r : which) {
        components.push_back(sums.data() + r * room);
    }
    for (index begin = 0; begin < x.extent(1); begin += block) {
        const index n = std::min(block, x.extent(1) - begin);
        std::fill_n(sums.data(), rank * room, 0.0);
        for (index c = 0, k = 0; c < channels; k = ends[static_cast<std::size_t>(c++)]) {
            constexpr index ahead = 4;  // channels: short stretches of many rows are not foreseen by the processor
            const double* later = x.row((c + ahead) % channels).data() + begin + (c + ahead < channels ? 0 : n);
            kernels.gather(n, ends[static_cast<std::size_t>(c)] - k, factors.data() + k, x.row(c).data() + begin, later,
                           components.data() + k);
        }
        for (index c = 0, k = 0; c < channels; k = ends[static_cast<std::size_t>(c++)]) {
            kernels.remove(n, ends[static_cast<std::size_t>(c)] - k, factors.data() + k, components.data() + k,
                           x.row(c).data() + begin);
        }
    }
}

index batch_size(index channels, index times) {
    const index bytes = std::max<index>(1, channels * times * static_cast<index>(sizeof(double)));
    return std::clamp<index>((index{16} << 20) / bytes, 4, 1024);
}

std::vector<index> baseline_channels(const Info& info) {
    auto picks = pick_data(info, false);
    const auto more = pick_types(info, {ChannelType::eog, ChannelType::ecg, ChannelType::emg, ChannelType::bio}, false);
    picks.insert(picks.end(), more.begin(), more.end());
    return picks;
}

Judge::Judge(const Epochs& epochs) {
    const auto& info = epochs.info;
    limits.assign(info.channels.size(), {infinity, -infinity, false});
    names_ = channel_names(info);
    for (const bool flat : {false, true}) {
        for (const auto& [type, limit] : flat ? epochs.options.flat : epochs.options.reject) {
            Rule rule{flat, pick_types(info, {type}, true)};
            for (const index channel : rule.channels) {
                auto& own = limits[static_cast<std::size_t>(channel)];
                (flat ? own.least : own.most) = limit;
                own.any = active = true;
            }
            rules_.push_back(std::move(rule));
        }
    }
    end = epochs.n_times;
    const auto times = epochs.times();
    // As MNE-Python has it: from the first sample at or after reject_tmin to the one before the last at or before
    // reject_tmax.
    if (epochs.options.reject_tmin) {
        begin = std::lower_bound(times.begin(), times.end(), *epochs.options.reject_tmin) - times.begin();
    }
    if (epochs.options.reject_tmax) {
        end = std::upper_bound(times.begin(), times.end(), *epochs.options.reject_tmax) - times.begin() - 1;
    }
    require(!active || begin < end, [&] {
        return "the interval from reject_tmin to reject_tmax must hold at least two samples; it holds " +
               text_of(end - begin + 1);
    });
}

Reasons Judge::reasons(const std::vector<double>& found) const {
    Reasons result;
    for (const auto& rule : rules_) {
        for (const index channel : rule.channels) {
            const auto k = static_cast<std::size_t>(channel);
            // Written so that NaN fails: what can't be shown to lie within the limits does not.
            const bool good = rule.flat ? found[k] >= limits[k].least : found[k] <= limits[k].most;
            if (!good) {
                result.push_back(names_[k]);
            }
        }
    }
    return result;
}

Array<double, 2> judged_projection(const Epochs& epochs, const Judge& judge) {
    const bool apart = judge.active && epochs.options.proj == Projecting::delayed;
    return apart ? projector(epochs.info).vectors : Array<double, 2>();
}

std::vector<double> projected_peaks(View<const double, 2> vectors, View<const double, 2> x, const Judge& judge) {
    Array<double, 2> part({x.extent(0), judge.end - judge.begin});
    copy(x.slice(1, judge.begin, judge.end), part.view());
    project_out(vectors, part);
    std::vector<double> found;
    for (index c = 0; c < x.extent(0); ++c) {
        found.push_back(peak_to_peak(std::as_const(part).view().row(c)));
    }
    return found;
}

Cutter::Cutter(const Epochs& epochs, bool judged) : epochs_(epochs), raw_(*epochs.raw), judge_(epochs) {
    judge_.active = judge_.active && judged;
    const auto n = static_cast<std::size_t>(epochs.info.n_channels());
    detrended_.assign(n, 0);
    corrected_.assign(n, 0);
    if (epochs.options.detrend) {
        for (const index k : pick_data(epochs.info, false)) {
            detrended_[static_cast<std::size_t>(k)] = 1;
        }
    }
    const double sfreq = raw_.info.sfreq;
    const auto times = time_axis(static_cast<double>(epochs.cut.first) / sfreq, epochs.cut.length, sfreq);
    if (epochs.options.baseline) {
        const auto& baseline = *epochs.options.baseline;
        std::tie(baseline_begin_, baseline_end_) = baseline_range(
            times, epochs.info.sfreq, baseline.tmin.value_or(times.front()), baseline.tmax.value_or(times.back()));
        for (const index k : baseline_channels(epochs.info)) {
            corrected_[static_cast<std::size_t>(k)] = 1;
        }
    }
    if (epochs.options.proj == Projecting::yes) {
        projection_ = projector(epochs.info).vectors;
    }
    judged_ = judged_projection(epochs, judge_);
    if (epochs.options.reject_by_annotation) {
        bad_spans_ = annotation_spans(raw_, {"bad"});
    }
    const double reject_tmin = epochs.options.reject_tmin.value_or(times.front());
    const double reject_tmax = epochs.options.reject_tmax.value_or(times.back());
    reject_first_ = static_cast<index>(std::nearbyint(reject_tmin * sfreq));
    reject_last_ =
        epochs.cut.first + epochs.cut.length - static_cast<index>(std::nearbyint((times.back() - reject_tmax) * sfreq));
}

index Cutter::start(index epoch) const {
    return epochs_.events[static_cast<std::size_t>(epoch)].sample + epochs_.cut.first - raw_.first_samp;
}

Reasons Cutter::out_of_bounds(index epoch) const {
    const index begin = start(epoch);
    if (begin < 0) {
        return {"NO_DATA"};
    }
    const index event = begin - epochs_.cut.first;
    const double first = static_cast<double>(event + reject_first_) / raw_.info.sfreq;
    const double last = static_cast<double>(event + reject_last_) / raw_.info.sfreq;
    for (const AnnotationSpan& bad : bad_spans_) {
        if (bad.onset < last && bad.onset + bad.duration > first) {
            return {bad.description};
        }
    }
    const auto& cut = epochs_.cut;
    const index needed = std::max(cut.offset + (epochs_.n_times - 1) * cut.step + 1, baseline_end_);
    if (begin + needed > raw_.n_samples()) {
        return {"TOO_SHORT"};
    }
    return {};
}

void Cutter::row(std::span<const double> x, index channel, std::vector<double>& scratch, double* out,
                 double& found) const {
    const auto& cut = epochs_.cut;
    const auto k = static_cast<std::size_t>(channel);
    if (detrended_[k]) {
        scratch.assign(x.begin(), x.end());
        detrend(scratch, epochs_.options.detrend == 1);
        x = scratch;
    }
    double m = 0;
    if (corrected_[k] && baseline_begin_ < baseline_end_) {
        m = mean(x.subspan(static_cast<std::size_t>(baseline_begin_),
                           static_cast<std::size_t>(baseline_end_ - baseline_begin_)));
    }
    const index n = epochs_.n_times;
    if (cut.step != 1 || cut.offset != 0) {
        for (index t = 0; t < n; ++t) {
            out[t] = x[static_cast<std::size_t>(cut.offset + t * cut.step)] - m;
        }
        found = judge_.active ? peak_to_peak({out + judge_.begin, out + judge_.end}) : 0;
        return;
    }
    const index begin = judge_.begin, end = judge_.active ? judge_.end : n;
    shifted(x.data(), begin, m, out);
    found = shifted(x.data() + begin, end - begin, m, out + begin);
    shifted(x.data() + end, n - end, m, out + end);
}

void Cutter::cut_rows(index epoch, index first, index last, double* out, std::vector<double>& found) const {
    const View<const double, 2> data = raw_.data;
    const index begin = start(epoch);
    const index length = std::min(epochs_.cut.length, raw_.n_samples() - begin);
    std::vector<double> scratch;
    for (index c = first; c < last; ++c) {
        const auto x = data.row(epochs_.cut.picks[static_cast<std::size_t>(c)])
                           .subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(length));
        row(x, c, scratch, out + c * epochs_.n_times, found[static_cast<std::size_t>(c)]);
    }
}

void Cutter::cut_whole(index epoch, double* out, std::vector<double>& found) const {
    const index begin = start(epoch);
    const index channels = epochs_.info.n_channels();
    if (raw_.preloaded) {
        cut_rows(epoch, 0, channels, out, found);
    } else {
        const index length = std::min(epochs_.cut.length, raw_.n_samples() - begin);
        Array<double, 2> block({channels, length});
        read_samples(raw_, epochs_.cut.picks, begin, block);
        std::vector<double> scratch;
        for (index c = 0; c < channels; ++c) {
            row(block.view().row(c), c, scratch, out + c * epochs_.n_times, found[static_cast<std::size_t>(c)]);
        }
    }
    if (!projection_.empty()) {
        const View<double, 2> x(out, {channels, epochs_.n_times});
        project_out(projection_, x);
        if (judge_.active) {
            for (index c = 0; c < channels; ++c) {
                found[static_cast<std::size_t>(c)] = peak_to_peak(x.slice(1, judge_.begin, judge_.end).row(c));
            }
        }
    } else if (!judged_.empty()) {
        found = projected_peaks(judged_, View<const double, 2>(out, {channels, epochs_.n_times}), judge_);
    }
}

std::vector<Reasons> Cutter::cut(index begin, index end, double* out) const {
    const index channels = epochs_.info.n_channels(), size = channels * epochs_.n_times;
    const auto count = static_cast<std::size_t>(end - begin);
    std::vector<Reasons> reasons(count);
    std::vector<std::vector<double>> found(count, std::vector<double>(static_cast<std::size_t>(channels)));
    for (std::size_t k = 0; k < count; ++k) {
        reasons[k] = out_of_bounds(begin + static_cast<index>(k));
    }
    // Rows of a recording in memory are independent unless projected, so pieces may be smaller than an epoch.
    const bool by_rows = raw_.preloaded && projection_.empty() && judged_.empty();
    const index rows = by_rows ? 64 : channels;
    const index parts = (channels + rows - 1) / rows;
    parallel_for(static_cast<index>(count) * parts, [&](index piece) {
        const auto k = static_cast<std::size_t>(piece / parts);
        const index first = piece % parts * rows;
        if (!reasons[k].empty()) {
            return;
        }
        const index epoch = begin + static_cast<index>(k);
        double* to = out + static_cast<index>(k) * size;
        if (by_rows) {
            cut_rows(epoch, first, std::min(channels, first + rows), to, found[k]);
        } else {
            cut_whole(epoch, to, found[k]);
        }
    });
    if (judge_.active) {
        for (std::size_t k = 0; k < count; ++k) {
            if (reasons[k].empty()) {
                reasons[k] = judge_.reasons(found[k]);
            }
        }
    }
    return reasons;
}

}  // namespace ranvier::meeg
