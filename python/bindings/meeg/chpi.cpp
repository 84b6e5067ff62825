// Coils that tell where heads are.
#include <algorithm>

#include "meeg/positions.hpp"
#include "meeg/samples.hpp"
#include "objects.hpp"
#include "ranvier/meeg/maxwell/hpi.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

ChpiAmplitudes amplitudes_of(const NumpyIn<double, 1>& times, const NumpyIn<double, 3>& slopes,
                             const Projection& proj) {
    ChpiAmplitudes out;
    out.times = vector_of<double>(times);
    out.slopes = array_of<double, 3>(slopes);
    out.proj = proj;
    require(out.slopes.extent(0) == std::ssize(out.times) && out.slopes.extent(2) == std::ssize(proj.channels),
            "chpi_amplitudes must hold slopes of shape (times, coils, channels of proj)");
    return out;
}

}  // namespace

void bind_chpi(nb::module_& m) {
    publish<ChpiOptions>();
    publish<ChpiLocsOptions>();
    publish<HeadPosOptions>();
    publish<FilterChpiOptions>();
    publish<RefitOptions>();
    m.def(
        "active_coils", [](const Raw& raw) { return numpy_copy(run([&] { return active_coils(raw); })); }, "raw"_a);
    m.def(
        "refit_hpi",
        [](Info& info, const nb::dict& settings, std::optional<int> most, const std::vector<index>& use) {
            auto options = options_of<RefitOptions>(settings);
            options.most = most;
            options.use = use;
            run([&] { refit_hpi(info, options); });
        },
        "info"_a, "options"_a, "most"_a.none(), "use"_a);
    m.def(
        "hpi_coils",
        [](const Info& info) -> nb::object {
            const auto coils = run([&] { return hpi_coils(info); });
            return coils ? nb::object(nb::make_tuple(numpy_copy(coils->freqs), coils->channel, numpy_copy(coils->on)))
                         : nb::object(nb::none());
        },
        "info"_a);
    m.def(
        "compute_chpi_amplitudes",
        [](const Raw& raw, const nb::dict& settings) {
            const auto options = options_of<ChpiOptions>(settings);
            ChpiAmplitudes found = run([&] { return compute_chpi_amplitudes(raw, options); });
            return nb::make_tuple(numpy_copy(found.times), numpy_view(found.slopes), std::move(found.proj));
        },
        "raw"_a, "options"_a);
    m.def(
        "compute_chpi_snr",
        [](const Raw& raw, const nb::dict& settings) {
            const auto options = options_of<ChpiOptions>(settings);
            const ChpiAmplitudes found = run([&] { return compute_chpi_snr(raw, options); });
            nb::dict out;
            out["times"] = numpy_copy(found.times);
            out["freqs"] = numpy_copy(found.freqs);
            const auto add = [&](const char* name, const Array<double, 2>& a, bool there) {
                if (there) {
                    out[name] = numpy_view(a);
                }
            };
            const bool mag = found.mag_resid.extent(1) > 0, grad = found.grad_resid.extent(1) > 0;
            add("mag_snr", found.mag_snr, mag);
            add("mag_power", found.mag_power, mag);
            add("mag_resid", found.mag_resid, mag);
            add("grad_snr", found.grad_snr, grad);
            add("grad_power", found.grad_power, grad);
            add("grad_resid", found.grad_resid, grad);
            return out;
        },
        "raw"_a, "options"_a);
    m.def(
        "compute_chpi_locs",
        [](const Info& info, const NumpyIn<double, 1>& times, const NumpyIn<double, 3>& slopes, const Projection& proj,
           const nb::dict& settings) {
            const auto options = options_of<ChpiLocsOptions>(settings);
            const ChpiAmplitudes amplitudes = amplitudes_of(times, slopes, proj);
            const ChpiLocs found = run([&] { return compute_chpi_locs(info, amplitudes, options); });
            return nb::make_tuple(numpy_copy(found.times), numpy_view(found.rrs), numpy_view(found.gofs),
                                  numpy_view(found.moments));
        },
        "info"_a, "times"_a, "slopes"_a, "proj"_a, "options"_a);
    m.def(
        "compute_head_pos",
        [](const Info& info, const NumpyIn<double, 1>& times, const NumpyIn<double, 3>& rrs,
           const NumpyIn<double, 2>& gofs, const nb::dict& settings) {
            const auto options = options_of<HeadPosOptions>(settings);
            ChpiLocs locs;
            locs.times = vector_of<double>(times);
            locs.rrs = array_of<double, 3>(rrs);
            locs.gofs = array_of<double, 2>(gofs);
            require(locs.rrs.extent(0) == std::ssize(locs.times) && locs.gofs.extent(0) == locs.rrs.extent(0) &&
                        locs.gofs.extent(1) == locs.rrs.extent(1) && locs.rrs.extent(2) == 3,
                    "chpi_locs must hold rrs of shape (times, coils, 3) and gofs of shape (times, coils)");
            return numpy_view(table_of(run([&] { return compute_head_pos(info, locs, options); })));
        },
        "info"_a, "times"_a, "rrs"_a, "gofs"_a, "options"_a);
    m.def("filter_chpi", engine_with<Raw&, FilterChpiOptions>(&filter_chpi), "raw"_a, "options"_a);
}

}  // namespace ranvier::python
