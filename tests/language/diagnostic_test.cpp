#include "ranvier/language/diagnostic.hpp"

#include <gtest/gtest.h>

#include "tests/language/texts.hpp"

namespace ranvier::language {

namespace {

struct Mistake {
    const char *equations, *says;
};
class Equations : public testing::TestWithParam<Mistake> {};

}  // namespace

TEST_P(Equations, with_a_mistake_are_told_what_and_where) {
    EXPECT_EQ(mistakes(GetParam().equations), GetParam().says);
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, Equations,
    testing::Values(
        Mistake{"dv/dt = -v/tau\ntau : second",
                "1:15 the equation of 'v' does not say its unit; end it with ': volt', ': 1', or the like"},
        Mistake{"dv/dt = -v/(10*ms : 1", "1:12 this bracket is never closed"},
        Mistake{"dv/dt = -v v/ms : 1", "1:12 an operator is missing before 'v'"},
        Mistake{"dv/dt = -v/ : 1", "1:13 a value is missing at the end of this text"},
        Mistake{"dv/dt = -v/ms) : 1", "1:14 an operator is missing before ')'"},
        Mistake{"dv/dt = (-v, 2)/ms : 1", "1:12 a list in brackets is no value"},
        Mistake{"x = 1 = 2 : 1", "1:7 '=' can't stand in an expression; write '==' to compare"},
        Mistake{"x = 1 < 2 < 3 : boolean",
                "1:11 comparisons can't be chained; write 'a < b and b < c' for 'a < b < c'"},
        Mistake{"x = a^2 : 1\na : 1", "1:6 '^' has no meaning here; write '**'"},
        Mistake{"x = 10mV : volt", "1:5 '10mV' is neither a number nor a name; write '10*mV'"},
        Mistake{"x = a − 2 : 1\na : 1", "1:7 '−' has no meaning here; write '-'"},
        Mistake{"x = a & a : boolean\na : boolean", "1:7 '&' is no operator of the language; write 'and'"},
        Mistake{"x = (a & a) : boolean\na : boolean", "1:8 '&' is no operator of the language; write 'and'"},
        Mistake{"x = int(a || a) : 1\na : boolean", "1:11 '|' is no operator of the language; write 'or'"},
        Mistake{"x = int(!a) : 1\na : boolean", "1:9 '!' has no meaning here; write 'not'"},
        Mistake{"x = ~a : boolean\na : boolean", "1:5 '~' has no meaning here; write 'not'"},
        Mistake{"x = (2 if a else 1) : 1\na : boolean",
                "1:8 an operator or ')' is missing here; write where(condition, a, b)"},
        Mistake{"x = 2*lambda : 1", "1:7 'lambda' is no part of an expression; call a variable 'lambda_'"},
        Mistake{"dx/dt -x : 1", "1:7 '=' is missing here; write 'dx/dt = ... : unit'"},
        Mistake{"dx/dt : 1\ndy/dt = z : 1", "1:7 '=' is missing here; write 'dx/dt = ... : unit'\n2:9 there is no 'z'"},
        Mistake{"x = 1 if a else 2 : 1\na : boolean",
                "1:7 an operator is missing before 'if'; write where(condition, a, b)"},
        Mistake{"x : vlot", "1:5 there is no unit 'vlot'; did you mean 'volt'?"},
        Mistake{"x : bool", "1:5 there is no unit 'bool'; write 'boolean'"},
        Mistake{"x : 2*volt", "1:5 a unit is a product of unit names; the only number in it may be 1"},
        Mistake{"x :", "1:4 a unit is missing here; write '1' for a number without unit"},
        Mistake{"x : volt (constnat)", "1:11 there is no flag 'constnat'; did you mean 'constant'?"},
        Mistake{"x : volt (unless refractory)", "1:11 the flag 'unless refractory' does not suit a parameter"},
        Mistake{"x : volt (constant", "1:10 this bracket is never closed"},
        Mistake{"x : volt y : amp",
                "1:10 an equation ends with its unit and flags; 'y' stands behind them; begin a new line"},
        Mistake{"v += 1", "1:1 no equation begins here; assignments like this belong to a reset or an event"},
        Mistake{"v/dt = 1 : 1",
                "1:1 no equation begins here; write 'dx/dt = ... : unit', 'x = ... : unit' or 'x : unit'"},
        Mistake{"x = clip(a=1, 2, 3) : 1", "1:10 functions take their arguments by place, not by name; drop 'a ='"},
        Mistake{"x = 1e999 : 1", "1:5 this number is too large: the largest is about 1.8e308"}));

INSTANTIATE_TEST_SUITE_P(
    Names, Equations,
    testing::Values(
        Mistake{"dv/dt = (E_l - v)/tau : volt\nE_L : volt\ntau : second",
                "1:10 there is no 'E_l'; did you mean 'E_L'?"},
        Mistake{"x = zzzzz : 1", "1:5 there is no 'zzzzz'"},
        Mistake{"x = 3*V : volt", "1:7 there is no 'V'; the unit is written 'volt'"},
        Mistake{"x = expp(2) : 1", "1:5 there is no function 'expp'; did you mean 'exp'?"},
        Mistake{"x = pow(2, 3) : 1", "1:5 there is no function 'pow'; write x**y"},
        Mistake{"x = heaviside(2) : 1", "1:5 there is no function 'heaviside'; write int(x > 0)"},
        Mistake{"x = arctan2(1, 2) : 1",
                "1:5 there is no function 'arctan2'; write 2*arctan(y/(sqrt(x**2 + y**2) + x))"},
        Mistake{"x = erf(2) : 1",
                "1:5 there is no function 'erf'; give a C function of this name, in Python "
                "functions={name: c_function(...)}"},
        Mistake{"x = a(2) : 1\na : 1", "1:5 'a' is no function; write '*' before the bracket to multiply"},
        Mistake{"x = exp : 1", "1:5 'exp' is a function; write 'exp(...)'"},
        Mistake{"x = exp(1, 2) : 1", "1:5 'exp' takes 1 argument; here are 2"},
        Mistake{"x = clip(1, 2) : 1", "1:5 'clip' takes 3 arguments; here are 2"},
        Mistake{"x : 1\nx : volt", "2:1 'x' is defined twice; first in line 1"},
        Mistake{"t : second", "1:1 't' has a meaning of its own and can't name a variable"},
        Mistake{"xi_a : 1", "1:1 'xi_a' has a meaning of its own and can't name a variable"},
        Mistake{"exp : 1", "1:1 'exp' is a function and can't name a variable"},
        Mistake{"mV : 1", "1:1 'mV' is a unit and can't name a variable"},
        Mistake{"e : 1", "1:1 'e' is a constant and can't name a variable"},
        Mistake{"_x : 1", "1:1 '_x' begins with '_': such names are kept for the engine"},
        Mistake{"lambda : 1", "1:1 'lambda' is a word of the language and can't name a variable; write 'lambda_'"},
        Mistake{"a = b : 1\nb = c + 1 : 1\nc = a : 1", "1:1 subexpressions need each other in a circle: a → b → c → a"},
        Mistake{"a = a + 1 : 1", "1:1 subexpressions need each other in a circle: a → a"},
        Mistake{"x_post = 1 : 1 (summed)", "1:1 only synapses have (summed) equations"}));

INSTANTIATE_TEST_SUITE_P(
    Dimensions, Equations,
    testing::Values(
        Mistake{"dv/dt = -v : volt", "1:9 dv/dt must be in volt/second; '-v' is in volt"},
        Mistake{"dv/dt = (E - v + I)/tau : volt\nE : volt\nI : amp\ntau : second",
                "1:16 both sides of '+' must have one dimension; 'E - v' is in volt, 'I' is in amp"},
        Mistake{"x = v > 0 : boolean\nv : volt",
                "1:7 both sides of '>' must have one dimension; 'v' is in volt, '0' is a number without unit; give the "
                "number a unit: 0*volt"},
        Mistake{"x = exp(v) : 1\nv : volt", "1:9 the argument of 'exp' must be a number without unit; 'v' is in volt"},
        Mistake{"x = v**n : 1\nv : volt\nn : 1",
                "1:8 the exponent of a quantity with unit must be a constant number; 'v' is in volt"},
        Mistake{"x = 2**v : 1\nv : volt", "1:8 an exponent has no unit; 'v' is in volt"},
        Mistake{"x = clip(v, 0*mV, 1) : volt\nv : volt",
                "1:19 the arguments of 'clip' must have one dimension; 'v' is in volt, '1' is a number without unit"},
        Mistake{"x = sqrt(v) : 1\nv : volt",
                "1:5 'x' must be a number without unit; 'sqrt(v)' is in metre*kilogram**0.5*second**-1.5*amp**-0.5"},
        Mistake{"x = 3 : volt", "1:5 'x' must be in volt; '3' is a number without unit; write 3*volt"},
        Mistake{"x = a > 1 : 1\na : 1", "1:5 'x' must be a number; 'a > 1' is true or false; write int(a > 1)"},
        Mistake{"x = 2*(a > 1) : 1\na : 1", "1:8 '*' works on numbers; 'a > 1' is true or false; write int(a > 1)"},
        Mistake{"x = a : boolean\na : 1", "1:5 'x' must be true or false; 'a' is a number; write a comparison"},
        Mistake{"x = a and a > 1 : boolean\na : 1", "1:5 'and' joins conditions; 'a' is a number"},
        Mistake{"x = not a : boolean\na : 1", "1:9 'not' takes a condition; 'a' is a number"},
        Mistake{"x = 0.5*i : integer", "1:5 'x' must be an integer; '0.5*i' need not be whole; write int(0.5*i)"},
        Mistake{"x = v//w : 1\nv : volt\nw : volt", "1:5 '//' divides numbers without unit; 'v' is in volt"},
        Mistake{"x = timestep(1, dt) : integer",
                "1:14 the argument of 'timestep' must be a time; '1' is a number without unit"},
        Mistake{"x = where(a, 1, 2) : 1\na : 1",
                "1:11 the first argument of 'where' must be a condition; 'a' is a number"},
        Mistake{"dx/dt = 1/second : integer",
                "1:20 what has a differential equation is a real number; write ': 1' for one without unit"},
        Mistake{
            "dv/dt = -v/tau + xi*sigma : 1\ntau : second\nsigma : 1",
            "1:16 both sides of '+' must have one dimension; '-v/tau' is in hertz, 'xi*sigma' is in second**-0.5"}));

INSTANTIATE_TEST_SUITE_P(Noise, Equations,
                         testing::Values(Mistake{"dv/dt = -v/ms + xi**2 : 1",
                                                 "1:9 noise can only be added, and multiplied by what is not noise"},
                                         Mistake{"dv/dt = xi*ms**-0.5 : 1\ndw/dt = xi*ms**-0.5 : 1",
                                                 "2:2 'xi' stands in the equations of 'v' and 'w'; write xi_w for "
                                                 "noise of its own, or the same xi_name in both to share it"},
                                         Mistake{"dv/dt = rand()/ms : 1",
                                                 "1:9 'rand()' in an equation would change at every evaluation; use "
                                                 "noise 'xi', or a subexpression with the flag (constant over dt)"}));

TEST(Mistakes, of_one_text_are_all_told_at_once_and_in_its_order) {
    EXPECT_EQ(mistakes("dv/dt = (E_l - v)/tau : volt\n"
                       "dw/dt = -w : 1\n"
                       "x = 3 + : 1\n"
                       "E_L : vlot\n"
                       "tau : second (constnat)\n"),
              "1:10 there is no 'E_l'; did you mean 'E_L'?\n"
              "2:9 dw/dt must be in hertz; '-w' is a number without unit\n"
              "3:9 a value is missing at the end of this text\n"
              "4:7 there is no unit 'vlot'; did you mean 'volt'?\n"
              "5:15 there is no flag 'constnat'; did you mean 'constant'?");
}

TEST(Mistakes, that_follow_from_another_are_not_told) {
    // E_L has no known dimension, so nothing is said about what uses it
    EXPECT_EQ(mistakes("dv/dt = (E_L - v)/tau : volt\nE_L : vlot\ntau : second"),
              "2:7 there is no unit 'vlot'; did you mean 'volt'?");
}

TEST(Mistakes, in_one_expression_are_all_told) {
    EXPECT_EQ(mistakes("x = (a + v)*(bb + c) : 1\na : 1\nv : volt\nb : 1\nc : 1"),
              "1:8 both sides of '+' must have one dimension; 'a' is a number without unit, 'v' is in volt\n"
              "1:14 there is no 'bb'; did you mean 'b'?");
}

TEST(Mistakes, are_shown_with_a_caret_below_the_place) {
    Parts parts;
    parts.name = "equations";
    parts.equations = "dv/dt = (E_L - v)/tau : volt\ntäu : second";
    parts.equations = "E_L : volt\ndv/dt = (E_L - vv)/tau : volt\ntau : second";
    try {
        model(parts);
        FAIL() << "no error";
    } catch (const ModelError& error) {
        EXPECT_STREQ(error.what(),
                     "equations:2:16: there is no 'vv'; did you mean 'v'?\n"
                     "    dv/dt = (E_L - vv)/tau : volt\n"
                     "                   ^~");
        ASSERT_EQ(error.diagnostics().size(), 1U);
        EXPECT_EQ(error.diagnostics()[0].length, 2);
    }
}

TEST(Mistakes, columns_count_characters_and_carets_keep_tabs) {
    const std::string words = "\tτ_m : second\n\tx = τ_m + α_x : second";
    Parts parts;
    parts.equations = words;
    const auto found = checked(parts).diagnostics;
    EXPECT_EQ(mistakes(found), "2:12 there is no 'α_x'");
    EXPECT_EQ(rendered(found, {{"equations", words}}),
              "equations:2:12: there is no 'α_x'\n    \tx = τ_m + α_x : second\n    \t          ^~~");
}

TEST(Mistakes, of_thresholds_resets_and_events_name_their_text) {
    Parts parts;
    parts.equations = "dv/dt = -v/tau : volt\ntau : second (constant)";
    parts.threshold = "v";
    parts.reset = "V = 0*mV; tau = 2*ms";
    parts.refractory = "3*mV";
    parts.on_event = {{"custom", "v = 1"}};
    const auto found = checked(parts).diagnostics;
    std::string all;
    for (const Diagnostic& d : found) {
        all += d.place + " " + std::to_string(d.line) + ":" + std::to_string(d.column) + " " + d.message +
               (d.suggestion.empty() ? "" : "; " + d.suggestion) + "\n";
    }
    EXPECT_EQ(all,
              "threshold 1:1 the threshold must be a condition; 'v' is a number; compare it: 'v > ...'\n"
              "reset 1:1 'V' is assigned here and never read; did you mean 'v'?\n"
              "reset 1:11 'tau' is constant and can't be changed here; declare it among the equations, without the "
              "flag (constant), if it shall change\n"
              "refractory 1:1 the refractory period must be a time or a condition; '3*mV' is in volt\n"
              "on custom 0:0 the event 'custom' has no condition\n"
              "on custom 1:5 the value of 'v' must be in volt; '1' is a number without unit; write 1*volt\n");
}

TEST(Mistakes, of_statements) {
    const auto says = [](const char* reset) {
        Parts parts;
        parts.equations = "dv/dt = -v/(10*ms) : volt\nI = 2*v : volt\nn : integer\nb : boolean\nx : 1";
        parts.threshold = "v > 1*mV";
        parts.reset = reset;
        return mistakes_of(parts);
    };
    EXPECT_EQ(says("v = 0*mV; n += 1; b = v > 2*mV; x **= 2; x /= 3"), "");
    EXPECT_EQ(says("a = 2*v; v = a"), "");
    EXPECT_EQ(says("v += 1"), "1:6 what changes 'v' must be in volt; '1' is a number without unit; write 1*volt");
    EXPECT_EQ(says("v *= 2*mV"), "1:6 the factor of 'v' must be a number without unit; '2*mV' is in volt");
    EXPECT_EQ(says("I = 3*mV"), "1:1 'I' follows from its equation and can't be assigned to");
    EXPECT_EQ(says("n = 0.5"), "1:5 the value of 'n' must be an integer; '0.5' need not be whole; write int(0.5)");
    EXPECT_EQ(says("n /= 2"), "1:1 'n' is an integer; its quotient need not be whole; write '//='");
    EXPECT_EQ(says("b += 1"), "1:1 'b' is true or false; only '=' can change it");
    EXPECT_EQ(says("t = 0*ms"), "1:1 't' can't be assigned to");
    EXPECT_EQ(says("v **= 2"), "1:1 'v' is in volt; its power is in another unit");
    EXPECT_EQ(says("y += 1"), "1:1 there is no 'y'");
    EXPECT_EQ(says("v"), "1:1 a statement is an assignment: '=' or '+=' or the like must follow 'v'");
    EXPECT_EQ(says("v = xi*mV"), "1:5 noise 'xi' can stand in equations only; write randn() for a random number");
    EXPECT_EQ(says("if v > 2*mV: v = 0*mV"),
              "1:1 the language has no 'if'; multiply by int(condition), or write where(condition, a, b)");
    EXPECT_EQ(says("2 = v"), "1:1 no statement begins with '2'; write 'x = ...' or 'x += ...'");
    EXPECT_EQ(says("mV = 2*v"), "1:1 'mV' is a unit and can't name a variable");
}

TEST(Edges, that_are_worded_otherwise_are_told_the_right_words) {
    const auto says = [](const std::string& threshold) {
        Parts parts;
        parts.time = Time::number;
        parts.equations = "du/dt = -u : 1\ndw/dt = u : 1";
        parts.threshold = threshold;
        return mistakes_of(parts);
    };
    EXPECT_EQ(says("u falls below 0.2"), "");
    EXPECT_EQ(says("2*u rises above -w"), "");
    EXPECT_EQ(says("u falls over 0.2"), "1:3 'falls over' passes no level; write 'falls below'");
    EXPECT_EQ(says("u rises 0.2"), "1:3 'rises' passes no level; write 'rises above'");
    EXPECT_EQ(says("u drops below 0.2"), "1:3 'drops below' passes no level; write 'falls below'");
    EXPECT_EQ(says("u gets above 0.2"), "1:3 'gets above' passes no level; write 'rises above'");
    EXPECT_EQ(says("u falls above 0.2"), "1:3 'falls above' passes no level; write 'rises above' or 'falls below'");
    EXPECT_EQ(says("u falls below"), "1:14 a value is missing at the end of this text");
    EXPECT_EQ(says("u falls below w w"), "1:17 an operator is missing before 'w'");
    const std::string alone =
        " 'falls below' stands beside no other condition; let the statements depend on the rest: x = where(condition, "
        "a, x)";
    EXPECT_EQ(says("u falls below 0.2 and w > 1"), "1:3" + alone);
    EXPECT_EQ(says("w > 1 and u falls below 0.2"), "1:13" + alone);
    const std::string whole =
        "'falls below' and 'rises above' make the whole condition of a threshold or an event, without brackets";
    EXPECT_EQ(says("(u falls below 0.2)"), "1:4 an operator or ')' is missing here; " + whole);
    EXPECT_EQ(mistakes("x = y rises above 1 : boolean\ny : 1"), "1:7 an operator is missing before 'rises'; " + whole);
    Parts parts;
    parts.equations = "dv/dt = -v/ms : volt";
    parts.threshold = "v rises above 1";
    EXPECT_NE(mistakes_of(parts).find("volt"), std::string::npos);
}

TEST(Edges, leave_their_words_free_for_names) {
    Parts parts;
    parts.time = Time::number;
    parts.equations = "dfalls/dt = rises + below - above : 1\nrises : 1\nbelow : 1\nabove : 1";
    parts.threshold = "falls rises above above";
    parts.reset = "falls = below";
    EXPECT_EQ(mistakes_of(parts), "");
    parts.threshold = "falls < below and rises > above";
    EXPECT_EQ(mistakes_of(parts), "");
}

}  // namespace ranvier::language
