#pragma once

#include "ranvier/numerics/kernels/fir_kernels.hpp"
#include "ranvier/numerics/kernels/lanes.hpp"

/// What stands beyond the ends of rows of n samples while they are filtered or resampled.
namespace ranvier::numerics::RANVIER_ISA {

/// out[−k] = 2 x₀ − x_k, k = 1 … count < n
inline void reflect_left(const double* const* rows, index count, Vec* out) {
    const Vec end = load_sample(rows, 0);
    for (index k = 1; k <= count; k += lanes) {
        Vec samples[lanes];
        const index m = count - k + 1 < lanes ? count - k + 1 : lanes;
        gather(rows, k, m, samples);
        for (index j = 0; j < m; ++j) {
            out[-k - j] = 2.0 * end - samples[j];
        }
    }
}

/// out[k − 1] = 2 x_{n−1} − x_{n−1−k}, k = 1 … count < n
inline void reflect_right(const double* const* rows, index n, index count, Vec* out) {
    const Vec end = load_sample(rows, n - 1);
    for (index k = 1; k <= count; k += lanes) {
        Vec samples[lanes];
        const index m = count - k + 1 < lanes ? count - k + 1 : lanes;
        gather(rows, n - k - m, m, samples);
        for (index j = 0; j < m; ++j) {
            out[k - 1 + j] = 2.0 * end - samples[m - 1 - j];
        }
    }
}

/// The `count` samples before the first one, into out[0 … count − 1].
inline void extend_left(Extension extension, const double* const* rows, index n, index count, Vec* out) {
    index reflected = 0;
    if (extension == Extension::reflect || extension == Extension::reflect_limited) {
        reflected = count < n - 1 ? count : n - 1;
        reflect_left(rows, reflected, out + count);
    }
    const Vec rest = extension == Extension::edge ? load_sample(rows, 0) : Vec{};
    for (index k = 0; k < count - reflected; ++k) {
        out[k] = rest;
    }
}

/// The `count` samples behind the last one, into out[0 … count − 1].
inline void extend_right(Extension extension, const double* const* rows, index n, index count, Vec* out) {
    index reflected = 0;
    if (extension == Extension::reflect || extension == Extension::reflect_limited) {
        reflected = count < n - 1 ? count : n - 1;
        reflect_right(rows, n, reflected, out);
    }
    const Vec rest = extension == Extension::edge ? load_sample(rows, n - 1) : Vec{};
    for (index k = reflected; k < count; ++k) {
        out[k] = rest;
    }
}

}  // namespace ranvier::numerics::RANVIER_ISA
