#include "ranvier/learn/local_outlier.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "ranvier/base/error.hpp"

namespace ranvier::learn {
namespace {

/// Rows of `columns` numbers, and how to read them.
struct Rows {
    Array<double, 2> values;
    std::function<void(index, View<double, 2>)> read = [this](index begin, View<double, 2> out) {
        copy(View<const double, 2>(values.view().slice(1, begin, begin + out.extent(1))), out);
    };
    explicit Rows(Array<double, 2> v) : values(std::move(v)) {}
    RowBlocks blocks() { return {values.extent(0), values.extent(1), read}; }
};

Array<double, 2> noise(index rows, index columns) {
    Array<double, 2> out({rows, columns});
    for (index k = 0; k < out.size(); ++k) {
        out.data()[k] = std::sin(12.9898 * static_cast<double>(k * k % 7919)) + 0.3;
    }
    return out;
}

TEST(LocalOutlier, PointsOnALineHaveTheFactorsThatAHandComputes) {
    // 0, 1, 2, 10 with two neighbours: distances of the second neighbour 2, 1, 2, 9; mean reach of (1, 2), (0, 2),
    // (1, 0), (2, 1) 1.5, 2, 1.5, 8.5.
    Rows rows(Array<double, 2>({4, 1}));
    const double at[] = {0, 1, 2, 10};
    std::copy(at, at + 4, rows.values.data());
    const auto factors = local_outlier_factors(row_distances(rows.blocks(), "euclidean"), 2);
    const double density[] = {1 / 1.5, 0.5, 1 / 1.5, 1 / 8.5};
    EXPECT_NEAR(factors[0], (density[1] + density[2]) / 2 / density[0], 1e-9);
    EXPECT_NEAR(factors[1], (density[0] + density[2]) / 2 / density[1], 1e-9);
    EXPECT_NEAR(factors[3], (density[2] + density[1]) / 2 / density[3], 1e-9);
}

TEST(LocalOutlier, DistancesAreWhatTheirDefinitionsSay) {
    Rows rows(noise(5, 5000));  // several blocks of columns
    const auto x = rows.values.view();
    double square = 0, sum = 0, most = 0, shares = 0, sizes = 0, ab = 0, aa = 0, bb = 0, a = 0, b = 0;
    for (index t = 0; t < 5000; ++t) {
        const double u = x(1, t), v = x(3, t), off = std::abs(u - v), both = std::abs(u) + std::abs(v);
        square += off * off, sum += off, most = std::max(most, off), shares += off / both, sizes += both;
        ab += u * v, aa += u * u, bb += v * v, a += u / 5000, b += v / 5000;
    }
    const auto d = [&](const char* metric) { return row_distances(rows.blocks(), metric)(1, 3); };
    EXPECT_NEAR(d("euclidean"), std::sqrt(square), 1e-11);
    EXPECT_NEAR(d("sqeuclidean"), square, 1e-9);
    EXPECT_NEAR(d("cityblock"), sum, 1e-9);
    EXPECT_NEAR(d("chebyshev"), most, 1e-14);
    EXPECT_NEAR(d("canberra"), shares, 1e-9);
    EXPECT_NEAR(d("braycurtis"), sum / sizes, 1e-12);
    EXPECT_NEAR(d("cosine"), 1 - ab / std::sqrt(aa * bb), 1e-12);
    EXPECT_NEAR(d("correlation"), 1 - (ab - 5000 * a * b) / std::sqrt((aa - 5000 * a * a) * (bb - 5000 * b * b)),
                1e-12);
    for (const std::string& metric : distance_names()) {
        const auto all = row_distances(rows.blocks(), metric);
        EXPECT_EQ(all(3, 1), all(1, 3)) << metric;
        EXPECT_EQ(all(2, 2), 0) << metric;
    }
}

TEST(LocalOutlier, RowsThatAreNearlyTheSameHaveTheDistanceThatSetsThemApart) {
    Rows rows(noise(3, 4000));
    for (index t = 0; t < 4000; ++t) {
        rows.values(1, t) = rows.values(0, t) + (t == 17 ? 1e-9 : 0);
        rows.values(2, t) += 1e6;
    }
    EXPECT_NEAR(row_distances(rows.blocks(), "euclidean")(0, 1), 1e-9, 1e-15);
}

TEST(LocalOutlier, RefusesWhatHasNoDistance) {
    Rows rows(noise(3, 10));
    EXPECT_THROW(row_distances(rows.blocks(), "taxi"), InvalidInput);
    for (const double lost : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
        rows.values(1, 3) = lost;
        for (const std::string& metric : distance_names()) {
            EXPECT_THROW(row_distances(rows.blocks(), metric), InvalidInput) << metric << " " << lost;
        }
    }
    EXPECT_THROW(local_outlier_factors(Array<double, 2>({1, 1}), 1), InvalidInput);
    EXPECT_THROW(local_outlier_factors(Array<double, 2>({3, 3}), 0), InvalidInput);
}

}  // namespace
}  // namespace ranvier::learn
