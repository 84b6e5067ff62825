// The submodule ranvier._core.learn: the table of estimators, and what some of them do beside fit, predict and
// transform.
#include "learn/learn.hpp"

namespace ranvier::python {

void bind_learn(nb::module_& m) {
    nb::module_ learn = m.def_submodule("learn", "The engine of ranvier.learn.");
    bind_estimators(learn);
    bind_learn_extras(learn);
}

}  // namespace ranvier::python
