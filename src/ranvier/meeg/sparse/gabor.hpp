#pragma once

#include <complex>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// Short-time Fourier transforms with sine windows, one or several, that together are a tight frame: coefficients z of
/// positive frequencies with Φᵀ Φ x = x. A coefficient counts twice, but for those of the first and the last frequency,
/// in norms and inner products: then Φᵀ is the adjoint of Φ.
class GaborFrame {
public:
    /// @param wsize  lengths of windows [samples], multiples of 4
    /// @param tstep  steps from one window to the next [samples], one for each length: even, a divisor of it, at most
    ///               half of it
    /// @param times  of the signals
    /// @throws InvalidInput  others
    GaborFrame(std::span<const index> wsize, std::span<const index> tstep, index times);

    index times() const { return times_; }
    index coefficients() const { return static_cast<index>(counts_.size()); }
    /// How often each counts: 1 or 2.
    std::span<const double> counts() const { return counts_; }

    /// z = Φ x. @param x  shape (rows, times), rows `ld` apart @param z  shape (rows, coefficients)
    void analyse(index rows, const double* x, index ld, std::complex<double>* z) const;
    /// x = Φᵀ z; what is 0 costs nothing. The shapes of analyse().
    void synthesise(index rows, const std::complex<double>* z, double* x, index ld) const;

private:
    struct Dictionary {
        index wsize, tstep, steps, frequencies, first;
        std::vector<double> windows;  // steps · wsize, with what makes the frame tight
        std::vector<double> waves;    // wsize · 2 frequencies: cosines and −sines
    };
    index times_;
    std::vector<Dictionary> dictionaries_;
    std::vector<double> counts_;
};

}  // namespace ranvier::meeg
