#include "ranvier/meeg/beamformer/spatial_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "tests/meeg/priors/random_head.hpp"

namespace ranvier::meeg {
namespace {

/// Of noise of variance 1 and some sources of other ones: positive definite.
Array<double, 2> covariance_of(View<const double, 2> gain, index sources) {
    const index n = gain.extent(0);
    Array<double, 2> out({n, n});
    for (index i = 0; i < n; ++i) {
        out(i, i) = 1;
        for (index j = 0; j < n; ++j) {
            for (index s = 0; s < sources; ++s) {
                out(i, j) += static_cast<double>(s + 1) * gain(i, 7 * s) * gain(j, 7 * s);
            }
        }
    }
    return out;
}

double product(const SpatialFilters& filters, index row, View<const double, 2> gain, index column) {
    double sum = 0;
    for (index c = 0; c < gain.extent(0); ++c) {
        sum += filters.weights(row, c) * gain(c, column);
    }
    return sum;
}

// gᵀ C⁻¹ / (gᵀ C⁻¹ g) passes its source as it is, and is the one of least variance that does.
TEST(SpatialFilters, WithoutANormTheyPassTheirSourceAsItIs) {
    const auto gain = random_matrix(12, 70, 5);
    const auto covariance = covariance_of(gain, 3);
    const auto filters = spatial_filters(gain, 1, covariance, {.reg = 0, .norm = WeightNorm::none, .rank = 12});
    const auto solved = numerics::solve(covariance, gain);
    for (index s = 0; s < 70; ++s) {
        EXPECT_NEAR(product(filters, s, gain, s), 1, 1e-12);
        double power = 0;
        for (index c = 0; c < 12; ++c) {
            power += gain(c, s) * solved(c, s);
        }
        for (index c = 0; c < 12; ++c) {
            EXPECT_NEAR(filters.weights(s, c), solved(c, s) / power, 1e-12);
        }
    }
}

TEST(SpatialFilters, OfThreeDirectionsEachPassesItsOwnAlone) {
    const auto gain = random_matrix(12, 3 * 70, 5);
    const auto filters =
        spatial_filters(gain, 3, covariance_of(gain, 3), {.reg = 0.05, .norm = WeightNorm::none, .rank = 12});
    for (index s = 0; s < 70; ++s) {
        for (index a = 0; a < 3; ++a) {
            for (index b = 0; b < 3; ++b) {
                EXPECT_NEAR(product(filters, 3 * s + a, gain, 3 * s + b), a == b, 1e-10);
            }
        }
    }
}

TEST(SpatialFilters, OfUnitNoiseGainTheyAreOfLengthOne) {
    const auto gain = random_matrix(12, 3 * 70, 5);
    const auto covariance = covariance_of(gain, 3);
    for (const WeightNorm norm : {WeightNorm::unit_noise_gain, WeightNorm::unit_noise_gain_invariant}) {
        for (const FilterDirection direction :
             {FilterDirection::all, FilterDirection::normal, FilterDirection::max_power}) {
            const auto filters =
                spatial_filters(gain, 3, covariance, {.norm = norm, .direction = direction, .rank = 12});
            for (index row = 0; row < filters.weights.extent(0); ++row) {
                double square = 0;
                for (const double w : filters.weights.view().row(row)) {
                    square += w * w;
                }
                EXPECT_NEAR(square, 1, 1e-11);
            }
        }
    }
}

// A strong source behind noise: of the directions at its place, that of most power is its own.
TEST(SpatialFilters, TheDirectionOfMostPowerIsThatOfTheSource) {
    const auto gain = random_matrix(12, 3 * 5, 5);
    const double direction[3] = {0.6, 0, 0.8};
    Array<double, 2> covariance({12, 12});
    for (index i = 0; i < 12; ++i) {
        covariance(i, i) = 1;
        for (index j = 0; j < 12; ++j) {
            double a = 0, b = 0;
            for (index d = 0; d < 3; ++d) {
                a += gain(i, 3 * 2 + d) * direction[d];
                b += gain(j, 3 * 2 + d) * direction[d];
            }
            covariance(i, j) += 1e4 * a * b;
        }
    }
    const auto filters = spatial_filters(
        gain, 3, covariance,
        {.reg = 0, .norm = WeightNorm::unit_noise_gain, .direction = FilterDirection::max_power, .rank = 12});
    for (index d = 0; d < 3; ++d) {
        EXPECT_NEAR(filters.max_power_ori(2, d), direction[d], 2e-3);
    }
}

/// A whitener of fewer components than channels, and the gain that it makes.
struct Whitened {
    Array<double, 2> whitener, raw, formed;
    std::vector<double> scale;
    std::vector<const double*> rows;
};

Whitened whitened(index components, index channels, index columns) {
    Whitened out{random_matrix(components, channels, 11), random_matrix(channels, columns, 12), {}, {}, {}};
    Array<double, 2> scaled = out.raw;
    for (index c = 0; c < channels; ++c) {
        out.rows.push_back(out.raw.data() + c * columns);
        for (index i = 0; i < columns; ++i) {
            scaled(c, i) *= 1 + 0.5 * std::sin(static_cast<double>(i));
        }
    }
    for (index i = 0; i < columns; ++i) {
        out.scale.push_back(1 + 0.5 * std::sin(static_cast<double>(i)));
    }
    out.formed = numerics::matmul(out.whitener.view(), scaled.view());
    return out;
}

TEST(SpatialFilters, AWhitenerThatIsNotAppliedGivesTheSameAsOneThatIs) {
    const Whitened of = whitened(10, 12, 3 * 70);
    const auto covariance = covariance_of(of.formed, 3);
    for (const index rank : {10, 8}) {  // with 8 sensors see more than the covariance has
        for (const FilterDirection direction :
             {FilterDirection::all, FilterDirection::normal, FilterDirection::max_power}) {
            for (const bool reduce : {false, true}) {
                const SpatialFilterOptions options{
                    .norm = WeightNorm::unit_noise_gain, .direction = direction, .reduce_rank = reduce, .rank = rank};
                const auto apart = spatial_filters({of.whitener, of.rows, of.scale, 3}, covariance, options);
                const auto formed = spatial_filters(of.formed, 3, covariance, options);
                for (index k = 0; k < formed.weights.size(); ++k) {
                    ASSERT_NEAR(apart.weights.data()[k], formed.weights.data()[k], 1e-10);
                }
            }
        }
    }
}

// The direction that sensors see least is judged by all that they see, not by what the covariance has alone.
TEST(SpatialFilters, TheWeakestDirectionIsThatOfTheWholeGain) {
    const auto gain = random_matrix(12, 3 * 40, 5);
    auto covariance = covariance_of(gain, 1);
    const auto options = [](index rank) {
        return SpatialFilterOptions{.reg = 0.05, .norm = WeightNorm::none, .reduce_rank = true, .rank = rank};
    };
    for (const index rank : {12, 6}) {
        const auto filters = spatial_filters(gain, 3, covariance, options(rank));
        for (index s = 0; s < 40; ++s) {
            // Filters see nothing of the weakest direction's currents: W G v = 0 for the last right singular vector.
            Array<double, 2> columns({12, 3});
            for (index c = 0; c < 12; ++c) {
                for (index d = 0; d < 3; ++d) {
                    columns(c, d) = gain(c, 3 * s + d);
                }
            }
            const auto parts = numerics::svd(columns);
            for (index a = 0; a < 3; ++a) {
                double of_weakest = 0;  // and weights have no part along it: vᵀ W = 0
                for (index c = 0; c < 12; ++c) {
                    double sum = 0;
                    for (index d = 0; d < 3; ++d) {
                        sum += parts.Vt(2, d) * filters.weights(3 * s + d, c);
                    }
                    of_weakest = std::max(of_weakest, std::abs(sum));
                }
                EXPECT_LT(of_weakest, 1e-10);
            }
        }
    }
}

TEST(SpatialFilters, TheirBitsAreTheSameOnAnyNumberOfThreads) {
    const auto gain = random_matrix(12, 3 * 500, 5);
    const auto covariance = covariance_of(gain, 3);
    const ThreadLimit one(1);
    const auto alone = spatial_filters(gain, 3, covariance, {.rank = 12});
    const ThreadLimit several(2);
    const auto together = spatial_filters(gain, 3, covariance, {.rank = 12});
    for (index k = 0; k < alone.weights.size(); ++k) {
        ASSERT_EQ(alone.weights.data()[k], together.weights.data()[k]);
    }
}

TEST(SpatialFilters, WhatContradictsIsRefused) {
    const auto gain = random_matrix(12, 3 * 5, 5);
    const auto covariance = covariance_of(gain, 2);
    EXPECT_THROW(spatial_filters(gain, 2, covariance, {.rank = 12}), InvalidInput);
    EXPECT_THROW(spatial_filters(gain, 3, covariance, {.rank = 13}), InvalidInput);
    EXPECT_THROW(spatial_filters(gain, 3, covariance, {.reg = -1, .rank = 12}), InvalidInput);
    EXPECT_THROW(spatial_filters(gain, 1, covariance, {.direction = FilterDirection::max_power, .rank = 12}),
                 InvalidInput);
    EXPECT_THROW(spatial_filters(gain, 3, covariance, {.reduce_rank = true, .single = true, .rank = 12}), InvalidInput);
    Array<double, 2> flat = gain;
    for (index c = 0; c < 12; ++c) {
        flat(c, 4) = 0;  // no sensor sees the second direction of the second source
    }
    EXPECT_THROW(spatial_filters(flat, 3, covariance, {.rank = 12}), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
