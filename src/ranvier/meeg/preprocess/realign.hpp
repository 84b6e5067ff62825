#pragma once

#include <span>

#include "ranvier/meeg/recording/raw.hpp"

/// Two recordings of one time by two clocks.
namespace ranvier::meeg {

/// t_raw = offset + rate · t_other, by least squares.
struct ClockFit {
    double offset = 0;  // [s]
    double rate = 1;    ///< seconds of the first clock per second of the other
    double correlation = 0, p_value = 1;
};
/// @throws InvalidInput  not one time for each, fewer than three, times that are all the same
ClockFit fit_clocks(std::span<const double> t_raw, std::span<const double> t_other);

/// Brings `other` to the clock of `raw` by times of events that both recorded: the one that began earlier is cropped,
/// `other` resampled to the rate of `raw`, its annotations moved along, and the one that ends later cropped.
///
/// @param t_raw, t_other  times of the events [s] after the first sample of each
/// @throws InvalidInput   as fit_clocks; times that do not go together (correlation <= 0 or its p > 0.05)
void realign(Raw& raw, Raw& other, std::span<const double> t_raw, std::span<const double> t_other);

}  // namespace ranvier::meeg
