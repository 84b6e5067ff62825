#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/base/value.hpp"

/// A network as files say it (docs/network-files.md): which models, how many, joined how, driven and recorded by what.
/// What is a Value is a quantity ("20 mV", 0.5) or an expression of the model language ("rand()*nA").
namespace ranvier::sim {

/// Where something was said, for messages: "net.toml:12", "--set cells.n".
struct Origin {
    std::string place;                        ///< of the whole
    std::map<std::string, std::string> keys;  ///< of its parts
    const std::string& of(const std::string& key) const;
};

/// How long, in which steps, and what is kept.
struct RunPlan {
    Value duration;  ///< [s]
    Value dt = "0.1 ms";
    std::optional<std::int64_t> seed;
    std::optional<std::vector<std::string>> record;  ///< none: the spikes of all that spike
    Origin origin;
    static Fields fields();
};

struct NeuronsPlan {
    std::string name, model, preset, method;
    std::int64_t n = 0;
    Value set, link;
    Origin origin;
    static Fields fields();
};

/// Sources that spike at random.
struct PoissonPlan {
    std::string name;
    std::int64_t n = 0;
    Value rates;  ///< [Hz]
    Origin origin;
    static Fields fields();
};

/// Sources that spike when it is said.
struct SpikesPlan {
    std::string name;
    std::int64_t n = 0;
    std::vector<std::int64_t> indices;
    std::vector<Value> times;  ///< [s]
    Value period;              ///< [s]; none: nothing is repeated
    std::string file;          ///< of columns t and i, as a run writes them; read before the plan is built
    Origin origin;
    static Fields fields();
};

/// Many random trains into one variable of each element.
struct InputPlan {
    std::string target, variable;
    std::int64_t n = 1;
    Value rate;  ///< [Hz] of each train
    Value weight;
    Origin origin;
    static Fields fields();
};

/// Which synapses there are: a condition, pairs, a text that says which, or a rule.
struct ConnectPlan {
    std::string condition, rule;
    Value i, j;  ///< lists of numbers, or one of them a text "k for k in range(i - 2, i + 3)"
    Value p, n;
    bool skip_if_invalid = false;
    std::optional<std::int64_t> indegree, outdegree, N;
    std::optional<bool> allow_autapses, allow_multapses;
    std::vector<std::string> positions;  ///< variables of both groups
    std::string kernel;
    Value width, radius;
    std::vector<Value> extent;
    Origin origin;
    static Fields fields();
};

struct SynapsesPlan {
    std::string name, source, target, model, preset, method, on_pre, on_post;
    Value weight, delay, set;
    ConnectPlan connect;
    Origin origin;
    static Fields fields();
};

struct Plan {
    std::string about;
    Value::Map constants;
    RunPlan run;
    std::vector<NeuronsPlan> neurons;
    std::vector<PoissonPlan> poisson;
    std::vector<SpikesPlan> spikes;
    std::vector<InputPlan> inputs;
    std::vector<SynapsesPlan> synapses;
    Origin origin;  ///< of the file, and of each constant
};

/// The tables of a file: what each is called, whether there may be several ([[neurons]]), and its keys.
struct PlanTable {
    std::string name;
    bool several;
    const Fields* fields;  ///< null: any names
    std::string about;
    std::vector<std::string> required = {};
};
const std::vector<PlanTable>& plan_tables();

}  // namespace ranvier::sim
