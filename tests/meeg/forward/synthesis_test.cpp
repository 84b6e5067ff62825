#include "ranvier/meeg/forward/synthesis.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"

namespace ranvier::meeg {
namespace {

/// Power of a channel between two frequencies, over the stretches [onset + 0.8, onset + 4) of tasks of one name [V²].
double band_power(const Raw& raw, const char* channel, const std::string& task, double fmin, double fmax) {
    WelchOptions options;
    options.n_fft = 160;
    options.n_overlap = 80;
    options.fmin = fmin;
    options.fmax = fmax;
    options.picks = {channel_index(raw.info, channel)};
    double sum = 0;
    int count = 0;
    for (const Annotation& a : raw.annotations.items) {
        if (a.description == task) {
            const Spectrum s = psd_welch(raw, options, a.onset + 0.8, a.onset + 4.0, false);
            for (index k = 0; k < s.data.size(); ++k) {
                sum += s.data.data()[k];
            }
            ++count;
        }
    }
    return sum / count;
}

}  // namespace

TEST(Synthesis, has_the_channels_places_and_tasks_of_the_real_recordings) {
    const SyntheticRecording s = synthetic_motor_imagery(1, 100);
    EXPECT_EQ(s.raw.info.n_channels(), 64);
    EXPECT_EQ(s.raw.n_samples(), 16000);
    EXPECT_EQ(s.raw.info.channels[8].name, "C3");
    EXPECT_TRUE(s.raw.info.channels[63].has_position());
    int hands = 0, feet = 0, rests = 0;
    for (std::size_t k = 0; k < s.raw.annotations.items.size(); ++k) {
        const Annotation& a = s.raw.annotations.items[k];
        EXPECT_EQ(a.description == "T0", k % 2 == 0);
        EXPECT_NEAR(a.duration, k % 2 == 0 ? 4.2 : 4.1, 1e-9);
        rests += a.description == "T0";
        hands += a.description == "T1";
        feet += a.description == "T2";
    }
    EXPECT_EQ(rests, 12);
    EXPECT_EQ(hands, 6);
    EXPECT_EQ(feet, 6);
    double sum = 0;
    for (index k = 0; k < s.raw.data.size(); ++k) {
        sum += s.raw.data.data()[k] * s.raw.data.data()[k];
    }
    const double rms = std::sqrt(sum / static_cast<double>(s.raw.data.size()));  // [V]
    EXPECT_GT(rms, 5e-6);  // as EEG has, a few to a hundred microvolt
    EXPECT_LT(rms, 1e-4);
}

// The truth says that 0.7 of the hand areas' power at mu goes in T1. What C3 shows is less, because background adds to
// both: the ratio lies between 0.3 and 1. Twenty-two tasks of each kind make the ratio's error about 0.1.
TEST(Synthesis, hands_and_feet_weaken_their_own_rhythm_only) {
    const SyntheticRecording s = synthetic_motor_imagery(5, 375);
    const double mu = s.truth.mu_frequency;
    const auto ratio = [&](const char* channel, const char* task) {
        return band_power(s.raw, channel, task, mu - 1.5, mu + 1.5) /
               band_power(s.raw, channel, "T0", mu - 1.5, mu + 1.5);
    };
    EXPECT_LT(ratio("C3", "T1"), 0.65);
    EXPECT_LT(ratio("C4", "T1"), 0.65);
    EXPECT_GT(ratio("C3", "T2"), 0.7);
    EXPECT_LT(ratio("Cz", "T2"), 0.65);
    EXPECT_GT(ratio("Oz", "T1"), 0.7);
}

TEST(Synthesis, blinks_are_largest_above_the_eyes_and_line_noise_is_at_60_Hz) {
    const SyntheticRecording s = synthetic_motor_imagery(2, 60);
    ASSERT_FALSE(s.truth.blinks.empty());
    const auto mean_peak = [&](const char* channel) {
        double sum = 0;
        for (const double t : s.truth.blinks) {
            sum += s.raw.data(channel_index(s.raw.info, channel), static_cast<index>(std::nearbyint(t * 160)));
        }
        return sum / static_cast<double>(s.truth.blinks.size());
    };
    EXPECT_GT(std::abs(mean_peak("Fpz")), 5e-5);
    EXPECT_LT(std::abs(mean_peak("Oz")), 0.5 * std::abs(mean_peak("Fpz")));
    WelchOptions options;
    options.fmin = 50;
    options.fmax = 70;
    const Spectrum spectrum = psd_welch(s.raw, options);
    index largest = 0;
    for (index k = 1; k < spectrum.data.extent(2); ++k) {
        largest = spectrum.data(0, 8, k) > spectrum.data(0, 8, largest) ? k : largest;
    }
    EXPECT_NEAR(spectrum.freqs[static_cast<std::size_t>(largest)], 60, 0.7);
}

TEST(Synthesis, the_same_seed_gives_the_same_bits_on_any_number_of_threads) {
    const auto make = [](std::uint64_t seed, int threads) {
        const ThreadLimit limit(threads);
        return synthetic_motor_imagery(seed, 20).raw.data;
    };
    const auto one = make(3, 1), eight = make(3, 8), other = make(4, 1);
    const auto size = sizeof(double) * static_cast<std::size_t>(one.size());
    EXPECT_EQ(std::memcmp(one.data(), eight.data(), size), 0);
    EXPECT_NE(std::memcmp(one.data(), other.data(), size), 0);
}

TEST(Synthesis, refuses_durations_and_rates_that_hold_no_task_or_line_noise) {
    EXPECT_THROW(synthetic_motor_imagery(1, 5), InvalidInput);
    EXPECT_THROW(synthetic_motor_imagery(1, 60, 100), InvalidInput);
}

}  // namespace ranvier::meeg
