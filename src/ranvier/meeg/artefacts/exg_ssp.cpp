#include "ranvier/meeg/artefacts/exg_ssp.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::meeg {

namespace {

/// Limits of the types that have good channels.
Thresholds of_present(const Thresholds& limits, const Info& info) {
    Thresholds kept;
    for (const auto& [type, limit] : limits) {
        if (std::isfinite(limit) && !pick_types(info, {type}).empty()) {
            kept[type] = limit;
        }
    }
    return kept;
}

}  // namespace

Fields ExgSspOptions::fields() {
    using O = ExgSspOptions;
    return {
        "compute_proj_exg",
        with_base<O, SspOptions>(
            {field("tmin", &O::tmin, "begin of what is taken around an event").in("s"),
             field("tmax", &O::tmax, "end of what is taken around an event").in("s"),
             field("l_freq", &O::l_freq, "lower edge of the band that is taken; none: no high-pass").in("Hz"),
             field("h_freq", &O::h_freq, "upper edge of the band that is taken; none: no low-pass").in("Hz"),
             field("average", &O::average, "whether the average over events is taken, or all of them"),
             field("filter_length", &O::filter_length, "taps of the filters, or a duration").or_number(),
             field("filter_method", &O::filter_method, "kind of the filter of the recording").one_of({"fir", "iir"}),
             field("iir_params", &O::iir_params, "of method 'iir': order, ftype, rp, rs and output"),
             field("reject", &O::reject, "pieces with a larger peak-to-peak amplitude are left out"),
             field("flat", &O::flat, "pieces with a smaller peak-to-peak amplitude are left out"),
             field("bads", &O::bads, "more bad channels"),
             field("avg_ref", &O::avg_ref, "whether an average reference of the EEG is added"),
             field("no_proj", &O::no_proj, "whether the projections of the recording are left out")})};
}

Thresholds usual_limits(bool beats) {
    Thresholds limits{
        {ChannelType::grad, 2000e-13}, {ChannelType::mag, 3000e-15}, {ChannelType::eeg, beats ? 50e-6 : 500e-6}};
    if (beats) {
        limits[ChannelType::eog] = 250e-6;
    }
    return limits;
}

ExgProjections compute_exg_projections(Raw raw, const Events& events, const ExgSspOptions& options,
                                       const std::string& word) {
    check_settings(options);
    ExgProjections result;
    if (!options.no_proj) {
        result.projections.assign(raw.info.projections.begin(), raw.info.projections.end());
    }
    if (options.avg_ref) {
        result.projections.push_back(average_reference(raw.info));
    }
    Info good = raw.info;
    good.bads.insert(good.bads.end(), options.bads.begin(), options.bads.end());
    using Type = ChannelType;
    const auto picks = pick_types(good, {Type::mag, Type::grad, Type::eeg, Type::eog, Type::ecg});
    require(!picks.empty(), "projections need good channels of MEG or EEG; there are none");

    load(raw);
    FilterOptions filters;
    filters.l_freq = options.l_freq;
    filters.h_freq = options.h_freq;
    filters.picks = picks;
    filters.filter_length = options.filter_length;
    filters.method = options.filter_method;
    filters.iir_params = options.iir_params;
    filters.l_trans_bandwidth = filters.h_trans_bandwidth = 0.5;
    filters.phase = options.filter_method == "fir" ? "zero-double" : "zero";
    filters.fir_design = "firwin2";
    filter(raw, filters);

    EpochsOptions cut;
    cut.tmin = options.tmin;
    cut.tmax = options.tmax;
    cut.baseline.reset();
    cut.picks = picks;
    cut.reject = of_present(options.reject, good);
    cut.flat = of_present(options.flat, good);
    Epochs epochs = make_epochs(std::make_shared<const Raw>(std::move(raw)), events, ids_by_code(events), cut);
    load(epochs);
    result.drop_log = epochs.drop_log;
    if (epochs.n_epochs() == 0) {
        warn("there is no good epoch around the events (" + drop_summary(epochs.drop_log) +
             "); no projection was computed. Raise the limits of reject");
        result.projections.clear();
        return result;
    }
    auto found = options.average ? compute_projections(average(epochs), options) : compute_projections(epochs, options);
    for (Projection& p : found) {
        p.description = word + "-" + p.description;
        result.projections.push_back(std::move(p));
    }
    return result;
}

}  // namespace ranvier::meeg
