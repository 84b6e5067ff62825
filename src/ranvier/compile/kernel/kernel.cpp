#include "ranvier/compile/kernel/kernel.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/fork.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/compile/interpreter/interpret.hpp"
#include "ranvier/compile/ir/frame.hpp"
#include "ranvier/compile/ir/size.hpp"
#include "ranvier/compile/kernel/object_cache.hpp"
#include "ranvier/compile/llvm/backend.hpp"
#include "ranvier/compile/mathematics/payne_hanek.hpp"
#include "ranvier/compile/passes/passes.hpp"

namespace ranvier::compile {

struct Kernel::State {
    Program program;
    Scalar scalar = Scalar::float64;
    Width width = Width::scalar;
    Engine engine = Engine::machine_code;
    std::int64_t block = 1;  ///< lanes that do each instruction together
    machine::LinkedCode code;
    std::vector<bool> sorted_events;  ///< for each list: lanes are appended in order
    bool from_cache = false;
    double seconds = 0;
};

namespace {

/// One event buffer per list and thread, kept for the next call.
class EventBuffers {
public:
    ~EventBuffers() {
        for (EventBuffer& buffer : buffers_) {
            release(buffer);
        }
    }
    EventBuffer* emptied(std::size_t count) {
        if (buffers_.size() < count) {
            buffers_.resize(count);
        }
        for (EventBuffer& buffer : buffers_) {
            buffer.count = 0;
        }
        return buffers_.data();
    }

private:
    std::vector<EventBuffer> buffers_;
};

std::string place(const Program& program, const char* what, const std::string& name) {
    return "kernel " + program.name + ": " + what + " " + name;
}

void check_call(const Program& program, const KernelCall& call) {
    const auto number = [&](std::size_t given, std::size_t wanted, const char* what) {
        require(given == wanted, [&] {
            return place(program, what, "must be as many as declared, " + text_of(wanted) + "; got " + text_of(given));
        });
    };
    number(call.arrays.size(), program.arrays.size(), "arrays");
    number(call.uniforms.size(), program.uniforms.size(), "uniforms");
    number(call.functions.size(), program.functions.size(), "functions");
    number(call.events.size(), program.events.size(), "lists of events");
    require(call.begin >= 0 && call.begin <= call.end && call.begin % lane_padding == 0 &&
                call.end <= std::numeric_limits<std::int32_t>::max() - lane_padding,
            [&] { return place(program, "lanes", "must begin at a multiple of 32, and be fewer than 2^31"); });
    require(call.first_draw >= -1, [&] {
        return place(program, "first_draw", "must be >= 0, or -1 for that of the step; got ") +
               text_of(call.first_draw);
    });
    require(call.steps >= 0, [&] { return place(program, "steps", "must be >= 0; got " + text_of(call.steps)); });
    for (std::size_t k = 0; k < call.arrays.size(); ++k) {
        const ArrayArgument& array = call.arrays[k];
        const ArrayDeclaration& declared = program.arrays[k];
        const bool anywhere = declared.kind == ArrayKind::table || declared.kind == ArrayKind::elements;
        const index least = declared.kind == ArrayKind::table ? 1 : anywhere ? 0 : padded(call.end);
        const bool fits = declared.kind == ArrayKind::recording ? array.extent >= 0 && array.row_stride >= least
                                                                : array.extent >= least;
        require(fits, [&] {
            return place(program, "array", declared.name) + " must have room for " + text_of(least) +
                   " elements; got " + text_of(declared.kind == ArrayKind::recording ? array.row_stride : array.extent);
        });
        const bool aligned = anywhere || (reinterpret_cast<std::uintptr_t>(array.data) % 64 == 0 &&
                                          array.row_stride % lane_padding == 0);
        require(aligned && (array.data != nullptr || array.extent == 0), [&] {
            return place(program, "array", declared.name) +
                   " must lie at a multiple of 64 bytes, its rows at multiples of 32 elements";
        });
    }
}

/// What is gathered from no elements at all: the clamped index is 0. Nothing is ever written there.
constexpr std::uint64_t nothing = 0;

/// Brings the events of one call in order of step, then lane, and appends them.
void append_events(const EventBuffer& buffer, bool sorted_already, bool with_steps, EventList& list) {
    const auto count = static_cast<std::size_t>(buffer.count);
    if (sorted_already && !with_steps) {
        list.lanes.insert(list.lanes.end(), buffer.lanes, buffer.lanes + count);
        return;
    }
    EventList found{{buffer.lanes, buffer.lanes + count}, {buffer.steps, buffer.steps + count}};
    found.sort();
    if (!with_steps) {
        found.steps.clear();
    }
    list.append(found);
}

Width checked_width(Width width) {
    if (width == Width::native) {
        return native_width();
    }
    const Width widest = [] {
        switch (instruction_set()) {
            case InstructionSet::avx512: return Width::bits512;
            case InstructionSet::avx2: return Width::bits256;
            default: return Width::bits128;
        }
    }();
    require(width <= widest, [&] {
        return "vectors of " + text_of(static_cast<int>(width)) + " bits are not available here; at most " +
               text_of(static_cast<int>(widest));
    });
    return width;
}

/// Beyond this code_size() functions of mathematics are called.
constexpr std::int64_t most_inlined = 5000;

/// Short programs with many steps wait for their own results; vectors side by side fill the time. The widest have half
/// as many beside them: two fill the units, and four no longer fit into the registers.
int chosen_interleave(const Program& program, const KernelOptions& options, Width width, int lanes) {
    require(options.interleave == 0 || options.interleave == 1 || options.interleave == 2 || options.interleave == 4,
            [&] { return "interleave must be 0, 1, 2 or 4; got " + text_of(options.interleave); });
    if (options.interleave != 0) {
        return std::min(options.interleave, static_cast<int>(lane_padding) / lanes);
    }
    if (width == Width::scalar) {
        return 1;  // one trajectory is computed once
    }
    std::size_t steps = 0, carries = 0, costly = 0;
    for (const Instruction& i : program.instructions) {
        if (i.region == Region::steps) {
            ++steps;
            carries += i.op == Op::carry ? 1 : 0;
            const bool long_one = is_mathematics(i.op) || i.op == Op::random_normal || i.op == Op::random_uniform;
            costly += long_one || writes_elements(i.op) ? 1 : 0;
        }
    }
    return steps > 0 && carries <= 6 && costly == 0 && steps <= 120 ? (width == Width::bits512 ? 2 : 4) : 1;
}

/// Threads that nobody waits for any more, until the process ends.
class Abandoned {
public:
    ~Abandoned() {
        for (std::thread& thread : threads_) {
            if (getpid() == process_) {
                thread.join();
            } else {
                thread.detach();  // it is not in a child
            }
        }
    }
    void take(std::thread thread) {
        const std::lock_guard lock(mutex_);
        threads_.push_back(std::move(thread));
    }

private:
    const pid_t process_ = getpid();
    ProcessMutex mutex_;
    std::vector<std::thread> threads_;
};

/// What takes long is compiled on a thread of its own, so that an interrupt is heard meanwhile.
std::vector<std::byte> patient_object_code(const Program& program, const machine::Target& target) {
    if (!target.calls && !target.quick) {
        return machine::object_code(program, target);
    }
    static Abandoned abandoned;
    std::packaged_task<std::vector<std::byte>()> task(
        [program, target] { return machine::object_code(program, target); });
    auto object = task.get_future();
    std::optional<Progress> progress;
    if (program.instructions.size() > 20'000) {
        progress.emplace("compiling " + text_of(program.instructions.size()) + " instructions", 1);
    }
    std::thread thread(std::move(task));
    try {
        while (object.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
            check_interrupt();
            if (progress) {
                progress->advance(0);
            }
        }
    } catch (...) {
        abandoned.take(std::move(thread));
        throw;
    }
    thread.join();
    return object.get();
}

machine::LinkedCode machine_code(const Program& program, const machine::Target& target, bool disk_cache, bool& cached) {
    cached = false;
    if (!disk_cache) {
        return machine::linked(patient_object_code(program, target));
    }
    const std::string key = object_key(program, target);
    if (auto object = cached_object(key)) {
        try {
            machine::LinkedCode code = machine::linked(*object);
            cached = true;
            return code;
        } catch (const InvalidInput&) {  // as good as no entry: made anew
        }
    }
    const std::vector<std::byte> object = patient_object_code(program, target);
    store_object(key, object);
    return machine::linked(object);
}

std::shared_ptr<const Kernel::State> made(const Program& program, const KernelOptions& options, Width width) {
    const auto start = std::chrono::steady_clock::now();
    auto state = std::make_shared<Kernel::State>();
    state->program = options.decided ? rearranged(program, options.scalar) : optimised(program, options.scalar);
    if (width == Width::scalar && !is_large(state->program)) {
        state->program = line_up_mathematics(state->program);
    }
    state->scalar = options.scalar;
    state->width = width;
    state->engine = options.engine;
    for (std::size_t list = 0; list < state->program.events.size(); ++list) {
        const auto& all = state->program.instructions;
        const auto emits = std::count_if(all.begin(), all.end(), [&](const Instruction& i) {
            return i.op == Op::emit && i.index == static_cast<int>(list);
        });
        state->sorted_events.push_back(emits <= 1);
    }
    const int bits = static_cast<int>(width == Width::scalar ? native_width() : width);
    const int lanes = width == Width::scalar ? 1 : bits / (options.scalar == Scalar::float64 ? 64 : 32);
    const int interleave = chosen_interleave(state->program, options, width, lanes);
    state->block = std::int64_t{lanes} * interleave;
    if (options.engine == Engine::machine_code) {
        machine::Target target{options.scalar, lanes, interleave, bits};
        target.calls = code_size(state->program) * target.interleave > most_inlined;
        target.quick = is_large(state->program);
        state->code = machine_code(state->program, target, options.disk_cache, state->from_cache);
    }
    state->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return state;
}

}  // namespace

void EventList::append(const EventList& more) {
    lanes.insert(lanes.end(), more.lanes.begin(), more.lanes.end());
    steps.insert(steps.end(), more.steps.begin(), more.steps.end());
}

void EventList::sort() {
    ensure(lanes.size() == steps.size(), "events of several steps");
    std::vector<std::pair<std::int64_t, std::int32_t>> sorted(lanes.size());
    for (std::size_t k = 0; k < lanes.size(); ++k) {
        sorted[k] = {steps[k], lanes[k]};
    }
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t k = 0; k < lanes.size(); ++k) {
        std::tie(steps[k], lanes[k]) = sorted[k];
    }
}

Width native_width() {
    switch (instruction_set()) {
        case InstructionSet::avx512: return Width::bits512;
        case InstructionSet::avx2: return Width::bits256;
        default: return Width::bits128;
    }
}

void Kernel::run(const KernelCall& call) const {
    ensure(state_ != nullptr, "a kernel is compiled before it runs");
    const Program& program = state_->program;
    check_call(program, call);
    require(call.steps == 1 || program.has_steps(), [&] {
        return place(program, "steps", "must be 1 for a program without `steps`; got ") + text_of(call.steps);
    });
    if (call.begin == call.end) {
        return;
    }
    static_assert(sizeof(ArrayArgument) == sizeof(FrameArray));
    thread_local EventBuffers buffers;
    thread_local std::vector<double> uniforms;
    thread_local std::vector<FrameArray> arrays;
    uniforms.resize(call.uniforms.size());
    for (std::size_t k = 0; k < uniforms.size(); ++k) {
        const bool real = program.uniforms[k].type == Type::real;
        uniforms[k] = real ? in_precision(call.uniforms[k], state_->scalar) : call.uniforms[k];
    }
    arrays.resize(call.arrays.size());
    for (std::size_t k = 0; k < arrays.size(); ++k) {
        arrays[k] = {call.arrays[k].data, call.arrays[k].extent, call.arrays[k].row_stride};
        if (arrays[k].extent == 0 && program.arrays[k].kind == ArrayKind::elements) {
            arrays[k].data = const_cast<std::uint64_t*>(&nothing);
        }
    }
    Frame frame;
    frame.arrays = arrays.data();
    frame.uniforms = uniforms.data();
    frame.functions = call.functions.data();
    frame.events = buffers.emptied(call.events.size());
    frame.begin = call.begin;
    frame.end = call.end;
    frame.first_step = call.first_step;
    frame.steps = call.steps;
    frame.t0 = call.t0;
    frame.dt = call.dt;
    frame.seed = call.seed;
    frame.object = call.object;
    frame.first_element = call.first_element;
    frame.draws_ahead = call.first_draw < 0 ? 0 : call.first_draw - call.first_step;
    frame.payne_hanek = reinterpret_cast<const void*>(&ranvier_payne_hanek);
    frame.grow_events = reinterpret_cast<const void*>(&ranvier_grow_events);
    {
        const FlushDenormals flush;
        if (state_->engine == Engine::machine_code) {
            state_->code.function(&frame);
        } else {
            interpret(program, state_->scalar, frame, state_->block);
        }
    }
    for (std::size_t k = 0; k < call.events.size(); ++k) {
        append_events(frame.events[k], state_->sorted_events[k], call.steps > 1, call.events[k]);
    }
}

const Program& Kernel::program() const { return state_->program; }
Scalar Kernel::scalar() const { return state_->scalar; }
Width Kernel::width() const { return state_->width; }
bool Kernel::from_cache() const { return state_->from_cache; }
double Kernel::seconds_to_compile() const { return state_->seconds; }

Kernel compiled(const Program& program, const KernelOptions& options) {
    check(program);
    const Width width = checked_width(options.width);
    const std::string key = text(program) + "\n" + text_of(static_cast<int>(options.scalar)) + " " +
                            text_of(static_cast<int>(width)) + " " + text_of(options.interleave) + " " +
                            text_of(static_cast<int>(options.engine)) + (options.disk_cache ? " d" : " m") +
                            (options.decided ? " decided" : "");
    static ProcessMutex mutex;
    static std::map<std::string, std::weak_ptr<const Kernel::State>> known;
    {
        const std::lock_guard lock(mutex);
        if (const auto found = known.find(key); found != known.end()) {
            if (auto state = found->second.lock()) {
                return Kernel(std::move(state));
            }
        }
    }
    std::shared_ptr<const Kernel::State> state = made(program, options, width);  // outside the lock: others may compile
    const std::lock_guard lock(mutex);
    if (known.size() > 1000) {
        std::erase_if(known, [](const auto& item) { return item.second.expired(); });
    }
    std::weak_ptr<const Kernel::State>& entry = known[key];
    if (auto earlier = entry.lock()) {
        return Kernel(std::move(earlier));
    }
    entry = state;
    return Kernel(std::move(state));
}

}  // namespace ranvier::compile
