#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "ranvier/meeg/inverse/sensors_to_sources.hpp"
#include "ranvier/meeg/recording/epochs.hpp"

namespace ranvier::cli {

/// What sources are estimated of, as it was typed.
struct Measured {
    std::string in, out, condition;
    std::optional<double> tmin, tmax;
    std::optional<meeg::Baseline> baseline;
    bool average_reference = false, each = false, overwrite = false;
};
std::shared_ptr<Measured> add_measured(CLI::App* command);

/// Samples that one estimate is made of.
struct MeasuredPart {
    std::string name;  ///< "" where there is one
    Array<double, 2> samples;
    double tmin = 0, nave = 1;
};
struct MeasuredParts {
    formats::Contents contents;  ///< cropped, with its reference
    meeg::Info info;
    std::vector<MeasuredPart> parts;
    bool averaged = false;  ///< the mean over the estimates of all parts is wanted
};
/// Reads them. @throws InvalidInput  the file holds something else, or several averages and no --condition chooses
MeasuredParts measured_parts(const Measured& measured);

/// Refuses before the work what writing estimates would refuse after it.
void check_estimates(const Measured& measured);

/// Where courses of labels go, and which.
struct LabelCourses {
    std::vector<std::string> labels;
    std::string out, mode = "mean_flip";
};
std::shared_ptr<LabelCourses> add_label_courses(CLI::App* command);

/// Estimates all parts, writes them and the courses of labels, and says where their peaks are.
/// @param ready  by the number of averages
void write_estimates(const Common& common, const Measured& measured, const MeasuredParts& parts,
                     const meeg::SourceSpaces& sources, const LabelCourses& courses,
                     const std::function<meeg::SensorsToSources(double nave)>& ready, Json more);

/// `meeg forward`; `meeg inverse` and `meeg beamform`. @param meeg_app  the command around them
void add_meeg_forward(CLI::App* meeg_app, const Common& common);
void add_meeg_inverse(CLI::App* meeg_app, const Common& common);

}  // namespace ranvier::cli
