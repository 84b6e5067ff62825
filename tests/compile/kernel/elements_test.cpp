// Arrays whose elements lanes share, and arrays that are stored otherwise than computed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "ranvier/base/array.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/compile/ir/builder.hpp"
#include "ranvier/compile/kernel/kernel.hpp"

namespace ranvier::compile {
namespace {

/// Everything that can run a program here.
std::vector<KernelOptions> all_ways(Scalar scalar = Scalar::float64) {
    std::vector<KernelOptions> all;
    for (const Engine engine : {Engine::machine_code, Engine::interpreter}) {
        for (const Width width : {Width::scalar, Width::bits128, Width::bits256, Width::bits512}) {
            for (const int interleave : {1, 2, 4}) {
                if (width <= native_width()) {
                    all.push_back({scalar, width, interleave, engine, false});
                }
            }
        }
    }
    return all;
}

std::string named(const KernelOptions& o) {
    return "width " + std::to_string(static_cast<int>(o.width)) + ", interleave " + std::to_string(o.interleave) +
           (o.engine == Engine::interpreter ? ", interpreter" : "");
}

/// sum[target[lane]] += weight[lane], for lanes where `on` holds.
Program delivery(bool add) {
    Builder b("delivery");
    const int sum = b.array("sum", Type::real, ArrayKind::elements);
    const Value at = b.load(b.array("target", Type::integer, ArrayKind::lanes, Storage::int32));
    const Value x = b.load(b.array("weight"));
    const Value on = b.load(b.array("on", Type::boolean));
    if (add) {
        b.accumulate(sum, at, x, on);
    } else {
        b.scatter(sum, at, x, on);
    }
    return b.program();
}

class Delivery : public testing::TestWithParam<bool> {};

TEST_P(Delivery, FollowsTheOrderOfLanesWhateverTheWidth) {
    const Program program = delivery(GetParam());
    std::mt19937_64 random(3);
    constexpr index n = 77, targets = 6;
    Array<std::int32_t, 1> target({padded(n)});
    Array<double, 1> weight({padded(n)});
    Array<std::uint8_t, 1> on({padded(n)});
    std::vector<double> expected(targets + 2, 0.125);
    for (index k = 0; k < padded(n); ++k) {
        // Outside too, in both directions; in the padding everything would be written.
        target(k) = k < n ? static_cast<std::int32_t>(random() % (targets + 4)) - 2 : 1;
        weight(k) = std::normal_distribution<double>(0, 1e3)(random);
        on(k) = k >= n || random() % 4 != 0;
        if (k < n && on(k) && target(k) >= 0 && target(k) < targets) {
            double& place = expected[static_cast<std::size_t>(target(k))];
            place = GetParam() ? place + weight(k) : weight(k);
        }
    }
    for (const KernelOptions& options : all_ways()) {
        std::vector<double> sum(targets + 2, 0.125);  // two more, which are no part of the array
        const ArrayArgument arrays[] = {
            {sum.data(), targets}, {target.data(), padded(n)}, {weight.data(), padded(n)}, {on.data(), padded(n)}};
        compiled(program, options).run({.begin = 0, .end = n, .arrays = arrays});
        EXPECT_EQ(sum, expected) << named(options);
        // The parts, one after the other, are the whole.
        std::fill(sum.begin(), sum.end(), 0.125);
        const Kernel kernel = compiled(program, options);
        kernel.run({.begin = 0, .end = 32, .arrays = arrays});
        kernel.run({.begin = 32, .end = n, .arrays = arrays});
        EXPECT_EQ(sum, expected) << named(options);
    }
}

INSTANTIATE_TEST_SUITE_P(Elements, Delivery, testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Accumulate" : "Scatter"; });

TEST(Elements, OneTargetOfAllLanesGetsEverySummandInItsPlaceInTheOrder) {
    Builder b("all");
    const int sum = b.array("sum", Type::real, ArrayKind::elements);
    b.accumulate(sum, b.uniform("at", Type::integer), b.load(b.array("x")));
    const Program program = b.program();
    std::mt19937_64 random(5);
    constexpr index n = 100;
    Array<double, 1> x({padded(n)});
    double expected = 1;
    for (index k = 0; k < n; ++k) {
        x(k) = std::normal_distribution<double>(0, 1)(random) * std::pow(10, random() % 12);
        expected += x(k);
    }
    for (const KernelOptions& options : all_ways()) {
        double sums[] = {7, 1, 7};
        const ArrayArgument arrays[] = {{sums, 3}, {x.data(), padded(n)}};
        const double at[] = {1};
        compiled(program, options).run({.begin = 0, .end = n, .arrays = arrays, .uniforms = at});
        EXPECT_THAT(sums, testing::ElementsAre(7, expected, 7)) << named(options);
    }
}

TEST(Elements, ScalarCodeIsALoopWhoseLanesSeeWhatTheOnesBeforeWrote) {
    // Fibonacci's numbers: e[lane + 2] = e[lane] + e[lane + 1].
    Builder b("fibonacci");
    const int e = b.array("e", Type::integer, ArrayKind::elements);
    const Value first = b.gather(e, b.lane());
    const Value next = b.add(b.lane(), b.integer(1));
    b.scatter(e, b.add(next, b.integer(1)), b.add(first, b.gather(e, next)));
    for (const Engine engine : {Engine::machine_code, Engine::interpreter}) {
        std::int64_t numbers[12] = {1, 1};
        const ArrayArgument arrays[] = {{numbers, 12}};
        const Kernel kernel =
            compiled(b.program(), {.width = Width::scalar, .interleave = 1, .engine = engine, .disk_cache = false});
        kernel.run({.begin = 0, .end = 10, .arrays = arrays});
        EXPECT_THAT(numbers, testing::ElementsAre(1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144));
    }
}

TEST(Elements, AUniformPlaceIsReadAnewByEachLaneThatWritesThere) {
    // x[lane] = counter[0]++
    Builder b("ticket");
    const int counter = b.array("counter", Type::integer, ArrayKind::elements);
    const Value zero = b.integer(0);
    b.store(b.array("x", Type::integer), b.gather(counter, zero));
    b.accumulate(counter, zero, b.integer(1));
    for (const Engine engine : {Engine::machine_code, Engine::interpreter}) {
        Array<std::int64_t, 1> x({32});
        std::int64_t counted = 100;
        const ArrayArgument arrays[] = {{&counted, 1}, {x.data(), 32}};
        compiled(b.program(), {.width = Width::scalar, .interleave = 1, .engine = engine, .disk_cache = false})
            .run({.begin = 0, .end = 20, .arrays = arrays});
        EXPECT_EQ(counted, 120);
        for (index k = 0; k < 20; ++k) {
            EXPECT_EQ(x(k), 100 + k);
        }
    }
}

TEST(Elements, StepsSeeWhatStepsBeforeWrote) {
    Builder b("steps");
    const int e = b.array("e", Type::real, ArrayKind::elements);
    const Value two = b.real(2);
    b.steps();
    b.scatter(e, b.lane(), b.multiply(b.gather(e, b.lane()), two));
    for (const KernelOptions& options : all_ways()) {
        std::vector<double> x(40, 1);
        const ArrayArgument arrays[] = {{x.data(), 40}};
        compiled(b.program(), options).run({.begin = 0, .end = 37, .steps = 5, .arrays = arrays});
        for (std::size_t k = 0; k < 40; ++k) {
            EXPECT_EQ(x[k], k < 37 ? 32 : 1) << named(options);
        }
    }
}

TEST(Elements, PartOfAGroupIsReachedByAnOffsetAndNothingBesideItIsWritten) {
    // Lanes 37 … 61 of a group, which begin at no multiple of 32 and at no aligned address.
    Builder b("part");
    const int v = b.array("v", Type::real, ArrayKind::elements),
              reset = b.array("reset", Type::real, ArrayKind::elements);
    const Value at = b.add(b.lane(), b.uniform("offset", Type::integer));
    b.scatter(reset, at, b.add(b.gather(v, at), b.real(0.5)));
    for (const KernelOptions& options : all_ways()) {
        std::vector<double> from(101), to(101, -1);
        std::iota(from.begin(), from.end(), 0);
        const ArrayArgument arrays[] = {{from.data() + 1, 100}, {to.data() + 1, 100}};
        const double offset[] = {37};
        compiled(b.program(), options).run({.begin = 0, .end = 25, .arrays = arrays, .uniforms = offset});
        for (int k = 0; k < 100; ++k) {
            EXPECT_EQ(to[static_cast<std::size_t>(k) + 1], k >= 37 && k < 62 ? k + 1.5 : -1) << named(options);
        }
    }
}

TEST(Elements, AnArrayOfNoneIsReadAsZeroAndNeverWritten) {
    Builder b("none");
    const int none = b.array("none", Type::real, ArrayKind::elements), out = b.array("out");
    const Value before = b.gather(none, b.lane());
    b.scatter(none, b.lane(), b.real(3));
    b.accumulate(none, b.integer(0), b.real(3));
    b.store(out, b.add(before, b.gather(none, b.integer(-1))));
    for (const KernelOptions& options : all_ways()) {
        Array<double, 1> x({64});
        x(0) = 7;
        x(40) = 7;
        const ArrayArgument arrays[] = {{nullptr, 0}, {x.data(), 64}};
        const Kernel kernel = compiled(b.program(), options);
        kernel.run({.begin = 0, .end = 0, .arrays = arrays});
        EXPECT_EQ(x(0), 7) << named(options);
        kernel.run({.begin = 0, .end = 41, .arrays = arrays});
        EXPECT_EQ(x(0), 0) << named(options);
        EXPECT_EQ(x(40), 0) << named(options);
    }
    const ArrayArgument bad[] = {{nullptr, 5}, {nullptr, 0}};
    EXPECT_THROW(compiled(b.program()).run({.begin = 0, .end = 0, .arrays = bad}), InvalidInput);
}

TEST(Elements, CodeThatIsMadeQuicklyDoesTheSame) {
    Builder b("large");
    const int sum = b.array("sum", Type::real, ArrayKind::elements, Storage::float32);
    const int last = b.array("last", Type::integer, ArrayKind::elements, Storage::uint16);
    Value x = b.load(b.array("x", Type::real, ArrayKind::lanes, Storage::float32));
    for (int k = 0; k < 2500; ++k) {  // more than is_large() wants
        x = b.apply(k % 2 == 0 ? Op::add : Op::divide, {x, b.real(k % 7 + 1.5)});
    }
    const Value at = b.apply(Op::modulo, {b.lane(), b.integer(7)});
    b.accumulate(sum, at, b.add(x, b.random_uniform(1, at)), b.less(x, b.real(1)));
    b.accumulate(sum, b.integer(7), b.gather(sum, at));
    b.scatter(last, at, b.lane());
    for (KernelOptions options : all_ways()) {
        if (options.interleave == 2) {
            continue;  // compiling takes the time
        }
        Array<float, 1> from({64});
        for (index k = 0; k < 64; ++k) {
            from(k) = static_cast<float>(k) * 0.25F;
        }
        const auto run = [&](Engine engine) {
            options.engine = engine;
            std::vector<float> sums(8, 0.5F);
            std::vector<std::uint16_t> lanes(7);
            const ArrayArgument arrays[] = {{sums.data(), 8}, {lanes.data(), 7}, {from.data(), 64}};
            compiled(b.program(), options).run({.begin = 0, .end = 60, .seed = 4, .arrays = arrays});
            EXPECT_THAT(lanes, testing::ElementsAre(56, 57, 58, 59, 53, 54, 55)) << named(options);
            return sums;
        };
        if (options.engine == Engine::machine_code) {
            EXPECT_EQ(run(Engine::machine_code), run(Engine::interpreter)) << named(options);
        }
    }
}

TEST(Storage, ConversionsRoundRealsAndKeepTheLowestBitsOfIntegers) {
    Builder b("convert");
    const Value x = b.load(b.array("x", Type::real, ArrayKind::lanes, Storage::float64));
    const Value k = b.load(b.array("k", Type::integer, ArrayKind::lanes, Storage::int64));
    const int f = b.array("f", Type::real, ArrayKind::lanes, Storage::float32);
    const int i = b.array("i", Type::integer, ArrayKind::lanes, Storage::int32);
    const int u = b.array("u", Type::integer, ArrayKind::lanes, Storage::uint16);
    const int back = b.array("back", Type::integer, ArrayKind::lanes, Storage::int64);
    b.store(f, x);
    b.store(i, k);
    b.store(u, k);
    b.store(back, b.load(u));
    for (const Scalar scalar : {Scalar::float64, Scalar::float32}) {
        for (const KernelOptions& options : all_ways(scalar)) {
            Array<double, 1> reals({32});
            Array<std::int64_t, 1> integers({32}), again({32});
            Array<float, 1> singles({32});
            Array<std::int32_t, 1> ints({32});
            Array<std::uint16_t, 1> shorts({32});
            const double some[] = {0.1, 1e-40, -1e-40, 1e300, -0.0};
            const std::int64_t whole[] = {-1, 65536 + 7, std::int64_t{5} << 32 | 9, 70000, -70000};
            for (index n = 0; n < 32; ++n) {
                reals(n) = some[n % 5];
                integers(n) = whole[n % 5];
            }
            const ArrayArgument arrays[] = {{reals.data(), 32}, {integers.data(), 32}, {singles.data(), 32},
                                            {ints.data(), 32},  {shorts.data(), 32},   {again.data(), 32}};
            compiled(b.program(), options).run({.begin = 0, .end = 32, .arrays = arrays});
            for (index n = 0; n < 32; ++n) {
                const float expected[] = {0.1F, 0, -0.0F, std::numeric_limits<float>::infinity(), -0.0F};
                EXPECT_EQ(std::bit_cast<std::uint32_t>(singles(n)), std::bit_cast<std::uint32_t>(expected[n % 5]))
                    << named(options) << " " << n;
                EXPECT_EQ(ints(n), static_cast<std::int32_t>(whole[n % 5])) << named(options);
                EXPECT_EQ(shorts(n), static_cast<std::uint16_t>(whole[n % 5])) << named(options);
                EXPECT_EQ(again(n), static_cast<std::uint16_t>(whole[n % 5])) << named(options);
            }
        }
    }
}

TEST(Storage, SumsInFewerBitsAreRoundedAtEachSummand) {
    Builder b("sum");
    const int sum = b.array("sum", Type::real, ArrayKind::elements, Storage::float32);
    b.accumulate(sum, b.integer(0), b.load(b.array("x")));
    Array<double, 1> x({64});
    float expected = 0;
    for (index k = 0; k < 64; ++k) {
        x(k) = 1.0 / static_cast<double>(k + 1);
        expected = static_cast<float>(expected + x(k));
    }
    for (const KernelOptions& options : all_ways()) {
        float found = 0;
        const ArrayArgument arrays[] = {{&found, 1}, {x.data(), 64}};
        compiled(b.program(), options).run({.begin = 0, .end = 64, .arrays = arrays});
        EXPECT_EQ(found, expected) << named(options);
    }
}

/// The first uniform numbers of lanes 0 … 31, or of the elements 1000·lane modulo 2^32.
std::vector<double> draws(bool of_element, std::int64_t first_step, std::int64_t first_draw, std::uint32_t first) {
    Builder b("draws");
    const int x = b.array("x");
    const Value element = of_element ? b.multiply(b.lane(), b.integer(1000)) : Value{};
    b.store(x, b.random_uniform(0, element));
    Array<double, 1> found({32});
    const ArrayArgument arrays[] = {{found.data(), 32}};
    compiled(b.program())
        .run({.begin = 0,
              .end = 32,
              .first_step = first_step,
              .seed = 11,
              .object = 2,
              .first_element = first,
              .first_draw = first_draw,
              .arrays = arrays});
    return {found.data(), found.data() + 32};
}

TEST(RandomNumbers, AreThoseOfTheElementWhereOneIsGiven) {
    const std::vector<double> by_lane = draws(false, 4, -1, 5000), by_element = draws(true, 4, -1, 0);
    EXPECT_EQ(by_element[5], by_lane[0]);
    EXPECT_EQ(draws(true, 4, -1, 3000)[2], by_lane[0]);
    EXPECT_NE(by_element[0], by_lane[0]);
    EXPECT_EQ(draws(true, 4, -1, 0xfffffffe)[5], draws(false, 4, -1, 4998)[0]);  // modulo 2^32
}

TEST(RandomNumbers, GoOnWithTheirOwnCounterThoughTimeBeginsAnew) {
    EXPECT_EQ(draws(false, 0, 17, 0), draws(false, 17, -1, 0));
    EXPECT_NE(draws(false, 17, 0, 0), draws(false, 17, -1, 0));
    EXPECT_THROW(draws(false, 0, -2, 0), InvalidInput);
    // In the steps it counts on: the sum over steps 3, 4, 5 drawn from 40 on.
    Builder b("walk");
    const int x = b.array("x");
    const Value zero = b.real(0);
    b.steps();
    const Value now = b.carry(zero);
    b.set_next(now, b.add(now, b.random_uniform(0)));
    b.end();
    b.store(x, now);
    for (const KernelOptions& options : all_ways()) {
        Array<double, 1> found({32});
        const ArrayArgument arrays[] = {{found.data(), 32}};
        compiled(b.program(), options)
            .run({.begin = 0,
                  .end = 32,
                  .first_step = 3,
                  .steps = 3,
                  .seed = 11,
                  .object = 2,
                  .first_draw = 40,
                  .arrays = arrays});
        for (std::size_t k = 0; k < 32; ++k) {
            EXPECT_EQ(found(static_cast<index>(k)),
                      draws(false, 40, -1, 0)[k] + draws(false, 41, -1, 0)[k] + draws(false, 42, -1, 0)[k])
                << named(options);
        }
    }
}

}  // namespace
}  // namespace ranvier::compile
