#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ranvier/sim/network/operation.hpp"

namespace ranvier::sim {

/// Runs operations step by step.
class Network {
public:
    /// What runs together, in any order. Those with one clock share a count of steps.
    Operations operations;
    /// Slots of a step, in their order; before_SLOT and after_SLOT lie around each.
    std::vector<std::string> schedule{"start", "groups", "thresholds", "synapses", "resets", "end"};

    struct Report {
        double seconds, done, start, duration;  ///< of the computer; part of the run [0, 1]; of the model [s]
    };
    struct RunOptions {
        double duration = 0;                        ///< [s]
        std::function<void(const Report&)> report;  ///< called at the beginning, every period, at the end
        double report_period = 10;                  ///< [s]
        bool profile = false;                       ///< seconds of each operation are counted
    };
    /// Steps from t to t + duration. An interrupt is heard between steps: every operation of a step has then been run.
    /// @throws InvalidInput  an unknown slot, a time that is no multiple of a clock's dt
    /// @throws FileError  between steps, by what writes: a further run goes on from there
    void run(const RunOptions& options);
    double t() const { return t_; }
    void set_t(double t) { t_ = t; }
    /// Ends the run after the present step.
    void stop() { stopped_ = true; }

    /// The operations in the order of a step.
    /// @throws InvalidInput  an unknown slot
    Operations in_order() const;

private:
    void run_steps(const Operations& all, const std::vector<const Writing*>& writing, const RunOptions& options);

    double t_ = 0;
    bool stopped_ = false;
};

}  // namespace ranvier::sim
