#include "ranvier/sim/monitors/monitors.hpp"

#include <algorithm>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

using compile::Elements;
using language::Type;

namespace {

/// What a monitor of these names records.
std::vector<Series> series_of(Group& group, const std::vector<std::string>& names) {
    std::vector<Series> all;
    for (const std::string& name : names) {
        Series s{name, Type::real, {}, {}};
        if (name == "t") {
            s.dimension = units::unit("second").dimension;
        } else if (const auto* e = language::find_subexpression(group.model(), name)) {
            s.type = e->type;
            s.dimension = e->dimension;
        } else if (const auto v = group.find(name)) {
            s.type = v->type;
            s.dimension = v->dimension;
        } else {  // of the neurons that synapses join, or one that does not exist
            const language::Expr borrowed = group.expression(name, {});
            s.type = borrowed->type;
            s.dimension = borrowed->dimension;
        }
        all.push_back(std::move(s));
    }
    return all;
}

/// As a file keeps what is computed in a type.
std::string file_type(Type type) { return type == Type::real ? "<f8" : type == Type::integer ? "<i8" : "|b1"; }

/// A stream of what a monitor records, begun by its operation; null where all stays in memory.
std::unique_ptr<Stream> stream_for(Operation& operation, const StreamTo& to, std::vector<Stream::Column> columns,
                                   std::vector<Series>& series, const std::vector<index>& row) {
    if (to.folder.empty()) {
        return nullptr;
    }
    for (Series& s : series) {
        columns.push_back({s.name, file_type(s.type), &s.values, row});
    }
    auto stream = std::make_unique<Stream>(operation.name, to, std::move(columns));
    operation.writing = std::make_shared<Writing>(Writing{.begin = [to = stream.get()] { return to->begin(); },
                                                          .take_back = [to = stream.get()] { to->take_back(); },
                                                          .write = [to = stream.get()](bool all) { to->write(all); }});
    return stream;
}

/// Values of names, of some elements.
compile::Program program_for(Group& group, const std::vector<Series>& series, const Surroundings& around, double dt,
                             Elements elements) {
    std::vector<language::Expr> expressions;
    for (const Series& s : series) {
        expressions.push_back(group.expression(s.name, around));
    }
    return compile::values_program(with_surroundings(group.view("own"), around, dt), expressions, elements);
}

/// Values of names for listed elements.
Code code_for(Group& group, const std::vector<Series>& series, Variable& elements, std::vector<Variable>& memory,
              const Surroundings& around, double dt, const std::string& role) {
    Code code(group, program_for(group, series, around, dt, Elements::listed), around, role);
    code.give("elements", elements);
    for (std::size_t k = 0; k < memory.size(); ++k) {
        code.give("value." + text_of(k), memory[k]);
    }
    return code;
}

std::vector<Variable> memory_for(const std::vector<Series>& series) {
    std::vector<Variable> memory;
    memory.reserve(series.size());
    for (const Series& s : series) {
        memory.emplace_back(s.name, s.dimension, s.type, computed_storage(s.type), 0);
    }
    return memory;
}

/// Runs the code for elements and adds what it finds to the series.
void append_values(Code& code, const Variable& elements, std::vector<Variable>& memory, std::vector<Series>& series,
                   const Clock& clock, double dt) {
    const index n = elements.size();
    for (Variable& v : memory) {
        v.resize(n);
    }
    code.run(n, clock, dt);
    for (std::size_t k = 0; k < series.size(); ++k) {
        if (series[k].type == Type::real) {
            const auto values = std::as_const(memory[k]).as<double>();
            auto& all = series[k].values.to_write();
            all.insert(all.end(), values.begin(), values.end());
        } else {
            auto& all = series[k].values.to_write();
            for (index e = 0; e < n; ++e) {
                all.push_back(memory[k][e]);
            }
        }
    }
}

}  // namespace

StateMonitor::StateMonitor(std::string name, std::shared_ptr<Group> source, const std::vector<std::string>& variables,
                           std::vector<std::int32_t> record, std::shared_ptr<Clock> clock, std::string when, int order,
                           const StreamTo& to)
    : source_(std::move(source)),
      record_(std::move(record)),
      elements_("elements", {}, Type::integer, compile::Storage::int32, static_cast<index>(record_.size())),
      series_(series_of(*source_, variables)),
      values_(memory_for(series_)) {
    for (std::size_t k = 0; k < record_.size(); ++k) {
        require(record_[k] >= 0 && record_[k] < source_->n(), "'", name, "' can record elements from 0 to ",
                source_->n() - 1, " of '", source_->name(), "'; got ", record_[k]);
        elements_.set(static_cast<index>(k), static_cast<double>(record_[k] + source_->start()));
    }
    operation_ = std::make_shared<Operation>(
        Operation{std::move(name), std::move(clock), std::move(when), order, [this] { record_now(); }});
    stream_ = stream_for(*operation_, to, {{"t", "<f8", &t_, {}}}, series_, {std::ssize(record_)});
}

void StateMonitor::prepare(const Surroundings& around) {
    const auto& clock = operation_->clock->regular() ? operation_->clock : source_->clock();
    code_ = code_for(*source_, series_, elements_, values_, around, clock->dt(), operation_->name);
    operation_->part = nullptr;
    if (source_->owner() == source_.get()) {
        const auto all = [this, around, program = program_for(*source_, series_, around, clock->dt(), Elements::all)] {
            return stretch_program(program, *source_, around, operation_->name);
        };
        operation_->part = std::make_shared<StretchPart>(StretchPart{
            .group = source_.get(), .program = all, .recorded = series_.size(), .take = [this](const auto& done) {
                take(done);
            }});
    }
}

void StateMonitor::take(const Stretched& done) {
    auto& times = t_.to_write();
    for (std::int64_t row = 0; row < done.steps; ++row) {
        times.push_back(done.t(done.first_step + row));
    }
    for (std::size_t v = 0; v < series_.size(); ++v) {
        auto& all = series_[v].values.to_write();
        for (std::int64_t row = 0; row < done.steps; ++row) {
            for (const std::int32_t k : record_) {
                all.push_back(done.recorded[v](row, k));
            }
        }
    }
}

void StateMonitor::record_now() {
    const Clock& clock = *operation_->clock;
    append_values(code_, elements_, values_, series_, clock, source_->clock()->dt());
    t_.to_write().push_back(clock.t());
}

EventMonitor::EventMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event,
                           const std::vector<std::string>& variables, bool record, std::shared_ptr<Clock> clock,
                           std::string when, int order, const StreamTo& to)
    : source_(std::move(source)),
      event_(std::move(event)),
      record_(record),
      count_(static_cast<std::size_t>(source_->n()), 0),
      series_(series_of(*source_, variables)),
      elements_("elements", {}, Type::integer, compile::Storage::int32, 0),
      values_(memory_for(series_)) {
    static_cast<void>(source_->event(event_));
    operation_ = std::make_shared<Operation>(
        Operation{std::move(name), std::move(clock), std::move(when), order, [this] { record_now(); }});
    std::vector<Stream::Column> columns;
    if (record_) {
        columns = {{"i", "<i4", &i_, {}}, {"t", "<f8", &t_, {}}};
    }
    stream_ = stream_for(*operation_, to, std::move(columns), series_, {});
}

void EventMonitor::prepare(const Surroundings& around) {
    if (!series_.empty()) {
        code_ = code_for(*source_, series_, elements_, values_, around, operation_->clock->dt(), operation_->name);
    } else {
        operation_->part = std::make_shared<StretchPart>(StretchPart{
            .group = source_->owner(), .looks_at = event_, .take = [this](const auto& done) { take(done); }});
    }
}

void EventMonitor::take(const Stretched& done) {
    const auto& [lanes, steps] = done.events(event_);
    auto& i = i_.to_write();
    auto& t = t_.to_write();
    const auto start = static_cast<std::int32_t>(source_->start()), n = static_cast<std::int32_t>(source_->n());
    for (std::size_t e = 0; e < lanes.size(); ++e) {
        const std::int32_t k = lanes[e] - start;
        if (k < 0 || k >= n) {
            continue;
        }
        ++count_[static_cast<std::size_t>(k)];
        ++events_;
        if (record_) {
            i.push_back(k);
            t.push_back(done.t(steps[e]));
        }
    }
}

void EventMonitor::record_now() {
    const auto events = source_->event(event_);
    if (events.empty()) {
        return;
    }
    const Clock& clock = *operation_->clock;
    if (!series_.empty()) {
        elements_.resize(std::ssize(events));
        std::ranges::transform(events, elements_.as<std::int32_t>().begin(),
                               [&](std::int32_t k) { return k + static_cast<std::int32_t>(source_->start()); });
        append_values(code_, elements_, values_, series_, clock, source_->clock()->dt());
    }
    events_ += std::ssize(events);
    for (const std::int32_t k : events) {
        ++count_[static_cast<std::size_t>(k)];
    }
    if (record_) {
        auto& i = i_.to_write();
        auto& t = t_.to_write();
        i.insert(i.end(), events.begin(), events.end());
        t.insert(t.end(), events.size(), clock.t());
    }
}

EventMonitor::State EventMonitor::state() const {
    if (stream_) {
        return {{}, {}, count_, {}, stream_->mark()};
    }
    State all{i_.all(), t_.all(), count_, {}};
    for (const Series& s : series_) {
        all.values.push_back(s.values.all());
    }
    return all;
}

void EventMonitor::set_state(State state) {
    ensure(state.count.size() == count_.size(), "the state of this monitor");
    if (stream_) {
        stream_->go_back_to(state.streamed);
    }
    count_ = std::move(state.count);
    events_ = std::accumulate(count_.begin(), count_.end(), std::int64_t{0});
    if (stream_) {
        return;
    }
    ensure(state.values.size() == series_.size(), "the state of this monitor");
    i_.to_write() = std::move(state.i);
    t_.to_write() = std::move(state.t);
    for (std::size_t k = 0; k < series_.size(); ++k) {
        series_[k].values.to_write() = std::move(state.values[k]);
    }
}

RateMonitor::RateMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event,
                         std::shared_ptr<Clock> clock, std::string when, int order, const StreamTo& to)
    : source_(std::move(source)), event_(std::move(event)) {
    static_cast<void>(source_->event(event_));
    operation_ =
        std::make_shared<Operation>(Operation{std::move(name), std::move(clock), std::move(when), order, nullptr});
    operation_->run = [this, ticks = operation_->clock] {
        t_.to_write().push_back(ticks->t());
        rate_.to_write().push_back(static_cast<double>(source_->event(event_).size()) /
                                   static_cast<double>(source_->n()) / ticks->dt());
    };
    operation_->part = std::make_shared<StretchPart>(
        StretchPart{.group = source_->owner(), .looks_at = event_, .take = [this](const auto& done) { take(done); }});
    std::vector<Series> none;
    stream_ = stream_for(*operation_, to, {{"t", "<f8", &t_, {}}, {"rate", "<f8", &rate_, {}}}, none, {});
}

void RateMonitor::take(const Stretched& done) {
    const auto& [lanes, steps] = done.events(event_);
    const auto start = static_cast<std::int32_t>(source_->start()), n = static_cast<std::int32_t>(source_->n());
    std::size_t e = 0;
    for (std::int64_t step = done.first_step; step < done.first_step + done.steps; ++step) {
        std::int64_t count = 0;
        for (; e < lanes.size() && steps[e] == step; ++e) {
            count += lanes[e] >= start && lanes[e] < start + n ? 1 : 0;
        }
        t_.to_write().push_back(done.t(step));
        rate_.to_write().push_back(static_cast<double>(count) / static_cast<double>(source_->n()) / done.dt);
    }
}

}  // namespace ranvier::sim
