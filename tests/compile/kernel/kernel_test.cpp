#include "ranvier/compile/kernel/kernel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "ranvier/base/array.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/compile/ir/builder.hpp"

namespace ranvier::compile {
namespace {

/// dx/dt = −x by Euler, many steps in one call, recorded every so many.
Program decay() {
    Builder b("decay");
    const int x = b.array("x"), trace = b.array("trace", Type::real, ArrayKind::recording);
    const Value start = b.load(x), dt = b.uniform("dt");
    const auto recording = b.begin_recording(b.uniform("every", Type::integer));
    b.steps();
    const Value now = b.carry(start);
    const Value next = b.subtract(now, b.multiply(dt, now));
    b.emit(b.events("small"), b.less(next, b.real(0.5)));
    b.record_every(recording, {{trace, next}});
    b.set_next(now, next);
    b.end();
    b.store(x, now);
    return b.program();
}

/// A cache folder for one test.
class OwnCache : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("kernels-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder_);
        setenv("RANVIER_CACHE", folder_.c_str(), 1);
    }
    void TearDown() override {
        unsetenv("RANVIER_CACHE");
        std::filesystem::remove_all(folder_);
    }
    std::vector<std::filesystem::path> entries() const {
        std::vector<std::filesystem::path> all;
        for (const auto& entry : std::filesystem::directory_iterator(folder_ / "kernels")) {
            all.push_back(entry.path());
        }
        return all;
    }
    std::filesystem::path folder_;
};

TEST(Kernel, ManyStepsInOneCallEqualTheClosedFormAndAreRecorded) {
    const Kernel kernel = compiled(decay(), {.disk_cache = false});
    constexpr index n = 45;
    Array<double, 1> x({padded(n)});
    Array<double, 2> trace({4, padded(n)});
    for (index i = 0; i < n; ++i) {
        x(i) = 1;
    }
    const ArrayArgument arrays[] = {{x.data(), padded(n)}, {trace.data(), 4, padded(n)}};
    const double uniforms[] = {0.25, 2};
    std::vector<EventList> events(1);
    kernel.run({.begin = 0,
                .end = n,
                .first_step = 100,
                .steps = 8,
                .arrays = arrays,
                .uniforms = uniforms,
                .events = events});
    for (index i = 0; i < n; ++i) {
        EXPECT_DOUBLE_EQ(x(i), std::pow(0.75, 8));
        for (index row = 0; row < 4; ++row) {
            EXPECT_DOUBLE_EQ(trace(row, i), std::pow(0.75, 2 * (row + 1)));  // after 2, 4, 6, 8 steps
        }
    }
    // 0.75^k < ½ from the third step on: six steps of 45 lanes, in order of step, then lane.
    ASSERT_EQ(events[0].lanes.size(), 6U * n);
    for (std::size_t k = 0; k < events[0].lanes.size(); ++k) {
        EXPECT_EQ(events[0].steps[k], 102 + static_cast<int>(k) / n);
        EXPECT_EQ(events[0].lanes[k], static_cast<int>(k) % n);
    }
}

TEST(Kernel, NoStepsLeaveTheStateAsItIs) {
    const Kernel kernel = compiled(decay(), {.disk_cache = false});
    Array<double, 1> x({32});
    x(3) = 7;
    Array<double, 2> trace({1, 32});
    const ArrayArgument arrays[] = {{x.data(), 32}, {trace.data(), 1, 32}};
    const double uniforms[] = {0.25, 1};
    std::vector<EventList> events(1);
    kernel.run({.begin = 0, .end = 5, .steps = 0, .arrays = arrays, .uniforms = uniforms, .events = events});
    EXPECT_EQ(x(3), 7);
    EXPECT_TRUE(events[0].lanes.empty());
}

TEST(Kernel, PartsOfTheLanesGiveTheBitsOfTheWhole) {
    Builder b("noise");
    const int x = b.array("x");
    b.store(x, b.random_normal(0));
    const Kernel kernel = compiled(b.program(), {.disk_cache = false});
    Array<double, 1> whole({256}), parts({256});
    const ArrayArgument a[] = {{whole.data(), 256}}, p[] = {{parts.data(), 256}};
    kernel.run({.begin = 0, .end = 256, .first_step = 9, .seed = 5, .arrays = a});
    for (index begin = 0; begin < 256; begin += 64) {
        kernel.run({.begin = begin, .end = begin + 64, .first_step = 9, .seed = 5, .arrays = p});
    }
    for (index i = 0; i < 256; ++i) {
        EXPECT_EQ(whole(i), parts(i));
    }
}

TEST(Kernel, UniformNumbersAreThoseOfTheRandomStreamOfBase) {
    Builder b("uniform");
    const int x = b.array("x"), y = b.array("y");
    b.store(x, b.random_uniform(0));
    b.store(y, b.random_uniform(1));
    const Kernel kernel = compiled(b.program(), {.disk_cache = false});
    Array<double, 1> u({64}), v({64});
    const ArrayArgument arrays[] = {{u.data(), 64}, {v.data(), 64}};
    constexpr std::uint64_t seed = 0x123456789abcdefULL;
    for (const std::int64_t step : {0, 1, 2}) {
        kernel.run({.begin = 0,
                    .end = 64,
                    .first_step = step,
                    .seed = seed,
                    .object = 8,
                    .first_element = 1000,
                    .arrays = arrays});
        for (index i = 0; i < 64; ++i) {
            RandomStream stream(seed, 8, static_cast<std::uint32_t>(1000 + i));
            for (std::int64_t k = 0; k < 2 * step; ++k) {
                stream.bits();
            }
            // 52 bits here, 53 there.
            EXPECT_NEAR(u(i), stream.uniform(), 0x1p-52);
            EXPECT_NEAR(v(i), stream.uniform(), 0x1p-52);
        }
    }
}

/// Mean and variance of n normal numbers lie within 5 standard errors (α ≈ 6e−7 each).
TEST(Kernel, NormalNumbersHaveMeanZeroAndVarianceOne) {
    Builder b("normal");
    const int x = b.array("x"), y = b.array("y");
    b.store(x, b.random_normal(0));
    b.store(y, b.random_normal(1));
    constexpr index n = 65536;
    const Kernel kernel = compiled(b.program(), {.disk_cache = false});
    Array<double, 1> u({n}), v({n});
    const ArrayArgument arrays[] = {{u.data(), n}, {v.data(), n}};
    kernel.run({.begin = 0, .end = n, .seed = 1, .arrays = arrays});
    double mean = 0, square = 0, fourth = 0, product = 0;
    for (index i = 0; i < n; ++i) {
        mean += u(i) / n;
        square += u(i) * u(i) / n;
        fourth += std::pow(u(i), 4) / n;
        product += u(i) * v(i) / n;
    }
    const double error = 5 / std::sqrt(double{n});
    EXPECT_NEAR(mean, 0, error);
    EXPECT_NEAR(square, 1, error * std::sqrt(2));
    EXPECT_NEAR(fourth, 3, error * std::sqrt(96));  // the variance of x⁴ is 105 − 9
    EXPECT_NEAR(product, 0, error);
}

TEST(Kernel, EventsOfPaddedLanesAreNotReported) {
    Builder b("all");
    b.emit(b.events("e"), b.boolean(true));
    const Kernel kernel = compiled(b.program(), {.disk_cache = false});
    std::vector<EventList> events(1);
    kernel.run({.begin = 0, .end = 33, .events = events});
    ASSERT_EQ(events[0].lanes.size(), 33U);
    EXPECT_EQ(events[0].lanes.back(), 32);
    kernel.run({.begin = 32, .end = 34, .events = events});  // appended
    EXPECT_EQ(events[0].lanes.back(), 33);
    EXPECT_EQ(events[0].lanes.size(), 35U);
}

TEST(Kernel, DenormalNumbersBecomeZero) {
    Builder b("shrink");
    const int x = b.array("x");
    b.store(x, b.multiply(b.load(x), b.real(1e-10)));
    for (const Engine engine : {Engine::machine_code, Engine::interpreter}) {
        const Kernel kernel = compiled(b.program(), {.engine = engine, .disk_cache = false});
        Array<double, 1> v({32});
        v(0) = 1e-300;
        const ArrayArgument arrays[] = {{v.data(), 32}};
        kernel.run({.begin = 0, .end = 1, .arrays = arrays});
        EXPECT_EQ(v(0), 0);
    }
}

TEST(Kernel, ArgumentsThatDoNotFitAreRefused) {
    Builder b("copy");
    const int x = b.array("x");
    b.store(x, b.uniform("u"));
    const Kernel kernel = compiled(b.program(), {.disk_cache = false});
    Array<double, 1> v({64});
    const auto message = [&](const ArrayArgument& a, index begin, index end, std::size_t uniforms, std::int64_t steps) {
        const double u[] = {1, 2};
        try {
            kernel.run({.begin = begin, .end = end, .steps = steps, .arrays = {&a, 1}, .uniforms = {u, uniforms}});
        } catch (const InvalidInput& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_EQ(message({v.data(), 64}, 0, 60, 1, 1), "");
    EXPECT_EQ(message({v.data(), 60}, 0, 60, 1, 1), "kernel copy: array x must have room for 64 elements; got 60");
    EXPECT_EQ(message({v.data() + 1, 64}, 0, 60, 1, 1),
              "kernel copy: array x must lie at a multiple of 64 bytes, its rows at multiples of 32 elements");
    EXPECT_EQ(message({v.data(), 64}, 5, 60, 1, 1),
              "kernel copy: lanes must begin at a multiple of 32, and be fewer than 2^31");
    EXPECT_EQ(message({v.data(), 64}, 0, 60, 2, 1), "kernel copy: uniforms must be as many as declared, 1; got 2");
    EXPECT_EQ(message({v.data(), 64}, 0, 60, 1, 3),
              "kernel copy: steps must be 1 for a program without `steps`; got 3");
}

TEST(Kernel, AProgramIsCompiledOnceForAllWhoAsk) {
    const Kernel a = compiled(decay(), {.disk_cache = false});
    const Kernel b = compiled(decay(), {.disk_cache = false});
    EXPECT_EQ(&a.program(), &b.program());
}

TEST(Kernel, ManyThreadsCompileAndRunAtOnce) {
    std::vector<std::thread> threads;
    std::vector<double> found(8);
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([t, &found] {
            for (int k = 0; k < 6; ++k) {
                Builder b("thread");
                const int x = b.array("x");
                b.store(x, b.exp(b.add(b.load(x), b.real(t / 2 * 10 + k))));  // pairs of threads want the same
                const Kernel kernel = compiled(b.program(), {.disk_cache = false});
                Array<double, 1> v({32});
                const ArrayArgument arrays[] = {{v.data(), 32}};
                kernel.run({.begin = 0, .end = 1, .arrays = arrays});
                found[static_cast<std::size_t>(t)] = v(0);
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (int t = 0; t < 8; ++t) {
        const double expected = std::exp(t / 2 * 10 + 5);
        EXPECT_NEAR(found[static_cast<std::size_t>(t)], expected, expected * 4e-16);
    }
}

TEST_F(OwnCache, ASecondEngineFindsTheObjectOfTheFirst) {
    EXPECT_FALSE(compiled(decay()).from_cache());  // and forgotten again: nobody holds the kernel
    EXPECT_EQ(entries().size(), 1U);
    EXPECT_TRUE(compiled(decay()).from_cache());
    EXPECT_FALSE(compiled(decay(), {.scalar = Scalar::float32}).from_cache());
    EXPECT_FALSE(compiled(decay(), {.width = Width::scalar}).from_cache());
}

TEST_F(OwnCache, ADamagedEntryIsMadeAnew) {
    compiled(decay());
    const std::filesystem::path entry = entries().at(0);
    const auto size = std::filesystem::file_size(entry);
    for (const std::uintmax_t keep : {std::uintmax_t{0}, std::uintmax_t{10}, size / 2, size - 1}) {
        std::filesystem::resize_file(entry, keep);
        EXPECT_FALSE(compiled(decay()).from_cache());
        EXPECT_EQ(std::filesystem::file_size(entry), size);
    }
    {
        std::fstream file(entry, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(size / 2));
        file.put('x');
    }
    EXPECT_FALSE(compiled(decay()).from_cache());
    EXPECT_TRUE(compiled(decay()).from_cache());
}

TEST_F(OwnCache, AFolderThatCannotBeWrittenCostsTimeOnly) {
    std::ofstream(folder_) << "a file where the folder should be";
    EXPECT_FALSE(compiled(decay()).from_cache());
}

}  // namespace
}  // namespace ranvier::compile
