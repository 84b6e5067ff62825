// Texts that are too deep, too long, or no texts.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "tests/language/texts.hpp"

namespace ranvier::language {

namespace {

std::string first_mistake(const std::string& equations) {
    Parts parts;
    parts.equations = equations;
    const auto found = checked(parts).diagnostics;
    return found.empty() ? "" : found[0].message + "; " + found[0].suggestion;
}

std::string repeated(const std::string& words, int count) {
    std::string out;
    for (int k = 0; k < count; ++k) {
        out += words;
    }
    return out;
}

}  // namespace

TEST(Limits, nested_brackets_and_signs_are_refused_clearly) {
    const std::string says =
        "brackets and signs may be nested 200 levels deep; give parts of the expression names of their own";
    for (int depth : {201, 100000}) {
        EXPECT_EQ(first_mistake("x = " + repeated("(", depth) + "1" + repeated(")", depth) + " : 1"), says);
        EXPECT_EQ(first_mistake("x = " + repeated("-", depth) + "1 : 1"), says);
        EXPECT_EQ(first_mistake("x = 2" + repeated("**2", depth) + " : 1"), says);
        EXPECT_EQ(first_mistake("x = " + repeated("exp(", depth) + "1" + repeated(")", depth) + " : 1"), says);
        EXPECT_EQ(first_mistake("x = " + repeated("not ", depth) + "True : boolean"), says);
    }
    EXPECT_EQ(first_mistake("x = " + repeated("(", 199) + "1" + repeated(")", 199) + " : 1"), "");
}

TEST(Limits, long_sums_are_fine_and_endless_ones_refused) {
    EXPECT_EQ(first_mistake("x = 1" + repeated(" + 1", 900) + " : 1"), "");
    EXPECT_EQ(first_mistake("x = 1" + repeated(" + 1", 300000) + " : 1"),
              "an expression may have 1000 operations in a row; give parts of it names of their own");
}

TEST(Limits, a_megabyte_of_equations_takes_time_in_proportion) {
    const auto seconds = [](int count) {
        std::string words;
        for (int k = 0; k < count; ++k) {
            const std::string n = std::to_string(k), before = std::to_string(std::max(k - 1, 0));
            words += "dv" + n + "/dt = (a" + n + " - v" + n + " + 0.1*v" + before + ")/(10*ms) : volt\na" + n +
                     " = 2*v" + before + " : volt\n";
        }
        Parts parts;
        parts.equations = words;
        const auto begin = std::chrono::steady_clock::now();
        const Checked result = checked(parts);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
        EXPECT_EQ(mistakes(result.diagnostics), "");
        EXPECT_EQ(result.model.states.size(), static_cast<std::size_t>(count));
        return took.count();
    };
    const double small = seconds(2000), large = seconds(16000);  // 16000: 1.1 MB
    // Linear would be 8 times; 30 leaves room for caches and a busy machine, and quadratic would be 64.
    EXPECT_LT(large, 30 * small + 0.1);
    EXPECT_LT(large, 20);
}

TEST(Limits, a_chain_of_100000_subexpressions_is_ordered) {
    std::string words = "x0 = 1 : 1\n";
    std::string reversed;
    for (int k = 30000; k > 0; --k) {
        reversed += "x" + std::to_string(k) + " = x" + std::to_string(k - 1) + " + 1 : 1\n";
    }
    Parts parts;
    parts.equations = reversed + words;
    const Checked result = checked(parts);
    ASSERT_EQ(mistakes(result.diagnostics), "");
    EXPECT_EQ(result.model.subexpressions.front().name, "x0");
    EXPECT_EQ(result.model.subexpressions.back().name, "x30000");
    // written out it would be deeper than a tree may be, which is said, not suffered
    EXPECT_THROW(expanded(result.model.subexpressions.back().expr, result.model), InvalidInput);
}

TEST(Limits, doubling_subexpressions_stay_small_when_written_out) {
    std::string words = "x0 = y : 1\ny : 1\n";
    for (int k = 1; k <= 60; ++k) {
        words += "x" + std::to_string(k) + " = x" + std::to_string(k - 1) + " + x" + std::to_string(k - 1) + " : 1\n";
    }
    Parts parts;
    parts.equations = words;
    const Model m = model(parts);
    const Expr e = expanded(m.subexpressions.back().expr, m);
    const auto one = [](const Node&) { return std::optional(1.0); };
    EXPECT_EQ(value(e, one), std::ldexp(1.0, 60));
    EXPECT_EQ(value(derivative(e, "y"), one), std::ldexp(1.0, 60));
}

TEST(Limits, a_megabyte_of_mistakes_is_cut_to_a_hundred) {
    for (const char* line : {"x = zz + yy : 1\n", "§§§§\n", "a b c\n", "x = (((( : 1\n", "x : vlot (cnstant)\n"}) {
        Parts parts;
        const std::string piece(line);
        parts.equations = repeated(piece, static_cast<int>(1'000'000 / piece.size()));
        const auto found = checked(parts).diagnostics;
        EXPECT_GE(found.size(), 1U);
        EXPECT_LE(found.size(), 101U) << line;
        const std::string shown = rendered(found, {{"equations", parts.equations}});
        EXPECT_LT(shown.size(), 60000U);
    }
}

TEST(Limits, random_bytes_give_diagnostics_and_no_crash) {
    std::mt19937_64 random(3);
    const std::string alphabet = "dxvt/=:()+-*.,;#\n \t&|<>!%^eE0123456789xi_abc\"\\'\xc2\xb5\xff\x01";
    for (int k = 0; k < 3000; ++k) {
        std::string words;
        for (std::uint64_t n = random() % 200; n > 0; --n) {
            words += alphabet[random() % alphabet.size()];
        }
        Parts parts;
        parts.equations = words;
        parts.threshold = words;
        parts.reset = words;
        const auto found = checked(parts).diagnostics;
        rendered(found, {{"equations", words}});
        checked_file(words, "x.model");
    }
}

TEST(Limits, huge_powers_of_units_are_refused) {
    EXPECT_EQ(first_mistake("x = ((v**100)**100)**100 : 1\nv : volt"), "this power of a unit is out of range; ");
    EXPECT_EQ(first_mistake("v : volt**100000"),
              "an exponent of a unit is a fraction of twelfths between -100 and 100; ");
    EXPECT_EQ(first_mistake("x = v**0.1 : 1\nv : volt"),
              "the exponent of a quantity with unit must be a multiple of 1/12 between -100 and 100; ");
}

}  // namespace ranvier::language
