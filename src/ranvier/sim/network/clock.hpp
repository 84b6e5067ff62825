#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ranvier::sim {

/// Counts the steps at which the operations of a network happen: of length dt, or at given times.
class Clock {
public:
    /// @throws InvalidInput  dt is not positive and finite
    explicit Clock(std::string name, double dt);
    /// Ticks at given times [s] and never after.
    /// @throws InvalidInput  a time below 0 s, or two that are the same
    explicit Clock(std::string name, std::vector<double> times);

    const std::string& name() const { return name_; }
    /// Are all steps of one length?
    bool regular() const { return regular_; }
    /// The length of a step; 0 of a clock that ticks at given times.
    double dt() const { return dt_; }
    /// The count goes on at the same time, which must be a multiple of the new dt when the next run begins.
    void set_dt(double dt);
    /// The given times [s], ascending.
    const std::vector<double>& times() const { return times_; }
    std::int64_t timestep() const { return timestep_; }
    /// [s]; infinite behind the last of given times
    double t() const;
    /// The step that begins at t or next after it; within 1e-4 of a step t counts as its beginning.
    std::int64_t timestep_of(double t) const;
    /// Goes to the step of a time at which a run begins.
    /// @throws InvalidInput  dt was changed, and the time is no multiple of it
    void start_at(double t);
    void set_timestep(std::int64_t timestep) { timestep_ = timestep; }
    void advance() { ++timestep_; }
    /// Do both tick now, but for rounding?
    bool same_time(const Clock& other) const;

    /// While it lives, its clock belongs to one run.
    class Run {
    public:
        /// @throws InvalidInput  the clock belongs to another run, of another thread or around this one
        explicit Run(Clock& clock);
        ~Run();
        Run(Run&& other) noexcept : clock_(std::exchange(other.clock_, nullptr)) {}
        Run& operator=(Run&&) = delete;

    private:
        Clock* clock_;
    };

private:
    std::string name_;
    double dt_ = 0;
    std::vector<double> times_;
    bool regular_ = true, changed_ = false;
    std::int64_t timestep_ = 0;
    std::atomic<bool> runs_ = false;
};

}  // namespace ranvier::sim
