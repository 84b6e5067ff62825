#pragma once

namespace ranvier::compile {

/// The smallest k with P(X ≤ k) ≥ u, for X Poisson of this mean: a random number of that law when u is uniform.
/// Summed outward from the mode, up to weights of 1e-18. A mean that is no positive number: 0.
/// @cost  O(√mean)
extern "C" double ranvier_poisson_quantile(double u, double mean);

/// The same for successes in n trials of probability p. @cost  O(√(n p (1 − p)))
extern "C" double ranvier_binomial_quantile(double u, double n, double p);

}  // namespace ranvier::compile
