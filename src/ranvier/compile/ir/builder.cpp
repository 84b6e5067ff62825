#include "ranvier/compile/ir/builder.hpp"

#include <algorithm>
#include <utility>

#include "ranvier/base/error.hpp"

namespace ranvier::compile {

namespace {

/// Position of `item` in the list, by name; appended where it is new, an error where it differs from a former one.
template <class T>
int declared(std::vector<T>& list, T item) {
    const auto at = std::find_if(list.begin(), list.end(), [&](const T& other) { return other.name == item.name; });
    if (at == list.end()) {
        list.push_back(std::move(item));
        return static_cast<int>(list.size()) - 1;
    }
    ensure(*at == item, "a name is declared alike each time");
    return static_cast<int>(at - list.begin());
}

}  // namespace

Builder::Builder(std::string name) { program_.name = std::move(name); }

int Builder::array(std::string_view name, Type type, ArrayKind kind, Storage storage) {
    const ArrayDeclaration item{std::string(name), type, kind, storage};
    const auto [at, is_new] = arrays_.emplace(item.name, static_cast<int>(program_.arrays.size()));
    if (is_new) {
        program_.arrays.push_back(item);
    }
    ensure(program_.arrays[static_cast<std::size_t>(at->second)] == item, "a name is declared alike each time");
    return at->second;
}

int Builder::function(std::string_view name, int arguments, bool pure, bool whole) {
    return declared(program_.functions, FunctionDeclaration{std::string(name), arguments, pure, whole});
}

int Builder::events(std::string_view name) {
    const auto at = std::find(program_.events.begin(), program_.events.end(), name);
    if (at == program_.events.end()) {
        program_.events.emplace_back(name);
        return static_cast<int>(program_.events.size()) - 1;
    }
    return static_cast<int>(at - program_.events.begin());
}

void Builder::steps() {
    ensure(region_ == Region::begin, "`steps` follows `begin`");
    region_ = Region::steps;
}

void Builder::end() {
    ensure(region_ != Region::end, "`end` comes once");
    region_ = Region::end;
}

Value Builder::append(Instruction instruction) {
    instruction.region = region_;
    for (const Value v : instruction.operands) {
        ensure(v.valid() && v.id < static_cast<int>(program_.instructions.size()),
               "operands are values of this program");
    }
    program_.instructions.push_back(std::move(instruction));
    return {static_cast<std::int32_t>(program_.instructions.size()) - 1};
}

Value Builder::real(double x) { return append({.op = Op::constant, .type = Type::real, .number = x, .operands = {}}); }

Value Builder::integer(std::int64_t i) {
    return append({.op = Op::constant, .type = Type::integer, .integer = i, .operands = {}});
}

Value Builder::boolean(bool b) {
    return append({.op = Op::constant, .type = Type::boolean, .integer = b ? 1 : 0, .operands = {}});
}

Value Builder::uniform(std::string_view name, Type type) {
    const int index = declared(program_.uniforms, UniformDeclaration{std::string(name), type});
    return append({.op = Op::uniform, .type = type, .index = index, .operands = {}});
}

Value Builder::load(int array) {
    const Type type = program_.arrays.at(array).type;
    return append({.op = Op::load, .type = type, .index = array, .operands = {}});
}

Value Builder::gather(int array, Value at) {
    const Type type = program_.arrays.at(array).type;
    return append({.op = Op::gather, .type = type, .index = array, .operands = {at}});
}

Value Builder::lane() { return append({.op = Op::lane, .type = Type::integer, .operands = {}}); }
Value Builder::step() { return append({.op = Op::step, .type = Type::integer, .operands = {}}); }
Value Builder::time() { return append({.op = Op::time, .type = Type::real, .operands = {}}); }

Value Builder::carry(Value first) {
    ensure(region_ == Region::steps, "a carry belongs to `steps`");
    return append({.op = Op::carry, .type = type(first), .operands = {first, first}});
}

void Builder::set_next(Value carry, Value next) {
    Instruction& instruction = program_.instructions[carry.id];
    ensure(instruction.op == Op::carry && region_ == Region::steps, "only a carry has a next value, set in `steps`");
    ensure(type(next) == instruction.type, "the next value of a carry has its type");
    instruction.operands[1] = next;
}

Value Builder::apply(Op op, std::initializer_list<Value> operands) { return apply(op, std::vector<Value>(operands)); }

Value Builder::apply(Op op, std::vector<Value> operands) {
    ensure(
        operand_count(op) == static_cast<int>(operands.size()) && op != Op::gather && op != Op::carry && has_result(op),
        "an operation of operands alone, with as many as it takes");
    Instruction instruction{.op = op, .operands = std::move(operands)};
    instruction.type = result_type(program_, instruction);
    return append(std::move(instruction));
}

Value Builder::random(Op op, int draw, Value element) {
    Instruction i{.op = op, .type = Type::real, .index = draw, .operands = {}};
    if (element.valid()) {
        i.operands.push_back(element);
    }
    return append(std::move(i));
}

Value Builder::random_uniform(int draw, Value element) { return random(Op::random_uniform, draw, element); }
Value Builder::random_normal(int draw, Value element) { return random(Op::random_normal, draw, element); }

Value Builder::call(int function, std::vector<Value> arguments) {
    return append({.op = Op::call, .type = Type::real, .index = function, .operands = std::move(arguments)});
}

Value Builder::copy(const Program& from, const Instruction& instruction, std::vector<Value> operands) {
    Instruction i = instruction;
    i.operands = std::move(operands);
    const auto k = static_cast<std::size_t>(i.index);
    switch (i.op) {
        case Op::uniform: i.index = declared(program_.uniforms, from.uniforms[k]); break;
        case Op::load:
        case Op::gather:
        case Op::store:
        case Op::scatter:
        case Op::accumulate:
        case Op::record: {
            const ArrayDeclaration& a = from.arrays[k];
            i.index = array(a.name, a.type, a.kind, a.storage);
            break;
        }
        case Op::call: i.index = declared(program_.functions, from.functions[k]); break;
        case Op::emit: i.index = events(from.events[k]); break;
        default: break;
    }
    return append(std::move(i));
}

void Builder::store(int array, Value x) { append({.op = Op::store, .type = type(x), .index = array, .operands = {x}}); }

void Builder::store(int array, Value x, Value where) {
    append({.op = Op::store, .type = type(x), .index = array, .operands = {x, where}});
}

void Builder::write_elements(Op op, int array, Value at, Value x, Value where) {
    Instruction i{.op = op, .type = type(x), .index = array, .operands = {at, x}};
    if (where.valid()) {
        i.operands.push_back(where);
    }
    append(std::move(i));
}

void Builder::scatter(int array, Value at, Value x, Value where) { write_elements(Op::scatter, array, at, x, where); }

void Builder::accumulate(int array, Value at, Value x, Value where) {
    write_elements(Op::accumulate, array, at, x, where);
}

void Builder::record(int array, Value row, Value x, Value when) {
    append({.op = Op::record, .type = type(x), .index = array, .operands = {row, x, when}});
}

void Builder::emit(int events, Value where) {
    append({.op = Op::emit, .type = Type::boolean, .index = events, .operands = {where}});
}

Builder::Recording Builder::begin_recording(Value every) {
    ensure(region_ == Region::begin && type(every) == Type::integer, "a recording begins before the steps");
    return {.every = every, .left = every, .row = integer(0)};
}

void Builder::record_every(Recording recording, const std::vector<std::pair<int, Value>>& values) {
    const Value left = carry(recording.left);
    const Value row = carry(recording.row);
    const Value one = integer(1);
    const Value less = subtract(left, one);
    const Value now = apply(Op::equal, {less, integer(0)});
    for (const auto& [array, value] : values) {
        record(array, row, value, now);
    }
    set_next(left, select(now, recording.every, less));
    set_next(row, select(now, add(row, one), row));
}

Program Builder::program() const {
    check(program_);
    return program_;
}

}  // namespace ranvier::compile
