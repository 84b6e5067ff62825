#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/numerics/wavelet.hpp"

namespace ranvier::meeg {
namespace {

Epochs noise(index n_epochs, index n_channels, index n_times) {
    std::vector<std::string> names;
    for (index k = 0; k < n_channels; ++k) {
        names.push_back(std::to_string(k));
    }
    Array<double, 3> data({n_epochs, n_channels, n_times});
    RandomStream stream(17, 0);
    for (index i = 0; i < data.size(); ++i) {
        data.data()[i] = stream.normal();
    }
    Events events;
    for (index k = 0; k < n_epochs; ++k) {
        events.push_back({k, 0, 1});
    }
    return make_epochs(create_info(names, 100, std::vector<ChannelType>(names.size(), ChannelType::eeg)),
                       std::move(data), std::move(events), 0, {{"1", 1}});
}

TEST(TaperWavelets, are_floor_of_time_bandwidth_minus_1_of_odd_length_and_energy_2) {
    const std::vector<double> freqs{7, 10}, cycles{3, 2};
    const auto sets = numerics::taper_wavelets(100, freqs, cycles, 5.5);
    ASSERT_EQ(sets.size(), 4u);
    for (const auto& set : sets) {
        ASSERT_EQ(set.wavelets.size(), 2u);
        EXPECT_EQ(set.wavelets[0].size(), 43u);  // 3 / 7 s
        EXPECT_EQ(set.wavelets[1].size(), 21u);  // 20 samples, and the zero in front
        EXPECT_EQ(set.wavelets[1][0], std::complex<double>(0));
        for (std::size_t f = 0; f < 2; ++f) {
            double energy = 0;
            std::complex<double> sum = 0;
            for (const auto& value : set.wavelets[f]) {
                energy += std::norm(value);
                sum += value;
            }
            EXPECT_NEAR(energy, 2, 1e-12);
            EXPECT_NEAR(std::abs(sum), 0, 1e-12);
            EXPECT_GT(set.ratios[f], 0.5);
            EXPECT_LE(set.ratios[f], 1);
        }
    }
    EXPECT_GT(sets[0].ratios[0], sets[3].ratios[0]);
}

// The mean over tapers of |z|² is that of the epochs' own maps, whatever the number of threads.
TEST(TaperMaps, have_the_same_bits_with_1_2_and_8_threads_and_average_over_epochs) {
    const Epochs epochs = noise(5, 3, 90);
    TaperOptions options;
    options.freqs = {10, 20};
    options.n_cycles = {3};
    options.decim = 2;
    Array<double, 3> power, itc;
    for (const int threads : {1, 2, 8}) {
        const ThreadLimit bound(threads);
        const PowerAndItc maps = tfr_multitaper(epochs, options);
        if (power.empty()) {
            power = maps.power.data;
            itc = maps.itc.data;
        }
        const auto bytes = sizeof(double) * static_cast<std::size_t>(power.size());
        EXPECT_EQ(std::memcmp(maps.power.data.data(), power.data(), bytes), 0);
        EXPECT_EQ(std::memcmp(maps.itc.data.data(), itc.data(), bytes), 0);
    }
    const AverageTfr mean = average(epochs_tfr_multitaper(epochs, options));
    ASSERT_EQ(mean.data.extents(), power.extents());
    for (index i = 0; i < power.size(); ++i) {
        EXPECT_NEAR(mean.data.data()[i], power.data()[i], 1e-12 * power.data()[i]);
        EXPECT_GE(itc.data()[i], 0);
        EXPECT_LE(itc.data()[i], 1);
    }
    EXPECT_EQ(mean.method, "multitaper");
}

}  // namespace
}  // namespace ranvier::meeg
