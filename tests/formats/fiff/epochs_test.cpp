#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/formats/fiff/examples.hpp"

namespace ranvier::formats {
namespace {

meeg::Epochs small_epochs(index count) {
    meeg::Epochs epochs;
    epochs.info = small_recording().info;
    epochs.n_times = 6;
    epochs.tmin = -0.2;
    epochs.options.tmin = -0.2;
    epochs.options.tmax = 0.3;
    epochs.options.baseline = meeg::Baseline{-0.25, 0.0};
    epochs.options.reject[meeg::ChannelType::eeg] = 1e-4;
    epochs.options.flat[meeg::ChannelType::mag] = 1e-15;
    epochs.options.reject_tmax = 0.25;
    epochs.event_id = {{"left/a:b", 1}, {"right", 2}};
    epochs.drop_log.resize(static_cast<std::size_t>(std::max<index>(count, 1)) + 1);
    epochs.drop_log[1] = {"EEG 001", "MEG 0111"};
    for (index k = 0; k < count; ++k) {
        epochs.events.push_back({10 + 7 * k, 0, k % 2 == 0 ? 1 : 2});
        epochs.selection.push_back(k == 0 ? 0 : k + 1);
        epochs.metadata.push_back(R"({"rt":)" + std::to_string(k) + R"(,"word":"né"})");
    }
    epochs.data = Array<double, 3>({count, epochs.info.n_channels(), epochs.n_times});
    std::mt19937 random(4);
    for (index k = 0; k < epochs.data.size(); ++k) {
        epochs.data.data()[k] = static_cast<double>(static_cast<int>(random() % 2001) - 1000) / 64;
    }
    epochs.preloaded = true;
    epochs.dropped_bad = true;
    return epochs;
}

void expect_same(const meeg::Epochs& a, const meeg::Epochs& b) {
    EXPECT_EQ(a.events, b.events);
    EXPECT_EQ(a.event_id, b.event_id);
    EXPECT_EQ(a.selection, b.selection);
    EXPECT_EQ(a.drop_log, b.drop_log);
    EXPECT_EQ(a.metadata, b.metadata);
    EXPECT_EQ(a.n_times, b.n_times);
    EXPECT_NEAR(a.tmin, b.tmin, 1e-12);
    ASSERT_TRUE(b.options.baseline);
    EXPECT_EQ(a.options.baseline->tmin, b.options.baseline->tmin);
    EXPECT_EQ(a.options.baseline->tmax, b.options.baseline->tmax);
    EXPECT_TRUE(
        std::equal(a.options.reject.begin(), a.options.reject.end(), b.options.reject.begin(), b.options.reject.end()));
    EXPECT_TRUE(std::equal(a.options.flat.begin(), a.options.flat.end(), b.options.flat.begin(), b.options.flat.end()));
    EXPECT_EQ(a.options.reject_tmax, b.options.reject_tmax);
    ASSERT_EQ(a.data.extents(), b.data.extents());
    EXPECT_TRUE(std::equal(a.data.data(), a.data.data() + a.data.size(), b.data.data()));
}

TEST(FiffEpochs, epochs_come_back_with_events_log_limits_and_metadata) {
    const TemporaryFolder folder;
    const auto epochs = small_epochs(5);
    for (const std::string format : {"single", "double"}) {
        for (const std::string name : {"a-epo.fif", "a-epo.fif.gz"}) {
            SCOPED_TRACE(format + " " + name);
            EXPECT_EQ(write_epochs_fif(epochs, folder / name, format, true), std::vector{folder / name});
            expect_same(epochs, read_epochs_fif(folder / name, false));
        }
    }
}

TEST(FiffEpochs, complex_epochs_come_back_in_two_parts_and_are_no_real_ones) {
    const TemporaryFolder folder;
    const auto real = small_epochs(5);
    auto imaginary = real;
    for (index k = 0; k < imaginary.data.size(); ++k) {
        imaginary.data.data()[k] = static_cast<double>(k % 7) / 4;
    }
    for (const std::string format : {"single", "double"}) {
        write_epochs_fif(real, folder / "a-epo.fif", format, true, 2'000'000'000, "neuromag", &imaginary);
        const auto [a, b] = read_complex_epochs_fif(folder / "a-epo.fif", false);
        expect_same(a, real);
        ASSERT_TRUE(b);
        expect_same(*b, imaginary);
        EXPECT_THROW(read_epochs_fif(folder / "a-epo.fif"), FileError);
    }
    write_epochs_fif(real, folder / "a-epo.fif", "single", true);
    EXPECT_FALSE(read_complex_epochs_fif(folder / "a-epo.fif").second);
}

TEST(FiffEpochs, metadata_follow_the_epochs_that_are_kept) {
    const auto epochs = small_epochs(5);
    EXPECT_EQ(meeg::subset(epochs, {3, 1}).metadata, (std::vector{epochs.metadata[3], epochs.metadata[1]}));
    auto dropped = epochs;
    meeg::drop(dropped, {0, 2});
    EXPECT_EQ(dropped.metadata, (std::vector{epochs.metadata[1], epochs.metadata[3], epochs.metadata[4]}));
}

TEST(FiffEpochs, no_epoch_is_a_file_too) {
    const TemporaryFolder folder;
    const auto epochs = small_epochs(0);
    write_epochs_fif(epochs, folder / "a-epo.fif");
    EXPECT_EQ(read_epochs_fif(folder / "a-epo.fif", false).n_epochs(), 0);
}

TEST(FiffEpochs, split_epochs_are_put_together_again) {
    constexpr std::uint64_t limit = (1 << 20) + 700'000;  // a mebibyte is reserve
    const TemporaryFolder folder;
    auto epochs = small_epochs(4000);
    for (std::size_t k = 0; k < epochs.metadata.size(); ++k) {
        epochs.metadata[k].insert(1, k < 200 ? "\"thick\":\"" + std::string(10'000, '*') + "\"," : "");
    }
    const auto paths = write_epochs_fif(epochs, folder / "a-epo.fif", "double", false, limit);
    ASSERT_GE(paths.size(), 3u);
    EXPECT_EQ(paths[1].filename(), "a-epo-1.fif");
    for (const auto& path : paths) {
        EXPECT_LE(fs::file_size(path), limit);
    }
    EXPECT_THROW(write_epochs_fif(epochs, folder / "b-epo.fif", "double", false, 1'200'000), InvalidInput);
    expect_same(epochs, read_epochs_fif(paths[0], false));
    fs::remove(paths[2]);
    EXPECT_THROW(read_epochs_fif(paths[0], false), FileError);
}

TEST(FiffEpochs, a_file_cut_at_any_byte_is_an_error_and_changed_bytes_are_survived) {
    const TemporaryFolder folder;
    write_epochs_fif(small_epochs(3), folder / "a-epo.fif");
    const auto read = [](const fs::path& path) { read_epochs_fif(path, false); };
    expect_no_part_is_read(folder / "a-epo.fif", folder / "cut-epo.fif", 1, read);
    expect_flips_are_survived(folder / "a-epo.fif", folder / "b-epo.fif", 3000, 23, read);
}

}  // namespace
}  // namespace ranvier::formats
