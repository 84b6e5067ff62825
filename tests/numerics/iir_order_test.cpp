#include "ranvier/numerics/iir_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/filter_response.hpp"

namespace ranvier::numerics {
namespace {

using Edges = std::vector<double>;

/// What a design loses at a frequency [dB].
double loss(const IirOrder& order, double f, double sfreq) {
    return -20 * std::log10(amplitude_at(iir_design(order.design, order.edges, order.type, sfreq), f, sfreq));
}

const struct {
    Edges pass, stop;
    BandType type;
} bands[] = {{{40}, {80}, BandType::lowpass},
             {{80}, {40}, BandType::highpass},
             {{40, 90}, {30, 130}, BandType::bandpass},
             {{30, 130}, {45, 80}, BandType::bandstop}};

}  // namespace

// What the demand says, at its own edges; and one order less does not do it.
TEST(IirOrder, is_the_lowest_that_keeps_the_pass_band_and_loses_the_stop_band) {
    for (const auto family :
         {IirFamily::butterworth, IirFamily::chebyshev1, IirFamily::chebyshev2, IirFamily::elliptic}) {
        for (const auto& [pass, stop, type] : bands) {
            const IirOrder found = iir_order({family, 1, 40}, pass, stop, 1000);
            EXPECT_EQ(found.type, type);
            double most = 0, least = 1e9;
            for (const double f : pass) {
                most = std::max(most, loss(found, f, 1000));
            }
            for (const double f : stop) {
                least = std::min(least, loss(found, f, 1000));
            }
            EXPECT_LE(most, 1 + 1e-6) << static_cast<int>(family) << " " << static_cast<int>(type);
            EXPECT_GE(least, 40 - 1e-6) << static_cast<int>(family) << " " << static_cast<int>(type);
            IirOrder lower = found;
            lower.design.order -= 1;
            if (type != BandType::bandstop && family == IirFamily::chebyshev1) {
                EXPECT_LT(loss(lower, stop[0], 1000), 40);
            }
        }
    }
}

TEST(IirOrder, refuses_what_no_filter_does) {
    EXPECT_THROW(iir_order({IirFamily::bessel, 1, 40}, Edges{40}, Edges{80}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 40, 1}, Edges{40}, Edges{80}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 1, 40}, Edges{40}, Edges{40}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 1, 40}, Edges{40}, Edges{500}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 1, 40}, Edges{40, 50}, Edges{45, 80}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 1, 40}, Edges{40, 50}, Edges{80}, 1000), InvalidInput);
    EXPECT_THROW(iir_order({IirFamily::butterworth, 1, 40}, Edges{40}, Edges{40.1}, 1000), InvalidInput);
}

}  // namespace ranvier::numerics
