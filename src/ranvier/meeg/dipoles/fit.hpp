#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/base/fields.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"
#include "ranvier/meeg/noise/rank.hpp"
#include "ranvier/meeg/recording/covariance.hpp"
#include "ranvier/meeg/recording/dipole_course.hpp"

/// One current dipole that explains what sensors measure, at each time by itself.
namespace ranvier::meeg {

struct DipoleFitOptions {
    double min_dist = 5;  // [mm]
    double tol = 5e-5;    // [m]
    std::string accuracy = "normal";
    static Fields fields() {
        using O = DipoleFitOptions;
        return {"fit_dipole",
                {field("min_dist", &O::min_dist, "least distance from the inner skull [mm]").at_least(0),
                 field("accuracy", &O::accuracy, "points of each coil at which its field is computed")
                     .one_of({"normal", "accurate"}),
                 field("tol", &O::tol, "how small a step ends the search for a place [m]").above(0)}};
    }
};

/// What is not a setting of the search.
struct DipoleFitGiven {
    std::optional<Point> place;        // [m], head coordinates: it is not searched for
    std::optional<Point> orientation;  ///< of unit length, with a place
    RankOptions rank;                  ///< of the noise
};

struct DipoleFit {
    DipoleCourse dipole;       ///< without limits of confidence, χ² and its degrees of freedom where a place is given
    std::vector<index> picks;  ///< channels of the Info: the good ones of MEG, then of EEG
    Array<double, 2> residual;  ///< of those, projections applied, shape (picks, times)
};

/// For each time the place, inside of the inner skull, at which a dipole explains most of the whitened samples' power.
/// The search begins at the best points of a grid (15 mm) and goes on by Levenberg and Marquardt's steps on the
/// residual, of all times together; along the least distance from the inner skull where it leads beyond. Of the three
/// directions of a place the weakest does not count where its field is less than a fifth of the strongest one's, as in
/// MNE-C.
///
/// @param data         shape (channels of info, times)
/// @param mri_to_head  or the reverse
/// @throws InvalidInput  samples that are not finite, EEG without an average reference as a projection, no MEG and EEG
///                       channel that is good, a place outside of the inner skull or too near to it, and as
///                       lead_field()
/// @cost    some hundred lead fields of a source for each time
/// @source  Mosher, Lewis & Leahy 1992, doi:10.1109/10.141192 (the field of a place as a subspace); limits of
/// confidence by
///          the linearised model: Fuchs, Wagner & Kastner 2004, Clin. Neurophysiol. 115:1442
DipoleFit fit_dipoles(const Info& info, View<const double, 2> data, const std::vector<double>& times,
                      const Covariance& noise, const Conductor& conductor, const Transform& mri_to_head,
                      const DipoleFitOptions& options, const DipoleFitGiven& given);

}  // namespace ranvier::meeg
