// What a page shows of what a file holds.
#include <algorithm>

#include "contents.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::cli {

namespace {

struct Adding {
    report::Page& page;
    const PageSettings& settings;
    provenance::NamedValues& parameters;

    /// The spectrum by Welch's method, with what it was made with.
    template <class Noun>
    void add_welch(const Noun& noun, index n_samples, const std::string& what) const {
        const meeg::Info& info = noun.info;
        if (meeg::pick_data(info).empty() || n_samples < 2) {  // a spectrum needs two samples
            return;
        }
        meeg::WelchOptions welch;
        welch.n_fft = std::min<index>(2048, n_samples);
        const std::string method = "Welch's method: windows of " + text_of(welch.n_fft) + " samples (" +
                                   formatted("%.4g s), ", static_cast<double>(welch.n_fft) / info.sfreq) +
                                   welch.window + ", " + text_of(welch.n_overlap) +
                                   " samples overlap, their mean subtracted; " + welch.average + " over windows";
        parameters.emplace_back("spectrum", method);
        report::add_spectrum(page, "Power spectral density", {{what, meeg::psd_welch(noun, welch)}}, method);
    }

    void operator()(const meeg::Raw& raw) const {
        const report::Thinning thinning{.max_bytes = settings.max_size * 1e6};
        report::TraceLook look;
        report::EventTimes given;
        for (const meeg::Event& event : settings.events) {
            const double time = static_cast<double>(event.sample - raw.first_samp) / raw.info.sfreq;
            look.events.push_back({time, text_of(event.id), ""});
            given.add(text_of(event.id), time);
        }
        parameters.emplace_back("traces", report::add_recording(page, "Recording", raw, thinning, look));
        if (!given.groups.empty()) {
            report::add_events(page, "Events over time", given, 0, raw.duration(), "s");
        }
        report::EventTimes times;
        for (const auto& span : meeg::annotation_spans(raw, {""})) {
            times.add(span.description, span.onset);
        }
        if (!times.groups.empty()) {
            report::add_events(page, "Annotations over time", times, 0, raw.duration(), "s");
        }
        add_welch(raw, raw.n_samples(), "whole recording");
    }

    void operator()(const meeg::Epochs& epochs) const {
        report::Conditions<meeg::Evoked> averages;
        report::EventTimes times;
        for (const auto& [name, id] : epochs.event_id) {
            const std::vector<index> which = of_code(epochs, id);
            for (const index k : which) {
                times.add(name,
                          static_cast<double>(epochs.events[static_cast<std::size_t>(k)].sample) / epochs.info.sfreq);
            }
            if (!which.empty() && !meeg::pick_data(epochs.info).empty()) {
                averages.emplace_back(name, meeg::average(meeg::subset(epochs, which)));
            }
        }
        if (!epochs.drop_log.empty()) {
            report::add_drops(page, "Dropped epochs", epochs.drop_log);
        }
        if (!averages.empty()) {
            report::add_evoked(page, "Averages", averages);
        }
        if (!times.groups.empty()) {
            report::add_events(page, "Events over time", times, {}, {}, "s");
        }
        if (epochs.n_epochs() > 0) {
            add_welch(epochs, epochs.n_times, "mean over epochs");
        }
    }

    void operator()(const std::vector<meeg::Evoked>& averages) const {
        // Averages on one section share channels and times; others begin a section of their own.
        std::vector<report::Conditions<meeg::Evoked>> sections;
        for (const meeg::Evoked& evoked : averages) {
            const auto fits = [&](const auto& section) {
                const meeg::Evoked& first = section.front().second;
                return meeg::channel_names(first.info) == meeg::channel_names(evoked.info) &&
                       first.data.extents() == evoked.data.extents() && first.first == evoked.first &&
                       first.kind == evoked.kind;
            };
            const auto found = std::ranges::find_if(sections, fits);
            const std::string name = evoked.comment.empty() ? "unnamed" : evoked.comment;
            if (found == sections.end()) {
                sections.push_back({{name, evoked}});
            } else {
                found->emplace_back(name, evoked);
            }
        }
        for (const auto& section : sections) {
            const bool error = section.front().second.kind == "standard_error";
            report::add_evoked(page, error ? "Standard errors" : "Averages", section);
        }
    }

    void operator()(const meeg::Covariance& covariance) const {
        std::vector<std::string> names = covariance.names;
        if (names.empty()) {
            for (index k = 0; k < covariance.data.extent(1); ++k) {
                names.push_back(text_of(k));
            }
        }
        report::add_matrix(page, covariance.diagonal ? "Variances" : "Covariance",
                           covariance.diagonal ? std::vector<std::string>{"variance"} : names, names, covariance.data);
    }

    void operator()(const StableVector<meeg::Projection>& projections) const {
        for (const meeg::Projection& p : projections) {
            std::vector<std::string> rows;
            for (index k = 0; k < p.vectors.extent(0); ++k) {
                rows.push_back("vector " + text_of(k + 1));
            }
            report::add_matrix(page, p.description, rows, p.channels, p.vectors);
        }
    }

    void operator()(const meeg::Events& events) const {
        report::EventTimes times;
        for (const meeg::Event& event : events) {
            times.add(text_of(event.id), static_cast<double>(event.sample));
        }
        if (!times.groups.empty()) {
            report::add_events(page, "Events over time", times, {}, {}, "samples");
        }
    }

    void operator()(const meeg::Annotations& annotations) const {
        report::EventTimes times;
        for (const meeg::Annotation& a : annotations.items) {
            times.add(a.description, a.onset);
        }
        if (!times.groups.empty()) {
            report::add_events(page, "Annotations over time", times, {}, {}, "s");
        }
    }

    void operator()(const meeg::Info&) const {}

    void operator()(const learn::Model& model) const {
        constexpr index most = 1'000'000;  // entries of an array that is looked at
        for (const auto& [name, stored] : model.state) {
            std::visit(
                [&]<class V>(const V& values) {
                    if constexpr (!std::is_same_v<V, std::vector<std::string>>) {
                        if (stored.shape.size() != 2 || values.size() == 0 || values.size() > most) {
                            return;
                        }
                        Array<double, 2> matrix({stored.shape[0], stored.shape[1]});
                        std::copy_n(values.data(), values.size(), matrix.data());
                        std::vector<std::string> rows, columns;
                        for (index k = 0; k < matrix.extent(0); ++k) {
                            rows.push_back(text_of(k));
                        }
                        for (index k = 0; k < matrix.extent(1); ++k) {
                            columns.push_back(text_of(k));
                        }
                        report::add_matrix(page, name, rows, columns, matrix);
                    }
                },
                stored.values);
        }
    }
};

}  // namespace

void add_contents(report::Page& page, const formats::Contents& contents, const Facts& about,
                  const PageSettings& settings, provenance::NamedValues& parameters) {
    report::add_summary(page, "In short", "", about.lines);
    std::visit(Adding{page, settings, parameters}, contents);
    if (!settings.projections.empty()) {
        std::visit(
            [&]<class T>(const T& held) {
                if constexpr (requires { held.info; }) {
                    report::add_projections(page, "Projections", settings.projections, held.info);
                } else if constexpr (std::is_same_v<T, std::vector<meeg::Evoked>>) {
                    report::add_projections(page, "Projections", settings.projections, held.at(0).info);
                } else {
                    throw InvalidInput("--projs is about channels with places; this file holds " +
                                       std::string(formats::noun<T>));
                }
            },
            contents);
    }
}

}  // namespace ranvier::cli
