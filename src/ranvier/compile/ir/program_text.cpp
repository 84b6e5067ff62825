#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/ir/program.hpp"

namespace ranvier::compile {

namespace {

std::string_view name(ArrayKind kind) {
    return kind == ArrayKind::lanes ? "lanes" : kind == ArrayKind::table ? "table" : "recording";
}

std::string real_text(double x) {
    if (std::isnan(x)) {
        return "nan";
    }
    if (std::isinf(x)) {
        return x > 0 ? "inf" : "-inf";
    }
    std::array<char, 40> buffer;
    std::snprintf(buffer.data(), buffer.size(), "%a", x);
    return buffer.data();
}

std::string percent(Value v) { return "%" + std::to_string(v.id); }

/// The words of one instruction after `%id =`.
std::string instruction_text(const Program& program, const Instruction& i) {
    const auto at = static_cast<std::size_t>(i.index);
    const auto operand = [&](std::size_t k) { return " " + percent(i.operands[k]); };
    std::string line(name(i.op));
    switch (i.op) {
        case Op::constant:
            if (i.type == Type::real) {
                return "real " + real_text(i.number);
            }
            return i.type == Type::integer ? "integer " + std::to_string(i.integer)
                                           : (i.integer != 0 ? "boolean true" : "boolean false");
        case Op::uniform: return line + " " + program.uniforms[at].name;
        case Op::load: return line + " " + program.arrays[at].name;
        case Op::gather: return line + " " + program.arrays[at].name + operand(0);
        case Op::random_uniform:
        case Op::random_normal: return line + " " + std::to_string(i.index);
        case Op::call: line += " " + program.functions[at].name; break;
        case Op::store:
            return line + " " + program.arrays[at].name + operand(0) +
                   (i.operands.size() > 1 ? " where" + operand(1) : "");
        case Op::record: return line + " " + program.arrays[at].name + operand(0) + operand(1) + " when" + operand(2);
        case Op::emit: return line + " " + program.events[at] + operand(0);
        default: break;
    }
    for (std::size_t k = 0; k < i.operands.size(); ++k) {
        line += operand(k);
    }
    return line;
}

class Parser {
public:
    explicit Parser(std::string_view text) : text_(text) {}

    Program program() {
        while (next_line()) {
            statement();
        }
        rule(!program_.name.empty(), "a text begins with `program NAME`");
        check_defined();
        return std::move(program_);
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        throw InvalidInput("program text, line " + std::to_string(line_) + ": " + what);
    }
    void rule(bool holds, const std::string& what) const {
        if (!holds) {
            fail(what);
        }
    }

    bool next_line() {
        words_.clear();
        while (!text_.empty() && words_.empty()) {
            ++line_;
            const std::size_t end = std::min(text_.find('\n'), text_.size());
            std::string_view line = text_.substr(0, end);
            text_.remove_prefix(std::min(end + 1, text_.size()));
            line = line.substr(0, line.find('#'));
            for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r", at)) != std::string_view::npos;) {
                const std::size_t stop = std::min(line.find_first_of(" \t\r", at), line.size());
                words_.push_back(line.substr(at, stop - at));
                at = stop;
            }
        }
        return !words_.empty();
    }

    std::string_view word(std::size_t k) const {
        rule(k < words_.size(), "the line is too short");
        return words_[k];
    }

    Type type(std::string_view word) const {
        for (const Type t : {Type::real, Type::integer, Type::boolean}) {
            if (word == compile::name(t)) {
                return t;
            }
        }
        fail("not a type: " + std::string(word));
    }

    template <class I>
    I number(std::string_view word) const {
        I value{};
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        rule(error == std::errc() && end == word.data() + word.size(), "not a whole number: " + std::string(word));
        return value;
    }

    double real(std::string_view word) const {
        bool negative = word.starts_with('-');
        std::string_view digits = word.substr(negative ? 1 : 0);
        double value = 0;
        const bool hex = digits.starts_with("0x");
        const std::string_view body = hex ? digits.substr(2) : digits;
        const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value,
                                                  hex ? std::chars_format::hex : std::chars_format::general);
        rule((error == std::errc() || error == std::errc::result_out_of_range) && end == body.data() + body.size(),
             "not a number: " + std::string(word));
        return negative ? -value : value;
    }

    Value operand(std::string_view word) const {
        rule(word.starts_with('%'), "not a value: " + std::string(word));
        return {number<std::int32_t>(word.substr(1))};
    }

    template <class List, class Name>
    int position(const List& list, std::string_view wanted, Name name_of) const {
        for (std::size_t k = 0; k < list.size(); ++k) {
            if (name_of(list[k]) == wanted) {
                return static_cast<int>(k);
            }
        }
        fail("not declared: " + std::string(wanted));
    }

    void statement() {
        const std::string_view first = word(0);
        if (first == "program") {
            program_.name = word(1);
        } else if (first == "array") {
            const std::string_view kind = word(3);
            rule(kind == "lanes" || kind == "table" || kind == "recording",
                 "not a kind of array: " + std::string(kind));
            program_.arrays.push_back({std::string(word(1)), type(word(2)),
                                       kind == "lanes"   ? ArrayKind::lanes
                                       : kind == "table" ? ArrayKind::table
                                                         : ArrayKind::recording});
        } else if (first == "uniform") {
            program_.uniforms.push_back({std::string(word(1)), type(word(2))});
        } else if (first == "function") {
            program_.functions.push_back(
                {std::string(word(1)), number<int>(word(2)), words_.size() > 3 && word(3) == "pure"});
        } else if (first == "events") {
            program_.events.emplace_back(word(1));
        } else if (words_.size() == 1 && (first == "begin" || first == "steps" || first == "end")) {
            region_ = first == "begin" ? Region::begin : first == "steps" ? Region::steps : Region::end;
        } else if (first.starts_with('%')) {
            rule(operand(first).id == static_cast<int>(program_.instructions.size()), "values are numbered in order");
            rule(word(1) == "=", "`=` is missing");
            instruction(2);
        } else {
            instruction(0);
        }
    }

    void instruction(std::size_t at) {
        Instruction i;
        i.region = region_;
        const std::string_view what = word(at++);
        if (what == "real" || what == "integer" || what == "boolean") {
            i.type = type(what);
            if (i.type == Type::real) {
                i.number = real(word(at));
            } else {
                i.integer = i.type == Type::integer ? number<std::int64_t>(word(at)) : (word(at) == "true" ? 1 : 0);
            }
        } else {
            i.op = op(what);
            operands(i, at);
        }
        program_.instructions.push_back(std::move(i));
    }

    Op op(std::string_view wanted) const {
        static const std::map<std::string_view, Op> known = [] {
            std::map<std::string_view, Op> all;
            for (int k = 0; k <= static_cast<int>(Op::emit); ++k) {
                all[compile::name(static_cast<Op>(k))] = static_cast<Op>(k);
            }
            return all;
        }();
        const auto found = known.find(wanted);
        rule(found != known.end(), "not an operation: " + std::string(wanted));
        return found->second;
    }

    void operands(Instruction& i, std::size_t at) {
        switch (i.op) {
            case Op::uniform:
                i.index = position(program_.uniforms, word(at++), [](const auto& u) { return u.name; });
                break;
            case Op::load:
            case Op::gather:
            case Op::store:
            case Op::record:
                i.index = position(program_.arrays, word(at++), [](const auto& a) { return a.name; });
                break;
            case Op::call:
                i.index = position(program_.functions, word(at++), [](const auto& f) { return f.name; });
                break;
            case Op::emit: i.index = position(program_.events, word(at++), [](const auto& e) { return e; }); break;
            case Op::random_uniform:
            case Op::random_normal: i.index = number<int>(word(at++)); break;
            default: break;
        }
        for (; at < words_.size(); ++at) {
            if (word(at) != "where" && word(at) != "when") {
                const Value v = operand(word(at));
                rule(i.op == Op::carry || v.id < static_cast<int>(program_.instructions.size()),
                     "used before its definition");
                i.operands.push_back(v);
            }
        }
        const int count = operand_count(i.op);
        rule(count < 0 ? !i.operands.empty() : count == static_cast<int>(i.operands.size()),
             "wrong number of operands");
        i.type = result_type(i);
    }

    Type result_type(const Instruction& i) const {
        const auto at = static_cast<std::size_t>(i.index);
        switch (i.op) {
            case Op::uniform: return program_.uniforms[at].type;
            case Op::load:
            case Op::gather:
            case Op::store:
            case Op::record: return program_.arrays[at].type;
            case Op::lane:
            case Op::step:
            case Op::to_integer: return Type::integer;
            case Op::equal:
            case Op::not_equal:
            case Op::less:
            case Op::less_equal:
            case Op::greater:
            case Op::greater_equal:
            case Op::logical_and:
            case Op::logical_or:
            case Op::logical_not:
            case Op::emit: return Type::boolean;
            case Op::time:
            case Op::to_real:
            case Op::call:
            case Op::random_uniform:
            case Op::random_normal: return Type::real;
            case Op::select: return program_[i.operands[1]].type;
            case Op::carry:
                rule(i.operands[0].id < static_cast<int>(program_.instructions.size()), "used before its definition");
                return program_[i.operands[0]].type;
            default: return i.operands.empty() ? Type::real : program_[i.operands[0]].type;
        }
    }

    void check_defined() const {
        for (const Instruction& i : program_.instructions) {
            for (const Value v : i.operands) {
                rule(v.id >= 0 && v.id < static_cast<int>(program_.instructions.size()), "a value is never defined");
            }
        }
    }

    std::string_view text_;
    int line_ = 0;
    std::vector<std::string_view> words_;
    Region region_ = Region::begin;
    Program program_;
};

}  // namespace

std::string text(const Program& program) {
    std::string out = "program " + program.name + "\n";
    for (const ArrayDeclaration& a : program.arrays) {
        out.append("array ").append(a.name).append(" ").append(name(a.type)).append(" ").append(name(a.kind)) += '\n';
    }
    for (const UniformDeclaration& u : program.uniforms) {
        out.append("uniform ").append(u.name).append(" ").append(name(u.type)) += '\n';
    }
    for (const FunctionDeclaration& f : program.functions) {
        out.append("function ").append(f.name).append(" ").append(std::to_string(f.arguments)) +=
            f.pure ? " pure\n" : "\n";
    }
    for (const std::string& e : program.events) {
        out.append("events ").append(e) += '\n';
    }
    std::optional<Region> region;
    for (std::size_t k = 0; k < program.instructions.size(); ++k) {
        const Instruction& i = program.instructions[k];
        if (region != i.region) {
            region = i.region;
            out += i.region == Region::begin ? "begin\n" : i.region == Region::steps ? "steps\n" : "end\n";
        }
        out += "  ";
        if (has_result(i.op)) {
            out.append("%").append(std::to_string(k)) += " = ";
        }
        out += instruction_text(program, i);
        out += '\n';
    }
    return out;
}

Program parsed(std::string_view text) {
    Program program = Parser(text).program();
    try {
        check(program);
    } catch (const InternalError& error) {
        throw InvalidInput(error.what());
    }
    return program;
}

}  // namespace ranvier::compile
