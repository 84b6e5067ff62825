#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "ranvier/sim/groups/inputs.hpp"
#include "ranvier/sim/monitors/monitors.hpp"
#include "ranvier/sim/network/network.hpp"
#include "ranvier/sim/plan/used_model.hpp"
#include "ranvier/sim/plan/words.hpp"
#include "ranvier/sim/synapses/synapses.hpp"

namespace ranvier::sim {

/// What was recorded of a group.
struct Recording {
    std::string group, what;  ///< "cells", "spikes"
    std::string name() const { return group + "." + what; }
    /// Events, values over time, or the rate of a population.
    std::variant<std::shared_ptr<EventMonitor>, std::shared_ptr<StateMonitor>, std::shared_ptr<RateMonitor>> monitor;
};

/// A network made of a plan, in this order: neurons and other sources as the plan lists them, each with its first
/// values; then synapses, each joined, then with its values; then what is recorded. A script that does the same in the
/// same order, under the same names, draws the same random numbers.
class Simulation {
public:
    /// @throws InvalidInput  all that does not fit, with the place where it was said
    explicit Simulation(const Plan& plan);

    /// Runs for the plan's duration, and goes on for as long when called again. After an interrupt, what was recorded
    /// is whole up to t().
    /// @throws Interrupted, NumericalError
    void run(const std::function<void(const Network::Report&)>& report = nullptr, double report_period = 0.1);

    double t() const { return network_.t(); }      ///< [s]
    double duration() const { return duration_; }  ///< [s]
    double dt() const { return clock_->dt(); }     ///< [s]
    std::uint64_t seed() const { return seed_; }
    const std::vector<Recording>& recordings() const { return recordings_; }
    /// Neurons, sources and synapses, in the order of their making.
    std::vector<std::shared_ptr<Group>> groups() const;

private:
    /// Something with a name, and what its texts know from outside.
    struct Member {
        std::shared_ptr<Group> group;
        Surroundings around;
        language::Model model = {};  ///< where it was read with all that is around
    };
    void add(const NeuronsPlan& plan);
    void add(const PoissonPlan& plan);
    void add(const SpikesPlan& plan);
    void add(const InputPlan& plan, std::size_t number);
    void add(const SynapsesPlan& plan, std::size_t number_without_name);
    void record(const std::string& text);
    void add_updates(const UsedModel& use, const std::shared_ptr<Group>& group, const Origin& origin);

    void check_rate(double hz, const std::string& what) const;
    void take(const std::string& name, Member member, const Origin& origin);
    Member& member(const std::string& name);
    /// A group or some of its elements that follow each other: "cells[:100]".
    std::shared_ptr<Group> referred(const ElementsText& text);
    void prepare_later(int stage, const Origin& origin, const std::string& key, std::function<void()> does);

    Constants constants_;
    std::shared_ptr<Clock> clock_;
    double duration_ = 0;
    std::uint64_t seed_ = 0;
    std::map<std::string, Member> members_;
    std::vector<std::string> order_;  ///< names of members, as they were made
    std::map<std::string, std::string, std::less<>> random_names_;
    std::vector<Recording> recordings_;
    std::vector<std::function<Operations()>> operations_;
    std::vector<std::function<void()>> prepared_[4];  ///< sources, synapses, inputs and updates, monitors
    Network network_;
};

}  // namespace ranvier::sim
