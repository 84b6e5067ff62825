#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/kernels/padding.hpp"

namespace ranvier::numerics {

/// Convolves every row with `h`, in place:
///
///   y(t) = Σ_k h_k x(t + d − k),   d = (taps − 1) / 2 if `centred` (zero phase for symmetric h), else 0 (causal)
///
/// Overlap-save with a real negacyclic transform, depth first through the caches; memory grows by one block of a few
/// rows per thread only. Blocks of N samples give N − taps + 1 outputs each, from the first sample on, where N depends
/// on taps and n alone (fir_block_length). A sample that is NaN or infinite makes NaN of exactly those blocks of
/// outputs of its row that read it, i.e. whose first sample is <= t + d' and whose last is >= t − d, d' = taps − 1 − d;
/// every other output keeps the bits that it has without.
///
/// @param x        shape (rows, n)
/// @param h        taps, shape (taps), at least one, odd length where `centred`; may be longer than the rows
/// @param twice    forward and backward: filters with h * reversed h, centred (squares the magnitude response)
/// @throws InvalidInput  no taps; an even number where centred; `reflect` with rows too short for it
/// @cost           O(rows · n log taps), threads()
/// @source         Oppenheim & Schafer 2010, Discrete-Time Signal Processing, ch. 8.7 (overlap-save)
void fir_filter(View<double, 2> x, std::span<const double> h, Padding padding = Padding::reflect_limited,
                bool centred = true, bool twice = false);

/// The length N of the blocks that fir_filter works in.
index fir_block_length(index taps, index n);

}  // namespace ranvier::numerics
