#include "ranvier/meeg/recording/channel.hpp"

#include <cmath>
#include <limits>

#include "ranvier/base/near_miss.hpp"

namespace ranvier::meeg {

namespace {

// FIFF's numbers (fiff_file.h of the MNE and Neuromag toolboxes).
namespace coil {
constexpr int none = 0, eeg = 1, eeg_bipolar = 5, eeg_csd = 6;
constexpr int hbo = 300, hbr = 301, cw_amplitude = 302, od = 303, fd_ac_amplitude = 304, fd_phase = 305;
constexpr int td_gated_amplitude = 306, td_moments_intensity = 307, td_moments_mean = 308, td_moments_variance = 309;
constexpr int eyetrack_pos = 400, eyetrack_pupil = 401;
constexpr int vv_planar_t1 = 3012, vv_mag_t3 = 3024;
}  // namespace coil
namespace unit {
constexpr int none = -1, unitless = 0, s = 3, mol = 6, rad = 7, V = 107, S = 110, T = 112, celsius = 114, V_m2 = 117,
              s2 = 118, T_m = 201, Am = 202, pixel = 210;
}
namespace kind {
constexpr int meg = 1, eeg = 2, stim = 3, bio = 102, eog = 202, ref_meg = 301, emg = 302, ecg = 402, misc = 502,
              resp = 602, quat_0 = 700, hpi_mov = 709, seeg = 802, dbs = 803, syst = 900, ecog = 902, ias = 910,
              exci = 920, dipole = 1000, gof = 1001, fnirs = 1100, temperature = 1200, gsr = 1300, eyetrack = 1400;
}

struct Definition {
    ChannelType type;
    std::string_view name;
    int kind, coil, unit;
    bool data;
};

/// In the order of the enumeration. Coils and units are those that create_info of MNE-Python 1.13 gives.
constexpr std::array definitions{
    Definition{ChannelType::mag, "mag", kind::meg, coil::vv_mag_t3, unit::T, true},
    Definition{ChannelType::grad, "grad", kind::meg, coil::vv_planar_t1, unit::T_m, true},
    Definition{ChannelType::ref_meg, "ref_meg", kind::ref_meg, coil::vv_mag_t3, unit::T, true},
    Definition{ChannelType::eeg, "eeg", kind::eeg, coil::eeg, unit::V, true},
    Definition{ChannelType::eog, "eog", kind::eog, coil::none, unit::V, false},
    Definition{ChannelType::ecg, "ecg", kind::ecg, coil::none, unit::V, false},
    Definition{ChannelType::emg, "emg", kind::emg, coil::none, unit::V, false},
    Definition{ChannelType::stim, "stim", kind::stim, coil::none, unit::V, false},
    Definition{ChannelType::resp, "resp", kind::resp, coil::none, unit::V, false},
    Definition{ChannelType::misc, "misc", kind::misc, coil::none, unit::none, false},
    Definition{ChannelType::bio, "bio", kind::bio, coil::none, unit::V, false},
    Definition{ChannelType::seeg, "seeg", kind::seeg, coil::eeg, unit::V, true},
    Definition{ChannelType::dbs, "dbs", kind::dbs, coil::eeg, unit::V, true},
    Definition{ChannelType::ecog, "ecog", kind::ecog, coil::eeg, unit::V, true},
    Definition{ChannelType::hbo, "hbo", kind::fnirs, coil::hbo, unit::mol, true},
    Definition{ChannelType::hbr, "hbr", kind::fnirs, coil::hbr, unit::mol, true},
    Definition{ChannelType::fnirs_cw_amplitude, "fnirs_cw_amplitude", kind::fnirs, coil::cw_amplitude, unit::V, true},
    Definition{ChannelType::fnirs_fd_ac_amplitude, "fnirs_fd_ac_amplitude", kind::fnirs, coil::fd_ac_amplitude, unit::V,
               true},
    Definition{ChannelType::fnirs_fd_phase, "fnirs_fd_phase", kind::fnirs, coil::fd_phase, unit::rad, true},
    Definition{ChannelType::fnirs_od, "fnirs_od", kind::fnirs, coil::od, unit::none, true},
    Definition{ChannelType::syst, "syst", kind::syst, coil::none, unit::none, false},
    Definition{ChannelType::exci, "exci", kind::exci, coil::none, unit::none, false},
    Definition{ChannelType::ias, "ias", kind::ias, coil::none, unit::none, false},
    Definition{ChannelType::gof, "gof", kind::gof, coil::none, unit::none, false},
    Definition{ChannelType::dipole, "dipole", kind::dipole, coil::none, unit::none, false},
    Definition{ChannelType::chpi, "chpi", kind::quat_0, coil::none, unit::none, false},
    Definition{ChannelType::csd, "csd", kind::eeg, coil::eeg_csd, unit::V_m2, true},
    Definition{ChannelType::temperature, "temperature", kind::temperature, coil::none, unit::celsius, false},
    Definition{ChannelType::gsr, "gsr", kind::gsr, coil::none, unit::S, false},
    Definition{ChannelType::eyegaze, "eyegaze", kind::eyetrack, coil::eyetrack_pos, unit::pixel, false},
    Definition{ChannelType::pupil, "pupil", kind::eyetrack, coil::eyetrack_pupil, unit::none, false},
    Definition{ChannelType::fnirs_td_gated_amplitude, "fnirs_td_gated_amplitude", kind::fnirs, coil::td_gated_amplitude,
               unit::unitless, true},
    Definition{ChannelType::fnirs_td_moments_intensity, "fnirs_td_moments_intensity", kind::fnirs,
               coil::td_moments_intensity, unit::unitless, true},
    Definition{ChannelType::fnirs_td_moments_mean, "fnirs_td_moments_mean", kind::fnirs, coil::td_moments_mean, unit::s,
               true},
    Definition{ChannelType::fnirs_td_moments_variance, "fnirs_td_moments_variance", kind::fnirs,
               coil::td_moments_variance, unit::s2, true},
};

const Definition& definition(ChannelType type) { return definitions[static_cast<std::size_t>(type)]; }

int coordinate_frame_of(int kind_number) {
    switch (kind_number) {
        case kind::meg:
        case kind::ref_meg: return frame::device;
        case kind::eeg:
        case kind::ecog:
        case kind::seeg:
        case kind::dbs:
        case kind::fnirs: return frame::head;
        default: return frame::unknown;
    }
}

}  // namespace

Channel::Channel() { loc.fill(std::numeric_limits<double>::quiet_NaN()); }

ChannelType Channel::type() const {
    switch (kind) {
        case kind::meg:  // gradiometers and magnetometers differ by unit, because coils come in dozens
            if (unit == unit::T_m) {
                return ChannelType::grad;
            }
            if (unit == unit::T) {
                return ChannelType::mag;
            }
            break;
        case kind::eeg:
            if (coil_type == coil::eeg_csd) {
                return ChannelType::csd;
            }
            // "none" was written by early programs
            if (coil_type == coil::eeg || coil_type == coil::eeg_bipolar || coil_type == coil::none) {
                return ChannelType::eeg;
            }
            break;
        case kind::fnirs:
        case kind::eyetrack:
            for (const auto& d : definitions) {
                if (d.kind == kind && d.coil == coil_type) {
                    return d.type;
                }
            }
            break;
        default:
            if (kind >= kind::quat_0 && kind <= kind::hpi_mov) {
                return ChannelType::chpi;
            }
            for (const auto& d : definitions) {
                if (d.kind == kind) {
                    return d.type;
                }
            }
    }
    throw InvalidInput("a channel's kind, coil and unit must together mean a channel type; got kind " +
                       std::to_string(kind) + ", coil " + std::to_string(coil_type) + ", unit " + std::to_string(unit) +
                       " for channel '" + name + "'");
}

bool Channel::has_position() const {
    const bool finite = std::isfinite(loc[0]) && std::isfinite(loc[1]) && std::isfinite(loc[2]);
    return finite && (loc[0] != 0 || loc[1] != 0 || loc[2] != 0);
}

Channel make_channel(std::string name, ChannelType type) {
    const auto& d = definition(type);
    Channel channel;
    channel.name = std::move(name);
    channel.kind = d.kind;
    channel.coil_type = d.coil;
    channel.unit = d.unit;
    channel.coord_frame = coordinate_frame_of(d.kind);
    return channel;
}

void set_type(Channel& channel, ChannelType type) {
    const auto& d = definition(type);
    if (channel.unit != d.unit) {
        channel.unit_mul = 0;
    }
    channel.kind = d.kind;
    channel.coil_type = d.coil;
    channel.unit = d.unit;
}

std::span<const ChannelType> channel_types() {
    static const auto types = [] {
        std::array<ChannelType, definitions.size()> result{};
        for (std::size_t k = 0; k < definitions.size(); ++k) {
            result[k] = definitions[k].type;
        }
        return result;
    }();
    return types;
}

std::string_view name(ChannelType type) { return definition(type).name; }

ChannelType channel_type(std::string_view name) {
    std::vector<std::string> known;
    for (const auto& d : definitions) {
        if (d.name == name) {
            return d.type;
        }
        known.emplace_back(d.name);
    }
    std::string list;
    for (const auto& k : known) {
        list += (list.empty() ? "" : ", ") + k;
    }
    throw InvalidInput("a channel type must be one of " + list + "; got '" + std::string(name) + "'" +
                       did_you_mean(name, known));
}

std::string_view unit_symbol(const Channel& channel) {
    switch (channel.unit) {
        case unit::V: return "V";
        case unit::T: return "T";
        case unit::T_m: return "T/m";
        case unit::V_m2: return "V/m²";
        case unit::mol: return "M";
        case unit::rad: return "rad";
        case unit::s: return "s";
        case unit::s2: return "s²";
        case unit::S: return "S";
        case unit::celsius: return "°C";
        case unit::pixel: return "px";
        case unit::Am: return "Am";
        default: return "";
    }
}

bool is_data(ChannelType type) { return definition(type).data; }

bool is_electrode(ChannelType type) {
    return type == ChannelType::eeg || type == ChannelType::ecog || type == ChannelType::seeg ||
           type == ChannelType::dbs;
}

}  // namespace ranvier::meeg
