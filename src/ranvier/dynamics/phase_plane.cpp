#include "ranvier/dynamics/phase_plane.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "ranvier/base/parallel.hpp"

namespace ranvier::dynamics {

namespace {

std::vector<double> checked_rest(const Flow& flow, std::span<const double> p, const Plane& plane) {
    check(flow);
    require(static_cast<index>(p.size()) == flow.m(), "a phase plane needs one value for each parameter");
    require(plane.x >= 0 && plane.x < flow.n() && plane.y >= 0 && plane.y < flow.n() && plane.x != plane.y,
            "a phase plane needs two different states");
    check_range("a phase plane", plane.x_range);
    check_range("a phase plane", plane.y_range);
    const auto& rest = plane.others.empty() ? flow.x0 : plane.others;
    require(static_cast<index>(rest.size()) == flow.n(), "a phase plane needs one value for each state at rest");
    return rest;
}

std::vector<double> steps(const std::array<double, 2>& range, index count) {
    std::vector<double> at(count);
    for (index k = 0; k < count; ++k) {
        const double u = static_cast<double>(k) / static_cast<double>(count - 1);
        at[k] = range[0] + u * (range[1] - range[0]);
    }
    return at;
}

/// Root of g in [0, 1] with g(0) = a, g(1) = b of opposite sign: bisection that takes the secant while that is better
/// (Illinois).
template <class G>
double root(G&& g, double a, double b) {
    double low = 0, high = 1;
    for (int k = 0; k < 100 && high - low > 1e-15; ++k) {
        double middle = low - a * (high - low) / (b - a);
        if (!(middle > low && middle < high)) {
            middle = (low + high) / 2;
        }
        const double value = g(middle);
        if (value == 0) {
            return middle;
        }
        if ((value < 0) == (b < 0)) {
            high = middle;
            b = value;
            a /= 2;
        } else {
            low = middle;
            a = value;
            b /= 2;
        }
    }
    return (low + high) / 2;
}

}  // namespace

std::vector<Polyline> nullcline(const Flow& flow, std::span<const double> p, const Plane& plane, index state,
                                index resolution) {
    const auto rest = checked_rest(flow, p, plane);
    check_autonomous(flow, "a phase plane");
    require(state >= 0 && state < flow.n(), "a nullcline is of one of the states");
    require(resolution >= 2 && resolution <= 4096,
            [&] { return "a nullcline's resolution must be 2 … 4096 cells; got " + text_of(resolution); });
    const index nodes = resolution + 1;
    const auto xs = steps(plane.x_range, nodes), ys = steps(plane.y_range, nodes);
    const auto evaluate = [&](double x, double y, std::vector<double>& at, std::vector<double>& f) {
        at[plane.x] = x;
        at[plane.y] = y;
        flow.rhs(0, at.data(), p.data(), f.data());
        return f[state];
    };
    Array<double, 2> values({nodes, nodes});
    parallel_for(nodes, [&](index row) {
        auto at = rest;
        std::vector<double> f(rest.size());
        for (index column = 0; column < nodes; ++column) {
            const double v = evaluate(xs[column], ys[row], at, f);
            values(row, column) = v == 0 ? 1e-300 : v;  // a zero on a node counts as just above
        }
    });
    // Points lie on edges: number 2·node for the edge to the right, 2·node + 1 for the edge upwards.
    std::map<index, std::array<double, 2>> points;
    std::map<index, std::array<index, 2>> neighbours;
    auto at = rest;
    std::vector<double> f(rest.size());
    const auto point_on = [&](index row, index column, bool up) -> index {
        const double a = values(row, column), b = up ? values(row + 1, column) : values(row, column + 1);
        if (!std::isfinite(a) || !std::isfinite(b) || (a < 0) == (b < 0)) {
            return -1;
        }
        const index edge = 2 * (row * nodes + column) + (up ? 1 : 0);
        if (points.contains(edge)) {
            return edge;
        }
        const double x = xs[column], y = ys[row];
        const double dx = up ? 0 : xs[column + 1] - x;
        const double dy = up ? ys[row + 1] - y : 0;
        const double u = root([&](double w) { return evaluate(x + w * dx, y + w * dy, at, f); }, a, b);
        // A pole changes sign too, but its values grow towards it.
        if (std::abs(evaluate(x + u * dx, y + u * dy, at, f)) > std::max(std::abs(a), std::abs(b))) {
            return -1;
        }
        points[edge] = {x + u * dx, y + u * dy};
        neighbours[edge] = {-1, -1};
        return edge;
    };
    const auto join = [&](index a, index b) {
        if (a < 0 || b < 0 || a == b) {
            return;
        }
        for (auto [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
            auto& slots = neighbours[from];
            (slots[0] < 0 ? slots[0] : slots[1]) = to;
        }
    };
    for (index row = 0; row < resolution; ++row) {
        for (index column = 0; column < resolution; ++column) {
            const index edges[4] = {point_on(row, column, false), point_on(row, column + 1, true),
                                    point_on(row + 1, column, false), point_on(row, column, true)};
            const auto crossed = std::count_if(edges, edges + 4, [](index e) { return e >= 0; });
            if (crossed == 2) {
                index ends[2], k = 0;
                for (index e : edges) {
                    if (e >= 0) {
                        ends[k++] = e;
                    }
                }
                join(ends[0], ends[1]);
            } else if (crossed == 4) {
                // A saddle cell: the value in its middle says which corners belong together.
                const double middle = evaluate((xs[column] + xs[column + 1]) / 2, (ys[row] + ys[row + 1]) / 2, at, f);
                if ((middle < 0) == (values(row, column) < 0)) {
                    join(edges[0], edges[1]);
                    join(edges[2], edges[3]);
                } else {
                    join(edges[0], edges[3]);
                    join(edges[1], edges[2]);
                }
            }
        }
    }
    std::vector<Polyline> lines;
    std::map<index, bool> used;
    const auto walk = [&](index from) {
        Polyline line;
        index before = -1, here = from;
        while (here >= 0 && !used[here]) {
            used[here] = true;
            line.push_back(points[here]);
            const auto& next = neighbours[here];
            const index on = next[0] != before && next[0] >= 0 && !used[next[0]] ? next[0] : next[1];
            before = here;
            here = on;
        }
        const auto& last = neighbours[before];
        if (line.size() > 2 && (last[0] == from || last[1] == from)) {
            line.push_back(line.front());
        }
        if (line.size() > 1) {
            lines.push_back(std::move(line));
        }
    };
    for (const auto& [edge, next] : neighbours) {
        if (!used[edge] && (next[0] < 0 || next[1] < 0)) {
            walk(edge);
        }
    }
    for (const auto& [edge, next] : neighbours) {
        if (!used[edge]) {
            walk(edge);
        }
    }
    return lines;
}

PlaneGrid plane_grid(const Flow& flow, std::span<const double> p, const Plane& plane, index columns, index rows) {
    PlaneGrid grid{{}, {}, checked_rest(flow, p, plane)};
    require(columns >= 2 && rows >= 2, "a grid on a plane needs at least 2 rows and 2 columns");
    grid.x = steps(plane.x_range, columns);
    grid.y = steps(plane.y_range, rows);
    return grid;
}

VectorField vector_field(const Flow& flow, std::span<const double> p, const Plane& plane, index columns, index rows) {
    check_autonomous(flow, "a phase plane");
    const PlaneGrid grid = plane_grid(flow, p, plane, columns, rows);
    VectorField field{grid.x, grid.y, Array<double, 2>({rows, columns}), Array<double, 2>({rows, columns})};
    parallel_for(rows, [&](index row) {
        auto at = grid.rest;
        std::vector<double> f(at.size());
        for (index column = 0; column < columns; ++column) {
            at[plane.x] = field.x[column];
            at[plane.y] = field.y[row];
            flow.rhs(0, at.data(), p.data(), f.data());
            field.dx(row, column) = f[plane.x];
            field.dy(row, column) = f[plane.y];
        }
    });
    return field;
}

}  // namespace ranvier::dynamics
