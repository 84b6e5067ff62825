#include "commands.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "settings.hpp"

namespace ranvier::cli {

namespace {

struct InOut {
    std::string in, out;
    bool overwrite = false;
};

std::shared_ptr<InOut> add_files(CLI::App* command, const std::string& in, const std::string& out) {
    auto files = std::make_shared<InOut>();
    command->add_option("IN", files->in, in)->required();
    command->add_option("OUT", files->out, out)->required();
    command->add_flag("--overwrite", files->overwrite, "Replace OUT if it exists");
    return files;
}

std::shared_ptr<InOut> add_recordings(CLI::App* command, const std::string& how) {
    using formats::Format;
    return add_files(command, "A recording: " + formats::extensions(&Format::read_raw),
                     "The " + how + " recording: " + formats::extensions(&Format::write_raw));
}

meeg::Raw loaded(const std::string& path) {
    meeg::Raw raw = formats::read_raw(path);
    meeg::load(raw);
    return raw;
}

void save(const meeg::Raw& raw, const InOut& files, const Common& common) {
    formats::write_raw(raw, files.out, files.overwrite);
    print(common.json ? Json{{"written", files.out}}.dump() : files.out);
}

void add_filter(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("filter", "Band-pass, high-pass or low-pass, with zero phase");
    auto files = add_recordings(command, "filtered");
    auto options = add_settings<meeg::FilterOptions>(command, {"picks"});
    command->callback([=, &common] {
        require(options->l_freq || options->h_freq, "a filter needs --l-freq, --h-freq, or both");
        meeg::Raw raw = loaded(files->in);
        meeg::filter(raw, *options);
        save(raw, *files, common);
    });
}

void add_notch(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("notch", "Remove line noise");
    auto files = add_recordings(command, "filtered");
    auto options = add_settings<meeg::NotchOptions>(command, {"picks"});
    command->get_option("--freqs")->required();
    command->callback([=, &common] {
        meeg::Raw raw = loaded(files->in);
        meeg::notch_filter(raw, *options);
        save(raw, *files, common);
    });
}

void add_resample(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("resample", "Change the sampling rate");
    auto files = add_recordings(command, "resampled");
    auto options = add_settings<meeg::ResampleOptions>(command);
    command->get_option("--sfreq")->required();
    command->callback([=, &common] {
        meeg::Raw raw = loaded(files->in);
        meeg::resample(raw, *options);
        save(raw, *files, common);
    });
}

/// "hands=T1": the annotation T1, called hands. "T1" alone keeps its name.
std::pair<std::string, std::string> condition(const std::string& text) {
    const std::size_t equals = text.find('=');
    return equals == std::string::npos ? std::pair(text, text)
                                       : std::pair(text.substr(0, equals), text.substr(equals + 1));
}

struct EpochSettings {
    std::vector<std::string> conditions;
    double tmin = -0.2, tmax = 0.5;
    std::vector<double> baseline;
    bool no_baseline = false;
    std::vector<std::string> reject;
};

void add_epoch_options(CLI::App* command, EpochSettings& s) {
    command->add_option("--event", s.conditions,
                        "An annotation to cut at, as DESCRIPTION or NAME=DESCRIPTION; may be repeated (default: all)");
    command->add_option("--tmin", s.tmin, "Begin of an epoch [s]")->capture_default_str();
    command->add_option("--tmax", s.tmax, "End of an epoch [s]")->capture_default_str();
    command->add_option("--baseline", s.baseline, "Begin and end of the baseline [s] (default: from tmin to 0)")
        ->expected(2);
    command->add_flag("--no-baseline", s.no_baseline, "No baseline correction")->excludes("--baseline");
    command->add_option("--reject", s.reject, "Peak-to-peak limit, as TYPE=VALUE in SI units, e.g. eeg=150e-6");
}

/// The conditions that --event asks for; all without.
meeg::EventIds chosen(const meeg::EventIds& ids, const EpochSettings& s, const std::string& what) {
    if (s.conditions.empty()) {
        return ids;
    }
    meeg::EventIds out;
    for (const std::string& text : s.conditions) {
        const auto [name, description] = condition(text);
        const auto at = std::find_if(ids.begin(), ids.end(), [&](const auto& id) { return id.first == description; });
        require(at != ids.end(), [&] {
            std::vector<std::string> known;
            std::ranges::transform(ids, std::back_inserter(known), [](const auto& id) { return id.first; });
            return "no " + what + " is called '" + description + "'; there are: " + joined(known);
        });
        out.emplace_back(name, at->second);
    }
    return out;
}

decltype(meeg::EpochsOptions::reject) limits(const EpochSettings& s) {
    decltype(meeg::EpochsOptions::reject) out;
    for (const std::string& text : s.reject) {
        const auto [word, value] = condition(text);
        char* end = nullptr;
        const double limit = std::strtod(value.c_str(), &end);
        require(end != value.c_str() && *end == '\0', "--reject wants TYPE=VALUE, e.g. eeg=150e-6; got '" + text + "'");
        out[meeg::channel_type(word)] = limit;
    }
    return out;
}

meeg::Epochs cut(const std::string& path, const EpochSettings& s) {
    auto raw = std::make_shared<meeg::Raw>(formats::read_raw(path));
    const auto [events, found] = meeg::events_from_annotations(*raw);
    const meeg::EventIds ids = chosen(found, s, "annotation");
    meeg::EpochsOptions options;
    options.tmin = s.tmin;
    options.tmax = s.tmax;
    if (s.no_baseline) {
        options.baseline.reset();
    } else if (!s.baseline.empty()) {
        options.baseline = meeg::Baseline{s.baseline[0], s.baseline[1]};
    }
    options.reject = limits(s);
    return meeg::make_epochs(raw, events, ids, options);
}

void add_epochs(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("epochs", "Cut a recording around its annotations");
    auto files = add_files(command, "A recording", "The epochs: name-epo.fif");
    auto settings = std::make_shared<EpochSettings>();
    add_epoch_options(command, *settings);
    command->callback([=, &common] {
        meeg::Epochs epochs = cut(files->in, *settings);
        meeg::load(epochs);
        formats::write_epochs(epochs, files->out, files->overwrite);
        const auto given = static_cast<index>(epochs.drop_log.size());
        print(common.json ? Json{{"written", files->out}, {"epochs", epochs.n_epochs()}, {"events", given}}.dump()
                          : files->out + ": " + std::to_string(epochs.n_epochs()) + " epochs of " +
                                std::to_string(given) + " events");
    });
}

void add_average(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("average", "Average epochs, one evoked response per condition");
    auto files = add_files(command, "A recording, or epochs (name-epo.fif)", "The averages: name-ave.fif");
    auto settings = std::make_shared<EpochSettings>();
    add_epoch_options(command, *settings);
    command->callback([=, &common] {
        const bool is_epochs =
            files->in.find("-epo.fif") != std::string::npos || files->in.find("_epo.fif") != std::string::npos;
        for (const char* flag : {"--tmin", "--tmax", "--baseline", "--no-baseline"}) {
            require(!is_epochs || command->count(flag) == 0,
                    std::string(flag) + " is about how a recording is cut; " + files->in + " has been cut already");
        }
        meeg::Epochs epochs = is_epochs ? formats::read_epochs(files->in) : cut(files->in, *settings);
        if (is_epochs) {
            epochs.event_id = chosen(epochs.event_id, *settings, "condition");
            if (!settings->reject.empty()) {
                meeg::drop_bad(epochs, limits(*settings), epochs.options.flat);
            }
        }
        meeg::drop_bad(epochs);
        std::vector<meeg::Evoked> evokeds;
        Json counts;
        for (const auto& [name, id] : epochs.event_id) {
            const std::vector<index> which = meeg::matching(epochs, {name});
            counts[name] = which.size();
            if (!which.empty()) {
                evokeds.push_back(meeg::average(meeg::subset(epochs, which)));
                evokeds.back().comment = name;
            }
        }
        require(!evokeds.empty(), "no epoch is left to average: every one was rejected");
        formats::write_evokeds(evokeds, files->out, files->overwrite);
        if (common.json) {
            print(Json{{"written", files->out}, {"epochs", counts}}.dump());
        } else {
            for (const meeg::Evoked& evoked : evokeds) {
                print(evoked.comment + ": " + std::to_string(evoked.nave) + " epochs");
            }
            print(files->out);
        }
    });
}

}  // namespace

void add_meeg(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("meeg", "Work on M/EEG recordings");
    command->require_subcommand(1);
    command->fallthrough();
    add_filter(command, common);
    add_notch(command, common);
    add_resample(command, common);
    add_epochs(command, common);
    add_average(command, common);
}

}  // namespace ranvier::cli
