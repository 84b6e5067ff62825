#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/noise/samples.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/evoked.hpp"

namespace ranvier::meeg {

/// Channels of one type of data; "meg" are magnetometers and gradiometers together.
struct ChannelGroup {
    std::string type;
    std::vector<index> picks;
};
/// The data channels by type, MEG's reference sensors left out: magnetometers, gradiometers, EEG, and so on.
/// @param meg_together  magnetometers and gradiometers are one group where both are there
std::vector<ChannelGroup> data_groups(const Info& info, bool meg_together, bool exclude_bads = true);
/// All channels of groups, ascending.
std::vector<index> all_picks(const std::vector<ChannelGroup>& groups);
/// The group's channels alone.
Info part_of(const Info& info, const std::vector<index>& picks);

/// The number of components that Maxwell filtering left, where the recording says that it was done.
std::optional<int> maxwell_rank(const Info& info);

/// How ranks are found: from the data, from what the Info says, or as given by type.
struct RankRule {
    enum class Way { estimated, info, full } way = Way::estimated;
    std::vector<std::pair<std::string, int>> given;
};
/// @param rank  none, "info", "full", or ranks by type. @throws InvalidInput  anything else
RankRule rank_rule(const Value& rank);

/// Factors by channel type that bring values to like sizes; `given` overrides defaults.
/// @throws InvalidInput  not a map of numbers
std::vector<double> scales_of(const Info& info, const Value& given, bool for_ranks);

using Ranks = std::vector<std::pair<std::string, int>>;
/// The rank of a group: its own, or that of "meg". @throws InvalidInput  there is none
int rank_of(const Ranks& ranks, const std::string& type);

struct RankOptions {
    Value rank;
    Value scalings;
    Value tol = "auto";
    bool proj = true;
    std::string tol_kind = "absolute", on_rank_mismatch = "ignore";
    std::optional<std::string> on_few_samples;
    static Fields fields() {
        using O = RankOptions;
        return {"compute_rank",
                {field("rank", &O::rank,
                       "none: estimated from the data; 'info': from projections and Maxwell filtering; 'full': the "
                       "number of channels; or ranks by type, whose others are estimated"),
                 field("scalings", &O::scalings,
                       "factors by channel type that bring values to like sizes before ranks are estimated; none: "
                       "{'mag': 1e12, 'grad': 1e11, 'eeg': 1e5}"),
                 field("tol", &O::tol,
                       "singular values up to this one count as zero; 'auto': their number times the largest times "
                       "2.2e-16, 'float32': times 1.2e-7"),
                 field("proj", &O::proj, "whether projections lower ranks"),
                 field("tol_kind", &O::tol_kind, "whether tol is a value, or a share of the largest")
                     .one_of({"absolute", "relative"}),
                 field("on_rank_mismatch", &O::on_rank_mismatch,
                       "what to do where a rank given for MEG is above that of the covariance")
                     .one_of({"raise", "warn", "ignore"}),
                 field("on_few_samples", &O::on_few_samples,
                       "what to do with fewer samples than channels; none: 'warn' where ranks are estimated from "
                       "samples")
                     .one_of({"raise", "warn", "ignore"})}};
    }
};

/// Ranks of the good data channels, by type, "meg" for magnetometers and gradiometers together.
/// @throws InvalidInput  a given rank above the number of channels; samples that are not finite
Ranks compute_rank(const Raw& raw, const RankOptions& options = {});
Ranks compute_rank(const Epochs& epochs, const RankOptions& options = {});
Ranks compute_rank(const Evoked& evoked, const RankOptions& options = {});
/// Of the channels that both have, which the covariance calls good.
Ranks compute_rank(const Covariance& covariance, const Info& info, const RankOptions& options = {});
/// The same from samples of all channels of `info`, and their scatter.
Ranks ranks_of(const Samples& samples, const Scatter& scatter, const Info& info, const RankOptions& options);

/// Raises, warns or says nothing. @param how  "raise", "warn" or "ignore"
void complain(const std::string& how, const std::string& message);
/// @throws InvalidInput  a channel holds what is no finite number
void require_finite(const Scatter& scatter, const Info& info);

}  // namespace ranvier::meeg
