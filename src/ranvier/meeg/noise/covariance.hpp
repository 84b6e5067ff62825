#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// How a covariance is estimated from samples.
struct Estimation {
    std::vector<std::string> method{"empirical"};
    Value method_params, scalings, rank;
    int cv = 3;
    std::string on_few_samples = "warn";
    static Fields fields() {
        using O = Estimation;
        return {
            "covariance",
            {field("method", &O::method,
                   "estimators: 'empirical', 'diagonal_fixed', 'shrunk', 'oas', 'ledoit_wolf', 'shrinkage', 'pca', "
                   "'factor_analysis'; of several the one that is likeliest on samples left out is taken; 'auto': "
                   "'shrunk', 'diagonal_fixed', 'empirical' and, with rank 'full', 'factor_analysis'")
                 .also(nullptr, Value::List{"empirical"}),
             field("method_params", &O::method_params,
                   "settings by method: {'shrinkage': {'shrinkage': 0.1}, 'shrunk': {'shrinkage': [...]}, "
                   "'diagonal_fixed': {'eeg': 0.1, ...}, 'pca': {'iter_n_components': [...]}}"),
             field("cv", &O::cv, "number of parts that are left out in turn").at_least(2),
             field("scalings", &O::scalings,
                   "factors by channel type that bring values to like sizes; none: {'mag': 1e15, 'grad': 1e13, "
                   "'eeg': 1e6}"),
             field("rank", &O::rank,
                   "none: estimated from the data; 'info': from projections and Maxwell filtering; 'full': the number "
                   "of channels; or ranks by type"),
             field("on_few_samples", &O::on_few_samples,
                   "what to do with fewer than 5 samples for each channel and one more")
                 .one_of({"raise", "warn", "ignore"})}};
    }
};

struct CovarianceOptions : Estimation {
    bool keep_sample_mean = true;
    std::optional<double> tmin, tmax;
    std::string on_mismatch = "raise";
    static Fields fields() {
        using O = CovarianceOptions;
        return {"compute_covariance",
                with_base<O, Estimation>(
                    {field("keep_sample_mean", &O::keep_sample_mean,
                           "whether the average over the epochs of a name stays; False: of method 'empirical'"),
                     field("tmin", &O::tmin, "first time; none: that of the epochs").in("s"),
                     field("tmax", &O::tmax, "last time; none: that of the epochs").in("s"),
                     field("on_mismatch", &O::on_mismatch, "what to do where heads are at different places")
                         .one_of({"raise", "warn", "ignore"})})};
    }
};

struct RawCovarianceOptions : Estimation {
    double tmin = 0;
    std::optional<double> tmax;
    std::optional<double> tstep = 0.2;
    Thresholds reject, flat;
    std::vector<index> picks;
    bool reject_by_annotation = true;
    static Fields fields() {
        using O = RawCovarianceOptions;
        return {
            "compute_raw_covariance",
            with_base<O, Estimation>(
                {field("tmin", &O::tmin, "first time").in("s").also(nullptr, 0.0),
                 field("tmax", &O::tmax, "last time; none: the end").in("s"),
                 field("tstep", &O::tstep, "length of the pieces that are judged by reject and flat; none: one piece")
                     .in("s")
                     .above(0),
                 field("reject", &O::reject, "a piece with a larger peak-to-peak amplitude is left out"),
                 field("flat", &O::flat, "a piece with a smaller peak-to-peak amplitude is left out"),
                 field("picks", &O::picks, "numbers of channels; none: good data channels"),
                 field("reject_by_annotation", &O::reject_by_annotation,
                       "whether what annotations call bad is left out")})};
    }
};

/// Samples to learn from and samples to judge by.
struct Split {
    std::vector<index> train, test;
};
/// How n samples are split. Without one: into options.cv parts of neighbours, each left out in turn.
using Splitter = std::function<std::vector<Split>(index n)>;

/// Noise covariances of the good data channels, one for each method, the likeliest first. Epochs of different names
/// follow each other, name by name. Data are brought to like sizes and reduced to their rank first, where shrinkage
/// works on each type of channels, on magnetometers and gradiometers together where what was taken out mixes them.
/// @throws InvalidInput  no epoch, channels or projections that differ, settings that do not fit, samples that are no
///                       numbers
/// @cost  one pass over the samples, their number · channels²; one more where ranks are estimated and deficient
std::vector<Covariance> compute_covariances(const std::vector<const Epochs*>& epochs,
                                            const CovarianceOptions& options = {}, const Splitter& splitter = {});
/// The times of an average are the samples.
std::vector<Covariance> compute_covariances(const Evoked& evoked, const CovarianceOptions& options = {},
                                            const Splitter& splitter = {});
/// Of a recording, cut into pieces; the mean over all of them is subtracted. Method 'empirical' streams.
std::vector<Covariance> compute_raw_covariances(const std::shared_ptr<const Raw>& raw,
                                                const RawCovarianceOptions& options = {},
                                                const Splitter& splitter = {});

}  // namespace ranvier::meeg
