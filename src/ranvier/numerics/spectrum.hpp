#pragma once

#include <complex>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::numerics {

/// Welch's method: windowed segments, transformed with zeros up to n_fft, their powers combined.
struct Welch {
    index n_fft = 256;
    index n_per_seg = 0;  ///< 0: n_fft
    index n_overlap = 0;
    std::string window = "hamming";
    bool median = false;    ///< combine segments by the median (bias corrected) instead of the mean
    bool remove_dc = true;  ///< subtract each segment's mean
};

/// Power spectral density of every row.
///
/// NaN at the same samples of every row are bad spans: each stretch between them is analysed by itself (with segments
/// no longer than the stretch), and the stretches are averaged with the number of samples that each used as weight. Any
/// other row with NaN or infinity among the analysed samples gives a row of NaN, with a warning.
///
/// @param x    shape (rows, n), n >= 2
/// @param out  shape (rows, n_fft / 2 + 1): one-sided density [x²/Hz] at 0, sfreq / n_fft, …
/// @throws InvalidInput  n_per_seg above n_fft or n; n_overlap not below the length of each segment
/// @cost       O(rows · segments · n_fft log n_fft), threads()
/// @source     Welch 1967, doi:10.1109/TAU.1967.1161901; bias of the median: Allen et al. 2012,
///             doi:10.1103/PhysRevD.85.122006, appendix B
void welch(View<const double, 2> x, double sfreq, const Welch& plan, View<double, 2> out);

/// The transforms of Welch's segments one by one, those of all good stretches after each other, some at a time while
/// they are in the cache; `median` plays no part.
///
/// |X|² is the density [x²/Hz] at 0 and sfreq / 2, and half the one-sided density between them.
///
/// @param begin  begin(segments), once, before the first row
/// @param take   take(row, first, transforms) of segments `first` …, shape (some, n_fft / 2 + 1): rows come from any
///               thread, the segments of one in their order
/// @throws InvalidInput  as welch()
/// @cost    O(rows · segments · n_fft log n_fft), threads()
void welch_segments(View<const double, 2> x, double sfreq, const Welch& plan, FunctionRef<void(index)> begin,
                    FunctionRef<void(index, index, View<const std::complex<double>, 2>)> take);

/// How the spectra of tapers become one.
struct Multitaper {
    bool adaptive = false;            ///< Thomson's weights instead of the ratios; needs three tapers
    bool remove_dc = true;            ///< subtract each row's mean
    bool full_normalization = false;  ///< divide by sfreq too ("full"): density [x²/Hz]; else "length"
    index first = 0, last = 0;        ///< bins of the n / 2 + 1 that are wanted; last 0: all from first on
    int most_iterations = 150;        ///< of the adaptive weights
};

/// Multitaper power of every row: eigenspectra weighted with the concentration ratios, or adaptively. Weights that have
/// not converged after most_iterations are used as they are, with a warning that counts such rows.
///
/// @param x       shape (rows, n), n >= 2; a row with NaN gives NaN
/// @param tapers  shape (k, n), of dpss(n, …, symmetric = false) to agree with MNE
/// @param ratios  concentration of each taper, shape (k)
/// @param out     shape (rows, last − first)
/// @throws InvalidInput  adaptive with fewer than three tapers
/// @cost          O(rows · k · n log n), threads()
/// @source        Thomson 1982, doi:10.1109/PROC.1982.12433; Percival & Walden 1993, chapter 7
void multitaper(View<const double, 2> x, double sfreq, View<const double, 2> tapers, std::span<const double> ratios,
                const Multitaper& plan, View<double, 2> out);

/// The transforms of every row with each taper. With weights w = √ratios, 2 Σ |w X|² / Σ w² is multitaper()'s power
/// with fixed weights: coefficients at 0 and n / 2 are divided by √2.
///
/// @return  shape (rows, k, last − first)
/// @throws InvalidInput  as multitaper(); adaptive weights, which are of the power
/// @cost    O(rows · k · n log n), threads()
Array<std::complex<double>, 3> multitaper_tapers(View<const double, 2> x, double sfreq, View<const double, 2> tapers,
                                                 const Multitaper& plan);

}  // namespace ranvier::numerics
