#include "ranvier/meeg/ica/blinks.hpp"

#include <algorithm>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"

namespace ranvier::meeg {

Fields BlinkOptions::fields() {
    using O = BlinkOptions;
    return {"ica",
            with_base<O, IcaOptions>(
                {field("eog", &O::eog, "channels near the eyes; none: those of type EOG"),
                 field("extended", &O::extended, "of infomax: sub-Gaussian sources too"),
                 field("l_freq", &O::l_freq, "lower edge of the band that is decomposed").in("Hz").above(0),
                 field("h_freq", &O::h_freq, "upper edge of the band that is decomposed").in("Hz").above(0),
                 field("threshold", &O::threshold,
                       "how far a component's correlation with a channel of the eyes stands out: standard deviations, "
                       "or with measure 'correlation' the correlation itself")
                     .above(0),
                 field("measure", &O::measure, "what threshold is of").one_of({"zscore", "correlation"})})};
}

BlinksFound take_out_blinks(Raw& raw, const BlinkOptions& options) {
    check_settings(options);
    require(raw.preloaded, "components are taken out of samples in memory; load them first");
    std::vector<index> eyes =
        options.eog.empty() ? pick_types(raw.info, {ChannelType::eog}) : channel_indices(raw.info, options.eog);
    require(!eyes.empty(), "no channel is of type EOG; name channels near the eyes, as Fp1 and Fp2, in eog");
    std::vector<index> picks = pick_data(raw.info);
    if (!options.allow_ref_meg) {
        std::erase_if(picks, [&](index k) {
            return raw.info.channels[static_cast<std::size_t>(k)].type() == ChannelType::ref_meg;
        });
    }
    require(!picks.empty(), "ICA needs good data channels; there are none");
    std::vector<index> needed = picks;
    std::ranges::copy_if(eyes, std::back_inserter(needed),
                         [&](index k) { return std::ranges::find(picks, k) == picks.end(); });
    Raw part;
    part.info = raw.info;
    pick_channels(part.info, needed);
    part.first_samp = raw.first_samp;
    part.annotations = raw.annotations;
    part.preloaded = true;
    part.data = samples(raw, needed, 0, raw.n_samples());
    FilterOptions band;
    band.l_freq = options.l_freq;
    band.h_freq = options.h_freq;
    band.picks = counted(std::ssize(needed));
    if (band.l_freq || band.h_freq) {
        filter(part, band);
    }

    BlinksFound result;
    Ica& ica = result.ica;
    ica.asked = options;
    if (ica.asked.method == "infomax" && ica.asked.fit_params.is_none()) {
        ica.asked.fit_params = Value::Map{{"extended", options.extended}};
    }
    IcaFitOptions fitting;
    fitting.picks = counted(std::ssize(picks));
    fit(ica, part, fitting);
    if (!ica.not_converged.empty()) {
        warn(ica.not_converged);
    }
    std::vector<index> targets;
    for (const index k : eyes) {
        targets.push_back(std::ranges::find(needed, k) - needed.begin());
    }
    // Stretches that are annotated as bad say nothing.
    Array<double, 2> s = sources(ica, part, 0, part.n_samples(), true);
    const Samples good = good_samples(part, targets);
    Array<double, 2> seen({std::ssize(targets), good.n});
    good.read(0, seen);
    result.found =
        alike(correlations(s, seen, part.info.sfreq, 1.0, 10.0), options.threshold, options.measure == "correlation");
    ica.labels.emplace_back("eog", result.found.components);
    for (std::size_t k = 0; k < eyes.size(); ++k) {
        ica.labels.emplace_back(
            "eog/" + text_of(static_cast<index>(k)) + "/" + raw.info.channels[static_cast<std::size_t>(eyes[k])].name,
            result.found.by_target[k]);
    }
    ica.exclude = result.found.components;
    apply(ica, raw);
    return result;
}

}  // namespace ranvier::meeg
