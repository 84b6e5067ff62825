// What spikes do at the synapses that come with Ranvier: their own statements, with the equations solved in between.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ranvier/compile/ode/adaptive.hpp"
#include "tests/compile/lower/lowered.hpp"

namespace ranvier::compile {
namespace {

using language::Model;
using Vector = std::vector<double>;

/// One synapse, driven by hand.
class Synapse {
public:
    Synapse(const std::string& name, const std::string& preset, std::map<std::string, double> given)
        : model_(language::loaded(name)), system_(model_, language::parameter_values(model_, preset, given)) {
        const auto values = language::parameter_values(model_, preset, given);
        const auto initial = language::initial_values(model_, values, preset);
        for (const auto& s : model_.states) {
            x_.push_back(initial.at(s.name));
        }
    }

    /// The equations up to t, and there the statements of "pre" or "post" that concern the synapse itself.
    void spike(double t, const std::string& pathway) {
        if (t > t_) {
            AdaptiveOptions options;
            options.method = Adaptive::dop853;
            options.rtol = 1e-13;
            options.atol = {1e-24};
            const Solution s = solve(system_, t_, t, x_, options);
            ASSERT_TRUE(s.success()) << s.message;
            x_.assign(s.x.end() - s.size, s.x.end());
            t_ = t;
        }
        for (const auto& p : model_.pathways) {
            if (p.name == pathway) {
                auto own = p.statements;
                std::erase_if(own, [](const auto& s) { return s.side != language::Side::own; });
                system_.run_statements(pathway, own, t, x_);
            }
        }
    }
    double operator[](const std::string& name) const {
        const auto& names = system_.names();
        const auto at = std::find(names.begin(), names.end(), name);
        return at == names.end() ? system_.parameter(name) : x_[static_cast<std::size_t>(at - names.begin())];
    }

private:
    Model model_;
    System system_;
    Vector x_;
    double t_ = 0;
};

TEST(Synapses, resources_and_their_use_follow_tsodyks_pawelzik_and_markram) {
    // From spike to spike: y decays, z = 1 − x − y recovers with tau_rec and is fed by y; u decays with tau_f.
    const double A = 1e-12, interval = 50e-3;  // 20 Hz, the paper's figure 1
    const struct {
        const char* preset;
        double U, rec, f, in;
    } cases[] = {{"depressing", 0.5, 0.8, 1e-3, 3e-3}, {"facilitating", 0.03, 0.13, 0.53, 1.5e-3}};
    for (const auto& c : cases) {
        Synapse synapse("tsodyks_markram", c.preset, {{"A", A}});
        double x = 1, y = 0, u = 0;
        Vector active;
        for (int spike = 0; spike < 20; ++spike) {
            synapse.spike(interval * (spike + 1), "pre");
            const double z = 1 - x - y, e_rec = std::exp(-interval / c.rec), e_in = std::exp(-interval / c.in);
            const double fed = y * c.rec / (c.in - c.rec) * (e_in - e_rec);  // z' = y/τ_in − z/τ_rec
            y *= e_in;
            x = 1 - y - (z * e_rec + fed);
            u = u * std::exp(-interval / c.f) * (1 - c.U) + c.U;
            active.push_back(u * x);
            y += u * x;
            x -= u * x;
            EXPECT_NEAR(synapse["u"], u, 1e-12) << c.preset;
            EXPECT_NEAR(synapse["x"], x, 1e-12) << c.preset;
            EXPECT_NEAR(synapse["y"], y, 1e-12) << c.preset;
        }
        // The first response of a depressing synapse is the largest; a facilitating one grows before it saturates.
        const auto largest = std::max_element(active.begin(), active.end()) - active.begin();
        EXPECT_TRUE(c.U > 0.1 ? largest == 0 && active.back() < 0.2 * active[0] : largest > 3);
    }
}

TEST(Synapses, the_window_of_song_miller_and_abbott) {
    const double w_max = 0.15e-9, w = w_max / 2;
    for (const double lag : {1e-3, 5e-3, 20e-3, 60e-3}) {
        Synapse up("stdp", "", {{"w", w}}), down("stdp", "", {{"w", w}});
        up.spike(0.1, "pre");
        up.spike(0.1 + lag, "post");
        down.spike(0.1, "post");
        down.spike(0.1 + lag, "pre");
        EXPECT_NEAR(up["w"] - w, 0.005 * w_max * std::exp(-lag / 20e-3), 1e-13 * w_max);
        EXPECT_NEAR(down["w"] - w, -1.05 * 0.005 * w_max * std::exp(-lag / 20e-3), 1e-13 * w_max);
    }
    Synapse high("stdp", "", {{"w", w_max}});
    high.spike(0.1, "pre");
    high.spike(0.101, "post");
    EXPECT_EQ(high["w"], w_max);  // bounded
}

TEST(Synapses, triplets_of_pfister_and_gerstner) {
    // post–pre–post, by the paper's equations 3 and 4: the second postsynaptic spike finds r1 of the presynaptic one
    // and o2 of the first postsynaptic one; the presynaptic spike depresses by o1.
    const double w = 0.5e-9, w_max = 1e-9, a = 8e-3, b = 12e-3;
    const struct {
        const char* preset;
        double A2p, A3p, A2m, tau_y;
    } sets[] = {{"visual_cortex", 0, 6.5e-3, 7.1e-3, 114e-3}, {"hippocampus", 5.3e-3, 8.0e-3, 3.5e-3, 40e-3}};
    for (const auto& s : sets) {
        Synapse synapse("stdp_triplet", s.preset, {{"w", w}});
        synapse.spike(0.1, "post");
        synapse.spike(0.1 + a, "pre");
        synapse.spike(0.1 + a + b, "post");
        const double depression = -std::exp(-a / 33.7e-3) * s.A2m;
        const double potentiation = std::exp(-b / 16.8e-3) * (s.A2p + s.A3p * std::exp(-(a + b) / s.tau_y));
        EXPECT_NEAR((synapse["w"] - w) / w_max, depression + potentiation, 1e-13) << s.preset;
    }
    // Pairs of pre before post do nothing at 1 Hz and potentiate the more the faster they follow each other: what pairs
    // alone can't say (the paper's figure 3, after Sjöström and others 2001).
    double before = 0;
    for (const double rate : {1.0, 10.0, 20.0, 40.0}) {
        Synapse synapse("stdp_triplet", "visual_cortex", {{"w", w}});
        for (int pair = 0; pair < 15; ++pair) {
            synapse.spike(0.1 + pair / rate, "pre");
            synapse.spike(0.1 + pair / rate + 10e-3, "post");
        }
        const double change = (synapse["w"] - w) / w_max;
        if (rate == 1) {
            EXPECT_NEAR(change, 0, 1e-3);
        } else {
            EXPECT_GT(change, before + 0.01);
        }
        before = change;
    }
}

TEST(Synapses, weight_dependence_of_van_rossum_and_of_morrison) {
    const double lag = 7e-3, trace = std::exp(-lag / 20e-3);
    for (const double w : {0.1e-9, 0.4e-9}) {
        Synapse up("stdp_multiplicative", "", {{"w", w}, {"sigma", 0}}), down = up;
        up.spike(0.1, "pre");
        up.spike(0.1 + lag, "post");
        down.spike(0.1, "post");
        down.spike(0.1 + lag, "pre");
        EXPECT_NEAR(up["w"] - w, 1e-12 * trace, 1e-22);         // 1 pS, whatever the weight
        EXPECT_NEAR(down["w"] - w, -0.003 * w * trace, 1e-22);  // a fraction of it
    }
    for (const double w : {20e-12, 45.5e-12, 90e-12}) {
        Synapse up("stdp_power_law", "", {{"w", w}}), down = up;
        up.spike(0.1, "pre");
        up.spike(0.1 + lag, "post");
        down.spike(0.1, "post");
        down.spike(0.1 + lag, "pre");
        EXPECT_NEAR(up["w"] - w, 0.1 * 1e-12 * std::pow(w / 1e-12, 0.4) * trace, 1e-23);
        EXPECT_NEAR(down["w"] - w, -0.1 * 0.11 * w * trace, 1e-23);
    }
}

TEST(Synapses, conductances_peak_where_they_should) {
    // alpha: w at tau; bi-exponential: w at t_peak. Solved up to the peak, where the slope vanishes.
    const double w = 1e-9;
    Synapse alpha("alpha_synapse", "", {{"w", w}});
    alpha.spike(0.01, "pre");
    alpha.spike(0.012, "nothing");
    EXPECT_NEAR(alpha["g"], w, 1e-11 * w);
    const double rise = 0.5e-3, decay = 5e-3, peak = decay * rise / (decay - rise) * std::log(decay / rise);
    Synapse two("biexponential_synapse", "", {{"w", w}});
    two.spike(0.01, "pre");
    two.spike(0.01 + peak, "nothing");
    EXPECT_NEAR(two["x"] - two["y"], w, 1e-11 * w);
    Synapse one("exponential_synapse", "", {{"w", w}});
    one.spike(0.01, "pre");
    one.spike(0.015, "nothing");
    EXPECT_NEAR(one["g"], w * std::exp(-1), 1e-11 * w);
}

}  // namespace
}  // namespace ranvier::compile
