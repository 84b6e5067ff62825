#include <algorithm>

#include "ranvier/report/sections/traces.hpp"

namespace ranvier::report {

std::string add_epochs(Page& page, const std::string& title, const meeg::Epochs& epochs, const Thinning& thinning,
                       const TraceLook& look) {
    require(epochs.n_epochs() > 0 && epochs.n_times > 0, "epochs on a page must hold at least one");
    const std::vector<index> picks = looked_picks(epochs.info, look);
    const index n = epochs.n_times, rows = std::ssize(picks);
    const double sfreq = epochs.info.sfreq, length = static_cast<double>(n) / sfreq;
    const index factor =
        thinning_factor(thinning, sfreq, static_cast<double>(n) * static_cast<double>(epochs.n_epochs()), rows, n);
    const index kept = thinned_size(n, factor);
    // Twice through the epochs, batch by batch: how large a channel gets, then its samples in units of that.
    std::vector<double> scales(static_cast<std::size_t>(rows), 0.0);
    index n_epochs = 0;
    meeg::visit(epochs, [&](View<const double, 3> batch) {
        n_epochs += batch.extent(0);
        for (index e = 0; e < batch.extent(0); ++e) {
            for (index k = 0; k < rows; ++k) {
                double& largest = scales[static_cast<std::size_t>(k)];
                largest = std::max(largest, largest_size(batch[e].row(picks[static_cast<std::size_t>(k)])));
            }
        }
    });
    require(n_epochs == epochs.n_epochs(), "bad epochs must be dropped before epochs are shown: call drop_bad()");
    std::ranges::transform(scales, scales.begin(), quantum);
    Array<std::int16_t, 2> packed({rows, kept * n_epochs});
    index at = 0;
    meeg::visit(epochs, [&](View<const double, 3> batch) {
        for (index e = 0; e < batch.extent(0); ++e, ++at) {
            for (index k = 0; k < rows; ++k) {
                const std::vector<double> thin = thinned(batch[e].row(picks[static_cast<std::size_t>(k)]), factor);
                quantise(thin, scales[static_cast<std::size_t>(k)],
                         packed.view().row(k).subspan(static_cast<std::size_t>(at * kept), thin.size()));
            }
        }
    });
    Json data = page.content().array(packed);
    data["scale"] = scales;

    Json names = Json::array();
    for (const meeg::Event& event : epochs.events) {
        const auto found = std::ranges::find(epochs.event_id, event.id, [](const auto& pair) { return pair.second; });
        names.push_back(found == epochs.event_id.end() ? text_of(event.id) : found->first);
    }
    Json fields{{"sfreq", static_cast<double>(kept) / length},
                {"channels", looked_channels(epochs.info, picks, look)},
                {"epochs",
                 {{"length", length},
                  {"zero", -epochs.tmin},
                  {"numbers", epochs.selection},
                  {"names", names},
                  {"dropped", meeg::marks_of(epochs).dropped}}},
                {"data", data}};
    if (factor > 1) {
        fields["recorded_sfreq"] = sfreq;
    }
    TraceLook own = look;
    if (own.marks_of != meeg::Marks::Of::ica) {  // whose channels are judged, not the epochs
        own.marks_of = meeg::Marks::Of::epochs;
    }
    fields.update(look_fields(own));
    page.content().add_section("recording", title, fields);
    return thinning_words(factor, fields["sfreq"].get<double>());
}

}  // namespace ranvier::report
