#include <iostream>

#include "commands.hpp"
#include "contents.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/tables/json_value.hpp"
#include "ranvier/formats/tables/model_file.hpp"
#include "ranvier/formats/tables/table.hpp"

namespace ranvier::cli {

namespace {

using namespace learn;

struct Arguments {
    std::string data, model = "som", target, out = "model.rvl";
    std::vector<std::string> parameters;
    std::optional<std::int64_t> rows, columns;
    bool overwrite = false;
};

/// Settings that have a flag of their own beside --param.
constexpr struct {
    const char *flag, *setting, *help;
} short_flags[] = {{"--seed", "random_state", "Of random numbers (random_state)"},
                   {"--epochs", "max_iter", "Most passes over the data (max_iter)"},
                   {"--hidden", "hidden_layer_sizes", "Units of each hidden layer of a net, commas between them"},
                   {"--components", "n_components", "To keep (n_components)"},
                   {"--vigilance", "rho", "Of adaptive resonance, 0 to 1 (rho)"}};

/// A value as people write it: a number, true, false, null or none, a list with commas, JSON, or else a word.
Json value_of(const std::string& text) {
    if (text == "None" || text == "none") {
        return nullptr;
    }
    if (text == "True" || text == "False") {
        return text == "True";
    }
    for (const std::string& form : {text, "[" + text + "]"}) {
        if (Json::accept(form)) {
            return formats::parsed_json(form);
        }
    }
    return text;
}

/// What --param and its shorter forms say.
Value::Map settings_of(const Arguments& a) {
    Json changes = Json::object();
    const auto set = [&](const std::string& name, const Json& value) {
        require(!changes.contains(name), [&] { return "the parameter " + name + " is given twice"; });
        changes[name] = value;
    };
    for (const std::string& text : a.parameters) {
        const std::size_t at = text.find('=');
        require(at != std::string::npos && at > 0, [&] { return "--param must be name=value; got '" + text + "'"; });
        set(text.substr(0, at), value_of(text.substr(at + 1)));
    }
    if (a.rows || a.columns) {
        set("shape", {a.rows.value_or(10), a.columns.value_or(10)});
    }
    return *formats::value_of(changes).as<Value::Map>();
}

/// What a state calls the names of the columns that its model learnt from.
const std::string names_entry = "feature_names_in_";

void fit(const Arguments& a, const Common& common) {
    const Value::Map settings = settings_of(a);
    formats::check_name(a.out, formats::model_format);
    check_output(a.out, a.data, a.overwrite);
    require_target(a.model, !a.target.empty());  // before the data are read, so that it is said at once
    const formats::Table table = formats::read_table(a.data, a.target);
    FittedModel fit = fitted_model(a.model, settings, table.X, table.target);
    if (!table.columns.empty()) {
        fit.model.state[names_entry] = table.columns;
    }
    formats::write_model(fit.model, a.out, a.overwrite);
    Json said{
        {"model", a.model}, {"kind", fit.model.kind}, {"samples", table.X.extent(0)}, {"features", table.X.extent(1)}};
    said.update(formats::json_of(fit.report));
    said["written"] = a.out;
    print_table(common, said, 22);
}

/// A line for each sample: its class, or its numbers with commas between them.
std::vector<std::string> lines_of(const Answer& said) {
    std::vector<std::string> lines = said.labels;
    for (index i = 0; i < said.values.extent(0); ++i) {
        std::string& line = lines.emplace_back();
        for (index k = 0; k < said.values.extent(1); ++k) {
            line += (k > 0 ? "," : "") + formatted("%.17g", said.values(i, k));
        }
    }
    return lines;
}

/// What can be trained; of one, its settings with what they mean.
void models(const std::string& word, const Common& common) {
    Json said = Json::object();
    for (const Estimator& e : estimators()) {
        if (!word.empty() && &e != &estimator(word)) {
            continue;
        }
        const Json parameters = formats::json_of(e.completed({}));
        if (common.json) {
            said[e.word] = {{"kind", e.name()}, {"purpose", e.about}, {"parameters", parameters}};
            continue;
        }
        print(e.word + std::string(12 - std::min<std::size_t>(11, e.word.size()), ' ') + e.name() + ": " + e.about +
              (e.target == Target::classes   ? " (needs --target: classes)"
               : e.target == Target::numbers ? " (needs --target: numbers)"
                                             : ""));
        std::string line = "           ";
        for (const Field& field : e.settings->list) {
            if (!word.empty()) {
                print("  " + field.name + " (" + (field.rule().empty() ? field.type() : field.rule()) +
                      ") = " + parameters[field.name].dump() + ": " + field.about);
            }
            const Json& value = parameters[field.name];
            line += " " + field.name + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
        }
        if (word.empty()) {
            print(line);
        }
    }
    if (common.json) {
        print_json(said);
    }
}

void predict(const Arguments& a, const Common& common) {
    if (!a.out.empty()) {
        check_output(a.out, a.data, a.overwrite);
        check_other_file(a.out, a.model);
    }
    const Model model = formats::read_model(a.model);
    formats::Table table = formats::read_table(a.data, a.target);
    const bool named = model.state.contains(names_entry);
    if (named && !table.columns.empty()) {
        formats::order_columns(table, words(model.state, names_entry));
    } else if (named != !table.columns.empty()) {
        warn(std::string(named ? "the table has" : "the model has") +
             " no names of columns: they are taken in their order");
    }
    const Answer said = answer(model, table.X);
    if (!a.out.empty()) {
        OutputFile file(a.out, a.overwrite);
        file.write(joined(lines_of(said), "\n") + "\n");
        file.commit();
        print_written(common, a.out, {{"samples", table.X.extent(0)}});
        return;
    }
    if (common.json) {
        Json rows = Json::array();
        for (index i = 0; i < said.values.extent(0); ++i) {
            rows.push_back(std::vector<double>(&said.values(i, 0), &said.values(i, 0) + said.values.extent(1)));
        }
        print_json(said.labels.empty() ? Json{{"values", rows}} : Json{{"labels", said.labels}});
        return;
    }
    for (const std::string& line : lines_of(said)) {
        print(line);
    }
}

void inspect(const std::string& path, const Common& common) {
    const Facts facts = facts_of(formats::read_model(path));
    print(common, facts.json, facts.lines);
}

}  // namespace

void add_learn(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("learn", "Train networks on tables, and ask them");
    command->require_subcommand(1);

    std::string words;
    for (const Estimator& e : estimators()) {
        words += (words.empty() ? "" : ", ") + e.word;
    }
    auto a = std::make_shared<Arguments>();
    CLI::App* fitting = command->add_subcommand("fit", "Train a model and write it to a file");
    fitting->add_option("DATA", a->data, "Samples in rows: .csv or .npy")->required();
    fitting
        ->add_option("--model", a->model, "What to train: " + words + "; a+b trains b on what a makes of the samples")
        ->capture_default_str();
    fitting->add_option("--target", a->target,
                        "Column of a .csv that says the class or number: its name or number (-1: the last)");
    fitting->add_option("--out", a->out, "Model file")->capture_default_str();
    fitting->add_option("--param", a->parameters,
                        "name=value, as often as needed; `ranvier learn models` lists names and defaults");
    fitting->add_option("--rows", a->rows, "Of a map");
    fitting->add_option("--columns", a->columns, "Of a map");
    for (const auto& [flag, setting, help] : short_flags) {
        fitting->add_option_function<std::string>(
            flag,
            [a, said = std::string(setting)](const std::string& text) { a->parameters.push_back(said + "=" + text); },
            help);
    }
    fitting->add_flag("--overwrite", a->overwrite, "Replace a model file that is there");
    explain(fitting, {"learn fit iris.csv --model mlp --target species --hidden 16,8 --out iris.rvl",
                      "learn fit digits.npy --model som --rows 20 --columns 20 --seed 0"});
    fitting->callback([a, &common] { fit(*a, common); });

    CLI::App* listing = command->add_subcommand("models", "List what can be trained, with parameters and defaults");
    auto one = std::make_shared<std::string>();
    listing->add_option("MODEL", *one, "Say what each setting of this one means");
    explain(listing, {"learn models", "learn models som"});
    listing->callback([one, &common] { models(*one, common); });

    CLI::App* asking = command->add_subcommand("predict", "Print what a model says of each sample");
    auto asked = std::make_shared<Arguments>();
    asked->out = "";
    asking->add_option("MODEL", asked->model, "Model file")->required();
    asking->add_option("DATA", asked->data, "Samples in rows: .csv or .npy")->required();
    asking->add_option("--target", asked->target, "Column to leave out");
    asking->add_option("--out", asked->out, "Write the answers to this file, a line for each sample, instead");
    asking->add_flag("--overwrite", asked->overwrite, "Replace a file that is there");
    explain(asking, {"learn predict model.rvl new.csv", "learn predict model.rvl new.csv --out answers.csv"});
    asking->callback([asked, &common] { predict(*asked, common); });

    CLI::App* inspecting = command->add_subcommand("inspect", "Say what is in a model file");
    inspecting->add_option("MODEL", a->model, "Model file")->required();
    explain(inspecting, {"learn inspect model.rvl"});
    inspecting->callback([a, &common] { inspect(a->model, common); });
}

}  // namespace ranvier::cli
