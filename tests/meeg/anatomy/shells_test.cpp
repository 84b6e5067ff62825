#include "ranvier/meeg/anatomy/shells.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/meeg/anatomy/spheres.hpp"

namespace ranvier::meeg {
namespace {

Surface ball(double radius, int id, int grade = 3) {
    Surface made = icosahedron(grade);
    for (index k = 0; k < made.points.size(); ++k) {
        made.points.data()[k] *= radius;
    }
    made.id = id;
    return made;
}

StableVector<Surface> head(double inner, double middle, double outer) {
    return {ball(inner, surface_id::inner_skull), ball(middle, surface_id::outer_skull), ball(outer, surface_id::head)};
}

std::string error_of(StableVector<Surface> surfaces) {
    try {
        shells(std::move(surfaces));
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

using ::testing::HasSubstr;

TEST(Shells, are_ordered_from_the_outermost) {
    const auto made = shells(head(0.08, 0.085, 0.09));
    EXPECT_EQ(made[0].id, surface_id::head);
    EXPECT_EQ(made[2].id, surface_id::inner_skull);
    EXPECT_EQ(error_of({ball(0.08, surface_id::inner_skull)}), "");
}

TEST(Shells, that_cross_are_refused) {
    auto surfaces = head(0.08, 0.085, 0.09);
    for (index axis = 0; axis < 3; ++axis) {
        surfaces[0].points(7, axis) *= 1.1;
    }
    EXPECT_THAT(error_of(surfaces),
                HasSubstr("surface inner skull must lie inside of outer skull; 1 of its 642 points"));
    EXPECT_THAT(error_of(head(0.09, 0.085, 0.08)), HasSubstr("must lie inside"));
}

TEST(Shells, that_are_open_small_or_others_are_refused) {
    auto surfaces = head(0.08, 0.085, 0.09);
    surfaces[1].triangles.shrink(surfaces[1].n_triangles() - 2);
    EXPECT_THAT(error_of(surfaces), HasSubstr("surface outer skull must be closed"));
    EXPECT_THAT(error_of({ball(80, surface_id::inner_skull)}), "");  // millimetres can't be told from giants
    EXPECT_THAT(error_of({ball(8e-5, surface_id::inner_skull)}), HasSubstr("another unit"));
    surfaces = head(0.08, 0.085, 0.09);
    surfaces[1].id = surface_id::csf;
    EXPECT_THAT(error_of(surfaces), HasSubstr("lacks outer skull"));
    surfaces = {ball(0.08, surface_id::inner_skull), ball(0.09, surface_id::head)};
    EXPECT_THAT(error_of(surfaces), HasSubstr("1 or 3 shells; got 2"));
}

TEST(Shells, of_icosahedra_are_decimated_to_their_points) {
    const Surface fine = ball(0.09, surface_id::head, 4), coarse = decimated(fine, 2);
    EXPECT_EQ(coarse.n_triangles(), 320);
    EXPECT_EQ(coarse.points(100, 1), fine.points(100, 1));  // finer ones begin with the points of coarser ones
    EXPECT_EQ(coarse.id, surface_id::head);
    EXPECT_THROW(decimated(fine, 5), InvalidInput);
    Surface other = fine;
    std::swap(other.triangles(0, 0), other.triangles(0, 1));
    EXPECT_THROW(decimated(other, 2), InvalidInput);
    other.triangles.shrink(77);
    EXPECT_THROW(decimated(other, 2), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
