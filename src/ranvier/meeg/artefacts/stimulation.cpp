#include "ranvier/meeg/artefacts/stimulation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/meeg/recording/time_axis.hpp"

namespace ranvier::meeg {

Fields StimulationOptions::fields() {
    using O = StimulationOptions;
    return {
        "fix_stim_artifact",
        {field("tmin", &O::tmin, "begin of what is filled, after an event").in("s"),
         field("tmax", &O::tmax, "end of what is filled, after an event").in("s"),
         field("baseline", &O::baseline, "begin and end of the stretch whose mean fills, in mode 'constant'").in("s"),
         field("mode", &O::mode,
               "what fills: a line between the ends, the samples times a window that ends within two of them, or "
               "the mean of the baseline")
             .one_of({"linear", "window", "constant"}),
         field("picks", &O::picks, "numbers of channels; none: data channels")}};
}

namespace {

constexpr const char* in_memory =
    "filling stretches needs the data in memory: load it first (load_data, or preload=True)";

/// Samples from `first` to `last`, and of the baseline, counted from an event.
struct Stretch {
    index first = 0, last = 0, base_first = 0, base_last = 0;
};

Stretch stretch_of(const Info& info, const StimulationOptions& options) {
    check_settings(options);
    const auto at = [&](double t) { return sample_count(std::ceil(info.sfreq * t)); };
    Stretch s{at(options.tmin), at(options.tmax)};
    require(s.last > s.first, "tmax must be later than tmin = ", options.tmin, " s by a sample or more; got ",
            options.tmax, " s");
    require(options.mode != "window" || s.last - s.first >= 4,
            "mode 'window' needs 4 samples or more from tmin to tmax; there are ", s.last - s.first,
            ": take a longer stretch, or mode 'linear'");
    require(options.mode != "constant" || options.baseline, "mode 'constant' needs baseline, (begin, end) in s");
    if (options.mode == "constant") {
        s.base_first = at((*options.baseline)[0]);
        s.base_last = at((*options.baseline)[1]);
        require(s.base_last > s.base_first, "the baseline must hold a sample or more; it begins at ",
                (*options.baseline)[0], " s and ends at ", (*options.baseline)[1], " s");
    }
    return s;
}

std::vector<index> picks_of(const Info& info, const StimulationOptions& options) {
    auto picks = options.picks.empty() ? pick_data(info, false) : options.picks;
    check_picks(info, picks);
    return picks;
}

/// @param n   samples that there are
/// @param at  sample of the event
void check_inside(index n, const Stretch& s, index at, const std::string& mode) {
    const index first = at + s.first, last = at + s.last;
    const bool line = mode == "linear";
    require(first >= 0 && last + line <= n, "a stretch to fill must lie within the data, samples 0 to ", n,
            "; it lies from ", first, " to ", last + line);
    require(mode != "constant" || (at + s.base_first >= 0 && at + s.base_last <= n),
            "the baseline must lie within the data, samples 0 to ", n, "; it lies from ", at + s.base_first, " to ",
            at + s.base_last);
}

/// What lies inside. @param at  sample of the event
void fix(View<double, 2> data, const std::vector<index>& picks, const Stretch& s, index at, const std::string& mode) {
    const index first = at + s.first, last = at + s.last, length = last - first;
    const bool line = mode == "linear";
    for (const index k : picks) {
        double* x = &data(k, 0);
        if (line) {
            const double from = x[first], slope = (x[last] - from) / static_cast<double>(length);
            for (index t = 0; t < length; ++t) {
                x[first + t] = from + slope * static_cast<double>(t);
            }
        } else if (mode == "window") {
            // One less a window that rises to 1 within three samples as Hann's of four does: 0, 3/4, 1.
            x[first + 1] *= 0.25;
            x[last - 2] *= 0.25;
            std::fill(x + first + 2, x + last - 2, 0.0);
        } else {
            const double* base = x + at;
            const double mean = std::accumulate(base + s.base_first, base + s.base_last, 0.0) /
                                static_cast<double>(s.base_last - s.base_first);
            std::fill(x + first, x + last, mean);
        }
    }
}

}  // namespace

void fix_stim_artifact(Raw& raw, const Events& events, const StimulationOptions& options) {
    require(raw.preloaded, in_memory);
    require(!events.empty(), "stretches are filled after events; there is none");
    const Stretch s = stretch_of(raw.info, options);
    const auto picks = picks_of(raw.info, options);
    for (const Event& event : events) {  // all of them before one is filled
        check_inside(raw.n_samples(), s, event.sample - raw.first_samp, options.mode);
    }
    for (const Event& event : events) {
        fix(raw.data, picks, s, event.sample - raw.first_samp, options.mode);
    }
}

void fix_stim_artifact(Epochs& epochs, const StimulationOptions& options) {
    require(epochs.preloaded, in_memory);
    require(epochs.options.reject.empty(),
            "limits of reject have judged the artefacts already: make the epochs without reject, and drop_bad() after");
    const Stretch s = stretch_of(epochs.info, options);
    const auto picks = picks_of(epochs.info, options);
    const index zero = -sample_count(std::ceil(epochs.info.sfreq * epochs.tmin));
    check_inside(epochs.data.extent(2), s, zero, options.mode);
    for (index e = 0; e < epochs.data.extent(0); ++e) {
        fix(epochs.data.view()[e], picks, s, zero, options.mode);
    }
}

void fix_stim_artifact(Evoked& evoked, const StimulationOptions& options) {
    const Stretch s = stretch_of(evoked.info, options);
    check_inside(evoked.n_times(), s, -evoked.first, options.mode);
    fix(evoked.data, picks_of(evoked.info, options), s, -evoked.first, options.mode);
}

}  // namespace ranvier::meeg
