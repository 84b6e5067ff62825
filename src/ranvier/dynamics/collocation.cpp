#include "ranvier/dynamics/collocation.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/numerics/linalg.hpp"

namespace ranvier::dynamics {

namespace {

constexpr index nodes = degree + 1;

/// Lagrange polynomials of the equidistant points 0, 1/4, …, 1 and their slopes.
std::array<double, nodes> basis(double z) {
    std::array<double, nodes> value{};
    for (index k = 0; k < nodes; ++k) {
        double product = 1;
        for (index j = 0; j < nodes; ++j) {
            if (j != k) {
                product *= (z * degree - static_cast<double>(j)) / static_cast<double>(k - j);
            }
        }
        value[k] = product;
    }
    return value;
}

std::array<double, nodes> basis_slope(double z) {
    std::array<double, nodes> value{};
    for (index k = 0; k < nodes; ++k) {
        double sum = 0;
        for (index l = 0; l < nodes; ++l) {
            if (l == k) {
                continue;
            }
            double product = degree / static_cast<double>(k - l);
            for (index j = 0; j < nodes; ++j) {
                if (j != k && j != l) {
                    product *= (z * degree - static_cast<double>(j)) / static_cast<double>(k - j);
                }
            }
            sum += product;
        }
        value[k] = sum;
    }
    return value;
}

/// Gauss–Legendre points and weights of four points on [0, 1], and the basis there.
struct Gauss {
    std::array<double, degree> z{}, w{};
    std::array<std::array<double, nodes>, degree> value{}, slope{};

    Gauss() {
        const double inner_root = std::sqrt(3.0 / 7 - 2.0 / 7 * std::sqrt(6.0 / 5));
        const double outer_root = std::sqrt(3.0 / 7 + 2.0 / 7 * std::sqrt(6.0 / 5));
        const double inner_weight = (18 + std::sqrt(30.0)) / 36, outer_weight = (18 - std::sqrt(30.0)) / 36;
        z = {(1 - outer_root) / 2, (1 - inner_root) / 2, (1 + inner_root) / 2, (1 + outer_root) / 2};
        w = {outer_weight / 2, inner_weight / 2, inner_weight / 2, outer_weight / 2};
        for (std::size_t c = 0; c < degree; ++c) {
            value[c] = basis(z[c]);
            slope[c] = basis_slope(z[c]);
        }
    }
};

const Gauss& gauss() {
    static const Gauss g;
    return g;
}

double width(const Cycle& c, index interval) { return c.mesh[interval + 1] - c.mesh[interval]; }

}  // namespace

Cycle sum(const Cycle& a, double factor, const Cycle& b) {
    Cycle result = a;
    for (std::size_t i = 0; i < result.u.values.size(); ++i) {
        result.u.values[i] += factor * b.u.values[i];
    }
    result.period += factor * b.period;
    result.parameter += factor * b.parameter;
    return result;
}

double inner(const Cycle& a, const Cycle& b, const Units& units) {
    const Dense<double> x = at_gauss_points(a, false), y = at_gauss_points(b, false);
    double total = a.period * b.period / (units.period * units.period) +
                   a.parameter * b.parameter / (units.parameter * units.parameter);
    for (index point = 0; point < x.rows; ++point) {
        const double weight = width(a, point / degree) * gauss().w[point % degree];
        for (index i = 0; i < x.columns; ++i) {
            const double s = units.state[i];
            total += weight * x[point][i] * y[point][i] / (s * s);
        }
    }
    return total;
}

Dense<double> at_gauss_points(const Cycle& c, bool derivative) {
    const index n = c.u.columns;
    Dense<double> values(c.intervals() * degree, n);
    for (index j = 0; j < c.intervals(); ++j) {
        for (index q = 0; q < degree; ++q) {
            const auto& b = derivative ? gauss().slope[q] : gauss().value[q];
            const double factor = derivative ? 1 / width(c, j) : 1;
            double* row = values[j * degree + q];
            for (index k = 0; k < nodes; ++k) {
                const double weight = factor * b[k];
                const double* u = c.u[j * degree + k];
                for (index i = 0; i < n; ++i) {
                    row[i] += weight * u[i];
                }
            }
        }
    }
    return values;
}

Cycle interpolated(const Cycle& c, const std::vector<double>& mesh) {
    Cycle result = c;
    result.mesh = mesh;
    const index n = c.u.columns, intervals = static_cast<index>(mesh.size()) - 1;
    result.u = Dense<double>(intervals * degree + 1, n);
    index from = 0;
    for (index row = 0; row < result.u.rows; ++row) {
        const index j = std::min(row / degree, intervals - 1);
        const double s = mesh[j] + static_cast<double>(row - j * degree) / degree * (mesh[j + 1] - mesh[j]);
        while (from + 1 < c.intervals() && s >= c.mesh[from + 1]) {
            ++from;
        }
        const auto b = basis((s - c.mesh[from]) / width(c, from));
        for (index k = 0; k < nodes; ++k) {
            for (index i = 0; i < n; ++i) {
                result.u[row][i] += b[k] * c.u[from * degree + k][i];
            }
        }
    }
    std::copy(result.u[0], result.u[0] + n, result.u[result.u.rows - 1]);
    return result;
}

std::vector<double> equidistributed_mesh(const Cycle& c, const Units& units, index wanted) {
    const index intervals = c.intervals(), n = c.u.columns;
    // The derivative of order `degree` is constant in each interval; its jumps measure the next order, and with it the
    // error.
    Dense<double> top(intervals, n);
    constexpr double binomial[nodes] = {1, -4, 6, -4, 1};
    for (index j = 0; j < intervals; ++j) {
        for (index k = 0; k < nodes; ++k) {
            for (index i = 0; i < n; ++i) {
                top[j][i] += binomial[k] * c.u[j * degree + k][i] / units.state[i];
            }
        }
        for (index i = 0; i < n; ++i) {
            top[j][i] *= std::pow(degree / width(c, j), degree);
        }
    }
    std::vector<double> density(intervals);
    for (index j = 0; j < intervals; ++j) {
        double total = 0;
        for (index other : {(j + intervals - 1) % intervals, (j + 1) % intervals}) {
            const double apart = (width(c, j) + width(c, other)) / 2;
            for (index i = 0; i < n; ++i) {
                total += std::abs(top[j][i] - top[other][i]) / apart;
            }
        }
        density[j] = std::pow(total / 2, 1.0 / (degree + 1));
    }
    double mean = 0;
    for (index j = 0; j < intervals; ++j) {
        mean += density[j] * width(c, j);
    }
    if (!(mean > 0) || !std::isfinite(mean)) {
        if (wanted == 0) {
            return c.mesh;
        }
        std::ranges::fill(density, 1.0);
        mean = 1;
    }
    std::vector<double> reached(static_cast<std::size_t>(intervals) + 1);
    for (index j = 0; j < intervals; ++j) {
        const auto at = static_cast<std::size_t>(j);
        reached[at + 1] = reached[at] + (density[at] + 0.2 * mean) * width(c, j);  // no stretch without points
    }
    const index count = wanted > 0 ? wanted : intervals;
    std::vector<double> mesh(static_cast<std::size_t>(count) + 1);
    std::size_t from = 0;
    for (index j = 1; j < count; ++j) {
        const double goal = reached.back() * static_cast<double>(j) / static_cast<double>(count);
        while (reached[from + 1] < goal) {
            ++from;
        }
        const double u = (goal - reached[from]) / (reached[from + 1] - reached[from]);
        mesh[j] = c.mesh[from] + u * (c.mesh[from + 1] - c.mesh[from]);
    }
    mesh.back() = 1;
    return mesh;
}

void extremes(const Cycle& c, std::vector<double>& low, std::vector<double>& high) {
    constexpr index fine = 16;
    static const auto table = [] {
        std::array<std::array<double, nodes>, fine> t{};
        for (std::size_t q = 0; q < fine; ++q) {
            t[q] = basis(static_cast<double>(q) / fine);
        }
        return t;
    }();
    const index n = c.u.columns;
    low.assign(c.u[0], c.u[0] + n);
    high = low;
    for (index j = 0; j < c.intervals(); ++j) {
        for (const auto& b : table) {
            for (index i = 0; i < n; ++i) {
                double v = 0;
                for (index k = 0; k < nodes; ++k) {
                    v += b[k] * c.u[j * degree + k][i];
                }
                low[i] = std::min(low[i], v);
                high[i] = std::max(high[i], v);
            }
        }
    }
}

Collocation::Collocation(const Flow& flow, std::vector<double> p, index parameter)
    : flow_(flow), p_(std::move(p)), parameter_(parameter) {}

std::optional<Cycle> Collocation::antiperiodic(const Cycle& c, const Units& units) {
    return solution(c, c, at_gauss_points(c, true), c, 0, units, true, nullptr, true);
}

double Collocation::mean_divergence(const Cycle& c) {
    const Dense<double> u = at_gauss_points(c, false);
    const index n = u.columns;
    p_[parameter_] = c.parameter;
    Dense<double> J(n, n);
    double sum = 0;
    for (index point = 0; point < u.rows; ++point) {
        state_derivatives(flow_, 0, u[point], p_.data(), J.values.data());
        for (index i = 0; i < n; ++i) {
            sum += width(c, point / degree) * gauss().w[point % degree] * J[i][i];
        }
    }
    return sum;
}

std::optional<Cycle> Collocation::solution(const Cycle& c, const Cycle& reference, const Dense<double>& reference_slope,
                                           const Cycle& direction, double distance, const Units& units,
                                           bool homogeneous, Dense<double>* monodromy, bool flip) {
    // Columns of an interval: inner points, first point, last point, T, λ, right-hand side. Below the equations two
    // rows for the conditions, reduced along.
    const index n = flow_.n(), intervals = c.intervals();
    const index inside = n * (degree - 1), equations = n * degree;
    const index first = inside, last = inside + n, tail = inside + 2 * n;
    p_[parameter_] = c.parameter;
    const Dense<double> u = at_gauss_points(c, false), slope = at_gauss_points(c, true);
    const Dense<double> ref = at_gauss_points(reference, false), along = at_gauss_points(direction, false);
    std::vector<double> f(n), fp(n);
    Dense<double> J(n, n);
    std::vector<Dense<double>> inner_rows(intervals);
    std::vector<Dense<double>> chain(intervals);
    // Conditions as rows over mesh points, T, λ | right-hand side.
    Dense<double> at_nodes[2] = {Dense<double>(intervals + 1, n), Dense<double>(intervals + 1, n)};
    double ends[2][3] = {{0, 0, 0}, {direction.period / units.period, direction.parameter / units.parameter, distance}};

    for (index j = 0; j < intervals; ++j) {
        Dense<double> m(equations + 2, tail + 3);
        const double h = width(c, j);
        for (index q = 0; q < degree; ++q) {
            const index point = j * degree + q;
            const auto quad = static_cast<std::size_t>(q);
            flow_.rhs(0, u[point], p_.data(), f.data());
            state_derivatives(flow_, 0, u[point], p_.data(), J.values.data());
            parameter_derivative(flow_, 0, u[point], p_.data(), parameter_, units.parameter, fp.data());
            for (index k = 0; k < nodes; ++k) {
                const index column = k == 0 ? first : k == degree ? last : (k - 1) * n;
                const double derivative = gauss().slope[quad][k];
                const double value = gauss().value[quad][k];
                for (index i = 0; i < n; ++i) {
                    double* row = m[q * n + i] + column;
                    const double si = units.state[i];
                    for (index l = 0; l < n; ++l) {
                        row[l] = -h * c.period * value * J[i][l] * units.state[l] / si;
                    }
                    row[i] += derivative;
                    const double weight = h * gauss().w[quad] * value / si;
                    const double conditions[2] = {reference_slope[point][i] * weight, along[point][i] * weight};
                    for (int b = 0; b < 2; ++b) {
                        if (k == 0 || k == degree) {
                            at_nodes[b][j + (k == 0 ? 0 : 1)][i] += conditions[b];
                        } else {
                            m[equations + b][column + i] += conditions[b];
                        }
                    }
                }
            }
            for (index i = 0; i < n; ++i) {
                const auto at = static_cast<std::size_t>(i);
                const double si = units.state[at];
                double* row = m[q * n + i];
                row[tail] = -h * f[at] * units.period / si;
                row[tail + 1] = -h * c.period * fp[at] * units.parameter / si;
                row[tail + 2] = homogeneous ? 0 : -h * (slope[point][i] - c.period * f[at]) / si;
                if (!homogeneous) {
                    ends[0][2] -=
                        h * gauss().w[quad] * (u[point][i] - ref[point][i]) * reference_slope[point][i] / (si * si);
                }
            }
        }
        if (!std::all_of(m.values.begin(), m.values.end(), [](double v) { return std::isfinite(v); }) ||
            eliminate(m, inside, equations) == 0) {
            return {};
        }
        for (int b = 0; b < 2; ++b) {
            const double* row = m[equations + b];
            for (index i = 0; i < n; ++i) {
                at_nodes[b][j][i] += row[first + i];
                at_nodes[b][j + 1][i] += row[last + i];
            }
            for (index k = 0; k < 3; ++k) {
                ends[b][k] += row[tail + k];
            }
        }
        inner_rows[j] = std::move(m);
    }

    // Mesh points, one after the other: columns v_j, v_0, v_{j+1}, T, λ, right-hand side.
    Dense<double> whole(n, 2 * n + 3);  // v_0, v_j, …
    for (index i = 0; i < n; ++i) {
        std::copy(inner_rows[0][inside + i] + first, inner_rows[0][inside + i] + tail + 3, whole[i]);
    }
    for (index j = 1; j < intervals; ++j) {
        const Dense<double>& next = inner_rows[j];
        Dense<double> m(2 * n + 2, 3 * n + 3);
        for (index i = 0; i < n; ++i) {
            for (index l = 0; l < n; ++l) {
                m[i][n + l] = whole[i][l];
                m[i][l] = whole[i][n + l];
                m[n + i][l] = next[inside + i][first + l];
                m[n + i][2 * n + l] = next[inside + i][last + l];
            }
            for (index k = 0; k < 3; ++k) {
                m[i][3 * n + k] = whole[i][2 * n + k];
                m[n + i][3 * n + k] = next[inside + i][tail + k];
            }
        }
        for (int b = 0; b < 2; ++b) {
            std::copy(at_nodes[b][j], at_nodes[b][j] + n, m[2 * n + b]);
        }
        if (eliminate(m, n, 2 * n) == 0) {
            return {};
        }
        for (index i = 0; i < n; ++i) {
            std::copy(m[n + i] + n, m[n + i] + 3 * n + 3, whole[i]);
        }
        for (int b = 0; b < 2; ++b) {
            const double* row = m[2 * n + b];
            for (index i = 0; i < n; ++i) {
                at_nodes[b][0][i] += row[n + i];
                at_nodes[b][j + 1][i] += row[2 * n + i];
            }
            for (index k = 0; k < 3; ++k) {
                ends[b][k] += row[3 * n + k];
            }
        }
        chain[j] = std::move(m);
    }
    if (monodromy) {
        // A v_0 + C v_N = 0
        *monodromy = Dense<double>(n, n);
        Dense<double> C(n, n);
        for (index i = 0; i < n; ++i) {
            for (index l = 0; l < n; ++l) {
                C[i][l] = whole[i][n + l];
            }
        }
        for (index l = 0; l < n; ++l) {
            std::vector<double> column(n);
            for (index i = 0; i < n; ++i) {
                column[i] = -whole[i][l];
            }
            if (!solved(C, column.data())) {
                std::fill(column.begin(), column.end(), std::nan(""));
            }
            for (index i = 0; i < n; ++i) {
                (*monodromy)[i][l] = column[i];
            }
        }
    }
    // v_N = v_0 closes the cycle, v_N = −v_0 what flips; there T and λ stand still.
    Dense<double> closed(n + 2, n + 2);
    std::vector<double> x(static_cast<std::size_t>(n) + 2);
    for (index i = 0; i < n; ++i) {
        for (index l = 0; l < n; ++l) {
            closed[i][l] = whole[i][l] + whole[i][n + l];
        }
        closed[i][n] = whole[i][2 * n];
        closed[i][n + 1] = whole[i][2 * n + 1];
        x[i] = whole[i][2 * n + 2];
    }
    for (int b = 0; b < 2; ++b) {
        for (index l = 0; l < n; ++l) {
            closed[n + b][l] = at_nodes[b][0][l] + at_nodes[b][intervals][l];
        }
        closed[n + b][n] = ends[b][0];
        closed[n + b][n + 1] = ends[b][1];
        x[n + b] = ends[b][2];
    }
    if (flip) {
        std::fill(x.begin(), x.end(), 0.0);
        Array<double, 2> difference({n, n});
        for (index i = 0; i < n; ++i) {
            for (index l = 0; l < n; ++l) {
                difference(i, l) = whole[i][l] - whole[i][n + l];
            }
        }
        const auto svd = numerics::svd(difference);
        for (index l = 0; l < n; ++l) {
            x[l] = svd.Vt(n - 1, l);
        }
    } else if (!solved(closed, x.data())) {
        return {};
    }
    // Back: mesh points from the last to the first, then the inner points.
    Cycle result = c;
    const double T = x[n], parameter = x[static_cast<std::size_t>(n) + 1];
    const index rows = result.u.rows;
    std::copy(x.begin(), x.begin() + n, result.u[0]);
    for (index i = 0; i < n; ++i) {
        result.u[rows - 1][i] = flip ? -x[i] : x[i];
    }
    for (index j = intervals - 1; j >= 1; --j) {
        const Dense<double>& m = chain[j];
        double* v = result.u[j * degree];
        const double* v0 = result.u[0];
        const double* after = result.u[(j + 1) * degree];
        for (index i = n; i-- > 0;) {
            double total = m[i][3 * n + 2] - m[i][3 * n] * T - m[i][3 * n + 1] * parameter;
            for (index l = 0; l < n; ++l) {
                total -= m[i][n + l] * v0[l] + m[i][2 * n + l] * after[l];
            }
            for (index l = i + 1; l < n; ++l) {
                total -= m[i][l] * v[l];
            }
            v[i] = total / m[i][i];
        }
    }
    for (index j = 0; j < intervals; ++j) {
        const Dense<double>& m = inner_rows[j];
        const double* a = result.u[j * degree];
        const double* b = result.u[(j + 1) * degree];
        double* v = result.u[j * degree + 1];  // inner points follow each other
        for (index i = inside; i-- > 0;) {
            double total = m[i][tail + 2] - m[i][tail] * T - m[i][tail + 1] * parameter;
            for (index l = 0; l < n; ++l) {
                total -= m[i][first + l] * a[l] + m[i][last + l] * b[l];
            }
            for (index l = i + 1; l < inside; ++l) {
                total -= m[i][l] * v[l];
            }
            v[i] = total / m[i][i];
        }
    }
    for (index row = 0; row < rows; ++row) {
        for (index i = 0; i < n; ++i) {
            result.u[row][i] *= units.state[i];
        }
    }
    result.period = T * units.period;
    result.parameter = parameter * units.parameter;
    return result;
}

}  // namespace ranvier::dynamics
