#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/stable_vector.hpp"
#include "ranvier/meeg/recording/channel.hpp"

namespace ranvier::meeg {

/// A point on the head.
struct DigPoint {
    DigKind kind = DigKind::extra;
    int ident = 0;                  ///< of cardinal points: a Cardinal; of EEG: the electrode's number, 0 the reference
    Held<std::array<double, 3>> r;  // [m]
    CoordFrame coord_frame = CoordFrame::head;
};

/// A rigid transform from one coordinate frame to another: x_to = R x_from + t, as the 4×4 matrix [R t; 0 1].
struct Transform {
    CoordFrame from = CoordFrame::unknown;
    CoordFrame to = CoordFrame::unknown;
    Held<std::array<std::array<double, 4>, 4>> matrix{{{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}}};
};

/// A signal-space projection vector set (SSP, or the EEG average reference).
struct Projection {
    ProjectionKind kind = ProjectionKind::field;
    std::string description;
    bool active = false;  ///< true once it has been applied to the data
    std::vector<std::string> channels;
    Array<double, 2> vectors;  ///< shape (vectors, channels), rows of unit length
    std::optional<double> explained_variance;
};

/// CTF/4-D compensation matrix, of samples in SI units; `calibrated`: so are the files it is from and goes to.
struct Compensation {
    CompensationKind kind = CompensationKind::none;
    bool calibrated = false;
    std::vector<std::string> row_names, column_names;
    Array<double, 2> matrix;
};

/// What we read but do not interpret: carried from file to file untouched (HPI results, subject, device, history …).
struct PreservedTag {
    int kind = 0;
    int type = 0;
    std::vector<std::byte> data;  ///< as in the file (big-endian)
};
struct PreservedBlock {
    int kind = 0;
    std::vector<PreservedTag> tags;
    std::vector<PreservedBlock> children;
};

/// Seconds and microseconds since 1970-01-01 UTC.
struct MeasurementDate {
    std::int64_t seconds = 0;
    std::int32_t microseconds = 0;
    bool operator==(const MeasurementDate&) const = default;
};

/// Everything about a recording but its numbers.
struct Info {
    StableVector<Channel> channels;
    double sfreq = 0;                 // [Hz]
    double highpass = 0;              // [Hz]
    double lowpass = 0;               // [Hz]
    std::optional<double> line_freq;  // [Hz]
    std::vector<std::string> bads;
    StableVector<Projection> projections;
    StableVector<Compensation> compensations;
    StableVector<DigPoint> dig;
    std::optional<Held<Transform>> dev_head_t;
    std::optional<MeasurementDate> meas_date;
    CustomReference custom_ref_applied = CustomReference::off;
    bool maxshield = false;  ///< recorded with internal active shielding and not yet processed by MaxFilter
    std::string description, experimenter, proj_name;
    std::vector<PreservedTag> preserved_tags;      ///< directly in the measurement-info block; and the file's id
    std::vector<PreservedBlock> preserved_blocks;  ///< its sub-blocks that we do not interpret

    index n_channels() const { return static_cast<index>(channels.size()); }
};

/// An Info of given names and types; all channels without position, lowpass at sfreq/2 as MNE-Python sets it.
/// @throws InvalidInput  sfreq <= 0, double names, numbers of names and types differ
Info create_info(const std::vector<std::string>& names, double sfreq, const std::vector<ChannelType>& types);
/// The same, with one type for all.
Info create_info(const std::vector<std::string>& names, double sfreq, ChannelType type);

std::vector<std::string> channel_names(const Info& info);
/// Position of a name. @throws InvalidInput  no such channel; the message names near misses
index channel_index(const Info& info, std::string_view name);
/// Positions of names, in their order. @throws InvalidInput  no such channel, or one named twice
std::vector<index> channel_indices(const Info& info, const std::vector<std::string>& names);
bool is_bad(const Info& info, index channel);
/// Names in which doubles carry running numbers ("a", "a" → "a-0", "a-1"), or where that is a name already a letter
/// ("a-a"), for readers of files that allow doubles. @throws InvalidInput  no letter is left
std::vector<std::string> unique_channel_names(std::vector<std::string> names);

/// Keeps the channels at `picks`, in that order; bads follow; projections of which no channel is left go, and so do
/// compensations that lost a channel they need; without electrodes the custom-reference flag is cleared.
/// @throws InvalidInput  no pick, a pick twice, or out of range
void pick_channels(Info& info, const std::vector<index>& picks);
/// @throws InvalidInput  an old name is unknown, or a new name is taken; then nothing is renamed
void rename_channels(Info& info, const std::vector<std::pair<std::string, std::string>>& old_new);
/// Sets the names of bad channels. @throws InvalidInput  a name is no channel's; then nothing is changed
void set_bads(Info& info, std::vector<std::string> bads);
/// Changes the types of named channels. @throws InvalidInput  unknown name, or the kind of a channel that a projection
/// holds would change; then nothing is changed
void set_channel_types(Info& info, const std::vector<std::pair<std::string, ChannelType>>& types);
/// Throws InvalidInput where an Info contradicts itself: double names, unknown bads, sfreq <= 0, bad filter bounds,
/// projections whose shape differs from their names.
void check(const Info& info);
/// Throws InvalidInput unless every pick is a channel. `whole` says what the picks are for, in the message.
void check_picks(const Info& info, const std::vector<index>& picks, std::string_view whole = "picks");

/// Indices of channels by type, in order; `exclude_bads` leaves the bad ones out.
std::vector<index> pick_types(const Info& info, const std::vector<ChannelType>& types, bool exclude_bads = true);
/// Indices of the data channels (MNE's `picks="data"`, reference sensors of MEG included).
std::vector<index> pick_data(const Info& info, bool exclude_bads = true);
/// The values at `which`, in that order.
template <class Values>
Values taken(const Values& values, const std::vector<index>& which) {
    Values out;
    for (const index k : which) {
        out.push_back(values[static_cast<std::size_t>(k)]);
    }
    return out;
}
/// 0 … n − 1.
std::vector<index> counted(index n);

/// Throws InvalidInput unless there is a row for every channel, or a column of a projection for each of its.
void check_rows(const Info& info, index rows);
void check(const Projection& projection);

/// Indices of all channels.
std::vector<index> pick_all(const Info& info, bool exclude_bads = false);

/// Microseconds from `from` to `to`.
std::int64_t microseconds_between(const MeasurementDate& from, const MeasurementDate& to);
/// Seconds on the microsecond grid that dates have, halves to even: the arithmetic of calendar times.
std::int64_t microseconds(double seconds);

/// Positions [begin, end) of the times that lie in [tmin, tmax], where a bound is first moved to the nearest sample:
/// the rule of MNE-Python for cropping. Missing bounds mean the ends.
/// @param times  ascending [s]
/// @throws InvalidInput  tmin > tmax, or no time is left
std::pair<index, index> time_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                   std::optional<double> tmax, bool include_tmax = true);
/// Positions [begin, end) of a baseline, of times t with tmin <= t <= tmax exactly.
/// @throws InvalidInput  the interval lies outside of the times by more than a sample, or is empty
std::pair<index, index> baseline_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                       std::optional<double> tmax);

}  // namespace ranvier::meeg
