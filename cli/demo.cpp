#include <cmath>
#include <cstdio>
#include <functional>

#include "commands.hpp"
#include "demo_surface.hpp"
#include "model_page.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/sample_data.hpp"
#include "ranvier/meeg/forward/synthesis.hpp"
#include "ranvier/meeg/motor_imagery.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/report/sections/sections.hpp"
#include "steps.hpp"

namespace ranvier::cli {

namespace {

namespace fs = std::filesystem;

struct Source {
    meeg::Raw raw;
    std::vector<provenance::Input> inputs;
    std::string description;
    bool synthetic = false;
};

Source recorded(const std::vector<fs::path>& files) {
    std::vector<meeg::Raw> runs;
    Source source;
    for (const fs::path& file : files) {
        runs.push_back(formats::read_raw(file));
        source.inputs.push_back(provenance::file_input(file, file.filename().string()));
    }
    source.raw = meeg::concatenated(std::move(runs));
    meeg::load(source.raw);
    for (meeg::Channel& channel : source.raw.info.channels) {
        channel.name = meeg::standardized_name(channel.name);
    }
    source.description = "PhysioNet EEG Motor Movement/Imagery database, subject 1, runs 6, 10 and 14";
    return source;
}

Source synthesised(const std::string& why) {
    warn(why + "; analysing a synthetic recording instead");
    Source source;
    source.raw = meeg::synthetic_motor_imagery(1).raw;
    source.description =
        "A recording synthesised by Ranvier: dipoles in a conducting sphere, pink noise, blinks, line noise";
    source.synthetic = true;
    return source;
}

Source opened(bool synthetic) {
    if (synthetic) {
        return synthesised("asked for by --synthetic");
    }
    try {
        return recorded(formats::found_or_fetched(formats::sample_set("eegmmidb")));
    } catch (const FileError& error) {
        return synthesised(error.what());
    }
}

std::string percent(double value) { return (value < 0 ? "−" : "+") + formatted("%.0f %%", std::abs(value)); }

/// What the numbers say of the textbook's rule, in a sentence.
std::string finding(const std::vector<meeg::MotorImagery::Site>& sites) {
    const auto said = [&](const char* channel, double meeg::MotorImagery::Site::*task) {
        const auto site = std::ranges::find(sites, channel, &meeg::MotorImagery::Site::channel);
        const double change = (*site).*task;
        return std::string(change < 0 ? "falls" : "does not fall") + " at " + channel + " (" + percent(change) + ")";
    };
    return "In this recording 8–13 Hz power " + said("C3", &meeg::MotorImagery::Site::hands) + " and " +
           said("C4", &meeg::MotorImagery::Site::hands) + " while hands are imagined, and " +
           said("Cz", &meeg::MotorImagery::Site::feet) + " while feet are.";
}

std::string place_text(const meeg::Point& place) {
    return formatted("(%.0f, ", 1e3 * place[0]) + formatted("%.0f, ", 1e3 * place[1]) +
           formatted("%.0f) mm", 1e3 * place[2]);
}

/// What the picture of the sources shows, in a sentence for each task and one of the areas.
std::string finding(const meeg::MotorSources& sources, const meeg::ImagerySurface& surface) {
    std::string text;
    for (const char* task : {"hands", "feet"}) {
        std::string at;
        for (const auto& peak : sources.peaks) {
            if (peak.task == task) {
                at += (at.empty() ? "" : " and ") + percent(peak.change) + " at " + place_text(peak.place) +
                      " on the " + peak.side;
            }
        }
        text += std::string("While ") + task + " are imagined, it falls most where it is " + at + ". ";
    }
    text += "On average over what is near to each:";
    for (const auto& area : sources.areas) {
        text += " " + area.name + " " + percent(area.hands) + " for hands, " + percent(area.feet) + " for feet;";
    }
    text.back() = '.';
    return text + " Coordinates: " + surface.coordinates + ".";
}

/// The numbers of the sources, for programs.
Json json_of(const meeg::MotorSources& sources, const meeg::ImagerySurface& surface) {
    Json json{{"surface", surface.name}, {"coordinates", surface.coordinates}, {"n", sources.n_sources}};
    json["sphere"] = {{"centre", sources.head.centre}, {"radius", sources.head.layers.back().radius}};
    json["peaks"] = Json::array();
    for (const auto& peak : sources.peaks) {
        json["peaks"].push_back(
            {{"task", peak.task}, {"side", peak.side}, {"place", peak.place}, {"percent", peak.change}});
    }
    for (const auto& area : sources.areas) {
        json["areas"][area.name] = {{"hands", area.hands}, {"feet", area.feet}};
    }
    return json;
}

void run_demo(const fs::path& folder, bool synthetic, bool overwrite, const Common& common) {
    const fs::path fif = folder / "hands-feet-ave.fif", html = folder / "report.html";
    const fs::path model_html = folder / "model.html";
    make_folder(folder);
    formats::check_goal(fif, &formats::Format::write_evokeds, overwrite);
    report::check_page(html, overwrite);
    report::check_page(model_html, overwrite);
    Steps step;
    Source source = step("Read the recording", [&] { return opened(synthetic); });
    if (!common.quiet) {
        std::fprintf(stderr, "%s\n", source.description.c_str());
    }
    if (!source.synthetic) {
        step("Place electrodes",
             [&] { meeg::set_montage(source.raw.info, meeg::make_standard_montage("colin27_1005")); });
    }
    const meeg::MotorImagery found = meeg::motor_imagery(std::move(source.raw), std::ref(step));
    const auto& averages = found.averages;
    const auto found_surface = demo_surface(found.raw.info);
    const meeg::ImagerySurface& surface = found_surface.first;
    if (const std::string& missing = found_surface.second; !missing.empty() && !common.quiet) {
        std::fprintf(stderr, "%s\n", missing.c_str());
    }
    const meeg::MotorSources sources = meeg::motor_sources(found, surface, std::ref(step));

    step("Write " + fif.string(), [&] {
        formats::write_evokeds({averages[0].second, averages[1].second, averages[2].second}, fif, overwrite);
    });

    Json result{
        {"recording", source.description},
        {"synthetic", source.synthetic},
        {"epochs", {{"hands", found.hands.n_epochs()}, {"feet", found.feet.n_epochs()}, {"events", found.n_events}}},
        {"left_out", found.left_out},
        {"report", html.string()},
        {"evoked", fif.string()}};
    provenance::NamedValues summary{
        {"Recording", source.description},
        {"Channels", text_of(found.raw.info.n_channels())},
        {"Epochs", text_of(found.hands.n_epochs()) + " hands, " + text_of(found.feet.n_epochs()) + " feet, of " +
                       text_of(found.n_events) + " events"},
        {"Left out", found.left_out}};
    for (const meeg::MotorImagery::Site& site : found.sites) {
        result["erd_percent"][site.channel] = {{"hands", site.hands}, {"feet", site.feet}};
        summary.emplace_back("8–13 Hz power at " + site.channel,
                             percent(site.hands) + " hands, " + percent(site.feet) + " feet");
    }

    result["sources"] = json_of(sources, surface);
    for (const auto& peak : sources.peaks) {
        summary.emplace_back("8–13 Hz power of sources, " + peak.task + ", " + peak.side,
                             percent(peak.change) + " at " + place_text(peak.place));
    }

    step("Write " + html.string(), [&] {
        report::Page page("Hands against feet: imagined movement");
        report::add_summary(page, "In short",
                            "While a movement is imagined, the rhythms of the sensorimotor cortex weaken; as a rule "
                            "over the hand areas "
                            "(C3, C4) for hands and over the foot area (Cz) for feet. " +
                                finding(found.sites) +
                                "\n\nPower is the change against −1 … 0 s, averaged over 1 … 3 s after the cue.",
                            summary);
        report::add_tfr(page, "Event-related desynchronisation", found.power, "%", "−1 … 0 s, percent",
                        report::FirstView{"C3", found.mu_low, found.mu_high, found.erd_from, found.erd_to});
        report::add_brain(page, "Where the rhythm weakens", surface.sources,
                          {{"hands", sources.hands}, {"feet", sources.feet}}, 80, "%",
                          "Change of 8–13 Hz power on " + surface.name + ", dSPM. " + finding(sources, surface),
                          "Six views of the sources: from the left, from above and from the right, for hands and feet. "
                          "Blue is less power.");
        report::add_evoked(page, "Averages", averages);
        report::add_drops(page, "Dropped epochs", found.drop_log);
        report::add_spectrum(page, "Power spectral density", {{"before filtering", found.spectrum}},
                             "Welch's method: windows of 512 samples, half overlapping");
        report::add_recording(page, "Recording, 1 to 40 Hz", found.raw);
        provenance::RunRecord run = new_run(common);
        run.parameters = found.parameters;
        run.parameters.insert(run.parameters.end(), sources.parameters.begin(), sources.parameters.end());
        run.timings = step.timings;
        run.inputs = source.inputs;
        report::add_run(page, "How this page was made", run);
        page.write(html, overwrite);
    });

    // A model beside the recording: where rest becomes rhythm in two equations.
    const ModelPageResult model =
        write_model_page({.model = "morris_lecar", .preset = "hopf"}, model_html, overwrite, common);
    result["model"] = model.json;

    summary.insert(summary.end(), {{"Evoked data", fif.string()}, {"Report", html.string()}});
    summary.insert(summary.end(), model.lines.begin(), model.lines.end());
    summary.emplace_back("Report of the model", model_html.string());
    print(common, result, summary);
}

}  // namespace

void add_demo(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand(
        "demo", "Analyse a real EEG recording (out/report.html) and a neuron model (out/model.html)");
    auto folder = std::make_shared<std::string>("out");
    auto synthetic = std::make_shared<bool>(false);
    command->add_option("-o,--out", *folder, "Folder for the results")->capture_default_str();
    command->add_flag("--synthetic", *synthetic, "Analyse a synthetic recording of known truth");
    auto overwrite = std::make_shared<bool>(false);
    command->add_flag("--overwrite", *overwrite, "Replace results that are there");
    explain(command, {"demo", "demo --synthetic --out there"});
    command->callback([=, &common] { run_demo(*folder, *synthetic, *overwrite, common); });
}

}  // namespace ranvier::cli
