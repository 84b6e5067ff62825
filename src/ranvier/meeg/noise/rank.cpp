#include "ranvier/meeg/noise/rank.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_set>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/fiff_numbers.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

using Type = ChannelType;
// In the order in which groups are worked on.
constexpr Type group_types[] = {Type::mag,
                                Type::grad,
                                Type::eeg,
                                Type::csd,
                                Type::seeg,
                                Type::ecog,
                                Type::dbs,
                                Type::hbo,
                                Type::hbr,
                                Type::fnirs_cw_amplitude,
                                Type::fnirs_fd_ac_amplitude,
                                Type::fnirs_fd_phase,
                                Type::fnirs_od,
                                Type::fnirs_td_gated_amplitude,
                                Type::fnirs_td_moments_intensity,
                                Type::fnirs_td_moments_mean,
                                Type::fnirs_td_moments_variance};

using Factors = std::map<Type, double>;
const Factors rank_factors{{Type::mag, 1e12}, {Type::grad, 1e11}, {Type::eeg, 1e5}, {Type::seeg, 10},
                           {Type::dbs, 1e4},  {Type::ecog, 1e4},  {Type::hbo, 1e4}, {Type::hbr, 1e4}};
const Factors covariance_factors{{Type::mag, 1e15},
                                 {Type::grad, 1e13},
                                 {Type::eeg, 1e6},
                                 {Type::seeg, 1e3},
                                 {Type::dbs, 1e6},
                                 {Type::ecog, 1e6},
                                 {Type::hbo, 1e6},
                                 {Type::hbr, 1e6},
                                 {Type::csd, 1e3},
                                 {Type::fnirs_td_moments_mean, 1e12},
                                 {Type::fnirs_td_moments_variance, 1e24}};

int big_endian(const std::byte* at) {
    std::uint32_t bits = 0;
    for (int k = 0; k < 4; ++k) {
        bits = bits << 8 | std::to_integer<std::uint32_t>(at[k]);
    }
    return static_cast<int>(bits);
}

std::optional<int> maxwell_rank(const PreservedBlock& block) {
    if (block.kind == fiff_block::sss_info) {
        const PreservedTag *order = nullptr, *components = nullptr;
        for (const auto& tag : block.tags) {
            order = tag.kind == fiff_tag::sss_ord_in && tag.data.size() >= 4 ? &tag : order;
            components = tag.kind == fiff_tag::sss_components ? &tag : components;
        }
        if (order) {
            const int all = (big_endian(order->data.data()) + 1) * (big_endian(order->data.data()) + 1) - 1;
            int used = all;
            const auto there = components ? std::ssize(components->data) / 4 : 0;
            for (index k = 0; k < std::min<index>(all, there); ++k) {
                used -= big_endian(components->data.data() + 4 * k) == 0;
            }
            return used;
        }
    }
    for (const auto& child : block.children) {
        if (const auto found = maxwell_rank(child)) {
            return found;
        }
    }
    return {};
}

double tolerance(const std::vector<double>& s, index count, const Value& tol, const std::string& kind) {
    const double largest = s.empty() ? 0 : s.front();
    const auto* word = tol.as<std::string>();
    if (word) {
        require(*word == "auto" || *word == "float32", "tol must be a number, 'auto' or 'float32'; got '", *word, "'");
        const double eps = *word == "auto" ? std::numeric_limits<double>::epsilon()
                                           : static_cast<double>(std::numeric_limits<float>::epsilon());
        return static_cast<double>(count) * largest * eps;
    }
    const auto* real = tol.as<double>();
    const auto* whole = tol.as<std::int64_t>();
    require(real || whole, [&] { return "tol must be a number, 'auto' or 'float32'; got " + text_of(tol); });
    return (real ? *real : static_cast<double>(*whole)) * (kind == "relative" ? largest : 1.0);
}

int count_above(const std::vector<double>& s, double tol) {
    return static_cast<int>(std::ranges::count_if(s, [&](double x) { return x > tol; }));
}

/// What projections leave of a group.
struct Projected {
    Info info;
    Array<double, 2> matrix;
    int taken = 0;
};
Projected projected(const Info& info, const ChannelGroup& group, bool proj) {
    Projected result{part_of(info, group.picks), {}, 0};
    if (proj) {
        Projector p = projector(result.info);
        result.matrix = std::move(p.matrix);
        result.taken = p.rank;
    } else {
        result.matrix = identity(static_cast<index>(group.picks.size()));
    }
    return result;
}

int theoretical(const Info& info, const ChannelGroup& group) {
    const bool meg = group.type == "meg" || group.type == "mag" || group.type == "grad";
    const auto maxwell = meg ? maxwell_rank(info) : std::nullopt;
    return maxwell.value_or(static_cast<int>(group.picks.size()));
}

/// Rows scaled by what their channels' types are.
Array<double, 2> scaled_rows(Array<double, 2> op, const std::vector<double>& scales) {
    for (index r = 0; r < op.extent(0); ++r) {
        for (double& x : op.view().row(r)) {
            x *= scales[static_cast<std::size_t>(r)];
        }
    }
    return op;
}

/// Singular values of a covariance of one group, projected and scaled, descending.
std::vector<double> covariance_values(View<const double, 2> data, const Projected& group, const Value& scalings) {
    const auto op = scaled_rows(group.matrix, scales_of(group.info, scalings, true));
    auto values = numerics::symmetric_eigen(congruent(data, op)).values;
    for (double& x : values) {
        x = std::abs(x);
    }
    std::ranges::sort(values, std::greater<>());
    return values;
}

/// The rank of each group: given, by the Info, or estimated by `estimate`.
template <class Estimate>
Ranks ranks_by_rule(const Info& info, const std::vector<ChannelGroup>& groups, const RankOptions& options,
                    const Estimate& estimate) {
    const RankRule rule = rank_rule(options.rank);
    Ranks ranks = rule.given;
    for (const ChannelGroup& group : groups) {
        const auto n = static_cast<int>(group.picks.size());
        const auto at = std::ranges::find(rule.given, group.type, &std::pair<std::string, int>::first);
        const bool given = at != rule.given.end();
        require(!given || at->second <= n, "rank of '", group.type, "' must be at most its number of channels, ", n,
                "; got ", given ? at->second : 0);
        if (rule.way == RankRule::Way::full) {
            ranks.emplace_back(group.type, n);
        } else if (rule.way == RankRule::Way::info) {
            const int left = theoretical(info, group) - projected(info, group, options.proj).taken;
            ranks.emplace_back(group.type, left);
        } else if (given) {
            estimate(group, at->second);
        } else {
            const int found = estimate(group, std::optional<int>());
            if (const int most = theoretical(info, group); found > most) {
                warn("the rank of " + group.type + " found in the data, " + text_of(found) +
                     ", must not exceed what Maxwell filtering left, " + text_of(most) +
                     "; pass rank='info' or a number");
            }
            ranks.emplace_back(group.type, found);
        }
    }
    return ranks;
}

}  // namespace

void complain(const std::string& how, const std::string& message) {
    if (how == "raise") {
        throw InvalidInput(message);
    }
    if (how == "warn") {
        warn(message);
    }
}

void require_finite(const Scatter& scatter, const Info& info) {
    for (index c = 0; c < scatter.products.extent(0); ++c) {
        require(std::isfinite(scatter.products(c, c)), [&] {
            return "samples must be finite; channel '" + info.channels[static_cast<std::size_t>(c)].name +
                   "' holds NaN or infinity: mark it as bad, or drop those epochs";
        });
    }
}

std::vector<ChannelGroup> data_groups(const Info& info, bool meg_together, bool exclude_bads) {
    std::vector<ChannelGroup> groups;
    for (const Type type : group_types) {
        auto picks = pick_types(info, {type}, exclude_bads);
        if (!picks.empty()) {
            groups.push_back({std::string(name(type)), std::move(picks)});
        }
    }
    if (meg_together && groups.size() > 1 && groups[0].type == "mag" && groups[1].type == "grad") {
        groups[0].type = "meg";
        groups[0].picks.insert(groups[0].picks.end(), groups[1].picks.begin(), groups[1].picks.end());
        std::ranges::sort(groups[0].picks);
        groups.erase(groups.begin() + 1);
    }
    return groups;
}

std::vector<index> all_picks(const std::vector<ChannelGroup>& groups) {
    std::vector<index> picks;
    for (const auto& group : groups) {
        picks.insert(picks.end(), group.picks.begin(), group.picks.end());
    }
    std::ranges::sort(picks);
    return picks;
}

Info part_of(const Info& info, const std::vector<index>& picks) {
    Info part = info;
    pick_channels(part, picks);
    return part;
}

std::optional<int> maxwell_rank(const Info& info) {
    for (const auto& block : info.preserved_blocks) {
        if (const auto found = maxwell_rank(block)) {
            return found;
        }
    }
    return {};
}

RankRule rank_rule(const Value& rank) {
    RankRule rule;
    if (rank.is_none()) {
        return rule;
    }
    if (const auto* word = rank.as<std::string>(); word && (*word == "info" || *word == "full")) {
        rule.way = *word == "info" ? RankRule::Way::info : RankRule::Way::full;
        return rule;
    }
    const auto* map = rank.as<Value::Map>();
    require(map != nullptr, [&] {
        return "rank must be None, 'info', 'full' or a dict of ranks by channel type; got " + text_of(rank);
    });
    for (const auto& [type, value] : *map) {
        const auto* number = value.as<std::int64_t>();
        require(number && *number >= 0 && std::in_range<int>(*number), [&, &type = type, &value = value] {
            return "rank of '" + type + "' must be a whole number >= 0; got " + text_of(value);
        });
        rule.given.emplace_back(type, static_cast<int>(*number));
    }
    return rule;
}

std::vector<double> scales_of(const Info& info, const Value& given, bool for_ranks) {
    Factors factors = for_ranks ? rank_factors : covariance_factors;
    const auto* map = given.as<Value::Map>();
    require(given.is_none() || map,
            [&] { return "scalings must be None or a dict of factors by channel type; got " + text_of(given); });
    for (const auto& [type, value] : map ? *map : Value::Map()) {
        require(type == "mag" || type == "grad" || type == "eeg" || for_ranks,
                "a key of scalings must be one of 'mag', 'grad', 'eeg'; got '", type, "'");
        const auto* real = value.as<double>();
        const auto* whole = value.as<std::int64_t>();
        const double factor = real ? *real : whole ? static_cast<double>(*whole) : 0;
        require(factor > 0 && std::isfinite(factor), [&, &type = type, &value = value] {
            return "scalings of '" + type + "' must be a number > 0; got " + text_of(value);
        });
        factors[channel_type(type)] = factor;
    }
    std::vector<double> scales;
    for (const auto& channel : info.channels) {
        const auto at = factors.find(channel.type());
        scales.push_back(at == factors.end() ? 1.0 : at->second);
    }
    return scales;
}

int rank_of(const Ranks& ranks, const std::string& type) {
    const auto named = [&](const std::string& name) {
        return std::ranges::find(ranks, name, &std::pair<std::string, int>::first);
    };
    auto at = named(type);
    if (at == ranks.end() && (type == "mag" || type == "grad")) {
        at = named("meg");
    }
    require(at != ranks.end(), "rank must say something of '", type, "', which is among the channels");
    return at->second;
}

Ranks ranks_of(const Samples& samples, const Scatter& scatter, const Info& info, const RankOptions& options) {
    const bool estimated = rank_rule(options.rank).way == RankRule::Way::estimated;
    const std::string on_few = options.on_few_samples.value_or(estimated ? "warn" : "ignore");
    require_finite(scatter, info);
    return ranks_by_rule(info, data_groups(info, true), options,
                         [&](const ChannelGroup& group, std::optional<int> given) {
                             if (given) {
                                 return *given;
                             }
                             const auto n = static_cast<index>(group.picks.size());
                             if (samples.n < n) {
                                 complain(on_few, "the rank of " + text_of(n) +
                                                      " channels is uncertain from fewer samples than "
                                                      "channels; there are " +
                                                      text_of(samples.n));
                             }
                             const Projected part = projected(info, group, options.proj);
                             const auto small = scaled_rows(part.matrix, scales_of(part.info, options.scalings, true));
                             Array<double, 2> op({n, info.n_channels()});
                             for (index r = 0; r < n; ++r) {
                                 for (index c = 0; c < n; ++c) {
                                     op(r, group.picks[static_cast<std::size_t>(c)]) = small(r, c);
                                 }
                             }
                             const auto s = singular_values(samples, scatter, op);
                             return count_above(s, tolerance(s, std::ssize(s), options.tol, options.tol_kind));
                         });
}

namespace {

std::vector<index> ranked_picks(const Info& info) {
    auto picks = all_picks(data_groups(info, true));
    require(!picks.empty(), "a rank needs good data channels; there are none");
    return picks;
}

Ranks ranks_from(const Samples& all, const Info& info, const RankOptions& options) {
    if (rank_rule(options.rank).way != RankRule::Way::estimated) {  // no sample is looked at
        return ranks_by_rule(info, data_groups(info, true), options,
                             [](const ChannelGroup&, std::optional<int>) { return 0; });
    }
    return ranks_of(all, scatter_of(all, 0, all.n), info, options);
}

}  // namespace

Ranks compute_rank(const Raw& raw, const RankOptions& options) {
    const auto picks = ranked_picks(raw.info);
    return ranks_from(good_samples(raw, picks), part_of(raw.info, picks), options);
}

Ranks compute_rank(const Epochs& epochs, const RankOptions& options) {
    const auto picks = ranked_picks(epochs.info);
    Epochs room;
    const Epochs& there = loaded(epochs, room);
    return ranks_from(samples_of(there, counted(there.n_epochs()), picks, 0, there.n_times), part_of(there.info, picks),
                      options);
}

Ranks compute_rank(const Evoked& evoked, const RankOptions& options) {
    const auto picks = ranked_picks(evoked.info);
    return ranks_from(samples_of(evoked.data, picks, 0, evoked.data.extent(1)), part_of(evoked.info, picks), options);
}

Ranks compute_rank(const Covariance& covariance, const Info& info, const RankOptions& options) {
    Info part = info;
    part.bads.clear();
    std::vector<index> picks, rows;
    const std::unordered_set<std::string> bads(covariance.bads.begin(), covariance.bads.end());
    for (std::size_t k = 0; k < covariance.names.size(); ++k) {
        const std::string& name = covariance.names[k];
        const auto at = std::ranges::find(part.channels, name, &Channel::name);
        if (at != part.channels.end() && !bads.contains(name)) {
            picks.push_back(at - part.channels.begin());
            rows.push_back(static_cast<index>(k));
        }
    }
    require(!picks.empty(), "a rank needs channels that covariance and info share; there are none");
    part = part_of(part, picks);
    return ranks_by_rule(
        part, data_groups(part, true), options, [&](const ChannelGroup& group, std::optional<int> given) {
            const bool compare = options.on_rank_mismatch != "ignore" && group.type == "meg" && !covariance.diagonal;
            if (given && !compare) {
                return *given;
            }
            const Projected left = projected(part, group, options.proj);
            const auto n = static_cast<index>(group.picks.size());
            const auto row = [&](index k) {
                return rows[static_cast<std::size_t>(group.picks[static_cast<std::size_t>(k)])];
            };
            if (covariance.diagonal) {
                int positive = 0;
                for (index k = 0; k < n; ++k) {
                    positive += covariance.data(0, row(k)) > 0;
                }
                return positive - left.taken;
            }
            Array<double, 2> data({n, n});
            for (index i = 0; i < n; ++i) {
                for (index j = 0; j < n; ++j) {
                    data(i, j) = covariance.data(row(i), row(j));
                }
            }
            const auto s = covariance_values(data, left, options.scalings);
            const int found = count_above(s, tolerance(s, n, options.tol, "absolute"));
            if (given && found > 0 && *given > 0) {
                const double ratio = s[static_cast<std::size_t>(found - 1)] / s[static_cast<std::size_t>(*given - 1)];
                if (ratio > 100) {
                    complain(options.on_rank_mismatch, "rank of 'meg' must not exceed that of the noise covariance, " +
                                                           text_of(found) + ", or whitening makes noise " +
                                                           formatted("%.1g", std::sqrt(ratio)) +
                                                           " times as large; got " + text_of(*given));
                }
            }
            return found;
        });
}

}  // namespace ranvier::meeg
