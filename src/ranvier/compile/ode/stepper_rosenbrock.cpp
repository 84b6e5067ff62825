// Linearly implicit steps for stiff systems: one Jacobian and one factorisation, then a solution per stage.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/numerics/dense.hpp"

namespace ranvier::compile {

namespace {

class RosenbrockStepper final : public Stepper {
public:
    RosenbrockStepper(const RightHandSide& system, const AdaptiveOptions& options)
        : Stepper(system, options),
          stage_(x_),
          slope_(x_),
          time_slope_(x_),
          u_(static_cast<std::size_t>(table_.stages), x_),
          jacobian_(x_.size() * x_.size()),
          pivots_(x_.size()) {}

    void start(double t, std::span<const double> x) override {
        Stepper::start(t, x);
        fresh_ = false;
    }

    double attempt(double h) override {
        h_ = h;
        if (!fresh_) {
            differentiate();
        }
        const std::size_t n = x_.size();
        const auto size = static_cast<index>(n);
        numerics::Dense<double> w(size, size);
        for (std::size_t k = 0; k < w.values.size(); ++k) {
            w.values[k] = -jacobian_[k];
        }
        for (index i = 0; i < size; ++i) {
            w[i][i] += 1 / (h * table_.gamma);
        }
        ++nlu;
        if (numerics::eliminate(w, size, size, pivots_) == 0) {
            return std::numeric_limits<double>::infinity();
        }
        for (int s = 0; s < table_.stages; ++s) {
            auto& u = u_[static_cast<std::size_t>(s)];
            set_stage(s);
            if (s == 0) {
                slope_ = f_;
            } else {
                derivative(t_ + table_.c[static_cast<std::size_t>(s)] * h, stage_, slope_);
            }
            for (std::size_t i = 0; i < n; ++i) {
                u[i] = slope_[i] + h * table_.d[static_cast<std::size_t>(s)] * time_slope_[i];
            }
            for (const Coefficient& c : table_.C) {
                if (c.row == s) {
                    for (std::size_t i = 0; i < n; ++i) {
                        u[i] += c.value / h * u_[static_cast<std::size_t>(c.column)][i];
                    }
                }
            }
            numerics::substitute<double>(w, pivots_, u.data());
        }
        set_stage(table_.stages);
        new_x_ = stage_;
        double sum = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double part = scaled(u_.back()[i], i);
            sum += part * part;
        }
        return std::sqrt(sum / static_cast<double>(n));
    }

    void dense(std::span<double> out) override {
        const std::size_t n = x_.size();
        std::vector<double> p(3 * n, 0.0);
        for (const Coefficient& c : table_.dense) {
            for (std::size_t i = 0; i < n; ++i) {
                p[static_cast<std::size_t>(c.row) * n + i] += c.value * u_[static_cast<std::size_t>(c.column)][i];
            }
        }
        for (std::size_t i = 0; i < n; ++i) {
            out[i] = x_[i];
            out[n + i] = new_x_[i] - x_[i];
            out[2 * n + i] = p[i];
            out[3 * n + i] = p[n + i];
            if (table_.dense_rows == 3) {  // p0 + θ(p1 + θ p2) = p0 + θ((p1 + p2) − (1−θ) p2)
                out[3 * n + i] += p[2 * n + i];
                out[4 * n + i] = -p[2 * n + i];
            }
        }
    }

    void accept() override {
        Stepper::accept();
        derivative(t_, x_, f_);
        fresh_ = false;
    }

private:
    /// x + Σ_j a_row,j u_j
    void set_stage(int row) {
        stage_ = x_;
        for (const Coefficient& c : table_.a) {
            if (c.row == row) {
                for (std::size_t i = 0; i < x_.size(); ++i) {
                    stage_[i] += c.value * u_[static_cast<std::size_t>(c.column)][i];
                }
            }
        }
    }

    void differentiate() {
        ++njev;
        const auto n = static_cast<index>(x_.size());
        if (rhs_.jacobian) {
            rhs_.jacobian(t_, x_, View<double, 2>(jacobian_.data(), {n, n}));
        } else {
            by_differences();
        }
        if (rhs_.time_derivative) {
            rhs_.time_derivative(t_, x_, time_slope_);
        } else {
            const double step =
                std::sqrt(std::numeric_limits<double>::epsilon()) * std::max(std::abs(t_), std::abs(h_));
            derivative(t_ + step, x_, time_slope_);
            for (std::size_t i = 0; i < x_.size(); ++i) {
                time_slope_[i] = (time_slope_[i] - f_[i]) / step;
            }
        }
        fresh_ = true;
    }

    /// Central differences: their error is about ε^(2/3).
    void by_differences() {
        const std::size_t n = x_.size();
        stage_ = x_;
        for (std::size_t j = 0; j < n; ++j) {
            const double step =
                std::cbrt(std::numeric_limits<double>::epsilon()) * std::max(std::abs(x_[j]), atol_[j] + 1e-8);
            stage_[j] = x_[j] + step;
            derivative(t_, stage_, slope_);
            stage_[j] = x_[j] - step;
            derivative(t_, stage_, new_x_);
            stage_[j] = x_[j];
            for (std::size_t i = 0; i < n; ++i) {
                jacobian_[i * n + j] = (slope_[i] - new_x_[i]) / (2 * step);
            }
        }
    }

    std::vector<double> stage_, slope_, time_slope_;
    std::vector<std::vector<double>> u_;
    std::vector<double> jacobian_;
    std::vector<index> pivots_;
    bool fresh_ = false;
};

}  // namespace

std::unique_ptr<Stepper> rosenbrock_stepper(const RightHandSide& system, const AdaptiveOptions& options) {
    return std::make_unique<RosenbrockStepper>(system, options);
}

}  // namespace ranvier::compile
