// Linearly implicit steps for stiff systems: one Jacobian and one factorisation, then a solution per stage.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/numerics/dense.hpp"
#include "ranvier/numerics/sparse_lu.hpp"

namespace ranvier::compile {

namespace {

/// From so many states on a sparse factorisation is the faster one, where seven of eight places are 0.
constexpr std::size_t sparse_from = 48;

class RosenbrockStepper final : public Stepper {
public:
    RosenbrockStepper(const RightHandSide& system, const AdaptiveOptions& options)
        : Stepper(system, options),
          stage_(x_),
          slope_(x_),
          time_slope_(x_),
          u_(static_cast<std::size_t>(table_.stages), x_),
          pivots_(x_.size()) {
        const std::size_t n = x_.size();
        entries_.resize(system.pattern.size());
        if (system.jacobian_entries && n >= sparse_from && 8 * entries_.size() < n * n) {
            sparse_.emplace(static_cast<index>(n), system.pattern);
        } else {
            jacobian_.resize(n * n);
        }
    }

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
        ++nlu;
        if (!factored(1 / (h * table_.gamma))) {
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
            solve(u);
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

    /// L U of diagonal·I − J. Where the diagonal of a sparse one is no pivot, rows are exchanged.
    bool factored(double diagonal) {
        by_rows_ = !sparse_;
        if (sparse_ && sparse_->factor(entries_, -1, diagonal)) {
            return true;
        }
        const auto size = static_cast<index>(x_.size());
        w_ = numerics::Dense<double>(size, size);
        if (sparse_) {
            by_rows_ = true;
            for (std::size_t e = 0; e < entries_.size(); ++e) {
                w_[rhs_.pattern[e].first][rhs_.pattern[e].second] -= entries_[e];
            }
        } else {
            for (std::size_t k = 0; k < w_.values.size(); ++k) {
                w_.values[k] = -jacobian_[k];
            }
        }
        for (index i = 0; i < size; ++i) {
            w_[i][i] += diagonal;
        }
        return numerics::eliminate(w_, size, size, pivots_) != 0;
    }

    void solve(std::vector<double>& b) {
        if (by_rows_) {
            numerics::substitute<double>(w_, pivots_, b.data());
        } else {
            sparse_->solve(b);
        }
    }

    void differentiate() {
        ++njev;
        const auto n = static_cast<index>(x_.size());
        if (rhs_.jacobian_entries) {
            rhs_.jacobian_entries(t_, x_, entries_);
            for (std::size_t e = 0; e < entries_.size() && !sparse_; ++e) {
                jacobian_[static_cast<std::size_t>(rhs_.pattern[e].first * n + rhs_.pattern[e].second)] = entries_[e];
            }
        } else if (rhs_.jacobian) {
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
    std::vector<double> jacobian_, entries_;
    std::optional<numerics::SparseLu> sparse_;
    numerics::Dense<double> w_;
    bool by_rows_ = true;  ///< the last factorisation is that of w_
    std::vector<index> pivots_;
    bool fresh_ = false;
};

}  // namespace

std::unique_ptr<Stepper> rosenbrock_stepper(const RightHandSide& system, const AdaptiveOptions& options) {
    return std::make_unique<RosenbrockStepper>(system, options);
}

}  // namespace ranvier::compile
