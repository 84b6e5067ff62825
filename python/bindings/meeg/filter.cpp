#include "ranvier/meeg/preprocess/filter.hpp"

#include "meeg/info.hpp"
#include "meeg/options.hpp"
#include "ranvier/numerics/filter_design.hpp"

namespace ranvier::python {

using namespace meeg;

FilterOptions filter_options(const nb::dict& options) {
    FilterOptions o;
    take(options, "l_freq", o.l_freq);
    take(options, "h_freq", o.h_freq);
    take(options, "l_trans_bandwidth", o.l_trans_bandwidth);
    take(options, "h_trans_bandwidth", o.h_trans_bandwidth);
    take(options, "filter_length", o.filter_length);
    take(options, "method", o.method);
    take(options, "iir_order", o.iir_order);
    take(options, "phase", o.phase);
    take(options, "fir_window", o.fir_window);
    take(options, "fir_design", o.fir_design);
    take(options, "pad", o.pad);
    take(options, "picks", o.picks);
    return o;
}

NotchOptions notch_options(const nb::dict& options) {
    NotchOptions o;
    take(options, "freqs", o.freqs);
    take(options, "notch_widths", o.notch_widths);
    take(options, "trans_bandwidth", o.trans_bandwidth);
    take(options, "filter_length", o.filter_length);
    take(options, "method", o.method);
    take(options, "phase", o.phase);
    take(options, "fir_window", o.fir_window);
    take(options, "pad", o.pad);
    take(options, "iir_order", o.iir_order);
    take(options, "picks", o.picks);
    return o;
}

ResampleOptions resample_options(const nb::dict& options) {
    ResampleOptions o;
    take(options, "sfreq", o.sfreq);
    take(options, "npad", o.npad);
    take(options, "window", o.window);
    take(options, "method", o.method);
    take(options, "pad", o.pad);
    return o;
}

void bind_filter(nb::module_& m) {
    m.def(
        "filter_data",
        [](const NumpyInOut<double, 2>& data, double sfreq, const nb::dict& options) {
            const auto settings = filter_options(options);
            run([&] { filter(view_of<double, 2>(data), sfreq, settings); });
        },
        "data"_a.noconvert(), "sfreq"_a, "options"_a, "Filter rows in place.");
    m.def(
        "notch_filter_data",
        [](const NumpyInOut<double, 2>& data, double sfreq, const nb::dict& options) {
            const auto settings = notch_options(options);
            run([&] { notch_filter(view_of<double, 2>(data), sfreq, settings); });
        },
        "data"_a.noconvert(), "sfreq"_a, "options"_a, "Filter rows in place.");
    m.def(
        "resampled",
        [](const NumpyIn<double, 2>& data, double up, double down, const nb::dict& options) {
            const auto settings = resample_options(options);
            return numpy_view(run([&] { return resampled(view_of<double, 2>(data), up, down, settings); }));
        },
        "data"_a, "up"_a, "down"_a, "options"_a);
    m.def(
        "fir_coefficients",
        [](double sfreq, const nb::dict& options, index n_samples) {
            const auto settings = filter_options(options);
            return numpy_copy(run([&] { return fir_coefficients(sfreq, settings, n_samples); }));
        },
        "sfreq"_a, "options"_a, "n_samples"_a = 0);
    m.def(
        "butterworth",
        [](int order, const std::vector<double>& edges, const std::string& type, double sfreq) {
            using numerics::BandType;
            const BandType band = type == "lowpass"    ? BandType::lowpass
                                  : type == "highpass" ? BandType::highpass
                                  : type == "bandpass" ? BandType::bandpass
                                                       : BandType::bandstop;
            const auto sections = run([&] { return numerics::butterworth(order, edges, band, sfreq); });
            Array<double, 2> sos({static_cast<index>(sections.size()), 6});
            for (index k = 0; k < sos.extent(0); ++k) {
                std::copy(sections[k].begin(), sections[k].end(), sos.data() + 6 * k);
            }
            return numpy_view(sos);
        },
        "order"_a, "edges"_a, "type"_a, "sfreq"_a);
}

}  // namespace ranvier::python
