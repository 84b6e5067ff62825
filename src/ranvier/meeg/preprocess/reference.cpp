// Re-referencing: each scheme is a small operator on channels and the Info that goes with it.
#include "ranvier/meeg/preprocess/reference.hpp"

#include <algorithm>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/operator.hpp"

namespace ranvier::meeg {

namespace {

/// New channels as sums of old ones.
struct Scheme {
    Info info;
    Array<double, 2> op;  ///< shape (new channels, channels); empty: the samples stay as they are
    /// A common reference: `targets` lose the mean of `sources`, which is cheaper said so than as an operator.
    std::vector<index> targets, sources;
};

bool is_average_reference(const Projection& p) {
    return p.kind == ProjectionKind::average_reference || p.description == "Average EEG reference";
}

void check_can_rereference(const Info& info) {
    require(info.custom_ref_applied != CustomReference::csd,
            "current source densities can't be re-referenced: they have no reference");
}

/// Removes average-reference projections; other projections must have been applied before channels change.
void settle_projections(Info& info, const std::vector<std::string>& channels) {
    erase_if(info.projections, is_average_reference);
    for (const auto& p : info.projections) {
        for (const auto& channel : channels) {
            require(p.active || std::find(p.channels.begin(), p.channels.end(), channel) == p.channels.end(), [&] {
                return "projection '" + p.description + "' involves channel '" + channel +
                       "' and has not been applied; apply it before a reference is set";
            });
        }
    }
}

std::string type_names(const std::vector<ChannelType>& types) {
    std::vector<std::string> names;
    for (const auto type : types) {
        names.emplace_back(name(type));
    }
    return joined(names, " or ");
}

/// Without `subtracted` the data stay and are only said to have their reference.
Scheme common_reference(const Info& info, const std::vector<std::string>& reference,
                        const std::vector<ChannelType>& types, bool subtracted) {
    check_can_rereference(info);
    for (const auto type : types) {
        require(is_electrode(type), [&] {
            return "a reference belongs to channels of type eeg, ecog, seeg or dbs; got " + std::string(name(type));
        });
    }
    const auto targets = pick_types(info, types, true);
    require(!targets.empty(), [&] {
        return "there must be a good channel of type " + type_names(types) + " to re-reference; there is none";
    });
    const auto sources = reference.empty() ? targets : channel_indices(info, reference);
    Scheme scheme{info, {}, targets, sources};
    const auto names = channel_names(info);
    settle_projections(scheme.info, taken(names, targets));
    settle_projections(scheme.info, taken(names, sources));
    scheme.info.custom_ref_applied = CustomReference::on;
    if (!subtracted) {
        scheme.targets.clear();
        return scheme;
    }
    scheme.op = identity(info.n_channels());
    const double share = 1 / static_cast<double>(sources.size());
    for (const index to : targets) {
        for (const index from : sources) {
            scheme.op(to, from) -= share;
        }
    }
    return scheme;
}

Scheme own_references(const Info& info, const References& references) {
    check_can_rereference(info);
    require(!references.empty(), "there must be a channel to re-reference; the references name none");
    Scheme scheme{info, identity(info.n_channels()), {}, {}};
    for (const auto& [channel, reference] : references) {
        const index to = channel_index(info, channel);
        const auto sources = channel_indices(info, reference);
        require(!sources.empty(),
                [&, &channel = channel] { return "channel '" + channel + "' must have a reference; it has none"; });
        settle_projections(scheme.info, {channel});
        settle_projections(scheme.info, reference);
        const auto type_of = [&](index k) { return name(info.channels[static_cast<std::size_t>(k)].type()); };
        for (std::size_t k = 0; k < sources.size(); ++k) {
            scheme.op(to, sources[k]) -= 1 / static_cast<double>(sources.size());
            if (type_of(sources[k]) != type_of(to)) {
                warn("channel '" + channel + "' is of type " + std::string(type_of(to)) + " and its reference '" +
                     reference[k] + "' of a different channel type, " + std::string(type_of(sources[k])));
            }
            if (is_bad(info, sources[k])) {
                warn("channel '" + channel + "' has a reference, '" + reference[k] + "', that is marked as bad");
            }
        }
        if (is_bad(info, to)) {
            warn("channel '" + channel + "', which gets a reference, is marked as bad");
        }
        if (sources == std::vector<index>{to}) {
            warn("channel '" + channel + "' is its own reference, which leaves zeros of it");
        }
    }
    scheme.info.custom_ref_applied = CustomReference::on;
    return scheme;
}

Scheme added_references(const Info& info, const std::vector<std::string>& names) {
    check_can_rereference(info);
    require(!names.empty(), "there must be a reference channel to add; got none");
    const auto known = channel_names(info);
    std::set<std::string> all(known.begin(), known.end());
    for (const auto& name : names) {
        require(all.insert(name).second, [&] { return "there is a channel '" + name + "' already"; });
    }
    for (const auto& p : info.projections) {
        require(!p.active || !is_average_reference(p),
                "a reference channel can't be added after an average reference has been applied");
    }
    Scheme scheme{info, identity(info.n_channels(), std::ssize(names)), {}, {}};
    settle_projections(scheme.info, taken(known, pick_types(info, {ChannelType::eeg}, true)));
    scheme.info.custom_ref_applied = CustomReference::on;
    // One reference point among the digitised ones and one new channel: then its place is known.
    std::vector<const DigPoint*> points;
    for (const auto& point : info.dig) {
        if (point.kind == DigKind::eeg && point.ident == 0) {
            points.push_back(&point);
        }
    }
    const bool placed = names.size() == 1 && points.size() == 1;
    if (!info.dig.empty() && !placed) {
        warn("the place of the added reference channel is unknown; set a montage to give it one");
    }
    for (const auto& name : names) {
        auto channel = make_channel(name, ChannelType::eeg);
        channel.scanno = channel.logno = static_cast<int>(info.n_channels()) + 1;
        if (placed) {
            channel.loc->fill(0);
            std::copy_n(points[0]->r.begin(), 3, channel.loc.begin());
            std::copy_n(points[0]->r.begin(), 3, channel.loc.begin() + 3);
        }
        scheme.info.channels.push_back(std::move(channel));
    }
    if (placed) {
        for (const index k : pick_types(info, {ChannelType::eeg}, false)) {
            auto& loc = scheme.info.channels[static_cast<std::size_t>(k)].loc;
            std::copy_n(points[0]->r.begin(), 3, loc.begin() + 3);
        }
    }
    return scheme;
}

Scheme bipolar(const Info& info, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
               std::vector<std::string> names, bool drop_refs, bool warn_of_bads) {
    check_can_rereference(info);
    require(!anodes.empty() && anodes.size() == cathodes.size(), [&] {
        return "there must be one cathode per anode; got " + text_of(anodes.size()) + " anodes and " +
               text_of(cathodes.size()) + " cathodes";
    });
    if (names.empty()) {
        for (std::size_t k = 0; k < anodes.size(); ++k) {
            names.push_back(anodes[k] + "-" + cathodes[k]);
        }
    }
    require(names.size() == anodes.size(), [&] {
        return "there must be one name per bipolar channel; got " + text_of(names.size()) + " for " +
               text_of(anodes.size());
    });
    const index n = info.n_channels(), m = static_cast<index>(names.size());
    Scheme scheme{info, identity(n, m), {}, {}};
    settle_projections(scheme.info, anodes);
    settle_projections(scheme.info, cathodes);
    std::set<index> used;
    for (index k = 0; k < m; ++k) {
        const auto at = static_cast<std::size_t>(k);
        const index anode = channel_index(info, anodes[at]), cathode = channel_index(info, cathodes[at]);
        scheme.op(n + k, anode) += 1;
        scheme.op(n + k, cathode) -= 1;
        Channel channel = info.channels[static_cast<std::size_t>(anode)];
        if (is_electrode(channel.type())) {
            scheme.info.custom_ref_applied = CustomReference::on;
        }
        channel.name = names[at];
        channel.coil_type = CoilType::eeg_bipolar;
        scheme.info.channels.push_back(std::move(channel));
        if (is_bad(info, anode) || is_bad(info, cathode)) {
            if (warn_of_bads) {
                warn("bipolar channel '" + names[at] + "' is bad, because its anode or cathode is");
            }
            scheme.info.bads.push_back(names[at]);
        }
        used.insert({anode, cathode});
    }
    std::vector<index> kept = counted(n + m);
    std::erase_if(kept, [&](index k) { return drop_refs && used.contains(k); });
    // The check for taken names comes after the anodes and cathodes are gone: they may lend their names.
    const std::vector<std::string> all = taken(channel_names(scheme.info), kept);
    for (const auto& name : names) {
        require(std::count(all.begin(), all.end(), name) == 1,
                [&] { return "there is a channel '" + name + "' already; give the bipolar channel another name"; });
    }
    pick_channels(scheme.info, kept);
    scheme.op = rows(scheme.op, kept);
    return scheme;
}

/// x(targets) −= mean of x(sources), sample by sample in the order of the sources.
void subtract_mean(const Scheme& scheme, View<double, 2> x) {
    std::vector<double> m(static_cast<std::size_t>(x.extent(1)));
    for (const index source : scheme.sources) {
        const double* row = x.row(source).data();
        for (std::size_t t = 0; t < m.size(); ++t) {
            m[t] += row[t];
        }
    }
    for (double& value : m) {
        value /= static_cast<double>(scheme.sources.size());
    }
    for (const index target : scheme.targets) {
        double* row = x.row(target).data();
        for (std::size_t t = 0; t < m.size(); ++t) {
            row[t] -= m[t];
        }
    }
}

/// The info that a scheme leads to. Where channels stay, so do the parts of the old one, which others may hold.
void take_info(Info& info, Scheme& scheme) {
    if (scheme.targets.empty()) {
        info = std::move(scheme.info);
    } else {
        erase_if(info.projections, is_average_reference);
        info.custom_ref_applied = scheme.info.custom_ref_applied;
    }
}

void apply_scheme(Raw& raw, Scheme scheme) {
    if (raw.preloaded && !scheme.targets.empty()) {
        const index n = raw.n_samples(), block = 2048;
        parallel_for((n + block - 1) / block, [&](index piece) {
            subtract_mean(scheme, raw.data.view().slice(1, piece * block, std::min(n, (piece + 1) * block)));
        });
    } else if (!scheme.op.empty()) {
        apply_operator(raw, scheme.op);
    }
    take_info(raw.info, scheme);
}

void apply_scheme(Evoked& evoked, Scheme scheme) {
    if (!scheme.targets.empty()) {
        subtract_mean(scheme, evoked.data);
    } else if (!scheme.op.empty()) {
        evoked.data = product(scheme.op, evoked.data);
    }
    take_info(evoked.info, scheme);
}

void apply_scheme(Epochs& epochs, Scheme scheme) {
    load(epochs);
    if (scheme.op.empty()) {
        epochs.info = std::move(scheme.info);
        return;
    }
    if (!scheme.targets.empty()) {
        parallel_for(epochs.n_epochs(), [&](index k) { subtract_mean(scheme, epochs.data.view()[k]); });
        take_info(epochs.info, scheme);
        return;
    }
    Array<double, 3> data({epochs.n_epochs(), scheme.op.extent(0), epochs.n_times});
    parallel_for(epochs.n_epochs(),
                 [&](index k) { apply(scheme.op, std::as_const(epochs.data).view()[k], data.view()[k]); });
    epochs.data = std::move(data);
    take_info(epochs.info, scheme);
}

}  // namespace

void set_eeg_reference(Raw& raw, const std::vector<std::string>& reference, const std::vector<ChannelType>& types,
                       bool subtracted) {
    apply_scheme(raw, common_reference(raw.info, reference, types, subtracted));
}
void set_own_references(Raw& raw, const References& references) {
    apply_scheme(raw, own_references(raw.info, references));
}
void set_eeg_reference(Epochs& epochs, const std::vector<std::string>& reference, const std::vector<ChannelType>& types,
                       bool subtracted) {
    apply_scheme(epochs, common_reference(epochs.info, reference, types, subtracted));
}
void set_own_references(Epochs& epochs, const References& references) {
    apply_scheme(epochs, own_references(epochs.info, references));
}
void set_eeg_reference(Evoked& evoked, const std::vector<std::string>& reference, const std::vector<ChannelType>& types,
                       bool subtracted) {
    apply_scheme(evoked, common_reference(evoked.info, reference, types, subtracted));
}
void set_own_references(Evoked& evoked, const References& references) {
    apply_scheme(evoked, own_references(evoked.info, references));
}

void add_reference_channels(Raw& raw, const std::vector<std::string>& names) {
    apply_scheme(raw, added_references(raw.info, names));
}
void add_reference_channels(Epochs& epochs, const std::vector<std::string>& names) {
    apply_scheme(epochs, added_references(epochs.info, names));
}
void add_reference_channels(Evoked& evoked, const std::vector<std::string>& names) {
    apply_scheme(evoked, added_references(evoked.info, names));
}

void set_bipolar_reference(Raw& raw, const std::vector<std::string>& anodes, const std::vector<std::string>& cathodes,
                           const std::vector<std::string>& names, bool drop_refs, bool warn_of_bads) {
    apply_scheme(raw, bipolar(raw.info, anodes, cathodes, names, drop_refs, warn_of_bads));
}
void set_bipolar_reference(Epochs& epochs, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names,
                           bool drop_refs, bool warn_of_bads) {
    apply_scheme(epochs, bipolar(epochs.info, anodes, cathodes, names, drop_refs, warn_of_bads));
}
void set_bipolar_reference(Evoked& evoked, const std::vector<std::string>& anodes,
                           const std::vector<std::string>& cathodes, const std::vector<std::string>& names,
                           bool drop_refs, bool warn_of_bads) {
    apply_scheme(evoked, bipolar(evoked.info, anodes, cathodes, names, drop_refs, warn_of_bads));
}

}  // namespace ranvier::meeg
