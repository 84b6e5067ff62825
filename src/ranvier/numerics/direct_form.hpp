#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/numerics/filter_response.hpp"

/// Recursive filters by their polynomials, b(z) / a(z). Sections (iir.hpp) round less and are faster.
namespace ranvier::numerics {

/// A filter at rest, in the transposed form of the second kind.
class Recursion {
public:
    /// @throws InvalidInput  no coefficients, or a[0] = 0
    Recursion(std::span<const double> b, std::span<const double> a);
    double next(double x) {
        const double y = b_[0] * x + delays_[0];
        for (std::size_t k = 1; k < b_.size(); ++k) {
            delays_[k - 1] = b_[k] * x - a_[k] * y + delays_[k];
        }
        return y;
    }
    /// Its state after an endless input of x. @throws InvalidInput  a pole at 1, which has none
    void settle(double x);

private:
    std::vector<double> b_, a_, delays_;
};

/// Whether no root of a polynomial, in falling powers, lies outside of the unit circle.
/// @source  Schur 1918: the degree falls by one at a time, as long as the last coefficient is smaller than the first
bool is_stable(std::span<const double> a);

/// Forward only, from rest, in place. @param x  shape (rows, n)
void direct_filter(View<double, 2> x, const TransferFunction& filter);

/// Forward and backward, in place, as sos_filtfilt(). @throws InvalidInput  padlen >= n or < 0, or a pole at 1
void direct_filtfilt(View<double, 2> x, const TransferFunction& filter, index padlen);

}  // namespace ranvier::numerics
