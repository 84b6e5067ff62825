// Samples without some of their components.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/ica/parts.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// Components that are kept.
std::vector<index> kept_components(const Ica& ica, const IcaApplyOptions& options) {
    const index k = ica.n_components();
    const auto check = [&](const std::vector<index>& which, const char* what) {
        for (const index c : which) {
            require(c >= 0 && c < k, what, " must name components from 0 to ", k - 1, "; got ", c);
        }
    };
    check(options.include, "include");
    check(options.exclude, "exclude");
    check(ica.exclude, "ica.exclude");
    if (!options.include.empty()) {
        std::vector<index> kept = options.include;
        std::ranges::sort(kept);
        kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
        return kept;
    }
    std::vector<index> kept = counted(k);
    std::erase_if(kept, [&](index c) {
        return std::ranges::count(options.exclude, c) > 0 || std::ranges::count(ica.exclude, c) > 0;
    });
    return kept;
}

/// Whether V Vᵀ = 1 and U⁻ U = 1, so that taking components out is subtracting them.
bool is_complete(const Ica& ica, index pca) {
    const index k = ica.n_components(), n = std::ssize(ica.ch_names);
    if (pca != n || ica.by_covariance()) {
        return false;
    }
    const Array<double, 2> unit = product(ica.mixing, ica.unmixing);
    for (index i = 0; i < k; ++i) {
        for (index j = 0; j < k; ++j) {
            if (!(std::abs(unit(i, j) - (i == j)) < 1e-8)) {
                return false;
            }
        }
    }
    return true;
}

Cleaning cleaning_of(const Ica& ica, const IcaApplyOptions& options) {
    need_fit(ica);
    check_settings(options);
    const Value& asked = options.n_pca_components.is_none() ? ica.n_pca_components : options.n_pca_components;
    return cleaning_of(ica, kept_components(ica, options), pca_components_for(ica, asked));
}

}  // namespace

Cleaning cleaning_of(const Ica& ica, const std::vector<index>& kept, index pca) {
    const index k = ica.n_components(), n = std::ssize(ica.ch_names);
    const Projector P = projections_of(ica);
    std::vector<index> gone = counted(k);
    std::erase_if(gone, [&](index c) { return std::ranges::binary_search(kept, c); });
    const Array<double, 2> V = first_rows(ica.pca_components, pca), Vk = first_rows(ica.pca_components, k);
    const auto rows_of = [&](const std::vector<index>& which) {  // of U V
        Array<double, 2> U({std::ssize(which), k});
        for (std::size_t i = 0; i < which.size(); ++i) {
            std::copy_n(&ica.unmixing(which[i], 0), k, &U(static_cast<index>(i), 0));
        }
        return product(U, Vk);
    };
    const auto columns_of = [&](const std::vector<index>& which) {  // of Vᵀ U⁻
        Array<double, 2> M({std::ssize(which), k});
        for (std::size_t i = 0; i < which.size(); ++i) {
            for (index j = 0; j < k; ++j) {
                M(static_cast<index>(i), j) = ica.mixing(j, which[i]);
            }
        }
        Array<double, 2> maps({n, std::ssize(which)});
        numerics::matmul(Vk.view().transposed(), M.view().transposed(), maps);
        return maps;
    };
    Cleaning c;
    if (is_complete(ica, pca)) {
        // x − W⁻ M (U y − U m), and what the projections take out.
        const Array<double, 2> U = rows_of(gone), M = columns_of(gone);
        const Array<double, 2> white = whitening_of(ica, U), left = colouring_of(ica, M);
        const Array<double, 2> right = P.rank > 0 ? product(white, P.matrix) : white;
        const index r = P.rank, g = std::ssize(gone);
        c.left = Array<double, 2>({n, r + g});
        c.right = Array<double, 2>({r + g, n});
        c.centre.resize(static_cast<std::size_t>(r + g));
        const std::vector<double> centre = times(U, ica.pca_mean);
        std::ranges::copy(centre, c.centre.begin() + r);
        for (index ch = 0; ch < n; ++ch) {
            for (index i = 0; i < r; ++i) {
                c.left(ch, i) = c.right(i, ch) = P.vectors(i, ch);
            }
            for (index i = 0; i < g; ++i) {
                c.left(ch, r + i) = left(ch, i);
                c.right(r + i, ch) = right(i, ch);
            }
        }
        return c;
    }
    // M = Vᵀ U⁻ (kept) U V + the principal components behind those that were unmixed.
    Array<double, 2> M({n, n});
    if (!kept.empty()) {
        numerics::matmul(columns_of(kept), rows_of(kept), M);
    }
    if (pca > k) {
        const View<const double, 2> rest = V.view().slice(0, k, pca);
        numerics::gemm(true, false, n, n, pca - k, 1.0, rest.data(), n, rest.data(), n, 1.0, M.data(), n);
    }
    std::vector<double> offset = times(M, ica.pca_mean);
    Array<double, 2> column({n, 1});
    for (index i = 0; i < n; ++i) {
        column(i, 0) = ica.pca_mean[static_cast<std::size_t>(i)] - offset[static_cast<std::size_t>(i)];
    }
    column = colouring_of(ica, std::move(column));
    Array<double, 2> matrix = colouring_of(ica, whitening_of(ica, std::move(M)));
    c.whole = {P.rank > 0 ? product(matrix, P.matrix) : std::move(matrix), {column.data(), column.data() + n}};
    return c;
}

void clean(const Cleaning& c, View<double, 2> data, const std::vector<index>& picks,
           const std::function<void(index)>& told) {
    const index n = std::ssize(picks), r = c.right.extent(0), length = data.extent(1);
    const auto row = [&](index i) { return data.row(picks[static_cast<std::size_t>(i)]).data(); };
    if (c.whole.matrix.empty() && r == 0) {
        return;
    }
    parallel_for((length + ica_panel - 1) / ica_panel, [&](index b) {
        const index begin = b * ica_panel, count = std::min(ica_panel, length - begin);
        Array<double, 2> x({n, count}), y({c.whole.matrix.empty() ? r : n, count});
        for (index i = 0; i < n; ++i) {
            std::copy_n(row(i) + begin, count, &x(i, 0));
        }
        if (c.whole.matrix.empty()) {
            numerics::gemm(false, false, r, count, n, 1.0, c.right.data(), n, x.data(), count, 0.0, y.data(), count);
            for (index i = 0; i < r; ++i) {
                for (double& v : y.view().row(i)) {
                    v -= c.centre[static_cast<std::size_t>(i)];
                }
            }
            numerics::gemm(false, false, n, count, r, -1.0, c.left.data(), r, y.data(), count, 1.0, x.data(), count);
        } else {
            numerics::gemm(false, false, n, count, n, 1.0, c.whole.matrix.data(), n, x.data(), count, 0.0, y.data(),
                           count);
            add_offset(y, c.whole.offset);
        }
        const Array<double, 2>& result = c.whole.matrix.empty() ? x : y;
        for (index i = 0; i < n; ++i) {
            std::copy_n(&result(i, 0), count, row(i) + begin);
        }
        if (told) {
            told(count);
        }
    });
}

Fields IcaApplyOptions::fields() {
    using O = IcaApplyOptions;
    return {"ica_apply",
            {field("include", &O::include, "components that are kept, where any are named"),
             field("exclude", &O::exclude, "components that are taken out beside ica.exclude"),
             field("n_pca_components", &O::n_pca_components,
                   "principal components that are kept: a number, a share of the variance, or none: all"),
             field("start", &O::start, "first sample").at_least(0),
             field("stop", &O::stop, "sample behind the last").at_least(0)}};
}

index components_for(std::span<const double> variance, double share) {
    const double total = std::reduce(variance.begin(), variance.end());
    double sum = 0;
    index below = 0;
    for (const double v : variance) {
        sum += v;
        below += sum / total <= share;
    }
    return std::min(below + 1, std::ssize(variance));
}

index pca_components_for(const Ica& ica, const Value& asked) {
    const index p = ica.pca_components.extent(0), k = ica.n_components();
    if (asked.is_none()) {
        return p;
    }
    if (const auto* count = asked.as<std::int64_t>()) {
        require(*count <= p, "n_pca_components must be at most ", p, ", the number of principal components; got ",
                *count);
        return std::max<index>(*count, k);
    }
    const auto* share = asked.as<double>();
    require(share != nullptr && *share > 0 && *share <= 1,
            "n_pca_components must be None, a whole number or a share of the variance in (0, 1]; got ", text_of(asked));
    const index n = components_for(ica.pca_explained_variance, *share);
    require(n >= k, "n_pca_components=", *share, " keeps ", n, " principal components, fewer than the ", k,
            " that were unmixed; give a larger share");
    return n;
}

void apply(const Ica& ica, Raw& raw, const IcaApplyOptions& options) {
    require(raw.preloaded, "ICA is applied to samples in memory; load them first");
    const Cleaning c = cleaning_of(ica, options);
    const std::vector<index> picks = picks_of(ica, raw.info, "the recording");
    const index start = std::min(options.start.value_or(0), raw.n_samples());
    const index stop = std::min(options.stop.value_or(raw.n_samples()), raw.n_samples());
    require(start <= stop, "start must not lie behind stop; got ", start, " and ", stop);
    Progress progress("ICA: cleaning", stop - start);
    clean(c, raw.data.view().slice(1, start, stop), picks, [&](index count) { progress.advance(count); });
}

void apply(const Ica& ica, Epochs& epochs, const IcaApplyOptions& options) {
    require(epochs.preloaded, "ICA is applied to epochs in memory; load them first");
    const Cleaning c = cleaning_of(ica, options);
    const std::vector<index> picks = picks_of(ica, epochs.info, "the epochs");
    Progress progress("ICA: cleaning", epochs.n_epochs());
    parallel_for(epochs.n_epochs(), [&](index e) {
        clean(c, epochs.data.view()[e], picks);
        progress.advance();
    });
}

void apply(const Ica& ica, Evoked& evoked, const IcaApplyOptions& options) {
    const Cleaning c = cleaning_of(ica, options);
    clean(c, evoked.data, picks_of(ica, evoked.info, "the average"));
}

}  // namespace ranvier::meeg
