#pragma once

#include <array>
#include <optional>
#include <string>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/epochs.hpp"
#include "ranvier/meeg/recording/evoked.hpp"

namespace ranvier::meeg {

struct NewElectrodesOptions {
    std::optional<std::array<double, 3>> origin;  // centre of the sphere [m]; none: of the one fitted to the head
    std::string method = "spline";
    double reg = 0;
    static Fields fields() {
        using O = NewElectrodesOptions;
        return {"interpolate_to",
                {field("origin", &O::origin, "centre of the sphere in head coordinates; 'auto': fitted to the head")
                     .in("m")
                     .none_is("auto"),
                 field("method", &O::method, "spherical splines, or the minimum-norm estimate of the field")
                     .one_of({"spline", "MNE"})
                     .also(nullptr, "spline"),
                 field("reg", &O::reg, "added to the diagonal of the spline's matrix, for 'spline'").at_least(0)}};
    }
};

/// Replaces the EEG channels by those of other electrodes, interpolated from the good ones; they stand where the first
/// EEG channel stood. Digitised electrodes become the new ones; projections of EEG channels only end, as the data have
/// other channels now; an average reference among them holds in what is interpolated.
///
/// @param electrodes  EEG channels with places in head coordinates
/// @throws InvalidInput  not in memory, no good EEG channel, a channel without place, or a name that stays in use
void interpolate_to(Raw& raw, const Info& electrodes, const NewElectrodesOptions& options = {});
void interpolate_to(Epochs& epochs, const Info& electrodes, const NewElectrodesOptions& options = {});
void interpolate_to(Evoked& evoked, const Info& electrodes, const NewElectrodesOptions& options = {});

}  // namespace ranvier::meeg
