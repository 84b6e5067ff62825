#include "ranvier/sim/network/network.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/interrupt.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/sim/network/workers.hpp"

namespace ranvier::sim {

namespace {

using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point start) {
    return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

/// 3 k + 1 for the k-th slot of the schedule; one less before it, one more after it.
int position(const std::string& when, const std::vector<std::string>& schedule) {
    std::vector<std::string> known;
    for (std::size_t k = 0; k < schedule.size(); ++k) {
        const int at = static_cast<int>(3 * k + 1);
        if (when == schedule[k]) {
            return at;
        }
        if (when == "before_" + schedule[k]) {
            return at - 1;
        }
        if (when == "after_" + schedule[k]) {
            return at + 1;
        }
        known.push_back(schedule[k]);
    }
    throw InvalidInput("the schedule has no slot '" + when + "'" + did_you_mean(when, known) +
                       " (slots: " + joined(known) + ", and before_… and after_… of each)");
}

/// Below so many steps, joining their operations takes longer than it spares.
constexpr std::int64_t shortest_run = 20'000;

/// The stretch of the clock's operations, if they make one.
std::unique_ptr<Stretch> stretch_for(const Clock* clock, const Operations& all) {
    Operations its;
    std::ranges::copy_if(all, std::back_inserter(its), [&](const auto& o) { return o->clock.get() == clock; });
    const auto joins = std::ranges::find_if(its, [](const auto& o) { return o->stretch != nullptr; });
    auto stretch = joins == its.end() ? nullptr : (*joins)->stretch(its);
    return stretch && stretch->most_steps() > 0 ? std::move(stretch) : nullptr;
}

}  // namespace

Operations Network::in_order() const {
    std::vector<std::pair<int, std::shared_ptr<Operation>>> placed;
    for (const auto& operation : operations) {
        placed.emplace_back(position(operation->when, schedule), operation);
    }
    std::stable_sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.first, a.second->order, std::string_view(a.second->name)) <
               std::tuple(b.first, b.second->order, std::string_view(b.second->name));
    });
    Operations sorted;
    for (auto& [at, operation] : placed) {
        sorted.push_back(std::move(operation));
    }
    return sorted;
}

void Network::run(const RunOptions& options) {
    require(options.duration >= 0 && std::isfinite(options.duration), "a run must last >= 0 s, and be finite; got ",
            options.duration, " s");
    const Operations all = in_order();
    std::vector<const Writing*> writing, made;
    for (const auto& operation : all) {
        if (operation->writing) {
            writing.push_back(operation->writing.get());
        }
    }
    // What can't be written is said once, by the error that ends the run, or else by a warning.
    const auto write_all = [&](const std::string* told) {
        for (const Writing* each : writing) {
            try {
                each->write(true);
            } catch (const FileError& error) {
                if (!told) {
                    throw;
                }
                if (error.what() != *told) {
                    warn(error.what());
                }
            }
        }
    };
    const auto end_badly = [&](const std::string& told) {
        write_all(&told);
        std::ranges::for_each(made, [](const Writing* each) { each->take_back(); });
    };
    try {
        for (const auto& operation : all) {
            if (operation->active && operation->writing && operation->writing->begin()) {
                made.push_back(operation->writing.get());
            }
        }
        run_steps(all, writing, options);
        write_all(nullptr);
    } catch (const FileError& error) {
        end_badly(error.what());
        throw;
    } catch (...) {
        end_badly({});
        throw;
    }
}

void Network::run_steps(const Operations& all, const std::vector<const Writing*>& writing, const RunOptions& options) {
    struct Ticking {
        Clock* clock;
        std::int64_t end;
        std::unique_ptr<Stretch> stretch;
        Clock::Run run;
    };
    std::vector<Ticking> clocks;
    const double start = t_, end = start + options.duration;
    for (const auto& operation : all) {
        Clock* const clock = operation->clock.get();
        if (std::none_of(clocks.begin(), clocks.end(), [&](const Ticking& c) { return c.clock == clock; })) {
            clocks.push_back({clock, 0, nullptr, Clock::Run(*clock)});
            clock->start_at(start);
            clocks.back().end = clock->timestep_of(end);
            if (clock->regular() && !options.profile && clocks.back().end - clock->timestep() >= shortest_run) {
                clocks.back().stretch = stretch_for(clock, all);
            }
        }
    }
    std::vector<bool> active;  // those that are when the run begins are until it ends
    for (const auto& operation : all) {
        active.push_back(operation->active);
        if (options.profile) {
            operation->seconds = 0;
        }
    }
    const Workers workers;
    stopped_ = false;
    const auto began = SteadyClock::now();
    double reported = 0;
    const auto report = [&](double done) {
        if (options.report) {
            options.report({seconds_since(began), done, start, options.duration});
        }
    };
    report(0);
    const auto runs = [](const Ticking& c) { return c.clock->timestep() < c.end; };
    std::vector<Clock*> now;
    for (std::int64_t count = 0; !stopped_; ++count) {
        const auto first = std::min_element(clocks.begin(), clocks.end(), [&](const Ticking& a, const Ticking& b) {
            return std::pair(!runs(a), a.clock->t()) < std::pair(!runs(b), b.clock->t());
        });
        if (first == clocks.end() || !runs(*first)) {
            break;
        }
        now.clear();
        for (const Ticking& c : clocks) {  // those that tick together, but for rounding
            if (runs(c) && c.clock->same_time(*first->clock)) {
                now.push_back(c.clock);
            }
        }
        t_ = first->clock->t();
        check_interrupt();
        for (const Writing* each : writing) {
            each->write(false);
        }
        if (options.report && (count % 64 == 0 || first->stretch) &&
            seconds_since(began) - reported >= options.report_period) {
            reported = seconds_since(began);
            report((t_ - start) / options.duration);
        }
        const DeferInterrupts whole_step;
        if (first->stretch && now.size() == 1) {
            std::int64_t until = first->end;
            for (const Ticking& c : clocks) {
                if (&c != &*first && runs(c)) {
                    until = std::min(until, first->clock->timestep_of(c.clock->t()));
                }
            }
            const std::int64_t steps = std::min(until - first->clock->timestep(), first->stretch->most_steps());
            if (steps > 1) {
                if (first->stretch->run(steps)) {
                    first->clock->set_timestep(first->clock->timestep() + steps);
                    continue;
                }
                first->stretch = nullptr;  // a state becomes NaN: it is told in the step in which it does
            }
        }
        for (std::size_t k = 0; k < all.size(); ++k) {
            const auto& operation = all[k];
            if (now.size() < clocks.size() && std::find(now.begin(), now.end(), operation->clock.get()) == now.end()) {
                continue;
            }
            if (!active[k]) {
                if (operation->rest) {
                    operation->rest();
                }
                continue;
            }
            if (options.profile) {
                const auto before = SteadyClock::now();
                operation->run();
                operation->seconds += seconds_since(before);
            } else {
                operation->run();
            }
        }
        for (Clock* clock : now) {
            clock->advance();
        }
    }
    if (!stopped_) {
        t_ = end;
    } else if (!clocks.empty()) {
        t_ = std::min_element(clocks.begin(), clocks.end(), [](const Ticking& a, const Ticking& b) {
                 return a.clock->t() < b.clock->t();
             })->clock->t();
    }
    report(1);
}

}  // namespace ranvier::sim
