#pragma once

#include "ranvier/learn/data.hpp"

namespace ranvier::learn {

/// Sums over samples that many decompositions need, fed in chunks.
struct Moments {
    double count = 0;
    std::vector<double> mean;  ///< shape (d)
    Array<double, 2> scatter;  ///< Σ (x − mean)(x − mean)ᵀ, shape (d, d)
};
/// Adds samples. @throws InvalidInput  another width @cost  O(n d²), on threads()
/// @source  update of means and scatter: Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115
void add_samples(Moments& moments, View<const double, 2> X);

/// Rows [begin, begin + count) of X − mean, one behind the other.
void centre_rows(View<const double, 2> X, std::span<const double> mean, index begin, index count, double* to);
/// The sum of matrices of one shape, in their order.
Array<double, 2> total(std::vector<Array<double, 2>> parts);
/// Turns rows, and those of `with` alike, whose largest entry is negative.
void set_signs(Array<double, 2>& rows, Array<double, 2>* with = nullptr);
/// How many of these variances, descending, are no rounding: more than `tiny` d times the largest.
index dimensions(const std::vector<double>& variance, double tiny, index d);
/// Rows divided by their standard deviation, and multiplied with it.
struct Scaled {
    Array<double, 2> narrow, wide;
};
Scaled scaled(const Array<double, 2>& rows, index count, const std::vector<double>& variance);

/// (X − mean) · componentsᵀ for mean (d) and components (k, d). @cost  O(n d k), on threads()
Array<double, 2> projected(View<const double, 2> X, std::span<const double> mean, View<const double, 2> components);
/// S · mixing + mean, the way back, for mixing (k, d).
Array<double, 2> unprojected(View<const double, 2> S, View<const double, 2> mixing, std::span<const double> mean);

/// Orthogonal directions of largest variance, descending. The largest entry of each is positive.
struct Principal {
    std::vector<double> mean;
    Array<double, 2> components;   ///< shape (k, d), rows of unit length
    std::vector<double> variance;  ///< of each, divisor n − 1
    double total_variance = 0;
};
/// Whether n samples of d features are so many that their covariance is decomposed, not they.
constexpr bool by_moments(index n, index d) { return n >= 10 * d; }
/// @param k  components to keep; at most min(n, d)
/// @param root  gets a matrix whose square rootᵀ root is the scatter, where one is wanted
/// @cost     O(n d²) where by_moments(n, d), else that of a singular value decomposition, O(n d min(n, d))
Principal principal_components(View<const double, 2> X, index k, Array<double, 2>* root = nullptr);
/// The same from moments.
Principal principal_components(const Moments& moments, index k);

/// The largest eigenvalues of rowsᵀ rows, descending, at most as many as there are rows, and its eigenvectors in rows.
/// @cost  O(n² d) for n rows: for fewer rows than columns
struct Leading {
    std::vector<double> values;
    Array<double, 2> vectors;
};
Leading leading_of_rows(const Array<double, 2>& rows, index k);
/// The same of a symmetric matrix. @cost  O(d³)
Leading leading_of_covariance(const Array<double, 2>& covariance, index k);

/// Slow feature analysis: directions w with unit variance of w·x and least mean square of its change from one sample to
/// the next, slowest first.
struct Slow {
    std::vector<double> mean;
    Array<double, 2> components;  ///< shape (k, d)
    Array<double, 2> mixing;      ///< pseudo-inverse of it, shape (k, d)
    std::vector<double> delta;    ///< mean square change of each
};
/// @param data     moments of samples, @param changes  moments of their differences (about 0 is taken, not about the
/// mean)
/// @throws InvalidInput  k is more than the data have dimensions
/// @source  Wiskott & Sejnowski 2002, doi:10.1162/089976602317318938
Slow slow_features(const Moments& data, const Moments& changes, index k);

/// Fisher's discriminant directions: largest ratio of variance between classes to variance within them, first the
/// largest; variance within is 1 along each.
struct Discriminant {
    std::vector<double> mean;
    Array<double, 2> components;  ///< shape (k, d)
    std::vector<double> ratio;    ///< between / within
};
/// @param classes  moments of the samples of each class
/// @throws NumericalError  variance within classes is singular
/// @source  Fisher 1936, doi:10.1111/j.1469-1809.1936.tb02137.x; Rao 1948
Discriminant fisher_discriminant(std::span<const Moments> classes, index k);

/// Factor analysis: x = mean + Lᵀ z + noise, z standard normal, noise independent with variance psi per feature.
struct Factors {
    std::vector<double> mean;
    Array<double, 2> loadings;       ///< shape (k, d)
    std::vector<double> psi;         ///< noise variance, shape (d)
    std::vector<double> likelihood;  ///< mean log likelihood of each iteration
    bool converged = false;
};
/// Maximum likelihood by iterated eigenvectors of the covariance in units of the noise, which begins as all the
/// variance of each feature: results follow the unit of each feature.
/// @cost    O(m² max(n, d)) per iteration, m = min(n, d)
/// @source  Barber 2012, Bayesian Reasoning and Machine Learning, algorithm 21.1
Factors factor_analysis(View<const double, 2> X, index k, index max_iterations, double tolerance);
/// E(z | x) for each row, shape (n, k).
Array<double, 2> factor_scores(View<const double, 2> X, const Factors& factors);

}  // namespace ranvier::learn
