#include "ranvier/meeg/maxwell/normals.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/maxwell/least_squares.hpp"
#include "ranvier/meeg/maxwell/spaces.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

using numerics::matmul;

namespace {

double length_of(std::span<const double> x) {
    double sum = 0;
    for (const double value : x) {
        sum += value * value;
    }
    return std::sqrt(sum);
}

/// What multipoles do not explain of samples, by sensor and of all. [%]
struct Errors {
    std::vector<double> each;
    double all = 0;
};
/// @param S        what sensors measure of multipoles, shape (sensors, moments)
/// @param samples  or what they are but for a rotation in time, shape (sensors, n)
Errors errors_of(const Array<double, 2>& S, const Array<double, 2>& samples) {
    const Array<double, 2> model = matmul(S, matmul(column_inverse(S).inverse, samples));
    Errors out;
    double off = 0, whole = 0;
    std::vector<double> rest(static_cast<std::size_t>(samples.extent(1)));
    for (index i = 0; i < samples.extent(0); ++i) {
        const auto x = samples.view().row(i), m = model.view().row(i);
        for (std::size_t k = 0; k < rest.size(); ++k) {
            rest[k] = m[k] - x[k];
        }
        const double a = length_of(rest), b = length_of(x);
        out.each.push_back(100 * a / b);
        off += a * a;
        whole += b * b;
    }
    out.all = 100 * std::sqrt(off / whole);
    return out;
}

/// A coil turned about the device's centre, as in MNE-Python: fields from afar hardly differ over the millimetres by
/// which it is moved.
void turn(CoilSet& coil, const Rotation& rotation) {
    for (std::vector<Point>* points : {&coil.places, &coil.normals}) {
        for (Point& point : *points) {
            point = rotated(rotation, point);
        }
    }
}

/// What a magnetometer measures of multipoles, scaled as samples are.
std::vector<double> measured_by(const CoilSet& coil, const Expansion& expansion) {
    const Array<double, 2> basis = multipole_basis(coil, expansion);
    std::vector<double> out;
    for (const double x : basis.view().row(0)) {
        out.push_back(Adjusted::scale * x);
    }
    return out;
}

/// A magnetometer whose normal and gain are sought: z is its normal times what its samples are to be multiplied by.
class Search {
public:
    /// @param S        what all magnetometers measure of multipoles, gains included
    /// @param samples  of all, shape (magnetometers, n)
    Search(CoilSet coil, const Point& normal, const Array<double, 2>& S, const Array<double, 2>& samples, index k,
           const Expansion& expansion)
        : coil_(std::move(coil)), normal_(normal), expansion_(expansion) {
        std::vector<index> others(static_cast<std::size_t>(S.extent(0)));
        std::iota(others.begin(), others.end(), 0);
        others.erase(others.begin() + k);
        const Array<double, 2> inverse = column_inverse(rows(S, others)).inverse;
        moments_ = matmul(inverse, rows(samples, others));
        const index n = inverse.extent(0);
        spread_ = Array<double, 2>({n, n});
        numerics::gemm(false, true, n, n, inverse.extent(1), 1.0, inverse.data(), inverse.extent(1), inverse.data(),
                       inverse.extent(1), 0.0, spread_.data(), n);
        own_.assign(samples.view().row(k).begin(), samples.view().row(k).end());
    }

    CoilSet turned(const Point& z) const {
        CoilSet coil = coil_;
        turn(coil, rotation_between(normal_, unit(z)));
        return coil;
    }
    std::vector<double> row(const Point& z) const {
        std::vector<double> out = measured_by(turned(z), expansion_);
        for (double& x : out) {
            x *= norm(z);
        }
        return out;
    }
    /// What multipoles, fitted to all sensors, leave of this one's samples: of what the others' fit leaves, the share
    /// that this one does not pull the fit by. (The inverse of a sum of products with one row more.)
    std::vector<double> rest(const Point& z) const {
        const std::vector<double> a = row(z);
        double leverage = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            for (std::size_t k = 0; k < a.size(); ++k) {
                leverage += a[i] * spread_(static_cast<index>(i), static_cast<index>(k)) * a[k];
            }
        }
        std::vector<double> out = own_;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double* m = moments_.data() + static_cast<index>(i) * moments_.extent(1);
            for (std::size_t k = 0; k < out.size(); ++k) {
                out[k] -= a[i] * m[k];
            }
        }
        for (double& x : out) {
            x /= 1 + leverage;
        }
        return out;
    }

private:
    CoilSet coil_;
    Point normal_;
    Expansion expansion_;
    Array<double, 2> moments_, spread_;  ///< by the others, and how sure they are
    std::vector<double> own_;
};

}  // namespace

Adjusted adjusted(const std::vector<std::string>& names, std::vector<CoilSet> coils, const std::vector<Point>& drawn,
                  const Array<double, 2>& samples, const Expansion& expansion, const Limits& limits) {
    const auto n = drawn.size();
    Adjusted out{drawn, std::vector<double>(n, 1), false, {}};
    Array<double, 2> S({static_cast<index>(n), n_moments(expansion.ext_order)});
    for (std::size_t k = 0; k < n; ++k) {
        const std::vector<double> row = measured_by(coils[k], expansion);
        std::ranges::copy(row, S.view().row(static_cast<index>(k)).begin());
    }
    std::vector<int> tried(n, 0);
    Errors errors = errors_of(S, samples);
    const double before = errors.all;
    for (const bool worst_first : {true, false}) {
        for (std::size_t step = 0; step < n; ++step) {
            check_interrupt();
            std::size_t at = step;
            if (worst_first) {
                std::vector<std::size_t> order(n);
                std::iota(order.begin(), order.end(), 0U);
                std::ranges::stable_sort(order, {}, [&](std::size_t k) { return errors.each[k]; });
                while (!order.empty()) {
                    at = order.back();
                    order.pop_back();
                    if (tried[at] < 3) {
                        break;
                    }
                }
                if (errors.each[at] < 2.5) {
                    break;
                }
            }
            ++tried[at];
            const Search search(coils[at], out.normals[at], S, samples, static_cast<index>(at), expansion);
            const Point z =
                least_squares([&](const Point& p) { return search.rest(p); }, out.normals[at], {1e-6, 0.5, 1e-8});
            coils[at] = search.turned(z);
            out.normals[at] = unit(z);
            out.gains[at] = 1 / norm(z);
            const std::vector<double> row = search.row(z);
            std::ranges::copy(row, S.view().row(static_cast<index>(at)).begin());
            errors = errors_of(S, samples);
        }
    }
    double angle = 0;
    for (std::size_t k = 0; k < n; ++k) {
        angle = std::max(angle, std::acos(std::clamp(dot(out.normals[k], drawn[k]), -1.0, 1.0)));
    }
    angle *= 180 / std::numbers::pi;
    const auto bad = std::ranges::count_if(errors.each, [&](double e) { return !(e <= limits.error); });
    const auto worst = std::ranges::max_element(errors.each) - errors.each.begin();
    if (angle >= limits.angle) {
        out.words = "an angle of " + formatted("%.2f", angle) + "°";
    }
    if (bad > 0) {
        out.words += (out.words.empty() ? "" : ", ") + text_of(bad) + (bad == 1 ? " error" : " errors") + " of up to " +
                     formatted("%.2f", errors.each[static_cast<std::size_t>(worst)]) + " % (" +
                     names[static_cast<std::size_t>(worst)] + ")";
    }
    out.good = out.words.empty();
    out.words = formatted("%.2f", before) + " % was unexplained, now " + formatted("%.2f", errors.all) + " %" +
                (out.good ? "" : "; does not count: " + out.words);
    return out;
}

}  // namespace ranvier::meeg
