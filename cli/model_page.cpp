#include "model_page.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/report/sections/sections.hpp"
#include "steps.hpp"

namespace ranvier::cli {

namespace {

using language::Model;

/// "50" in the unit shown, or "50*uA/cm**2". [SI]
double quantity(const std::string& typed, const Model& model, const std::string& what, const units::Dimension& wanted,
                double unit_scale, const std::string& unit) {
    if (const auto number = number_in<double>(typed)) {
        require(std::isfinite(*number), [&] { return what + " must be finite; got '" + typed + "'"; });
        return *number * unit_scale;
    }
    const auto read = language::checked_expression(typed, model, {}, what);
    if (!read.expr) {
        throw InvalidInput(language::rendered(read.diagnostics, {{what, typed}}));
    }
    require(read.expr->dimension == wanted, [&] {
        return what + " must be a number in " + (unit == "1" ? "no unit" : unit) + ", or a quantity such as '" +
               (unit == "1" ? "2" : "2*" + unit) + "'; got '" + typed + "'";
    });
    return language::value(read.expr, [](const language::Node&) { return std::nullopt; });
}

const language::Parameter& parameter_of(const Model& model, const std::string& name) {
    const language::Parameter* parameter = language::find_parameter(model, name);
    require(parameter, [&] {
        const std::vector<std::string> known = names_of(model.parameters);
        return "the model '" + model.name + "' has no parameter '" + name + "'" + did_you_mean(name, known) +
               " (it has: " + joined(known) + ")";
    });
    return *parameter;
}

double quantity(const std::string& typed, const Model& model, const language::Parameter& parameter) {
    return quantity(typed, model, parameter.name, parameter.dimension, parameter.unit_scale, parameter.unit);
}

report::PortraitOptions options_of(const ModelPageRequest& request, const Model& model) {
    report::PortraitOptions options;
    options.preset = request.preset;
    options.values = request.values;
    for (const std::string& item : request.set) {
        const std::size_t sign = item.find('=');
        require(sign != std::string::npos && sign > 0,
                [&] { return "--set wants NAME=VALUE, such as --set I=50; got '" + item + "'"; });
        const auto& parameter = parameter_of(model, item.substr(0, sign));
        require(!options.given.contains(parameter.name), "--set gives " + parameter.name + " twice");
        options.given[parameter.name] = quantity(item.substr(sign + 1), model, parameter);
    }
    if (!request.parameter.empty()) {
        options.parameter = parameter_of(model, request.parameter).name;
    }
    if (!request.range.empty()) {
        const std::string name = options.parameter.empty() ? report::varied_parameter(model) : options.parameter;
        require(!name.empty(), "--range needs --parameter: which one shall vary over " + request.range + "?");
        const std::size_t colon = request.range.find(':');
        require(colon != std::string::npos,
                [&] { return "--range wants LOW:HIGH, such as --range 0:150; got '" + request.range + "'"; });
        const auto& parameter = parameter_of(model, name);
        options.range = {quantity(request.range.substr(0, colon), model, parameter),
                         quantity(request.range.substr(colon + 1), model, parameter)};
        require((*options.range)[0] < (*options.range)[1],
                [&] { return "--range wants LOW:HIGH with LOW below HIGH; got '" + request.range + "'"; });
    }
    if (!request.span.empty()) {
        options.span = quantity(request.span, model, "span", model.time, model.time_scale, model.time_unit);
        require(options.span > 0, [&] { return "--span must be a positive time; got '" + request.span + "'"; });
    }
    return options;
}

/// "Hopf (subcritical)", "I = 93.8576 uA/cm**2", …
void add_special_points(const report::Portrait& portrait, ModelPageResult& result) {
    const auto& parameter = portrait.model.parameters[static_cast<std::size_t>(portrait.parameter)];
    Json list = Json::array();
    std::map<std::string, std::vector<std::string>> places;
    std::vector<std::string> kinds;
    const auto add = [&](const dynamics::SpecialPoint& point) {
        std::string kind(dynamics::name(point.kind));
        const bool graded = point.kind == dynamics::Bifurcation::hopf && point.lyapunov != 0;
        const std::string grade = graded ? (point.lyapunov < 0 ? "supercritical" : "subcritical") : "";
        list.push_back({{"kind", kind},
                        {"criticality", graded ? Json(grade) : Json(nullptr)},
                        {"value", point.parameter / parameter.unit_scale},
                        {"unit", parameter.unit}});
        kind[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(kind[0])));
        kind += graded ? " (" + grade + ")" : "";
        if (places.count(kind) == 0) {
            kinds.push_back(kind);
        }
        places[kind].push_back(shown(point.parameter, parameter));
    };
    for (const auto& point : portrait.equilibria.special_points) {
        add(point);
    }
    for (const auto& branch : portrait.cycles) {
        for (const auto& point : branch.special_points) {
            if (point.kind != dynamics::Bifurcation::hopf) {
                add(point);
            }
        }
    }
    // A cascade has dozens: the first say enough, the page and --json have all.
    constexpr std::size_t most = 4;
    for (const std::string& kind : kinds) {
        const auto& values = places[kind];
        for (std::size_t k = 0; k < std::min(most, values.size()); ++k) {
            const bool more = k + 1 == most && values.size() > most;
            result.lines.emplace_back(kind, parameter.name + " = " + values[k] +
                                                (more ? ", and " + text_of(values.size() - most) + " more" : ""));
        }
    }
    result.json["special_points"] = list;
}

}  // namespace

std::string shown(double v, const language::Variable& variable) {
    return formatted("%.6g", v / variable.unit_scale) + (variable.unit == "1" ? "" : " " + variable.unit);
}

ModelPageResult write_model_page(const ModelPageRequest& request, const std::filesystem::path& path, bool overwrite,
                                 const Common& common) {
    if (path.has_parent_path()) {
        make_folder(path.parent_path());
    }
    report::check_page(path, overwrite);
    check_other_file(path, request.model);
    Steps step;
    const language::ModelText source = language::model_text(request.model);
    const Model model = step("Read the equations", [&] { return language::loaded(request.model); });
    const report::PortraitOptions options = options_of(request, model);
    const report::Portrait portrait =
        step("Compute traces, planes and branches", [&] { return report::portrait(model, options); });

    const std::string title = model.title + (request.preset.empty() ? "" : ", preset " + request.preset);
    ModelPageResult result;
    result.json = {{"model", model.name}, {"preset", request.preset}};
    result.lines.emplace_back("Model", title);
    provenance::RunRecord run = new_run(common);
    run.parameters = {{"model", source.place}, {"preset", request.preset.empty() ? "none" : request.preset}};
    for (const auto& [name, value] : options.given) {
        run.parameters.emplace_back(name, shown(value, *language::find_parameter(model, name)));
    }
    if (portrait.parameter >= 0) {
        const auto& parameter = model.parameters[static_cast<std::size_t>(portrait.parameter)];
        const std::string range = shown(portrait.range[0], parameter) + " … " + shown(portrait.range[1], parameter);
        result.json["parameter"] = parameter.name;
        result.json["range"] = {portrait.range[0] / parameter.unit_scale, portrait.range[1] / parameter.unit_scale};
        result.json["unit"] = parameter.unit;
        result.lines.emplace_back("Varied", parameter.name + " = " + range);
        run.parameters.emplace_back("varied", parameter.name + " from " + range);
        add_special_points(portrait, result);
    }
    run.parameters.emplace_back("traces", text_of(portrait.values.size()) +
                                              (portrait.values.size() == 1 ? " value" : " values") +
                                              ", DOP853 (Rodas5P where stiff), relative tolerance 1e-8");
    for (const std::string& remark : portrait.remarks) {
        warn(remark);
    }
    if (!portrait.hint.empty()) {
        warn(portrait.hint);
    }
    run.timings = step.timings;
    run.inputs = {provenance::text_input(source.place, source.text)};
    report::Page page(title);
    report::add_portrait(page, title, portrait);
    report::add_equations(page, "Equations and parameters", portrait);
    report::add_run(page, "How this page was made", run);
    page.write(path, overwrite);
    result.json["report"] = path.string();
    return result;
}

void add_model_report(CLI::App& model_command, const Common& common) {
    CLI::App* command = model_command.add_subcommand(
        "report", "Write a page of a model: trace, phase plane, bifurcation diagram, equations");
    struct Options {
        ModelPageRequest request;
        std::string out;
        bool overwrite = false;
    };
    auto o = std::make_shared<Options>();
    ModelPageRequest& r = o->request;
    command->add_option("MODEL", r.model, "A name, e.g. morris_lecar, or a file, e.g. ./mine.model")->required();
    command->add_option("-o,--out", o->out, "The page (default: the model's name with .html)");
    command->add_option("--preset", r.preset, "The parameters of this preset");
    command->add_option("--set", r.set, "NAME=VALUE of a parameter, e.g. I=50 or 'I=50*uA/cm**2'; may be repeated")
        ->allow_extra_args(false);
    command->add_option("--parameter", r.parameter, "Which parameter the diagram varies (default: I)");
    command->add_option("--range", r.range, "LOW:HIGH of it, e.g. 0:150 (default: what shows its bifurcations)");
    command->add_option("--span", r.span, "Length of the traces, e.g. 200 (default: the model's)");
    command->add_option("--values", r.values, "At how many values there are traces")->capture_default_str();
    command->add_flag("--overwrite", o->overwrite, "Replace the page if it exists");
    explain(command,
            {"model report morris_lecar --preset hopf",
             "model report ./mine.model --parameter g_L --range 0:4 --set I=50 -o mine.html"},
            "Numbers without a unit are in the unit in which the model shows the quantity.");
    command->callback([o, &common] {
        const std::string stem = std::filesystem::path(o->request.model).stem().string();
        const std::filesystem::path out = o->out.empty() ? stem + ".html" : o->out;
        ModelPageResult result = write_model_page(o->request, out, o->overwrite, common);
        result.lines.emplace_back("Page", out.string());
        print(common, result.json, result.lines);
    });
}

}  // namespace ranvier::cli
