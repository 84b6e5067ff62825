#include "ranvier/report/pictures/brain.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/meeg/anatomy/decimation.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"

namespace ranvier::report {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

meeg::SourceSpaces ball() {
    meeg::SourceSpaces spaces;
    spaces.spaces.push_back(meeg::whole_surface(meeg::icosahedron(3)));
    return spaces;
}

/// Values of the ball's points by their places.
template <class F>
std::vector<std::vector<double>> valued(const meeg::SourceSpaces& spaces, F&& f) {
    std::vector<double> values;
    for (index k = 0; k < spaces.spaces[0].n_points(); ++k) {
        const double* p = spaces.spaces[0].points.data() + 3 * k;
        values.push_back(f(p[0], p[1], p[2]));
    }
    return {values};
}

std::array<int, 4> at(const Pixels& pixels, index y, index x) {
    return {pixels(y, x, 0), pixels(y, x, 1), pixels(y, x, 2), pixels(y, x, 3)};
}

}  // namespace

TEST(Brain, what_is_in_front_is_seen_in_the_colour_of_its_value) {
    const meeg::SourceSpaces spaces = ball();
    const auto values = valued(spaces, [](double x, double, double) { return x < 0 ? -2.0 : 2.0; });
    const auto left = at(brain_pixels(spaces, values, 1, BrainView::left, 40), 20, 20);
    const auto right = at(brain_pixels(spaces, values, 1, BrainView::right, 40), 20, 20);
    EXPECT_EQ(left, (std::array<int, 4>{33, 102, 172, 255}));  // blue in full light: below 0, beyond the limit
    EXPECT_EQ(right, (std::array<int, 4>{178, 24, 43, 255}));
    const Pixels above = brain_pixels(spaces, values, 1, BrainView::above, 40);
    EXPECT_GT(at(above, 20, 10)[2], at(above, 20, 10)[0]);  // the left is on the left
    EXPECT_GT(at(above, 20, 30)[0], at(above, 20, 30)[2]);
    EXPECT_EQ(at(above, 0, 0)[3], 0);  // nothing beside it
}

TEST(Brain, the_front_is_up_from_above_and_outside_from_the_sides) {
    const meeg::SourceSpaces spaces = ball();
    const auto values = valued(spaces, [](double, double y, double) { return y > 0 ? 1.0 : -1.0; });
    const Pixels above = brain_pixels(spaces, values, 1, BrainView::above, 40);
    EXPECT_GT(at(above, 10, 20)[0], at(above, 10, 20)[2]);
    const Pixels left = brain_pixels(spaces, values, 1, BrainView::left, 40);
    EXPECT_GT(at(left, 20, 10)[0], at(left, 20, 10)[2]);
    const Pixels right = brain_pixels(spaces, values, 1, BrainView::right, 40);
    EXPECT_GT(at(right, 20, 30)[0], at(right, 20, 30)[2]);
}

TEST(Brain, points_without_value_are_grey) {
    const meeg::SourceSpaces spaces = ball();
    const auto middle =
        at(brain_pixels(spaces, valued(spaces, [](double, double, double) { return nan; }), 1, BrainView::above, 40),
           20, 20);
    EXPECT_EQ(middle, (std::array<int, 4>{178, 178, 178, 255}));
}

TEST(Brain, what_can_not_be_drawn_is_refused) {
    meeg::SourceSpaces spaces = ball();
    const auto values = valued(spaces, [](double, double, double) { return 0.0; });
    EXPECT_THROW(brain_pixels(spaces, values, 0, BrainView::left, 9), InvalidInput);
    EXPECT_THROW(brain_pixels(spaces, {}, 1, BrainView::left, 9), InvalidInput);
    EXPECT_THROW(brain_pixels(spaces, {{1.0}}, 1, BrainView::left, 9), InvalidInput);
    spaces.spaces[0].triangles = {};
    EXPECT_THROW(brain_pixels(spaces, values, 1, BrainView::left, 9), InvalidInput);
}

TEST(Brain, a_picture_has_a_row_for_each_condition_and_the_ends_of_its_colours) {
    const meeg::SourceSpaces spaces = ball();
    const auto values = valued(spaces, [](double, double, double) { return 0.5; });
    const std::string svg = brain_svg(spaces, {{"hands & feet", values}, {"<none>", values}}, 80, "%");
    std::size_t pictures = 0;
    for (std::size_t k = svg.find("<image"); k != svg.npos; k = svg.find("<image", k + 1)) {
        ++pictures;
    }
    EXPECT_EQ(pictures, 6u);
    EXPECT_THAT(svg,
                testing::AllOf(testing::HasSubstr("hands &amp; feet"), testing::HasSubstr("&lt;none>"),
                               testing::HasSubstr("+80 %"), testing::StartsWith("<svg "), testing::EndsWith("</svg>")));
}

TEST(Png, holds_the_pixels_behind_its_checked_chunks) {
    Pixels pixels({2, 3, 4});
    for (index k = 0; k < pixels.size(); ++k) {
        pixels.data()[k] = static_cast<std::uint8_t>(11 * k);
    }
    const std::vector<std::byte> bytes = png(pixels);
    const auto number = [&](std::size_t k) {
        return (std::uint32_t(bytes[k]) << 24) | (std::uint32_t(bytes[k + 1]) << 16) |
               (std::uint32_t(bytes[k + 2]) << 8) | std::uint32_t(bytes[k + 3]);
    };
    EXPECT_EQ(number(0), 0x89504e47u);
    EXPECT_EQ(number(16), 3u);  // columns
    EXPECT_EQ(number(20), 2u);
    const std::size_t idat = 33, size = number(idat);
    EXPECT_EQ(number(idat + 4), 0x49444154u);
    EXPECT_EQ(number(idat + 8 + size), crc32(0, reinterpret_cast<const Bytef*>(bytes.data() + idat + 4), size + 4));
    std::array<std::uint8_t, 26> lines{};
    uLongf n = lines.size();
    ASSERT_EQ(uncompress(lines.data(), &n, reinterpret_cast<const Bytef*>(bytes.data() + idat + 8), size), Z_OK);
    ASSERT_EQ(n, lines.size());
    for (std::size_t y = 0; y < 2; ++y) {
        EXPECT_EQ(lines[13 * y], 0);
        for (std::size_t k = 0; k < 12; ++k) {
            EXPECT_EQ(lines[13 * y + 1 + k], pixels.data()[12 * y + k]);
        }
    }
    EXPECT_THROW(png(Pixels({0, 3, 4})), InvalidInput);
    EXPECT_THROW(png(Pixels({2, 3, 3})), InvalidInput);
}

}  // namespace ranvier::report
