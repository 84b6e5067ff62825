#include <complex>

#include "meeg/info.hpp"
#include "meeg/options.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/numerics/spectrum.hpp"
#include "ranvier/numerics/wavelet.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::python {

using namespace meeg;

WelchOptions welch_options(const nb::dict& options) {
    WelchOptions o;
    take(options, "fmin", o.fmin);
    take(options, "fmax", o.fmax);
    take(options, "n_fft", o.n_fft);
    take(options, "n_overlap", o.n_overlap);
    take(options, "n_per_seg", o.n_per_seg);
    take(options, "window", o.window);
    take(options, "average", o.average);
    take(options, "remove_dc", o.remove_dc);
    take(options, "picks", o.picks);
    return o;
}

MultitaperOptions multitaper_options(const nb::dict& options) {
    MultitaperOptions o;
    take(options, "fmin", o.fmin);
    take(options, "fmax", o.fmax);
    take(options, "bandwidth", o.bandwidth);
    take(options, "adaptive", o.adaptive);
    take(options, "max_iter", o.most_iterations);
    take(options, "low_bias", o.low_bias);
    take(options, "normalization", o.normalization);
    take(options, "remove_dc", o.remove_dc);
    take(options, "picks", o.picks);
    return o;
}

namespace {

MorletOptions morlet_options(const nb::dict& options) {
    MorletOptions o;
    take(options, "freqs", o.freqs);
    take(options, "n_cycles", o.n_cycles);
    take(options, "zero_mean", o.zero_mean);
    take(options, "decim", o.decim);
    take(options, "picks", o.picks);
    return o;
}

Info plain_info(index n_channels, double sfreq) {
    std::vector<std::string> names;
    for (index k = 0; k < n_channels; ++k) {
        names.push_back(std::to_string(k));
    }
    return create_info(names, sfreq, std::vector<ChannelType>(names.size(), ChannelType::eeg));
}

std::vector<index> all(index n) {
    std::vector<index> picks(static_cast<std::size_t>(n));
    for (index k = 0; k < n; ++k) {
        picks[k] = k;
    }
    return picks;
}

/// Rows (rows, 1, n) as epochs of one channel: their spectra are the rows'.
Epochs rows_as_epochs(const NumpyIn<double, 2>& data, double sfreq) {
    Array<double, 3> array({static_cast<index>(data.shape(0)), 1, static_cast<index>(data.shape(1))});
    std::copy(data.data(), data.data() + data.size(), array.data());
    Events events(data.shape(0));
    for (std::size_t k = 0; k < events.size(); ++k) {
        events[k] = {static_cast<index>(k), 0, 1};
    }
    return make_epochs(plain_info(1, sfreq), std::move(array), std::move(events), 0, {{"1", 1}});
}

Epochs plain_epochs(const NumpyIn<double, 3>& data, double sfreq) {
    Events events(data.shape(0));
    for (std::size_t k = 0; k < events.size(); ++k) {
        events[k] = {static_cast<index>(k), 0, 1};
    }
    return make_epochs(plain_info(static_cast<index>(data.shape(1)), sfreq), array_of<double, 3>(data),
                       std::move(events), 0, {{"1", 1}});
}

/// What both kinds of maps have; Rank: dimensions of their data.
template <class Tfr, std::size_t Rank>
nb::class_<Tfr> bind_tfr(nb::module_& m, const char* name, const char* about) {
    return nb::class_<Tfr>(m, name, about)
        .def("copy", [](const Tfr& t) { return Tfr(t); })
        .def_ro("info", &Tfr::info, nb::rv_policy::reference_internal)
        .def_prop_ro("freqs", [](const Tfr& t) { return nb::cast(numpy_copy(t.freqs)); })
        .def_prop_rw(
            "times", [](const Tfr& t) { return nb::cast(numpy_copy(t.times)); },
            [](Tfr& t, const NumpyIn<double, 1>& times) { t.times = vector_of<double>(times); })
        .def_prop_rw(
            "data", [](const Tfr& t) { return nb::cast(numpy_view(t.data)); },
            [](Tfr& t, const NumpyIn<double, Rank>& data) { t.data = array_of<double, Rank>(data); })
        .def_ro("method", &Tfr::method)
        .def(
            "pick", [](Tfr& t, const std::vector<index>& picks) { pick(t, picks); }, "picks"_a)
        .def(
            "crop",
            [](Tfr& t, std::optional<double> tmin, std::optional<double> tmax, std::optional<double> fmin,
               std::optional<double> fmax, bool include_tmax) {
                crop(t, {tmin, tmax, fmin, fmax, include_tmax});
            },
            "tmin"_a.none(), "tmax"_a.none(), "fmin"_a.none(), "fmax"_a.none(), "include_tmax"_a)
        .def(
            "decimate", [](Tfr& t, int decim, index offset) { decimate(t, decim, offset); }, "decim"_a, "offset"_a)
        .def(
            "apply_baseline",
            [](Tfr& t, std::optional<double> tmin, std::optional<double> tmax, const std::string& mode) {
                run([&] { apply_baseline(t, tmin, tmax, mode); });
            },
            "tmin"_a.none(), "tmax"_a.none(), "mode"_a);
}

}  // namespace

void bind_spectra(nb::module_& m) {
    nb::class_<Spectrum>(m, "Spectrum", "Power spectral density.")
        .def(
            "__init__",
            [](Spectrum* self, const Info& info, const std::vector<double>& freqs, const NumpyIn<double, 3>& data,
               bool of_epochs, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const std::string& method) {
                new (self) Spectrum{info,     freqs, array_of<double, 3>(data), of_epochs, engine_events(events),
                                    event_id, method};
            },
            "info"_a, "freqs"_a, "data"_a, "of_epochs"_a, "events"_a, "event_id"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const Spectrum& s) {
                         return nb::make_tuple(s.info, numpy_copy(s.freqs), numpy_view(s.data), s.of_epochs,
                                               python_events(s.events), s.event_id, s.method);
                     })
        .def("copy", [](const Spectrum& s) { return Spectrum(s); })
        .def_ro("info", &Spectrum::info, nb::rv_policy::reference_internal)
        .def_prop_ro("freqs", [](const Spectrum& s) { return nb::cast(numpy_copy(s.freqs)); })
        .def_prop_ro("data", [](const Spectrum& s) { return nb::cast(numpy_view(s.data)); })
        .def_prop_ro("events", [](const Spectrum& s) { return nb::cast(python_events(s.events)); })
        .def_rw("event_id", &Spectrum::event_id)
        .def_ro("of_epochs", &Spectrum::of_epochs)
        .def_ro("method", &Spectrum::method)
        .def(
            "pick", [](Spectrum& s, const std::vector<index>& picks) { pick(s, picks); }, "picks"_a)
        .def(
            "subset", [](const Spectrum& s, const std::vector<index>& which) { return subset(s, which); }, "which"_a)
        .def(
            "average", [](const Spectrum& s, bool median) { return run([&] { return average(s, median); }); },
            "median"_a);
    bind_tfr<AverageTfr, 3>(m, "AverageTfr", "Power or inter-trial coherence of an average.")
        .def(
            "__init__",
            [](AverageTfr* self, const Info& info, const NumpyIn<double, 3>& data, const std::vector<double>& times,
               const std::vector<double>& freqs, double nave, const std::string& comment, const std::string& method) {
                new (self) AverageTfr{info, times, freqs, array_of<double, 3>(data), nave, comment, method, ""};
            },
            "info"_a, "data"_a, "times"_a, "freqs"_a, "nave"_a, "comment"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const AverageTfr& t) {
                         return nb::make_tuple(t.info, numpy_view(t.data), numpy_copy(t.times), numpy_copy(t.freqs),
                                               t.nave, t.comment, t.method);
                     })
        .def_rw("nave", &AverageTfr::nave)
        .def_rw("comment", &AverageTfr::comment);
    bind_tfr<EpochsTfr, 4>(m, "EpochsTfr", "Power of each epoch.")
        .def(
            "__init__",
            [](EpochsTfr* self, const Info& info, const NumpyIn<double, 4>& data, const std::vector<double>& times,
               const std::vector<double>& freqs, const NumpyIn<std::int64_t, 2>& events, const EventIds& event_id,
               const std::string& method) {
                new (self)
                    EpochsTfr{info, engine_events(events), event_id, times, freqs, array_of<double, 4>(data), method};
            },
            "info"_a, "data"_a, "times"_a, "freqs"_a, "events"_a, "event_id"_a, "method"_a)
        .def_prop_ro("parts",
                     [](const EpochsTfr& t) {
                         return nb::make_tuple(t.info, numpy_view(t.data), numpy_copy(t.times), numpy_copy(t.freqs),
                                               python_events(t.events), t.event_id, t.method);
                     })
        .def_prop_ro("events", [](const EpochsTfr& t) { return nb::cast(python_events(t.events)); })
        .def_rw("event_id", &EpochsTfr::event_id)
        .def(
            "subset", [](const EpochsTfr& t, const std::vector<index>& which) { return subset(t, which); }, "which"_a)
        .def(
            "average", [](const EpochsTfr& t, bool median) { return run([&] { return average(t, median); }); },
            "median"_a);
    m.def(
        "time_range",
        [](const std::vector<double>& times, double sfreq, std::optional<double> tmin, std::optional<double> tmax,
           bool include_tmax) { return time_range(times, sfreq, tmin, tmax, include_tmax); },
        "times"_a, "sfreq"_a, "tmin"_a.none(), "tmax"_a.none(), "include_tmax"_a = true,
        "Positions [start, stop) of the times in [tmin, tmax].");
    m.def(
        "raw_welch",
        [](const Raw& raw, const nb::dict& options, double tmin, double tmax, bool reject) {
            const auto o = welch_options(options);
            return run([&] { return psd_welch(raw, o, tmin, tmax, reject); });
        },
        "raw"_a, "options"_a, "tmin"_a, "tmax"_a, "reject_by_annotation"_a);
    m.def(
        "raw_multitaper",
        [](const Raw& raw, const nb::dict& options, double tmin, double tmax, bool reject) {
            const auto o = multitaper_options(options);
            return run([&] { return psd_multitaper(raw, o, tmin, tmax, reject); });
        },
        "raw"_a, "options"_a, "tmin"_a, "tmax"_a, "reject_by_annotation"_a);
    m.def(
        "epochs_welch",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = welch_options(options);
            return run([&] { return psd_welch(epochs, o); });
        },
        "epochs"_a, "options"_a);
    m.def(
        "epochs_multitaper",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = multitaper_options(options);
            return run([&] { return psd_multitaper(epochs, o); });
        },
        "epochs"_a, "options"_a);
    m.def(
        "evoked_welch",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = welch_options(options);
            return run([&] { return psd_welch(evoked, o); });
        },
        "evoked"_a, "options"_a);
    m.def(
        "evoked_multitaper",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = multitaper_options(options);
            return run([&] { return psd_multitaper(evoked, o); });
        },
        "evoked"_a, "options"_a);
    m.def(
        "rows_welch",
        [](const NumpyIn<double, 2>& data, double sfreq, const nb::dict& options) {
            auto o = welch_options(options);
            o.picks = {0};
            const Epochs epochs = rows_as_epochs(data, sfreq);
            return run([&] { return psd_welch(epochs, o); });
        },
        "data"_a, "sfreq"_a, "options"_a);
    m.def(
        "rows_multitaper",
        [](const NumpyIn<double, 2>& data, double sfreq, const nb::dict& options) {
            auto o = multitaper_options(options);
            o.picks = {0};
            const Epochs epochs = rows_as_epochs(data, sfreq);
            return run([&] { return psd_multitaper(epochs, o); });
        },
        "data"_a, "sfreq"_a, "options"_a);

    m.def(
        "morlet_average",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = morlet_options(options);
            PowerAndItc result = run([&] { return tfr_morlet(epochs, o); });
            return std::pair(std::move(result.power), std::move(result.itc));
        },
        "epochs"_a, "options"_a);
    m.def(
        "morlet_evoked",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = morlet_options(options);
            return run([&] { return tfr_morlet(evoked, o); });
        },
        "evoked"_a, "options"_a);
    m.def(
        "morlet_epochs",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = morlet_options(options);
            return run([&] { return epochs_tfr_morlet(epochs, o); });
        },
        "epochs"_a, "options"_a);
    m.def(
        "array_morlet_average",
        [](const NumpyIn<double, 3>& data, double sfreq, const nb::dict& options) {
            auto o = morlet_options(options);
            o.picks = all(static_cast<index>(data.shape(1)));
            const Epochs epochs = plain_epochs(data, sfreq);
            const PowerAndItc result = run([&] { return tfr_morlet(epochs, o); });
            return nb::make_tuple(numpy_view(result.power.data), numpy_view(result.itc.data));
        },
        "data"_a, "sfreq"_a, "options"_a);
    m.def(
        "array_morlet_power",
        [](const NumpyIn<double, 3>& data, double sfreq, const nb::dict& options) {
            auto o = morlet_options(options);
            o.picks = all(static_cast<index>(data.shape(1)));
            const Epochs epochs = plain_epochs(data, sfreq);
            return numpy_view(run([&] { return epochs_tfr_morlet(epochs, o); }).data);
        },
        "data"_a, "sfreq"_a, "options"_a);
    m.def(
        "morlet",
        [](double sfreq, const std::vector<double>& freqs, const std::vector<double>& n_cycles, bool zero_mean) {
            nb::list wavelets;
            for (const auto& w : numerics::morlet(sfreq, freqs, n_cycles, zero_mean)) {
                wavelets.append(numpy_copy(w));
            }
            return wavelets;
        },
        "sfreq"_a, "freqs"_a, "n_cycles"_a, "zero_mean"_a);
    m.def(
        "rescaled",
        [](const NumpyIn<double, 2>& data, const std::vector<double>& times, std::optional<double> tmin,
           std::optional<double> tmax, const std::string& mode) {
            AverageTfr tfr;
            tfr.times = times;
            tfr.freqs = {1};
            tfr.data = Array<double, 3>({static_cast<index>(data.shape(0)), 1, static_cast<index>(data.shape(1))});
            std::copy(data.data(), data.data() + data.size(), tfr.data.data());
            run([&] { apply_baseline(tfr, tmin, tmax, mode); });
            return nb::ndarray<nb::numpy, double, nb::ndim<2>, nb::c_contig>(
                tfr.data.data(), {data.shape(0), data.shape(1)},
                nb::capsule(new std::shared_ptr<void>(tfr.data.memory()),
                            [](void* p) noexcept { delete static_cast<std::shared_ptr<void>*>(p); }));
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
