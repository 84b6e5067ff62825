// The submodule ranvier._core.units.
#include <array>

#include "call.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::python {

namespace {

units::Dimension of_exponents(const std::array<double, 7>& exponents) {
    units::Dimension result;
    for (std::size_t k = 0; k < exponents.size(); ++k) {
        units::Dimension base;
        base.twelfths[k] = 12;
        result = result * units::pow(base, exponents[k]);
    }
    return result;
}

std::array<double, 7> exponents(const units::Dimension& dimension) {
    std::array<double, 7> result;
    for (std::size_t k = 0; k < result.size(); ++k) {
        result[k] = dimension.twelfths[k] / 12.0;
    }
    return result;
}

}  // namespace

void bind_units(nb::module_& parent) {
    nb::module_ m = parent.def_submodule("units", "The engine of ranvier.units.");
    using units::Dimension;
    nb::class_<Dimension>(m, "Dimension")
        .def(nb::init<>())
        .def(
            "__init__", [](Dimension* self, const std::array<double, 7>& e) { new (self) Dimension(of_exponents(e)); },
            "exponents"_a)
        .def_prop_ro("dimensionless", &Dimension::dimensionless)
        .def_prop_ro("exponents", &exponents)
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
    m.def("name", &units::name, "dimension"_a);
}

}  // namespace ranvier::python
