// Text in, text out.
#include "ranvier/compile/passes/passes.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/compile/kernel/random_program.hpp"

namespace ranvier::compile {
namespace {

constexpr const char* head = "program p\narray V real lanes\narray W real lanes\nuniform tau real\n";

Program in(const std::string& body) { return parsed(head + body); }
std::string out(const Program& p) { return text(p).substr(std::strlen(head)); }

TEST(Passes, OperationsOnConstantsAreDone) {
    EXPECT_EQ(out(fold_constants(in("begin\n  %0 = real 3\n  %1 = real 0.5\n  %2 = multiply %0 %1\n  store V %2\n"),
                                 Scalar::float64)),
              "begin\n  %0 = real 0x1.8p+1\n  %1 = real 0x1p-1\n  %2 = real 0x1.8p+0\n  store V %2\n");
}

TEST(Passes, ConstantsAreFoldedInThePrecisionOfTheKernel) {
    // 1/3 in float32 is 11184811·2^−25.
    EXPECT_EQ(out(eliminate_dead_code(fold_constants(
                  in("begin\n  %0 = real 1\n  %1 = real 3\n  %2 = divide %0 %1\n  store V %2\n"), Scalar::float32))),
              "begin\n  %0 = real 0x1.555556p-2\n  store V %0\n");
}

TEST(Passes, NeutralOperandsDisappearButNotPlusZeroWhichTurnsMinusZeroOver) {
    EXPECT_EQ(out(eliminate_dead_code(fold_constants(
                  in("begin\n  %0 = load V\n  %1 = real 1\n  %2 = multiply %0 %1\n  %3 = real 0\n  %4 = add %2 %3\n"
                     "  store V %4\n"),
                  Scalar::float64))),
              "begin\n  %0 = load V\n  %1 = real 0x0p+0\n  %2 = add %0 %1\n  store V %2\n");
}

TEST(Passes, EqualValuesAreComputedOnce) {
    EXPECT_EQ(out(eliminate_common_subexpressions(
                  in("begin\n  %0 = load V\n  %1 = load W\n  %2 = add %0 %1\n  %3 = add %1 %0\n"
                     "  %4 = multiply %2 %3\n  store V %4\n"))),
              "begin\n  %0 = load V\n  %1 = load W\n  %2 = add %0 %1\n  %3 = multiply %2 %2\n  store V %3\n");
}

TEST(Passes, ALoadAfterAStoreIsWhatWasStored) {
    EXPECT_EQ(
        out(eliminate_common_subexpressions(in("begin\n  %0 = load V\n  store W %0\n  %2 = load W\n  store V %2\n"))),
        "begin\n  %0 = load V\n  store W %0\n  store V %0\n");
}

TEST(Passes, ALoadAfterAStoreWithAConditionIsDoneAgain) {
    const char* const body =
        "begin\n  %0 = load V\n  %1 = load W\n  %2 = greater %0 %1\n  store W %0 where %2\n  %4 = load W\n  store V "
        "%4\n";
    EXPECT_EQ(out(eliminate_common_subexpressions(in(body))), body);
}

TEST(Passes, WhatNothingNeedsDisappears) {
    EXPECT_EQ(out(eliminate_dead_code(in("begin\n  %0 = load V\n  %1 = exp %0\n  %2 = load W\n  store V %2\n"))),
              "begin\n  %0 = load W\n  store V %0\n");
}

TEST(Passes, WhatIsTheSameAtAllStepsMovesBeforeThem) {
    EXPECT_EQ(out(hoist_loop_invariants(in("begin\n  %0 = load V\nsteps\n  %1 = carry %0 %4\n  %2 = uniform tau\n"
                                           "  %3 = exp %2\n  %4 = multiply %1 %3\nend\n  store V %1\n"))),
              "begin\n  %0 = load V\n  %1 = uniform tau\n  %2 = exp %1\nsteps\n  %3 = carry %0 %4\n"
              "  %4 = multiply %3 %2\nend\n  store V %3\n");
}

TEST(Passes, SmallWholePowersAreProducts) {
    EXPECT_EQ(out(eliminate_dead_code(
                  reduce_strength(in("begin\n  %0 = load V\n  %1 = real 3\n  %2 = pow %0 %1\n  store V %2\n")))),
              "begin\n  %0 = load V\n  %1 = multiply %0 %0\n  %2 = multiply %1 %0\n  store V %2\n");
    const char* const large = "begin\n  %0 = load V\n  %1 = real 0x1.4p+2\n  %2 = pow %0 %1\n  store V %2\n";
    EXPECT_EQ(out(reduce_strength(in(large))), large);
}

TEST(Passes, AQuotientByWhatIsSharedIsAProductWithItsInverse) {
    EXPECT_EQ(out(reduce_strength(in("begin\n  %0 = load V\n  %1 = uniform tau\n  %2 = divide %0 %1\n  store V %2\n"))),
              "begin\n  %0 = load V\n  %1 = uniform tau\n  %2 = real 0x1p+0\n  %3 = divide %2 %1\n"
              "  %4 = multiply %0 %3\n  store V %4\n");
    const char* const by_lane = "begin\n  %0 = load V\n  %1 = load W\n  %2 = divide %0 %1\n  store V %2\n";
    EXPECT_EQ(out(reduce_strength(in(by_lane))), by_lane);
}

TEST(Passes, AProductThatServesASumAloneIsFused) {
    EXPECT_EQ(
        out(contract_fma(
            in("begin\n  %0 = load V\n  %1 = load W\n  %2 = multiply %0 %1\n  %3 = subtract %2 %1\n  store V %3\n"))),
        "begin\n  %0 = load V\n  %1 = load W\n  %2 = negate %1\n  %3 = fma %0 %1 %2\n  store V %3\n");
}

TEST(Passes, DifferencesOfProductsStaySoThatEqualProductsCancel) {
    const char* const body =
        "begin\n  %0 = load V\n  %1 = load W\n  %2 = multiply %0 %0\n  %3 = multiply %1 %1\n  %4 = subtract %2 %3\n"
        "  store V %4\n";
    EXPECT_EQ(out(contract_fma(in(body))), body);
}

TEST(Passes, LastUsesComeEarly) {
    EXPECT_EQ(
        out(shorten_live_ranges(in("begin\n  %0 = load V\n  %1 = load W\n  %2 = exp %0\n  %3 = exp %1\n  %4 = sin %2\n"
                                   "  %5 = add %3 %4\n  store V %5\n"))),
        "begin\n  %0 = load V\n  %1 = exp %0\n  %2 = sin %1\n  %3 = load W\n  %4 = exp %3\n  %5 = add %4 %2\n"
        "  store V %5\n");
}

TEST(Passes, EachLeavesAWellFormedProgramAndNothingMoreToDo) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Program p = RandomProgram(seed).program();
        for (const Program& q : {fold_constants(p, Scalar::float64), eliminate_common_subexpressions(p),
                                 eliminate_dead_code(p), hoist_loop_invariants(p), reduce_strength(p), contract_fma(p),
                                 shorten_live_ranges(p), optimised(p, Scalar::float64)}) {
            EXPECT_NO_THROW(check(q)) << seed;
        }
        EXPECT_EQ(text(eliminate_dead_code(eliminate_dead_code(p))), text(eliminate_dead_code(p)));
        EXPECT_EQ(text(eliminate_common_subexpressions(eliminate_common_subexpressions(p))),
                  text(eliminate_common_subexpressions(p)));
    }
}

}  // namespace
}  // namespace ranvier::compile
