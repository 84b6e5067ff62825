#pragma once

#include <functional>

#include "ranvier/meeg/anatomy/bem.hpp"
#include "ranvier/meeg/forward/forward_sensors.hpp"
#include "ranvier/meeg/forward/layered_sphere.hpp"

namespace ranvier::meeg {

/// What sensors measure of unit dipoles along x, y and z of the head, in a sphere: MEG by Sarvas' formula, EEG by
/// equivalent dipoles. Dipoles at the centre or outside of the innermost layer have no potential, as in MNE-Python.
///
/// @param sources  shape (sources, 3) [m], head coordinates
/// @return         shape (MEG and EEG channels, 3 · sources) [T or T/m, V per A m]
/// @throws InvalidInput  electrodes, but no layers
/// @cost    O(points of sensors · sources); threads()
/// @source  Sarvas 1987, doi:10.1088/0031-9155/32/1/004; Mosher, Leahy & Lewis 1999, doi:10.1109/10.748978
Array<double, 2> lead_field(const LayeredSphere& sphere, const ForwardSensors& sensors, View<const double, 2> sources);

/// The same in a head of compartments: the field of what flows outside of the dipoles is that of the potentials on its
/// surfaces.
/// @param head_to_model  to the frame of the surfaces
/// @throws InvalidInput  no solution computed, one of OpenMEEG, EEG in a model of one surface, or electrodes that are
///                       farther inside of the head than 2 cm
/// @cost    2 · channels · points² + 6 · channels · points · sources operations; threads()
/// @source  Mosher, Leahy & Lewis 1999, doi:10.1109/10.748978; fields of linear potentials: Ferguson, Zhang & Stroink
///          1994, doi:10.1109/10.293220, in the form with the corners' mean, as in MNE-Python
Array<double, 2> lead_field(const BemModel& model, const Transform& head_to_model, const ForwardSensors& sensors,
                            View<const double, 2> sources);

/// The lead field of one head and some sensors, of other sources each time: what does not depend on them is kept. It
/// holds all that it needs.
using LeadField = std::function<Array<double, 2>(View<const double, 2> sources)>;
LeadField prepared_lead_field(const LayeredSphere& sphere, const ForwardSensors& sensors);
LeadField prepared_lead_field(const BemModel& model, const Transform& head_to_model, const ForwardSensors& sensors);

/// Where points are on a surface: the triangle that is nearest, and the weights of its corners.
struct SurfacePlace {
    index triangle = 0;
    std::array<double, 3> weights{};
    double distance = 0;  ///< along the triangle's normal where the point is above it [m]
};
/// @param points  shape (points, 3)
std::vector<SurfacePlace> places_on(const Surface& surface, View<const double, 2> points);

}  // namespace ranvier::meeg
