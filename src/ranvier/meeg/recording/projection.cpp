// Signal-space projection.
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
bool same(const Array<double, 2>& a, const Array<double, 2>& b) {
    return a.extents() == b.extents() && std::equal(a.data(), a.data() + a.size(), b.data());
}

bool same(const Projection& a, const Projection& b) {
    return a.kind == b.kind && a.description == b.description && a.channels == b.channels && same(a.vectors, b.vectors);
}

bool all_active(const Info& info) { return std::ranges::all_of(info.projections, &Projection::active); }

void activate_projections(Info& info) {
    for (auto& p : info.projections) {
        p.active = true;
    }
}

void project_loaded(Epochs& epochs) {
    const auto vectors = projector(epochs.info).vectors;
    activate_projections(epochs.info);
    if (!vectors.empty()) {
        parallel_for(epochs.n_epochs(), [&](index k) { project_out(vectors, epochs.data.view()[k]); });
    }
}

Projection average_reference(const Info& info, const std::vector<ChannelType>& types) {
    require(info.custom_ref_applied == CustomReference::off,
            "an average-reference projection can't follow another reference; the data have been re-referenced "
            "already (custom_ref_applied)");
    std::vector<std::string> names;
    for (const auto type : types) {
        require(!pick_types(info, {type}, true).empty(), [&] {
            return "an average reference needs a good channel of type " + std::string(name(type)) + "; there is none";
        });
        names.push_back(upper_case(name(type)));
    }
    const auto picks = pick_types(info, types, true);

    Projection p;
    p.kind = ProjectionKind::average_reference;
    p.description = "Average " + joined(names, "/") + " reference";
    const auto n = static_cast<index>(picks.size());
    p.vectors = Array<double, 2>({1, n});
    p.channels = taken(channel_names(info), picks);
    std::fill_n(p.vectors.data(), n, 1 / std::sqrt(static_cast<double>(n)));
    return p;
}

Projector projector(const Info& info, bool include_active) {
    const index n = info.n_channels();
    Projector result;
    result.matrix = identity(n);
    std::vector<std::vector<double>> columns;
    const std::unordered_set<std::string_view> bads(info.bads.begin(), info.bads.end());
    for (const auto& p : info.projections) {
        if (p.active && !include_active) {
            continue;
        }
        std::unordered_map<std::string_view, index> places;
        for (std::size_t k = 0; k < p.channels.size(); ++k) {
            require(places.emplace(p.channels[k], static_cast<index>(k)).second, [&] {
                return "a projection must name a channel once; '" + p.description + "' names '" + p.channels[k] +
                       "' twice";
            });
        }
        for (index v = 0; v < p.vectors.extent(0); ++v) {
            std::vector<double> column(static_cast<std::size_t>(n));
            double square = 0;
            index used = 0;
            for (index c = 0; c < n; ++c) {
                const auto& name = info.channels[static_cast<std::size_t>(c)].name;
                const auto place = places.find(name);
                if (place != places.end() && !bads.contains(name)) {
                    const double x = p.vectors(v, place->second);
                    column[static_cast<std::size_t>(c)] = x;
                    square += x * x;
                    ++used;
                }
            }
            if (square == 0) {
                continue;
            }
            const double size = std::sqrt(square);
            // An average reference stays one on fewer channels; other vectors lose their meaning.
            if (size < 0.9 && (p.kind != ProjectionKind::average_reference || used == 1)) {
                warn("projection '" + p.description + "' keeps " + text_of(static_cast<int>(100 * size)) +
                     " % of its magnitude on the " + text_of(used) + " of its " + text_of(p.channels.size()) +
                     " channels that are here and good; compute it anew if the "
                     "missing ones were good then");
            }
            for (double& x : column) {
                x /= size;
            }
            columns.push_back(std::move(column));
        }
    }
    if (columns.empty()) {
        return result;
    }
    Array<double, 2> all({n, static_cast<index>(columns.size())});
    for (index c = 0; c < n; ++c) {
        for (std::size_t k = 0; k < columns.size(); ++k) {
            all(c, k) = columns[k][static_cast<std::size_t>(c)];
        }
    }
    const auto svd = numerics::svd(all);
    while (result.rank < static_cast<int>(svd.s.size()) &&
           svd.s[static_cast<std::size_t>(result.rank)] > 1e-2 * svd.s[0]) {
        ++result.rank;
    }
    require(result.rank < n, [&] {
        return "projections must leave something of the data; " + text_of(result.rank) + " vectors on " + text_of(n) +
               " channels leave nothing";
    });
    result.vectors = Array<double, 2>({result.rank, n});
    for (int r = 0; r < result.rank; ++r) {
        for (index c = 0; c < n; ++c) {
            // Zero where no projection reaches, not a rounding error of the decomposition: such channels stay apart.
            const bool reached = std::any_of(columns.begin(), columns.end(), [&](const auto& column) {
                return column[static_cast<std::size_t>(c)] != 0;
            });
            result.vectors(r, c) = reached ? svd.U(c, r) : 0;
        }
    }
    for (int r = 0; r < result.rank; ++r) {
        for (index i = 0; i < n; ++i) {
            const double u = result.vectors(r, i);
            for (index j = 0; u != 0 && j < n; ++j) {
                result.matrix(i, j) -= u * result.vectors(r, j);
            }
        }
    }
    return result;
}

void normalize_projections(Info& info) {
    for (auto& p : info.projections) {
        std::vector<index> kept;
        std::vector<std::string> names;
        for (index c = 0; c < info.n_channels(); ++c) {
            const auto& name = info.channels[static_cast<std::size_t>(c)].name;
            const auto place = std::ranges::find(p.channels, name);
            if (place != p.channels.end() && !is_bad(info, c)) {
                kept.push_back(place - p.channels.begin());
                names.push_back(name);
            }
        }
        Array<double, 2> vectors({p.vectors.extent(0), static_cast<index>(kept.size())});
        for (index v = 0; v < vectors.extent(0); ++v) {
            const auto row = vectors.view().row(v);
            double square = 0;
            for (std::size_t k = 0; k < kept.size(); ++k) {
                row[k] = p.vectors(v, kept[k]);
                square += row[k] * row[k];
            }
            for (double& x : row) {
                x /= square > 0 ? std::sqrt(square) : 1;
            }
        }
        p.channels = std::move(names);
        p.vectors = std::move(vectors);
    }
}

void add_projections(Info& info, const StableVector<Projection>& projections) {
    for (const auto& projection : projections) {
        check(projection);
        const bool there = std::any_of(info.projections.begin(), info.projections.end(),
                                       [&](const auto& p) { return same(p, projection); });
        if (!there) {
            info.projections.push_back(projection);
            info.projections.back().active = false;
        }
    }
}

void apply_projections(Raw& raw) {
    if (all_active(raw.info)) {
        return;
    }
    const auto p = projector(raw.info);
    if (p.rank > 0) {
        if (raw.preloaded) {
            const index n = raw.n_samples(), block = 4096;
            parallel_for((n + block - 1) / block, [&](index piece) {
                project_out(p.vectors, raw.data.view().slice(1, piece * block, std::min(n, (piece + 1) * block)));
            });
        } else {
            apply_operator(raw, p.matrix);
        }
    }
    activate_projections(raw.info);
}

void apply_projections(Epochs& epochs) {
    if (all_active(epochs.info)) {
        return;
    }
    epochs.options.proj = Projecting::yes;
    if (epochs.preloaded) {
        project_loaded(epochs);
        return;
    }
    load(epochs);
    activate_projections(epochs.info);
}

void apply_projections(Evoked& evoked) {
    if (all_active(evoked.info)) {
        return;
    }
    const auto vectors = projector(evoked.info).vectors;
    if (!vectors.empty()) {
        project_out(vectors, evoked.data);
    }
    activate_projections(evoked.info);
}

}  // namespace ranvier::meeg
