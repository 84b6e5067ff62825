#include "ranvier/numerics/spectrum.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/tapered.hpp"
#include "ranvier/numerics/row_blocks.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Stretch {
    index begin, end;
};

/// TaperedSegments of one taper at every segment of a stretch.
struct Segments {
    Segments(Stretch stretch, const TransformPlan& transform, const Welch& plan, index n_per_seg, double sfreq)
        : taper(window(plan.window, n_per_seg, false)) {
        const index step = n_per_seg - plan.n_overlap;
        for (index at = stretch.begin; at + n_per_seg <= stretch.end; at += step) {
            begin.push_back(at);
        }
        which.assign(begin.size(), 0);
        const double energy = std::inner_product(taper.begin(), taper.end(), taper.begin(), 0.0);
        const double averaged = plan.median ? 1 : static_cast<double>(begin.size());
        tapered = {transform.transform(), n_per_seg,
                   std::ssize(begin),     begin.data(),
                   which.data(),          taper.data(),
                   plan.remove_dc,        0,
                   plan.n_fft / 2 + 1,    1 / (sfreq * energy * averaged)};
    }
    Segments(const Segments&) = delete;  // `tapered` points into the vectors
    std::vector<double> taper;
    std::vector<index> begin, which;
    TaperedSegments tapered;
};

/// Expectation of the median of n exponential variables over their mean.
double median_bias(index n) {
    double bias = 1;
    for (index k = 1; k <= (n - 1) / 2; ++k) {
        const double even = 2 * static_cast<double>(k);
        bias += 1 / (even + 1) - 1 / even;
    }
    return bias;
}

double median(double* values, index n) {
    double* middle = values + n / 2;
    std::nth_element(values, middle, values + n);
    return n % 2 == 1 ? *middle : 0.5 * (*std::max_element(values, middle) + *middle);
}

/// Medians over the segments; power: shape (segments, bins, lanes).
void median_rows(const TaperedSegments& tapered, const double* power, int lanes, double* const* out, int count) {
    const index bins = tapered.transform.n / 2 + 1;
    const double bias = median_bias(tapered.count);
    std::vector<double> values(tapered.count);
    for (int lane = 0; lane < count; ++lane) {
        for (index k = 0; k < bins; ++k) {
            bool all_numbers = true;
            for (index l = 0; l < tapered.count; ++l) {
                values[l] = power[(l * bins + k) * lanes + lane];
                all_numbers = all_numbers && !std::isnan(values[l]);
            }
            out[lane][k] = all_numbers ? median(values.data(), tapered.count) / bias : nan;
        }
    }
}

void welch_of_stretch(View<const double, 2> x, const Welch& plan, const Segments& segments, View<double, 2> out) {
    const TaperedKernels& kernels = chosen_tapered_kernels();
    const TaperedSegments& tapered = segments.tapered;
    const index work = tapered_work(tapered, kernels.lanes);
    const index powers = plan.median ? tapered.count * (plan.n_fft / 2 + 1) * kernels.lanes : 0;
    for_row_blocks(x, out, kernels.lanes, work + powers,
                   [&](const double* const* in, double* const* to, int count, double* memory) {
                       if (plan.median) {
                           kernels.each(tapered, in, memory + work, memory);
                           median_rows(tapered, memory + work, kernels.lanes, to, count);
                       } else {
                           kernels.summed(tapered, in, to, count, memory);
                       }
                   });
}

/// Whether any number of a row is NaN or infinite: such a number times 0 is NaN.
bool all_finite(const double* x, index n) {
    double sums[8] = {};
    index j = 0;
    for (; j + 8 <= n; j += 8) {
        for (int k = 0; k < 8; ++k) {
            sums[k] += 0 * x[j + k];
        }
    }
    for (; j < n; ++j) {
        sums[0] += 0 * x[j];
    }
    return std::accumulate(sums, sums + 8, 0.0) == 0;
}

/// Where the rows can be used.
struct Usable {
    std::vector<Stretch> stretches;  ///< between NaN that all rows share
    std::vector<index> broken_rows;  ///< other rows with NaN or infinity before `analysed_end`
};

Usable usable_parts(View<const double, 2> x, index analysed_end) {
    const index rows = x.extent(0), n = x.extent(1);
    std::vector<char> finite(rows);
    const index block = 64;
    parallel_for((rows + block - 1) / block, [&](index piece) {
        for (index i = piece * block; i < std::min(rows, (piece + 1) * block); ++i) {
            finite[i] = all_finite(&x(i, 0), n);
        }
    });
    Usable usable;
    if (std::ranges::all_of(finite, [](char f) { return f != 0; })) {
        usable.stretches.push_back({0, n});
        return usable;
    }
    std::vector<char> bad(n);
    bool any_nan = false, aligned = true;
    for (index t = 0; t < n; ++t) {
        bad[t] = std::isnan(x(0, t));
        any_nan = any_nan || bad[t];
    }
    for (index i = 1; i < rows && aligned; ++i) {
        for (index t = 0; t < n && aligned; ++t) {
            aligned = std::isnan(x(i, t)) == (bad[t] != 0);
        }
    }
    aligned = aligned && any_nan;
    for (index i = 0; i < rows; ++i) {
        bool broken = false;
        for (index t = 0; t < analysed_end && !broken && !finite[i]; ++t) {
            broken = std::isinf(x(i, t)) || (!aligned && std::isnan(x(i, t)));
        }
        if (broken) {
            usable.broken_rows.push_back(i);
        }
    }
    if (!aligned) {
        usable.stretches.push_back({0, n});
        return usable;
    }
    for (index t = 0; t < n; ++t) {
        if (!bad[t]) {
            if (t == 0 || bad[t - 1]) {
                usable.stretches.push_back({t, t});
            }
            usable.stretches.back().end = t + 1;
        }
    }
    return usable;
}

void require_rows(View<const double, 2> x, double sfreq, const char* function) {
    require(x.extent(1) >= 2, function, ": a spectrum needs rows of at least 2 samples; got ", x.extent(1));
    require(sfreq > 0 && std::isfinite(sfreq), function, ": the sampling rate must be > 0 Hz; got ", sfreq);
}

void require_out(View<double, 2> out, index rows, index bins, const char* function) {
    require(out.extent(0) == rows && out.extent(1) == bins, function, ": out must have shape (", rows, ", ", bins,
            "); got (", out.extent(0), ", ", out.extent(1), ")");
}

/// The checked input of Welch's method.
struct Checked {
    Array<double, 2> contiguous;
    View<const double, 2> x;
    index n_per_seg;
    Usable usable;
};

Checked checked_rows(View<const double, 2> x, double sfreq, const Welch& plan) {
    require_rows(x, sfreq, "welch");
    const index n = x.extent(1);
    const index n_per_seg = plan.n_per_seg == 0 ? plan.n_fft : plan.n_per_seg;
    require(plan.n_fft >= 2, "welch: n_fft must be at least 2; got ", plan.n_fft);
    require(n_per_seg >= 1 && n_per_seg <= plan.n_fft && n_per_seg <= n,
            "welch: n_per_seg must be in [1, min(n_fft, samples)] = [1, ", std::min(plan.n_fft, n), "]; got ",
            n_per_seg);
    require(plan.n_overlap >= 0 && plan.n_overlap < n_per_seg, "welch: n_overlap must be in [0, n_per_seg) = [0, ",
            n_per_seg, "); got ", plan.n_overlap);
    Checked checked;
    checked.x = with_contiguous_rows(x, checked.contiguous);
    checked.n_per_seg = n_per_seg;
    if (x.extent(0) == 0) {
        return checked;
    }
    const index step = n_per_seg - plan.n_overlap;
    checked.usable = usable_parts(checked.x, (n - n_per_seg) / step * step + n_per_seg);
    for (const Stretch& stretch : checked.usable.stretches) {
        const index length = stretch.end - stretch.begin;
        require(plan.n_overlap < length, "welch: n_overlap must be below the length of every good stretch; got ",
                plan.n_overlap, " for the ", length, " samples from ", stretch.begin,
                " on; lower n_overlap or mark the stretch bad");
    }
    return checked;
}

void warn_of_broken_rows(const Usable& usable, index rows) {
    if (!usable.broken_rows.empty()) {
        warn("welch: " + text_of(usable.broken_rows.size()) + " rows of " + text_of(rows) +
             " have NaN or infinity that the others lack; their spectra are NaN");
    }
}

/// The transforms of segments `first` … of a row one by one, times √scale, in the rows of out, of n_fft / 2 + 1 bins;
/// `segments` has as many rows, of zeros behind the samples.
void transform_each(const double* row, const TaperedSegments& tapered, index first, View<double, 2> segments,
                    View<std::complex<double>, 2> out) {
    const double amplitude = std::sqrt(tapered.scale);
    for (index l = 0; l < out.extent(0); ++l) {
        const double* from = row + tapered.begin[first + l];
        const double* taper = tapered.tapers + tapered.taper[first + l] * tapered.n;
        const double mean =
            tapered.remove_mean ? std::accumulate(from, from + tapered.n, 0.0) / static_cast<double>(tapered.n) : 0;
        for (index j = 0; j < tapered.n; ++j) {
            segments(l, j) = amplitude * taper[j] * (from[j] - mean);
        }
    }
    rfft(segments, out);
}

}  // namespace

void welch(View<const double, 2> given, double sfreq, const Welch& plan, View<double, 2> out) {
    const Checked checked = checked_rows(given, sfreq, plan);
    const View<const double, 2> x = checked.x;
    const Usable& usable = checked.usable;
    const index rows = x.extent(0), bins = plan.n_fft / 2 + 1, n_per_seg = checked.n_per_seg;
    require_out(out, rows, bins, "welch");
    if (rows == 0) {
        return;
    }
    const index step = n_per_seg - plan.n_overlap;
    const TransformPlan transform(plan.n_fft);
    if (usable.stretches.size() == 1) {
        const Stretch whole = usable.stretches[0];
        welch_of_stretch(x, plan, Segments(whole, transform, plan, std::min(n_per_seg, whole.end - whole.begin), sfreq),
                         out);
    } else {
        double total = 0;
        Array<double, 2> part({rows, bins});
        const auto each = [&](auto change) {
            for (index i = 0; i < rows; ++i) {
                for (index k = 0; k < bins; ++k) {
                    change(out(i, k), part(i, k));
                }
            }
        };
        each([&](double& sum, double) { sum = usable.stretches.empty() ? nan : 0.0; });
        for (const Stretch& stretch : usable.stretches) {
            const index length = stretch.end - stretch.begin;
            const index per_seg = std::min(n_per_seg, length);
            const double weight =
                static_cast<double>(length < n_per_seg ? length : length - (length - plan.n_overlap) % step);
            welch_of_stretch(x, plan, Segments(stretch, transform, plan, per_seg, sfreq), part);
            total += weight;
            each([&](double& sum, double power) { sum += weight * power; });
        }
        each([&](double& sum, double) { sum /= total; });
    }
    for (const index row : usable.broken_rows) {
        for (index k = 0; k < bins; ++k) {
            out(row, k) = nan;
        }
    }
    warn_of_broken_rows(usable, rows);
}

void welch_segments(View<const double, 2> given, double sfreq, const Welch& plan, FunctionRef<void(index)> begin,
                    FunctionRef<void(index, index, View<const std::complex<double>, 2>)> take) {
    const Checked checked = checked_rows(given, sfreq, plan);
    const TransformPlan transform(plan.n_fft);
    Welch alone = plan;
    alone.median = true;  // segments' scale is not divided by their number
    std::vector<std::unique_ptr<Segments>> parts;
    index count = 0;
    for (const Stretch& stretch : checked.usable.stretches) {
        const index per_seg = std::min(checked.n_per_seg, stretch.end - stretch.begin);
        parts.push_back(std::make_unique<Segments>(stretch, transform, alone, per_seg, sfreq));
        count += parts.back()->tapered.count;
    }
    begin(count);
    constexpr index some = 32;
    parallel_for(checked.x.extent(0), [&](index row) {
        const bool broken = std::ranges::binary_search(checked.usable.broken_rows, row);
        Array<std::complex<double>, 2> out({some, plan.n_fft / 2 + 1});
        index first = 0;
        for (const auto& part : parts) {
            Array<double, 2> segments({some, plan.n_fft});
            for (index l = 0; l < part->tapered.count; l += some) {
                const auto now = out.view().slice(0, 0, std::min(some, part->tapered.count - l));
                if (broken) {
                    std::fill_n(now.data(), now.size(), std::complex<double>(nan));
                } else {
                    transform_each(&checked.x(row, 0), part->tapered, l, segments.view().slice(0, 0, now.extent(0)),
                                   now);
                }
                take(row, first + l, now);
            }
            first += part->tapered.count;
        }
    });
    warn_of_broken_rows(checked.usable, checked.x.extent(0));
}

namespace {

/// One row's eigenspectra from the shape (tapers, bins, lanes), in columns `stride` apart, the last bin repeated.
void pick_lane(const double* power, index tapers, index bins, int lanes, int lane, index first, index last,
               index stride, double* out) {
    for (index k = 0; k < tapers; ++k) {
        for (index f = 0; f < stride; ++f) {
            const index bin = std::min(first + f, last - 1);
            out[k * stride + f] = power[(k * bins + bin) * lanes + lane];
        }
    }
}

/// σ² of a row from its spectrum with fixed weights: the trapezoidal integral over frequency.
double variance(const double* power, const Adaptive& weights, index bins, int lanes, int lane) {
    const double total = std::accumulate(weights.ratio, weights.ratio + weights.tapers, 0.0);
    double integral = 0;
    for (index bin = 0; bin < bins; ++bin) {
        double density = 0;
        for (index k = 0; k < weights.tapers; ++k) {
            density += weights.ratio[k] * power[(k * bins + bin) * lanes + lane];
        }
        integral += (bin == 0 || bin == bins - 1 ? 0.5 : 1.0) * density / total;
    }
    return integral / (2 * static_cast<double>(bins));
}

}  // namespace

void multitaper(View<const double, 2> x, double sfreq, View<const double, 2> tapers, std::span<const double> ratios,
                const Multitaper& plan, View<double, 2> out) {
    require_rows(x, sfreq, "multitaper");
    const index n = x.extent(1), k = tapers.extent(0), bins = n / 2 + 1;
    const index first = plan.first, last = plan.last == 0 ? bins : plan.last;
    require(k >= 1 && tapers.extent(1) == n && std::ssize(ratios) == k, "multitaper: tapers must have shape (k, ", n,
            ") and as many ratios; got (", k, ", ", tapers.extent(1), ") and ", ratios.size());
    require(first >= 0 && first < last && last <= bins, "multitaper: bins must be chosen within [0, ", bins, "); got [",
            first, ", ", last, ")");
    require(!plan.adaptive || k >= 3, "multitaper: adaptive weights need at least 3 tapers; got ", k,
            "; widen the bandwidth or use fixed weights");
    require_out(out, x.extent(0), last - first, "multitaper");

    std::vector<double> roots(k);
    double total = 0;
    for (index t = 0; t < k; ++t) {
        roots[t] = std::sqrt(std::max(0.0, ratios[t]));
        total += ratios[t];
    }
    require(total > 0, "multitaper: the ratios must have a sum > 0");
    // Fixed weights go into the tapers, so that powers only need adding up.
    Array<double, 2> weighted({k, n});
    for (index t = 0; t < k; ++t) {
        for (index j = 0; j < n; ++j) {
            weighted(t, j) = plan.adaptive ? tapers(t, j) : roots[t] * tapers(t, j);
        }
    }
    std::vector<index> begin(k, 0), which(k);
    std::iota(which.begin(), which.end(), index{0});
    const double scale = (plan.adaptive ? 1 : 1 / total) / (plan.full_normalization ? sfreq : 1);
    const TransformPlan transform(n);
    const TaperedSegments tapered{transform.transform(), n,     k,    begin.data(), which.data(), weighted.data(),
                                  plan.remove_dc,        first, last, scale};
    const TaperedKernels& kernels = chosen_tapered_kernels();
    const index work = tapered_work(tapered, kernels.lanes);
    if (!plan.adaptive) {
        for_row_blocks(x, out, kernels.lanes, work,
                       [&](const double* const* in, double* const* to, int count, double* memory) {
                           kernels.summed(tapered, in, to, count, memory);
                       });
        return;
    }
    const index stride = (last - first + 7) / 8 * 8;
    const index powers = k * bins * kernels.lanes;
    std::atomic<index> unfinished{0};
    for_row_blocks(x, out, kernels.lanes, work + powers + (2 * k + 2) * stride,
                   [&](const double* const* in, double* const* to, int count, double* memory) {
                       double* power = memory + work;
                       double* row = power + powers;
                       double* estimate = row + k * stride;
                       kernels.each(tapered, in, power, memory);
                       for (int lane = 0; lane < count; ++lane) {
                           Adaptive weights{k, last - first,        stride, ratios.data(), roots.data(),
                                            0, plan.most_iterations};
                           weights.variance = variance(power, weights, bins, kernels.lanes, lane);
                           pick_lane(power, k, bins, kernels.lanes, lane, first, last, stride, row);
                           if (weights.variance == 0) {
                               std::fill_n(to[lane], last - first, 0.0);
                               continue;
                           }
                           if (!kernels.adaptive(weights, row, estimate, estimate + stride)) {
                               ++unfinished;
                           }
                           std::copy_n(estimate, last - first, to[lane]);
                       }
                   });
    if (unfinished > 0) {
        warn("multitaper: the adaptive weights of " + text_of(unfinished.load()) + " rows did not converge in " +
             text_of(plan.most_iterations) + " iterations");
    }
}

Array<std::complex<double>, 3> multitaper_tapers(View<const double, 2> given, double sfreq,
                                                 View<const double, 2> tapers, const Multitaper& plan) {
    require_rows(given, sfreq, "multitaper");
    const index n = given.extent(1), k = tapers.extent(0), bins = n / 2 + 1;
    const index first = plan.first, last = plan.last == 0 ? bins : plan.last;
    require(k >= 1 && tapers.extent(1) == n, "multitaper: tapers must have shape (k, ", n, "); got (", k, ", ",
            tapers.extent(1), ")");
    require(first >= 0 && first < last && last <= bins, "multitaper: bins must be chosen within [0, ", bins, "); got [",
            first, ", ", last, ")");
    require(!plan.adaptive,
            "multitaper: adaptive weights are of the tapers' power, and complex spectra have none; use adaptive=False "
            "or output='power'");
    Array<double, 2> contiguous;
    const View<const double, 2> x = with_contiguous_rows(given, contiguous);
    const Array<double, 2> of_tapers(tapers);
    std::vector<index> begin(k, 0), which(k);
    std::iota(which.begin(), which.end(), index{0});
    const TransformPlan transform(n);
    const TaperedSegments tapered{transform.transform(),
                                  n,
                                  k,
                                  begin.data(),
                                  which.data(),
                                  of_tapers.data(),
                                  plan.remove_dc,
                                  first,
                                  last,
                                  1 / (plan.full_normalization ? sfreq : 1)};
    Array<std::complex<double>, 3> out({x.extent(0), k, bins});
    parallel_for(x.extent(0), [&](index i) {
        Array<double, 2> segments({k, n});
        transform_each(&x(i, 0), tapered, 0, segments, View<std::complex<double>, 2>(&out(i, 0, 0), {k, bins}));
        for (index t = 0; t < k; ++t) {
            out(i, t, 0) /= std::sqrt(2.0);
            if (n % 2 == 0) {
                out(i, t, bins - 1) /= std::sqrt(2.0);
            }
        }
    });
    return Array<std::complex<double>, 3>(out.view().slice(2, first, last));
}

}  // namespace ranvier::numerics
