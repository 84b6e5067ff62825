#include "ranvier/meeg/timefreq/spectrum.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <complex>
#include <limits>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/time_axis.hpp"
#include "ranvier/meeg/timefreq/axes.hpp"
#include "ranvier/numerics/spectrum.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::meeg {
namespace {

/// Bins [first, last) of n_fft / 2 + 1 with fmin <= f <= fmax.
struct Bins {
    index first = 0, last = 0;
    std::vector<double> freqs;  // [Hz]
};

Bins bins_between(double fmin, double fmax, double sfreq, index n_fft) {
    require(fmin <= fmax,
            [&] { return "fmin must be <= fmax; got " + text_of(fmin) + " and " + text_of(fmax) + " Hz"; });
    require(fmax <= sfreq / 2 || std::isinf(fmax), [&] {
        return "fmax must be <= " + text_of(sfreq / 2) + " Hz, half the sampling rate, or inf; got " + text_of(fmax) +
               " Hz";
    });
    Bins bins;
    for (index k = 0; k <= n_fft / 2; ++k) {
        const double f = static_cast<double>(k) * (sfreq / static_cast<double>(n_fft));
        if (f >= fmin && f <= fmax) {
            if (bins.freqs.empty()) {
                bins.first = k;
            }
            bins.last = k + 1;
            bins.freqs.push_back(f);
        }
    }
    require(!bins.freqs.empty(), [&] {
        return "no frequency lies between fmin " + text_of(fmin) + " Hz and fmax " + text_of(fmax) +
               " Hz: they are multiples of " + text_of(sfreq / static_cast<double>(n_fft)) + " Hz";
    });
    return bins;
}

using Complex = std::complex<double>;

/// What a spectrum takes from rows.
struct Numbers {
    Bins bins;
    Array<double, 2> of_rows;  // as a Spectrum has them
    index tapers = 0, segments = 0;
    std::vector<double> weights;
};

/// Complex numbers as pairs of real ones.
Array<double, 2> pairs(const Array<Complex, 2>& numbers) {
    Array<double, 2> out({numbers.extent(0), 2 * numbers.extent(1)});
    std::copy_n(reinterpret_cast<const double*>(numbers.data()), out.size(), out.data());
    return out;
}

/// The segments' spectra, by themselves or their complex mean or median.
void keep_segments(View<const double, 2> rows, double sfreq, const numerics::Welch& plan, const WelchOptions& options,
                   Numbers& out) {
    const index first = out.bins.first, bins = out.bins.last - first;
    const bool apart = options.average == "none", complex = options.output == "complex";
    const index parts = complex ? 2 : 1;
    index count = 0;
    const auto begin = [&](index segments) {
        count = segments;
        require(count > 0, "no segment is left: all samples are NaN or annotated as bad");
        out.segments = apart ? count : 0;
        out.of_rows = Array<double, 2>({rows.extent(0), parts * bins * (apart ? count : 1)});
    };
    std::vector<Array<double, 2>> kept(static_cast<std::size_t>(rows.extent(0)));  // of each row, until it has all
    const auto average = [&](index row, index at, View<const Complex, 2> some) {
        Array<double, 2>& segments = kept[static_cast<std::size_t>(row)];
        if (at == 0) {
            segments = Array<double, 2>({count, 2 * bins});
        }
        for (index l = 0; l < some.extent(0); ++l) {
            std::copy_n(reinterpret_cast<const double*>(&some(l, first)), 2 * bins, &segments(at + l, 0));
        }
        if (at + some.extent(0) == count) {
            average_rows(segments.data(), count, 2 * bins, options.average == "median", &out.of_rows(row, 0));
            segments = {};
        }
    };
    numerics::welch_segments(rows, sfreq, plan, begin, [&](index row, index at, View<const Complex, 2> some) {
        if (!apart) {
            average(row, at, some);
            return;
        }
        for (index k = 0; k < bins; ++k) {
            double* to = &out.of_rows(row, 0) + (k * count + at) * parts;
            const double sides = first + k == 0 || 2 * (first + k) == plan.n_fft ? 1 : 2;
            for (index l = 0; l < some.extent(0); ++l) {
                const Complex z = some(l, first + k);
                if (complex) {
                    to[2 * l] = z.real();
                    to[2 * l + 1] = z.imag();
                } else {
                    to[l] = sides * std::norm(z);
                }
            }
        }
    });
}

/// What every spectrum shares: rows in, numbers of the wanted bins out.
Numbers numbers_of(View<const double, 2> rows, double sfreq, const WelchOptions& options) {
    const index n = rows.extent(1);
    check_settings(options);
    require(options.n_fft != 1, "n_fft must be >= 2; got 1");
    require(options.n_per_seg > 0 || options.n_fft <= n, [&] {
        return "n_fft must be <= " + text_of(n) + ", the samples there are, or n_per_seg be given; got " +
               text_of(options.n_fft);
    });
    numerics::Welch plan;
    plan.n_fft = options.n_fft > 0 ? options.n_fft : std::min<index>(n, 2048);
    plan.n_per_seg = options.n_per_seg > 0 ? std::min(options.n_per_seg, plan.n_fft) : plan.n_fft;
    plan.n_per_seg = std::min(plan.n_per_seg, n);
    plan.n_overlap = options.n_overlap;
    plan.window = options.window;
    plan.median = options.average == "median";
    plan.remove_dc = options.remove_dc;
    Numbers out;
    Bins& bins = out.bins = bins_between(options.fmin, options.fmax, sfreq, plan.n_fft);
    if (options.output == "complex" || options.average == "none") {
        keep_segments(rows, sfreq, plan, options, out);
        return out;
    }
    Array<double, 2> all({rows.extent(0), plan.n_fft / 2 + 1});
    numerics::welch(rows, sfreq, plan, all);
    if (all.extent(1) == bins.last - bins.first) {
        out.of_rows = std::move(all);
        return out;
    }
    out.of_rows = Array<double, 2>({rows.extent(0), bins.last - bins.first});
    copy(all.view().slice(1, bins.first, bins.last), out.of_rows);
    return out;
}

Numbers numbers_of(View<const double, 2> rows, double sfreq, const MultitaperOptions& options) {
    const index n = rows.extent(1);
    check_settings(options);
    const double half_nbw = options.bandwidth ? *options.bandwidth * static_cast<double>(n) / (2 * sfreq) : 4.0;
    const index k = static_cast<index>(2 * half_nbw);
    require(k >= 1, [&] {
        return "bandwidth " + text_of(*options.bandwidth) + " Hz is too narrow for a taper: at least " +
               text_of(sfreq / static_cast<double>(n)) + " Hz are needed";
    });
    const numerics::Tapers tapers = numerics::dpss(n, half_nbw, k, options.low_bias, false);
    Numbers out;
    const Bins& bins = out.bins = bins_between(options.fmin, options.fmax, sfreq, n);
    numerics::Multitaper plan;
    plan.adaptive = options.adaptive && tapers.ratios.size() >= 3;
    plan.most_iterations = options.max_iter;
    plan.remove_dc = options.remove_dc;
    plan.full_normalization = options.normalization == "full";
    plan.first = bins.first;
    plan.last = bins.last;
    if (options.output == "complex") {
        const auto all = numerics::multitaper_tapers(rows, sfreq, tapers.tapers, plan);
        out.of_rows = pairs(Array<Complex, 2>::shared({all.extent(0), all.extent(1) * all.extent(2)}, all.memory()));
        out.tapers = all.extent(1);
        for (const double ratio : tapers.ratios) {
            out.weights.push_back(std::sqrt(ratio));
        }
        return out;
    }
    out.of_rows = Array<double, 2>({rows.extent(0), bins.last - bins.first});
    numerics::multitaper(rows, sfreq, tapers.tapers, tapers.ratios, plan, out.of_rows);
    return out;
}

/// Samples [start, stop) between two times after the first sample, both rounded; without tmax to the end.
std::pair<index, index> stretch(const Raw& raw, double tmin, std::optional<double> tmax) {
    const auto sample = [&](double t) { return sample_count(std::nearbyint(t * raw.info.sfreq)); };
    const index n = raw.n_samples();
    const index start = std::max<index>(sample(tmin), 0), stop = tmax ? std::min(sample(*tmax) + 1, n) : n;
    require(start < stop, [&] {
        return "no sample lies between tmin " + text_of(tmin) + " s and " +
               (tmax ? "tmax " + text_of(*tmax) + " s" : "the end");
    });
    return {start, stop};
}

/// Samples that a "bad…" annotation covers become NaN.
void blank_bad_spans(const Raw& raw, index start, Array<double, 2>& rows) {
    for (const AnnotationSpan& bad : annotation_spans(raw, {"bad"})) {
        const index from = std::clamp<index>(bad.begin - start, 0, rows.extent(1));
        const index to = std::clamp<index>(bad.end - start, 0, rows.extent(1));
        for (index row = 0; row < rows.extent(0) && from < to; ++row) {
            const auto r = rows.view().row(row);
            std::fill(r.begin() + from, r.begin() + to, std::numeric_limits<double>::quiet_NaN());
        }
    }
}

constexpr const char* to_do = "compute a spectrum of";
constexpr const char* method_of(const WelchOptions&) { return "welch"; }
constexpr const char* method_of(const MultitaperOptions&) { return "multitaper"; }

/// @param rows  of the picks, epoch after epoch
template <class Options>
Spectrum of_rows(const Info& info, const std::vector<index>& picks, View<const double, 2> rows,
                 const Options& options) {
    Numbers numbers = numbers_of(rows, info.sfreq, options);
    Spectrum out;
    out.info = info;
    pick_channels(out.info, picks);
    out.freqs = std::move(numbers.bins.freqs);
    const index n_picks = std::ssize(picks);
    const Array<double, 2>& data = numbers.of_rows;
    out.data = Array<double, 3>::shared({rows.extent(0) / n_picks, n_picks, data.extent(1)}, data.memory());
    out.method = method_of(options);
    out.complex = options.output == "complex";
    out.tapers = numbers.tapers;
    out.segments = numbers.segments;
    out.weights = std::move(numbers.weights);
    return out;
}

template <class Options>
Spectrum of_epochs(const Epochs& epochs, const Options& options) {
    const Picked picked(epochs, options.picks, to_do);
    const View<const double, 3> data = picked.data;
    const View<const double, 2> rows(data.data(), {data.extent(0) * data.extent(1), data.extent(2)});
    Spectrum out = of_rows(epochs.info, picked.picks, rows, options);
    out.of_epochs = true;
    out.events = picked.epochs.events;
    out.event_id = epochs.event_id;
    return out;
}

template <class Options>
Spectrum of_evoked(const Evoked& evoked, const Options& options) {
    const std::vector<index> picks = chosen(evoked.info, options.picks, to_do);
    return of_rows(evoked.info, picks, rows(evoked.data, picks), options);
}

template <class Options>
Spectrum of_raw(const Raw& raw, const Options& options, double tmin, std::optional<double> tmax,
                bool reject_by_annotation) {
    const std::vector<index> picks = chosen(raw.info, options.picks, to_do);
    const auto [start, stop] = stretch(raw, tmin, tmax);
    Array<double, 2> rows = samples(raw, picks, start, stop);
    if (reject_by_annotation) {
        blank_bad_spans(raw, start, rows);
        if (std::is_same_v<Options, MultitaperOptions> &&
            std::any_of(rows.data(), rows.data() + rows.extent(1), [](double x) { return std::isnan(x); })) {
            throw NotYet(
                "the multitaper method can't leave out spans that are annotated as bad: use method 'welch', or "
                "reject_by_annotation=False");
        }
    }
    return of_rows(raw.info, picks, rows, options);
}

}  // namespace

void check(const Spectrum& s) {
    check(s.info);
    require(s.tapers == 0 || s.segments == 0, "a spectrum can't have both tapers and segments");
    require(std::ssize(s.weights) == s.tapers, [&] {
        return "there must be one weight per taper (" + text_of(s.tapers) + "); got " + text_of(s.weights.size());
    });
    const index numbers = std::ssize(s.freqs) * std::max<index>(s.tapers + s.segments, 1) * (s.complex ? 2 : 1);
    check_shape(s.data.extents(), {s.of_epochs ? std::ssize(s.events) : 1, s.info.n_channels(), numbers});
}

void pick(Spectrum& spectrum, const std::vector<index>& picks) {
    pick_channels(spectrum.info, picks);
    spectrum.data = taken(spectrum.data, 1, picks);
}

Spectrum subset(const Spectrum& spectrum, const std::vector<index>& which) {
    Spectrum part = spectrum;
    part.data = taken(spectrum.data, 0, which);
    part.events = taken(spectrum.events, which);
    return part;
}

Spectrum power(const Spectrum& s) {
    if (!s.complex && s.tapers + s.segments == 0) {
        return s;
    }
    Spectrum out = s;
    out.complex = false;
    out.tapers = out.segments = 0;
    out.weights.clear();
    const index freqs = std::ssize(s.freqs), parts = std::max<index>(s.tapers + s.segments, 1);
    const auto weight = [&](index part) { return s.weights.empty() ? 1.0 : s.weights[part] * s.weights[part]; };
    double total = 0;
    for (index part = 0; part < parts; ++part) {
        total += weight(part);
    }
    out.data = Array<double, 3>({s.data.extent(0), s.data.extent(1), freqs});
    // One-sided: half the power of a complex spectrum is at negative frequencies, save at 0 and half the sampling rate,
    // where the coefficients of tapers are divided by √2 already.
    const auto sides = [&](double f) {
        const bool one = s.tapers == 0 && (f == 0 || std::abs(f - s.info.sfreq / 2) < 1e-9 * s.info.sfreq);
        return s.complex && !one ? 2.0 : 1.0;
    };
    double* to = out.data.data();
    for (index row = 0; row < s.data.extent(0) * s.data.extent(1); ++row) {
        const double* numbers = s.data.data() + row * s.data.extent(2);
        for (index f = 0; f < freqs; ++f) {
            double sum = 0;
            for (index part = 0; part < parts; ++part) {
                const index at = s.tapers > 0 ? part * freqs + f : f * parts + part;
                sum +=
                    weight(part) * (s.complex ? std::norm(Complex(numbers[2 * at], numbers[2 * at + 1])) : numbers[at]);
            }
            *to++ = sides(s.freqs[f]) * sum / total;
        }
    }
    return out;
}

Spectrum average(const Spectrum& spectrum, bool median) {
    Spectrum out = spectrum;
    const auto mean = averaged(spectrum.data, median);
    out.data = Array<double, 3>::shared({1, mean.extent(0), mean.extent(1)}, mean.memory());
    out.of_epochs = false;
    out.events.clear();
    out.event_id.clear();
    return out;
}

Spectrum combined(const std::vector<Spectrum>& spectra, const std::vector<double>& weights) {
    require(!spectra.empty(), "there must be at least one spectrum to combine");
    require(weights.size() == spectra.size(), [&] {
        return "there must be one weight per spectrum (" + text_of(spectra.size()) + "); got " +
               text_of(weights.size());
    });
    Spectrum out = spectra[0];
    std::fill_n(out.data.data(), out.data.size(), 0.0);
    for (std::size_t k = 0; k < spectra.size(); ++k) {
        const Spectrum& each = spectra[k];
        require(channel_names(each.info) == channel_names(out.info),
                "spectra to combine must have the same channels in one order: see equalize_channels");
        require(std::ranges::equal(each.freqs, out.freqs, [](double a, double b) { return std::abs(a - b) < 1e-7; }),
                "spectra to combine must have the same frequencies");
        require(each.complex == out.complex && each.tapers == out.tapers && each.segments == out.segments,
                "spectra to combine must be all of power or all complex, with the same tapers or segments");
        require(each.data.extents() == out.data.extents(), "spectra to combine must have the same number of epochs");
        for (index i = 0; i < out.data.size(); ++i) {
            out.data.data()[i] += weights[k] * each.data.data()[i];
        }
        for (const std::string& bad : each.info.bads) {
            if (std::ranges::find(out.info.bads, bad) == out.info.bads.end()) {
                out.info.bads.push_back(bad);
            }
        }
    }
    return out;
}

Spectrum psd_welch(const Raw& raw, const WelchOptions& options, double tmin, std::optional<double> tmax,
                   bool reject_by_annotation) {
    return of_raw(raw, options, tmin, tmax, reject_by_annotation);
}
Spectrum psd_welch(const Epochs& epochs, const WelchOptions& options) { return of_epochs(epochs, options); }
Spectrum psd_welch(const Evoked& evoked, const WelchOptions& options) { return of_evoked(evoked, options); }

Spectrum psd_multitaper(const Raw& raw, const MultitaperOptions& options, double tmin, std::optional<double> tmax,
                        bool reject_by_annotation) {
    return of_raw(raw, options, tmin, tmax, reject_by_annotation);
}
Spectrum psd_multitaper(const Epochs& epochs, const MultitaperOptions& options) { return of_epochs(epochs, options); }
Spectrum psd_multitaper(const Evoked& evoked, const MultitaperOptions& options) { return of_evoked(evoked, options); }

}  // namespace ranvier::meeg
