// An integrator's own mathematics, read by the parser of the language and written out as instructions.
#include <algorithm>
#include <map>
#include <optional>
#include <unordered_set>

#include "ranvier/compile/lower/draft.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Node;
using language::Role;
using LOp = language::Op;

namespace {

/// What a name of a scheme stands for. A value that is not valid is a 0 known beforehand: nothing is computed for it.
struct Quantity {
    enum class Shape { scalar, states, matrix, sources } shape = Shape::scalar;
    std::vector<Value> values;  ///< matrix: [state · sources + source]
};
using Shape = Quantity::Shape;

/// Subexpressions written out only where they hold `name`, so that the others stay shared.
Expr expanded_for(const Expr& e, const language::Model& model, const std::string& name) {
    return language::replaced(e, [&](const Node& node) -> Expr {
        if (node.role != Role::subexpression) {
            return nullptr;
        }
        const Expr& inside = model.subexpressions[node.index].expr;
        return language::contains(language::expanded(inside, model), name) ? expanded_for(inside, model, name)
                                                                           : nullptr;
    });
}

class Scheme {
public:
    Scheme(Draft& draft, const Integrator& integrator) : d_(draft), b_(draft.b) {
        for (const auto& s : d_.model.states) {
            for (const auto& noise : s.noise) {
                if (std::find(sources_.begin(), sources_.end(), noise.name) == sources_.end()) {
                    sources_.push_back(noise.name);
                }
            }
        }
        language::Report report;
        statements_ = language::parsed_statements({integrator.scheme, std::string(integrator.name)}, report);
        if (report.count() > 0) {
            const std::string place(integrator.name);
            throw ModelError(language::rendered(report.diagnostics(), {{place, std::string(integrator.scheme)}}),
                             report.diagnostics());
        }
        require(!statements_.empty() && (statements_.back().target == "x" || statements_.back().target == "x_new"),
                "the last line of an integrator says what x is after the step: x = …");
        names_["x"] = {Shape::states, d_.states};
        names_["t"] = {Shape::scalar, {d_.t}};
        names_["dt"] = {Shape::scalar, {d_.dt}};
    }

    void run() {
        for (const auto& s : statements_) {
            Quantity result = of(s.value);
            if (s.target == "x" || s.target == "x_new") {
                require(result.shape == Shape::states, "in an integrator the new x has a value for each state");
                d_.states = result.values;
            }
            names_[s.target] = std::move(result);
        }
    }

private:
    std::size_t count() const { return d_.model.states.size(); }

    Quantity of(const Expr& e) {
        switch (e->op) {
            case LOp::number: return {Shape::scalar, {b_.real(e->value)}};
            case LOp::name: {
                if (e->name == "dW") {
                    return increments();
                }
                const auto found = names_.find(e->name);
                require(found != names_.end(),
                        "integrators know x, t, dt, dW and what their own lines name; there is no '", e->name, "'");
                return found->second;
            }
            case LOp::negate: return mapped(of(e->operands[0]), [&](Value v) { return b_.negate(v); });
            case LOp::call: return called(*e);
            case LOp::power: {
                const bool root = language::is_number(e->operands[1], 0.5);
                require(root || language::is_number(e->operands[1], 2),
                        "integrators have squares and square roots (**2, **.5), no other powers");
                return mapped(of(e->operands[0]),
                              [&](Value v) { return root ? b_.apply(Op::square_root, {v}) : b_.multiply(v, v); });
            }
            default: break;
        }
        const Quantity a = of(e->operands[0]), b = of(e->operands[1]);
        switch (e->op) {
            case LOp::add: return sum(a, b, false);
            case LOp::subtract: return sum(a, b, true);
            case LOp::multiply: return product(a, b);
            case LOp::divide:
                require(b.shape == Shape::scalar, "integrators divide by numbers");
                return mapped(a, [&](Value v) { return b_.divide(v, b.values[0]); });
            default: throw InvalidInput("integrators add, subtract, multiply and divide");
        }
    }

    template <class F>
    Quantity mapped(Quantity q, F f) {
        for (Value& v : q.values) {
            v = v.valid() ? f(v) : v;
        }
        return q;
    }

    Value sum(Value a, Value b, bool minus) {
        if (!b.valid()) {
            return a;
        }
        if (!a.valid()) {
            return minus ? b_.negate(b) : b;
        }
        return minus ? b_.subtract(a, b) : b_.add(a, b);
    }

    /// A matrix added to states counts by the sums of its rows.
    Quantity sum(const Quantity& a, const Quantity& b, bool minus) {
        if (a.shape == Shape::states && b.shape == Shape::matrix) {
            Quantity result = a;
            for (std::size_t i = 0; i < count(); ++i) {
                for (std::size_t j = 0; j < sources_.size(); ++j) {
                    result.values[i] = sum(result.values[i], b.values[i * sources_.size() + j], minus);
                }
            }
            return result;
        }
        require(a.shape == b.shape, "in an integrator like is added to like");
        Quantity result = a;
        for (std::size_t k = 0; k < a.values.size(); ++k) {
            result.values[k] = sum(a.values[k], b.values[k], minus);
        }
        return result;
    }

    Value times(Value a, Value b) { return a.valid() && b.valid() ? b_.multiply(a, b) : Value{}; }

    Quantity product(const Quantity& a, const Quantity& b) {
        if (a.shape == Shape::scalar || b.shape == Shape::scalar) {
            const Value factor = a.shape == Shape::scalar ? a.values[0] : b.values[0];
            return mapped(a.shape == Shape::scalar ? b : a, [&](Value v) { return b_.multiply(factor, v); });
        }
        if (a.shape == Shape::matrix && b.shape == Shape::sources) {
            Quantity result{Shape::states, std::vector<Value>(count())};
            for (std::size_t i = 0; i < count(); ++i) {
                for (std::size_t j = 0; j < sources_.size(); ++j) {
                    result.values[i] =
                        sum(result.values[i], times(a.values[i * sources_.size() + j], b.values[j]), false);
                }
            }
            return result;
        }
        require(a.shape == b.shape, "in an integrator factors are numbers, alike, or noise and its increments");
        Quantity result = a;
        for (std::size_t k = 0; k < a.values.size(); ++k) {
            result.values[k] = times(a.values[k], b.values[k]);
        }
        return result;
    }

    Quantity called(const Node& node) {
        if (node.name == "sqrt") {
            return mapped(of(node.operands[0]), [&](Value v) { return b_.apply(Op::square_root, {v}); });
        }
        if (node.name == "exprel") {
            Quantity q = of(node.operands[0]);
            for (Value& v : q.values) {
                v = v.valid() ? b_.apply(Op::exprel_near, {v}) : b_.real(1);
            }
            return q;
        }
        const Quantity x = of(node.operands.at(0)), t = of(node.operands.at(1));
        require(x.shape == Shape::states && t.shape == Shape::scalar,
                "in an integrator f, b and g are functions of x and t");
        if (node.name == "f") {
            return drift(x.values, t.values[0]);
        }
        if (node.name == "b") {
            return own_coefficients(x.values, t.values[0]);
        }
        require(node.name == "g", "integrators know the functions f, b, g, sqrt and exprel; there is no '", node.name,
                "'");
        return noise(x.values, t.values[0]);
    }

    Value resting(std::size_t i, Value slope) {
        return d_.model.states[i].flags.unless_refractory && d_.refractory()
                   ? b_.select(d_.own.at("not_refractory"), slope, b_.real(0))
                   : slope;
    }

    Quantity drift(const std::vector<Value>& x, Value t) {
        ExpressionEmitter e = d_.emitter(&x, t);
        Quantity f{Shape::states, {}};
        for (std::size_t i = 0; i < count(); ++i) {
            f.values.push_back(resting(i, e.real(d_.model.states[i].drift)));
        }
        return f;
    }

    Quantity own_coefficients(const std::vector<Value>& x, Value t) {
        ExpressionEmitter e = d_.emitter(&x, t);
        Quantity b{Shape::states, {}};
        for (const auto& s : d_.model.states) {
            const Expr drift = expanded_for(s.drift, d_.model, s.name);
            auto split = language::linear_in(drift, s.name);
            if (!split) {
                split = language::apparently_linear_in(drift, s.name);
            }
            ensure(split.has_value(), "conditional linearity was found before");
            const bool zero = split->b->op == LOp::number && split->b->value == 0;
            b.values.push_back(zero ? Value{} : e.real(split->b));
            kept_.push_back(std::move(split->b));
        }
        return b;
    }

    Quantity noise(const std::vector<Value>& x, Value t) {
        ExpressionEmitter e = d_.emitter(&x, t);
        Quantity g{Shape::matrix, std::vector<Value>(count() * sources_.size())};
        for (std::size_t i = 0; i < count(); ++i) {
            for (const auto& n : d_.model.states[i].noise) {
                const auto j =
                    static_cast<std::size_t>(std::find(sources_.begin(), sources_.end(), n.name) - sources_.begin());
                Value& entry = g.values[i * sources_.size() + j];
                entry = sum(entry, resting(i, e.real(n.factor)), false);
            }
        }
        return g;
    }

    Quantity increments() {
        if (!increments_) {
            increments_ = Quantity{Shape::sources, {}};
            const Value root = sources_.empty() ? Value{} : b_.apply(Op::square_root, {d_.dt});
            for (std::size_t j = 0; j < sources_.size(); ++j) {
                increments_->values.push_back(b_.multiply(root, b_.random_normal(d_.draws.taken())));
            }
        }
        return *increments_;
    }

    Draft& d_;
    Builder& b_;
    std::vector<std::string> sources_;
    std::vector<language::Statement> statements_;
    std::map<std::string, Quantity> names_;
    std::optional<Quantity> increments_;
    std::vector<Expr> kept_;
};

}  // namespace

void integrate_by_scheme(Draft& draft, const Integrator& integrator) { Scheme(draft, integrator).run(); }

}  // namespace ranvier::compile
