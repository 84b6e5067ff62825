#include "ranvier/sim/groups/neuron_group.hpp"

#include <algorithm>

#include "ranvier/base/error.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/sim/groups/choice.hpp"
#include "ranvier/sim/groups/stretch.hpp"

namespace ranvier::sim {

using compile::Elements;
using language::Type;

namespace {

/// Long enough ago that no neuron is refractory at the start of a run. [s]
constexpr double long_ago = -1e4;

std::shared_ptr<Operation> operation(std::string name, std::shared_ptr<Clock> clock, std::string when, int order,
                                     std::function<void()> run) {
    return std::make_shared<Operation>(
        Operation{std::move(name), std::move(clock), std::move(when), order, std::move(run)});
}

}  // namespace

void EventSource::set_event(std::string_view name, std::vector<std::int32_t>) {
    throw InvalidInput("'" + name_ + "' shows events of another group: set '" + std::string(name) + "' there");
}

NeuronGroup::NeuronGroup(std::string name, index n, std::shared_ptr<Clock> clock, language::Parts parts,
                         const std::map<std::string, compile::Storage>& storages)
    : EventSource(std::move(name), n, std::move(clock)), parts_(std::move(parts)) {
    parts_.name = name_;
    parts_.kind = language::Kind::neuron;
    language::Scope nothing;
    nothing.open = nothing.random_drift = true;
    model_ = language::checked(parts_, nothing).model;  // mistakes are told when it is prepared, with all that is known
    const auto count = add("N", {}, Type::integer, true);
    count->set(0, static_cast<double>(n));
    const auto number = add("i", {}, Type::integer);
    for (index k = 0; k < n; ++k) {
        number->set(k, static_cast<double>(k));
    }
    count->read_only = number->read_only = count->constant = number->constant = true;
    add_variables_of_model(storages);
    if (!parts_.refractory.empty()) {
        add("lastspike", units::unit("second").dimension, Type::real)->fill(long_ago);
        add("not_refractory", {}, Type::boolean)->fill(1);
    }
    for (const auto& event : model_.events) {
        if (event.edge) {
            add(event.name + ".beyond", {}, Type::boolean)->fill(1);
        }
        events_.push_back(std::make_unique<Event>(event.name));
        Event& made = *events_.back();
        made.threshold =
            operation(name_ + "_" + event.name + "_thresholder", clock_,
                      event.name == "spike" ? "thresholds" : "after_thresholds", 0, [this, &made] { look(made); });
        made.threshold->rest = [&made] { made.happened.clear(); };
        made.threshold->kind = "thresholder";
        made.threshold->event = event.name;
        std::string statements = event.name == "spike" ? parts_.reset : "";
        for (const auto& [which, text] : parts_.on_event) {
            statements = which == event.name ? text : statements;
        }
        if (!statements.empty()) {
            on_event(event.name, statements, event.name == "spike" ? "resets" : "after_resets", 0);
        }
    }
    if (!model_.states.empty() || !parts_.refractory.empty()) {
        update_operation_ =
            operation(name_ + "_stateupdater", clock_, "groups", 0, [this] { state_update_.run_states(*this); });
        update_operation_->kind = "stateupdater";
    }
    held_ = std::make_unique<HeldSubexpressions>(*this);
}

Group::Unknown NeuronGroup::unknown_names() const {
    Unknown unknown;
    for (const std::string& name : language::free_names(parts_, &unknown.functions)) {
        if (!find(name) && links_.count(name) == 0) {
            unknown.names.push_back(name);
        }
    }
    return unknown;
}

void NeuronGroup::refresh(const Surroundings& around) {
    language::Scope open = scope(around);
    open.open = true;
    model_ = language::model(around.written_out(parts_), open);
}

void NeuronGroup::on_event(const std::string& name, const std::string& statements, const std::string& when, int order) {
    Event& event = find_event(name);
    event.statements = statements;
    event.reset = operation(name_ + "_" + name + "_resetter", clock_, when, order, [this, &event] { react(event); });
    event.reset->kind = "resetter";
    event.reset->event = name;
}

void NeuronGroup::set_event_schedule(const std::string& name, const std::string& when, int order) {
    Event& event = find_event(name);
    event.threshold->when = when;
    event.threshold->order = order;
}

NeuronGroup::Event& NeuronGroup::find_event(std::string_view name) {
    std::vector<std::string> known;
    for (const auto& event : events_) {
        if (event->name == name) {
            return *event;
        }
        known.push_back(event->name);
    }
    throw InvalidInput("'" + name_ + "' has no event '" + std::string(name) + "'" +
                       (known.empty() ? "; give it a threshold" : did_you_mean(name, known)));
}

void NeuronGroup::prepare(const Surroundings& around, const std::string& method,
                          std::span<const std::string_view> preference) {
    for (const auto& p : model_.parameters) {
        require(!p.flags.linked || links_.count(p.name) > 0, "'", p.name, "' of '", name_,
                "' is (linked), but linked to nothing: say ", name_, ".", p.name, " = linked_var(group, 'variable')");
    }
    model_ = language::model(around.written_out(parts_), scope(around));
    const compile::Group group = with_surroundings(view("own"), around, clock_->dt());
    if (update_operation_) {
        auto update = compile::state_update_program(group, method, tried_integrators(model_, preference));
        method_ = update.method;
        state_update_ = Code(*this, update.program, around, "stateupdater");
        update_operation_->part = std::make_shared<StretchPart>(
            StretchPart{.group = this, .program = [this] { return stretch_program(state_update_); }});
        update_operation_->stretch = stretch_of;
    }
    held_->prepare(group, around);
    for (std::size_t k = 0; k < events_.size(); ++k) {
        Event& event = *events_[k];
        event.condition =
            Code(*this, compile::threshold_program(group, model_.events[k]), around, "threshold/" + event.name);
        event.threshold->part = std::make_shared<StretchPart>(
            StretchPart{.group = this,
                        .program = [&event] { return stretch_program(event.condition); },
                        .take =
                            [&event](const Stretched& done) {
                                const auto& [lanes, steps] = done.events(event.name);
                                const auto last = std::ranges::lower_bound(steps, done.first_step + done.steps - 1);
                                event.happened.assign(lanes.begin() + (last - steps.begin()), lanes.end());
                            }});
        if (event.reset) {
            const auto checked =
                language::checked_statements(around.written_out(event.statements), model_, scope(around), name_);
            refuse(checked.diagnostics, name_, event.statements);
            const auto block = compile::block_program(group, checked.statements, {Elements::listed, false});
            event.action = Code(*this, block.program, around, "reset/" + event.name, block.serial);
            event.action.give("elements", event.elements);
            const auto all = [this, around, role = "reset/" + event.name,
                              program =
                                  compile::block_program(group, checked.statements, {Elements::all, false}).program] {
                return stretch_program(program, *this, around, role);
            };
            event.reset->part =
                std::make_shared<StretchPart>(StretchPart{.group = this, .program = all, .where = event.name});
        }
    }
}

void NeuronGroup::look(Event& event) {
    event.condition.run(n_, clock_->timestep(), clock_->dt());
    event.happened = event.condition.events(event.name).lanes;
}

void NeuronGroup::react(Event& event) {
    const index count = std::ssize(event.happened);
    if (count == 0) {
        return;
    }
    event.elements.resize(count);
    std::ranges::copy(event.happened, event.elements.as<std::int32_t>().begin());
    event.action.run(count, clock_->timestep(), clock_->dt());
}

std::span<const std::int32_t> NeuronGroup::event(std::string_view name) const {
    return const_cast<NeuronGroup*>(this)->find_event(name).happened;
}

void NeuronGroup::set_event(std::string_view name, std::vector<std::int32_t> elements) {
    find_event(name).happened = std::move(elements);
}

const Operation& NeuronGroup::finder(std::string_view name) const {
    return *const_cast<NeuronGroup*>(this)->find_event(name).threshold;
}

std::vector<std::string> NeuronGroup::event_names() const {
    std::vector<std::string> names;
    for (const auto& event : events_) {
        names.push_back(event->name);
    }
    return names;
}

Operations NeuronGroup::operations() {
    Operations all;
    for (const auto& o : {held_->operation(), update_operation_}) {
        if (o) {
            all.push_back(o);
        }
    }
    for (const auto& event : events_) {
        all.push_back(event->threshold);
        if (event->reset) {
            all.push_back(event->reset);
        }
    }
    return all;
}

RegularUpdate::RegularUpdate(std::shared_ptr<Group> group, std::string statements, std::shared_ptr<Clock> clock,
                             std::string when, int order, std::string name)
    : group_(std::move(group)), statements_(std::move(statements)) {
    operation_ = operation(std::move(name), clock, std::move(when), order,
                           [this, ticks = clock] { code_.run(group_->n(), *ticks, group_->clock()->dt()); });
}

void RegularUpdate::prepare(const Surroundings& around) {
    const auto& clock = operation_->clock->regular() ? operation_->clock : group_->clock();
    code_ = StatementCode(*group_, statements_, around, clock->dt(), group_->whole(), operation_->name);
}

Subgroup::Subgroup(std::string name, std::shared_ptr<EventSource> group, index start, index stop)
    : EventSource(std::move(name), stop - start, group->clock()), group_(std::move(group)), start_(start) {
    require(start >= 0 && stop <= group_->n() && start < stop, "a subgroup of '", group_->name(),
            "' must lie within its ", group_->n(), " elements and hold one; got ", start, " to ", stop);
    follow_model();
    start_variable_ =
        std::make_shared<Variable>("start", units::Dimension{}, Type::integer, compile::Storage::int64, 1);
    start_variable_->set(0, static_cast<double>(this->start()));
    start_variable_->shared = true;
    n_variable_ = std::make_shared<Variable>("N", units::Dimension{}, Type::integer, compile::Storage::int64, 1);
    n_variable_->set(0, static_cast<double>(n_));
    n_variable_->shared = true;
}

Variable* Subgroup::array(std::string_view name) const {
    if (name == "own.start") {
        return start_variable_.get();
    }
    if (name == "own.N") {
        return n_variable_.get();
    }
    if (name == "own.whole.N") {
        return owner()->array("own.N");
    }
    return group_->array(name);
}

/// Equations are of the whole group: what they call i and N is not the subgroup's.
void Subgroup::follow_model() {
    model_ = group_->model();
    for (auto& s : model_.subexpressions) {
        if (!s.expr) {
            continue;  // it names what comes from outside: it is read again with that
        }
        s.expr = language::replaced(s.expr, [](const language::Node& node) -> language::Expr {
            if (node.op != language::Op::name || node.side != language::Side::own ||
                node.role != language::Role::built_in || (node.name != "i" && node.name != "N")) {
                return nullptr;
            }
            language::Node whole = node;
            whole.name = "whole." + node.name;
            return language::made(std::move(whole));
        });
    }
}

void Subgroup::refresh(const Surroundings& around) {
    group_->refresh(around);
    follow_model();
    follow_links(*group_);
}

std::span<const std::int32_t> Subgroup::event(std::string_view name) const {
    const auto all = group_->event(name);
    const auto first = std::ranges::lower_bound(all, static_cast<std::int32_t>(start_));
    const auto last = std::ranges::lower_bound(all, static_cast<std::int32_t>(start_ + n_));
    auto& mine = happened_[std::string(name)];
    mine.assign(first, last);
    for (std::int32_t& k : mine) {
        k -= static_cast<std::int32_t>(start_);
    }
    return mine;
}

}  // namespace ranvier::sim
