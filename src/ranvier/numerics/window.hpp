#pragma once

#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// "boxcar", "triang", "bartlett" (a triangle whose ends are 0), "cosine", "hann", "hamming", "blackman", "nuttall",
/// "blackmanharris", "flattop", or "kaiser" with β.
/// @param symmetric  w_j = w_{n−1−j}, for filters; false: periodic (the first n of the symmetric n + 1), for spectra
/// @param beta       β of "kaiser"
/// @return           shape (n); {1} for n = 1
/// @throws InvalidInput  unknown name, n < 1, β < 0
std::vector<double> window(const std::string& name, index n, bool symmetric = true, double beta = 5);

/// Sequences of unit energy with their concentration ratios, most concentrated first.
struct Tapers {
    Array<double, 2> tapers;     ///< shape (k, n)
    std::vector<double> ratios;  ///< share of the energy inside the band, shape (k)
};
/// Discrete prolate spheroidal (Slepian) sequences: of all sequences of length n, those with the most energy at
/// frequencies below half_nbw / n. Signs as in Percival & Walden: even orders have a positive mean, odd ones begin with
/// a positive lobe.
///
/// @param half_nbw   half bandwidth · n, in (0, n / 2)
/// @param k          number of sequences, 1 … n
/// @param low_bias   keep those with a ratio above 0.9; the best one where none has
/// @param symmetric  false: the first n samples of the sequences of length n + 1, which then have a little less than
/// unit
///                   energy (spectra, as MNE computes them)
/// @cost             O(n k)
/// @source           Slepian 1978, doi:10.1002/j.1538-7305.1978.tb02104.x; Percival & Walden 1993, section 8.3
Tapers dpss(index n, double half_nbw, index k, bool low_bias = false, bool symmetric = true);

}  // namespace ranvier::numerics
