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

void filter_chpi(Raw& raw, const FilterChpiOptions& options) {
    check_settings(options);
    require(raw.preloaded, "coils are taken out of samples in memory: load them first (load_data, or preload=True)");
    require(!options.include_line || raw.info.line_freq,
            "include_line=True needs the frequency of the line "
            "(info['line_freq']), which the recording does not say");
    const HpiModel model(raw.info, options.t_window, true, options.allow_line_only);
    const auto picks = pick_types(raw.info, {ChannelType::mag, ChannelType::grad}, false);
    const index n_samples = raw.n_samples(), length = model.length();
    const auto step = static_cast<index>(std::ceil(options.t_step * raw.info.sfreq));
    std::vector<double> freqs = model.coils().freqs;
    const index f = std::ssize(freqs), l = options.include_line ? std::ssize(model.line()) : 0, all = f + l;
    freqs.insert(freqs.end(), model.line().begin(), model.line().begin() + l);
    const index n_points = (n_samples + step - 1) / step, model_line = std::ssize(model.line());
    if (all == 0) {
        return;
    }
    constexpr index lot = 8;  // channels at once
    const index n = std::ssize(picks);
    Progress progress("Filtering", n);
    const std::string interp = options.interp.value_or("zero");
    parallel_for((n + lot - 1) / lot, [&](index b) {
        const index first = b * lot, count = std::min(lot, n - first);
        // Sines and cosines of absolute time at each point, for each channel.
        Array<double, 2> sines({n_points, all * count}), cosines({n_points, all * count});
        Array<double, 2> window({count, length});
        for (index p = 0; p < n_points; ++p) {
            check_interrupt();
            const index left = p * step - length / 2, start = std::max<index>(left, 0),
                        stop = std::min(left + length, n_samples), size = stop - start;
            for (index c = 0; c < count; ++c) {
                const double* x = &raw.data(picks[static_cast<std::size_t>(first + c)], start);
                std::copy(x, x + size, window.view().row(c).begin());
            }
            const Array<double, 2>& inverse = model.inverse(size);
            Array<double, 2> fit({inverse.extent(0), count});
            numerics::gemm(false, true, inverse.extent(0), count, size, 1.0, inverse.data(), size, window.data(),
                           length, 0.0, fit.data(), count);
            for (index k = 0; k < all; ++k) {
                const index s = k < f ? k : 2 * f + (k - f), c = k < f ? f + k : 2 * f + model_line + (k - f);
                const double turn = 2 * std::numbers::pi * freqs[static_cast<std::size_t>(k)] *
                                    static_cast<double>(start) / raw.info.sfreq;
                for (index ch = 0; ch < count; ++ch) {
                    const double a = fit(s, ch), d = fit(c, ch);
                    sines(p, k * count + ch) = a * std::cos(turn) + d * std::sin(turn);
                    cosines(p, k * count + ch) = d * std::cos(turn) - a * std::sin(turn);
                }
            }
        }
        std::vector<double> s(static_cast<std::size_t>(all)), c(static_cast<std::size_t>(all));
        for (index t = 0; t < n_samples; ++t) {
            const index p = std::min(t / step, n_points - 1);
            double share = 1;
            if (interp != "zero" && p + 1 < n_points) {
                const double x = static_cast<double>(t - p * step) / static_cast<double>(step);
                const double cosine = std::cos(std::numbers::pi / 2 * x);
                share = interp == "linear" ? 1 - x : cosine * cosine;
            }
            const index next = std::min(p + 1, n_points - 1);
            for (index k = 0; k < all; ++k) {
                const double phase = 2 * std::numbers::pi *
                                     (freqs[static_cast<std::size_t>(k)] * static_cast<double>(t)) / raw.info.sfreq;
                s[static_cast<std::size_t>(k)] = std::sin(phase);
                c[static_cast<std::size_t>(k)] = std::cos(phase);
            }
            for (index ch = 0; ch < count; ++ch) {
                double sum = 0;
                for (index k = 0; k < all; ++k) {
                    const index at = k * count + ch;
                    const auto i = static_cast<std::size_t>(k);
                    sum += s[i] * (share * sines(p, at) + (1 - share) * sines(next, at)) +
                           c[i] * (share * cosines(p, at) + (1 - share) * cosines(next, at));
                }
                raw.data(picks[static_cast<std::size_t>(first + ch)], t) -= sum;
            }
        }
        progress.advance(count);
    });
}

}  // namespace ranvier::meeg
