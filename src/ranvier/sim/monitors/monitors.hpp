#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/groups/neuron_group.hpp"
#include "ranvier/sim/groups/stretch.hpp"

namespace ranvier::sim {

/// Numbers that grow. Whoever looks at them shares the memory; what is added later goes into a copy of theirs.
template <class T>
class Recorded {
public:
    const std::vector<T>& all() const { return *values_; }
    std::vector<T>& to_write() {
        if (values_.use_count() > 1) {
            values_ = std::make_shared<std::vector<T>>(*values_);
        }
        return *values_;
    }
    std::shared_ptr<std::vector<T>> shared() const { return values_; }

private:
    std::shared_ptr<std::vector<T>> values_ = std::make_shared<std::vector<T>>();
};

/// Values of a variable over time, as doubles (integers and conditions are whole numbers).
struct Series {
    std::string name;
    language::Type type = language::Type::real;
    units::Dimension dimension;
    Recorded<double> values;
};

/// Records variables of some elements at every step of its clock.
class StateMonitor {
public:
    /// @param variables  names of variables and subexpressions
    /// @param record     elements, in the order of the columns
    StateMonitor(std::string name, std::shared_ptr<Group> source, const std::vector<std::string>& variables,
                 std::vector<std::int32_t> record, std::shared_ptr<Clock> clock, std::string when, int order);
    void prepare(const Surroundings& around);
    const std::vector<std::int32_t>& record() const { return record_; }
    /// [s], one for each step.
    const Recorded<double>& t() const { return t_; }
    /// [step · columns + column]
    const std::vector<Series>& series() const { return series_; }
    void record_now();
    Operations operations() { return {operation_}; }
    const std::shared_ptr<Group>& source() const { return source_; }
    Recorded<double>& t() { return t_; }
    std::vector<Series>& series() { return series_; }

private:
    void take(const Stretched& done);

    std::shared_ptr<Group> source_;
    std::vector<std::int32_t> record_;
    Variable elements_;
    Recorded<double> t_;
    std::vector<Series> series_;
    std::vector<Variable> values_;
    Code code_;
    std::shared_ptr<Operation> operation_;
};

/// Records who had an event when, and variables at that moment.
class EventMonitor {
public:
    EventMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event,
                 const std::vector<std::string>& variables, bool record, std::shared_ptr<Clock> clock, std::string when,
                 int order);
    void prepare(const Surroundings& around);
    const Recorded<std::int32_t>& i() const { return i_; }
    const Recorded<double>& t() const { return t_; }
    /// Events of each element.
    const std::vector<std::int64_t>& count() const { return count_; }
    std::int64_t events() const { return events_; }
    const std::vector<Series>& series() const { return series_; }
    Operations operations() { return {operation_}; }
    const std::shared_ptr<EventSource>& source() const { return source_; }

    /// All that was recorded, to be kept and given back.
    struct State {
        std::vector<std::int32_t> i;
        std::vector<double> t;
        std::vector<std::int64_t> count;
        std::vector<std::vector<double>> values;
    };
    State state() const;
    void set_state(State state);

private:
    void record_now();
    void take(const Stretched& done);

    std::shared_ptr<EventSource> source_;
    std::string event_;
    bool record_;
    Recorded<std::int32_t> i_;
    Recorded<double> t_;
    std::vector<std::int64_t> count_;
    std::int64_t events_ = 0;
    std::vector<Series> series_;
    Variable elements_;
    std::vector<Variable> values_;
    Code code_;
    std::shared_ptr<Operation> operation_;
};

/// Records the rate of a population at every step: events per element and second.
class RateMonitor {
public:
    RateMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event, std::shared_ptr<Clock> clock,
                std::string when, int order);
    Recorded<double>& t() { return t_; }        ///< [s]
    Recorded<double>& rate() { return rate_; }  ///< [Hz]
    Operations operations() { return {operation_}; }
    const std::shared_ptr<EventSource>& source() const { return source_; }

private:
    void take(const Stretched& done);

    std::shared_ptr<EventSource> source_;
    std::string event_;
    Recorded<double> t_, rate_;
    std::shared_ptr<Operation> operation_;
};

}  // namespace ranvier::sim
