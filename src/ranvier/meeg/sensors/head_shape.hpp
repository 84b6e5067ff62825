#pragma once

#include <array>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

struct HeadSphere {
    std::array<double, 3> centre{0, 0, 0};  // [m], head coordinates
    double radius = 0.095;                  // [m]
};

/// The sphere that fits points best: least squares of |p|² − 2 p·c − (R² − |c|²), which is linear.
/// @throws InvalidInput  fewer than four points, or points on one plane
HeadSphere fitted_sphere(const std::vector<std::array<double, 3>>& points);

/// Digitised points for a fit of the head: the head-shape points where there are at least four, else those and the
/// electrodes; without what is low and frontal (z < 0 < y: nose and face). Fewer than four: none.
/// @throws InvalidInput  a point is not in head coordinates
std::vector<std::array<double, 3>> fitting_points(const Info& info);

/// The head's sphere fitted to fitting_points().
/// @throws InvalidInput  fewer than four such points
HeadSphere head_sphere(const Info& info);

/// The head's sphere fitted to digitised points of some kinds, "extra", "eeg", "cardinal" or "hpi"; of "auto", which
/// stands for fitting_points(); or of "eeglab", whose equator runs through Fpz, T7, Oz and T8.
/// @throws InvalidInput  unknown or mixed words, fewer than four points, or an electrode of the equator is missing
HeadSphere head_sphere(const Info& info, const std::vector<std::string>& kinds);

/// The sphere that maps are drawn on: fitted to the head-shape points where there are at least four, else the default.
HeadSphere drawing_sphere(const Info& info);

}  // namespace ranvier::meeg
