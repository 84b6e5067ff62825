#include "ranvier/compile/interpreter/interpret.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/mathematics/functions.hpp"
#include "ranvier/compile/mathematics/payne_hanek.hpp"
#include "ranvier/compile/mathematics/random.hpp"

namespace ranvier::compile {

namespace {

template <class T>
using Integer = std::conditional_t<std::is_same_v<T, double>, std::int64_t, std::int32_t>;

/// One value of one lane; its instruction knows which member counts.
template <class T>
struct Cell {
    T real = 0;
    Integer<T> integer = 0;
    bool boolean = false;
};

/// Two's complement, wrapping around.
template <class I, class F>
I wrapped(I a, I b, F f) {
    using U = std::make_unsigned_t<I>;
    return static_cast<I>(f(static_cast<U>(a), static_cast<U>(b)));
}

template <class T>
Integer<T> saturated(T x) {
    using I = Integer<T>;
    if (std::isnan(x)) {
        return 0;
    }
    const T limit = -static_cast<T>(std::numeric_limits<I>::min());
    return x >= limit ? std::numeric_limits<I>::max() : x <= -limit ? std::numeric_limits<I>::min() : static_cast<I>(x);
}

template <class I>
I integer_operation(Op op, I a, I b) {
    switch (op) {
        case Op::add: return wrapped(a, b, [](auto x, auto y) { return x + y; });
        case Op::subtract: return wrapped(a, b, [](auto x, auto y) { return x - y; });
        case Op::multiply: return wrapped(a, b, [](auto x, auto y) { return x * y; });
        case Op::negate: return wrapped(I{0}, a, [](auto x, auto y) { return x - y; });
        case Op::absolute: return a < 0 ? integer_operation<I>(Op::negate, a, 0) : a;
        case Op::minimum: return std::min(a, b);
        case Op::maximum: return std::max(a, b);
        case Op::sign: return static_cast<I>((a > 0) - (a < 0));
        case Op::floor_divide:
        case Op::modulo: {
            if (b == 0) {
                return 0;
            }
            if (b == -1) {  // the smallest integer has no opposite
                return op == Op::modulo ? 0 : integer_operation<I>(Op::negate, a, 0);
            }
            const I remainder = static_cast<I>(a % b);
            const bool down = remainder != 0 && (remainder < 0) != (b < 0);
            return op == Op::modulo ? static_cast<I>(down ? remainder + b : remainder)
                                    : static_cast<I>(a / b - (down ? 1 : 0));
        }
        default: throw InternalError("not an operation of integers");
    }
}

template <class T>
T real_operation(Op op, T a, T b, T c) {
    using mathematics::floor_quotient;
    switch (op) {
        case Op::add: return a + b;
        case Op::subtract: return a - b;
        case Op::multiply: return a * b;
        case Op::divide: return a / b;
        case Op::fma: return std::fma(a, b, c);
        case Op::negate: return -a;
        case Op::absolute: return std::fabs(a);
        case Op::minimum: return a < b ? a : (a == a ? b : a);
        case Op::maximum: return a > b ? a : (a == a ? b : a);
        case Op::floor_divide: return floor_quotient(Lane<T>{a}, Lane<T>{b}).high.v;
        case Op::modulo: return floor_quotient(Lane<T>{a}, Lane<T>{b}).low.v;
        case Op::square_root: return std::sqrt(a);
        case Op::floor: return std::floor(a);
        case Op::ceil: return std::ceil(a);
        case Op::truncate: return std::trunc(a);
        case Op::round: return std::nearbyint(a);
        case Op::sign: return a > 0 ? T(1) : a < 0 ? T(-1) : a;
        default: return mathematics::function(op, Lane<T>{a}, Lane<T>{b}).v;
    }
}

template <class N>
bool compared(Op op, N a, N b) {
    switch (op) {
        case Op::equal: return a == b;
        case Op::not_equal: return a != b;
        case Op::less: return a < b;
        case Op::less_equal: return a <= b;
        case Op::greater: return a > b;
        default: return a >= b;
    }
}

template <class T>
Cell<T> operation(const Instruction& i, Type from, const Cell<T>& a, const Cell<T>& b, const Cell<T>& c) {
    Cell<T> result;
    switch (i.op) {
        case Op::equal:
        case Op::not_equal:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
            result.boolean = from == Type::real      ? compared(i.op, a.real, b.real)
                             : from == Type::integer ? compared(i.op, a.integer, b.integer)
                                                     : compared(i.op, a.boolean, b.boolean);
            break;
        case Op::logical_and: result.boolean = a.boolean && b.boolean; break;
        case Op::logical_or: result.boolean = a.boolean || b.boolean; break;
        case Op::logical_not: result.boolean = !a.boolean; break;
        case Op::select: result = a.boolean ? b : c; break;
        case Op::to_real:
            result.real = from == Type::integer ? static_cast<T>(a.integer) : static_cast<T>(a.boolean ? 1 : 0);
            break;
        case Op::to_integer:
            result.integer = from == Type::real ? saturated(a.real) : static_cast<Integer<T>>(a.boolean ? 1 : 0);
            break;
        default:
            if (i.type == Type::integer) {
                result.integer = integer_operation(i.op, a.integer, b.integer);
            } else {
                result.real = real_operation(i.op, a.real, b.real, c.real);
            }
    }
    return result;
}

template <class T>
Cell<T> constant(const Instruction& i) {
    constexpr Scalar scalar = std::is_same_v<T, double> ? Scalar::float64 : Scalar::float32;
    Cell<T> result;
    result.real = static_cast<T>(in_precision(i.number, scalar));
    result.integer = static_cast<Integer<T>>(i.integer);
    result.boolean = i.integer != 0;
    return result;
}

double called(const void* function, const double* a, std::size_t count) {
    using D = double;
    // The address came through `const void*` because it is data to everybody else.
    void* f = const_cast<void*>(function);
    switch (count) {
        case 1: return reinterpret_cast<D (*)(D)>(f)(a[0]);
        case 2: return reinterpret_cast<D (*)(D, D)>(f)(a[0], a[1]);
        case 3: return reinterpret_cast<D (*)(D, D, D)>(f)(a[0], a[1], a[2]);
        case 4: return reinterpret_cast<D (*)(D, D, D, D)>(f)(a[0], a[1], a[2], a[3]);
        case 5: return reinterpret_cast<D (*)(D, D, D, D, D)>(f)(a[0], a[1], a[2], a[3], a[4]);
        case 6: return reinterpret_cast<D (*)(D, D, D, D, D, D)>(f)(a[0], a[1], a[2], a[3], a[4], a[5]);
        case 7: return reinterpret_cast<D (*)(D, D, D, D, D, D, D)>(f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
        default:
            return reinterpret_cast<D (*)(D, D, D, D, D, D, D, D)>(f)(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
    }
}

template <class T>
class Interpreter {
public:
    Interpreter(const Program& program, const Frame& frame, std::int64_t block)
        : program_(program),
          frame_(frame),
          block_(block),
          cells_(program.instructions.size() * static_cast<std::size_t>(block)) {}

    void run() {
        const auto steps_begin = first(Region::steps), end_begin = first(Region::end);
        for (first_ = frame_.begin; first_ < frame_.end; first_ += block_) {
            step_ = frame_.first_step;
            section(0, steps_begin);
            start_carries(steps_begin, end_begin);
            for (std::int64_t s = 0; s < frame_.steps; ++s) {
                step_ = frame_.first_step + s;
                section(steps_begin, end_begin);
                advance_carries(steps_begin, end_begin);
            }
            step_ = frame_.first_step + frame_.steps;
            section(end_begin, program_.instructions.size());
        }
    }

private:
    std::size_t first(Region region) const {
        std::size_t id = 0;
        while (id < program_.instructions.size() && program_.instructions[id].region < region) {
            ++id;
        }
        return id;
    }

    /// Does f(cell of the instruction) for each lane of the block.
    template <class F>
    void each_lane(std::size_t id, F f) {
        const std::int64_t end = std::min(first_ + block_, frame_.end);
        for (lane_ = first_; lane_ < end; ++lane_) {
            f(cells_[place(id)]);
        }
    }

    std::size_t place(std::size_t id) const {
        return id * static_cast<std::size_t>(block_) + static_cast<std::size_t>(lane_ - first_);
    }
    const Cell<T>& cell(Value v) const { return cells_[place(static_cast<std::size_t>(v.id))]; }

    /// Does f(instruction, cell) for each carry and lane.
    template <class F>
    void each_carry(std::size_t begin, std::size_t end, F f) {
        for (std::size_t id = begin; id < end; ++id) {
            const Instruction& i = program_.instructions[id];
            if (i.op == Op::carry) {
                each_lane(id, [&](Cell<T>& now) { f(i, now); });
            }
        }
    }

    void start_carries(std::size_t begin, std::size_t end) {
        each_carry(begin, end, [&](const Instruction& i, Cell<T>& now) { now = cell(i.operands[0]); });
    }

    void advance_carries(std::size_t begin, std::size_t end) {
        std::vector<Cell<T>> next;
        each_carry(begin, end, [&](const Instruction& i, const Cell<T>&) { next.push_back(cell(i.operands[1])); });
        auto from = next.cbegin();
        each_carry(begin, end, [&](const Instruction&, Cell<T>& now) { now = *from++; });
    }

    void section(std::size_t begin, std::size_t end) {
        for (std::size_t id = begin; id < end; ++id) {
            each_lane(id, [&](Cell<T>& result) { execute(program_.instructions[id], result); });
        }
    }

    const FrameArray& array(const Instruction& i) const { return frame_.arrays[i.index]; }

    /// Calls f(element, member of a cell that it is computed as).
    template <class F>
    void with_element(const Instruction& i, std::int64_t at, F f) const {
        void* const data = array(i).data;
        switch (storage(program_.arrays[static_cast<std::size_t>(i.index)], scalar)) {
            case Storage::float64: f(static_cast<double*>(data)[at], &Cell<T>::real); break;
            case Storage::float32: f(static_cast<float*>(data)[at], &Cell<T>::real); break;
            case Storage::int64: f(static_cast<std::int64_t*>(data)[at], &Cell<T>::integer); break;
            case Storage::int32: f(static_cast<std::int32_t*>(data)[at], &Cell<T>::integer); break;
            case Storage::uint16: f(static_cast<std::uint16_t*>(data)[at], &Cell<T>::integer); break;
            default: f(static_cast<std::uint8_t*>(data)[at], &Cell<T>::boolean);
        }
    }

    Cell<T> element(const Instruction& i, std::int64_t at) const {
        Cell<T> result;
        with_element(i, at, [&](const auto& stored, auto member) {
            result.*member = static_cast<std::remove_reference_t<decltype(result.*member)>>(stored);
        });
        return result;
    }

    void set_element(const Instruction& i, std::int64_t at, const Cell<T>& x) const {
        with_element(i, at, [&](auto& stored, auto member) {
            stored = static_cast<std::remove_reference_t<decltype(stored)>>(x.*member);
        });
    }

    /// Scatters or accumulates.
    void write_element(const Instruction& i) const {
        const std::int64_t at = cell(i.operands[0]).integer;
        const bool wanted = i.operands.size() == 2 || cell(i.operands[2]).boolean;
        if (!wanted || at < 0 || at >= array(i).extent) {
            return;
        }
        Cell<T> x = cell(i.operands[1]);
        if (i.op == Op::accumulate) {
            const Cell<T> before = element(i, at);
            x.real = before.real + x.real;
            x.integer = integer_operation(Op::add, before.integer, x.integer);
        }
        set_element(i, at, x);
    }

    T random(const Instruction& i) const {
        using mathematics::counter;
        using B = LaneBits<double>;
        const std::int64_t own = i.operands.empty() ? lane_ : cell(i.operands[0]).integer;
        const std::uint64_t element = (frame_.first_element + static_cast<std::uint64_t>(own)) & 0xffffffff;
        const auto draw = static_cast<std::uint64_t>(step_) + static_cast<std::uint64_t>(frame_.draws_ahead);
        const auto block = mathematics::philox(counter(B{draw}, B{element}, B{frame_.object}, i.index / 2),
                                               B{frame_.seed & 0xffffffff}, B{frame_.seed >> 32});
        const bool odd = i.index % 2 != 0;
        if (i.op == Op::random_uniform) {
            if constexpr (std::is_same_v<T, double>) {
                return mathematics::unit_interval(Lane<double>{0}, block[odd ? 2 : 0], block[odd ? 3 : 1]).v;
            } else {
                const auto mantissa = lower_half(block[odd ? 3 : 1] >> 9);
                return from_bits(mantissa | bits(Lane<float>{1})).v - (1 - 0x1p-24F);
            }
        }
        const Lane<double> like{0};
        const auto pair = mathematics::normal_pair(mathematics::unit_interval(like, block[0], block[1]),
                                                   mathematics::unit_interval(like, block[2], block[3]));
        return static_cast<T>(odd ? pair.low.v : pair.high.v);
    }

    void execute(const Instruction& i, Cell<T>& result) {
        switch (i.op) {
            case Op::carry: break;  // set before the steps and after each
            case Op::constant: result = constant<T>(i); break;
            case Op::uniform: {
                const double x = frame_.uniforms[i.index];
                result.real = static_cast<T>(in_precision(x, scalar));
                result.integer = static_cast<Integer<T>>(saturated<double>(x));
                result.boolean = x != 0;
                break;
            }
            case Op::load: result = element(i, lane_); break;
            case Op::gather: {
                const std::int64_t last = array(i).extent - 1;
                result =
                    element(i, std::max<std::int64_t>(std::min<std::int64_t>(cell(i.operands[0]).integer, last), 0));
                break;
            }
            case Op::lane: result.integer = static_cast<Integer<T>>(lane_); break;
            case Op::step: result.integer = static_cast<Integer<T>>(step_); break;
            case Op::time:
                result.real = static_cast<T>(std::fma(static_cast<double>(step_), frame_.dt, frame_.t0));
                break;
            case Op::random_uniform:
            case Op::random_normal: result.real = random(i); break;
            case Op::call: {
                double arguments[8] = {};
                for (std::size_t k = 0; k < i.operands.size(); ++k) {
                    arguments[k] = cell(i.operands[k]).real;
                }
                result.real = static_cast<T>(called(frame_.functions[i.index], arguments, i.operands.size()));
                break;
            }
            case Op::store:
                if (i.operands.size() == 1 || cell(i.operands[1]).boolean) {
                    set_element(i, lane_, cell(i.operands[0]));
                }
                break;
            case Op::scatter:
            case Op::accumulate: write_element(i); break;
            case Op::record:
                if (cell(i.operands[2]).boolean) {
                    const std::int64_t row = cell(i.operands[0]).integer;
                    if (row >= 0 && row < array(i).extent) {
                        set_element(i, row * array(i).row_stride + lane_, cell(i.operands[1]));
                    }
                }
                break;
            case Op::emit:
                if (cell(i.operands[0]).boolean) {
                    EventBuffer& buffer = frame_.events[i.index];
                    if (buffer.count == buffer.capacity) {
                        ranvier_grow_events(&buffer, 1);
                    }
                    buffer.lanes[buffer.count] = static_cast<std::int32_t>(lane_);
                    buffer.steps[buffer.count++] = step_;
                }
                break;
            default: {
                static const Cell<T> none;
                const std::size_t n = i.operands.size();
                result = operation(i, program_[i.operands[0]].type, cell(i.operands[0]),
                                   n > 1 ? cell(i.operands[1]) : none, n > 2 ? cell(i.operands[2]) : none);
            }
        }
    }

    static constexpr Scalar scalar = std::is_same_v<T, double> ? Scalar::float64 : Scalar::float32;

    const Program& program_;
    const Frame& frame_;
    std::int64_t block_;
    std::vector<Cell<T>> cells_;  ///< of each instruction, for each lane of the block
    std::int64_t first_ = 0;      ///< lane of the block
    std::int64_t lane_ = 0;
    std::int64_t step_ = 0;
};

template <class T>
Constant evaluate_as(const Instruction& i, Type from, const Constant* operands) {
    Cell<T> cells[3];
    for (std::size_t k = 0; k < i.operands.size() && k < 3; ++k) {
        cells[k] = constant<T>({.number = operands[k].number, .integer = operands[k].integer, .operands = {}});
    }
    const Cell<T> result = operation(i, from, cells[0], cells[1], cells[2]);
    return {.number = result.real,
            .integer = i.type == Type::boolean ? (result.boolean ? 1 : 0) : std::int64_t{result.integer}};
}

}  // namespace

double in_precision(double x, Scalar scalar) {
    if (scalar == Scalar::float32) {
        x = static_cast<float>(x);
    }
    const double smallest = scalar == Scalar::float32 ? double{FLT_MIN} : DBL_MIN;
    return std::fabs(x) < smallest ? std::copysign(0.0, x) : x;
}

Constant evaluate(const Instruction& instruction, Type operand_type, const Constant* operands, Scalar scalar) {
    return scalar == Scalar::float64 ? evaluate_as<double>(instruction, operand_type, operands)
                                     : evaluate_as<float>(instruction, operand_type, operands);
}

void interpret(const Program& program, Scalar scalar, const Frame& frame, std::int64_t block) {
    if (scalar == Scalar::float64) {
        Interpreter<double>(program, frame, block).run();
    } else {
        Interpreter<float>(program, frame, block).run();
    }
}

}  // namespace ranvier::compile
