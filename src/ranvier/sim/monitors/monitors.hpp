#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "ranvier/sim/groups/code.hpp"
#include "ranvier/sim/groups/neuron_group.hpp"
#include "ranvier/sim/groups/stretch.hpp"
#include "ranvier/sim/monitors/recorded.hpp"
#include "ranvier/sim/monitors/stream.hpp"

namespace ranvier::sim {

// What a monitor streams (`to`) lies in the files of stream(): t(), i(), rate() and series() then hold only what waits
// to be written.

/// Records variables of some elements at every step of its clock.
class StateMonitor {
public:
    /// @param variables  names of variables and subexpressions
    /// @param record     elements, in the order of the columns
    StateMonitor(std::string name, std::shared_ptr<Group> source, const std::vector<std::string>& variables,
                 std::vector<std::int32_t> record, std::shared_ptr<Clock> clock, std::string when, int order,
                 const StreamTo& to = {});
    void prepare(const Surroundings& around);
    const std::vector<std::int32_t>& record() const { return record_; }
    /// [s], one for each step.
    const Recorded<double>& t() const { return t_; }
    /// [step · columns + column]
    const std::vector<Series>& series() const { return series_; }
    void record_now();
    Operations operations() { return {operation_}; }
    const std::shared_ptr<Group>& source() const { return source_; }
    /// t.npy, and NAME.npy of shape (steps, elements) for each variable; null: all is in memory.
    Stream* stream() const { return stream_.get(); }
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
    std::unique_ptr<Stream> stream_;  // the last: it writes what waits in the others
};

/// Records who had an event when, and variables at that moment.
class EventMonitor {
public:
    EventMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event,
                 const std::vector<std::string>& variables, bool record, std::shared_ptr<Clock> clock, std::string when,
                 int order, const StreamTo& to = {});
    void prepare(const Surroundings& around);
    const Recorded<std::int32_t>& i() const { return i_; }
    const Recorded<double>& t() const { return t_; }
    /// Events of each element.
    const std::vector<std::int64_t>& count() const { return count_; }
    std::int64_t events() const { return events_; }
    const std::vector<Series>& series() const { return series_; }
    Operations operations() { return {operation_}; }
    const std::shared_ptr<EventSource>& source() const { return source_; }
    /// i.npy and t.npy, and NAME.npy for each variable; null: all is in memory.
    Stream* stream() const { return stream_.get(); }

    /// All that was recorded, to be kept and given back; of what was streamed, how much it was.
    struct State {
        std::vector<std::int32_t> i;
        std::vector<double> t;
        std::vector<std::int64_t> count;
        std::vector<std::vector<double>> values;
        StreamMark streamed = {};
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
    std::unique_ptr<Stream> stream_;  // the last: it writes what waits in the others
};

/// Records the rate of a population at every step: events per element and second.
class RateMonitor {
public:
    RateMonitor(std::string name, std::shared_ptr<EventSource> source, std::string event, std::shared_ptr<Clock> clock,
                std::string when, int order, const StreamTo& to = {});
    Recorded<double>& t() { return t_; }        ///< [s]
    Recorded<double>& rate() { return rate_; }  ///< [Hz]
    Operations operations() { return {operation_}; }
    const std::shared_ptr<EventSource>& source() const { return source_; }
    /// t.npy and rate.npy; null: all is in memory.
    Stream* stream() const { return stream_.get(); }

private:
    void take(const Stretched& done);

    std::shared_ptr<EventSource> source_;
    std::string event_;
    Recorded<double> t_, rate_;
    std::shared_ptr<Operation> operation_;
    std::unique_ptr<Stream> stream_;
};

}  // namespace ranvier::sim
