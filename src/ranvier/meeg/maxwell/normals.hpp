#pragma once

#include <string>
#include <vector>

#include "ranvier/meeg/maxwell/multipoles.hpp"

namespace ranvier::meeg {

/// Magnetometers as one window has them.
struct Adjusted {
    static constexpr double scale = 100;  ///< what magnetometers are multiplied by to be of the size of gradiometers
    std::vector<Point> normals;
    std::vector<double> gains;
    bool good = false;  ///< whether angles and errors are within their limits
    std::string words;  ///< how well they fit, and why not well enough
};

/// Beyond which magnetometers are not good. [°], [%]
struct Limits {
    double angle, error;
};

/// Turns and scales magnetometers one after the other until they measure best what the others' multipoles say: the ones
/// that are farthest off first, up to three times each, until those are below 2.5 %, then all in order.
/// @param coils    one each
/// @param drawn    their normals
/// @param samples  scaled, or what they are but for a rotation in time, shape (magnetometers, n)
Adjusted adjusted(const std::vector<std::string>& names, std::vector<CoilSet> coils, const std::vector<Point>& drawn,
                  const Array<double, 2>& samples, const Expansion& expansion, const Limits& limits);

}  // namespace ranvier::meeg
