#pragma once

#include <vector>

#include "ranvier/meeg/sparse/gram_set.hpp"

namespace ranvier::meeg {

/// The positions that a solver of mixed norms works on. Descent goes over products of gains, G_iᵀ G_j, and of gains and
/// residual, so that a pass costs nothing for each sensor, and little for positions that stay silent. While the same
/// positions stay active the objective is smooth, and Newton's steps end what coordinate descent would do slowly.
///
///   min_X  ½ ‖M − G X‖² + α Σ_j ‖X_j‖
class WorkingSet {
public:
    WorkingSet(const GainRows& gain, index times);

    /// Adds positions that are not there yet, silent.
    void add(std::span<const index> positions);
    /// Forgets those that are silent.
    void keep_active();
    /// Sets time courses of a position that is there. @param x  shape (n_orient, times), row-major
    void set(index position, const double* x);

    struct Fit {
        Array<double, 2> residual;  ///< M − G X
        double squares = 0;         ///< ‖M − G X‖²
        double inner = 0;           ///< ⟨M − G X, G X⟩
        double penalty = 0;         ///< Σ ‖X_j‖
    };
    /// What is left of the data, from the time courses themselves.
    Fit fit(View<const double, 2> M) const;
    /// Makes products with data and residual anew, which rids them of the rounding of many steps.
    void settle(View<const double, 2> M);

    struct Descent {
        double alpha = 0;
        double gap = 0;        ///< stops when the duality gap among these positions is no more
        index passes = 0;      ///< no more than these
        index gap_every = 10;  ///< passes from one look at the gap to the next
        bool accelerated = true;
    };
    /// Block coordinate descent, with Newton's steps where accelerated. @return the number of passes
    index descend(const Descent& how);

    bool has(index position) const { return set_.place(position) >= 0; }
    index size() const { return set_.size(); }
    /// Active positions, ascending.
    std::vector<index> active() const;
    /// Their time courses, shape (active · n_orient, times).
    Array<double, 2> time_courses() const;

private:
    bool silent(index p) const { return silent_[p] != 0; }
    std::vector<index> loud() const;  ///< places
    double* course(index p) { return X_.data() + p * block_; }
    const double* course(index p) const { return X_.data() + p * block_; }
    bool pass(double alpha);  // whether the same positions are active as before
    double objective(const double* X, const double* Q, double alpha) const;
    double gap_here(double alpha);
    bool newton_step(double alpha);  // whether it lowered the objective

    GramSet set_;
    index o_, times_, ld_, block_;  // orientations; times, and in whole vectors; numbers of a position
    std::vector<char> silent_;
    Array<double, 2> X_, Q_, D_;  // time courses; products of rows with the residual, and with the data
    index projected_ = 0;         // places whose products with the data are known
    double data_squares_ = 0, highest_bound_ = 0;
    std::vector<double> step_;
};

}  // namespace ranvier::meeg
