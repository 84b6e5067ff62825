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

const std::string narrow_head =
    "program p\narray w real lanes float32\narray wide real lanes float64\narray V real lanes\n";
std::string narrow_out(const Program& p) { return text(p).substr(narrow_head.size()); }

TEST(Passes, ALoadOfWhatWasStoredInFewerBitsIsDoneAgain) {
    const char* const body = "begin\n  %0 = load V\n  store w %0\n  %2 = load w\n  store V %2\n";
    EXPECT_EQ(narrow_out(eliminate_common_subexpressions(parsed(narrow_head + body))), body);
    EXPECT_EQ(narrow_out(eliminate_common_subexpressions(
                  parsed(narrow_head + "begin\n  %0 = load V\n  store wide %0\n  %2 = load wide\n  store V %2\n"))),
              "begin\n  %0 = load V\n  store wide %0\n  store V %0\n");
    // A second load, nothing stored between, is the first.
    EXPECT_EQ(narrow_out(eliminate_common_subexpressions(
                  parsed(narrow_head + "begin\n  %0 = load V\n  store w %0\n  %2 = load w\n  %3 = load w\n"
                                       "  %4 = add %2 %3\n  store V %4\n"))),
              "begin\n  %0 = load V\n  store w %0\n  %2 = load w\n  %3 = add %2 %2\n  store V %3\n");
}

const std::string elements_head =
    "program p\narray e real elements\narray f real elements\narray still real elements\narray V real lanes\n";
std::string elements_out(const Program& p) { return text(p).substr(elements_head.size()); }

TEST(Passes, GathersAreMergedUntilTheirArrayIsWritten) {
    const std::string before = "begin\n  %0 = lane\n  %1 = gather e %0\n";
    for (const char* const write : {"  scatter e %0 %1\n", "  accumulate e %0 %1\n"}) {
        const std::string body = before + write + "  %3 = gather e %0\n  %4 = add %1 %3\n  accumulate f %0 %4\n";
        EXPECT_EQ(elements_out(eliminate_common_subexpressions(parsed(elements_head + body))), body);
    }
    // Nothing between, or what is written elsewhere.
    EXPECT_EQ(elements_out(
                  eliminate_common_subexpressions(parsed(elements_head + before +
                                                         "  accumulate f %0 %1\n  %3 = gather e %0\n  %4 = add %1 %3\n"
                                                         "  scatter e %0 %4\n"))),
              before + "  accumulate f %0 %1\n  %3 = add %1 %1\n  scatter e %0 %3\n");
    // Nothing writes there at all.
    EXPECT_EQ(elements_out(eliminate_common_subexpressions(
                  parsed(elements_head + "begin\n  %0 = lane\n  %1 = gather still %0\n  accumulate f %0 %1\n"
                                         "  %3 = gather still %0\n  accumulate f %0 %3\n"))),
              "begin\n  %0 = lane\n  %1 = gather still %0\n  accumulate f %0 %1\n  accumulate f %0 %1\n");
}

TEST(Passes, AGatherOfWhatTheStepsWriteIsDoneInEachAndAgainAfterThem) {
    const std::string body =
        "begin\n  %0 = integer 3\n  %1 = gather e %0\nsteps\n  %2 = gather e %0\n  %3 = add %1 %2\n"
        "  accumulate e %0 %3\nend\n  %5 = gather e %0\n  store V %5\n";
    EXPECT_EQ(elements_out(hoist_loop_invariants(parsed(elements_head + body))), body);
    EXPECT_EQ(elements_out(eliminate_common_subexpressions(parsed(elements_head + body))), body);
    EXPECT_EQ(elements_out(optimised(parsed(elements_head + body), Scalar::float64)), body);
    EXPECT_EQ(elements_out(hoist_loop_invariants(parsed(elements_head +
                                                        "begin\n  %0 = integer 3\nsteps\n  %1 = gather still %0\n"
                                                        "  accumulate e %0 %1\n"))),
              "begin\n  %0 = integer 3\n  %1 = gather still %0\nsteps\n  accumulate e %0 %1\n");
}

TEST(Passes, WhatIsWrittenStaysThoughNothingReadsIt) {
    const std::string body = "begin\n  %0 = lane\n  %1 = real 0x1p+0\n  scatter e %0 %1\n  accumulate e %0 %1\n";
    EXPECT_EQ(elements_out(optimised(parsed(elements_head + body), Scalar::float64)), body);
}

TEST(Passes, DrawsOfDifferentElementsAreNotMerged) {
    const std::string body =
        "begin\n  %0 = lane\n  %1 = integer 7\n  %2 = add %0 %1\n  %3 = random_uniform 0\n"
        "  %4 = random_uniform 0 %2\n  %5 = subtract %3 %4\n  store V %5\n";
    EXPECT_EQ(elements_out(optimised(parsed(elements_head + body), Scalar::float64)), body);
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

TEST(Passes, FunctionsThatDontWaitForEachOtherStandSideBySide) {
    EXPECT_EQ(
        out(line_up_mathematics(in("begin\n  %0 = load V\n  %1 = exp %0\n  %2 = sin %1\n  %3 = load W\n  %4 = exp %3\n"
                                   "  %5 = add %2 %4\n  %6 = exp %5\n  store V %6\n"))),
        "begin\n  %0 = load V\n  %1 = load W\n  %2 = exp %0\n  %3 = exp %1\n  %4 = sin %2\n  %5 = add %4 %3\n"
        "  %6 = exp %5\n  store V %6\n");
}

TEST(Passes, EachLeavesAWellFormedProgramAndNothingMoreToDo) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Program p = RandomProgram(seed).program();
        for (const Program& q : {fold_constants(p, Scalar::float64), eliminate_common_subexpressions(p),
                                 eliminate_dead_code(p), hoist_loop_invariants(p), reduce_strength(p), contract_fma(p),
                                 line_up_mathematics(p), shorten_live_ranges(p), optimised(p, Scalar::float64)}) {
            EXPECT_NO_THROW(check(q)) << seed;
        }
        EXPECT_EQ(text(eliminate_dead_code(eliminate_dead_code(p))), text(eliminate_dead_code(p)));
        EXPECT_EQ(text(eliminate_common_subexpressions(eliminate_common_subexpressions(p))),
                  text(eliminate_common_subexpressions(p)));
    }
}

}  // namespace
}  // namespace ranvier::compile
