#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace ranvier::units {

/// Exponents of the SI base units: m, kg, s, A, K, mol, cd. Exponents may be fractions (noise has s^-1/2), kept in
/// twelfths so that equality is exact.
struct Dimension {
    std::array<int, 7> twelfths{};

    bool operator==(const Dimension&) const = default;
    bool dimensionless() const { return *this == Dimension{}; }
};

Dimension operator*(const Dimension& a, const Dimension& b);
Dimension operator/(const Dimension& a, const Dimension& b);
/// @throws InvalidInput  the exponent is not a multiple of 1/12
Dimension pow(const Dimension& a, double exponent);

/// In base units, e.g. "m^2 kg s^-3 A^-1"; "1" where dimensionless.
std::string text(const Dimension& dimension);

/// As equations write it, with the names that people know: "volt", "amp/metre**2", "siemens/metre**2",
/// "volt*second**-0.5"; "1" where dimensionless. The names stand for units of scale 1.
std::string name(const Dimension& dimension);

/// A named unit: 1 unit = `scale` in SI.
struct Unit {
    Dimension dimension;
    double scale = 1;
};

/// A unit's name or symbol with an SI prefix: "volt", "mV", "uS", "µA", "msecond", "Hz", "metre", "cm2" (squared), ...
/// @throws InvalidInput  unknown; the message names near ones
Unit unit(std::string_view name);
/// The same; nothing where there is no such unit.
std::optional<Unit> find_unit(std::string_view name);

}  // namespace ranvier::units
