#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::meeg {

/// A lead field as solvers read it: row by row, `n_orient` rows for each position.
struct GainRows {
    Array<double, 2> rows;  ///< shape (positions · n_orient, sensors)
    index n_orient = 1;
    std::vector<double> lipschitz;  ///< ‖G_j‖², the largest eigenvalue of G_jᵀ G_j, of each position

    index positions() const { return static_cast<index>(lipschitz.size()); }
    index sensors() const { return rows.extent(1); }
    /// The rows of a position.
    const double* of(index position) const { return rows.data() + position * n_orient * sensors(); }
};

/// @param G        shape (sensors, positions · n_orient)
/// @param weights  of columns, or empty
/// @throws InvalidInput  columns that are not n_orient for each position, or not finite
GainRows gain_rows(View<const double, 2> G, index n_orient, std::span<const double> weights = {});
/// The rows of some positions, each row times its weight.
GainRows gain_rows(const GainRows& gain, std::span<const index> positions, std::span<const double> weights = {});

/// Norms of G_jᵀ R for residuals R = M − G X whose X changes from call to call. A position is looked at again only
/// where it may have come above what is asked for: ‖G_jᵀ R‖ ≤ ‖G_jᵀ R'‖ + ‖G_j‖ ‖R − R'‖. While few positions have been
/// active, its products are those with M less those of gains, G_jᵀ G X, so that sensors count once for each active
/// position.
class Correlations {
public:
    /// @param M  shape (sensors, times)
    Correlations(const GainRows& gain, View<const double, 2> M);

    struct Found {
        double norm;
        index position;
    };
    /// Positions with ‖G_jᵀ R‖ > threshold, highest first, of equal ones the first first.
    /// @param R       M − G X
    /// @param active  positions that X has rows of
    /// @param X       shape (active · n_orient, times)
    std::vector<Found> above(View<const double, 2> R, double threshold, std::span<const index> active = {},
                             View<const double, 2> X = {});

private:
    void evaluate(std::span<const index> positions, View<const double, 2> X);
    bool join(std::span<const index> active);
    template <class Body>
    void in_pieces(index n, Body body) const;

    const GainRows& gain_;
    index times_, ld_;           // times, and in whole vectors
    Array<double, 2> base_;      // Gᵀ M, shape (rows, ld)
    Array<double, 2> cross_;     // Gᵀ G of columns that have been active, shape (rows, stride)
    std::vector<index> column_;  // of each position in cross_; −1: none
    index columns_ = 0;
    std::vector<index> active_;                // what X has rows of
    std::vector<double> norms_;                // of position j with residuals_[seen_[j]]
    std::vector<int> seen_;                    // −1: never
    std::vector<Array<double, 2>> residuals_;  // rows of whole vectors
};

}  // namespace ranvier::meeg
