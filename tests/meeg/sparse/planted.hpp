#pragma once

#include <cmath>
#include <vector>

#include "ranvier/base/random.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

/// Few sources, of which we know all, behind a random gain: M = G X + noise.
struct Planted {
    Array<double, 2> M, G, X;
    std::vector<index> active;
};

inline Planted planted(index sensors, index positions, index n_orient, index times, std::vector<index> active,
                       double noise, std::uint64_t seed = 7) {
    RandomStream random(seed);
    Planted p;
    p.active = std::move(active);
    p.G = Array<double, 2>({sensors, positions * n_orient});
    for (index i = 0; i < p.G.size(); ++i) {
        p.G.data()[i] = random.normal() / std::sqrt(static_cast<double>(sensors));
    }
    p.X = Array<double, 2>({positions * n_orient, times});
    for (std::size_t a = 0; a < p.active.size(); ++a) {
        for (index k = 0; k < n_orient; ++k) {
            const double weight = 1 + random.uniform();
            for (index t = 0; t < times; ++t) {
                p.X(p.active[a] * n_orient + k, t) =
                    weight * std::sin(0.3 * static_cast<double>((a + 1) * t) + static_cast<double>(a + k));
            }
        }
    }
    p.M = numerics::matmul(p.G.view(), p.X.view());
    for (index i = 0; i < p.M.size(); ++i) {
        p.M.data()[i] += noise * random.normal();
    }
    return p;
}

/// The largest ‖G_jᵀ R‖ of all positions: penalties from there on leave all sources silent.
inline double largest_product(View<const double, 2> G, View<const double, 2> R, index n_orient) {
    const auto products = numerics::matmul(G.transposed(), R);
    double largest = 0;
    for (index j = 0; j < products.extent(0) / n_orient; ++j) {
        double square = 0;
        for (index k = 0; k < n_orient; ++k) {
            for (index t = 0; t < products.extent(1); ++t) {
                square += products(j * n_orient + k, t) * products(j * n_orient + k, t);
            }
        }
        largest = std::max(largest, std::sqrt(square));
    }
    return largest;
}

}  // namespace ranvier::meeg
