#pragma once

#include <array>
#include <cmath>

/// Symmetric matrices of the three directions of a source.
namespace ranvier::meeg {

using Matrix3 = std::array<std::array<double, 3>, 3>;

struct Eigen3 {
    std::array<double, 3> values;
    Matrix3 vectors;  ///< columns
};
/// By Jacobi's rotations; the upper triangle is read.
inline Eigen3 symmetric_eigen(Matrix3 a) {
    Eigen3 out{{}, {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
    for (int sweep = 0; sweep < 50; ++sweep) {
        const double off = a[0][1] * a[0][1] + a[0][2] * a[0][2] + a[1][2] * a[1][2];
        const double on = a[0][0] * a[0][0] + a[1][1] * a[1][1] + a[2][2] * a[2][2];
        if (!(off > 1e-34 * on)) {
            break;
        }
        for (int p = 0; p < 2; ++p) {
            for (int q = p + 1; q < 3; ++q) {
                if (a[p][q] == 0) {
                    continue;
                }
                const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
                const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
                const double c = 1 / std::sqrt(t * t + 1), s = t * c;
                const int r = 3 - p - q;
                const double apq = a[p][q];
                a[p][p] -= t * apq;
                a[q][q] += t * apq;
                a[p][q] = 0;
                double& pr = p < r ? a[p][r] : a[r][p];
                double& qr = q < r ? a[q][r] : a[r][q];
                const double old = pr;
                pr = c * old - s * qr;
                qr = s * old + c * qr;
                for (auto& row : out.vectors) {
                    const double x = row[p];
                    row[p] = c * x - s * row[q];
                    row[q] = s * x + c * row[q];
                }
            }
        }
    }
    out.values = {a[0][0], a[1][1], a[2][2]};
    return out;
}

/// Σ f(value) · vector · vectorᵀ
template <class F>
Matrix3 function_of(const Eigen3& eigen, F&& f) {
    Matrix3 out{};
    for (std::size_t k = 0; k < 3; ++k) {
        const double value = f(eigen.values[k]);
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) {
                out[i][j] += value * eigen.vectors[i][k] * eigen.vectors[j][k];
            }
        }
    }
    return out;
}

}  // namespace ranvier::meeg
