#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/base/value.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/numerics/filter_response.hpp"
#include "ranvier/numerics/iir.hpp"
#include "ranvier/numerics/iir_design.hpp"

namespace ranvier::meeg {

/// How a recursive filter is made.
struct IirParams {
    int order = 4;
    std::string ftype = "butter", output = "sos";
    std::optional<double> rp, rs, gpass, gstop;  // [dB]
    std::vector<numerics::Section> sos;          // what has been made already; it is used as it is
    std::vector<double> b, a;                    // the same as polynomials
    std::optional<int> padlen;                   // [samples]
    static Fields fields() {
        using O = IirParams;
        return {
            "iir_params",
            {field("order", &O::order, "order of the low-pass prototype").at_least(1),
             field("ftype", &O::ftype, "family")
                 .one_of({"butter", "cheby1", "cheby2", "ellip", "bessel"})
                 .also("butterworth", "butter")
                 .also("chebyshev1", "cheby1")
                 .also("chebyshevi", "cheby1")
                 .also("chebyshev2", "cheby2")
                 .also("chebyshevii", "cheby2")
                 .also("elliptic", "ellip")
                 .also("cauer", "ellip"),
             field("output", &O::output,
                   "form in which coefficients are given; what filters are second-order sections in either case")
                 .one_of({"sos", "ba"}),
             field("rp", &O::rp, "of 'cheby1' and 'ellip': the most that the pass-band loses").in("dB").above(0),
             field("rs", &O::rs, "of 'cheby2' and 'ellip': the least that the stop-band loses").in("dB").above(0),
             field("gpass", &O::gpass, "for construct_iir_filter: the most that the pass-band loses").in("dB").above(0),
             field("gstop", &O::gstop, "for construct_iir_filter: the least that the stop-band loses")
                 .in("dB")
                 .above(0),
             field("sos", &O::sos, "second-order sections that have been made, instead of all above"),
             field("b", &O::b, "numerator of a filter that has been made; a is needed too"),
             field("a", &O::a, "its denominator"),
             field("padlen", &O::padlen, "samples that pad the ends; none: as many as the filter rings").at_least(0)}};
    }
};

/// What band-pass and notch filters share. Names, defaults and meaning are MNE-Python's.
struct FilterDesign {
    std::string filter_length = "auto", method = "fir", phase = "zero", fir_window = "hamming", fir_design = "firwin";
    IirParams iir_params;
    std::string pad = "auto";
    std::vector<index> picks;
    std::vector<std::string> skip_by_annotation{"edge", "bad_acq_skip"};
    static Fields fields() {
        using O = FilterDesign;
        return {
            "filter",
            {field("picks", &O::picks, "numbers of channels or rows; none: data channels, bad ones too"),
             field("filter_length", &O::filter_length,
                   "taps, or a duration such as '10s' or '5500ms'; of 'spectrum_fit' that of a window ('auto': 10 s; "
                   "None: "
                   "all)")
                 .or_number()
                 .also(nullptr, "all"),
             field(
                 "method", &O::method,
                 "overlap-save with a windowed FIR, recursive sections, or of notch_filter sinusoids fitted to windows")
                 .one_of({"fir", "iir", "spectrum_fit"})
                 .also("fft", "fir"),
             field("iir_params", &O::iir_params,
                   "of method 'iir': order, ftype, rp, rs and output, as {'order': 4}; or what construct_iir_filter "
                   "made"),
             field("phase", &O::phase,
                   "of method 'fir' all but 'forward'; of 'iir' 'zero' or 'forward'. 'minimum-half' attenuates half as "
                   "much [dB], as "
                   "old versions of MNE-Python did for 'minimum'")
                 .one_of({"zero", "zero-double", "linear", "minimum", "minimum-half", "forward"}),
             field("fir_window", &O::fir_window, "window of a FIR").one_of({"hamming", "hann", "blackman"}),
             field("fir_design", &O::fir_design,
                   "method of designing a FIR: a windowed sinc for each edge, or gains sampled over frequency")
                 .one_of({"firwin", "firwin2"}),
             field("pad", &O::pad,
                   "how samples go on beyond the ends; 'auto': 'reflect_limited', of epochs and averages 'edge'")
                 .one_of({"auto", "reflect_limited", "edge", "reflect", "zero"})
                 .also("constant", "zero")
                 .also(nullptr, "auto"),
             field("skip_by_annotation", &O::skip_by_annotation,
                   "what annotations begin with that split a recording, in any case")}};
    }
};

/// l_freq < h_freq is a band-pass, l_freq > h_freq a band-stop, one of them alone a high- or low-pass.
struct FilterOptions : FilterDesign {
    std::optional<double> l_freq, h_freq;
    std::optional<double> l_trans_bandwidth, h_trans_bandwidth;
    static Fields fields() {
        using O = FilterOptions;
        return {"filter",
                with_base<O, FilterDesign>(
                    {field("l_freq", &O::l_freq, "lower edge of the pass-band").in("Hz").at_least(0),
                     field("h_freq", &O::h_freq, "upper edge of the pass-band; below l_freq: a band-stop")
                         .in("Hz")
                         .above(0),
                     field("l_trans_bandwidth", &O::l_trans_bandwidth,
                           "width of the lower transition; 'auto': min(max(l_freq / 4, 2), l_freq)")
                         .in("Hz")
                         .above(0)
                         .none_is("auto"),
                     field("h_trans_bandwidth", &O::h_trans_bandwidth,
                           "width of the upper transition; 'auto': min(max(h_freq / 4, 2), sfreq / 2 - h_freq)")
                         .in("Hz")
                         .above(0)
                         .none_is("auto")})};
    }
};

struct NotchOptions : FilterDesign {
    std::vector<double> freqs;
    std::vector<double> notch_widths;
    double trans_bandwidth = 1;
    std::optional<double> mt_bandwidth;
    double p_value = 0.05;
    int harmonics = 0;
    static Fields fields() {
        using O = NotchOptions;
        return {"notch_filter",
                with_base<O, FilterDesign>(
                    {field("freqs", &O::freqs, "centres of the bands; of 'spectrum_fit' None for what an F-test finds")
                         .in("Hz")
                         .above(0)
                         .also(nullptr, Value::List{}),
                     field("notch_widths", &O::notch_widths,
                           "width of the bands, one for all or one each; none: freqs / 200")
                         .in("Hz")
                         .at_least(0)
                         .also(nullptr, Value::List{}),
                     field("trans_bandwidth", &O::trans_bandwidth, "width of the transitions").in("Hz").at_least(0),
                     field("mt_bandwidth", &O::mt_bandwidth,
                           "of 'spectrum_fit': full width of the tapers' window; None: 8 sfreq / filter_length")
                         .in("Hz")
                         .above(0),
                     field("p_value", &O::p_value, "of 'spectrum_fit' without freqs: level of the test, for a window")
                         .above(0)
                         .at_most(1),
                     field("harmonics", &O::harmonics,
                           "how many multiples of each frequency are taken out with it, as far as the data reach")
                         .at_least(0)})};
    }
};

struct ResampleOptions {
    double sfreq = 0;
    std::string npad = "auto", method = "fft", pad = "auto";
    Value window = "auto";
    static Fields fields() {
        using O = ResampleOptions;
        return {
            "resample",
            {field("sfreq", &O::sfreq, "new sampling rate").in("Hz").above(0),
             field("npad", &O::npad, "samples to pad with on either side; 'auto': up to a power of two, at least 100")
                 .or_number(),
             field("window", &O::window,
                   "window over the spectrum of method 'fft' ('auto': boxcar), or of the low-pass of 'polyphase' "
                   "('auto': "
                   "('kaiser', 5.0)): its name, ('kaiser', beta), or of 'polyphase' the taps of a low-pass of your own")
                 .also(nullptr, "auto"),
             field("method", &O::method, "through the spectrum, or by a polyphase filter").one_of({"fft", "polyphase"}),
             field("pad", &O::pad,
                   "how samples go on beyond the ends; 'auto': 'reflect_limited' (of epochs and averages 'edge'), of "
                   "method 'polyphase' 'reflect'")
                 .one_of({"auto", "reflect_limited", "edge", "reflect", "zero"})
                 .also("constant", "zero")}};
    }
};

/// In place, in blocks: memory grows by a few blocks only. The data must be preloaded. Stretches whose annotation
/// begins with a word of `skip_by_annotation` are left as they are and split the recording. info.highpass and
/// info.lowpass follow where all data channels are filtered.
/// @throws InvalidInput  not preloaded; frequencies, lengths or names that mean no filter
void filter(Raw& raw, const FilterOptions& options);
void notch_filter(Raw& raw, const NotchOptions& options);
/// Changes the sampling rate; events given are moved along. `triggers`, or else the stim channels, are not smoothed:
/// each new sample takes the first value that is not zero among those it stands for. Pieces between "EDGE boundary"
/// annotations, which concatenation leaves, are resampled each by itself. A recording that is not in memory is read.
void resample(Raw& raw, const ResampleOptions& options, Events* events = nullptr,
              const std::optional<std::vector<index>>& triggers = std::nullopt);
void filter(Epochs& epochs, const FilterOptions& options);
void filter(Evoked& evoked, const FilterOptions& options);
void resample(Epochs& epochs, const ResampleOptions& options);
/// The first time of an average is rounded to a multiple of 1 / sfreq.
void resample(Evoked& evoked, const ResampleOptions& options);

/// The same on plain rows, shape (rows, samples), at sampling rate sfreq [Hz]: `mne.filter.filter_data` and its kin.
/// `picks` are rows here, and empty means all.
void filter(View<double, 2> data, double sfreq, const FilterOptions& options);
void notch_filter(View<double, 2> data, double sfreq, const NotchOptions& options);
Array<double, 2> resampled(View<const double, 2> data, double up, double down, const ResampleOptions& options);
/// The impulse response that filter() of method "fir" uses. @param n_samples  length of the data, 0 if unknown
std::vector<double> fir_coefficients(double sfreq, const FilterOptions& options, index n_samples = 0);
/// A recursive filter, as sections or, where these are none, as polynomials, and the samples that pad the ends.
struct IirFilter {
    std::vector<numerics::Section> sections;
    numerics::TransferFunction polynomials;
    index padlen = 0;
};
/// That of method "iir".
IirFilter iir_filter(double sfreq, const FilterOptions& options);

/// The filter that iir_params describe: the one they hold; or of their order; or of the lowest order that loses no more
/// than gpass in the pass-band and gstop or more in the stop-band.
/// @param pass, stop  edges [Hz], one each, or two each; stop may be empty where the order is given
/// @param type        may be left out where the edges of both bands say it
/// @param both_ways   whether it is to run forward and backward, for the gains that are told
/// @throws InvalidInput  settings that contradict each other, edges as iir_design() and iir_order()
/// @throws Conflict      an unstable filter
IirFilter construct_iir_filter(const IirParams& params, const std::vector<double>& pass,
                               const std::vector<double>& stop, double sfreq, std::optional<numerics::BandType> type,
                               bool both_ways = true);
/// Samples until the impulse response stays below 0.001 of its largest value; with a warning, `longest` where it never
/// does. It is looked at in pieces of 1,000 samples, up to the first that has no such value.
/// @throws InvalidInput  a filter without coefficients, or whose a[0] is 0
index ringing_samples(const std::vector<numerics::Section>& sections, index longest = 100'000);
index ringing_samples(const numerics::TransferFunction& filter, index longest = 100'000);

}  // namespace ranvier::meeg
