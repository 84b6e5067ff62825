#include <cmath>
#include <cstdio>

#include "commands.hpp"
#include "model_page.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/formats/edf/edf.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/sample_data.hpp"
#include "ranvier/meeg/forward/synthesis.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/timefreq/spectrum.hpp"
#include "ranvier/meeg/timefreq/tfr.hpp"
#include "ranvier/report/sections/sections.hpp"
#include "steps.hpp"

// The main job: one subject imagines opening and closing both hands, or both feet. Over the sensorimotor cortex the
// rhythms near 10 and 20 Hz weaken meanwhile (event-related desynchronisation, Pfurtscheller & Lopes da Silva 1999,
// doi:10.1016/S1388-2457(99)00141-8): for hands at C3 and C4, for feet at Cz.

namespace ranvier::cli {

namespace {

namespace fs = std::filesystem;

constexpr double tmin = -1.5, tmax = 4.5;              // [s]
constexpr double baseline_from = -1, baseline_to = 0;  // [s]
constexpr double erd_from = 1, erd_to = 3;             // [s]
constexpr double mu_low = 8, mu_high = 13;             // [Hz]
constexpr double reject_eeg = 400e-6;                  // [V] peak to peak

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
        runs.push_back(formats::read_raw_edf(file));
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

/// Mean over a channel's band and time window of a baseline-corrected image.
double mean_in_window(const meeg::AverageTfr& tfr, const std::string& channel) {
    const index row = meeg::channel_index(tfr.info, channel);
    double sum = 0;
    int count = 0;
    for (std::size_t f = 0; f < tfr.freqs.size(); ++f) {
        for (std::size_t t = 0; t < tfr.times.size(); ++t) {
            if (tfr.freqs[f] >= mu_low && tfr.freqs[f] <= mu_high && tfr.times[t] >= erd_from &&
                tfr.times[t] <= erd_to) {
                sum += tfr.data(row, static_cast<index>(f), static_cast<index>(t));
                ++count;
            }
        }
    }
    return sum / count;
}

std::string percent(double value) {
    char text[16];
    std::snprintf(text, sizeof text, "%s%.0f %%", value < 0 ? "−" : "+", std::abs(value));
    return text;
}

/// Images on the page need less than every sample.
meeg::AverageTfr cropped(const meeg::AverageTfr& tfr, double from, double to) {
    std::vector<index> kept;
    for (std::size_t t = 0; t < tfr.times.size(); ++t) {
        if (tfr.times[t] >= from - 1e-9 && tfr.times[t] <= to + 1e-9) {
            kept.push_back(static_cast<index>(t));
        }
    }
    meeg::AverageTfr part = tfr;
    part.times.clear();
    part.data = Array<double, 3>({tfr.data.extent(0), tfr.data.extent(1), static_cast<index>(kept.size())});
    for (std::size_t k = 0; k < kept.size(); ++k) {
        part.times.push_back(tfr.times[static_cast<std::size_t>(kept[k])]);
        for (index c = 0; c < tfr.data.extent(0); ++c) {
            for (index f = 0; f < tfr.data.extent(1); ++f) {
                part.data(c, f, static_cast<index>(k)) = tfr.data(c, f, kept[k]);
            }
        }
    }
    return part;
}

void run_demo(const fs::path& folder, bool synthetic, const Common& common) {
    Steps step;
    Source source = step("Read the recording", [&] { return opened(synthetic); });
    meeg::Raw& raw = source.raw;
    std::fprintf(stderr, "%s\n", source.description.c_str());

    step("Place electrodes, re-reference", [&] {
        if (!source.synthetic) {
            meeg::set_montage(raw.info, meeg::make_standard_montage("standard_1005"));
        }
        meeg::set_eeg_reference(raw);
    });
    const meeg::Raw unfiltered = raw;
    step("Band-pass 1 to 40 Hz", [&] {
        meeg::FilterOptions filter;
        filter.l_freq = 1;
        filter.h_freq = 40;
        meeg::filter(raw, filter);
    });

    const meeg::EventIds ids{{"hands", 2}, {"feet", 3}};
    const meeg::EventIds annotation_ids{{"T1", 2}, {"T2", 3}};
    meeg::Epochs epochs = step("Find events, cut epochs", [&] {
        const meeg::Events events = meeg::events_from_annotations(raw, annotation_ids).first;
        meeg::EpochsOptions options;
        options.tmin = tmin;
        options.tmax = tmax;
        options.baseline = meeg::Baseline{baseline_from, baseline_to};
        options.reject[meeg::ChannelType::eeg] = reject_eeg;
        meeg::Epochs cut = meeg::make_epochs(std::make_shared<meeg::Raw>(raw), events, ids, options);
        meeg::load(cut);
        return cut;
    });
    const auto given = static_cast<index>(epochs.drop_log.size());
    const meeg::Epochs hands = meeg::subset(epochs, meeg::matching(epochs, {"hands"}));
    const meeg::Epochs feet = meeg::subset(epochs, meeg::matching(epochs, {"feet"}));

    std::vector<std::pair<std::string, meeg::Evoked>> evokeds;
    step("Average", [&] {
        evokeds.emplace_back("hands", meeg::average(hands));
        evokeds.emplace_back("feet", meeg::average(feet));
        evokeds.emplace_back("hands − feet", meeg::combine_evoked({evokeds[0].second, evokeds[1].second}, {1, -1}));
        for (auto& [name, evoked] : evokeds) {
            evoked.comment = name == "hands − feet" ? "hands - feet" : name;
        }
    });

    std::vector<std::pair<std::string, meeg::AverageTfr>> images;
    step("Time-frequency (Morlet)", [&] {
        meeg::MorletOptions morlet;
        for (double f = 4; f <= 35; f += 1) {
            morlet.freqs.push_back(f);
            morlet.n_cycles.push_back(f / 2);
        }
        morlet.n_cycles.erase(morlet.n_cycles.begin());  // the default for all frequencies at once
        morlet.decim = 4;
        for (const auto& [name, part] : {std::pair("hands", &hands), std::pair("feet", &feet)}) {
            meeg::AverageTfr power = meeg::tfr_morlet(*part, morlet).power;
            meeg::apply_baseline(power, baseline_from, baseline_to, "percent");
            for (index k = 0; k < power.data.size(); ++k) {
                power.data.data()[k] *= 100;  // the page shows per cent
            }
            images.emplace_back(name, cropped(power, -1, 4));
        }
        meeg::AverageTfr contrast = images[0].second;
        for (index k = 0; k < contrast.data.size(); ++k) {
            contrast.data.data()[k] -= images[1].second.data.data()[k];
        }
        images.emplace_back("hands − feet", std::move(contrast));
    });

    const meeg::Spectrum spectrum = step("Spectrum (Welch)", [&] {
        meeg::WelchOptions welch;
        welch.n_fft = 512;
        welch.n_overlap = 256;
        return meeg::psd_welch(unfiltered, welch);
    });

    fs::create_directories(folder);
    const fs::path fif = folder / "hands-feet-ave.fif", html = folder / "report.html";
    step("Write " + fif.string(), [&] {
        formats::write_evokeds_fif({evokeds[0].second, evokeds[1].second, evokeds[2].second}, fif, true);
    });

    const std::vector<std::string> sites{"C3", "Cz", "C4"};
    Json result{{"recording", source.description},
                {"synthetic", source.synthetic},
                {"epochs", {{"hands", hands.n_epochs()}, {"feet", feet.n_epochs()}, {"events", given}}},
                {"report", html.string()},
                {"evoked", fif.string()}};
    provenance::NamedValues summary{
        {"Recording", source.description},
        {"Channels", std::to_string(raw.info.n_channels())},
        {"Epochs", std::to_string(hands.n_epochs()) + " hands, " + std::to_string(feet.n_epochs()) + " feet, of " +
                       std::to_string(given) + " events"}};
    for (const std::string& site : sites) {
        const double h = mean_in_window(images[0].second, site), f = mean_in_window(images[1].second, site);
        result["erd_percent"][site] = {{"hands", h}, {"feet", f}};
        summary.emplace_back("8–13 Hz power at " + site, percent(h) + " hands, " + percent(f) + " feet");
    }

    step("Write " + html.string(), [&] {
        report::Page page("Hands against feet: imagined movement");
        report::add_summary(
            page, "In short",
            "While a movement is imagined, the rhythms of the sensorimotor cortex weaken: over the hand "
            "areas (C3, C4) for hands, over the foot area (Cz) for feet. Power is the change against "
            "−1 … 0 s, averaged over 1 … 3 s after the cue.",
            summary);
        report::add_tfr(page, "Event-related desynchronisation", images, "%", "−1 … 0 s, percent",
                        report::FirstView{"C3", mu_low, mu_high, erd_from, erd_to});
        report::add_evoked(page, "Averages", evokeds);
        report::add_spectrum(page, "Power spectral density", {{"before filtering", spectrum}});
        report::add_recording(page, "Recording, 1 to 40 Hz", raw);
        provenance::RunRecord run = new_run(common);
        run.parameters = {{"reference", "average"},
                          {"band-pass", "1 to 40 Hz, FIR, zero phase"},
                          {"epochs", "−1.5 … 4.5 s"},
                          {"baseline", "−1 … 0 s"},
                          {"rejection", "EEG above 400 µV peak to peak"},
                          {"wavelets", "Morlet, 4 to 35 Hz, f / 2 cycles"}};
        run.timings = step.timings;
        run.inputs = source.inputs;
        report::add_run(page, "How this page was made", run);
        page.write(html);
    });

    // A model beside the recording: where rest becomes rhythm in two equations.
    const fs::path page = folder / "model.html";
    const ModelPageResult model = write_model_page({.model = "morris_lecar", .preset = "hopf"}, page, true, common);
    result["model"] = model.json;

    if (common.json) {
        print(result.dump(2));
        return;
    }
    for (const auto& [label, value] : summary) {
        print(label + ": " + value);
    }
    print("Evoked data: " + fif.string());
    print("Report: " + html.string());
    for (const auto& [label, value] : model.lines) {
        print(label + ": " + value);
    }
    print("Report of the model: " + page.string());
}

}  // namespace

void add_demo(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand(
        "demo", "Analyse a real EEG recording (out/report.html) and a neuron model (out/model.html)");
    auto folder = std::make_shared<std::string>("out");
    auto synthetic = std::make_shared<bool>(false);
    command->add_option("-o,--out", *folder, "Folder for the results")->capture_default_str();
    command->add_flag("--synthetic", *synthetic, "Analyse a synthetic recording of known truth");
    command->callback([=, &common] { run_demo(*folder, *synthetic, common); });
}

}  // namespace ranvier::cli
