#include <gtest/gtest.h>

#include <cstdlib>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/kernel/kernel.hpp"
#include "tests/compile/kernel/random_program.hpp"

namespace ranvier::compile {
namespace {

double twice_and(double a, double b) { return 2 * a + b; }
double third(double a) { return a / 3; }

constexpr index most_lanes = 70, rows = 8, steps = 7;

/// One array of a program, in the storage that it declares.
struct Stored {
    ArrayDeclaration declared;
    Storage storage;
    index extent = padded(most_lanes), row_stride = 0;
    Array<std::uint64_t, 1> memory;

    Stored(const ArrayDeclaration& declaration, Scalar scalar, std::mt19937_64& random)
        : declared(declaration), storage(compile::storage(declaration, scalar)) {
        switch (declared.kind) {
            case ArrayKind::lanes: break;
            case ArrayKind::recording:
                extent = rows;
                row_stride = padded(most_lanes);
                break;
            default: extent = declared.name == "none" ? 0 : declared.type == Type::real ? 17 : 5;
        }
        memory = Array<std::uint64_t, 1>({elements() + 1});
        for (index k = 0; k < elements(); ++k) {
            visit(k, [&](auto& x) {
                using X = std::remove_reference_t<decltype(x)>;
                if constexpr (std::is_floating_point_v<X>) {
                    x = declared.kind == ArrayKind::recording ? X{0} : any_number<X>(random);
                } else if (declared.type == Type::boolean) {
                    x = random() % 2;
                } else {
                    x = static_cast<X>(random() % 5 == 0 ? random() : random() % 13 - 6);
                }
            });
        }
    }

    index elements() const { return row_stride > 0 ? extent * row_stride : extent; }

    template <class F>
    void visit(index at, F f) {
        void* const data = memory.data();
        switch (storage) {
            case Storage::float64: f(static_cast<double*>(data)[at]); break;
            case Storage::float32: f(static_cast<float*>(data)[at]); break;
            case Storage::int64: f(static_cast<std::int64_t*>(data)[at]); break;
            case Storage::int32: f(static_cast<std::int32_t*>(data)[at]); break;
            case Storage::uint16: f(static_cast<std::uint16_t*>(data)[at]); break;
            default: f(static_cast<std::uint8_t*>(data)[at]);
        }
    }

    /// The bits of an element; all NaN are alike.
    std::string bits(index at) {
        std::string text;
        visit(at, [&](auto x) {
            if constexpr (std::is_floating_point_v<decltype(x)>) {
                if (std::isnan(x)) {
                    text = "nan";
                    return;
                }
                text = formatted("%a", double{x});
            } else {
                text = std::to_string(x);
            }
        });
        return text;
    }
};

/// All that a random program reads and writes.
struct World {
    std::vector<Stored> arrays;
    std::vector<EventList> events{1};
    std::vector<double> uniforms;
    index count = 0;

    template <class T>
    World(const Program& program, std::uint64_t seed, T) {
        std::mt19937_64 random(seed);
        count = 1 + static_cast<index>(random() % most_lanes);
        for (const ArrayDeclaration& a : program.arrays) {
            arrays.emplace_back(a, sizeof(T) == 8 ? Scalar::float64 : Scalar::float32, random);
        }
        for (const UniformDeclaration& u : program.uniforms) {
            uniforms.push_back(u.name == "every"         ? 1 + static_cast<double>(random() % 3)
                               : u.type == Type::real    ? double{any_number<T>(random)}
                               : u.type == Type::integer ? static_cast<double>(random() % 21) - 10
                                                         : static_cast<double>(random() % 2));
        }
    }

    void run(const Kernel& kernel) {
        std::vector<ArrayArgument> arguments;
        for (Stored& a : arrays) {
            arguments.push_back({a.extent > 0 ? a.memory.data() : nullptr, a.extent, a.row_stride});
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
                    .first_draw = count % 2 == 0 ? -1 : 123,
                    .arrays = arguments,
                    .uniforms = uniforms,
                    .functions = functions,
                    .events = events});
    }
};

/// Empty where both worlds hold the same bits.
std::string difference(World& a, World& b) {
    for (std::size_t k = 0; k < a.arrays.size(); ++k) {
        Stored &one = a.arrays[k], &other = b.arrays[k];
        for (index at = 0; at < one.elements(); ++at) {
            const bool padding = (one.declared.kind == ArrayKind::lanes && at >= a.count) ||
                                 (one.row_stride > 0 && at % one.row_stride >= a.count);
            if (!padding && one.bits(at) != other.bits(at)) {
                return one.declared.name + "[" + std::to_string(at) + "]: " + one.bits(at) + " and " + other.bits(at);
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
    const std::vector<Width> all = widths();
    // All widths for one program in eight, else one of them in turn: what takes the time is compiling.
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (seed % 8 != 0 && seed % all.size() != k) {
            continue;
        }
        const int interleave = 1 << (seed / 8 % 3);
        KernelOptions options{.scalar = scalar, .width = all[k], .interleave = interleave, .disk_cache = false};
        const Kernel kernel = compiled(program, options);
        World found(program, seed, T{});
        found.run(kernel);
        options.engine = Engine::interpreter;
        World expected(program, seed, T{});
        expected.run(compiled(program, options));
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
