#include "ranvier/learn/hopfield.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/kernels/rows.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

template <class T>
void clear_diagonal(Hopfield<T>& memory) {
    for (index i = 0; i < memory.units(); ++i) {
        memory.M(i, i) = 0;
    }
}

/// M += Ξᵀ Ξ, whole numbers, cut into blocks of rows.
template <class T>
void add_products(Hopfield<T>& memory, View<const double, 2> patterns) {
    const index P = patterns.extent(0), N = memory.units();
    const Array<T, 2> signs(patterns);
    constexpr index block = 512;
    const index blocks = (N + block - 1) / block;
    T* M = memory.M.data();
    parallel_for(blocks, [&](index b) {
        const index begin = b * block, rows = std::min(block, N - begin);
        numerics::gemm(true, false, rows, N, P, T(1), signs.data() + begin, N, signs.data(), N, T(1), M + begin * N, N);
    });
}

template <class T>
void storkey_step(Hopfield<T>& memory, View<const double, 1> pattern) {
    const index N = memory.units();
    const Array<double, 1> own(pattern);
    const double* xi = own.data();
    std::vector<double> h(N);
    T* M = memory.M.data();
    const auto& kernels = row_kernels<T>();
    constexpr index block = 64;
    const index blocks = (N + block - 1) / block;
    parallel_for(blocks, [&](index b) {
        for (index i = b * block; i < std::min(N, (b + 1) * block); ++i) {
            // W_ii is left out of the fields: a unit's own weight carries nothing about the others.
            h[i] = kernels.dot(N, M + i * N, xi) - static_cast<double>(M[i * N + i]) * xi[i];
        }
    });
    const double factor = 1 / static_cast<double>(N);
    parallel_for(blocks, [&](index b) {
        for (index i = b * block; i < std::min(N, (b + 1) * block); ++i) {
            for (index j = 0; j < N; ++j) {
                if (i == j) {
                    continue;
                }
                const double w = static_cast<double>(M[i * N + j]);
                const double h_ij = h[i] - w * xi[j], h_ji = h[j] - w * xi[i];
                M[i * N + j] = static_cast<T>(w + factor * (xi[i] * xi[j] - xi[i] * h_ji - h_ij * xi[j]));
            }
        }
    });
}

}  // namespace

void require_states(View<const double, 2> X, index units, const char* what) {
    require(X.extent(1) == units, "Hopfield: ", what, " must have one entry per unit (", units, "); got ", X.extent(1));
    for (index i = 0; i < X.extent(0); ++i) {
        for (index j = 0; j < X.extent(1); ++j) {
            require(
                X(i, j) == 1 || X(i, j) == -1, "Hopfield: ", what, " must be −1 or 1; got ",
                [&] { return text_of(X(i, j)); }, " at (", i, ", ", j, ")");
        }
    }
}

template <class T>
void store(Hopfield<T>& memory, View<const double, 2> patterns, Storage storage, bool zero_diagonal) {
    require_states(patterns, memory.units(), "patterns");
    require(storage != Storage::pseudo_inverse,
            "Hopfield: pseudo-inverse storage needs all patterns at once; store them together");
    memory.patterns = {};
    if (storage == Storage::hebbian) {
        add_products(memory, patterns);
    } else {
        for (index p = 0; p < patterns.extent(0); ++p) {
            storkey_step(memory, patterns[p]);
        }
    }
    if (zero_diagonal) {
        clear_diagonal(memory);
    }
}

template <class T>
Hopfield<T> hopfield(View<const double, 2> patterns, Storage storage, bool zero_diagonal) {
    require_samples(patterns, "Hopfield");
    require_states(patterns, patterns.extent(1), "patterns");
    const index N = patterns.extent(1);
    Hopfield<T> memory{Array<T, 2>({N, N}), 1, std::vector<double>(N), {}};
    if (storage == Storage::pseudo_inverse) {
        const Array<double, 2> inverse = numerics::pseudo_inverse(patterns);
        Array<double, 2> W({N, N});
        numerics::matmul(inverse, patterns, W);
        for (index i = 0; i < N; ++i) {
            for (index j = 0; j <= i; ++j) {
                // Rounding leaves a projection slightly asymmetric.
                memory.M(i, j) = memory.M(j, i) = static_cast<T>(0.5 * (W(i, j) + W(j, i)));
            }
        }
        if (zero_diagonal) {
            clear_diagonal(memory);
        }
        return memory;
    }
    if (storage == Storage::hebbian) {
        memory.scale = 1 / static_cast<double>(N);
    }
    store(memory, patterns, storage, zero_diagonal);
    if (storage == Storage::hebbian) {
        memory.patterns = Array<double, 2>(patterns);
    }
    return memory;
}

template <class T>
std::vector<double> energies(const Hopfield<T>& memory, View<const double, 2> states) {
    require_states(states, memory.units(), "states");
    const index N = memory.units(), n = states.extent(0);
    const auto& kernels = row_kernels<T>();
    const double* s = rows_of(states);
    std::vector<double> result(n);
    parallel_for(n, [&](index c) {
        double quadratic = 0, linear = 0;
        for (index i = 0; i < N; ++i) {
            quadratic += s[c * N + i] * kernels.dot(N, memory.M.data() + i * N, s + c * N);
            linear += memory.theta[i] * s[c * N + i];
        }
        result[c] = -0.5 * memory.scale * quadratic + linear;
    });
    return result;
}

template void store(Hopfield<double>&, View<const double, 2>, Storage, bool);
template void store(Hopfield<float>&, View<const double, 2>, Storage, bool);
template Hopfield<double> hopfield(View<const double, 2>, Storage, bool);
template Hopfield<float> hopfield(View<const double, 2>, Storage, bool);
template std::vector<double> energies(const Hopfield<double>&, View<const double, 2>);
template std::vector<double> energies(const Hopfield<float>&, View<const double, 2>);

}  // namespace ranvier::learn
