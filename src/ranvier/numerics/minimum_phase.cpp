#include <algorithm>
#include <cmath>
#include <complex>

#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/fir_design.hpp"

namespace ranvier::numerics {

using Complex = std::complex<double>;

std::vector<double> minimum_phase(std::span<const double> h, bool half) {
    const index taps = std::ssize(h);
    require(taps >= 3, "minimum_phase: at least 3 taps are needed; got ", taps);
    const index n = index{1} << static_cast<index>(std::ceil(std::log2(2 * static_cast<double>(taps - 1) / 0.01)));
    const index bins = n / 2 + 1;
    Array<double, 2> x({1, n});
    std::ranges::copy(h, x.data());
    Array<Complex, 2> X({1, bins});
    rfft(x.view(), X.view());
    double least = 0;
    for (index k = 0; k < bins; ++k) {
        const double a = std::abs(X(0, k));
        least = a > 0 && (least == 0 || a < least) ? a : least;
    }
    require(least > 0, "minimum_phase: the filter must not be 0 everywhere");
    for (index k = 0; k < bins; ++k) {
        // The sum keeps the logarithm finite at zeros of the response.
        X(0, k) = (half ? 0.5 : 1.0) * std::log(std::abs(X(0, k)) + 1e-7 * least);
    }
    // The cepstrum of a minimum-phase filter is causal: fold the negative half of the even one onto the positive half.
    irfft(X.view(), x.view());
    for (index j = 1; j < n / 2; ++j) {
        x(0, j) *= 2;
    }
    std::fill(x.data() + n / 2, x.data() + n, 0.0);
    rfft(x.view(), X.view());
    for (index k = 0; k < bins; ++k) {
        X(0, k) = std::exp(X(0, k));
    }
    irfft(X.view(), x.view());
    return {x.data(), x.data() + (half ? (taps + 1) / 2 : taps)};
}

}  // namespace ranvier::numerics
