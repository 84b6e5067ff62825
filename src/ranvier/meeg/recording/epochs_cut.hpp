#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/recording/epochs.hpp"

/// How one epoch comes out of a recording, or is judged: what load, drop_bad, average and visit share.
namespace ranvier::meeg {

/// Why epochs are dropped; empty: they are not.
using Reasons = std::vector<std::string>;

/// Peak-to-peak limits of each channel over samples [begin, end).
struct Judge {
    explicit Judge(const Epochs& epochs);

    struct Limit {
        double most, least;  // peak to peak
        bool any = false;
    };
    std::vector<Limit> limits;  ///< per channel
    index begin = 0, end = 0;
    bool active = false;
    /// Names of the channels over `most` (by type in the order of the limits), then of those under `least`.
    Reasons reasons(const std::vector<double>& peak_to_peak) const;

private:
    struct Rule {
        bool flat;
        std::vector<index> channels;
    };
    std::vector<Rule> rules_;
    std::vector<std::string> names_;
};

/// Cuts lazy epochs. Holds references: the epochs must outlive it.
class Cutter {
public:
    /// @param judged  whether limits apply
    Cutter(const Epochs& epochs, bool judged);

    /// Epochs [begin, end) into consecutive blocks (channels, times) at `out`, on several threads.
    /// @return  for each, why it is dropped; the block of a dropped one holds anything
    std::vector<Reasons> cut(index begin, index end, double* out) const;
    /// Whether the epoch lies within the recording, outside of bad annotations.
    Reasons out_of_bounds(index epoch) const;
    /// Whether samples must be read to judge.
    bool needs_samples() const { return judge_.active; }

private:
    index start(index epoch) const;
    void cut_whole(index epoch, double* out, std::vector<double>& peak_to_peak) const;
    void cut_rows(index epoch, index first, index last, double* out, std::vector<double>& peak_to_peak) const;
    void row(std::span<const double> x, index channel, std::vector<double>& scratch, double* out,
             double& peak_to_peak) const;

    const Epochs& epochs_;
    const Raw& raw_;
    Judge judge_;
    std::vector<char> detrended_, corrected_;  // per channel
    index baseline_begin_ = 0, baseline_end_ = 0;
    Array<double, 2> projection_;  // rows projected out, or empty
    Array<double, 2> judged_;      // rows projected out of what is judged only, or empty
    std::vector<AnnotationSpan> bad_spans_;
    index reject_first_ = 0, reject_last_ = 0;  // samples from the event
};

/// The rows that are projected out of epochs before they are judged, but kept in them; or empty.
Array<double, 2> judged_projection(const Epochs& epochs, const Judge& judge);
/// Peak to peak of each channel of an epoch (channels, times) over the judge's samples, without the components
/// `vectors`.
std::vector<double> projected_peaks(View<const double, 2> vectors, View<const double, 2> x, const Judge& judge);
/// Why each epoch would be dropped; nothing where that has been done.
std::vector<Reasons> judged(const Epochs& epochs);

/// NumPy's isclose.
inline bool is_close(double a, double b) { return std::abs(a - b) <= 1e-8 + 1e-5 * std::abs(b); }
/// Throws InvalidInput where a limit is < 0, or of a type that is not there.
void check_thresholds(const Info& info, const Thresholds& limits, const std::string& what);
/// Keeps what is said of the epochs at `which`, in that order; data and log are the caller's.
void keep_entries(Epochs& epochs, const std::vector<index>& which);
/// Peak to peak of a channel; NaN where a sample is not finite.
double peak_to_peak(std::span<const double> x);
/// Whether samples differ by more than rounding; not where one is not finite.
bool varies(std::span<const double> x);
/// x := x − Uᵀ U x. @param vectors  U, shape (rank, channels); @param x  shape (channels, times)
void project_out(View<const double, 2> vectors, View<double, 2> x);
/// Number of epochs that are worked on at a time.
index batch_size(index channels, index times);
/// Channels whose baseline is corrected: data, EOG, ECG, EMG, bio.
std::vector<index> baseline_channels(const Info& info);

}  // namespace ranvier::meeg
