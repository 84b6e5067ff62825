#include <algorithm>
#include <array>

#include "meeg_files.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/artefacts/exg_events.hpp"
#include "ranvier/meeg/artefacts/exg_ssp.hpp"
#include "ranvier/meeg/noise/covariance.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::cli {

namespace {

void add_covariance(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("covariance", "Estimate the covariance of noise");
    auto files = add_files(command, "A recording, or epochs", "The covariance: name-cov.fif");
    auto options = add_settings<meeg::RawCovarianceOptions>(command, {"picks", "tmin"});
    auto tmin = std::make_shared<std::optional<double>>();
    command->add_option("--tmin", *tmin, "First time [s] (default: 0 of a recording, the first of epochs)");
    explain(command, {"meeg covariance empty_room_raw.fif noise-cov.fif",
                      "meeg covariance hands-epo.fif noise-cov.fif --tmax 0 --method shrunk"});
    command->callback([=, &common] {
        check_output(*files, &formats::Format::write_covariance);
        auto data = recording_or_epochs(*files, "covariances are");
        std::vector<meeg::Covariance> found;
        if (meeg::Raw* raw = std::get_if<meeg::Raw>(&data)) {
            options->tmin = tmin->value_or(0);
            found = meeg::compute_raw_covariances(std::make_shared<meeg::Raw>(std::move(*raw)), *options);
        } else {
            for (const char* of_recording : {"--tstep", "--reject", "--flat", "--reject-by-annotation"}) {
                const CLI::Option* option = command->get_option_no_throw(of_recording);
                require(!option || option->count() == 0,
                        std::string(of_recording) + " is about recordings; " + files->in[0] + " has been cut already");
            }
            meeg::CovarianceOptions of_epochs;
            static_cast<meeg::Estimation&>(of_epochs) = *options;
            of_epochs.tmin = *tmin;
            of_epochs.tmax = options->tmax;
            found = meeg::compute_covariances({&std::get<meeg::Epochs>(data)}, of_epochs);
        }
        const meeg::Covariance& best = found.front();
        formats::write_covariance(best, files->out, files->overwrite);
        print_written(common, files->out,
                      {{"channels", best.names.size()}, {"method", best.method}, {"samples", best.nfree}});
    });
}

/// Whether a name says that a file holds projections alone.
bool names_projections(const std::string& path) {
    constexpr std::array endings{"-proj.fif", "-proj.fif.gz", "_proj.fif", "_proj.fif.gz"};
    const std::string name = lower_case(path);
    return std::ranges::any_of(endings, [&](const char* ending) { return name.ends_with(ending); });
}

void add_ssp(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("ssp", "Project blinks or heart beats out of a recording");
    auto files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The cleaned recording, or, named name-proj.fif, the projections alone");
    auto options = add_settings<meeg::ExgSspOptions>(command, {"iir_params", "no_proj", "tmax"});
    auto tmax = std::make_shared<std::optional<double>>();
    auto against = std::make_shared<std::string>("eog");
    auto channels = std::make_shared<std::vector<std::string>>();
    auto apply = std::make_shared<bool>(true);
    command->add_option("--against", *against, "eog: blinks, ecg: heart beats")
        ->capture_default_str()
        ->check(CLI::IsMember({"eog", "ecg"}));
    command
        ->add_option("--ch-name", *channels,
                     "The channel in which they are looked for (default: those of type EOG or ECG); may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--tmax", *tmax, "End of the window [s] (default: 0.2 of blinks, 0.4 of beats)");
    command->add_flag_callback(
        "--no-apply", [=] { *apply = false; }, "Add the projections without applying them");
    explain(command,
            {"meeg ssp in_raw.fif clean_raw.fif --against ecg", "meeg ssp in.edf clean.fif --ch-name Fp1 --n-eeg 1",
             "meeg ssp in_raw.fif blinks-proj.fif"},
            "Without --reject, limits are those of MNE-Python: grad=2e-10,mag=3e-12 and eeg=5e-4 of blinks, eeg=5e-5 "
            "of beats");
    command->callback([=, &common] {
        const bool alone = names_projections(files->out);
        require(*apply || !alone, "--no-apply is about recordings; " + files->out + " holds projections alone");
        if (alone) {
            check_output(*files, &formats::Format::write_projections);
        } else {
            check_output(*files, &formats::Format::write_raw);
        }
        meeg::Raw raw = joined_recording(*files);
        const bool beats = *against == "ecg";
        meeg::Events events;
        if (beats) {
            require(channels->size() <= 1, "heart beats are looked for in one channel; got " + joined(*channels));
            meeg::EcgOptions ecg;
            if (!channels->empty()) {
                ecg.ch_name = channels->front();
            }
            events = meeg::find_ecg_events(raw, ecg).events;
        } else {
            meeg::EogOptions eog;
            eog.ch_name = *channels;
            events = meeg::find_eog_events(raw, eog);
        }
        const std::string what = beats ? "heart beats" : "blinks";
        require(!events.empty(), "no " + what + " were found in " + files->in[0]);
        meeg::ExgSspOptions how = *options;
        how.tmax = tmax->value_or(beats ? 0.4 : 0.2);
        if (command->count("--reject") == 0) {
            how.reject = meeg::usual_limits(beats);
        }
        how.no_proj = true;
        const meeg::ExgProjections found = meeg::compute_exg_projections(raw, events, how, beats ? "ECG" : "EOG");
        require(!found.projections.empty(),
                "every one of " + text_of(std::ssize(events)) + " " + what + " was rejected by its amplitude");
        StableVector<meeg::Projection> projections;
        for (const meeg::Projection& projection : found.projections) {
            projections.push_back(projection);
        }
        if (alone) {
            formats::write_projections(projections, files->out, files->overwrite);
        } else {
            meeg::add_projections(raw.info, projections);
            if (*apply) {
                meeg::apply_projections(raw);
            }
            formats::write_raw(raw, files->out, files->overwrite);
        }
        if (!common.json) {
            print(what + ": " + text_of(std::ssize(events)) +
                  ", projections: " + text_of(std::ssize(found.projections)));
        }
        print_written(common, files->out, {{"events", events.size()}, {"projections", found.projections.size()}});
    });
}

}  // namespace

void add_meeg_noise(CLI::App* meeg_app, const Common& common) {
    add_covariance(meeg_app, common);
    add_ssp(meeg_app, common);
}

}  // namespace ranvier::cli
