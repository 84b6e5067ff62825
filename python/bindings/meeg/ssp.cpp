// Signal-space projections from data.
#include "ranvier/meeg/noise/ssp.hpp"
#include "meeg/samples.hpp"
#include "objects.hpp"

namespace ranvier::python {

using namespace meeg;

void bind_ssp(nb::module_& m) {
    publish<SspOptions>();
    publish<RawSspOptions>();
    m.def("projections_of_epochs", engine_with<const Epochs&, SspOptions>(&compute_projections), "epochs"_a,
          "options"_a);
    m.def("projections_of_evoked", engine_with<const Evoked&, SspOptions>(&compute_projections), "evoked"_a,
          "options"_a);
    m.def(
        "projections_of_raw",
        [](const Raw& raw, const nb::dict& options) {
            const auto settings = options_of<RawSspOptions>(options);
            return run([&] { return compute_projections(std::make_shared<const Raw>(shared_raw(raw)), settings); });
        },
        "raw"_a, "options"_a);
}

}  // namespace ranvier::python
