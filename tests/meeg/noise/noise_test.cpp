// Covariances, ranks and whitening, from first principles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/noise/covariance.hpp"
#include "ranvier/meeg/noise/estimators.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

using testing::HasSubstr;

/// Correlated Gaussian noise, shape (channels, samples).
Array<double, 2> noise(index channels, index samples, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal;
    Array<double, 2> mix({channels, channels}), white({channels, samples}), data({channels, samples});
    for (index k = 0; k < mix.size(); ++k) {
        mix.data()[k] = 0.3 * normal(random);
    }
    for (index c = 0; c < channels; ++c) {
        mix(c, c) += 1;
    }
    for (index k = 0; k < white.size(); ++k) {
        white.data()[k] = normal(random);
    }
    numerics::matmul(mix, white, data);
    return data;
}

Scatter scatter_of(const Array<double, 2>& data) {
    const Samples samples = samples_of(data, counted(data.extent(0)), 0, data.extent(1));
    return meeg::scatter_of(samples, 0, samples.n);
}

double largest_difference(const Array<double, 2>& a, const Array<double, 2>& b) {
    EXPECT_EQ(a.extents(), b.extents());
    double largest = 0;
    for (index k = 0; k < a.size(); ++k) {
        largest = std::max(largest, std::abs(a.data()[k] - b.data()[k]));
    }
    return largest;
}

Epochs epochs_of(Info info, const Array<double, 2>& data, index n_epochs) {
    const index n = data.extent(1) / n_epochs;
    Array<double, 3> cut({n_epochs, data.extent(0), n});
    Events events;
    for (index k = 0; k < n_epochs; ++k) {
        events.push_back({k * n, 0, 1});
        for (index c = 0; c < data.extent(0); ++c) {
            for (index t = 0; t < n; ++t) {
                cut(k, c, t) = data(c, k * n + t);
            }
        }
    }
    return make_epochs(std::move(info), std::move(cut), events, 0, {}, Baseline{});
}

Info eeg(index n) {
    std::vector<std::string> names;
    for (index k = 0; k < n; ++k) {
        names.push_back("E" + std::to_string(k));
    }
    return create_info(names, 100, ChannelType::eeg);
}

TEST(Scatter, has_the_same_bits_on_any_number_of_threads) {
    const auto data = noise(7, 70'000);
    std::vector<Scatter> all;
    for (const int threads : {1, 2, 8}) {
        const ThreadLimit limit(threads);
        all.push_back(scatter_of(data));
    }
    EXPECT_TRUE(same(all[0].products, all[1].products));
    EXPECT_TRUE(same(all[0].products, all[2].products));
    double sum = 0;
    for (index t = 0; t < 70'000; ++t) {
        sum += data(2, t) * data(5, t);
    }
    EXPECT_NEAR(all[0].products(2, 5), sum, 1e-9 * std::abs(sum));
}

TEST(Rank, directions_of_a_trillionth_count_and_rounding_does_not) {
    // Channels 4 and 5 are sums of others; channel 5 has 1e-12 of its own, which products of samples can't see.
    auto data = noise(6, 5000);
    for (index t = 0; t < 5000; ++t) {
        const double own = data(5, t);
        data(4, t) = data(0, t) + data(1, t);
        data(5, t) = data(2, t) - data(3, t) + 1e-11 * own;
    }
    const Samples samples = samples_of(data, counted(6), 0, 5000);
    const auto s = singular_values(samples, scatter_of(data), identity(6));
    ASSERT_EQ(s.size(), 6U);
    const double tol = 6 * s[0] * 2.2e-16;
    EXPECT_EQ(std::ranges::count_if(s, [&](double x) { return x > tol; }), 5);
    EXPECT_GT(s[4], 1e-12 * s[0]);
    EXPECT_LT(s[4], 1e-10 * s[0]);
}

TEST(Shrinkage, likelihoods_in_the_eigenbasis_are_those_of_the_covariances_themselves) {
    const auto data = noise(5, 900);
    std::vector<HeldOut> folds;
    for (index k = 0; k < 3; ++k) {
        const Samples all = samples_of(data, counted(5), 0, 900);
        HeldOut fold{meeg::scatter_of(all, 0, 300 * k), meeg::scatter_of(all, 300 * k, 300 * (k + 1))};
        add(fold.train, meeg::scatter_of(all, 300 * (k + 1), 900));
        folds.push_back(std::move(fold));
    }
    const std::vector<double> grid{1e-4, 0.1, 0.7, 1};
    const auto fast = shrinkage_likelihoods(folds, counted(5), grid);
    const std::vector<ChannelGroup> one{{"eeg", counted(5)}};
    for (std::size_t k = 0; k < grid.size(); ++k) {
        const Fit fit = [&](const Scatter& s) {
            auto covariance = s.products;
            for (index i = 0; i < covariance.size(); ++i) {
                covariance.data()[i] /= static_cast<double>(s.n);
            }
            return shrunk_covariance(covariance, one, {grid[k]});
        };
        EXPECT_NEAR(fast[k], cross_validated(fit, folds), 1e-12 * std::abs(fast[k])) << grid[k];
    }
}

TEST(Shrinkage, a_covariance_that_is_all_noise_is_shrunk_wholly_and_a_sure_one_hardly) {
    EXPECT_EQ(oas_shrinkage(identity(4), 100), 1);
    const auto data = noise(6, 40'000);
    auto covariance = scatter_of(data).products;
    double fourth = 0;
    for (index t = 0; t < 40'000; ++t) {
        double square = 0;
        for (index c = 0; c < 6; ++c) {
            square += data(c, t) * data(c, t);
        }
        fourth += square * square;
    }
    for (index k = 0; k < covariance.size(); ++k) {
        covariance.data()[k] /= 40'000;
    }
    EXPECT_LT(oas_shrinkage(covariance, 40'000), 1e-3);
    EXPECT_LT(ledoit_wolf_shrinkage(covariance, 40'000, fourth), 1e-3);
    EXPECT_GT(ledoit_wolf_shrinkage(covariance, 40'000, fourth), 0);
}

TEST(Likelihood, of_a_covariance_on_its_own_samples_is_minus_the_entropy) {
    // E −½(xᵀC⁻¹x + ln det 2πC) over the samples that C comes from: −½(p + ln det 2πC).
    const Scatter s = scatter_of(noise(4, 1000));
    auto covariance = s.products;
    for (index k = 0; k < covariance.size(); ++k) {
        covariance.data()[k] /= 1000;
    }
    double log_det = 0;
    for (const double value : numerics::symmetric_eigen(covariance).values) {
        log_det += std::log(2 * std::numbers::pi * value);
    }
    EXPECT_NEAR(gaussian_likelihood(covariance, s), -(4 + log_det) / 2, 1e-12);
}

TEST(LowRank, a_covariance_of_factors_and_noise_is_found_again) {
    // C = w wᵀ + diag(1, 2, 3, 4, 5, 6) is its own best fit with one factor.
    Scatter s{Array<double, 2>({6, 6}), std::vector<double>(6), 1000};
    for (index i = 0; i < 6; ++i) {
        for (index j = 0; j < 6; ++j) {
            s.products(i, j) = 1000 * (3.0 * (1 + 0.2 * static_cast<double>(i)) * (1 + 0.2 * static_cast<double>(j)) +
                                       (i == j ? 1.0 + static_cast<double>(i) : 0.0));
        }
    }
    const auto found = factor_covariance(s, 1, 1e-12, 100'000);
    for (index k = 0; k < 36; ++k) {
        EXPECT_NEAR(found.data()[k], s.products.data()[k] / 1000, 1e-6);  // iterations end near it
    }
    // Noise of one size: the mean of the eigenvalues that are left.
    Scatter diagonal{Array<double, 2>({3, 3}), std::vector<double>(3), 101};
    diagonal.products(0, 0) = 900;
    diagonal.products(1, 1) = 300;
    diagonal.products(2, 2) = 100;
    const auto pca = probabilistic_pca(diagonal, 1);
    EXPECT_NEAR(pca(0, 0), 9, 1e-12);
    EXPECT_NEAR(pca(1, 1), 2, 1e-12);
    EXPECT_NEAR(pca(2, 2), 2, 1e-12);
}

TEST(Covariance, of_epochs_is_the_sum_of_products_by_n_less_one) {
    const auto data = noise(4, 1000);
    const auto epochs = epochs_of(eeg(4), data, 10);
    const auto covariance = compute_covariances({&epochs}).at(0);
    EXPECT_EQ(covariance.nfree, 999);
    Array<double, 2> flat({4, 1000});
    for (index k = 0; k < 10; ++k) {
        for (index c = 0; c < 4; ++c) {
            for (index t = 0; t < 100; ++t) {
                flat(c, k * 100 + t) = epochs.data(k, c, t);
            }
        }
    }
    auto expected = scatter_of(flat).products;
    for (index k = 0; k < expected.size(); ++k) {
        expected.data()[k] /= 999;
    }
    EXPECT_LT(largest_difference(covariance.data, expected), 1e-12);
}

TEST(Covariance, says_which_channel_is_not_a_number_and_that_one_epoch_has_no_spread) {
    auto data = noise(4, 1000);
    data(2, 77) = std::nan("");
    const auto broken = epochs_of(eeg(4), data, 10);
    const auto message = [](const Epochs& epochs, const CovarianceOptions& options) {
        try {
            compute_covariances({&epochs}, options);
        } catch (const InvalidInput& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    EXPECT_THAT(message(broken, {}), HasSubstr("'E2' holds NaN"));
    CovarianceOptions options;
    options.keep_sample_mean = false;
    EXPECT_THAT(message(epochs_of(eeg(4), noise(4, 1000), 1), options), HasSubstr("at least two epochs"));
    options = {};
    options.method = {"factor_analysis"};
    EXPECT_THAT(message(epochs_of(eeg(4), noise(4, 1000), 1), options), HasSubstr("needs rank='full'"));
    EXPECT_THAT(message(epochs_of(eeg(4), Array<double, 2>({4, 1000}), 1), {}), HasSubstr("the channels are flat"));
}

TEST(Whitening, makes_the_noise_white_within_its_rank) {
    Info info = eeg(6);
    info.projections.push_back(average_reference(info));
    auto epochs = epochs_of(info, noise(6, 3000), 10);
    apply_projections(epochs);
    for (const std::string method : {"empirical", "shrunk"}) {
        CovarianceOptions options;
        options.method = {method};
        const auto covariance = compute_covariances({&epochs}, options).at(0);
        const auto prepared = prepared_noise_covariance(covariance, epochs.info);
        const auto w = whitener(prepared, WhiteSpace::components);
        ASSERT_EQ(w.rank, 5);
        EXPECT_LT(largest_difference(congruent(covariance.data, w.matrix), identity(5)), 1e-12);
        const auto back = whitener(prepared);
        Array<double, 2> kept({6, 6});
        numerics::matmul(back.matrix, back.colorer, kept);
        EXPECT_LT(largest_difference(kept, projector(epochs.info).matrix), 1e-12);
    }
}

TEST(Regularisation, adds_a_share_of_the_mean_variance_and_nothing_along_projections) {
    Info info = eeg(6);
    info.projections.push_back(average_reference(info));
    auto epochs = epochs_of(info, noise(6, 3000), 10);
    apply_projections(epochs);
    const auto covariance = compute_covariances({&epochs}).at(0);
    RegularizeOptions options;
    options.loads = {{"eeg", 0.5}};
    const auto loaded = regularized(covariance, epochs.info, options);
    double trace = 0, sum = 0;
    for (index i = 0; i < 6; ++i) {
        trace += covariance.data(i, i);
        for (index j = 0; j < 6; ++j) {
            sum += loaded.data(i, j);
        }
    }
    EXPECT_NEAR(sum, 0, 1e-12);
    const auto kept = projector(epochs.info).matrix;
    for (index i = 0; i < 6; ++i) {
        for (index j = 0; j < 6; ++j) {
            EXPECT_NEAR(loaded.data(i, j), covariance.data(i, j) + 0.5 * trace / 5 * kept(i, j), 1e-12);
        }
    }
}

}  // namespace
}  // namespace ranvier::meeg
