#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ranvier/meeg/maxwell/multipoles.hpp"

/// What sensors measure as a sum of two parts: of sources inside the helmet, and of sources outside of it.
namespace ranvier::meeg {

/// The sensors of a recording as the filter sees them.
struct Sensors {
    Expansion expansion;             ///< about an origin in the coordinates to which heads lead
    std::vector<index> picks;        ///< channels of the recording; all that follows is in their order
    std::vector<bool> magnetometer;  ///< measures [T]
    std::vector<double> scale;       ///< what samples are multiplied by to be of one size
    bool sees_homogeneous = true;    ///< whether any measures a homogeneous field: not where all are gradiometers
    CoilSet coils;                   ///< in device coordinates
    /// A fine calibration: magnetometers at gradiometers, one set for each direction, and how much of each there is,
    /// shape (directions, picks); by how much magnetometers measure too little.
    std::vector<CoilSet> imbalance_coils;
    Array<double, 2> imbalances;
    std::vector<double> gains;
    double mag_scale = 100;
    Array<double, 2> compensation;  ///< shape (picks, picks), or empty: what has been done to the samples
    Array<double, 2> extended;      ///< shape (vectors, picks): more that is outside
};

/// What the sensors, scaled, measure of each multipole where the head is, shape (picks, moments).
Array<double, 2> basis_of(const Sensors& sensors, const std::optional<Transform>& head);

struct SpaceOptions {
    std::optional<std::string> regularize = "in";
    std::string bad_condition = "error";
};

/// Two spaces that have been told apart: moments = pinv · samples of good channels, samples = S · moments.
struct Spaces {
    Array<double, 2> S;          ///< shape (picks, moments) of samples
    Array<double, 2> pinv;       ///< shape (moments, good)
    std::vector<index> moments;  ///< which are used: numbers among all, inner ones first
    index n_in = 0;              ///< how many of them are inner ones
    index n_all = 0;             ///< of how many, extended ones included
};

/// Regularisation drops inner multipoles, least signal over noise first, up to where what the others tell of the brain
/// is most (98 % of it for "in", all for "in_argmax").
/// @param basis  basis_of(sensors, head)
/// @param good   which of the picks tell the moments
/// @param time   of the position, for what is told [s]
/// @throws InvalidInput  a condition number of 1000 or more where `bad_condition` is "error"
/// @source  Taulu & Kajola 2005, doi:10.1063/1.1935742, eq. 37; Nenonen et al. 2007, International Congress Series
///          1300:245; power of random currents in a sphere: Knuutila et al. 1993, IEEE Trans. Magn. 29:3315
Spaces told_apart(const Sensors& sensors, const Array<double, 2>& basis, const std::vector<bool>& good,
                  const SpaceOptions& options, double time = 0);

/// The inverse by least squares of a matrix whose columns are first brought to length 1, and its condition number.
struct ColumnInverse {
    Array<double, 2> inverse;
    double condition = 0;
};
ColumnInverse column_inverse(Array<double, 2> a);

}  // namespace ranvier::meeg
