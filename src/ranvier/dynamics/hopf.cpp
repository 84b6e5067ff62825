#include <algorithm>
#include <cmath>

#include "ranvier/dynamics/equilibria.hpp"
#include "ranvier/numerics/dense.hpp"

namespace ranvier::dynamics {

namespace {

using Complex = std::complex<double>;
using Vector = std::vector<Complex>;
using numerics::Dense;
using Matrix = Dense<double>;

/// The Jacobian in units of the flow's scale.
Matrix scaled_jacobian(const Flow& flow, const double* p, const std::vector<double>& x) {
    const index n = flow.n();
    Matrix J(n, n);
    state_derivatives(flow, 0, x.data(), p, J.values.data());
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            J[i][j] *= flow.size_of(j) / flow.size_of(i);
        }
    }
    return J;
}

/// Jacobians along x + h·d·scale, for h = −2 … 2 times `step`.
struct Stencil {
    Matrix at[5];
    double step = 0;
};

Stencil stencil(const Flow& flow, const double* p, std::span<const double> x, const std::vector<double>& d,
                double step) {
    Stencil s;
    s.step = step;
    std::vector<double> moved(x.size());
    for (int k = 0; k < 5; ++k) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            moved[i] = x[i] + (k - 2) * step * d[i] * flow.size_of(static_cast<index>(i));
        }
        s.at[k] = scaled_jacobian(flow, p, moved);
    }
    return s;
}

Matrix combined(const Stencil& s, const double (&weights)[5], double divisor) {
    Matrix sum(s.at[0].rows, s.at[0].columns);
    for (int k = 0; k < 5; ++k) {
        for (std::size_t i = 0; i < sum.values.size(); ++i) {
            sum.values[i] += weights[k] * s.at[k].values[i] / divisor;
        }
    }
    return sum;
}

Matrix first(const Stencil& s) { return combined(s, {1, -8, 0, 8, -1}, 12 * s.step); }
Matrix second(const Stencil& s) { return combined(s, {-1, 16, -30, 16, -1}, 12 * s.step * s.step); }

Vector product(const Matrix& re, const Matrix& im, const Vector& v) {
    Vector out(v.size());
    for (index i = 0; i < re.rows; ++i) {
        for (index j = 0; j < re.columns; ++j) {
            out[i] += Complex(re[i][j], im[i][j]) * v[j];
        }
    }
    return out;
}

Complex inner(const Vector& a, const Vector& b) {
    Complex sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += std::conj(a[i]) * b[i];
    }
    return sum;
}

Vector conjugate(Vector v) {
    for (Complex& c : v) {
        c = std::conj(c);
    }
    return v;
}

/// (a + i·s)⁻¹ b
Vector solution(const Matrix& A, double factor, Complex shift, Vector b) {
    Dense<Complex> m(A.rows, A.columns);
    for (index i = 0; i < A.rows; ++i) {
        for (index j = 0; j < A.columns; ++j) {
            m[i][j] = factor * A[i][j] + (i == j ? shift : Complex(0));
        }
    }
    if (!solved(m, b.data())) {
        throw NumericalError("the first Lyapunov coefficient is not defined: a second eigenvalue is critical");
    }
    return b;
}

}  // namespace

std::vector<Complex> eigenvector(index n, const double* a, Complex value) {
    double largest = 0;
    for (index i = 0; i < n * n; ++i) {
        largest = std::max(largest, std::abs(a[i]));
    }
    // A shift beside the eigenvalue keeps the matrix solvable; each iteration gains ~9 digits.
    const Complex shift = value + 1e-9 * largest * Complex(0.6, 0.8);
    Vector v(n);
    for (index i = 0; i < n; ++i) {
        v[i] = Complex(1.0, 0.3 * static_cast<double>(i + 1));
    }
    for (int k = 0; k < 4; ++k) {
        Dense<Complex> m(n, n);
        for (index i = 0; i < n; ++i) {
            for (index j = 0; j < n; ++j) {
                m[i][j] = a[i * n + j] - (i == j ? shift : Complex(0));
            }
        }
        if (!solved(m, v.data())) {
            break;
        }
        const double length = std::sqrt(inner(v, v).real());
        for (Complex& c : v) {
            c /= length;
        }
    }
    return v;
}

double first_lyapunov_coefficient(const Flow& flow, std::span<const double> p, std::span<const double> x,
                                  double omega) {
    check(flow);
    require(omega > 0, [&] { return "a Hopf point has a positive frequency; got " + text_of(omega); });
    const index n = flow.n();
    const auto count = static_cast<std::size_t>(n);
    const Matrix A = scaled_jacobian(flow, p.data(), {x.begin(), x.end()});
    Matrix At(n, n);
    for (index i = 0; i < n; ++i) {
        for (index j = 0; j < n; ++j) {
            At[i][j] = A[j][i];
        }
    }
    const Vector q = eigenvector(n, A.values.data(), Complex(0, omega));
    Vector left = eigenvector(n, At.values.data(), Complex(0, -omega));
    const Complex norm = inner(left, q);
    for (Complex& c : left) {
        c /= std::conj(norm);
    }
    std::vector<double> a(count), b(count), sum(count), difference(count);
    for (std::size_t i = 0; i < count; ++i) {
        a[i] = q[i].real();
        b[i] = q[i].imag();
        sum[i] = a[i] + b[i];
        difference[i] = a[i] - b[i];
    }
    // With Jacobians good to 1e-12, a step of 1e-2 scale balances rounding against the formula's error h⁴. The
    // eigenvector has unit length in units of the scale.
    const double step = 1e-2;
    const Stencil sa = stencil(flow, p.data(), x, a, step), sb = stencil(flow, p.data(), x, b, step);
    const Matrix Da = first(sa), Db = first(sb), Daa = second(sa), Dbb = second(sb);
    const Matrix Dpp = second(stencil(flow, p.data(), x, sum, step));
    const Matrix Dmm = second(stencil(flow, p.data(), x, difference, step));
    Matrix re(n, n), im(n, n), minus(n, n);
    for (std::size_t i = 0; i < re.values.size(); ++i) {
        re.values[i] = Daa.values[i] - Dbb.values[i];
        im.values[i] = (Dpp.values[i] - Dmm.values[i]) / 2;
        minus.values[i] = -Db.values[i];
    }
    const Vector cubic = product(re, im, conjugate(q));           // C(q, q, q̄)
    const Vector Bqq = product(Da, Db, q);                        // B(q, q)
    const Vector Bqc = product(Da, Db, conjugate(q));             // B(q, q̄)
    const Vector slow = product(Da, Db, solution(A, 1, 0, Bqc));  // B(q, A⁻¹ B(q, q̄))
    const Vector fast = product(Da, minus, solution(A, -1, Complex(0, 2 * omega), Bqq));
    return (inner(left, cubic) - 2.0 * inner(left, slow) + inner(left, fast)).real() / (2 * omega);
}

}  // namespace ranvier::dynamics
