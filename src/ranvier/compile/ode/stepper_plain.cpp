// Explicit methods on functions, and what all steppers share.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ode/stepper.hpp"

namespace ranvier::compile {

namespace {

class PlainStepper final : public Stepper {
public:
    PlainStepper(const RightHandSide& system, const AdaptiveOptions& options)
        : Stepper(system, options), stage_(x_), k_(static_cast<std::size_t>(table_.stages + table_.extra + 1), x_) {}

    double attempt(double h) override {
        h_ = h;
        k_[0] = f_;
        for (int s = 1; s <= table_.stages; ++s) {
            evaluate(s);
        }
        new_x_ = stage_;
        const double first = squares(0);
        const auto n = static_cast<double>(x_.size());
        if (table_.error_rows == 1) {
            return std::abs(h) * std::sqrt(first / n);
        }
        const double both = first + 0.01 * squares(1);
        return both == 0 ? 0 : std::abs(h) * first / std::sqrt(both * n);
    }

    void dense(std::span<double> out) override {
        for (int s = table_.stages + 1; s <= table_.stages + table_.extra; ++s) {
            evaluate(s);
        }
        const std::size_t n = x_.size();
        const auto& last = k_[static_cast<std::size_t>(table_.stages)];
        for (std::size_t i = 0; i < n; ++i) {
            out[i] = x_[i];
            out[n + i] = new_x_[i] - x_[i];
            out[2 * n + i] = h_ * k_[0][i] - out[n + i];
            out[3 * n + i] = out[n + i] - h_ * last[i] - out[2 * n + i];
        }
        std::fill(out.begin() + static_cast<std::ptrdiff_t>(4 * n), out.end(), 0.0);
        for (const Coefficient& c : table_.dense) {
            for (std::size_t i = 0; i < n; ++i) {
                out[static_cast<std::size_t>(4 + c.row) * n + i] +=
                    h_ * c.value * k_[static_cast<std::size_t>(c.column)][i];
            }
        }
    }

    void accept() override {
        Stepper::accept();
        f_ = k_[static_cast<std::size_t>(table_.stages)];
    }

private:
    void evaluate(int s) {
        auto& slopes = k_[static_cast<std::size_t>(s)];
        std::fill(stage_.begin(), stage_.end(), 0.0);
        for (const Coefficient& c : table_.a) {
            if (c.row == s) {
                for (std::size_t i = 0; i < x_.size(); ++i) {
                    stage_[i] += c.value * k_[static_cast<std::size_t>(c.column)][i];
                }
            }
        }
        for (std::size_t i = 0; i < x_.size(); ++i) {
            stage_[i] = x_[i] + h_ * stage_[i];
        }
        derivative(t_ + table_.c[static_cast<std::size_t>(s)] * h_, stage_, slopes);
    }

    /// Σ over states of (error/scale)²
    double squares(int row) {
        double sum = 0;
        for (std::size_t i = 0; i < x_.size(); ++i) {
            double error = 0;
            for (const Coefficient& c : table_.error) {
                error += c.row == row ? c.value * k_[static_cast<std::size_t>(c.column)][i] : 0;
            }
            const double part = scaled(error, i);
            sum += part * part;
        }
        return sum;
    }

    std::vector<double> stage_;
    std::vector<std::vector<double>> k_;
};

}  // namespace

Stepper::Stepper(const RightHandSide& system, const AdaptiveOptions& options)
    : rhs_(system),
      table_(tableau(options.method)),
      rtol_(options.rtol),
      atol_(checked_tolerances(options, system.size)),
      x_(atol_.size()),
      new_x_(x_),
      f_(x_) {}

void Stepper::start(double t, std::span<const double> x) {
    t_ = t;
    x_.assign(x.begin(), x.end());
    derivative(t, x_, f_);
}

void Stepper::accept() {
    t_ += h_;
    x_.swap(new_x_);
}

std::unique_ptr<Stepper> plain_stepper(const RightHandSide& system, const AdaptiveOptions& options) {
    if (tableau(options.method).gamma > 0) {
        return rosenbrock_stepper(system, options);
    }
    return std::make_unique<PlainStepper>(system, options);
}

void evaluate_dense(std::span<const double> coefficients, int rows, double theta, std::span<double> x) {
    const std::size_t n = x.size();
    const auto row = [&](int r) { return coefficients.data() + static_cast<std::size_t>(r) * n; };
    std::copy(row(rows - 1), row(rows - 1) + n, x.begin());
    for (int r = rows - 1; r >= 1; --r) {
        const double factor = r % 2 != 0 ? theta : 1 - theta;
        const double* below = row(r - 1);
        for (std::size_t i = 0; i < n; ++i) {
            x[i] = below[i] + factor * x[i];
        }
    }
}

double bracketed_root(const std::function<double(double)>& f, double a, double b, double fa, double fb) {
    constexpr double epsilon = std::numeric_limits<double>::epsilon();
    if (fa == 0) {
        return a;
    }
    if (fb == 0) {
        return b;
    }
    ensure((fa < 0) != (fb < 0), "a root lies between signs");
    double c = a, fc = fa, d = b - a, e = d;
    for (int iteration = 0; iteration < 200; ++iteration) {
        if ((fb < 0) == (fc < 0)) {
            c = a;
            fc = fa;
            d = e = b - a;
        }
        if (std::abs(fc) < std::abs(fb)) {
            a = b;
            b = c;
            c = a;
            fa = fb;
            fb = fc;
            fc = fa;
        }
        const double tolerance = 2 * epsilon * std::abs(b) + std::numeric_limits<double>::min();
        const double half = (c - b) / 2;
        if (std::abs(half) <= tolerance || fb == 0) {
            return b;
        }
        if (std::abs(e) < tolerance || std::abs(fa) <= std::abs(fb)) {
            d = e = half;  // bisection
        } else {
            double p, q;
            const double s = fb / fa;
            if (a == c) {
                p = 2 * half * s;
                q = 1 - s;
            } else {
                const double r = fb / fc, u = fa / fc;
                p = s * (2 * half * u * (u - r) - (b - a) * (r - 1));
                q = (u - 1) * (r - 1) * (s - 1);
            }
            q = p > 0 ? -q : q;
            p = std::abs(p);
            if (2 * p < std::min(3 * half * q - std::abs(tolerance * q), std::abs(e * q))) {
                e = d;
                d = p / q;
            } else {
                d = e = half;
            }
        }
        a = b;
        fa = fb;
        b += std::abs(d) > tolerance ? d : std::copysign(tolerance, half);
        fb = f(b);
    }
    return b;
}

std::vector<double> checked_tolerances(const AdaptiveOptions& options, index size) {
    std::vector<double> atol = options.atol;
    if (atol.size() == 1) {
        atol.assign(static_cast<std::size_t>(size), options.atol[0]);
    }
    require(static_cast<index>(atol.size()) == size, [&] {
        return "atol must be one number or one for each of the " + text_of(size) + " states; got " +
               text_of(atol.size());
    });
    return atol;
}

}  // namespace ranvier::compile
