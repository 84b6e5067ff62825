#include "ranvier/compile/ir/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ranvier/base/error.hpp"
#include "tests/compile/kernel/random_program.hpp"

namespace ranvier::compile {
namespace {

TEST(Program, TheTextOfAParsedTextIsTheText) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const std::string once = text(RandomProgram(seed).program());
        EXPECT_EQ(text(parsed(once)), once);
    }
}

TEST(Program, AllKindsOfDeclarationsAndRegionsAreRead) {
    const char* const source =
        "program decay\n"
        "array V real lanes\n"
        "array lookup integer table\n"
        "array trace real recording\n"
        "array w real lanes float32\n"
        "array target integer table uint16\n"
        "array sum real elements float64\n"
        "uniform tau real\n"
        "uniform k integer\n"
        "function f 2 pure\n"
        "function g 1\n"
        "events spikes\n"
        "begin\n"
        "  %0 = load V\n"
        "  %1 = uniform tau\n"
        "  %2 = real 0x1p-1\n"
        "  %3 = uniform k\n"
        "  %4 = real -inf\n"
        "  %5 = boolean true\n"
        "  %6 = integer -3\n"
        "steps\n"
        "  %7 = carry %0 %8\n"
        "  %8 = multiply %7 %2\n"
        "  %9 = greater %8 %1\n"
        "  emit spikes %9\n"
        "  record trace %3 %8 when %5\n"
        "  %12 = call f %7 %8\n"
        "  %13 = random_normal 2\n"
        "  %14 = random_uniform 3 %3\n"
        "  scatter sum %3 %8\n"
        "  scatter sum %3 %8 where %9\n"
        "  accumulate sum %3 %8\n"
        "  accumulate sum %3 %8 where %9\n"
        "  %19 = gather sum %3\n"
        "end\n"
        "  store V %7 where %5\n";
    EXPECT_EQ(text(parsed(source)), source);
}

TEST(Program, AMistakeInATextIsNamedWithItsLine) {
    const auto message = [](const std::string& source) {
        try {
            parsed(source);
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message("program p\nbegin\n  %0 = sine %0\n"), "program text, line 3: not an operation: sine");
    EXPECT_EQ(message("program p\nbegin\n  %0 = load V\n"), "program text, line 3: not declared: V");
    EXPECT_EQ(message("program p\nbegin\n  %1 = real 1\n"), "program text, line 3: values are numbered in order");
    EXPECT_EQ(message("program p\nbegin\n  %0 = exp %1\n"), "program text, line 3: used before its definition");
    EXPECT_EQ(message("program p\nbegin\n  %0 = real one\n"), "program text, line 3: not a number: one");
    EXPECT_THAT(message("program p\nbegin\n  %0 = integer 1\n  %1 = exp %0\n"),
                testing::HasSubstr("operands must be real"));
    EXPECT_EQ(message("program p\narray V real lanes int7\n"), "program text, line 2: not a storage: int7");
    EXPECT_THAT(message("program p\narray V real lanes int32\n"), testing::HasSubstr("reals are not stored so"));
    EXPECT_THAT(message("program p\narray k integer lanes float32\n"), testing::HasSubstr("not stored so"));
    EXPECT_THAT(message("program p\narray b boolean lanes uint16\n"), testing::HasSubstr("not stored so"));
    const std::string elements =
        "program p\narray e real elements\narray b boolean elements\narray t real table\narray V real lanes\nbegin\n"
        "  %0 = integer 1\n  %1 = real 1\n  %2 = boolean true\n";
    EXPECT_EQ(message(elements + "  scatter e %0 %1\n  scatter b %0 %2 where %2\n"), "");
    EXPECT_THAT(message(elements + "  scatter t %0 %1\n"), testing::HasSubstr("wrong kind of array"));
    EXPECT_THAT(message(elements + "  %3 = load e\n"), testing::HasSubstr("wrong kind of array"));
    EXPECT_THAT(message(elements + "  store e %1\n"), testing::HasSubstr("wrong kind of array"));
    EXPECT_THAT(message(elements + "  %3 = gather V %0\n"), testing::HasSubstr("wrong kind of array"));
    EXPECT_THAT(message(elements + "  accumulate e %1 %1\n"), testing::HasSubstr("the position must be an integer"));
    EXPECT_THAT(message(elements + "  scatter b %0 %1\n"), testing::HasSubstr("type is not that"));
    EXPECT_THAT(message(elements + "  accumulate b %0 %2\n"), testing::HasSubstr("booleans have no sum"));
    EXPECT_THAT(message(elements + "  accumulate e %0 %1 where %0\n"), testing::HasSubstr("must be boolean"));
    EXPECT_THAT(message(elements + "  %3 = random_uniform 0 %1\n"), testing::HasSubstr("must be one integer"));
}

TEST(Program, BrokenRulesAreInternalErrors) {
    Builder b("p");
    const Value one = b.integer(1);
    const Value half = b.real(0.5);
    b.steps();
    const Value c = b.carry(half);
    b.set_next(c, b.add(c, half));
    const Value inner = b.multiply(c, c);
    b.end();
    b.apply(Op::exp, {inner});  // a value of `steps`, after them
    EXPECT_THROW(b.program(), InternalError);
    Builder mixed("mixed");
    mixed.apply(Op::add, {mixed.integer(1), mixed.real(1)});
    EXPECT_THROW(mixed.program(), InternalError);
    EXPECT_EQ(b.type(one), Type::integer);
}

TEST(Program, AResultOfAnotherTypeIsAnInternalError) {
    const Program right = parsed(
        "program p\narray V real lanes\nuniform tau real\nevents spikes\nbegin\n  %0 = load V\n  %1 = uniform tau\n"
        "  %2 = exp %1\n  %3 = add %0 %2\n  %4 = less %0 %3\n  %5 = select %4 %0 %1\n  %6 = to_integer %5\n  %7 = "
        "lane\n"
        "steps\n  %8 = carry %6 %9\n  %9 = add %8 %7\n  emit spikes %4\nend\n  store V %5\n");
    check(right);
    for (std::size_t k = 0; k < right.instructions.size(); ++k) {
        for (const Type type : {Type::real, Type::integer, Type::boolean}) {
            Program wrong = right;
            wrong.instructions[k].type = type;
            if (type != right.instructions[k].type) {
                EXPECT_THROW(check(wrong), InternalError) << k;
            }
        }
    }
}

TEST(Program, AValueIsUniformUnlessALaneEntersIt) {
    const Program p = parsed(
        "program p\narray V real lanes\nuniform tau real\nbegin\n"
        "  %0 = load V\n  %1 = uniform tau\n  %2 = exp %1\n  %3 = add %0 %2\n"
        "steps\n  %4 = carry %1 %5\n  %5 = multiply %4 %2\n  %6 = carry %1 %7\n  %7 = multiply %6 %0\n");
    EXPECT_EQ(uniform_values(p), (std::vector<bool>{false, true, true, false, true, true, false, false}));
    // What is gathered changes from lane to lane where the program writes there.
    const Program q = parsed(
        "program q\narray a real elements\narray b real elements\nbegin\n"
        "  %0 = integer 2\n  %1 = gather a %0\n  %2 = gather b %0\n  accumulate b %0 %1\n");
    EXPECT_EQ(uniform_values(q), (std::vector<bool>{true, true, false, false}));
}

}  // namespace
}  // namespace ranvier::compile
