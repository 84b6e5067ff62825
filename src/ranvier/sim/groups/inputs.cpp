#include "ranvier/sim/groups/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::sim {

std::shared_ptr<NeuronGroup> poisson_group(std::string name, index n, std::shared_ptr<Clock> clock,
                                           const std::string& rates) {
    language::Parts parts;
    parts.equations = rates.empty() ? "rates : Hz" : "rates = " + rates + " : Hz";
    parts.threshold = "rand() < rates*dt";
    return std::make_shared<NeuronGroup>(std::move(name), n, std::move(clock), parts);
}

std::shared_ptr<RegularUpdate> poisson_input(std::string name, std::shared_ptr<Group> target,
                                             const std::string& variable, const std::string& count,
                                             const std::string& rate, const std::string& weight,
                                             std::shared_ptr<Clock> clock, std::string when, int order) {
    return std::make_shared<RegularUpdate>(std::move(target),
                                           variable + " += (" + weight + ")*binomial(" + count + ", (" + rate + ")*dt)",
                                           std::move(clock), std::move(when), order, std::move(name));
}

SpikeGeneratorGroup::SpikeGeneratorGroup(std::string name, index n, std::shared_ptr<Clock> clock,
                                         std::vector<std::int32_t> i, std::vector<double> t, double period)
    : EventSource(std::move(name), n, std::move(clock)) {
    const auto count = add("N", {}, language::Type::integer, true);
    count->set(0, static_cast<double>(n));
    const auto number = add("i", {}, language::Type::integer);
    for (index k = 0; k < n; ++k) {
        number->set(k, static_cast<double>(k));
    }
    count->read_only = number->read_only = true;
    language::Parts parts;
    parts.name = name_;
    model_ = language::model(parts);
    operation_ =
        std::make_shared<Operation>(Operation{name_ + "_spikegenerator", clock_, "thresholds", 0, [this] { spike(); }});
    operation_->rest = [this] { now_.clear(); };
    set_spikes(std::move(i), std::move(t), period);
}

void SpikeGeneratorGroup::set_spikes(std::vector<std::int32_t> i, std::vector<double> t, double period) {
    require(i.size() == t.size(), "indices and times must be alike in length; got ", i.size(), " and ", t.size());
    require(period >= 0 && std::isfinite(period), "period must be >= 0 s and finite; got ", period, " s");
    for (std::size_t k = 0; k < i.size(); ++k) {
        require(i[k] >= 0 && i[k] < n_, "indices must be from 0 to ", n_ - 1, "; got ", i[k]);
        require(t[k] >= 0 && std::isfinite(t[k]), "times must be >= 0 s and finite; got ", t[k], " s");
        require(period == 0 || t[k] < period, "times must lie within the period of ", period, " s; got ", t[k], " s");
    }
    std::vector<std::size_t> order(i.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return t[a] < t[b]; });
    i_.clear();
    t_.clear();
    for (const std::size_t k : order) {
        i_.push_back(i[k]);
        t_.push_back(t[k]);
    }
    period_ = period;
    steps_.clear();
}

void SpikeGeneratorGroup::prepare() {
    const double dt = clock_->dt();
    std::vector<std::pair<std::int64_t, std::int32_t>> all;
    for (std::size_t k = 0; k < t_.size(); ++k) {
        // A time within a thousandth of a step of the next one belongs to it.
        all.emplace_back(static_cast<std::int64_t>(std::floor(t_[k] / dt + 1e-3)), i_[k]);
    }
    std::ranges::sort(all);
    const auto twice = std::ranges::adjacent_find(all);
    require(twice == all.end(), [&] {
        return "element " + text_of(twice->second) + " of '" + name_ + "' would spike twice in the step at " +
               text_of(static_cast<double>(twice->first) * dt) + " s: a step of " + text_of(dt) +
               " s holds one spike of each";
    });
    period_steps_ = 0;
    if (period_ > 0) {
        const double steps = std::nearbyint(period_ / dt);
        require(steps >= 1 && std::abs(steps * dt - period_) < 1e-4 * dt, "the period of '", name_, "', ", period_,
                " s, must be a multiple of its dt, ", dt, " s");
        period_steps_ = static_cast<std::int64_t>(steps);
    }
    steps_.clear();
    who_.clear();
    for (const auto& [step, k] : all) {
        steps_.push_back(step);
        who_.push_back(k);
    }
}

void SpikeGeneratorGroup::spike() {
    const std::int64_t step = period_steps_ > 0 ? clock_->timestep() % period_steps_ : clock_->timestep();
    const auto [first, last] = std::ranges::equal_range(steps_, step);
    now_.assign(who_.begin() + (first - steps_.begin()), who_.begin() + (last - steps_.begin()));
}

std::span<const std::int32_t> SpikeGeneratorGroup::event(std::string_view name) const {
    require(name == "spike", "'", name_, "' has no event '", name, "'");
    return now_;
}

void SpikeGeneratorGroup::set_event(std::string_view name, std::vector<std::int32_t> elements) {
    static_cast<void>(event(name));
    now_ = std::move(elements);
}

}  // namespace ranvier::sim
