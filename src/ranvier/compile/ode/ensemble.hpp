#pragma once

#include <map>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/lower/lower.hpp"
#include "ranvier/compile/ode/adaptive.hpp"

namespace ranvier::compile {

/// Many members of one model, with states and parameters of their own.
struct Ensemble {
    std::map<std::string, std::vector<double>> parameters = {};  ///< length 1 (uniform) or `members`
    std::map<std::string, std::vector<double>> initial = {};     ///< the same; absent states start as the model says
    index members = 1;
    std::string preset = {};  ///< of the model; parameters that the text makes of others follow the members' values
};

/// A fixed-step run: members are vector lanes, blocks of them run on threads(). Same bits on any number of threads.
struct FixedStep {
    std::string method = {};
    double dt = 0;
    std::int64_t steps = 0;
    std::vector<std::string> record = {};
    std::int64_t every = 1;
    std::uint64_t seed = 0;
    double t0 = 0;
    KernelOptions kernel = {};
    static Fields fields() {
        using O = FixedStep;
        return {
            "ensemble",
            {field("method", &O::method,
                   "integrator: 'rk4', 'rk2', 'euler', 'heun', 'exponential_euler', 'exact', …; '': the first that "
                   "suits"),
             field("dt", &O::dt, "length of a step").in("s").above(0).below(std::numeric_limits<double>::infinity()),
             field("steps", &O::steps, "number of steps").at_least(0),
             field("record", &O::record, "states, subexpressions or parameters that are kept"),
             field("every", &O::every, "keep each n-th step").at_least(1),
             field("seed", &O::seed, "of models with noise")}};
    }
};
struct EnsembleResult {
    std::string method;
    std::vector<double> t;                             ///< of the rows of recordings
    std::map<std::string, Array<double, 2>> recorded;  ///< (rows, members)
    std::map<std::string, std::vector<double>> final;  ///< states at the end
    std::map<std::string, EventList> events;           ///< in order of step, then member
};
/// @throws InvalidInput  lengths, names, step
EnsembleResult run(const language::Model& model, const Ensemble& ensemble, const FixedStep& how);

/// Every member with steps of its own, members in parallel. Solutions in the order of members.
std::vector<Solution> solve_each(const language::Model& model, const Ensemble& ensemble, double t0, double t1,
                                 const AdaptiveOptions& options = {});

}  // namespace ranvier::compile
