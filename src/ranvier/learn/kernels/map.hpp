#pragma once

#include <cstdint>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/dispatch.hpp"

namespace ranvier::learn {

/// Nearest units, for maps and codebooks. Units are columns of `wt`, shape (d, stride); `stride` is a whole number of
/// vectors (64 bytes) and at least `units`.
template <class T>
struct MapKernels {
    /// best[i], second[i] (where not null) = the units with the largest x_i · w_u + bias[u], of equals the first;
    /// score[i] that of the best. bias has `stride` entries, the spare ones −infinity.
    void (*best)(index rows, index d, const T* x, index x_stride, index stride, const T* wt, const T* bias,
                 std::int32_t* best, std::int32_t* second, T* score);
    /// w_u += c_u (x − w_u) for all units (where c is not null), then distance[u] = |next − w_u|²
    void (*step)(index d, index stride, T* wt, const T* c, const T* x, const T* next, T* distance);
};

RANVIER_EACH_ISA(extern const MapKernels<double> map_kernels_f64; extern const MapKernels<float> map_kernels_f32;)
template <class T>
const MapKernels<T>& map_kernels() {
    if constexpr (sizeof(T) == 8) {
        return RANVIER_CHOSEN(map_kernels_f64);
    } else {
        return RANVIER_CHOSEN(map_kernels_f32);
    }
}

}  // namespace ranvier::learn
