#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/base/array.hpp"

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

/// Coordinate frames, with FIFF's numbers.
namespace frame {
inline constexpr int unknown = 0, device = 1, isotrak = 2, hpi = 3, head = 4, mri = 5, mni_tal = 2001;
}

/// One channel. The fields and their integers are FIFF's `ch_info` (kind, coil_type, unit, unit_mul, coord_frame), so
/// that what a file says survives reading and writing; `type()` turns them into a word.
struct Channel {
    std::string name;
    int scanno = 0;
    int logno = 0;
    int kind = 502;    ///< FIFFV_*_CH: 1 MEG, 2 EEG, 3 stim, 202 EOG, 302 EMG, 402 ECG, 502 misc …
    double range = 1;  ///< physical = raw · range · cal
    double cal = 1;
    int coil_type = 0;  ///< FIFFV_COIL_*: 1 EEG, 3012 planar gradiometer, 3024 magnetometer …
    int unit = -1;      ///< FIFF_UNIT_*: 107 V, 112 T, 201 T/m, −1 none
    int unit_mul = 0;
    int coord_frame = frame::unknown;
    /// Position [m], and for coils the unit vectors ex, ey, ez; for EEG the position of the electrode and of its
    /// reference. NaN where unknown.
    std::array<double, 12> loc;

    Channel();

    /// @throws InvalidInput  kind, coil and unit together mean no type that is known here
    ChannelType type() const;
    std::array<double, 3> position() const { return {loc[0], loc[1], loc[2]}; }  // [m]
    /// A position that is finite and not the origin, which files write for "unknown".
    bool has_position() const;
};

/// A channel of the given type with FIFF's kind, coil, unit and coordinate frame for it, as `create_info` of
/// MNE-Python makes it.
Channel make_channel(std::string name, ChannelType type);
/// Changes kind, coil and unit; name, position and calibration stay, and the unit's multiplier is dropped where the
/// unit changes.
void set_type(Channel& channel, ChannelType type);

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
