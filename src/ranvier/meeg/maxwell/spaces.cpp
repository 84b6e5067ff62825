#include "ranvier/meeg/maxwell/spaces.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::vector<double> column_norms(const Array<double, 2>& a) {
    std::vector<double> squares(static_cast<std::size_t>(a.extent(1)));
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < a.extent(1); ++k) {
            squares[static_cast<std::size_t>(k)] += a(i, k) * a(i, k);
        }
    }
    for (double& x : squares) {
        x = std::sqrt(x);
    }
    return squares;
}

Array<double, 2> columns(const Array<double, 2>& a, const std::vector<index>& which) {
    Array<double, 2> out({a.extent(0), std::ssize(which)});
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < std::ssize(which); ++k) {
            out(i, k) = a(i, which[static_cast<std::size_t>(k)]);
        }
    }
    return out;
}

/// Degree and order of each inner moment.
std::vector<std::pair<int, int>> degrees_and_orders(int top) {
    std::vector<std::pair<int, int>> all;
    for (int l = 1; l <= top; ++l) {
        for (int m = -l; m <= l; ++m) {
            all.emplace_back(l, m);
        }
    }
    return all;
}

/// (SᵀS)⁻¹ of columns of length 1, of which one after the other goes. A column that goes is taken out of the inverse,
/// which is as exact as a new decomposition while the condition is low; above, it is decomposed anew.
class Normal {
public:
    Normal(const Array<double, 2>& unit, std::vector<index> which) : unit_(unit), which_(std::move(which)) { renew(); }

    double diagonal(index k) const { return inverse_(k, k); }
    void drop(index p) {
        which_.erase(which_.begin() + p);
        if (ill_) {
            renew();
            return;
        }
        const index n = std::ssize(which_);
        Array<double, 2> smaller({n, n});
        const double pivot = inverse_(p, p);
        for (index i = 0; i < n; ++i) {
            const index from = i + (i >= p);
            const double share = inverse_(from, p) / pivot;
            for (index k = 0; k < n; ++k) {
                smaller(i, k) = inverse_(from, k + (k >= p)) - share * inverse_(p, k + (k >= p));
            }
        }
        inverse_ = std::move(smaller);
    }

private:
    void renew() {
        const auto svd = numerics::svd(columns(unit_, which_));
        const index n = std::ssize(which_);
        ill_ = svd.s.front() > 1e5 * svd.s.back();
        Array<double, 2> scaled = svd.Vt;
        for (index k = 0; k < scaled.extent(0); ++k) {
            for (double& x : scaled.view().row(k)) {
                x /= svd.s[static_cast<std::size_t>(k)];
            }
        }
        inverse_ = Array<double, 2>({n, n});
        numerics::gram(n, scaled.extent(0), 1.0, scaled.data(), n, 0.0, inverse_.data(), n);
    }

    const Array<double, 2>& unit_;
    std::vector<index> which_;
    Array<double, 2> inverse_;
    bool ill_ = false;
};

/// Power of each degree of the inner field of random currents on a sphere.
double activation(int degree) {
    constexpr double radius = 0.08;               // [m]
    constexpr double density = 5.91107375632e-7;  // [A/m²/√Hz], gives 100 fT at 13 cm
    const double l = degree;
    return density * density * l * std::pow(radius, 2 * l + 4) / ((2 * l + 1) * (2 * l + 1) * (l + 1));
}

/// The inner moments that tell least, in the order in which they go.
std::vector<index> dropped_inner(const Array<double, 2>& S, int int_order, const std::vector<index>& outer,
                                 bool all_information) {
    const index n_in = n_moments(int_order);
    const auto harmonics = degrees_and_orders(int_order);
    const auto norms = column_norms(S);
    Array<double, 2> unit = S;
    for (index i = 0; i < unit.extent(0); ++i) {
        for (index k = 0; k < unit.extent(1); ++k) {
            unit(i, k) /= norms[static_cast<std::size_t>(k)];
        }
    }
    std::vector<index> inner = counted(n_in), order, used = inner;
    used.insert(used.end(), outer.begin(), outer.end());
    Normal normal(unit, used);
    std::vector<double> information;
    double most = 0;
    for (index step = 0; step < n_in; ++step) {
        double sum = 0, least = 0;
        index worst = 0;
        for (index k = 0; k < std::ssize(inner); ++k) {
            const auto j = static_cast<std::size_t>(inner[static_cast<std::size_t>(k)]);
            const auto [l, m] = harmonics[j];
            constexpr double noise = 5e-13;  // [T/m]
            // 400, or 200 for order 0, is the scale of signal over noise that reproduces what MaxFilter keeps.
            const double error = normal.diagonal(k) / (norms[j] * norms[j]) * noise * noise * 0.0025 * (m == 0 ? 2 : 1);
            const double ratio = activation(l) / error;
            sum += std::log2(ratio + 1) / 2;
            if (k == 0 || ratio < least) {
                least = ratio;
                worst = k;
            }
        }
        information.push_back(sum);
        most = std::max(most, sum);
        order.push_back(inner[static_cast<std::size_t>(worst)]);
        inner.erase(inner.begin() + worst);
        if (step > 10 && information[static_cast<std::size_t>(step)] < 0.95 * most &&
            information[static_cast<std::size_t>(step) - 1] < 0.95 * most) {
            break;  // well past the peak
        }
        if (step + 1 < n_in) {
            normal.drop(worst);
        }
    }
    const double limit = all_information ? most : 0.98 * most;
    const auto first = std::ranges::find_if(information, [&](double x) { return x >= limit; });
    order.resize(static_cast<std::size_t>(first - information.begin()));
    return order;
}

/// Vectors that extend the outer space, as columns of a size like that of the others', and which of them say nothing
/// that the outer space does not say.
/// @source  Helle et al. 2021, IEEE Trans. Biomed. Eng. 68:2211 (extended signal-space separation)
std::pair<Array<double, 2>, std::vector<bool>> extension(const Sensors& sensors, const Array<double, 2>& S,
                                                         const std::vector<index>& good) {
    const index n_in = n_moments(sensors.expansion.int_order), n = std::ssize(good), count = sensors.extended.extent(0);
    Array<double, 2> vectors({n, count});
    for (index i = 0; i < n; ++i) {
        const index pick = good[static_cast<std::size_t>(i)];
        for (index k = 0; k < count; ++k) {
            vectors(i, k) = sensors.extended(k, pick) * sensors.scale[static_cast<std::size_t>(pick)];
        }
    }
    const auto to_length = [&](double length) {
        const auto norms = column_norms(vectors);
        for (index i = 0; i < n; ++i) {
            for (index k = 0; k < count; ++k) {
                vectors(i, k) /= norms[static_cast<std::size_t>(k)] / length;
            }
        }
    };
    to_length(1);
    // The size is that of the rows behind the first n_in, or before them where there is no outer space, as MNE-Python
    // takes it.
    const bool has_outer = S.extent(1) > n_in;
    Array<double, 2> some({has_outer ? n - n_in : std::min(n_in, n), S.extent(1)});
    copy(S.view().slice(0, has_outer ? n_in : 0, has_outer ? n : some.extent(0)), some.view());
    const auto sizes = column_norms(some);
    double size = 0;
    for (const double x : sizes) {
        size += x / static_cast<double>(sizes.size());
    }
    if (has_outer) {
        std::vector<index> outer;
        for (index k = n_in; k < S.extent(1); ++k) {
            outer.push_back(k);
        }
        Array<double, 2> unit = columns(S, outer);
        const auto norms = column_norms(unit);
        for (index i = 0; i < n; ++i) {
            for (index k = 0; k < unit.extent(1); ++k) {
                unit(i, k) /= norms[static_cast<std::size_t>(k)];
            }
        }
        const Array<double, 2> U = numerics::svd(unit).U;
        Array<double, 2> in_outer({U.extent(1), count});
        numerics::gemm(true, false, U.extent(1), count, n, 1.0, U.data(), U.extent(1), vectors.data(), count, 0.0,
                       in_outer.data(), count);
        numerics::gemm(false, false, n, count, U.extent(1), -1.0, U.data(), U.extent(1), in_outer.data(), count, 1.0,
                       vectors.data(), count);
    }
    std::vector<bool> empty;
    for (const double norm : column_norms(vectors)) {
        empty.push_back(!(norm > 1e-4));
    }
    to_length(size);
    return {std::move(vectors), std::move(empty)};
}

}  // namespace

ColumnInverse column_inverse(Array<double, 2> a) {
    const auto norms = column_norms(a);
    for (index i = 0; i < a.extent(0); ++i) {
        for (index k = 0; k < a.extent(1); ++k) {
            a(i, k) /= norms[static_cast<std::size_t>(k)];
        }
    }
    auto svd = numerics::svd(a);
    const index rank = std::ssize(svd.s), n = a.extent(1);
    for (index r = 0; r < rank; ++r) {
        for (index k = 0; k < n; ++k) {
            svd.Vt(r, k) /= norms[static_cast<std::size_t>(k)] * svd.s[static_cast<std::size_t>(r)];
        }
    }
    ColumnInverse out{Array<double, 2>({n, a.extent(0)}), svd.s.front() / svd.s.back()};
    numerics::gemm(true, true, n, a.extent(0), rank, 1.0, svd.Vt.data(), n, svd.U.data(), rank, 0.0, out.inverse.data(),
                   a.extent(0));
    return out;
}

Array<double, 2> basis_of(const Sensors& sensors, const std::optional<Transform>& head) {
    const auto fields = [&](const CoilSet& coils) {
        return multipole_basis(head ? moved(coils, *head) : coils, sensors.expansion);
    };
    Array<double, 2> S = fields(sensors.coils);
    for (index i = 0; i < S.extent(0); ++i) {
        for (double& x : S.view().row(i)) {
            x *= sensors.scale[static_cast<std::size_t>(i)];
        }
    }
    for (std::size_t d = 0; d < sensors.imbalance_coils.size(); ++d) {
        const Array<double, 2> more = fields(sensors.imbalance_coils[d]);
        for (index i = 0, row = 0; i < S.extent(0); ++i) {
            if (!sensors.magnetometer[static_cast<std::size_t>(i)]) {
                const double share = sensors.mag_scale * sensors.imbalances(static_cast<index>(d), i);
                for (index k = 0; k < S.extent(1); ++k) {
                    S(i, k) += share * more(row, k);
                }
                ++row;
            }
        }
    }
    for (index i = 0; i < S.extent(0) && !sensors.gains.empty(); ++i) {
        if (sensors.magnetometer[static_cast<std::size_t>(i)]) {
            for (double& x : S.view().row(i)) {
                x /= sensors.gains[static_cast<std::size_t>(i)];
            }
        }
    }
    return sensors.compensation.empty() ? std::move(S) : numerics::matmul(sensors.compensation, S);
}

Spaces told_apart(const Sensors& sensors, const Array<double, 2>& basis, const std::vector<bool>& good,
                  const SpaceOptions& options, double time) {
    std::vector<index> picks;
    for (index k = 0; k < std::ssize(good); ++k) {
        if (good[static_cast<std::size_t>(k)]) {
            picks.push_back(k);
        }
    }
    const index n = std::ssize(picks), n_in = n_moments(sensors.expansion.int_order), more = sensors.extended.extent(0);
    const index n_basis = basis.extent(1);
    Array<double, 2> full({basis.extent(0), n_basis + more});
    copy(basis.view(), full.view().slice(1, 0, n_basis));
    std::vector<index> without;  // outer moments that are not used
    if (n_basis > n_in && !sensors.sees_homogeneous) {
        without = {n_in, n_in + 1, n_in + 2};
    }
    if (more > 0) {
        const auto [vectors, empty] = extension(sensors, rows(basis, picks), picks);
        for (index k = 0; k < more; ++k) {
            for (index i = 0; i < n; ++i) {
                full(picks[static_cast<std::size_t>(i)], n_basis + k) = vectors(i, k);
            }
            if (empty[static_cast<std::size_t>(k)]) {
                without.push_back(n_basis + k);
            }
        }
    }
    const Array<double, 2> S = rows(full, picks);
    std::vector<index> outer;
    for (index k = n_in; k < n_basis + more; ++k) {
        if (std::ranges::find(without, k) == without.end()) {
            outer.push_back(k);
        }
    }
    Spaces spaces;
    spaces.n_all = n_basis + more;
    std::vector<index> dropped;
    if (options.regularize && n_in > 0) {
        dropped = dropped_inner(S, sensors.expansion.int_order, outer, *options.regularize == "in_argmax");
    }
    for (index k = 0; k < n_in; ++k) {
        if (std::ranges::find(dropped, k) == dropped.end()) {
            spaces.moments.push_back(k);
        }
    }
    spaces.n_in = std::ssize(spaces.moments);
    spaces.moments.insert(spaces.moments.end(), outer.begin(), outer.end());
    if (options.regularize || std::ssize(outer) != spaces.n_all - n_in) {
        char at[32];
        std::snprintf(at, sizeof at, "%8.3f", time);
        log(LogLevel::info, "        Using " + text_of(std::ssize(spaces.moments)) + "/" + text_of(spaces.n_all) +
                                " harmonic components for " + at + "  (" + text_of(spaces.n_in) + "/" + text_of(n_in) +
                                " in, " + text_of(std::ssize(outer)) + "/" + text_of(spaces.n_all - n_in) + " out)");
    }
    ColumnInverse inverse = column_inverse(columns(S, spaces.moments));
    if (!(inverse.condition < 1000) && options.bad_condition != "ignore") {
        const std::string message = "inner and outer fields are hard to tell apart: the condition of the basis is " +
                                    text_of(inverse.condition) + ", and should be below 1000";
        if (options.bad_condition == "error") {
            throw Conflict(message + R"(; check origin and head positions, lower int_order or ext_order, keep )"
                                     R"(regularize="in", or pass bad_condition="warning")");
        }
        log(options.bad_condition == "info" ? LogLevel::info : LogLevel::warning, message);
    }
    spaces.pinv = std::move(inverse.inverse);
    for (index k = 0; k < spaces.pinv.extent(0); ++k) {
        for (index i = 0; i < n; ++i) {
            spaces.pinv(k, i) *= sensors.scale[static_cast<std::size_t>(picks[static_cast<std::size_t>(i)])];
        }
    }
    spaces.S = columns(full, spaces.moments);
    for (index i = 0; i < spaces.S.extent(0); ++i) {
        for (double& x : spaces.S.view().row(i)) {
            x /= sensors.scale[static_cast<std::size_t>(i)];
        }
    }
    return spaces;
}

}  // namespace ranvier::meeg
