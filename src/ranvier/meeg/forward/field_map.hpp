#pragma once

#include <vector>

#include "ranvier/meeg/recording/info.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/coils.hpp"

/// Maps of fields: what sensors would measure of currents that others have measured. The currents are the smallest, in
/// the sense of least squares, among all that lie on a sphere inside a conducting sphere; all that is needed of them
/// are the products of two sensors' sensitivities, summed over the sphere.
namespace ranvier::meeg {

/// How many terms of the series are summed.
enum class SeriesLength : int { fast = 49, accurate = 99 };

/// ∫ L_i(r) · L_k(r) dS over a sphere of radius R = 6 cm about `centre`, L a coil's sensitivity to currents there:
///
///   μ₀²/(4π r₁ r₂) Σ_n β^{n+1} n/(2n+1) [...] of P_n, P_n′ and P_n″ of the angle between two points of the coils,
///
/// β = R²/(r₁ r₂). Points with normals of length 1 in place of coils make a map on a surface.
///
/// @return  shape (a, b) [T² per (A m)²]
/// @throws InvalidInput  a point at the centre
/// @cost    O(points of a · points of b · terms); threads()
/// @source  Hämäläinen & Ilmoniemi 1994, doi:10.1007/BF02512476; figures as in MNE-Python
Array<double, 2> magnetic_products(const CoilSet& a, const CoilSet& b, const Point& centre,
                                   SeriesLength series = SeriesLength::accurate);
/// The same of coils with themselves, in half the time.
Array<double, 2> magnetic_products(const CoilSet& coils, const Point& centre,
                                   SeriesLength series = SeriesLength::accurate);

/// The same for potentials on the surface of a homogeneous conductor of 1 S/m, and currents on a sphere of 4.2 cm:
///
///   1/(4π r₁ r₂) Σ_n (2n + 1)²/n β^n P_n(cos γ),  γ the angle between two electrodes.
///
/// @param a, b  places [m]
/// @return      shape (a, b)
Array<double, 2> potential_products(const std::vector<Point>& a, const std::vector<Point>& b, const Point& centre,
                                    SeriesLength series = SeriesLength::accurate);

/// The matrix that maps samples of the MEG channels `from` to those of `to`, shape (to, from). The products of `from`,
/// projected as the samples are, over noise of 20 fT and 5 fT/cm, are inverted where they hold all but 1e-4 of the sum
/// of their eigenvalues.
/// @throws InvalidInput  a channel without place or with a coil that is not known, or projections leave nothing
/// @cost  that of the products, and O(from³)
Array<double, 2> magnetic_map(const Info& info, const std::vector<index>& from, const std::vector<index>& to,
                              const Point& centre, SeriesLength series = SeriesLength::accurate);

/// The matrix that maps samples of the EEG channels `from` to electrodes elsewhere, shape (to, from). The products of
/// `from`, projected as the samples are, are inverted with a tenth of their mean diagonal added. Where the samples have
/// an average reference among their projections, the new ones have it too.
/// @param to  places [m]
Array<double, 2> potential_map(const Info& info, const std::vector<index>& from, const std::vector<Point>& to,
                               const Point& centre, SeriesLength series = SeriesLength::accurate);

}  // namespace ranvier::meeg
