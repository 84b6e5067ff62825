// Linearly implicit steps for stiff systems: one Jacobian and one factorisation, then a solution per stage.
#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/compile/ode/tableau.hpp"

namespace ranvier::compile {

namespace {

/// A small dense matrix as L U with rows exchanged for the largest pivot.
class Factors {
public:
    /// False where the matrix is singular or not finite.
    bool factorise(const std::vector<double>& matrix, std::size_t n) {
        n_ = n;
        a_ = matrix;
        rows_.resize(n);
        for (std::size_t k = 0; k < n; ++k) {
            std::size_t pivot = k;
            for (std::size_t i = k + 1; i < n; ++i) {
                pivot = std::abs(a_[i * n + k]) > std::abs(a_[pivot * n + k]) ? i : pivot;
            }
            rows_[k] = pivot;
            if (pivot != k) {
                std::swap_ranges(a_.begin() + static_cast<std::ptrdiff_t>(k * n),
                                 a_.begin() + static_cast<std::ptrdiff_t>((k + 1) * n),
                                 a_.begin() + static_cast<std::ptrdiff_t>(pivot * n));
            }
            const double top = a_[k * n + k];
            if (!(std::abs(top) > 0) || !std::isfinite(top)) {
                return false;
            }
            for (std::size_t i = k + 1; i < n; ++i) {
                const double factor = a_[i * n + k] /= top;
                if (factor != 0) {
                    for (std::size_t j = k + 1; j < n; ++j) {
                        a_[i * n + j] -= factor * a_[k * n + j];
                    }
                }
            }
        }
        return true;
    }

    void solve(std::span<double> b) const {
        for (std::size_t k = 0; k < n_; ++k) {
            std::swap(b[k], b[rows_[k]]);
        }
        for (std::size_t i = 0; i < n_; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                b[i] -= a_[i * n_ + j] * b[j];
            }
        }
        for (std::size_t i = n_; i-- > 0;) {
            for (std::size_t j = i + 1; j < n_; ++j) {
                b[i] -= a_[i * n_ + j] * b[j];
            }
            b[i] /= a_[i * n_ + i];
        }
    }

private:
    std::size_t n_ = 0;
    std::vector<double> a_;
    std::vector<std::size_t> rows_;
};

class RosenbrockStepper final : public Stepper {
public:
    RosenbrockStepper(const RightHandSide& system, const RosenbrockTableau& tableau, const AdaptiveOptions& options)
        : Stepper(system.size),
          system_(system),
          table_(tableau),
          rtol_(options.rtol),
          atol_(checked_tolerances(options, system.size)),
          stage_(x_),
          slope_(x_),
          time_slope_(x_),
          u_(static_cast<std::size_t>(tableau.stages), x_),
          jacobian_(x_.size() * x_.size()) {
        rows_ = 2 + table_.dense_rows;
        error_order_ = table_.error_order;
    }

    void derivative(double t, std::span<const double> x, std::span<double> f) override {
        ++nfev;
        system_.f(t, x, f);
    }

    void start(double t, std::span<const double> x) override {
        t_ = t;
        x_.assign(x.begin(), x.end());
        derivative(t, x_, f_);
        fresh_ = false;
    }

    double attempt(double h) override {
        h_ = h;
        if (!fresh_) {
            differentiate();
        }
        const std::size_t n = x_.size();
        std::vector<double> w(n * n);
        for (std::size_t k = 0; k < w.size(); ++k) {
            w[k] = -jacobian_[k];
        }
        for (std::size_t i = 0; i < n; ++i) {
            w[i * n + i] += 1 / (h * table_.gamma);
        }
        ++nlu;
        if (!factors_.factorise(w, n)) {
            return std::numeric_limits<double>::infinity();
        }
        for (int s = 0; s < table_.stages; ++s) {
            auto& u = u_[static_cast<std::size_t>(s)];
            moved(s);
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
            factors_.solve(u);
        }
        moved(table_.stages);
        new_x_ = stage_;
        double sum = 0;
        const auto& error = u_.back();
        for (std::size_t i = 0; i < n; ++i) {
            const double scaled = error[i] / (atol_[i] + rtol_ * std::max(std::abs(x_[i]), std::abs(new_x_[i])));
            sum += scaled * scaled;
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
            if (table_.dense_rows == 2) {
                out[2 * n + i] = p[i];
                out[3 * n + i] = p[n + i];
            } else {  // p0 + θ(p1 + θ p2) = p0 + θ((p1 + p2) − (1−θ) p2)
                out[2 * n + i] = p[i];
                out[3 * n + i] = p[n + i] + p[2 * n + i];
                out[4 * n + i] = -p[2 * n + i];
            }
        }
    }

    void accept() override {
        t_ += h_;
        x_.swap(new_x_);
        derivative(t_, x_, f_);
        fresh_ = false;
    }

private:
    void moved(int row) {
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
        if (system_.jacobian) {
            system_.jacobian(t_, x_, View<double, 2>(jacobian_.data(), {n, n}));
        } else {
            by_differences();
        }
        if (system_.time_derivative) {
            system_.time_derivative(t_, x_, time_slope_);
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

    const RightHandSide& system_;
    const RosenbrockTableau& table_;
    double rtol_;
    std::vector<double> atol_, stage_, slope_, time_slope_;
    std::vector<std::vector<double>> u_;
    std::vector<double> jacobian_;
    Factors factors_;
    bool fresh_ = false;
};

}  // namespace

std::unique_ptr<Stepper> rosenbrock_stepper(const RightHandSide& system, const AdaptiveOptions& options) {
    return std::make_unique<RosenbrockStepper>(
        system, options.method == Adaptive::rodas4 ? rodas4_tableau() : rodas5p_tableau(), options);
}

}  // namespace ranvier::compile
