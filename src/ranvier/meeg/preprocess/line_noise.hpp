#pragma once

#include <optional>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Which sinusoids are taken out of windows of a signal.
struct LineNoise {
    double sfreq = 0;                 // [Hz]
    index n_window = 0;               ///< samples of a window; neighbours overlap by half
    std::vector<double> freqs;        ///< what is taken out [Hz]; none: what the F-test finds in each window
    std::vector<double> widths;       ///< of the bands around them [Hz], as many
    std::optional<double> bandwidth;  ///< of the tapers [Hz]; none: 8 sfreq / n_window
    double p_value = 0.05;            ///< of a window: the F-test's level is p_value / n_window
};

/// Subtracts sinusoids from rows, in place: amplitude and phase of each are fitted to the tapered transforms of a
/// window, the fits of overlapping windows are faded into each other. How often each was taken out is said at level
/// info.
///
///   A = Σ_k H_k X_k / Σ_k H_k²,  F = (K − 1) |A|² Σ_k H_k² / (Σ_k |X_k − A H_k|²),
///
/// X_k the transforms with K tapers, H_k the tapers' sums (0 for odd orders)
///
/// @throws InvalidInput  a bandwidth or window too narrow for two tapers
/// @cost    O(rows · n · K log n_window), threads()
/// @source  Thomson 1982, doi:10.1109/PROC.1982.12433, section XIII; Percival & Walden 1993, section 10.11
void remove_lines(const LineNoise& lines, View<double, 2> rows);

}  // namespace ranvier::meeg
