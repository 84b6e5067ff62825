#pragma once

#include <cstddef>

/// Plain structs that both sides of the border see: the C++ that plans a transform, and the kernels that run it.
/// Nothing here owns memory and nothing here is a function (see ranvier_kernels() in cmake/RanvierModule.cmake).
namespace ranvier {
using index = std::ptrdiff_t;
}

namespace ranvier::numerics {

/// A complex scalar that multiplies all lanes alike.
struct Twiddle {
    double r, i;
};

/// One pass of a mixed-radix transform: sub-transforms of length `radix · m` fall into `radix` ones of length m.
struct Pass {
    int radix;
    index m;
    const Twiddle* twiddle;  ///< shape (m, radix − 1): e^{−2πi p k / (radix · m)}, k = 1 … radix − 1
    const double* cosine;    ///< for odd radices above 7: shape (≥ h, h), cos(2π j k / radix), j, k = 1 … h
    const double* sine;      ///< likewise; h = (radix − 1) / 2
};

constexpr int most_passes = 40;
/// Odd primes up to this one are a pass of their own, at O(prime) per point.
constexpr int largest_radix = 127;

/// A complex transform of length n as a list of passes. Every kernel runs many signals at once, one per vector lane.
struct Passes {
    index n;
    int count;
    Pass pass[most_passes];
};

/// How a complex transform of any length is done.
enum class Method {
    passes,    ///< mixed radix, Stockham
    rader,     ///< n prime: a cyclic convolution of length n − 1
    bluestein  ///< any n: a convolution with a chirp, of a smooth length m ≥ 2n − 1
};

/// A forward complex transform of any length n, natural order in and out.
struct Transform {
    index n;
    index capacity;  ///< complex vectors that each of the two buffers of transform() must hold
    Method method;
    Passes passes;             ///< of n (passes), n − 1 (rader), m (bluestein, permuted order)
    const int* power;          ///< rader: g^q mod n, q = 0 … n − 2
    const int* inverse_power;  ///< rader: g^{−q} mod n
    const Twiddle* kernel;     ///< rader, bluestein: transform of what is convolved with, divided by its length
    const Twiddle* chirp;      ///< bluestein: e^{−πi j²/n}
};

}  // namespace ranvier::numerics
