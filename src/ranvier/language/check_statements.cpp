#include "ranvier/language/check_statements.hpp"

#include "ranvier/language/calculus.hpp"

namespace ranvier::language {

namespace {

struct StatementCheck {
    Symbols& symbols;
    const std::string& place;
    Report& report;
    Writing writing;
    Locals locals;
    std::vector<std::pair<std::string, Position>> made_here;

    /// Always false.
    bool complain(const Position& at, std::string message, std::string suggestion = "") {
        report.add_once(place, at, std::move(message), std::move(suggestion));
        return false;
    }

    /// The target as a tree, for x += ...; false where it can't be written to.
    bool target(Statement& s, Node& before) {
        before.op = Op::name;
        before.name = s.target;
        before.position = s.position;
        if (const auto local = locals.find(s.target); local != locals.end()) {
            s.role = before.role = Role::local;
            s.type = before.type = local->second.type;
            s.dimension = before.dimension = local->second.dimension;
            return true;
        }
        const auto symbol = symbols.find(s.target);
        if (!symbol || (symbol->role == Role::constant && writing == Writing::variables)) {
            return false;
        }
        const bool own_value =
            writing == Writing::values && symbol->role == Role::parameter && symbol->side == Side::own;
        if (symbol->role == Role::subexpression) {
            return complain(s.position, "'" + s.target + "' follows from its equation and can't be assigned to");
        }
        if (symbol->fixed && !own_value) {
            const bool constant = symbol->role == Role::parameter;
            return complain(
                s.position,
                "'" + s.target + (constant ? "' is constant and can't be changed here" : "' can't be assigned to"),
                constant ? "declare it among the equations, without the flag (constant), if it shall change" : "");
        }
        if (writing == Writing::values &&
            (symbol->side != Side::own || (symbol->role != Role::state && symbol->role != Role::parameter))) {
            return complain(s.position, "'" + s.target + "' is neither a parameter nor a state of this model");
        }
        s.role = before.role = symbol->role;
        s.side = before.side = symbol->side;
        s.index = before.index = symbol->index;
        s.type = before.type = symbol->type;
        s.dimension = before.dimension = symbol->dimension;
        return true;
    }

    bool operator()(Statement& s) {
        UnitCheck check(symbols, place, report, {}, &locals);
        const std::size_t before_count = report.count();
        Node before;
        const bool known = target(s, before);
        if (report.count() > before_count) {
            if (s.value) {
                check(s.value);
            }
            return false;
        }
        if (const auto symbol = symbols.find(s.target); symbol && symbol->broken) {
            return false;
        }
        if (!s.value) {
            if (!known && s.op == Op::name && writing == Writing::variables) {
                locals[s.target] = {};  // so that its later uses are not reported too
                locals[s.target].used = true;
            }
            return false;
        }
        if (!known) {
            return unknown(s, check);
        }
        const std::string what = "the value of '" + s.target + "'";
        if (s.op == Op::name) {
            s.value = check.demanded(s.value, s.dimension, s.type, what);
            s.result = s.value;
            return s.value != nullptr;
        }
        if (writing == Writing::values) {
            return complain(s.position, "a value is given with '='; '" + std::string(symbol(s.op)) + "=' changes one");
        }
        if (s.type == Type::boolean) {
            return complain(s.position, "'" + s.target + "' is true or false; only '=' can change it");
        }
        switch (s.op) {
            case Op::add:
            case Op::subtract:
            case Op::modulo:
                s.value = check.demanded(s.value, s.dimension, s.type, "what changes '" + s.target + "'");
                break;
            case Op::power:
                if (!s.dimension.dimensionless()) {
                    return complain(s.position, "'" + s.target + "' is " + in_words(s.dimension) +
                                                    "; its power is in another unit");
                }
                [[fallthrough]];
            default: {
                const bool whole = s.type == Type::integer && s.op != Op::divide;
                s.value =
                    check.demanded(s.value, {}, whole ? Type::integer : Type::real, "the factor of '" + s.target + "'");
                if (s.value && s.type == Type::integer && s.op == Op::divide) {
                    return complain(s.position, "'" + s.target + "' is an integer; its quotient need not be whole",
                                    "write '//='");
                }
            }
        }
        if (!s.value) {
            return false;
        }
        s.result = binary(s.op, made(before), s.value, s.position);
        return true;
    }

    /// An assignment to a name that nobody knows makes a local one.
    bool unknown(Statement& s, UnitCheck& check) {
        Expr value = check(s.value);
        const std::string hint = report.full() ? "" : symbols.target_suggestion(s.target);
        if (writing == Writing::values || s.op != Op::name) {
            const auto outside = symbols.find(s.target);
            if (!outside && symbols.open()) {
                return false;
            }
            return complain(
                s.position,
                outside ? "'" + s.target + "' is a constant and can't be changed" : "there is no '" + s.target + "'",
                outside ? "" : hint);
        }
        if (const std::string refusal = refusal_of_name(s.target, symbols.kind()); !refusal.empty()) {
            return complain(s.position, refusal);
        }
        Local local;
        local.position = s.position;
        if (!value) {
            local.used = true;
            locals[s.target] = local;
            return false;
        }
        local.type = value->type;
        local.dimension = value->dimension;
        locals[s.target] = local;
        made_here.emplace_back(s.target, s.position);
        s.role = Role::local;
        s.type = local.type;
        s.dimension = local.dimension;
        s.value = value;
        s.result = std::move(value);
        return true;
    }

    /// A local name that nothing reads, and that is nearly the name of a variable, is probably a typing mistake.
    void slips() {
        for (const auto& [name, at] : made_here) {
            if (!locals[name].used && !report.full()) {
                if (std::string hint = symbols.target_suggestion(name); !hint.empty()) {
                    complain(at, "'" + name + "' is assigned here and never read", hint);
                }
            }
        }
    }
};

}  // namespace

std::vector<Statement> checked_statements(const Source& source, Symbols& symbols, Report& report, Writing writing) {
    StatementCheck check{symbols, source.place, report, writing, {}, {}};
    std::vector<Statement> good;
    for (Statement& s : parsed_statements(source, report)) {
        if (check(s)) {
            good.push_back(std::move(s));
        }
    }
    check.slips();
    return good;
}

}  // namespace ranvier::language
