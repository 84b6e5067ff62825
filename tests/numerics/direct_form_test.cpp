#include "ranvier/numerics/direct_form.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/numerics/iir_design.hpp"

namespace ranvier::numerics {
namespace {

Array<double, 2> noise(index rows, index n) {
    Array<double, 2> x({rows, n});
    RandomStream random(4, 0, 0);
    for (index k = 0; k < x.size(); ++k) {
        x.data()[k] = random.normal();
    }
    return x;
}

}  // namespace

// The same filter as sections, which are another way to compute it.
TEST(DirectForm, filters_as_sections_do) {
    const std::vector<double> edge{20.0};
    const auto sections = iir_design({IirFamily::butterworth, 3}, edge, BandType::lowpass, 100);
    const TransferFunction polynomials = transfer_function(sections);
    for (const index padlen : {0, 15}) {
        Array<double, 2> a = noise(3, 200), b = noise(3, 200);
        sos_filtfilt(a, sections, padlen);
        direct_filtfilt(b, polynomials, padlen);
        for (index k = 0; k < a.size(); ++k) {
            EXPECT_NEAR(a.data()[k], b.data()[k], 1e-12);
        }
    }
    Array<double, 2> a = noise(3, 200), b = noise(3, 200);
    sos_filter(a, sections);
    direct_filter(b, polynomials);
    for (index k = 0; k < a.size(); ++k) {
        EXPECT_NEAR(a.data()[k], b.data()[k], 1e-12);
    }
}

TEST(DirectForm, a_moving_mean_keeps_a_constant_from_its_first_sample_on) {
    Array<double, 2> x({1, 30});
    std::fill(x.data(), x.data() + 30, 2.5);
    const TransferFunction mean{std::vector<double>(10, 0.2), {2.0}};
    direct_filtfilt(x, mean, 5);
    for (index k = 0; k < 30; ++k) {
        EXPECT_NEAR(x(0, k), 2.5, 1e-14);
    }
    EXPECT_THROW(direct_filtfilt(x, {{1}, {1, -1}}, 5), InvalidInput);
    EXPECT_THROW(direct_filtfilt(x, mean, 30), InvalidInput);
    EXPECT_THROW(direct_filter(x, {{1}, {0, 1}}), InvalidInput);
}

TEST(DirectForm, knows_whether_poles_lie_outside_of_the_circle) {
    const auto with_roots = [](std::vector<double> roots) {
        std::vector<double> p{1};
        for (const double root : roots) {
            p.push_back(0);
            for (std::size_t k = p.size(); k-- > 1;) {
                p[k] -= root * p[k - 1];
            }
        }
        return p;
    };
    EXPECT_TRUE(is_stable(with_roots({0.9, -0.99, 0.5})));
    EXPECT_FALSE(is_stable(with_roots({0.9, -1.01, 0.5})));
    EXPECT_FALSE(is_stable(with_roots({1.001, 0.2, 0.1, -0.3})));
    EXPECT_TRUE(is_stable(with_roots({1})));
    EXPECT_TRUE(is_stable(std::vector<double>{2.0}));
    EXPECT_FALSE(is_stable(std::vector<double>{1, 0, 1.21}));
}

}  // namespace ranvier::numerics
