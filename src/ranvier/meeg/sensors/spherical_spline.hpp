#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

/// g(x) = Σ_n (2n + 1) / (4π n^m (n + 1)^m) P_n(x), n = 1 … terms: what spherical splines are made of, for the cosine x
/// between two electrodes. With m − 1 it is the surface Laplacian of that with m, for the sign and the radius.
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6
class SphericalSpline {
public:
    explicit SphericalSpline(double m = 4, int terms = 50);
    /// At many places.
    void operator()(std::span<const double> x, std::span<double> out) const;
    double operator()(double x) const;

private:
    struct Term {
        double factor;         ///< of P_n
        double later, latest;  ///< of Clenshaw's recurrence: (2n + 1) / (n + 1), (n + 1) / (n + 2)
    };
    std::vector<Term> terms_;  ///< from n = 1
};

/// The matrix that maps values at `from` to values at `to`, both projected to the unit sphere around the origin.
///
/// @param from, to        shape (n, 3), (m, 3)
/// @param regularization  added to the diagonal of the spline's matrix
/// @return                shape (m, n)
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6; stiffness 4, 50 terms, as MNE-Python
Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to,
                                         double regularization = 1e-5);
/// The same of points projected to the sphere around `centre`.
Array<double, 2> spherical_spline_matrix(const std::vector<Point>& from, const std::vector<Point>& to,
                                         const Point& centre, double regularization = 1e-5);

}  // namespace ranvier::meeg
