#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/kernel/kernel.hpp"
#include "tests/compile/kernel/random_program.hpp"

namespace ranvier::compile {
namespace {

double twice_and(double a, double b) { return 2 * a + b; }
double third(double a) { return a / 3; }

/// All that a random program reads and writes.
template <class T>
struct World {
    using Integer = std::conditional_t<sizeof(T) == 8, std::int64_t, std::int32_t>;
    static constexpr index lanes = 70, rows = 8, steps = 7;

    Array<T, 2> reals{{3, padded(lanes)}};
    Array<Integer, 1> integers{{padded(lanes)}};
    Array<std::uint8_t, 1> booleans{{padded(lanes)}};
    Array<T, 1> table{{17}};
    Array<std::uint8_t, 1> bits{{5}};
    Array<T, 2> recording{{rows, padded(lanes)}};
    std::vector<EventList> events{1};
    std::vector<double> uniforms;
    index count = 0;

    World(const Program& program, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        count = 1 + static_cast<index>(random() % lanes);
        for (index k = 0; k < reals.size(); ++k) {
            reals.data()[k] = any_number<T>(random);
        }
        for (index k = 0; k < padded(lanes); ++k) {
            integers(k) = static_cast<Integer>(random() % 5 == 0 ? random() : random() % 13 - 6);
            booleans(k) = random() % 2;
        }
        for (index k = 0; k < 17; ++k) {
            table(k) = any_number<T>(random);
        }
        for (index k = 0; k < 5; ++k) {
            bits(k) = random() % 2;
        }
        for (const UniformDeclaration& u : program.uniforms) {
            uniforms.push_back(u.name == "every"         ? 1 + static_cast<double>(random() % 3)
                               : u.type == Type::real    ? double{any_number<T>(random)}
                               : u.type == Type::integer ? static_cast<double>(random() % 21) - 10
                                                         : static_cast<double>(random() % 2));
        }
    }

    void run(const Kernel& kernel) {
        std::vector<ArrayArgument> arrays;
        for (const ArrayDeclaration& a : kernel.program().arrays) {
            if (a.name == "table") {
                arrays.push_back({table.data(), 17});
            } else if (a.name == "bits") {
                arrays.push_back({bits.data(), 5});
            } else if (a.name == "rows") {
                arrays.push_back({recording.data(), rows, padded(lanes)});
            } else if (a.name == "k") {
                arrays.push_back({integers.data(), padded(lanes)});
            } else if (a.name == "flag") {
                arrays.push_back({booleans.data(), padded(lanes)});
            } else {
                arrays.push_back({&reals(a.name[0] - 'x', 0), padded(lanes)});
            }
        }
        const void* functions[] = {reinterpret_cast<const void*>(&twice_and), reinterpret_cast<const void*>(&third)};
        kernel.run({.begin = 0,
                    .end = count,
                    .first_step = 5,
                    .steps = kernel.program().has_steps() ? steps : 1,
                    .t0 = 0.25,
                    .dt = 0.125,
                    .seed = 77,
                    .object = 3,
                    .first_element = 1000,
                    .arrays = arrays,
                    .uniforms = uniforms,
                    .functions = functions,
                    .events = events});
    }
};

template <class T>
bool same(T a, T b) {
    if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(a) && std::isnan(b)) {
            return true;
        }
    }
    return std::memcmp(&a, &b, sizeof a) == 0;
}

/// Empty where both worlds hold the same bits.
template <class T>
std::string difference(const World<T>& a, const World<T>& b) {
    for (index k = 0; k < a.count; ++k) {
        for (index r = 0; r < 3; ++r) {
            if (!same(a.reals(r, k), b.reals(r, k))) {
                return std::string(1, static_cast<char>('x' + r)) + "[" + std::to_string(k) +
                       "]: " + std::to_string(a.reals(r, k)) + " and " + std::to_string(b.reals(r, k));
            }
        }
        if (a.integers(k) != b.integers(k)) {
            return "k[" + std::to_string(k) + "]: " + std::to_string(a.integers(k)) + " and " +
                   std::to_string(b.integers(k));
        }
        if (a.booleans(k) != b.booleans(k)) {
            return "flag[" + std::to_string(k) + "]";
        }
        for (index row = 0; row < World<T>::rows; ++row) {
            if (!same(a.recording(row, k), b.recording(row, k))) {
                return "rows[" + std::to_string(row) + ", " + std::to_string(k) + "]";
            }
        }
    }
    if (a.events[0].lanes != b.events[0].lanes || a.events[0].steps != b.events[0].steps) {
        return "events";
    }
    return "";
}

std::vector<Width> widths() {
    std::vector<Width> all = {Width::scalar, Width::bits128, Width::bits256, Width::bits512};
    while (all.back() > native_width()) {
        all.pop_back();
    }
    return all;
}

template <class T>
std::string disagreement(std::uint64_t seed) {
    const Program program = RandomProgram(seed).program();
    const Scalar scalar = sizeof(T) == 8 ? Scalar::float64 : Scalar::float32;
    World<T> expected(program, seed);
    expected.run(compiled(program, {.scalar = scalar, .width = Width::scalar, .engine = Engine::interpreter}));
    const std::vector<Width> all = widths();
    // All widths for one program in eight, else one of them in turn: what takes the time is compiling.
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (seed % 8 != 0 && seed % all.size() != k) {
            continue;
        }
        const int interleave = 1 << (seed / 8 % 3);
        const Kernel kernel =
            compiled(program, {.scalar = scalar, .width = all[k], .interleave = interleave, .disk_cache = false});
        World<T> found(program, seed);
        found.run(kernel);
        if (const std::string what = difference(expected, found); !what.empty()) {
            return "seed " + std::to_string(seed) + ", width " + std::to_string(static_cast<int>(all[k])) +
                   ", interleave " + std::to_string(interleave) + ": " + what + "\n" + text(kernel.program());
        }
    }
    return "";
}

/// $RANVIER_PROGRAMS random programs, from seed $RANVIER_SEED on.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

template <class T>
void compare_all(std::uint64_t count) {
    const std::uint64_t first = from_environment("RANVIER_SEED", 0);
    std::vector<std::string> wrong(count);
    parallel_for(static_cast<index>(count), [&](index k) {
        wrong[static_cast<std::size_t>(k)] = disagreement<T>(first + static_cast<std::uint64_t>(k));
    });
    int shown = 0;
    for (const std::string& w : wrong) {
        if (!w.empty() && ++shown <= 3) {
            ADD_FAILURE() << w;
        }
    }
}

TEST(MachineCode, EqualsTheInterpreterToTheBitOnRandomProgramsInFloat64) {
    compare_all<double>(from_environment("RANVIER_PROGRAMS", 2000) / 2);
}

TEST(MachineCode, EqualsTheInterpreterToTheBitOnRandomProgramsInFloat32) {
    compare_all<float>(from_environment("RANVIER_PROGRAMS", 2000) / 2);
}

}  // namespace
}  // namespace ranvier::compile
