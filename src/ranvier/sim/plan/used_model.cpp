#include "ranvier/sim/plan/used_model.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parts.hpp"

namespace ranvier::sim {

using language::Expr;
using language::Model;
using language::Node;
using language::Parameter;
using language::Role;

namespace {

const units::Dimension second = units::unit("second").dimension;

void check_kind(const Model& model, bool synapse) {
    const auto words = std::ranges::find(language::kinds, model.kind, [](const auto& k) { return k.second; });
    const std::string is = "'" + model.name + "' is a model of kind " + std::string(words->first);
    if (model.kind == language::Kind::cable) {
        throw NotYet(is +
                     ": neurons with shape are not in Ranvier yet; use a model of one compartment, or "
                     "two_compartments");
    }
    require(synapse == (model.kind == language::Kind::synapse),
            is + (synapse ? ": [[synapses]] want a synapse" : ": it has its place in [[synapses]]"));
    require(model.time == second, is + " in which time is a number: a network's time is in seconds");
}

language::Model loaded(const std::string& model) {
    try {
        return language::loaded(model);
    } catch (const FileError& error) {  // whose message says the file, not who asked for it
        throw InvalidInput(error.what());
    }
}

/// What is set, and what the model or its preset begin with.
class Values {
public:
    Values(const ModelRequest& request, UsedModel& use, const Constants& constants, const Origin& origin)
        : request_(request), use_(use), origin_(origin) {
        scope_.constants = constants;
        scope_.pre = request.pre ? &request.pre->model() : nullptr;
        scope_.post = request.post ? &request.post->model() : nullptr;
        const language::Preset* preset =
            request.preset.empty() ? nullptr : language::find_preset(use.model, request.preset);
        const auto of_preset = [&](const std::string& name, const Expr& otherwise) {
            Expr found = otherwise;
            for (const auto& s : preset ? preset->values : std::vector<language::Statement>{}) {
                found = s.target == name ? s.value : found;
            }
            return found;
        };
        const Value::Map none;
        const auto* set = request.set->as<Value::Map>();
        for (const auto& [name, value] : set ? *set : none) {
            said_at(origin, "set." + name, [&, &name = name, &value = value] { give(name, value); });
        }
        constants_of_model();
        for (const auto& s : use.model.states) {
            begins(s.name, of_preset(s.name, s.initial));
        }
        for (const Parameter& p : use.model.parameters) {
            if (!constant(p)) {
                begins(p.name, of_preset(p.name, p.initial));
            }
        }
        for (const std::string& name : order_) {
            put(name);
        }
    }

    /// Does its value come from outside?
    bool constant(const Parameter& p) const {
        return p.flags.constant && !p.flags.linked && !waiting_.contains(p.name) && known_.contains(p.name);
    }

private:
    struct Waiting {
        std::string text, key;
        Expr tree;
        bool put = false;
    };

    void give(const std::string& name, const Value& value) {
        const Model& model = use_.model;
        const Parameter* parameter = language::find_parameter(model, name);
        const language::State* state = language::find_state(model, name);
        require(parameter || state, [&] {
            std::vector<std::string> known = names_of(model.parameters);
            std::ranges::copy(names_of(model.states), std::back_inserter(known));
            return "the model '" + model.name + "' has no parameter or state '" + name + "'" +
                   did_you_mean(name, known) + " (it has: " + joined(known) + ")";
        });
        require(!parameter || !parameter->flags.linked, "'" + name + "' is (linked): link says to what");
        const ReadValue read = read_value(value, model, scope_, values_now(), "set." + name);
        const language::Variable& variable = parameter ? static_cast<const language::Variable&>(*parameter) : *state;
        require(read.tree->dimension == variable.dimension, [&] {
            const auto in = [](const units::Dimension& d) {
                return d.dimensionless() ? std::string("a number without unit") : "in " + units::name(d);
            };
            return "'" + name + "' is " + in(variable.dimension) + "; " + text_of(value) + " is " +
                   in(read.tree->dimension);
        });
        if (parameter && parameter->flags.constant) {
            if (read.common) {
                given_[name] = *read.common;
                static_cast<void>(values_now());  // is it within its range?
                return;
            }
            use_.varied.push_back(name);
        }
        order_.push_back(name);
        waiting_[name] = {read.text, "set." + name, read.tree};
    }

    /// Of the model's parameters, as far as they are set; without those that vary.
    Constants values_now() const {
        Constants now;
        for (const auto& [name, value] : language::parameter_values(use_.model, request_.preset, given_)) {
            if (std::ranges::find(use_.varied, name) == use_.varied.end()) {
                now[name].value = value;
            }
        }
        return now;
    }

    void constants_of_model() {
        known_ =
            said_at(origin_, "set", [&] { return language::parameter_values(use_.model, request_.preset, given_); });
        use_.around.constants = scope_.constants;
        for (const Parameter& p : use_.model.parameters) {
            if (constant(p)) {
                use_.around.constants[p.name] = {known_.at(p.name), p.dimension, p.type};
            } else {
                require(!p.flags.constant || p.flags.linked || waiting_.contains(p.name), [&] {
                    return origin_.of("model") + ": the model '" + use_.model.name + "' wants a value of '" + p.name +
                           "', in " + p.unit + ": say set = { " + p.name + " = … }";
                });
            }
        }
    }

    void begins(const std::string& name, const Expr& e) {
        if (e && !waiting_.contains(name)) {
            order_.push_back(name);
            waiting_[name] = {language::text(e), "model", e};
        }
    }

    /// A variable behind those that its value names.
    void put(const std::string& name) {
        Waiting& mine = waiting_.at(name);
        if (mine.put) {
            return;
        }
        mine.put = true;
        for (const std::string& other : language::names_in(language::expanded(mine.tree, use_.model))) {
            if (waiting_.contains(other)) {
                put(other);
            }
        }
        use_.begin.push_back({name, mine.text, mine.key});
    }

    const ModelRequest& request_;
    UsedModel& use_;
    const Origin& origin_;
    language::Scope scope_;
    std::map<std::string, double> given_, known_;
    std::map<std::string, Waiting> waiting_;
    std::vector<std::string> order_;
};

}  // namespace

UsedModel used_model(const ModelRequest& request, const Constants& constants, const Origin& origin) {
    UsedModel use;
    use.model = said_at(origin, "model", [&] {
        language::Model model = loaded(request.model);
        check_kind(model, request.synapse);
        for (const auto& [name, value] : constants) {
            require(!language::find_parameter(model, name) && !language::find_state(model, name) &&
                        !language::find_subexpression(model, name),
                    "'", name, "' is one of the constants, and '", model.name,
                    "' has another: rename the constant, or say what is meant by set = { ", name, " = … }");
        }
        return model;
    });
    said_at(origin, "preset", [&] { static_cast<void>(language::parameter_values(use.model, request.preset)); });
    use.method = request.method.empty() ? use.model.method : request.method;
    const Values values(request, use, constants, origin);
    use.parts = language::parts_of(use.model, [&](const Parameter& p) { return values.constant(p); });
    return use;
}

void begin(Group& group, const UsedModel& use, const Origin& origin) {
    for (const UsedModel::Begin& b : use.begin) {
        said_at(origin, b.key, [&] {
            const Group::Values found = group.value(b.text, use.around);
            const auto variable = group.variable(b.variable);
            require(found.dimension == variable->dimension, [&] {
                return "'" + b.variable + "' is in " + units::name(variable->dimension) + "; '" + b.text + "' is in " +
                       units::name(found.dimension);
            });
            for (index k = 0; k < variable->size(); ++k) {
                variable->set(k, found.values[static_cast<std::size_t>(k)]);
            }
            if (std::ranges::find(use.varied, b.variable) == use.varied.end()) {
                return;
            }
            std::optional<double> low, high;
            for (index k = 0; k < variable->size(); ++k) {
                const double v = (*variable)[k];
                low = low && *low <= v ? *low : v;  // NaN, which has no place in a range, stays
                high = high && *high >= v ? *high : v;
            }
            for (const auto& end : {low, high}) {
                if (end) {
                    static_cast<void>(language::parameter_values(use.model, "", {{b.variable, *end}}));
                }
            }
        });
    }
}

}  // namespace ranvier::sim
