#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/groups/neuron_group.hpp"
#include "ranvier/sim/synapses/event_queue.hpp"

namespace ranvier::sim {

class Synapses;

/// What spikes (or other events) of one side do at synapses, after a delay.
class Pathway {
public:
    Pathway(Synapses& synapses, std::string name, language::Side side, std::string event, std::string statements,
            std::optional<double> delay, int order);

    const std::string& name() const { return name_; }
    const std::string& statements() const { return statements_; }
    language::Side side() const { return side_; }
    /// [s]: one for all synapses, or one for each.
    const std::shared_ptr<Variable>& delay() const { return delay_; }
    const std::shared_ptr<Operation>& operation() const { return operation_; }
    EventQueue& queue() { return queue_; }

private:
    friend class Synapses;
    void prepare(const Surroundings& around);
    void act();
    void act_on(std::span<const std::int32_t> synapses);
    void add_sums();
    /// Synapses from this one on are made now.
    void note_new(index first) { made_.push_back({first, operation_->clock->timestep()}); }
    /// How many synapses there were in a step.
    std::int32_t known_in(std::int64_t step) const;

    Synapses& synapses_;
    std::string name_;
    language::Side side_;
    std::string event_;
    std::string statements_;
    std::shared_ptr<Variable> delay_;
    std::shared_ptr<Operation> operation_;
    EventQueue queue_;
    double queue_dt_ = 0;
    std::vector<std::int64_t> delay_steps_;  ///< of each synapse; empty where all are alike
    bool one_delay_ = false;                 ///< each synapse has its own, and all are alike
    std::int64_t common_steps_ = 0;
    std::vector<std::int32_t> rows_, row_begins_;  ///< synapses of each source, in the order of their making
    std::vector<std::int32_t> arriving_;
    struct Made {
        index first;
        std::int64_t step;
    };
    std::vector<Made> made_;  ///< which synapses were made when: what was sent before does not reach them
    Variable elements_;
    Code catch_up_, action_;
    struct Sum {
        std::shared_ptr<Variable> target;
        Variable values;
    };
    std::vector<Sum> sums_;
};

/// Connections between two groups, and what happens at them.
class Synapses : public Group {
public:
    struct PathwayParts {
        std::string name;
        language::Side side = language::Side::pre;
        std::string event = "spike";
        std::string statements;
        std::optional<double> delay;  ///< [s] for all; nothing: one for each synapse, 0 at first
        int order = 0;
    };
    /// @param source, target  spike sources, or other synapses
    Synapses(std::string name, std::shared_ptr<Group> source, std::shared_ptr<Group> target,
             std::shared_ptr<Clock> clock, language::Parts parts, std::vector<PathwayParts> pathways,
             const std::map<std::string, compile::Storage>& storages = {}, const std::string& multisynaptic_index = "");

    // Connecting. Synapses are numbered in the order of their making: source, target, multiplicity.
    /// All pairs for which the condition holds, each with probability p, n times (expressions).
    void connect(const std::string& condition, const std::string& p, const std::string& n, const Surroundings& around);
    /// Pairs i[k], j[k], each n times.
    void connect(std::span<const std::int32_t> i, std::span<const std::int32_t> j, std::span<const std::int32_t> n);
    /// "k for k in range(i - 2, i + 3) if k != i": targets of each source, or with `of_targets` sources of each target.
    void connect_generator(const std::string& text, bool of_targets, const std::string& n, bool skip_if_invalid,
                           const Surroundings& around);
    bool connected() const { return connected_; }

    Unknown unknown_names() const;
    void prepare(const Surroundings& around, const std::string& method, std::span<const std::string_view> preference);
    const std::string& method() const { return method_; }

    const std::vector<std::unique_ptr<Pathway>>& pathways() const { return pathways_; }
    const std::shared_ptr<Group>& source() const { return source_; }
    const std::shared_ptr<Group>& target() const { return target_; }

    std::shared_ptr<Variable> find(std::string_view name) const override;
    using Group::view;
    const compile::Group& view(const std::string& prefix, const std::string& memory) const override;
    const Group* pre() const override { return source_.get(); }
    const Group* post() const override { return target_.get(); }
    void refresh(const Surroundings& around) override;
    std::string equations() const override { return parts_.equations; }
    Operations operations() override;

private:
    friend class Pathway;
    void append(std::span<const std::int32_t> i, std::span<const std::int32_t> j);
    /// Reads the equations again; mistakes in them are no matter where the texts name none of what they define.
    void refresh_for(const std::string& texts, const Surroundings& around);
    language::Parts parts_with(bool event_driven) const;

    std::shared_ptr<Group> source_, target_;
    language::Parts parts_;
    std::string method_, multisynaptic_index_;
    bool connected_ = false;
    std::shared_ptr<Variable> i_, j_, pre_, post_, n_variable_, incoming_, outgoing_;
    std::vector<std::unique_ptr<Pathway>> pathways_;
    bool has_event_driven_ = false, has_clock_driven_ = false;
    language::Model event_driven_model_, clock_driven_model_;
    Code state_update_;
    std::shared_ptr<Operation> update_operation_;
    std::unique_ptr<HeldSubexpressions> held_;
    struct Summed {
        std::string name;
        std::shared_ptr<Operation> operation;
        Code code;
        std::shared_ptr<Variable> target;
        index first = 0, count = 0;
        Variable sums;
    };
    std::vector<std::unique_ptr<Summed>> summed_;
};

}  // namespace ranvier::sim
