#pragma once

#include <string>
#include <variant>
#include <vector>

#include "ranvier/meeg/anatomy/bem.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"
#include "ranvier/meeg/forward/layered_sphere.hpp"
#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

/// Forward solutions: what every channel measures of every source.
namespace ranvier::meeg {

/// How sources may point, by the numbers of FIFF.
enum class SourceOrientation { unknown = 0, fixed = 1, free = 2 };

struct ForwardSolution {
    /// Per A m, shape (channels, sources) where the orientation is fixed, else (channels, 3 · sources): what
    /// MNE-Python has as "sol". Rows are MEG channels, then EEG.
    Array<double, 2> gain;
    /// As it was computed, before convert_forward_solution(); empty where that is `gain`.
    Array<double, 2> original;
    std::vector<std::string> names;  ///< of the rows
    Info info;                       ///< of the same channels, in the order of the recording
    SourceSpaces sources;            ///< those that were used, in `frame`
    Transform mri_to_head;
    CoordFrame frame = CoordFrame::head;
    SourceOrientation orientation = SourceOrientation::free, original_orientation = SourceOrientation::free;
    bool surf_ori = false;       ///< whether the third of three columns is along the surface's normal
    Array<double, 2> source_nn;  ///< directions of the columns, shape (columns, 3)
    std::string mri_file, meas_file;

    index n_channels() const { return gain.extent(0); }
    index n_sources() const;
    bool fixed() const { return orientation == SourceOrientation::fixed; }
    const Array<double, 2>& original_gain() const { return original.empty() ? gain : original; }
};

/// Throws InvalidInput where a forward solution contradicts itself: numbers of rows, columns and sources.
void check(const ForwardSolution& forward);
/// Places of the sources, shape (sources, 3) [m].
Array<double, 2> source_places(const SourceSpaces& sources);
/// Points and normals of every source space brought to a frame. @throws InvalidInput  none of a transform's frames
void move_sources(SourceSpaces& sources, CoordFrame to, const Transform& mri_to_head);

/// A head as a conductor, that somebody else owns.
using Conductor = std::variant<const LayeredSphere*, const BemModel*>;

struct ForwardOptions {
    bool meg = true, eeg = true;
    double mindist = 0;               ///< least distance of sources from the inner skull [mm]
    bool ignore_ref = false;          ///< leave reference sensors and the compensation by them out
    std::string on_inside = "raise";  ///< "raise", "warn", "ignore": where MEG sensors lie inside of the head
};
/// Three columns for each used source, along x, y, z of the head. Sources outside of the inner skull, or nearer to it
/// than mindist, are left out, with a message that says how many.
///
/// @param mri_to_head  or the reverse
/// @throws InvalidInput  frames that don't fit, no source left, MEG sensors inside of the head, and as lead_field()
ForwardSolution make_forward_solution(const Info& info, const Transform& mri_to_head, const SourceSpaces& sources,
                                      const Conductor& conductor, const ForwardOptions& options = {});

struct ConvertForwardOptions {
    bool surf_ori = false;     ///< three columns: across the surface, and along its normal
    bool force_fixed = false;  ///< one column, along the normal
    bool use_cps = true;       ///< normals are means of each source's patch, where patches are known
};
/// Turns columns. @throws InvalidInput  fixed orientations of a volume, whose points have no normals
void convert_forward_solution(ForwardSolution& forward, const ConvertForwardOptions& options);

/// Normals of the used points: their own, or the mean over their patches. Shape (used points, 3)
Array<double, 2> used_normals(const SourceSpace& space, bool patch_means);
/// Three unit vectors at right angles, the third one along a normal.
std::array<Point, 3> frame_of_normal(const Point& normal);

/// Keeps channels; those of `names`, in their order if `ordered`, else in the solution's. @throws InvalidInput  none
/// left
void pick_channels(ForwardSolution& forward, const std::vector<std::string>& names, bool ordered);

/// Keeps sources: positions among all of them, rising. @throws InvalidInput  none, or out of range
void restrict_forward(ForwardSolution& forward, const std::vector<index>& sources);

/// What the channels measure of currents: gain · currents.
/// @param sources   positions of the sources that have currents
/// @param currents  shape (columns of those sources, samples) [A m]
/// @return          shape (channels, samples)
/// @throws InvalidInput  a source out of range, or another number of rows
Array<double, 2> projected(const ForwardSolution& forward, const std::vector<index>& sources,
                           View<const double, 2> currents);

/// Σ weight · solution over the sum of weights. @param weights  not negative; empty: all alike
/// @throws InvalidInput  solutions of other channels, sources or orientations
ForwardSolution average_forward_solutions(const std::vector<const ForwardSolution*>& forwards,
                                          std::vector<double> weights);

}  // namespace ranvier::meeg
