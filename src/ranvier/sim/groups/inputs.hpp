#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "ranvier/sim/groups/neuron_group.hpp"

namespace ranvier::sim {

/// Neurons that spike independently at rates: a number for each, or an expression.
///
/// @param rates  "": they are the variable "rates"; otherwise an expression in Hz
std::shared_ptr<NeuronGroup> poisson_group(std::string name, index n, std::shared_ptr<Clock> clock,
                                           const std::string& rates);

/// N independent Poisson inputs of one rate to each element: every step the variable grows by weight times a binomial
/// number.
///
/// @param rate  [Hz], an expression of the target group's words
std::shared_ptr<RegularUpdate> poisson_input(std::string name, std::shared_ptr<Group> target,
                                             const std::string& variable, const std::string& count,
                                             const std::string& rate, const std::string& weight,
                                             std::shared_ptr<Clock> clock, std::string when, int order);

/// Elements that spike at given times.
class SpikeGeneratorGroup : public EventSource {
public:
    /// @param i, t    who spikes when [s]
    /// @param period  [s] after which all of it happens again; 0: never
    SpikeGeneratorGroup(std::string name, index n, std::shared_ptr<Clock> clock, std::vector<std::int32_t> i,
                        std::vector<double> t, double period);
    /// @throws InvalidInput  numbers outside the group, negative times, times beyond the period
    void set_spikes(std::vector<std::int32_t> i, std::vector<double> t, double period);
    /// @throws InvalidInput  an element would spike twice in a step, a period that is no multiple of dt
    void prepare();

    std::span<const std::int32_t> event(std::string_view name) const override;
    const Operation& finder(std::string_view) const override { return *operation_; }
    void set_event(std::string_view name, std::vector<std::int32_t> elements) override;
    Operations operations() override { return {operation_}; }

private:
    void spike();

    std::vector<std::int32_t> i_;  ///< in the order of the times
    std::vector<double> t_;
    double period_ = 0;
    std::vector<std::int64_t> steps_;  ///< ascending, and who spikes in them
    std::vector<std::int32_t> who_;
    std::int64_t period_steps_ = 0;
    std::vector<std::int32_t> now_;
    std::shared_ptr<Operation> operation_;
};

}  // namespace ranvier::sim
