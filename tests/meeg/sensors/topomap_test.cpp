#include "ranvier/meeg/sensors/topomap.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "ranvier/meeg/sensors/montage.hpp"
#include "tests/meeg/integer_noise.hpp"

namespace ranvier::meeg {
namespace {

const std::vector<std::string> names{"Fp1", "Fp2", "F7", "F3", "Fz", "F4", "F8", "T7", "C3", "Cz",
                                     "C4",  "T8",  "P7", "P3", "Pz", "P4", "P8", "O1", "O2"};

Raw placed_raw() {
    Info info = create_info(names, 100, ChannelType::eeg);
    set_montage(info, make_standard_montage("colin27_1005"));
    info.bads = {"Fz", "P8"};
    return make_raw(info, integer_noise(19, 60, 6));
}

Array<double, 2> places() {
    const Raw raw = placed_raw();
    std::vector<index> all(19);
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k] = static_cast<index>(k);
    }
    return layout_positions(raw.info, all);
}

}  // namespace

TEST(TopographicImage, passes_through_the_channels_and_keeps_constants) {
    Array<double, 2> positions({5, 2});
    const double at[5][2] = {{0, 0}, {0.5, 0}, {-0.5, 0}, {0, 0.5}, {0, -0.5}};
    for (index k = 0; k < 5; ++k) {
        positions(k, 0) = at[k][0];
        positions(k, 1) = at[k][1];
    }
    const std::vector<double> values{1, 2, 3, 4, -5}, same(5, 7.5);
    const Array<double, 2> image = topographic_image(positions, values, 41, 1.0);  // pixels lie at multiples of 0.05
    EXPECT_NEAR(image(20, 20), 1, 1e-9);
    EXPECT_NEAR(image(20, 30), 2, 1e-9);
    EXPECT_NEAR(image(20, 10), 3, 1e-9);
    EXPECT_NEAR(image(30, 20), 4, 1e-9);  // +y, towards the nose, is further down the rows
    EXPECT_NEAR(image(10, 20), -5, 1e-9);
    const Array<double, 2> flat = topographic_image(positions, same, 16, 1.1);
    for (index k = 0; k < flat.size(); ++k) {
        EXPECT_NEAR(flat.data()[k], 7.5, 1e-9);
    }
}

TEST(TopographicImage, stays_near_the_range_of_its_values_and_skips_channels_without_place_or_value) {
    Array<double, 2> positions = places();
    std::vector<double> values;
    for (int k = 0; k < 19; ++k) {
        values.push_back(std::sin(1.7 * k));
    }
    const Array<double, 2> all = topographic_image(positions, values, 32);
    for (index k = 0; k < all.size(); ++k) {
        EXPECT_LT(std::abs(all.data()[k]), 2.0);
    }
    positions(3, 0) = std::nan("");
    values[5] = std::nan("");
    const Array<double, 2> some = topographic_image(positions, values, 32);
    for (index k = 0; k < some.size(); ++k) {
        EXPECT_TRUE(std::isfinite(some.data()[k]));
    }
}

TEST(TopographicImage, linear_maps_keep_planes_and_nearest_ones_have_no_values_but_the_channels) {
    const Array<double, 2> positions = places();
    std::vector<double> plane, number;
    for (index k = 0; k < positions.extent(0); ++k) {
        plane.push_back(2 + 3 * positions(k, 0) - positions(k, 1));
        number.push_back(static_cast<double>(k));
    }
    MapOptions options;
    options.interpolation = MapInterpolation::linear;
    const Array<double, 2> linear = topographic_image(positions, plane, 41, 1.0, options);
    for (const index row : {12, 20, 28}) {  // pixels lie at multiples of 0.05, these between channels
        for (const index column : {12, 20, 28}) {
            const double x = 0.05 * static_cast<double>(column - 20), y = 0.05 * static_cast<double>(row - 20);
            EXPECT_NEAR(linear(row, column), 2 + 3 * x - y, 1e-6) << row << " " << column;
        }
    }
    options.interpolation = MapInterpolation::nearest;
    const Array<double, 2> nearest = topographic_image(positions, number, 41, 1.0, options);
    for (index row = 0; row < 41; ++row) {
        for (index column = 0; column < 41; ++column) {
            const double x = 0.05 * static_cast<double>(column - 20), y = 0.05 * static_cast<double>(row - 20);
            const auto k = static_cast<index>(nearest(row, column));
            for (index other = 0; other < positions.extent(0); ++other) {
                EXPECT_LE(std::hypot(positions(k, 0) - x, positions(k, 1) - y),
                          std::hypot(positions(other, 0) - x, positions(other, 1) - y) + 1e-12);
            }
        }
    }
}

TEST(TopographicImage, runs_to_the_border_s_value_where_one_is_given) {
    const Array<double, 2> positions = places();
    const std::vector<double> values(static_cast<std::size_t>(positions.extent(0)), 1.0);
    for (const MapSurround surround : {MapSurround::ring, MapSurround::hull, MapSurround::box}) {
        MapOptions options;
        options.surround = surround;
        const Array<double, 2> flat = topographic_image(positions, values, 41, 1.3, options);
        options.border = 0;
        const Array<double, 2> falling = topographic_image(positions, values, 41, 1.3, options);
        EXPECT_NEAR(flat(20, 40), 1, 1e-9);
        EXPECT_LT(falling(20, 40), 0.9);
        EXPECT_NEAR(falling(20, 20), 1, 0.1);
    }
}

TEST(MapBorder, lies_half_a_distance_of_neighbours_outside_the_channels) {
    Array<double, 2> square({4, 2});
    for (index k = 0; k < 4; ++k) {
        square(k, 0) = k % 2 == 0 ? -0.5 : 0.5;
        square(k, 1) = k < 2 ? -0.5 : 0.5;
    }
    const Array<double, 2> border = map_border(square);
    double area = 0;
    for (index k = 0; k < border.extent(0); ++k) {
        const index next = (k + 1) % border.extent(0);
        area += (border(k, 0) * border(next, 1) - border(next, 0) * border(k, 1)) / 2;
        EXPECT_LE(std::max(std::abs(border(k, 0)), std::abs(border(k, 1))), 1.0 + 1e-12);
    }
    // The square, four strips and, at its corners, four quarters of a 16-gon of radius 0.5; counterclockwise: positive.
    EXPECT_NEAR(area, 1 + 4 * 0.5 + 8 * std::sin(std::numbers::pi / 8) * 0.25, 1e-12);
}

TEST(TopographicImage, refuses_two_channels_at_one_place_and_no_channel_at_all) {
    Array<double, 2> positions({2, 2});
    EXPECT_THROW(topographic_image(positions, std::vector<double>{1, 2}, 16), InvalidInput);
    EXPECT_THROW(topographic_image(positions, std::vector<double>{std::nan(""), std::nan("")}, 16), InvalidInput);
    EXPECT_THROW(topographic_image(positions, std::vector<double>{1}, 16), InvalidInput);
    EXPECT_THROW(topographic_image(positions, std::vector<double>{1, 2}, 1), InvalidInput);
}

}  // namespace ranvier::meeg
