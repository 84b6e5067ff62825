#include "ranvier/meeg/recording/channel.hpp"

#include <cmath>
#include <limits>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::meeg {

namespace {

struct Definition {
    ChannelType type;
    std::string_view name;
    ChannelKind kind;
    CoilType coil;
    Unit unit;
    bool data;
};

/// In the order of the enumeration. Coils and units are those that create_info of MNE-Python 1.13 gives.
constexpr std::array definitions{
    Definition{ChannelType::mag, "mag", ChannelKind::meg, CoilType::vv_mag_t3, Unit::T, true},
    Definition{ChannelType::grad, "grad", ChannelKind::meg, CoilType::vv_planar_t1, Unit::T_m, true},
    Definition{ChannelType::ref_meg, "ref_meg", ChannelKind::ref_meg, CoilType::vv_mag_t3, Unit::T, true},
    Definition{ChannelType::eeg, "eeg", ChannelKind::eeg, CoilType::eeg, Unit::V, true},
    Definition{ChannelType::eog, "eog", ChannelKind::eog, CoilType::none, Unit::V, false},
    Definition{ChannelType::ecg, "ecg", ChannelKind::ecg, CoilType::none, Unit::V, false},
    Definition{ChannelType::emg, "emg", ChannelKind::emg, CoilType::none, Unit::V, false},
    Definition{ChannelType::stim, "stim", ChannelKind::stim, CoilType::none, Unit::V, false},
    Definition{ChannelType::resp, "resp", ChannelKind::resp, CoilType::none, Unit::V, false},
    Definition{ChannelType::misc, "misc", ChannelKind::misc, CoilType::none, Unit::none, false},
    Definition{ChannelType::bio, "bio", ChannelKind::bio, CoilType::none, Unit::V, false},
    Definition{ChannelType::seeg, "seeg", ChannelKind::seeg, CoilType::eeg, Unit::V, true},
    Definition{ChannelType::dbs, "dbs", ChannelKind::dbs, CoilType::eeg, Unit::V, true},
    Definition{ChannelType::ecog, "ecog", ChannelKind::ecog, CoilType::eeg, Unit::V, true},
    Definition{ChannelType::hbo, "hbo", ChannelKind::fnirs, CoilType::fnirs_hbo, Unit::mol, true},
    Definition{ChannelType::hbr, "hbr", ChannelKind::fnirs, CoilType::fnirs_hbr, Unit::mol, true},
    Definition{ChannelType::fnirs_cw_amplitude, "fnirs_cw_amplitude", ChannelKind::fnirs, CoilType::fnirs_cw_amplitude,
               Unit::V, true},
    Definition{ChannelType::fnirs_fd_ac_amplitude, "fnirs_fd_ac_amplitude", ChannelKind::fnirs,
               CoilType::fnirs_fd_ac_amplitude, Unit::V, true},
    Definition{ChannelType::fnirs_fd_phase, "fnirs_fd_phase", ChannelKind::fnirs, CoilType::fnirs_fd_phase, Unit::rad,
               true},
    Definition{ChannelType::fnirs_od, "fnirs_od", ChannelKind::fnirs, CoilType::fnirs_od, Unit::none, true},
    Definition{ChannelType::syst, "syst", ChannelKind::syst, CoilType::none, Unit::none, false},
    Definition{ChannelType::exci, "exci", ChannelKind::exci, CoilType::none, Unit::none, false},
    Definition{ChannelType::ias, "ias", ChannelKind::ias, CoilType::none, Unit::none, false},
    Definition{ChannelType::gof, "gof", ChannelKind::gof, CoilType::none, Unit::none, false},
    Definition{ChannelType::dipole, "dipole", ChannelKind::dipole, CoilType::none, Unit::none, false},
    Definition{ChannelType::chpi, "chpi", ChannelKind::quat_0, CoilType::none, Unit::none, false},
    Definition{ChannelType::csd, "csd", ChannelKind::eeg, CoilType::eeg_csd, Unit::V_m2, true},
    Definition{ChannelType::temperature, "temperature", ChannelKind::temperature, CoilType::none, Unit::celsius, false},
    Definition{ChannelType::gsr, "gsr", ChannelKind::gsr, CoilType::none, Unit::S, false},
    Definition{ChannelType::eyegaze, "eyegaze", ChannelKind::eyetrack, CoilType::eyetrack_pos, Unit::pixel, false},
    Definition{ChannelType::pupil, "pupil", ChannelKind::eyetrack, CoilType::eyetrack_pupil, Unit::none, false},
    Definition{ChannelType::fnirs_td_gated_amplitude, "fnirs_td_gated_amplitude", ChannelKind::fnirs,
               CoilType::fnirs_td_gated_amplitude, Unit::unitless, true},
    Definition{ChannelType::fnirs_td_moments_intensity, "fnirs_td_moments_intensity", ChannelKind::fnirs,
               CoilType::fnirs_td_moments_intensity, Unit::unitless, true},
    Definition{ChannelType::fnirs_td_moments_mean, "fnirs_td_moments_mean", ChannelKind::fnirs,
               CoilType::fnirs_td_moments_mean, Unit::s, true},
    Definition{ChannelType::fnirs_td_moments_variance, "fnirs_td_moments_variance", ChannelKind::fnirs,
               CoilType::fnirs_td_moments_variance, Unit::s2, true},
};

const Definition& definition(ChannelType type) { return definitions[static_cast<std::size_t>(type)]; }

}  // namespace

Channel::Channel() { loc.fill(std::numeric_limits<double>::quiet_NaN()); }

ChannelType Channel::type() const {
    switch (kind) {
        case ChannelKind::meg:  // gradiometers and magnetometers differ by unit, because coils come in dozens
            if (unit == Unit::T_m) {
                return ChannelType::grad;
            }
            if (unit == Unit::T) {
                return ChannelType::mag;
            }
            break;
        case ChannelKind::eeg:
            if (coil_type == CoilType::eeg_csd) {
                return ChannelType::csd;
            }
            // "none" was written by early programs
            if (coil_type == CoilType::eeg || coil_type == CoilType::eeg_bipolar || coil_type == CoilType::none) {
                return ChannelType::eeg;
            }
            break;
        case ChannelKind::fnirs:
        case ChannelKind::eyetrack:
            for (const auto& d : definitions) {
                if (d.kind == kind && d.coil == coil_type) {
                    return d.type;
                }
            }
            break;
        default:
            if (kind >= ChannelKind::quat_0 && kind <= ChannelKind::hpi_mov) {
                return ChannelType::chpi;
            }
            for (const auto& d : definitions) {
                if (d.kind == kind) {
                    return d.type;
                }
            }
    }
    const auto unit_number = unnamed_number(unit);
    throw InvalidInput("a channel's kind, coil and unit must together mean a channel type; got kind " + text(kind) +
                       ", coil " + text(coil_type) + ", unit " +
                       (unit_number ? std::to_string(*unit_number) : "'" + std::string(symbol(unit)) + "'") +
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
    channel.coord_frame = coord_frame_of(d.kind);
    return channel;
}

void set_type(Channel& channel, ChannelType type) {
    const auto& d = definition(type);
    if (channel.unit != d.unit) {
        channel.unit_mul = 0;
    }
    channel.kind = d.kind;
    channel.coil_type = d.coil;
    channel.compensation = 0;
    channel.unit = d.unit;
}

CoordFrame coord_frame_of(ChannelKind kind) {
    switch (kind) {
        case ChannelKind::meg:
        case ChannelKind::ref_meg: return CoordFrame::device;
        case ChannelKind::eeg:
        case ChannelKind::ecog:
        case ChannelKind::seeg:
        case ChannelKind::dbs:
        case ChannelKind::fnirs: return CoordFrame::head;
        default: return CoordFrame::unknown;
    }
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
    if (const auto* found = named(definitions, name)) {
        return found->type;
    }
    const std::vector<std::string> known = names_of(definitions);
    throw InvalidInput("a channel type must be one of " + joined(known) + "; got '" + std::string(name) + "'" +
                       did_you_mean(name, known));
}

std::string_view unit_symbol(const Channel& channel) { return symbol(channel.unit); }

bool is_data(ChannelType type) { return definition(type).data; }

bool is_electrode(ChannelType type) {
    return type == ChannelType::eeg || type == ChannelType::ecog || type == ChannelType::seeg ||
           type == ChannelType::dbs;
}

}  // namespace ranvier::meeg
