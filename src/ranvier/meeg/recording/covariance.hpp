#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// A noise covariance.
struct Covariance {
    CovarianceKind kind = CovarianceKind::noise;
    std::vector<std::string> names, bads;
    Array<double, 2> data;  ///< shape (channels, channels), or (1, channels) where `diagonal`
    bool diagonal = false;
    StableVector<Projection> projections;
    int nfree = 1;
    std::vector<double> eig;
    Array<double, 2> eigvec;
    std::string method;            ///< name of the estimator, "" where unknown
    std::optional<double> loglik;  ///< score of the estimator
};

}  // namespace ranvier::meeg
