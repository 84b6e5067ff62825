#pragma once

#include "ranvier/report/sections/axes.hpp"

/// What recordings and epochs share on a page: thinned traces as 16-bit integers, and how they look.
namespace ranvier::report {

/// Keeps peaks: of every 2·`factor` samples the smallest and the largest, in their order.
std::vector<double> thinned(std::span<const double> x, index factor);
/// How many samples `thinned` keeps of n.
index thinned_size(index n, index factor);
/// The factor by which n samples in each of `rows` channels are thinned.
/// @param longest  samples that a piece must not exceed
index thinning_factor(const Thinning& thinning, double sfreq, double n, index rows, index longest);
/// The factor that turns 16-bit integers back, for values up to `largest`.
double quantum(double largest);
/// 16-bit integers; what is not finite becomes −32768, "no value here".
void quantise(std::span<const double> x, double scale, std::span<std::int16_t> out);
/// How traces were kept, in words.
std::string thinning_words(index factor, double sfreq);

/// The channels, with the ranges that the look gives them.
Json looked_channels(const meeg::Info& info, const std::vector<index>& picks, const TraceLook& look);
/// The fields of a recording section that follow from the look.
Json look_fields(const TraceLook& look);
std::vector<index> looked_picks(const meeg::Info& info, const TraceLook& look);

}  // namespace ranvier::report
