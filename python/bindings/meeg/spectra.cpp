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

nb::tuple python_spectrum(const Spectrum& s) { return nb::make_tuple(numpy_view(s.data), numpy_copy(s.freqs)); }

/// (data, times, nave)
nb::tuple python_tfr(const AverageTfr& t) { return nb::make_tuple(numpy_view(t.data), numpy_copy(t.times), t.nave); }

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

}  // namespace

void bind_spectra(nb::module_& m) {
    m.def(
        "raw_welch",
        [](const Raw& raw, const nb::dict& options, double tmin, double tmax, bool reject) {
            const auto o = welch_options(options);
            return python_spectrum(run([&] { return psd_welch(raw, o, tmin, tmax, reject); }));
        },
        "raw"_a, "options"_a, "tmin"_a, "tmax"_a, "reject_by_annotation"_a);
    m.def(
        "raw_multitaper",
        [](const Raw& raw, const nb::dict& options, double tmin, double tmax, bool reject) {
            const auto o = multitaper_options(options);
            return python_spectrum(run([&] { return psd_multitaper(raw, o, tmin, tmax, reject); }));
        },
        "raw"_a, "options"_a, "tmin"_a, "tmax"_a, "reject_by_annotation"_a);
    m.def(
        "epochs_welch",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = welch_options(options);
            return python_spectrum(run([&] { return psd_welch(epochs, o); }));
        },
        "epochs"_a, "options"_a);
    m.def(
        "epochs_multitaper",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = multitaper_options(options);
            return python_spectrum(run([&] { return psd_multitaper(epochs, o); }));
        },
        "epochs"_a, "options"_a);
    m.def(
        "evoked_welch",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = welch_options(options);
            return python_spectrum(run([&] { return psd_welch(evoked, o); }));
        },
        "evoked"_a, "options"_a);
    m.def(
        "evoked_multitaper",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = multitaper_options(options);
            return python_spectrum(run([&] { return psd_multitaper(evoked, o); }));
        },
        "evoked"_a, "options"_a);
    m.def(
        "rows_welch",
        [](const NumpyIn<double, 2>& data, double sfreq, const nb::dict& options) {
            auto o = welch_options(options);
            o.picks = {0};
            const Epochs epochs = rows_as_epochs(data, sfreq);
            return python_spectrum(run([&] { return psd_welch(epochs, o); }));
        },
        "data"_a, "sfreq"_a, "options"_a);
    m.def(
        "rows_multitaper",
        [](const NumpyIn<double, 2>& data, double sfreq, const nb::dict& options) {
            auto o = multitaper_options(options);
            o.picks = {0};
            const Epochs epochs = rows_as_epochs(data, sfreq);
            return python_spectrum(run([&] { return psd_multitaper(epochs, o); }));
        },
        "data"_a, "sfreq"_a, "options"_a);

    m.def(
        "morlet_average",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = morlet_options(options);
            const PowerAndItc result = run([&] { return tfr_morlet(epochs, o); });
            return nb::make_tuple(python_tfr(result.power), python_tfr(result.itc));
        },
        "epochs"_a, "options"_a);
    m.def(
        "morlet_evoked",
        [](const Evoked& evoked, const nb::dict& options) {
            const auto o = morlet_options(options);
            return python_tfr(run([&] { return tfr_morlet(evoked, o); }));
        },
        "evoked"_a, "options"_a);
    m.def(
        "morlet_epochs",
        [](const Epochs& epochs, const nb::dict& options) {
            const auto o = morlet_options(options);
            const EpochsTfr result = run([&] { return epochs_tfr_morlet(epochs, o); });
            return nb::make_tuple(numpy_view(result.data), numpy_copy(result.times));
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
