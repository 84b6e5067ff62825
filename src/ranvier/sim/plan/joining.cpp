#include "ranvier/sim/plan/joining.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/synapses/rules.hpp"

namespace ranvier::sim {

namespace {

std::string text_or(const Value& value, const std::string& what, const std::string& otherwise) {
    return value.is_none() ? otherwise : expression_text(value, what);
}

/// Numbers of neurons; one stands for a list of one.
std::vector<std::int32_t> numbers(const Value& value, const std::string& what) {
    const Value::List one{value};
    const auto* list = value.as<Value::List>();
    std::vector<std::int32_t> found;
    for (const Value& item : list ? *list : one) {
        const auto* number = item.as<std::int64_t>();
        require(number && *number >= 0 && *number <= INT32_MAX,
                [&] { return what + " has numbers of neurons, which are whole and >= 0; got " + text_of(item); });
        found.push_back(static_cast<std::int32_t>(*number));
    }
    return found;
}

/// The keys of a plan beside rule that were given.
std::vector<std::string> given_keys(const ConnectPlan& plan) {
    std::vector<std::string> given;
    const Value::Map usual = values_of(ConnectPlan{});
    const Value::Map mine = values_of(plan);
    for (std::size_t k = 0; k < mine.size(); ++k) {
        if (!(mine[k] == usual[k])) {
            given.push_back(mine[k].first);
        }
    }
    return given;
}

void refuse_others(const ConnectPlan& plan, const std::vector<std::string>& allowed, const std::string& beside) {
    for (const std::string& key : given_keys(plan)) {
        said_at(plan.origin, key, [&] {
            require(std::ranges::find(allowed, key) != allowed.end(), "'", key, "' of connect says nothing beside ",
                    beside, ", which takes ", joined(allowed));
        });
    }
}

/// Where the neurons of one end are, row by row.
/// @param dimension  that of the first axis; of the end before, where there was one
std::vector<double> coordinates(const Group& end, const std::vector<std::string>& axes,
                                std::optional<units::Dimension>& dimension) {
    std::vector<std::shared_ptr<Variable>> values;
    for (const std::string& name : axes) {
        values.push_back(end.variable(name));
        dimension = dimension.value_or(values.back()->dimension);
        require(values.back()->dimension == *dimension, "positions have one unit; '", name, "' of '", end.name(),
                "' is in ", units::name(values.back()->dimension), ", not in ", units::name(*dimension));
    }
    std::vector<double> all;
    for (index k = 0; k < end.n(); ++k) {
        for (const auto& axis : values) {
            all.push_back((*axis)[axis->shared ? 0 : end.start() + k]);
        }
    }
    return all;
}

void join_by_rule(Synapses& synapses, const ConnectPlan& plan, const Surroundings& around) {
    std::vector<std::string> allowed{"rule", "n", "allow_autapses"};
    ConnectionRule rule;
    rule.name = plan.rule;
    const bool fixed = plan.rule.starts_with("fixed_"), distance = plan.rule == "distance";
    const auto& numbers = around.constants;
    for (const auto& [key, of, value] : {std::tuple("indegree", "fixed_indegree", plan.indegree),
                                         {"outdegree", "fixed_outdegree", plan.outdegree},
                                         {"N", "fixed_total_number", plan.N}}) {
        if (plan.rule == of) {
            allowed.emplace_back(key);
            require(value.has_value(), "the rule ", plan.rule, " wants ", key, " = …");
            rule.numbers[key] = static_cast<double>(*value);
        }
    }
    if (fixed) {
        allowed.emplace_back("allow_multapses");
    }
    if (plan.rule == "pairwise_bernoulli" || distance) {
        allowed.emplace_back("p");
        require(distance || !plan.p.is_none(), "the rule ", plan.rule, " wants p = …");
        rule.numbers["p"] = plan.p.is_none() ? 1.0 : constant(plan.p, numbers, "p", {});
    }
    if (distance) {
        for (const char* key : {"positions", "kernel", "width", "radius", "extent"}) {
            allowed.emplace_back(key);
        }
        std::optional<units::Dimension> dimension;
        said_at(plan.origin, "positions", [&] {
            require(!plan.positions.empty(),
                    "the rule distance wants positions = [\"x\", \"y\"]: variables of both ends");
            rule.places = {plan.positions.size(),
                           coordinates(*synapses.source(), plan.positions, dimension),
                           coordinates(*synapses.target(), plan.positions, dimension),
                           {}};
        });
        rule.kernel = !plan.kernel.empty() ? plan.kernel : plan.width.is_none() ? "constant" : "gaussian";
        require((rule.kernel == "constant") == plan.width.is_none(), "the kernel ", rule.kernel,
                rule.kernel == "constant" ? " has no width" : " wants width = …, a length");
        const auto length = [&](const Value& value, const char* key, double otherwise) {
            return value.is_none()
                       ? otherwise
                       : said_at(plan.origin, key, [&] { return constant(value, numbers, key, *dimension); });
        };
        for (const Value& side : plan.extent) {
            rule.places.extent.push_back(length(side, "extent", 0));
        }
        rule.numbers["width"] = length(plan.width, "width", 1);
        rule.numbers["radius"] = length(plan.radius, "radius", INFINITY);
    }
    refuse_others(plan, allowed, "the rule " + plan.rule);
    rule.allow_autapses = plan.allow_autapses.value_or(true);
    rule.allow_multapses = plan.allow_multapses.value_or(true);
    const double times = plan.n.is_none() ? 1 : constant(plan.n, numbers, "n", {});
    require(times >= 0 && times == std::floor(times) && times <= 1e6, "n beside a rule is a whole number >= 0; got ",
            times);
    Ends ends{synapses.source()->n(), synapses.target()->n(), std::nullopt};
    if (synapses.source()->owner() == synapses.target()->owner()) {
        ends.own = synapses.source()->start() - synapses.target()->start();
    }
    RandomStream random = next_connect_stream(true);
    const ConnectedPairs pairs = connected_pairs(rule, ends, random);
    synapses.connect(pairs.i, pairs.j, std::vector{static_cast<std::int32_t>(times)});
}

}  // namespace

void join(Synapses& synapses, const ConnectPlan& plan, const Surroundings& around) {
    if (!plan.rule.empty()) {
        join_by_rule(synapses, plan, around);
        return;
    }
    const bool i_says = plan.i.as<std::string>(), j_says = plan.j.as<std::string>();
    if (i_says || j_says) {
        const char* which = j_says ? "j" : "i";
        refuse_others(plan, {which, "n", "skip_if_invalid"}, std::string(which) + " as a text");
        said_at(plan.origin, which, [&] {
            synapses.connect_generator(*(j_says ? plan.j : plan.i).as<std::string>(), !j_says,
                                       text_or(plan.n, "n", "1"), plan.skip_if_invalid, around);
        });
        return;
    }
    if (!plan.i.is_none() || !plan.j.is_none()) {
        refuse_others(plan, {"i", "j", "n"}, "i and j as numbers");
        require(!plan.i.is_none() && !plan.j.is_none(),
                "i and j are given together, pair by pair; or one of them as a "
                "text that says which neurons each of the other side gets");
        const auto times = plan.n.is_none() ? std::vector<std::int32_t>{1} : numbers(plan.n, "n");
        synapses.connect(numbers(plan.i, "i"), numbers(plan.j, "j"), times);
        return;
    }
    refuse_others(plan, {"condition", "p", "n"}, "a condition");
    require(!given_keys(plan).empty(),
            "connect says which pairs: { p = 0.1 }, { condition = \"i != j\" }, { rule = \"one_to_one\" }");
    synapses.connect(plan.condition.empty() ? "True" : plan.condition, text_or(plan.p, "p", "1"),
                     text_or(plan.n, "n", "1"), around);
}

}  // namespace ranvier::sim
