#pragma once

#include <concepts>
#include <string>

namespace ranvier {

/// The shortest digits that give `x` back, with a point or exponent, in every locale: 0.1, 5.0, 1e-08, inf.
std::string text_of(double x);
std::string text_of(float x);
template <std::integral T>
std::string text_of(T x) {
    return std::to_string(x);
}

}  // namespace ranvier
