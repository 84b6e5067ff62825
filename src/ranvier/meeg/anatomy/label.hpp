#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// A part of a hemisphere's surface.
struct Label {
    Array<std::int64_t, 1> vertices;  ///< numbers of points, rising
    Array<double, 2> places;          // [m], shape (vertices, 3)
    Array<double, 1> values;          ///< one for each vertex
    std::string hemisphere;           ///< "lh" or "rh"
    std::string comment;
    std::optional<std::string> name, subject, filename;
    std::optional<std::array<double, 4>> colour;  ///< red, green, blue, opacity, 0 to 1

    index n_vertices() const { return vertices.extent(0); }
};

/// Throws InvalidInput unless vertices rise and there are a place and a value for each.
void check(const Label& label);
/// The label without the vertices where `keep` is false.
Label kept(const Label& label, const std::vector<bool>& keep);

/// Vertices of either; values of those of both are added. Names, comments and colours are joined.
/// @throws InvalidInput  other subjects or hemispheres, or places of the same vertices that differ
Label sum(const Label& a, const Label& b);
/// Vertices of `a` that `b` lacks. @throws InvalidInput  other subjects
Label difference(const Label& a, const Label& b);
/// A colour between two, in which lightness and saturation are means and the hue lies on the shorter way.
std::array<double, 4> blended(const std::array<double, 4>& a, const std::array<double, 4>& b);

/// All points of the surface that are nearest to a vertex of the label, with its value.
/// @throws InvalidInput  a vertex is not used in the source space, or its nearest points are not known
Label filled(const Label& label, const SourceSpace& space);
/// The vertices that a source space uses.
Label restricted(const Label& label, const SourceSpace& space);

}  // namespace ranvier::meeg
