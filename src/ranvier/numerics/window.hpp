#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// "boxcar", "hann", "hamming", "blackman", or "kaiser" with β; symmetric, or periodic for spectra (sym = false).
/// @throws InvalidInput  unknown name
std::vector<double> window(const std::string& name, index n, bool symmetric = true, double beta = 5);

/// Discrete prolate spheroidal (Slepian) sequences of unit energy with their concentration ratios.
/// @param half_nbw  half bandwidth · n
/// @return tapers shape (k, n), ratios shape (k)
/// @source Slepian 1978, doi:10.1002/j.1538-7305.1978.tb02104.x; signs as scipy (even: positive mean; odd: positive
///         first lobe)
struct Tapers {
    Array<double, 2> tapers;
    std::vector<double> ratios;
};
Tapers dpss(index n, double half_nbw, index k, bool low_bias = false);

}  // namespace ranvier::numerics
