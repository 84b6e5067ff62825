#include "ranvier/meeg/preprocess/filter.hpp"

#include <algorithm>

#include "meeg/info.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/filter_response.hpp"
#include "ranvier/numerics/smoothing.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

nb::object python_filter(const IirFilter& filter) {
    const bool given = filter.sections.empty();  // as polynomials
    const auto polynomials = given ? filter.polynomials : numerics::transfer_function(filter.sections);
    Array<double, 2> sos({std::ssize(filter.sections), 6});
    for (index k = 0; k < sos.extent(0); ++k) {
        std::ranges::copy(filter.sections[static_cast<std::size_t>(k)], sos.data() + 6 * k);
    }
    return nb::make_tuple(given ? nb::none() : nb::object(nb::cast(numpy_view(sos))), numpy_copy(polynomials.b),
                          numpy_copy(polynomials.a), filter.padlen);
}

}  // namespace

void bind_filter(nb::module_& m) {
    publish<FilterOptions>();
    publish<NotchOptions>();
    publish<ResampleOptions>();
    m.def(
        "filter_data",
        [](const NumpyInOut<double, 2>& data, double sfreq, const nb::dict& options) {
            const auto settings = options_of<FilterOptions>(options);
            run([&] { filter(view_of<double, 2>(data), sfreq, settings); });
        },
        "data"_a.noconvert(), "sfreq"_a, "options"_a, "Filter rows in place.");
    m.def(
        "notch_filter_data",
        [](const NumpyInOut<double, 2>& data, double sfreq, const nb::dict& options) {
            const auto settings = options_of<NotchOptions>(options);
            run([&] { notch_filter(view_of<double, 2>(data), sfreq, settings); });
        },
        "data"_a.noconvert(), "sfreq"_a, "options"_a, "Filter rows in place.");
    m.def(
        "resampled",
        [](const NumpyIn<double, 2>& data, double up, double down, const nb::dict& options) {
            const auto settings = options_of<ResampleOptions>(options);
            return numpy_view(run([&] { return resampled(view_of<double, 2>(data), up, down, settings); }));
        },
        "data"_a, "up"_a, "down"_a, "options"_a);
    m.def(
        "fir_coefficients",
        [](double sfreq, const nb::dict& options, index n_samples) {
            const auto settings = options_of<FilterOptions>(options);
            return numpy_copy(run([&] { return fir_coefficients(sfreq, settings, n_samples); }));
        },
        "sfreq"_a, "options"_a, "n_samples"_a = 0);
    m.def(
        "iir_sections",
        [](double sfreq, const nb::dict& options) {
            const auto settings = options_of<FilterOptions>(options);
            return python_filter(run([&] { return iir_filter(sfreq, settings); }));
        },
        "sfreq"_a, "options"_a, "Sections, polynomials and padding; sections are none where polynomials were given.");
    publish<IirParams>();
    m.def(
        "construct_iir_filter",
        [](const nb::dict& params, const std::vector<double>& pass, const std::vector<double>& stop, double sfreq,
           std::optional<int> type, bool both_ways) {
            const auto settings = options_of<IirParams>(params);
            const auto band = type ? std::optional(static_cast<numerics::BandType>(*type)) : std::nullopt;
            return python_filter(
                run([&] { return construct_iir_filter(settings, pass, stop, sfreq, band, both_ways); }));
        },
        "params"_a, "pass"_a, "stop"_a, "sfreq"_a, "type"_a.none(), "both_ways"_a);
    m.def(
        "ringing_samples",
        [](const NumpyIn<double, 2>& sos, index longest) {
            require(sos.shape(1) == 6, [&] {
                return "second-order sections must have shape (n, 6); got (" + text_of(sos.shape(0)) + ", " +
                       text_of(sos.shape(1)) + ")";
            });
            std::vector<numerics::Section> sections(sos.shape(0));
            for (std::size_t k = 0; k < sections.size(); ++k) {
                std::copy_n(sos.data() + 6 * k, 6, sections[k].begin());
            }
            return run([&] { return ringing_samples(sections, longest); });
        },
        "sos"_a, "longest"_a);
    m.def(
        "ringing_samples",
        [](const std::vector<double>& b, const std::vector<double>& a, index longest) {
            return run([&] { return ringing_samples(numerics::TransferFunction{b, a}, longest); });
        },
        "b"_a, "a"_a, "longest"_a);
    m.def(
        "savgol_filter",
        [](const NumpyInOut<double, 2>& data, index window, index order) {
            run([&] { numerics::savgol_filter(view_of<double, 2>(data), window, order); });
        },
        "data"_a.noconvert(), "window"_a, "order"_a, "Smooth rows by local polynomials, in place.");
    m.def(
        "next_fast_len", [](index target) { return numerics::fast_length(target, 5); }, "target"_a);
    m.def(
        "envelope",
        [](const NumpyInOut<double, 2>& data, index n_fft) {
            run([&] { numerics::envelope(view_of<double, 2>(data), n_fft); });
        },
        "data"_a.noconvert(), "n_fft"_a, "Rows become the magnitude of their analytic signals, in place.");
    m.def(
        "hilbert",
        [](const NumpyInOut<double, 2>& data, index n_fft) {
            run([&] { numerics::hilbert(view_of<double, 2>(data), n_fft); });
        },
        "data"_a.noconvert(), "n_fft"_a, "Rows become the imaginary part of their analytic signals, in place.");
}

}  // namespace ranvier::python
