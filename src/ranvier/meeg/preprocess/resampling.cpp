#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/numerics/resample.hpp"

namespace ranvier::meeg {
namespace {

using numerics::Padding;

/// Half to even, as all counts of samples are rounded here.
index rounded(double x) { return static_cast<index>(std::nearbyint(x)); }

index new_length(double ratio, index n) { return std::max<index>(rounded(ratio * static_cast<double>(n)), 1); }

struct Margins {
    index left, right;  // [samples]
};

/// "auto": to a power of two, by at least 100 samples at each side (an eighth of a short signal).
Margins margins(const std::string& npad, index n) {
    if (npad == "auto") {
        const index least = n + 2 * std::min<index>(n / 8, 100);
        const auto power = static_cast<index>(std::bit_ceil(static_cast<std::size_t>(least)));
        return {(power - n) / 2, (power - n) - (power - n) / 2};
    }
    const auto pad = number_in<index>(npad);
    require(pad && *pad >= 0, [&] { return "npad must be 'auto' or a number of samples >= 0; got '" + npad + "'"; });
    return {*pad, *pad};
}

void check_rate(double sfreq) {
    require(std::isfinite(sfreq) && sfreq > 0, [&] { return "the new sfreq must be > 0 Hz; got " + text_of(sfreq); });
}

bool same_rate(double a, double b) { return std::abs(a - b) <= 1e-6 * b; }

/// Each new sample takes the first value that is not zero among the old samples it stands for.
void resample_triggers(View<const double, 2> x, View<double, 2> out) {
    const index n = x.extent(1), n_new = out.extent(1);
    const double ratio = static_cast<double>(n_new) / static_cast<double>(n);
    const auto begin = [&](index k) {
        return k == n_new ? n : std::min<index>(static_cast<index>(static_cast<double>(k) / ratio), n - 1);
    };
    for (index row = 0; row < x.extent(0); ++row) {
        for (index k = 0; k < n_new; ++k) {
            const index first = begin(k), last = begin(k + 1);
            index at = first;
            while (at < last && x(row, at) == 0) {
                ++at;
            }
            out(row, k) = x(row, at < last ? at : first);
        }
    }
}

/// Where concatenation joined recordings: 0, the boundaries, n.
std::vector<index> boundaries(const Raw& raw) {
    const index n = raw.n_samples();
    std::vector<index> cuts{0, n};
    for (const AnnotationSpan& edge : annotation_spans(raw, {"EDGE boundary"})) {
        cuts.push_back(edge.begin);
    }
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
}

void lower_band(Info& info, double sfreq) {
    info.lowpass = std::min(info.lowpass, sfreq / 2);
    info.sfreq = sfreq;
}

std::optional<std::size_t> count_of_events(const Raw& raw) {
    try {
        return find_events(raw).size();
    } catch (const InvalidInput&) {  // no stim channel, or none that makes sense
        return {};
    }
}

/// The taps that the window of method 'polyphase' comes to.
std::vector<double> low_pass(const Value& window, index up, index down) {
    if (window == Value("auto") || window == Value("kaiser")) {
        return numerics::polyphase_low_pass(up, down);
    }
    if (const auto* name = window.as<std::string>()) {
        return numerics::polyphase_low_pass(up, down, *name);
    }
    const auto* list = window.as<Value::List>();
    const auto number = [&](const Value& v) {
        const auto* real = v.as<double>();
        const auto* whole = v.as<std::int64_t>();
        require(real != nullptr || whole != nullptr, [&] {
            return "window of method 'polyphase' must be a name, ('kaiser', beta), beta alone, or the taps of a "
                   "low-pass; got " +
                   text_of(window);
        });
        return real != nullptr ? *real : static_cast<double>(*whole);
    };
    if (list != nullptr && list->size() == 2 && list->front().as<std::string>() != nullptr) {
        const std::string& name = *list->front().as<std::string>();
        require(name == "kaiser", [&] {
            return "of the windows with a parameter there is 'kaiser' only; got " + text_of(window) +
                   "; give the taps of your low-pass instead";
        });
        return numerics::polyphase_low_pass(up, down, name, number(list->back()));
    }
    if (list == nullptr) {
        return numerics::polyphase_low_pass(up, down, "kaiser", number(window));
    }
    std::vector<double> taps;
    for (const Value& tap : *list) {
        taps.push_back(number(tap));
    }
    require(!taps.empty(), "a low-pass needs at least one tap; got none as window");
    return taps;
}

void resample_rows(View<const double, 2> x, View<double, 2> out, double ratio, const ResampleOptions& options,
                   Padding automatic) {
    const index n = x.extent(1), n_new = out.extent(1);
    require(n > 0, "resampling needs at least one sample");
    if (options.method == "fft") {
        const Margins margin = margins(options.npad, n);
        numerics::FourierResampling plan;
        plan.pad_left = margin.left;
        plan.pad_right = margin.right;
        plan.new_length = new_length(ratio, n + margin.left + margin.right);
        plan.skip = rounded(ratio * static_cast<double>(margin.left));
        plan.padding = padding_named(options.pad, automatic);
        if (options.window != Value("auto")) {
            const auto* name = options.window.as<std::string>();
            require(name != nullptr,
                    [&] { return "window of method 'fft' must be a name, as 'hann'; got " + text_of(options.window); });
            plan.window = *name;
        }
        numerics::fourier_resample(x, out, plan);
        return;
    }
    require(options.npad == "auto" || options.npad == "100",
            [&] { return "npad is for method 'fft' only; got '" + options.npad + "'"; });
    require(options.pad != "reflect_limited",
            "pad 'reflect_limited' is for method 'fft'; use 'reflect' for 'polyphase'");
    const index common = std::gcd(n_new, n);
    // What resample_poly calls "reflect" is even, unlike the odd reflection of the filters.
    const Padding padding = padding_named(options.pad, Padding::mirror);
    const index up = n_new / common, down = n / common;
    numerics::polyphase_resample(x, out, up, down, padding == Padding::reflect ? Padding::mirror : padding,
                                 low_pass(options.window, up, down));
}

}  // namespace

Array<double, 2> resampled(View<const double, 2> data, double up, double down, const ResampleOptions& options) {
    check_rate(up);
    check_rate(down);
    const double ratio = up / down;
    ResampleOptions of_rows = options;
    of_rows.sfreq = ratio;
    check_settings(of_rows);
    Array<double, 2> out({data.extent(0), new_length(ratio, data.extent(1))});
    resample_rows(data, out, ratio, options, Padding::reflect_limited);
    return out;
}

void resample(Raw& raw, const ResampleOptions& options, Events* events,
              const std::optional<std::vector<index>>& triggers) {
    check_rate(options.sfreq);
    check_settings(options);
    const double old_rate = raw.info.sfreq;
    if (same_rate(options.sfreq, old_rate)) {
        return;
    }
    load(raw);
    const auto events_before = events == nullptr ? count_of_events(raw) : std::nullopt;
    const double ratio = options.sfreq / old_rate;
    const std::vector<index> cuts = boundaries(raw);
    std::vector<index> new_cuts{0};
    for (std::size_t k = 1; k < cuts.size(); ++k) {
        new_cuts.push_back(new_cuts.back() + new_length(ratio, cuts[k] - cuts[k - 1]));
    }
    const std::vector<index> stim = triggers ? *triggers : pick_types(raw.info, {ChannelType::stim}, false);
    Array<double, 2> data({raw.info.n_channels(), new_cuts.back()});
    for (std::size_t k = 1; k < cuts.size(); ++k) {
        const View<const double, 2> from = raw.data.view().slice(1, cuts[k - 1], cuts[k]);
        const View<double, 2> to = data.view().slice(1, new_cuts[k - 1], new_cuts[k]);
        resample_rows(from, to, ratio, options, Padding::reflect_limited);
        for (const index row : stim) {
            resample_triggers(from.slice(0, row, row + 1), to.slice(0, row, row + 1));
        }
    }
    raw.data = std::move(data);
    raw.first_samp = rounded(static_cast<double>(raw.first_samp) * ratio);
    lower_band(raw.info, options.sfreq);
    if (events != nullptr) {
        const index last = raw.n_samples() + raw.first_samp - 1;
        for (Event& event : *events) {
            event.sample = std::min(rounded(static_cast<double>(event.sample) * ratio), last);
        }
    } else if (events_before && count_of_events(raw) != events_before) {
        warn(
            "resampling lost or made events on the stim channels: find the events first and resample them along "
            "(events=)");
    }
}

void resample(Epochs& epochs, const ResampleOptions& options) {
    check_rate(options.sfreq);
    check_settings(options);
    if (same_rate(options.sfreq, epochs.info.sfreq)) {
        return;
    }
    require(epochs.preloaded, "resample needs the data in memory: load it first (load_data, or preload=True)");
    const double ratio = options.sfreq / epochs.info.sfreq;
    const index n_epochs = epochs.data.extent(0), n_channels = epochs.data.extent(1), n_times = epochs.data.extent(2);
    Array<double, 3> data({n_epochs, n_channels, new_length(ratio, n_times)});
    if (data.size() > 0) {
        resample_rows(View<const double, 2>(epochs.data.data(), {n_epochs * n_channels, n_times}),
                      View<double, 2>(data.data(), {n_epochs * n_channels, data.extent(2)}), ratio, options,
                      Padding::edge);
    }
    epochs.data = std::move(data);
    epochs.n_times = epochs.data.extent(2);
    lower_band(epochs.info, options.sfreq);
}

void resample(Evoked& evoked, const ResampleOptions& options) {
    check_rate(options.sfreq);
    check_settings(options);
    if (same_rate(options.sfreq, evoked.info.sfreq)) {
        return;
    }
    const double tmin = evoked.tmin(), ratio = options.sfreq / evoked.info.sfreq;
    Array<double, 2> data({evoked.data.extent(0), new_length(ratio, evoked.n_times())});
    resample_rows(evoked.data, data, ratio, options, Padding::edge);
    evoked.data = std::move(data);
    evoked.first = rounded(tmin * options.sfreq);
    lower_band(evoked.info, options.sfreq);
}

}  // namespace ranvier::meeg
