// The submodule ranvier._core.units.
#include "call.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::python {

void bind_units(nb::module_& parent) {
    nb::module_ m = parent.def_submodule("units", "The engine of ranvier.units.");
    using units::Dimension;
    nb::class_<Dimension>(m, "Dimension")
        .def(nb::init<>())
        .def_prop_ro("dimensionless", &Dimension::dimensionless)
        .def("__mul__", [](const Dimension& a, const Dimension& b) { return a * b; })
        .def("__truediv__", [](const Dimension& a, const Dimension& b) { return a / b; })
        .def("__pow__", [](const Dimension& a, double e) { return units::pow(a, e); })
        .def("__eq__", [](const Dimension& a, const Dimension& b) { return a == b; })
        .def("__hash__", [](const Dimension& a) { return nb::hash(nb::str(units::text(a).c_str())); })
        .def("__repr__", [](const Dimension& a) { return units::text(a); })
        .def("__getstate__", [](const Dimension& a) { return a.twelfths; })
        .def("__setstate__", [](Dimension& a, const std::array<int, 7>& t) { new (&a) Dimension{t}; });
    m.def("unit", [](const std::string& text) {
        const auto u = language::unit_from_text(text);
        return nb::make_tuple(u.scale, u.dimension);
    });
}

}  // namespace ranvier::python
