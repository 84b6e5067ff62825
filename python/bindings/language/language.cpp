// The submodule ranvier._core.language: models.
#include <algorithm>

#include "call.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/language/parse.hpp"
#include "ranvier/language/symbols.hpp"

namespace ranvier::python {

namespace {

using language::Model;
using Values = std::map<std::string, double>;

nb::list described(const auto& variables) {
    nb::list all;
    for (const auto& v : variables) {
        all.append(nb::make_tuple(v.name, v.unit, v.unit_scale, v.dimension, v.comment));
    }
    return all;
}

/// name, address, dimensions of the arguments and of the result
using Function = std::tuple<std::string, std::uintptr_t, std::vector<units::Dimension>, units::Dimension>;

/// A system as System takes it.
language::Parts parts_of(const std::string& equations, const std::string& threshold, const std::string& reset,
                         const std::string& refractory) {
    language::Parts parts;
    parts.kind = language::Kind::system;
    parts.equations = equations;
    parts.threshold = threshold;
    parts.reset = reset;
    parts.refractory = refractory;
    parts.time = language::Time::either;
    return parts;
}

Model model_of(const std::string& equations, const std::string& threshold, const std::string& reset,
               const std::string& refractory, const std::vector<Function>& functions) {
    const language::Parts parts = parts_of(equations, threshold, reset, refractory);
    language::Scope scope;
    for (const auto& [function, address, arguments, result] : functions) {
        scope.functions.push_back({function, reinterpret_cast<const void*>(address), arguments, result});
    }
    return language::model(parts, scope);
}

}  // namespace

void bind_language(nb::module_& parent) {
    nb::module_ m = parent.def_submodule("language", "The engine of ranvier.model().");
    nb::class_<Model>(m, "Model")
        .def_ro("name", &Model::name)
        .def_ro("title", &Model::title)
        .def_ro("paper", &Model::paper)
        .def_ro("doi", &Model::doi)
        .def_ro("about", &Model::about)
        .def_ro("time_unit", &Model::time_unit)
        .def_ro("time_scale", &Model::time_scale)
        .def_ro("time", &Model::time)
        .def_ro("method", &Model::method)
        .def_ro("step", &Model::step)
        .def_ro("span", &Model::span)
        .def_prop_ro("spikes", &Model::spikes)
        .def_prop_ro("noisy", &Model::noisy)
        .def_prop_ro("events", [](const Model& model) { return names_of(model.events); })
        .def_prop_ro("equations",
                     [](const Model& model) {
                         std::string lines;
                         for (const auto& s : model.states) {
                             lines += "d" + s.name + "/dt = " + language::text(s.rhs) + " : " + s.unit + "\n";
                         }
                         for (const auto& s : model.subexpressions) {
                             lines += s.name + " = " + language::text(s.expr) + " : " + s.unit + "\n";
                         }
                         for (const auto& p : model.parameters) {
                             lines += p.name + " : " + p.unit + "\n";
                         }
                         return lines;
                     })
        .def_prop_ro("presets", [](const Model& model) { return names_of(model.presets); })
        .def_prop_ro("states", [](const Model& model) { return described(model.states); })
        .def_prop_ro("parameters", [](const Model& model) { return described(model.parameters); })
        .def_prop_ro("subexpressions", [](const Model& model) { return described(model.subexpressions); })
        .def("values", &language::parameter_values)
        .def("initial", &language::initial_values);
    m.def("load_model", &language::loaded);
    m.def("model_names", &language::model_names);
    m.def("model_of", &model_of, "equations"_a, "threshold"_a, "reset"_a, "refractory"_a, "functions"_a);
    m.def(
        "free_names",
        [](const std::string& equations, const std::string& threshold, const std::string& reset,
           const std::string& refractory, bool units) {
            auto names = language::free_names(parts_of(equations, threshold, reset, refractory));
            if (!units) {  // "fF" is one where nothing of that name is given
                std::erase_if(names, [](const std::string& n) { return language::unit_in_expression(n).has_value(); });
            }
            return names;
        },
        "equations"_a, "threshold"_a, "reset"_a, "refractory"_a, "units"_a = false);
    m.def(
        "refusal_of_name",
        [](const std::string& name) { return language::refusal_of_name(name, language::Kind::system); }, "name"_a);
}

}  // namespace ranvier::python
