#include "ranvier/meeg/preprocess/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "ranvier/base/conflict.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/shafts.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"

namespace ranvier::meeg {
namespace {

const Channel& channel_at(const Info& info, index k) { return info.channels[static_cast<std::size_t>(k)]; }

bool is_meg(const Channel& channel) { return channel.kind == ChannelKind::meg; }
template <ChannelType type>
bool is(const Channel& channel) {
    return channel.type() == type;
}
bool is_fnirs(const Channel& channel) { return channel.kind == ChannelKind::fnirs; }

/// Channels that are interpolated from each other, and how; the first way is the default.
struct Kind {
    std::string name, title;
    bool (*holds)(const Channel&);
    std::vector<std::string> methods;
};
const Kind kinds[] = {{"meg", "MEG", is_meg, {"MNE", "nan"}},
                      {"eeg", "EEG", is<ChannelType::eeg>, {"spline", "MNE", "nan"}},
                      {"fnirs", "fNIRS", is_fnirs, {"nearest", "nan"}},
                      {"ecog", "ECoG", is<ChannelType::ecog>, {"spline", "nan"}},
                      {"seeg", "sEEG", is<ChannelType::seeg>, {"spline", "nan"}}};

bool present(const Info& info, const Kind& kind) {
    return std::any_of(info.channels.begin(), info.channels.end(), kind.holds);
}

/// The method of each kind and type that has one, by name. "" stands for all types that are no kind.
std::map<std::string, std::string> methods_of(const Info& info, const Value& wanted) {
    std::map<std::string, std::string> out;
    for (const Kind& kind : kinds) {
        out[kind.name] = kind.methods.front();
    }
    const auto set = [&](const Kind& kind, const std::string& method) {
        require(std::ranges::find(kind.methods, method) != kind.methods.end(), [&] {
            return "method for '" + kind.name + "' must be one of " + quoted(kind.methods) + "; got '" + method + "'";
        });
        out[kind.name] = method;
    };
    if (const auto* word = wanted.as<std::string>()) {
        for (const Kind& kind : kinds) {
            if (present(info, kind)) {
                set(kind, *word);
            }
        }
        const bool any = std::ranges::any_of(
            kinds, [&](const Kind& k) { return std::ranges::find(k.methods, *word) != k.methods.end(); });
        require(any, [&] {
            return "method must be one of 'MNE', 'spline', 'nearest', 'nan', or a dict of such by kind of channels; "
                   "got '" +
                   *word + "'";
        });
        if (*word == "nan") {
            out[""] = "nan";
        }
        return out;
    }
    require(wanted.is_none() || wanted.as<Value::Map>() != nullptr,
            [&] { return "method must be a word or a dict of words by kind of channels; got " + text_of(wanted); });
    for (const auto& [name, value] : wanted.is_none() ? Value::Map{} : *wanted.as<Value::Map>()) {
        const auto* method = value.as<std::string>();
        require(method != nullptr, [&, &name = name, &value = value] {
            return "method for '" + name + "' must be a word; got " + text_of(value);
        });
        const auto* kind = std::ranges::find(kinds, name, &Kind::name);
        if (kind != std::end(kinds)) {
            set(*kind, *method);
            continue;
        }
        const ChannelType type = channel_type(name);
        const auto* over = std::ranges::find_if(kinds, [&](const Kind& k) { return k.holds(make_channel("", type)); });
        require(over == std::end(kinds), [&, &name = name] {
            return "channels of type '" + name + "' are interpolated with others: name them '" + over->name +
                   "' in method";
        });
        require(*method == "nan", [&, &name = name] {
            return "method for '" + name + "' must be 'nan', since such channels can't be interpolated; got '" +
                   *method + "'";
        });
        out[name] = *method;
    }
    return out;
}

/// Channels `to` = matrix · channels `from`.
struct Replacement {
    std::vector<index> from, to;
    Array<double, 2> matrix;
};

struct Plan {
    std::vector<Replacement> replacements;
    std::vector<index> emptied;   ///< as was asked
    std::vector<index> unplaced;  ///< emptied too, as nobody knows where they are
};

std::vector<Point> places(const Info& info, const std::vector<index>& picks) {
    std::vector<Point> found;
    for (const index k : picks) {
        found.push_back(channel_at(info, k).position());
    }
    return found;
}

/// The nearest good pair of the same type and wavelength.
void add_nearest(Plan& plan, const Info& info, const std::vector<index>& good, const std::vector<index>& bad) {
    for (const index k : bad) {
        const Channel& lost = channel_at(info, k);
        const auto wavelength = [](const Channel& c) { return std::isfinite(c.loc[9]) ? std::round(c.loc[9]) : 0.0; };
        index nearest = -1;
        double least = std::numeric_limits<double>::infinity();
        for (const index other : good) {
            const Channel& channel = channel_at(info, other);
            const double distance = norm(minus(channel.position(), lost.position()));
            if (channel.type() == lost.type() && wavelength(channel) == wavelength(lost) && distance < least) {
                least = distance;
                nearest = other;
            }
        }
        require(nearest >= 0, [&] {
            return "there is no good fNIRS channel of the type and wavelength of '" + lost.name + "' to take its place";
        });
        plan.replacements.push_back({{nearest}, {k}, identity(1)});
    }
}

void add_along_shafts(Plan& plan, const Info& info, const std::vector<index>& contacts) {
    for (const Shaft& shaft : shafts(places(info, contacts))) {
        Replacement out;
        std::vector<double> known, wanted;
        for (std::size_t k = 0; k < shaft.contacts.size(); ++k) {
            const index pick = contacts[static_cast<std::size_t>(shaft.contacts[k])];
            const bool bad = is_bad(info, pick);
            (bad ? out.to : out.from).push_back(pick);
            (bad ? wanted : known).push_back(shaft.along[k]);
        }
        if (out.to.empty()) {
            continue;
        }
        if (known.size() < 4) {
            throw Conflict(
                "a bad contact of a depth electrode is interpolated from four good ones or more on its shaft; for " +
                quoted(taken(channel_names(info), out.to)) + " there are " + text_of(known.size()) + " of " +
                text_of(shaft.contacts.size()) + " there: drop it, or name it in exclude");
        }
        out.matrix = cubic_spline_matrix(known, wanted);
        plan.replacements.push_back(std::move(out));
    }
}

void add(Plan& plan, const Info& info, const Kind& kind, const std::string& method,
         const InterpolationOptions& options) {
    std::vector<index> good, bad, both;
    std::vector<std::string> lost;
    const bool by_spline = method == "spline";
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = channel_at(info, k);
        const bool wrong = is_bad(info, k);
        const bool left_out = std::ranges::find(options.exclude, channel.name) != options.exclude.end();
        if (!kind.holds(channel) || (left_out && (wrong || by_spline))) {
            continue;
        }
        if (method == "nan") {
            if (wrong) {
                plan.emptied.push_back(k);
            }
        } else if (channel.has_position()) {
            (wrong ? bad : good).push_back(k);
            if (!left_out) {
                both.push_back(k);
            }
        } else {
            lost.push_back(channel.name);
            if (wrong) {
                plan.unplaced.push_back(k);
            }
        }
    }
    const bool unplaced = std::ranges::any_of(plan.unplaced, [&](index k) { return kind.holds(channel_at(info, k)); });
    if (bad.empty() && !unplaced) {
        return;
    }
    require(!good.empty() || !bad.empty(),
            [&] { return "no " + kind.title + " channel has a position, which interpolation needs: set a montage"; });
    if (!lost.empty() && options.on_bad_position != OnMissing::ignore) {
        require(options.on_bad_position == OnMissing::warn, [&] {
            return "channel " + quoted(lost) + " has no position, which interpolation needs: set a montage";
        });
        warn("without a position, bad channels are filled with NaN and good ones not interpolated from: " +
             quoted(lost));
    }
    if (bad.empty()) {
        return;
    }
    if (kind.name == "seeg") {
        add_along_shafts(plan, info, both);
        return;
    }
    require(!good.empty(),
            [&] { return "there is no good " + kind.title + " channel to interpolate the bad ones from"; });
    if (method == "nearest") {
        add_nearest(plan, info, good, bad);
        return;
    }
    const Point centre = options.origin ? *options.origin : head_sphere(info).centre;
    Array<double, 2> matrix;
    if (by_spline) {
        matrix = spherical_spline_matrix(places(info, good), places(info, bad), centre);
    } else if (kind.name == "meg") {
        matrix = magnetic_map(info, good, bad, centre, options.mode);
    } else {
        // An average reference is one over good and bad electrodes.
        std::vector<index> wanted;
        for (index k = 0; k < std::ssize(both); ++k) {
            if (is_bad(info, both[static_cast<std::size_t>(k)])) {
                wanted.push_back(k);
            }
        }
        matrix = rows(potential_map(info, good, places(info, both), centre, options.mode), wanted);
    }
    plan.replacements.push_back({good, bad, std::move(matrix)});
}

Plan plan_of(const Info& info, const InterpolationOptions& options) {
    Plan plan;
    const auto methods = methods_of(info, options.method);
    for (const Kind& kind : kinds) {
        add(plan, info, kind, methods.at(kind.name), options);
    }
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = channel_at(info, k);
        const bool kept = std::ranges::find(options.exclude, channel.name) != options.exclude.end() ||
                          std::ranges::any_of(kinds, [&](const Kind& kind) { return kind.holds(channel); });
        if (is_bad(info, k) && !kept && (methods.contains("") || methods.contains(std::string(name(channel.type()))))) {
            plan.emptied.push_back(k);
        }
    }
    return plan;
}

/// data: shape (channels, times), rows contiguous
void apply(const Plan& plan, View<double, 2> data) {
    for (const auto& channels : {plan.unplaced, plan.emptied}) {
        for (const index k : channels) {
            std::fill(data.row(k).begin(), data.row(k).end(), std::numeric_limits<double>::quiet_NaN());
        }
    }
    for (const Replacement& replacement : plan.replacements) {
        replace_channels(data, replacement.from, replacement.to, replacement.matrix);
    }
}

/// `each` calls what it is given with every piece of the data, shape (channels, times).
template <class Each>
void interpolate(Info& info, const InterpolationOptions& options, Each&& each) {
    const Plan plan = plan_of(info, options);
    if (plan.replacements.empty() && plan.unplaced.empty() && plan.emptied.empty()) {
        warn("there is no bad channel that can be interpolated; nothing was done");
    }
    each([&](View<double, 2> data) { apply(plan, data); });
    if (!options.reset_bads) {
        return;
    }
    std::vector<index> done = plan.emptied;
    for (const Replacement& replacement : plan.replacements) {
        done.insert(done.end(), replacement.to.begin(), replacement.to.end());
    }
    const auto names = channel_names(info);
    if (!plan.emptied.empty()) {
        warn("channels of which nothing is left count as good now: " + quoted(taken(names, plan.emptied)) +
             "; reset_bads=False keeps them bad");
    }
    for (const std::string& name : taken(names, done)) {
        std::erase(info.bads, name);
    }
}

/// Channels `to` from all good MEG channels.
struct Virtual {
    std::vector<index> from, to;
    Array<double, 2> map;
};

Virtual virtual_channels(const Info& info, ChannelType type, SeriesLength series) {
    require(type == ChannelType::mag || type == ChannelType::grad,
            [&] { return "virtual channels are of type 'mag' or 'grad'; got '" + std::string(name(type)) + "'"; });
    Virtual out{pick_types(info, {ChannelType::mag, ChannelType::grad}), pick_types(info, {type}), {}};
    require(!out.to.empty(), [&] {
        return "virtual channels of type '" + std::string(name(type)) +
               "' take the places of good ones; there is none of that type";
    });
    constexpr Point centre{0, 0, 0.04};  // [m]
    out.map = magnetic_map(info, out.from, out.to, centre, series);
    return out;
}

void name_virtual(Info& info) {
    info.projections.clear();
    info.compensations.clear();
    for (Channel& channel : info.channels) {
        channel.name += "_v";
    }
}

constexpr const char* unloaded =
    "interpolate_bads needs the data in memory: load it first (load_data, or preload=True)";

}  // namespace

void interpolate_bads(Raw& raw, const InterpolationOptions& options) {
    require(raw.preloaded, unloaded);
    interpolate(raw.info, options, [&](const auto& fill) { fill(raw.data); });
}

void interpolate_bads(Epochs& epochs, const InterpolationOptions& options) {
    require(epochs.preloaded, unloaded);
    interpolate(epochs.info, options, [&](const auto& fill) {
        for (index e = 0; e < epochs.data.extent(0); ++e) {
            fill(epochs.data.view()[e]);
        }
    });
}

void interpolate_bads(Evoked& evoked, const InterpolationOptions& options) {
    interpolate(evoked.info, options, [&](const auto& fill) { fill(evoked.data); });
}

void become_virtual(Epochs& epochs, ChannelType type, SeriesLength series) {
    const Virtual made = virtual_channels(epochs.info, type, series);
    load(epochs);
    Array<double, 3> data({epochs.n_epochs(), std::ssize(made.to), epochs.n_times});
    for (index e = 0; e < data.extent(0); ++e) {
        copy(product(made.map, rows(std::as_const(epochs.data).view()[e], made.from)), data.view()[e]);
    }
    pick(epochs, made.to);
    epochs.data = std::move(data);
    name_virtual(epochs.info);
}

void become_virtual(Evoked& evoked, ChannelType type, SeriesLength series) {
    const Virtual made = virtual_channels(evoked.info, type, series);
    Array<double, 2> data = product(made.map, rows(evoked.data, made.from));
    pick(evoked, made.to);
    evoked.data = std::move(data);
    name_virtual(evoked.info);
}

}  // namespace ranvier::meeg
