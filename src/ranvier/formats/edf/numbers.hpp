#pragma once

#include <string>

namespace ranvier::formats {

// Numbers in the eight characters that a header of EDF has for them. Fixed notation where it is as near as the
// scientific one, which some programs can't read.

/// The text of eight characters that is nearest to `value`, nearest below it, and nearest above it.
/// @throws InvalidInput  not finite, or out of the range of eight characters
std::string nearest_text(double value);
std::string text_below(double value);
std::string text_above(double value);

/// Fixed notation with as many digits as the value needs: "0.1", "40".
std::string plain_text(double value);

/// The value of such a text.
double number_of(const std::string& text);

}  // namespace ranvier::formats
