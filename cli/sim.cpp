#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>

#include "commands.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/tables/network_file.hpp"
#include "ranvier/formats/tables/recording_file.hpp"
#include "ranvier/report/page/page.hpp"
#include "ranvier/sim/plan/simulation.hpp"
#include "sim_page.hpp"
#include "steps.hpp"

namespace ranvier::cli {

namespace {

using sim::Simulation;

struct Arguments {
    std::string network, out, report;
    std::vector<std::pair<std::string, Value>> run;  ///< what [run] says otherwise
    std::vector<std::string> set;
    bool overwrite = false;
};

/// The file with what the flags say in place of it.
formats::NetworkFile network_of(const Arguments& a) {
    formats::NetworkFile file{std::filesystem::path(a.network)};
    for (const std::string& item : a.set) {
        const std::size_t sign = item.find('=');
        require(sign != std::string::npos && sign > 0,
                [&] { return "--set wants NAME=VALUE, such as --set cells.n=100; got '" + item + "'"; });
        const std::string key(trimmed(item.substr(0, sign)));
        file.set(key, formats::toml_value(trimmed(std::string_view(item).substr(sign + 1))), "--set " + key);
    }
    for (const auto& [key, value] : a.run) {
        file.set_run(key, value, "--" + key);
    }
    return file;
}

/// Runs with a bar.
void run(Simulation& simulation) {
    constexpr index parts = 1000;
    Progress progress("Simulate", parts);
    index shown = 0;
    simulation.run([&](const sim::Network::Report& report) {
        const auto now = static_cast<index>(report.done * parts);
        progress.advance(now - shown);
        shown = now;
    });
}

/// "4.20 spikes/s, 16,800 spikes" of what was recorded, and the same as JSON.
struct Said {
    Json json;
    std::string words;
};

Said said_of(const sim::Recording& recording, double seconds) {
    if (const auto* const events = std::get_if<std::shared_ptr<sim::EventMonitor>>(&recording.monitor)) {
        const std::int64_t count = (*events)->events();
        const double rate =
            seconds > 0 ? static_cast<double>(count) / seconds / static_cast<double>((*events)->source()->n()) : 0;
        return {{{"events", count}, {"rate", rate}},
                text_of(count) + (count == 1 ? " event, " : " events, ") + formatted("%.4g", rate) + " /s each"};
    }
    if (const auto* const states = std::get_if<std::shared_ptr<sim::StateMonitor>>(&recording.monitor)) {
        const std::size_t elements = (*states)->record().size(), times = (*states)->t().all().size();
        const std::string unit = units::name((*states)->series()[0].dimension);
        return {{{"elements", elements}, {"times", times}, {"unit", unit}},
                text_of(elements) + " × " + text_of(times) + " values" + (unit == "1" ? "" : " in " + unit)};
    }
    const auto& rates = std::get<std::shared_ptr<sim::RateMonitor>>(recording.monitor);
    double sum = 0;
    for (const double r : rates->rate().all()) {
        sum += r;
    }
    const double mean = rates->rate().all().empty() ? 0 : sum / static_cast<double>(rates->rate().all().size());
    return {{{"times", rates->t().all().size()}, {"mean", mean}, {"unit", "Hz"}},
            formatted("%.4g", mean) + " Hz in the mean"};
}

/// What was simulated: for people, for programs, and for the record of the run.
class Outcome {
public:
    Outcome(const Arguments& a, const Common& common, const formats::NetworkFile& file, const sim::Plan& plan)
        : a_(a), file_(file), plan_(plan), record_(new_run(common)) {
        record_.inputs = {provenance::text_input(file.place(), file.text())};
    }

    /// Where the recordings of a simulation go; refuses what can't be written.
    void check(const Simulation& simulation) {
        folder_ = a_.out.empty() ? std::filesystem::path(a_.network).stem() : std::filesystem::path(a_.out);
        make_folder(folder_);
        for (const auto& recording : simulation.recordings()) {
            check_goal(path_of(recording), a_.overwrite);
        }
        check_goal(folder_ / "run.json", a_.overwrite);
    }

    /// Writes what was recorded so far, and the record of the run behind it.
    void write(const Simulation& simulation, Steps& step, bool whole) {
        json_ = {{"network", a_.network},       {"seed", simulation.seed()},
                 {"dt", simulation.dt()},       {"duration", simulation.duration()},
                 {"simulated", simulation.t()}, {"whole", whole}};
        lines_ = {{"Network", a_.network},
                  {"Seed", text_of(simulation.seed())},
                  {"Simulated", text_of(simulation.t()) + " s in steps of " + formatted("%.6g", simulation.dt() * 1e3) +
                                    " ms, within " + formatted("%.2g", step.timings.back().second) + " s"}};
        Json groups = Json::array();
        for (const auto& group : simulation.groups()) {
            const bool synapses = dynamic_cast<const sim::Synapses*>(group.get()) != nullptr;
            groups.push_back({{"name", group->name()}, {synapses ? "synapses" : "neurons", group->n()}});
            lines_.emplace_back(group->name(), text_of(group->n()) + (synapses ? " synapses" : " neurons"));
        }
        json_["groups"] = groups;
        facts_ = {lines_.begin() + 1, lines_.end()};
        Json recordings = Json::array();
        step("Write what was recorded", [&] {
            for (const auto& recording : simulation.recordings()) {
                const std::filesystem::path path = path_of(recording);
                formats::write_recording(recording, path, a_.overwrite);
                Said said = said_of(recording, simulation.t());
                Json entry{{"name", recording.name()}, {"file", path.string()}};
                entry.update(said.json);
                recordings.push_back(entry);
                facts_.emplace_back(recording.name(), said.words);
                lines_.emplace_back(recording.name(), said.words + ": " + path.string());
            }
        });
        json_["recordings"] = recordings;
        record_.parameters = {{"seed", text_of(simulation.seed())},
                              {"dt", text_of(simulation.dt()) + " s"},
                              {"duration", text_of(simulation.duration()) + " s"},
                              {"simulated", text_of(simulation.t()) + " s"}};
        record_.timings = step.timings;
        Json all = json_;
        all["run"] = provenance::json(record_);
        OutputFile file(folder_ / "run.json", a_.overwrite);
        file.write(all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
        file.commit();
        json_["folder"] = folder_.string();
        if (!a_.report.empty()) {
            write_sim_page({plan_, simulation, file_.place(), file_.text(), facts_, record_}, a_.report, a_.overwrite);
            json_["report"] = a_.report;
            lines_.emplace_back("Page", a_.report);
        }
    }

    void print(const Common& common) const { cli::print(common, json_, lines_); }
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path path_of(const sim::Recording& recording) const {
        return folder_ / (recording.name() + ".csv");
    }

    const Arguments& a_;
    const formats::NetworkFile& file_;
    const sim::Plan& plan_;
    provenance::RunRecord record_;
    std::filesystem::path folder_;
    Json json_;
    provenance::NamedValues lines_, facts_;  ///< facts: what does not hang on names of files
};

void simulate(const Arguments& a, const Common& common) {
    if (!a.report.empty()) {
        const std::filesystem::path page = a.report;
        if (page.has_parent_path()) {
            make_folder(page.parent_path());
        }
        report::check_page(page, a.overwrite);
    }
    const formats::NetworkFile file = network_of(a);
    const sim::Plan plan = file.plan();
    Outcome outcome(a, common, file, plan);
    Steps step;
    auto simulation = step("Make the network", [&] { return Simulation(plan); });
    outcome.check(simulation);
    const auto began = std::chrono::steady_clock::now();
    const auto write = [&](const std::string& end) {
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        step.timings.emplace_back("Simulate", seconds);
        outcome.write(simulation, step, end.empty());
        if (!end.empty()) {
            warn(end + " at t = " + text_of(simulation.t()) + " s; what was recorded until then is in " +
                 outcome.folder().string());
        }
    };
    try {
        run(simulation);
    } catch (const Interrupted&) {
        write("interrupted");
        throw;
    } catch (const NumericalError&) {
        write("ended");
        throw;
    }
    write("");
    outcome.print(common);
}

/// What a network file may say.
void list_keys(const Common& common) {
    Json all = Json::object();
    for (const sim::PlanTable& table : sim::plan_tables()) {
        const std::string shown = table.several ? "[[" + table.name + "]]" : "[" + table.name + "]";
        Json keys = Json::object();
        if (!common.json) {
            print((all.empty() ? "" : "\n") + shown + "  # " + table.about);
        }
        for (const Field& field : table.fields ? table.fields->list : std::vector<Field>{}) {
            const bool required = std::ranges::find(table.required, field.name) != table.required.end();
            keys[field.name] = {{"about", field.about}, {"required", required}};
            if (!common.json) {
                print("  " + field.name + std::string(17 - std::min<std::size_t>(16, field.name.size()), ' ') +
                      field.about + (field.rule().empty() || field.choices.empty() ? "" : "; " + field.rule()) +
                      (required ? " (needed)" : ""));
            }
        }
        all[table.name] = {{"about", table.about}, {"several", table.several}, {"keys", keys}};
    }
    if (common.json) {
        print_json(all);
    }
}

}  // namespace

void add_sim(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("sim", "Run networks of neurons that a TOML file puts together from models");
    command->require_subcommand(1);
    command->fallthrough();
    explain(command, {"sim run coba.toml", "sim run coba.toml --duration 500ms --report coba.html", "sim keys"});

    auto a = std::make_shared<Arguments>();
    CLI::App* running = command->add_subcommand("run", "Run a network and write what is recorded");
    running->add_option("FILE", a->network, "The network, e.g. coba.toml; 'ranvier sim keys' lists what it may say")
        ->required();
    for (const Field& field : fields_of<sim::RunPlan>().list) {
        const std::string help = "In place of the file's: " + field.about;
        if (field.kind == FieldKind::list) {  // its entries have commas of their own
            running
                ->add_option_function<std::vector<std::string>>(
                    "--" + field.name,
                    [a, name = field.name](const std::vector<std::string>& texts) {
                        a->run.emplace_back(name, Value::List(texts.begin(), texts.end()));
                    },
                    help + "; may be repeated")
                ->allow_extra_args(false);
        } else {
            running->add_option_function<std::string>(
                "--" + field.name,
                [a, &field](const std::string& text) { a->run.emplace_back(field.name, field.parsed(text)); }, help);
        }
    }
    running
        ->add_option("--set", a->set,
                     "NAME=VALUE in place of the file's: a constant (J=\"0.2 mV\"), or something of a group "
                     "(cells.n=1000, cells.tau_m=\"10 ms\", inputs.connect.p=0.1); may be repeated")
        ->allow_extra_args(false);
    running->add_option("-o,--out", a->out, "Folder for what is recorded (default: FILE without .toml)");
    running->add_option("--report", a->report, "Also write a page of what was recorded, e.g. coba.html");
    running->add_flag("--overwrite", a->overwrite, "Replace files that are there");
    explain(running,
            {"sim run coba.toml", "sim run brunel.toml --duration 500ms --seed 3 --set g=6 -o fast",
             "sim run coba.toml --record cells.spikes --record 'cells[0:3,10].v every 1 ms' --report coba.html"},
            "Each recording becomes a .csv file in SI units, and run.json says how they came about. Ctrl-C ends a run "
            "between two steps: what was recorded until then is written.");
    running->callback([a, &common] { simulate(*a, common); });

    CLI::App* keys = command->add_subcommand("keys", "What the file of a network may say, table by table");
    explain(keys, {"sim keys"});
    keys->callback([&common] { list_keys(common); });
}

}  // namespace ranvier::cli
