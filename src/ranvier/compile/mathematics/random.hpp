#pragma once

#include <array>
#include <cstdint>

#include "ranvier/compile/mathematics/trig.hpp"

namespace ranvier::compile::mathematics {

/// Philox4x32-10 on lanes of 64 bits whose upper halves are 0: as base/random.hpp, of which this is the vector form.
template <class Bits>
std::array<Bits, 4> philox(std::array<Bits, 4> c, Bits key0, Bits key1) {
    const Bits half = key0.constant(0xffffffff);
    const Bits factor0 = key0.constant(0xD2511F53), factor1 = key0.constant(0xCD9E8D57);
    for (int round = 0; round < 10; ++round) {
        const Bits p0 = factor0 * c[0], p1 = factor1 * c[2];
        c = {((p1 >> 32) ^ c[1] ^ key0) & half, p1 & half, ((p0 >> 32) ^ c[3] ^ key1) & half, p0 & half};
        key0 = key0 + key0.constant(0x9E3779B9);
        key1 = key1 + key1.constant(0xBB67AE85);
    }
    return c;
}

/// The counter of (step, element, object, pair of draws): the pair is in bits that steps below 2^48 leave free. For
/// pair 0 the block is that of base's RandomStream at its step-th draw.
template <class Bits>
std::array<Bits, 4> counter(Bits step, Bits element, Bits object, int pair) {
    const Bits half = step.constant(0xffffffff);
    const Bits upper = ((step >> 32) & step.constant(0xffff)) | step.constant(std::int64_t{pair} << 16);
    return {step & half, upper, element & half, object};
}

/// 52 bits as a number in (0, 1): an odd multiple of 2^−53.
template <class F, class Bits>
F unit_interval(F like, Bits low, Bits high) {
    const Bits mantissa = (high << 20) | (low >> 12);
    return from_bits(mantissa | bits(like.constant(1))) - like.constant(1 - 0x1p-53);
}

/// Box & Muller 1958: two independent normal numbers of two uniform ones.
template <class F>
Sum<F> normal_pair(F u0, F u1) {
    const F radius = square_root(log(u0) * u0.constant(-2));
    const Sum<F> direction = circle(u1);
    return {radius * direction.high, radius * direction.low};
}

}  // namespace ranvier::compile::mathematics
