#pragma once

#include <complex>
#include <vector>

#include "ranvier/meeg/sparse/gabor.hpp"
#include "ranvier/meeg/sparse/gram_set.hpp"

namespace ranvier::meeg {

/// What is paid for coefficients. Weights are empty where all are 1; a coefficient of weight 0 stays 0.
struct TfPenalty {
    double space = 0, time = 0;
    std::vector<double> space_weights;  ///< of each position of the gain
    Array<double, 2> time_weights;      ///< shape (positions of the gain, coefficients)

    double space_weight(index position) const { return space_weights.empty() ? 1 : space_weights[position]; }
    std::span<const double> time_weight(index position) const {
        return time_weights.empty() ? std::span<const double>() : time_weights.view().row(position);
    }
};

/// Whether products y of a position, of all orientations, let it stay silent: Ω*(y) ≤ 1; and the factor > 1 by which
/// they are too large where not.
/// @param products  Gᵀ R of the position, shape (n_orient, times), rows `ld` apart
double excess(const GaborFrame& frame, const TfPenalty& penalty, index position, index n_orient, const double* products,
              index ld);

/// The ε-norm of a position without weights: the least α that keeps it silent.
double position_norm(const GaborFrame& frame, double l1_ratio, index n_orient, const double* products, index ld);

/// The positions that the solver of time and frequency works on; see WorkingSet.
class TfWorkingSet {
public:
    TfWorkingSet(const GainRows& gain, const GaborFrame& frame, const TfPenalty& penalty);

    void add(std::span<const index> positions);
    /// Sets coefficients of a position that is there. @param z  shape (n_orient, coefficients)
    void set(index position, const std::complex<double>* z);

    struct Fit {
        Array<double, 2> residual;
        double squares = 0, inner = 0;  ///< ‖R‖², ⟨R, M − R⟩
        double penalty = 0;             ///< α_space Σ … + α_time Σ …
    };
    Fit fit(View<const double, 2> M) const;
    void settle(View<const double, 2> M);
    /// Block coordinate descent. @return the number of passes
    index descend(double gap, index passes, index gap_every);

    bool has(index position) const { return set_.place(position) >= 0; }
    index size() const { return set_.size(); }
    std::vector<index> active() const;
    /// Shapes (active · n_orient, times) and (active · n_orient, coefficients).
    Array<double, 2> time_courses() const;
    Array<std::complex<double>, 2> coefficients() const;

private:
    using Complex = std::complex<double>;
    std::vector<index> loud() const;
    void pass();
    void put(index place, const Complex* z);
    double penalty_of(index place) const;
    double gap_here();

    GramSet set_;
    const GaborFrame& frame_;
    const TfPenalty& penalty_;
    index o_, times_, ld_, block_;
    std::vector<char> silent_;
    Array<Complex, 2> Z_;
    Array<double, 2> X_, Q_, D_;  // Φᵀ Z; products of rows with the residual, and with the data
    index projected_ = 0;         // places whose products with the data are known
    double data_squares_ = 0, highest_bound_ = 0;
    std::vector<Complex> next_;
    std::vector<double> step_;
};

}  // namespace ranvier::meeg
