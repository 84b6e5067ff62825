#include "ranvier/meeg/noise/reduction.hpp"

#include <algorithm>
#include <optional>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// An orthonormal basis of what is orthogonal to the rows of `null`.
Array<double, 2> complement(View<const double, 2> null) {
    const index n = null.extent(1), k = null.extent(0);
    Array<double, 2> left = identity(n);
    for (index v = 0; v < k; ++v) {
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                left(i, j) -= null(v, i) * null(v, j);
            }
        }
    }
    const auto eigen = numerics::symmetric_eigen(left);
    return Array<double, 2>(eigen.vectors.view().slice(1, k, n).transposed());
}

/// The channels at `at` of the rows of `null` that lie on them alone, or nothing where some lie elsewhere too.
std::optional<Array<double, 2>> part_on(View<const double, 2> null, const std::vector<index>& at) {
    const index k = null.extent(0), n = std::ssize(at);
    Array<double, 2> part({k, n}), shares({k, k});
    for (index v = 0; v < k; ++v) {
        for (index c = 0; c < n; ++c) {
            part(v, c) = null(v, at[static_cast<std::size_t>(c)]);
        }
    }
    numerics::matmul(part, part.view().transposed(), shares);
    const auto eigen = numerics::symmetric_eigen(shares);
    index here = 0;
    for (const double share : eigen.values) {
        if (share > 1e-6 && share < 1 - 1e-6) {
            return {};
        }
        here += share > 0.5;
    }
    Array<double, 2> rows({here, n});
    numerics::matmul(eigen.vectors.view().slice(1, k - here, k).transposed(), part, rows);
    return rows;
}

}  // namespace

Reduction reduced(const Array<double, 2>& covariance, const Info& info, const Ranks& ranks) {
    const index n = info.n_channels();
    int total = 0;
    for (const auto& group : data_groups(info, true, false)) {
        total += rank_of(ranks, group.type);
    }
    if (total == n) {
        return {identity(n), data_groups(info, false, false)};
    }
    Reduction result;
    std::vector<std::vector<double>> rows;
    const auto keep = [&](const std::string& type, const std::vector<index>& picks, View<const double, 2> basis) {
        ChannelGroup group{type, {}};
        for (index r = 0; r < basis.extent(0); ++r) {
            std::vector<double> row(static_cast<std::size_t>(n));
            for (std::size_t c = 0; c < picks.size(); ++c) {
                row[static_cast<std::size_t>(picks[c])] = basis(r, static_cast<index>(c));
            }
            group.picks.push_back(std::ssize(rows));
            rows.push_back(std::move(row));
        }
        if (!group.picks.empty()) {
            result.groups.push_back(std::move(group));
        }
    };
    const Projector projection = projector(info);
    const auto clean = projection.rank > 0 ? congruent(covariance, projection.matrix) : covariance;
    const auto apart = data_groups(info, false, false);
    for (const auto& group : data_groups(info, true, false)) {
        const index size = std::ssize(group.picks), rank = rank_of(ranks, group.type), lost = size - rank;
        require(rank >= 0 && lost >= 0, "rank of '", group.type, "' must be in [0, ", size, "]; got ", rank);
        if (lost == 0 && group.type != "meg") {
            keep(group.type, group.picks, identity(size));
            continue;
        }
        Array<double, 2> own({size, size});
        for (index i = 0; i < size; ++i) {
            for (index j = 0; j < size; ++j) {
                own(i, j) = clean(group.picks[static_cast<std::size_t>(i)], group.picks[static_cast<std::size_t>(j)]);
            }
        }
        const auto eigen = numerics::symmetric_eigen(own);
        if (rank > 0 && eigen.values.back() > 1e10 * eigen.values[static_cast<std::size_t>(lost)]) {
            warn("eigenvalues of the covariance of " + group.type + " at rank " + text_of(rank) + " span from " +
                 formatted("%.3g", eigen.values[static_cast<std::size_t>(lost)]) + " to " +
                 formatted("%.3g", eigen.values.back()) +
                 ", more than ten orders: whitening will be unstable; lower the rank");
        }
        const Array<double, 2> null(eigen.vectors.view().slice(1, 0, lost).transposed());
        if (group.type != "meg") {
            keep(group.type, group.picks, complement(null));
            continue;
        }
        // Magnetometers and gradiometers stay apart where nothing that was taken out mixes them.
        std::vector<std::pair<const ChannelGroup*, Array<double, 2>>> parts;
        for (const auto& type : apart) {
            if (type.type == "mag" || type.type == "grad") {
                std::vector<index> at;
                for (const index k : type.picks) {
                    at.push_back(std::ranges::find(group.picks, k) - group.picks.begin());
                }
                if (auto rest = part_on(null, at)) {
                    parts.emplace_back(&type, std::move(*rest));
                }
            }
        }
        if (parts.size() == 2) {
            for (const auto& [type, rest] : parts) {
                keep(type->type, type->picks, complement(rest));
            }
        } else {
            keep(group.type, group.picks, complement(null));
        }
    }
    require(!rows.empty(), "a covariance needs a rank above 0; the channels are flat, or projections leave nothing");
    result.basis = Array<double, 2>({std::ssize(rows), n});
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::ranges::copy(rows[r], result.basis.view().row(static_cast<index>(r)).begin());
    }
    return result;
}

}  // namespace ranvier::meeg
