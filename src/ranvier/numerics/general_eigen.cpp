#include "ranvier/numerics/general_eigen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "ranvier/numerics/gemm.hpp"

extern "C" {
void dgeev_(const char* jobvl, const char* jobvr, const int* n, double* a, const int* lda, double* wr, double* wi,
            double* vl, const int* ldvl, double* vr, const int* ldvr, double* work, const int* lwork, int* info,
            std::size_t, std::size_t);
}

namespace ranvier::numerics {

GeneralEigen general_eigen(View<const double, 2> a, bool vectors) {
    const index size = a.extent(0);
    require(a.extent(1) == size, "general_eigen: the matrix must be square; got ", a.extent(0), " × ", a.extent(1));
    require(size <= 20000, "general_eigen: a matrix of more than 20000 rows is too large");
    GeneralEigen result;
    if (size == 0) {
        return result;
    }
    one_blas_thread();
    const int n = static_cast<int>(size);
    const auto count = static_cast<std::size_t>(n);
    std::vector<double> copy(count * count), real(count), imaginary(count), right(vectors ? count * count : 1);
    for (index i = 0; i < size; ++i) {
        for (index j = 0; j < size; ++j) {
            require(std::isfinite(a(i, j)), "general_eigen: the matrix must be finite");
            copy[static_cast<std::size_t>(j * size + i)] = a(i, j);
        }
    }
    const int one = 1, length = std::max(4 * n, 16) * 8;
    std::vector<double> work(static_cast<std::size_t>(length));
    double none = 0;
    int info = 0;
    dgeev_("N", vectors ? "V" : "N", &n, copy.data(), &n, real.data(), imaginary.data(), &none, &one, right.data(),
           vectors ? &n : &one, work.data(), &length, &info, 1, 1);
    if (info != 0) {
        throw NumericalError("general_eigen did not converge (LAPACK info " + text_of(info) + ")");
    }
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        return real[i] != real[j] ? real[i] > real[j] : imaginary[i] > imaginary[j];
    });
    result.values.resize(count);
    if (vectors) {
        result.vectors = Array<std::complex<double>, 2>({size, size});
    }
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t from = order[k];
        result.values[k] = {real[from], imaginary[from]};
        if (!vectors) {
            continue;
        }
        // A pair's vector is stored as two columns: real and imaginary part of the one with positive imaginary part.
        const std::size_t first = imaginary[from] < 0 ? from - 1 : from;
        const double sign = imaginary[from] > 0 ? 1 : imaginary[from] < 0 ? -1 : 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double re = right[first * count + i];
            const double im = sign != 0 ? sign * right[(first + 1) * count + i] : 0;
            result.vectors(static_cast<index>(i), static_cast<index>(k)) = {re, im};
        }
    }
    return result;
}

}  // namespace ranvier::numerics
