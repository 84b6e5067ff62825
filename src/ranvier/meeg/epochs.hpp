#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/events.hpp"
#include "ranvier/meeg/evoked.hpp"

namespace ranvier::meeg {

/// Baseline interval [s]; a missing end is the end of the epoch.
struct Baseline {
    std::optional<double> tmin, tmax;
};

/// Peak-to-peak limits by channel type, in SI units: above `reject` or below `flat` an epoch is dropped.
using Thresholds = std::map<ChannelType, double>;

struct EpochsOptions {
    double tmin = -0.2;  // [s]
    double tmax = 0.5;   // [s]
    std::optional<Baseline> baseline = Baseline{{}, 0.0};
    Thresholds reject, flat;
    std::optional<double> reject_tmin, reject_tmax;  // [s]
    std::vector<index> picks;      ///< empty: all good and bad data channels, as `picks=None`
    bool proj = true;
    int decim = 1;
    int detrend = -1;              ///< −1 none, 0 constant, 1 linear
    bool reject_by_annotation = true;
    bool drop_repeated = false;    ///< event_repeated="drop" instead of an error
};

/// Pieces of a recording around events. `data` is filled by load(); until then a piece is read, projected, baseline
/// corrected and judged when needed, so memory stays flat.
struct Epochs {
    Info info;
    Events events;                ///< of the epochs that remain
    EventIds event_id;
    std::vector<index> selection; ///< their numbers among the events given
    std::vector<std::string> metadata;  ///< for every epoch a JSON object of what is known about it; or empty
    std::vector<std::vector<std::string>> drop_log;  ///< for every event given: why it was dropped ("" kept)
    double tmin = 0;              // [s]
    index n_times = 0;
    EpochsOptions options;
    std::shared_ptr<const Raw> raw;  ///< until loaded
    bool preloaded = false;
    bool dropped_bad = false;     ///< rejection has been done
    Array<double, 3> data;        ///< preloaded: shape (epochs, channels, times)

    index n_epochs() const { return static_cast<index>(events.size()); }
    std::vector<double> times() const;  // [s]
};

/// Cuts nothing yet; checks everything. @throws InvalidInput  no event in range, ids without event, tmin > tmax …
Epochs make_epochs(std::shared_ptr<const Raw> raw, const Events& events, const EventIds& event_id,
                   const EpochsOptions& options);
/// Epochs from an array, shape (epochs, channels, times).
Epochs make_epochs(Info info, Array<double, 3> data, Events events, double tmin, EventIds event_id,
                   std::optional<Baseline> baseline = {}, const Thresholds& reject = {}, const Thresholds& flat = {});

/// Reads all epochs and drops the bad ones.
void load(Epochs& epochs);
/// Drops by peak-to-peak limits; new limits replace the old ones.
void drop_bad(Epochs& epochs, const Thresholds& reject, const Thresholds& flat);
void drop_bad(Epochs& epochs);
void drop(Epochs& epochs, const std::vector<index>& which, const std::string& reason = "USER");
/// The epochs at `which`, in that order.
Epochs subset(const Epochs& epochs, const std::vector<index>& which);
/// Indices of the epochs whose event name equals `key` or contains all its "/"-separated tags, as epochs["name"].
std::vector<index> matching(const Epochs& epochs, const std::vector<std::string>& keys);
/// Makes the counts of the given groups equal by dropping. method: "mintime", "truncate", "random" (with seed).
/// @return indices dropped
std::vector<index> equalize_event_counts(Epochs& epochs, const std::vector<std::vector<std::string>>& groups,
                                         const std::string& method = "mintime", std::uint64_t seed = 0);

/// The average, streamed if not preloaded. @throws InvalidInput  no epoch is left
Evoked average(const Epochs& epochs, const std::vector<index>& picks = {});
Evoked standard_error(const Epochs& epochs, const std::vector<index>& picks = {});

}  // namespace ranvier::meeg
