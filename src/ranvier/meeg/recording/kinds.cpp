#include "ranvier/meeg/recording/kinds.hpp"

#include <array>

#include "ranvier/base/number_text.hpp"

namespace ranvier::meeg {

namespace {

// In the order of the enumerations.
constexpr std::array<std::string_view, 33> channel_kinds{
    "meg",    "ref_meg", "eeg",     "stim",        "bio",    "mcg",     "eog",    "emg",    "ecg",
    "misc",   "resp",    "quat_0",  "quat_1",      "quat_2", "quat_3",  "quat_4", "quat_5", "quat_6",
    "hpi_g",  "hpi_err", "hpi_mov", "seeg",        "dbs",    "syst",    "ecog",   "ias",    "exci",
    "dipole", "gof",     "fnirs",   "temperature", "gsr",    "eyetrack"};
constexpr std::array<std::string_view, 24> coil_types{"none",
                                                      "eeg",
                                                      "eeg_bipolar",
                                                      "eeg_csd",
                                                      "fnirs_hbo",
                                                      "fnirs_hbr",
                                                      "fnirs_cw_amplitude",
                                                      "fnirs_od",
                                                      "fnirs_fd_ac_amplitude",
                                                      "fnirs_fd_phase",
                                                      "fnirs_td_gated_amplitude",
                                                      "fnirs_td_moments_intensity",
                                                      "fnirs_td_moments_mean",
                                                      "fnirs_td_moments_variance",
                                                      "eyetrack_pos",
                                                      "eyetrack_pupil",
                                                      "point_magnetometer",
                                                      "vv_planar_t1",
                                                      "vv_planar_t2",
                                                      "vv_planar_t3",
                                                      "vv_mag_w",
                                                      "vv_mag_t1",
                                                      "vv_mag_t2",
                                                      "vv_mag_t3"};
constexpr std::array<std::string_view, 9> coord_frames{"unknown", "device",     "isotrak",  "HPI",          "head",
                                                       "MRI",     "CTF device", "CTF head", "MNI Talairach"};
constexpr std::array<std::string_view, 14> units{"",  "",   "s",    "M",  "rad", "V",  "S",
                                                 "T", "°C", "V/m²", "s²", "T/m", "Am", "px"};

template <class Enum, class Names>
std::string text_of(Enum value, const Names& names) {
    const auto number = unnamed_number(value);
    return number ? ranvier::text_of(*number) : std::string(names.at(static_cast<std::size_t>(value)));
}

}  // namespace

std::string text(ChannelKind kind) { return text_of(kind, channel_kinds); }
std::string text(CoilType coil) { return text_of(coil, coil_types); }
std::string text(CoordFrame frame) { return text_of(frame, coord_frames); }

std::string_view symbol(Unit unit) { return unnamed_number(unit) ? "" : units.at(static_cast<std::size_t>(unit)); }

}  // namespace ranvier::meeg
