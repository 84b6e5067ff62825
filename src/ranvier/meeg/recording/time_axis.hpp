#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

/// Arithmetic of the times of epochs and averages.
namespace ranvier::meeg {

/// Whether a time is a whole number of samples, to a millionth of a sample.
bool on_grid(double time, double sfreq);
/// tmin + k/sfreq; exactly (first + k·step)/(sfreq·step) where tmin is on that grid, as decimation leaves it: the times
/// that are kept stay what they were. [s]
std::vector<double> time_axis(double tmin, index n, double sfreq);
/// Whether two lists of times agree to 0.1 µs. [s]
bool same_times(const std::vector<double>& a, const std::vector<double>& b);
/// A count of samples that comes from times, as a whole number. Beyond ±2^53 it is that, so that what it is compared
/// with stays on its side.
/// @param samples  rounded already. @throws InvalidInput  no number
index sample_count(double samples);
/// Sum in order over the number. @param values  not empty
double mean(std::span<const double> values);

/// time_range with bounds beyond the data moved to its ends, with a warning.
std::pair<index, index> crop_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                   std::optional<double> tmax, bool include_tmax);
/// Where decimation of these times begins, such that time 0 is kept with offset 0. Warns where the low-pass of `info`
/// lets aliases through.
/// @throws InvalidInput  decim < 1, or offset outside of [0, decim)
index decimation_start(const Info& info, std::span<const double> times, int decim, int offset);

}  // namespace ranvier::meeg
