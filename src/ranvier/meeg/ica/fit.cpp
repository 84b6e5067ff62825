#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/ica/ica.hpp"
#include "ranvier/meeg/ica/parts.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/whitening.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr index panel = ica_panel;

/// The mean of some stretches: near the mean of all, so that little is lost
/// where squares are summed.
std::vector<double> rough_mean(const Samples& samples) {
    constexpr index stretches = 16;
    const index width = std::min(panel, samples.n);
    Array<double, 2> x({samples.channels, width});
    std::vector<double> mean(static_cast<std::size_t>(samples.channels));
    for (index k = 0; k < stretches; ++k) {
        samples.read((samples.n - width) * k / (stretches - 1), x);
        for (index c = 0; c < samples.channels; ++c) {
            const auto row = x.view().row(c);
            mean[static_cast<std::size_t>(c)] +=
                std::reduce(row.begin(), row.end()) / static_cast<double>(width * stretches);
        }
    }
    // What is no number is found in the sums.
    std::ranges::replace_if(
        mean, [](double v) { return !std::isfinite(v); }, 0.0);
    return mean;
}

/// Standard deviation of all samples of a type, for each of its channels.
/// @param mean  what the sums are about
Array<double, 2> deviations(const Scatter& sum, std::span<const double> about, const Info& info) {
    const index n = info.n_channels();
    const double samples = static_cast<double>(sum.n);
    Array<double, 2> result({n, 1});
    std::vector<ChannelType> types;
    for (const Channel& channel : info.channels) {
        types.push_back(channel.type());
    }
    for (index c = 0; c < n; ++c) {
        if (result(c, 0) > 0) {
            continue;
        }
        const ChannelType type = types[static_cast<std::size_t>(c)];
        std::vector<std::size_t> same;
        for (std::size_t k = 0; k < types.size(); ++k) {
            if (types[k] == type) {
                same.push_back(k);
            }
        }
        double mean = 0, squares = 0;
        for (const std::size_t k : same) {
            mean += (sum.sums[k] / samples + about[k]) / static_cast<double>(same.size());
        }
        for (const std::size_t k : same) {
            const double off = about[k] - mean;
            squares += sum.products(static_cast<index>(k), static_cast<index>(k)) + 2 * off * sum.sums[k] +
                       samples * off * off;
        }
        const double deviation = std::sqrt(std::max(squares, 0.0) / (samples * static_cast<double>(same.size())));
        // Samples that are all one number differ from their mean by its rounding.
        require(deviation > 1e-12 * std::abs(mean), [&] {
            return "channels to decompose must vary; all of type " + std::string(name(type)) +
                   " are flat: leave them out of picks";
        });
        for (const std::size_t k : same) {
            result(static_cast<index>(k), 0) = deviation;
        }
    }
    return result;
}

/// The channels' whitening as a matrix.
Array<double, 2> matrix_of(const Array<double, 2>& whitener) {
    if (whitener.extent(1) > 1) {
        return whitener;
    }
    const index n = whitener.extent(0);
    Array<double, 2> W({n, n});
    for (index c = 0; c < n; ++c) {
        W(c, c) = 1 / whitener(c, 0);
    }
    return W;
}

/// How many components are asked for.
index wanted_components(const Ica& ica, const Info& info, const Scatter& sum) {
    const std::vector<double>& variance = ica.pca_explained_variance;
    const index p = std::ssize(variance), n = info.n_channels();
    index pca = p;
    if (const auto* share = ica.n_pca_components.as<double>()) {
        pca = components_for(variance, *share);
    } else if (const auto* count = ica.n_pca_components.as<std::int64_t>()) {
        require(*count <= p, "n_pca_components must be at most ", p, ", the number of principal components; got ",
                *count);
        pca = *count;
    }
    const Value& asked = ica.asked.n_components;
    index k = 0;
    if (asked.is_none()) {
        k = std::min(pca, components_for(variance, 0.999999));
    } else if (const auto* share = asked.as<double>()) {
        k = components_for(variance, *share);
        require(k > 1,
                "one principal component alone explains more than the share of "
                "variance n_components=",
                *share, "; one component can't be unmixed: give a larger share, or a number");
    } else {
        k = *asked.as<std::int64_t>();
        require(k <= n, "n_components must be at most ", n, ", the number of channels; got ", k);
        require(k <= p, "n_components must be at most ", p, ", the number of samples; got ", k);
    }
    if (k > pca) {
        throw Conflict("n_components=" + text_of(asked) + " requires " + text_of(k) +
                       " PCA components, but n_pca_components=" + text_of(ica.n_pca_components) + " keeps " +
                       text_of(pca) + "; lower the one or raise the other");
    }
    const index rank = learn::dimensions(variance, 1e-14, n);
    require(k <= rank, [&] {
        std::vector<std::string> flat;
        for (index c = 0; c < n; ++c) {
            const double mean = sum.sums[static_cast<std::size_t>(c)] / static_cast<double>(sum.n);
            if (sum.products(c, c) - mean * mean * static_cast<double>(sum.n) <= 1e-14 * sum.products(c, c)) {
                flat.push_back(info.channels[static_cast<std::size_t>(c)].name);
            }
        }
        return "n_components must be at most the rank of the data, " + text_of(rank) + " of " + text_of(n) +
               " channels; got " + text_of(k) + ". " +
               (flat.empty() ? "References, projections, Maxwell filtering and "
                               "interpolation lower it"
                             : "Flat channels lower it: " + joined(flat)) +
               "; give n_components=" + text_of(rank) + " or None";
    });
    return k;
}

/// What the samples are made of.
struct Decomposition {
    std::vector<double> shift, offset;
    Array<double, 2> forward;  ///< white principal components = forward · (x − shift) − offset
    index n = 0, k = 0;
};

/// Sets what leads from samples to white principal components.
/// @param W, P  whitening and projection; @param sum  of the samples
void set_forward(const Ica& ica, Decomposition& d, const Array<double, 2>& W, const Projector& P, const Scatter& sum) {
    d.forward = product(ica.pca_components, W);
    if (P.rank > 0) {
        d.forward = product(d.forward, P.matrix);
    }
    for (index i = 0; i < d.forward.extent(0); ++i) {
        const double variance = ica.pca_explained_variance[static_cast<std::size_t>(i)];
        for (double& v : d.forward.view().row(i)) {
            v /= variance > 0 ? std::sqrt(variance) : 1;
        }
    }
    std::vector<double> mean(sum.sums);
    std::ranges::transform(mean, mean.begin(), [&](double s) { return s / static_cast<double>(d.n); });
    d.offset = times(d.forward, mean);
}

/// The principal components again, from the products G of those that are white
/// already: the singular vectors of G^(1/2) S V. Errors are then those of a
/// decomposition of the samples.
/// @source  Fukaya et al. 2020, doi:10.1137/18M1218212
void refine(Ica& ica, const Decomposition& d, const Parts& parts) {
    const index p = d.forward.extent(0), n = d.forward.extent(1);
    Scatter sum;
    parts("ICA: refining",
          [&](const Samples& part) { add(sum, scatter_of(shifted(part, d.shift), 0, part.n, &d.forward)); });
    Array<double, 2> G({p, p}), root({p, p}), B({p, n});
    for (index i = 0; i < p; ++i) {
        for (index j = 0; j < p; ++j) {
            const double offsets = d.offset[static_cast<std::size_t>(i)] * d.offset[static_cast<std::size_t>(j)];
            G(i, j) = (sum.products(i, j) - static_cast<double>(d.n) * offsets) / static_cast<double>(d.n - 1);
        }
    }
    const auto eigen = numerics::symmetric_eigen(G);
    for (index c = 0; c < p; ++c) {
        const double scale = std::sqrt(std::sqrt(std::max(eigen.values[static_cast<std::size_t>(c)], 0.0)));
        for (index i = 0; i < p; ++i) {
            root(i, c) = scale * eigen.vectors(i, c);
        }
    }
    numerics::gemm(false, true, p, p, p, 1.0, root.data(), p, root.data(), p, 0.0, G.data(), p);
    Array<double, 2> SV = ica.pca_components;
    for (index i = 0; i < p; ++i) {
        const double variance = ica.pca_explained_variance[static_cast<std::size_t>(i)];
        for (double& v : SV.view().row(i)) {
            v *= variance > 0 ? std::sqrt(variance) : 1;
        }
    }
    numerics::matmul(G, SV, B);
    auto svd = numerics::svd(B);
    ica.pca_components = std::move(svd.Vt);
    std::ranges::transform(svd.s, ica.pca_explained_variance.begin(), [](double s) { return s * s; });
}

/// Mean, whitening and principal components, from the products of the samples.
Decomposition decompose(Ica& ica, const Parts& parts, const Covariance* noise) {
    const Info& info = *ica.info;
    const index n = info.n_channels();
    Decomposition d;
    Scatter raw_sum;
    parts("ICA: principal components", [&](const Samples& part) {
        if (d.shift.empty()) {
            d.shift = rough_mean(part);
        }
        add(raw_sum, scatter_of(shifted(part, d.shift), 0, part.n));
    });
    require(raw_sum.n > 1, "components need at least two samples; got ", raw_sum.n);
    require_finite(raw_sum, info);
    d.n = raw_sum.n;

    const Projector P = noise == nullptr ? applied_projections(info) : Projector();
    const Scatter sum = P.rank > 0 ? mapped(raw_sum, P.matrix) : raw_sum;
    const std::vector<double> about = P.rank > 0 ? times(P.matrix, d.shift) : d.shift;
    if (noise != nullptr) {
        RankOptions ranking;
        ranking.on_rank_mismatch = "warn";
        ica.pre_whitener = whitener(prepared_noise_covariance(*noise, info, ica.ch_names, ranking)).matrix;
    } else {
        ica.pre_whitener = deviations(sum, about, info);
    }
    const Array<double, 2> W = matrix_of(ica.pre_whitener);

    const double samples = static_cast<double>(d.n);
    Array<double, 2> covariance({n, n});
    std::vector<double> centre(about);
    for (index i = 0; i < n; ++i) {
        const double mean = sum.sums[static_cast<std::size_t>(i)] / samples;
        centre[static_cast<std::size_t>(i)] += mean;
        for (index j = 0; j < n; ++j) {
            covariance(i, j) = (sum.products(i, j) - mean * sum.sums[static_cast<std::size_t>(j)]) / (samples - 1);
        }
    }
    ica.pca_mean = times(W, centre);
    const auto eigen = numerics::symmetric_eigen(congruent(covariance, W));
    const index p = std::min(n, d.n);
    ica.pca_explained_variance.clear();
    ica.pca_components = Array<double, 2>({p, n});
    for (index i = 0; i < p; ++i) {
        ica.pca_explained_variance.push_back(std::max(eigen.values[static_cast<std::size_t>(n - 1 - i)], 0.0));
        for (index c = 0; c < n; ++c) {
            ica.pca_components(i, c) = eigen.vectors(c, n - 1 - i);
        }
    }
    require(ica.pca_explained_variance[0] > 0, "channels to decompose must vary; all of them are flat");
    d.k = wanted_components(ica, info, sum);

    set_forward(ica, d, W, P, raw_sum);
    // Eigenvectors of products lose digits where variances differ much; once
    // white, their products keep them.
    if (ica.pca_explained_variance[static_cast<std::size_t>(d.k - 1)] < 1e-2 * ica.pca_explained_variance[0]) {
        refine(ica, d, parts);
        set_forward(ica, d, W, P, raw_sum);
    }
    return d;
}

/// The value of a row, less `offset`, that lies farthest from 0. Lanes of their
/// own, because the compiler may not reorder.
template <class T>
double farthest(const T* row, index n, T offset = 0) {
    constexpr index lanes = 16;
    T low[lanes] = {}, high[lanes] = {};
    index t = 0;
    for (; t + lanes <= n; t += lanes) {
        for (index j = 0; j < lanes; ++j) {
            const T v = row[t + j] - offset;
            low[j] = v < low[j] ? v : low[j];
            high[j] = v > high[j] ? v : high[j];
        }
    }
    for (; t < n; ++t) {
        low[0] = std::min(low[0], row[t] - offset);
        high[0] = std::max(high[0], row[t] - offset);
    }
    const T least = *std::min_element(low, low + lanes), most = *std::max_element(high, high + lanes);
    return -least > most ? least : most;
}

void take_farther(double value, double& top) { top = std::abs(value) > std::abs(top) ? value : top; }

/// The white components of all samples, turned so that the largest value of
/// each is positive.
WhiteComponents whitened(Ica& ica, const Decomposition& d, const Parts& parts, bool by_sample) {
    const index k = d.k, p = d.forward.extent(0), n = d.forward.extent(1);
    WhiteComponents white{Array<double, 2>(by_sample ? std::array{d.n, learn::padded<double>(k)}
                                                     : std::array{k, learn::padded<double>(d.n)}),
                          by_sample};
    const index ld = white.values.extent(1);
    std::vector<double> largest(static_cast<std::size_t>(p));
    Array<float, 2> rest({p - k, n});
    std::copy_n(d.forward.data() + k * n, rest.size(), rest.data());
    index done = 0;
    parts("ICA: whitening", [&](const Samples& part) {
        const Samples centred = shifted(part, d.shift);
        const index blocks = (part.n + panel - 1) / panel, pieces = std::min<index>(16, blocks);
        Array<double, 2> tops({pieces, p});
        parallel_for(pieces, [&](index piece) {
            Array<double, 2> x({n, panel}), y({k, panel});
            Array<float, 2> x32({n, panel}), y32({p - k, panel});
            double* top = &tops(piece, 0);
            for (index b = blocks * piece / pieces; b < blocks * (piece + 1) / pieces; ++b) {
                check_interrupt();
                const index begin = b * panel, count = std::min(panel, part.n - begin);
                centred.read(begin, x.view().slice(1, 0, count));
                numerics::gemm(false, false, k, count, n, 1.0, d.forward.data(), n, x.data(), panel, 0.0, y.data(),
                               panel);
                for (index i = 0; i < k; ++i) {
                    double* row = &y(i, 0);
                    for (index t = 0; t < count; ++t) {
                        row[t] -= d.offset[static_cast<std::size_t>(i)];
                    }
                    take_farther(farthest(row, count), top[i]);
                }
                if (p > k) {  // of the others only their signs matter, for which single
                              // precision does
                    std::copy_n(x.data(), x.size(), x32.data());
                    numerics::gemm(false, false, p - k, count, n, 1.0F, rest.data(), n, x32.data(), panel, 0.0F,
                                   y32.data(), panel);
                    for (index i = k; i < p; ++i) {
                        const auto offset = static_cast<float>(d.offset[static_cast<std::size_t>(i)]);
                        take_farther(farthest(&y32(i - k, 0), count, offset), top[i]);
                    }
                }
                const index at = done + begin;
                if (by_sample) {
                    for (index t = 0; t < count; ++t) {
                        for (index i = 0; i < k; ++i) {
                            white.values.data()[(at + t) * ld + i] = y(i, t);
                        }
                    }
                } else {
                    for (index i = 0; i < k; ++i) {
                        std::copy_n(&y(i, 0), count, white.values.data() + i * ld + at);
                    }
                }
            }
        });
        for (index piece = 0; piece < pieces; ++piece) {
            for (index i = 0; i < p; ++i) {
                take_farther(tops(piece, i), largest[static_cast<std::size_t>(i)]);
            }
        }
        done += part.n;
    });
    std::vector<double> signs(static_cast<std::size_t>(ld), 1.0);
    for (index i = 0; i < p; ++i) {
        if (largest[static_cast<std::size_t>(i)] < 0) {
            for (double& v : ica.pca_components.view().row(i)) {
                v = -v;
            }
            if (i < k && !by_sample) {
                for (double& v : white.values.view().row(i)) {
                    v = -v;
                }
            } else if (i < k) {
                signs[static_cast<std::size_t>(i)] = -1;
            }
        }
    }
    if (by_sample && std::ranges::count(signs, -1.0) > 0) {
        parallel_for((d.n + panel - 1) / panel, [&](index b) {
            for (index t = b * panel; t < std::min(d.n, (b + 1) * panel); ++t) {
                for (index i = 0; i < k; ++i) {
                    white.values.data()[t * ld + i] *= signs[static_cast<std::size_t>(i)];
                }
            }
        });
    }
    return white;
}

/// Σ s² of each source over all samples that are numbers.
std::vector<double> source_powers(const Ica& ica, const Parts& parts) {
    const Affine to_sources = unmixing_of(ica);
    const index k = ica.n_components(), n = std::ssize(ica.ch_names);
    std::vector<double> powers(static_cast<std::size_t>(k));
    parts("ICA: variances", [&](const Samples& part) {
        const index blocks = (part.n + panel - 1) / panel, pieces = std::min<index>(16, blocks);
        Array<double, 2> sums({pieces, k});
        parallel_for(pieces, [&](index piece) {
            Array<double, 2> x({n, panel}), s({k, panel});
            for (index b = blocks * piece / pieces; b < blocks * (piece + 1) / pieces; ++b) {
                const index begin = b * panel, count = std::min(panel, part.n - begin);
                part.read(begin, x.view().slice(1, 0, count));
                numerics::gemm(false, false, k, count, n, 1.0, to_sources.matrix.data(), n, x.data(), panel, 0.0,
                               s.data(), panel);
                for (index i = 0; i < k; ++i) {
                    for (index t = 0; t < count; ++t) {
                        const double v = s(i, t) + to_sources.offset[static_cast<std::size_t>(i)];
                        sums(piece, i) += std::isfinite(v) ? v * v : 0;
                    }
                }
            }
        });
        for (index piece = 0; piece < pieces; ++piece) {
            for (index i = 0; i < k; ++i) {
                powers[static_cast<std::size_t>(i)] += sums(piece, i);
            }
        }
    });
    return powers;
}

/// The largest variance first.
void sort_components(Ica& ica, std::vector<double> powers) {
    const index k = ica.n_components();
    for (index i = 0; i < k; ++i) {
        double squares = 0;
        for (index j = 0; j < k; ++j) {
            squares += ica.mixing(j, i) * ica.mixing(j, i);
        }
        powers[static_cast<std::size_t>(i)] *= squares;
    }
    std::vector<index> order = counted(k);
    std::ranges::stable_sort(order, std::greater<>(), [&](index i) { return powers[static_cast<std::size_t>(i)]; });
    Array<double, 2> U({k, k}), M({k, k});
    for (index i = 0; i < k; ++i) {
        const index from = order[static_cast<std::size_t>(i)];
        for (index j = 0; j < k; ++j) {
            U(i, j) = ica.unmixing(from, j);
            M(j, i) = ica.mixing(j, from);
        }
    }
    ica.unmixing = std::move(U);
    ica.mixing = std::move(M);
}

void warn_of_unstable(const Ica& ica) {
    const auto& variance = ica.pca_explained_variance;
    const double least = variance[static_cast<std::size_t>(ica.n_components() - 1)];
    if (least / variance[0] <= 1e-6) {
        const auto stable = std::ranges::count_if(variance, [&](double v) { return v / variance[0] > 1e-6; });
        warn("n_components=" + text_of(ica.asked.n_components) + " (" + text_of(ica.n_components()) +
             " components) may make the mixing matrix unstable: variances of the "
             "principal components span from " +
             formatted("%.2g", variance[0]) + " to " + formatted("%.2g", least) +
             ", more than six orders; give n_components=0.999999 or an integer <= " + text_of(stable));
    }
}

}  // namespace

void fit_parts(Ica& ica, const Parts& parts, const Parts* whole, const Covariance* noise,
               const learn::NumberSource& random) {
    const Decomposition d = decompose(ica, parts, noise);
    const bool by_sample = ica.asked.method == "infomax" || ica.asked.method == "extended-infomax";
    const learn::Unmixing u = unmixed(ica, whitened(ica, d, parts, by_sample), d.n, d.k, random);
    ica.n_samples = d.n;
    ica.n_iter = u.iterations + (ica.asked.method == "picard" ? 1 : 0);
    if (!u.converged && !by_sample) {
        ica.not_converged = std::string(ica.asked.method == "picard" ? "Picard" : "FastICA") + " did not converge in " +
                            text_of(u.iterations) + " iterations (it last moved by " + formatted("%.2g", u.change) +
                            "); raise max_iter, or tol in fit_params";
    }
    std::vector<double> powers(static_cast<std::size_t>(d.k));  // white samples have variance 1
    ica.unmixing = u.W;
    for (index i = 0; i < d.k; ++i) {
        for (index j = 0; j < d.k; ++j) {
            powers[static_cast<std::size_t>(i)] += static_cast<double>(d.n - 1) * u.W(i, j) * u.W(i, j);
            ica.unmixing(i, j) /= std::sqrt(ica.pca_explained_variance[static_cast<std::size_t>(j)]);
        }
    }
    ica.mixing = numerics::pseudo_inverse(ica.unmixing);
    warn_of_unstable(ica);
    sort_components(ica, whole ? source_powers(ica, *whole) : std::move(powers));
}

}  // namespace ranvier::meeg
