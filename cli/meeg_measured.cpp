#include <algorithm>

#include "contents.hpp"
#include "meeg_sources.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/projection.hpp"

namespace ranvier::cli {

namespace {

template <class Noun>
void reference(Noun& noun, const Measured& measured) {
    if (measured.average_reference) {
        StableVector<meeg::Projection> own;
        own.push_back(meeg::average_reference(noun.info));
        meeg::add_projections(noun.info, own);
        meeg::apply_projections(noun);
    }
}

/// What tells one average from another in names of files.
std::string slug(const std::string& comment) {
    std::string out;
    for (const char c : comment) {
        const auto byte = static_cast<unsigned char>(c);
        out += std::isalnum(byte) || c == '-' || c == '.' || byte >= 0x80 ? c : '_';
    }
    return out.empty() ? "_" : out;
}

/// The averages that --condition asks for, by name or by number; all without.
std::vector<meeg::Evoked> chosen(std::vector<meeg::Evoked> averages, const Measured& measured) {
    if (measured.condition.empty()) {
        return averages;
    }
    const auto number = number_in<std::size_t>(measured.condition);
    std::vector<std::string> names;
    for (std::size_t k = 0; k < averages.size(); ++k) {
        if (averages[k].comment == measured.condition || number == k) {
            return {std::move(averages[k])};
        }
        names.push_back("'" + averages[k].comment + "'");
    }
    throw InvalidInput("--condition must be the name or the number of an average in '" + measured.in + "'; there are " +
                       joined(names) + "; got '" + measured.condition + "'");
}

void take(std::vector<meeg::Evoked> averages, const Measured& measured, MeasuredParts& out) {
    averages = chosen(std::move(averages), measured);
    require(!averages.empty(), "'", measured.in, "' holds no average");
    require(!measured.each, "--each is about epochs; '", measured.in, "' holds averages, which are told apart anyway");
    for (meeg::Evoked& evoked : averages) {
        require(evoked.kind == "average", "sources are estimated of averages; '", evoked.comment,
                "' is a standard error");
        reference(evoked, measured);
        if (measured.baseline) {
            meeg::apply_baseline(evoked, measured.baseline->tmin, measured.baseline->tmax);
        }
        meeg::crop(evoked, measured.tmin, measured.tmax);
        out.parts.push_back({averages.size() > 1 ? slug(evoked.comment) : std::string(), evoked.data,
                             evoked.times().front(), evoked.nave});
    }
    out.info = averages[0].info;
    out.contents = std::move(averages);
}

void take(meeg::Epochs epochs, const Measured& measured, MeasuredParts& out) {
    meeg::load(epochs);
    require(epochs.n_epochs() > 0, "'", measured.in, "' holds no epoch");
    reference(epochs, measured);
    if (measured.baseline) {
        meeg::apply_baseline(epochs, measured.baseline);
    }
    meeg::crop(epochs, measured.tmin, measured.tmax);
    const std::size_t digits = text_of(epochs.n_epochs() - 1).size();
    for (index k = 0; k < epochs.n_epochs(); ++k) {
        const std::string number = text_of(k);
        out.parts.push_back({std::string(digits - number.size(), '0') + number, Array<double, 2>(epochs.data.view()[k]),
                             epochs.tmin, 1});
    }
    out.averaged = !measured.each;
    out.info = epochs.info;
    out.contents = std::move(epochs);
}

void take(meeg::Raw raw, const Measured& measured, MeasuredParts& out) {
    require(!measured.each, "--each is about epochs; '", measured.in, "' holds a recording");
    require(!measured.baseline, "--baseline is about averages and epochs; '", measured.in, "' holds a recording");
    if (measured.tmin || measured.tmax) {
        meeg::crop_times(raw, measured.tmin.value_or(0), measured.tmax);
    }
    meeg::load(raw);
    reference(raw, measured);
    out.parts.push_back({"", raw.data, measured.tmin.value_or(0), 1});
    out.info = raw.info;
    out.contents = std::move(raw);
}

}  // namespace

std::shared_ptr<Measured> add_measured(CLI::App* command) {
    auto measured = std::make_shared<Measured>();
    command->add_option("IN", measured->in, "Averages, epochs or a recording")->required();
    command
        ->add_option("OUT", measured->out,
                     "The estimate: of NAME or NAME.stc become NAME-lh.stc and NAME-rh.stc, in volumes NAME-vl.stc")
        ->required();
    command->add_option("--condition", measured->condition,
                        "The average to take, by its name or number (default: all, each to files with its name)");
    command->add_option("--tmin", measured->tmin, "First time to estimate [s] (default: the first there is)");
    command->add_option("--tmax", measured->tmax, "Last time to estimate [s] (default: the last there is)");
    command
        ->add_option_function<std::vector<double>>(
            "--baseline",
            [measured](const auto& ends) {
                measured->baseline = meeg::Baseline{ends[0], ends[1]};
            },
            "Begin and end of a baseline to subtract before [s]")
        ->expected(2);
    command->add_flag("--average-reference", measured->average_reference,
                      "Give EEG the average reference that inverses need, where it lacks one");
    command->add_flag("--each", measured->each,
                      "Of epochs: an estimate of each, in files with its number; else the mean over these is written");
    command->add_flag("--overwrite", measured->overwrite, "Replace files that are there");
    return measured;
}

MeasuredParts measured_parts(const Measured& measured) {
    MeasuredParts out;
    std::visit(
        [&]<class T>(T& held) {
            if constexpr (std::is_same_v<T, meeg::Raw> || std::is_same_v<T, meeg::Epochs> ||
                          std::is_same_v<T, std::vector<meeg::Evoked>>) {
                require(measured.condition.empty() || std::is_same_v<T, std::vector<meeg::Evoked>>,
                        "--condition is about averages; '", measured.in, "' holds ", formats::noun<T>);
                take(std::move(held), measured, out);
            } else {
                throw InvalidInput("sources are estimated of averages, epochs or a recording; '" + measured.in +
                                   "' holds " + std::string(formats::noun<T>));
            }
        },
        *std::make_unique<formats::Contents>(formats::read(measured.in)));
    return out;
}

}  // namespace ranvier::cli
