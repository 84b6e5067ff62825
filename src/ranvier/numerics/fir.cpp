#include "ranvier/numerics/fir.hpp"

#include <algorithm>
#include <string>

#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/fir_kernels.hpp"
#include "ranvier/numerics/row_blocks.hpp"

namespace ranvier::numerics {

namespace {

/// Owner of a Convolution.
class ConvolutionPlan {
public:
    ConvolutionPlan(std::span<const double> h, index after, index n, Padding padding) {
        const index taps = static_cast<index>(h.size()), block = fir_block_length(taps, n), half = block / 2;
        passes_ = PassPlan::permuted(half);
        const auto tap = [&](index k) {
            return k < taps ? h[static_cast<std::size_t>(k)] / static_cast<double>(half) : 0.0;
        };
        for (index j = 0; j < half; ++j) {
            const Twiddle root = root_of_unity(j, 2 * block);
            const Twiddle w{root.r, -root.i};
            const double a = tap(j), b = tap(j + half);
            twist_.push_back(w);
            spectrum_.push_back({a * w.r - b * w.i, a * w.i + b * w.r});
        }
        transform_single(passes_.passes(), true, spectrum_);
        convolution_ = {half, taps - 1 - after, after, passes_.passes(), twist_.data(), spectrum_.data(), padding};
    }

    const Convolution& convolution() const { return convolution_; }

private:
    PassPlan passes_;
    std::vector<Twiddle> twist_, spectrum_;
    Convolution convolution_{};
};

/// h * reversed h
std::vector<double> autocorrelation(std::span<const double> h) {
    const std::size_t taps = h.size();
    std::vector<double> result(2 * taps - 1);
    for (std::size_t lag = 0; lag < taps; ++lag) {
        double sum = 0;
        for (std::size_t k = 0; k + lag < taps; ++k) {
            sum += h[k] * h[k + lag];
        }
        result[taps - 1 + lag] = result[taps - 1 - lag] = sum;
    }
    return result;
}

}  // namespace

index fir_block_length(index taps, index n) {
    // At four times the taps three quarters of a block are results. Long filters gain from more, and from a length
    // whose passes don't step through memory in powers of two, which sends their points to a few sets of the caches.
    index block = taps <= 1536 ? 1024 : 24576;
    while (block < 4 * (taps - 1)) {
        block *= 2;
    }
    // Short rows fit one block, of 2^k · {1, 3, 5, 7, 9, 15} points.
    for (index odd : {1, 3, 5, 7, 9, 15}) {
        index candidate = 16 * odd;
        while (candidate < n + taps - 1) {
            candidate *= 2;
        }
        block = std::min(block, candidate);
    }
    return block;
}

void fir_filter(View<double, 2> x, std::span<const double> h, Padding padding, bool centred, bool twice) {
    const index n = x.extent(1);
    require(!h.empty(), "fir_filter: h must have at least one tap");
    require(!centred || twice || h.size() % 2 == 1,
            "fir_filter: a centred filter must have an odd number of taps; got ", h.size(),
            " (append one more, or filter with centred = false)");
    if (x.size() == 0) {
        return;
    }
    std::vector<double> squared;
    if (twice) {
        squared = autocorrelation(h);
        h = squared;
    }
    const index taps = static_cast<index>(h.size());
    const index after = centred || twice ? (taps - 1) / 2 : 0;
    const index reach = std::max(after, taps - 1 - after);
    require(padding != Padding::reflect || reach < n, "fir_filter: padding by reflection needs rows longer than ",
            reach, " samples; got ", n, " (use reflect_limited, or a shorter filter)");
    const ConvolutionPlan plan(h, after, n, padding);
    const FirKernels& kernels = chosen_fir_kernels();
    for_row_blocks_in_place(x, kernels.lanes, fir_work(plan.convolution(), kernels.lanes),
                            [&](double* const* rows, int count, double* work) {
                                kernels.filter_rows(plan.convolution(), rows, count, n, work);
                            });
}

}  // namespace ranvier::numerics
