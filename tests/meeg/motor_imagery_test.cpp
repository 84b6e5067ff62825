#include "ranvier/meeg/motor_imagery.hpp"

#include <gmock/gmock.h>

#include "ranvier/meeg/forward/synthesis.hpp"

namespace ranvier::meeg {

// The synthetic recording has rhythms that hands weaken at C3 and C4, feet at Cz.
TEST(MotorImagery, finds_the_rhythms_that_were_put_in) {
    std::vector<std::string> steps;
    const MotorImagery found =
        motor_imagery(synthetic_motor_imagery(1).raw, [&](const std::string& name, const std::function<void()>& work) {
            steps.push_back(name);
            work();
        });
    EXPECT_THAT(steps, testing::ElementsAre("Re-reference", "Spectrum (Welch)", "Band-pass 1 to 40 Hz",
                                            "Find events, cut epochs", "Average", "Time-frequency (Morlet)"));
    EXPECT_EQ(found.raw.info.lowpass, 40);
    EXPECT_EQ(found.spectrum.info.lowpass, found.raw.info.sfreq / 2);
    EXPECT_LE(found.hands.n_epochs() + found.feet.n_epochs(), found.n_events);
    ASSERT_EQ(found.sites.size(), 3u);
    for (const auto& site : found.sites) {
        const bool foot = site.channel == "Cz";
        EXPECT_LT(foot ? site.feet : site.hands, -15) << site.channel;
        EXPECT_LT(foot ? site.feet - site.hands : site.hands - site.feet, -10) << site.channel;
    }
    EXPECT_EQ(found.power[2].second.data(0, 3, 5),
              found.power[0].second.data(0, 3, 5) - found.power[1].second.data(0, 3, 5));
}

}  // namespace ranvier::meeg
