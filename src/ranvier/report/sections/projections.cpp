#include <algorithm>
#include <map>

#include "ranvier/base/text.hpp"
#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

namespace {

/// The channels of `names` that `info` has: their numbers there, and among the names.
std::pair<std::vector<index>, std::vector<index>> known(const std::vector<std::string>& names, const meeg::Info& info) {
    const std::vector<std::string> all = meeg::channel_names(info);
    std::pair<std::vector<index>, std::vector<index>> found;
    for (index k = 0; k < std::ssize(names); ++k) {
        const auto at = std::ranges::find(all, names[static_cast<std::size_t>(k)]);
        if (at != all.end()) {
            found.first.push_back(at - all.begin());
            found.second.push_back(k);
        }
    }
    return found;
}

std::string types_of(const meeg::Info& info) {
    std::vector<std::string> types;
    for (const meeg::Channel& channel : info.channels) {
        const std::string type(meeg::name(channel.type()));
        if (std::ranges::find(types, type) == types.end()) {
            types.push_back(type);
        }
    }
    return joined(types, ", ");
}

}  // namespace

void add_projections(Page& page, const std::string& title, const std::vector<meeg::Projection>& projections,
                     const meeg::Info& info) {
    require(!projections.empty(), "there are no projections to show");
    std::vector<std::vector<const meeg::Projection*>> groups;
    for (const meeg::Projection& p : projections) {
        const auto same = std::ranges::find_if(groups, [&](const auto& g) { return g[0]->channels == p.channels; });
        (same == groups.end() ? groups.emplace_back() : *same).push_back(&p);
    }
    for (const auto& group : groups) {
        const auto [channels, columns] = known(group[0]->channels, info);
        require(!channels.empty(), [&] {
            return "the channels of a projection must be there to show it; none of '" + group[0]->description +
                   "' is, as '" + (group[0]->channels.empty() ? "" : group[0]->channels[0]) + "'";
        });
        meeg::Info own = info;
        meeg::pick_channels(own, channels);
        std::vector<ChannelMap> maps;
        std::vector<std::vector<double>> rows;
        for (const meeg::Projection* p : group) {
            const std::string note =
                std::string(p->active ? "applied" : "not applied") +
                (p->explained_variance ? formatted(", %.1f %%", 100 * *p->explained_variance) : "");
            for (index k = 0; k < p->vectors.extent(0); ++k) {
                const bool several = p->vectors.extent(0) > 1;
                maps.push_back({p->description + (several ? " (" + text_of(k + 1) + ")" : ""), note, false});
                std::vector<double>& row = rows.emplace_back();
                for (const index c : columns) {
                    row.push_back(p->vectors(k, c));
                }
            }
        }
        Array<double, 2> patterns({std::ssize(rows), std::ssize(channels)});
        for (index k = 0; k < patterns.extent(0); ++k) {
            std::ranges::copy(rows[static_cast<std::size_t>(k)], patterns.view().row(k).begin());
        }
        add_maps(page, groups.size() == 1 ? title : title + ": " + types_of(own), own, maps, patterns);
    }
}

}  // namespace ranvier::report
