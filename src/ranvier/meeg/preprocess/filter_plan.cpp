#include "ranvier/meeg/preprocess/filter_plan.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>

#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/base/value.hpp"
#include "ranvier/numerics/direct_form.hpp"
#include "ranvier/numerics/filter_response.hpp"
#include "ranvier/numerics/fir_design.hpp"

namespace ranvier::meeg {
namespace {

using numerics::BandType;
using numerics::Padding;

/// Transition width times length of a windowed filter. @source  Ifeachor & Jervis 2002, table 7.3
const std::map<std::string, double> length_factors{{"hann", 3.1}, {"hamming", 3.3}, {"blackman", 5.0}};

std::string shown(double x) { return formatted("%g", x); }

void require_option(const char* what, const std::string& value, const std::vector<std::string>& allowed) {
    require(std::ranges::count(allowed, value) > 0, [&] {
        return std::string(what) + " must be one of '" + joined(allowed, "', '") + "'; got '" + value + "'" +
               did_you_mean(value, allowed);
    });
}

void check_phase(const FilterDesign& design) {
    if (design.method == "spectrum_fit") {
        return;
    }
    if (design.method == "fir") {
        require_option("phase (of method 'fir')", design.phase,
                       {"zero", "zero-double", "linear", "minimum", "minimum-half"});
    } else {
        require_option("phase (of method 'iir')", design.phase, {"zero", "zero-double", "forward"});
    }
}

/// "10s", "5500ms" or "1001" in samples; durations are rounded up.
index length_in_samples(const std::string& text, double sfreq) {
    std::string number = text;
    double factor = 0;
    if (number.ends_with("ms")) {
        factor = 1e-3;
        number.resize(number.size() - 2);
    } else if (number.ends_with('s')) {
        factor = 1;
        number.resize(number.size() - 1);
    }
    const double value = number_in<double>(number).value_or(0);
    require(std::isfinite(value) && value > 0 && (factor > 0 || value == std::floor(value)) && value * sfreq < 1e12,
            [&] {
                return "filter_length must be 'auto', a duration such as '10s' or '5500ms', or a number of samples > "
                       "0; got '" +
                       text + "'";
            });
    if (factor == 0) {
        return static_cast<index>(value);
    }
    return std::max<index>(static_cast<index>(std::ceil(value * factor * sfreq)), 1);
}

/// The taps of a band: what the shapes below have in common.
struct Band {
    std::vector<double> freqs, gains;  ///< from 0 to Nyquist [Hz]
    double narrowest_transition = 0;   // [Hz]
};

/// @param side  "l" or "h"
/// @param room  from f to 0, or to Nyquist [Hz]
double transition(const char* side, std::optional<double> given, double f, double room) {
    const double width = given.value_or(std::min(std::max(0.25 * f, 2.0), room));
    require(width > 0, [&] { return std::string(side) + "_trans_bandwidth must be > 0 Hz; got " + shown(width); });
    return width;
}

void check_stops(double lower, double upper, double nyquist) {
    require(lower >= 0, [&] {
        return "the lower stop frequency must be >= 0 Hz; got " + shown(lower) +
               " Hz. Raise l_freq or narrow l_trans_bandwidth";
    });
    require(upper <= nyquist, [&] {
        return "the upper stop frequency must be at most the Nyquist frequency " + shown(nyquist) + " Hz; got " +
               shown(upper) + " Hz. Lower h_freq or narrow h_trans_bandwidth";
    });
}

/// Low-, high- or band-pass.
Band pass_band(std::optional<double> l, std::optional<double> h, const FilterOptions& options, double nyquist) {
    Band band;
    double lower_stop = 0, upper_stop = nyquist;
    band.narrowest_transition = std::numeric_limits<double>::infinity();
    if (l) {
        const double width = transition("l", options.l_trans_bandwidth, *l, *l);
        lower_stop = *l - width;
        band.narrowest_transition = width;
    }
    if (h) {
        const double width = transition("h", options.h_trans_bandwidth, *h, nyquist - *h);
        upper_stop = *h + width;
        band.narrowest_transition = std::min(band.narrowest_transition, width);
    }
    check_stops(lower_stop, upper_stop, nyquist);
    const auto add = [&](double f, double gain) {
        band.freqs.push_back(f);
        band.gains.push_back(gain);
    };
    if (l) {
        if (lower_stop != 0) {
            add(0, 0);
        }
        add(lower_stop, 0);
        add(*l, 1);
    } else {
        add(0, 1);
    }
    if (h) {
        add(*h, 1);
        add(upper_stop, 0);
        if (upper_stop != nyquist) {
            add(nyquist, 0);
        }
    } else {
        add(nyquist, 1);
    }
    return band;
}

/// Stop bands between lows[k] and highs[k], whose transitions lie inside them.
Band stop_bands(const std::vector<double>& lows, const std::vector<double>& highs, std::optional<double> lower_width,
                std::optional<double> upper_width, double nyquist) {
    Band band;
    band.narrowest_transition = std::numeric_limits<double>::infinity();
    std::vector<std::pair<double, double>> edges;
    for (std::size_t k = 0; k < lows.size(); ++k) {
        const double lower = transition("l", lower_width, lows[k], lows[k]);
        const double upper = transition("h", upper_width, highs[k], nyquist - highs[k]);
        band.narrowest_transition = std::min({band.narrowest_transition, lower, upper});
        const double pass1 = lows[k] - lower + lower, pass2 = highs[k] + upper - upper;
        check_stops(pass1, pass2, nyquist);
        edges.insert(edges.end(), {{pass1, 1}, {lows[k] + lower, 0}, {highs[k] - upper, 0}, {pass2, 1}});
    }
    std::stable_sort(edges.begin(), edges.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    if (edges.front().first != 0) {
        edges.insert(edges.begin(), {0, 1});
    }
    if (edges.back().first != nyquist) {
        edges.emplace_back(nyquist, 1);
    }
    for (const auto& [f, gain] : edges) {
        band.freqs.push_back(f);
        band.gains.push_back(gain);
    }
    for (std::size_t k = 2; k < edges.size(); ++k) {
        require(std::abs(band.gains[k] - 2 * band.gains[k - 1] + band.gains[k - 2]) <= 1,
                "the stop bands overlap or touch: they must be farther apart than their transitions");
    }
    return band;
}

void warn_of_weak_attenuation(const std::vector<double>& taps, const Band& band, double sfreq, bool twice,
                              double least) {
    double worst = 0, at = 0;
    for (std::size_t k = 0; k < band.freqs.size(); ++k) {
        if (band.gains[k] != 0) {
            continue;
        }
        std::complex<double> response = 0;
        for (std::size_t j = 0; j < taps.size(); ++j) {
            response +=
                taps[j] * std::polar(1.0, -2 * std::numbers::pi * band.freqs[k] / sfreq * static_cast<double>(j));
        }
        if (std::abs(response) > worst) {
            worst = std::abs(response);
            at = band.freqs[k];
        }
    }
    const double attenuation = -20 * std::log10(std::max(worst, 1e-20)) + (twice ? 6 : 0);  // [dB]
    if (attenuation < least) {
        warn("the filter attenuates only " + shown(attenuation) + " dB at the stop frequency " + shown(at) +
             " Hz; a longer filter_length attenuates more");
    }
}

/// Says what a FIR came to.
void tell_of_fir(const FilterPlan& plan, const Band& band, const std::string& window, double sfreq) {
    struct Traits {
        const char *name, *ripple, *attenuation;
    };
    static const std::map<std::string, Traits> traits{// Ifeachor & Jervis 2002, table 7.3
                                                      {"hann", {"Hann", "0.0546", "44"}},
                                                      {"hamming", {"Hamming", "0.0194", "53"}},
                                                      {"blackman", {"Blackman", "0.0017", "74"}}};
    std::vector<std::string> cutoffs;
    for (std::size_t k = 1; k < band.gains.size(); ++k) {
        if (band.gains[k] != band.gains[k - 1]) {
            cutoffs.push_back((plan.twice ? "-12" : "-6") + std::string(" dB cutoff frequency: ") +
                              formatted("%.2f", (band.freqs[k] + band.freqs[k - 1]) / 2) + " Hz");
        }
    }
    const bool starts = band.gains.front() == 1, ends = band.gains.back() == 1;
    const BandType type =
        starts ? (ends ? BandType::bandstop : BandType::lowpass) : (ends ? BandType::highpass : BandType::bandpass);
    const auto& of = traits.at(window);
    const auto n = plan.taps.size();
    log(LogLevel::info, "FIR filter, " + band_name(type) + ", of a " + of.name + " window (passband ripple " +
                            of.ripple + ", stopband attenuation " + of.attenuation + " dB) and of " +
                            (plan.centred ? "zero phase, thus a non-causal one. " : "a causal kind. ") +
                            (plan.centred ? joined(cutoffs) + ". " : "") + "Filter length: " + text_of(n) +
                            " samples (" + formatted("%.3f", static_cast<double>(n) / sfreq) + " s)");
}

FilterPlan fir_plan(const Band& band, double sfreq, const FilterDesign& design, index n_samples) {
    const std::string &filter_length = design.filter_length, &phase = design.phase, &window = design.fir_window;
    const bool sampled = design.fir_design == "firwin2", odd = !sampled || phase == "zero";
    index n = 0;
    if (filter_length == "auto") {
        const double seconds = (sampled ? 2 : 1) * length_factors.at(window) / band.narrowest_transition;
        n = std::max<index>(static_cast<index>(std::ceil(seconds * sfreq)), 1);
    } else {
        n = length_in_samples(filter_length, sfreq);
        if (filter_length.ends_with('s') && phase == "zero-double") {
            n += odd ? (n - 1) % 2 : 0;
            n = static_cast<index>(std::bit_ceil(static_cast<std::size_t>(n)));
        }
    }
    n += odd ? (n - 1) % 2 : 0;
    // Designing takes as long as filtering: a rate of 1e8 Hz in a damaged header would ask for 330 million taps.
    constexpr index most = 10'000'000;
    require(n <= most || n <= n_samples, [&] {
        return "the filter would be " + text_of(n) + " samples long (" + text_of(static_cast<double>(n) / sfreq) +
               " s at " + text_of(sfreq) + " Hz); is the sampling rate right? At most " + text_of(most) +
               " are taken for a shorter signal";
    });
    if (n_samples > 0 && n > n_samples) {
        warn("the filter is longer (" + text_of(n) + " samples) than the signal (" + text_of(n_samples) +
             "), which distorts it: widen the transition band, shorten filter_length, or filter a longer signal");
    }
    FilterPlan plan;
    plan.centred = phase == "zero" || phase == "zero-double";
    plan.twice = phase == "zero-double";
    const auto make = sampled ? numerics::fir_design_sampled : numerics::fir_design;
    const bool half = phase == "minimum-half";  // the root of the magnitude, which takes twice the taps for one length
    plan.taps = make(half ? 2 * n - 1 : n, band.freqs, band.gains, sfreq, window);
    if (half || phase == "minimum") {
        plan.taps = numerics::minimum_phase(plan.taps, half);
    }
    warn_of_weak_attenuation(plan.taps, band, sfreq, plan.twice, half ? 12 : 20);  // [dB]
    tell_of_fir(plan, band, window, sfreq);
    return plan;
}

FilterPlan iir_plan(const std::vector<double>& edges, BandType type, double sfreq, const FilterDesign& design) {
    FilterPlan plan;
    plan.fir = false;
    plan.both_ways = design.phase != "forward";
    plan.recursive = construct_iir_filter(design.iir_params, edges, {}, sfreq, type, plan.both_ways);
    return plan;
}

void check_frequencies(double sfreq, std::optional<double> l, std::optional<double> h) {
    require(std::isfinite(sfreq) && sfreq > 0, [&] { return "sfreq must be > 0 Hz; got " + shown(sfreq); });
    require(!l || *l > 0, [&] { return "l_freq must be > 0 Hz; got " + shown(*l); });
    for (const auto& [f, which] : {std::pair(l, "l_freq"), std::pair(h, "h_freq")}) {
        require(!f || (std::isfinite(*f) && *f < sfreq / 2), [&, w = which, x = f] {
            return std::string(w) + " must be less than the Nyquist frequency " + shown(sfreq / 2) + " Hz; got " +
                   shown(*x) + " Hz";
        });
    }
    require(!h || *h > 0, [&] { return "h_freq must be > 0 Hz; got " + shown(*h); });
}

/// As MNE-Python does where the filter is longer than the signal: n − 1 repetitions of the end samples, then zeros.
void filter_with_short_edges(const FilterPlan& plan, View<double, 2> rows) {
    const index n = rows.extent(1), edge = n - 1;
    Array<double, 2> padded({rows.extent(0), n + 2 * edge});
    for (index row = 0; row < rows.extent(0); ++row) {
        double* to = padded.data() + row * padded.extent(1);
        std::fill(to, to + edge, rows(row, 0));
        std::copy(rows.row(row).begin(), rows.row(row).end(), to + edge);
        std::fill(to + edge + n, to + edge + n + edge, rows(row, n - 1));
    }
    numerics::fir_filter(padded, plan.taps, Padding::zero, plan.centred, plan.twice);
    for (index row = 0; row < rows.extent(0); ++row) {
        const double* from = padded.data() + row * padded.extent(1) + edge;
        std::copy(from, from + n, rows.row(row).begin());
    }
}

}  // namespace

Padding padding_named(const std::string& name, Padding automatic) {
    require_option("pad", name, {"auto", "reflect_limited", "edge", "reflect", "zero", "constant"});
    return name == "auto"              ? automatic
           : name == "reflect_limited" ? Padding::reflect_limited
           : name == "edge"            ? Padding::edge
           : name == "reflect"         ? Padding::reflect
                                       : Padding::zero;
}

FilterPlan filter_plan(double sfreq, const FilterOptions& options, index n_samples) {
    require(options.method != "spectrum_fit", "method 'spectrum_fit' is for notch_filter; use 'fir' or 'iir'");
    check_phase(options);
    std::optional<double> l = options.l_freq;
    if (l && *l == 0) {
        l.reset();
    }
    const std::optional<double> h = options.h_freq;
    check_frequencies(sfreq, l, h);
    check_settings(options);
    const double nyquist = sfreq / 2;
    if (!l && !h) {
        FilterPlan plan;
        plan.identity = true;
        plan.taps = {1.0};
        return plan;
    }
    const bool stop = l && h && !(*l < *h);
    if (options.method == "iir") {
        if (stop) {
            return iir_plan({*h, *l}, BandType::bandstop, sfreq, options);
        }
        std::vector<double> edges;
        for (const auto& f : {l, h}) {
            if (f) {
                edges.push_back(*f);
            }
        }
        const BandType type = l && h ? BandType::bandpass : l ? BandType::highpass : BandType::lowpass;
        return iir_plan(edges, type, sfreq, options);
    }
    // A band-stop's lower edge is h_freq, and its widths change places likewise.
    const Band band = stop ? stop_bands({*h}, {*l}, options.h_trans_bandwidth, options.l_trans_bandwidth, nyquist)
                           : pass_band(l, h, options, nyquist);
    return fir_plan(band, sfreq, options, n_samples);
}

FilterPlan filter_plan(double sfreq, const NotchOptions& options, index n_samples) {
    check_phase(options);
    check_settings(options);
    const std::size_t n = options.freqs.size();
    const bool fitted = options.method == "spectrum_fit";
    require(n > 0 || fitted, "freqs=None, or none in freqs, needs method 'spectrum_fit', which finds them; got '" +
                                 options.method + "'");
    require(fitted || (!options.mt_bandwidth && options.p_value == NotchOptions{}.p_value),
            "mt_bandwidth and p_value are for method 'spectrum_fit'; leave them out");
    const std::size_t n_widths = options.notch_widths.size();
    require(n_widths <= 1 || n_widths == n, [&] {
        return "notch_widths must be one number, or one for each of the " + text_of(n) + " frequencies; got " +
               text_of(n_widths);
    });
    const double half_transition = options.trans_bandwidth / 2;
    std::vector<double> lows, highs, centres, widths;
    for (std::size_t k = 0; k < n; ++k) {
        for (int multiple = 1; multiple <= options.harmonics + 1; ++multiple) {
            const double f = multiple * options.freqs[k];
            const double width = n_widths == 0 ? f / 200 : options.notch_widths[n_widths == 1 ? 0 : k];
            const double low = f - width / 2 - half_transition, high = f + width / 2 + half_transition;
            const bool given = std::count(options.freqs.begin(), options.freqs.end(), f) > 0;
            if (multiple > 1 && (given || high >= sfreq / 2)) {
                continue;
            }
            check_frequencies(sfreq, low, high);
            lows.push_back(low);
            highs.push_back(high);
            centres.push_back(f);
            widths.push_back(width);
        }
    }
    if (fitted) {
        const index window =
            options.filter_length == "all"
                ? n_samples
                : length_in_samples(options.filter_length == "auto" ? "10s" : options.filter_length, sfreq);
        FilterPlan plan;
        plan.lines = LineNoise{sfreq, window, centres, widths, options.mt_bandwidth, options.p_value};
        return plan;
    }
    if (options.method == "iir") {
        require(lows.size() == 1, "method 'iir' notches one frequency; use method 'fir' for several");
        return iir_plan({lows[0], highs[0]}, BandType::bandstop, sfreq, options);
    }
    const Band band = stop_bands(lows, highs, half_transition, half_transition, sfreq / 2);
    return fir_plan(band, sfreq, options, n_samples);
}

void apply_plan(const FilterPlan& plan, View<double, 2> rows, Padding padding) {
    if (plan.identity || rows.size() == 0) {
        return;
    }
    if (plan.lines) {
        remove_lines(*plan.lines, rows);
        return;
    }
    if (plan.fir) {
        const index n = rows.extent(1);
        if (padding == Padding::reflect) {
            padding = Padding::reflect_limited;  // the signal is never extended by more than it has
        }
        if (padding == Padding::edge && static_cast<index>(plan.taps.size()) > n) {
            filter_with_short_edges(plan, rows);
            return;
        }
        numerics::fir_filter(rows, plan.taps, padding, plan.centred, plan.twice);
        return;
    }
    const IirFilter& filter = plan.recursive;
    const index padlen = std::min(filter.padlen, rows.extent(1) - 1);
    if (filter.sections.empty()) {
        plan.both_ways ? numerics::direct_filtfilt(rows, filter.polynomials, padlen)
                       : numerics::direct_filter(rows, filter.polynomials);
    } else if (plan.both_ways) {
        numerics::sos_filtfilt(rows, filter.sections, padlen);
    } else {
        numerics::sos_filter(rows, filter.sections);
    }
}

}  // namespace ranvier::meeg
