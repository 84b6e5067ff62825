#include "ranvier/compile/ir/program.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "ranvier/base/error.hpp"

namespace ranvier::compile {

namespace {

/// Of which type a result is: always the same, as declared, or that of an operand.
enum class R : std::uint8_t { real, integer, boolean, declared, first, second };

struct OpDescription {
    Op op;
    std::string_view name;
    int operands;  // −1: varies
    R result;
};

constexpr OpDescription op_descriptions[] = {{Op::constant, "constant", 0, R::real},
                                             {Op::uniform, "uniform", 0, R::declared},
                                             {Op::load, "load", 0, R::declared},
                                             {Op::gather, "gather", 1, R::declared},
                                             {Op::lane, "lane", 0, R::integer},
                                             {Op::step, "step", 0, R::integer},
                                             {Op::time, "time", 0, R::real},
                                             {Op::carry, "carry", 2, R::first},
                                             {Op::add, "add", 2, R::first},
                                             {Op::subtract, "subtract", 2, R::first},
                                             {Op::multiply, "multiply", 2, R::first},
                                             {Op::divide, "divide", 2, R::first},
                                             {Op::fma, "fma", 3, R::first},
                                             {Op::negate, "negate", 1, R::first},
                                             {Op::absolute, "absolute", 1, R::first},
                                             {Op::minimum, "minimum", 2, R::first},
                                             {Op::maximum, "maximum", 2, R::first},
                                             {Op::floor_divide, "floor_divide", 2, R::first},
                                             {Op::modulo, "modulo", 2, R::first},
                                             {Op::square_root, "square_root", 1, R::first},
                                             {Op::floor, "floor", 1, R::first},
                                             {Op::ceil, "ceil", 1, R::first},
                                             {Op::truncate, "truncate", 1, R::first},
                                             {Op::round, "round", 1, R::first},
                                             {Op::sign, "sign", 1, R::first},
                                             {Op::equal, "equal", 2, R::boolean},
                                             {Op::not_equal, "not_equal", 2, R::boolean},
                                             {Op::less, "less", 2, R::boolean},
                                             {Op::less_equal, "less_equal", 2, R::boolean},
                                             {Op::greater, "greater", 2, R::boolean},
                                             {Op::greater_equal, "greater_equal", 2, R::boolean},
                                             {Op::logical_and, "and", 2, R::boolean},
                                             {Op::logical_or, "or", 2, R::boolean},
                                             {Op::logical_not, "not", 1, R::boolean},
                                             {Op::select, "select", 3, R::second},
                                             {Op::to_real, "to_real", 1, R::real},
                                             {Op::to_integer, "to_integer", 1, R::integer},
                                             {Op::exp, "exp", 1, R::first},
                                             {Op::expm1, "expm1", 1, R::first},
                                             {Op::exprel, "exprel", 1, R::first},
                                             {Op::exprel_near, "exprel_near", 1, R::first},
                                             {Op::log, "log", 1, R::first},
                                             {Op::log1p, "log1p", 1, R::first},
                                             {Op::log2, "log2", 1, R::first},
                                             {Op::log10, "log10", 1, R::first},
                                             {Op::pow, "pow", 2, R::first},
                                             {Op::sin, "sin", 1, R::first},
                                             {Op::cos, "cos", 1, R::first},
                                             {Op::tan, "tan", 1, R::first},
                                             {Op::sinh, "sinh", 1, R::first},
                                             {Op::cosh, "cosh", 1, R::first},
                                             {Op::tanh, "tanh", 1, R::first},
                                             {Op::asin, "asin", 1, R::first},
                                             {Op::acos, "acos", 1, R::first},
                                             {Op::atan, "atan", 1, R::first},
                                             {Op::atan2, "atan2", 2, R::first},
                                             {Op::random_uniform, "random_uniform", -1, R::real},
                                             {Op::random_normal, "random_normal", -1, R::real},
                                             {Op::call, "call", -1, R::real},
                                             {Op::store, "store", -1, R::declared},
                                             {Op::scatter, "scatter", -1, R::declared},
                                             {Op::accumulate, "accumulate", -1, R::declared},
                                             {Op::record, "record", 3, R::declared},
                                             {Op::emit, "emit", 1, R::boolean}};

const OpDescription& description(Op op) { return op_descriptions[static_cast<std::size_t>(op)]; }

constexpr bool in_order() {
    for (std::size_t i = 0; i < std::size(op_descriptions); ++i) {
        if (static_cast<std::size_t>(op_descriptions[i].op) != i) {
            return false;
        }
    }
    return std::size(op_descriptions) == static_cast<std::size_t>(Op::emit) + 1;
}
static_assert(in_order());

bool fits(Type type, Storage storage) {
    switch (storage) {
        case Storage::computed: return true;
        case Storage::float64:
        case Storage::float32: return type == Type::real;
        case Storage::boolean: return type == Type::boolean;
        default: return type == Type::integer;
    }
}

/// Says what is wrong with one instruction, or nothing.
class Checker {
public:
    explicit Checker(const Program& program) : program_(program), uniform_(uniform_values(program)) {}

    void check() {
        for (const ArrayDeclaration& array : program_.arrays) {
            if (!fits(array.type, array.storage)) {
                throw InternalError("program " + program_.name + ", array " + array.name + ": " +
                                    std::string(name(array.type)) + "s are not stored so");
            }
        }
        Region region = Region::begin;
        for (id_ = 0; id_ < static_cast<int>(program_.instructions.size()); ++id_) {
            const Instruction& instruction = program_.instructions[id_];
            rule(instruction.region >= region, "instructions are sorted by region");
            region = instruction.region;
            check_operands(instruction);
            check_names(instruction);
            check_types(instruction);
        }
    }

private:
    void rule(bool holds, const char* what) const {
        if (!holds) {
            const Instruction& instruction = program_.instructions[id_];
            throw InternalError("program " + program_.name + ", %" + text_of(id_) + " (" +
                                std::string(name(instruction.op)) + "): " + what);
        }
    }

    void check_operands(const Instruction& i) const {
        const int count = operand_count(i.op);
        rule(count < 0 || static_cast<int>(i.operands.size()) == count, "wrong number of operands");
        for (std::size_t k = 0; k < i.operands.size(); ++k) {
            const Value v = i.operands[k];
            const bool next = i.op == Op::carry && k == 1;
            rule(v.valid() && v.id < static_cast<int>(program_.instructions.size()), "operand outside the program");
            rule(next || v.id < id_, "operand used before its definition");
            const Instruction& from = program_[v];
            rule(has_result(from.op), "operand has no value");
            const bool visible = from.region == Region::begin || from.region == i.region ||
                                 (from.op == Op::carry && i.region == Region::end);
            rule(visible, "operand of `steps` used outside");
        }
    }

    Type type(const Instruction& i, std::size_t k) const { return program_[i.operands[k]].type; }
    bool all(const Instruction& i, Type wanted) const {
        return std::all_of(i.operands.begin(), i.operands.end(), [&](Value v) { return program_[v].type == wanted; });
    }
    template <class List>
    void declared(const Instruction& i, const List& list) const {
        rule(i.index >= 0 && i.index < static_cast<int>(list.size()), "not declared");
    }

    /// What the instruction names is there.
    void check_names(const Instruction& i) const {
        switch (i.op) {
            case Op::uniform: declared(i, program_.uniforms); break;
            case Op::load:
            case Op::gather:
            case Op::store:
            case Op::scatter:
            case Op::accumulate:
            case Op::record: declared(i, program_.arrays); break;
            case Op::call: declared(i, program_.functions); break;
            case Op::emit: declared(i, program_.events); break;
            case Op::random_uniform:
            case Op::random_normal: rule(i.index >= 0 && i.index < 65536, "draw 0 … 65535"); break;
            default: break;
        }
    }

    void check_types(const Instruction& i) const {
        rule(i.op == Op::constant || i.type == result_type(program_, i), "type is not that of its result");
        switch (i.op) {
            case Op::constant:
            case Op::uniform:
            case Op::lane:
            case Op::step:
            case Op::time: break;
            case Op::random_uniform:
            case Op::random_normal:
                rule(i.operands.size() <= 1 && all(i, Type::integer), "the element must be one integer");
                break;
            case Op::load:
            case Op::gather:
            case Op::store:
            case Op::scatter:
            case Op::accumulate:
            case Op::record: check_memory(i); break;
            case Op::carry:
                rule(i.region == Region::steps, "a carry belongs to `steps`");
                rule(type(i, 1) == i.type, "types differ");
                rule(program_[i.operands[0]].region == Region::begin, "a carry starts with a value of `begin`");
                break;
            case Op::add:
            case Op::subtract:
            case Op::multiply:
            case Op::negate:
            case Op::absolute:
            case Op::minimum:
            case Op::maximum:
            case Op::floor_divide:
            case Op::modulo:
            case Op::sign:
                rule(i.type != Type::boolean && all(i, i.type), "operands must be alike, and numbers");
                break;
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal: rule(type(i, 0) != Type::boolean, "booleans have no order"); [[fallthrough]];
            case Op::equal:
            case Op::not_equal: rule(type(i, 0) == type(i, 1), "operands must be alike"); break;
            case Op::logical_and:
            case Op::logical_or:
            case Op::logical_not:
            case Op::emit: rule(all(i, Type::boolean), "operands must be boolean"); break;
            case Op::select: rule(type(i, 0) == Type::boolean && type(i, 2) == i.type, "types differ"); break;
            case Op::to_real: rule(type(i, 0) != Type::real, "from integer or boolean"); break;
            case Op::to_integer: rule(type(i, 0) != Type::integer, "from real or boolean"); break;
            case Op::call: {
                const FunctionDeclaration& f = program_.functions[i.index];
                rule(static_cast<int>(i.operands.size()) == f.arguments, "wrong number of arguments");
                if (f.whole) {
                    break;
                }
                rule(f.arguments >= 1 && f.arguments <= 8, "a function has 1 to 8 arguments");
                [[fallthrough]];
            }
            default: rule(all(i, Type::real), "operands must be real");  // real mathematics
        }
    }

    void check_memory(const Instruction& i) const {
        const ArrayDeclaration& array = program_.arrays[i.index];
        const ArrayKind kind = i.op == Op::gather      ? ArrayKind::table
                               : i.op == Op::record    ? ArrayKind::recording
                               : writes_elements(i.op) ? ArrayKind::elements
                                                       : ArrayKind::lanes;
        rule(array.kind == kind || (i.op == Op::gather && array.kind == ArrayKind::elements), "wrong kind of array");
        if (i.op == Op::gather) {
            rule(all(i, Type::integer), "the position must be an integer");
        } else if (i.op == Op::store) {
            rule(i.operands.size() == 1 || i.operands.size() == 2, "wrong number of operands");
            rule(type(i, 0) == i.type, "type is not that of the array");
            rule(i.operands.size() == 1 || type(i, 1) == Type::boolean, "the condition must be boolean");
        } else if (writes_elements(i.op)) {
            rule(i.operands.size() == 2 || i.operands.size() == 3, "wrong number of operands");
            rule(type(i, 0) == Type::integer, "the position must be an integer");
            rule(type(i, 1) == i.type, "type is not that of the array");
            rule(i.op == Op::scatter || i.type != Type::boolean, "booleans have no sum");
            rule(i.operands.size() == 2 || type(i, 2) == Type::boolean, "the condition must be boolean");
        } else if (i.op == Op::record) {
            rule(type(i, 0) == Type::integer && type(i, 1) == i.type && type(i, 2) == Type::boolean, "types differ");
            rule(uniform_[i.operands[0].id] && uniform_[i.operands[2].id],
                 "row and condition must be the same for all lanes");
        }
    }

    const Program& program_;
    std::vector<bool> uniform_;
    int id_ = 0;
};

}  // namespace

bool Program::has_steps() const {
    return std::any_of(instructions.begin(), instructions.end(),
                       [](const Instruction& i) { return i.region == Region::steps; });
}

std::string_view name(Op op) { return description(op).name; }

std::string_view name(Type type) { return type == Type::real ? "real" : type == Type::integer ? "integer" : "boolean"; }

bool has_result(Op op) { return op < Op::store; }
bool writes_elements(Op op) { return op == Op::scatter || op == Op::accumulate; }
bool is_mathematics(Op op) { return op >= Op::exp && op <= Op::atan2; }
bool is_computed(Op op) { return op >= Op::add && op <= Op::atan2; }
int operand_count(Op op) { return description(op).operands; }

Storage storage(const ArrayDeclaration& array, Scalar scalar) {
    if (array.storage != Storage::computed) {
        return array.storage;
    }
    const bool wide = scalar == Scalar::float64;
    switch (array.type) {
        case Type::real: return wide ? Storage::float64 : Storage::float32;
        case Type::integer: return wide ? Storage::int64 : Storage::int32;
        default: return Storage::boolean;
    }
}

std::int64_t element_bytes(Storage storage) {
    switch (storage) {
        case Storage::float64:
        case Storage::int64: return 8;
        case Storage::float32:
        case Storage::int32: return 4;
        case Storage::uint16: return 2;
        case Storage::boolean: return 1;
        default: throw InternalError("how wide elements are depends on what they are computed in");
    }
}

Type result_type(const Program& program, const Instruction& i) {
    switch (description(i.op).result) {
        case R::real: return Type::real;
        case R::integer: return Type::integer;
        case R::boolean: return Type::boolean;
        case R::declared:
            return i.op == Op::uniform ? program.uniforms.at(i.index).type : program.arrays.at(i.index).type;
        case R::first: return program[i.operands.at(0)].type;
        default: return program[i.operands.at(1)].type;
    }
}

std::vector<bool> written_elements(const Program& program) {
    std::vector<bool> written(program.arrays.size(), false);
    for (const Instruction& i : program.instructions) {
        if (writes_elements(i.op) && i.index >= 0 && i.index < static_cast<int>(written.size())) {
            written[i.index] = true;
        }
    }
    return written;
}

std::vector<bool> uniform_values(const Program& program) {
    const std::size_t count = program.instructions.size();
    const std::vector<bool> written = written_elements(program);
    std::vector<bool> uniform(count, true);
    // A carry is uniform where its first and next values are; so assume it is, and go round until nothing changes.
    for (bool changed = true; changed;) {
        changed = false;
        for (std::size_t id = 0; id < count; ++id) {
            const Instruction& i = program.instructions[id];
            bool same = true;
            switch (i.op) {
                case Op::load:
                case Op::lane:
                case Op::random_uniform:
                case Op::random_normal:
                case Op::store:
                case Op::scatter:
                case Op::accumulate:
                case Op::record:
                case Op::emit: same = false; break;
                case Op::gather:
                    same = i.index >= 0 && i.index < static_cast<int>(written.size()) && !written[i.index];
                    break;
                case Op::call: same = program.functions[i.index].pure && !program.functions[i.index].whole; break;
                default: break;
            }
            for (const Value v : i.operands) {
                same = same && v.valid() && static_cast<std::size_t>(v.id) < count && uniform[v.id];
            }
            if (uniform[id] && !same) {
                uniform[id] = false;
                changed = true;
            }
        }
    }
    return uniform;
}

void check(const Program& program) { Checker(program).check(); }

}  // namespace ranvier::compile
