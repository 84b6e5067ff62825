#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/inverse/inverse_operator.hpp"
#include "ranvier/meeg/priors/directions.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/wide_svd.hpp"

namespace ranvier::meeg {

namespace {

/// Sources of a piece of work, and of those as many as a cache holds the columns of.
constexpr index sources_a_block = 512, sources_at_once = 64;
/// Directions of less power, as a share of the strongest one of a source, count as silent.
constexpr double silent = 1e-7;

/// The weights of all sources, a matrix (per, per) for each, and the gain that they are for. Of the gain's components
/// there are as many as noise has: rotating sensors changes no weight.
class Weights {
public:
    Weights(Array<double, 2> gain, index per, bool equal, std::vector<double> prior_std)
        : gain_(std::move(gain)),
          per_(per),
          equal_(equal),
          std_(std::move(prior_std)),
          n_(gain_.extent(1) / per),
          values_(static_cast<std::size_t>(n_ * per * per)) {
        for (index s = 0; s < n_; ++s) {
            set(s, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
        }
    }

    const std::vector<double>& values() const { return values_; }
    /// The same weights for another gain.
    Weights with(const Array<double, 2>& gain) const {
        Weights copy = *this;
        copy.gain_ = gain;
        return copy;
    }

    /// Scales the weights so that gain · R · gainᵀ has a trace of `rank`, and returns it.
    Array<double, 2> normalise(index rank) {
        const index r = gain_.extent(0);
        Array<double, 2> products = sum_of_blocks([&](index begin, index count, Array<double, 2>& part) {
            // gain · R^½ of the block, whose products of rows are those of R.
            Array<double, 2> half({r, sources_at_once * per_});
            for (index first = begin; first < begin + count; first += sources_at_once) {
                const index n = std::min(sources_at_once, begin + count - first);
                times_root(gain_, first, n, half);
                numerics::add_row_products(r, n * per_, half.data(), half.extent(1), part.data(), r);
            }
        });
        numerics::mirror_lower(r, products.data(), r);
        double trace = 0;
        for (index k = 0; k < r; ++k) {
            trace += products(k, k);
        }
        const double scale = static_cast<double>(rank) / trace;
        for (double& x : values_) {
            x *= scale;
        }
        for (index k = 0; k < products.size(); ++k) {
            products.data()[k] *= scale;
        }
        return products;
    }

    /// New weights from N = (gain R gainᵀ + λ²)⁻¹, of which `root` holds N^½ in rows.
    void update(View<const double, 2> root) {
        const index r = gain_.extent(0), k = root.extent(0);
        for_blocks([&](index begin, index count) {
            Array<double, 2> seen({k, sources_at_once * per_});
            for (index first = begin; first < begin + count; first += sources_at_once) {
                const index n = std::min(sources_at_once, begin + count - first), width = seen.extent(1);
                numerics::gemm(false, false, k, n * per_, r, 1.0, root.data(), r, gain_.data() + first * per_,
                               gain_.extent(1), 0.0, seen.data(), width);
                std::vector<double> m(static_cast<std::size_t>(n * per_ * per_));
                for (index row = 0; row < k; ++row) {
                    const double* x = seen.data() + row * width;
                    for (index s = 0; s < n; ++s) {
                        for (index a = 0; a < per_; ++a) {
                            for (index b = a; b < per_; ++b) {
                                m[static_cast<std::size_t>((s * per_ + a) * per_ + b)] +=
                                    x[s * per_ + a] * x[s * per_ + b];
                            }
                        }
                    }
                }
                for (index s = 0; s < n; ++s) {
                    const double* of = m.data() + s * per_ * per_;
                    if (per_ == 1) {
                        set(first + s, {{{1 / std::sqrt(of[0]), 0, 0}, {}, {}}});
                        continue;
                    }
                    const Eigen3 eigen =
                        symmetric_eigen(Matrix3{{{of[0], of[1], of[2]}, {0, of[4], of[5]}, {0, 0, of[8]}}});
                    if (equal_) {
                        double mean = 0;
                        for (const double v : eigen.values) {
                            mean += std::sqrt(std::max(v, 0.0)) / 3;
                        }
                        set(first + s, {{{1 / mean, 0, 0}, {0, 1 / mean, 0}, {0, 0, 1 / mean}}});
                    } else {
                        const double least = silent * *std::ranges::max_element(eigen.values);
                        set(first + s, function_of(eigen, [&](double v) { return v > least ? 1 / std::sqrt(v) : 0; }));
                    }
                }
            }
        });
    }

    /// The columns of some sources, times the root of their weights.
    void times_root(View<const double, 2> a, index first, index n, View<double, 2> out) const {
        std::vector<Matrix3> roots(static_cast<std::size_t>(n));
        for (index s = 0; s < n; ++s) {
            roots[static_cast<std::size_t>(s)] = root(first + s);
        }
        for (index row = 0; row < a.extent(0); ++row) {
            const double* from = a.data() + row * a.stride(0) + first * per_;
            double* to = out.data() + row * out.stride(0);
            for (index s = 0; s < n; ++s, from += per_, to += per_) {
                const Matrix3& m = roots[static_cast<std::size_t>(s)];
                if (per_ == 1) {
                    to[0] = m[0][0] * from[0];
                } else {
                    for (std::size_t c = 0; c < 3; ++c) {
                        to[c] = m[c][0] * from[0] + m[c][1] * from[1] + m[c][2] * from[2];
                    }
                }
            }
        }
    }

    Matrix3 root(index s) const {
        const double* w = values_.data() + s * per_ * per_;
        if (per_ == 1) {
            return {{{std::sqrt(w[0]), 0, 0}, {}, {}}};
        }
        if (equal_) {
            return {{{std::sqrt(w[0]), 0, 0}, {0, std::sqrt(w[4]), 0}, {0, 0, std::sqrt(w[8])}}};
        }
        const Eigen3 eigen = symmetric_eigen(Matrix3{{{w[0], w[1], w[2]}, {w[3], w[4], w[5]}, {w[6], w[7], w[8]}}});
        const double least = silent * *std::ranges::max_element(eigen.values);
        return function_of(eigen, [&](double v) { return v > least ? std::sqrt(v) : 0; });
    }

    template <class F>
    void for_blocks(F&& f) const {
        parallel_for((n_ + sources_a_block - 1) / sources_a_block,
                     [&](index b) { f(b * sources_a_block, std::min(sources_a_block, n_ - b * sources_a_block)); });
    }

private:
    /// The weights of a source, with its prior on top, which the iteration would undo.
    void set(index s, const Matrix3& weights) {
        for (index a = 0; a < per_; ++a) {
            for (index b = 0; b < per_; ++b) {
                const double prior =
                    std_[static_cast<std::size_t>(s * per_ + a)] * std_[static_cast<std::size_t>(s * per_ + b)];
                values_[static_cast<std::size_t>((s * per_ + a) * per_ + b)] =
                    weights[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] * prior;
            }
        }
    }

    template <class F>
    Array<double, 2> sum_of_blocks(F&& f) const {
        const index r = gain_.extent(0);
        std::vector<Array<double, 2>> parts(static_cast<std::size_t>((n_ + sources_a_block - 1) / sources_a_block));
        for_blocks([&](index first, index n) {
            Array<double, 2> part({r, r});
            f(first, n, part);
            parts[static_cast<std::size_t>(first / sources_a_block)] = std::move(part);
        });
        Array<double, 2> sum({r, r});
        for (const auto& part : parts) {
            for (index k = 0; k < sum.size(); ++k) {
                sum.data()[k] += part.data()[k];
            }
        }
        return sum;
    }

    Array<double, 2> gain_;
    index per_;
    bool equal_;
    std::vector<double> std_;
    index n_;
    std::vector<double> values_;
};

/// (products + λ²)^-½ on the components that noise has, in rows.
Array<double, 2> inverse_root(const Array<double, 2>& products, index rank, double lambda2) {
    const auto eigen = numerics::symmetric_eigen(products);
    const index n = products.extent(0);
    std::vector<index> order(static_cast<std::size_t>(n));
    for (index k = 0; k < n; ++k) {
        order[static_cast<std::size_t>(k)] = k;
    }
    const auto size = [&](index k) { return std::abs(eigen.values[static_cast<std::size_t>(k)]); };
    std::ranges::sort(order, [&](index a, index b) { return size(a) > size(b); });
    rank = std::min(rank, n);
    Array<double, 2> out({rank, n});
    for (index k = 0; k < rank; ++k) {
        const index at = order[static_cast<std::size_t>(k)];
        const double scale = size(at) > 0 ? 1 / std::sqrt(size(at) + lambda2) : 0;
        for (index i = 0; i < n; ++i) {
            out(k, i) = scale * eigen.vectors(i, at);
        }
    }
    return out;
}

double change(const std::vector<double>& now, const std::vector<double>& before) {
    double apart = 0, size = 0;
    for (std::size_t k = 0; k < now.size(); ++k) {
        apart += (now[k] - before[k]) * (now[k] - before[k]);
        size += before[k] * before[k];
    }
    return std::sqrt(apart / size);
}

}  // namespace

void weigh_by_eloreta(InverseOperator& inverse, double lambda2, const EloretaOptions& options) {
    require(
        !inverse.leads_weighted,
        "the leads hold weights of eLORETA already: take an inverse operator that was not prepared");
    require(options.eps > 0, "eps must be > 0; got ", options.eps);
    require(options.max_iter >= 0, "max_iter must be >= 0; got ", options.max_iter);
    const index rank = rank_of(inverse), columns = inverse.leads->extent(0), per = inverse.free() ? 3 : 1;
    index r = 0;
    while (r < std::ssize(inverse.sing) && inverse.sing[static_cast<std::size_t>(r)] > 0) {
        ++r;
    }
    r = std::max<index>(r, 1);
    // The gain as sensors see it, rotated: without the source covariance, with the prior of orientations.
    std::vector<double> prior_std(static_cast<std::size_t>(columns), 1.0);
    for (std::size_t c = 0; c < inverse.orient_prior.size(); ++c) {
        prior_std[c] = std::sqrt(inverse.orient_prior[c]);
    }
    const auto gain_of = [&](bool with_prior) {
        Array<double, 2> gain({r, columns});
        parallel_for((columns + 63) / 64, [&](index b) {
            for (index c = 64 * b; c < std::min(columns, 64 * (b + 1)); ++c) {
                const double* lead = inverse.leads->data() + c * inverse.leads->extent(1);
                const double scale = (with_prior ? prior_std[static_cast<std::size_t>(c)] : 1) /
                                     std::sqrt(inverse.source_cov[static_cast<std::size_t>(c)]);
                for (index k = 0; k < r; ++k) {
                    gain(k, c) = lead[k] * inverse.sing[static_cast<std::size_t>(k)] * scale;
                }
            }
        });
        return gain;
    };
    const bool equal = options.force_equal || per == 1;
    Weights weights(gain_of(true), per, equal, prior_std);
    Array<double, 2> products = weights.normalise(rank);
    bool converged = false;
    for (int k = 0; k < options.max_iter && !converged; ++k) {
        check_interrupt();
        const std::vector<double> before = weights.values();
        weights.update(inverse_root(products, rank, lambda2));
        products = weights.normalise(rank);
        const double delta = change(weights.values(), before);
        converged = delta < options.eps;
        if (converged) {
            log(LogLevel::info, "        Converged on iteration " + text_of(k) + " (" + formatted("%.2g", delta) +
                                    " < " + formatted("%.2g", options.eps) + ")");
        }
    }
    if (!converged) {
        warn("weights of eLORETA still change by more than eps=" + formatted("%g", options.eps) +
             " after the last step: raise max_iter in method_params");
    }
    // From here on without the prior in the gain, which the weights hold.
    const Array<double, 2> plain = gain_of(false);
    Weights final_weights = weights.with(plain);
    final_weights.normalise(rank);
    Array<double, 2> weighted({r, columns});
    final_weights.for_blocks([&](index first, index n) {
        final_weights.times_root(plain, first, n, weighted.view().slice(1, first * per, (first + n) * per));
    });
    numerics::WideSvd parts = numerics::wide_svd(weighted);
    const index n = inverse.fields.extent(0);
    Array<double, 2> fields({n, inverse.fields.extent(1)});
    numerics::gemm(true, false, r, fields.extent(1), r, 1.0, parts.U.data(), r, inverse.fields.data(),
                   inverse.fields.extent(1), 0.0, fields.data(), fields.extent(1));
    for (index k = r; k < n; ++k) {
        std::copy_n(inverse.fields.data() + k * fields.extent(1), fields.extent(1),
                    fields.data() + k * fields.extent(1));
    }
    auto leads = std::make_shared<Array<double, 2>>(Array<double, 2>::Extents{columns, n});
    final_weights.for_blocks([&](index first, index count) {
        for (index s = first; s < first + count; ++s) {
            const Matrix3 root = final_weights.root(s);
            for (index a = 0; a < per; ++a) {
                double* to = leads->data() + (s * per + a) * n;
                for (index b = 0; b < per; ++b) {
                    const double w = root[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
                    const double* from = parts.V.data() + (s * per + b) * r;
                    for (index k = 0; w != 0 && k < r; ++k) {
                        to[k] += w * from[k];
                    }
                }
            }
        }
    });
    inverse.fields = std::move(fields);
    inverse.leads = std::move(leads);
    std::ranges::fill(inverse.sing, 0.0);
    std::ranges::copy(parts.s, inverse.sing.begin());
    inverse.leads_weighted = true;
    // Weights of three directions are no longer a number for each column.
    std::ranges::fill(inverse.source_cov, std::numeric_limits<double>::quiet_NaN());
}

}  // namespace ranvier::meeg
