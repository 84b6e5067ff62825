#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What the nouns of a recording are made of, by name. How a file's format says them is the format's business
/// (formats/fiff/numbers.hpp has FIFF's integers).
namespace ranvier::meeg {

enum class ChannelKind : std::int64_t {
    meg,
    ref_meg,
    eeg,
    stim,
    bio,
    mcg,
    eog,
    emg,
    ecg,
    misc,
    resp,
    quat_0,  // continuous head position: seven parameters of a rigid motion, goodness, error, speed
    quat_1,
    quat_2,
    quat_3,
    quat_4,
    quat_5,
    quat_6,
    hpi_g,
    hpi_err,
    hpi_mov,
    seeg,
    dbs,
    syst,
    ecog,
    ias,
    exci,
    dipole,
    gof,
    fnirs,
    temperature,
    gsr,
    eyetrack
};

enum class CoilType : std::int64_t {
    none,
    eeg,
    eeg_bipolar,
    eeg_csd,
    fnirs_hbo,
    fnirs_hbr,
    fnirs_cw_amplitude,
    fnirs_od,
    fnirs_fd_ac_amplitude,
    fnirs_fd_phase,
    fnirs_td_gated_amplitude,
    fnirs_td_moments_intensity,
    fnirs_td_moments_mean,
    fnirs_td_moments_variance,
    eyetrack_pos,
    eyetrack_pupil,
    point_magnetometer,
    vv_planar_t1,  // VectorView's gradiometers and magnetometers
    vv_planar_t2,
    vv_planar_t3,
    vv_mag_w,
    vv_mag_t1,
    vv_mag_t2,
    vv_mag_t3
};

enum class Unit : std::int64_t { none, unitless, s, mol, rad, V, S, T, celsius, V_m2, s2, T_m, Am, pixel };

/// Coordinate frames.
enum class CoordFrame : std::int64_t { unknown, device, isotrak, hpi, head, mri, ctf_device, ctf_head, mni_tal };

/// What a digitised point is.
enum class DigKind : std::int64_t { cardinal, hpi, eeg, extra, head };
/// `DigPoint::ident` of cardinal points.
enum Cardinal { lpa = 1, nasion = 2, rpa = 3 };

enum class ProjectionKind : std::int64_t {
    none,
    field,
    dipole_fixed,
    dipole_rotating,
    homogeneous_gradient,
    homogeneous_field,
    average_reference
};

enum class CovarianceKind : std::int64_t { unknown, noise, source, fmri_prior, signal, depth_prior, orientation_prior };

/// Grade of a CTF compensation: the order of the synthetic gradiometer.
enum class CompensationKind : std::int64_t { none, g1br, g2br, g3br };

/// Whether the data have another reference than the one they were recorded with.
enum class CustomReference : std::int64_t { off, on, csd };

/// Files have more of these than have a name here. Such a value is the file's number, kept so that what was read is
/// written again; it equals no named value.
template <class Enum>
constexpr Enum unnamed(std::int32_t number) {
    return static_cast<Enum>((std::int64_t{1} << 32) + static_cast<std::uint32_t>(number));
}
/// The number of a value without a name; nothing for named ones.
template <class Enum>
constexpr std::optional<std::int32_t> unnamed_number(Enum value) {
    const auto bits = static_cast<std::int64_t>(value);
    return bits >> 32 ? std::optional(static_cast<std::int32_t>(static_cast<std::uint32_t>(bits))) : std::nullopt;
}

/// A name for messages; the file's number where there is none.
std::string text(ChannelKind kind);
std::string text(CoilType coil);
std::string text(CoordFrame frame);
/// Symbol of an SI unit, "" where there is none: "V", "T", "T/m" …
std::string_view symbol(Unit unit);

}  // namespace ranvier::meeg
