#include "ranvier/signals/signals.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace ranvier::signals {

namespace {

std::string message_of(const auto& thing) {
    try {
        check(thing);
    } catch (const InvalidInput& error) {
        return error.what();
    }
    return "";
}

Dipoles two_dipoles() {
    Dipoles d;
    d.positions = Array<double, 2>({2, 3});
    d.orientations = Array<double, 2>({2, 3});
    d.moments = Array<double, 2>({2, 5});
    d.orientations(0, 2) = 1;
    d.orientations(1, 0) = 0.6;
    d.orientations(1, 1) = -0.8;
    return d;
}

}  // namespace

TEST(SpikeTrain, sorted_times_inside_the_window_are_accepted_ends_included) {
    EXPECT_EQ(message_of(SpikeTrain{{0.0, 0.5, 0.5, 1.0}, {0, 1}, "a"}), "");
    EXPECT_EQ(message_of(SpikeTrain{{}, {0, 0}, "silent"}), "");
}

TEST(SpikeTrain, the_offending_spike_is_named) {
    const std::string rule = "spike times must be finite, sorted and inside the window; spike ";
    EXPECT_EQ(message_of(SpikeTrain{{0.2, 0.1}, {0, 1}, "a"}), rule + "1 of 'a' is at 0.1 s");
    EXPECT_EQ(message_of(SpikeTrain{{0.2, 1.5}, {0, 1}, "b"}), rule + "1 of 'b' is at 1.5 s");
    EXPECT_EQ(message_of(SpikeTrain{{std::numeric_limits<double>::quiet_NaN()}, {0, 1}, "c"}),
              rule + "0 of 'c' is at nan s");
    EXPECT_EQ(message_of(SpikeTrain{{}, {1, 0}, "d"}), "a spike train's window must not end before it starts");
}

TEST(Signal, names_and_rate_must_fit) {
    Signal s;
    s.data = Array<double, 2>({2, 10});
    EXPECT_EQ(message_of(s), "a signal's sampling rate must be > 0 Hz; got 0.0");
    s.sfreq = 100;
    EXPECT_EQ(message_of(s), "");
    s.names = {"a", "b", "c"};
    EXPECT_EQ(message_of(s), "a signal needs one name per channel; got 3 names for 2 channels");
}

TEST(Dipoles, orientations_must_have_unit_length) {
    Dipoles d = two_dipoles();
    EXPECT_EQ(message_of(d), "");
    d.orientations(1, 0) = 0;
    EXPECT_EQ(message_of(d), "a dipole's orientation must have unit length; that of dipole 1 has 0.8");
}

TEST(Dipoles, shapes_must_agree) {
    Dipoles d = two_dipoles();
    d.moments = Array<double, 2>({3, 5});
    EXPECT_EQ(message_of(d), "dipoles need as many orientations and moments as positions; got 2 and 3 for 2");
    d.positions = Array<double, 2>({2, 2});
    EXPECT_EQ(message_of(d), "dipoles live in three dimensions");
}

TEST(Interval, has_a_length) { EXPECT_EQ((Interval{0.5, 2}.length()), 1.5); }

}  // namespace ranvier::signals
