#include "ranvier/meeg/motor_sources.hpp"

#include <gmock/gmock.h>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/forward/synthesis.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"

namespace ranvier::meeg {

namespace {

const Step quiet = [](const std::string&, const std::function<void()>& work) { work(); };

struct Synthetic {
    SynthesisTruth truth;
    MotorImagery found;
};
const Synthetic& synthetic() {
    static const Synthetic made = [] {
        SyntheticRecording recording = synthetic_motor_imagery(1);
        return Synthetic{recording.truth, motor_imagery(std::move(recording.raw), quiet)};
    }();
    return made;
}

double apart(const Point& a, const Point& b) { return norm(minus(a, b)); }

}  // namespace

// Dipoles below C3 and C4 lose 8–13 Hz power for hands, one below Cz for feet; the surface is a sphere at their depth.
TEST(MotorSources, power_falls_most_where_dipoles_lose_it) {
    const auto& [truth, found] = synthetic();
    const ImagerySurface shell = imagery_shell(found.raw.info);
    const MotorSources sources = motor_sources(found, shell, quiet);
    EXPECT_EQ(sources.n_sources, 10242);  // all are inside of the brain
    EXPECT_NEAR(sources.head.layers.back().radius, truth.head.radii.back(), 1e-6);
    ASSERT_EQ(sources.peaks.size(), 4u);
    // 2 cm: minimum norms of 64 electrodes spread a source over some centimetres
    EXPECT_LT(apart(sources.peaks[0].place, truth.dipoles[0].position), 0.02);
    EXPECT_LT(apart(sources.peaks[1].place, truth.dipoles[1].position), 0.02);
    EXPECT_LT(apart(sources.peaks[2].place, truth.dipoles[2].position), 0.02);
    EXPECT_LT(apart(sources.peaks[3].place, truth.dipoles[2].position), 0.02);
    for (const auto& peak : sources.peaks) {
        EXPECT_LT(peak.change, -50) << peak.task;
    }
    ASSERT_EQ(sources.areas.size(), 3u);
    EXPECT_LT(sources.areas[0].hands, sources.areas[0].feet - 30);  // left hand
    EXPECT_LT(sources.areas[1].feet, sources.areas[1].hands - 30);  // foot
    EXPECT_LT(sources.areas[2].hands, sources.areas[2].feet - 30);  // right hand
}

TEST(MotorSources, the_same_bits_on_any_number_of_threads) {
    const auto& found = synthetic().found;
    const ImagerySurface shell = imagery_shell(found.raw.info, 3);
    const MotorSources one = [&] {
        const ThreadLimit limit(1);
        return motor_sources(found, shell, quiet);
    }();
    const ThreadLimit limit(3);
    const MotorSources three = motor_sources(found, shell, quiet);
    EXPECT_EQ(one.hands, three.hands);
    EXPECT_EQ(one.feet, three.feet);
}

}  // namespace ranvier::meeg
