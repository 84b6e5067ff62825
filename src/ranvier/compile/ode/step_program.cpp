#include "ranvier/compile/ode/step_program.hpp"

#include <string>

#include "ranvier/compile/lower/draft.hpp"

namespace ranvier::compile {

namespace {

using Row = std::vector<Value>;  ///< a value for each state; not valid: 0

class Stages {
public:
    Stages(const language::Model& model, const Tableau& tableau, const Varying& varying, const std::string& name,
           bool switches)
        : d(model, std::string(tableau.name) + "." + name, varying), b(d.b), table(tableau), n(model.states.size()) {
        for (auto p = d.varying.begin(); p != d.varying.end();) {  // no statements run here
            p = varying.count(*p) > 0 ? std::next(p) : d.varying.erase(p);
        }
        for (const auto& s : d.model.states) {
            d.states.push_back(d.load(s.name, Type::real));
        }
        d.t = b.uniform("step.t");
        h = b.uniform("step.h");
        if (switches) {
            low = b.uniform("step.low");
            high = b.uniform("step.high");
        }
        k.resize(static_cast<std::size_t>(table.stages + table.extra + 1));
    }

    /// Σ_j coefficient_j k_j of the entries of one row.
    Row combination(std::span<const Coefficient> entries, int row) {
        Row sum(n);
        for (const Coefficient& c : entries) {
            if (c.row != row) {
                continue;
            }
            const Value weight = b.real(c.value);
            for (std::size_t i = 0; i < n; ++i) {
                const Value slope = k[static_cast<std::size_t>(c.column)][i];
                sum[i] = sum[i].valid() ? b.fma(weight, slope, sum[i]) : b.multiply(weight, slope);
            }
        }
        return sum;
    }

    Row moved(const Row& slopes) {
        Row x(n);
        for (std::size_t i = 0; i < n; ++i) {
            x[i] = slopes[i].valid() ? b.fma(h, slopes[i], d.states[i]) : d.states[i];
        }
        return x;
    }

    Row slopes(const Row& x, int stage) {
        const double c = table.c[static_cast<std::size_t>(stage)];
        Value t = c == 0 ? d.t : b.fma(b.real(c), h, d.t);
        if (low.valid()) {
            t = b.apply(Op::minimum, {b.apply(Op::maximum, {t, low}), high});
        }
        ExpressionEmitter e = d.emitter(&x, t);
        Row f;
        for (const auto& s : d.model.states) {
            Value slope = e.real(s.drift);
            if (d.refractory() && s.flags.unless_refractory) {
                const Value free = d.name_value(*expression(d.model, "not_refractory"), d.states, d.t, nullptr);
                slope = b.select(free, slope, b.real(0));
            }
            f.push_back(slope);
        }
        return f;
    }

    Row loaded(const std::string& prefix) {
        Row x;
        for (const auto& s : d.model.states) {
            x.push_back(d.load(prefix + s.name, Type::real));
        }
        return x;
    }

    void store(const std::string& prefix, const Row& x) {
        for (std::size_t i = 0; i < n; ++i) {
            b.store(b.array(prefix + d.model.states[i].name), x[i].valid() ? x[i] : b.real(0));
        }
    }

    std::string stage_name(std::size_t s) const { return "k." + text_of(s) + "."; }

    Draft d;
    Builder& b;
    const Tableau& table;
    std::size_t n;
    Value h, low, high;
    std::vector<Row> k;
};

}  // namespace

Program explicit_step_program(const language::Model& model, const Tableau& tableau, const Varying& varying, bool stages,
                              bool switches) {
    Stages s(model, tableau, varying, "step", switches);
    Builder& b = s.b;
    const auto last = static_cast<std::size_t>(tableau.stages);
    s.k[0] = s.loaded("f.");
    Row x;
    for (std::size_t stage = 1; stage <= last; ++stage) {
        x = s.moved(s.combination(tableau.a, static_cast<int>(stage)));
        s.k[stage] = s.slopes(x, static_cast<int>(stage));
    }
    s.store("new.", x);
    s.store("new.f.", s.k[last]);
    if (stages) {
        for (std::size_t stage = 0; stage <= last; ++stage) {
            s.store(s.stage_name(stage), s.k[stage]);
        }
    }
    // Mean squares over the states of error/scale.
    std::vector<Value> scale;
    for (std::size_t i = 0; i < s.n; ++i) {
        const Value size =
            b.apply(Op::maximum, {b.apply(Op::absolute, {s.d.states[i]}), b.apply(Op::absolute, {x[i]})});
        const Value atol = b.uniform("step.atol." + model.states[i].name);
        scale.push_back(b.divide(b.real(1), b.fma(b.uniform("step.rtol"), size, atol)));
    }
    const auto squares = [&](int row) {
        const Row error = s.combination(tableau.error, row);
        Value sum = b.real(0);
        for (std::size_t i = 0; i < s.n; ++i) {
            const Value scaled = b.multiply(error[i], scale[i]);
            sum = b.fma(scaled, scaled, sum);
        }
        return sum;
    };
    const Value size = b.apply(Op::absolute, {s.h});
    const Value fifth = squares(0);
    const Value mean = b.real(1.0 / static_cast<double>(s.n));
    Value norm;
    if (tableau.error_rows == 2) {
        const Value both = b.fma(b.real(0.01), squares(1), fifth);
        const Value quotient =
            b.divide(fifth, b.apply(Op::square_root, {b.multiply(both, b.real(static_cast<double>(s.n)))}));
        norm = b.select(b.apply(Op::equal, {both, b.real(0)}), b.real(0), b.multiply(size, quotient));
    } else {
        norm = b.multiply(size, b.apply(Op::square_root, {b.multiply(fifth, mean)}));
    }
    b.store(b.array("step.error"), norm);
    return b.program();
}

Program dense_program(const language::Model& model, const Tableau& tableau, const Varying& varying, bool switches) {
    Stages s(model, tableau, varying, "dense", switches);
    const auto last = static_cast<std::size_t>(tableau.stages);
    for (std::size_t stage = 0; stage <= last; ++stage) {
        s.k[stage] = s.loaded(s.stage_name(stage));
    }
    for (std::size_t stage = last + 1; stage < s.k.size(); ++stage) {
        s.k[stage] = s.slopes(s.moved(s.combination(tableau.a, static_cast<int>(stage))), static_cast<int>(stage));
    }
    const Row end = s.loaded("new.");
    Row c1(s.n), c2(s.n), c3(s.n);
    for (std::size_t i = 0; i < s.n; ++i) {
        c1[i] = s.b.subtract(end[i], s.d.states[i]);
        c2[i] = s.b.subtract(s.b.multiply(s.h, s.k[0][i]), c1[i]);
        c3[i] = s.b.subtract(s.b.subtract(c1[i], s.b.multiply(s.h, s.k[last][i])), c2[i]);
    }
    s.store("dense.0.", s.d.states);
    s.store("dense.1.", c1);
    s.store("dense.2.", c2);
    s.store("dense.3.", c3);
    for (int row = 0; row < tableau.dense_rows; ++row) {
        Row c = s.combination(tableau.dense, row);
        for (Value& v : c) {
            v = v.valid() ? s.b.multiply(s.h, v) : v;
        }
        s.store("dense." + text_of(4 + row) + ".", c);
    }
    return s.b.program();
}

}  // namespace ranvier::compile
