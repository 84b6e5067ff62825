#pragma once

#include <vector>

namespace ranvier::meeg {

/// g(x) = Σ_n (2n + 1) / (4π n^m (n + 1)^m) P_n(x), n = 1 … terms: what spherical splines are made of, for the cosine x
/// between two electrodes. With m − 1 it is the surface Laplacian of that with m, for the sign and the radius.
/// @source  Perrin et al. 1989, doi:10.1016/0013-4694(89)90180-6
class SphericalSpline {
public:
    explicit SphericalSpline(double m = 4, int terms = 50);
    double operator()(double x) const;

private:
    std::vector<double> factors_;  ///< of P_n, from n = 1
};

}  // namespace ranvier::meeg
