#include "ranvier/learn/decomposition.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

constexpr index block_rows = 512;

/// Scatter of rows about `mean`, in at most eight sums whatever the number of threads.
Array<double, 2> scatter_of(View<const double, 2> X, const std::vector<double>& mean) {
    const index n = X.extent(0), d = X.extent(1);
    const index pieces = std::clamp<index>(n / (4 * block_rows), 1, 8), share = (n + pieces - 1) / pieces;
    std::vector<Array<double, 2>> sums(pieces);
    parallel_for(pieces, [&](index p) {
        sums[p] = Array<double, 2>({d, d});
        Array<double, 2> centred({block_rows, d});
        const index end = std::min(n, (p + 1) * share);
        for (index begin = p * share; begin < end; begin += block_rows) {
            const index rows = std::min(block_rows, end - begin);
            centre_rows(X, mean, begin, rows, centred.data());
            numerics::gram(d, rows, 1.0, centred.data(), d, 1.0, sums[p].data(), d);
        }
    });
    return total(std::move(sums));
}

/// Means of columns, in at most eight sums whatever the number of threads.
std::vector<double> mean_of(View<const double, 2> X) {
    const index n = X.extent(0), d = X.extent(1);
    const index pieces = std::clamp<index>(n / block_rows, 1, 8), share = (n + pieces - 1) / pieces;
    const double* x = rows_of(X);
    Array<double, 2> sums({pieces, d});
    parallel_for(pieces, [&](index p) {
        double* sum = sums.data() + p * d;
        for (index i = p * share; i < std::min(n, (p + 1) * share); ++i) {
            for (index k = 0; k < d; ++k) {
                sum[k] += x[i * d + k];
            }
        }
    });
    std::vector<double> mean(d);
    for (index k = 0; k < d; ++k) {
        for (index p = 0; p < pieces; ++p) {
            mean[k] += sums(p, k);
        }
        mean[k] /= static_cast<double>(n);
    }
    return mean;
}

void require_components(index k, index most) {
    require(k >= 1 && k <= most, "the number of components must be 1 to ", most, "; got ", k);
}

Array<double, 2> multiple(const Array<double, 2>& a, double factor) {
    Array<double, 2> result = a;
    for (index i = 0; i < a.size(); ++i) {
        result.data()[i] *= factor;
    }
    return result;
}

/// Rows that make the covariance the identity, for eigenvalues above the rounding of the largest; and their inverse,
/// x = wideᵀ z.
Scaled whitener_of(const Array<double, 2>& covariance) {
    const index d = covariance.extent(0);
    const Leading e = leading_of_covariance(covariance, d);
    const index rank = dimensions(e.values, 1e-14, d);
    require(rank > 0, "the samples do not vary: nothing to decompose");
    return scaled(e.vectors, rank, e.values);
}

/// A M Aᵀ
Array<double, 2> congruent(const Array<double, 2>& A, const Array<double, 2>& M) {
    const index r = A.extent(0), d = A.extent(1);
    Array<double, 2> half({r, d}), result({r, r});
    numerics::gemm(false, false, r, d, d, 1.0, A.data(), d, M.data(), d, 0.0, half.data(), d);
    numerics::gemm(false, true, r, r, d, 1.0, half.data(), d, A.data(), d, 0.0, result.data(), r);
    return result;
}

}  // namespace

void centre_rows(View<const double, 2> X, std::span<const double> mean, index begin, index count, double* to) {
    const index d = X.extent(1);
    const double* from = rows_of(X) + begin * d;
    for (index i = 0; i < count; ++i, from += d, to += d) {
        std::transform(from, from + d, mean.begin(), to, std::minus<>());
    }
}

Array<double, 2> total(std::vector<Array<double, 2>> parts) {
    double* sum = parts[0].data();
    for (std::size_t p = 1; p < parts.size(); ++p) {
        std::transform(sum, sum + parts[0].size(), parts[p].data(), sum, std::plus<>());
    }
    return std::move(parts[0]);
}

void set_signs(Array<double, 2>& rows, Array<double, 2>* with) {
    for (index c = 0; c < rows.extent(0); ++c) {
        double* row = rows.data() + c * rows.extent(1);
        const double largest =
            *std::max_element(row, row + rows.extent(1), [](double a, double b) { return std::abs(a) < std::abs(b); });
        for (index k = 0; k < rows.extent(1) && largest < 0; ++k) {
            row[k] = -row[k];
            if (with != nullptr) {
                (*with)(c, k) = -(*with)(c, k);
            }
        }
    }
}

index dimensions(const std::vector<double>& variance, double tiny, index d) {
    return std::ranges::count_if(variance, [&](double v) { return v > variance[0] * tiny * static_cast<double>(d); });
}

Scaled scaled(const Array<double, 2>& rows, index count, const std::vector<double>& variance) {
    Scaled result{Array<double, 2>({count, rows.extent(1)}), Array<double, 2>({count, rows.extent(1)})};
    for (index c = 0; c < count; ++c) {
        const double root = std::sqrt(variance[c]);
        for (index j = 0; j < rows.extent(1); ++j) {
            result.narrow(c, j) = rows(c, j) / root;
            result.wide(c, j) = rows(c, j) * root;
        }
    }
    return result;
}

void add_samples(Moments& m, View<const double, 2> X) {
    require_samples(X, "decomposition");
    const index d = X.extent(1);
    require(m.mean.empty() || std::ssize(m.mean) == d, "chunks must have the same features (", m.mean.size(), "); got ",
            d);
    const std::vector<double> mean = mean_of(X);
    Array<double, 2> scatter = scatter_of(X, mean);
    const double n = static_cast<double>(X.extent(0));
    if (m.mean.empty()) {
        m = {n, mean, std::move(scatter)};
        return;
    }
    const double total = m.count + n;
    for (index i = 0; i < d; ++i) {
        for (index j = 0; j < d; ++j) {
            m.scatter(i, j) += scatter(i, j) + (mean[i] - m.mean[i]) * (mean[j] - m.mean[j]) * (m.count * n / total);
        }
    }
    for (index k = 0; k < d; ++k) {
        m.mean[k] += (mean[k] - m.mean[k]) * (n / total);
    }
    m.count = total;
}

Array<double, 2> projected(View<const double, 2> X, std::span<const double> mean, View<const double, 2> components) {
    const index n = X.extent(0), d = X.extent(1), k = components.extent(0);
    require(components.extent(1) == d && std::ssize(mean) == d, "a decomposition of ", mean.size(),
            " features can't read samples of ", d);
    const double* c = rows_of(components);
    Array<double, 2> result({n, k});
    parallel_for((n + block_rows - 1) / block_rows, [&](index piece) {
        const index begin = piece * block_rows, rows = std::min(block_rows, n - begin);
        Array<double, 2> centred({rows, d});
        centre_rows(X, mean, begin, rows, centred.data());
        numerics::gemm(false, true, rows, k, d, 1.0, centred.data(), d, c, d, 0.0, result.data() + begin * k, k);
    });
    return result;
}

Array<double, 2> unprojected(View<const double, 2> S, View<const double, 2> mixing, std::span<const double> mean) {
    const index n = S.extent(0), k = S.extent(1), d = mixing.extent(1);
    require(mixing.extent(0) == k && std::ssize(mean) == d, "a decomposition of ", mixing.extent(0),
            " components can't turn back ", k);
    const double* s = rows_of(S);
    const double* a = rows_of(mixing);
    Array<double, 2> result({n, d});
    parallel_for((n + block_rows - 1) / block_rows, [&](index piece) {
        const index begin = piece * block_rows, rows = std::min(block_rows, n - begin);
        for (index i = begin; i < begin + rows; ++i) {
            std::copy(mean.begin(), mean.end(), result.data() + i * d);
        }
        numerics::gemm(false, false, rows, d, k, 1.0, s + begin * k, k, a, d, 1.0, result.data() + begin * d, d);
    });
    return result;
}

Principal principal_components(const Moments& m, index k) {
    const index d = std::ssize(m.mean);
    require_components(k, std::min(d, static_cast<index>(m.count)));
    const double divisor = std::max(m.count - 1, 1.0);
    Leading e = leading_of_covariance(m.scatter, k);
    std::ranges::for_each(e.values, [&](double& v) { v /= divisor; });
    Principal p{m.mean, std::move(e.vectors), std::move(e.values), 0};
    for (index j = 0; j < d; ++j) {
        p.total_variance += m.scatter(j, j) / divisor;
    }
    set_signs(p.components);
    return p;
}

Principal principal_components(View<const double, 2> X, index k, Array<double, 2>* root) {
    require_samples(X, "principal components");
    const index n = X.extent(0), d = X.extent(1);
    require_components(k, std::min(n, d));
    if (by_moments(n, d)) {
        Moments m;
        add_samples(m, X);
        return principal_components(m, k);
    }
    Principal p{mean_of(X), {}, std::vector<double>(k), 0};
    Array<double, 2> centred({n, d});
    centre_rows(X, p.mean, 0, n, centred.data());
    const double divisor = std::max(static_cast<double>(n) - 1, 1.0);
    for (index i = 0; i < centred.size(); ++i) {
        p.total_variance += centred.data()[i] * centred.data()[i] / divisor;
    }
    const numerics::Svd f = numerics::svd(centred);
    if (root != nullptr) {
        *root = Array<double, 2>({std::ssize(f.s), d});
        for (index c = 0; c < root->extent(0); ++c) {
            for (index j = 0; j < d; ++j) {
                (*root)(c, j) = f.s[c] * f.Vt(c, j);
            }
        }
    }
    for (index c = 0; c < k; ++c) {
        p.variance[c] = f.s[c] * f.s[c] / divisor;
    }
    p.components = Array<double, 2>(f.Vt.view().slice(0, 0, k));
    set_signs(p.components);
    return p;
}

Slow slow_features(const Moments& data, const Moments& changes, index k) {
    const index d = std::ssize(data.mean);
    require(data.count > 1 && changes.count > 0, "slow features need at least two samples in a row");
    const Scaled w = whitener_of(multiple(data.scatter, 1 / (data.count - 1)));
    const index rank = w.narrow.extent(0);
    require_components(k, rank);
    Array<double, 2> square = changes.scatter;  // mean square about 0
    for (index i = 0; i < d; ++i) {
        for (index j = 0; j < d; ++j) {
            square(i, j) = square(i, j) / changes.count + changes.mean[i] * changes.mean[j];
        }
    }
    const numerics::Eigen e = numerics::symmetric_eigen(congruent(w.narrow, square));
    Slow s{data.mean, Array<double, 2>({k, d}), Array<double, 2>({k, d}), std::vector<double>(k)};
    for (index c = 0; c < k; ++c) {
        s.delta[c] = std::max(0.0, e.values[c]);
        for (index r = 0; r < rank; ++r) {
            for (index j = 0; j < d; ++j) {
                s.components(c, j) += e.vectors(r, c) * w.narrow(r, j);
                s.mixing(c, j) += e.vectors(r, c) * w.wide(r, j);
            }
        }
    }
    set_signs(s.components, &s.mixing);
    return s;
}

Discriminant fisher_discriminant(std::span<const Moments> classes, index k) {
    require(classes.size() >= 2, "a discriminant needs at least two classes");
    const index d = std::ssize(classes[0].mean);
    require_components(k, std::min<index>(d, std::ssize(classes) - 1));
    double total = 0;
    std::vector<double> mean(d);
    for (const Moments& m : classes) {
        require(std::ssize(m.mean) == d && m.count > 0, "every class needs samples of the same features");
        total += m.count;
        for (index j = 0; j < d; ++j) {
            mean[j] += m.count * m.mean[j];
        }
    }
    for (double& v : mean) {
        v /= total;
    }
    Array<double, 2> within({d, d}), between({d, d});
    const double freedom = std::max(total - static_cast<double>(classes.size()), 1.0);
    for (const Moments& m : classes) {
        for (index i = 0; i < d; ++i) {
            for (index j = 0; j < d; ++j) {
                within(i, j) += m.scatter(i, j) / freedom;
                between(i, j) +=
                    m.count * (m.mean[i] - mean[i]) * (m.mean[j] - mean[j]) / static_cast<double>(classes.size() - 1);
            }
        }
    }
    // Directions in which nothing varies within classes are left out: no ratio is defined there.
    const Scaled w = whitener_of(within);
    const index rank = w.narrow.extent(0);
    require_components(k, std::min(rank, std::ssize(classes) - 1));
    const numerics::Eigen e = numerics::symmetric_eigen(congruent(w.narrow, between));
    Discriminant result{mean, Array<double, 2>({k, d}), std::vector<double>(k)};
    for (index c = 0; c < k; ++c) {
        const index from = rank - 1 - c;
        result.ratio[c] = std::max(0.0, e.values[from]);
        for (index r = 0; r < rank; ++r) {
            for (index j = 0; j < d; ++j) {
                result.components(c, j) += e.vectors(r, from) * w.narrow(r, j);
            }
        }
    }
    set_signs(result.components);
    return result;
}

Leading leading_of_rows(const Array<double, 2>& rows, index k) {
    const index n = rows.extent(0), d = rows.extent(1);
    Array<double, 2> outer({n, n});
    numerics::gemm(false, true, n, n, d, 1.0, rows.data(), d, rows.data(), d, 0.0, outer.data(), n);
    k = std::min(k, n);
    const numerics::Eigen e = numerics::symmetric_eigen(outer, n - k, n - 1);
    Leading result{std::vector<double>(k), Array<double, 2>({k, d})};
    Array<double, 2> turn({k, n});
    for (index c = 0; c < k; ++c) {
        result.values[c] = std::max(e.values[k - 1 - c], 0.0);
        for (index i = 0; i < n && result.values[c] > 0; ++i) {
            turn(c, i) = e.vectors(i, k - 1 - c) / std::sqrt(result.values[c]);
        }
    }
    numerics::gemm(false, false, k, d, n, 1.0, turn.data(), n, rows.data(), d, 0.0, result.vectors.data(), d);
    return result;
}

Leading leading_of_covariance(const Array<double, 2>& covariance, index k) {
    const index d = covariance.extent(0);
    const numerics::Eigen e = numerics::symmetric_eigen(covariance, d - k, d - 1);
    Leading result{std::vector<double>(k), Array<double, 2>({k, d})};
    for (index c = 0; c < k; ++c) {
        result.values[c] = std::max(e.values[k - 1 - c], 0.0);
        for (index j = 0; j < d; ++j) {
            result.vectors(c, j) = e.vectors(j, k - 1 - c);
        }
    }
    return result;
}

Factors factor_analysis(View<const double, 2> X, index k, index max_iterations, double tolerance) {
    require_samples(X, "factor analysis");
    const index n = X.extent(0), d = X.extent(1);
    require_components(k, d);
    require(max_iterations > 0, "factor analysis needs at least one iteration");
    constexpr double tiny = 1e-12;  // of its variance: the least noise of a feature
    const bool wide = n < d;
    // All is done in standard deviations of each feature, whose variance is 1, or 0 where it stands still: on the
    // samples where they are fewer than features, else on the correlations.
    Moments m;
    Array<double, 2> standard({n, wide ? d : 0});
    if (wide) {
        m.mean = mean_of(X);
        centre_rows(X, m.mean, 0, n, standard.data());
    } else {
        add_samples(m, X);
        standard = std::move(m.scatter);
    }
    std::vector<double> deviation(d), variance(d);
    for (index j = 0; j < d; ++j) {
        double square = wide ? 0 : standard(j, j);
        for (index i = 0; i < n; ++i) {
            variance[j] = X(i, j) != X(0, j) ? 1 : variance[j];
            square += wide ? standard(i, j) * standard(i, j) : 0;
        }
        deviation[j] = variance[j] > 0 ? std::sqrt(square / static_cast<double>(n)) : 1;
    }
    for (index i = 0; i < standard.extent(0); ++i) {
        const double row = wide ? std::sqrt(static_cast<double>(n)) : static_cast<double>(n) * deviation[i];
        for (index j = 0; j < d; ++j) {
            standard(i, j) = variance[j] > 0 && (wide || variance[i] > 0) ? standard(i, j) / deviation[j] / row : 0;
        }
    }
    Factors f{m.mean, Array<double, 2>({k, d}), std::vector<double>(d, 1.0), {}, false};
    Array<double, 2> by_noise = standard;
    double before = -INFINITY;
    for (index iteration = 0; iteration < max_iterations; ++iteration) {
        check_interrupt();
        double likelihood = static_cast<double>(d) * std::log(2 * std::numbers::pi);
        for (index i = 0; i < by_noise.extent(0); ++i) {
            const double row = wide ? 1 : std::sqrt(f.psi[i]);
            for (index j = 0; j < d; ++j) {
                by_noise(i, j) = standard(i, j) / (row * std::sqrt(f.psi[j]));
            }
        }
        const Leading e = wide ? leading_of_rows(by_noise, k) : leading_of_covariance(by_noise, k);
        for (std::size_t c = 0; c < e.values.size(); ++c) {
            const double lambda = e.values[c];
            likelihood += lambda > 1 ? std::log(lambda) + 1 - lambda : 0;  // below 1 it is noise alone
            const double factor = std::sqrt(std::max(lambda - 1, 0.0));
            for (index j = 0; j < d; ++j) {
                f.loadings(static_cast<index>(c), j) =
                    factor * e.vectors(static_cast<index>(c), j) * std::sqrt(f.psi[j]);
            }
        }
        for (index j = 0; j < d; ++j) {
            likelihood += variance[j] / f.psi[j] + std::log(f.psi[j]) + 2 * std::log(deviation[j]);
        }
        likelihood *= -0.5;
        f.likelihood.push_back(likelihood);
        if (iteration > 0 && likelihood - before < tolerance) {
            f.converged = true;
            break;
        }
        before = likelihood;
        for (index j = 0; j < d; ++j) {
            double explained = 0;
            for (index c = 0; c < k; ++c) {
                explained += f.loadings(c, j) * f.loadings(c, j);
            }
            f.psi[j] = std::max(variance[j] - explained, tiny);
        }
    }
    for (index j = 0; j < d; ++j) {
        for (index c = 0; c < k; ++c) {
            f.loadings(c, j) *= deviation[j];
        }
        f.psi[j] *= deviation[j] * deviation[j];
    }
    return f;
}

Array<double, 2> factor_scores(View<const double, 2> X, const Factors& f) {
    const index k = f.loadings.extent(0), d = f.loadings.extent(1);
    Array<double, 2> weighted({k, d}), precision({k, k});
    for (index c = 0; c < k; ++c) {
        for (index j = 0; j < d; ++j) {
            weighted(c, j) = f.loadings(c, j) / f.psi[j];
        }
    }
    numerics::gemm(false, true, k, k, d, 1.0, weighted.data(), d, f.loadings.data(), d, 0.0, precision.data(), k);
    for (index c = 0; c < k; ++c) {
        precision(c, c) += 1;
    }
    return projected(X, f.mean, numerics::solve(precision, weighted));
}

}  // namespace ranvier::learn
