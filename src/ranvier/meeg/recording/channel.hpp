#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/held.hpp"
#include "ranvier/meeg/recording/kinds.hpp"

namespace ranvier::meeg {

/// What a channel measures, in the words of MNE-Python (`ch_type`).
enum class ChannelType {
    mag,
    grad,
    ref_meg,
    eeg,
    eog,
    ecg,
    emg,
    stim,
    resp,
    misc,
    bio,
    seeg,
    dbs,
    ecog,
    hbo,
    hbr,
    fnirs_cw_amplitude,
    fnirs_fd_ac_amplitude,
    fnirs_fd_phase,
    fnirs_od,
    syst,
    exci,
    ias,
    gof,
    dipole,
    chpi,
    csd,
    temperature,
    gsr,
    eyegaze,
    pupil,
    fnirs_td_gated_amplitude,
    fnirs_td_moments_intensity,
    fnirs_td_moments_mean,
    fnirs_td_moments_variance
};

/// One channel. The fields are those of FIFF's channel records, so that what a file says survives reading and writing;
/// `type()` turns them into a word.
struct Channel {
    std::string name;
    int scanno = 0;
    int logno = 0;
    ChannelKind kind = ChannelKind::misc;
    double range = 1;  ///< physical = raw · range · cal
    double cal = 1;
    CoilType coil_type = CoilType::none;
    int compensation = 0;  ///< grade of the CTF compensation that has been applied
    Unit unit = Unit::none;
    int unit_mul = 0;  ///< power of ten of the unit
    CoordFrame coord_frame = CoordFrame::unknown;
    /// Position [m], and for coils the unit vectors ex, ey, ez; for EEG the position of the electrode and of its
    /// reference. NaN where unknown.
    Held<std::array<double, 12>> loc;

    Channel();

    /// @throws InvalidInput  kind, coil and unit together mean no type that is known here
    ChannelType type() const;
    std::array<double, 3> position() const { return {loc[0], loc[1], loc[2]}; }  // [m]
    /// A position that is finite and not the origin, which files write for "unknown".
    bool has_position() const;
};

/// A channel of the given type with the kind, coil, unit and coordinate frame that `create_info` of MNE-Python gives
/// it.
Channel make_channel(std::string name, ChannelType type);
/// Changes kind, coil and unit; name, position and calibration stay, and the unit's multiplier is dropped where the
/// unit changes.
void set_type(Channel& channel, ChannelType type);

/// The frame in which positions of a kind of channel are meant.
CoordFrame coord_frame_of(ChannelKind kind);

/// Every type, in the order of the enumeration.
std::span<const ChannelType> channel_types();
std::string_view name(ChannelType type);
/// @throws InvalidInput  not a channel type; the message lists the near ones
ChannelType channel_type(std::string_view name);
/// SI unit symbol of a channel's values: "V", "T", "T/m", "" …
std::string_view unit_symbol(const Channel& channel);
/// Types that `picks="data"` means: MEG, its reference sensors, EEG, CSD, sEEG, ECoG, DBS, fNIRS.
bool is_data(ChannelType type);
/// Electrodes that have a reference of their own: EEG, ECoG, sEEG, DBS.
bool is_electrode(ChannelType type);

}  // namespace ranvier::meeg
