#include "ranvier/meeg/noise/whitening.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// Rows and columns at `which`, of a diagonal covariance too.
Array<double, 2> square(const Covariance& covariance, const std::vector<index>& which) {
    const index n = std::ssize(which);
    Array<double, 2> result({n, n});
    for (index i = 0; i < n; ++i) {
        const index a = which[static_cast<std::size_t>(i)];
        for (index j = 0; j < n; ++j) {
            const index b = which[static_cast<std::size_t>(j)];
            result(i, j) = covariance.diagonal ? (a == b ? covariance.data(0, a) : 0.0) : covariance.data(a, b);
        }
    }
    return result;
}

Array<double, 2> block(View<const double, 2> a, const std::vector<index>& picks) {
    const index n = std::ssize(picks);
    Array<double, 2> result({n, n});
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            result(i, j) = a(picks[static_cast<std::size_t>(i)], picks[static_cast<std::size_t>(j)]);
        }
    }
    return result;
}

bool has_average_reference(const Info& info) {
    return std::any_of(info.projections.begin(), info.projections.end(), [](const Projection& p) {
        return p.kind == ProjectionKind::average_reference || p.description == "Average EEG reference";
    });
}

/// A covariance of an Info's channels and no more than that.
Covariance bare(Array<double, 2> data, const Info& info) {
    Covariance covariance;
    covariance.names = channel_names(info);
    covariance.data = std::move(data);
    return covariance;
}

struct Spectrum {
    std::vector<double> values;
    Array<double, 2> vectors;  ///< rows
    std::vector<bool> kept;
};

/// Eigenvalues of each type by itself, within its rank. The channels of `info` are those of `data`; its projections
/// count.
Spectrum spectrum(Array<double, 2> data, const Info& info, const RankOptions& options) {
    const index n = info.n_channels();
    const Projector projection = projector(info);
    if (projection.rank > 0) {
        data = congruent(data, projection.matrix);
    }
    const Ranks ranks = compute_rank(bare(data, info), info, options);
    Spectrum result{std::vector<double>(static_cast<std::size_t>(n)), Array<double, 2>({n, n}),
                    std::vector<bool>(static_cast<std::size_t>(n))};
    for (const auto& group : data_groups(info, true, false)) {
        const index size = std::ssize(group.picks), rank = rank_of(ranks, group.type);
        require(rank > 0 && rank <= size, "rank of '", group.type, "' must be in [1, ", size, "]; got ", rank);
        const auto eigen = numerics::symmetric_eigen(block(data, group.picks));
        const double smallest = eigen.values[static_cast<std::size_t>(size - rank)];
        if (eigen.values.back() > 1e10 * smallest) {
            warn("eigenvalues of the covariance of " + group.type + " at rank " + text_of(rank) + " span from " +
                 formatted("%.3g", smallest) + " to " + formatted("%.3g", eigen.values.back()) +
                 ", more than ten orders: whitening will be unstable; lower the rank");
        }
        if (group.type == "eeg" && info.custom_ref_applied == CustomReference::off && !has_average_reference(info)) {
            warn(
                "EEG has no average-reference projection, on which its covariance depends; add one "
                "(set_eeg_reference(projection=True)) and compute the covariance again");
        }
        for (index k = 0; k < size; ++k) {
            const index at = group.picks[static_cast<std::size_t>(k)];
            const bool kept = k >= size - rank;
            result.kept[static_cast<std::size_t>(at)] = kept;
            result.values[static_cast<std::size_t>(at)] = kept ? eigen.values[static_cast<std::size_t>(k)] : 0;
            for (index c = 0; c < size; ++c) {
                result.vectors(at, group.picks[static_cast<std::size_t>(c)]) = eigen.vectors(c, k);
            }
        }
    }
    return result;
}

/// The channels with projections of their own and of a covariance.
Info with_projections(const Info& info, const std::vector<index>& picks, const Covariance& covariance) {
    Info part = info;
    part.bads.clear();
    for (const auto& projection : covariance.projections) {
        if (std::none_of(part.projections.begin(), part.projections.end(),
                         [&](const auto& p) { return same(p, projection); })) {
            part.projections.push_back(projection);
        }
    }
    pick_channels(part, picks);
    return part;
}

}  // namespace

Covariance regularized(const Covariance& covariance, const Info& info, const RegularizeOptions& options) {
    require(!covariance.diagonal, "regularize needs a full covariance; this one is diagonal");
    Covariance result = covariance;
    std::vector<std::string> exclude = options.exclude.value_or(info.bads);
    if (!options.exclude) {
        exclude.insert(exclude.end(), covariance.bads.begin(), covariance.bads.end());
    }
    const bool full = rank_rule(options.rank).way == RankRule::Way::full;
    const auto load_of = [&](const std::string& type) {
        const auto at = std::ranges::find(options.loads, type, &std::pair<std::string, double>::first);
        const double load = at == options.loads.end() ? 0.1 : at->second;
        require(load >= 0, type, " must be >= 0; got ", load);
        return load;
    };
    const bool joint = !full && maxwell_rank(info).has_value();
    Info clean = info;
    clean.bads.clear();
    RankOptions ranking;
    ranking.rank = options.rank;
    ranking.scalings = options.scalings;
    Value::Map ranks;
    if (!full) {
        for (const auto& [type, rank] : compute_rank(covariance, info, ranking)) {
            ranks.emplace_back(type, rank);
        }
    }
    RankOptions given;
    given.rank = std::move(ranks);

    index found = 0;
    for (const auto& group : data_groups(clean, joint, false)) {
        std::vector<index> picks, rows;  // in the info, and in the covariance, in whose order they are
        for (std::size_t k = 0; k < covariance.names.size(); ++k) {
            const std::string& name = covariance.names[k];
            const auto at = std::ranges::find_if(
                group.picks, [&](index c) { return clean.channels[static_cast<std::size_t>(c)].name == name; });
            if (at != group.picks.end() && std::ranges::find(exclude, name) == exclude.end()) {
                picks.push_back(*at);
                rows.push_back(static_cast<index>(k));
            }
        }
        if (picks.empty()) {
            continue;
        }
        found += std::ssize(picks);
        if (group.type == "meg") {
            require(load_of("mag") == load_of("grad"),
                    "mag must equal grad where Maxwell filtering has mixed them; got ", load_of("mag"), " and ",
                    load_of("grad"));
        }
        const double load = load_of(group.type == "meg" ? "mag" : group.type);
        if (load == 0) {
            continue;
        }
        const index n = std::ssize(picks);
        Array<double, 2> data = square(covariance, rows), keeper = identity(n);  // onto what the data can hold
        index rank = n;
        if (full) {
            if (options.proj) {
                const Projector p = projector(with_projections(info, picks, covariance));
                keeper = p.matrix;
                rank -= p.rank;
            }
        } else {
            const Spectrum all = spectrum(data, part_of(clean, picks), given);
            keeper = Array<double, 2>({n, n});
            rank = 0;
            for (index v = 0; v < n; ++v) {
                if (all.kept[static_cast<std::size_t>(v)]) {
                    ++rank;
                    for (index i = 0; i < n; ++i) {
                        for (index j = 0; j < n; ++j) {
                            keeper(i, j) += all.vectors(v, i) * all.vectors(v, j);
                        }
                    }
                }
            }
        }
        data = congruent(data, keeper);
        double mean = 0;
        for (index k = 0; k < n; ++k) {
            mean += data(k, k) / static_cast<double>(rank);
        }
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                result.data(rows[static_cast<std::size_t>(i)], rows[static_cast<std::size_t>(j)]) =
                    data(i, j) + load * mean * keeper(i, j);
            }
        }
    }
    for (const std::string& name : covariance.names) {
        const auto at = std::ranges::find(clean.channels, name, &Channel::name);
        if (at != clean.channels.end() && std::ranges::find(exclude, name) == exclude.end()) {
            --found;
        }
    }
    require(found == 0, "a covariance to regularize must be of data channels; it has others too");
    result.eig.clear();
    result.eigvec = {};
    return result;
}

Covariance prepared_noise_covariance(const Covariance& covariance, const Info& info,
                                     const std::vector<std::string>& names, const RankOptions& options) {
    const auto wanted = names.empty() ? channel_names(info) : names;
    std::vector<index> rows;
    std::vector<std::string> missing;
    for (const std::string& name : wanted) {
        const auto at = std::ranges::find(covariance.names, name);
        if (at == covariance.names.end()) {
            missing.push_back(name);
        }
        rows.push_back(at - covariance.names.begin());
    }
    if (!missing.empty()) {
        throw Conflict("a noise covariance must have all channels that are whitened; it lacks " + joined(missing));
    }
    Covariance result;
    result.names = wanted;
    result.bads = covariance.bads;
    result.projections = covariance.projections;
    result.nfree = covariance.nfree;
    result.method = covariance.method;
    result.loglik = covariance.loglik;
    result.kind = covariance.kind;
    result.data = square(covariance, rows);
    Spectrum all = spectrum(result.data, with_projections(info, channel_indices(info, wanted), covariance), options);
    result.eig = std::move(all.values);
    result.eigvec = std::move(all.vectors);
    return result;
}

std::vector<CovariancePart> parts_by_type(const Covariance& covariance, const Info& info,
                                          const std::vector<std::string>& exclude, bool proj) {
    std::vector<index> picks, rows;
    for (std::size_t k = 0; k < covariance.names.size(); ++k) {
        const std::string& name = covariance.names[k];
        const auto at = std::ranges::find(info.channels, name, &Channel::name);
        if (at != info.channels.end() && std::ranges::find(exclude, name) == exclude.end()) {
            picks.push_back(at - info.channels.begin());
            rows.push_back(static_cast<index>(k));
        }
    }
    require(!picks.empty(), "covariance and info must share channels; they share none");
    Info part = info;
    part.bads.clear();
    pick_channels(part, picks);
    Array<double, 2> data = square(covariance, rows);
    if (proj) {
        data = congruent(data, projector(part).matrix);
    }
    std::vector<CovariancePart> parts;
    for (const auto& group : data_groups(part, false, false)) {
        Info own = part_of(part, group.picks);
        own.projections = {};
        CovariancePart found;
        found.type = group.type;
        found.data = block(data, group.picks);
        found.rank = rank_of(compute_rank(bare(found.data, own), own), group.type);
        found.singular = numerics::symmetric_eigen(found.data).values;
        for (double& x : found.singular) {
            x = std::abs(x);
        }
        std::ranges::sort(found.singular, std::greater<>());
        parts.push_back(std::move(found));
    }
    return parts;
}

Whitener whitener(const Covariance& prepared, WhiteSpace space) {
    const index n = std::ssize(prepared.eig);
    require(n == std::ssize(prepared.names) && prepared.eigvec.extent(0) == n && n > 0,
            "a whitener needs a covariance with eigenvalues: call prepare_noise_cov(), or give an info");
    std::vector<index> kept;
    for (index k = 0; k < n; ++k) {
        if (prepared.eig[static_cast<std::size_t>(k)] > 0) {
            kept.push_back(k);
        }
    }
    Whitener result;
    result.rank = static_cast<int>(kept.size());
    const bool few = space == WhiteSpace::components;
    const index rows = few ? std::ssize(kept) : n;
    Array<double, 2> white({rows, n}), colour({n, rows});
    for (std::size_t k = 0; k < kept.size(); ++k) {
        const index row = few ? static_cast<index>(k) : kept[k];
        const double root = std::sqrt(prepared.eig[static_cast<std::size_t>(kept[k])]);
        for (index c = 0; c < n; ++c) {
            white(row, c) = prepared.eigvec(kept[k], c) / root;
            colour(c, row) = prepared.eigvec(kept[k], c) * root;
        }
    }
    if (space == WhiteSpace::channels) {
        result.matrix = Array<double, 2>({n, n});
        result.colorer = Array<double, 2>({n, n});
        numerics::matmul(prepared.eigvec.view().transposed(), white, result.matrix);
        numerics::matmul(colour, prepared.eigvec, result.colorer);
    } else {
        result.matrix = std::move(white);
        result.colorer = std::move(colour);
    }
    return result;
}

Evoked whitened(Evoked evoked, const Covariance& covariance, const std::vector<index>& picks,
                const RankOptions& options, bool diagonal) {
    Covariance noise = covariance;
    if (diagonal && !noise.diagonal) {
        Array<double, 2> variances({1, covariance.data.extent(0)});
        for (index k = 0; k < variances.extent(1); ++k) {
            variances(0, k) = covariance.data(k, k);
        }
        noise.data = std::move(variances);
        noise.diagonal = true;
    }
    const auto matrix =
        whitener(prepared_noise_covariance(noise, evoked.info, taken(channel_names(evoked.info), picks), options))
            .matrix;
    const auto data = rows(evoked.data, picks);
    Array<double, 2> white(data.extents());
    numerics::matmul(matrix, data, white);
    const double gain = std::sqrt(evoked.nave);
    for (std::size_t k = 0; k < picks.size(); ++k) {
        const auto from = white.view().row(static_cast<index>(k));
        std::ranges::transform(from, evoked.data.view().row(picks[k]).begin(), [&](double x) { return gain * x; });
    }
    return evoked;
}

}  // namespace ranvier::meeg
