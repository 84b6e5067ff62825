#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/ir/builder.hpp"

namespace ranvier::compile {

namespace {

constexpr std::string_view kinds[] = {"lanes", "table", "recording", "elements"};  // as ArrayKind
constexpr std::string_view storages[] = {"computed", "float64", "float32", "int64", "int32", "uint16", "boolean"};
constexpr std::string_view regions[] = {"begin", "steps", "end"};  // as Region

std::string real_text(double x) {
    if (std::isnan(x)) {
        return "nan";
    }
    if (std::isinf(x)) {
        return x > 0 ? "inf" : "-inf";
    }
    return formatted("%a", x);
}

/// The declaration that an instruction names, or "".
std::string declared_name(const Program& program, const Instruction& i) {
    switch (i.op) {
        case Op::uniform: return program.uniforms[i.index].name;
        case Op::load:
        case Op::gather:
        case Op::store:
        case Op::scatter:
        case Op::accumulate:
        case Op::record: return program.arrays[i.index].name;
        case Op::call: return program.functions[i.index].name;
        case Op::emit: return program.events[i.index];
        case Op::random_uniform:
        case Op::random_normal: return text_of(i.index);
        default: return "";
    }
}

/// The words of one instruction after `%id =`.
std::string instruction_text(const Program& program, const Instruction& i) {
    if (i.op == Op::constant) {
        return i.type == Type::real      ? "real " + real_text(i.number)
               : i.type == Type::integer ? "integer " + text_of(i.integer)
               : i.integer != 0          ? "boolean true"
                                         : "boolean false";
    }
    const std::string declared = declared_name(program, i);
    std::string line = std::string(name(i.op)) + (declared.empty() ? "" : " ") + declared;
    for (std::size_t k = 0; k < i.operands.size(); ++k) {
        const bool where = (i.op == Op::store && k == 1) || (writes_elements(i.op) && k == 2);
        const bool when = i.op == Op::record && k == 2;
        line += (where ? " where %" : when ? " when %" : " %") + text_of(i.operands[k].id);
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
        throw InvalidInput("program text, line " + text_of(line_) + ": " + what);
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

    template <class E, std::size_t N>
    E one_of(const std::string_view (&names)[N], std::string_view word, const char* otherwise) const {
        const auto* const known = std::ranges::find(names, word);
        rule(known != std::end(names), otherwise + std::string(word));
        return static_cast<E>(known - std::begin(names));
    }

    template <class I>
    I number(std::string_view word) const {
        const auto value = number_in<I>(word);
        rule(value.has_value(), "not a whole number: " + std::string(word));
        return *value;
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

    int position(const std::vector<std::string>& names, std::string_view wanted) const {
        const auto found = std::find(names.begin(), names.end(), wanted);
        rule(found != names.end(), "not declared: " + std::string(wanted));
        return static_cast<int>(found - names.begin());
    }

    void statement() {
        const std::string_view first = word(0);
        if (first == "program") {
            program_.name = word(1);
        } else if (first == "array") {
            program_.arrays.push_back(
                {std::string(word(1)), type(word(2)), one_of<ArrayKind>(kinds, word(3), "not a kind of array: "),
                 words_.size() == 4 ? Storage::computed : one_of<Storage>(storages, word(4), "not a storage: ")});
        } else if (first == "uniform") {
            program_.uniforms.push_back({std::string(word(1)), type(word(2))});
        } else if (first == "function") {
            program_.functions.push_back({std::string(word(1)), number<int>(word(2)),
                                          words_.size() > 3 && word(3) == "pure",
                                          words_.size() > 3 && word(words_.size() - 1) == "whole"});
        } else if (first == "events") {
            program_.events.emplace_back(word(1));
        } else if (const auto* region = std::ranges::find(regions, first);
                   words_.size() == 1 && region != std::end(regions)) {
            region_ = static_cast<Region>(region - std::begin(regions));
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
            case Op::uniform: i.index = position(names_of(program_.uniforms), word(at++)); break;
            case Op::load:
            case Op::gather:
            case Op::store:
            case Op::scatter:
            case Op::accumulate:
            case Op::record: i.index = position(names_of(program_.arrays), word(at++)); break;
            case Op::call: i.index = position(names_of(program_.functions), word(at++)); break;
            case Op::emit: i.index = position(program_.events, word(at++)); break;
            case Op::random_uniform:
            case Op::random_normal: i.index = number<int>(word(at++)); break;
            default: break;
        }
        for (; at < words_.size(); ++at) {
            if (word(at) != "where" && word(at) != "when") {
                const Value v = operand(word(at));
                const bool next = i.op == Op::carry && i.operands.size() == 1;
                rule(next || v.id < static_cast<int>(program_.instructions.size()), "used before its definition");
                i.operands.push_back(v);
            }
        }
        const int count = operand_count(i.op);
        const bool random = i.op == Op::random_uniform || i.op == Op::random_normal;
        rule(count < 0 ? random || !i.operands.empty() : count == static_cast<int>(i.operands.size()),
             "wrong number of operands");
        i.type = result_type(program_, i);
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
        out.append("array ")
            .append(a.name)
            .append(" ")
            .append(name(a.type))
            .append(" ")
            .append(kinds[static_cast<std::size_t>(a.kind)]);
        if (a.storage != Storage::computed) {
            out.append(" ").append(storages[static_cast<std::size_t>(a.storage)]);
        }
        out += '\n';
    }
    for (const UniformDeclaration& u : program.uniforms) {
        out.append("uniform ").append(u.name).append(" ").append(name(u.type)) += '\n';
    }
    for (const FunctionDeclaration& f : program.functions) {
        out.append("function ").append(f.name).append(" ").append(text_of(f.arguments));
        out.append(f.pure ? " pure" : "").append(f.whole ? " whole\n" : "\n");
    }
    for (const std::string& e : program.events) {
        out.append("events ").append(e) += '\n';
    }
    std::optional<Region> region;
    for (std::size_t k = 0; k < program.instructions.size(); ++k) {
        const Instruction& i = program.instructions[k];
        if (region != i.region) {
            region = i.region;
            out.append(regions[static_cast<std::size_t>(i.region)]) += '\n';
        }
        out += "  ";
        if (has_result(i.op)) {
            out.append("%").append(text_of(k)) += " = ";
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
