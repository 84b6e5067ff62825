#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/report/sections/traces.hpp"

namespace ranvier::report {

std::string add_recording(Page& page, const std::string& title, const meeg::Raw& raw, const Thinning& thinning,
                          const TraceLook& look) {
    require(raw.n_samples() > 0, "a recording without samples has no traces to show");
    const std::vector<index> picks = looked_picks(raw.info, look);
    const index n = raw.n_samples(), rows = std::ssize(picks);
    const index factor = thinning_factor(thinning, raw.info.sfreq, static_cast<double>(n), rows, n);
    const index kept = thinned_size(n, factor);
    Array<std::int16_t, 2> packed({rows, kept});
    std::vector<double> scales(static_cast<std::size_t>(rows));
    parallel_for(rows, [&](index k) {
        const Array<double, 2> trace = meeg::samples(raw, {picks[static_cast<std::size_t>(k)]}, 0, n);
        const std::vector<double> thin = thinned(trace.view().row(0), factor);
        const double scale = scales[static_cast<std::size_t>(k)] = quantum(largest_size(thin));
        quantise(thin, scale, packed.view().row(k));
    });
    Json data = page.content().array(packed);
    data["scale"] = scales;

    Json annotations = Json::array();
    for (const meeg::Annotation& a : raw.annotations.items) {
        annotations.push_back({{"onset", a.onset - raw.first_time()},
                               {"duration", std::max(0.0, a.duration)},
                               {"description", a.description}});
        if (!a.channels.empty()) {
            annotations.back()["ch_names"] = a.channels;
        }
        if (const auto colour = look.annotation_colours.find(a.description); colour != look.annotation_colours.end()) {
            annotations.back()["colour"] = colour->second;
        }
        if (std::ranges::find(look.unnamed, a.description) != look.unnamed.end()) {
            annotations.back()["named"] = false;
        }
    }
    Json fields{{"sfreq", raw.info.sfreq},
                {"first_time", raw.first_time()},
                {"channels", looked_channels(raw.info, picks, look)},
                {"annotations", annotations},
                {"data", data}};
    if (factor > 1) {
        fields["sfreq"] = raw.info.sfreq * static_cast<double>(kept) / static_cast<double>(n);
        fields["recorded_sfreq"] = raw.info.sfreq;
    }
    fields.update(look_fields(look));
    page.content().add_section("recording", title, fields);
    return thinning_words(factor, fields["sfreq"].get<double>());
}

}  // namespace ranvier::report
