#include "ranvier/sim/plan/plan.hpp"

#include <limits>

#include "ranvier/sim/synapses/rules.hpp"

namespace ranvier::sim {

namespace {

constexpr double most = std::numeric_limits<std::int32_t>::max();

bool table_or_none(const Value& v) { return v.is_none() || v.as<Value::Map>() != nullptr; }

}  // namespace

const std::string& Origin::of(const std::string& key) const {
    const auto found = keys.find(key);
    return found == keys.end() ? place : found->second;
}

Fields RunPlan::fields() {
    using O = RunPlan;
    return {
        "run",
        {field("duration", &O::duration, "how long, e.g. \"1 s\""), field("dt", &O::dt, "the step, e.g. \"0.1 ms\""),
         field("seed", &O::seed, "of all random numbers; none: each run draws others").at_least(0),
         field("record", &O::record,
               "what is kept: \"cells.spikes\", \"cells.rate\", \"cells[0:3,10].v\", \"cells[:5].v every 1 ms\"; none: "
               "the spikes of all that spike")}};
}

Fields NeuronsPlan::fields() {
    using O = NeuronsPlan;
    return {
        "neurons",
        {field("name", &O::name, "by which others refer to them"),
         field("model", &O::model, "a model's name (ranvier model list) or file (\"./mine.model\")"),
         field("n", &O::n, "how many").at_least(1).at_most(most), field("preset", &O::preset, "of the model's values"),
         field("method", &O::method, "the integrator; that of the model if not given"),
         field("set", &O::set, "values of parameters and states: { tau_m = \"20 ms\", v = \"E_L + rand()*5*mV\" }")
             .where("a table of names and values", table_or_none),
         field("link", &O::link, "what (linked) parameters stand for: { gain = \"modulator.x\" }")
             .where("a table of names and of variables of other neurons", table_or_none)}};
}

Fields PoissonPlan::fields() {
    using O = PoissonPlan;
    return {"poisson",
            {field("name", &O::name, "by which others refer to them"),
             field("n", &O::n, "how many").at_least(1).at_most(most),
             field("rates", &O::rates, "one rate, or an expression of i and t: \"10 Hz\", \"(5 + i)*Hz\"")}};
}

Fields SpikesPlan::fields() {
    using O = SpikesPlan;
    return {"spikes",
            {field("name", &O::name, "by which others refer to them"),
             field("n", &O::n, "how many").at_least(1).at_most(most),
             field("indices", &O::indices, "who spikes, spike by spike").at_least(0),
             field("times", &O::times, "when: [\"1 ms\", \"2.5 ms\"]"),
             field("period", &O::period, "after which all begins anew"),
             field("file", &O::file, "indices and times: a .csv with columns t (in s) and i, as runs write them")}};
}

Fields InputPlan::fields() {
    using O = InputPlan;
    return {"input",
            {field("target", &O::target, "neurons, or some of them: \"cells[:100]\""),
             field("variable", &O::variable, "what each spike adds to"),
             field("n", &O::n, "trains of each neuron").at_least(1).at_most(most),
             field("rate", &O::rate, "of each train"), field("weight", &O::weight, "what a spike adds")}};
}

Fields ConnectPlan::fields() {
    using O = ConnectPlan;
    return {
        "connect",
        {field("condition", &O::condition, "which pairs: \"i != j\", \"abs(x_pre - x_post) < 1*mm\""),
         field("p", &O::p, "the probability of each"), field("n", &O::n, "synapses of each pair"),
         field("i", &O::i, "sources, pair by pair; or, for each target, \"k for k in range(j - 2, j + 3)\""),
         field("j", &O::j, "targets, pair by pair; or, for each source, \"k for k in sample(N_post, p=0.1)\""),
         field("skip_if_invalid", &O::skip_if_invalid, "are neurons left out that such a text names and nobody has?"),
         field("rule", &O::rule, "NEST's, in place of these").one_of(connection_rules()),
         field("indegree", &O::indegree, "of fixed_indegree: synapses of each target").at_least(0),
         field("outdegree", &O::outdegree, "of fixed_outdegree: synapses of each source").at_least(0),
         field("N", &O::N, "of fixed_total_number: all synapses").at_least(0),
         field("allow_autapses", &O::allow_autapses, "of rules: may a neuron reach itself?"),
         field("allow_multapses", &O::allow_multapses, "of fixed numbers: may a pair be drawn several times?"),
         field("positions", &O::positions, "of distance: variables of both ends, [\"x\", \"y\"]"),
         field("kernel", &O::kernel, "of distance: how p falls")
             .one_of({"constant", "gaussian", "exponential", "linear"}),
         field("width", &O::width, "of distance: of the kernel"),
         field("radius", &O::radius, "of distance: beyond which there are none"),
         field("extent", &O::extent, "of distance: lengths of a box that closes on itself")}};
}

Fields SynapsesPlan::fields() {
    using O = SynapsesPlan;
    return {
        "synapses",
        {field("name", &O::name, "by which others refer to them; none: \"synapses\", \"synapses_1\", …"),
         field("source", &O::source, "whose spikes: \"cells\", \"cells[:3200]\""),
         field("target", &O::target, "what they reach"),
         field("connect", &O::connect, "which pairs: { p = 0.1 }, { rule = \"fixed_indegree\", indegree = 80 }"),
         field("on_pre", &O::on_pre, "what a spike of the source does: \"g_e += weight\""),
         field("on_post", &O::on_post, "what a spike of the target does"),
         field("weight", &O::weight, "what on_pre and on_post call weight: a quantity, or an expression for each"),
         field("delay", &O::delay, "of on_pre: a time, or an expression for each; { pre = …, post = … } of several"),
         field("model", &O::model, "a model of synapses, in place of on_pre and weight"),
         field("preset", &O::preset, "of the model's values"),
         field("method", &O::method, "the integrator; that of the model if not given"),
         field("set", &O::set, "values of the model's parameters and states")
             .where("a table of names and values", table_or_none)}};
}

const std::vector<PlanTable>& plan_tables() {
    static const std::vector<PlanTable> tables{
        {"run", false, &fields_of<RunPlan>(), "how long, in which steps, what is kept; flags say the same", {}},
        {"constants", false, nullptr, "names for quantities, which all expressions know: J = \"0.1 mV\"", {}},
        {"neurons", true, &fields_of<NeuronsPlan>(), "neurons of one model", {"name", "model", "n"}},
        {"poisson", true, &fields_of<PoissonPlan>(), "sources that spike at random", {"name", "n", "rates"}},
        {"spikes", true, &fields_of<SpikesPlan>(), "sources that spike at given times", {"name", "n"}},
        {"input",
         true,
         &fields_of<InputPlan>(),
         "random trains into a variable of each neuron",
         {"target", "variable", "rate", "weight"}},
        {"synapses", true, &fields_of<SynapsesPlan>(), "what joins them", {"source", "target", "connect"}},
        {"synapses.connect", false, &fields_of<ConnectPlan>(), "which pairs synapses join", {}}};
    return tables;
}

}  // namespace ranvier::sim
