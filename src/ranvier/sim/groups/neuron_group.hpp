#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/groups/group.hpp"
#include "ranvier/sim/groups/held.hpp"
#include "ranvier/sim/groups/statement_code.hpp"

namespace ranvier::sim {

/// What a group tells others of its events: where spikes come from.
class EventSource : public Group {
public:
    using Group::Group;
    /// Elements in which the event happened in this step, ascending, numbered from the group's first.
    /// @throws InvalidInput  no such event
    virtual std::span<const std::int32_t> event(std::string_view name) const = 0;
    /// What finds the event: monitors stand in its slot, right behind it. @throws InvalidInput  no such event
    virtual const Operation& finder(std::string_view name) const = 0;
    virtual std::vector<std::string> event_names() const { return {"spike"}; }
    /// What a state that was stored says of the last step.
    /// @throws InvalidInput  no such event, or a group that only shows those of another
    virtual void set_event(std::string_view name, std::vector<std::int32_t> elements);
};

/// Statements that run at a clock of their own: run_regularly.
class RegularUpdate {
public:
    RegularUpdate(std::shared_ptr<Group> group, std::string statements, std::shared_ptr<Clock> clock, std::string when,
                  int order, std::string name);
    const std::string& statements() const { return statements_; }
    void prepare(const Surroundings& around);
    Operations operations() { return {operation_}; }

private:
    std::shared_ptr<Group> group_;
    std::string statements_;
    std::shared_ptr<Operation> operation_;
    StatementCode code_;
};

/// Neurons: equations, thresholds, resets.
class NeuronGroup : public EventSource {
public:
    /// @param parts     equations, threshold, reset, refractory, events, on_event (language/model.hpp)
    /// @param storages  how variables are stored that are not stored as usual
    /// Mistakes in the texts are told by prepare, which knows what comes from outside.
    NeuronGroup(std::string name, index n, std::shared_ptr<Clock> clock, language::Parts parts,
                const std::map<std::string, compile::Storage>& storages = {});

    /// Names that the texts use and that must come from outside.
    Unknown unknown_names() const;

    /// Compiles for a run. Only texts and units decide what is compiled: new values of what comes from outside don't.
    /// @param method      an integrator; "": the first of `preference` that suits
    void prepare(const Surroundings& around, const std::string& method, std::span<const std::string_view> preference);
    const std::string& method() const { return method_; }

    /// Statements for an event, in a slot of their own.
    void on_event(const std::string& event, const std::string& statements, const std::string& when, int order);
    void set_event_schedule(const std::string& event, const std::string& when, int order);

    std::span<const std::int32_t> event(std::string_view name) const override;
    const Operation& finder(std::string_view name) const override;
    std::vector<std::string> event_names() const override;
    void set_event(std::string_view name, std::vector<std::int32_t> elements) override;
    Operations operations() override;

    void refresh(const Surroundings& around) override;
    std::string equations() const override { return parts_.equations; }

private:
    struct Event {
        std::string name;
        std::shared_ptr<Operation> threshold, reset;
        std::string statements;
        Code condition, action;
        std::vector<std::int32_t> happened;
        Variable elements;
        explicit Event(const std::string& its_name)
            : name(its_name), elements("elements", {}, language::Type::integer, compile::Storage::int32, 0) {}
    };
    void react(Event& event);
    void look(Event& event);
    Event& find_event(std::string_view name);

    language::Parts parts_;
    std::string method_;
    Code state_update_;
    std::shared_ptr<Operation> update_operation_;
    std::vector<std::unique_ptr<Event>> events_;
    std::unique_ptr<HeldSubexpressions> held_;
};

/// Some neurons of a group that follow each other.
class Subgroup : public EventSource {
public:
    Subgroup(std::string name, std::shared_ptr<EventSource> group, index start, index stop);
    std::shared_ptr<Variable> find(std::string_view name) const override { return group_->find(name); }
    index start() const override { return start_ + group_->start(); }
    const Group* owner() const override { return group_->owner(); }
    Variable* array(std::string_view name) const override;
    std::span<const std::int32_t> event(std::string_view name) const override;
    const Operation& finder(std::string_view name) const override { return group_->finder(name); }
    const std::shared_ptr<EventSource>& group() const { return group_; }
    void refresh(const Surroundings& around) override;
    std::string equations() const override { return group_->equations(); }

private:
    void follow_model();

    std::shared_ptr<EventSource> group_;
    index start_;
    std::shared_ptr<Variable> start_variable_, n_variable_;
    mutable std::map<std::string, std::vector<std::int32_t>, std::less<>> happened_;
};

}  // namespace ranvier::sim
