#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

/// Writes a program, instruction by instruction. Types are checked at once: what does not fit is an InternalError.
///
///     Builder b("decay");
///     const int V = b.array("V");
///     const Value start = b.load(V);
///     b.steps();
///     const Value v = b.carry(start);
///     b.set_next(v, b.multiply(v, b.real(0.5)));
///     b.end();
///     b.store(V, v);
///     Program p = b.program();
class Builder {
public:
    explicit Builder(std::string name);

    // Declarations: an index for load, store, … The same name twice is the same thing.
    int array(std::string_view name, Type type = Type::real, ArrayKind kind = ArrayKind::lanes,
              Storage storage = Storage::computed);
    int function(std::string_view name, int arguments, bool pure, bool whole = false);
    int events(std::string_view name);

    /// All that follows belongs to `steps`, to `end`.
    void steps();
    void end();

    Value real(double x);
    Value integer(std::int64_t i);
    Value boolean(bool b);
    Value uniform(std::string_view name, Type type = Type::real);
    Value load(int array);
    Value gather(int array, Value at);
    Value lane();
    Value step();
    Value time();
    Value carry(Value first);
    void set_next(Value carry, Value next);

    /// Any operation of operands alone: arithmetic, logic, conversion, mathematics.
    Value apply(Op op, std::initializer_list<Value> operands);
    Value apply(Op op, std::vector<Value> operands);

    Value add(Value a, Value b) { return apply(Op::add, {a, b}); }
    Value subtract(Value a, Value b) { return apply(Op::subtract, {a, b}); }
    Value multiply(Value a, Value b) { return apply(Op::multiply, {a, b}); }
    Value divide(Value a, Value b) { return apply(Op::divide, {a, b}); }
    Value fma(Value a, Value b, Value c) { return apply(Op::fma, {a, b, c}); }
    Value negate(Value a) { return apply(Op::negate, {a}); }
    Value less(Value a, Value b) { return apply(Op::less, {a, b}); }
    Value greater(Value a, Value b) { return apply(Op::greater, {a, b}); }
    Value select(Value condition, Value a, Value b) { return apply(Op::select, {condition, a, b}); }
    Value exp(Value a) { return apply(Op::exp, {a}); }

    /// The draw-th random number of lane and step, or of element (an integer) and step; one draw is either uniform or
    /// normal.
    Value random_uniform(int draw, Value element = {});
    Value random_normal(int draw, Value element = {});
    Value call(int function, std::vector<Value> arguments);

    /// An instruction of another program, with operands of this one; arrays and uniforms are those of its names.
    Value copy(const Program& from, const Instruction& instruction, std::vector<Value> operands);

    void store(int array, Value x);
    void store(int array, Value x, Value where);
    void scatter(int array, Value at, Value x, Value where = {});
    void accumulate(int array, Value at, Value x, Value where = {});
    void record(int array, Value row, Value x, Value when);
    void emit(int events, Value where);

    /// Every `every`-th step (a uniform integer ≥ 1), record the values into row 0, 1, … of the recordings: after the
    /// steps `every`, 2·`every`, … of a call. To be called once, after the last change of the values in `steps`;
    /// `begin_recording` comes before `steps()`.
    struct Recording {
        Value every, left, row;
    };
    Recording begin_recording(Value every);
    void record_every(Recording recording, const std::vector<std::pair<int, Value>>& values);

    Type type(Value v) const { return program_[v].type; }

    /// The program, checked.
    Program program() const;

private:
    Value append(Instruction instruction);
    Value random(Op op, int draw, Value element);
    void write_elements(Op op, int array, Value at, Value x, Value where);

    Program program_;
    std::unordered_map<std::string, int> arrays_;  ///< by name
    Region region_ = Region::begin;
};

}  // namespace ranvier::compile
