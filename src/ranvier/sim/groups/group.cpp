#include "ranvier/sim/groups/group.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/compile/lower/emit_expression.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/parse.hpp"
#include "ranvier/sim/groups/statement_code.hpp"

namespace ranvier::sim {

using compile::Elements;
using compile::Place;
using language::Type;

language::Scope Surroundings::scope() const {
    language::Scope scope;
    scope.constants = constants;
    scope.functions = functions;
    for (const auto& [name, table] : tables) {
        std::vector<units::Dimension> arguments{units::unit("second").dimension};
        if (table->two_dimensional) {
            arguments.emplace_back();
        }
        scope.functions.push_back({name, nullptr, arguments, table->dimension});
    }
    return scope;
}

std::string Surroundings::written_out(const std::string& text) const {
    std::string result = text;
    const auto in_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    for (const auto& [name, meaning] : texts) {
        for (std::size_t at = result.find(name); at != std::string::npos; at = result.find(name, at)) {
            std::size_t end = at + name.size();
            bool call = (at == 0 || !in_word(result[at - 1]));
            for (const char bracket : {'(', ')'}) {
                end = std::min(result.find_first_not_of(' ', end), result.size());
                call = call && end < result.size() && result[end] == bracket;
                ++end;
            }
            if (call) {
                result.replace(at, end - at, "(" + meaning + ")");
                at += meaning.size() + 2;
            } else {
                at += name.size();
            }
        }
    }
    return result;
}

language::Parts Surroundings::written_out(language::Parts parts) const {
    if (!texts.empty()) {
        for (std::string* text : {&parts.equations, &parts.threshold, &parts.reset, &parts.refractory}) {
            *text = written_out(*text);
        }
        for (auto* blocks : {&parts.events, &parts.on_event, &parts.on_pre, &parts.on_post, &parts.updates}) {
            for (auto& [name, text] : *blocks) {
                text = written_out(text);
            }
        }
    }
    return parts;
}

void refuse(const std::vector<Diagnostic>& diagnostics, const std::string& place, const std::string& text) {
    if (!diagnostics.empty()) {
        throw ModelError(language::rendered(diagnostics, {{place, text}}), diagnostics);
    }
}

Group::Group(std::string name, index n, std::shared_ptr<Clock> clock)
    : name_(std::move(name)), n_(n), clock_(std::move(clock)) {
    require(n >= 0, "a group has >= 0 elements; '", name_, "' was asked for ", n);
    require(clock_ != nullptr, "a group has a clock");
}

std::shared_ptr<Variable> Group::add(std::string name, const units::Dimension& dimension, Type type, bool shared) {
    auto made = std::make_shared<Variable>(std::move(name), dimension, type, default_storage(type), shared ? 1 : n_);
    made->shared = shared;
    variables_.push_back(made);
    return made;
}

void Group::add_variables_of_model(const std::map<std::string, compile::Storage>& storages) {
    const auto make = [&](const language::Variable& v) {
        const auto storage = storages.find(v.name);
        auto made = std::make_shared<Variable>(v.name, v.dimension, v.type,
                                               storage == storages.end() ? default_storage(v.type) : storage->second,
                                               v.flags.shared ? 1 : n_);
        made->shared = v.flags.shared;
        made->constant = v.flags.constant;
        made->unit = v.unit;
        made->unit_scale = v.unit_scale;
        variables_.push_back(made);
    };
    for (const auto& s : model_.states) {
        make(s);
    }
    for (const auto& p : model_.parameters) {
        if (!p.flags.linked) {
            make(p);
        }
    }
    for (const auto& s : model_.subexpressions) {
        if (s.flags.constant_over_dt) {
            make(s);
            variables_.back()->read_only = true;
        }
    }
}

std::shared_ptr<Variable> Group::find(std::string_view name) const {
    const auto found = std::ranges::find_if(variables_, [&](const auto& v) { return v->name == name; });
    return found == variables_.end() ? nullptr : *found;
}

std::shared_ptr<Variable> Group::variable(std::string_view name) const {
    auto found = find(name);
    if (!found) {
        if (const auto link = links_.find(name); link != links_.end() && link->second.variable) {
            return link->second.variable;
        }
        std::vector<std::string> known;
        for (const auto& v : variables_) {
            known.push_back(v->name);
        }
        throw InvalidInput("'" + name_ + "' has no variable '" + std::string(name) + "'" + did_you_mean(name, known));
    }
    return found;
}

void Group::link(const std::string& name, std::shared_ptr<Group> other, const std::string& variable,
                 std::optional<std::vector<std::int32_t>> index) {
    const auto* parameter = language::find_parameter(model_, name);
    require(parameter != nullptr && parameter->flags.linked, "'", name, "' of '", name_,
            "' is no (linked) parameter; its equations say which are");
    const auto* subexpression =
        other->find(variable) ? nullptr : language::find_subexpression(other->model(), variable);
    Link link{nullptr, subexpression ? nullptr : other->variable(variable), nullptr, subexpression ? variable : "",
              other->start()};
    if (subexpression) {  // its group computes it, and keeps itself where it is the same
        link.group = other.get() == this ? std::shared_ptr<Group>(std::shared_ptr<Group>(), this) : other;
    }
    const units::Dimension dimension = subexpression ? subexpression->dimension : link.variable->dimension;
    const bool shared = subexpression ? subexpression->flags.shared : link.variable->shared;
    require(dimension == parameter->dimension, "'", name, "' is in ", units::name(parameter->dimension), "; '",
            variable, "' of '", other->name(), "' is in ", units::name(dimension));
    if (index) {
        require(static_cast<ranvier::index>(index->size()) == n_, "index must have one element for each of the ", n_,
                " elements; got ", index->size());
        link.index =
            std::make_shared<Variable>("index", units::Dimension{}, Type::integer, compile::Storage::int32, n_);
        for (ranvier::index k = 0; k < n_; ++k) {
            const std::int32_t at = (*index)[static_cast<std::size_t>(k)];
            require(at >= 0 && at < other->n(), "index must name elements of '", other->name(), "', which has ",
                    other->n(), "; got ", at);
            link.index->as<std::int32_t>()[static_cast<std::size_t>(k)] =
                at + static_cast<std::int32_t>(other->start());
        }
    } else if (!shared && ((other->n() == 1 && n_ != 1) || other->start() != 0)) {
        require(other->n() == 1 || other->n() == n_, "'", other->name(), "' has ", other->n(), " elements, '", name_,
                "' has ", n_, "; say which belongs to which by index");
        link.index =
            std::make_shared<Variable>("index", units::Dimension{}, Type::integer, compile::Storage::int32, n_);
        for (ranvier::index k = 0; k < n_; ++k) {
            link.index->as<std::int32_t>()[static_cast<std::size_t>(k)] =
                static_cast<std::int32_t>(other->start() + (other->n() == 1 ? 0 : k));
        }
    } else {
        require(shared || other->n() == n_, "'", other->name(), "' has ", other->n(), " elements, '", name_, "' has ",
                n_, "; say which belongs to which by index");
    }
    links_[name] = std::move(link);
    views_.clear();
}

const compile::Group& Group::view(const std::string& prefix, const std::string& memory) const {
    auto& view = views_[prefix + "/" + memory];
    if (!view) {
        view = std::make_unique<compile::Group>();
    }
    view->model = &model_;
    view->prefix = prefix;
    view->place = [this, prefix, memory](std::string_view name) -> std::optional<Place> {
        Place place;
        if (const auto link = links_.find(name); link != links_.end() && link->second.variable) {
            const Variable& v = *link->second.variable;
            place = {Place::Reach::element, compile::ir_type(v.type), v.storage, memory + ".link." + std::string(name),
                     memory + ".link." + std::string(name) + ".index"};
            place.reach = v.shared             ? Place::Reach::shared
                          : link->second.index ? Place::Reach::through
                                               : Place::Reach::element;
            return place;
        }
        if (name == "whole.i" || name == "whole.N") {  // of a subgroup's whole
            place.type = compile::Type::integer;
            place.reach = name == "whole.i" ? Place::Reach::position : Place::Reach::shared;
            place.array = name == "whole.i" ? "" : prefix + ".whole.N";
            return place;
        }
        const auto found = find(name);
        if (!found) {
            return std::nullopt;
        }
        place.type = compile::ir_type(found->type);
        place.storage = found->storage;
        if (name == "i" && pre() == nullptr) {
            place.reach = Place::Reach::position;
            place.array = start() == 0 ? "" : prefix + ".start";
            return place;
        }
        place.reach = found->shared ? Place::Reach::shared : Place::Reach::element;
        place.array = (found->shared ? prefix : memory) + "." + std::string(name);
        return place;
    };
    view->linked = [this, memory](std::string_view name) -> std::optional<compile::LinkedExpression> {
        const auto link = links_.find(name);
        if (link == links_.end() || link->second.variable) {
            return std::nullopt;
        }
        const std::string mine = memory + ".link." + std::string(name);
        return compile::LinkedExpression{&link->second.group->view(mine, mine), link->second.subexpression,
                                         link->second.index ? mine + ".index" : ""};
    };
    const std::string inner = prefix == "own" ? "" : prefix + ".";
    view->pre = pre() ? &pre()->view(inner + "pre") : nullptr;
    const bool same = pre() && post() && pre()->owner() == post()->owner();
    view->post = post() ? &post()->view(inner + "post", inner + (same ? "pre" : "post")) : nullptr;
    return *view;
}

Variable* Group::array(std::string_view name) const {
    const std::size_t dot = name.find('.');
    const std::string_view first = name.substr(0, dot), rest = name.substr(dot + 1);
    if (dot == std::string_view::npos) {
        return nullptr;
    }
    if (first == "pre" || first == "post") {
        const Group* there = first == "pre" ? pre() : post();
        const bool deeper = rest.starts_with("pre.") || rest.starts_with("post.");
        return there ? there->array(deeper ? std::string(rest) : "own." + std::string(rest)) : nullptr;
    }
    if (first != "own") {
        return nullptr;
    }
    if (rest.starts_with("link.")) {
        const std::string_view behind = rest.substr(5), which = behind.substr(0, behind.find('.'));
        const auto link = links_.find(which);
        if (link == links_.end()) {
            return nullptr;
        }
        const std::string_view what = behind.size() == which.size() ? "" : behind.substr(which.size() + 1);
        return what == "index" ? link->second.index.get()
               : what.empty()  ? link->second.variable.get()
                               : link->second.group->array("own." + std::string(what));
    }
    return find(rest).get();
}

language::Scope Group::scope(const Surroundings& around) const {
    language::Scope scope = around.scope();
    scope.random_drift = true;
    scope.pre = pre() ? &pre()->model() : nullptr;
    scope.post = post() ? &post()->model() : nullptr;
    return scope;
}

namespace {

/// The texts of the subexpressions in equations, by name.
std::map<std::string, std::string> expressions_in(const std::string& equations) {
    std::map<std::string, std::string> texts;
    language::Report report;
    for (const auto& e : language::parsed_equations({equations, "equations"}, report)) {
        if (e.form == language::Form::subexpression && e.expr) {
            texts[e.name] = language::text(e.expr);
        }
    }
    return texts;
}

}  // namespace

Group::Unknown Group::unknown(const std::string& text, Kind kind) const {
    language::Parts parts;
    parts.name = name_;
    parts.kind = model_.kind;
    if (kind == Kind::expression) {
        parts.equations = "x_ = " + text + " : 1";
    } else {
        parts.updates.emplace_back("", text);
    }
    Unknown found;
    std::vector<std::string> names = language::free_names(parts, &found.functions);
    std::map<std::string, std::string> expressions;
    for (std::size_t k = 0; k < names.size(); ++k) {  // what an expression needs is needed too
        const auto before = names.begin() + static_cast<std::ptrdiff_t>(k);
        if (language::find_subexpression(model_, names[k]) == nullptr ||
            std::find(names.begin(), before, names[k]) != before) {
            continue;
        }
        if (expressions.empty()) {
            expressions = expressions_in(equations());
        }
        language::Parts mine;
        mine.kind = model_.kind;
        mine.equations = "x_ = " + expressions[names[k]] + " : 1";
        std::ranges::copy(language::free_names(mine, &found.functions), std::back_inserter(names));
    }
    for (const std::string& name : names) {
        const auto known = [&](std::string_view word, const Group* group) {
            return group != nullptr && (group->find(word) != nullptr || group->owner()->links_.count(word) > 0 ||
                                        language::find_subexpression(group->model(), word) != nullptr);
        };
        const bool of_pre = name.ends_with("_pre") && known(name.substr(0, name.size() - 4), pre());
        const bool of_post = name.ends_with("_post") && known(name.substr(0, name.size() - 5), post());
        if (!known(name, this) && !of_pre && !of_post && !known(name, post())) {
            found.names.push_back(name);
        }
    }
    return found;
}

namespace {

/// What a call for some elements needs.
struct Listed {
    Variable numbers;
    explicit Listed(std::span<const std::int32_t> elements, index start)
        : numbers("elements", {}, Type::integer, compile::Storage::int32, static_cast<index>(elements.size())) {
        std::ranges::transform(elements, numbers.as<std::int32_t>().begin(),
                               [&](std::int32_t k) { return k + static_cast<std::int32_t>(start); });
    }
};

}  // namespace

Elements Group::whole() const { return owner() == this ? Elements::all : Elements::range; }

compile::Group with_surroundings(const compile::Group& view, const Surroundings& around, double dt) {
    compile::Group group = view;
    group.functions = around.functions;
    for (const auto& [name, constant] : around.constants) {
        group.constants.insert(name);
    }
    for (const auto& [name, table] : around.tables) {
        group.tables.push_back(compile::TableFunction{name, table->dt, 1, table->rows, table->columns});
        // Fine enough that a row begins where a step of the group does, however these are rounded.
        while (table->dt / group.tables.back().subdivision > dt / 8) {
            group.tables.back().subdivision *= 2;
        }
        const double steps = std::nearbyint(table->dt / dt);
        group.tables.back().steady = steps >= 1 && std::abs(table->dt / dt - steps) < 1e-9 * steps;
    }
    return group;
}

language::Expr Group::expression(const std::string& text, const Surroundings& around) {
    refresh(around);
    const auto checked = language::checked_expression(around.written_out(text), model_, scope(around), name_);
    refuse(checked.diagnostics, name_, text);
    return checked.expr;
}

Group::Values Group::value(const std::string& text, const Surroundings& around,
                           std::optional<std::span<const std::int32_t>> elements) {
    const language::Expr e = expression(text, around);
    Values result{{}, e->type, e->dimension};
    const Elements which = elements ? Elements::listed : whole();
    const index lanes = elements ? static_cast<index>(elements->size()) : n_;
    const compile::Group group = with_surroundings(view("own"), around, clock_->dt());
    Code code(*this, compile::values_program(group, {e}, which), around, "value");
    std::optional<Listed> listed;
    if (elements) {
        listed.emplace(*elements, start());
        code.give("elements", listed->numbers);
    }
    code.give("first", static_cast<double>(start()));
    const compile::Storage storage = computed_storage(result.type);
    Variable values("value", {}, result.type, storage, lanes);
    code.give("value.0", values);
    code.run_once(lanes, clock_->timestep(), clock_->dt());
    result.values.resize(static_cast<std::size_t>(lanes));
    for (index k = 0; k < lanes; ++k) {
        result.values[static_cast<std::size_t>(k)] = values[k];
    }
    return result;
}

std::vector<std::int32_t> Group::where(const std::string& condition, const Surroundings& around) {
    const Values values = value(condition, around);
    require(values.type == Type::boolean, "'", condition, "' is no condition");
    std::vector<std::int32_t> found;
    for (std::size_t k = 0; k < values.values.size(); ++k) {
        if (values.values[k] != 0) {
            found.push_back(static_cast<std::int32_t>(k));
        }
    }
    return found;
}

void Group::execute(const std::string& statements, const Surroundings& around,
                    std::optional<std::span<const std::int32_t>> elements) {
    refresh(around);
    const Elements which = elements ? Elements::listed : whole();
    const index lanes = elements ? static_cast<index>(elements->size()) : n_;
    StatementCode code(*this, statements, around, clock_->dt(), which, "execute");
    std::optional<Listed> listed;
    if (elements) {
        listed.emplace(*elements, start());
    }
    code.run_once(lanes, clock_->timestep(), clock_->dt(), listed ? &listed->numbers : nullptr);
}

}  // namespace ranvier::sim
