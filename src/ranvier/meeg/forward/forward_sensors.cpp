#include "ranvier/meeg/forward/forward_sensors.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

namespace {

const Channel& channel_at(const Info& info, index k) { return info.channels[static_cast<std::size_t>(k)]; }

Point centre_of(const Channel& channel) { return {channel.loc[0], channel.loc[1], channel.loc[2]}; }

/// The rows of the compensation for the MEG channels among `picks`, or nothing where each coil is a channel.
Array<double, 2> compensation_of(const Info& info, const std::vector<index>& picks) {
    std::vector<index> rows;
    for (index k = 0; k < std::ssize(picks); ++k) {
        if (channel_at(info, picks[static_cast<std::size_t>(k)]).kind == ChannelKind::meg) {
            rows.push_back(k);
        }
    }
    const index n = std::ssize(picks);
    if (std::ssize(rows) == n) {
        return {};
    }
    Array<double, 2> whole = identity(n);
    if (const int grade = compensation_grade(info).value_or(0); grade != 0) {
        Info own = info;
        pick_channels(own, picks);
        whole = compensation_matrix(own, grade);
    }
    Array<double, 2> out({std::ssize(rows), n});
    for (index i = 0; i < out.extent(0); ++i) {
        std::ranges::copy(whole.view().row(rows[static_cast<std::size_t>(i)]), out.view().row(i).begin());
    }
    return out;
}

}  // namespace

ElectrodeSet electrodes_of(const Info& info, const std::vector<index>& picks) {
    ElectrodeSet set;
    for (const index k : picks) {
        const Channel& channel = channel_at(info, k);
        require(std::isfinite(channel.loc[0]) && std::isfinite(channel.loc[1]) && std::isfinite(channel.loc[2]), [&] {
            return "EEG channel '" + channel.name + "' has no place, which a forward solution needs: set a montage";
        });
        require(channel.coord_frame == CoordFrame::head || channel.coord_frame == CoordFrame::unknown, [&] {
            return "electrodes must have places in head coordinates; that of '" + channel.name + "' is in " +
                   text(channel.coord_frame);
        });
        set.places.push_back(centre_of(channel));
        set.weights.push_back(1);
        const Point reference{channel.loc[3], channel.loc[4], channel.loc[5]};
        if (std::isfinite(norm(reference)) && norm(reference) > 0) {
            set.places.push_back(reference);
            set.weights.push_back(-1);
        }
        set.first.push_back(std::ssize(set.places));
    }
    return set;
}

ForwardSensors forward_sensors(const Info& info, const ForwardSensorsOptions& options) {
    ForwardSensors out;
    std::vector<index> picks;  // whose coils are computed
    for (index k = 0; k < info.n_channels(); ++k) {
        const Channel& channel = channel_at(info, k);
        const bool reference = channel.kind == ChannelKind::ref_meg;
        if (options.meg && channel.kind == ChannelKind::meg) {
            out.meg.push_back(k);
        }
        if (options.meg && (channel.kind == ChannelKind::meg || (reference && !options.ignore_ref))) {
            picks.push_back(k);
        }
        if (options.eeg && channel.kind == ChannelKind::eeg && channel.type() == ChannelType::eeg) {
            out.eeg.push_back(k);
        }
    }
    require(!out.meg.empty() || !out.eeg.empty(),
            "a forward solution needs MEG or EEG channels; the info has none that "
            "meg= and eeg= ask for");
    if (!out.meg.empty()) {
        for (const index k : picks) {
            require(
                channel_at(info, k).kind != ChannelKind::ref_meg || channel_at(info, k).coil_type != coil::kit_ref_mag,
                "KIT's reference sensors can't be part of a forward solution: use ignore_ref=True");
        }
        require(
            info.dev_head_t.has_value(),
            "MEG sensors need to know where the head is: the info has no transform from device to head (dev_head_t)");
        out.coils = moved(coils_of(info, picks, options.accuracy), *info.dev_head_t);
        for (const index k : picks) {
            out.centres.push_back(applied(*info.dev_head_t, centre_of(channel_at(info, k))));
        }
        out.compensation = compensation_of(info, picks);
    }
    out.electrodes = electrodes_of(info, out.eeg);
    return out;
}

}  // namespace ranvier::meeg
