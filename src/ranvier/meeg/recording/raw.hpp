#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/recording/annotations.hpp"
#include "ranvier/meeg/recording/info.hpp"

namespace ranvier::meeg {

/// Samples that stay in a file until they are asked for. Readers in `formats` implement it; calls may come from
/// several threads at once.
class SampleSource {
public:
    virtual ~SampleSource() = default;
    virtual index n_channels() const = 0;
    virtual index n_samples() const = 0;
    /// Calibrated samples [start, start + out.extent(1)) of `channels`, in SI units, into out (channels, samples).
    /// @throws FileError
    virtual void read(const std::vector<index>& channels, index start, View<double, 2> out) const = 0;
    /// The file, for messages and `filenames`.
    virtual std::filesystem::path path() const = 0;
    /// How samples are stored, so that saving can keep it: "single", "double", "int", "short", or "" where FIFF has no
    /// such format.
    virtual std::string storage() const { return ""; }
    /// The units of its channels as the file writes them, where it does.
    virtual std::vector<std::string> units() const { return {}; }
    /// Whether it is slow to be called, and from several threads: longer stretches are then read, one by one.
    virtual bool one_at_a_time() const { return false; }
};

/// One piece of a recording: samples [begin, end) of a source.
struct Segment {
    std::shared_ptr<const SampleSource> source;
    index begin = 0;
    index end = 0;
};

/// A continuous recording: either segments of files (lazy) or an array in memory, never both. A copy shares the files
/// and owns its array.
struct Raw {
    Info info;
    index first_samp = 0;  ///< number of the first sample on the acquisition system's clock
    /// On the acquisition's clock, see Annotations; set_annotations() brings others there.
    Annotations annotations;

    std::vector<Segment> segments;  ///< not preloaded: where the samples are, in order
    /// Not preloaded: which channels of the sources are read. Without a pending operator info.channels[k] is channel
    /// source_channels[k].
    std::vector<index> source_channels;
    Array<double, 2> data;  ///< preloaded: shape (channels, samples), SI units
    bool preloaded = false;
    /// Lazy data that a projection or reference has been asked for: samples = op · source samples, applied while
    /// reading; shape (channels, source_channels.size()), or empty.
    Array<double, 2> pending_operator;

    index n_samples() const;
    double duration() const { return static_cast<double>(n_samples()) / info.sfreq; }   // [s]
    double first_time() const { return static_cast<double>(first_samp) / info.sfreq; }  // [s]
    /// Time of a sample, 0 at the first. [s]
    double time(index sample) const { return static_cast<double>(sample) / info.sfreq; }
};

/// A recording in memory. `data` has shape (info.n_channels(), samples). @throws InvalidInput  shapes disagree
Raw make_raw(Info info, Array<double, 2> data, index first_samp = 0);
/// A recording whose samples stay in their sources until asked for, with all channels of the sources.
/// @throws InvalidInput  no segment, or a source has other than info.n_channels() channels
Raw make_raw(Info info, std::vector<Segment> segments, index first_samp = 0);

/// Throws InvalidInput where a Raw contradicts itself: shapes, segments outside their source, dates of annotations.
void check(const Raw& raw);

/// Sets annotations, brought to the recording's clock: those with orig_time by it (info.meas_date is needed), those
/// without count from the first sample. What lies outside the recording is cut off, with a warning if `warn_outside`.
/// @throws InvalidInput  orig_time without meas_date, or a channel that the recording lacks
void set_annotations(Raw& raw, Annotations annotations, bool warn_outside = true);
/// Adds one, on the recording's clock.
void add_annotation(Raw& raw, Annotation annotation);

/// Where an annotation lies in a recording.
struct AnnotationSpan {
    double onset = 0;     // [s] after the first sample
    double duration = 0;  // [s]
    index begin = 0;      ///< samples [begin, end) after the first one: its ends, rounded and cut to the recording
    index end = 0;
    std::string description;
};
/// Spans of the annotations whose descriptions begin with one of `words`, in any case; "" takes all. In their order.
std::vector<AnnotationSpan> annotation_spans(const Raw& raw, const std::vector<std::string>& words);

/// Reads everything into memory; into a mapped file where `path` is given. Does nothing if it is there already.
void load(Raw& raw, const std::optional<std::filesystem::path>& path = {});

/// Samples [start, stop) of channels `picks`, shape (picks, stop − start); read on several threads.
/// @throws InvalidInput, FileError
Array<double, 2> samples(const Raw& raw, const std::vector<index>& picks, index start, index stop);
/// The same into `out`, whose rows must be contiguous.
void read_samples(const Raw& raw, const std::vector<index>& picks, index start, View<double, 2> out);

/// Keeps samples [start, stop), and the annotations there.
void crop(Raw& raw, index start, index stop);
/// Keeps the samples from tmin to tmax [s] after the first, both rounded to samples.
/// @throws InvalidInput  tmin < 0, tmax behind the last sample, tmin > tmax
void crop_times(Raw& raw, double tmin, std::optional<double> tmax = {}, bool include_tmax = true);
/// Keeps channels `picks`, in that order.
void pick(Raw& raw, const std::vector<index>& picks);
/// Renames channels, also in the annotations. @throws InvalidInput
void rename_channels(Raw& raw, const std::vector<std::pair<std::string, std::string>>& old_new);

/// Adds the channels of other recordings of the same length; all are in memory.
/// @throws InvalidInput  a length or sampling rate differs, samples are in a file, or a name is there twice
void add_channels(Raw& raw, const std::vector<const Raw*>& others);

/// samples := op · samples, at once if preloaded, else while reading. @param op  shape (new channels, channels)
/// The caller sets raw.info to the new channels.
void apply_operator(Raw& raw, const Array<double, 2>& op);

/// One recording after the other. Boundaries get "BAD boundary" and "EDGE boundary" annotations. The result is in
/// memory if all are; otherwise it stays lazy. Channels come in the order of the first recording.
/// @throws InvalidInput  the channels, bads, projections or sampling rates differ
Raw concatenated(std::vector<Raw> raws);

}  // namespace ranvier::meeg
