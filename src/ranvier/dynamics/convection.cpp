#include "ranvier/dynamics/convection.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::dynamics {

namespace {
constexpr double pi = std::numbers::pi;
}

Convection::Convection(double Ra, double Pr, double length, index modes_x, index modes_z)
    : Ra_(Ra), Pr_(Pr), k_(2 * pi / length), M_(modes_x), N_(modes_z) {
    require(Ra >= 0 && Pr > 0 && length > 0 && std::isfinite(Ra) && std::isfinite(Pr) && std::isfinite(length),
            "convection: Ra must not be negative, Pr and the length positive");
    require(modes_x >= 1 && modes_z >= 2 && modes_x <= 4096 && modes_z <= 4096,
            "convection: modes_x must be 1 … 4096 and modes_z 2 … 4096");
    nx_ = numerics::fast_length(3 * M_ + 1);
    nz_ = (3 * N_) / 2 + 1;
    sines_ = Array<double, 2>({nz_, N_});
    cosines_ = Array<double, 2>({nz_, N_});
    for (index j = 0; j < nz_; ++j) {
        const double z = (static_cast<double>(j) + 0.5) / static_cast<double>(nz_);
        for (index n = 0; n < N_; ++n) {
            const double kz = pi * static_cast<double>(n + 1);
            sines_(j, n) = std::sin(kz * z);
            cosines_(j, n) = kz * std::cos(kz * z);
        }
    }
    for (Array<Complex, 2>* field : {&psi_, &theta_, &before_vorticity_, &before_heat_}) {
        *field = Array<Complex, 2>({N_, M_ + 1});
    }
}

double Convection::squared(index m, index n) const {
    const double kx = k_ * static_cast<double>(m), kz = pi * static_cast<double>(n + 1);
    return kx * kx + kz * kz;
}

void Convection::disturb(index m, index n, double amplitude) {
    require(m >= 0 && m <= M_ && n >= 1 && n <= N_, [&] {
        return "a disturbance must be one of the modes kept, m 0 … " + text_of(M_) + " and n 1 … " + text_of(N_) +
               "; got (" + text_of(m) + ", " + text_of(n) + ")";
    });
    theta_(n - 1, m) += m == 0 ? amplitude : amplitude / 2;
}

double Convection::theta_mode(index m, index n) const {
    require(m >= 0 && m <= M_ && n >= 1 && n <= N_, "theta_mode: there is no such mode");
    return (m == 0 ? 1 : 2) * theta_(n - 1, m).real();
}

Array<double, 2> Convection::gridded(const Array<Complex, 2>& modes, bool by_x, bool by_z, bool laplacian) const {
    Array<Complex, 2> spectrum({N_, nx_ / 2 + 1});
    for (index n = 0; n < N_; ++n) {
        for (index m = 0; m <= M_; ++m) {
            Complex v = modes(n, m) * static_cast<double>(nx_);
            if (by_x) {
                v *= Complex(0, k_ * static_cast<double>(m));
            }
            if (laplacian) {
                v *= -squared(m, n);
            }
            spectrum(n, m) = v;
        }
    }
    Array<double, 2> rows({N_, nx_}), grid({nz_, nx_});
    numerics::irfft(spectrum, rows);
    numerics::matmul((by_z ? cosines_ : sines_).view(), rows.view(), grid);
    return grid;
}

Array<Convection::Complex, 2> Convection::projected(const Array<double, 2>& values) const {
    const View<const double, 2> across(sines_.data(), {N_, nz_}, {1, N_});
    Array<double, 2> transposed({N_, nz_}), rows({N_, nx_});
    for (index n = 0; n < N_; ++n) {
        for (index j = 0; j < nz_; ++j) {
            transposed(n, j) = across(n, j) * 2 / static_cast<double>(nz_ * nx_);
        }
    }
    numerics::matmul(transposed.view(), values.view(), rows);
    Array<Complex, 2> spectrum({N_, nx_ / 2 + 1});
    numerics::rfft(rows, spectrum);
    return Array<Complex, 2>(spectrum.view().slice(1, 0, M_ + 1));
}

void Convection::advection(Array<Complex, 2>& vorticity, Array<Complex, 2>& heat) const {
    const auto psi_x = gridded(psi_, true, false, false), psi_z = gridded(psi_, false, true, false);
    const auto jacobian = [&](const Array<Complex, 2>& other, bool laplacian) {
        auto x = gridded(other, true, false, laplacian);
        const auto z = gridded(other, false, true, laplacian);
        for (index i = 0; i < x.size(); ++i) {
            x.data()[i] = psi_x.data()[i] * z.data()[i] - psi_z.data()[i] * x.data()[i];
        }
        return projected(x);
    };
    vorticity = jacobian(psi_, true);
    heat = jacobian(theta_, false);
}

void Convection::run(double dt, index steps) {
    require(dt > 0 && std::isfinite(dt) && steps >= 0, "convection: dt must be positive and steps not negative");
    for (index step = 0; step < steps; ++step) {
        check_interrupt();
        Array<Complex, 2> vorticity, heat;
        advection(vorticity, heat);
        // Adams–Bashforth needs the step before; the first one, and one of another length, goes without.
        const double now = dt_ == dt ? 1.5 : 1, before = dt_ == dt ? -0.5 : 0;
        for (index n = 0; n < N_; ++n) {
            for (index m = 0; m <= M_; ++m) {
                const double q2 = squared(m, n), kx = k_ * static_cast<double>(m);
                const Complex explicit_psi = (now * vorticity(n, m) + before * before_vorticity_(n, m)) / q2;
                const Complex explicit_theta = -(now * heat(n, m) + before * before_heat_(n, m));
                // ψ' = −Pr q² ψ − i Pr Ra kx/q² θ,  θ' = i kx ψ − q² θ: halves of a step before and after.
                const Complex a = -Pr_ * q2, b(0, -Pr_ * Ra_ * kx / q2), c(0, kx), d = -q2;
                const double h = dt / 2;
                const Complex p = psi_(n, m), t = theta_(n, m);
                const Complex r1 = p + h * (a * p + b * t) + dt * explicit_psi;
                const Complex r2 = t + h * (c * p + d * t) + dt * explicit_theta;
                const Complex m11 = 1.0 - h * a, m12 = -h * b, m21 = -h * c, m22 = 1.0 - h * d;
                const Complex determinant = m11 * m22 - m12 * m21;
                psi_(n, m) = (m22 * r1 - m12 * r2) / determinant;
                theta_(n, m) = (m11 * r2 - m21 * r1) / determinant;
            }
            psi_(n, 0) = psi_(n, 0).real();
            theta_(n, 0) = theta_(n, 0).real();
        }
        before_vorticity_ = std::move(vorticity);
        before_heat_ = std::move(heat);
        dt_ = dt;
        t_ += dt;
        if (!std::isfinite(std::abs(theta_(0, 0))) || !std::isfinite(std::abs(psi_(0, std::min<index>(1, M_))))) {
            throw NumericalError("convection: the solution overflowed at t = " + text_of(t_) + "; take a shorter dt");
        }
    }
}

double Convection::nusselt() const {
    double slope = 0;
    for (index n = 0; n < N_; ++n) {
        slope += pi * static_cast<double>(n + 1) * theta_(n, 0).real();
    }
    return 1 - slope;
}

Array<double, 2> Convection::field(const Array<Complex, 2>& modes, index columns, index rows) const {
    require(columns >= 1 && rows >= 2, "convection: a grid needs a column and two rows");
    Array<double, 2> out({rows, columns});
    parallel_for(columns, [&](index i) {
        const double x = static_cast<double>(i) / static_cast<double>(columns);
        for (index n = 0; n < N_; ++n) {
            double along = modes(n, 0).real();
            for (index m = 1; m <= M_; ++m) {
                along += 2 * (modes(n, m) * std::polar(1.0, 2 * pi * static_cast<double>(m) * x)).real();
            }
            for (index j = 0; j < rows; ++j) {
                const double z = static_cast<double>(j) / static_cast<double>(rows - 1);
                out(j, i) += along * std::sin(pi * static_cast<double>(n + 1) * z);
            }
        }
    });
    return out;
}

Array<double, 2> Convection::psi(index columns, index rows) const { return field(psi_, columns, rows); }
Array<double, 2> Convection::theta(index columns, index rows) const { return field(theta_, columns, rows); }

}  // namespace ranvier::dynamics
