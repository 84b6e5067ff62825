// Which synapses there are: conditions, probabilities, and generators such as "k for k in range(i - 2, i + 3)".
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/sim/groups/random.hpp"
#include "ranvier/sim/synapses/generator.hpp"
#include "ranvier/sim/synapses/synapses.hpp"

namespace ranvier::sim {

using compile::Place;
using language::Type;

namespace {

/// So many pairs are looked at together.
constexpr std::size_t most_pairs = 1 << 16;

/// A stretch of pairs, and what a generator counts.
struct Pairs {
    std::vector<std::int32_t> i, j, k;
    std::size_t size() const { return std::max(i.size(), j.size()); }
    void clear() {
        i.clear();
        j.clear();
        k.clear();
    }
};

/// Values of expressions at pairs.
class PairCode {
public:
    PairCode(const Synapses& synapses, const language::Model& model, const std::vector<language::Expr>& expressions,
             const std::string& counter, const Surroundings& around)
        : synapses_(synapses), expressions_(expressions) {
        compile::Group group = with_surroundings(synapses.view("own"), around, synapses.clock()->dt());
        const auto own = group.place;
        group.model = &model;
        group.place = [own, counter](std::string_view name) -> std::optional<Place> {
            for (const char* mine : {"i", "j", "_pre", "_post"}) {
                if (name == mine) {
                    return Place{Place::Reach::element, compile::Type::integer, compile::Storage::int32,
                                 std::string("pair.") + (mine[0] == '_' ? mine + 1 : mine), ""};
                }
            }
            if (name == counter) {
                return Place{Place::Reach::element, compile::Type::integer, compile::Storage::int32, "pair.k", ""};
            }
            auto place = own(name);
            return place && place->reach == Place::Reach::shared ? place : std::nullopt;
        };
        code_ = Code(synapses, compile::values_program(group, expressions), around, "connect");
    }

    std::vector<std::vector<double>> operator()(const Pairs& pairs) {
        const index n = static_cast<index>(pairs.size());
        std::vector<Variable> memory;
        memory.reserve(5 + expressions_.size());
        const auto give = [&](const char* name, const std::vector<std::int32_t>& from, index shift) {
            if (!code_.has_array(name)) {
                return;
            }
            memory.emplace_back(name, units::Dimension{}, Type::integer, compile::Storage::int32, n);
            std::ranges::transform(from, memory.back().as<std::int32_t>().begin(),
                                   [&](std::int32_t v) { return v + static_cast<std::int32_t>(shift); });
            code_.give(name, memory.back());
        };
        give("pair.i", pairs.i, 0);
        give("pair.j", pairs.j, 0);
        give("pair.pre", pairs.i, synapses_.source()->start());
        give("pair.post", pairs.j, synapses_.target()->start());
        give("pair.k", pairs.k, 0);
        const std::size_t first = memory.size();
        for (std::size_t e = 0; e < expressions_.size(); ++e) {
            const Type type = expressions_[e]->type;
            memory.emplace_back("value", units::Dimension{}, type, computed_storage(type), n);
            code_.give("value." + text_of(e), memory.back());
        }
        code_.run_once(n, synapses_.clock()->timestep(), synapses_.clock()->dt());
        std::vector<std::vector<double>> values(expressions_.size());
        for (std::size_t e = 0; e < expressions_.size(); ++e) {
            for (index k = 0; k < n; ++k) {
                values[e].push_back(memory[first + e][k]);
            }
        }
        return values;
    }

private:
    const Synapses& synapses_;
    std::vector<language::Expr> expressions_;
    Code code_;
};

language::Expr tree(const std::string& text, const language::Model& model, const language::Scope& scope,
                    const std::string& place) {
    const auto checked = language::checked_expression(text, model, scope, place);
    refuse(checked.diagnostics, place, text);
    return checked.expr;
}

/// A probability as a number, if it is one without looking at pairs.
std::optional<double> number_of(const language::Expr& e) {
    try {
        return language::value(e, [](const language::Node& node) -> std::optional<double> {
            return node.role == language::Role::constant ? std::optional(node.value) : std::nullopt;
        });
    } catch (const InvalidInput&) {
        return std::nullopt;
    }
}

void check_probability(double p) { require(p >= 0 && p <= 1, "p must be a probability, from 0 to 1; got ", p); }

/// Calls `take` with those of 0 … count − 1 that are drawn with probability p each, in order.
template <class F>
void sampled(std::int64_t count, double p, RandomStream& random, F take) {
    if (p >= 1) {
        for (std::int64_t k = 0; k < count; ++k) {
            take(k);
        }
        return;
    }
    if (p <= 0) {
        return;
    }
    const double scale = 1 / std::log1p(-p);
    for (double at = -1;;) {  // the gaps are geometric
        at += 1 + std::floor(std::log(random.uniform()) * scale);
        if (at >= static_cast<double>(count)) {
            return;
        }
        take(static_cast<std::int64_t>(at));
    }
}

/// What a condition asks of the neuron that a generator leads to: its number, variables of it.
struct Asked {
    bool number = false, variables = false;
};

Asked asked_of(const language::Expr& condition, const language::Model& model, bool source) {
    Asked asked;
    const language::Side side = source ? language::Side::pre : language::Side::post;
    static_cast<void>(language::any_name(language::expanded(condition, model), [&](const language::Node& node) {
        asked.number = asked.number || (node.side == language::Side::own && node.name == (source ? "i" : "j"));
        asked.variables = asked.variables || node.side == side;
        return false;
    }));
    return asked;
}

}  // namespace

void Synapses::refresh_for(const std::string& texts, const Surroundings& around) {
    try {
        refresh(around);
    } catch (const ModelError&) {  // told by prepare, unless it matters here
        const auto mentioned = [&](const language::Subexpression& s) {
            return texts.find(s.name) != std::string::npos;
        };
        bool there = false;
        for (const language::Model* model : {&std::as_const(model_), &source_->model(), &target_->model()}) {
            there = there || std::ranges::any_of(model->subexpressions, mentioned);
        }
        if (there) {
            throw;
        }
    }
}

void Synapses::connect(const std::string& condition, const std::string& p, const std::string& n,
                       const Surroundings& around) {
    refresh_for(condition + " " + p + " " + n, around);
    connected_ = true;
    const auto read = [&](const std::string& text, const char* what) {
        return tree(text, model_, scope(around), name_ + ".connect(" + what + ")");
    };
    const language::Expr chosen = condition.empty() ? language::boolean(true) : read(condition, "condition");
    require(chosen->type == Type::boolean, "'", condition, "' is no condition");
    const language::Expr probability = p.empty() ? language::number(1) : read(p, "p");
    const language::Expr times = n.empty() ? language::number(1) : read(n, "n");
    require(probability->dimension == units::Dimension{} && times->dimension == units::Dimension{},
            "p and n of connect are numbers without dimension; got p=", p, ", n=", n);
    const std::optional<double> common = number_of(probability), always = number_of(times);
    if (common) {
        check_probability(*common);
    }
    const bool look = !condition.empty() || !common || !always;
    std::optional<PairCode> code;
    if (look) {
        code.emplace(*this, model_, std::vector{chosen, probability, times}, "", around);
    }
    RandomStream random = next_connect_stream(common != 1.0);
    Pairs pairs;
    std::vector<std::int32_t> i, j;
    const auto make = [&](std::size_t k, double count) {
        require(count >= 0 && count < 1e6 && count == std::floor(count), "n must be a whole number >= 0; got ", count);
        for (double m = 0; m < count; ++m) {
            i.push_back(pairs.i[k]);
            j.push_back(pairs.j[k]);
        }
        require(i.size() < std::numeric_limits<std::int32_t>::max(), "'", name_,
                "' would have more than 2^31 synapses");
    };
    const auto flush = [&] {
        check_interrupt();
        if (look) {
            const auto values = (*code)(pairs);
            for (std::size_t k = 0; k < pairs.size(); ++k) {
                if (values[0][k] == 0) {
                    continue;
                }
                // A probability that grows beyond 1 near by means "always" there; below 0, or NaN, never.
                if (!common && !(random.uniform() < values[1][k])) {
                    continue;
                }
                make(k, values[2][k]);
            }
        } else {
            for (std::size_t k = 0; k < pairs.size(); ++k) {
                make(k, *always);
            }
        }
        pairs.clear();
    };
    const std::int64_t targets = target_->n();
    sampled(source_->n() * targets, common.value_or(1), random, [&](std::int64_t k) {
        pairs.i.push_back(static_cast<std::int32_t>(k / targets));
        pairs.j.push_back(static_cast<std::int32_t>(k % targets));
        if (pairs.i.size() == most_pairs) {
            flush();
        }
    });
    flush();
    append(i, j);
}

void Synapses::connect(std::span<const std::int32_t> i, std::span<const std::int32_t> j,
                       std::span<const std::int32_t> n) {
    require(i.size() == j.size() && (n.size() == 1 || n.size() == i.size()), "i, j and n must be alike in length; got ",
            i.size(), ", ", j.size(), " and ", n.size());
    std::vector<std::int32_t> all_i, all_j;
    for (std::size_t k = 0; k < i.size(); ++k) {
        require(i[k] >= 0 && i[k] < source_->n(), "i must name elements of '", source_->name(), "', from 0 to ",
                source_->n() - 1, "; got ", i[k]);
        require(j[k] >= 0 && j[k] < target_->n(), "j must name elements of '", target_->name(), "', from 0 to ",
                target_->n() - 1, "; got ", j[k]);
        const std::int32_t times = n[n.size() == 1 ? 0 : k];
        require(times >= 0, "n must be >= 0; got ", times);
        for (std::int32_t m = 0; m < times; ++m) {
            all_i.push_back(i[k]);
            all_j.push_back(j[k]);
        }
    }
    append(all_i, all_j);
}

void Synapses::connect_generator(const std::string& text, bool of_targets, const std::string& n, bool skip_if_invalid,
                                 const Surroundings& around) {
    refresh_for(text + " " + n, around);
    connected_ = true;
    const Generator g = parsed_generator(text);
    const std::string place = name_ + ".connect(" + (of_targets ? "i" : "j") + ")";
    const Group& outer = of_targets ? *target_ : *source_;
    const Group& inner = of_targets ? *source_ : *target_;
    language::Model model = model_;
    if (!g.counter.empty() && g.counter != "_") {
        language::Parameter counter;
        counter.name = g.counter;
        counter.type = Type::integer;
        model.parameters.push_back(counter);
    }
    const auto read = [&](const std::string& what, const language::Model& words) {
        return tree(what, words, scope(around), place);
    };
    // Ranges: one for each outer element.
    std::vector<language::Expr> ranges;
    for (const std::string& argument : g.arguments) {
        ranges.push_back(read(argument, model_));
    }
    for (const language::Expr& bound : ranges) {
        require(bound->type == Type::integer, "'", text, "': the arguments of ", g.sample ? "sample" : "range",
                " are whole numbers; ", language::text(bound), " is none");
    }
    if (g.sample) {
        ranges.push_back(read(g.p.empty() ? g.size : g.p, model_));
    }
    Pairs all;
    std::vector<std::int32_t>& mine = of_targets ? all.j : all.i;
    for (index k = 0; k < outer.n(); ++k) {
        mine.push_back(static_cast<std::int32_t>(k));
    }
    std::vector<std::vector<double>> bounds;
    if (!ranges.empty()) {
        bounds = PairCode(*this, model_, ranges, "", around)(all);
    }
    // Elements, conditions: for each count. A condition on the element's neuron is asked once the element is known.
    const language::Expr chosen = g.condition.empty() ? language::boolean(true) : read(g.condition, model);
    require(chosen->type == Type::boolean, "'", g.condition, "' is no condition");
    const Asked asked = asked_of(chosen, model, of_targets);
    const bool late = asked.number || asked.variables;
    PairCode code(*this, model, {read(g.element, model), late ? language::boolean(true) : chosen}, g.counter, around);
    std::optional<PairCode> late_code;
    if (late) {
        late_code.emplace(*this, model, std::vector{chosen}, g.counter, around);
    }
    const language::Expr times = n.empty() ? language::number(1) : read(n, model_);
    PairCode counts(*this, model_, {times}, "", around);
    RandomStream random = next_connect_stream(g.sample);
    std::vector<std::int32_t> i, j;
    Pairs pairs;
    const auto flush = [&] {
        check_interrupt();
        const auto values = code(pairs);
        const std::vector<std::int32_t>& from = of_targets ? pairs.j : pairs.i;
        const auto is_there = [&](double element, std::int32_t outer_number) {
            const bool there = element >= 0 && element < static_cast<double>(inner.n());
            require(there || skip_if_invalid, [&] {
                return "'" + text + "' makes " + (of_targets ? "i" : "j") + "=" + text_of(element) + " for " +
                       (of_targets ? "j" : "i") + "=" + text_of(outer_number) + ", which is outside allowed range: '" +
                       inner.name() + "' has " + text_of(inner.n()) +
                       " elements; give skip_if_invalid=True to leave such out";
            });
            require(!there || skip_if_invalid || element == std::floor(element), "'", text, "' makes ",
                    of_targets ? "i" : "j", "=", element, ": numbers of elements are whole; round it with int(...)");
            return there;
        };
        Pairs found;
        const auto keep = [&](Pairs& pairs_kept, std::int32_t outer_number, std::int32_t element, std::int32_t count) {
            (of_targets ? pairs_kept.j : pairs_kept.i).push_back(outer_number);
            (of_targets ? pairs_kept.i : pairs_kept.j).push_back(element);
            pairs_kept.k.push_back(count);
        };
        const auto as_number = [](double element) {
            return static_cast<std::int32_t>(std::isfinite(element) ? std::clamp(element, -2e9, 2e9) : -1);
        };
        for (std::size_t k = 0; k < from.size(); ++k) {
            const double element = values[0][k];
            const bool unasked = asked.number && !asked.variables;  // a number can be asked for though nobody has it
            if (values[1][k] != 0 && (unasked || is_there(element, from[k]))) {
                keep(found, from[k], as_number(element), pairs.k[k]);
            }
        }
        if (late_code) {
            const auto holds = (*late_code)(found)[0];
            Pairs chosen_ones;
            for (std::size_t k = 0; k < found.size(); ++k) {
                const std::int32_t outer_number = of_targets ? found.j[k] : found.i[k];
                const std::int32_t element = of_targets ? found.i[k] : found.j[k];
                if (holds[k] != 0 && is_there(element, outer_number)) {
                    keep(chosen_ones, outer_number, element, found.k[k]);
                }
            }
            found = std::move(chosen_ones);
        }
        const auto count = n.empty() ? std::vector(found.size(), 1.0) : counts(found)[0];
        for (std::size_t k = 0; k < found.size(); ++k) {
            for (double m = 0; m < count[k]; ++m) {
                i.push_back(found.i[k]);
                j.push_back(found.j[k]);
            }
        }
        pairs.clear();
    };
    const auto add = [&](index k, std::int64_t count) {
        (of_targets ? pairs.j : pairs.i).push_back(static_cast<std::int32_t>(k));
        pairs.k.push_back(static_cast<std::int32_t>(count));
        if (pairs.k.size() == most_pairs) {
            flush();
        }
    };
    for (index k = 0; k < outer.n(); ++k) {
        if (g.arguments.empty()) {
            add(k, 0);
            continue;
        }
        const auto at = [&](std::size_t which) {
            return static_cast<std::int64_t>(bounds[which][static_cast<std::size_t>(k)]);
        };
        const std::size_t given = g.arguments.size();
        const std::int64_t start = given == 1 ? 0 : at(0), stop = at(given == 1 ? 0 : 1), step = given == 3 ? at(2) : 1;
        require(step != 0, "'", text, "': the step of a range must not be 0");
        const std::int64_t count = std::max<std::int64_t>(0, (stop - start + step - (step > 0 ? 1 : -1)) / step);
        if (!g.sample) {
            for (std::int64_t m = 0; m < count; ++m) {
                add(k, start + m * step);
            }
        } else if (!g.p.empty()) {
            const double p = bounds[given][static_cast<std::size_t>(k)];
            check_probability(p);
            sampled(count, p, random, [&](std::int64_t m) { add(k, start + m * step); });
        } else {
            const std::int64_t size = at(given);
            require((size >= 0 && size <= count) || skip_if_invalid, "'", text, "': a sample of ", size,
                    " can't be taken from ", count);
            // Each in turn is taken with the probability that is left (Fan, Muller & Rezucha 1962).
            std::int64_t left = std::clamp<std::int64_t>(size, 0, count);
            for (std::int64_t m = 0; m < count && left > 0; ++m) {
                if (random.uniform() * static_cast<double>(count - m) < static_cast<double>(left)) {
                    add(k, start + m * step);
                    --left;
                }
            }
        }
    }
    flush();
    append(i, j);
}

}  // namespace ranvier::sim
