#pragma once

#include <memory>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/passes.hpp"

/// The tables behind the batched transforms. A plan owns its tables and hands plain structs to the kernels.
namespace ranvier::numerics {

/// e^{−2πik/n}, to an ulp: the angle is brought into the first octant in whole numbers.
Twiddle root_of_unity(index k, index n);

/// Roots of unity of one order from two short tables; error ≤ 3e-16.
class Roots {
public:
    explicit Roots(index n);
    /// e^{−2πik/n}, 0 <= k < n
    Twiddle operator()(index k) const {
        const Twiddle a = coarse_[static_cast<std::size_t>(k >> shift_)];
        const Twiddle b = fine_[static_cast<std::size_t>(k & mask_)];
        return {a.r * b.r - a.i * b.i, a.r * b.i + a.i * b.r};
    }

private:
    int shift_ = 0;
    index mask_ = 0;
    std::vector<Twiddle> coarse_, fine_;
};

/// Prime factors, ascending, with multiplicity.
std::vector<index> prime_factors(index n);

/// Owner of a Passes. Moves keep the tables where they are; there are no copies.
class PassPlan {
public:
    PassPlan() = default;
    /// Natural order (Stockham); every prime factor <= largest_radix.
    static PassPlan stockham(index n);
    /// In place, permuted order; prime factors 2, 3, 5, 7.
    static PassPlan permuted(index n);
    /// Radices in the given order.
    explicit PassPlan(const std::vector<int>& radices);

    PassPlan(PassPlan&&) = default;
    PassPlan& operator=(PassPlan&&) = default;
    PassPlan(const PassPlan&) = delete;
    PassPlan& operator=(const PassPlan&) = delete;

    const Passes& passes() const { return passes_; }
    /// permuted_order()[position] = frequency
    std::vector<index> permuted_order() const;

private:
    Passes passes_{};
    std::vector<std::vector<Twiddle>> twiddles_;
    std::vector<std::vector<double>> tables_;
};

/// Owner of a Transform of any length >= 1.
class TransformPlan {
public:
    explicit TransformPlan(index n);
    const Transform& transform() const { return transform_; }

    TransformPlan(TransformPlan&&) = default;
    TransformPlan(const TransformPlan&) = delete;

private:
    void make_rader();
    void make_bluestein();

    Transform transform_{};
    PassPlan passes_;
    std::vector<int> powers_, inverse_powers_;
    std::vector<Twiddle> kernel_, chirp_;
};

/// The powers g^q and g^{−q} mod p, q = 0 … p − 2, of the smallest generator g of a prime p.
struct GeneratorPowers {
    std::vector<int> power, inverse_power;
};
GeneratorPowers generator_powers(index p);

/// In place transform of one signal with the chosen kernels (for tables: filters, chirps).
void transform_single(const Passes& passes, bool permuted, std::vector<Twiddle>& data);

}  // namespace ranvier::numerics
