// The submodule ranvier._core.language: models.
#include <algorithm>

#include "call.hpp"
#include "language/function_types.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/functions.hpp"
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

/// Throws what was reported about one text, with its lines. @throws ModelError
void complete(const language::Report& report, const language::Source& source) {
    if (report.count() > 0) {
        auto all = report.diagnostics();
        const std::string message = language::rendered(all, {{source.place, std::string(source.text)}});
        throw ModelError(message, std::move(all));
    }
}

/// The names that a text uses and the functions that it calls, each once, in the order of the text.
struct Used {
    std::vector<std::string> names, functions;

    void add(const language::Expr& e) {
        if (!e) {
            return;
        }
        if (e->op == language::Op::name) {
            once(names, e->name);
        } else if (e->op == language::Op::call) {
            once(functions, e->name);
        } else if (e->op == language::Op::number && !e->name.empty()) {
            once(names, e->name);  // a unit
        }
        for (const auto& operand : e->operands) {
            add(operand);
        }
    }

    static void once(std::vector<std::string>& list, const std::string& name) {
        if (std::ranges::find(list, name) == list.end()) {
            list.push_back(name);
        }
    }

    nb::tuple both() const { return nb::make_tuple(names, functions); }
};

/// Equations as written, before names are resolved: (form, name, expression, unit, scale, dimension, type, flags,
/// used).
nb::list equations_of(const std::string& text) {
    language::Report report;
    const language::Source source{text, "equations"};
    const auto all = language::parsed_equations(source, report);
    complete(report, source);
    nb::list list;
    for (const auto& e : all) {
        static constexpr const char* forms[] = {"differential equation", "subexpression", "parameter"};
        static constexpr const char* types[] = {"float", "integer", "boolean"};
        std::vector<std::string> flags;
        for (const auto& flag : e.flags) {
            flags.push_back(flag.first);
        }
        Used used;
        used.add(e.expr);
        list.append(nb::make_tuple(forms[static_cast<int>(e.form)], e.name,
                                   e.expr ? nb::cast(language::text(e.expr)) : nb::none(), e.unit.text,
                                   e.unit.unit.scale, e.unit.unit.dimension, types[static_cast<int>(e.unit.type)],
                                   flags, used.both()));
    }
    return list;
}

/// An expression as the language prints it, and what it uses.
nb::tuple expression_of(const std::string& text) {
    language::Report report;
    const language::Source source{text, "expression"};
    const auto e = language::parsed_expression(source, report);
    complete(report, source);
    Used used;
    used.add(e);
    return nb::make_tuple(language::text(e), used.both());
}

/// expression = drift + Σ factor · noise, as texts.
nb::tuple noise_of(const std::string& text) {
    language::Report report;
    const language::Source source{text, "expression"};
    auto rest = language::parsed_expression(source, report);
    complete(report, source);
    Used used;
    used.add(rest);
    nb::dict factors;
    for (const auto& name : used.names) {
        if (name != "xi" && !name.starts_with("xi_")) {
            continue;
        }
        const auto parts = language::linear_in(rest, name);
        require(parts.has_value(), name + " is noise: it can only be added, and multiplied by what is not noise");
        factors[nb::cast(name)] = language::text(parts->b);
        rest = parts->a;
    }
    return nb::make_tuple(language::text(rest), factors);
}

/// Checks names and dimensions of equations alone. @throws ModelError
void check_equations(const std::string& equations,
                     const std::map<std::string, std::pair<double, units::Dimension>>& constants,
                     const std::vector<Function>& functions,
                     const std::vector<std::pair<std::string, std::string>>& types) {
    language::Parts parts;
    parts.equations = equations;
    language::Scope scope;
    for (const auto& [name, value] : constants) {
        scope.constants[name] = {value.first, value.second};
    }
    for (const auto& [function, address, arguments, result] : functions) {
        scope.functions.push_back({function, reinterpret_cast<const void*>(address), arguments, result});
        const auto& [of_arguments, of_result] = types.at(scope.functions.size() - 1);
        set_types(scope.functions.back(), of_arguments, of_result);
    }
    language::model(parts, scope);
}

/// Assignments: (target, sign, expression, used).
nb::list statements_of(const std::string& text) {
    language::Report report;
    const language::Source source{text, "statements"};
    const auto all = language::parsed_statements(source, report);
    complete(report, source);
    nb::list list;
    for (const auto& s : all) {
        Used used;
        used.add(s.value);
        const std::string sign = s.op == language::Op::name ? "=" : std::string(language::symbol(s.op)) + "=";
        list.append(nb::make_tuple(s.target, sign, language::text(s.value), used.both()));
    }
    return list;
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
    m.def("equations", &equations_of, "text"_a);
    m.def("expression", &expression_of, "text"_a);
    m.def("statements", &statements_of, "text"_a);
    m.def("noise", &noise_of, "expression"_a);
    m.def("check_equations", &check_equations, "equations"_a, "constants"_a, "functions"_a, "types"_a);
    m.def("is_unit", [](const std::string& name) { return language::unit_in_expression(name).has_value(); });
    m.def("function_names", [] {
        std::vector<std::string> names;
        for (const auto& f : language::functions()) {
            names.emplace_back(f.name);
        }
        return names;
    });
    m.def("constants", [] {
        nb::dict all;
        for (const auto& c : language::named_constants()) {
            all[nb::cast(std::string(c.name))] = nb::make_tuple(c.value, c.dimension);
        }
        return all;
    });
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
