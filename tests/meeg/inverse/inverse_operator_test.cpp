#include "ranvier/meeg/inverse/inverse_operator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/inverse/kernel.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "tests/meeg/priors/random_head.hpp"

namespace ranvier::meeg {
namespace {

constexpr double lambda2 = 1.0 / 9;

/// R Gᵀ (G R Gᵀ + λ² C)⁻¹ with R = diag(source covariance): the estimate of least weighted power, by its formula.
Array<double, 2> minimum_norm_matrix(const RandomHead& head, const std::vector<double>& source_cov) {
    const Array<double, 2>& gain = head.forward.gain;
    const index n = gain.extent(0), columns = gain.extent(1);
    Array<double, 2> weighted({n, columns}), power = head.noise.data;
    for (index c = 0; c < n; ++c) {
        for (index i = 0; i < columns; ++i) {
            weighted(c, i) = gain(c, i) * source_cov[static_cast<std::size_t>(i)];
        }
    }
    for (index k = 0; k < power.size(); ++k) {
        power.data()[k] *= lambda2;
    }
    const auto product = numerics::matmul(weighted.view(), gain.view().transposed());
    for (index k = 0; k < power.size(); ++k) {
        power.data()[k] += product.data()[k];
    }
    // The transpose of what is wanted, as the matrix to be inverted is symmetric.
    return Array<double, 2>(numerics::solve(power, weighted).view().transposed());
}

void expect_near(View<const double, 2> a, View<const double, 2> b, double tolerance) {
    ASSERT_EQ(a.extents(), b.extents());
    double largest = 0;
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            largest = std::max(largest, std::abs(b(i, j)));
        }
    }
    for (index i = 0; i < a.extent(0); ++i) {
        for (index j = 0; j < a.extent(1); ++j) {
            ASSERT_NEAR(a(i, j), b(i, j), tolerance * largest) << i << ", " << j;
        }
    }
}

InverseOperator made(const RandomHead& head, double loose, std::optional<DepthRule> depth = {}) {
    PriorOptions priors;
    priors.loose = {loose};
    priors.depth = depth;
    return make_inverse_operator(head.info, head.forward, head.noise, priors);
}

Array<double, 2> kernel_of(const InverseOperator& inverse, InverseMethod method) {
    InverseKernel kernel = inverse_kernel(prepare(inverse, 1, lambda2, method),
                                          {.method = method, .pick = PickedDirection::vector, .sources = {}});
    return kernel.kernel;
}

TEST(InverseOperator, ItsKernelIsThatOfTheFormula) {
    for (const index n_orient : {1, 3}) {
        for (const bool with_depth : {false, true}) {
            const RandomHead head = random_head(20, 70, n_orient);
            const InverseOperator inverse =
                made(head, n_orient == 1 ? 0 : 0.4, with_depth ? std::optional(DepthRule{}) : std::nullopt);
            expect_near(kernel_of(inverse, InverseMethod::minimum_norm), minimum_norm_matrix(head, inverse.source_cov),
                        1e-11);
        }
    }
}

TEST(InverseOperator, WhitenedSignalAndNoiseHaveTheSamePower) {
    const InverseOperator inverse = made(random_head(20, 70, 3), 1);
    double power = 0;
    for (const double s : inverse.sing) {
        power += s * s;
    }
    EXPECT_NEAR(power, 20, 1e-10);
}

TEST(InverseOperator, FewerSourcesThanSensorsAreNoHindrance) {
    const RandomHead head = random_head(20, 4, 3);
    const InverseOperator inverse = made(head, 1);
    ASSERT_EQ(inverse.sing.size(), 20u);
    EXPECT_GT(inverse.sing[11], 1e-3);
    EXPECT_EQ(inverse.sing[12], 0);
    expect_near(kernel_of(inverse, InverseMethod::minimum_norm), minimum_norm_matrix(head, inverse.source_cov), 1e-11);
}

TEST(InverseOperator, ChannelsThatAreBadOrInAnotherOrderAreTheRightOnes) {
    RandomHead head = random_head(20, 70, 1);
    const InverseOperator whole = made(head, 0);
    // The forward solution's rows in reverse: the operator has the recording's order.
    std::vector<std::string> names(head.forward.names.rbegin(), head.forward.names.rend());
    pick_channels(head.forward, names, true);
    const InverseOperator turned = made(head, 0);
    EXPECT_EQ(turned.names, whole.names);
    EXPECT_EQ(turned.sing.size(), whole.sing.size());
    expect_near(kernel_of(turned, InverseMethod::minimum_norm), kernel_of(whole, InverseMethod::minimum_norm), 1e-11);
    head.info.bads = {head.info.channels[3].name};
    const InverseOperator without = made(head, 0);
    EXPECT_EQ(std::ssize(without.names), 19);
    EXPECT_EQ(std::ranges::count(without.names, head.info.bads[0]), 0);
}

// Noise at the sensors makes sources of variance 1 under dSPM's normalisation: rows of the kernel have unit length
// there.
TEST(InverseOperator, NoiseNormsMakeNoiseAVarianceOfOne) {
    const RandomHead head = random_head(20, 70, 1);
    const InverseOperator inverse = made(head, 0);
    InverseKernel kernel = inverse_kernel(prepare(inverse, 1, lambda2, InverseMethod::dspm),
                                          {.method = InverseMethod::dspm, .sources = {}});
    fold_norm(kernel);
    const auto spread = numerics::matmul(kernel.kernel.view(), head.noise.data.view());
    for (index s = 0; s < 70; ++s) {
        double variance = 0;
        for (index c = 0; c < 20; ++c) {
            variance += spread(s, c) * kernel.kernel(s, c);
        }
        EXPECT_NEAR(variance, 1, 1e-10) << s;
    }
}

// Of one source without noise, sLORETA and eLORETA are largest where it is: Pascual-Marqui 2002, 2011.
TEST(InverseOperator, SloretaAndEloretaFindASingleSource) {
    const RandomHead head = random_head(20, 70, 1);
    const InverseOperator inverse = made(head, 0);
    for (const InverseMethod method : {InverseMethod::sloreta, InverseMethod::eloreta}) {
        const InverseOperator prepared = prepare(inverse, 1, lambda2, method, {.eps = 1e-9, .max_iter = 300});
        InverseKernel kernel = inverse_kernel(prepared, {.method = method, .sources = {}});
        if (!kernel.norm.empty()) {
            fold_norm(kernel);
        }
        const auto seen = numerics::matmul(kernel.kernel.view(), head.forward.gain.view());
        for (index s = 0; s < 70; ++s) {
            index best = 0;
            for (index k = 0; k < 70; ++k) {
                best = std::abs(seen(k, s)) > std::abs(seen(best, s)) ? k : best;
            }
            EXPECT_EQ(best, s);
        }
    }
}

// What eLORETA's weights are: w = (gᵀ (G W Gᵀ + λ² C)⁻¹ g)^-½ of every source, with one column or three.
TEST(Eloreta, ItsWeightsAreAFixedPoint) {
    for (const index n_orient : {1, 3}) {
        const RandomHead head = random_head(20, 130, n_orient);
        InverseOperator inverse = made(head, n_orient == 1 ? 0 : 1);
        weigh_by_eloreta(inverse, lambda2, {.eps = 1e-12, .max_iter = 1000});
        // Whitened gain · W^½ is fieldsᵀ · diag(sing) · Vᵀ, and leads are W^½ · V.
        const index n = 20, columns = 130 * n_orient;
        Array<double, 2> of_sources({n, n});  // G W Gᵀ, whitened and turned: diag(sing²)
        for (index k = 0; k < n; ++k) {
            of_sources(k, k) = inverse.sing[static_cast<std::size_t>(k)] * inverse.sing[static_cast<std::size_t>(k)];
        }
        // (G W)ᵀ, turned alike, is leads · diag(sing): a source's rows are W g.
        Array<double, 2> weighted({columns, n});
        for (index i = 0; i < columns; ++i) {
            for (index k = 0; k < n; ++k) {
                weighted(i, k) = (*inverse.leads)(i, k) * inverse.sing[static_cast<std::size_t>(k)];
            }
        }
        double size = 0;  // up to the factor that gives the trace its size, which is the same for all
        // With M = (diag(sing²) + λ²)⁻¹ the fixed point says: (W g)ᵀ M (W g) = W (gᵀ M g) W = 1 for every source.
        for (index s = 0; s < 130; ++s) {
            for (index a = 0; a < n_orient; ++a) {
                for (index b = 0; b < n_orient; ++b) {
                    double sum = 0;
                    for (index k = 0; k < n; ++k) {
                        sum += weighted(s * n_orient + a, k) * weighted(s * n_orient + b, k) /
                               (of_sources(k, k) + lambda2);
                    }
                    size = size == 0 ? sum : size;
                    EXPECT_NEAR(sum, a == b ? size : 0.0, 1e-7 * size) << s << ": " << a << ", " << b;
                }
            }
        }
    }
}

TEST(InverseOperator, ItsBitsAreTheSameOnAnyNumberOfThreads) {
    const RandomHead head = random_head(20, 1500, 3);
    for (const InverseMethod method : {InverseMethod::dspm, InverseMethod::eloreta}) {
        const ThreadLimit one(1);
        const auto alone = kernel_of(made(head, 0.2, DepthRule{}), method);
        const ThreadLimit several(2);
        const auto together = kernel_of(made(head, 0.2, DepthRule{}), method);
        for (index k = 0; k < alone.size(); ++k) {
            ASSERT_EQ(alone.data()[k], together.data()[k]);
        }
    }
}

TEST(InverseOperator, OrientationsThatAreNotThereAndChannelsThatAreNotShared) {
    const RandomHead fixed = random_head(20, 70, 1);
    EXPECT_THROW(made(fixed, 0.2), InvalidInput);
    RandomHead strange = random_head(20, 70, 1);
    for (std::string& name : strange.noise.names) {
        name += "X";
    }
    EXPECT_THROW(made(strange, 0), InvalidInput);
}

}  // namespace
}  // namespace ranvier::meeg
