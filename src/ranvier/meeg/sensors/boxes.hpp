#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

/// Small axes at the places of channels.
namespace ranvier::meeg {

/// Width and height of boxes around points so that none overlap: the closest two points say one of them, unless it is
/// given, and those within it the other; 1 where nothing is near.
/// @param points   shape (n, 2)
/// @param padding  share of both that is left free
/// @cost           O(n²)
std::pair<double, double> box_size(View<const double, 2> points, std::optional<double> width = {},
                                   std::optional<double> height = {}, double padding = 0);

/// Where channels lie when the head is laid out flat, in metres: azimuthal equidistant around the vertex of the sphere
/// that maps are drawn on. shape (picks, 2). @throws InvalidInput  a channel without a place
Array<double, 2> flat_places(const Info& info, const std::vector<index>& picks);

/// Boxes of electrodes in a figure of size 1, seen from above: x, y of the lower left corner, width and height.
/// @param radius  of the head, up to 0.5
/// @return        shape (picks, 4). @throws InvalidInput  sizes out of range, no channel, one without a place
Array<double, 2> electrode_boxes(const Info& info, const std::vector<index>& picks, double radius = 0.5,
                                 std::optional<double> width = {}, std::optional<double> height = {});

/// n boxes in rows, the lowest first; without `columns` nearly a square.
Array<double, 2> grid_boxes(index n, std::optional<index> columns = {});

}  // namespace ranvier::meeg
