#include "ranvier/meeg/artefacts/bad_channels.hpp"

#include <cmath>
#include <set>

#include "ranvier/base/letters.hpp"
#include "ranvier/learn/local_outlier.hpp"

namespace ranvier::meeg {

Fields LofOptions::fields() {
    using O = LofOptions;
    return {"find_bad_channels_lof",
            {field("n_neighbors", &O::n_neighbors, "how many neighbours a channel is compared with").at_least(1),
             field("picks", &O::picks, "numbers of channels, of one type; none: good data channels"),
             field("metric", &O::metric, "how distances between channels are measured").one_of(learn::distance_names()),
             field("threshold", &O::threshold, "from this factor on a channel is bad")}};
}

OutlyingChannels find_bad_channels_lof(const Raw& raw, const LofOptions& options) {
    check_settings(options);
    const auto picks = options.picks.empty() ? pick_data(raw.info) : options.picks;
    check_picks(raw.info, picks);
    std::set<std::string> types;
    for (const index k : picks) {
        types.emplace(name(raw.info.channels[static_cast<std::size_t>(k)].type()));
    }
    require(types.size() == 1 && picks.size() >= 2, [&] {
        return "outliers are found among two or more channels of one type; got " + text_of(std::ssize(picks)) +
               " of type " + quoted({types.begin(), types.end()});
    });
    const auto read = [&](index begin, View<double, 2> out) {
        read_samples(raw, picks, begin, out);
        for (index k = 0; k < out.extent(0); ++k) {
            for (const double v : out.row(k)) {
                require(std::isfinite(v), [&] {
                    return "channel '" +
                           raw.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name +
                           "' holds what is no finite number, which distances need: annotate_nan() finds where; mark "
                           "it as bad or crop";
                });
            }
        }
    };
    const learn::RowBlocks blocks{std::ssize(picks), raw.n_samples(), read};
    OutlyingChannels out;
    out.factors = learn::local_outlier_factors(learn::row_distances(blocks, options.metric), options.n_neighbors);
    for (std::size_t k = 0; k < picks.size(); ++k) {
        if (out.factors[k] >= options.threshold) {
            out.names.push_back(raw.info.channels[static_cast<std::size_t>(picks[k])].name);
        }
    }
    return out;
}

}  // namespace ranvier::meeg
