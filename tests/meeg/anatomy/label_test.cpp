#include "ranvier/meeg/anatomy/label.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/meeg/anatomy/solids.hpp"

namespace ranvier::meeg {
namespace {

Label label(const std::vector<std::int64_t>& vertices, double value = 1) {
    Label made;
    const auto n = static_cast<index>(vertices.size());
    made.vertices = Array<std::int64_t, 1>({n});
    made.places = Array<double, 2>({n, 3});
    made.values = Array<double, 1>({n});
    for (index k = 0; k < n; ++k) {
        made.vertices(k) = vertices[static_cast<std::size_t>(k)];
        made.values(k) = value;
    }
    made.hemisphere = "lh";
    return made;
}
std::vector<std::int64_t> vertices_of(const Label& l) {
    return {l.vertices.data(), l.vertices.data() + l.n_vertices()};
}
std::vector<double> values_of(const Label& l) { return {l.values.data(), l.values.data() + l.n_vertices()}; }

using ::testing::ElementsAre;

TEST(Label, a_sum_has_vertices_of_both_and_adds_values_of_those_that_both_have) {
    const Label made = sum(label({1, 3, 5}), label({0, 3, 9}, 2));
    EXPECT_THAT(vertices_of(made), ElementsAre(0, 1, 3, 5, 9));
    EXPECT_THAT(values_of(made), ElementsAre(2, 1, 3, 1, 2));
    EXPECT_EQ(made.name, "unnamed + unnamed");
}

TEST(Label, a_difference_has_what_the_other_lacks) {
    EXPECT_THAT(vertices_of(difference(label({1, 3, 5}), label({0, 3, 9}))), ElementsAre(1, 5));
    Label other = label({1, 3});
    other.hemisphere = "rh";
    EXPECT_THAT(vertices_of(difference(label({1, 3, 5}), other)), ElementsAre(1, 3, 5));
}

TEST(Label, what_does_not_fit_is_refused) {
    Label other = label({1});
    other.subject = "somebody";
    EXPECT_THROW(sum(label({1}), other), InvalidInput);
    EXPECT_THROW(difference(label({1}), other), InvalidInput);
    other = label({1});
    other.hemisphere = "rh";
    EXPECT_THROW(sum(label({1}), other), InvalidInput);
    other = label({1});
    other.places(0, 0) = 0.5;
    EXPECT_THROW(sum(label({1}), other), InvalidInput);
    EXPECT_THROW(check(label({2, 1})), InvalidInput);
}

TEST(Label, colours_meet_on_the_shorter_way_around) {
    const auto purple = blended({1, 0, 0, 1}, {0, 0, 1, 0.5});
    EXPECT_NEAR(purple[0], 1, 1e-15);
    EXPECT_NEAR(purple[1], 0, 1e-15);
    EXPECT_NEAR(purple[2], 1, 1e-15);
    EXPECT_EQ(purple[3], 0.75);
}

TEST(Label, is_filled_with_the_points_nearest_to_its_vertices) {
    SourceSpace space = octahedral_space();
    space.vertices = {1, 4};
    space.nearest = {4, 1, 4, 1, 4, 1};
    space.nearest_distances.assign(6, 0);
    const Label made = filled(label({4}, 7), space);
    EXPECT_THAT(vertices_of(made), ElementsAre(0, 2, 4));
    EXPECT_THAT(values_of(made), ElementsAre(7, 7, 7));
    EXPECT_EQ(made.places(0, 0), 1);
    EXPECT_THROW(filled(label({5}), space), InvalidInput);
    EXPECT_THAT(vertices_of(restricted(label({0, 1, 4}), space)), ElementsAre(1, 4));
}

}  // namespace
}  // namespace ranvier::meeg
