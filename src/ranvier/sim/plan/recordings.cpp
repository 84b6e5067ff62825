// What is recorded of a plan's groups.
#include <algorithm>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/sim/plan/simulation.hpp"

namespace ranvier::sim {

namespace {

/// Synapses may name variables of their neurons, too ("v_post"), which the language looks up.
void check_variable(const Group& group, const std::string& name, const std::vector<std::string>& events) {
    std::vector<std::string> known = names_of(group.model().subexpressions);
    for (const auto& v : group.variables()) {
        known.push_back(v->name);
    }
    for (const std::string& event : events) {
        known.push_back(event == "spike" ? "spikes" : event);
    }
    if (!events.empty()) {
        known.emplace_back("rate");
    }
    const bool of_neurons = group.pre() && (name.ends_with("_pre") || name.ends_with("_post"));
    require(of_neurons || std::ranges::find(known, name) != known.end(), [&] {
        return "'" + group.name() + "' has no '" + name + "'" + did_you_mean(name, known) +
               " (it has: " + joined(known) + ")";
    });
}

}  // namespace

void Simulation::record(const std::string& text) {
    const RecordText wanted = record_text(text);
    const Surroundings around = member(wanted.of.group).around;
    const auto whole = member(wanted.of.group).group;
    Recording recording{wanted.of.group, wanted.what, {}};
    require(std::ranges::none_of(recordings_, [&](const Recording& r) { return r.name() == recording.name(); }), "'",
            recording.name(), "' is recorded twice: name all of its elements together, as in '", wanted.of.group,
            "[0:3,10].", wanted.what, "'");
    const auto source = std::dynamic_pointer_cast<EventSource>(whole);
    const std::vector<std::string> events = source ? source->event_names() : std::vector<std::string>{};
    const bool rate = wanted.what == "rate" && !whole->find("rate");
    const std::string event = wanted.what == "spikes" || rate ? "spike" : wanted.what;
    if (rate || wanted.what == "spikes" || std::ranges::find(events, event) != events.end()) {
        require(source != nullptr, "'", wanted.of.group, "' are synapses, which have no spikes");
        require(wanted.every.empty(), "events are recorded when they happen, and rates at each step: leave 'every ",
                wanted.every, "' away");
        const auto some = std::dynamic_pointer_cast<EventSource>(referred(wanted.of));
        if (rate) {
            const auto monitor = std::make_shared<RateMonitor>(recording.name(), some, event, clock_, "end", 0);
            operations_.emplace_back([monitor] { return monitor->operations(); });
            recording.monitor = monitor;
        } else {
            const Operation& finder = some->finder(event);
            const auto monitor = std::make_shared<EventMonitor>(
                recording.name(), some, event, std::vector<std::string>{}, true, clock_, finder.when, finder.order + 1);
            operations_.emplace_back([monitor] { return monitor->operations(); });
            recording.monitor = monitor;
        }
    } else {
        check_variable(*whole, wanted.what, events);
        auto clock = clock_;
        if (!wanted.every.empty()) {
            clock = std::make_shared<Clock>(
                recording.name(), constant(wanted.every, constants_, "every", units::unit("second").dimension));
        }
        const auto monitor = std::make_shared<StateMonitor>(recording.name(), whole, std::vector{wanted.what},
                                                            wanted.of.elements(whole->n()), clock, "start", 0);
        operations_.emplace_back([monitor] { return monitor->operations(); });
        prepared_[3].emplace_back([monitor, around] { monitor->prepare(around); });
        recording.monitor = monitor;
    }
    recordings_.push_back(std::move(recording));
}

}  // namespace ranvier::sim
