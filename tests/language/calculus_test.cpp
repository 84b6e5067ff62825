#include "ranvier/language/calculus.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/language/texts.hpp"

namespace ranvier::language {

namespace {

using Values = std::map<std::string, double>;

double value_at(const Expr& e, const Values& values) {
    return value(e, [&](const Node& node) -> std::optional<double> {
        const auto found = values.find(node.name);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    });
}

/// A checked tree of dimensionless x, y.
Expr checked_tree(const std::string& words) {
    Parts parts;
    parts.equations = "x : 1\ny : 1\nv : volt\nw : volt";
    parts.kind = Kind::system;
    const Model m = model(parts);
    const CheckedExpression e = checked_expression(words, m);
    EXPECT_EQ(mistakes(e.diagnostics), "") << words;
    return e.expr;
}

std::string slope(const std::string& words, const char* by = "x") { return text(derivative(checked_tree(words), by)); }

}  // namespace

TEST(Derivative, of_what_every_textbook_has) {
    EXPECT_EQ(slope("3"), "0.0");
    EXPECT_EQ(slope("y"), "0.0");
    EXPECT_EQ(slope("x"), "1.0");
    EXPECT_EQ(slope("x**2"), "2*x");
    EXPECT_EQ(slope("x**3"), "3*x**2");
    EXPECT_EQ(slope("x*y"), "y");
    EXPECT_EQ(slope("sin(x)"), "cos(x)");
    EXPECT_EQ(slope("exp(2*x)"), "exp(2*x)*2.0");
    EXPECT_EQ(slope("x/y"), "1.0/y");
    EXPECT_EQ(slope("-x"), "-1.0");
    EXPECT_EQ(slope("abs(x)"), "sign(x)");
    EXPECT_EQ(slope("floor(x)"), "0.0");
    EXPECT_EQ(slope("clip(x, 0, y)"), "where(x < 0, 0.0, where(x > y, 0.0, 1.0))");
    EXPECT_EQ(slope("v**2/w", "v"), "2*v/w");
    EXPECT_EQ(slope("sqrt(v)", "v"), "1.0/(2.0*sqrt(v))");
}

TEST(Derivative, has_the_dimension_of_a_quotient) {
    const units::Dimension volt = units::unit("volt").dimension;
    EXPECT_EQ(derivative(checked_tree("v*w*x"), "v")->dimension, volt);
    EXPECT_EQ(derivative(checked_tree("sqrt(v)"), "v")->dimension, units::pow(volt, -0.5));
    EXPECT_EQ(derivative(checked_tree("v**3"), "v")->dimension, units::pow(volt, 2));
    EXPECT_EQ(derivative(checked_tree("3*w"), "w")->dimension, units::Dimension{});
    EXPECT_EQ(derivative(checked_tree("exp(v/w)*x"), "v")->dimension, units::pow(volt, -1));
}

TEST(Derivative, of_an_unknown_function_is_refused_by_name) {
    try {
        derivative(checked_tree("y + poisson(x)"), "x");
        FAIL() << "no error";
    } catch (const InvalidInput& error) {
        EXPECT_STREQ(
            error.what(),
            "the derivative of 'poisson' is not known; it is needed to differentiate 'poisson(x)' with respect to 'x'");
    }
    EXPECT_EQ(slope("x + poisson(y)"), "1.0");
}

namespace {

/// A random tree of smooth functions of x and y, whose values stay moderate.
Expr smooth(std::mt19937_64& random, int depth) {
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    if (depth == 0) {
        switch (pick(3)) {
            case 0: return unresolved("x");
            case 1: return unresolved("y");
            default: return number(0.25 + 0.25 * pick(8));
        }
    }
    const auto a = [&] { return smooth(random, depth - 1); };
    const auto bounded = [&] { return call("tanh", {a()}); };  // in (-1, 1)
    static constexpr const char* of_one[] = {"sin",    "cos",     "sinh", "cosh",  "tanh",
                                             "arctan", "arcsinh", "exp",  "expm1", "exprel"};
    static constexpr const char* of_bounded[] = {"arcsin", "arccos", "arctanh", "tan", "log1p"};
    switch (pick(9)) {
        case 0: return binary(Op::add, a(), a());
        case 1: return binary(Op::subtract, a(), a());
        case 2: return binary(Op::multiply, a(), a());
        case 3: return binary(Op::divide, a(), binary(Op::add, number(2), bounded()));
        case 4: return call(of_one[pick(10)], {bounded()});
        case 5: return call(of_bounded[pick(5)], {binary(Op::multiply, number(0.9), bounded())});
        case 6:
            return binary(Op::power, binary(Op::add, number(2), bounded()), pick(2) ? number(pick(5) - 1) : bounded());
        case 7: return call(pick(2) ? "sqrt" : pick(2) ? "log" : "log10", {binary(Op::add, number(1.5), bounded())});
        default: return unary(Op::negate, a());
    }
}

}  // namespace

TEST(Derivative, of_3000_random_trees_equals_a_difference_quotient) {
    std::mt19937_64 random(7);
    const double h = 1e-4;
    int compared = 0;
    for (int k = 0; k < 3000; ++k) {
        const Expr e = smooth(random, 2 + k % 4);
        const double x = -1.2 + 2.4 * std::ldexp(static_cast<double>(random() >> 11), -53), y = 0.7;
        const auto at = [&](double shift) { return value_at(e, {{"x", x + shift}, {"y", y}}); };
        // Five points: error h⁴ f⁽⁵⁾/30, and rounding eps |f|/h. Compared with the quotient at twice the step, which
        // shows where f⁽⁵⁾ is too large for the test to mean anything.
        const auto quotient = [&](double s) { return (8 * (at(s) - at(-s)) - (at(2 * s) - at(-2 * s))) / (12 * s); };
        const double fine = quotient(h), coarse = quotient(2 * h), size = std::abs(at(0)) + std::abs(fine) + 1;
        if (!std::isfinite(fine) || std::abs(fine - coarse) > 1e-8 * size) {
            continue;
        }
        ++compared;
        const double symbolic = value_at(derivative(e, "x"), {{"x", x}, {"y", y}});
        ASSERT_NEAR(symbolic, fine, 1e-7 * size) << text(e) << "\n" << text(derivative(e, "x")) << "\nx = " << x;
    }
    EXPECT_GT(compared, 2900);
}

TEST(Derivative, of_exprel_is_right_through_its_removable_singularity) {
    const Expr d = derivative(checked_tree("exprel(x)"), "x");
    // d/dx (e^x - 1)/x = Σ n x^(n-1)/(n+1)!, summed in long double
    for (double x : {0.0, 1e-300, 1e-8, 1e-3, 0.0199999, 0.0200001, 0.1, 1.0, -1e-5, -0.02, -0.3, -2.0}) {
        long double sum = 0, term = 0.5L;  // n = 1
        for (int n = 1; n < 60; ++n) {
            sum += term;
            term *= static_cast<long double>(x) * (n + 1) / (static_cast<long double>(n) * (n + 2));
        }
        EXPECT_NEAR(value_at(d, {{"x", x}}), static_cast<double>(sum), 2e-14) << x;
    }
}

TEST(Simplified, keeps_the_value_of_random_trees_to_the_bit) {
    std::mt19937_64 random(11);
    for (int k = 0; k < 3000; ++k) {
        Expr e = smooth(random, 1 + k % 5);
        // neutral elements put in everywhere
        e = binary(Op::add, number(0), binary(Op::multiply, number(1), unary(Op::negate, unary(Op::negate, e))));
        e = binary(Op::power, binary(Op::divide, e, number(1)), number(1));
        const Values at{{"x", 0.3}, {"y", -0.7}};
        const double before = value_at(e, at), after = value_at(simplified(e), at);
        ASSERT_TRUE(before == after || (std::isnan(before) && std::isnan(after))) << text(e) << "\n"
                                                                                  << text(simplified(e));
        ASSERT_TRUE(same(simplified(simplified(e)), simplified(e))) << text(e);
    }
}

TEST(Simplified, folds_constants_but_does_not_reassociate) {
    const auto simple = [](const char* words) { return text(simplified(checked_tree(words))); };
    EXPECT_EQ(simple("2*3 + x*0"), "6.0");
    EXPECT_EQ(simple("x + 1 + 2"), "x + 1 + 2");
    EXPECT_EQ(simple("10*mV"), "0.01*volt");
    EXPECT_EQ(simple("v - -w"), "v + w");
    EXPECT_EQ(simple("0*mV - v"), "-v");
    EXPECT_EQ(simple("where(1 < 2, x, y)"), "where(1 < 2, x, y)");
    EXPECT_EQ(simple("where(True, x, y)"), "x");
    EXPECT_EQ(simple("True and x > 1"), "x > 1");
    EXPECT_EQ(simple("1/0.0"), "1/0.0");
    EXPECT_EQ(simple("-1*x"), "-x");
}

TEST(Linear, equations_are_split_into_offset_and_slope) {
    const auto split = [](const char* words) -> std::string {
        const auto parts = linear_in(checked_tree(words), "x");
        return parts ? text(parts->a) + " | " + text(parts->b) : "not linear";
    };
    EXPECT_EQ(split("y"), "y | 0.0");
    EXPECT_EQ(split("x"), "0.0 | 1.0");
    EXPECT_EQ(split("3*x + y"), "y | 3.0");
    EXPECT_EQ(split("(y - x)/(2 + y)"), "y/(2 + y) | -1.0/(2 + y)");
    EXPECT_EQ(split("y*(1 - x) - exp(y)*x"), "y | -y - exp(y)");
    EXPECT_EQ(split("where(y > 0, x, 2)"), "where(y > 0, 0.0, 2) | where(y > 0, 1.0, 0.0)");
    EXPECT_EQ(split("x*x"), "not linear");
    EXPECT_EQ(split("x**2"), "not linear");
    EXPECT_EQ(split("exp(x)"), "not linear");
    EXPECT_EQ(split("y/x"), "not linear");
    EXPECT_EQ(split("where(x > 0, x, 2)"), "not linear");
    EXPECT_EQ(split("x*y - y*x + x"), "0.0 | y - y + 1.0");
}

TEST(Linear, offset_and_slope_of_random_linear_trees_give_the_tree_back) {
    std::mt19937_64 random(5);
    const auto free = [&](int depth) {  // of y alone
        return replaced(smooth(random, depth),
                        [](const Node& node) { return node.name == "x" ? unresolved("y") : nullptr; });
    };
    for (int k = 0; k < 2000; ++k) {
        Expr e = binary(Op::multiply, free(2), unresolved("x"));
        for (int n = 0; n < 4; ++n) {
            switch (random() % 5) {
                case 0: e = binary(Op::add, e, free(2)); break;
                case 1: e = binary(Op::subtract, free(2), e); break;
                case 2: e = binary(Op::multiply, e, free(1)); break;
                case 3: e = unary(Op::negate, e); break;
                default: e = binary(Op::divide, e, binary(Op::add, number(3), call("sin", {free(1)})));
            }
        }
        const auto parts = linear_in(e, "x");
        ASSERT_TRUE(parts) << text(e);
        ASSERT_FALSE(contains(parts->a, "x") || contains(parts->b, "x")) << text(e);
        const Values at{{"x", 1.7}, {"y", 0.4}};
        const double whole = value_at(e, at);
        const double again = value_at(parts->a, at) + value_at(parts->b, at) * 1.7;
        if (std::isfinite(whole)) {
            // rounding of at most ten operations on terms that may cancel
            ASSERT_NEAR(again, whole, 1e-12 * (std::abs(value_at(parts->a, at)) + std::abs(whole) + std::abs(again)))
                << text(e);
        }
    }
}

TEST(LinearSystem, of_coupled_equations_is_a_matrix) {
    Parts parts;
    parts.equations =
        "dv/dt = (g - v + I)/tau : 1\n"
        "dg/dt = -g/tau_g : 1\n"
        "I = 2*w : 1\n"
        "w : 1\ntau : second\ntau_g : second";
    const auto system = linear_system(model(parts));
    ASSERT_TRUE(system);
    EXPECT_EQ(text(system->matrix[0][0]), "-1.0/tau");
    EXPECT_EQ(text(system->matrix[0][1]), "1.0/tau");
    EXPECT_EQ(text(system->matrix[1][0]), "0*hertz");
    EXPECT_EQ(text(system->matrix[1][1]), "-1.0/tau_g");
    EXPECT_EQ(text(system->offset[0]), "2*w/tau");
    parts.equations += "\ndx/dt = x*v/tau : 1";
    EXPECT_FALSE(linear_system(model(parts)));
    parts.equations = "dv/dt = (sin(2*pi*t/second) - v)/second : 1";
    EXPECT_FALSE(linear_system(model(parts)));
}

TEST(LinearSystem, of_equations_that_draw_random_numbers_is_none) {
    Parts parts;
    parts.equations = "dv/dt = -v/second + x : 1\nx = f*2 : Hz\nf = rand()/second : Hz (constant over dt)";
    EXPECT_TRUE(linear_system(model(parts)));  // drawn before the step
    parts.equations = "dv/dt = -v/second + rand()/second : 1";
    EXPECT_THROW(model(parts), ModelError);
    Scope scope;
    scope.random_drift = true;
    EXPECT_TRUE(is_random(model(parts, scope).states[0].drift));
    EXPECT_FALSE(linear_system(model(parts, scope)));
    parts.equations += "\ny = rand() : 1";
    EXPECT_THROW(model(parts, scope), ModelError);
}

TEST(Jacobian, of_hodgkin_and_huxley_equals_difference_quotients) {
    const Model m = loaded("hodgkin_huxley");
    const auto J = jacobian(m);
    Values at = parameter_values(m);
    for (const auto& [name, v] : initial_values(m, at)) {
        at[name] = v;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        const Expr drift = expanded(m.states[i].drift, m);
        for (std::size_t j = 0; j < 4; ++j) {
            // central differences: error h² f'''/6 over the scale of each variable, here 10 mV and 1
            const double h = m.states[j].name == "v" ? 1e-7 : 1e-5;
            Values up = at, down = at;
            up[m.states[j].name] += h;
            down[m.states[j].name] -= h;
            const double quotient = (value_at(drift, up) - value_at(drift, down)) / (2 * h);
            const double symbolic = value_at(J[i][j], at);
            EXPECT_NEAR(symbolic, quotient, 1e-6 * std::abs(symbolic) + 1e-4 * (quotient != 0)) << i << j;
        }
    }
}

TEST(Noise, is_split_from_the_drift) {
    Parts parts;
    parts.equations =
        "dv/dt = -v/tau + sigma*sqrt(2/tau)*xi + s*xi_common : volt\n"
        "du/dt = -u/tau + drive : volt\n"
        "drive = sigma*tau**-0.5*xi_common : volt/second\n"
        "sigma : volt\ns : volt*second**-0.5\ntau : second";
    const Model m = model(parts);
    ASSERT_EQ(m.states[0].noise.size(), 2U);
    EXPECT_EQ(text(m.states[0].drift), "-v/tau");
    EXPECT_EQ(m.states[0].noise[0].name, "xi");
    EXPECT_EQ(text(m.states[0].noise[0].factor), "sigma*sqrt(2/tau)");
    EXPECT_EQ(m.states[0].noise[0].factor->dimension, unit_from_text("volt*second**-0.5").dimension);
    EXPECT_EQ(text(m.states[0].noise[1].factor), "s");
    ASSERT_EQ(m.states[1].noise.size(), 1U);
    EXPECT_EQ(m.states[1].noise[0].name, "xi_common");
    EXPECT_EQ(text(m.states[1].drift), "-u/tau");
    EXPECT_EQ(m.subexpressions[0].noise.size(), 1U);
}

}  // namespace ranvier::language
