#include <gtest/gtest.h>

#include <random>

#include "tests/language/texts.hpp"

namespace ranvier::language {

namespace {

/// The tree with every operation in brackets.
std::string bracketed(const Expr& e) {
    if (e->operands.empty()) {
        return text(e);
    }
    if (e->op == Op::call) {
        std::string out = e->name + "(";
        for (std::size_t k = 0; k < e->operands.size(); ++k) {
            out += (k == 0 ? "" : ",") + bracketed(e->operands[k]);
        }
        return out + ")";
    }
    if (e->operands.size() == 1) {
        return "(" + std::string(symbol(e->op)) + " " + bracketed(e->operands[0]) + ")";
    }
    return "(" + bracketed(e->operands[0]) + " " + std::string(symbol(e->op)) + " " + bracketed(e->operands[1]) + ")";
}

struct Sample {
    const char *written, *means;
};

class Precedence : public testing::TestWithParam<Sample> {};

}  // namespace

TEST_P(Precedence, is_that_of_python) { EXPECT_EQ(bracketed(tree(GetParam().written)), GetParam().means); }

// What Python's ast says about the same texts (Python 3.11).
INSTANTIATE_TEST_SUITE_P(
    Expressions, Precedence,
    testing::Values(
        Sample{"a + b*c", "(a + (b * c))"}, Sample{"a - b - c", "((a - b) - c)"}, Sample{"-a**2", "(- (a ** 2))"},
        Sample{"a**-b", "(a ** (- b))"}, Sample{"2**3**4", "(2 ** (3 ** 4))"}, Sample{"-a*b", "((- a) * b)"},
        Sample{"a*-b", "(a * (- b))"}, Sample{"a/b/c", "((a / b) / c)"}, Sample{"a//b%c", "((a // b) % c)"},
        Sample{"+a", "a"}, Sample{"--a", "(- (- a))"}, Sample{"not a and b or c", "(((not a) and b) or c)"},
        Sample{"not a > b", "(not (a > b))"}, Sample{"a > b + 1 and c <= d", "((a > (b + 1)) and (c <= d))"},
        Sample{"a or b and c", "(a or (b and c))"}, Sample{"f(a, b + 1)*2", "(f(a,(b + 1)) * 2)"},
        Sample{"rand() < p", "(rand() < p)"}, Sample{"(a + b)*c", "((a + b) * c)"}, Sample{"(-a)**2", "((- a) ** 2)"},
        Sample{"a != b", "(a != b)"}, Sample{"True and not False", "(True and (not False))"}));

TEST(Expression, numbers_keep_every_digit_and_tell_whole_from_real) {
    EXPECT_EQ(tree("1e-3")->value, 1e-3);
    EXPECT_EQ(tree(".5")->value, 0.5);
    EXPECT_EQ(tree("5.")->value, 5.0);
    EXPECT_EQ(tree("0.1")->value, 0.1);
    EXPECT_EQ(tree("3")->type, Type::integer);
    EXPECT_EQ(tree("3.")->type, Type::real);
    EXPECT_EQ(tree("3e2")->type, Type::real);
    EXPECT_EQ(tree("1E5")->value, 1e5);
}

TEST(Expression, a_new_line_and_a_comment_are_blanks_inside_one) {
    EXPECT_EQ(bracketed(tree("a +  # first\n  b")), "(a + b)");
    EXPECT_EQ(bracketed(tree("f(a,\n b)")), "f(a,b)");
    EXPECT_EQ(bracketed(tree("a \\\n + b")), "(a + b)");
}

namespace {

Expr random_tree(std::mt19937_64& random, int depth) {
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    if (depth == 0 || pick(6) == 0) {
        switch (pick(4)) {
            case 0: return tree(std::to_string(pick(1000)));
            case 1: return number(std::ldexp(static_cast<double>(random() >> 11), pick(40) - 60));
            case 2: return unresolved("v");
            default: return unresolved("g_Na");
        }
    }
    static constexpr Op two[] = {Op::add,           Op::subtract, Op::multiply,  Op::divide,      Op::floor_divide,
                                 Op::modulo,        Op::power,    Op::less,      Op::less_equal,  Op::greater,
                                 Op::greater_equal, Op::equal,    Op::not_equal, Op::logical_and, Op::logical_or};
    const auto below = [&] { return random_tree(random, depth - 1); };
    switch (pick(8)) {
        case 0: return unary(Op::negate, below());
        case 1: return unary(Op::logical_not, below());
        case 2: return call("exp", {below()});
        case 3: return call("clip", {below(), below(), below()});
        default: return binary(two[pick(15)], below(), below());
    }
}

}  // namespace

TEST(Expression, printed_and_read_again_is_the_same_tree) {
    std::mt19937_64 random(20240611);
    for (int k = 0; k < 20000; ++k) {
        const Expr e = random_tree(random, 1 + k % 7);
        const std::string words = text(e);
        ASSERT_TRUE(same(tree(words), e)) << words << "\nread as\n" << text(tree(words));
    }
}

TEST(Equations, have_three_forms) {
    Report report;
    const auto all = parsed_equations({"dv/dt = -v/tau : volt (unless refractory)  # membrane\n"
                                       "I = g*(E - v)  # two\n"
                                       "    + I_0 : amp (shared, constant over dt)\n"
                                       "tau : second\n",
                                       "equations"},
                                      report);
    EXPECT_EQ(mistakes(report.diagnostics()), "");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].form, Form::differential);
    EXPECT_EQ(all[0].name, "v");
    EXPECT_EQ(text(all[0].expr), "-v/tau");
    EXPECT_EQ(all[0].unit.text, "volt");
    ASSERT_EQ(all[0].flags.size(), 1U);
    EXPECT_EQ(all[0].flags[0].first, "unless refractory");
    EXPECT_EQ(all[0].comment, "membrane");
    EXPECT_EQ(all[1].form, Form::subexpression);
    EXPECT_EQ(text(all[1].expr), "g*(E - v) + I_0");
    ASSERT_EQ(all[1].flags.size(), 2U);
    EXPECT_EQ(all[1].flags[1].first, "constant over dt");
    EXPECT_EQ(all[2].form, Form::parameter);
}

TEST(Equations, flags_may_stand_in_the_next_line_and_hold_hyphens) {
    Report report;
    const auto all = parsed_equations(
        {"dx/dt = -x/tau : 1\n   (event-driven)\ny : integer (constant)\nz : boolean", "equations"}, report);
    EXPECT_EQ(mistakes(report.diagnostics()), "");
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].flags[0].first, "event-driven");
    EXPECT_EQ(all[1].unit.type, Type::integer);
    EXPECT_EQ(all[2].unit.type, Type::boolean);
}

TEST(Equations, know_units_with_powers_and_fractions) {
    const auto unit = [](const char* words) { return unit_from_text(words); };
    EXPECT_EQ(unit("volt*second**-0.5").dimension, unit("volt").dimension / units::pow(unit("second").dimension, 0.5));
    EXPECT_EQ(unit("1/ms").scale, 1e3);
    EXPECT_DOUBLE_EQ(unit("uA/cm**2").scale, 1e-2);
    EXPECT_DOUBLE_EQ(unit("uA/cm2").scale, 1e-2);
    EXPECT_EQ(unit("siemens/meter**2").dimension, unit("S").dimension / unit("m2").dimension);
    EXPECT_EQ(unit("metre**(1/3)").dimension, units::pow(unit("metre").dimension, 1.0 / 3));
    EXPECT_EQ(unit("1").dimension, units::Dimension{});
    EXPECT_THROW(unit("volt volt"), InvalidInput);
    EXPECT_THROW(unit("2*volt"), InvalidInput);
    EXPECT_THROW(unit("10"), InvalidInput);
}

TEST(Equations, print_dimensions_as_units_that_can_be_read_again) {
    for (const char* words :
         {"volt", "amp/metre**2", "volt*second**-0.5", "1/metre**2", "metre**2/second", "kilogram**3*candela",
          "siemens/metre**2/volt", "volt**2", "mole/metre**3", "second**0.25", "1/second**2", "ohm*metre", "1"}) {
        const units::Dimension d = unit_from_text(words).dimension;
        EXPECT_EQ(unit_from_text(units::name(d)).dimension, d) << words << " → " << units::name(d);
        EXPECT_EQ(unit_from_text(units::name(d)).scale, 1) << units::name(d);
    }
}

TEST(Statements, stand_in_lines_or_behind_semicolons) {
    Report report;
    const auto all =
        parsed_statements({"v = V_r; w += b  # adaptation\ng *= 2\nx **= 3; y //= 2\nz = (a +\n b)", "reset"}, report);
    EXPECT_EQ(mistakes(report.diagnostics()), "");
    ASSERT_EQ(all.size(), 6U);
    EXPECT_EQ(text(all[0]), "v = V_r");
    EXPECT_EQ(text(all[1]), "w += b");
    EXPECT_EQ(all[1].comment, "adaptation");
    EXPECT_EQ(text(all[3]), "x **= 3");
    EXPECT_EQ(text(all[4]), "y //= 2");
    EXPECT_EQ(text(all[5]), "z = a + b");
}

}  // namespace ranvier::language
