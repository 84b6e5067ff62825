#include "ranvier/numerics/resample.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <string>
#include <vector>

#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/fourier_row_kernels.hpp"
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

/// order[position[k]] = k
std::vector<int> positions_of(const std::vector<index>& order) {
    std::vector<int> position(order.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        position[static_cast<std::size_t>(order[k])] = static_cast<int>(k);
    }
    return position;
}

/// The factor of the shorter length's Nyquist bin, which stands for two bins of the longer.
double nyquist_gain(index length, index new_length) {
    const bool even = std::min(length, new_length) % 2 == 0;
    return even && new_length < length ? 2.0 : even && new_length > length ? 0.5 : 1.0;
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
            position_ = positions_of(n2_permuted_.permuted_order());
        }
        const double nyquist = nyquist_gain(length_, wish.new_length);
        resampler_ = {n,
                      wish.pad_left,
                      wish.pad_right,
                      wish.padding,
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
                      nyquist,
                      nyquist == 2,
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

/// The greatest divisor of n up to its square root, if it is at least 32 and what is left at most 4,096; else 0.
index middle_part(index n) {
    index d = static_cast<index>(std::sqrt(static_cast<double>(n))) + 1;
    while (d > 0 && (d * d > n || n % d != 0)) {
        --d;
    }
    return d >= 32 && n / d <= 4096 ? d : 0;
}

/// Do the lengths N and M have the factors that transforms of one row at a time need? The answer must not depend on the
/// instruction set.
bool suits_single_rows(index length, index new_length) {
    return middle_part(length) > 0 && middle_part(new_length) > 0 && prime_factors(length).back() <= 7;
}

/// The part of M with the greatest prime factor: it is transformed last, where bins outside of the result are left out.
index last_part(index new_length) {
    const index d = middle_part(new_length);
    return prime_factors(d).back() > prime_factors(new_length / d).back() ? d : new_length / d;
}

/// e^{−2πi jk/n} in two factors, for j = first + lane: the fine ones, shape (columns, 2, lanes), `scale` included, of
/// the lanes, and the coarse ones, shape (blocks, columns), of j = 0, lanes, 2 lanes, …
struct RootBlocks {
    Array<double, 1> fine;
    std::vector<Twiddle> coarse;

    RootBlocks(index n, index blocks, index columns, index lanes, double scale) : fine({2 * lanes * columns}) {
        const Roots roots(n);
        for (index k = 0; k < columns; ++k) {
            for (index lane = 0; lane < lanes; ++lane) {
                const Twiddle w = roots(lane * k % n);
                fine.data()[2 * lanes * k + lane] = scale * w.r;
                fine.data()[2 * lanes * k + lanes + lane] = scale * w.i;
            }
        }
        coarse.reserve(static_cast<std::size_t>(blocks * columns));
        for (index block = 0; block < blocks; ++block) {
            for (index k = 0; k < columns; ++k) {
                coarse.push_back(roots(block * lanes * k % n));
            }
        }
    }
};

/// Owner of a FourierRow.
class FourierRowPlan {
public:
    FourierRowPlan(index n, index n_out, const FourierResampling& wish, index lanes)
        : FourierRowPlan(n, n_out, wish, lanes, wish.pad_left + n + wish.pad_right, wish.new_length) {}
    const FourierRow& row() const { return row_; }

private:
    FourierRowPlan(index n, index n_out, const FourierResampling& wish, index lanes, index N, index M)
        : n1_(PassPlan::permuted(middle_part(N))),
          n2_(PassPlan::permuted(N / middle_part(N))),
          m1_(M / last_part(M)),
          m2_(last_part(M)),
          row_count_((n1_.passes().n / 2 + lanes) / lanes * lanes),
          forward_(N, (n2_.passes().n + 2 * lanes - 1) / lanes, row_count_, lanes, 1),
          backward_(M, (m2_.transform().n / 2 + lanes) / lanes, m1_.transform().n, lanes,
                    0.5 / static_cast<double>(N)) {
        const index bins = std::min(N, M) / 2 + 1;
        const double nyquist = nyquist_gain(N, M);
        const std::vector<index> order2 = n2_.permuted_order();
        position1_ = positions_of(n1_.permuted_order());
        position1_.push_back(position1_.front());
        const Passes& n2 = n2_.passes();
        for (std::size_t k = 0; k < order2.size(); k += static_cast<std::size_t>(n2.pass[n2.count - 1].radix)) {
            leaf_bin2_.push_back(static_cast<int>(order2[k]));
        }
        if (wish.window != "boxcar") {
            gain_ = gains(wish.window, N, bins);
            for (double& factor : gain_) {
                factor *= static_cast<double>(N);
            }
        }
        row_ = {n,
                wish.pad_left,
                wish.pad_right,
                wish.padding,
                n1_.passes(),
                n2_.passes(),
                position1_.data(),
                leaf_bin2_.data(),
                m1_.transform(),
                m2_.transform(),
                forward_.fine.data(),
                forward_.coarse.data(),
                row_count_,
                backward_.fine.data(),
                backward_.coarse.data(),
                bins,
                gain_.empty() ? nullptr : gain_.data(),
                nyquist,
                nyquist == 2,
                wish.skip,
                n_out};
    }

    PassPlan n1_, n2_;
    TransformPlan m1_, m2_;
    index row_count_;
    RootBlocks forward_, backward_;
    std::vector<int> position1_, leaf_bin2_;
    std::vector<double> gain_;
    FourierRow row_{};
};

void require_reach(Padding padding, index reach, index n, const char* function) {
    require(padding != Padding::reflect || reach < n, function, ": padding by reflection needs rows longer than ",
            reach, " samples; got ", n, " (use reflect_limited)");
}

}  // namespace

std::vector<double> polyphase_low_pass(index up, index down, const std::string& shape, double beta) {
    const index rate = std::max(up, down), half = 10 * rate;
    std::vector<double> h = window(shape, 2 * half + 1, true, beta);
    double sum = 0;
    for (index k = 0; k <= 2 * half; ++k) {
        const double u = static_cast<double>(k - half) / static_cast<double>(rate);
        const double sinc = k == half ? 1 : std::sin(std::numbers::pi * u) / (std::numbers::pi * u);
        sum += h[static_cast<std::size_t>(k)] *= sinc;
    }
    for (double& tap : h) {
        tap /= sum;
    }
    return h;
}

void fourier_resample(View<const double, 2> x, View<double, 2> out, const FourierResampling& plan) {
    const index n = x.extent(1), n_out = out.extent(1);
    require(x.extent(0) == out.extent(0), "fourier_resample: out must have as many rows as x; got ", out.extent(0),
            " for ", x.extent(0));
    require(n >= 1, "fourier_resample: rows must have at least one sample");
    require(plan.pad_left >= 0 && plan.pad_right >= 0, "fourier_resample: paddings must be >= 0; got ", plan.pad_left,
            " and ", plan.pad_right);
    require(plan.skip >= 0 && plan.skip + n_out <= plan.new_length && plan.new_length >= 1,
            "fourier_resample: skip + the samples of out must lie within new_length = ", plan.new_length, "; got ",
            plan.skip, " + ", n_out);
    require_reach(plan.padding, std::max(plan.pad_left, plan.pad_right), n, "fourier_resample");
    if (out.size() == 0) {
        return;
    }
    if (suits_single_rows(plan.pad_left + n + plan.pad_right, plan.new_length)) {
        const FourierRowKernels& kernels = chosen_fourier_row_kernels();
        const FourierRowPlan tables(n, n_out, plan, kernels.lanes);
        for_row_blocks(x, out, 1, kernels.work(tables.row()),
                       [&](const double* const* in, double* const* to, int, double* work) {
                           kernels.resample(tables.row(), in[0], to[0], work);
                       });
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

void polyphase_resample(View<const double, 2> x, View<double, 2> out, index up, index down, Padding padding,
                        std::span<const double> low_pass) {
    require(up >= 1 && down >= 1, "polyphase_resample: up and down must be >= 1; got ", up, " and ", down);
    const index common = std::gcd(up, down), n = x.extent(1);
    up /= common;
    down /= common;
    const index n_out = (n * up + down - 1) / down;
    require(n >= 1 && x.extent(0) == out.extent(0) && out.extent(1) == n_out,
            "polyphase_resample: out must have shape (", x.extent(0), ", ", n_out, "); got (", out.extent(0), ", ",
            out.extent(1), ")");
    if (up == 1 && down == 1) {
        copy(x, out);
        return;
    }
    std::vector<double> h(low_pass.begin(), low_pass.end());
    if (h.empty()) {
        h = polyphase_low_pass(up, down);
    } else if (h.size() % 2 == 0) {
        h.insert(h.begin(), 0.0);  // now the tap on the sample is the middle one
    }
    for (double& tap : h) {
        tap *= static_cast<double>(up);
    }
    const index half = std::ssize(h) / 2, taps_per_phase = 2 * half / up + 1;
    require_reach(padding, half / up + 1, n, "polyphase_resample");
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
    const PolyphaseResampler resampler{n, n_out, up, down, half, taps_per_phase, taps.data(), padding, chunk, span};
    const ResampleKernels& kernels = chosen_resample_kernels();
    for_row_blocks(x, out, kernels.lanes, kernels.polyphase_work(resampler),
                   [&](const double* const* in, double* const* to, int count, double* work) {
                       kernels.polyphase(resampler, in, to, count, work);
                   });
}

}  // namespace ranvier::numerics
