#include "ranvier/dynamics/conservation.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/random.hpp"
#include "ranvier/numerics/dense.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::dynamics {

namespace {

double size_at(const Flow& flow, std::span<const double> x, index i) {
    return std::max(std::abs(x[static_cast<std::size_t>(i)]), flow.size_of(i));
}

/// Whether a Jacobian is singular to rounding, in scaled states.
bool singular(const Flow& flow, std::span<const double> p, std::span<const double> x) {
    const index n = flow.n();
    numerics::Dense<double> J(n, n);
    state_derivatives(flow, 0, x.data(), p.data(), J.values.data());
    for (index i = 0; i < n; ++i) {
        double largest = 0;
        for (index j = 0; j < n; ++j) {
            J[i][j] *= size_at(flow, x, j);
            largest = std::max(largest, std::abs(J[i][j]));
        }
        for (index j = 0; largest > 0 && j < n; ++j) {
            J[i][j] /= largest;
        }
    }
    double smallest = 1;
    const bool whole = eliminate(J, n, n) != 0;
    for (index i = 0; i < n; ++i) {
        smallest = std::min(smallest, std::abs(J[i][i]));
    }
    return !whole || smallest < 1e-9;
}

/// Gauss–Jordan with rows of zeros left out.
Array<double, 2> row_reduced(Array<double, 2> rows) {
    index rank = 0;
    for (index column = 0; column < rows.extent(1) && rank < rows.extent(0); ++column) {
        index pivot = rank;
        for (index i = rank; i < rows.extent(0); ++i) {
            pivot = std::abs(rows(i, column)) > std::abs(rows(pivot, column)) ? i : pivot;
        }
        if (std::abs(rows(pivot, column)) < 1e-6) {
            continue;
        }
        for (index j = 0; j < rows.extent(1); ++j) {
            std::swap(rows(rank, j), rows(pivot, j));
        }
        const double first = rows(rank, column);
        for (index j = 0; j < rows.extent(1); ++j) {
            rows(rank, j) /= first;
        }
        for (index i = 0; i < rows.extent(0); ++i) {
            const double factor = i == rank ? 0 : rows(i, column);
            for (index j = 0; j < rows.extent(1); ++j) {
                rows(i, j) -= factor * rows(rank, j);
            }
        }
        ++rank;
    }
    return rows;
}

}  // namespace

Array<double, 2> conserved_sums(const Flow& flow, std::span<const double> p, std::span<const double> x,
                                const Moving& moving) {
    const index n = flow.n();
    std::vector<double> values(p.begin(), p.end());
    if (!singular(flow, p, x)) {
        return {};
    }
    for (index k = 0; moving.parameter >= 0 && k < 2; ++k) {
        values[moving.parameter] = moving.range[k];
        if (!singular(flow, values, x)) {
            return {};
        }
    }
    // c f(x) = 0 at any states, here at 2 n + 4 of them around x.
    const index samples = 2 * n + 4;
    Array<double, 2> f({samples, n});
    RandomStream random(0);
    std::vector<double> at(x.begin(), x.end());
    for (index k = 0; k < samples; ++k) {
        for (index i = 0; i < n; ++i) {
            const auto state = static_cast<std::size_t>(i);
            at[state] = x[state] + (2 * random.uniform() - 1) * size_at(flow, x, i);
        }
        if (moving.parameter >= 0) {
            values[moving.parameter] = moving.range[0] + random.uniform() * (moving.range[1] - moving.range[0]);
        }
        flow.rhs(0, at.data(), values.data(), &f(k, 0));
        double largest = 0;
        for (index i = 0; i < n; ++i) {
            f(k, i) /= size_at(flow, x, i);
            largest = std::max(largest, std::abs(f(k, i)));
        }
        for (index i = 0; i < n; ++i) {
            f(k, i) = std::isfinite(largest) && largest > 0 ? f(k, i) / largest : 0;
        }
    }
    const auto svd = numerics::svd(f);
    index count = 0;
    while (count < n && svd.s[static_cast<std::size_t>(n - 1 - count)] < 1e-10 * svd.s.front()) {
        ++count;
    }
    if (count == 0 || svd.s.front() == 0) {
        return {};
    }
    Array<double, 2> sums({count, n});
    for (index k = 0; k < count; ++k) {
        for (index i = 0; i < n; ++i) {
            sums(k, i) = svd.Vt(n - 1 - k, i) / size_at(flow, x, i);
        }
    }
    sums = row_reduced(std::move(sums));
    for (double& c : std::span(sums.data(), static_cast<std::size_t>(sums.size()))) {
        const double whole = std::round(c);
        c = std::abs(c - whole) < 1e-8 ? whole : c;  // stoichiometry has whole numbers
    }
    return sums;
}

std::vector<std::complex<double>> telling(std::vector<std::complex<double>> eigenvalues, index zeros) {
    std::ranges::stable_sort(eigenvalues, {}, [](auto l) { return -std::abs(l); });
    eigenvalues.resize(eigenvalues.size() - static_cast<std::size_t>(zeros));
    return eigenvalues;
}

Flow pinned(const Flow& flow, const Array<double, 2>& sums, std::span<const double> p, std::span<const double> x0) {
    const index n = flow.n();
    // An orthonormal basis of the sums in scaled states, as a projection: c⁺c.
    std::vector<double> size(static_cast<std::size_t>(n));
    Array<double, 2> scaled({sums.extent(0), n});
    for (index i = 0; i < n; ++i) {
        size[static_cast<std::size_t>(i)] = size_at(flow, x0, i);
        for (index k = 0; k < sums.extent(0); ++k) {
            scaled(k, i) = sums(k, i) * size[static_cast<std::size_t>(i)];
        }
    }
    const auto basis = numerics::svd(scaled).Vt;
    Array<double, 2> J({n, n});
    state_derivatives(flow, 0, x0.data(), p.data(), J.data());
    double rate = 0;
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            rate = std::max(rate,
                            std::abs(J(i, j)) * size[static_cast<std::size_t>(j)] / size[static_cast<std::size_t>(i)]);
        }
    }
    rate = rate > 0 && std::isfinite(rate) ? rate : 1;
    Array<double, 2> back({n, n});  // −κ cᵀ c, in SI
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            double sum = 0;
            for (index k = 0; k < basis.extent(0); ++k) {
                sum += basis(k, i) * basis(k, j);
            }
            back(i, j) = -rate * sum * size[static_cast<std::size_t>(i)] / size[static_cast<std::size_t>(j)];
        }
    }
    Flow result = flow;
    const std::vector<double> origin(x0.begin(), x0.end());
    result.rhs = [rhs = flow.rhs, back, origin, n](double t, const double* x, const double* q, double* out) {
        rhs(t, x, q, out);
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                out[i] += back(i, j) * (x[j] - origin[static_cast<std::size_t>(j)]);
            }
        }
    };
    if (flow.jacobian) {
        result.jacobian = [jacobian = flow.jacobian, back, n](double t, const double* x, const double* q, double* out) {
            jacobian(t, x, q, out);
            for (index i = 0; i < n * n; ++i) {
                out[i] += back.data()[i];
            }
        };
    }
    return result;
}

}  // namespace ranvier::dynamics
