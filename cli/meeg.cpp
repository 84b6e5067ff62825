#include <set>

#include "contents.hpp"
#include "meeg_files.hpp"
#include "meeg_sources.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/plain/maxwell_files.hpp"
#include "ranvier/meeg/ica/blinks.hpp"
#include "ranvier/meeg/maxwell/fine_calibration.hpp"
#include "ranvier/meeg/maxwell/maxwell_filter.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/reference.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "settings.hpp"

namespace ranvier::cli {

namespace {

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
        require(std::ranges::none_of(out, [&, name = name](const auto& id) { return id.first == name; }),
                "--event gives '" + name + "' twice");
        out.emplace_back(name, at->second);
    }
    return cutting.conditions.empty() ? ids : out;
}

meeg::Epochs cut(meeg::Raw recording, const Cutting& cutting) {
    auto raw = std::make_shared<meeg::Raw>(std::move(recording));
    const auto [events, found] = meeg::events_from_annotations(*raw);
    return meeg::make_epochs(raw, events, chosen(found, cutting, "annotation"), *cutting.options);
}

constexpr const char* limits_note = "Limits are in SI units: --reject eeg=150e-6,grad=4e-10";

void add_concatenate(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand(
        "concatenate", "Join recordings, one after the other; of one, write another format or other names");
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The joined recording: " + formats::extensions(&formats::Format::write_raw));
    explain(command,
            {"meeg concatenate run1.edf run2.edf both.fif", "meeg concatenate in.edf out.fif --rename Fp1.=Fp1"});
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_raw);
        formats::write_raw(joined_recording(*files), files->out, files->overwrite);
        print_written(common, files->out);
    });
}

/// What Maxwell filters take from files.
struct MaxwellFiles {
    std::string calibration, cross_talk, head_pos, destination;
    std::vector<std::string> bads;
    bool allow_maxshield = false;

    meeg::Raw recording(std::vector<meeg::Raw> raws, const InOut& files) const {
        meeg::Raw raw = joined_recording(std::move(raws), files);
        std::vector<std::string> all = raw.info.bads;
        for (const std::string& bad : bads) {  // "MEG0113" is "MEG 0113", as older files have it
            const auto& channels = raw.info.channels;
            const auto same = [&](const std::string& name) {
                return meeg::without_spaces(name) == meeg::without_spaces(bad);
            };
            const auto exact = std::ranges::find(channels, bad, &meeg::Channel::name);
            const auto found =
                exact != channels.end() ? exact : std::ranges::find_if(channels, same, &meeg::Channel::name);
            all.push_back(found != channels.end() ? std::string(found->name) : bad);
        }
        meeg::set_bads(raw.info, all);
        return raw;
    }
    std::vector<meeg::Raw> raws(const std::vector<std::string>& paths) const {
        std::vector<meeg::Raw> out;
        for (const std::string& path : paths) {
            out.push_back(allow_maxshield ? formats::read_raw_fif(path, {true, true, true}) : formats::read_raw(path));
        }
        return out;
    }
    template <class Options>
    void set(Options& options) const {
        if constexpr (std::is_base_of_v<meeg::ExpansionOptions, Options>) {
            options.use_own_calibration = calibration != "none";
            options.use_own_cross_talk = cross_talk != "none";
        }
        if (!calibration.empty() && calibration != "none") {
            options.calibration = formats::read_fine_calibration(calibration);
        }
        if (!cross_talk.empty() && cross_talk != "none") {
            options.cross_talk = formats::read_cross_talk_fif(cross_talk);
        }
        if constexpr (requires { options.head_pos; }) {
            if (!head_pos.empty()) {
                options.head_pos = formats::read_head_positions(head_pos);
            }
        }
    }
};

std::shared_ptr<MaxwellFiles> add_maxwell_files(CLI::App* command) {
    auto given = std::make_shared<MaxwellFiles>();
    command
        ->add_option("--calibration", given->calibration,
                     "The system's fine calibration: sss_cal.dat (default: that which the recording holds, if any); "
                     "none: no such")
        ->type_name("FILE");
    command
        ->add_option("--cross-talk", given->cross_talk,
                     "The system's cross-talk matrix: ct_sparse.fif (default: that which the recording holds, if any); "
                     "none: no such")
        ->type_name("FILE");
    command->add_option("--head-pos", given->head_pos, "Where the head was over time: name.pos")->type_name("FILE");
    command->add_option("--bads", given->bads, "Channels that are bad too, with commas between")
        ->type_name("NAME,…")
        ->delimiter(',');
    command->add_flag("--allow-maxshield", given->allow_maxshield,
                      "Read recordings that were made with active shielding and not filtered yet");
    return given;
}

void add_maxwell(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand(
        "maxwell", "Take out of MEG what comes from outside the helmet (SSS, tSSS), and movements of the head");
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The filtered recording: name_raw_sss.fif");
    auto options = add_settings<meeg::MaxwellOptions>(command);
    auto given = add_maxwell_files(command);
    command
        ->add_option("--destination", given->destination, "A recording or transform that has the head where it is put")
        ->type_name("FILE");
    explain(
        command,
        {"meeg maxwell in.fif out_raw_sss.fif --calibration sss_cal.dat --cross-talk ct_sparse.fif --st-duration 10",
         "meeg maxwell room.fif room_raw_sss.fif --coord-frame meg --bads MEG0113,MEG2443",
         "meeg maxwell in.fif out_raw_sss.fif --head-pos in.pos --destination run1.fif"});
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_raw);
        given->set(*options);
        if (!given->destination.empty()) {
            options->destination = formats::read_head_transform_fif(given->destination);
        }
        const meeg::Raw raw = given->recording(given->raws(files->in), *files);
        formats::write_raw(meeg::maxwell_filter(raw, *options), files->out, files->overwrite);
        print_written(common, files->out);
    });
}

void add_fine_calibration(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("fine-calibration", "Compute a system's fine calibration from its empty room");
    auto files =
        add_files(command, "A recording of an empty room, at most some minutes", "The fine calibration: sss_cal.dat");
    auto options = add_settings<meeg::FineCalibrationOptions>(command);
    auto given = std::make_shared<MaxwellFiles>();
    command
        ->add_option("--calibration", given->calibration,
                     "A fine calibration whose normals and gains hold: only imbalances are estimated")
        ->type_name("FILE");
    command->add_option("--cross-talk", given->cross_talk, "The system's cross-talk matrix: ct_sparse.fif")
        ->type_name("FILE");
    command->add_flag("--allow-maxshield", given->allow_maxshield,
                      "Read recordings that were made with active shielding and not filtered yet");
    explain(command, {"meeg fine-calibration room_raw.fif sss_cal.dat --cross-talk ct_sparse.fif --n-imbalance 1"});
    command->callback([=, &common] {
        require(files->out.ends_with(".dat"), "a fine calibration goes to a .dat file; got " + files->out);
        for (const std::string& in : files->in) {
            check_output(files->out, in, files->overwrite);
        }
        given->set(*options);
        const auto found = meeg::compute_fine_calibration(given->recording(given->raws(files->in), *files), *options);
        formats::write_fine_calibration(found.calibration, files->out, files->overwrite);
        print_written(common, files->out, {{"channels", found.calibration.names.size()}, {"windows", found.count}});
    });
}

void add_bad_channels(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("bad-channels", "Find MEG channels that are flat or differ from what all others say");
    auto in = std::make_shared<std::string>();
    command->add_option("IN", *in, "A recording: " + formats::extensions(&formats::Format::read_raw))->required();
    auto options = add_settings<meeg::BadChannelOptions>(command);
    auto given = add_maxwell_files(command);
    explain(command, {"meeg bad-channels in.fif --calibration sss_cal.dat --cross-talk ct_sparse.fif"});
    command->callback([=, &common] {
        given->set(*options);
        const meeg::BadChannels found =
            meeg::find_bad_channels_maxwell(given->recording(given->raws({*in}), {}), *options);
        if (common.json) {
            Json json;
            json["noisy"] = found.noisy;
            json["flat"] = found.flat;
            print_json(json);
        } else {
            print("noisy: " + (found.noisy.empty() ? "none" : joined(found.noisy)));
            print("flat: " + (found.flat.empty() ? "none" : joined(found.flat)));
        }
    });
}

void add_ica(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("ica", "Take blinks out: independent components that are like the eyes");
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The cleaned recording: " + formats::extensions(&formats::Format::write_raw));
    auto options = add_settings<meeg::BlinkOptions>(command, {"fit_params"});
    auto save = std::make_shared<std::string>();
    command->add_option("--save", *save, "Keep the components too: name-ica.fif");
    explain(command, {"meeg ica in.edf out.fif --eog Fp1 --eog Fp2 --h-freq 40 --n-components 20 --method infomax "
                      "--measure correlation --threshold 0.3 --save in-ica.fif"});
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_raw);
        if (!save->empty()) {
            check_goal(*save, files->overwrite);
        }
        meeg::Raw raw = joined_recording(*files);
        meeg::load(raw);
        const auto [ica, found] = meeg::take_out_blinks(raw, *options);
        if (!save->empty()) {
            formats::write_ica_fif(ica, *save, files->overwrite);
        }
        formats::write_raw(raw, files->out, files->overwrite);
        if (!common.json) {
            print(counted(std::ssize(found.components), "component") + " of " + text_of(ica.n_components()) +
                  " taken out" +
                  (found.components.empty() ? ": none is like the eyes; a lower --threshold may find some" : ""));
        }
        print_written(common, files->out, {{"components", ica.n_components()}, {"taken_out", found.components}});
    });
}

void add_epochs(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("epochs", "Cut a recording around its annotations");
    auto files = add_files(command, "A recording", "The epochs: name-epo.fif");
    auto cutting = add_cutting(command);
    explain(command, {"meeg epochs in.edf hands-epo.fif --event hands=T1 --tmin -1 --tmax 3 --reject eeg=150e-6"},
            limits_note);
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_epochs);
        meeg::Epochs epochs = cut(joined_recording(*files), *cutting);
        meeg::load(epochs);
        formats::write_epochs(epochs, files->out, files->overwrite);
        const index given = meeg::count_drops(epochs.drop_log).given;
        if (common.json) {
            print_written(common, files->out, {{"epochs", epochs.n_epochs()}, {"events", given}});
        } else {
            print(files->out + ": " + counted(epochs.n_epochs(), "epoch") + " of " + counted(given, "event"));
        }
    });
}

void add_average(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("average", "Average epochs, one evoked response per condition");
    auto files = add_files(command, "A recording, or epochs", "The averages: name-ave.fif");
    auto cutting = add_cutting(command);
    explain(command,
            {"meeg average in.edf out-ave.fif --event hands=T1 --event feet=T2 --reject eeg=150e-6",
             "meeg average hands-epo.fif hands-ave.fif"},
            limits_note);
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_evokeds);
        auto data = recording_or_epochs(*files, "averages are");
        const bool is_epochs = std::holds_alternative<meeg::Epochs>(data);
        const std::set<std::string> of_epochs{"IN", "--overwrite", "--event", "--reject", "--flat"};
        for (const CLI::Option* option : command->get_options()) {
            require(!is_epochs || option->count() == 0 || of_epochs.contains(option->get_name()),
                    option->get_name() + " is about how a recording is cut; " + files->in[0] + " has been cut already");
        }
        meeg::Epochs epochs =
            is_epochs ? std::get<meeg::Epochs>(std::move(data)) : cut(std::get<meeg::Raw>(std::move(data)), *cutting);
        if (is_epochs) {
            epochs.event_id = chosen(epochs.event_id, *cutting, "condition");
            meeg::drop_bad(epochs, cutting->options->reject, cutting->options->flat);
        } else {
            meeg::drop_bad(epochs);
        }
        std::vector<meeg::Evoked> evokeds;
        Json counts;
        for (const auto& [name, id] : epochs.event_id) {
            const std::vector<index> which = of_code(epochs, id);
            counts[name] = which.size();
            if (!which.empty()) {
                evokeds.push_back(meeg::average(meeg::subset(epochs, which)));
                evokeds.back().comment = name;
            }
        }
        require(!evokeds.empty(), "no epoch is left to average: every one was rejected");
        formats::write_evokeds(evokeds, files->out, files->overwrite);
        if (!common.json) {
            for (const meeg::Evoked& evoked : evokeds) {
                print(evoked.comment + ": " + counted(static_cast<index>(evoked.nave), "epoch"));
            }
        }
        print_written(common, files->out, {{"epochs", counts}});
    });
}

}  // namespace

void add_meeg(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("meeg", "Work on M/EEG recordings");
    command->require_subcommand(1);
    command->fallthrough();
    CLI::App* filters =
        add_work(command, common, "filter", "Band-pass, high-pass or low-pass, with zero phase", "filtered", filter);
    explain(filters, {"meeg filter in.fif out.fif --l-freq 1 --h-freq 40"});
    filters->parse_complete_callback([filters] {
        require(filters->count("--l-freq") + filters->count("--h-freq") > 0,
                "a filter needs --l-freq, --h-freq, or both");
    });
    CLI::App* notch = add_work(command, common, "notch", "Remove line noise", "filtered", meeg::notch_filter);
    notch->get_option("--freqs")->required();
    explain(notch, {"meeg notch in.fif out.fif --freqs 50,100"});
    CLI::App* rate = add_work(command, common, "resample", "Change the sampling rate", "resampled", resample);
    rate->get_option("--sfreq")->required();
    explain(rate, {"meeg resample in.edf out.fif --sfreq 250"});
    add_maxwell(command, common);
    add_bad_channels(command, common);
    add_fine_calibration(command, common);
    add_concatenate(command, common);
    add_ica(command, common);
    add_epochs(command, common);
    add_average(command, common);
    add_meeg_noise(command, common);
    add_meeg_forward(command, common);
    add_meeg_inverse(command, common);
}

}  // namespace ranvier::cli
