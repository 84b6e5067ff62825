#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/info.hpp"

namespace ranvier::meeg {

/// An average over epochs (or its standard error).
struct Evoked {
    Info info;
    Array<double, 2> data;     ///< shape (channels, times), SI units
    index first = 0;           ///< sample number of the first time, 0 at the event
    int nave = 1;
    std::string comment;
    std::string kind = "average";  ///< or "standard_error"
    std::optional<double> baseline_tmin, baseline_tmax;  // [s], where a baseline was applied

    index n_times() const { return data.extent(1); }
    double tmin() const { return static_cast<double>(first) / info.sfreq; }  // [s]
    std::vector<double> times() const;  // [s]
};

/// Σ w_k evoked_k, with the effective number of averages 1 / Σ (w_k² / nave_k).
/// @throws InvalidInput  the channels or times differ
Evoked combine_evoked(const std::vector<Evoked>& evokeds, const std::vector<double>& weights);
/// Weights of combine_evoked: "equal" (1/n), "nave" (nave_k / Σ nave).
std::vector<double> combination_weights(const std::vector<Evoked>& evokeds, const std::string& rule);

/// Subtracts the mean over [tmin, tmax] from each channel.
void apply_baseline(Evoked& evoked, std::optional<double> tmin, std::optional<double> tmax);

}  // namespace ranvier::meeg
