// Expressions by precedence climbing. From weak to strong: or · and · not · comparisons · + - · * / // % · signs · **
// (which binds to the right and more tightly than a sign on its left).
#include <algorithm>
#include <array>

#include "ranvier/language/parse.hpp"

namespace ranvier::language {

namespace {

/// The operator between two operands that a token is; Op::name for none. "**" is read by powered().
Op binary_at(const Token& token) {
    for (int k = static_cast<int>(Op::add); k <= static_cast<int>(Op::logical_or); ++k) {
        const Op op = static_cast<Op>(k);
        if (token.text == symbol(op) && op != Op::power) {
            return op;
        }
    }
    return Op::name;
}

Expr operand_and_rest(Reader& reader, int level);

bool too_deep(Reader& reader, Position at) {
    if (reader.nesting < max_nesting) {
        return false;
    }
    reader.complain(at, "brackets and signs may be nested " + text_of(max_nesting) + " levels deep",
                    "give parts of the expression names of their own");
    return true;
}

/// A made node, or null with a report where the tree grows too deep.
Expr checked_node(Reader& reader, Op op, Expr a, Expr b, Position at) {
    if (std::max(a->depth, b ? b->depth : 0U) >= max_depth / 2) {
        reader.complain(at, "an expression may have " + text_of(max_depth / 2) + " operations in a row",
                        "give parts of it names of their own");
        return nullptr;
    }
    Node node;
    node.op = op;
    node.operands.push_back(std::move(a));
    if (b) {
        node.operands.push_back(std::move(b));
    }
    node.position = at;
    return made(std::move(node));
}

bool keyword(std::string_view word) {
    static constexpr std::array<std::string_view, 12> words{"if",    "else",   "for", "in",     "is",    "lambda",
                                                            "while", "return", "def", "import", "class", "None"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What to write for an operator of other languages, or "".
std::string_view instead_of(std::string_view word) {
    return word == "&"    ? "write 'and'"
           : word == "|"  ? "write 'or'"
           : word == "if" ? "write where(condition, a, b)"
           : word == "falls" || word == "rises"
               ? "'falls below' and 'rises above' make the whole condition of a threshold or an event, without brackets"
               : "";
}

bool foreign_operator(std::string_view word) { return word == "&" || word == "|" || word == "xor"; }

/// Before a bracket is closed stands something else.
void complain_within(Reader& reader, const Token& open, std::string_view missing) {
    const std::string word(reader.now().text);
    if (reader.done()) {
        reader.complain(open.position, "this bracket is never closed");
    } else if (reader.is("=") || foreign_operator(word)) {
        complain_about_rest(reader);
    } else {
        reader.complain(reader.now().position, std::string(missing) + " is missing here",
                        std::string(instead_of(word)));
    }
}

Expr arguments(Reader& reader, const Token& name) {
    const Position at = name.position;
    const Token open = reader.now();
    if (too_deep(reader, open.position)) {
        return nullptr;
    }
    ++reader.nesting;
    ++reader.brackets;
    reader.advance();
    std::vector<Expr> operands;
    bool good = true;
    while (good && !reader.is(")")) {
        if (reader.now().kind == TokenKind::name && reader.ahead().text == "=") {
            reader.complain(reader.now().position, "functions take their arguments by place, not by name",
                            "drop '" + std::string(reader.now().text) + " ='");
            good = false;
            break;
        }
        Expr operand = operand_and_rest(reader, or_level);
        good = operand != nullptr;
        if (good) {
            operands.push_back(std::move(operand));
            if (!reader.take(",") && !reader.is(")")) {
                complain_within(reader, open, "',' or ')'");
                good = false;
            }
        }
    }
    --reader.nesting;
    --reader.brackets;
    if (!good) {
        return nullptr;
    }
    reader.advance();
    Node node;
    node.op = Op::call;
    node.name = name.text;
    node.position = at;
    for (const Expr& operand : operands) {
        if (operand->depth >= max_depth / 2) {
            reader.complain(at, "an expression may have " + text_of(max_depth / 2) + " operations in a row",
                            "give parts of it names of their own");
            return nullptr;
        }
    }
    node.operands = std::move(operands);
    return made(std::move(node));
}

Expr atom(Reader& reader) {
    const Token token = reader.now();
    if (token.kind == TokenKind::number) {
        reader.advance();
        Node node;
        node.op = Op::number;
        node.value = token.value;
        node.type = token.whole ? Type::integer : Type::real;
        node.position = token.position;
        return made(std::move(node));
    }
    if (token.kind == TokenKind::name && binary_at(token) == Op::name) {
        if (keyword(token.text)) {
            const std::string word(token.text);
            reader.complain(
                token.position, "'" + word + "' is no part of an expression",
                word == "if" || word == "else" ? "write where(condition, a, b)" : "call a variable '" + word + "_'");
            return nullptr;
        }
        reader.advance();
        if (token.text == "True" || token.text == "False") {
            return boolean(token.text == "True", token.position);
        }
        if (reader.is("(")) {
            return arguments(reader, token);
        }
        return unresolved(std::string(token.text), token.position);
    }
    if (reader.is("(")) {
        if (too_deep(reader, token.position)) {
            return nullptr;
        }
        ++reader.nesting;
        ++reader.brackets;
        reader.advance();
        Expr inner = operand_and_rest(reader, or_level);
        const bool closed = inner && reader.is(")");
        if (inner && reader.is(",")) {
            reader.complain(reader.now().position, "a list in brackets is no value");
        } else if (inner && !closed) {
            complain_within(reader, token, "an operator or ')'");
        }
        --reader.nesting;
        --reader.brackets;
        if (!closed) {
            return nullptr;
        }
        reader.advance();
        return inner;
    }
    if (token.kind == TokenKind::end || token.kind == TokenKind::new_line) {
        reader.complain(token.position, "a value is missing at the end of this text");
    } else {
        reader.complain(token.position, "a value is missing before '" + std::string(token.text) + "'");
    }
    return nullptr;
}

/// atom ** factor
Expr powered(Reader& reader) {
    Expr base = atom(reader);
    if (!base || !reader.is("**")) {
        return base;
    }
    const Position at = reader.now().position;
    if (too_deep(reader, at)) {
        return nullptr;
    }
    ++reader.nesting;
    reader.advance();
    Expr exponent = operand_and_rest(reader, sign_level);
    --reader.nesting;
    return exponent ? checked_node(reader, Op::power, std::move(base), std::move(exponent), at) : nullptr;
}

Expr operand(Reader& reader, int level) {
    const Token token = reader.now();
    const bool negation = token.kind == TokenKind::name && token.text == "not";
    if (negation && level > not_level) {
        reader.complain(token.position, "'not' needs brackets here", "write '(not ...)'");
        return nullptr;
    }
    if (!negation && !reader.is("-") && !reader.is("+")) {
        return powered(reader);
    }
    if (too_deep(reader, token.position)) {
        return nullptr;
    }
    ++reader.nesting;
    reader.advance();
    Expr inner = operand_and_rest(reader, negation ? not_level : sign_level);
    --reader.nesting;
    if (!inner || token.text == "+") {
        return inner;
    }
    return checked_node(reader, negation ? Op::logical_not : Op::negate, std::move(inner), nullptr, token.position);
}

Expr operand_and_rest(Reader& reader, int level) {
    Expr left = operand(reader, level);
    while (left) {
        const Token token = reader.now();
        const Op op = binary_at(token);
        if (op == Op::name || binding(op) < level) {
            break;
        }
        reader.advance();
        Expr right = operand_and_rest(reader, binding(op) + 1);
        if (!right) {
            return nullptr;
        }
        left = checked_node(reader, op, std::move(left), std::move(right), token.position);
        if (left && binding(op) == compare_level && binding(binary_at(reader.now())) == compare_level) {
            reader.complain(reader.now().position, "comparisons can't be chained",
                            "write 'a < b and b < c' for 'a < b < c'");
            return nullptr;
        }
    }
    return left;
}

/// Reads "rises above b" or "falls below b" behind a.
Condition edge_of(Reader& reader, Expr a) {
    const Token verb = reader.now();
    const bool rises = verb.text == "rises", falls = verb.text == "falls";
    reader.advance();
    const std::string_view side = reader.now().kind == TokenKind::name ? reader.now().text : "";
    if (!(rises && side == "above") && !(falls && side == "below")) {
        const bool up = rises ? side != "below" : !falls && side == "above";
        const bool down = falls ? side != "above" : !rises && side == "below";
        reader.complain(
            verb.position,
            "'" + std::string(verb.text) + (side.empty() ? "" : " " + std::string(side)) + "' passes no level",
            up     ? "write 'rises above'"
            : down ? "write 'falls below'"
                   : "write 'rises above' or 'falls below'");
        return {};
    }
    reader.advance();
    Expr level = operand_and_rest(reader, sum_level);
    if (level && !reader.done() && binary_at(reader.now()) == Op::name) {
        complain_about_rest(reader);
        return {};
    }
    if (level && (!reader.done() || binding(a->op) <= compare_level)) {
        reader.complain(verb.position,
                        "'" + std::string(verb.text) + " " + std::string(side) + "' stands beside no other condition",
                        "let the statements depend on the rest: x = where(condition, a, x)");
        return {};
    }
    return {level ? checked_node(reader, rises ? Op::greater : Op::less, std::move(a), std::move(level), verb.position)
                  : nullptr,
            true};
}

}  // namespace

const Token& Reader::now() {
    if (across_lines || brackets > 0) {
        while (tokens[at].kind == TokenKind::new_line) {
            ++at;
        }
    }
    return tokens[at];
}

const Token& Reader::ahead(std::size_t count) {
    now();
    std::size_t k = at;
    for (; count > 0 && tokens[k].kind != TokenKind::end; --count) {
        ++k;
        while ((across_lines || brackets > 0) && tokens[k].kind == TokenKind::new_line) {
            ++k;
        }
    }
    return tokens[k];
}

void Reader::advance() {
    if (now().kind != TokenKind::end) {
        ++at;
    }
}

bool Reader::is(std::string_view sign) { return now().kind == TokenKind::sign && now().text == sign; }

bool Reader::take(std::string_view sign) {
    const bool there = is(sign);
    if (there) {
        advance();
    }
    return there;
}

bool Reader::complain(Position where, std::string message, std::string suggestion) {
    report.add_once(place, where, std::move(message), std::move(suggestion));
    return false;
}

Expr read_expression(Reader& reader) {
    const int nesting = reader.nesting, brackets = reader.brackets;
    Expr e = operand_and_rest(reader, or_level);
    reader.nesting = nesting;
    reader.brackets = brackets;
    return e;
}

void complain_about_rest(Reader& reader) {
    const std::string word(reader.now().text);
    const bool assigns = reader.is("=");
    reader.complain(reader.now().position,
                    assigns                  ? "'=' can't stand in an expression"
                    : foreign_operator(word) ? "'" + word + "' is no operator of the language"
                                             : "an operator is missing before '" + word + "'",
                    assigns ? "write '==' to compare" : std::string(instead_of(word)));
}

Expr parsed_expression(const Source& source, Report& report) {
    const Tokens words = tokens(source, report);
    Reader reader{words.list, source.place, report, 0, 0, 0, true};
    Expr e = read_expression(reader);
    if (e && !reader.done()) {
        complain_about_rest(reader);
        return nullptr;
    }
    return e;
}

Condition parsed_condition(const Source& source, Report& report) {
    const Tokens words = tokens(source, report);
    Reader reader{words.list, source.place, report, 0, 0, 0, true};
    Expr e = read_expression(reader);
    if (!e || reader.done()) {
        return {std::move(e)};
    }
    const std::string_view word = reader.now().text, next = reader.ahead().text;
    if (reader.now().kind == TokenKind::name && binary_at(reader.now()) == Op::name &&
        (word == "rises" || word == "falls" || next == "above" || next == "below")) {
        return edge_of(reader, std::move(e));
    }
    complain_about_rest(reader);
    return {};
}

}  // namespace ranvier::language
