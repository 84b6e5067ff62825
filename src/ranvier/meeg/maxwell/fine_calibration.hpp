#pragma once

#include <array>
#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/maxwell/calibration.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

struct FineCalibrationOptions {
    int n_imbalance = 3;
    double t_window = 10;  // [s]
    int ext_order = 2;
    std::optional<std::array<double, 3>> origin{{0, 0, 0}};  // [m]
    double angle_limit = 5;                                  // [°]
    double err_limit = 5;                                    // [%]

    std::optional<CrossTalk> cross_talk;
    std::optional<FineCalibration> calibration;  ///< whose normals and gains hold: only imbalances are estimated
    static Fields fields();
};

struct ComputedCalibration {
    FineCalibration calibration;
    index count = 0;  ///< windows that normals and gains are means of
};

/// The fine calibration of a system by the field of its empty room, which multipoles outside of the helmet explain. In
/// each window, magnetometers are turned and scaled one after the other until they measure best what the others say:
/// first those that are farthest off, up to three times each, then all in order. Then gradiometers get the shares of
/// the field along their axes that they take up. Results are means over windows, of normals and gains over those in
/// which no angle and no error is above its limit.
/// @param raw  of an empty room, without bad channels and head position
/// @throws InvalidInput  too few magnetometers, samples that are no numbers or all 0, or no window within the limits
/// @cost   a pass over the samples, sensors² each; per window some 10 · magnetometers³ operations
/// @source  Taulu et al. 2004, Brain Topogr. 16:269, doi:10.1023/B:BRAT.0000032864.93890.f9 (calibration by
/// multipoles);
///          the order of steps is MNE-Python's
ComputedCalibration compute_fine_calibration(const Raw& raw, const FineCalibrationOptions& options = {});

}  // namespace ranvier::meeg
