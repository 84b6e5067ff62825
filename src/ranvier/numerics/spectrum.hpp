#pragma once

#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::numerics {

/// Welch's method on every row of x; a segment with a NaN is left out of its row's mean.
/// @param window  shape (n_per_seg)
/// @param out     shape (rows, n_fft / 2 + 1): one-sided density, [x²/Hz]
/// @source Welch 1967, doi:10.1109/TAU.1967.1161901
struct Welch {
    index n_fft = 256, n_per_seg = 256, n_overlap = 0;
    std::string window = "hamming";
    bool median = false;      ///< combine segments by the median (bias corrected) instead of the mean
    bool remove_dc = true;    ///< subtract each segment's mean
};
void welch(View<const double, 2> x, double sfreq, const Welch& plan, View<double, 2> out);

/// Multitaper density of every row; weights of the tapers' eigenspectra are the concentration ratios' square roots,
/// or Thomson's adaptive ones.
/// @param tapers  shape (k, n), from dpss()
/// @param out     shape (rows, freqs [first, last) of the n / 2 + 1)
/// @source Thomson 1982, doi:10.1109/PROC.1982.12433; Percival & Walden 1993
struct Multitaper {
    bool adaptive = false, remove_dc = true;
    bool full_normalization = false;  ///< divide by sfreq too ("full"); else "length"
    index first = 0, last = 0;
};
void multitaper(View<const double, 2> x, double sfreq, View<const double, 2> tapers, std::span<const double> ratios,
                const Multitaper& plan, View<double, 2> out);

}  // namespace ranvier::numerics
