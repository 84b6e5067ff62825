#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <optional>

#include "commands.hpp"
#include "model_page.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/diagnostic.hpp"
#include "ranvier/language/model.hpp"
#include "ranvier/language/syntax_check.hpp"

namespace ranvier::cli {

namespace {

using language::Model;

std::string kind_name(language::Kind kind) {
    return std::string(std::ranges::find(language::kinds, kind, [](const auto& k) { return k.second; })->first);
}

Json json_of(const std::vector<Diagnostic>& diagnostics) {
    Json list = Json::array();
    for (const Diagnostic& d : diagnostics) {
        list.push_back({{"place", d.place},
                        {"line", d.line},
                        {"column", d.column},
                        {"length", d.length},
                        {"message", d.message},
                        {"suggestion", d.suggestion}});
    }
    return list;
}

void list_models(const Common& common) {
    Json all = Json::array();
    std::size_t widest = 0;
    for (const std::string& name : language::model_names()) {
        const language::ModelText source = language::model_text(name);
        const auto result = language::checked_file(source.text, source.place);
        widest = std::max(widest, name.size());
        all.push_back({{"name", name},
                       {"kind", kind_name(result.model.kind)},
                       {"title", result.model.title},
                       {"presets", names_of(result.model.presets)},
                       {"sound", result.diagnostics.empty()}});
    }
    if (common.json) {
        print_json(all);
        return;
    }
    for (const char* kind : {"neuron", "channel", "synapse", "population", "system", "cable"}) {
        std::string heading = std::string(kind) + "s\n";
        for (const Json& m : all) {
            if (m["kind"] != kind) {
                continue;
            }
            std::string line = "  " + m["name"].get<std::string>();
            line.resize(widest + 4, ' ');
            const std::string presets = joined(m["presets"]);
            print(std::exchange(heading, "") + line + m["title"].get<std::string>() +
                  (presets.empty() ? "" : " (" + presets + ")") + (m["sound"].get<bool>() ? "" : " [has mistakes]"));
        }
    }
}

/// Variables, with `more` that is known of each.
Json json_of(const auto& variables, auto&& more) {
    Json list = Json::array();
    for (const auto& v : variables) {
        list.push_back({{"name", v.name}, {"unit", v.unit}, {"unit_scale", v.unit_scale}, {"comment", v.comment}});
        list.back().update(more(v));
    }
    return list;
}

Json json_of(const Model& model, const std::map<std::string, double>& values) {
    Json out{
        {"name", model.name}, {"kind", kind_name(model.kind)}, {"title", model.title},        {"paper", model.paper},
        {"doi", model.doi},   {"about", model.about},          {"time_unit", model.time_unit}};
    out["states"] = json_of(model.states, [](const auto& s) { return Json{{"equation", language::text(s.rhs)}}; });
    out["subexpressions"] = json_of(model.subexpressions, [](const auto& s) {
        return Json{{"equation", language::text(s.expr)}};
    });
    out["parameters"] = json_of(model.parameters, [&](const auto& p) {  // an infinite bound is null in JSON
        const auto value = values.find(p.name);
        return Json{{"value", value == values.end() ? Json() : Json(value->second)}, {"low", p.low}, {"high", p.high}};
    });
    out["presets"] = Json::array();
    for (const auto& p : model.presets) {
        out["presets"].push_back({{"name", p.name}, {"comment", p.comment}});
    }
    return out;
}

void show_model(const std::string& name, const std::string& preset, const Common& common) {
    const Model model = language::loaded(name);
    const auto values = language::parameter_values(model, preset);
    if (common.json) {
        print_json(json_of(model, values));
        return;
    }
    if (preset.empty()) {
        const std::string text = language::model_text(name).text;
        print(text.substr(0, text.find_last_not_of('\n') + 1));
        return;
    }
    print(model.title + ", preset " + preset);
    for (const auto& p : model.parameters) {
        const auto value = values.find(p.name);
        if (value != values.end()) {
            print("  " + p.name + " = " + shown(value->second, p) + (p.comment.empty() ? "" : "   # " + p.comment));
        }
    }
}

void check_models(const std::vector<std::string>& names, const Common& common) {
    Json all = Json::array();
    std::string mistakes;
    std::size_t count = 0;
    for (const std::string& name : names) {
        const language::ModelText source = language::model_text(name);
        const auto result = language::checked_file(source.text, source.place);
        all.push_back({{"model", name}, {"diagnostics", json_of(result.diagnostics)}});
        count += result.diagnostics.size();
        if (!result.diagnostics.empty()) {
            mistakes +=
                (mistakes.empty() ? "" : "\n") + language::rendered(result.diagnostics, {{source.place, source.text}});
        } else if (!common.json) {
            print(name + ": no mistakes (" + text_of(result.model.states.size()) + " differential equations, " +
                  text_of(result.model.parameters.size()) + " parameters, " + text_of(result.model.presets.size()) +
                  " presets)");
        }
    }
    if (common.json) {
        print_json(all);
    }
    if (count > 0) {
        throw InvalidInput(text_of(count) + (count == 1 ? " mistake" : " mistakes") +
                           (common.json ? "" : "\n" + mistakes));
    }
}

constexpr const char* template_text = R"(# %NAME%: what it is, in a sentence
model: %NAME%
kind: neuron
paper: Author A (year). Title. Journal volume:pages
doi: 10.0000/0000
about:
    Where the values come from, and what to look out for.
time: ms
method: rk4
step: 0.1*ms
span: 200*ms

parameters:
    tau = 10*ms   in (0, inf)   # membrane time constant
    E_L = -70*mV                # resting potential
    V_t = -50*mV                # threshold
    V_r = -70*mV                # reset
    R   = 100*Mohm in (0, inf)  # input resistance
    I   = 0.25*nA               # injected current

equations:
    dv/dt = (E_L - v + R*I)/tau : mV (unless refractory)

threshold: v > V_t
reset:
    v = V_r
refractory: 2*ms
initial:
    v = E_L

preset strong:   # twice the current
    I = 0.5*nA
)";

void new_model(const std::string& path, bool overwrite, const Common& common) {
    std::string goal = path.ends_with(".model") ? path : path + ".model";
    const std::string name = std::filesystem::path(goal).stem().string();
    std::string text = template_text;
    for (std::size_t at = text.find("%NAME%"); at != std::string::npos; at = text.find("%NAME%")) {
        text.replace(at, 6, name);
    }
    OutputFile file(goal, overwrite);
    file.write(text);
    file.commit();
    print_written(common, goal);
}

/// For editors and for comparing with other people's models: a JSON list of {kind, text} on standard input, a list of
/// diagnostics for each on standard output.
void parse_texts() {
    const std::string input{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
    const Json texts = formats::parsed_json(input);
    Json out = Json::array();
    require(texts.is_array(), "standard input must be a JSON list of {\"kind\": ..., \"text\": ...}");
    for (const Json& item : texts) {
        require(item.is_object() && item.contains("kind") && item.contains("text") && item["kind"].is_string() &&
                    item["text"].is_string(),
                "each item must be {\"kind\": \"equations\", \"statements\", \"expression\", \"neuron\", \"synapse\" "
                "or \"cable\", "
                "\"text\": ...}");
        out.push_back(
            json_of(language::syntax_mistakes(item["text"].get<std::string>(), item["kind"].get<std::string>())));
    }
    print_json(out);
}

}  // namespace

void add_model(CLI::App& app, const Common& common) {
    CLI::App* command =
        app.add_subcommand("model", "List, show, check, begin and picture models: text files of equations");
    command->require_subcommand(1);
    command->fallthrough();
    CLI::App* list = command->add_subcommand("list", "The models that a name finds");
    explain(list, {"model list"});
    list->callback([&common] { list_models(common); });

    CLI::App* show = command->add_subcommand("show", "The text of a model, or its values in a preset");
    auto shown_name = std::make_shared<std::string>();
    auto preset = std::make_shared<std::string>();
    show->add_option("MODEL", *shown_name, "A name, e.g. morris_lecar, or a file, e.g. ./mine.model")->required();
    show->add_option("--preset", *preset, "Show the parameters in this preset");
    explain(show, {"model show morris_lecar", "model show morris_lecar --preset hopf"});
    show->callback([=, &common] { show_model(*shown_name, *preset, common); });

    CLI::App* check = command->add_subcommand("check", "All mistakes of models, each with line, column and a caret");
    auto names = std::make_shared<std::vector<std::string>>();
    check->add_option("MODEL", *names, "Names or files")->required();
    explain(check, {"model check ./mine.model"});
    check->callback([=, &common] { check_models(*names, common); });

    add_model_report(*command, common);

    CLI::App* fresh = command->add_subcommand("new", "Begin a model from a small example");
    auto goal = std::make_shared<std::string>();
    auto overwrite = std::make_shared<bool>(false);
    fresh->add_option("FILE", *goal, "Where to write it, e.g. mine.model")->required();
    fresh->add_flag("--overwrite", *overwrite, "Replace an existing file");
    explain(fresh, {"model new mine.model"});
    fresh->callback([=, &common] { new_model(*goal, *overwrite, common); });

    CLI::App* parse =
        command->add_subcommand("parse", "Mistakes of texts: a JSON list of {kind, text} on standard input");
    explain(parse, {"model parse < texts.json"});
    parse->callback([] { parse_texts(); });
}

}  // namespace ranvier::cli
