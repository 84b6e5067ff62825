#include "ranvier/learn/ica.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "ranvier/base/numpy_random.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/learn/kernels/ica.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/lbfgs.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

constexpr index block_columns = 1024;

/// (W Wᵀ)^{−1/2} W
Array<double, 2> decorrelated(const Array<double, 2>& W) {
    const index k = W.extent(0);
    Array<double, 2> square({k, k}), root({k, k}), result({k, k});
    numerics::gemm(false, true, k, k, k, 1.0, W.data(), k, W.data(), k, 0.0, square.data(), k);
    const numerics::Eigen e = numerics::symmetric_eigen(square);
    Array<double, 2> scaled({k, k});
    for (index i = 0; i < k; ++i) {
        for (index c = 0; c < k; ++c) {
            scaled(i, c) = e.vectors(i, c) / std::sqrt(std::max(e.values[c], 1e-300));
        }
    }
    numerics::gemm(false, true, k, k, k, 1.0, scaled.data(), k, e.vectors.data(), k, 0.0, root.data(), k);
    numerics::gemm(false, false, k, k, k, 1.0, root.data(), k, W.data(), k, 0.0, result.data(), k);
    return result;
}

/// The first matrix of scikit-learn's FastICA and of Picard, for white samples whose components have a positive first
/// weight, as scikit-learn turns them.
Array<double, 2> random_start(const White& white, const Seed& seed, const NumberSource& random,
                              bool at_right_angles = true) {
    const index k = white.Z.extent(0);
    Array<double, 2> W({k, k});
    const auto normal = random.normal ? random.normal : numpy_numbers(seed.value_or(0)).normal;
    normal({W.data(), static_cast<std::size_t>(k * k)});
    for (index i = 0; i < k; ++i) {
        for (index j = 0; j < k; ++j) {
            W(i, j) *= white.whitening(j, 0) < 0 ? -1 : 1;
        }
    }
    return at_right_angles ? decorrelated(W) : W;
}

/// Sums over all samples, in rows of k: those of `work`, which gets y = W Z of a block of columns, where it begins, its
/// width, and room for so many more rows. Columns are cut into at most 16 shares, each worked through in blocks that
/// stay in the cache.
template <class Work>
Array<double, 2> sums_of_blocks(const White& white, const Array<double, 2>& W, index rows, index room_rows, Work work) {
    const index directions = W.extent(0), k = W.extent(1), ld = white.Z.extent(1);
    const index blocks = (ld + block_columns - 1) / block_columns;
    const index pieces = std::min<index>(16, blocks), share = (blocks + pieces - 1) / pieces;
    std::vector<Array<double, 2>> sums(pieces);
    parallel_for(pieces, [&](index p) {
        sums[p] = Array<double, 2>({rows, k});
        Array<double, 2> y({directions, block_columns}), room({room_rows, block_columns});
        for (index b = p * share; b < std::min(blocks, (p + 1) * share); ++b) {
            const index begin = b * block_columns, n = std::min(block_columns, ld - begin);
            numerics::gemm(false, false, directions, n, k, 1.0, W.data(), k, white.Z.data() + begin, ld, 0.0, y.data(),
                           block_columns);
            work(y.data(), begin, n, room.data(), sums[p]);
        }
    });
    return total(std::move(sums));
}

/// Σ g(WZ) Zᵀ, a row for each direction, and Σ g′ in a row behind it.
Array<double, 2> contrast_pass(const White& white, const Array<double, 2>& W, Contrast contrast, double alpha) {
    const index directions = W.extent(0), k = W.extent(1), ld = white.Z.extent(1);
    const auto& kernels = ica_kernels();
    const auto f = contrast == Contrast::logcosh ? kernels.logcosh
                   : contrast == Contrast::exp   ? kernels.exp
                                                 : kernels.cube;
    Array<double, 2> sums =
        sums_of_blocks(white, W, directions + 1, 0, [&](double* u, index begin, index n, double*, auto& sum) {
            if (alpha != 1) {
                std::transform(u, u + directions * block_columns, u, [&](double v) { return alpha * v; });
            }
            f(directions, n, block_columns, u, u, &sum(directions, 0));
            numerics::gemm(false, true, directions, k, n, 1.0, u, block_columns, white.Z.data() + begin, ld, 1.0,
                           sum.data(), k);
        });
    // Padding holds zeros, whose slope is 1 (cube: 0).
    const double padding = contrast == Contrast::cube ? 0 : static_cast<double>(ld - white.n);
    for (index i = 0; i < directions; ++i) {
        sums(directions, i) = alpha * (sums(directions, i) - padding);
    }
    return sums;
}

/// What multiplies the argument of tanh. @throws InvalidInput  anything but {'alpha': 1 … 2}, of logcosh
double alpha_of(const FastIcaOptions& o) {
    double alpha = 1;
    const auto* given = o.fun_args.as<Value::Map>();
    require(o.fun_args.is_none() || given != nullptr, "fun_args must be None or {'alpha': number}; got ",
            text_of(o.fun_args));
    for (const auto& [name, value] : given ? *given : Value::Map{}) {
        require(name == "alpha" && o.fun == Contrast::logcosh &&
                    ranvier::detail::FieldType<double>::write(alpha, value) && alpha >= 1 && alpha <= 2,
                "fun_args may give 'alpha' in [1, 2] of fun='logcosh'; got ", text_of(o.fun_args));
    }
    return alpha;
}

template <class Options>
void require_options(const White& white, const Options& o) {
    require(white.n > 1, "independent components need at least two samples");
    check_settings(o);
}

}  // namespace

NumberSource numpy_numbers(std::uint64_t seed) {
    const auto random = std::make_shared<NumpyRandom>(seed);
    return {[random](std::span<double> to) { std::ranges::generate(to, [&] { return random->uniform(); }); },
            [random](std::span<double> to) { std::ranges::generate(to, [&] { return random->normal(); }); }};
}

White whitened(View<const double, 2> X, std::optional<index> asked) {
    const index n = X.extent(0), d = X.extent(1);
    const Principal p = principal_components(X, asked.value_or(std::min(n - 1, d)));
    const index there = dimensions(p.variance, asked ? 1e-14 : 1e-13, d), k = asked.value_or(std::max<index>(1, there));
    require(there > 0, "the samples do not vary, so there are no components to find");
    require(k <= there, "the samples have only ", there, " dimensions; ", k, " components were asked for");
    Scaled s = scaled(p.components, k, p.variance);
    White w{p.mean, std::move(s.narrow), std::move(s.wide), Array<double, 2>({k, padded<double>(n)}), n};
    constexpr index rows = 128;
    const index ld = w.Z.extent(1), blocks = (n + rows - 1) / rows;
    const index pieces = std::min<index>(16, blocks), share = (blocks + pieces - 1) / pieces;
    parallel_for(pieces, [&](index piece) {
        Array<double, 2> centred({rows, d});
        for (index b = piece * share; b < std::min(blocks, (piece + 1) * share); ++b) {
            const index begin = b * rows, count = std::min(rows, n - begin);
            centre_rows(X, p.mean, begin, count, centred.data());
            numerics::gemm(false, true, k, count, d, 1.0, w.whitening.data(), d, centred.data(), d, 0.0,
                           w.Z.data() + begin, ld);
        }
    });
    return w;
}

White taken_as_white(View<const double, 2> X) {
    require_samples(X, "independent components");
    const index n = X.extent(0), d = X.extent(1);
    White w{std::vector<double>(d), Array<double, 2>({d, d}), Array<double, 2>({d, d}),
            Array<double, 2>({d, padded<double>(n)}), n};
    for (index j = 0; j < d; ++j) {
        w.whitening(j, j) = w.dewhitening(j, j) = 1;
        for (index i = 0; i < n; ++i) {
            w.Z(j, i) = X(i, j);
        }
    }
    return w;
}

namespace {

/// The directions to begin with, which deflation takes one by one. @throws InvalidInput  w_init of another shape
Array<double, 2> start_of(const White& white, const FastIcaOptions& o, const NumberSource& random) {
    if (o.w_init.is_none()) {
        return random_start(white, o.random_state, random, o.algorithm == Search::parallel);
    }
    const index k = white.Z.extent(0);
    Array<double, 2> W({k, k});
    const auto* rows = o.w_init.as<Value::List>();
    bool fits = rows != nullptr && std::ssize(*rows) == k;
    for (index i = 0; i < k && fits; ++i) {
        std::vector<double> row;
        fits = ranvier::detail::FieldType<std::vector<double>>::write(row, (*rows)[i]) && std::ssize(row) == k;
        std::copy_n(row.begin(), fits ? k : 0, &W(i, 0));
    }
    require(fits, "w_init must be a matrix of ", k, " rows and columns, as many as there are components");
    return o.algorithm == Search::parallel ? decorrelated(W) : W;
}

/// Makes w at right angles to the first `done` rows of W, and of length 1.
void set_apart(double* w, const Array<double, 2>& W, index done) {
    const index k = W.extent(1);
    for (index r = 0; r < done; ++r) {
        const double part = std::inner_product(w, w + k, &W(r, 0), 0.0);
        std::transform(w, w + k, &W(r, 0), w, [&](double a, double b) { return a - part * b; });
    }
    const double length = std::sqrt(std::inner_product(w, w + k, w, 0.0));
    std::transform(w, w + k, w, [&](double a) { return a / length; });
}

Unmixing one_by_one(const White& white, const FastIcaOptions& o, const NumberSource& random) {
    const index k = white.Z.extent(0);
    const double n = static_cast<double>(white.n), alpha = alpha_of(o);
    Unmixing result{start_of(white, o, random), 0, 0, true};
    Progress progress("FastICA", k);
    for (index c = 0; c < k; ++c, progress.advance()) {
        Array<double, 2> w({1, k});
        std::copy_n(&result.W(c, 0), k, w.data());
        set_apart(w.data(), result.W, 0);
        double change = INFINITY;
        index iterations = 0;
        for (; iterations < o.max_iter && change >= o.tol; ++iterations) {
            check_interrupt();
            const Array<double, 2> sums = contrast_pass(white, w, o.fun, alpha);
            Array<double, 2> next({1, k});
            for (index j = 0; j < k; ++j) {
                next(0, j) = sums(0, j) / n - sums(1, 0) / n * w(0, j);
            }
            set_apart(next.data(), result.W, c);
            change = std::abs(std::abs(std::inner_product(next.data(), next.data() + k, w.data(), 0.0)) - 1);
            w = std::move(next);
        }
        std::copy_n(w.data(), k, &result.W(c, 0));
        result.iterations = std::max(result.iterations, iterations);
        result.change = std::max(result.change, change);
        result.converged &= change < o.tol;
    }
    return result;
}

}  // namespace

Unmixing fast_ica(const White& white, const FastIcaOptions& o, const NumberSource& random) {
    require_options(white, o);
    if (o.algorithm == Search::deflation) {
        return one_by_one(white, o, random);
    }
    const index k = white.Z.extent(0);
    const double n = static_cast<double>(white.n), alpha = alpha_of(o);
    Unmixing result{start_of(white, o, random), 0, 0, false};
    Progress progress("FastICA", o.max_iter);
    while (result.iterations < o.max_iter && !result.converged) {
        check_interrupt();
        const Array<double, 2> sums = contrast_pass(white, result.W, o.fun, alpha);
        Array<double, 2> next({k, k});
        for (index i = 0; i < k; ++i) {
            for (index j = 0; j < k; ++j) {
                next(i, j) = sums(i, j) / n - sums(k, i) / n * result.W(i, j);
            }
        }
        next = decorrelated(next);
        result.change = 0;
        for (index i = 0; i < k; ++i) {
            double dot = 0;
            for (index j = 0; j < k; ++j) {
                dot += next(i, j) * result.W(i, j);
            }
            result.change = std::max(result.change, std::abs(std::abs(dot) - 1));
        }
        result.W = std::move(next);
        ++result.iterations;
        result.converged = result.change < o.tol;
        progress.advance();
    }
    return result;
}

namespace {

/// log |det W|
double log_determinant(const Array<double, 2>& W) {
    double total = 0;
    for (double s : numerics::svd(W).s) {
        total += std::log(std::max(s, 1e-300));
    }
    return total;
}

struct Likelihood {
    double loss;
    Array<double, 2> gradient;  ///< relative: G = E[ψ(y) yᵀ] − 1
    Array<double, 2> hessian;   ///< h_ij = E[ψ′(y_i)] E[y_j²]
    std::vector<double> signs;  ///< K_i = E[tanh′(y_i)] E[y_i²] − E[tanh(y_i) y_i] > 0: super-Gaussian, 1; else −1
};
/// Densities of the sources: 1/cosh, ψ = tanh; or, with signs σ, ψ = σ tanh + y (extended Infomax's).
/// @param signs  of each source, or empty
Likelihood likelihood_of(const White& white, const Array<double, 2>& W, const std::vector<double>& signs) {
    const index k = W.extent(0), ld = white.Z.extent(1);
    const double n = static_cast<double>(white.n);
    const auto& kernels = ica_kernels();
    // Σ g yᵀ, and behind it Σ g′, Σ y² and Σ log cosh y.
    const index slopes = k, squares = k + 1, losses = k + 2;
    const Array<double, 2> sums =
        sums_of_blocks(white, W, k + 3, k, [&](const double* y, index, index count, double* g, Array<double, 2>& sum) {
            for (index i = 0; i < k; ++i) {
                sum(losses, i) += kernels.logcosh_sum(1, count, block_columns, y + i * block_columns);
            }
            kernels.logcosh(k, count, block_columns, y, g, &sum(slopes, 0));
            numerics::gemm(false, true, k, k, count, 1.0, g, block_columns, y, block_columns, 1.0, sum.data(), k);
            for (index i = 0; i < k; ++i) {
                const double* row = y + i * block_columns;
                sum(squares, i) += std::inner_product(row, row + count, row, 0.0);
            }
        });
    const double spare = static_cast<double>(ld - white.n);  // padding: y = 0, ψ′ = 1, log term log 2
    Likelihood l{-log_determinant(W), Array<double, 2>({k, k}), Array<double, 2>({k, k}), std::vector<double>(k)};
    Array<double, 2> covariance({k, k});
    if (!signs.empty()) {  // of y, from that of the white samples, which is n − 1 over n
        numerics::gemm(false, true, k, k, k, (n - 1) / n, W.data(), k, W.data(), k, 0.0, covariance.data(), k);
    }
    for (index i = 0; i < k; ++i) {
        const double sign = signs.empty() ? 1 : signs[i], more = signs.empty() ? 0 : 1;
        const double slope = (sums(slopes, i) - spare) / n, square = sums(squares, i) / n;
        l.signs[i] = slope * square - sums(i, i) / n > 0 ? 1 : -1;
        l.loss += sign * (sums(losses, i) - spare * std::log(2.0)) / n + more * 0.5 * square;
        for (index j = 0; j < k; ++j) {
            l.gradient(i, j) = sign * sums(i, j) / n + more * covariance(i, j) - (i == j ? 1 : 0);
            l.hessian(i, j) = (sign * slope + more) * sums(squares, j) / n;
        }
    }
    return l;
}

/// Eigenvalues of the 2 × 2 blocks [[h_ij, 1], [1, h_ji]] are lifted to at least `lowest`.
void regularise(Array<double, 2>& h, double lowest) {
    const index k = h.extent(0);
    for (index i = 0; i < k; ++i) {
        for (index j = 0; j < i; ++j) {
            const double a = h(i, j), b = h(j, i);
            const double smallest = 0.5 * (a + b - std::sqrt((a - b) * (a - b) + 4));
            const double lift = std::max(0.0, lowest - smallest);
            h(i, j) += lift;
            h(j, i) += lift;
        }
        h(i, i) = std::max(h(i, i) + 1, lowest);
    }
}

/// G → h⁻¹ G, block by block.
void solve(const Array<double, 2>& h, std::vector<double>& G) {
    const index k = h.extent(0);
    for (index i = 0; i < k; ++i) {
        G[i * k + i] /= h(i, i);
        for (index j = 0; j < i; ++j) {
            const double determinant = h(i, j) * h(j, i) - 1, a = G[i * k + j], b = G[j * k + i];
            G[i * k + j] = (h(j, i) * a - b) / determinant;
            G[j * k + i] = (h(i, j) * b - a) / determinant;
        }
    }
}

double largest(const Array<double, 2>& a) {
    double top = 0;
    for (index i = 0; i < a.size(); ++i) {
        top = std::max(top, std::abs(a.data()[i]));
    }
    return top;
}

}  // namespace

Unmixing picard(const White& white, const PicardOptions& o, const NumberSource& random) {
    require_options(white, o);
    const index k = white.Z.extent(0);
    Unmixing result{random_start(white, o.random_state, random), 0, 0, false};
    numerics::LbfgsPairs pairs(7);
    std::vector<double> signs;
    if (o.extended) {
        signs = likelihood_of(white, result.W, {}).signs;
    }
    Likelihood now = likelihood_of(white, result.W, signs);
    Progress progress("Picard", o.max_iter);
    for (; result.iterations < o.max_iter; ++result.iterations, progress.advance()) {
        check_interrupt();
        if (o.extended && now.signs != signs) {  // another density: another function to go down on
            signs = now.signs;
            now = likelihood_of(white, result.W, signs);
            pairs.clear();
        }
        result.change = largest(now.gradient);
        if (result.change < o.tol) {
            result.converged = true;
            break;
        }
        Array<double, 2> h = now.hessian;
        regularise(h, 0.01);
        // Pairs are steps and changes of the relative gradient.
        const std::vector<double> gradient(now.gradient.data(), now.gradient.data() + k * k);
        const auto preconditioned = [&](std::vector<double>& q) { solve(h, q); };
        std::vector<double> direction = pairs.direction(gradient, preconditioned);
        if (std::inner_product(direction.begin(), direction.end(), gradient.begin(), 0.0) >= 0) {
            pairs.clear();
            direction = pairs.direction(gradient, preconditioned);
        }
        double step = 1;
        bool found = false;
        for (int trial = 0; trial < 12 && !found; ++trial, step *= 0.5) {
            Array<double, 2> move({k, k}), W({k, k});
            for (index i = 0; i < k; ++i) {
                for (index j = 0; j < k; ++j) {
                    move(i, j) = step * direction[i * k + j] + (i == j ? 1 : 0);
                }
            }
            numerics::gemm(false, false, k, k, k, 1.0, move.data(), k, result.W.data(), k, 0.0, W.data(), k);
            Likelihood next = likelihood_of(white, W, signs);
            // Near the minimum the loss moves less than its rounding.
            if (next.loss < now.loss + 1e-13 * std::abs(now.loss)) {
                found = true;
                std::vector<double> turned(next.gradient.data(), next.gradient.data() + k * k);
                for (index i = 0; i < k * k; ++i) {
                    direction[i] *= step;
                    turned[i] -= gradient[i];
                }
                if (std::inner_product(direction.begin(), direction.end(), turned.begin(), 0.0) > 0) {
                    pairs.add(std::move(direction), std::move(turned));
                }
                result.W = std::move(W);
                now = std::move(next);
            }
        }
        if (!found) {
            if (pairs.empty()) {
                break;  // not even the preconditioned gradient lowers the loss
            }
            pairs.clear();
        }
    }
    return result;
}

void combine(const White& white, const Unmixing& u, Array<double, 2>& components, Array<double, 2>& mixing) {
    const index k = u.W.extent(0), d = white.whitening.extent(1);
    components = Array<double, 2>({k, d});
    mixing = Array<double, 2>({k, d});
    numerics::gemm(false, false, k, d, k, 1.0, u.W.data(), k, white.whitening.data(), d, 0.0, components.data(), d);
    const Array<double, 2> inverse = numerics::pseudo_inverse(u.W);
    numerics::gemm(true, false, k, d, k, 1.0, inverse.data(), k, white.dewhitening.data(), d, 0.0, mixing.data(), d);
}

}  // namespace ranvier::learn
