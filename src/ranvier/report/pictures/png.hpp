#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::report {

/// A picture, shape (rows, columns, 4): red, green, blue, opacity, 0 to 255.
using Pixels = Array<std::uint8_t, 3>;

/// The bytes of a PNG file, with 8 bits a channel.
/// @throws InvalidInput  no pixel, or not four channels
/// @source  W3C PNG, third edition
std::vector<std::byte> png(const Pixels& pixels);

}  // namespace ranvier::report
