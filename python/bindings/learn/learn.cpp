// The submodule ranvier._core.learn: one function per family adds its part.
#include "call.hpp"

namespace ranvier::python {

void bind_learn_units(nb::module_& m);
void bind_learn_maps(nb::module_& m);
void bind_learn_nets(nb::module_& m);
void bind_learn_parts(nb::module_& m);
void bind_learn_files(nb::module_& m);

void bind_learn(nb::module_& m) {
    nb::module_ learn = m.def_submodule("learn", "The engine of ranvier.learn.");
    bind_learn_units(learn);
    bind_learn_maps(learn);
    bind_learn_nets(learn);
    bind_learn_parts(learn);
    bind_learn_files(learn);
}

}  // namespace ranvier::python
