#include "ranvier/numerics/resample.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/resample_kernels.hpp"
#include "ranvier/numerics/row_blocks.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

namespace {

/// The divisor of n nearest to √n / 8 on a logarithmic scale: n falls into many short columns and a few long rows.
index short_part(index n) {
    const double goal = std::sqrt(static_cast<double>(n)) / 8;
    const auto distance = [&](index d) { return std::abs(std::log(static_cast<double>(d) / goal)); };
    index best = 1;
    for (index d = 1; d * d <= n; ++d) {
        best = n % d == 0 && distance(d) < distance(best) ? d : best;
    }
    return best;
}

/// e^{−2πi jk/n}, shape (rows, columns)
std::vector<Twiddle> twiddles(index rows, index columns, index n) {
    const Roots roots(n);
    std::vector<Twiddle> table;
    table.reserve(static_cast<std::size_t>(rows * columns));
    for (index j = 0; j < rows; ++j) {
        for (index k = 0; k < columns; ++k) {
            table.push_back(roots(j * k % n));
        }
    }
    return table;
}

/// What each bin is multiplied by: the spectral window, the same at f and −f, and 1 / N of the inverse transform.
std::vector<double> gains(const std::string& name, index length, index bins) {
    const double scale = 1 / static_cast<double>(length);
    std::vector<double> gain(static_cast<std::size_t>(bins), scale);
    if (name == "boxcar") {
        return gain;
    }
    const std::vector<double> w = window(name, length, false);
    const auto at_frequency = [&](index f) { return w[static_cast<std::size_t>((f + length / 2) % length)]; };
    gain[0] = scale * at_frequency(0);
    for (index f = 1; f < bins; ++f) {
        gain[static_cast<std::size_t>(f)] = scale * 0.5 * (at_frequency(f) + at_frequency(length - f));
    }
    return gain;
}

/// Owner of a FourierResampler.
class FourierPlan {
public:
    FourierPlan(index n, index n_out, const FourierResampling& wish)
        : length_(wish.pad_left + n + wish.pad_right),
          bins_(std::min(length_, wish.new_length) / 2 + 1),
          n1_(short_part(length_)),
          n2_(length_ / n1_.transform().n),
          m1_(wish.new_length / short_part(wish.new_length)),
          m2_(short_part(wish.new_length)),
          forward_(twiddles(n1_.transform().n / 2 + 1, n2_.transform().n, length_)),
          backward_(twiddles(m2_.transform().n / 2 + 1, m1_.transform().n, wish.new_length)),
          gain_(gains(wish.window, length_, bins_)) {
        const index n2 = n2_.transform().n;
        const std::vector<index> factors = prime_factors(n2);
        if (!factors.empty() && factors.back() <= 7) {
            n2_permuted_ = PassPlan::permuted(n2);
            const std::vector<index> order = n2_permuted_.permuted_order();
            position_.resize(order.size());
            for (std::size_t k = 0; k < order.size(); ++k) {
                position_[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
            }
        }
        const index shorter = std::min(length_, wish.new_length);
        const bool nyquist = shorter % 2 == 0, down = wish.new_length < length_, up = wish.new_length > length_;
        resampler_ = {n,
                      wish.pad_left,
                      wish.pad_right,
                      static_cast<Extension>(wish.padding),
                      n1_.transform(),
                      n2_.transform(),
                      m1_.transform(),
                      m2_.transform(),
                      n2_permuted_.passes(),
                      position_.empty() ? nullptr : position_.data(),
                      forward_.data(),
                      backward_.data(),
                      bins_,
                      gain_.data(),
                      nyquist && down ? 2.0
                      : nyquist && up ? 0.5
                                      : 1.0,
                      nyquist && down,
                      wish.skip,
                      n_out};
    }
    const FourierResampler& resampler() const { return resampler_; }

private:
    index length_, bins_;
    TransformPlan n1_, n2_, m1_, m2_;
    PassPlan n2_permuted_;
    std::vector<int> position_;
    std::vector<Twiddle> forward_, backward_;
    std::vector<double> gain_;
    FourierResampler resampler_{};
};

void require_reach(Padding padding, index reach, index n, const char* function) {
    require(padding != Padding::reflect || reach < n, [&] {
        return std::string(function) + ": padding by reflection needs rows longer than " + std::to_string(reach) +
               " samples; got " + std::to_string(n) + " (use reflect_limited)";
    });
}

/// Low-pass of 2 · half + 1 taps with its cut-off at 1 / rate of Nyquist, Kaiser β = 5, Σ = gain.
std::vector<double> kaiser_low_pass(index half, index rate, double gain) {
    std::vector<double> h = window("kaiser", 2 * half + 1, true, 5);
    double sum = 0;
    for (index k = 0; k <= 2 * half; ++k) {
        const double u = static_cast<double>(k - half) / static_cast<double>(rate);
        const double sinc = k == half ? 1 : std::sin(std::numbers::pi * u) / (std::numbers::pi * u);
        sum += h[static_cast<std::size_t>(k)] *= sinc;
    }
    for (double& tap : h) {
        tap *= gain / sum;
    }
    return h;
}

}  // namespace

void fourier_resample(View<const double, 2> x, View<double, 2> out, const FourierResampling& plan) {
    const index n = x.extent(1), n_out = out.extent(1);
    require(x.extent(0) == out.extent(0), [&] {
        return "fourier_resample: out must have as many rows as x; got " + std::to_string(out.extent(0)) + " for " +
               std::to_string(x.extent(0));
    });
    require(n >= 1, "fourier_resample: rows must have at least one sample");
    require(plan.pad_left >= 0 && plan.pad_right >= 0, [&] {
        return "fourier_resample: paddings must be >= 0; got " + std::to_string(plan.pad_left) + " and " +
               std::to_string(plan.pad_right);
    });
    require(plan.skip >= 0 && plan.skip + n_out <= plan.new_length && plan.new_length >= 1, [&] {
        return "fourier_resample: skip + the samples of out must lie within new_length = " +
               std::to_string(plan.new_length) + "; got " + std::to_string(plan.skip) + " + " + std::to_string(n_out);
    });
    require_reach(plan.padding, std::max(plan.pad_left, plan.pad_right), n, "fourier_resample");
    if (out.size() == 0) {
        return;
    }
    const FourierPlan tables(n, n_out, plan);
    const FourierResampler& resampler = tables.resampler();
    const ResampleKernels& kernels = chosen_resample_kernels();
    for_row_blocks(x, out, kernels.lanes, kernels.fourier_work(resampler),
                   [&](const double* const* in, double* const* to, int count, double* work) {
                       kernels.fourier(resampler, in, to, count, work);
                   });
}

void polyphase_resample(View<const double, 2> x, View<double, 2> out, index up, index down, Padding padding) {
    require(up >= 1 && down >= 1, [&] {
        return "polyphase_resample: up and down must be >= 1; got " + std::to_string(up) + " and " +
               std::to_string(down);
    });
    const index common = std::gcd(up, down), n = x.extent(1);
    up /= common;
    down /= common;
    const index n_out = (n * up + down - 1) / down;
    require(n >= 1 && x.extent(0) == out.extent(0) && out.extent(1) == n_out, [&] {
        return "polyphase_resample: out must have shape (" + std::to_string(x.extent(0)) + ", " +
               std::to_string(n_out) + "); got (" + std::to_string(out.extent(0)) + ", " +
               std::to_string(out.extent(1)) + ")";
    });
    if (up == 1 && down == 1) {
        copy_rows<double>(x, out);
        return;
    }
    const index rate = std::max(up, down), half = 10 * rate, taps_per_phase = 2 * half / up + 1;
    require_reach(padding, half / up + 1, n, "polyphase_resample");
    const std::vector<double> h = kaiser_low_pass(half, rate, static_cast<double>(up));
    std::vector<double> taps(static_cast<std::size_t>(up * taps_per_phase));
    for (index phase = 0; phase < up; ++phase) {
        for (index k = 0; k < taps_per_phase; ++k) {
            const index at = 2 * half - phase - k * up;
            if (at >= 0) {
                taps[static_cast<std::size_t>(phase * taps_per_phase + k)] = h[static_cast<std::size_t>(at)];
            }
        }
    }
    // Pieces of about two thousand input samples stay in the cache.
    const index chunk = std::clamp<index>(2048 * up / down, 1, 2048);
    const index span = chunk * down / up + 2 + taps_per_phase;
    const PolyphaseResampler resampler{n,           n_out, up,   down, half, taps_per_phase,
                                       taps.data(), static_cast<Extension>(padding), chunk, span};
    const ResampleKernels& kernels = chosen_resample_kernels();
    for_row_blocks(x, out, kernels.lanes, kernels.polyphase_work(resampler),
                   [&](const double* const* in, double* const* to, int count, double* work) {
                       kernels.polyphase(resampler, in, to, count, work);
                   });
}

}  // namespace ranvier::numerics
