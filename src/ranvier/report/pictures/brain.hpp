#pragma once

#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/report/pictures/png.hpp"

namespace ranvier::report {

/// From where a brain is looked at. x is to the right, y to the front, z up.
enum class BrainView { left, above, right };

/// A picture of surfaces in light from the viewer, coloured by the values of their points: blue below 0, red above,
/// white at 0, strongest at ± limit; grey where a value is NaN. What lies in front hides what lies behind.
/// @param values  of the points of each surface
/// @param size    rows and columns; the surfaces' largest extent fills them
/// @throws InvalidInput  a limit not > 0, no triangles, or not one value for each point
Pixels brain_pixels(const meeg::SourceSpaces& surfaces, const std::vector<std::vector<double>>& values, double limit,
                    BrainView view, index size);

/// Values of the points of each surface, under the name of a condition.
using BrainValues = std::vector<std::pair<std::string, std::vector<std::vector<double>>>>;
/// A row for each condition, each from the left, from above and from the right, over a bar of colours: an SVG file.
/// @param unit  of the values, beside the bar
std::string brain_svg(const meeg::SourceSpaces& surfaces, const BrainValues& conditions, double limit,
                      const std::string& unit);

}  // namespace ranvier::report
