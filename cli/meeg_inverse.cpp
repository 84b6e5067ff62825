#include <algorithm>

#include "contents.hpp"
#include "meeg_sources.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/meeg/beamformer/beamforming.hpp"
#include "ranvier/meeg/noise/covariance.hpp"
#include "settings.hpp"

namespace ranvier::cli {

namespace {

void check_fif(const std::string& path, const std::string& what, bool overwrite) {
    require(path.ends_with(".fif") || path.ends_with(".fif.gz"), what, " goes to a .fif or .fif.gz file; got ", path);
    check_goal(path, overwrite);
}

void add_inverse(CLI::App* meeg_app, const Common& common) {
    CLI::App* command =
        meeg_app->add_subcommand("inverse", "Estimate currents of least power that explain the samples");
    auto measured = add_measured(command);
    struct Files {
        std::string forward, cov, made, keep;
    };
    auto files = std::make_shared<Files>();
    command->add_option("--forward", files->forward, "What sensors measure of sources: name-fwd.fif")
        ->type_name("FILE");
    command->add_option("--cov", files->cov, "The covariance of noise: name-cov.fif")->type_name("FILE");
    command->add_option("--operator", files->keep, "Keep the inverse operator: name-inv.fif")->type_name("FILE");
    CLI::Option* made = command
                            ->add_option("--use-operator", files->made,
                                         "An inverse operator made before, in place of --forward and --cov")
                            ->type_name("FILE");
    made->excludes("--forward")->excludes("--cov")->excludes("--operator");
    auto options = add_settings<meeg::MinimumNormOptions>(command, {"fixed"});
    command->add_flag("--fixed", options->fixed, "Fix orientations to the normals, as --loose 0 does");
    auto courses = add_label_courses(command);
    explain(command,
            {"meeg inverse in-ave.fif out --forward sub-fwd.fif --cov noise-cov.fif --condition 'Left Auditory'",
             "meeg inverse in-epo.fif out --forward sub-fwd.fif --cov noise-cov.fif --fixed --snr 1 --labels "
             "lh.aparc.annot --labels rh.aparc.annot --courses out.csv",
             "meeg inverse in-ave.fif out --use-operator sub-inv.fif --method sLORETA"});
    command->callback([=, &common] {
        check_estimates(*measured);
        if (!files->keep.empty()) {
            check_fif(files->keep, "an inverse operator", measured->overwrite);
        }
        if (!courses->out.empty()) {
            check_goal(courses->out, measured->overwrite);
        }
        require(
            !files->made.empty() || (!files->forward.empty() && !files->cov.empty()),
            "an inverse needs --forward (ranvier meeg forward makes it) and --cov (ranvier meeg covariance does), or "
            "--use-operator");
        for (const char* of_making : {"--loose", "--depth", "--fixed", "--rank"}) {
            require(files->made.empty() || command->count(of_making) == 0, of_making,
                    " is about how an operator is made; ", files->made, " has been made already");
        }
        const MeasuredParts parts = measured_parts(*measured);
        meeg::InverseOperator inverse;
        if (files->made.empty()) {
            const auto noise = held_by<meeg::Covariance>(files->cov, "--cov");
            const auto forward = formats::read_forward_solution_fif(files->forward);
            const Progress progress("Inverse operator", 1);
            inverse = meeg::make_inverse_operator(parts.info, forward, noise, *options);
        } else {
            inverse = formats::read_inverse_operator_fif(files->made);
        }
        if (!files->keep.empty()) {
            formats::write_inverse_operator_fif(inverse, files->keep, measured->overwrite);
        }
        Json more{{"method", options->method},
                  {"lambda2", options->regularisation()},
                  {"channels", inverse.names.size()},
                  {"sources", inverse.n_sources()}};
        if (!files->keep.empty()) {
            more["operator"] = files->keep;
        }
        write_estimates(
            common, *measured, parts, *inverse.sources, *courses,
            [&](double nave) { return meeg::sensors_to_sources(inverse, parts.info, nave, *options); },
            std::move(more));
    });
}

/// The covariance of what is measured, over the window that is estimated or another.
meeg::Covariance data_covariance(const MeasuredParts& parts, std::optional<double> tmin, std::optional<double> tmax) {
    return std::visit(
        [&]<class T>(const T& held) -> meeg::Covariance {
            if constexpr (std::is_same_v<T, meeg::Raw>) {
                meeg::RawCovarianceOptions options;
                options.tmin = tmin.value_or(0);
                options.tmax = tmax;
                return meeg::compute_raw_covariances(std::make_shared<meeg::Raw>(held), options).front();
            } else if constexpr (std::is_same_v<T, meeg::Epochs> || std::is_same_v<T, std::vector<meeg::Evoked>>) {
                meeg::CovarianceOptions options;
                options.tmin = tmin;
                options.tmax = tmax;
                if constexpr (std::is_same_v<T, meeg::Epochs>) {
                    return meeg::compute_covariances({&held}, options).front();
                } else {
                    require(held.size() == 1,
                            "the covariance of the data is computed of one average: choose it by --condition, or give "
                            "--data-cov");
                    return meeg::compute_covariances(held.front(), options).front();
                }
            } else {
                throw InternalError("nothing was measured");
            }
        },
        parts.contents);
}

void add_beamform(CLI::App* meeg_app, const Common& common) {
    CLI::App* command = meeg_app->add_subcommand(
        "beamform", "Estimate sources by filters in space that pass each and suppress all others (LCMV)");
    auto measured = add_measured(command);
    struct Request {
        std::string forward, cov, data_cov;
        std::optional<double> tmin, tmax;
    };
    auto asked = std::make_shared<Request>();
    command->add_option("--forward", asked->forward, "What sensors measure of sources: name-fwd.fif")
        ->type_name("FILE")
        ->required();
    command
        ->add_option("--data-cov", asked->data_cov,
                     "The covariance of the data: name-cov.fif (default: computed of IN)")
        ->type_name("FILE");
    command
        ->add_option("--cov", asked->cov,
                     "The covariance of noise: name-cov.fif; needed where there are sensors of several types")
        ->type_name("FILE");
    command
        ->add_option_function<std::vector<double>>(
            "--data-window",
            [asked](const auto& ends) {
                asked->tmin = ends[0];
                asked->tmax = ends[1];
            },
            "Begin and end of what the covariance of the data is computed of [s] (default: all that is estimated)")
        ->expected(2)
        ->excludes("--data-cov");
    auto options = add_settings<meeg::BeamformerOptions>(command);
    auto courses = add_label_courses(command);
    explain(
        command,
        {"meeg beamform in-epo.fif out --forward sub-fwd.fif --cov noise-cov.fif --data-window 0.05 0.25",
         "meeg beamform in-ave.fif out --forward sub-fwd.fif --data-cov data-cov.fif --cov noise-cov.fif --pick-ori "
         "max-power"});
    command->callback([=, &common] {
        check_estimates(*measured);
        if (!courses->out.empty()) {
            check_goal(courses->out, measured->overwrite);
        }
        const MeasuredParts parts = measured_parts(*measured);
        const meeg::ForwardSolution forward = formats::read_forward_solution_fif(asked->forward);
        const meeg::Covariance data = asked->data_cov.empty()
                                          ? data_covariance(parts, asked->tmin, asked->tmax)
                                          : held_by<meeg::Covariance>(asked->data_cov, "--data-cov");
        std::optional<meeg::Covariance> noise;
        if (!asked->cov.empty()) {
            noise = held_by<meeg::Covariance>(asked->cov, "--cov");
        }
        const meeg::Lcmv lcmv = [&] {
            const Progress progress("Filters in space", 1);
            return meeg::make_lcmv(parts.info, forward, data, noise ? &*noise : nullptr, *options);
        }();
        const Json more{{"channels", lcmv.names.size()},
                        {"rank", lcmv.rank},
                        {"samples", data.nfree},
                        {"sources", forward.n_sources()}};
        write_estimates(
            common, *measured, parts, forward.sources, *courses,
            [&](double) { return meeg::sensors_to_sources(lcmv, forward.sources, parts.info, *options); }, more);
    });
}

}  // namespace

void add_meeg_inverse(CLI::App* meeg_app, const Common& common) {
    add_inverse(meeg_app, common);
    add_beamform(meeg_app, common);
}

}  // namespace ranvier::cli
