#include "ranvier/meeg/anatomy/parcels.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <set>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

void check_points(const numerics::SparseMatrix& edges, const std::vector<index>& points) {
    for (const index p : points) {
        require(p >= 0 && p < edges.rows,
                [&] { return "seeds must be among the " + text_of(edges.rows) + " points; got " + text_of(p); });
    }
}

}  // namespace

Grown grown(const numerics::SparseMatrix& edges, const std::vector<index>& seeds, double extent) {
    check_points(edges, seeds);
    const Reached found = reached(edges, seeds, extent);
    Grown made;
    for (index p = 0; p < edges.rows; ++p) {
        if (std::isfinite(found.distances[at(p)])) {
            made.points.push_back(p);
            made.distances.push_back(found.distances[at(p)]);
        }
    }
    return made;
}

std::vector<std::vector<index>> grown_apart(const numerics::SparseMatrix& edges,
                                            const std::vector<std::vector<index>>& seeds,
                                            const std::vector<double>& extents) {
    require(seeds.size() == extents.size(), "there must be an extent for each list of seeds");
    std::vector<index> owner(at(edges.rows), -1);
    for (std::size_t label = 0; label < seeds.size(); ++label) {
        check_points(edges, seeds[label]);
        for (const index seed : seeds[label]) {
            require(owner[at(seed)] < 0 || owner[at(seed)] == static_cast<index>(label),
                    [&] { return "seeds of labels that do not overlap must differ; two have " + text_of(seed); });
            owner[at(seed)] = static_cast<index>(label);
        }
    }
    std::vector<index> all;
    for (index p = 0; p < edges.rows; ++p) {
        if (owner[at(p)] >= 0) {
            all.push_back(p);
        }
    }
    const Reached found = reached(edges, all);
    std::vector<std::vector<index>> made(seeds.size());
    for (index p = 0; p < edges.rows; ++p) {
        if (found.sources[at(p)] >= 0) {
            const index label = owner[at(found.sources[at(p)])];
            if (found.distances[at(p)] <= extents[at(label)]) {
                made[at(label)].push_back(p);
            }
        }
    }
    return made;
}

std::vector<std::vector<index>> random_parcels(const numerics::SparseMatrix& edges, index parcel_size, index n_parcels,
                                               const std::function<index(index)>& drawn) {
    const index n = edges.rows;
    require(n > 0 && n_parcels > 0 && n_parcels <= n, [&] {
        return "the number of parcels must be from 1 to that of points, " + text_of(n) + "; got " + text_of(n_parcels);
    });
    std::vector<index> parcel(at(n), -1);
    index label = 0, size = 1, rest = n - 1;
    index first = drawn(n);
    parcel[at(first)] = 0;
    std::deque<index> queue{first};
    while (rest > 0) {
        if (queue.empty()) {
            std::vector<index> open;
            for (index p = 0; p < n; ++p) {
                if (parcel[at(p)] < 0) {
                    open.push_back(p);
                }
            }
            first = open[at(drawn(std::ssize(open)))];
            queue = {first};
            parcel[at(first)] = ++label;
            size = 1;
            --rest;
        }
        const index from = queue.front();
        queue.pop_front();
        for (const std::int32_t to : edges.columns_in(from)) {
            if (parcel[at(to)] >= 0) {
                continue;
            }
            --rest;
            if (size > parcel_size) {
                parcel[at(to)] = ++label;
                size = 1;
                queue = {to};
                break;
            }
            parcel[at(to)] = label;
            ++size;
            queue.push_back(to);
        }
    }
    std::vector<std::vector<index>> made(at(label) + 1);
    for (index p = 0; p < n; ++p) {
        made[at(parcel[at(p)])].push_back(p);
    }
    // Which parcels touch; small ones join the smallest of those, in the order in which they are listed.
    std::vector<std::set<index>> touching(made.size());
    for (index p = 0; p < n; ++p) {
        for (const std::int32_t q : edges.columns_in(p)) {
            if (parcel[at(p)] != parcel[at(q)]) {
                touching[at(parcel[at(p)])].insert(parcel[at(q)]);
            }
        }
    }
    std::vector<index> alive(made.size());
    for (std::size_t k = 0; k < alive.size(); ++k) {
        alive[k] = static_cast<index>(k);
    }
    while (std::ssize(alive) > n_parcels) {
        const auto smaller = [&](index a, index b) { return made[at(a)].size() < made[at(b)].size(); };
        const auto least = std::min_element(alive.begin(), alive.end(), smaller);
        const index gone = *least;
        require(!touching[at(gone)].empty(),
                "a surface that is cut in parcels must hang together, and this one has a part of its own");
        const index to = *std::min_element(touching[at(gone)].begin(), touching[at(gone)].end(), smaller);
        for (const index other : touching[at(gone)]) {
            touching[at(other)].erase(gone);
            if (other != to) {
                touching[at(other)].insert(to);
                touching[at(to)].insert(other);
            }
        }
        made[at(to)].insert(made[at(to)].end(), made[at(gone)].begin(), made[at(gone)].end());
        made[at(gone)].clear();
        touching[at(gone)].clear();
        alive.erase(least);
    }
    std::vector<std::vector<index>> kept;
    for (const index k : alive) {
        std::sort(made[at(k)].begin(), made[at(k)].end());
        kept.push_back(std::move(made[at(k)]));
    }
    return kept;
}

std::vector<index> connected(const numerics::SparseMatrix& graph, const std::vector<bool>& chosen) {
    require(graph.rows == graph.columns && std::ssize(chosen) == graph.rows,
            "a graph must be square, and nodes be chosen for each of its rows");
    std::vector<index> part(chosen.size(), -1);
    index n_parts = 0;
    for (index p = 0; p < graph.rows; ++p) {
        if (!chosen[at(p)] || part[at(p)] >= 0) {
            continue;
        }
        std::vector<index> open{p};
        part[at(p)] = n_parts;
        while (!open.empty()) {
            const index from = open.back();
            open.pop_back();
            for (const std::int32_t to : graph.columns_in(from)) {
                if (chosen[at(to)] && part[at(to)] < 0) {
                    part[at(to)] = n_parts;
                    open.push_back(to);
                }
            }
        }
        ++n_parts;
    }
    return part;
}

Array<double, 2> inflated(const Surface& surface, int steps) {
    check(surface);
    require(steps >= 0, [&] { return "the number of steps must be >= 0; got " + text_of(steps); });
    const index n = surface.n_points();
    const Neighbours near = neighbour_points(n, surface.triangles);
    const auto place = [](const Array<double, 2>& points, index p) {
        return Point{points(p, 0), points(p, 1), points(p, 2)};
    };
    const auto area = [&](const Array<double, 2>& points) {
        const auto areas = triangle_geometry(points, surface.triangles).areas;
        double sum = 0;
        for (const double a : areas) {
            sum += a;
        }
        return sum;
    };
    Array<double, 2> now = surface.points, next = surface.points;
    const double whole = area(now);
    if (n == 0 || !(whole > 0)) {
        return now;
    }
    std::vector<double> lengths;  // of the edges, as they are on the folded surface
    for (index p = 0; p < n; ++p) {
        for (const std::int32_t q : near.of(p)) {
            lengths.push_back(norm(minus(place(surface.points, p), place(surface.points, q))));
        }
    }
    constexpr double smoothing = 0.5, spring = 0.1;
    constexpr index block = 1024;
    for (int step = 0; step < steps; ++step) {
        parallel_for((n + block - 1) / block, [&](index b) {
            for (index p = b * block; p < std::min(n, (b + 1) * block); ++p) {
                const auto around = near.of(p);
                if (around.empty()) {
                    continue;
                }
                const Point here = place(now, p);
                Point mean{}, pull{};
                for (std::size_t k = 0; k < around.size(); ++k) {
                    const Point apart = minus(place(now, around[k]), here);
                    const double size = norm(apart), wanted = lengths[at(near.starts[at(p)]) + k];
                    for (std::size_t c = 0; c < 3; ++c) {
                        mean[c] += apart[c];
                        pull[c] += size > 0 ? (size - wanted) * apart[c] / size : 0;
                    }
                }
                const auto count = static_cast<double>(around.size());
                for (index c = 0; c < 3; ++c) {
                    next(p, c) = here[at(c)] + (smoothing * mean[at(c)] + spring * pull[at(c)]) / count;
                }
            }
        });
        std::swap(now, next);
        // Its area stays: what smoothing takes, growing gives back.
        Point centre{};
        for (index p = 0; p < n; ++p) {
            for (index c = 0; c < 3; ++c) {
                centre[at(c)] += now(p, c) / static_cast<double>(n);
            }
        }
        const double present = area(now);
        require(present > 0, "a surface that is inflated must keep an area; this one shrank to nothing");
        const double factor = std::sqrt(whole / present);
        for (index p = 0; p < n; ++p) {
            for (index c = 0; c < 3; ++c) {
                now(p, c) = centre[at(c)] + factor * (now(p, c) - centre[at(c)]);
            }
        }
        for (index p = 0; p < n; ++p) {
            if (near.of(p).empty()) {
                for (index c = 0; c < 3; ++c) {
                    next(p, c) = now(p, c);
                }
            }
        }
    }
    return now;
}

}  // namespace ranvier::meeg
