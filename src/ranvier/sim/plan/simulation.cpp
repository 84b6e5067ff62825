#include "ranvier/sim/plan/simulation.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parts.hpp"
#include "ranvier/language/symbols.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/plan/joining.hpp"

namespace ranvier::sim {

namespace {

const units::Dimension second = units::unit("second").dimension;
const units::Dimension hertz = units::unit("Hz").dimension;

double positive_time(const Value& value, const Constants& known, const std::string& what) {
    const double t = constant(value, known, what, second);
    require(t > 0 && std::isfinite(t), what, " must be > 0 s; got ", t, " s");
    return t;
}

}  // namespace

Simulation::Simulation(const Plan& plan) {
    const auto number = [&](const std::optional<std::int64_t>& given) {
        return given ? static_cast<std::uint64_t>(*given) : fresh_seed() >> 11;  // which a file can say
    };
    seed_ = number(plan.run.seed);
    set_seed(seed_);
    for (const auto& [name, value] : plan.constants) {
        said_at(plan.origin, name, [&, &name = name, &value = value] {
            check_name(name);
            for (const language::Kind kind : {language::Kind::neuron, language::Kind::synapse}) {
                const std::string refusal = language::refusal_of_name(name, kind);
                require(refusal.empty(), refusal);
            }
            constants_[name] = constant(value, constants_, "'" + name + "'");
        });
    }
    clock_ = said_at(plan.run.origin, "dt",
                     [&] { return std::make_shared<Clock>("clock", positive_time(plan.run.dt, constants_, "dt")); });
    said_at(plan.run.origin, "duration", [&] {
        require(!plan.run.duration.is_none(),
                "how long shall it run? Say duration = \"1 s\" under [run], or --duration "
                "1s");
        duration_ = positive_time(plan.run.duration, constants_, "duration");
    });
    for (const NeuronsPlan& p : plan.neurons) {
        add(p);
    }
    for (const PoissonPlan& p : plan.poisson) {
        add(p);
    }
    for (const SpikesPlan& p : plan.spikes) {
        add(p);
    }
    for (const NeuronsPlan& p : plan.neurons) {
        const auto* links = p.link.as<Value::Map>();
        for (const auto& [name, value] : links ? *links : Value::Map{}) {
            said_at(p.origin, "link." + name, [&, &name = name, &value = value] {
                const auto* text = value.as<std::string>();
                const std::size_t dot = text ? text->rfind('.') : std::string::npos;
                require(dot != std::string::npos, "a link names a variable: \"modulator.x\"; got ", text_of(value));
                const auto other = referred(elements_text(text->substr(0, dot)));
                member(p.name).group->link(name, other, text->substr(dot + 1), std::nullopt);
            });
        }
    }
    std::size_t without_name = 0, inputs = 0;
    for (const SynapsesPlan& p : plan.synapses) {
        add(p, without_name);
        without_name += p.name.empty() ? 1 : 0;
    }
    for (const InputPlan& p : plan.inputs) {
        add(p, inputs++);
    }
    std::vector<std::string> all_spikes;
    for (const std::string& name : order_) {
        const auto* source = dynamic_cast<const EventSource*>(members_.at(name).group.get());
        const auto events = source ? source->event_names() : std::vector<std::string>{};
        if (std::ranges::find(events, "spike") != events.end()) {
            all_spikes.push_back(name + ".spikes");
        }
    }
    for (const std::string& text : plan.run.record.value_or(all_spikes)) {
        said_at(plan.run.origin, "record", [&] { record(text); });
    }
    randomness().names = random_names_;
    for (const auto& stage : prepared_) {
        for (const auto& prepare : stage) {
            prepare();
        }
    }
    for (const auto& operations : operations_) {
        const Operations more = operations();
        network_.operations.insert(network_.operations.end(), more.begin(), more.end());
    }
}

void Simulation::prepare_later(int stage, const Origin& origin, const std::string& key, std::function<void()> does) {
    prepared_[stage].push_back([origin, key, does] { said_at(origin, key, does); });
}

void Simulation::check_rate(double hz, const std::string& what) const {
    require(hz >= 0 && hz * clock_->dt() <= 1, what, " must be >= 0 Hz, and at most one spike in a step of ",
            clock_->dt(), " s; got ", hz, " Hz");
}

void Simulation::take(const std::string& name, Member member, const Origin& origin) {
    said_at(origin, "name",
            [&] { require(!members_.contains(name), "there is a '", name, "' already: each has a name of its own"); });
    const auto group = member.group;
    operations_.emplace_back([group] { return group->operations(); });
    members_.emplace(name, std::move(member));
    order_.push_back(name);
}

Simulation::Member& Simulation::member(const std::string& name) {
    const auto found = members_.find(name);
    require(found != members_.end(), [&] {
        return "there are no '" + name + "' above" + did_you_mean(name, order_) +
               (order_.empty() ? "" : " (there are: " + joined(order_) + ")");
    });
    return found->second;
}

std::shared_ptr<Group> Simulation::referred(const ElementsText& text) {
    const auto whole = member(text.group).group;
    const auto ranges = text.among(whole->n());
    require(ranges.size() == 1, "'", text.group, "[…]' must be neurons that follow each other here: one range");
    const auto [from, to] = ranges[0];
    if (from == 0 && to == whole->n()) {
        return whole;
    }
    const auto source = std::dynamic_pointer_cast<EventSource>(whole);
    require(source != nullptr, "'", text.group, "' are synapses: they are named as a whole here");
    return std::make_shared<Subgroup>(text.group + "[" + text_of(from) + ":" + text_of(to) + "]", source, from, to);
}

void Simulation::add(const NeuronsPlan& plan) {
    const UsedModel use =
        used_model({plan.model, plan.preset, plan.method, &plan.set, false, nullptr, nullptr}, constants_, plan.origin);
    said_at(plan.origin, "name", [&] { check_name(plan.name); });
    const auto group = said_at(plan.origin, "model",
                               [&] { return std::make_shared<NeuronGroup>(plan.name, plan.n, clock_, use.parts); });
    take(plan.name, {group, use.around, use.model}, plan.origin);
    begin(*group, use, plan.origin);
    prepare_later(0, plan.origin, plan.method.empty() ? "model" : "method",
                  [group, around = use.around, method = use.method] { group->prepare(around, method, tried); });
    add_updates(use, group, plan.origin);
}

/// The statements of a model that run at each step, or at a period.
void Simulation::add_updates(const UsedModel& use, const std::shared_ptr<Group>& group, const Origin& origin) {
    for (std::size_t k = 0; k < use.model.updates.size(); ++k) {
        const language::Update& update = use.model.updates[k];
        auto clock = clock_;
        if (update.period) {
            const double period = language::value(update.period, [&](const language::Node& node) {
                const auto found = use.around.constants.find(node.name);
                return found == use.around.constants.end() ? std::nullopt : std::optional(found->second.value);
            });
            clock = std::make_shared<Clock>(group->name() + "_clock", period);
        }
        const auto made =
            std::make_shared<RegularUpdate>(group, language::text(update.statements), clock, "start", 0,
                                            group->name() + "_run_regularly" + (k > 0 ? "_" + text_of(k) : ""));
        operations_.emplace_back([made] { return made->operations(); });
        prepare_later(2, origin, "model", [made, around = use.around] { made->prepare(around); });
    }
}

void Simulation::add(const PoissonPlan& plan) {
    said_at(plan.origin, "name", [&] { check_name(plan.name); });
    Surroundings around;
    around.constants = constants_;
    const auto group = said_at(plan.origin, "rates", [&] {
        language::Model words;
        words.time = second;
        const ReadValue rates = read_value(plan.rates, words, around.scope(), {}, "rates");
        require(rates.tree->dimension == hertz, "rates must be in Hz; ", text_of(plan.rates), " is in ",
                units::name(rates.tree->dimension));
        const auto made = poisson_group(plan.name, plan.n, clock_, rates.common ? "" : rates.text);
        if (rates.common) {
            check_rate(*rates.common, "rates");
            made->variable("rates")->fill(*rates.common);
        }
        return made;
    });
    take(plan.name, {group, around}, plan.origin);
    prepare_later(0, plan.origin, "rates", [group, around] { group->prepare(around, "euler", {}); });
}

void Simulation::add(const SpikesPlan& plan) {
    said_at(plan.origin, "name", [&] { check_name(plan.name); });
    std::vector<double> times;
    said_at(plan.origin, "times", [&] {
        for (const Value& t : plan.times) {
            times.push_back(constant(t, constants_, "times", second));
        }
    });
    const double period = said_at(plan.origin, "period", [&] {
        return plan.period.is_none() ? 0 : positive_time(plan.period, constants_, "period");
    });
    const auto group = said_at(plan.origin, plan.file.empty() ? "indices" : "file", [&] {
        std::vector<std::int32_t> i;
        for (const std::int64_t k : plan.indices) {
            require(k < plan.n, "indices must be from 0 to ", plan.n - 1, "; got ", k);
            i.push_back(static_cast<std::int32_t>(k));
        }
        return std::make_shared<SpikeGeneratorGroup>(plan.name, plan.n, clock_, std::move(i), std::move(times), period);
    });
    take(plan.name, {group, {}}, plan.origin);
    prepare_later(0, plan.origin, "period", [group] { group->prepare(); });
}

void Simulation::add(const InputPlan& plan, std::size_t number) {
    const std::string name = "poissoninput" + (number > 0 ? "_" + text_of(number) : "");
    random_names_[name] = "PoissonInput#" + text_of(number);
    const ElementsText text = elements_text(plan.target);
    const auto target = said_at(plan.origin, "target", [&] { return referred(text); });
    const Surroundings around = member(text.group).around;
    said_at(plan.origin, "variable", [&] { static_cast<void>(target->variable(plan.variable)); });
    const std::string rate = said_at(plan.origin, "rate", [&] {
        const double hz = constant(plan.rate, constants_, "rate", hertz);
        check_rate(hz, "rate");
        return language::text(language::number(hz, hertz));
    });
    const std::string weight = said_at(plan.origin, "weight", [&] { return expression_text(plan.weight, "weight"); });
    const auto made = poisson_input(name, target, plan.variable, text_of(plan.n), rate, weight, clock_, "synapses", 0);
    operations_.emplace_back([made] { return made->operations(); });
    prepare_later(2, plan.origin, "weight", [made, around] { made->prepare(around); });
}

std::vector<std::shared_ptr<Group>> Simulation::groups() const {
    std::vector<std::shared_ptr<Group>> all;
    for (const std::string& name : order_) {
        all.push_back(members_.at(name).group);
    }
    return all;
}

void Simulation::run(const std::function<void(const Network::Report&)>& report, double report_period) {
    network_.run({duration_, report, report_period, false});
}

}  // namespace ranvier::sim
