#include "ranvier/meeg/artefacts/bridges.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/noise/samples.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/numerics/minimum.hpp"

namespace ranvier::meeg {

Fields BridgeOptions::fields() {
    using O = BridgeOptions;
    return {"compute_bridged_electrodes",
            {field("lm_cutoff", &O::lm_cutoff, "below this distance a local minimum of their density is looked for")
                 .in("µV²")
                 .above(0),
             field("epoch_threshold", &O::epoch_threshold, "share of the epochs in which a pair must be close")
                 .at_least(0)
                 .at_most(1),
             field("l_freq", &O::l_freq, "lower edge of the band that is looked at; none: no high-pass").in("Hz"),
             field("h_freq", &O::h_freq, "upper edge of the band that is looked at; none: no low-pass").in("Hz"),
             field("epoch_duration", &O::epoch_duration, "length of the epochs that a recording is cut into")
                 .in("s")
                 .above(0),
             field("bw_method", &O::bw_method,
                   "width of the density's kernels: 'scott', 'silverman', or a factor of the distances' standard "
                   "deviation; none: 'scott'")}};
}

namespace {

/// Variances of differences of all pairs of rows, into the upper triangle; the rest is NaN.
void set_distances(View<const double, 2> x, View<double, 2> out) {
    const index n = x.extent(0), times = x.extent(1);
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k <= i; ++k) {
            out(i, k) = std::numeric_limits<double>::quiet_NaN();
        }
        const double* a = x.row(i).data();
        for (index k = i + 1; k < n; ++k) {
            const double* b = x.row(k).data();
            double mean = 0, sum = 0;
            for (index t = 0; t < times; ++t) {
                mean += a[t] - b[t];
            }
            mean /= static_cast<double>(times);
            for (index t = 0; t < times; ++t) {
                const double off = a[t] - b[t] - mean;
                sum += off * off;
            }
            out(i, k) = 1e12 * (sum / static_cast<double>(times));  // [µV²]
        }
    }
}

double bandwidth_factor(const Value& method, double n) {
    if (const auto* number = method.as<double>()) {
        require(*number > 0, "bw_method must be > 0; got ", *number);
        return *number;
    }
    if (const auto* whole = method.as<std::int64_t>()) {
        require(*whole > 0, "bw_method must be > 0; got ", *whole);
        return static_cast<double>(*whole);
    }
    const std::string* word = method.as<std::string>();
    if (method.is_none() || (word != nullptr && *word == "scott")) {
        return std::pow(n, -0.2);
    }
    require(word != nullptr && *word == "silverman", "bw_method must be 'scott', 'silverman', a number or none");
    return std::pow(n * 0.75, -0.2);
}

/// Where the density of distances, by Gaussian kernels, has its minimum between 0 and the cutoff.
double local_minimum_of(const std::vector<double>& near, const BridgeOptions& options) {
    const double n = static_cast<double>(near.size());
    const double mean = std::accumulate(near.begin(), near.end(), 0.0) / n;
    double variance = 0;
    for (const double d : near) {
        variance += (d - mean) * (d - mean);
    }
    variance /= n - 1;
    require(near.size() >= 2 && variance > 0,
            "the density of electrical distances needs two or more that differ below lm_cutoff = ", options.lm_cutoff,
            " µV²; got ", near.size(), " values: take a longer recording or another cutoff");
    const double factor = bandwidth_factor(options.bw_method, n);
    const double width = variance * factor * factor;
    const double scale = 1 / (n * std::sqrt(2 * std::numbers::pi * width));
    return numerics::local_minimum([&](double x) {
        if (x <= 0 || x >= options.lm_cutoff) {
            return std::numeric_limits<double>::infinity();
        }
        double sum = 0;
        for (const double d : near) {
            sum += std::exp(-(x - d) * (x - d) / (2 * width));
        }
        return sum * scale;
    });
}

/// @param data  filtered, of the channels `picks`
Bridges bridges_of(const Info& info, const std::vector<index>& picks, View<const double, 3> data,
                   const BridgeOptions& options) {
    const index epochs = data.extent(0), n = std::ssize(picks);
    require(epochs > 0, "bridged electrodes are looked for in epochs; there is none");
    Bridges out;
    out.distances = Array<double, 3>({epochs, n, n});
    parallel_for(epochs, [&](index e) { set_distances(data[e], out.distances.view()[e]); });
    std::vector<double> near;
    for (index e = 0; e < epochs; ++e) {
        for (index i = 0; i < n; ++i) {
            for (index k = i + 1; k < n; ++k) {
                const double d = out.distances(e, i, k);
                require(std::isfinite(d), [&] {
                    return "samples of '" +
                           info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(i)])].name + "' or '" +
                           info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name +
                           "' are no finite numbers: annotate_nan() finds where; mark the channel as bad or crop";
                });
                if (d < options.lm_cutoff) {
                    near.push_back(d);
                }
            }
        }
    }
    if (static_cast<double>(near.size()) / static_cast<double>(epochs) < options.epoch_threshold || near.empty()) {
        return out;
    }
    const double limit = local_minimum_of(near, options);
    for (index i = 0; i < n; ++i) {
        for (index k = i + 1; k < n; ++k) {
            index count = 0;
            for (index e = 0; e < epochs; ++e) {
                count += out.distances(e, i, k) < limit;
            }
            if (static_cast<double>(count) / static_cast<double>(epochs) > options.epoch_threshold) {
                out.pairs.emplace_back(picks[static_cast<std::size_t>(i)], picks[static_cast<std::size_t>(k)]);
            }
        }
    }
    return out;
}

std::vector<index> good_eeg(const Info& info) {
    auto picks = pick_types(info, {ChannelType::eeg});
    require(picks.size() >= 2, "electrodes are bridged in pairs; there are ", std::ssize(picks), " good EEG channels");
    return picks;
}

FilterOptions band(const BridgeOptions& options, index n_picks) {
    FilterOptions filters;
    filters.l_freq = options.l_freq;
    filters.h_freq = options.h_freq;
    filters.picks = counted(n_picks);
    return filters;
}

struct Group {
    std::vector<index> members;  ///< numbers of channels, ascending
    Point centre{};
};

std::vector<Group> groups_of(const Pairs& bridged) {
    std::vector<Group> out;
    for (auto& members : bridged_groups(bridged)) {
        out.push_back({std::move(members)});
    }
    return out;
}

/// The mean direction of the members from the origin of head coordinates, at their mean distance from it.
Point centre_of(const Info& info, const std::vector<index>& members) {
    Point sum{};
    double distance = 0;
    for (const index k : members) {
        const Point p = info.channels[static_cast<std::size_t>(k)].position();
        for (std::size_t axis = 0; axis < 3; ++axis) {
            sum[axis] += p[axis];
        }
        distance += norm(p) / static_cast<double>(members.size());
    }
    return scaled(sum, distance / norm(sum));
}

struct Plan {
    std::vector<index> from, to;
    Array<double, 2> matrix;  ///< shape (to, from)
};

Plan plan(const Info& info, const Pairs& bridged, int bad_limit) {
    require(bad_limit > 0, "bad_limit must be > 0; got ", bad_limit);
    for (const auto& [a, b] : bridged) {
        check_picks(info, a == b ? std::vector<index>{a} : std::vector<index>{a, b}, "pairs of bridged electrodes");
        for (const index k : {a, b}) {
            const Channel& channel = info.channels[static_cast<std::size_t>(k)];
            require(channel.type() == ChannelType::eeg && channel.has_position(), [&] {
                return "bridged electrodes are EEG channels with a place on the head; '" + channel.name +
                       "' is none: set a montage";
            });
        }
    }
    auto groups = groups_of(bridged);
    Plan out;
    std::set<index> members;
    for (Group& group : groups) {
        require(std::ssize(group.members) <= bad_limit, [&] {
            return "the channels " + quoted(taken(channel_names(info), group.members)) +
                   " are bridged together, more than bad_limit = " + text_of(bad_limit) +
                   ": what is interpolated over such an area may be far off. Raise bad_limit, or mark them as bad";
        });
        group.centre = centre_of(info, group.members);
        members.insert(group.members.begin(), group.members.end());
    }
    out.to = {members.begin(), members.end()};
    std::vector<Point> places;
    std::vector<index> good;
    for (const index k : pick_types(info, {ChannelType::eeg}, false)) {
        if (!members.contains(k) && info.channels[static_cast<std::size_t>(k)].has_position()) {
            good.push_back(k);
            places.push_back(info.channels[static_cast<std::size_t>(k)].position());
        }
    }
    for (const Group& group : groups) {
        places.push_back(group.centre);
    }
    if (out.to.empty()) {
        return out;
    }
    std::vector<Point> goals;
    for (const index k : out.to) {
        goals.push_back(info.channels[static_cast<std::size_t>(k)].position());
    }
    const Array<double, 2> weights = spherical_spline_matrix(places, goals, head_sphere(info).centre);
    // The mean of a group is a sum over its members.
    const index n_good = std::ssize(good), n_to = std::ssize(out.to);
    out.from = good;
    out.from.insert(out.from.end(), out.to.begin(), out.to.end());
    out.matrix = Array<double, 2>({n_to, n_good + n_to});
    for (index i = 0; i < n_to; ++i) {
        for (index k = 0; k < n_good; ++k) {
            out.matrix(i, k) = weights(i, k);
        }
        for (index g = 0; g < std::ssize(groups); ++g) {
            const auto& all = groups[static_cast<std::size_t>(g)].members;
            for (const index member : all) {
                const index column = std::ranges::lower_bound(out.to, member) - out.to.begin();
                out.matrix(i, n_good + column) = weights(i, n_good + g) / static_cast<double>(all.size());
            }
        }
    }
    return out;
}

void fill(const Plan& plan, View<double, 2> data) { replace_channels(data, plan.from, plan.to, plan.matrix); }

constexpr const char* in_memory =
    "bridged electrodes are looked for in data in memory: load it first (load_data, or preload=True)";

}  // namespace

std::vector<std::vector<index>> bridged_groups(const Pairs& bridged) {
    std::vector<std::set<index>> sets;
    for (const auto& pair : bridged) {
        const index a = pair.first, b = pair.second;  // clang 14 takes no bindings into lambdas
        std::set<index> joint{a, b};
        std::erase_if(sets, [&](const std::set<index>& other) {
            const bool meets = other.contains(a) || other.contains(b);
            if (meets) {
                joint.insert(other.begin(), other.end());
            }
            return meets;
        });
        sets.push_back(std::move(joint));
    }
    std::vector<std::vector<index>> out;
    for (const auto& set : sets) {
        out.emplace_back(set.begin(), set.end());
    }
    std::ranges::sort(out);
    return out;
}

Bridges compute_bridged_electrodes(const Raw& raw, const BridgeOptions& options) {
    check_settings(options);
    require(raw.preloaded, in_memory);
    const auto picks = good_eeg(raw.info);
    const Events events = fixed_length_events(raw, 0, {}, options.epoch_duration);
    Info info = raw.info;
    pick_channels(info, picks);
    Raw part = make_raw(std::move(info), samples(raw, picks, 0, raw.n_samples()), raw.first_samp);
    part.annotations = raw.annotations;
    filter(part, band(options, std::ssize(picks)));
    EpochsOptions cut;
    cut.tmin = 0;
    cut.tmax = options.epoch_duration - 1 / raw.info.sfreq;
    cut.baseline.reset();
    cut.picks = counted(std::ssize(picks));
    Epochs epochs = make_epochs(std::make_shared<const Raw>(std::move(part)), events, ids_by_code(events), cut);
    load(epochs);
    return bridges_of(raw.info, picks, epochs.data, options);
}

Bridges compute_bridged_electrodes(const Epochs& epochs, const BridgeOptions& options) {
    check_settings(options);
    require(epochs.preloaded, in_memory);
    const auto picks = good_eeg(epochs.info);
    Epochs part = epochs;
    pick(part, picks);
    filter(part, band(options, std::ssize(picks)));
    return bridges_of(epochs.info, picks, part.data, options);
}

Bridges compute_bridged_electrodes(const Evoked& evoked, const BridgeOptions& options) {
    check_settings(options);
    const auto picks = good_eeg(evoked.info);
    Evoked part = evoked;
    pick(part, picks);
    filter(part, band(options, std::ssize(picks)));
    return bridges_of(evoked.info, picks,
                      View<const double, 3>(part.data.data(), {1, std::ssize(picks), part.n_times()}), options);
}

void interpolate_bridged_electrodes(Raw& raw, const Pairs& bridged, int bad_limit) {
    require(raw.preloaded, "interpolation needs the data in memory: load it first (load_data, or preload=True)");
    fill(plan(raw.info, bridged, bad_limit), raw.data);
}

void interpolate_bridged_electrodes(Epochs& epochs, const Pairs& bridged, int bad_limit) {
    require(epochs.preloaded, "interpolation needs the data in memory: load it first (load_data, or preload=True)");
    const Plan how = plan(epochs.info, bridged, bad_limit);
    for (index e = 0; e < epochs.data.extent(0); ++e) {
        fill(how, epochs.data.view()[e]);
    }
}

void interpolate_bridged_electrodes(Evoked& evoked, const Pairs& bridged, int bad_limit) {
    fill(plan(evoked.info, bridged, bad_limit), evoked.data);
}

}  // namespace ranvier::meeg
