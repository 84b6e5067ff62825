#include <complex>

#include "meeg/samples.hpp"
#include "ranvier/meeg/recording/adding.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/stockwell.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/numerics/spectrum.hpp"
#include "ranvier/numerics/wavelet.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::python {

template <class Sample>
inline constexpr bool is_noun<meeg::TaperTfr<Sample>> = true;  // bound here alone

using namespace meeg;

namespace {

/// Arrays of shape (epochs, channels, times) as epochs.
Epochs plain_epochs(const NumpyIn<double, 3>& data, double sfreq) {
    std::vector<std::string> names;
    for (std::size_t k = 0; k < data.shape(1); ++k) {
        names.push_back(text_of(k));
    }
    Events events;
    for (std::size_t k = 0; k < data.shape(0); ++k) {
        events.push_back({static_cast<index>(k), 0, 1});
    }
    const Info info = create_info(names, sfreq, std::vector<ChannelType>(names.size(), ChannelType::eeg));
    return make_epochs(info, array_of<double, 3>(data), std::move(events), 0, {{"1", 1}});
}

/// The spectrum of a noun by "welch" or "multitaper", whose settings are a dict; `more`: which part of a recording.
template <class Noun, class... More>
Spectrum psd(const Noun& noun, const std::string& method, const nb::dict& settings, More... more) {
    if (method == "welch") {
        const auto options = options_of<WelchOptions>(settings);
        return run([&] { return psd_welch(noun, options, more...); });
    }
    const auto options = options_of<MultitaperOptions>(settings);
    return run([&] { return psd_multitaper(noun, options, more...); });
}

/// Gives a noun another part, unless it would contradict itself then.
template <class Noun, class Part>
void replace(Noun& noun, Part Noun::*part, Part value) {
    std::swap(noun.*part, value);
    try {
        check(noun);
    } catch (const InvalidInput&) {
        std::swap(noun.*part, value);
        throw;
    }
}

template <class Noun>
Noun checked(Noun noun) {
    check(noun);
    return noun;
}

/// The tapers' weights as an array, or None.
template <class Tfr>
nb::object weights_of(const Tfr& t) {
    return t.weights.empty() ? nb::none() : nb::cast(numpy_view(Array<double, 2>(t.weights)));
}

/// What all kinds of maps have; Rank: dimensions of their data.
template <class Tfr, std::size_t Rank, class Sample = double>
nb::class_<Tfr> bind_tfr(nb::module_& m, const char* name, const char* about) {
    return nb::class_<Tfr>(m, name, about)
        .def("copy", [](const Tfr& t) { return Tfr(t); })
        .def_ro("info", &Tfr::info, nb::rv_policy::reference_internal)
        .def_prop_ro("freqs", [](const Tfr& t) { return nb::cast(numpy_constant(t.freqs)); })
        .def_prop_rw(
            "times", [](const Tfr& t) { return nb::cast(numpy_constant(t.times)); },
            [](Tfr& t, const NumpyIn<double, 1>& times) { replace(t, &Tfr::times, vector_of<double>(times)); })
        .def_prop_rw(
            "data", [](const Tfr& t) { return nb::cast(numpy_view(t.data)); },
            [](Tfr& t, const NumpyIn<Sample, Rank>& data) { replace(t, &Tfr::data, array_of<Sample, Rank>(data)); })
        .def_ro("method", &Tfr::method)
        .def("pick", engine<Tfr&, const std::vector<index>&>(pick), "picks"_a)
        .def(
            "crop",
            [](Tfr& t, std::optional<double> tmin, std::optional<double> tmax, std::optional<double> fmin,
               std::optional<double> fmax, bool include_tmax) {
                crop(t, {tmin, tmax, fmin, fmax, include_tmax});
            },
            "tmin"_a.none(), "tmax"_a.none(), "fmin"_a.none(), "fmax"_a.none(), "include_tmax"_a)
        .def("decimate", engine<Tfr&, int, index>(decimate), "decim"_a, "offset"_a)
        .def(
            "add_channels",
            [](Tfr& t, const std::vector<Tfr>& others) { run([&] { add_channels(t, pointers(others)); }); },
            "others"_a);
}

/// What maps of power have besides.
template <class Tfr>
nb::class_<Tfr>& bind_baseline(nb::class_<Tfr>&& tfr) {
    return tfr.def("apply_baseline",
                   engine<Tfr&, std::optional<double>, std::optional<double>, const std::string&>(apply_baseline),
                   "tmin"_a.none(), "tmax"_a.none(), "mode"_a);
}

template <class Sample>
void bind_tapers(nb::module_& m, const char* name, const char* about) {
    using Tfr = TaperTfr<Sample>;
    bind_tfr<Tfr, 5, Sample>(m, name, about)
        .def(
            "__init__",
            [](Tfr* self, const Info& info, const NumpyIn<Sample, 5>& data, const std::vector<double>& times,
               const std::vector<double>& freqs, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const std::optional<NumpyIn<double, 2>>& weights, double nave, const std::string& comment,
               const std::string& method) {
                new (self) Tfr(
                    checked(Tfr{info, engine_events(events), event_id, times, freqs, array_of<Sample, 5>(data),
                                weights ? array_of<double, 2>(*weights) : Array<double, 2>{}, nave, comment, method}));
            },
            "info"_a, "data"_a, "times"_a, "freqs"_a, "events"_a, "event_id"_a, "weights"_a.none(), "nave"_a,
            "comment"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const Tfr& t) {
                         return nb::make_tuple(t.info, numpy_view(t.data), numpy_copy(t.times), numpy_copy(t.freqs),
                                               python_events(t.events), t.event_id, weights_of(t), t.nave, t.comment,
                                               t.method);
                     })
        .def_prop_ro("events", [](const Tfr& t) { return nb::cast(shown_events(t.events)); })
        .def_prop_ro("weights", &weights_of<Tfr>)
        .def_rw("event_id", &Tfr::event_id)
        .def_rw("nave", &Tfr::nave)
        .def_rw("comment", &Tfr::comment)
        .def("subset", engine<const Tfr&, const std::vector<index>&>(subset), "which"_a);
}

/// Coefficients or phases of epochs or an average by wavelets of `Options`.
template <class Noun, class Options>
void bind_coefficients(nb::module_& m, const std::string& method) {
    m.def((method + "_complex").c_str(), engine_with<const Noun&, Options, Coefficients>(coefficients), "noun"_a,
          "options"_a);
    m.def((method + "_phase").c_str(),
          [](const Noun& noun, const nb::dict& settings) {
              const auto options = options_of<Options>(settings);
              return run([&] { return phases(coefficients(noun, options)); });
          },
          "noun"_a, "options"_a);
}

}  // namespace

void bind_spectra(nb::module_& m) {
    nb::class_<Spectrum>(m, "Spectrum", "Power spectral density.")
        .def(
            "__init__",
            [](Spectrum* self, const Info& info, const std::vector<double>& freqs, const NumpyIn<double, 3>& data,
               bool of_epochs, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const std::string& method, bool complex, index tapers, index segments,
               const std::vector<double>& weights) {
                new (self)
                    Spectrum(checked(Spectrum{info, freqs, array_of<double, 3>(data), of_epochs, engine_events(events),
                                              event_id, method, complex, tapers, segments, weights}));
            },
            "info"_a, "freqs"_a, "data"_a, "of_epochs"_a, "events"_a, "event_id"_a, "method"_a, "complex"_a = false,
            "tapers"_a = 0, "segments"_a = 0, "weights"_a = std::vector<double>{})
        .def_prop_ro("parts",
                     [](const Spectrum& s) {
                         return nb::make_tuple(s.info, numpy_copy(s.freqs), numpy_view(s.data), s.of_epochs,
                                               python_events(s.events), s.event_id, s.method, s.complex, s.tapers,
                                               s.segments, s.weights);
                     })
        .def("copy", [](const Spectrum& s) { return Spectrum(s); })
        .def_ro("info", &Spectrum::info, nb::rv_policy::reference_internal)
        .def_prop_ro("freqs", [](const Spectrum& s) { return nb::cast(numpy_constant(s.freqs)); })
        .def_prop_rw(
            "data", [](const Spectrum& s) { return nb::cast(numpy_view(s.data)); },
            [](Spectrum& s, const NumpyIn<double, 3>& data) { replace(s, &Spectrum::data, array_of<double, 3>(data)); })
        .def_prop_ro("events", [](const Spectrum& s) { return nb::cast(shown_events(s.events)); })
        .def_rw("event_id", &Spectrum::event_id)
        .def_ro("of_epochs", &Spectrum::of_epochs)
        .def_ro("method", &Spectrum::method)
        .def_ro("complex", &Spectrum::complex)
        .def_ro("tapers", &Spectrum::tapers)
        .def_ro("segments", &Spectrum::segments)
        .def_ro("weights", &Spectrum::weights)
        .def("power", engine<const Spectrum&>(power))
        .def("pick", engine<Spectrum&, const std::vector<index>&>(pick), "picks"_a)
        .def("subset", engine<const Spectrum&, const std::vector<index>&>(subset), "which"_a)
        .def("average", engine<const Spectrum&, bool>(average), "median"_a);
    m.def("combined_spectrum", engine(combined), "spectra"_a, "weights"_a);
    bind_tapers<std::complex<double>>(m, "Coefficients",
                                      "Complex values of epochs, under tapers where there are some.");
    bind_tapers<double>(m, "Phases", "Phases of epochs, or other numbers under tapers.");
    bind_baseline(bind_tfr<AverageTfr, 3>(m, "AverageTfr", "Power or inter-trial coherence of an average."))
        .def(
            "__init__",
            [](AverageTfr* self, const Info& info, const NumpyIn<double, 3>& data, const std::vector<double>& times,
               const std::vector<double>& freqs, double nave, const std::string& comment, const std::string& method) {
                new (self) AverageTfr(
                    checked(AverageTfr{info, times, freqs, array_of<double, 3>(data), nave, comment, method, ""}));
            },
            "info"_a, "data"_a, "times"_a, "freqs"_a, "nave"_a, "comment"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const AverageTfr& t) {
                         return nb::make_tuple(t.info, numpy_view(t.data), numpy_copy(t.times), numpy_copy(t.freqs),
                                               t.nave, t.comment, t.method);
                     })
        .def_rw("nave", &AverageTfr::nave)
        .def_rw("comment", &AverageTfr::comment);
    bind_baseline(bind_tfr<EpochsTfr, 4>(m, "EpochsTfr", "Power of each epoch."))
        .def(
            "__init__",
            [](EpochsTfr* self, const Info& info, const NumpyIn<double, 4>& data, const std::vector<double>& times,
               const std::vector<double>& freqs, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const std::string& method) {
                new (self) EpochsTfr(checked(
                    EpochsTfr{info, engine_events(events), event_id, times, freqs, array_of<double, 4>(data), method}));
            },
            "info"_a, "data"_a, "times"_a, "freqs"_a, "events"_a, "event_id"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const EpochsTfr& t) {
                         return nb::make_tuple(t.info, numpy_view(t.data), numpy_copy(t.times), numpy_copy(t.freqs),
                                               python_events(t.events), t.event_id, t.method);
                     })
        .def_prop_ro("events", [](const EpochsTfr& t) { return nb::cast(shown_events(t.events)); })
        .def_rw("event_id", &EpochsTfr::event_id)
        .def("subset", engine<const EpochsTfr&, const std::vector<index>&>(subset), "which"_a)
        .def("average", engine<const EpochsTfr&, bool>(average), "median"_a)
        .def("average_freqs", engine<const EpochsTfr&, bool>(average_freqs), "median"_a)
        .def("average_times", engine<const EpochsTfr&, bool>(average_times), "median"_a);
    m.def(
        "time_range",
        [](const std::vector<double>& times, double sfreq, std::optional<double> tmin, std::optional<double> tmax,
           bool include_tmax) { return time_range(times, sfreq, tmin, tmax, include_tmax); },
        "times"_a, "sfreq"_a, "tmin"_a.none(), "tmax"_a.none(), "include_tmax"_a = true,
        "Positions [start, stop) of the times in [tmin, tmax].");
    publish<WelchOptions>();
    publish<MultitaperOptions>();
    publish<MorletOptions>();
    m.def("psd", &psd<Raw, double, std::optional<double>, bool>, "raw"_a, "method"_a, "options"_a, "tmin"_a,
          "tmax"_a.none(), "reject_by_annotation"_a);
    m.def("psd", &psd<Epochs>, "epochs"_a, "method"_a, "options"_a);
    m.def("psd", &psd<Evoked>, "evoked"_a, "method"_a, "options"_a);
    m.def("plain_epochs", &plain_epochs, "data"_a, "sfreq"_a, "Epochs of an array: channels '0', '1' … of EEG.");
    m.def(
        "morlet_average",
        [](const Epochs& epochs, const nb::dict& settings) {
            const auto options = options_of<MorletOptions>(settings);
            PowerAndItc result = run([&] { return tfr_morlet(epochs, options); });
            return std::pair(std::move(result.power), std::move(result.itc));
        },
        "epochs"_a, "options"_a);
    m.def("morlet_evoked", engine_with<const Evoked&, MorletOptions, AverageTfr>(tfr_morlet), "evoked"_a, "options"_a);
    m.def("morlet_epochs", engine_with<const Epochs&, MorletOptions>(epochs_tfr_morlet), "epochs"_a, "options"_a);
    publish<TaperOptions>();
    m.def(
        "multitaper_average",
        [](const Epochs& epochs, const nb::dict& settings) {
            const auto options = options_of<TaperOptions>(settings);
            PowerAndItc result = run([&] { return tfr_multitaper(epochs, options); });
            return std::pair(std::move(result.power), std::move(result.itc));
        },
        "epochs"_a, "options"_a);
    m.def("multitaper_evoked", engine_with<const Evoked&, TaperOptions, AverageTfr>(tfr_multitaper), "evoked"_a,
          "options"_a);
    m.def("multitaper_epochs", engine_with<const Epochs&, TaperOptions>(epochs_tfr_multitaper), "epochs"_a,
          "options"_a);
    bind_coefficients<Epochs, MorletOptions>(m, "morlet");
    bind_coefficients<Evoked, MorletOptions>(m, "morlet");
    bind_coefficients<Epochs, TaperOptions>(m, "multitaper");
    bind_coefficients<Evoked, TaperOptions>(m, "multitaper");
    publish<StockwellOptions>();
    m.def(
        "stockwell_average",
        [](const Epochs& epochs, const nb::dict& settings) {
            const auto options = options_of<StockwellOptions>(settings);
            PowerAndItc result = run([&] { return tfr_stockwell(epochs, options); });
            return std::pair(std::move(result.power), std::move(result.itc));
        },
        "epochs"_a, "options"_a);
    m.def("stockwell_evoked", engine_with<const Evoked&, StockwellOptions, AverageTfr>(tfr_stockwell), "evoked"_a,
          "options"_a);
    m.def(
        "morlet",
        [](double sfreq, const nb::dict& settings) {
            const auto o = options_of<MorletOptions>(settings);
            nb::list wavelets;
            for (const auto& w : numerics::morlet(sfreq, o.freqs, cycles_of(o), o.zero_mean)) {
                wavelets.append(numpy_copy(w));
            }
            return wavelets;
        },
        "sfreq"_a, "options"_a);
    m.def(
        "rescaled",
        [](const NumpyIn<double, 2>& data, const std::vector<double>& times, std::optional<double> tmin,
           std::optional<double> tmax, const std::string& mode) {
            require(data.shape(1) == times.size(), [&] {
                return "there must be one time per sample (" + text_of(data.shape(1)) + "); got " +
                       text_of(times.size());
            });
            AverageTfr tfr;
            tfr.times = times;
            tfr.freqs = {1};
            tfr.data = Array<double, 3>({static_cast<index>(data.shape(0)), 1, static_cast<index>(data.shape(1))});
            std::copy(data.data(), data.data() + data.size(), tfr.data.data());
            run([&] { apply_baseline(tfr, tmin, tmax, mode); });
            return numpy_view(Array<double, 2>::shared({tfr.data.extent(0), tfr.data.extent(2)}, tfr.data.memory()));
        },
        "data"_a, "times"_a, "tmin"_a.none(), "tmax"_a.none(), "mode"_a, "Rows corrected by a baseline interval.");
    m.def(
        "dpss",
        [](index n, double half_nbw, index k, bool low_bias) {
            const auto t = run([&] { return numerics::dpss(n, half_nbw, k, low_bias); });
            return nb::make_tuple(numpy_view(t.tapers), numpy_copy(t.ratios));
        },
        "n"_a, "half_nbw"_a, "k"_a, "low_bias"_a = false);
}

}  // namespace ranvier::python
