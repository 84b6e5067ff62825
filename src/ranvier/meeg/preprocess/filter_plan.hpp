#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/meeg/preprocess/line_noise.hpp"
#include "ranvier/numerics/fir.hpp"

namespace ranvier::meeg {

/// What filter settings come to: taps, or a recursive filter.
struct FilterPlan {
    bool identity = false;
    bool fir = true;
    std::vector<double> taps;
    bool centred = true;  ///< FIR without delay
    bool twice = false;   ///< FIR forward and backward
    IirFilter recursive;
    bool both_ways = true;           ///< IIR forward and backward
    std::optional<LineNoise> lines;  ///< instead of a filter: sinusoids that are fitted and subtracted
};

std::string band_name(numerics::BandType type);

/// MNE-Python's rules for transition bands, lengths and padding.
///
/// @param n_samples  length of the data, 0 if unknown

/// @throws InvalidInput
FilterPlan filter_plan(double sfreq, const FilterOptions& options, index n_samples);
FilterPlan filter_plan(double sfreq, const NotchOptions& options, index n_samples);

/// What lies between the annotations whose descriptions begin with one of `skip`, as samples [start, stop). One without
/// length divides.
std::vector<std::pair<index, index>> kept_pieces(const Raw& raw, const std::vector<std::string>& skip);

/// Filters the rows in place.
void apply_plan(const FilterPlan& plan, View<double, 2> rows, numerics::Padding padding);

/// "reflect_limited", "edge", "reflect", "zero", "constant"; "auto" is `automatic`.
numerics::Padding padding_named(const std::string& name, numerics::Padding automatic);

}  // namespace ranvier::meeg
