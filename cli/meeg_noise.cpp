#include <algorithm>
#include <array>

#include "meeg_files.hpp"
#include "ranvier/base/letters.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/artefacts/exg_events.hpp"
#include "ranvier/meeg/artefacts/exg_ssp.hpp"
#include "ranvier/meeg/maxwell/homogeneous.hpp"
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

/// What a command does with projections that it finds in a recording.
struct Projecting {
    std::shared_ptr<InOut> files;
    bool apply = true;
    bool alone() const { return names_projections(files->out); }
};
std::shared_ptr<Projecting> add_projecting(CLI::App* command) {
    auto how = std::make_shared<Projecting>();
    how->files = add_files(command, "A recording: " + formats::extensions(&formats::Format::read_raw),
                           "The cleaned recording, or, named name-proj.fif, the projections alone");
    command->add_flag_callback(
        "--no-apply", [how] { how->apply = false; }, "Add the projections without applying them");
    return how;
}

meeg::Raw recording_of(const Projecting& how) {
    require(how.apply || !how.alone(),
            "--no-apply is about recordings; " + how.files->out + " holds projections alone");
    if (how.alone()) {
        check_output(*how.files, &formats::Format::write_projections);
    } else {
        check_output(*how.files, &formats::Format::write_raw);
    }
    return joined_recording(*how.files);
}

void write_projected(const Projecting& how, meeg::Raw& raw, const std::vector<meeg::Projection>& found) {
    StableVector<meeg::Projection> projections;
    for (const meeg::Projection& projection : found) {
        projections.push_back(projection);
    }
    if (how.alone()) {
        formats::write_projections(projections, how.files->out, how.files->overwrite);
        return;
    }
    meeg::add_projections(raw.info, projections);
    if (how.apply) {
        meeg::apply_projections(raw);
    }
    formats::write_raw(raw, how.files->out, how.files->overwrite);
}

void add_ssp(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand("ssp", "Project blinks or heart beats out of a recording");
    auto projecting = add_projecting(command);
    auto files = projecting->files;
    auto options = add_settings<meeg::ExgSspOptions>(command, {"iir_params", "no_proj", "tmax"});
    auto tmax = std::make_shared<std::optional<double>>();
    auto against = std::make_shared<std::string>("eog");
    auto channels = std::make_shared<std::vector<std::string>>();
    command->add_option("--against", *against, "eog: blinks, ecg: heart beats")
        ->capture_default_str()
        ->check(CLI::IsMember({"eog", "ecg"}));
    command
        ->add_option("--ch-name", *channels,
                     "The channel in which they are looked for (default: those of type EOG or ECG); may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->add_option("--tmax", *tmax, "End of the window [s] (default: 0.2 of blinks, 0.4 of beats)");
    explain(command,
            {"meeg ssp in_raw.fif clean_raw.fif --against ecg", "meeg ssp in.edf clean.fif --ch-name Fp1 --n-eeg 1",
             "meeg ssp in_raw.fif blinks-proj.fif"},
            "Without --reject, limits are those of MNE-Python: grad=2e-10,mag=3e-12 and eeg=5e-4 of blinks, eeg=5e-5 "
            "of beats");
    command->callback([=, &common] {
        meeg::Raw raw = recording_of(*projecting);
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
        write_projected(*projecting, raw, found.projections);
        if (!common.json) {
            print(what + ": " + text_of(std::ssize(events)) +
                  ", projections: " + text_of(std::ssize(found.projections)));
        }
        print_written(common, files->out, {{"events", events.size()}, {"projections", found.projections.size()}});
    });
}

void add_hfc(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("hfc", "Project the environment's field, homogeneous or more, out of MEG");
    auto projecting = add_projecting(command);
    auto options = add_settings<meeg::HfcOptions>(command);
    explain(command, {"meeg hfc in_raw.fif clean_raw.fif", "meeg hfc in_raw.fif field-proj.fif --order 2"});
    command->callback([=, &common] {
        meeg::Raw raw = recording_of(*projecting);
        const auto picks = meeg::pick_types(raw.info, {meeg::ChannelType::mag, meeg::ChannelType::grad}, true);
        const auto found = meeg::compute_proj_hfc(raw.info, picks, *options);
        write_projected(*projecting, raw, found);
        print_written(common, projecting->files->out, {{"projections", found.size()}, {"channels", picks.size()}});
    });
}

}  // namespace

void add_meeg_noise(CLI::App* meeg_app, const Common& common) {
    add_covariance(meeg_app, common);
    add_ssp(meeg_app, common);
    add_hfc(meeg_app, common);
}

}  // namespace ranvier::cli
