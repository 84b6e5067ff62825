#include "ranvier/language/check_units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/functions.hpp"
#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

/// A piece of text for a message; long ones are cut.
std::string shown(const Expr& e) {
    std::string words = text(e);
    constexpr std::size_t longest = 60;
    if (words.size() > longest) {
        std::size_t cut = longest - 3;
        while (cut > 0 && (static_cast<unsigned char>(words[cut]) & 0xc0) == 0x80) {
            --cut;
        }
        words = words.substr(0, cut) + "...";
    }
    return words;
}

bool plain_number(const Expr& e) {
    return (e->op == Op::number && e->dimension.dimensionless() && e->name.empty() && e->type != Type::boolean) ||
           (e->op == Op::negate && plain_number(e->operands[0]));
}

void widen(const Expr& e, Position& all) {
    const Position& p = e->position;
    if (p.line == all.line) {
        const std::uint32_t end = std::max(all.column + all.length, p.column + p.length);
        all.column = std::min(all.column, p.column);
        all.length = end - all.column;
    } else if (p.line != 0 && p.line < all.line) {
        all = p;
    }
    for (const Expr& operand : e->operands) {
        widen(operand, all);
    }
}

constexpr std::pair<std::string_view, std::string_view> letters[] = {
    {"V", "volt"},  {"A", "amp"},  {"S", "siemens"}, {"F", "farad"}, {"s", "second"}, {"m", "metre"}, {"K", "kelvin"},
    {"M", "molar"}, {"g", "gram"}, {"C", "coulomb"}, {"J", "joule"}, {"N", "newton"}, {"W", "watt"},  {"l", "liter"}};

}  // namespace

std::string in_words(const units::Dimension& d) {
    return d.dimensionless() ? "a number without unit" : "in " + units::name(d);
}

Position span_of(const Expr& e) {
    Position all = e->position;
    widen(e, all);
    return all;
}

Expr UnitCheck::complain(Position at, std::string message, std::string suggestion) {
    report_.add_once(place_, at, std::move(message), std::move(suggestion));
    return nullptr;
}

std::string UnitCheck::quoted(const Expr& e) const { return "'" + shown(e) + "'"; }

std::string UnitCheck::with_unit(const Expr& e, const units::Dimension& d) const {
    return quoted(e) + " is " + in_words(d);
}

Expr UnitCheck::name(const Expr& e) {
    const std::string& word = e->name;
    Node node = *e;
    if (locals_) {
        if (const auto found = locals_->find(word); found != locals_->end()) {
            found->second.used = true;
            node.role = Role::local;
            node.type = found->second.type;
            node.dimension = found->second.dimension;
            return made(std::move(node));
        }
    }
    if (const auto symbol = symbols_.find(word)) {
        if (symbol->broken) {
            return nullptr;
        }
        if (symbol->role == Role::noise && !allowed_.noise) {
            return complain(e->position, "noise '" + word + "' can stand in equations only",
                            "write randn() for a random number");
        }
        node.role = symbol->role;
        node.side = symbol->side;
        node.index = symbol->index;
        node.type = symbol->type;
        node.dimension = symbol->dimension;
        node.value = symbol->value;
        return made(std::move(node));
    }
    if (const auto unit = unit_in_expression(word)) {
        node.op = Op::number;
        node.value = unit->scale;
        node.dimension = unit->dimension;
        return made(std::move(node));
    }
    if (report_.full()) {
        return complain(e->position, "");
    }
    if (find_function(word) || symbols_.find_user_function(word)) {
        return complain(e->position, "'" + word + "' is a function", "write '" + word + "(...)'");
    }
    if (symbols_.open()) {
        return nullptr;
    }
    std::string hint = symbols_.suggestion(word);
    if (hint.empty()) {
        for (const auto& [letter, unit] : letters) {
            if (word == letter) {
                hint = "the unit is written '" + std::string(unit) + "'";
            }
        }
    }
    return complain(e->position, "there is no '" + word + "'", hint);
}

Expr UnitCheck::numeric(const Expr& original, Expr e, const std::string& who) {
    if (e && e->type == Type::boolean) {
        return complain(span_of(original), who + " works on numbers; " + quoted(original) + " is true or false",
                        "write int(" + shown(original) + ")");
    }
    return e;
}

bool UnitCheck::one_dimension(const Expr& original, const Expr& a, const Expr& b, const std::string& who) {
    if (a->dimension == b->dimension) {
        return true;
    }
    if (report_.full()) {
        complain(original->position, "");
        return false;
    }
    const Expr& left = original->operands[0];
    const Expr& right = original->operands[1];
    std::string hint;
    if (plain_number(left) != plain_number(right)) {
        const auto& wanted = plain_number(left) ? b->dimension : a->dimension;
        hint = "give the number a unit: " + shown(plain_number(left) ? left : right) + "*" + units::name(wanted);
    }
    complain(original->position,
             "both sides of '" + who + "' must have one dimension; " + with_unit(left, a->dimension) + ", " +
                 with_unit(right, b->dimension),
             hint);
    return false;
}

Expr UnitCheck::power(const Expr& e, Expr a, Expr b) {
    if (!b->dimension.dimensionless()) {
        return complain(span_of(e->operands[1]), "an exponent has no unit; " + with_unit(e->operands[1], b->dimension));
    }
    if (a->dimension.dimensionless()) {
        return binary(Op::power, std::move(a), std::move(b), e->position);
    }
    double exponent = 0;
    try {
        exponent = value(b, [](const Node& node) -> std::optional<double> {
            return node.role == Role::constant ? std::optional(node.value) : std::nullopt;
        });
    } catch (const InvalidInput&) {
        return complain(span_of(e->operands[1]), "the exponent of a quantity with unit must be a constant number; " +
                                                     with_unit(e->operands[0], a->dimension));
    }
    const double twelfths = 12 * exponent;
    if (!(std::abs(exponent) <= 100) || std::abs(twelfths - std::round(twelfths)) > 1e-9) {
        return complain(span_of(e->operands[1]),
                        "the exponent of a quantity with unit must be a multiple of 1/12 between -100 and 100");
    }
    try {
        // The exponent becomes a plain number, so that everybody can see the dimension of the result.
        const bool literal = plain_number(b);
        return binary(Op::power, std::move(a), literal ? std::move(b) : number(exponent, {}, b->position), e->position);
    } catch (const InvalidInput&) {
        return complain(e->position, "this power of a unit is out of range");
    }
}

Expr UnitCheck::two(const Expr& e) {
    Expr a = (*this)(e->operands[0]);
    Expr b = (*this)(e->operands[1]);
    const std::string sign(symbol(e->op));
    if (e->op == Op::logical_and || e->op == Op::logical_or) {
        for (std::size_t k = 0; k < 2; ++k) {
            Expr& side = k == 0 ? a : b;
            if (side && side->type != Type::boolean) {
                complain(span_of(e->operands[k]),
                         "'" + sign + "' joins conditions; " + quoted(e->operands[k]) + " is a number");
                side = nullptr;
            }
        }
    } else if ((e->op != Op::equal && e->op != Op::not_equal) || !a || !b || a->type != Type::boolean ||
               b->type != Type::boolean) {
        a = numeric(e->operands[0], std::move(a), "'" + sign + "'");
        b = numeric(e->operands[1], std::move(b), "'" + sign + "'");
    }
    if (!a || !b) {
        return nullptr;
    }
    switch (e->op) {
        case Op::add:
        case Op::subtract:
        case Op::modulo:
        case Op::less:
        case Op::less_equal:
        case Op::greater:
        case Op::greater_equal:
        case Op::equal:
        case Op::not_equal:
            if (!one_dimension(e, a, b, sign)) {
                return nullptr;
            }
            break;
        case Op::floor_divide:
            for (std::size_t k = 0; k < 2; ++k) {
                const Expr& side = k == 0 ? a : b;
                if (!side->dimension.dimensionless()) {
                    return complain(span_of(e->operands[k]),
                                    "'//' divides numbers without unit; " + with_unit(e->operands[k], side->dimension));
                }
            }
            break;
        case Op::power: return power(e, std::move(a), std::move(b));
        default: break;
    }
    Expr out = binary(e->op, std::move(a), std::move(b), e->position);
    for (const int t : out->dimension.twelfths) {
        if (std::abs(t) > 1'000'000) {
            return complain(e->position, "this power of a unit is out of range");
        }
    }
    return out;
}

Expr UnitCheck::call(const Expr& e) {
    std::vector<Expr> operands;
    bool good = true;
    for (const Expr& operand : e->operands) {
        operands.push_back((*this)(operand));
        good = good && operands.back();
    }
    const std::string& word = e->name;
    const Function* function = find_function(word);
    const UserFunction* own = symbols_.find_user_function(word);
    if (report_.full()) {
        return complain(e->position, "");
    }
    if (own) {
        if (operands.size() != own->arguments.size()) {
            return complain(e->position, "'" + word + "' takes " + text_of(own->arguments.size()) +
                                             " arguments; here are " + text_of(operands.size()));
        }
        for (std::size_t k = 0; k < operands.size(); ++k) {
            const Type wanted = own->types.empty() ? Type::real : own->types[k];
            if (wanted == Type::real) {
                operands[k] = numeric(e->operands[k], std::move(operands[k]), "'" + word + "'");
            } else if (operands[k] && operands[k]->type != wanted) {
                complain(span_of(e->operands[k]),
                         "argument " + text_of(k + 1) + " of '" + word + "' must be " +
                             (wanted == Type::integer ? "a whole number" : "a condition"),
                         wanted == Type::integer ? "write int(...)" : "");
                operands[k] = nullptr;
            }
            if (operands[k] && operands[k]->dimension != own->arguments[k]) {
                complain(span_of(e->operands[k]), "argument " + text_of(k + 1) + " of '" + word + "' must be " +
                                                      in_words(own->arguments[k]) + "; " +
                                                      with_unit(e->operands[k], operands[k]->dimension));
                operands[k] = nullptr;
            }
            good = good && operands[k];
        }
        if (!good) {
            return nullptr;
        }
        Node node = *e;
        node.operands = std::move(operands);
        node.dimension = own->result;
        node.type = own->type;
        return made(std::move(node));
    }
    if (!function) {
        const bool variable = symbols_.find(word) || unit_in_expression(word);
        if (symbols_.open() && !variable) {
            return nullptr;
        }
        return complain(e->position, variable ? "'" + word + "' is no function" : "there is no function '" + word + "'",
                        variable ? "write '*' before the bracket to multiply" : symbols_.function_suggestion(word));
    }
    const std::string name(function->name);
    if (operands.size() < function->least || operands.size() > function->most) {
        const int wanted = function->least;
        return complain(e->position, "'" + name + "' takes " + (wanted == 0 ? "no" : text_of(wanted)) + " argument" +
                                         (wanted == 1 ? "" : "s") + "; here " +
                                         (operands.size() == 1 ? "is 1" : "are " + text_of(operands.size())));
    }
    if (function->signature == Signature::random && !allowed_.random) {
        return complain(e->position, "'" + name + "()' in an equation would change at every evaluation",
                        "use noise 'xi', or a subexpression with the flag (constant over dt)");
    }
    if (!good) {
        return nullptr;
    }
    const auto at = [&](std::size_t k) { return span_of(e->operands[k]); };
    const auto unlike = [&](std::size_t k, const std::string& wanted) {
        return complain(at(k), "the argument of '" + name + "' must be " + wanted + "; " +
                                   with_unit(e->operands[k], operands[k]->dimension));
    };
    const std::size_t first = function->signature == Signature::choice ? 1 : 0;
    for (std::size_t k = first; k < operands.size(); ++k) {
        if (function->signature != Signature::to_integer && function->signature != Signature::choice &&
            !numeric(e->operands[k], operands[k], "'" + name + "'")) {
            return nullptr;
        }
    }
    switch (function->signature) {
        case Signature::pure:
        case Signature::random:
        case Signature::to_integer:
            for (std::size_t k = 0; k < operands.size(); ++k) {
                if (!operands[k]->dimension.dimensionless()) {
                    return unlike(k, "a number without unit");
                }
            }
            break;
        case Signature::choice:
            if (operands[0]->type != Type::boolean) {
                return complain(at(0), "the first argument of 'where' must be a condition; " + quoted(e->operands[0]) +
                                           " is a number");
            }
            if ((operands[1]->type == Type::boolean) != (operands[2]->type == Type::boolean)) {
                return complain(at(2), "'where' chooses between two numbers or two conditions, not one of each");
            }
            [[fallthrough]];
        case Signature::same:
            for (std::size_t k = first + 1; k < operands.size(); ++k) {
                if (operands[k]->dimension != operands[first]->dimension) {
                    return complain(at(k), "the arguments of '" + name + "' must have one dimension; " +
                                               with_unit(e->operands[first], operands[first]->dimension) + ", " +
                                               with_unit(e->operands[k], operands[k]->dimension));
                }
            }
            break;
        case Signature::steps:
            for (std::size_t k = 0; k < operands.size(); ++k) {
                if (operands[k]->dimension != symbols_.time()) {
                    return unlike(k, symbols_.time().dimensionless() ? "a number without unit" : "a time");
                }
            }
            break;
        case Signature::root:
            for (const int t : operands[0]->dimension.twelfths) {
                if (t % 2 != 0) {
                    return unlike(0, "in a unit that has a square root");
                }
            }
            break;
        case Signature::to_number: break;
    }
    if (name == "mod") {
        return binary(Op::modulo, operands[0], operands[1], e->position);
    }
    return language::call(name, std::move(operands), e->position);
}

Expr UnitCheck::operator()(const Expr& e) {
    switch (e->op) {
        case Op::number: return e;
        case Op::name: return name(e);
        case Op::call: return call(e);
        case Op::negate: {
            Expr a = numeric(e->operands[0], (*this)(e->operands[0]), "'-'");
            return a ? unary(Op::negate, std::move(a), e->position) : nullptr;
        }
        case Op::logical_not: {
            Expr a = (*this)(e->operands[0]);
            if (a && a->type != Type::boolean) {
                return complain(span_of(e->operands[0]),
                                "'not' takes a condition; " + quoted(e->operands[0]) + " is a number");
            }
            return a ? unary(Op::logical_not, std::move(a), e->position) : nullptr;
        }
        default: return two(e);
    }
}

Expr UnitCheck::condition(const Expr& e, const std::string& what) {
    Expr out = (*this)(e);
    if (out && out->type != Type::boolean) {
        return complain(span_of(e), what + " must be a condition; " + quoted(e) + " is a number",
                        "compare it: '" + shown(e) + " > ...'");
    }
    return out;
}

Expr UnitCheck::demanded(const Expr& e, const units::Dimension& dimension, Type type, const std::string& what) {
    Expr out = (*this)(e);
    if (!out) {
        return nullptr;
    }
    if (type == Type::boolean && out->type != Type::boolean) {
        return complain(span_of(e), what + " must be true or false; " + quoted(e) + " is a number",
                        "write a comparison");
    }
    if (type != Type::boolean && out->type == Type::boolean) {
        return complain(span_of(e), what + " must be a number; " + quoted(e) + " is true or false",
                        "write int(" + shown(e) + ")");
    }
    if (out->dimension != dimension) {
        return complain(span_of(e), what + " must be " + in_words(dimension) + "; " + with_unit(e, out->dimension),
                        plain_number(e) ? "write " + shown(e) + "*" + units::name(dimension) : "");
    }
    if (type == Type::integer && out->type != Type::integer) {
        return complain(span_of(e), what + " must be an integer; " + quoted(e) + " need not be whole",
                        "write int(" + shown(e) + ")");
    }
    return out;
}

}  // namespace ranvier::language
