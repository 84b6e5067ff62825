#include "ranvier/meeg/timefreq/tfr.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/adding.hpp"
#include "ranvier/meeg/timefreq/axes.hpp"
#include "ranvier/numerics/wavelet.hpp"

namespace ranvier::meeg {

std::vector<double> cycles_of(const MorletOptions& options) {
    std::vector<double> n_cycles = options.n_cycles;
    require(n_cycles.size() == 1 || n_cycles.size() == options.freqs.size(), [&] {
        return "n_cycles must be one number, or one for each of the " + text_of(options.freqs.size()) +
               " frequencies; got " + text_of(n_cycles.size());
    });
    n_cycles.resize(options.freqs.size(), n_cycles.front());
    return n_cycles;
}

namespace {

using Wavelets = std::vector<std::vector<std::complex<double>>>;
using Tapers = std::vector<numerics::TaperWavelets>;

void check_analysis(double sfreq, const MorletOptions& options) {
    require(!options.freqs.empty(), "a time-frequency analysis needs at least one frequency in freqs");
    check_settings(options);
    for (const double f : options.freqs) {
        require(f <= sfreq / 2, [&] {
            return "freqs must be at most the Nyquist frequency " + text_of(sfreq / 2) + " Hz; got " + text_of(f) +
                   " Hz";
        });
    }
}

void check_lengths(const Wavelets& wavelets, const MorletOptions& options, index n_times) {
    for (std::size_t k = 0; k < wavelets.size(); ++k) {
        require(std::ssize(wavelets[k]) <= n_times, [&] {
            return "the wavelet of " + text_of(options.freqs[k]) + " Hz is longer (" + text_of(wavelets[k].size()) +
                   " samples) than the epochs (" + text_of(n_times) + "): take longer epochs, or fewer n_cycles";
        });
    }
}

/// What Morlet wavelets come to: one set of them, unweighted.
Tapers tapers_for(double sfreq, const MorletOptions& options, index n_times) {
    check_analysis(sfreq, options);
    Tapers one(1);
    one[0].wavelets = numerics::morlet(sfreq, options.freqs, cycles_of(options), options.zero_mean);
    one[0].ratios.assign(options.freqs.size(), 1.0);
    check_lengths(one[0].wavelets, options, n_times);
    return one;
}

Tapers tapers_for(double sfreq, const TaperOptions& options, index n_times) {
    check_analysis(sfreq, options);
    Tapers tapers =
        numerics::taper_wavelets(sfreq, options.freqs, cycles_of(options), options.time_bandwidth, options.zero_mean);
    check_lengths(tapers[0].wavelets, options, n_times);
    return tapers;
}

const char* name_of(const MorletOptions&) { return "morlet"; }
const char* name_of(const TaperOptions&) { return "multitaper"; }

/// What the power of a taper counts in the whole, at each frequency.
std::vector<double> shares(const Tapers& tapers, std::size_t taper) {
    std::vector<double> weights = tapers[taper].ratios;
    for (std::size_t f = 0; f < weights.size() && tapers.size() > 1; ++f) {
        double sum = 0;
        for (const auto& each : tapers) {
            sum += each.ratios[f];
        }
        weights[f] *= 2 / sum;
    }
    return weights;
}

/// Adds to `sum` what rows of one frequency of `part` weigh; both have shape (…, freqs, times).
void add_weighted(const double* part, double* sum, index outer, index freqs, index times,
                  const std::vector<double>& weights) {
    parallel_for(outer, [&](index o) {
        for (index f = 0; f < freqs; ++f) {
            const index at = (o * freqs + f) * times;
            for (index t = at; t < at + times; ++t) {
                sum[t] += weights[static_cast<std::size_t>(f)] * part[t];
            }
        }
    });
}

template <class Tfr, class Options>
void describe(Tfr& out, const Epochs& epochs, const std::vector<index>& picks, const Options& options) {
    out.info = epochs.info;
    pick_channels(out.info, picks);
    out.info.sfreq /= options.decim;
    out.freqs = options.freqs;
    out.times = taken(epochs.times(), positions(0, epochs.n_times, options.decim));
    out.method = name_of(options);
}

index decimated(index n, int decim) { return (n + decim - 1) / decim; }

/// Rows of length n_times are rescaled in place by their baseline, samples [first, last).
void rescale(double* data, index n_rows, index n_times, index first, index last, const std::string& mode) {
    parallel_for((n_rows + 255) / 256, [&](index block) {
        for (index row = block * 256; row < std::min(n_rows, (block + 1) * 256); ++row) {
            double* x = data + row * n_times;
            const double count = static_cast<double>(last - first);
            const auto mean_of = [&] {
                double sum = 0;
                for (index t = first; t < last; ++t) {
                    sum += x[t];
                }
                return sum / count;
            };
            const auto deviation_around = [&](double mean) {
                double sum = 0;
                for (index t = first; t < last; ++t) {
                    sum += (x[t] - mean) * (x[t] - mean);
                }
                return std::sqrt(sum / count);
            };
            const double mean = mean_of();
            const auto each = [&](auto&& f) { std::transform(x, x + n_times, x, f); };
            if (mode == "mean") {
                each([&](double v) { return v - mean; });
            } else if (mode == "ratio") {
                each([&](double v) { return v / mean; });
            } else if (mode == "logratio") {
                each([&](double v) { return std::log10(v / mean); });
            } else if (mode == "meanlogratio") {
                each([&](double v) { return std::log10(v / mean); });
                const double middle = mean_of();
                each([&](double v) { return v - middle; });
            } else if (mode == "percent") {
                each([&](double v) { return (v - mean) / mean; });
            } else if (mode == "zscore") {
                const double deviation = deviation_around(mean);
                each([&](double v) { return (v - mean) / deviation; });
            } else {  // zlogratio
                each([&](double v) { return std::log10(v / mean); });
                const double deviation = deviation_around(mean_of());
                each([&](double v) { return v / deviation; });
            }
        }
    });
}

void rescale_by_baseline(double* data, index n_rows, const std::vector<double>& times, std::optional<double> tmin,
                         std::optional<double> tmax, const std::string& mode) {
    const std::vector<std::string> modes{"mean", "ratio", "logratio", "meanlogratio", "percent", "zscore", "zlogratio"};
    require(std::find(modes.begin(), modes.end(), mode) != modes.end(), [&] {
        return "mode must be one of 'mean', 'ratio', 'logratio', 'meanlogratio', 'percent', 'zscore', 'zlogratio'; got "
               "'" +
               mode + "'" + did_you_mean(mode, modes);
    });
    const index n = std::ssize(times);
    index first = 0, last = n;
    while (tmin && first < n && times[static_cast<std::size_t>(first)] < *tmin) {
        ++first;
    }
    while (tmax && last > 0 && times[static_cast<std::size_t>(last - 1)] > *tmax) {
        --last;
    }
    require(first < last, [&] {
        return "the baseline must hold at least one sample; it goes from " + (tmin ? text_of(*tmin) : "the start") +
               " to " + (tmax ? text_of(*tmax) : "the end") + " s";
    });
    rescale(data, n_rows, n, first, last, mode);
}

template <class Tfr>
constexpr std::size_t freq_axis = std::tuple_size_v<std::decay_t<decltype(std::declval<Tfr>().data.extents())>> - 2;

template <class Tfr>
constexpr std::size_t channel_axis = freq_axis<Tfr> == 1 ? 0 : 1;

template <class Tfr>
void keep_channels(Tfr& tfr, const std::vector<index>& picks) {
    pick_channels(tfr.info, picks);
    tfr.data = taken(tfr.data, channel_axis<Tfr>, picks);
}

template <class Tfr>
void keep_range(Tfr& tfr, const TfrRange& range) {
    if (range.tmin || range.tmax) {
        const auto [begin, end] = time_range(tfr.times, tfr.info.sfreq, range.tmin, range.tmax, range.include_tmax);
        const auto kept = positions(begin, end);
        tfr.data = taken(tfr.data, freq_axis<Tfr> + 1, kept);
        tfr.times = taken(tfr.times, kept);
    }
    if (range.fmin || range.fmax) {
        const double infinite = std::numeric_limits<double>::infinity();
        const auto kept = positions_between(tfr.freqs, range.fmin.value_or(-infinite), range.fmax.value_or(infinite));
        require(!kept.empty(), [&] {
            return "no frequencies lie in [" + text_of(range.fmin.value_or(-infinite)) + ", " +
                   text_of(range.fmax.value_or(infinite)) + "] Hz";
        });
        tfr.data = taken(tfr.data, freq_axis<Tfr>, kept);
        if constexpr (requires { tfr.weights; }) {
            tfr.weights = tfr.weights.empty() ? std::move(tfr.weights) : taken(tfr.weights, 1, kept);
        }
        tfr.freqs = taken(tfr.freqs, kept);
    }
}

template <class Tfr>
void keep_every(Tfr& tfr, int decim, index offset) {
    const index n = std::ssize(tfr.times);
    require(decim >= 1, [&] { return "decim must be a whole number >= 1; got " + text_of(decim); });
    require(offset >= 0 && offset < n, [&] {
        return "the offset of a decimation must lie in 0 … " + text_of(n - 1) + "; got " + text_of(offset);
    });
    const auto kept = positions(offset, n, decim);
    tfr.data = taken(tfr.data, freq_axis<Tfr> + 1, kept);
    tfr.times = taken(tfr.times, kept);
    tfr.info.sfreq /= decim;
}

template <class Sample>
void check_of(const TaperTfr<Sample>& t) {
    check(t.info);
    const index tapers = t.weights.empty() ? 1 : t.weights.extent(0);
    check_shape(t.data.extents(),
                {std::ssize(t.events), t.info.n_channels(), tapers, std::ssize(t.freqs), std::ssize(t.times)});
    if (!t.weights.empty()) {
        check_shape(t.weights.extents(), {tapers, std::ssize(t.freqs)});
    }
}

template <class Tfr>
Tfr epochs_of(const Tfr& tfr, const std::vector<index>& which) {
    Tfr part = tfr;
    part.data = taken(tfr.data, 0, which);
    part.events = taken(tfr.events, which);
    return part;
}

}  // namespace

void check(const AverageTfr& t) {
    check(t.info);
    check_shape(t.data.extents(), {t.info.n_channels(), std::ssize(t.freqs), std::ssize(t.times)});
}

void check(const EpochsTfr& t) {
    check(t.info);
    check_shape(t.data.extents(),
                {std::ssize(t.events), t.info.n_channels(), std::ssize(t.freqs), std::ssize(t.times)});
}

void pick(AverageTfr& tfr, const std::vector<index>& picks) { keep_channels(tfr, picks); }
void pick(EpochsTfr& tfr, const std::vector<index>& picks) { keep_channels(tfr, picks); }
void crop(AverageTfr& tfr, const TfrRange& range) { keep_range(tfr, range); }
void crop(EpochsTfr& tfr, const TfrRange& range) { keep_range(tfr, range); }
void decimate(AverageTfr& tfr, int decim, index offset) { keep_every(tfr, decim, offset); }
void decimate(EpochsTfr& tfr, int decim, index offset) { keep_every(tfr, decim, offset); }

EpochsTfr subset(const EpochsTfr& tfr, const std::vector<index>& which) { return epochs_of(tfr, which); }

AverageTfr average(const EpochsTfr& tfr, bool median) {
    const double nave = static_cast<double>(tfr.data.extent(0));
    return {tfr.info, tfr.times, tfr.freqs, averaged(tfr.data, median), nave, "", tfr.method, ""};
}

EpochsTfr average_freqs(const EpochsTfr& tfr, bool median) {
    EpochsTfr out = tfr;
    out.freqs.resize(1);
    average_rows(tfr.freqs.data(), std::ssize(tfr.freqs), 1, median, out.freqs.data());
    const auto data = averaged_along(tfr.data, 2, median);
    out.data = Array<double, 4>::shared({data.extent(0), data.extent(1), 1, data.extent(2)}, data.memory());
    return out;
}

Spectrum average_times(const EpochsTfr& tfr, bool median) {
    return {tfr.info, tfr.freqs, averaged_along(tfr.data, 3, median), true, tfr.events, tfr.event_id, tfr.method};
}

namespace {

template <class Tfr>
void add_channels_of(Tfr& tfr, const std::vector<const Tfr*>& others) {
    Info info = tfr.info;
    std::vector<const std::remove_reference_t<decltype(tfr.data)>*> parts{&tfr.data};
    auto wanted = tfr.data.extents();
    const auto near = [](double a, double b) { return std::abs(a - b) < 1e-7; };
    for (const Tfr* other : others) {
        join(info, other->info);
        wanted[channel_axis<Tfr>] = other->info.n_channels();
        check_shape(other->data.extents(), wanted);
        require(std::ranges::equal(other->times, tfr.times, near) && std::ranges::equal(other->freqs, tfr.freqs, near),
                "channels can be added to maps of the same times and frequencies; these differ");
        parts.push_back(&other->data);
    }
    check(info);
    tfr.data = side_by_side(parts, channel_axis<Tfr>);
    tfr.info = std::move(info);
}

}  // namespace

void add_channels(AverageTfr& tfr, const std::vector<const AverageTfr*>& others) { add_channels_of(tfr, others); }
void add_channels(EpochsTfr& tfr, const std::vector<const EpochsTfr*>& others) { add_channels_of(tfr, others); }

namespace {

Epochs one_epoch(const Evoked& evoked) {
    Array<double, 3> data({1, evoked.data.extent(0), evoked.data.extent(1)});
    std::copy_n(evoked.data.data(), data.size(), data.data());
    return make_epochs(evoked.info, std::move(data), {{0, 0, 1}}, evoked.tmin(), {{"1", 1}}, {}, {}, {},
                       Projecting::no);
}

template <class Options>
PowerAndItc average_of(const Epochs& epochs, const Options& options) {
    const Picked picked(epochs, options.picks, "analyse");
    const View<const double, 3> x = picked.data;
    const Tapers tapers = tapers_for(epochs.info.sfreq, options, x.extent(2));
    const index freqs = std::ssize(options.freqs), times = decimated(x.extent(2), options.decim);
    PowerAndItc out;
    for (AverageTfr* tfr : {&out.power, &out.itc}) {
        describe(*tfr, epochs, picked.picks, options);
        tfr->data = Array<double, 3>({x.extent(1), freqs, times});
        tfr->nave = static_cast<double>(x.extent(0));
        tfr->comment = average_comment(picked.epochs);
    }
    if (std::is_same_v<Options, MorletOptions>) {
        numerics::morlet_average(x, tapers[0].wavelets, options.decim, out.power.data, out.itc.data);
        return out;
    }
    Array<double, 3> power(out.power.data.extents()), itc(out.itc.data.extents());
    for (std::size_t k = 0; k < tapers.size(); ++k) {
        numerics::morlet_average(x, tapers[k].wavelets, options.decim, power, itc);
        std::vector<double> weights = shares(tapers, k);
        add_weighted(power.data(), out.power.data.data(), x.extent(1), freqs, times, weights);
        weights.assign(weights.size(), 1 / static_cast<double>(tapers.size()));
        add_weighted(itc.data(), out.itc.data.data(), x.extent(1), freqs, times, weights);
    }
    return out;
}

template <class Options>
AverageTfr of_average(const Evoked& evoked, const Options& options) {
    AverageTfr power = average_of(one_epoch(evoked), options).power;
    power.comment = evoked.comment;
    power.nave = evoked.nave;
    return power;
}

template <class Options>
EpochsTfr of_each(const Epochs& epochs, const Options& options) {
    const Picked picked(epochs, options.picks, "analyse");
    const View<const double, 3> x = picked.data;
    const Tapers tapers = tapers_for(epochs.info.sfreq, options, x.extent(2));
    const index freqs = std::ssize(options.freqs), times = decimated(x.extent(2), options.decim);
    EpochsTfr out;
    describe(out, epochs, picked.picks, options);
    out.events = picked.epochs.events;
    out.event_id = epochs.event_id;
    out.data = Array<double, 4>({x.extent(0), x.extent(1), freqs, times});
    if (std::is_same_v<Options, MorletOptions>) {
        numerics::morlet_power(x, tapers[0].wavelets, options.decim, out.data);
        return out;
    }
    Array<double, 4> power(out.data.extents());
    for (std::size_t k = 0; k < tapers.size(); ++k) {
        numerics::morlet_power(x, tapers[k].wavelets, options.decim, power);
        add_weighted(power.data(), out.data.data(), x.extent(0) * x.extent(1), freqs, times, shares(tapers, k));
    }
    return out;
}

template <class Options>
Coefficients coefficients_of(const Epochs& epochs, const Options& options) {
    const Picked picked(epochs, options.picks, "analyse");
    const View<const double, 3> x = picked.data;
    const Tapers tapers = tapers_for(epochs.info.sfreq, options, x.extent(2));
    const index n = std::ssize(tapers), freqs = std::ssize(options.freqs);
    Coefficients out;
    describe(out, epochs, picked.picks, options);
    out.events = picked.epochs.events;
    out.event_id = epochs.event_id;
    out.data = Array<std::complex<double>, 5>({x.extent(0), x.extent(1), n, freqs, std::ssize(out.times)});
    if (std::is_same_v<Options, TaperOptions>) {
        out.weights = Array<double, 2>({n, freqs});
    }
    const auto& extents = out.data.extents();
    const auto strides = out.data.view().strides();
    for (index k = 0; k < n; ++k) {
        const auto& [wavelets, ratios] = tapers[static_cast<std::size_t>(k)];
        numerics::morlet_values(x, wavelets, options.decim,
                                {out.data.data() + k * strides[2],
                                 {extents[0], extents[1], freqs, extents[4]},
                                 {strides[0], strides[1], strides[3], strides[4]}});
        for (index f = 0; f < freqs && !out.weights.empty(); ++f) {
            out.weights(k, f) = std::sqrt(ratios[static_cast<std::size_t>(f)]);
        }
    }
    return out;
}

template <class Options>
Coefficients coefficients_of(const Evoked& evoked, const Options& options) {
    Coefficients out = coefficients_of(one_epoch(evoked), options);
    out.nave = evoked.nave;
    out.comment = evoked.comment;
    return out;
}

}  // namespace

Coefficients coefficients(const Epochs& epochs, const MorletOptions& o) { return coefficients_of(epochs, o); }
Coefficients coefficients(const Epochs& epochs, const TaperOptions& o) { return coefficients_of(epochs, o); }
Coefficients coefficients(const Evoked& evoked, const MorletOptions& o) { return coefficients_of(evoked, o); }
Coefficients coefficients(const Evoked& evoked, const TaperOptions& o) { return coefficients_of(evoked, o); }

Phases phases(const Coefficients& c) {
    Array<double, 5> data(c.data.extents());
    const index row = std::ssize(c.times);
    parallel_for(row == 0 ? 0 : data.size() / row, [&](index k) {
        const std::complex<double>* z = c.data.data() + k * row;
        std::transform(z, z + row, data.data() + k * row, [](std::complex<double> each) { return std::arg(each); });
    });
    return {c.info, c.events, c.event_id, c.times, c.freqs, std::move(data), c.weights, c.nave, c.comment, c.method};
}

PowerAndItc tfr_morlet(const Epochs& epochs, const MorletOptions& options) { return average_of(epochs, options); }
AverageTfr tfr_morlet(const Evoked& evoked, const MorletOptions& options) { return of_average(evoked, options); }
EpochsTfr epochs_tfr_morlet(const Epochs& epochs, const MorletOptions& options) { return of_each(epochs, options); }
PowerAndItc tfr_multitaper(const Epochs& epochs, const TaperOptions& options) { return average_of(epochs, options); }
AverageTfr tfr_multitaper(const Evoked& evoked, const TaperOptions& options) { return of_average(evoked, options); }
EpochsTfr epochs_tfr_multitaper(const Epochs& epochs, const TaperOptions& options) { return of_each(epochs, options); }

void apply_baseline(AverageTfr& tfr, std::optional<double> tmin, std::optional<double> tmax, const std::string& mode) {
    rescale_by_baseline(tfr.data.data(), tfr.data.extent(0) * tfr.data.extent(1), tfr.times, tmin, tmax, mode);
    tfr.baseline_mode = mode;
}

void apply_baseline(EpochsTfr& tfr, std::optional<double> tmin, std::optional<double> tmax, const std::string& mode) {
    rescale_by_baseline(tfr.data.data(), tfr.data.extent(0) * tfr.data.extent(1) * tfr.data.extent(2), tfr.times, tmin,
                        tmax, mode);
}

void check(const Coefficients& tfr) { check_of(tfr); }
void check(const Phases& tfr) { check_of(tfr); }
void pick(Coefficients& tfr, const std::vector<index>& picks) { keep_channels(tfr, picks); }
void pick(Phases& tfr, const std::vector<index>& picks) { keep_channels(tfr, picks); }
void crop(Coefficients& tfr, const TfrRange& range) { keep_range(tfr, range); }
void crop(Phases& tfr, const TfrRange& range) { keep_range(tfr, range); }
void decimate(Coefficients& tfr, int decim, index offset) { keep_every(tfr, decim, offset); }
void decimate(Phases& tfr, int decim, index offset) { keep_every(tfr, decim, offset); }
Coefficients subset(const Coefficients& tfr, const std::vector<index>& which) { return epochs_of(tfr, which); }
Phases subset(const Phases& tfr, const std::vector<index>& which) { return epochs_of(tfr, which); }
void add_channels(Coefficients& tfr, const std::vector<const Coefficients*>& others) { add_channels_of(tfr, others); }
void add_channels(Phases& tfr, const std::vector<const Phases*>& others) { add_channels_of(tfr, others); }

}  // namespace ranvier::meeg
