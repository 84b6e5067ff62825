#pragma once

namespace ranvier::compile {

/// The smallest k with P(X ≤ k) ≥ u, for X Poisson of this mean: a random number of that law when u is uniform.
/// Summed outward from the mode, up to weights of 1e-18; of means above 1e10 by the normal law corrected for skewness.
/// 0 where the mean is none that is positive, NaN where it is NaN.
/// @cost  O(√mean), at most 1e5 steps
extern "C" double ranvier_poisson_quantile(double u, double mean);

/// The same for successes in n trials of probability p. @cost  O(√(n p (1 − p)))
extern "C" double ranvier_binomial_quantile(double u, double n, double p);

}  // namespace ranvier::compile
