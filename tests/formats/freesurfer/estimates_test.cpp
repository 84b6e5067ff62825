#include "ranvier/formats/freesurfer/estimates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {
namespace {

EstimateFile small_estimate(index times) {
    EstimateFile made{-0.5, 0.25, {3, 700000}, Array<double, 2>({2, times})};
    made.data(1, times - 1) = -0.125;
    return made;
}

TEST(EstimateFiles, come_back) {
    const TemporaryFolder folder;
    write_stc(small_estimate(3), folder / "a-lh.stc");
    const EstimateFile back = read_stc(folder / "a-lh.stc");
    EXPECT_EQ(back.tmin, -0.5);
    EXPECT_EQ(back.tstep, 0.25);
    EXPECT_THAT(back.vertices, ::testing::ElementsAre(3, 700000));
    EXPECT_EQ(back.data.extent(1), 3);
    EXPECT_EQ(back.data(1, 2), -0.125);
    write_w(small_estimate(1), folder / "a-lh.w");
    EXPECT_EQ(read_w(folder / "a-lh.w").data(1, 0), -0.125);
    EXPECT_EQ(read_w(folder / "a-lh.w").vertices[1], 700000);
    EXPECT_THROW(write_w(small_estimate(2), folder / "b-lh.w"), InvalidInput);
    const EstimateFile none{0, 1, {}, Array<double, 2>({0, 5})};
    write_stc(none, folder / "none");
    EXPECT_EQ(read_stc(folder / "none").data.extent(1), 5);
}

TEST(EstimateFiles, cut_at_any_byte_are_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    write_stc(small_estimate(3), folder / "a");
    write_w(small_estimate(1), folder / "w");
    const auto stc = [](const fs::path& path) { read_stc(path); };
    const auto w = [](const fs::path& path) { read_w(path); };
    expect_no_part_is_read(folder / "a", folder / "cut", 1, stc);
    expect_flips_are_survived(folder / "a", folder / "b", 2000, 5, stc);
    expect_no_part_is_read(folder / "w", folder / "cut", 1, w);
    expect_flips_are_survived(folder / "w", folder / "b", 2000, 5, w);
}

}  // namespace
}  // namespace ranvier::formats
