#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/maxwell/calibration.hpp"
#include "ranvier/meeg/maxwell/head_positions.hpp"
#include "ranvier/meeg/maxwell/spaces.hpp"

/// Signal-space separation: what MEG sensors measure, less what comes from outside of the helmet. Names, defaults and
/// meaning of options are MNE-Python's.
namespace ranvier::meeg {

/// What all of the filter's functions take.
struct ExpansionOptions {
    std::optional<std::array<double, 3>> origin;  // [m]; none: fitted
    int int_order = 8, ext_order = 3;
    std::string coord_frame = "head";
    std::optional<std::string> regularize = "in";
    bool ignore_ref = false;
    std::string bad_condition = "error";
    std::optional<double> mag_scale = 100;  ///< none: by the gradiometers' baseline

    // What comes from files; where none is given, from the recording itself, unless that is not wanted.
    std::optional<FineCalibration> calibration;
    std::optional<CrossTalk> cross_talk;
    bool use_own_calibration = true, use_own_cross_talk = true;
    std::vector<Projection> extended_proj;
    static Fields fields();
};

struct MaxwellOptions : ExpansionOptions {
    std::optional<double> st_duration;  // [s]
    double st_correlation = 0.98;
    bool st_fixed = true, st_only = false, st_overlap = true;
    std::vector<std::string> skip_by_annotation{"edge", "bad_acq_skip"};
    std::string mc_interp = "hann";

    std::optional<Transform> destination;  ///< none: where the head is by the Info
    std::optional<HeadPositions> head_pos;
    static Fields fields();
};

/// The recording with what comes from outside the helmet taken out: moments of the inner multipoles are estimated from
/// the good sensors, and the samples of all sensors, bad ones too, made of them. Bads and projections of MEG end, and
/// the history (`proc_history`) says what was done. With head positions, samples are those of a head that rests at the
/// destination, and nine channels tell where it was. With st_duration, what is in common to the inner space and to what
/// neither space holds, over windows of that length, is projected out in time (tSSS). The result is in memory; samples
/// in a file are read block by block.
/// @throws InvalidInput  no or too few MEG sensors, projections that have been applied, a filter that was applied
///                       already, no head position, samples that are not finite, …: each says what to do
/// @cost    O(sensors · moments) per sample; tSSS some 4 · sensors² more, and a decomposition of sensors² a window
/// @source  Taulu & Kajola 2005, doi:10.1063/1.1935742; Taulu & Simola 2006, doi:10.1088/0031-9155/51/7/008 (tSSS)
Raw maxwell_filter(const Raw& raw, const MaxwellOptions& options = {});

/// What tells the moments, for a recording's Info.
struct MaxwellBasis {
    Array<double, 2> S;          ///< shape (MEG channels, moments): samples = S · moments
    Array<double, 2> pinv;       ///< shape (moments, good MEG channels)
    std::vector<index> moments;  ///< numbers of those used, inner ones first
    index n_in = 0;
};
MaxwellBasis compute_maxwell_basis(const Info& info, const ExpansionOptions& options);

struct BadChannelOptions : ExpansionOptions {
    double limit = 7, duration = 5;  // [1], [s]
    int min_count = 5;
    std::optional<double> h_freq = 40;  // [Hz]
    std::vector<std::string> skip_by_annotation{"edge", "bad_acq_skip"};
    std::string mc_interp = "hann";
    std::optional<HeadPositions> head_pos;
    static Fields fields();
};
struct BadChannels {
    std::vector<std::string> noisy, flat;
    std::vector<index> picks;                       ///< MEG channels, in whose order the scores are
    Array<double, 2> bins;                          ///< first and last time of each window [s], shape (windows, 2)
    Array<double, 2> flat_scores, noisy_scores;     ///< shape (channels, windows); NaN: not looked at
    std::vector<double> flat_limits, noisy_limits;  ///< NaN for bad channels
};
/// Channels that differ from what the others' multipoles say, and flat ones: those that do so in `min_count` windows.
BadChannels find_bad_channels_maxwell(const Raw& raw, const BadChannelOptions& options = {});

}  // namespace ranvier::meeg
