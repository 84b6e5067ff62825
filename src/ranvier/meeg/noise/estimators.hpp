#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/value.hpp"
#include "ranvier/meeg/noise/estimates.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/noise/samples.hpp"

/// Estimators of covariances, on what samples add up to. Each is chosen once, on all samples, and then fits any part.
namespace ranvier::meeg {

/// Samples in scaled units, reduced to their rank.
struct Problem {
    Scatter all;
    std::vector<HeldOut> folds;
    std::vector<ChannelGroup> groups;  ///< which dimensions come from which type
    /// For each group Σ |x|⁴ over samples, |x| its norm there.
    std::function<std::vector<double>()> fourth_powers;
};

/// Settings by method and name: method_params.
using MethodParams = std::map<std::string, std::map<std::string, Value>>;
/// @throws InvalidInput  not a map of maps of what the methods know
MethodParams method_params(const Value& given);

/// A covariance with its settings chosen: of any part of the samples.
using Fit = std::function<Array<double, 2>(const Scatter&)>;
/// @param method  empirical, diagonal_fixed, shrinkage, ledoit_wolf, oas, shrunk, pca or factor_analysis
/// @source  Ledoit & Wolf 2004, doi:10.1016/S0047-259X(03)00096-4; Chen et al. 2010, doi:10.1109/TSP.2010.2053029;
///          Tipping & Bishop 1999, doi:10.1111/1467-9868.00196; Barber 2012, algorithm 21.1;
///          Engemann & Gramfort 2015, doi:10.1016/j.neuroimage.2014.12.040
Fit chosen_fit(const std::string& method, const Problem& problem, const MethodParams& params);

/// The mean over folds.
double cross_validated(const Fit& fit, const std::vector<HeldOut>& folds);

}  // namespace ranvier::meeg
