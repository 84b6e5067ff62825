#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ranvier::compile {

/// What reals are computed in.
enum class Scalar : std::uint8_t { float64, float32 };

// The intermediate form: a straight line of typed instructions in single assignment, run once for each of n lanes
// (neurons, synapses, members of an ensemble). It says which operations happen in which order; no later stage
// reassociates or replaces them, so the interpreter and machine code of any width and any machine give the same bits.
//
// A program has three regions:
//
//   begin   once per lane, before the steps
//   steps   once per lane and step; a value that lives from one step to the next is a `carry`, held in a register
//   end     once per lane, after the steps; here a carry is its last value
//
// A program without `steps` runs for exactly one step. Values of `begin` are visible everywhere, values of `steps` only
// there (but for carries). Values that depend on no lane (constants, uniforms, time, …) are computed once for all
// lanes.

/// What a value is. `real` is float64 or float32, chosen when the program is compiled; `integer` is as wide as that
/// and wraps around; `boolean` is stored as one byte.
enum class Type : std::uint8_t { real, integer, boolean };

/// How the elements of an array lie in memory; reading and writing convert. Reals are float64 or float32, rounded to
/// the nearest; integers int64, int32 or uint16, of which the lowest bits are kept.
enum class Storage : std::uint8_t {
    computed,  ///< as wide as what is computed; booleans a byte of 0 or 1
    float64,
    float32,
    int64,
    int32,
    uint16,
    boolean,
};

enum class Region : std::uint8_t { begin, steps, end };

/// Operand types are in brackets: r real, i integer, b boolean, n real or integer (both alike).
enum class Op : std::uint8_t {
    // leaves
    constant,  ///< `number` or `integer`
    uniform,   ///< a value that all lanes share, given at each call
    load,      ///< the lane's element of an array
    gather,    ///< [i] element `i` of a table or of `elements`; indices outside are clamped to its ends
    lane,      ///< index of the lane in its arrays (integer)
    step,      ///< number of the step (integer)
    time,      ///< t0 + step·dt, in float64, then rounded [s]
    carry,     ///< [x, next] `x` at the first step, `next` of the step before at the others
    // arithmetic
    add,           ///< [n, n]
    subtract,      ///< [n, n]
    multiply,      ///< [n, n]
    divide,        ///< [r, r]
    fma,           ///< [r, r, r] x·y + z, rounded once
    negate,        ///< [n]
    absolute,      ///< [n]
    minimum,       ///< [n, n] NaN if either is
    maximum,       ///< [n, n] NaN if either is
    floor_divide,  ///< [n, n] as Python's //; integers: x // 0 is 0
    modulo,        ///< [n, n] as Python's %; integers: x % 0 is 0; reals: exact while |x / y| < 2^52
    square_root,   ///< [r]
    floor,         ///< [r]
    ceil,          ///< [r]
    truncate,      ///< [r]
    round,         ///< [r] to the nearest, ties to even
    sign,          ///< [n] −1, 0, 1
    // logic
    equal,          ///< [n or b, alike] → b, as the following
    not_equal,      ///<
    less,           ///< [n, n]
    less_equal,     ///< [n, n]
    greater,        ///< [n, n]
    greater_equal,  ///< [n, n]
    logical_and,    ///< [b, b]
    logical_or,     ///< [b, b]
    logical_not,    ///< [b]
    select,         ///< [b, x, y] x where b, else y
    // conversions
    to_real,     ///< [i or b]
    to_integer,  ///< [r or b] towards zero; out of range saturates, NaN is 0
    // mathematics [r]; pow [r, r], atan2 [r: y, r: x]
    exp,
    expm1,
    exprel,       ///< (eˣ − 1)/x, 1 at 0
    exprel_near,  ///< the same within 2.5 ulp, for half the work: a step of an integrator is no more exact anyway
    log,
    log1p,
    log2,
    log10,
    pow,
    sin,
    cos,
    tan,
    sinh,
    cosh,
    tanh,
    asin,
    acos,
    atan,
    atan2,
    // random numbers of (seed, object, element, step, draw); `index` is the draw within the program; [] the element is
    // the lane, or [i] it is i modulo 2^32
    random_uniform,  ///< in the open interval (0, 1)
    random_normal,   ///< mean 0, variance 1
    // outside
    call,        ///< [r…] a user's C function `double f(double, …)`, for each lane, those of the padding too
    store,       ///< [x] or [x, b] the lane's element of an array becomes x (where b)
    scatter,     ///< [i at, x] or [i at, x, b] element `at` becomes x (where b), lane after lane: the last lane wins
    accumulate,  ///< [i at, n] or [i at, n, b] n is added to element `at` (where b), lane after lane
    record,      ///< [i row, x, b when] element (row, lane) of a recording becomes x; row and when are the same for all
                 ///< lanes
    emit,        ///< [b] appends the lanes where b holds to a list of events
};

/// Position of an instruction in its program: the value that it makes.
struct Value {
    std::int32_t id = -1;
    bool valid() const { return id >= 0; }
    friend bool operator==(Value, Value) = default;
};

struct Instruction {
    Op op = Op::constant;
    Type type = Type::real;  ///< of the result; of x for store, scatter, accumulate and record
    Region region = Region::begin;
    std::int32_t index = -1;   ///< which array, uniform, function, list of events or draw
    double number = 0;         ///< real constant
    std::int64_t integer = 0;  ///< integer or boolean constant
    std::vector<Value> operands;
};

/// Arrays of one call don't overlap.
///
/// `elements` are changed in the order in which the instructions stand: the lanes of a block (of all vectors side by
/// side) do each instruction together, in order of the lanes, and block follows block. So what a lane gathers is what
/// lanes of earlier blocks wrote, and what its own block wrote by earlier instructions; one instruction of a program
/// without `steps` adds in order of the lanes, several to one array take turns block by block. Scalar code without
/// interleaving is the serial loop over lanes. Lanes beyond the last one of a call write none, and what would be
/// written outside of the array isn't.
enum class ArrayKind : std::uint8_t {
    lanes,      ///< one element per lane, read and written
    table,      ///< read by `gather` only
    recording,  ///< rows of lanes, written by `record` only
    elements,   ///< any number, read by `gather`, written by `scatter` and `accumulate`
};

struct ArrayDeclaration {
    std::string name;
    Type type = Type::real;
    ArrayKind kind = ArrayKind::lanes;
    Storage storage = Storage::computed;
    friend bool operator==(const ArrayDeclaration&, const ArrayDeclaration&) = default;
};

struct UniformDeclaration {
    std::string name;
    Type type = Type::real;
    friend bool operator==(const UniformDeclaration&, const UniformDeclaration&) = default;
};

struct FunctionDeclaration {
    std::string name;
    int arguments = 1;   ///< 1 to 8, all float64
    bool pure = false;   ///< same arguments, same result, no side effect: may be called less often
    bool whole = false;  ///< called once for all lanes, with any number of arguments of any type: programs that call it
                         ///< are cut there before they are compiled (lower/cut_at_calls.hpp)
    friend bool operator==(const FunctionDeclaration&, const FunctionDeclaration&) = default;
};

/// Names are letters, digits, `_`, `.`; unique within their list. Instructions are sorted by region.
struct Program {
    std::string name;
    std::vector<ArrayDeclaration> arrays;
    std::vector<UniformDeclaration> uniforms;
    std::vector<FunctionDeclaration> functions;
    std::vector<std::string> events;
    std::vector<Instruction> instructions;

    const Instruction& operator[](Value v) const { return instructions[static_cast<std::size_t>(v.id)]; }
    bool has_steps() const;
};

std::string_view name(Op op);
std::string_view name(Type type);
bool has_result(Op op);       ///< false for store, scatter, accumulate, record, emit
bool writes_elements(Op op);  ///< scatter, accumulate
bool is_mathematics(Op op);   ///< exp … atan2
bool is_computed(Op op);      ///< arithmetic … mathematics: its operands alone decide what it is
int operand_count(Op op);     ///< −1 where it varies (call, store, scatter, accumulate, random numbers)

/// How the array lies in memory where `scalar` is computed: never `computed`.
Storage storage(const ArrayDeclaration& array, Scalar scalar);
std::int64_t element_bytes(Storage storage);

/// The type of an instruction's result in this program, from what it names and from its operands; constants have types
/// of their own. What is stored, recorded or emitted counts as its result.
Type result_type(const Program& program, const Instruction& instruction);

/// For each array: does the program scatter or accumulate into it? What is gathered from it then changes meanwhile.
std::vector<bool> written_elements(const Program& program);

/// For each instruction: is its value the same for all lanes?
std::vector<bool> uniform_values(const Program& program);

/// Throws InternalError where a rule above is broken: types, numbers of operands, use before definition, visibility.
void check(const Program& program);

/// The text form, one instruction a line; `parsed(text(p))` is p.
///
///     program decay
///     array V real lanes
///     array w real lanes float32
///     uniform tau real
///     events spikes
///     begin
///       %0 = load V
///       %1 = uniform tau
///       %2 = real 0x1p-1
///     steps
///       %3 = carry %0 %4
///       %4 = multiply %3 %2
///       %5 = greater %4 %1
///       emit spikes %5
///     end
///       store V %3
std::string text(const Program& program);
/// @throws InvalidInput  with line number, for what `text` does not write
Program parsed(std::string_view text);

}  // namespace ranvier::compile
