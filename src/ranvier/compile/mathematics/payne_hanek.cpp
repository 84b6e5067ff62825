#include "ranvier/compile/mathematics/payne_hanek.hpp"

#include <bit>
#include <cmath>
#include <limits>

namespace ranvier::compile {

namespace {

__extension__ typedef unsigned __int128 Unsigned128;
__extension__ typedef __int128 Signed128;

void payne_hanek_angle(double a, double& high, double& low, std::uint64_t& quadrant) {
    if (!(a <= std::numeric_limits<double>::max())) {
        high = low = std::numeric_limits<double>::quiet_NaN();
        return;
    }
    // a = m·2^e; of 2/π only the bits matter whose product with m·2^e is below 4 and not negligible: 192 of them.
    const std::uint64_t b = std::bit_cast<std::uint64_t>(a);
    const int e = static_cast<int>(b >> 52) - 1075;
    const std::uint64_t m = (b & ((std::uint64_t{1} << 52) - 1)) | std::uint64_t{1} << 52;
    const int first = 62 + e;
    const auto window = [&](int word) {
        const auto at = static_cast<std::size_t>(first / 64 + word);
        const int shift = first % 64;
        const std::uint64_t upper = table::two_over_pi[at] << shift;
        return shift == 0 ? upper : upper | table::two_over_pi[at + 1] >> (64 - shift);
    };
    const Unsigned128 p2 = Unsigned128{m} * window(2);
    const Unsigned128 p1 = Unsigned128{m} * window(1) + static_cast<std::uint64_t>(p2 >> 64);
    const std::uint64_t p0 = m * window(0) + static_cast<std::uint64_t>(p1 >> 64);
    // p0.p1.p2 is a·2/π modulo 4 with two bits before the point.
    const Unsigned128 top = Unsigned128{p0} << 64 | static_cast<std::uint64_t>(p1);
    quadrant = static_cast<std::uint64_t>((top + (Unsigned128{1} << 125)) >> 126);
    // In [−½, ½)·2^127: one bit less than there is, so that the rounded number fits too.
    const auto fraction = static_cast<Signed128>(top << 2 | static_cast<std::uint64_t>(p2) >> 62) >> 1;
    const auto rough = static_cast<double>(fraction);
    const auto rest = static_cast<double>(fraction - static_cast<Signed128>(rough));
    const double h = rough * 0x1p-127, l = rest * 0x1p-127;
    high = h * mathematics::half_pi;
    low = std::fma(h, mathematics::half_pi, -high) + std::fma(h, mathematics::half_pi_low, l * mathematics::half_pi);
}

}  // namespace

extern "C" void ranvier_payne_hanek(const double* a, double* high, double* low, std::uint64_t* quadrant,
                                    std::int64_t count) noexcept {
    for (std::int64_t i = 0; i < count; ++i) {
        if (a[i] >= mathematics::cody_waite_limit) {
            payne_hanek_angle(a[i], high[i], low[i], quadrant[i]);
        }
    }
}

}  // namespace ranvier::compile
