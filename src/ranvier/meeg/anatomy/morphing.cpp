#include "ranvier/meeg/anatomy/morphing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

Point direction(View<const double, 2> points, index p) {
    const Point x{points(p, 0), points(p, 1), points(p, 2)};
    const double size = norm(x);
    return size > 0 ? scaled(x, 1 / size) : x;
}

/// Where a place lies in a triangle, or at its edges: weights of its corners and how far away it is.
struct Fit {
    double p = 0, q = 0, distance = std::numeric_limits<double>::infinity();
    bool inside = false;
};

Fit fit(const Point& place, const Point& a, const Point& b, const Point& c) {
    const Point ab = minus(b, a), ac = minus(c, a), from_a = minus(place, a);
    const double aa = dot(ab, ab), bb = dot(ac, ac), mixed = dot(ab, ac);
    const double determinant = aa * bb - mixed * mixed;
    if (!(determinant > 0)) {
        return {};  // a triangle without area holds nothing
    }
    const double v = dot(from_a, ab), w = dot(from_a, ac);
    const double p = (bb * v - mixed * w) / determinant, q = (aa * w - mixed * v) / determinant;
    const Point normal = cross(ab, ac);
    const double above = dot(from_a, normal) / norm(normal);
    if (p >= 0 && q >= 0 && p <= 1 && q <= 1 && p + q < 1) {
        return {p, q, std::abs(above), true};
    }
    // Beside the triangle: a point of its edges. The product of both sides counts half, as in all maps that MNE makes,
    // so that the point is near to the nearest one, but not quite it.
    const double half = mixed / 2;
    Fit best;
    const auto offer = [&](double x, double y) {
        const double dx = p - x, dy = q - y;
        const double distance = std::sqrt(dx * dx * aa + dy * dy * bb + 2 * dx * dy * half + above * above);
        if (distance < best.distance) {
            best = {x, y, distance, false};
        }
    };
    const auto part = [](double x) { return std::clamp(x, 0.0, 1.0); };
    offer(part(p + q * half / aa), 0);
    const double along = part(((aa - half) * (1 - p) + (bb - half) * q) / (aa + bb - 2 * half));
    offer(1 - along, along);
    offer(0, part(q + p * half / bb));
    return best;
}

}  // namespace

numerics::SparseMatrix morph_map(const Surface& from, View<const double, 2> to) {
    check(from);
    const index n = from.n_points(), n_to = to.extent(0);
    Array<double, 2> directions({n, 3});
    for (index p = 0; p < n; ++p) {
        const Point x = direction(from.points, p);
        std::copy(x.begin(), x.end(), directions.data() + 3 * p);
    }
    const NearestPoints tree(directions);
    const Neighbours around = neighbour_triangles(n, from.triangles);
    const auto corner = [&](std::int32_t t, index k) {
        const std::int32_t p = from.triangles(t, k);
        return Point{directions(p, 0), directions(p, 1), directions(p, 2)};
    };
    std::vector<std::array<numerics::SparseEntry, 3>> entries(at(n_to));
    const index block = 256;
    parallel_for((n_to + block - 1) / block, [&](index b) {
        for (index row = b * block; row < std::min(n_to, (b + 1) * block); ++row) {
            const Point place = direction(to, row);
            const index near = tree.nearest(place).point;
            Fit best;
            std::int32_t triangle = -1;
            for (const std::int32_t t : around.of(near)) {
                const Fit found = fit(place, corner(t, 0), corner(t, 1), corner(t, 2));
                if (found.inside > best.inside || (found.inside == best.inside && found.distance < best.distance)) {
                    best = found;
                    triangle = t;
                }
            }
            require(triangle >= 0, [&] {
                return "points of a sphere must have triangles around them; point " + text_of(near) + " has none";
            });
            const double weights[] = {1 - best.p - best.q, best.p, best.q};
            for (index k = 0; k < 3; ++k) {
                entries[at(row)][at(k)] = {static_cast<std::int32_t>(row), from.triangles(triangle, k), weights[k]};
            }
        }
    });
    return numerics::sparse(n_to, n, {entries.empty() ? nullptr : entries[0].data(), 3 * entries.size()});
}

Spread spread(index n_points, View<const std::int32_t, 2> triangles, const std::vector<index>& vertices,
              std::optional<int> steps) {
    require(!steps || *steps >= 0,
            [&] { return "the number of smoothing steps must be >= 0; got " + text_of(*steps); });
    std::vector<std::pair<std::int32_t, std::int32_t>> edges;
    for (index t = 0; t < triangles.extent(0); ++t) {
        for (index c = 0; c < 3; ++c) {
            const std::int32_t a = triangles(t, c), b = triangles(t, (c + 1) % 3);
            require(a >= 0 && a < n_points, "triangles must have corners that are points");
            edges.emplace_back(a, b);
            edges.emplace_back(b, a);
        }
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    Neighbours near;
    for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
        near.starts.resize(at(edge->first) + 1, std::ssize(near.list));
        near.list.push_back(edge->second);
    }
    near.starts.resize(at(n_points) + 1, std::ssize(near.list));

    const index n = std::ssize(vertices);
    Spread made;
    std::vector<bool> has(at(n_points), false);
    std::vector<numerics::SparseEntry> start;
    for (index k = 0; k < n; ++k) {
        const index v = vertices[at(k)];
        require(v >= 0 && v < n_points && !has[at(v)], [&] {
            return "vertices must be among the " + text_of(n_points) + " points of the surface, each once; got " +
                   text_of(v);
        });
        has[at(v)] = true;
        start.push_back({static_cast<std::int32_t>(v), static_cast<std::int32_t>(k), 1});
    }
    made.matrix = numerics::sparse(n_points, n, start);
    const auto all = [&] { return std::find(has.begin(), has.end(), false) == has.end(); };
    std::vector<double> sums(at(n));
    std::vector<index> seen(at(n));
    for (made.steps = 0; n > 0 && (steps ? made.steps < *steps : made.steps == 0 || !all()) && made.steps < 100;
         ++made.steps) {
        numerics::SparseMatrix next{n_points, n, {0}, {}, {}};
        std::vector<bool> has_now(has.size(), false);
        std::fill(seen.begin(), seen.end(), index{-1});
        std::vector<std::int32_t> columns;
        for (index p = 0; p < n_points; ++p) {
            columns.clear();
            int count = 0;
            const auto take = [&](index q) {
                if (!has[at(q)]) {
                    return;
                }
                ++count;
                const auto from = made.matrix.columns_in(q);
                const auto values = made.matrix.values_in(q);
                for (std::size_t k = 0; k < from.size(); ++k) {
                    if (seen[at(from[k])] != p) {
                        seen[at(from[k])] = p;
                        sums[at(from[k])] = 0;
                        columns.push_back(from[k]);
                    }
                    sums[at(from[k])] += values[k];
                }
            };
            take(p);
            for (const std::int32_t q : near.of(p)) {
                take(q);
            }
            std::sort(columns.begin(), columns.end());
            for (const std::int32_t c : columns) {
                next.column_of.push_back(c);
                next.values.push_back(sums[at(c)] / count);
            }
            next.starts.push_back(next.n_stored());
            has_now[at(p)] = count > 0;
        }
        made.matrix = std::move(next);
        has = std::move(has_now);
    }
    made.missing = std::count(has.begin(), has.end(), false);
    return made;
}

}  // namespace ranvier::meeg
