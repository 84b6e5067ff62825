#include "contents.hpp"

#include <ctime>
#include <map>

#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::cli {

std::string counted(index n, const std::string& one) { return text_of(n) + " " + one + (n == 1 ? "" : "s"); }

std::string noun_of(const formats::Contents& contents) {
    return std::visit([]<class T>(const T&) { return std::string(formats::noun<T>); }, contents);
}

void place(formats::Contents& contents, const std::string& montage) {
    const auto set = [&](meeg::Info& info) {
        meeg::set_montage(info, meeg::make_standard_montage(montage), meeg::OnMissing::warn, false);
    };
    std::visit(
        [&]<class T>(T& held) {
            if constexpr (requires { held.info; }) {
                set(held.info);
            } else if constexpr (std::is_same_v<T, meeg::Info>) {
                set(held);
            } else if constexpr (std::is_same_v<T, std::vector<meeg::Evoked>>) {
                std::ranges::for_each(held, set, &meeg::Evoked::info);
            } else {
                throw InvalidInput("--montage is about channels with places; this file holds " +
                                   std::string(formats::noun<T>));
            }
        },
        contents);
}

std::vector<index> of_code(const meeg::Epochs& epochs, int id) {
    std::vector<index> which;
    for (index k = 0; k < epochs.n_epochs(); ++k) {
        if (epochs.events[static_cast<std::size_t>(k)].id == id) {
            which.push_back(k);
        }
    }
    return which;
}

namespace {

std::string date_text(const std::optional<meeg::MeasurementDate>& date) {
    if (!date) {
        return "";
    }
    const std::time_t seconds = date->seconds;
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    char text[40];
    std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &utc);
    return text;
}

std::string listed(const std::vector<std::string>& words) { return words.empty() ? "none" : joined(words); }
std::string rounded(double value) { return formatted("%.6g", value); }
std::string span_text(double from, double to) { return rounded(from) + " to " + rounded(to) + " s"; }

/// "12 T0, 7 T1"
std::string counts_text(const Json& counts) {
    std::vector<std::string> words;
    for (const auto& [name, count] : counts.items()) {
        words.push_back(text_of(count.get<index>()) + " " + name);
    }
    return listed(words);
}

template <class List, class Name>
Json counts_of(const List& things, Name&& name) {
    std::map<std::string, index> counts;
    for (const auto& thing : things) {
        ++counts[name(thing)];
    }
    return counts;
}

std::string reference_text(const meeg::Info& info) {
    const bool eeg = !meeg::pick_types(info, {meeg::ChannelType::eeg}, false).empty();
    for (const meeg::Projection& p : info.projections) {
        if (p.kind == meeg::ProjectionKind::average_reference) {
            return p.active ? "average" : "as recorded; the average reference is stored as a projection, not applied";
        }
    }
    switch (info.custom_ref_applied) {
        case meeg::CustomReference::on: return "changed after the recording";
        case meeg::CustomReference::csd: return "none: current source density";
        default: return eeg ? "as recorded" : "";
    }
}

/// The common part of all that has measurement info.
Facts of_info(const meeg::Info& info) {
    const Json types =
        counts_of(info.channels, [](const meeg::Channel& c) { return std::string(meeg::name(c.type())); });
    const std::string measured = date_text(info.meas_date), reference = reference_text(info);
    std::vector<std::string> projections;
    for (const meeg::Projection& p : info.projections) {
        projections.push_back(p.description + (p.active ? " (applied)" : ""));
    }
    Facts d;
    d.lines = {{"channels", counts_text(types)},
               {"bad", listed(info.bads)},
               {"rate", rounded(info.sfreq) + " Hz"},
               {"filtered", rounded(info.highpass) + " to " + rounded(info.lowpass) + " Hz"},
               {"measured", measured.empty() ? "unknown" : measured}};
    if (!reference.empty()) {
        d.lines.emplace_back("reference", reference);
    }
    d.lines.emplace_back("projections", listed(projections));
    d.json = {{"channels", info.n_channels()},
              {"types", types},
              {"names", meeg::channel_names(info)},
              {"bads", info.bads},
              {"sfreq", info.sfreq},
              {"highpass", info.highpass},
              {"lowpass", info.lowpass},
              {"measured", measured},
              {"reference", reference},
              {"projections", info.projections.size()}};
    return d;
}

Facts of(const meeg::Info& info) { return of_info(info); }

Facts of(const meeg::Raw& raw) {
    Facts d = of_info(raw.info);
    const Json annotations = counts_of(raw.annotations.items, [](const auto& a) { return a.description; });
    std::vector<std::string> files;
    for (const meeg::Segment& segment : raw.segments) {
        files.push_back(segment.source->path().string());
    }
    d.lines.insert(d.lines.begin() + 3,
                   {"length", text_of(raw.n_samples()) + " samples, " + rounded(raw.duration()) + " s"});
    d.lines.emplace_back("annotations", counts_text(annotations));
    d.json.update(Json{{"files", files},
                       {"samples", raw.n_samples()},
                       {"duration", raw.duration()},
                       {"first_samp", raw.first_samp},
                       {"annotations", annotations}});
    return d;
}

Facts of(const meeg::Epochs& epochs) {
    Facts d = of_info(epochs.info);
    Json counts = Json::object();
    for (const auto& [name, id] : epochs.event_id) {
        counts[name] = of_code(epochs, id).size();
    }
    d.lines.insert(d.lines.begin(), {{"epochs", text_of(epochs.n_epochs()) + ": " + counts_text(counts)},
                                     {"time", span_text(epochs.tmin, epochs.tmax())}});
    d.json.update(
        Json{{"epochs", epochs.n_epochs()}, {"conditions", counts}, {"tmin", epochs.tmin}, {"tmax", epochs.tmax()}});
    if (const auto& baseline = epochs.options.baseline) {
        const double from = baseline->tmin.value_or(epochs.tmin), to = baseline->tmax.value_or(epochs.tmax());
        d.lines.emplace_back("baseline", span_text(from, to));
        d.json["baseline"] = {from, to};
    }
    if (!epochs.drop_log.empty()) {
        d.lines.emplace_back("dropped", meeg::drop_summary(epochs.drop_log));
        d.json["dropped"] = meeg::drop_summary(epochs.drop_log);
    }
    return d;
}

Facts of(const std::vector<meeg::Evoked>& averages) {
    Facts d = averages.empty() ? Facts{} : of_info(averages.front().info);
    Json list = Json::array();
    provenance::NamedValues lines;
    for (const meeg::Evoked& evoked : averages) {
        const std::vector<double> times = evoked.times();
        lines.emplace_back(evoked.kind == "standard_error" ? "standard error" : "average",
                           evoked.comment + ": " + rounded(evoked.nave) +
                               (evoked.nave == 1 ? " epoch, " : " epochs, ") + span_text(times.front(), times.back()));
        list.push_back({{"comment", evoked.comment},
                        {"kind", evoked.kind},
                        {"nave", evoked.nave},
                        {"tmin", times.front()},
                        {"tmax", times.back()}});
        if (evoked.baseline_tmin && evoked.baseline_tmax) {
            lines.back().second += ", baseline " + span_text(*evoked.baseline_tmin, *evoked.baseline_tmax);
            list.back()["baseline"] = {*evoked.baseline_tmin, *evoked.baseline_tmax};
        }
    }
    d.lines.insert(d.lines.begin(), lines.begin(), lines.end());
    d.json["averages"] = list;
    return d;
}

Facts of(const meeg::Covariance& covariance) {
    const std::string method = covariance.method.empty() ? "unknown" : covariance.method;
    return {{{"channels", text_of(covariance.data.extent(1))},
             {"shape", covariance.diagonal ? "variances alone" : "full"},
             {"degrees of freedom", text_of(covariance.nfree)},
             {"estimator", method},
             {"bad", listed(covariance.bads)}},
            {{"channels", covariance.data.extent(1)},
             {"names", covariance.names},
             {"bads", covariance.bads},
             {"diagonal", covariance.diagonal},
             {"nfree", covariance.nfree},
             {"method", covariance.method}}};
}

Facts of(const StableVector<meeg::Projection>& projections) {
    Facts d;
    d.json["projections"] = Json::array();
    for (const meeg::Projection& p : projections) {
        const index n = p.vectors.extent(0);
        d.lines.emplace_back(p.description, counted(n, "vector") + " over " +
                                                counted(static_cast<index>(p.channels.size()), "channel") +
                                                (p.active ? ", applied" : ", not applied"));
        d.json["projections"].push_back(
            {{"description", p.description},
             {"vectors", n},
             {"channels", p.channels},
             {"active", p.active},
             {"explained_variance", p.explained_variance ? Json(*p.explained_variance) : Json(nullptr)}});
    }
    return d;
}

Facts of(const meeg::Events& events) {
    std::map<int, index> counts;
    for (const meeg::Event& event : events) {
        ++counts[event.id];
    }
    Json json = Json::object();
    for (const auto& [id, n] : counts) {
        json[text_of(id)] = n;
    }
    Facts d;
    d.lines = {{"events", text_of(events.size())}};
    for (const auto& [id, n] : counts) {
        d.lines.emplace_back("code " + text_of(id), text_of(n));
    }
    d.json = {{"events", events.size()}, {"codes", json}};
    if (!events.empty()) {
        const auto [first, last] = std::ranges::minmax(events, {}, &meeg::Event::sample);
        d.lines.emplace_back("samples", text_of(first.sample) + " to " + text_of(last.sample));
        d.json["samples"] = {first.sample, last.sample};
    }
    return d;
}

Facts of(const meeg::Annotations& annotations) {
    const Json counts = counts_of(annotations.items, [](const auto& a) { return a.description; });
    const std::string origin = date_text(annotations.orig_time);
    return {{{"annotations", counts_text(counts)}, {"times after", origin.empty() ? "the first sample" : origin}},
            {{"annotations", counts}, {"orig_time", origin}}};
}

/// What a stored array holds, as JSON and in words: words and a few numbers themselves, of more the range.
std::pair<Json, std::string> values_of(const learn::StoredArray& array) {
    static constexpr std::size_t few = 6;
    return std::visit(
        []<class V>(const V& values) -> std::pair<Json, std::string> {
            const std::span all(values.data(), static_cast<std::size_t>(std::ssize(values)));
            std::vector<std::string> shown;
            for (const auto& value : all.first(std::min(all.size(), few))) {
                if constexpr (std::is_same_v<V, std::vector<std::string>>) {
                    shown.push_back(value);
                } else {
                    shown.push_back(rounded(static_cast<double>(value)));
                }
            }
            if constexpr (std::is_same_v<V, std::vector<std::string>>) {
                return {values, listed(shown) + (all.size() > few ? ", …" : "")};
            } else {
                if (all.size() <= few) {
                    return {std::vector(all.begin(), all.end()), listed(shown)};
                }
                const auto [least, greatest] = std::ranges::minmax(all);
                return {{{"min", least}, {"max", greatest}},
                        rounded(static_cast<double>(least)) + " to " + rounded(static_cast<double>(greatest))};
            }
        },
        array.values);
}

Facts of(const learn::Model& model) {
    Facts d;
    d.json = {{"kind", model.kind}, {"settings", formats::json_of(model.settings)}};
    d.lines.emplace_back("kind", model.kind);
    for (const auto& [name, value] : model.settings) {
        d.lines.emplace_back(name, text_of(value));
    }
    d.json["arrays"] = Json::object();
    for (const auto& [name, array] : model.state) {
        d.json["arrays"][name] = array.shape;
        std::vector<std::string> extents;
        for (const index n : array.shape) {
            extents.push_back(text_of(n));
        }
        const auto [values, text] = values_of(array);
        d.json["values"][name] = values;
        d.lines.emplace_back(name, (extents.empty() ? "" : joined(extents, " × ") + ": ") + text);
    }
    return d;
}

}  // namespace

Facts facts_of(const formats::Contents& contents) {
    return std::visit(
        []<class T>(const T& held) {
            Facts d = of(held);
            const std::string noun(formats::noun<T>);
            d.lines.insert(d.lines.begin(), {"holds", noun});
            Json json{{"holds", noun}};
            json.update(d.json);
            d.json = std::move(json);
            return d;
        },
        contents);
}

}  // namespace ranvier::cli
