#include "ranvier/sim/network/clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"

namespace ranvier::sim {

namespace {

/// A time within this part of a step of its beginning is its beginning.
constexpr double tolerance = 1e-4;
/// Given times that differ by less are the same [s].
constexpr double same = 1e-12;

void check(double dt) {
    require(dt > 0 && std::isfinite(dt), "dt of a clock must be > 0 s and finite; got ", dt, " s");
}

}  // namespace

Clock::Clock(std::string name, double dt) : name_(std::move(name)), dt_(dt) { check(dt); }

Clock::Clock(std::string name, std::vector<double> times)
    : name_(std::move(name)), times_(std::move(times)), regular_(false) {
    std::ranges::sort(times_);
    for (std::size_t k = 0; k < times_.size(); ++k) {
        require(times_[k] >= 0 && std::isfinite(times_[k]), "times of the clock '", name_,
                "' must be >= 0 s and finite; got ", times_[k], " s");
        require(k == 0 || times_[k] - times_[k - 1] > same, "the clock '", name_, "' ticks once at a time; got twice ",
                times_[k], " s");
    }
}

double Clock::t() const {
    if (regular_) {
        return static_cast<double>(timestep_) * dt_;
    }
    return timestep_ < std::ssize(times_) ? times_[static_cast<std::size_t>(timestep_)]
                                          : std::numeric_limits<double>::infinity();
}

std::int64_t Clock::timestep_of(double t) const {
    if (!regular_) {
        return std::ranges::lower_bound(times_, t - same) - times_.begin();
    }
    const double steps = std::nearbyint(t / dt_);
    const bool there = std::abs(steps * dt_ - t) <= tolerance * dt_;
    return static_cast<std::int64_t>(there ? steps : std::ceil(t / dt_));
}

void Clock::set_dt(double dt) {
    check(dt);
    require(regular_, "the clock '", name_, "' ticks at given times and has no dt");
    changed_ = changed_ || dt != dt_;
    timestep_ = static_cast<std::int64_t>(std::nearbyint(t() / dt));
    dt_ = dt;
}

void Clock::start_at(double t) {
    const std::int64_t step = timestep_of(t);
    require(!changed_ || std::abs(static_cast<double>(step) * dt_ - t) <= tolerance * dt_, "the time ", t,
            " s, at which the run begins, is no multiple of dt=", dt_, " s, to which the clock '", name_, "' was set");
    timestep_ = step;
    changed_ = false;
}

Clock::Run::Run(Clock& clock) : clock_(&clock) {
    require(
        !clock.runs_.exchange(true), "the clock '", clock.name_,
        "' is in use: another network runs by it, in another thread or in this run; give the objects of one of them a "
        "clock or a dt of their own");
}

Clock::Run::~Run() {
    if (clock_ != nullptr) {
        clock_->runs_ = false;
    }
}

bool Clock::same_time(const Clock& other) const {
    double near = std::numeric_limits<double>::infinity();
    for (const Clock* clock : {this, &other}) {
        near = clock->regular_ ? std::min(near, tolerance * clock->dt_) : near;
    }
    return std::abs(t() - other.t()) < (std::isfinite(near) ? near : same);
}

}  // namespace ranvier::sim
