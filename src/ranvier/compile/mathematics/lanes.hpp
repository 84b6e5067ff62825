#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace ranvier::compile {

// One lane as the interpreter computes it. mathematics_*.hpp are written for any type with these operations: for these
// plain numbers, and for vectors in machine code (llvm/vectors.hpp). Every operation is IEEE 754 and rounds once.

template <class T>
struct Lane;

struct LaneBoolean {
    bool v;
    friend LaneBoolean operator&(LaneBoolean a, LaneBoolean b) { return {a.v && b.v}; }
    friend LaneBoolean operator|(LaneBoolean a, LaneBoolean b) { return {a.v || b.v}; }
    friend LaneBoolean operator!(LaneBoolean a) { return {!a.v}; }
};

/// The bits of a Lane<T>, wrapping around.
template <class T>
struct LaneBits {
    using Unsigned = std::conditional_t<std::is_same_v<T, double>, std::uint64_t, std::uint32_t>;
    Unsigned v;

    LaneBits constant(std::int64_t c) const { return {static_cast<Unsigned>(c)}; }
    friend LaneBits operator+(LaneBits a, LaneBits b) { return {static_cast<Unsigned>(a.v + b.v)}; }
    friend LaneBits operator-(LaneBits a, LaneBits b) { return {static_cast<Unsigned>(a.v - b.v)}; }
    friend LaneBits operator*(LaneBits a, LaneBits b) { return {static_cast<Unsigned>(a.v * b.v)}; }
    friend LaneBits operator&(LaneBits a, LaneBits b) { return {a.v & b.v}; }
    friend LaneBits operator|(LaneBits a, LaneBits b) { return {a.v | b.v}; }
    friend LaneBits operator^(LaneBits a, LaneBits b) { return {a.v ^ b.v}; }
    friend LaneBits operator<<(LaneBits a, int n) { return {static_cast<Unsigned>(a.v << n)}; }
    friend LaneBits operator>>(LaneBits a, int n) { return {static_cast<Unsigned>(a.v >> n)}; }  ///< fills with 0
    friend LaneBoolean operator==(LaneBits a, LaneBits b) { return {a.v == b.v}; }
};

template <class T>
struct Lane {
    using Scalar = T;
    using Bits = LaneBits<T>;
    using Boolean = LaneBoolean;
    using Wide = Lane<double>;
    T v;

    Lane constant(T c) const { return {c}; }
    friend Lane operator+(Lane a, Lane b) { return {a.v + b.v}; }
    friend Lane operator-(Lane a, Lane b) { return {a.v - b.v}; }
    friend Lane operator*(Lane a, Lane b) { return {a.v * b.v}; }
    friend Lane operator/(Lane a, Lane b) { return {a.v / b.v}; }
    friend Lane operator-(Lane a) { return {-a.v}; }
    friend LaneBoolean operator<(Lane a, Lane b) { return {a.v < b.v}; }
    friend LaneBoolean operator<=(Lane a, Lane b) { return {a.v <= b.v}; }
    friend LaneBoolean operator>(Lane a, Lane b) { return {a.v > b.v}; }
    friend LaneBoolean operator>=(Lane a, Lane b) { return {a.v >= b.v}; }
    friend LaneBoolean operator==(Lane a, Lane b) { return {a.v == b.v}; }
    friend LaneBoolean operator!=(Lane a, Lane b) { return {a.v != b.v}; }  ///< holds where either is NaN
};

template <class T>
Lane<T> fma(Lane<T> a, Lane<T> b, Lane<T> c) {
    return {std::fma(a.v, b.v, c.v)};
}
template <class T>
Lane<T> square_root(Lane<T> a) {
    return {std::sqrt(a.v)};
}
template <class T>
Lane<T> absolute(Lane<T> a) {
    return {std::fabs(a.v)};
}
template <class T>
Lane<T> floor(Lane<T> a) {
    return {std::floor(a.v)};
}
template <class T>
Lane<T> select(LaneBoolean c, Lane<T> a, Lane<T> b) {
    return c.v ? a : b;
}
template <class T>
LaneBits<T> bits(Lane<T> a) {
    return {std::bit_cast<typename LaneBits<T>::Unsigned>(a.v)};
}
template <class T>
Lane<T> from_bits(LaneBits<T> a) {
    return {std::bit_cast<T>(a.v)};
}
/// The lower half of 64 bits.
inline LaneBits<float> lower_half(LaneBits<double> a) { return {static_cast<std::uint32_t>(a.v)}; }
inline Lane<double> widened(Lane<float> a) { return {a.v}; }
inline Lane<float> narrowed(Lane<double> a) { return {static_cast<float>(a.v)}; }

}  // namespace ranvier::compile
