#pragma once

#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/annotations.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "ranvier/meeg/recording/evoked.hpp"

namespace ranvier::meeg {

/// Baseline interval [s]; a missing end is the end of the epoch.
struct Baseline {
    std::optional<double> tmin, tmax;
    bool operator==(const Baseline&) const = default;
};

/// When projections are applied; `delayed`: by apply_projections, before which reject and flat look at projected data.
enum class Projecting { no, yes, delayed };

/// Peak-to-peak limits by channel type, in SI units, in the order given: above `reject` or below `flat` an epoch is
/// dropped, and so is one with a sample that is no finite number in a channel under a limit. (MNE-Python keeps epochs
/// with NaN, because NaN compares false.)
class Thresholds {
public:
    using Entry = std::pair<ChannelType, double>;
    Thresholds() = default;
    Thresholds(std::initializer_list<Entry> entries) {
        for (const auto& [type, limit] : entries) {
            (*this)[type] = limit;
        }
    }
    double& operator[](ChannelType type);
    const double* find(ChannelType type) const;
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    auto begin() const { return entries_.begin(); }
    auto end() const { return entries_.end(); }
    bool operator==(const Thresholds&) const = default;

private:
    std::vector<Entry> entries_;
};

}  // namespace ranvier::meeg

namespace ranvier::detail {

/// [begin, end], in which none stands for an end of the epoch.
template <>
struct FieldType<meeg::Baseline> : FieldKinds<FieldKind::list, FieldKind::real> {
    static bool write(meeg::Baseline& to, const Value& v);
    static Value read(const meeg::Baseline& v);
};
/// Yes, no, or "delayed".
template <>
struct FieldType<meeg::Projecting> : FieldKinds<FieldKind::yes_no> {
    static bool write(meeg::Projecting& to, const Value& v);
    static Value read(meeg::Projecting v);
};
/// Limits by the names of channel types; none: no limits.
template <>
struct FieldType<meeg::Thresholds> : FieldKinds<FieldKind::map, FieldKind::any, true> {
    static bool write(meeg::Thresholds& to, const Value& v);
    static Value read(const meeg::Thresholds& v);
};

}  // namespace ranvier::detail

namespace ranvier::meeg {

enum class Repeated { error, drop, merge };
enum class Outside { raise, warn, ignore };

struct EpochsOptions {
    double tmin = -0.2;
    double tmax = 0.5;
    std::optional<Baseline> baseline = Baseline{{}, 0.0};
    Thresholds reject, flat;
    std::optional<double> reject_tmin, reject_tmax;
    std::vector<index> picks;
    Projecting proj = Projecting::yes;
    int decim = 1;
    std::optional<int> detrend;
    bool reject_by_annotation = true;
    Repeated event_repeated = Repeated::error;
    Outside on_outside = Outside::warn;
    static Fields fields();
};

/// Pieces of a recording around events. `data` is filled by load(); until then a piece is read, detrended, baseline
/// corrected, decimated, projected and judged (in this order) when needed, so memory stays flat. A copy shares the
/// recording and owns its array.
struct Epochs {
    Info info;
    Events events;  ///< of the epochs that remain
    EventIds event_id;
    std::vector<index> selection;       ///< their numbers among the events given
    std::vector<std::string> metadata;  ///< for every epoch a JSON object of what is known about it; or empty
    std::vector<std::vector<std::string>> drop_log;  ///< for every event given: why it was dropped ("" kept)
    double tmin = 0;                                 // [s]
    index n_times = 0;
    /// What was asked for; the baseline's missing ends are filled in, and limits are the latest.
    EpochsOptions options;
    /// Those of the recording that they were cut from, on its clock, and the rate that the events' samples count at.
    std::optional<Annotations> annotations;
    double raw_sfreq = 0;            // [Hz]
    std::shared_ptr<const Raw> raw;  ///< until loaded
    bool preloaded = false;
    bool dropped_bad = false;  ///< rejection has been done
    Array<double, 3> data;     ///< preloaded: shape (epochs, channels, times)

    /// How epochs are cut from the recording, until loaded: samples event + first … event + first + length, of which
    /// every step-th is kept from `offset`.
    struct Cut {
        index first = 0, length = 0, offset = 0, step = 1;
        std::vector<index> picks;  ///< the recording's channels
    };
    Cut cut;

    index n_epochs() const { return static_cast<index>(events.size()); }
    std::vector<double> times() const;                                   // [s]
    double tmax() const { return n_times > 0 ? times().back() : tmin; }  // [s]
};

/// Cuts nothing yet; checks everything. Names without code may be left out: then every code is its own name.
/// @throws InvalidInput  no event of the codes asked for, ids without event, tmin > tmax, two events on one sample,
///                       a baseline or rejection interval outside of the epoch, limits for absent channel types …
Epochs make_epochs(std::shared_ptr<const Raw> raw, const Events& events, const EventIds& event_id,
                   const EpochsOptions& options);
/// Epochs from an array, shape (epochs, channels, times): projected by `proj`, then baseline-corrected, then judged.
Epochs make_epochs(Info info, Array<double, 3> data, Events events, double tmin, EventIds event_id,
                   std::optional<Baseline> baseline = {}, const Thresholds& reject = {}, const Thresholds& flat = {},
                   Projecting proj = Projecting::yes, std::optional<double> reject_tmin = {},
                   std::optional<double> reject_tmax = {});
/// Throws InvalidInput where Epochs contradict themselves.
void check(const Epochs& epochs);
/// For epochs just made, which were events number `selection` of a longer list with the log `drop_log`. Without
/// `selection` they were its first; without `drop_log` that has an entry for each number up to the greatest, and those
/// not selected say "IGNORED". What has been dropped in the making keeps its reasons.
/// @throws InvalidInput  not one number per event, or one outside of the log; then nothing is changed
void set_log(Epochs& epochs, const std::optional<std::vector<index>>& selection,
             std::optional<std::vector<std::vector<std::string>>> drop_log);

/// Reads all epochs and drops the bad ones. @cost  memory of all events' epochs while reading
void load(Epochs& epochs);
/// The epochs themselves where they are in memory; else `room`, into which they are read.
const Epochs& loaded(const Epochs& epochs, Epochs& room);
/// Good epochs in order, in batches whose size depends on the epochs' size alone; each batch has shape
/// (some epochs, channels, times) and is gone when `body` returns. Epochs that rejection would drop are left out.
void visit(const Epochs& epochs, FunctionRef<void(View<const double, 3>)> body);
/// One epoch, shape (channels, times), not judged.
Array<double, 2> data_of_one(const Epochs& epochs, index which);
/// The data of all good epochs, shape (epochs, picks, times); without `picks`, all channels.
Array<double, 3> data_of(const Epochs& epochs, const std::vector<index>& picks = {});

/// Drops by peak-to-peak limits. Limits of types not given here stay as they are.
/// @throws InvalidInput  a limit more lenient than before, < 0, or for a type that is not there
void drop_bad(Epochs& epochs, const Thresholds& reject, const Thresholds& flat);
/// Drops by the limits of epochs.options, by annotations, and what lies outside of the recording, once.
void drop_bad(Epochs& epochs);
void drop(Epochs& epochs, const std::vector<index>& which, const std::vector<std::string>& reasons = {"USER"});
/// The epochs at `which`, in that order; names without epoch are forgotten, and the others' log says "IGNORED".
Epochs subset(const Epochs& epochs, const std::vector<index>& which);
/// Indices of the epochs whose event name contains all "/"-separated tags of one of the keys, as epochs["name"].
/// @throws InvalidInput  no name does
std::vector<index> matching(const Epochs& epochs, const std::vector<std::string>& keys);
/// Makes the counts of the given groups equal by dropping, for the reason "EQUALIZED_COUNT". A group holds names; or
/// tags, all of which must match. No group: each name is one. Bad epochs are dropped first.
/// method: "mintime" (the events left lie near those of the smallest group), "truncate", "random" (with seed).
/// @return indices dropped
std::vector<index> equalize_event_counts(Epochs& epochs, std::vector<std::vector<std::string>> groups,
                                         const std::string& method = "mintime", std::uint64_t seed = 0);
/// What a drop log says; events that nobody asked for ("IGNORED") don't count.
struct Drops {
    index given = 0, dropped = 0;                        ///< events that were to become epochs; those that did not
    std::vector<std::pair<std::string, index>> reasons;  ///< each with its number of epochs, the most frequent first
};
Drops count_drops(const std::vector<std::vector<std::string>>& drop_log);
/// "12 of 20 epochs were dropped: EEG 001 7×, TOO_SHORT 5×"
std::string drop_summary(const std::vector<std::vector<std::string>>& drop_log);
/// For each epoch which annotations it shares a stretch of time with; none where there are no annotations.
std::vector<std::vector<index>> annotations_per_epoch(const Epochs& epochs);
/// Numbers the epochs that are left anew and forgets those that went.
void reset_drop_log(Epochs& epochs);

/// The average over the data channels (or `picks`), streamed if not preloaded: the same bits either way.
/// @throws InvalidInput  no epoch is left; the message says what dropped them
Evoked average(const Epochs& epochs, const std::vector<index>& picks = {});
/// √(Σ (x − mean)² / n) / √n. Reads lazy epochs twice.
Evoked standard_error(const Epochs& epochs, const std::vector<index>& picks = {});
/// "a", or "0.50 × a + 0.50 × b": the shares of the names.
std::string average_comment(const Epochs& epochs);

/// Subtracts the mean over [tmin, tmax] from the data channels and EOG, ECG, EMG, bio. Lazy epochs are corrected when
/// read. @throws InvalidInput  the interval lies outside of the epochs, or baseline removal from loaded data
void apply_baseline(Epochs& epochs, std::optional<Baseline> baseline);
/// Keeps the times from tmin to tmax [s]; the epochs must be loaded.
void crop(Epochs& epochs, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax = true);
/// Keeps every decim-th sample, `offset` samples after those that lie a multiple of decim from time 0.
void decimate(Epochs& epochs, int decim, int offset = 0);
/// Moves the times by tshift [s]; not `relative`: the first sample comes to lie there. The epochs must be loaded.
void shift_time(Epochs& epochs, double tshift, bool relative = true);
/// Keeps channels `picks`, in that order. Lazy epochs with projections are loaded, because those need all channels.
void pick(Epochs& epochs, const std::vector<index>& picks);
/// Subtracts an average (its own, without one) from every epoch. Loads.
void subtract_evoked(Epochs& epochs, const std::optional<Evoked>& evoked = {});
/// One after the other; with `add_offset` events move so that they stay in order. Loads.
/// @throws InvalidInput  channels, times, baselines or names of codes differ
Epochs concatenated(std::vector<Epochs> list, bool add_offset = true);

}  // namespace ranvier::meeg
