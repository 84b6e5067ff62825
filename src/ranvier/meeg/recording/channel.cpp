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
using Type = ChannelType;
using Kind = ChannelKind;
using Coil = CoilType;
constexpr std::array<Definition, 35> definitions{{
    {Type::mag, "mag", Kind::meg, Coil::vv_mag_t3, Unit::T, true},
    {Type::grad, "grad", Kind::meg, Coil::vv_planar_t1, Unit::T_m, true},
    {Type::ref_meg, "ref_meg", Kind::ref_meg, Coil::vv_mag_t3, Unit::T, true},
    {Type::eeg, "eeg", Kind::eeg, Coil::eeg, Unit::V, true},
    {Type::eog, "eog", Kind::eog, Coil::none, Unit::V, false},
    {Type::ecg, "ecg", Kind::ecg, Coil::none, Unit::V, false},
    {Type::emg, "emg", Kind::emg, Coil::none, Unit::V, false},
    {Type::stim, "stim", Kind::stim, Coil::none, Unit::V, false},
    {Type::resp, "resp", Kind::resp, Coil::none, Unit::V, false},
    {Type::misc, "misc", Kind::misc, Coil::none, Unit::none, false},
    {Type::bio, "bio", Kind::bio, Coil::none, Unit::V, false},
    {Type::seeg, "seeg", Kind::seeg, Coil::eeg, Unit::V, true},
    {Type::dbs, "dbs", Kind::dbs, Coil::eeg, Unit::V, true},
    {Type::ecog, "ecog", Kind::ecog, Coil::eeg, Unit::V, true},
    {Type::hbo, "hbo", Kind::fnirs, Coil::fnirs_hbo, Unit::mol, true},
    {Type::hbr, "hbr", Kind::fnirs, Coil::fnirs_hbr, Unit::mol, true},
    {Type::fnirs_cw_amplitude, "fnirs_cw_amplitude", Kind::fnirs, Coil::fnirs_cw_amplitude, Unit::V, true},
    {Type::fnirs_fd_ac_amplitude, "fnirs_fd_ac_amplitude", Kind::fnirs, Coil::fnirs_fd_ac_amplitude, Unit::V, true},
    {Type::fnirs_fd_phase, "fnirs_fd_phase", Kind::fnirs, Coil::fnirs_fd_phase, Unit::rad, true},
    {Type::fnirs_od, "fnirs_od", Kind::fnirs, Coil::fnirs_od, Unit::none, true},
    {Type::syst, "syst", Kind::syst, Coil::none, Unit::none, false},
    {Type::exci, "exci", Kind::exci, Coil::none, Unit::none, false},
    {Type::ias, "ias", Kind::ias, Coil::none, Unit::none, false},
    {Type::gof, "gof", Kind::gof, Coil::none, Unit::none, false},
    {Type::dipole, "dipole", Kind::dipole, Coil::none, Unit::none, false},
    {Type::chpi, "chpi", Kind::quat_0, Coil::none, Unit::none, false},
    {Type::csd, "csd", Kind::eeg, Coil::eeg_csd, Unit::V_m2, true},
    {Type::temperature, "temperature", Kind::temperature, Coil::none, Unit::celsius, false},
    {Type::gsr, "gsr", Kind::gsr, Coil::none, Unit::S, false},
    {Type::eyegaze, "eyegaze", Kind::eyetrack, Coil::eyetrack_pos, Unit::pixel, false},
    {Type::pupil, "pupil", Kind::eyetrack, Coil::eyetrack_pupil, Unit::none, false},
    {Type::fnirs_td_gated_amplitude, "fnirs_td_gated_amplitude", Kind::fnirs, Coil::fnirs_td_gated_amplitude,
     Unit::unitless, true},
    {Type::fnirs_td_moments_intensity, "fnirs_td_moments_intensity", Kind::fnirs, Coil::fnirs_td_moments_intensity,
     Unit::unitless, true},
    {Type::fnirs_td_moments_mean, "fnirs_td_moments_mean", Kind::fnirs, Coil::fnirs_td_moments_mean, Unit::s, true},
    {Type::fnirs_td_moments_variance, "fnirs_td_moments_variance", Kind::fnirs, Coil::fnirs_td_moments_variance,
     Unit::s2, true},
}};

const Definition& definition(ChannelType type) { return definitions[static_cast<std::size_t>(type)]; }

}  // namespace

Channel::Channel() { loc->fill(std::numeric_limits<double>::quiet_NaN()); }

ChannelType Channel::type() const {
    // Gradiometers and magnetometers differ by unit, because coils come in dozens; EEG without a coil was written by
    // early programs; continuous head positions have a kind for each of their numbers.
    const bool head_position = kind >= ChannelKind::quat_0 && kind <= ChannelKind::hpi_mov;
    const bool any_eeg = coil_type == CoilType::eeg_bipolar || coil_type == CoilType::none;
    const bool by_coil = kind == ChannelKind::eeg || kind == ChannelKind::fnirs || kind == ChannelKind::eyetrack;
    for (const auto& d : definitions) {
        const bool fits = (kind != ChannelKind::meg || unit == d.unit) &&
                          (!by_coil || coil_type == d.coil || (any_eeg && d.coil == CoilType::eeg));
        if (d.kind == (head_position ? ChannelKind::quat_0 : kind) && fits) {
            return d.type;
        }
    }
    const auto unit_number = unnamed_number(unit);
    throw InvalidInput("a channel's kind, coil and unit must together mean a channel type; got kind " + text(kind) +
                       ", coil " + text(coil_type) + ", unit " +
                       (unit_number ? text_of(*unit_number) : "'" + std::string(symbol(unit)) + "'") +
                       " for channel '" + name + "'");
}

bool Channel::has_position() const {
    const bool finite = std::isfinite(loc[0]) && std::isfinite(loc[1]) && std::isfinite(loc[2]);
    return finite && (loc[0] != 0 || loc[1] != 0 || loc[2] != 0);
}

Channel make_channel(std::string name, ChannelType type) {
    Channel channel;
    channel.name = std::move(name);
    set_type(channel, type);
    channel.coord_frame = coord_frame_of(channel.kind);
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
