#include "ranvier/meeg/sparse/bias.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

std::vector<double> bias_factors(View<const double, 2> M, View<const double, 2> G, View<const double, 2> X,
                                 index n_orient) {
    const index rows = X.extent(0), n = rows / n_orient;
    require(G.extent(1) == rows && rows % n_orient == 0, "the gain must have a column for each of the ", rows,
            " time courses, n_orient = ", n_orient, " for each position; it has ", G.extent(1));
    // A quadratic programme of one unknown for each position: its Hessian is that of all rows, summed over blocks.
    const Array<double, 2> GtG = numerics::matmul(G.transposed(), G), XXt = numerics::matmul(X, X.transposed()),
                           GtM = numerics::matmul(G.transposed(), M),
                           MXt = numerics::matmul(GtM.view(), X.transposed());
    Array<double, 2> H({n, n});
    std::vector<double> slope(static_cast<std::size_t>(n)), D(static_cast<std::size_t>(n), 1.0);
    for (index i = 0; i < rows; ++i) {
        slope[i / n_orient] += MXt(i, i);
        for (index k = 0; k < rows; ++k) {
            H(i / n_orient, k / n_orient) += GtG(i, k) * XXt(i, k);
        }
    }
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < n; ++k) {
            slope[i] -= H(i, k);
        }
    }
    constexpr int passes = 20000;
    constexpr double enough = 1e-12;
    for (int pass = 0; pass < passes; ++pass) {
        check_interrupt();
        double largest = 0;
        for (index i = 0; i < n; ++i) {
            if (H(i, i) <= 0) {
                continue;
            }
            const double next = std::max(1.0, D[i] + slope[i] / H(i, i)), change = next - D[i];
            if (change != 0) {
                D[i] = next;
                largest = std::max(largest, std::abs(change) / next);
                for (index k = 0; k < n; ++k) {
                    slope[k] -= H(i, k) * change;
                }
            }
        }
        if (largest <= enough) {
            break;
        }
    }
    std::vector<double> factors(static_cast<std::size_t>(rows));
    for (index i = 0; i < rows; ++i) {
        factors[i] = D[i / n_orient];
    }
    return factors;
}

}  // namespace ranvier::meeg
