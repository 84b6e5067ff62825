#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/recording/events.hpp"
#include "ranvier/meeg/recording/raw.hpp"

namespace ranvier::meeg {

/// Samples at which a signal is a maximum (`maxima`; else a minimum) that stands out from both sides by `threshold`.
/// Of equal neighbours the first counts; ends may be peaks.
/// @param threshold  none: a quarter of the range
/// @throws InvalidInput  no sample, or one that is no number
/// @source  N. Yoder's noise-tolerant peak finder, as in MNE-Python's `peak_finder`
std::vector<index> find_peaks(std::span<const double> x, std::optional<double> threshold = {}, bool maxima = true);

/// What is looked for in the channel of an eye or the heart; names, defaults and meaning are MNE-Python's.
struct ExgOptions {
    int event_id = 0;
    std::optional<double> l_freq, h_freq;  // [Hz]
    std::string filter_length = "10s";
    double tstart = 0;  // [s]
    bool reject_by_annotation = false;
    static Fields fields();
};

struct EcgOptions : ExgOptions {
    std::optional<std::string> ch_name;
    std::optional<double> qrs_threshold;
    EcgOptions() : ExgOptions{999, 5, 35, "10s", 0, true} {}
    static Fields fields();
};

struct EogOptions : ExgOptions {
    std::vector<std::string> ch_name;
    std::optional<double> thresh;
    EogOptions() : ExgOptions{998, 1, 10, "10s", 0, false} {}
    static Fields fields();
};

struct Heartbeats {
    Events events;                 ///< peaks of the R waves
    std::optional<index> channel;  ///< where they were found; none: in the mean over the sensors
    double average_pulse = 0;      // [1/min]
    std::vector<double> ecg;       ///< what was looked at, filtered; NaN where annotations leave it out
};

/// Heart beats, in the ECG channel or, where there is none, in the mean over magnetometers, else gradiometers.
/// Windows of half a second are opened where the filtered signal passes a threshold; those with 2.5 standard deviations
/// more power than usual are left out. Without a threshold 16 of them are tried, and the one whose pulse is nearest to
/// the median of the pulses between 40 and 160 per minute is taken.
/// @throws InvalidInput  neither ECG nor MEG, an absent channel, samples that are no numbers
/// @source  MNE-Python's `find_ecg_events`
Heartbeats find_ecg_events(const Raw& raw, const EcgOptions& options = {});

/// Blinks and saccades: peaks of the EOG channel that has the most signal from 2 to 45 Hz.
/// @throws InvalidInput  no EOG channel, an absent one, samples that are no numbers
/// @source  MNE-Python's `find_eog_events`
Events find_eog_events(const Raw& raw, const EogOptions& options = {});

}  // namespace ranvier::meeg
