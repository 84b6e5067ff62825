#include "ranvier/sim/synapses/synapses.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/parts.hpp"
#include "ranvier/sim/groups/choice.hpp"

namespace ranvier::sim {

using compile::Elements;
using language::Side;
using language::Type;

namespace {

const units::Dimension second = units::unit("second").dimension;

}  // namespace

Synapses::Synapses(std::string name, std::shared_ptr<Group> source, std::shared_ptr<Group> target,
                   std::shared_ptr<Clock> clock, language::Parts parts, std::vector<PathwayParts> pathways,
                   const std::map<std::string, compile::Storage>& storages, const std::string& multisynaptic_index)
    : Group(std::move(name), 0, std::move(clock)),
      source_(std::move(source)),
      target_(std::move(target)),
      parts_(std::move(parts)),
      multisynaptic_index_(multisynaptic_index) {
    parts_.name = name_;
    parts_.kind = language::Kind::synapse;
    language::Scope around;
    around.open = around.random_drift = true;
    around.pre = &source_->model();
    around.post = &target_->model();
    model_ = language::checked(parts_, around).model;  // mistakes are told when it is prepared, with all that is known
    const auto made = [&](const char* what, bool shared) {
        auto v = add(what, {}, Type::integer, shared);
        v->read_only = true;
        return v;
    };
    i_ = made("i", false);
    j_ = made("j", false);
    n_variable_ = made("N", true);
    made("N_pre", true)->set(0, static_cast<double>(source_->n()));
    made("N_post", true)->set(0, static_cast<double>(target_->n()));
    incoming_ = made("N_incoming", false);
    outgoing_ = made("N_outgoing", false);
    incoming_->resize(target_->n());
    outgoing_->resize(source_->n());
    pre_ = source_->start() == 0 ? i_ : made("_pre", false);
    post_ = target_->start() == 0 ? j_ : made("_post", false);
    if (!multisynaptic_index_.empty()) {
        made(multisynaptic_index_.c_str(), false);
        language::Parameter p;
        p.name = multisynaptic_index_;
        p.type = Type::integer;
        model_.parameters.push_back(p);
        parts_.equations += "\n" + multisynaptic_index_ + " : integer (constant)";
    }
    add_variables_of_model(storages);
    for (const auto& s : model_.states) {
        has_event_driven_ = has_event_driven_ || s.flags.event_driven;
        has_clock_driven_ = has_clock_driven_ || !s.flags.event_driven;
    }
    if (has_event_driven_) {
        add("lastupdate", second, Type::real);
    }
    const auto operation = [&](const std::string& ending, int order, std::function<void()> run) {
        return std::make_shared<Operation>(Operation{name_ + ending, clock_, "groups", order, std::move(run)});
    };
    if (has_clock_driven_) {
        update_operation_ = operation("_stateupdater", 0, [this] {
            if (n_ > 0) {
                state_update_.run_states(*this);
            }
        });
        update_operation_->kind = "stateupdater";
    }
    held_ = std::make_unique<HeldSubexpressions>(*this);
    for (const auto& s : model_.subexpressions) {
        if (!s.flags.summed) {
            continue;
        }
        const bool to_pre = s.name.ends_with("_pre");
        const Group& there = to_pre ? *source_ : *target_;
        const std::string base = s.name.substr(0, s.name.size() - (to_pre ? 4 : 5));
        const auto target_variable = there.find(base);
        require(target_variable != nullptr && !target_variable->shared, "'", s.name, "' adds up into '", base,
                "', which '", there.name(), "' has not as a variable of its own for each element");
        require(std::ranges::none_of(there.model().states, [&](const auto& state) { return state.name == base; }), "'",
                s.name, "' would replace '", base, "', which an equation of '", there.name(),
                "' moves: sum up into a parameter of its own and use it in that equation");
        summed_.push_back(std::make_unique<Summed>(
            Summed{s.name,
                   nullptr,
                   {},
                   target_variable,
                   there.start(),
                   there.n(),
                   Variable("sum", {}, s.type, computed_storage(s.type), target_variable->size())}));
        Summed& sum = *summed_.back();
        sum.operation = operation("_summed_variable_" + s.name, -1, [this, &sum] {
            sum.sums.fill(0);
            if (n_ > 0) {
                sum.code.run(n_, clock_->timestep(), clock_->dt());
            }
            for (index k = sum.first; k < sum.first + sum.count; ++k) {
                sum.target->set(k, sum.sums[k]);
            }
        });
    }
    for (PathwayParts& p : pathways) {
        pathways_.push_back(std::make_unique<Pathway>(*this, p.name, p.side, p.event, p.statements, p.delay, p.order));
        if (p.name == "pre" || (pathways.size() == 1)) {  // the one that `delay` means
            variables_.push_back(pathways_.back()->delay());
        }
    }
}

std::shared_ptr<Variable> Synapses::find(std::string_view name) const {
    return name == "_pre" ? pre_ : name == "_post" ? post_ : Group::find(name);
}

const compile::Group& Synapses::view(const std::string& prefix, const std::string& memory) const {
    Group::view(prefix, memory);
    compile::Group& view = *views_[prefix + "/" + memory];
    const auto plain = view.place;
    view.place = [plain, memory](std::string_view name) {
        auto place = plain(name);
        if (place && (name == "N_incoming" || name == "N_outgoing")) {
            place->reach = compile::Place::Reach::through;
            place->index = memory + (name == "N_incoming" ? ".j" : ".i");
        }
        return place;
    };
    return view;
}

void Synapses::refresh(const Surroundings& around) {
    source_->refresh(around);
    target_->refresh(around);
    language::Scope open = scope(around);
    open.open = true;
    model_ = language::model(around.written_out(parts_), open);
}

Group::Unknown Synapses::unknown_names() const {
    Unknown all = unknown(" ", Kind::statements);
    const auto add = [&](const Unknown& more) {
        for (const auto& [from, to] : {std::pair(&more.names, &all.names), {&more.functions, &all.functions}}) {
            for (const std::string& name : *from) {
                if (std::ranges::find(*to, name) == to->end()) {
                    to->push_back(name);
                }
            }
        }
    };
    for (const std::string& name : language::free_names(parts_, &all.functions)) {
        add(unknown(name, Kind::expression));
    }
    for (const auto& pathway : pathways_) {
        add(unknown(pathway->statements(), Kind::statements));
    }
    return all;
}

/// The equations with those states only that are event-driven, or only the others; these are parameters there.
language::Parts Synapses::parts_with(bool event_driven) const {
    language::Parts parts = parts_;
    parts.equations.clear();
    for (const auto& s : model_.states) {
        const bool mine = s.flags.event_driven == event_driven;
        language::Variable plain = s;
        plain.flags = {};
        parts.equations += (mine ? "d" + s.name + "/dt = " + language::text(s.rhs) : s.name) + ending(plain);
    }
    for (const auto& s : model_.subexpressions) {
        if (!s.flags.summed) {
            parts.equations += s.name + " = " + language::text(s.expr) + ending(s);
        }
    }
    for (const auto& p : model_.parameters) {
        parts.equations += p.name + ending(p);
    }
    return parts;
}

void Synapses::prepare(const Surroundings& around, const std::string& method,
                       std::span<const std::string_view> preference) {
    model_ = language::model(around.written_out(parts_), scope(around));
    require(connected_, "'", name_,
            "' was never connected: call connect() before the run, if only to say that there are no synapses");
    const compile::Group group = with_surroundings(view("own"), around, clock_->dt());
    held_->prepare(group, around);
    compile::Group clocked = group, evented = group;
    if (has_clock_driven_) {
        clock_driven_model_ = has_event_driven_ ? language::model(parts_with(false), scope(around)) : model_;
        clocked.model = &clock_driven_model_;
        auto update = compile::state_update_program(clocked, method, tried_integrators(*clocked.model, preference));
        method_ = update.method;
        state_update_ = Code(*this, update.program, around, "stateupdater");
    }
    if (has_event_driven_) {
        event_driven_model_ = language::model(parts_with(true), scope(around));
    }
    for (auto& sum : summed_) {
        sum->code = Code(*this, compile::summed_program(group, *language::find_subexpression(model_, sum->name)),
                         around, "summed/" + sum->name);
        sum->code.give("sum", sum->sums);
    }
    for (auto& pathway : pathways_) {
        pathway->prepare(around);
    }
}

Operations Synapses::operations() {
    Operations all;
    for (const auto& o : {held_->operation(), update_operation_}) {
        if (o) {
            all.push_back(o);
        }
    }
    for (const auto& sum : summed_) {
        all.push_back(sum->operation);
    }
    for (const auto& pathway : pathways_) {
        all.push_back(pathway->operation());
    }
    return all;
}

void Synapses::append(std::span<const std::int32_t> i, std::span<const std::int32_t> j) {
    connected_ = true;
    const index before = n_, count = std::ssize(i);
    n_ += count;
    n_variable_->set(0, static_cast<double>(n_));
    for (const auto& v : variables_) {
        if (!v->shared && v != incoming_ && v != outgoing_) {
            const double common = v->size() > 0 && v->name == "delay" && before == 0 ? (*v)[0] : 0;
            v->resize(n_);
            for (index k = before; common != 0 && k < n_; ++k) {
                v->set(k, common);
            }
        }
    }
    for (const auto& [name, link] : links_) {  // the first element, until an index says which
        if (link.index) {
            link.index->resize(n_);
            for (index k = before; k < n_; ++k) {
                link.index->set(k, static_cast<double>(link.start));
            }
        }
    }
    for (const auto& pathway : pathways_) {
        if (!pathway->delay()->shared) {
            pathway->delay()->resize(n_);
        }
        pathway->note_new(before);
    }
    const auto shift = [](std::int32_t k, index by) { return k + static_cast<std::int32_t>(by); };
    std::map<std::int64_t, std::int32_t> times;  // of each pair, where it matters
    const auto multiplicity = multisynaptic_index_.empty() ? nullptr : find(multisynaptic_index_);
    if (multiplicity) {
        for (index k = 0; k < before; ++k) {
            ++times[static_cast<std::int64_t>((*i_)[k]) * target_->n() + static_cast<std::int64_t>((*j_)[k])];
        }
    }
    for (index k = 0; k < count; ++k) {
        const std::size_t from = static_cast<std::size_t>(k), at = static_cast<std::size_t>(before + k);
        i_->as<std::int32_t>()[at] = i[from];
        j_->as<std::int32_t>()[at] = j[from];
        pre_->as<std::int32_t>()[at] = shift(i[from], source_->start());
        post_->as<std::int32_t>()[at] = shift(j[from], target_->start());
        ++outgoing_->as<std::int32_t>()[static_cast<std::size_t>(i[from])];
        ++incoming_->as<std::int32_t>()[static_cast<std::size_t>(j[from])];
        if (multiplicity) {
            multiplicity->set(before + k, times[std::int64_t{i[from]} * target_->n() + j[from]]++);
        }
    }
}

// ---- pathways

Pathway::Pathway(Synapses& synapses, std::string name, Side side, std::string event, std::string statements,
                 std::optional<double> delay, int order)
    : synapses_(synapses),
      name_(std::move(name)),
      side_(side),
      event_(std::move(event)),
      statements_(std::move(statements)),
      elements_("elements", {}, Type::integer, compile::Storage::int32, 0) {
    delay_ = std::make_shared<Variable>("delay", second, Type::real, compile::Storage::float64, delay ? 1 : 0);
    delay_->shared = delay.has_value();
    if (delay) {
        require(*delay >= 0 && std::isfinite(*delay), "a delay must be >= 0 s and finite; got ", *delay, " s");
        delay_->set(0, *delay);
    }
    const auto& from = side_ == Side::pre ? synapses_.source() : synapses_.target();
    operation_ = std::make_shared<Operation>(
        Operation{synapses_.name() + "_" + name_, from->clock(), "synapses", order, [this] { act(); }});
}

void Pathway::prepare(const Surroundings& around) {
    const Side side = side_;
    const auto& from = side == Side::pre ? synapses_.source() : synapses_.target();
    const double dt = operation_->clock->dt();
    if (const auto* source = dynamic_cast<const EventSource*>(from.get())) {
        static_cast<void>(source->event(event_));  // there is such an event
    } else {
        throw InvalidInput("'" + from->name() + "' has no events that could start the pathway '" + name_ + "' of '" +
                           synapses_.name() + "'");
    }
    // Rows: synapses of each source.
    const Variable& end = side == Side::pre ? *synapses_.i_ : *synapses_.j_;
    const auto numbers = end.as<std::int32_t>();
    row_begins_.assign(static_cast<std::size_t>(from->n()) + 1, 0);
    for (const std::int32_t k : numbers) {
        ++row_begins_[static_cast<std::size_t>(k) + 1];
    }
    for (std::size_t k = 1; k < row_begins_.size(); ++k) {
        row_begins_[k] += row_begins_[k - 1];
    }
    rows_.resize(numbers.size());
    std::vector<std::int32_t> next(row_begins_.begin(), row_begins_.end() - 1);
    for (std::size_t s = 0; s < numbers.size(); ++s) {
        rows_[static_cast<std::size_t>(next[static_cast<std::size_t>(numbers[s])]++)] = static_cast<std::int32_t>(s);
    }
    // Delays in steps.
    const auto steps = [&](double delay) {
        require(delay >= 0 && std::isfinite(delay), "delays of '", synapses_.name(),
                "' must be >= 0 s and finite; got ", delay, " s");
        return static_cast<std::int64_t>(delay / dt + 0.5);
    };
    delay_steps_.clear();
    std::int64_t longest = 0;
    if (delay_->shared) {
        longest = common_steps_ = steps((*delay_)[0]);
    } else {
        for (const double delay : std::as_const(*delay_).as<double>()) {
            delay_steps_.push_back(steps(delay));
            longest = std::max(longest, delay_steps_.back());
        }
    }
    one_delay_ = !delay_steps_.empty() &&
                 std::ranges::all_of(delay_steps_, [&](std::int64_t d) { return d == delay_steps_[0]; });
    require(longest < 100'000'000, "a delay of '", synapses_.name(), "' is ", longest, " steps long");
    if (queue_dt_ != 0 && queue_dt_ != dt) {
        queue_.stretch(dt / queue_dt_);
    }
    queue_dt_ = dt;
    queue_.reserve(longest);
    std::erase_if(made_, [&](const Made& m) { return m.step > operation_->clock->timestep(); });  // time was set back
    // Programs.
    const compile::Group group = with_surroundings(synapses_.view("own"), around, dt);
    catch_up_ = {};
    if (synapses_.has_event_driven_) {
        compile::Group evented = group;
        evented.model = &synapses_.event_driven_model_;
        catch_up_ = Code(synapses_, compile::catch_up_program(evented).program, around, name_ + "/catch_up");
        catch_up_.give("elements", elements_);
    }
    const auto checked = language::checked_statements(around.written_out(statements_), synapses_.model_,
                                                      synapses_.scope(around), synapses_.name() + "." + name_);
    refuse(checked.diagnostics, synapses_.name() + "." + name_, statements_);
    const auto block = compile::block_program(group, checked.statements, {Elements::listed, true, true});
    action_ = Code(synapses_, block.program, around, name_, block.serial);
    action_.give("elements", elements_);
    sums_.clear();
    sums_.reserve(block.sums.size());  // the code points at them
    for (const auto& [which, variable, rests] : block.sums) {
        const Group& there = which == Side::pre ? *synapses_.source() : *synapses_.target();
        auto target = there.find(variable);
        ensure(target != nullptr, "what is added to is a variable");
        sums_.push_back({target, Variable("sum", {}, target->type, computed_storage(target->type), target->size())});
        action_.give((which == Side::pre ? "sum.pre." : "sum.post.") + variable, sums_.back().values);
    }
}

void Pathway::act() {
    const auto& from =
        *dynamic_cast<const EventSource*>((side_ == Side::pre ? synapses_.source() : synapses_.target()).get());
    const auto row = [&](std::int32_t source) {
        const auto begin = static_cast<std::size_t>(row_begins_[static_cast<std::size_t>(source)]);
        const auto end = static_cast<std::size_t>(row_begins_[static_cast<std::size_t>(source) + 1]);
        return std::span<const std::int32_t>(rows_).subspan(begin, end - begin);
    };
    arriving_.clear();
    if (delay_->shared) {
        for (const std::int32_t source : from.event(event_)) {
            queue_.push(source, common_steps_);
        }
        const std::int32_t known = known_in(operation_->clock->timestep() - common_steps_);
        for (const std::int32_t source : queue_.now()) {
            const auto synapses = row(source);  // ascending
            const auto end = known < synapses_.n() ? std::ranges::lower_bound(synapses, known) : synapses.end();
            arriving_.insert(arriving_.end(), synapses.begin(), end);
        }
    } else {
        for (const std::int32_t source : from.event(event_)) {
            if (one_delay_) {
                queue_.push(row(source), delay_steps_[0]);
                continue;
            }
            for (const std::int32_t synapse : row(source)) {
                queue_.push(synapse, delay_steps_[static_cast<std::size_t>(synapse)]);
            }
        }
    }
    const std::span<const std::int32_t> arriving = delay_->shared ? std::span(std::as_const(arriving_)) : queue_.now();
    if (!arriving.empty()) {
        act_on(arriving);
        add_sums();
    }
    queue_.advance();
}

std::int32_t Pathway::known_in(std::int64_t step) const {
    index known = synapses_.n();
    for (auto m = made_.rbegin(); m != made_.rend() && m->step > step && m->first > 0; ++m) {
        known = m->first;
    }
    return static_cast<std::int32_t>(known);
}

void Pathway::act_on(std::span<const std::int32_t> synapses) {
    const index count = std::ssize(synapses);
    const Clock& clock = *operation_->clock;
    elements_.resize(count);
    std::ranges::copy(synapses, elements_.as<std::int32_t>().begin());
    if (catch_up_) {
        catch_up_.run(count, clock.timestep(), clock.dt());
    }
    action_.run(count, clock.timestep(), clock.dt());
}

namespace {

/// Adds what arrived and begins anew; both lie apart, so that compilers make vectors of it.
void add_and_clear(std::span<double> target, std::span<double> sums) {
    double* __restrict const to = target.data();
    double* __restrict const from = sums.data();
    for (std::size_t k = 0; k < target.size(); ++k) {
        to[k] += from[k];
        from[k] = 0;
    }
}

}  // namespace

void Pathway::add_sums() {
    for (Sum& sum : sums_) {
        if (sum.target->storage == compile::Storage::float64) {
            add_and_clear(sum.target->as<double>(), sum.values.as<double>());
        } else {
            for (index k = 0; k < sum.target->size(); ++k) {
                sum.target->set(k, (*sum.target)[k] + sum.values[k]);
            }
            std::ranges::fill(sum.values.bytes(), std::uint8_t{0});
        }
    }
}

}  // namespace ranvier::sim
