#include "ranvier/learn/decomposition.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

/// n samples of k independent sources of unit variance: Laplacian, and uniform where `sub`.
Array<double, 2> sources(index n, index k, bool sub, std::uint64_t seed) {
    Array<double, 2> S({n, k});
    RandomStream random(seed);
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < k; ++j) {
            const double u = random.uniform() - 0.5;
            S(i, j) = sub && j % 2 == 0 ? u * std::sqrt(12.0)
                                        : (u < 0 ? 1 : -1) * std::log(1 - 2 * std::abs(u)) / std::sqrt(2.0);
        }
    }
    return S;
}

Array<double, 2> product(const Array<double, 2>& a, const Array<double, 2>& b) {
    Array<double, 2> c({a.extent(0), b.extent(1)});
    numerics::matmul(a, b, c);
    return c;
}

/// Amari's distance of P from a scaled permutation, 0 to 1.
double amari(const Array<double, 2>& P) {
    const index k = P.extent(0);
    double total = 0;
    for (int turn = 0; turn < 2; ++turn) {
        for (index i = 0; i < k; ++i) {
            double sum = 0, top = 0;
            for (index j = 0; j < k; ++j) {
                const double v = std::abs(turn ? P(j, i) : P(i, j));
                sum += v;
                top = std::max(top, v);
            }
            total += sum / top - 1;
        }
    }
    return total / static_cast<double>(2 * k * (k - 1));
}

}  // namespace

TEST(Moments, of_chunks_are_those_of_the_whole) {
    const auto X = normal_samples(5000, 7, 1);
    Moments whole, parts;
    add_samples(whole, X);
    index begin = 0;
    for (index n : {1, 9, 2400, 2590}) {
        Array<double, 2> chunk({n, 7});
        std::copy(X.data() + begin * 7, X.data() + (begin + n) * 7, chunk.data());
        add_samples(parts, chunk);
        begin += n;
    }
    EXPECT_EQ(parts.count, 5000);
    for (index i = 0; i < 7; ++i) {
        EXPECT_NEAR(parts.mean[i], whole.mean[i], 1e-14);
        for (index j = 0; j < 7; ++j) {
            EXPECT_NEAR(parts.scatter(i, j), whole.scatter(i, j), 1e-9);  // sums of 5000 squares
        }
    }
}

TEST(PrincipalComponents, by_covariance_and_by_singular_values_agree) {
    auto X = normal_samples(100, 10, 2);
    for (index i = 0; i < 100; ++i) {
        for (index j = 0; j < 10; ++j) {
            X(i, j) *= static_cast<double>(j + 1);
        }
    }
    Moments m;
    add_samples(m, X);
    const Principal a = principal_components(m, 10);
    Array<double, 2> fewer({99, 10});  // 99 < 10 · 10: singular values
    std::copy(X.data(), X.data() + 990, fewer.data());
    Moments m2;
    add_samples(m2, fewer);
    const Principal b = principal_components(fewer, 10), c = principal_components(m2, 10);
    for (index k = 0; k < 10; ++k) {
        EXPECT_NEAR(b.variance[k], c.variance[k], 1e-10);
        for (index j = 0; j < 10; ++j) {
            EXPECT_NEAR(b.components(k, j), c.components(k, j), 1e-9);
        }
    }
    EXPECT_GT(a.variance[0], a.variance[9]);
}

TEST(PrincipalComponents, of_all_directions_turn_back_to_the_samples) {
    const auto X = normal_samples(30, 4, 3);
    const Principal p = principal_components(X, 4);
    const auto S = projected(X, p.mean, p.components);
    const auto back = unprojected(S, p.components, p.mean);
    for (index i = 0; i < X.size(); ++i) {
        EXPECT_NEAR(back.data()[i], X.data()[i], 1e-13);
    }
}

TEST(Ica, each_method_unmixes_super_gaussian_sources) {
    const index n = 20000, k = 6;
    const auto S = sources(n, k, false, 4);
    const auto A = normal_samples(k, k, 5);
    const auto X = product(S, A);
    const White white = whitened(X, k);
    for (int method = 0; method < 6; ++method) {
        FastIcaOptions fast;
        fast.tol = 1e-6;
        fast.fun = static_cast<Contrast>(std::min(method, 2));
        PicardOptions likelihood;
        likelihood.tol = 1e-7;
        likelihood.max_iter = 200;
        likelihood.extended = method != 3;
        InfomaxOptions natural;
        natural.tol = 1e-9;
        natural.max_iter = 200;
        const Unmixing u = method < 3   ? fast_ica(white, fast)
                           : method < 5 ? picard(white, likelihood)
                                        : infomax(white, natural);
        // S Aᵀ… sources = W K (x − mean), x = Aᵀ s: the whole is W K Aᵀ.
        Array<double, 2> At({k, k});
        for (index i = 0; i < k; ++i) {
            for (index j = 0; j < k; ++j) {
                At(i, j) = A(j, i);
            }
        }
        // With 20,000 samples the error of an estimate is about 1/√n = 0.007 times a factor of order 1.
        EXPECT_LT(amari(product(product(u.W, white.whitening), At)), method == 2 ? 0.06 : 0.02) << "method " << method;
        if (method < 5) {
            EXPECT_TRUE(u.converged);
        }
    }
}

TEST(Ica, fast_extended_infomax_and_extended_picard_unmix_sub_and_super_gaussian_sources_together) {
    const index n = 20000, k = 5;
    const auto S = sources(n, k, true, 6);
    const auto A = normal_samples(k, k, 7);
    const auto X = product(S, A);
    const White white = whitened(X, k);
    Array<double, 2> At({k, k});
    for (index i = 0; i < k; ++i) {
        for (index j = 0; j < k; ++j) {
            At(i, j) = A(j, i);
        }
    }
    EXPECT_LT(amari(product(product(fast_ica(white, {}).W, white.whitening), At)), 0.03);
    InfomaxOptions natural;
    natural.tol = 1e-4;
    EXPECT_LT(amari(product(product(infomax(white, natural).W, white.whitening), At)), 0.03);
    PicardOptions o;
    o.max_iter = 200;
    o.tol = 1e-8;
    const Unmixing u = picard(white, o);
    EXPECT_TRUE(u.converged);
    EXPECT_LT(amari(product(product(u.W, white.whitening), At)), 0.03);
    o.extended = false;  // whose density takes all sources for super-Gaussian
    EXPECT_GT(amari(product(product(picard(white, o).W, white.whitening), At)), 0.1);
}

TEST(Ica, gives_the_same_bits_on_any_number_of_threads) {
    const auto X = product(sources(5000, 5, true, 8), normal_samples(5, 12, 9));
    std::vector<Array<double, 2>> first;
    for (int n : {1, 2, 8}) {
        const ThreadLimit limit(n);
        const White white = whitened(X, 5);
        std::vector<Array<double, 2>> results{fast_ica(white, {}).W, picard(white, {}).W, infomax(white, {}).W};
        if (n == 1) {
            first = results;
        }
        for (int m = 0; m < 3; ++m) {
            EXPECT_TRUE(std::equal(first[m].data(), first[m].data() + 25, results[m].data()));
        }
    }
}

TEST(Ica, of_many_components_shares_each_block_out_and_gives_the_same_bits_on_any_number_of_threads) {
    const auto X = product(sources(6000, 40, true, 8), normal_samples(40, 40, 9));
    InfomaxOptions o;
    o.max_iter = 3;
    std::vector<double> first;
    for (int n : {1, 2, 8}) {
        const ThreadLimit limit(n);
        const auto W = infomax(whitened(X, 40), o).W;
        if (n == 1) {
            first.assign(W.data(), W.data() + W.size());
        }
        EXPECT_TRUE(std::equal(first.begin(), first.end(), W.data()));
    }
}

TEST(SlowFeatures, find_the_slow_sine_in_a_mixture) {
    const index n = 4000;
    Array<double, 2> S({n, 3});
    RandomStream random(1);
    for (index i = 0; i < n; ++i) {
        S(i, 0) = std::sin(2 * M_PI * static_cast<double>(i) / 1000);
        S(i, 1) = std::sin(2 * M_PI * static_cast<double>(i) / 37);
        S(i, 2) = random.normal();
    }
    const auto X = product(S, normal_samples(3, 5, 2));
    Moments data, changes;
    add_samples(data, X);
    Array<double, 2> D({n - 1, 5});
    for (index i = 0; i + 1 < n; ++i) {
        for (index j = 0; j < 5; ++j) {
            D(i, j) = X(i + 1, j) - X(i, j);
        }
    }
    add_samples(changes, D);
    const Slow slow = slow_features(data, changes, 3);
    // Unit-variance sine of period T: mean square change (2π/T)².
    EXPECT_NEAR(slow.delta[0], std::pow(2 * M_PI / 1000, 2), 1e-7);
    EXPECT_NEAR(slow.delta[1], 4 * std::pow(std::sin(M_PI / 37), 2), 1e-4);
    const auto Y = projected(X, slow.mean, slow.components);
    double correlation = 0;
    for (index i = 0; i < n; ++i) {
        correlation += Y(i, 0) * S(i, 0) * std::sqrt(2.0) / n;
    }
    EXPECT_NEAR(std::abs(correlation), 1, 1e-3);
    EXPECT_THROW(slow_features(data, changes, 4), InvalidInput);  // the mixture has three dimensions
}

TEST(FisherDiscriminant, of_two_classes_points_along_the_difference_in_units_of_the_covariance) {
    std::vector<Moments> classes(2);
    auto a = normal_samples(500, 3, 1), b = normal_samples(500, 3, 2);
    for (index i = 0; i < 500; ++i) {
        a(i, 1) *= 3;
        b(i, 1) *= 3;
        b(i, 0) += 2;
        b(i, 1) += 2;
    }
    add_samples(classes[0], a);
    add_samples(classes[1], b);
    const Discriminant f = fisher_discriminant(classes, 1);
    // w ∝ S_w⁻¹ (m_b − m_a)
    Array<double, 2> within({3, 3}), difference({3, 1});
    for (index i = 0; i < 3; ++i) {
        difference(i, 0) = classes[1].mean[i] - classes[0].mean[i];
        for (index j = 0; j < 3; ++j) {
            within(i, j) = classes[0].scatter(i, j) + classes[1].scatter(i, j);
        }
    }
    const auto w = numerics::solve(within, difference);
    for (index i = 1; i < 3; ++i) {
        EXPECT_NEAR(f.components(0, i) / f.components(0, 0), w(i, 0) / w(0, 0), 1e-10);
    }
}

TEST(FactorAnalysis, recovers_the_covariance_of_its_model) {
    const index n = 50000, d = 6;
    const auto Z = normal_samples(n, 2, 1), L = normal_samples(2, d, 2), noise = normal_samples(n, d, 3);
    auto X = product(Z, L);
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < d; ++j) {
            X(i, j) += 0.3 * static_cast<double>(j + 1) * noise(i, j);
        }
    }
    const Factors f = factor_analysis(X, 2, 1000, 1e-8);
    EXPECT_TRUE(f.converged);
    for (std::size_t i = 1; i < f.likelihood.size(); ++i) {
        EXPECT_GE(f.likelihood[i], f.likelihood[i - 1] - 1e-12);
    }
    for (index j = 0; j < d; ++j) {
        // standard error of a variance estimate: psi √(2/n) ≈ 0.6 %, more where a factor explains most of the feature
        EXPECT_NEAR(f.psi[j], 0.09 * static_cast<double>((j + 1) * (j + 1)), 0.1 * (j + 1));
    }
}

}  // namespace ranvier::learn
