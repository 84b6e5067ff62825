#include "ranvier/meeg/estimates/estimate.hpp"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/estimates/label_courses.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

using ::testing::ElementsAre;

Array<double, 2> noise(index rows, index columns, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    Array<double, 2> made({rows, columns});
    for (index k = 0; k < made.size(); ++k) {
        made.data()[k] = normal(random);
    }
    return made;
}

/// 600 sources on both sides, of 10 sensors.
SourceEstimate lazy(bool vector = false) {
    SourceEstimate made;
    made.vertices.resize(2);
    for (index k = 0; k < 300; ++k) {
        made.vertices[0].push_back(2 * k);
        made.vertices[1].push_back(3 * k + 1);
    }
    made.vector = vector;
    made.kernel = noise(vector ? 1800 : 600, 10, 1);
    made.sensor_data = noise(10, 40, 2);
    made.tmin = -0.1;
    made.tstep = 0.01;
    check(made);
    return made;
}
SourceEstimate dense(bool vector = false) {
    SourceEstimate made = lazy(vector);
    form(made);
    return made;
}

void expect_near(View<const double, 2> a, View<const double, 2> b) {
    ASSERT_EQ(a.extents(), b.extents());
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            EXPECT_NEAR(a(i, j), b(i, j), 1e-12);
        }
    }
}

TEST(SourceEstimate, what_is_asked_of_a_kernel_is_that_of_the_data_and_leaves_it_a_kernel) {
    const SourceEstimate a = lazy(), b = dense();
    EXPECT_FALSE(a.formed());
    EXPECT_TRUE(b.formed());
    expect_near(rows_of(a, {3, 500, 4}), rows_of(b, {3, 500, 4}));
    expect_near(summed(a).data, summed(b).data);
    EXPECT_EQ(peak(a, 0, 40, PeakMode::largest), peak(b, 0, 40, PeakMode::largest));
    EXPECT_EQ(peak(a, 5, 20, PeakMode::most_negative), peak(b, 5, 20, PeakMode::most_negative));
    SourceEstimate some = picked(a, {0, 299, 300, 599}), cut = a;
    EXPECT_FALSE(some.formed());
    EXPECT_THAT(some.vertices, ElementsAre(ElementsAre(0, 598), ElementsAre(1, 898)));
    form(some);
    expect_near(some.data, rows_of(b, {0, 299, 300, 599}));
    crop(cut, 10, 12);
    EXPECT_FALSE(cut.formed());
    EXPECT_EQ(cut.n_times(), 2);
    EXPECT_NEAR(cut.tmin, 0, 1e-15);
    scale(cut, -2);
    form(cut);
    EXPECT_NEAR(cut.data(7, 1), -2 * b.data(7, 11), 1e-12);
}

TEST(SourceEstimate, a_peak_is_where_the_largest_number_is) {
    SourceEstimate a = dense();
    a.data(411, 17) = 100;
    a.data(5, 3) = -200;
    EXPECT_EQ(peak(a, 0, 40, PeakMode::largest), std::pair(index{5}, index{3}));
    EXPECT_EQ(peak(a, 0, 40, PeakMode::most_positive), std::pair(index{411}, index{17}));
    EXPECT_EQ(peak(a, 4, 40, PeakMode::largest), std::pair(index{411}, index{17}));
    std::fill(a.data.data(), a.data.data() + a.data.size(), -1.0);
    EXPECT_THROW(peak(a, 0, 40, PeakMode::most_positive), InvalidInput);
    EXPECT_EQ(peak(a, 0, 40, PeakMode::most_negative), std::pair(index{0}, index{0}));
}

TEST(SourceEstimate, a_magnitude_is_the_length_of_directions) {
    SourceEstimate a = dense(true);
    a.data(6, 2) = 1, a.data(7, 2) = 2, a.data(8, 2) = 2;
    EXPECT_NEAR(magnitude(a).data(2, 2), 3, 1e-15);
    a.data(7, 2) = 200;
    EXPECT_EQ(peak(a, 0, 40, PeakMode::largest), std::pair(index{2}, index{2}));
    EXPECT_THROW(magnitude(dense()), InvalidInput);
    const SourceEstimate some = picked(a, {2});
    EXPECT_EQ(some.data(1, 2), 200);
}

TEST(SourceEstimate, one_that_contradicts_itself_is_refused) {
    SourceEstimate a = lazy();
    a.vertices[1].pop_back();
    EXPECT_THROW(check(a), InvalidInput);
    a = lazy();
    std::swap(a.vertices[0][0], a.vertices[0][1]);
    EXPECT_THROW(check(a), InvalidInput);
    a = lazy();
    a.sensor_data = noise(11, 40, 1);
    EXPECT_THROW(check(a), InvalidInput);
    EXPECT_THROW(picked(lazy(), {600}), InvalidInput);
    SourceEstimate b = lazy();
    EXPECT_THROW(crop(b, 3, 3), InvalidInput);
}

TEST(LabelCourses, signs_align_sources_outwards) {
    Array<double, 2> normals({4, 3});
    for (const auto& [row, z] : std::vector<std::pair<index, double>>{{0, 1.0}, {1, 0.9}, {2, -1.0}, {3, 1.0}}) {
        normals(row, 2) = z;
        normals(row, 0) = 0.1;
    }
    EXPECT_THAT(sign_flips(normals), ElementsAre(1, 1, -1, 1));
    EXPECT_TRUE(sign_flips(Array<double, 2>({0, 3})).empty());
}

TEST(LabelCourses, are_the_same_of_a_kernel_as_of_data_and_on_any_number_of_threads) {
    const std::vector<std::vector<index>> rows{{0, 5, 17, 300}, {}, {599, 2, 3}};
    const std::vector<std::vector<double>> flips{{1, -1, 1, 1}, {}, {-1, 1, 1}};
    for (const LabelMode mode : {LabelMode::mean, LabelMode::mean_flip, LabelMode::max, LabelMode::pca_flip}) {
        const auto of_kernel = label_courses(lazy(), rows, flips, mode);
        expect_near(of_kernel, label_courses(dense(), rows, flips, mode));
        const ThreadLimit bound(1);
        const auto on_one = label_courses(lazy(), rows, flips, mode);
        EXPECT_TRUE(std::equal(on_one.data(), on_one.data() + on_one.size(), of_kernel.data()));
        EXPECT_EQ(of_kernel(1, 7), 0);
    }
    const SourceEstimate whole = dense();
    const auto means = label_courses(lazy(), rows, flips, LabelMode::mean_flip);
    EXPECT_NEAR(means(2, 9), (-whole.data(599, 9) + whole.data(2, 9) + whole.data(3, 9)) / 3, 1e-12);
    EXPECT_THROW(label_courses(lazy(), {{600}}, {{}}, LabelMode::mean), InvalidInput);
    EXPECT_THROW(label_courses(lazy(true), rows, flips, LabelMode::mean_flip), InvalidInput);
}

TEST(LabelCourses, one_source_is_its_own_principal_component) {
    const SourceEstimate whole = dense();
    const auto course = label_courses(lazy(), {{42}}, {{-1.0}}, LabelMode::pca_flip);
    for (index t = 0; t < 40; ++t) {
        EXPECT_NEAR(course(0, t), -whole.data(42, t), 1e-12);
    }
}

}  // namespace
}  // namespace ranvier::meeg
