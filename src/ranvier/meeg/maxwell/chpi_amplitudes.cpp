#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"
#include "ranvier/meeg/maxwell/hpi_model.hpp"
#include "ranvier/meeg/maxwell/multipoles.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

Fields ChpiOptions::fields() {
    using O = ChpiOptions;
    return {"compute_chpi_amplitudes",
            {field("t_step_min", &O::t_step_min, "time from one fit to the next").in("s").above(0),
             field("t_window", &O::t_window,
                   "length of a window; 'auto': five cycles of the lowest frequency, and enough to tell them apart")
                 .in("s")
                 .none_is("auto")
                 .above(0),
             field("ext_order", &O::ext_order, "highest degree of the outer fields that are taken out")
                 .at_least(0)
                 .at_most(20),
             field("tmin", &O::tmin, "where to begin").in("s").at_least(0),
             field("tmax", &O::tmax, "where to end; none: at the end").in("s")}};
}

HpiModel::HpiModel(const Info& info, index n_samples, const std::optional<double>& t_window, bool without_aliased,
                   bool allow_empty) {
    auto coils = hpi_coils(info);
    require(coils || allow_empty,
            "the recording does not say with which frequencies head position coils were driven "
            "(info['hpi_meas'])");
    if (coils) {
        coils_ = std::move(*coils);
    }
    const double highest = info.lowpass > 0 ? info.lowpass : info.sfreq / 2;
    HpiCoils kept{{}, coils_.channel, {}};
    for (std::size_t k = 0; k < coils_.freqs.size(); ++k) {
        if (coils_.freqs[k] <= highest) {
            kept.freqs.push_back(coils_.freqs[k]);
            kept.on.push_back(coils_.on[k]);
        } else {
            require(without_aliased, "coils' frequencies must lie below the low-pass, ", highest, " Hz; got ",
                    coils_.freqs[k], " Hz");
        }
    }
    coils_ = std::move(kept);
    if (info.line_freq) {
        require(*info.line_freq >= 1, "info['line_freq'] must be at least 1 Hz, as 50 or 60 Hz; got ", *info.line_freq,
                " Hz");
        const auto count = static_cast<index>(std::ceil((info.sfreq / 3 - *info.line_freq) / *info.line_freq));
        for (index k = 1; k <= count; ++k) {
            line_.push_back(*info.line_freq * static_cast<double>(k));
        }
    }
    double window = t_window.value_or(0.2);
    if (!t_window && !coils_.freqs.empty()) {
        std::vector<double> all = coils_.freqs;
        all.insert(all.end(), line_.begin(), line_.end());
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
        double apart = std::numeric_limits<double>::infinity();
        for (std::size_t k = 1; k < all.size(); ++k) {
            apart = std::min(apart, all[k] - all[k - 1]);
        }
        window = std::max(5 / all.front(), 1 / apart);
    }
    seconds_ = window;
    const double length = std::nearbyint(window * info.sfreq);
    require(length >= 1 && length <= 2 * static_cast<double>(n_samples),
            "t_window must hold a sample, and be no longer than twice the recording, ",
            2 * static_cast<double>(n_samples) / info.sfreq, " s; got ", window,
            t_window ? " s" : " s, which it takes to tell the frequencies apart: give t_window");
    length_ = static_cast<index>(length);
    const index f = std::ssize(coils_.freqs), l = std::ssize(line_);
    model_ = Array<double, 2>({length_, 2 * (f + l) + 2});
    for (index s = 0; s < length_; ++s) {
        const double t = 2 * std::numbers::pi * static_cast<double>(s) / info.sfreq;
        for (index k = 0; k < f; ++k) {
            model_(s, k) = std::sin(coils_.freqs[static_cast<std::size_t>(k)] * t);
            model_(s, f + k) = std::cos(coils_.freqs[static_cast<std::size_t>(k)] * t);
        }
        for (index k = 0; k < l; ++k) {
            model_(s, 2 * f + k) = std::sin(line_[static_cast<std::size_t>(k)] * t);
            model_(s, 2 * f + l + k) = std::cos(line_[static_cast<std::size_t>(k)] * t);
        }
        model_(s, 2 * (f + l)) = length_ > 1 ? -0.5 + static_cast<double>(s) / static_cast<double>(length_ - 1) : -0.5;
        model_(s, 2 * (f + l) + 1) = 1;
    }
}

const Array<double, 2>& HpiModel::inverse(index samples) const {
    const std::scoped_lock lock(guard_);
    auto& found = inverses_[samples];
    if (found.empty()) {
        found = numerics::pseudo_inverse(model_.view().slice(0, 0, samples));
    }
    return found;
}

Projection outer_projection(const Info& info, const std::vector<index>& picks, int ext_order) {
    Projection out;
    out.kind = ProjectionKind::homogeneous_field;
    out.description = "SSS";
    bool homogeneous = false;
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        out.channels.push_back(channel.name);
        homogeneous = homogeneous || (channel.unit == Unit::T && channel.coil_type != coil::kit_grad &&
                                      channel.coil_type != coil::ctf_grad);
    }
    const Array<double, 2> basis = multipole_basis(coils_of(info, picks), {{0, 0, 0}, 0, ext_order});
    const index skip = homogeneous ? 0 : std::min<index>(3, basis.extent(1)), n = basis.extent(0),
                count = basis.extent(1) - skip;
    if (count == 0) {
        out.vectors = Array<double, 2>({0, n});
        return out;
    }
    const auto svd = numerics::svd(Array<double, 2>(basis.view().slice(1, skip, basis.extent(1))));
    const double limit =
        static_cast<double>(std::max(n, count)) * std::numeric_limits<double>::epsilon() * svd.s.front();
    const index rank = std::ranges::count_if(svd.s, [&](double s) { return s > limit; });
    out.vectors = Array<double, 2>(svd.U.view().slice(1, 0, rank).transposed());
    return out;
}

namespace {

/// (coefficients, sensors) of a window: inverse · samplesᵀ.
Array<double, 2> fitted(const Array<double, 2>& inverse, index rows, View<const double, 2> samples) {
    Array<double, 2> out({rows, samples.extent(0)});
    numerics::gemm(false, true, rows, samples.extent(0), samples.extent(1), 1.0, inverse.data(), inverse.extent(1),
                   samples.data(), samples.stride(0), 0.0, out.data(), samples.extent(0));
    return out;
}

/// Sensors · the phase at which most of their sine and cosine lie: the first singular pair of a 2 × n matrix.
void strongest_phase(std::span<const double> sine, std::span<const double> cosine, std::span<double> out) {
    double ss = 0, sc = 0, cc = 0;
    for (std::size_t k = 0; k < sine.size(); ++k) {
        ss += sine[k] * sine[k];
        sc += sine[k] * cosine[k];
        cc += cosine[k] * cosine[k];
    }
    const double angle = std::atan2(2 * sc, ss - cc) / 2, a = std::cos(angle), b = std::sin(angle);
    for (std::size_t k = 0; k < sine.size(); ++k) {
        out[k] = a * sine[k] + b * cosine[k];
    }
}

/// Whether at least three coils are on throughout.
bool on_throughout(const HpiCoils& coils, View<const double, 2> channel) {
    index count = 0;
    for (const std::int64_t bit : coils.on) {
        bool on = true;
        for (index s = 0; s < channel.extent(1); ++s) {
            on = on && (static_cast<std::int64_t>(std::nearbyint(channel(0, s))) & bit) != 0;
        }
        count += on;
    }
    return count >= 3;
}

/// @throws InvalidInput  a sample of a sensor is not finite
void check_finite(const Raw& raw, const std::vector<index>& picks, const Array<double, 2>& all, index start) {
    for (index k = 0; k < all.extent(0); ++k) {
        const auto row = all.view().row(k);
        const auto at = std::ranges::find_if(row, [](double x) { return !std::isfinite(x); });
        require(at == row.end(), [&] {
            const auto pick = static_cast<std::size_t>(picks[static_cast<std::size_t>(k)]);
            return "samples of good MEG channels must be finite; channel '" +
                   std::string(raw.info.channels[pick].name) + "' holds NaN or infinity at " +
                   text_of(raw.time(start + (at - row.begin()))) +
                   " s: mark it as bad, or leave the time out with tmin and tmax";
        });
    }
}

/// Power of sinusoids over the variance of what is left, [dB], of some sensors.
void add_snr(const std::vector<index>& which, const Array<double, 2>& power, const std::vector<double>& left,
             index time, Array<double, 2>& snr, Array<double, 2>& mean_power, Array<double, 2>& residual) {
    double rest = 0;
    for (const index k : which) {
        rest += left[static_cast<std::size_t>(k)] / static_cast<double>(which.size());
    }
    residual(time, 0) = rest;
    for (index f = 0; f < power.extent(0); ++f) {
        double sum = 0;
        for (const index k : which) {
            sum += power(f, k) / static_cast<double>(which.size());
        }
        mean_power(time, f) = sum;
        snr(time, f) = 10 * std::log10(sum / rest);
    }
}

ChpiAmplitudes computed(const Raw& raw, const ChpiOptions& options, bool snr) {
    check_settings(options);
    const HpiModel model(raw.info, raw.n_samples(), options.t_window, false, false);
    const double sfreq = raw.info.sfreq, n_samples = static_cast<double>(raw.n_samples());
    require(options.tmin * sfreq < n_samples, "tmin must lie within the recording, which is ", n_samples / sfreq,
            " s long; got ", options.tmin, " s");
    require(!options.tmax || !std::isnan(*options.tmax), "tmax must be a number of seconds; got NaN");
    require(options.t_step_min * sfreq >= 0.1, "t_step_min must be at least a tenth of a sample, ", 0.1 / sfreq,
            " s; got ", options.t_step_min, " s");
    const auto picks = pick_types(raw.info, {ChannelType::mag, ChannelType::grad});
    require(!picks.empty(), "coils are seen by good MEG sensors; there are none");
    const index n = std::ssize(picks), f = std::ssize(model.coils().freqs), length = model.length();
    ChpiAmplitudes out;
    out.proj = outer_projection(raw.info, picks, options.ext_order);
    out.freqs = model.coils().freqs;
    const auto sample = [&](double t) { return static_cast<index>(std::nearbyint(t * sfreq)); };
    const index first = sample(options.tmin);
    const double duration = n_samples / sfreq;  // behind which nothing is, however late tmax lies
    const index last = options.tmax ? std::min(sample(std::clamp(*options.tmax, 0.0, duration)) + 1, raw.n_samples())
                                    : raw.n_samples();
    require(first < last, "tmin must be before tmax and before the recording's end; got ", options.tmin, " s and ",
            options.tmax ? text_of(*options.tmax) + " s" : "the end");
    const double begin = static_cast<double>(first) / sfreq + model.seconds() / 2,
                 end = static_cast<double>(last) / sfreq;
    std::vector<index> middles;
    const auto count = static_cast<index>(std::max(0.0, std::ceil((end - begin) / options.t_step_min)));
    for (index k = 0; k < count; ++k) {
        middles.push_back(sample(begin + static_cast<double>(k) * options.t_step_min));
        out.times.push_back(
            std::nearbyint(static_cast<double>(middles.back() + raw.first_samp) - static_cast<double>(length) / 2) /
            sfreq);
    }
    std::vector<index> mags, grads;
    for (index k = 0; k < n; ++k) {
        const bool mag =
            raw.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].unit == Unit::T;
        (mag ? mags : grads).push_back(k);
    }
    if (snr) {
        for (auto [which, a, b, c] : {std::tuple(&mags, &out.mag_snr, &out.mag_power, &out.mag_resid),
                                      std::tuple(&grads, &out.grad_snr, &out.grad_power, &out.grad_resid)}) {
            if (!which->empty()) {
                *a = *b = Array<double, 2>({count, f});
                *c = Array<double, 2>({count, 1});
            }
        }
    } else {
        out.slopes = Array<double, 3>({count, f, n});
    }
    constexpr index lot = 32;  // fits whose samples are read at once
    Progress progress(snr ? "cHPI SNRs" : "cHPI amplitudes", count);
    parallel_for((count + lot - 1) / lot, [&](index b) {
        const index from = b * lot, to = std::min(count, from + lot);
        const auto start_of = [&](index k) {
            return std::max<index>(middles[static_cast<std::size_t>(k)] - length / 2, 0);
        };
        const auto stop_of = [&](index k) {
            return std::min(middles[static_cast<std::size_t>(k)] - length / 2 + length, raw.n_samples());
        };
        const index start = start_of(from), stop = stop_of(to - 1);
        const Array<double, 2> all = samples(raw, picks, start, stop);
        check_finite(raw, picks, all, start);
        const Array<double, 2> channel =
            model.coils().channel ? samples(raw, {*model.coils().channel}, start, stop) : Array<double, 2>();
        for (index k = from; k < to; ++k) {
            check_interrupt();
            const auto window = all.view().slice(1, start_of(k) - start, stop_of(k) - start);
            const auto& inverse = model.inverse(window.extent(1));
            const bool on = channel.empty() || on_throughout(model.coils(), channel.view().slice(1, start_of(k) - start,
                                                                                                 stop_of(k) - start));
            if (!on) {
                const double nan = std::numeric_limits<double>::quiet_NaN();
                const auto blank = [&](Array<double, 2>& a) {
                    if (!a.empty()) {
                        std::ranges::fill(a.view().row(k), nan);
                    }
                };
                if (!snr) {
                    std::fill_n(out.slopes.data() + k * f * n, f * n, nan);
                }
                for (auto* a :
                     {&out.mag_snr, &out.mag_power, &out.mag_resid, &out.grad_snr, &out.grad_power, &out.grad_resid}) {
                    blank(*a);
                }
                continue;
            }
            if (!snr) {
                Array<double, 2> x = fitted(inverse, 2 * f, window);
                // What is outside goes: x − (x Eᵀ) E.
                const Array<double, 2>& E = out.proj.vectors;
                Array<double, 2> share({2 * f, E.extent(0)});
                numerics::gemm(false, true, 2 * f, E.extent(0), n, 1.0, x.data(), n, E.data(), n, 0.0, share.data(),
                               E.extent(0));
                numerics::gemm(false, false, 2 * f, n, E.extent(0), -1.0, share.data(), E.extent(0), E.data(), n, 1.0,
                               x.data(), n);
                for (index c = 0; c < f; ++c) {
                    strongest_phase(x.view().row(c), x.view().row(f + c),
                                    {out.slopes.data() + (k * f + c) * n, static_cast<std::size_t>(n)});
                }
                continue;
            }
            const index terms = model.matrix().extent(1), size = window.extent(1);
            const Array<double, 2> x = fitted(inverse, terms, window);
            Array<double, 2> power({f, n}), rest({n, size});
            for (index c = 0; c < f; ++c) {
                for (index s = 0; s < n; ++s) {
                    power(c, s) = (x(c, s) * x(c, s) + x(f + c, s) * x(f + c, s)) / 2;
                }
            }
            copy(window, rest.view());
            numerics::gemm(true, true, n, size, terms, -1.0, x.data(), n, model.matrix().data(), terms, 1.0,
                           rest.data(), size);
            std::vector<double> variance(static_cast<std::size_t>(n));
            for (index s = 0; s < n; ++s) {
                double mean = 0, square = 0;
                for (const double v : rest.view().row(s)) {
                    mean += v / static_cast<double>(size);
                }
                for (const double v : rest.view().row(s)) {
                    square += (v - mean) * (v - mean) / static_cast<double>(size);
                }
                variance[static_cast<std::size_t>(s)] = square;
            }
            if (!mags.empty()) {
                add_snr(mags, power, variance, k, out.mag_snr, out.mag_power, out.mag_resid);
            }
            if (!grads.empty()) {
                add_snr(grads, power, variance, k, out.grad_snr, out.grad_power, out.grad_resid);
            }
        }
        progress.advance(to - from);
    });
    return out;
}

}  // namespace

ChpiAmplitudes compute_chpi_amplitudes(const Raw& raw, const ChpiOptions& options) {
    return computed(raw, options, false);
}
ChpiAmplitudes compute_chpi_snr(const Raw& raw, const ChpiOptions& options) { return computed(raw, options, true); }

}  // namespace ranvier::meeg
