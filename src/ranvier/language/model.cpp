#include "ranvier/language/model.hpp"

#include <functional>
#include <set>

#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/check_statements.hpp"
#include "ranvier/language/draft.hpp"
#include "ranvier/language/functions.hpp"

namespace ranvier::language {

namespace {

/// Parts as sources, each with a place of its own: "threshold", "on_pre 'pre'", ...
Draft draft_of(const Parts& parts, Time time, std::map<std::string, std::string>& texts) {
    Draft draft;
    draft.head.name = parts.name;
    draft.head.kind = parts.kind;
    draft.time = time;
    draft.parameters_place = parts.name;
    const auto source = [&](const std::string& text, std::string place) {
        while (texts.count(place) > 0 && texts[place] != text) {
            place += "'";
        }
        texts.emplace(place, text);
        return Source{text, std::move(place), 1, 1};
    };
    draft.equations.push_back(source(parts.equations, parts.name));
    const auto optional = [&](const std::string& text, const char* place) -> std::optional<Source> {
        return text.find_first_not_of(" \t\r\n") == std::string::npos ? std::nullopt
                                                                      : std::optional(source(text, place));
    };
    draft.threshold = optional(parts.threshold, "threshold");
    draft.reset = optional(parts.reset, "reset");
    draft.refractory = optional(parts.refractory, "refractory");
    for (const auto& [name, condition] : parts.events) {
        const std::string place = "event " + name;
        draft.events.push_back({.name = name, .place = place, .condition = source(condition, place)});
    }
    for (const auto& [name, statements] : parts.on_event) {
        const std::string place = "on " + name;
        if (Draft::Block* block = named(draft.events, name)) {
            block->statements = source(statements, place);
        } else {  // without condition: reported when it is checked
            draft.events.push_back({.name = name, .place = place, .statements = source(statements, place)});
        }
    }
    const auto pathways = [&](const auto& list, Side side, const char* place) {
        for (const auto& [name, statements] : list) {
            const std::string whole = name == (side == Side::pre ? "pre" : "post") ? place : place + (" " + name);
            draft.pathways.push_back(
                {.name = name, .place = whole, .side = side, .statements = source(statements, whole)});
        }
    };
    pathways(parts.on_pre, Side::pre, "on_pre");
    pathways(parts.on_post, Side::post, "on_post");
    for (const auto& [period, statements] : parts.updates) {
        auto condition = optional(period, "period");
        draft.updates.push_back(
            {.place = "update", .condition = std::move(condition), .statements = source(statements, "update")});
    }
    return draft;
}

Checked checked_once(const Parts& parts, const Scope& scope, Time time, std::map<std::string, std::string>& texts) {
    Report report;
    const Draft draft = draft_of(parts, time, texts);
    Checked out;
    out.model = checked_draft(draft, scope, report);
    out.diagnostics = report.diagnostics();
    return out;
}

bool mentions_unit(const Parts& parts) {
    Report report;
    for (const Token& token : tokens({parts.equations, parts.name}, report).list) {
        if (token.kind == TokenKind::name && reserved_unit(token.text)) {
            return true;
        }
    }
    return false;
}

Checked checked_with_texts(const Parts& parts, const Scope& scope, std::map<std::string, std::string>& texts) {
    if (parts.time != Time::either) {
        return checked_once(parts, scope, parts.time, texts);
    }
    std::map<std::string, std::string> plain_texts;
    Checked seconds = checked_once(parts, scope, Time::second, texts);
    if (seconds.diagnostics.empty()) {
        return seconds;
    }
    Checked plain = checked_once(parts, scope, Time::number, plain_texts);
    return plain.diagnostics.empty() || !mentions_unit(parts) ? plain : seconds;
}

/// A checked model's names, for texts that come later.
struct Names {
    Model scratch;  // outside variables that the text uses are noted here
    Symbols symbols;

    Names(const Model& model, const Scope& scope) : scratch(head(model)), symbols(scratch, scope) {
        const auto define = [&](const auto& list, Role role) {
            for (std::size_t k = 0; k < list.size(); ++k) {
                const Variable& v = list[k];
                symbols.define(v.name, {role, Side::own, static_cast<std::int32_t>(k), v.type, v.dimension, 0,
                                        v.flags.constant, false, v.position.line});
            }
        };
        define(model.states, Role::state);
        define(model.subexpressions, Role::subexpression);
        define(model.parameters, Role::parameter);
    }

    static Model head(const Model& model) {
        Model m;
        m.name = model.name;
        m.kind = model.kind;
        m.time = model.time;
        m.pre = model.pre;
        m.post = model.post;
        return m;
    }
};

}  // namespace

Checked checked(const Parts& parts, const Scope& scope) {
    std::map<std::string, std::string> texts;
    return checked_with_texts(parts, scope, texts);
}

Model model(const Parts& parts, const Scope& scope) {
    std::map<std::string, std::string> texts;
    Checked result = checked_with_texts(parts, scope, texts);
    if (!result.diagnostics.empty()) {
        const std::string message = rendered(result.diagnostics, texts);
        throw ModelError(message, std::move(result.diagnostics));
    }
    return std::move(result.model);
}

CheckedExpression checked_expression(std::string_view text, const Model& model, const Scope& scope,
                                     const std::string& place) {
    Report report;
    Names names(model, scope);
    CheckedExpression out;
    if (const Expr e = parsed_expression({text, place}, report)) {
        out.expr = UnitCheck(names.symbols, place, report)(e);
    }
    out.diagnostics = report.diagnostics();
    if (!out.diagnostics.empty()) {
        out.expr = nullptr;
    }
    return out;
}

CheckedStatements checked_statements(std::string_view text, const Model& model, const Scope& scope,
                                     const std::string& place) {
    Report report;
    Names names(model, scope);
    CheckedStatements out;
    out.statements = checked_statements(Source{text, place}, names.symbols, report, Writing::variables);
    out.diagnostics = report.diagnostics();
    return out;
}

std::vector<std::string> free_names(const Parts& parts, std::vector<std::string>* functions) {
    std::map<std::string, std::string> texts;
    const Draft draft = draft_of(parts, parts.time, texts);
    Report report;
    Model language;  // without variables: it knows what every model of its kind knows
    language.kind = parts.kind;
    const Scope nothing;
    Symbols symbols(language, nothing);
    std::set<std::string> own, found;
    std::vector<std::string> names;
    const auto add = [&](const std::string& name) {
        const bool known = own.count(name) > 0 || symbols.find(name) || find_function(name) || reserved_unit(name);
        if (!known && found.insert(name).second) {
            names.push_back(name);
        }
    };
    std::function<void(const Expr&)> visit = [&](const Expr& e) {
        if (e && e->op == Op::name) {
            add(e->name);
        } else if (e && e->op == Op::call && functions && !find_function(e->name) &&
                   std::ranges::find(*functions, e->name) == functions->end()) {
            functions->push_back(e->name);
        }
        for (std::size_t k = 0; e && k < e->operands.size(); ++k) {
            visit(e->operands[k]);
        }
    };
    const auto expression = [&](const std::optional<Source>& source) {
        if (source) {
            visit(parsed_condition(*source, report).expr);  // that of an event, or any other expression
        }
    };
    const auto statements = [&](const std::optional<Source>& source) {
        const std::set<std::string> outside = own;
        for (const Statement& s : source ? parsed_statements(*source, report) : std::vector<Statement>()) {
            visit(s.value);
            if (s.op == Op::name) {
                own.insert(s.target);  // from here on, in this text
            } else {
                add(s.target);
            }
        }
        own = outside;
    };
    std::vector<Equation> equations;
    for (const Source& source : draft.equations) {
        std::ranges::move(parsed_equations(source, report), std::back_inserter(equations));
    }
    for (const Equation& e : equations) {
        own.insert(e.name);
    }
    for (const Equation& e : equations) {
        visit(e.expr);
    }
    expression(draft.threshold);
    statements(draft.reset);
    expression(draft.refractory);
    for (const auto* blocks : {&draft.events, &draft.pathways, &draft.updates}) {
        for (const Draft::Block& block : *blocks) {
            expression(block.condition);
            statements(block.statements);
        }
    }
    return names;
}

}  // namespace ranvier::language
