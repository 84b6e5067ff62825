#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/forward/field_map.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"
#include "ranvier/meeg/recording/raw.hpp"
#include "ranvier/meeg/sensors/montage.hpp"

namespace ranvier::meeg {

struct InterpolationOptions {
    bool reset_bads = true;                       // what was interpolated counts as good from now on
    SeriesLength mode = SeriesLength::accurate;   // of maps of fields
    std::optional<std::array<double, 3>> origin;  // centre of the sphere [m]; none: of the one fitted to the head
    Value method;                                 // a word, or a map of kinds of channels and words
    std::vector<std::string> exclude;             // channels left as they are
    /// What to do where a channel has no place: refuse, or fill it with NaN where it is bad and do without it where it
    /// is good, with a warning or without.
    OnMissing on_bad_position = OnMissing::raise;
    static Fields fields() {
        using O = InterpolationOptions;
        return {"interpolate_bads",
                {field("reset_bads", &O::reset_bads, "whether what was interpolated counts as good from now on"),
                 field("mode", &O::mode, "whether maps of fields sum 99 terms of their series, or 49",
                       {{"accurate", SeriesLength::accurate}, {"fast", SeriesLength::fast}}),
                 field("origin", &O::origin, "centre of the sphere in head coordinates; 'auto': fitted to the head")
                     .in("m")
                     .none_is("auto"),
                 field("method", &O::method,
                       "how, for all channels or as a dict by kind: 'MNE', the minimum-norm map of the field, for "
                       "'meg' and 'eeg'; 'spline' for 'eeg', 'ecog' and 'seeg'; 'nearest' for 'fnirs'; 'nan' for "
                       "not-a-number, which any type can have; none: 'MNE' for MEG, splines, 'nearest'"),
                 field("exclude", &O::exclude,
                       "channels that are left as they are; splines do without them, and all do where they are bad"),
                 field("on_bad_position", &O::on_bad_position,
                       "what to do where a channel has no place; but for 'raise' it becomes NaN where it is bad and is "
                       "done without where it is good",
                       {{"raise", OnMissing::raise}, {"warn", OnMissing::warn}, {"ignore", OnMissing::ignore}})}};
    }
};

/// Replaces bad channels by what the good ones of their kind say of their places: MEG by the minimum-norm map of the
/// field, EEG and ECoG by spherical splines, depth electrodes by a cubic spline along their shaft, and a pair of fNIRS
/// by the nearest good one of its wavelength. Spheres have the centre of the one fitted to the digitised head. Bad
/// channels of other types keep their data and stay bad.
///
/// @throws InvalidInput  not in memory, a method that is not one, no good channel, a channel without position, or no
///                       digitisation to fit
/// @throws Conflict      fewer than four good contacts on the shaft of a bad one
void interpolate_bads(Raw& raw, const InterpolationOptions& options = {});
void interpolate_bads(Epochs& epochs, const InterpolationOptions& options = {});
void interpolate_bads(Evoked& evoked, const InterpolationOptions& options = {});

/// Replaces all channels by magnetometers, or gradiometers, where the good ones of that type are: what they would
/// measure of the field that all good MEG channels tell. Their names end in "_v"; projections end, as they are part of
/// the map.
/// @param type  mag or grad
/// @throws InvalidInput  another type, no good channel of it, or as magnetic_map()
void become_virtual(Epochs& epochs, ChannelType type, SeriesLength series = SeriesLength::fast);
void become_virtual(Evoked& evoked, ChannelType type, SeriesLength series = SeriesLength::fast);

}  // namespace ranvier::meeg
