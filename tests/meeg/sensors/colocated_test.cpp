#include "ranvier/meeg/sensors/colocated.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ranvier::meeg {

// Three axes at each of two places; the radial one is the second, however the device is turned against the head.
TEST(Colocated, channels_at_one_place_are_together_and_the_radial_one_is_first) {
    Info info = create_info({"a", "b", "c", "d", "e", "f", "g"}, 100, ChannelType::mag);
    const double places[7][3] = {{0.1, 0, 0}, {0, 0.1, 0}, {0.1, 0, 0}, {0, 0.1, 0},
                                 {0.1, 0, 0}, {0, 0.1, 0}, {0, 0, 0.1}};
    const double axes[7][3] = {{0, 0.6, 0.8},  {0, 0, 1}, {-1, 0, 0}, {0.1, 0.9, 0},
                               {0, 0.8, -0.6}, {1, 0, 0}, {1, 0, 0}};
    for (std::size_t k = 0; k < 7; ++k) {
        std::copy_n(places[k], 3, info.channels[k].loc.begin());
        std::copy_n(axes[k], 3, info.channels[k].loc.begin() + 9);
    }
    const std::vector<index> all{0, 1, 2, 3, 4, 5, 6};
    const std::vector<std::vector<index>> wanted{{2, 0, 4}, {3, 1, 5}, {6}};
    EXPECT_EQ(colocated(info, all), wanted);
    Transform turned;
    turned.from = CoordFrame::device;
    turned.to = CoordFrame::head;
    turned.matrix = std::array<std::array<double, 4>, 4>{{{0, -1, 0, 0}, {1, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}};
    info.dev_head_t = turned;
    EXPECT_EQ(colocated(info, all), wanted);
    EXPECT_EQ(colocated(info, {6, 4, 0}), (std::vector<std::vector<index>>{{0}, {1, 2}}));
}

}  // namespace ranvier::meeg
