// From a draft to a checked model: names first, then every expression on its own, for all dimensions are declared.
#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/check_parameters.hpp"
#include "ranvier/language/check_statements.hpp"
#include "ranvier/language/draft.hpp"
#include "ranvier/language/functions.hpp"
#include "ranvier/language/noise.hpp"
#include "ranvier/language/order.hpp"

namespace ranvier::language {

namespace {

struct FlagRule {
    std::string_view name;
    bool Flags::*flag;
    bool differential, subexpression, parameter;
};

constexpr std::array<FlagRule, 9> flag_rules{{
    {"unless refractory", &Flags::unless_refractory, true, false, false},
    {"event-driven", &Flags::event_driven, true, false, false},
    {"clock-driven", &Flags::clock_driven, true, false, false},
    {"shared", &Flags::shared, false, true, true},
    {"constant over dt", &Flags::constant_over_dt, false, true, false},
    {"summed", &Flags::summed, false, true, false},
    {"constant", &Flags::constant, false, false, true},
    {"linked", &Flags::linked, false, false, true},
    {"point current", &Flags::point_current, false, true, true},
}};

class ModelCheck {
public:
    ModelCheck(const Draft& draft, const Scope& scope, Report& report)
        : draft_(draft), report_(report), model_(draft.head), symbols_(model_, scope), scope_(scope) {
        model_.functions = scope.functions;
        model_.time = draft.time == Time::number ? units::Dimension{} : units::unit("second").dimension;
    }

    Model all() {
        for (const UserFunction& own : model_.functions) {
            if (find_function(own.name)) {
                report_.add(place_, {1, 1, 1}, "there is a function '" + own.name + "' already",
                            "give yours another name");
            }
        }
        declare_outside(draft_.pre, Side::pre);
        declare_outside(draft_.post, Side::post);
        check_parameters(draft_, model_, symbols_, report_);
        define_equations();
        check_equations();
        split_noise(model_, place_, report_);
        check_events();
        check_pathways();
        check_updates();
        check_values();
        return std::move(model_);
    }

private:
    /// Always false.
    bool complain(const Position& at, std::string message, std::string suggestion = "") {
        report_.add_once(place_, at, std::move(message), std::move(suggestion));
        return false;
    }

    void declare_outside(const std::vector<Source>& sources, Side side) {
        for (const Source& source : sources) {
            for (const Equation& e : parsed_equations(source, report_)) {
                if (e.form != Form::parameter) {
                    report_.add_once(source.place, e.position, "here stand names with their units, without equations",
                                     "write '" + e.name + " : unit'");
                } else if (e.unit.good) {
                    symbols_.define_outside(side, variable(e, source.place));
                }
            }
        }
    }

    Variable variable(const Equation& e, const std::string& place) {
        Variable v;
        v.name = e.name;
        v.type = e.unit.type;
        v.dimension = e.unit.unit.dimension;
        v.unit = e.unit.text;
        v.unit_scale = e.unit.unit.scale;
        v.comment = e.comment;
        v.position = e.position;
        v.flags = flags_of(e.flags, e.form, place, report_);
        return v;
    }

    void define_equations() {
        for (const Source& source : draft_.equations) {
            place_ = source.place;
            for (Equation& e : parsed_equations(source, report_)) {
                if (name_is_free(e)) {
                    define(e);
                }
            }
        }
        // Subexpressions in an order in which each needs only earlier ones; then their indices are known.
        const auto order = order_of_subexpressions(model_.subexpressions, place_, report_);
        std::vector<Subexpression> sorted;
        for (const std::size_t k : order) {
            sorted.push_back(std::move(model_.subexpressions[k]));
        }
        model_.subexpressions = std::move(sorted);
        for (std::size_t k = 0; k < model_.subexpressions.size(); ++k) {
            const Subexpression& s = model_.subexpressions[k];
            if (!s.flags.summed) {
                define(s, Role::subexpression, k);
            }
        }
    }

    bool name_is_free(const Equation& e) {
        const auto [known, fresh] = first_.emplace(e.name, e.position);
        if (!fresh || symbols_.defines(e.name)) {
            const std::uint32_t line = fresh ? symbols_.find(e.name)->line : known->second.line;
            return complain(e.position, "'" + e.name + "' is defined twice; first in line " + text_of(line));
        }
        if (const std::string refusal = refusal_of_name(e.name, model_.kind); !refusal.empty()) {
            return complain(e.position, refusal);
        }
        const bool summed =
            std::any_of(e.flags.begin(), e.flags.end(), [](const auto& f) { return f.first == "summed"; });
        const bool suffix = e.name.ends_with("_pre") || e.name.ends_with("_post");
        if (model_.kind == Kind::synapse && suffix && !summed) {
            return complain(e.position,
                            "'" + e.name + "' would be a variable of the " +
                                (e.name.ends_with("_pre") ? "pre" : "post") + "synaptic neuron, because of its ending",
                            "rename it, or mark an equation that adds up into that variable (summed)");
        }
        if (summed && !suffix) {
            return complain(e.position, "a (summed) equation names the variable that it adds up into: '" + e.name +
                                            "_post' or '" + e.name + "_pre'");
        }
        return true;
    }

    void define(const Variable& v, Role role, std::size_t index) {
        Symbol symbol{role, Side::own, static_cast<std::int32_t>(index), v.type, v.dimension, 0, v.flags.constant,
                      false};
        symbol.broken = broken_.count(v.name) > 0;
        symbol.line = v.position.line;
        symbols_.define(v.name, symbol);
    }

    void define(Equation& e) {
        Variable v = variable(e, place_);
        if (!e.unit.good) {
            broken_.emplace(e.name, true);
        }
        switch (e.form) {
            case Form::differential: {
                if (e.unit.good && e.unit.type != Type::real) {
                    complain(e.unit.position, "what has a differential equation is a real number",
                             "write ': 1' for one without unit");
                }
                State s;
                static_cast<Variable&>(s) = std::move(v);
                s.rhs = e.expr;
                define(s, Role::state, model_.states.size());
                model_.states.push_back(std::move(s));
                break;
            }
            case Form::subexpression: {
                Subexpression s;
                static_cast<Variable&>(s) = std::move(v);
                s.expr = e.expr;
                model_.subexpressions.push_back(std::move(s));
                break;
            }
            case Form::parameter: {
                Parameter p;
                static_cast<Variable&>(p) = std::move(v);
                define(p, Role::parameter, model_.parameters.size());
                model_.parameters.push_back(std::move(p));
                break;
            }
        }
    }

    void check_equations() {
        for (State& s : model_.states) {
            if (s.flags.event_driven && s.flags.clock_driven) {
                complain(s.position, "'" + s.name + "' can't be both event-driven and clock-driven");
            }
            if (s.rhs && broken_.count(s.name) == 0) {
                UnitCheck check(symbols_, place_, report_, {true, symbols_.random_drift()});
                s.rhs = check.demanded(s.rhs, s.dimension / model_.time, Type::real, "d" + s.name + "/dt");
            } else if (s.rhs) {
                UnitCheck(symbols_, place_, report_, {true, symbols_.random_drift()})(s.rhs);
                s.rhs = nullptr;
            }
        }
        for (Subexpression& s : model_.subexpressions) {
            if (!s.expr) {
                continue;
            }
            UnitCheck check(symbols_, place_, report_, {true, s.flags.constant_over_dt});
            if (broken_.count(s.name) > 0) {
                check(s.expr);
                s.expr = nullptr;
                continue;
            }
            s.expr = check.demanded(s.expr, s.dimension, s.type, "'" + s.name + "'");
            if (s.flags.summed) {
                check_summed(s);
            }
        }
    }

    void check_summed(const Subexpression& s) {
        if (model_.kind != Kind::synapse) {
            complain(s.position, "only synapses have (summed) equations");
            return;
        }
        const bool pre = s.name.ends_with("_pre");
        const bool anything_known = pre ? scope_.pre || !draft_.pre.empty() : scope_.post || !draft_.post.empty();
        const auto target = symbols_.find(s.name);
        if (!target && anything_known) {
            const std::string base = s.name.substr(0, s.name.size() - (pre ? 4 : 5));
            complain(s.position, "the " + std::string(pre ? "pre" : "post") + "synaptic neurons have no '" + base + "'",
                     symbols_.suggestion(s.name));
        } else if (target && target->dimension != s.dimension) {
            complain(s.position, "'" + s.name + "' adds up into a variable in " + units::name(target->dimension) +
                                     "; it is in " + units::name(s.dimension) + " here");
        }
    }

    void check_events() {
        if (draft_.threshold) {
            Event spike{"spike", nullptr, {}, {draft_.threshold->line, draft_.threshold->column, 1}};
            read_condition(spike, *draft_.threshold, "the threshold");
            spike.statements = statements(draft_.reset);
            model_.events.push_back(std::move(spike));
        } else if (draft_.reset) {
            report_.add(draft_.reset->place, {draft_.reset->line, draft_.reset->column, 1},
                        "there is a reset, but no threshold");
        }
        if (draft_.refractory) {
            const Source& source = *draft_.refractory;
            if (Expr e = parsed_expression(source, report_)) {
                UnitCheck check(symbols_, source.place, report_);
                model_.refractory = check(e);
                if (model_.refractory && model_.refractory->type != Type::boolean &&
                    model_.refractory->dimension != model_.time) {
                    report_.add(source.place, span_of(e),
                                "the refractory period must be a time or a condition; '" + text(e) + "' is " +
                                    in_words(model_.refractory->dimension));
                }
            }
        }
        for (const Draft::Block& block : draft_.events) {
            if (named(model_.events, block.name)) {
                report_.add(block.place, block.position, "the event '" + block.name + "' is defined twice");
                continue;
            }
            Event event{block.name, nullptr, {}, block.position};
            if (block.condition) {
                read_condition(event, *block.condition, "the condition of the event '" + block.name + "'");
            } else {
                report_.add(block.place, block.position, "the event '" + block.name + "' has no condition",
                            block.name == "spike" ? "say 'threshold'" : "");
            }
            event.statements = statements(block.statements);
            model_.events.push_back(std::move(event));
        }
    }

    void read_condition(Event& event, const Source& source, const std::string& what) {
        const Condition c = parsed_condition(source, report_);
        event.condition = c.expr ? UnitCheck(symbols_, source.place, report_).condition(c.expr, what) : nullptr;
        event.edge = c.edge;
    }

    void check_pathways() {
        for (const Draft::Block& block : draft_.pathways) {
            if (model_.kind != Kind::synapse) {
                report_.add(block.place, block.position, "only synapses act on the spikes of other neurons",
                            "a synapse says 'kind: synapse'");
                return;
            }
            model_.pathways.push_back({block.name, block.side, block.event, time_of(block.condition, "a delay"),
                                       statements(block.statements)});
        }
    }

    Expr time_of(const std::optional<Source>& source, const std::string& what) {
        const Expr e = source ? parsed_expression(*source, report_) : nullptr;
        return e ? UnitCheck(symbols_, source->place, report_).demanded(e, model_.time, Type::real, what) : nullptr;
    }

    std::vector<Statement> statements(const std::optional<Source>& source) {
        return source ? checked_statements(*source, symbols_, report_) : std::vector<Statement>{};
    }

    void check_updates() {
        for (const Draft::Block& block : draft_.updates) {
            model_.updates.push_back({time_of(block.condition, "a period"), statements(block.statements)});
        }
    }

    void check_values() {
        if (draft_.initial) {
            for (Statement& s : checked_statements(*draft_.initial, symbols_, report_, Writing::values)) {
                auto& goal =
                    s.role == Role::state ? model_.states[s.index].initial : model_.parameters[s.index].initial;
                goal = s.value;
            }
        }
        for (const Draft::Values& values : draft_.presets) {
            Preset preset{values.name, values.comment, {}};
            if (find_preset(model_, values.name)) {
                report_.add(values.source.place, values.position, "the preset '" + values.name + "' is defined twice");
            }
            preset.values = checked_statements(values.source, symbols_, report_, Writing::values);
            model_.presets.push_back(std::move(preset));
        }
        if (report_.count() == 0) {
            check_numbers(model_, place_.empty() ? draft_.parameters_place : place_, report_);
        }
    }

    const Draft& draft_;
    Report& report_;
    Model model_;
    Symbols symbols_;
    const Scope& scope_;
    std::string place_;
    std::unordered_map<std::string, Position> first_;
    std::unordered_map<std::string, bool> broken_;
};

}  // namespace

Flags flags_of(const std::vector<std::pair<std::string, Position>>& words, Form form, const std::string& place,
               Report& report) {
    Flags flags;
    for (const auto& flag : words) {
        const std::string& word = flag.first;
        const Position at = flag.second;
        const FlagRule* rule = named(flag_rules, word);
        if (!rule) {
            report.add_once(place, at, "there is no flag '" + word + "'", did_you_mean(word, names_of(flag_rules), ""));
            continue;
        }
        const bool fits = form == Form::differential ? rule->differential
                          : form == Form::parameter  ? rule->parameter
                                                     : rule->subexpression;
        if (!fits) {
            const char* what = form == Form::differential ? "a differential equation"
                               : form == Form::parameter  ? "a parameter"
                                                          : "a subexpression";
            report.add_once(place, at, "the flag '" + word + "' does not suit " + what);
            continue;
        }
        flags.*(rule->flag) = true;
    }
    return flags;
}

Model checked_draft(const Draft& draft, const Scope& scope, Report& report) {
    try {
        return ModelCheck(draft, scope, report).all();
    } catch (const InvalidInput& error) {  // a tree that grew too deep when parts were put together
        report.add(draft.head.name, {}, error.what());
        return draft.head;
    }
}

}  // namespace ranvier::language
