#pragma once

#include "ranvier/meeg/forward/forward_sensors.hpp"

/// What the lead fields of spheres and of boundary-element models share.
namespace ranvier::meeg {

/// Places [first, first + count) as three rows of `ld`, which repeat the last one.
Array<double, 2> padded_places(View<const double, 2> places, index first, index count, index ld);

/// Rows of coils and electrodes become rows of channels.
Array<double, 2> compensated(Array<double, 2> gain, const ForwardSensors& sensors);

}  // namespace ranvier::meeg
