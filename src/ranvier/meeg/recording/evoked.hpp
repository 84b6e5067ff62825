#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// An average over epochs (or its standard error).
struct Evoked {
    Info info;
    Array<double, 2> data;  ///< shape (channels, times), SI units
    index first = 0;        ///< sample number of the first time, 0 at the event
    double nave = 1;        ///< number of averages; the effective number, perhaps a fraction, of combinations
    std::string comment;
    std::string kind = "average";                        ///< or "standard_error"
    std::optional<double> baseline_tmin, baseline_tmax;  // [s], where a baseline was applied
    /// Time of the first sample where it is no multiple of 1/sfreq (after decimation or a shift). [s]
    std::optional<double> exact_tmin;

    index n_times() const { return data.extent(1); }
    double tmin() const { return exact_tmin.value_or(static_cast<double>(first) / info.sfreq); }  // [s]
    std::vector<double> times() const;                                                            // [s]
};

/// An average from an array, shape (channels, times). @throws InvalidInput  shapes disagree
Evoked make_evoked(Info info, Array<double, 2> data, double tmin = 0, std::string comment = "", double nave = 1,
                   std::string kind = "average");
/// Throws InvalidInput where an Evoked contradicts itself.
void check(const Evoked& evoked);
/// Sets the time of the first sample. [s]
void set_tmin(Evoked& evoked, double tmin);

/// Σ w_k evoked_k, with the effective number of averages 1 / Σ (w_k² / nave_k); bad channels are those of any. The
/// comment spells the sum: "0.500 × a - b". Channels come in the order of the first.
/// @throws InvalidInput  the channels or times differ, no evoked, or not one weight each
Evoked combine_evoked(const std::vector<Evoked>& evokeds, const std::vector<double>& weights);
/// Weights of combine_evoked: "equal" (1/n), "nave" (nave_k / Σ nave).
std::vector<double> combination_weights(const std::vector<Evoked>& evokeds, const std::string& rule);
/// How far the mean of several lines (as of subjects) may be off at each time: half the width of its confidence
/// interval by Student's t, whose n − 1 degrees of freedom count at the numbers of subjects that there are.
/// @param lines  shape (n, times), n >= 2; @param level  of the interval, in [0, 1)
std::vector<double> reach_of_mean(View<const double, 2> lines, double level);
/// −evoked, with "- " before its comment.
Evoked negated(Evoked evoked);

/// Subtracts the mean over [tmin, tmax] from each channel; a missing end is the end of the data.
/// @throws InvalidInput  the interval lies outside of the data
void apply_baseline(Evoked& evoked, std::optional<double> tmin, std::optional<double> tmax);
/// Keeps the times from tmin to tmax [s], both rounded to samples; bounds outside of the data become its ends.
void crop(Evoked& evoked, std::optional<double> tmin, std::optional<double> tmax, bool include_tmax = true);
/// Keeps every decim-th sample, `offset` samples after those that lie a multiple of decim from time 0.
void decimate(Evoked& evoked, int decim, int offset = 0);
/// Moves the times by tshift [s]; not `relative`: the first sample comes to lie there.
void shift_time(Evoked& evoked, double tshift, bool relative = true);
/// Keeps channels `picks`, in that order.
void pick(Evoked& evoked, const std::vector<index>& picks);

}  // namespace ranvier::meeg
