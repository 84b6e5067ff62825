#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/sparse/mixed_norm.hpp"
#include "tests/meeg/sparse/planted.hpp"

namespace ranvier::meeg {
namespace {

using testing::HasSubstr;

GaborFrame frame_of(std::vector<index> wsize, std::vector<index> tstep, index times) { return {wsize, tstep, times}; }

TEST(Gabor, AFrameIsTightAndItsTransposeIsItsAdjoint) {
    RandomStream random(5);
    for (const auto& frame : {frame_of({16}, {4}, 50), frame_of({4}, {2}, 7), frame_of({64, 16}, {4, 2}, 41)}) {
        const index T = frame.times(), n = frame.coefficients();
        std::vector<double> x(T), back(T), adjoint(T);
        std::vector<std::complex<double>> z(n), any(n);
        for (double& value : x) {
            value = random.normal();
        }
        for (auto& value : any) {
            value = {random.normal(), random.normal()};
        }
        frame.analyse(1, x.data(), T, z.data());
        frame.synthesise(1, z.data(), back.data(), T);
        double norm = 0, counted = 0;
        for (index t = 0; t < T; ++t) {
            EXPECT_NEAR(back[t], x[t], 1e-13);
            norm += x[t] * x[t];
        }
        frame.synthesise(1, any.data(), adjoint.data(), T);
        double here = 0, there = 0;
        for (index i = 0; i < n; ++i) {
            counted += frame.counts()[i] * std::norm(z[i]);
            here += frame.counts()[i] * (z[i].real() * any[i].real() + z[i].imag() * any[i].imag());
        }
        for (index t = 0; t < T; ++t) {
            there += x[t] * adjoint[t];
        }
        EXPECT_NEAR(counted, norm, 1e-12 * norm);
        EXPECT_NEAR(here, there, 1e-12 * norm);
    }
}

// The dual norm is what no product exceeds: ⟨y, x⟩ ≤ ν(y) Ω(x) for all x, with equality for one of them, the gradient
// of ν at y: x_i ∝ (y_i − r w_i ν)₊.
TEST(EpsilonNorm, IsTheDualOfBothNormsTogether) {
    RandomStream random(11);
    for (const double r : {0.0, 0.05, 0.3, 0.9, 1.0}) {
        for (const bool weighted : {false, true}) {
            std::vector<double> y(9), counts(9), weights(weighted ? 9 : 0);
            for (int i = 0; i < 9; ++i) {
                y[i] = std::abs(random.normal());
                counts[i] = 1 + i % 2;
            }
            for (double& w : weights) {
                w = 0.5 + random.uniform();
            }
            const double s = weighted ? 1.7 : 1.0, nu = epsilon_norm(y, counts, r, s, weights);
            const auto omega = [&](const std::vector<double>& x) {
                double squares = 0, absolute = 0;
                for (int i = 0; i < 9; ++i) {
                    squares += counts[i] * x[i] * x[i];
                    absolute += counts[i] * (weighted ? weights[i] : 1) * x[i];
                }
                return (1 - r) * s * std::sqrt(squares) + r * absolute;
            };
            const auto product = [&](const std::vector<double>& x) {
                double sum = 0;
                for (int i = 0; i < 9; ++i) {
                    sum += counts[i] * x[i] * y[i];
                }
                return sum;
            };
            std::vector<double> x(9);
            for (int trial = 0; trial < 200; ++trial) {
                for (double& value : x) {
                    value = random.uniform() < 0.5 ? 0 : std::abs(random.normal());
                }
                EXPECT_LE(product(x), nu * omega(x) * (1 + 1e-12));
            }
            if (r < 1) {
                for (int i = 0; i < 9; ++i) {
                    x[i] = std::max(0.0, y[i] - r * (weighted ? weights[i] : 1) * nu);
                }
                EXPECT_NEAR(product(x), nu * omega(x), 1e-12 * product(x)) << r;
            }
        }
    }
    EXPECT_EQ(epsilon_norm(std::vector<double>(3), std::vector<double>(3, 1.0), 0.4), 0);
}

TEST(TfMixedNorm, WithoutAPenaltyOnCoefficientsItIsTheMixedNorm) {
    const auto p = planted(40, 100, 3, 30, {5, 60, 99}, 0.05);
    const double alpha = 0.3 * largest_product(p.G, p.M, 3);
    const auto frame = frame_of({8}, {4}, 30);
    EXPECT_NEAR(largest_tf_penalty(p.M, p.G, frame, 0, 3), largest_product(p.G, p.M, 3), 1e-10);
    TfMixedNormOptions options;
    options.n_orient = 3;
    options.maxit = 3000;
    options.tol = 1e-10;
    const auto tf = tf_mixed_norm(p.M, p.G, alpha, 0, frame, options);
    MixedNormOptions plain;
    plain.n_orient = 3;
    plain.tol = 1e-10;
    const auto mxne = mixed_norm(p.M, p.G, alpha, plain);
    EXPECT_EQ(tf.active, mxne.active);
    EXPECT_NEAR(tf.certificate.objective, mxne.certificate.objective, 2e-10);
    for (index i = 0; i < tf.X.size(); ++i) {
        EXPECT_NEAR(tf.X.data()[i], mxne.X.data()[i], 1e-3);
    }
}

TEST(TfMixedNorm, PlantedSourcesAreFoundWithACertificate) {
    const auto p = planted(60, 200, 3, 40, {17, 120, 199}, 0.05);
    for (const auto& frame : {frame_of({16}, {4}, 40), frame_of({16, 8}, {4, 2}, 40)}) {
        const double alpha = 0.4 * largest_tf_penalty(p.M, p.G, frame, 0.05, 3);
        TfMixedNormOptions options;
        options.n_orient = 3;
        options.maxit = 3000;
        options.tol = 1e-7;
        const auto solution = tf_mixed_norm(p.M, p.G, 0.95 * alpha, 0.05 * alpha, frame, options);
        EXPECT_EQ(solution.active, p.active);
        EXPECT_TRUE(solution.certificate.converged);
        EXPECT_LE(solution.certificate.gap, 1e-7);
        const auto silent = tf_mixed_norm(p.M, p.G, 0.95 * 2.51 * alpha, 0.05 * 2.51 * alpha, frame, options);
        EXPECT_TRUE(silent.active.empty());
        EXPECT_TRUE(silent.certificate.converged);
        const auto loud = tf_mixed_norm(p.M, p.G, 0.95 * 2.49 * alpha, 0.05 * 2.49 * alpha, frame, options);
        EXPECT_EQ(loud.active.size(), 1u);
    }
}

TEST(TfMixedNorm, ReweightingLeavesFewerCoefficientsAndLowersItsObjective) {
    const auto p = planted(40, 60, 1, 40, {17, 30}, 0.2);
    const auto frame = frame_of({16}, {4}, 40);
    const double alpha = 0.15 * largest_tf_penalty(p.M, p.G, frame, 0.1, 1);
    TfMixedNormOptions options;
    options.maxit = 3000;
    options.tol = 1e-6;
    const auto once = tf_mixed_norm(p.M, p.G, 0.9 * alpha, 0.1 * alpha, frame, options);
    const auto often = iterative_tf_mixed_norm(p.M, p.G, 0.9 * alpha, 0.1 * alpha, 20, frame, options);
    EXPECT_GT(once.active.size(), often.active.size());
    EXPECT_EQ(often.active, p.active);
    for (std::size_t k = 1; k < often.objectives.size(); ++k) {
        EXPECT_LE(often.objectives[k], often.objectives[k - 1] + 1e-5);
    }
}

TEST(TfMixedNorm, WhatHasNotConvergedIsNeverCalledConvergedAndBitsStayOnAnyNumberOfThreads) {
    const auto p = planted(40, 300, 3, 20, {5, 60, 99}, 0.3);
    const auto frame = frame_of({8}, {2}, 20);
    const double alpha = 0.05 * largest_tf_penalty(p.M, p.G, frame, 0.1, 3);
    TfMixedNormOptions options;
    options.n_orient = 3;
    options.maxit = 2;
    const LogSink before = set_log_sink([](LogLevel, const std::string&) {});
    const auto at = [&](int n) {
        const ThreadLimit limit(n);
        return tf_mixed_norm(p.M, p.G, 0.9 * alpha, 0.1 * alpha, frame, options);
    };
    const auto one = at(1), three = at(3);
    set_log_sink(before);
    EXPECT_FALSE(one.certificate.converged);
    EXPECT_THAT(in_words(one.certificate), HasSubstr("NOT converged"));
    EXPECT_EQ(one.certificate.gap, three.certificate.gap);
    EXPECT_EQ(one.X.extents(), three.X.extents());
    EXPECT_EQ(std::memcmp(one.X.data(), three.X.data(), static_cast<std::size_t>(one.X.size()) * sizeof(double)), 0);
}

TEST(TfMixedNorm, WindowsThatMakeNoFrameAreRefused) {
    const auto refusal = [](std::vector<index> wsize, std::vector<index> tstep) {
        try {
            GaborFrame(wsize, tstep, 20);
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string("nothing was refused");
    };
    EXPECT_THAT(refusal({10}, {2}), HasSubstr("wsize must be a multiple of 4; got 10"));
    EXPECT_THAT(refusal({16}, {16}), HasSubstr("at most half of it; got 16"));
    EXPECT_THAT(refusal({16}, {6}), HasSubstr("a divisor of wsize = 16"));
    EXPECT_THAT(refusal({16, 8}, {4}), HasSubstr("got 2 and 1"));
}

}  // namespace
}  // namespace ranvier::meeg
