#pragma once

#include <string>
#include <string_view>

#include "ranvier/meeg/recording/channel.hpp"

namespace ranvier::meeg {

/// How a type of channels is shown to people.
struct Display {
    std::string_view title;  ///< "Magnetometers"
    std::string_view unit;   ///< "fT"; "" where the type has none
    double factor;           ///< values in that unit per value in SI: 1e15
    double half_range;       ///< half the distance of two traces [SI unit]; 0: the data must say
};
/// Units and ranges are those of MNE-Python 1.13.
const Display& display(ChannelType type);
/// Unit of the power density of what has a unit: "V²/Hz", "(T/m)²/Hz", "1/Hz".
std::string density_unit(const std::string& unit);

}  // namespace ranvier::meeg
