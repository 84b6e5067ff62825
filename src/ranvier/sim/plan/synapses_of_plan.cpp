// Synapses of a plan: their texts, and who is joined.
#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parts.hpp"
#include "ranvier/sim/plan/joining.hpp"
#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::sim {

using language::Side;

namespace {

const units::Dimension second = units::unit("second").dimension;
constexpr int order_of_pre = -1, order_of_post = 1;  // Brian 2's

/// Names of both ends' models and of the plan. What the ends call alike and mean differently is nobody's.
Constants constants_around(const Constants& own, const Constants& source, const Constants& target) {
    Constants all = own;
    for (const Constants* end : {&source, &target}) {
        const Constants& other = end == &source ? target : source;
        for (const auto& [name, value] : *end) {
            const auto there = other.find(name);
            if (there == other.end() || there->second.value == value.value) {
                all.try_emplace(name, value);
            }
        }
    }
    return all;
}

/// Where texts of synapses use what follows from other values in a neuron (a subexpression), its names are read among
/// those of the synapses: these must mean the same.
void check_shared_names(const std::vector<std::string>& used, const std::string& ending, const Group& end,
                        const language::Model& model, const Constants& theirs, const Constants& ours) {
    for (const std::string& name : used) {
        const std::string base = name.ends_with(ending) ? name.substr(0, name.size() - ending.size()) : name;
        const auto* follows = language::find_subexpression(model, base);
        if (!follows) {
            continue;
        }
        for (const std::string& needed : language::names_in(language::expanded(follows->expr, model))) {
            const auto there = theirs.find(needed), here = ours.find(needed);
            require(there == theirs.end() || (here != ours.end() && here->second.value == there->second.value), [&] {
                return "'" + name + "' follows from '" + needed + "' of '" + end.name() + "', and another '" + needed +
                       "' is known to these synapses: rename one of the two";
            });
        }
    }
}

/// Statements of a plan, or of its model, and who starts them.
std::vector<Synapses::PathwayParts> pathways_of(const SynapsesPlan& plan, const UsedModel& use) {
    std::vector<Synapses::PathwayParts> all;
    const auto add = [&](const std::string& name, Side side, const std::string& event, const std::string& text,
                         std::optional<double> delay) {
        all.push_back({name, side, event, text, delay, side == Side::pre ? order_of_pre : order_of_post});
    };
    for (const language::Pathway& p : use.model.pathways) {
        const auto delay = p.delay ? common_value(p.delay, use.around.constants) : std::optional(0.0);
        require(delay.has_value(), "the delay of '", p.name,
                "' must be one for all synapses here; set delay to an "
                "expression for each its own");
        add(p.name, p.side, p.event, language::text(p.statements), delay);
    }
    for (const auto& [name, side, text] :
         {std::tuple("pre", Side::pre, plan.on_pre), {"post", Side::post, plan.on_post}}) {
        if (!text.empty()) {
            add(name, side, "spike", text, 0.0);
        }
    }
    return all;
}

void set_delays(Synapses& synapses, Pathway& pathway, const std::string& text, const Surroundings& around) {
    const Group::Values found = synapses.value(text, around);
    for (std::size_t k = 0; k < found.values.size(); ++k) {
        require(found.values[k] >= 0 && std::isfinite(found.values[k]), "delays must be >= 0 s and finite; got ",
                found.values[k], " s");
        pathway.delay()->set(static_cast<index>(k), found.values[k]);
    }
}

}  // namespace

void Simulation::add(const SynapsesPlan& plan, std::size_t number_without_name) {
    std::string name = plan.name;
    if (name.empty()) {
        name = "synapses" + (number_without_name > 0 ? "_" + text_of(number_without_name) : "");
        random_names_[name] = "Synapses#" + text_of(number_without_name);
    }
    said_at(plan.origin, "name", [&] { check_name(name); });
    const auto end = [&](const char* key, const std::string& text) {
        return said_at(plan.origin, key, [&] { return referred(elements_text(text)); });
    };
    const auto source = end("source", plan.source), target = end("target", plan.target);
    const Member& from = member(elements_text(plan.source).group);
    const Member& to = member(elements_text(plan.target).group);

    UsedModel use;
    language::Scope scope;
    scope.pre = &source->model();
    scope.post = &target->model();
    if (plan.model.empty()) {
        require(!plan.on_pre.empty() || !plan.on_post.empty(), [&] {
            return plan.origin.place + ": what do spikes do? Say on_pre = \"g_e += weight\", or model = … of a synapse";
        });
        use.model.kind = language::Kind::synapse;
        use.model.time = second;
        use.parts.kind = use.model.kind;
        use.around.constants = constants_;
    } else {
        for (const auto& [key, given] : {std::pair("on_pre", !plan.on_pre.empty()),
                                         {"on_post", !plan.on_post.empty()},
                                         {"weight", !plan.weight.is_none()}}) {
            said_at(plan.origin, key, [&, key = key, given = given] {
                require(!given, "'", key,
                        "' says nothing beside model: its statements and variables are those of the "
                        "model, which set changes");
            });
        }
        use = used_model({plan.model, plan.preset, plan.method, &plan.set, true, source.get(), target.get()},
                         constants_, plan.origin);
    }
    use.around.constants = constants_around(use.around.constants, from.around.constants, to.around.constants);
    scope.constants = use.around.constants;

    if (!plan.weight.is_none()) {
        said_at(plan.origin, "weight", [&] {
            const ReadValue weight = read_value(plan.weight, use.model, scope, {}, "weight");
            const units::Dimension unit = weight.tree->dimension;
            if (weight.common) {
                use.around.constants["weight"] = {*weight.common, unit, language::Type::real};
            } else {
                use.parts.equations += "weight : " + units::name(unit) + " (constant)\n";
                use.begin.push_back({"weight", weight.text, "weight"});
            }
        });
    }

    // Delays: of a pathway by its name, or of "pre".
    std::vector<Synapses::PathwayParts> pathways =
        said_at(plan.origin, "model", [&] { return pathways_of(plan, use); });
    std::map<std::string, std::string> own_delays;
    const auto* several = plan.delay.as<Value::Map>();
    for (const auto& [which, value] : several                ? *several
                                      : plan.delay.is_none() ? Value::Map{}
                                                             : Value::Map{{"pre", plan.delay}}) {
        said_at(plan.origin, "delay", [&, &which = which, &value = value] {
            auto* const pathway = named(pathways, which);
            require(pathway != nullptr, "there are no statements '", which, "' that could be delayed; there are ",
                    joined(names_of(pathways)), ": delay = { NAME = \"1 ms\" }");
            const ReadValue delay = read_value(value, use.model, scope, use.around.constants, "delay");
            require(delay.tree->dimension == second, "a delay is a time; ", text_of(value), " is in ",
                    units::name(delay.tree->dimension));
            require(!delay.common || *delay.common >= 0, "a delay must be >= 0 s; got ", text_of(value));
            pathway->delay = delay.common;
            if (!delay.common) {
                own_delays[which] = delay.text;
            }
        });
    }

    use.parts.name = name;
    std::vector<std::string> used = language::free_names(use.parts);
    for (const auto& p : pathways) {
        language::Parts statements;
        statements.kind = language::Kind::synapse;
        statements.updates.emplace_back("", p.statements);
        std::ranges::copy(language::free_names(statements), std::back_inserter(used));
    }
    const std::string texts = plan.model.empty() ? "on_pre" : "model";
    said_at(plan.origin, texts, [&] {
        check_shared_names(used, "_pre", *source, from.model, from.around.constants, use.around.constants);
        check_shared_names(used, "_post", *target, to.model, to.around.constants, use.around.constants);
    });
    said_at(plan.origin, "weight", [&] {
        require(plan.weight.is_none() || std::ranges::find(used, "weight") != used.end(),
                "weight is given, but on_pre does not name it: write on_pre = \"g_e += weight\"");
    });

    const auto synapses = said_at(plan.origin, texts, [&] {
        return std::make_shared<Synapses>(name, source, target, clock_, use.parts, pathways);
    });
    take(name, {synapses, use.around, use.model}, plan.origin);
    said_at(plan.origin, "connect", [&] { join(*synapses, plan.connect, use.around); });
    begin(*synapses, use, plan.origin);
    for (const auto& pathway : synapses->pathways()) {
        if (const auto own = own_delays.find(pathway->name()); own != own_delays.end()) {
            said_at(plan.origin, "delay", [&] { set_delays(*synapses, *pathway, own->second, use.around); });
        }
    }
    prepare_later(1, plan.origin, plan.method.empty() ? texts : "method",
                  [synapses, around = use.around, method = use.method] { synapses->prepare(around, method, tried); });
    add_updates(use, synapses, plan.origin);
}

}  // namespace ranvier::sim
