#pragma once

#include <vector>

#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/samples.hpp"

/// What estimators of covariances are made of.
namespace ranvier::meeg {

/// What one estimates from, and what one judges the estimate by.
struct HeldOut {
    Scatter train, test;
};

/// Of samples whose mean counts as zero, and about their mean.
Array<double, 2> empirical(const Scatter& s);
Array<double, 2> centred(const Scatter& s);
/// The rows and columns `picks`.
Array<double, 2> block(View<const double, 2> a, const std::vector<index>& picks);
/// vᵀ a v for each column v.
std::vector<double> along(View<const double, 2> a, View<const double, 2> vectors);

/// Mean ln N(x | 0, covariance) over the samples of a scatter; directions in which the covariance is zero to working
/// precision are left out of x, and their determinant is that of the precision's rounding.
double gaussian_likelihood(View<const double, 2> covariance, const Scatter& samples);
/// The same, where the precision has values `precisions` in directions in which the samples have `variances`.
double likelihood_of(const std::vector<double>& precisions, const std::vector<double>& variances);

/// (1 − a) C + a μ 1 in each group, cross terms times √((1 − a)(1 − b)), and zero between EEG and the rest.
Array<double, 2> shrunk_covariance(View<const double, 2> covariance, const std::vector<ChannelGroup>& groups,
                                   const std::vector<double>& shrinkages);
double oas_shrinkage(View<const double, 2> covariance, index n);
/// @param fourth  Σ |x|⁴
double ledoit_wolf_shrinkage(View<const double, 2> covariance, index n, double fourth);
/// The likelihoods of all shrinkages, averaged over folds, from one eigendecomposition per fold.
std::vector<double> shrinkage_likelihoods(const std::vector<HeldOut>& folds, const std::vector<index>& picks,
                                          const std::vector<double>& shrinkages);
/// Factors and noise of one size in all directions.
Array<double, 2> probabilistic_pca(const Scatter& samples, index components);
/// Factors and noise of its own in each direction, by maximum likelihood.
Array<double, 2> factor_covariance(const Scatter& samples, index components, double tol = 1e-2, int max_iter = 1000);

}  // namespace ranvier::meeg
