#include <set>

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

/// Adds a command that reads a recording, does `work` with its settings, and writes it.
template <class Options>
CLI::App* add_work(CLI::App* meeg_app, const Common& common, const std::string& name, const std::string& about,
                   const std::string& how, void (*work)(meeg::Raw&, const Options&)) {
    CLI::App* command = meeg_app->add_subcommand(name, about);
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The " + how + " recording: " + formats::extensions(&formats::Format::write_raw));
    auto options = add_settings<Options>(command, {"picks"});
    command->callback([=, &common] {
        meeg::Raw raw = formats::read_raw(files->in);
        meeg::load(raw);
        work(raw, *options);
        formats::write_raw(raw, files->out, files->overwrite);
        print(common.json ? Json{{"written", files->out}}.dump() : files->out);
    });
    return command;
}

void filter(meeg::Raw& raw, const meeg::FilterOptions& options) { meeg::filter(raw, options); }
void resample(meeg::Raw& raw, const meeg::ResampleOptions& options) { meeg::resample(raw, options); }

/// "hands=T1": the annotation T1, called hands. "T1" alone keeps its name.
std::pair<std::string, std::string> condition(const std::string& text) {
    const std::size_t equals = text.find('=');
    return equals == std::string::npos ? std::pair(text, text)
                                       : std::pair(text.substr(0, equals), text.substr(equals + 1));
}

/// Which annotations a recording is cut at, and how.
struct Cutting {
    std::vector<std::string> conditions;
    std::shared_ptr<meeg::EpochsOptions> options;
};

std::shared_ptr<Cutting> add_cutting(CLI::App* command) {
    auto options = add_settings<meeg::EpochsOptions>(command, {"baseline", "picks"});
    auto cutting = std::make_shared<Cutting>(Cutting{{}, options});
    command->add_option("--event", cutting->conditions,
                        "An annotation to cut at, as DESCRIPTION or NAME=DESCRIPTION; may be repeated (default: all)");
    command
        ->add_option_function<std::vector<double>>(
            "--baseline",
            [=](const auto& ends) {
                options->baseline = meeg::Baseline{ends[0], ends[1]};
            },
            "Begin and end of the baseline [s] (default: from tmin to 0)")
        ->expected(2);
    command
        ->add_flag_callback(
            "--no-baseline", [=] { options->baseline.reset(); }, "No baseline correction")
        ->excludes("--baseline");
    command->footer("Limits are in SI units: --reject eeg=150e-6,grad=4e-10");
    return cutting;
}

/// The conditions that --event asks for; all without.
meeg::EventIds chosen(const meeg::EventIds& ids, const Cutting& cutting, const std::string& what) {
    meeg::EventIds out;
    for (const std::string& text : cutting.conditions) {
        const auto [name, description] = condition(text);
        const auto at = std::find_if(ids.begin(), ids.end(), [&](const auto& id) { return id.first == description; });
        require(at != ids.end(), [&] {
            std::vector<std::string> known;
            std::ranges::transform(ids, std::back_inserter(known), [](const auto& id) { return id.first; });
            return "no " + what + " is called '" + description + "'; there are: " + joined(known);
        });
        out.emplace_back(name, at->second);
    }
    return cutting.conditions.empty() ? ids : out;
}

meeg::Epochs cut(const std::string& path, const Cutting& cutting) {
    auto raw = std::make_shared<meeg::Raw>(formats::read_raw(path));
    const auto [events, found] = meeg::events_from_annotations(*raw);
    return meeg::make_epochs(raw, events, chosen(found, cutting, "annotation"), *cutting.options);
}

void add_epochs(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("epochs", "Cut a recording around its annotations");
    auto files = add_files(command, "A recording", "The epochs: name-epo.fif");
    auto cutting = add_cutting(command);
    command->callback([=, &common] {
        meeg::Epochs epochs = cut(files->in, *cutting);
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
    auto cutting = add_cutting(command);
    command->callback([=, &common] {
        const bool is_epochs =
            files->in.find("-epo.fif") != std::string::npos || files->in.find("_epo.fif") != std::string::npos;
        const std::set<std::string> of_epochs{"IN", "OUT", "--overwrite", "--event", "--reject", "--flat"};
        for (const CLI::Option* option : command->get_options()) {
            require(!is_epochs || option->count() == 0 || of_epochs.contains(option->get_name()),
                    option->get_name() + " is about how a recording is cut; " + files->in + " has been cut already");
        }
        meeg::Epochs epochs = is_epochs ? formats::read_epochs(files->in) : cut(files->in, *cutting);
        if (is_epochs) {
            epochs.event_id = chosen(epochs.event_id, *cutting, "condition");
            const auto given = [&](const char* flag, const auto& limits, const auto& before) {
                return command->count(flag) > 0 ? limits : before;
            };
            meeg::drop_bad(epochs, given("--reject", cutting->options->reject, epochs.options.reject),
                           given("--flat", cutting->options->flat, epochs.options.flat));
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
    CLI::App* filters =
        add_work(command, common, "filter", "Band-pass, high-pass or low-pass, with zero phase", "filtered", filter);
    filters->parse_complete_callback([filters] {
        require(filters->count("--l-freq") + filters->count("--h-freq") > 0,
                "a filter needs --l-freq, --h-freq, or both");
    });
    add_work(command, common, "notch", "Remove line noise", "filtered", meeg::notch_filter)
        ->get_option("--freqs")
        ->required();
    add_work(command, common, "resample", "Change the sampling rate", "resampled", resample)
        ->get_option("--sfreq")
        ->required();
    add_epochs(command, common);
    add_average(command, common);
}

}  // namespace ranvier::cli
