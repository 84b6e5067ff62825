// Linear equations with constant coefficients, dx/dt = A x + c, solved: x(t + dt) = exp(A dt) x + ∫ exp(A s) ds c.
#include <algorithm>
#include <cmath>

#include "ranvier/compile/lower/draft.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

namespace {

using Matrix = std::vector<std::vector<Value>>;  // a value that is not valid is a 0 known beforehand

class Exact {
public:
    explicit Exact(Draft& draft) : d_(draft), b_(draft.b), n_(draft.model.states.size()) {
        const auto system = language::linear_system(d_.model);
        ensure(system.has_value(), "linearity was found before");
        ExpressionEmitter e = d_.emitter();
        const auto known_zero = [](const language::Expr& c) { return c->op == language::Op::number && c->value == 0; };
        for (std::size_t i = 0; i < n_; ++i) {
            matrix_.emplace_back();
            for (std::size_t j = 0; j < n_; ++j) {
                const language::Expr& c = system->matrix[i][j];
                matrix_[i].push_back(known_zero(c) ? Value{} : e.real(c));
            }
            offset_.push_back(known_zero(system->offset[i]) ? Value{} : e.real(system->offset[i]));
        }
    }

    void run() {
        std::vector<Value> after = solved();
        const bool any_rests = std::any_of(d_.model.states.begin(), d_.model.states.end(),
                                           [](const auto& s) { return s.flags.unless_refractory; });
        if (d_.refractory() && any_rests) {  // then the resting states are constants to the others
            for (std::size_t i = 0; i < n_; ++i) {
                if (d_.model.states[i].flags.unless_refractory) {
                    matrix_[i].assign(n_, Value{});
                    offset_[i] = {};
                }
            }
            const std::vector<Value> resting = solved();
            for (std::size_t i = 0; i < n_; ++i) {
                if (after[i] != resting[i]) {
                    after[i] = b_.select(d_.own.at("not_refractory"), after[i], resting[i]);
                }
            }
        }
        d_.states = after;
    }

private:
    bool alone(std::size_t i) const {
        for (std::size_t j = 0; j < n_; ++j) {
            if (j != i && matrix_[i][j].valid()) {
                return false;
            }
        }
        return true;
    }

    std::vector<Value> solved() {
        std::vector<Value> after(n_);
        std::vector<bool> done(n_, false);
        bool all = true;
        for (std::size_t i = 0; i < n_; ++i) {
            bool simple = true;  // the others that it follows are alone and without offset
            for (std::size_t j = 0; j < n_; ++j) {
                simple = simple && (j == i || !matrix_[i][j].valid() || (alone(j) && !offset_[j].valid()));
            }
            if (simple) {
                after[i] = one(i);
                done[i] = true;
            }
            all = all && simple;
        }
        if (!all) {
            const std::vector<Value> general = by_matrix_exponential();
            for (std::size_t i = 0; i < n_; ++i) {
                after[i] = done[i] ? after[i] : general[i];
            }
        }
        return after;
    }

    Value exponent(std::size_t i) { return matrix_[i][i].valid() ? b_.multiply(matrix_[i][i], d_.dt) : Value{}; }
    Value sum(Value a, Value b) { return !a.valid() ? b : !b.valid() ? a : b_.add(a, b); }

    /// x_i e^z_i + c_i dt exprel(z_i) + Σ_j A_ij x_j dt (e^z_i − e^z_j)/(z_i − z_j)
    Value one(std::size_t i) {
        const Value z = exponent(i);
        Value x = z.valid() ? b_.multiply(b_.exp(z), d_.states[i]) : d_.states[i];
        for (std::size_t j = 0; j < n_; ++j) {
            if (j != i && matrix_[i][j].valid()) {
                const Value weight = b_.multiply(b_.multiply(matrix_[i][j], d_.dt), divided_difference(z, exponent(j)));
                x = b_.add(x, b_.multiply(weight, d_.states[j]));
            }
        }
        if (offset_[i].valid()) {
            Value share = b_.multiply(offset_[i], d_.dt);
            share = z.valid() ? b_.multiply(share, b_.apply(Op::exprel, {z})) : share;
            x = b_.add(x, share);
        }
        return x;
    }

    /// (e^a − e^b)/(a − b) = e^max exprel(−|a − b|), which no equality and no size of a and b harms.
    Value divided_difference(Value a, Value b) {
        if (!a.valid() && !b.valid()) {
            return b_.real(1);
        }
        if (!a.valid() || !b.valid()) {
            return b_.apply(Op::exprel, {a.valid() ? a : b});
        }
        const Value gap = b_.negate(b_.apply(Op::absolute, {b_.subtract(a, b)}));
        return b_.multiply(b_.exp(b_.apply(Op::maximum, {a, b})), b_.apply(Op::exprel, {gap}));
    }

    Matrix product(const Matrix& a, const Matrix& b) {
        const std::size_t n = a.size();
        Matrix c(n, std::vector<Value>(n));
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                for (std::size_t k = 0; k < n; ++k) {
                    if (a[i][k].valid() && b[k][j].valid()) {
                        const Value p = b_.multiply(a[i][k], b[k][j]);
                        c[i][j] = sum(c[i][j], p);
                    }
                }
            }
        }
        return c;
    }

    /// exp of [[A, c], [0, 0]]·dt by scaling, a Taylor polynomial of degree 16 and squaring. The scale is a power of 2
    /// that brings the norm below 1/2, so that the remainder is below 1e-19. What never couples costs nothing.
    std::vector<Value> by_matrix_exponential() {
        constexpr int most_squarings = 24, degree = 16;
        const std::size_t n = n_ + 1;
        Matrix m(n, std::vector<Value>(n));
        Value norm = b_.real(0);
        for (std::size_t i = 0; i < n_; ++i) {
            Value row = b_.real(0);
            for (std::size_t j = 0; j < n; ++j) {
                const Value c = j < n_ ? matrix_[i][j] : offset_[i];
                if (c.valid()) {
                    m[i][j] = b_.multiply(c, d_.dt);
                    // The column of offsets is in other units; its size does not matter to the squarings.
                    row = j < n_ ? b_.add(row, b_.apply(Op::absolute, {m[i][j]})) : row;
                }
            }
            norm = b_.apply(Op::maximum, {norm, row});
        }
        // halvings[k] holds while the norm is still too large after k halvings
        std::vector<Value> halvings;
        Value scale = b_.real(1);
        for (int k = 0; k < most_squarings; ++k) {
            halvings.push_back(b_.greater(norm, b_.real(std::ldexp(0.5, k))));
            scale = b_.select(halvings.back(), b_.real(std::ldexp(1, -k - 1)), scale);
        }
        // Beyond 2^24 there is no result: NaN shows it.
        scale = b_.select(b_.greater(norm, b_.real(std::ldexp(0.5, most_squarings))), b_.real(std::nan("")), scale);
        for (auto& row : m) {
            for (Value& v : row) {
                v = v.valid() ? b_.multiply(v, scale) : v;
            }
        }
        Matrix e = m;  // Horner: I + m(I + m/2(I + m/3(…)))
        for (int k = degree; k >= 1; --k) {
            Matrix inner = k < degree ? product(m, e) : m;
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    Value& v = inner[i][j];
                    v = v.valid() ? b_.multiply(v, b_.real(1.0 / k)) : v;
                    if (i == j) {
                        v = sum(v, b_.real(1));
                    }
                }
            }
            e = std::move(inner);
        }
        for (const Value still : halvings) {
            const Matrix squared = product(e, e);
            for (std::size_t i = 0; i < n; ++i) {
                for (std::size_t j = 0; j < n; ++j) {
                    if (squared[i][j].valid()) {
                        e[i][j] = b_.select(still, squared[i][j], e[i][j].valid() ? e[i][j] : b_.real(0));
                    }
                }
            }
        }
        std::vector<Value> after(n_);
        for (std::size_t i = 0; i < n_; ++i) {
            Value x;
            for (std::size_t j = 0; j < n_; ++j) {
                x = e[i][j].valid() ? sum(x, b_.multiply(e[i][j], d_.states[j])) : x;
            }
            after[i] = sum(x, e[i][n_]);
        }
        return after;
    }

    Draft& d_;
    Builder& b_;
    std::size_t n_;
    Matrix matrix_;
    std::vector<Value> offset_;
};

}  // namespace

void integrate_exactly(Draft& draft) { Exact(draft).run(); }

}  // namespace ranvier::compile
