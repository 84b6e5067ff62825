#include <algorithm>
#include <numeric>

#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

Array<double, 2> rows_of(const Array<double, 2>& from, const std::vector<index>& rows) {
    Array<double, 2> out({std::ssize(rows), from.extent(1)});
    for (index k = 0; k < out.extent(0); ++k) {
        std::ranges::copy(from.view().row(rows[static_cast<std::size_t>(k)]), out.view().row(k).begin());
    }
    return out;
}

/// `per` columns, or rows, of each of some sources.
std::vector<index> expanded(const std::vector<index>& sources, index per) {
    std::vector<index> out;
    for (const index s : sources) {
        for (index k = 0; k < per; ++k) {
            out.push_back(per * s + k);
        }
    }
    return out;
}

Array<double, 2> columns_of(const Array<double, 2>& from, const std::vector<index>& columns) {
    Array<double, 2> out({from.extent(0), std::ssize(columns)});
    for (index r = 0; r < from.extent(0); ++r) {
        const auto row = from.view().row(r);
        std::ranges::transform(columns, out.view().row(r).begin(),
                               [&](index c) { return row[static_cast<std::size_t>(c)]; });
    }
    return out;
}

}  // namespace

void pick_channels(ForwardSolution& forward, const std::vector<std::string>& names, bool ordered) {
    std::vector<index> rows;
    if (ordered) {
        for (const std::string& name : names) {
            const auto at = std::ranges::find(forward.names, name);
            require(at != forward.names.end(), [&] { return "the forward solution has no channel '" + name + "'"; });
            rows.push_back(at - forward.names.begin());
        }
    } else {
        for (index k = 0; k < std::ssize(forward.names); ++k) {
            if (std::ranges::count(names, forward.names[static_cast<std::size_t>(k)]) > 0) {
                rows.push_back(k);
            }
        }
    }
    require(!rows.empty(), "no channel of the forward solution is left");
    forward.gain = rows_of(forward.gain, rows);
    if (!forward.original.empty()) {
        forward.original = rows_of(forward.original, rows);
    }
    forward.names = taken(forward.names, rows);
    std::vector<index> channels;
    for (const std::string& name : forward.names) {
        channels.push_back(channel_index(forward.info, name));
    }
    if (!ordered) {
        std::ranges::sort(channels);
    }
    pick_channels(forward.info, channels);
}

void restrict_forward(ForwardSolution& forward, const std::vector<index>& sources) {
    const index n = forward.n_sources();
    for (std::size_t k = 0; k < sources.size(); ++k) {
        require(sources[k] >= 0 && sources[k] < n && (k == 0 || sources[k] > sources[k - 1]), [&] {
            return "sources must be among the " + text_of(n) + " of the forward solution, and rise; number " +
                   text_of(k) + " of them is " + text_of(sources[k]);
        });
    }
    const index now = forward.fixed() ? 1 : 3;
    const index before = forward.original_orientation == SourceOrientation::fixed ? 1 : 3;
    const std::vector<index> columns = expanded(sources, now);
    forward.gain = columns_of(forward.gain, columns);
    forward.source_nn = rows_of(forward.source_nn, columns);
    if (!forward.original.empty()) {
        forward.original = columns_of(forward.original, expanded(sources, before));
    }
    index first = 0;
    auto at = sources.begin();
    for (SourceSpace& space : forward.sources.spaces) {
        std::vector<index> kept;
        const index end = first + space.n_used();
        for (; at != sources.end() && *at < end; ++at) {
            kept.push_back(space.vertices[static_cast<std::size_t>(*at - first)]);
        }
        first = end;
        space.vertices = std::move(kept);
        space.use_triangles = {};  // were those of all
    }
}

Array<double, 2> projected(const ForwardSolution& forward, const std::vector<index>& sources,
                           View<const double, 2> currents) {
    for (const index s : sources) {
        require(s >= 0 && s < forward.n_sources(), [&] {
            return "sources must be among the " + text_of(forward.n_sources()) + " of the forward solution; got " +
                   text_of(s);
        });
    }
    const std::vector<index> columns = expanded(sources, forward.fixed() ? 1 : 3);
    require(currents.extent(0) == std::ssize(columns), [&] {
        return "currents must have " + text_of(columns.size()) + " rows, one for each column of the sources; got " +
               text_of(currents.extent(0));
    });
    return numerics::matmul(columns_of(forward.gain, columns), currents);
}

ForwardSolution average_forward_solutions(const std::vector<const ForwardSolution*>& forwards,
                                          std::vector<double> weights) {
    require(!forwards.empty(), "there must be a forward solution to average");
    if (weights.empty()) {
        weights.assign(forwards.size(), 1);
    }
    require(weights.size() == forwards.size(), [&] {
        return "weights must be as many as forward solutions, " + text_of(forwards.size()) + "; got " +
               text_of(weights.size());
    });
    require(std::ranges::all_of(weights, [](double w) { return w >= 0; }), "weights must not be negative");
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    require(sum > 0, "weights must not all be zero");
    const ForwardSolution& first = *forwards.front();
    for (const ForwardSolution* other : forwards) {
        require(other->gain.extents() == first.gain.extents() &&
                    other->original_gain().extents() == first.original_gain().extents(),
                "forward solutions that are averaged must have the same channels and sources");
        require(
            other->orientation == first.orientation && other->surf_ori == first.surf_ori && other->frame == first.frame,
            "forward solutions that are averaged must have the same orientations and frame");
    }
    ForwardSolution out = first;
    out.original = first.original_gain();
    const auto add = [&](Array<double, 2>& to, auto&& part) {
        std::fill_n(to.data(), to.size(), 0.0);
        for (std::size_t k = 0; k < forwards.size(); ++k) {
            const double* from = part(*forwards[k]).data();
            for (index i = 0; i < to.size(); ++i) {
                to.data()[i] += weights[k] / sum * from[i];
            }
        }
    };
    add(out.gain, [](const ForwardSolution& f) -> const Array<double, 2>& { return f.gain; });
    if (first.original.empty() && std::ranges::all_of(forwards, [](auto* f) { return f->original.empty(); })) {
        out.original = {};
    } else {
        add(out.original, [](const ForwardSolution& f) -> const Array<double, 2>& { return f.original_gain(); });
    }
    return out;
}

}  // namespace ranvier::meeg
