// A tree back as text, with the brackets that it needs and no others.
#include <charconv>
#include <cmath>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

bool bare_quantity(const Node& node) {
    return node.op == Op::number && node.name.empty() && !node.dimension.dimensionless();
}

int precedence(const Node& node) {
    return bare_quantity(node)                                                      ? product_level
           : node.op == Op::number && node.name.empty() && std::signbit(node.value) ? sign_level
                                                                                    : binding(node.op);
}

void print_number(const Node& node, std::string& out) {
    if (node.type == Type::boolean) {
        out += node.value != 0 ? "True" : "False";
        return;
    }
    if (!node.name.empty()) {
        out += node.name;
        return;
    }
    if (std::isinf(node.value)) {
        out += node.value > 0 ? "inf" : "-inf";
    } else {
        char digits[40];
        const auto end = std::to_chars(digits, digits + sizeof digits, node.value).ptr;
        std::string number(digits, end);
        if (node.type == Type::integer && number.find_first_of("en") != std::string::npos) {
            number = std::string(
                digits, std::to_chars(digits, digits + sizeof digits, node.value, std::chars_format::fixed, 0).ptr);
        }
        if (node.type == Type::real && !bare_quantity(node) && number.find_first_of(".en") == std::string::npos) {
            number += ".0";
        }
        out += number;
    }
    if (bare_quantity(node)) {
        const std::string unit = units::name(node.dimension);
        out += unit.starts_with("1/") ? unit.substr(1) : "*" + unit;
    }
}

void print(const Expr& e, std::string& out);

void print_in(const Expr& e, int least, std::string& out) {
    const bool brackets = precedence(*e) < least;
    out += brackets ? "(" : "";
    print(e, out);
    out += brackets ? ")" : "";
}

void print(const Expr& e, std::string& out) {
    const int level = precedence(*e);
    switch (e->op) {
        case Op::number: print_number(*e, out); return;
        case Op::name: out += e->name; return;
        case Op::call:
            out += e->name + "(";
            for (std::size_t k = 0; k < e->operands.size(); ++k) {
                out += k == 0 ? "" : ", ";
                print(e->operands[k], out);
            }
            out += ")";
            return;
        case Op::negate:
            out += "-";
            print_in(e->operands[0], sign_level, out);
            return;
        case Op::logical_not:
            out += "not ";
            print_in(e->operands[0], not_level, out);
            return;
        case Op::power:
            print_in(e->operands[0], atom_level, out);
            out += "**";
            print_in(e->operands[1], sign_level, out);
            return;
        default: break;
    }
    const bool tight = level == product_level;
    print_in(e->operands[0], level == compare_level ? level + 1 : level, out);
    out += tight ? "" : " ";
    out += symbol(e->op);
    out += tight ? "" : " ";
    print_in(e->operands[1], level + 1, out);
}

}  // namespace

std::string text(const Expr& e) {
    std::string out;
    print(e, out);
    return out;
}

std::string text(const Statement& statement) {
    const std::string sign = statement.op == Op::name ? "=" : std::string(symbol(statement.op)) + "=";
    return statement.target + " " + sign + " " + (statement.value ? text(statement.value) : "?");
}

}  // namespace ranvier::language
