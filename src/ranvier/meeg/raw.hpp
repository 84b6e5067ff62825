#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/annotations.hpp"
#include "ranvier/meeg/info.hpp"

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
};

/// One piece of a recording: samples [begin, end) of a source.
struct Segment {
    std::shared_ptr<const SampleSource> source;
    index begin = 0;
    index end = 0;
};

/// A continuous recording: either segments of files (lazy) or an array in memory, never both.
struct Raw {
    Info info;
    index first_samp = 0;  ///< number of the first sample on the acquisition system's clock
    Annotations annotations;

    std::vector<Segment> segments;         ///< not preloaded: where the samples are, in order
    std::vector<index> source_channels;    ///< not preloaded: info.channels[k] is this channel of the sources
    Array<double, 2> data;                 ///< preloaded: shape (channels, samples), SI units
    bool preloaded = false;
    /// Lazy data that a projection or reference has been asked for: out = op · samples, applied while reading;
    /// shape (channels, channels), or empty.
    Array<double, 2> pending_operator;

    index n_samples() const;
    double duration() const { return static_cast<double>(n_samples()) / info.sfreq; }  // [s]
};

/// A recording in memory. `data` has shape (info.n_channels(), samples). @throws InvalidInput  shapes disagree
Raw make_raw(Info info, Array<double, 2> data, index first_samp = 0);

/// Reads everything into memory; into a mapped file where `path` is given. Does nothing if it is there already.
void load(Raw& raw, const std::optional<std::filesystem::path>& path = {});

/// Samples [start, stop) of channels `picks`, shape (picks, stop − start). @throws InvalidInput, FileError
Array<double, 2> samples(const Raw& raw, const std::vector<index>& picks, index start, index stop);
void read_samples(const Raw& raw, const std::vector<index>& picks, index start, View<double, 2> out);

/// Keeps samples [start, stop).
void crop(Raw& raw, index start, index stop);
/// Keeps channels `picks`, in that order.
void pick(Raw& raw, const std::vector<index>& picks);

/// One recording after the other. Boundaries get "BAD boundary" and "EDGE boundary" annotations.
/// @throws InvalidInput  the channels or sampling rates differ
Raw concatenated(std::vector<Raw> raws);

}  // namespace ranvier::meeg
