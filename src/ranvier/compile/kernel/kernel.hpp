#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// Bits of a vector. `native`: the widest that this machine has (bounded by $RANVIER_ISA).
enum class Width : std::uint16_t { native = 0, scalar = 64, bits128 = 128, bits256 = 256, bits512 = 512 };
enum class Engine : std::uint8_t { machine_code, interpreter };

struct KernelOptions {
    Scalar scalar = Scalar::float64;
    Width width = Width::native;
    /// Vectors computed side by side, to hide the latency of short programs with many steps: 1, 2 or 4; 0 decides by
    /// the length of the program; at most `lane_padding` lanes. The bits depend neither on it nor on the width, except
    /// where lanes meet in `elements`: where a program gathers what it writes, writes one array by several
    /// instructions, or in `steps` (ArrayKind).
    int interleave = 0;
    Engine engine = Engine::machine_code;
    bool disk_cache = true;
    bool decided = false;  ///< made of optimised programs: nothing that changes a bit is done to it again
};

/// Arrays of lanes have room for n rounded up to this number of elements: what lies beyond n is computed too, and
/// neither events nor results come of it.
constexpr index lane_padding = 32;
constexpr index padded(index n) { return (n + lane_padding - 1) / lane_padding * lane_padding; }

/// One array of a call, its elements as `Storage` says: where that is `computed`, reals are double or float as
/// compiled, integers std::int64_t or std::int32_t as wide as those, booleans std::uint8_t 0 or 1. 64-byte aligned, but
/// for tables and `elements`. Must not hold subnormal numbers (kernels never write any).
struct ArrayArgument {
    void* data = nullptr;
    /// lanes: elements, at least padded(end). table: elements, at least 1. elements: any number; of none, 0 is
    /// gathered. recording: rows.
    index extent = 0;
    /// recording: elements from row to row, at least padded(end); others: not used.
    index row_stride = 0;
};

/// Lanes in which an event happened, in order of step, then lane.
struct EventList {
    std::vector<std::int32_t> lanes;
    std::vector<std::int64_t> steps;  ///< as long as `lanes` where a call has several steps, else empty
    void clear() {
        lanes.clear();
        steps.clear();
    }
    void append(const EventList& more);
    /// Brings events of several calls of many steps in order.
    void sort();
};

struct KernelCall {
    index begin = 0;  ///< lanes [begin, end); begin is a multiple of lane_padding
    index end = 0;
    std::int64_t first_step = 0;
    std::int64_t steps = 1;
    double t0 = 0;  ///< time of step 0 [s]
    double dt = 0;  ///< [s]
    std::uint64_t seed = 0;
    std::uint32_t object = 0;  ///< random numbers are keyed by (seed, object, first_element + lane, counter, draw)
    std::uint32_t first_element = 0;
    /// The counter of random numbers at `first_step`; it counts on with the steps. −1: the number of the step.
    std::int64_t first_draw = -1;
    std::span<const ArrayArgument> arrays = {};   ///< as declared
    std::span<const double> uniforms = {};        ///< as declared; integers and booleans as whole numbers
    std::span<const void* const> functions = {};  ///< as declared: addresses of double f(double, …)
    std::span<EventList> events = {};             ///< as declared; a call appends
};

/// A program ready to run. Cheap to copy; may be run by many threads at once on different lanes, where those
/// write different elements.
class Kernel {
public:
    Kernel() = default;

    /// Runs all steps for all lanes of the call. Denormals are flushed to zero inside. Beside the events nothing is
    /// allocated: ~20 ns for the call itself.
    /// @throws InvalidInput  arguments that do not fit the declarations: number, extent, alignment
    void run(const KernelCall& call) const;

    const Program& program() const;  ///< as it runs: after the passes
    Scalar scalar() const;
    Width width() const;      ///< never `native`
    bool from_cache() const;  ///< machine code came from the disk
    double seconds_to_compile() const;
    explicit operator bool() const { return state_ != nullptr; }

    struct State;
    explicit Kernel(std::shared_ptr<const State> state) : state_(std::move(state)) {}

private:
    std::shared_ptr<const State> state_;
};

/// A program made into a kernel: passes (passes.hpp), then machine code from the disk cache or the compiler.
/// Thread-safe; within a process the same program and options give the same kernel.
///
/// @throws InvalidInput  a width that this machine lacks
/// @cost   ~10 ms for Hodgkin–Huxley; ≤ 1 ms from the disk
Kernel compiled(const Program& program, const KernelOptions& options = {});

/// The widest Width of this machine, bounded by $RANVIER_ISA.
Width native_width();

}  // namespace ranvier::compile
