#pragma once

#include <functional>
#include <map>

#include "ranvier/meeg/maxwell/preparation.hpp"
#include "ranvier/meeg/maxwell/temporal.hpp"
#include "ranvier/numerics/products.hpp"

/// Samples are worked on.
namespace ranvier::meeg {

/// Matrices that act on good samples.
struct Operator {
    Array<double, 2> first, second;
    /// Of separate(): from good samples to the inner moments that are used, and from those to samples of all picks.
    numerics::PackedMatrix to_moments{}, to_samples{};
    std::vector<index> used{};
};

/// Where the head is at each sample of the whole recording, and what belongs to it.
class Positions {
public:
    Positions(const Preparation& prepared, HeadTrack track, std::string interp);

    const HeadTrack& track() const { return track_; }
    /// Whether the device's place is known at all.
    bool known() const { return prepared_.info.dev_head_t.has_value(); }
    Spaces spaces(const std::optional<Transform>& head, double time, const std::vector<bool>& good) const;
    /// Those of the track's position, which are kept until another is asked for.
    const Spaces& spaces_at(index position, const std::vector<bool>& good);

    using MakeOperator = std::function<Operator(const Spaces&)>;
    using UsePiece = std::function<void(index start, index stop, const Operator& left, const Operator* right,
                                        const std::vector<double>& shares)>;
    /// Calls `use` for pieces of [start, stop), each with the operators of the position before and of that behind it,
    /// where one is mixed in; on several threads.
    void for_pieces(index start, index stop, const std::vector<bool>& good, const MakeOperator& make,
                    const UsePiece& use);

private:
    /// What was made last for a position: its basis holds for any sensors, its spaces for these.
    struct Kept {
        Array<double, 2> basis;
        std::vector<bool> good;
        Spaces spaces;
    };
    std::optional<Transform> head(index position) const;
    /// Forgets all positions but [from, to), and makes room for those.
    void keep(index from, index to);
    const Spaces& renewed(index position, const std::vector<bool>& good);
    /// How much of the position before counts at a sample.
    double share(index sample) const;

    const Preparation& prepared_;
    HeadTrack track_;
    std::string interp_;
    std::map<index, Kept> kept_;
};

/// left := share · left + (1 − share) · right, sample by sample.
void mix(View<double, 2> left, View<const double, 2> right, const std::vector<double>& shares);
/// Samples by the operator before, or mixed with those by that behind.
Array<double, 2> mixed(const Array<double, 2>& left, const Array<double, 2>* right, View<const double, 2> samples,
                       const std::vector<double>& shares);

/// Samples [start, stop) of all sensors become those of the inner space.
/// @param from, all  those samples, of all channels, as they are and where they go; these may be one
/// @throws InvalidInput  a sample of a good sensor is not finite
void separate(const Preparation& prepared, Positions& positions, View<const double, 2> from, View<double, 2> all,
              index start, index stop);

struct TemporalOptions {
    index length = 0;  ///< of windows [samples]
    bool overlap = true;
    double correlation = 0.98;
    bool with_cross_talk = false;  ///< the samples still have it, and keep it
};

/// tSSS over segments of a recording, one after the other.
class TemporalPass {
public:
    TemporalPass(const Preparation& prepared, Positions& positions, const TemporalOptions& options);

    /// Before heads are moved: takes out of channels `rows` what the mean position over each window tells apart.
    /// @param all     samples of a segment, of all channels
    /// @param offset  where it begins in the recording
    void fixed(View<double, 2> all, index offset, const std::vector<index>& rows);

    /// With heads that move: finds what is in common, of samples as they were, and takes it out of what was made.
    struct Common {
        Window window;
        Array<double, 2> courses;
    };
    std::vector<Common> moving(View<const double, 2> all, index offset);
    void take_out(std::vector<Common> common, View<double, 2> all, const std::vector<index>& rows) const;

private:
    struct Average {
        HeadPosition mean;
        Array<double, 2> inner, rest;
    };
    const Average& average(index start, index stop);

    const Preparation& prepared_;
    Positions& positions_;
    TemporalOptions options_;
    std::optional<Average> last_;
};

}  // namespace ranvier::meeg
