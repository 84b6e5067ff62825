#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"
#include "ranvier/meeg/maxwell/hpi_model.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

Fields FilterChpiOptions::fields() {
    using O = FilterChpiOptions;
    return {"filter_chpi",
            {field("include_line", &O::include_line, "whether line noise goes too"),
             field("t_step", &O::t_step, "time from one fit to the next").in("s").above(0),
             field("t_window", &O::t_window,
                   "length of a window; 'auto': five cycles of the lowest frequency, and enough to tell them apart")
                 .in("s")
                 .none_is("auto")
                 .above(0),
             field("allow_line_only", &O::allow_line_only, "whether a recording without coils is taken"),
             field("interp", &O::interp, "how amplitudes go from one fit to the next; none: in steps")
                 .one_of({"hann", "cos2", "linear"})}};
}

namespace {

/// How much of a fit counts at each sample up to the next one.
std::vector<double> shares_of(index step, const std::string& interp) {
    std::vector<double> shares(static_cast<std::size_t>(step), 1.0);
    for (index t = 0; t < step && interp != "zero"; ++t) {
        const double x = static_cast<double>(t) / static_cast<double>(step);
        const double cosine = std::cos(std::numbers::pi / 2 * x);
        shares[static_cast<std::size_t>(t)] = interp == "linear" ? 1 - x : cosine * cosine;
    }
    return shares;
}

}  // namespace

void filter_chpi(Raw& raw, const FilterChpiOptions& options) {
    check_settings(options);
    require(raw.preloaded, "coils are taken out of samples in memory: load them first (load_data, or preload=True)");
    require(!options.include_line || raw.info.line_freq,
            "include_line=True needs the frequency of the line "
            "(info['line_freq']), which the recording does not say");
    const HpiModel model(raw.info, raw.n_samples(), options.t_window, true, options.allow_line_only);
    const auto picks = pick_types(raw.info, {ChannelType::mag, ChannelType::grad}, false);
    const index n_samples = raw.n_samples(), length = model.length(), before = length / 2, n = std::ssize(picks);
    const auto step = static_cast<index>(
        std::min(std::ceil(options.t_step * raw.info.sfreq), static_cast<double>(std::max<index>(n_samples, 1))));
    std::vector<double> freqs = model.coils().freqs;
    const index f = std::ssize(freqs), l = options.include_line ? std::ssize(model.line()) : 0, all = f + l;
    freqs.insert(freqs.end(), model.line().begin(), model.line().begin() + l);
    const index n_points = (n_samples + step - 1) / step, model_line = std::ssize(model.line());
    if (all == 0) {
        return;
    }
    const auto phase = [&](index k, index sample) {
        return 2 * std::numbers::pi * (freqs[static_cast<std::size_t>(k)] * static_cast<double>(sample)) /
               raw.info.sfreq;
    };
    // A block of time at once: sines and cosines are those of all channels, and windows that reach into the block
    // before need its samples as they were.
    const index points = std::clamp<index>(4096 / step, 1, n_points);
    constexpr index lot = 8;  // channels at once
    Array<double, 2> sine({all, points * step}), cosine({all, points * step});
    Array<double, 2> old({n, before});
    const std::vector<double> shares = shares_of(step, options.interp.value_or("zero"));
    Progress progress("Filtering", n_samples);
    for (index first_point = 0; first_point < n_points; first_point += points) {
        check_interrupt();
        const index last_point = std::min(first_point + points, n_points);  // the next block's first one, or none
        const index begin = first_point * step, end = std::min(last_point * step, n_samples);
        parallel_for(all, [&](index k) {
            for (index t = begin; t < end; ++t) {
                sine(k, t - begin) = std::sin(phase(k, t));
                cosine(k, t - begin) = std::cos(phase(k, t));
            }
        });
        const index n_fits = std::min(last_point + 1, n_points) - first_point;
        parallel_for((n + lot - 1) / lot, [&](index b) {
            const index first = b * lot, count = std::min(lot, n - first);
            // Of absolute time at each point, for each channel and frequency.
            Array<double, 3> sines({count, n_fits, all}), cosines({count, n_fits, all});
            Array<double, 2> window({count, length});
            for (index p = 0; p < n_fits; ++p) {
                const index left = (first_point + p) * step - before, start = std::max<index>(left, 0),
                            stop = std::min(left + length, n_samples), size = stop - start;
                const index fresh = std::clamp(begin, start, stop);  // from where on samples are as they were
                for (index c = 0; c < count; ++c) {
                    const double* x = &raw.data(picks[static_cast<std::size_t>(first + c)], 0);
                    double* to = window.view().row(c).data();
                    const double* kept = old.data() + (first + c) * before + (start - (begin - before));
                    to = start < fresh ? std::copy(kept, kept + (fresh - start), to) : to;
                    std::copy(x + fresh, x + stop, to);
                }
                const Array<double, 2>& inverse = model.inverse(size);
                Array<double, 2> fit({inverse.extent(0), count});
                numerics::gemm(false, true, inverse.extent(0), count, size, 1.0, inverse.data(), size, window.data(),
                               length, 0.0, fit.data(), count);
                for (index k = 0; k < all; ++k) {
                    const index s = k < f ? k : 2 * f + (k - f), c = k < f ? f + k : 2 * f + model_line + (k - f);
                    const double turn = phase(k, start), a = std::cos(turn), d = std::sin(turn);
                    for (index ch = 0; ch < count; ++ch) {
                        sines(ch, p, k) = fit(s, ch) * a + fit(c, ch) * d;
                        cosines(ch, p, k) = fit(c, ch) * a - fit(s, ch) * d;
                    }
                }
            }
            std::vector<double> sum(static_cast<std::size_t>(step));
            for (index ch = 0; ch < count; ++ch) {
                double* x = &raw.data(picks[static_cast<std::size_t>(first + ch)], 0);
                // All windows of this block have been read: those of the next one reach back to end − before.
                double* kept = old.data() + (first + ch) * before;
                for (index s = end - before; s < end; ++s) {
                    kept[s - (end - before)] = s >= begin ? x[s] : kept[s - (begin - before)];
                }
                for (index p = 0; p < last_point - first_point; ++p) {
                    const index from = begin + p * step, to = std::min(from + step, n_samples);
                    const index after = std::min(p + 1, n_fits - 1);
                    std::ranges::fill(sum, 0.0);
                    for (index k = 0; k < all; ++k) {
                        const double* sn = &sine(k, from - begin);
                        const double* cs = &cosine(k, from - begin);
                        const double a = sines(ch, p, k), b2 = sines(ch, after, k);
                        const double d = cosines(ch, p, k), e = cosines(ch, after, k);
                        for (index t = 0; t < to - from; ++t) {
                            const auto i = static_cast<std::size_t>(t);
                            sum[i] += sn[t] * (shares[i] * a + (1 - shares[i]) * b2) +
                                      cs[t] * (shares[i] * d + (1 - shares[i]) * e);
                        }
                    }
                    for (index t = 0; t < to - from; ++t) {
                        x[from + t] -= sum[static_cast<std::size_t>(t)];
                    }
                }
            }
        });
        progress.advance(end - begin);
    }
}

}  // namespace ranvier::meeg
