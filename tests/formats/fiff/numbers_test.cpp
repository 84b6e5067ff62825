#include "ranvier/formats/fiff/numbers.hpp"

#include <gtest/gtest.h>

namespace ranvier::formats::fiff {

using namespace meeg;

namespace {

/// Every number is given back, whether it has a name or not; the named ones are the `count` first values.
template <class Enum>
void expect_all_come_back(int count) {
    int with_name = 0;
    for (const std::int32_t n : {INT32_MIN, -2, INT32_MAX, 0x47314252, 0x47324252, 0x47334252}) {
        EXPECT_EQ(number(named<Enum>(n)), n);
        with_name += !unnamed_number(named<Enum>(n));
    }
    for (std::int32_t n = -1; n < 70000; ++n) {
        ASSERT_EQ(number(named<Enum>(n)), n);
        with_name += !unnamed_number(named<Enum>(n));
    }
    EXPECT_EQ(with_name, count);
    for (int k = 0; k < count; ++k) {
        EXPECT_EQ(named<Enum>(number(static_cast<Enum>(k))), static_cast<Enum>(k));
    }
}

}  // namespace

TEST(FiffNumbers, every_number_of_a_file_survives) {
    expect_all_come_back<ChannelKind>(static_cast<int>(ChannelKind::eyetrack) + 1);
    expect_all_come_back<CoilType>(static_cast<int>(CoilType::vv_mag_t3) + 1);
    expect_all_come_back<Unit>(static_cast<int>(Unit::pixel) + 1);
    expect_all_come_back<CoordFrame>(static_cast<int>(CoordFrame::mni_tal) + 1);
    expect_all_come_back<DigKind>(static_cast<int>(DigKind::head) + 1);
    expect_all_come_back<ProjectionKind>(static_cast<int>(ProjectionKind::average_reference) + 1);
    expect_all_come_back<CovarianceKind>(static_cast<int>(CovarianceKind::orientation_prior) + 1);
    expect_all_come_back<CompensationKind>(static_cast<int>(CompensationKind::g3br) + 1);
    expect_all_come_back<CustomReference>(static_cast<int>(CustomReference::csd) + 1);
}

TEST(FiffNumbers, a_coil_s_upper_half_is_the_grade_of_its_compensation) {
    Channel channel;
    for (const std::int32_t n : {-1, 0, 3024, 5001, 5001 | 3 << 16, 3012 | 1 << 16, INT32_MIN, INT32_MAX}) {
        set_coil(channel, n);
        EXPECT_EQ(coil_number(channel), n);
    }
    set_coil(channel, 3012 | 2 << 16);
    EXPECT_EQ(channel.coil_type, CoilType::vv_planar_t1);
    EXPECT_EQ(channel.compensation, 2);
}

TEST(FiffNumbers, some_by_name) {
    EXPECT_EQ(number(ChannelKind::ref_meg), 301);
    EXPECT_EQ(number(CoordFrame::mni_tal), 2003);
    EXPECT_EQ(number(DigKind::extra), 4);
    EXPECT_EQ(number(Unit::T_m), 201);
    EXPECT_EQ(text(CoordFrame::mni_tal), "MNI Talairach");
    EXPECT_EQ(text(CoilType::vv_mag_t3), "vv_mag_t3");
    EXPECT_EQ(text(ChannelKind::eyetrack), "eyetrack");
    EXPECT_EQ(text(named<CoilType>(5001)), "5001");
    EXPECT_EQ(symbol(Unit::pixel), "px");
    EXPECT_EQ(symbol(named<Unit>(4711)), "");
}

}  // namespace ranvier::formats::fiff
