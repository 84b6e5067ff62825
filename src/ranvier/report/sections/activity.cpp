#include "ranvier/report/sections/activity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/axes.hpp"
#include "ranvier/report/sections/traces.hpp"
#include "ranvier/sim/monitors/rates.hpp"

namespace ranvier::report {

namespace {

constexpr index most_bins = 20'000;

/// The length that times are whole multiples of: the step, where they are; else fine enough for any.
double resolution(const Activity& activity, const std::vector<double>& t) {
    const double fine = (activity.end - activity.start) / (1 << 30), step = activity.dt;
    const auto counted = [&](double at) {
        const double steps = (at - activity.start) / step;
        return std::abs(steps - std::nearbyint(steps)) < 1e-3;
    };
    return step > fine && std::ranges::all_of(t, counted) ? step : fine;
}

Json population_json(Page& page, const Activity& activity, const Activity::Population& p) {
    require(p.n >= 1, "the population '", p.name, "' has no neurons");
    require(p.t.size() == p.i.size(), "'", p.name, "' has ", p.t.size(), " times and ", p.i.size(),
            " neurons of spikes");
    const double scale = resolution(activity, p.t);
    const index count = std::ssize(p.t);
    Array<std::int32_t, 2> t({1, count}), i({1, count});
    for (index k = 0; k < count; ++k) {
        const double at = p.t[static_cast<std::size_t>(k)], before = k > 0 ? p.t[static_cast<std::size_t>(k) - 1] : at;
        const std::int32_t who = p.i[static_cast<std::size_t>(k)];
        require(at >= before && at >= activity.start && at <= activity.end, "spikes of '", p.name,
                "' must come in the order of time, from ", activity.start, " to ", activity.end, " s; got ", at, " s");
        require(who >= 0 && who < p.n, "'", p.name, "' has the neurons 0 to ", p.n - 1, "; got a spike of ", who);
        t(0, k) = static_cast<std::int32_t>(std::lround((at - activity.start) / scale));
        i(0, k) = who;
    }
    Json times = page.content().array(t);
    times["scale"] = scale;
    return {{"name", p.name}, {"n", p.n}, {"t", times}, {"i", page.content().array(i)}};
}

/// Where a population of this name is; null: nowhere.
Json place_of(const Activity& activity, const std::string& name) {
    const auto found = std::ranges::find(activity.populations, name, &Activity::Population::name);
    return found == activity.populations.end() ? Json(nullptr) : Json(found - activity.populations.begin());
}

/// How often a population spiked, in bins.
Activity::Rate counted_rate(const Activity& activity, const Activity::Population& p) {
    const double length = activity.end - activity.start;
    const double least = length / 5000;
    const double step = activity.dt > 0 ? std::max(1.0, std::ceil(least / activity.dt)) * activity.dt : least;
    const auto bins = std::max<index>(1, static_cast<index>(std::floor(length / step + 1e-6)));
    Activity::Rate rate{p.name, activity.start, step, std::vector<double>(static_cast<std::size_t>(bins), 0.0)};
    for (const double t : p.t) {
        const auto at = static_cast<index>((t - activity.start) / step + 1e-6);
        rate.values[static_cast<std::size_t>(std::min(at, bins - 1))] += 1 / (step * static_cast<double>(p.n));
    }
    return rate;
}

Json rate_json(Page& page, const Activity& activity, const Activity::Rate& rate) {
    require(rate.step > 0 && !rate.values.empty(), "the rate '", rate.name, "' needs values, and a step > 0 s");
    const index wide = std::max<index>(1, (std::ssize(rate.values) + most_bins - 1) / most_bins);
    const std::vector<double> means = wide > 1 ? sim::means_in_bins(rate.values, wide) : rate.values;
    Array<double, 2> values({1, std::ssize(means)});
    std::ranges::copy(means, values.data());
    return {{"name", rate.name},
            {"population", place_of(activity, rate.name)},
            {"start", rate.start},
            {"step", rate.step * static_cast<double>(wide)},
            {"values", page.content().array(values)}};
}

Json traces_json(Page& page, const Activity& activity, const Activity::Traces& traces, double max_bytes) {
    const index rows = traces.values.extent(0), n = traces.values.extent(1);
    require(traces.step > 0 && rows >= 1 && n >= 1 && rows == std::ssize(traces.elements), [&] {
        return "traces of '" + traces.name + "' need a step > 0 s and a row of values for each element; got " +
               text_of(rows) + " rows for " + text_of(traces.elements.size());
    });
    const index factor = thinning_factor({INFINITY, max_bytes}, 1 / traces.step, static_cast<double>(n), rows, n);
    const index kept = thinned_size(n, factor);
    const double largest = largest_size({traces.values.data(), static_cast<std::size_t>(traces.values.size())});
    const auto [unit, times] = readable_unit(traces.unit, largest);
    Array<std::int16_t, 2> packed({rows, kept});
    std::vector<double> scales;
    for (index k = 0; k < rows; ++k) {
        std::vector<double> thin = thinned({&traces.values(k, 0), static_cast<std::size_t>(n)}, factor);
        for (double& v : thin) {
            v *= times;
        }
        scales.push_back(quantum(largest_size(thin)));
        quantise(thin, scales.back(), packed.view().row(k));
    }
    Json data = page.content().array(packed);
    data["scale"] = scales;
    return {{"name", traces.name},         {"unit", unit},
            {"start", traces.start},       {"step", traces.step * static_cast<double>(n) / static_cast<double>(kept)},
            {"thinned", factor > 1},       {"population", place_of(activity, traces.population)},
            {"elements", traces.elements}, {"data", data}};
}

}  // namespace

std::pair<std::string, double> readable_unit(const std::string& unit, double largest) {
    constexpr std::array<std::pair<const char*, const char*>, 8> symbols{{{"volt", "V"},
                                                                          {"amp", "A"},
                                                                          {"siemens", "S"},
                                                                          {"second", "s"},
                                                                          {"farad", "F"},
                                                                          {"metre", "m"},
                                                                          {"coulomb", "C"},
                                                                          {"watt", "W"}}};
    constexpr std::array<std::pair<const char*, double>, 6> prefixes{
        {{"", 1}, {"m", 1e3}, {"u", 1e6}, {"n", 1e9}, {"p", 1e12}, {"f", 1e15}}};
    const auto symbol = std::ranges::find_if(symbols, [&](const auto& s) { return unit == s.first; });
    if (symbol == symbols.end() || !(largest > 0) || !std::isfinite(largest)) {
        return {unit, 1};
    }
    for (const auto& [prefix, times] : prefixes) {
        if (largest * times >= 1) {
            return {std::string(prefix) + symbol->second, times};
        }
    }
    return {std::string("f") + symbol->second, 1e15};
}

void add_activity(Page& page, const std::string& title, const Activity& activity, double max_bytes) {
    require(std::isfinite(activity.start) && std::isfinite(activity.end) && activity.start < activity.end,
            "a network's activity goes from a time to a later one; got ", activity.start, " to ", activity.end, " s");
    require(!activity.populations.empty() || !activity.rates.empty() || !activity.traces.empty(),
            "a section of activity needs spikes, rates or traces");
    Json populations = Json::array(), rates = Json::array(), traces = Json::array();
    for (const auto& p : activity.populations) {
        populations.push_back(population_json(page, activity, p));
        const auto given = std::ranges::find(activity.rates, p.name, &Activity::Rate::name);
        rates.push_back(rate_json(page, activity, given == activity.rates.end() ? counted_rate(activity, p) : *given));
    }
    for (const auto& rate : activity.rates) {
        if (place_of(activity, rate.name).is_null()) {
            rates.push_back(rate_json(page, activity, rate));
        }
    }
    for (const auto& group : activity.traces) {
        traces.push_back(traces_json(page, activity, group, max_bytes / static_cast<double>(activity.traces.size())));
    }
    page.content().add_section("activity", title,
                               {{"start", activity.start},
                                {"end", activity.end},
                                {"populations", populations},
                                {"rates", rates},
                                {"traces", traces}});
}

Activity activity_of(const std::vector<signals::SpikeTrain>& trains, const std::string& name) {
    require(!trains.empty(), "a raster needs at least one spike train");
    Activity activity;
    activity.start = INFINITY;
    activity.end = -INFINITY;
    std::vector<std::pair<double, std::int32_t>> spikes;
    for (std::size_t k = 0; k < trains.size(); ++k) {
        signals::check(trains[k]);
        activity.start = std::min(activity.start, trains[k].window.start);
        activity.end = std::max(activity.end, trains[k].window.stop);
        for (const double t : trains[k].times) {
            spikes.emplace_back(t, static_cast<std::int32_t>(k));
        }
    }
    std::ranges::sort(spikes);
    Activity::Population& units = activity.populations.emplace_back();
    units.name = name;
    units.n = std::ssize(trains);
    for (const auto& [t, i] : spikes) {
        units.t.push_back(t);
        units.i.push_back(i);
    }
    return activity;
}

}  // namespace ranvier::report
