#include "ranvier/meeg/estimates/label_courses.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

/// The first right singular vector, as long as the square root of the sources' average power.
void principal_course(View<const double, 2> numbers, const std::vector<double>& flips, std::span<double> course) {
    const numerics::Svd parts = numerics::svd(numbers);
    double direction = 0, power = 0;
    for (index k = 0; k < numbers.extent(0); ++k) {
        direction += parts.U(k, 0) * flips[at(k)];
    }
    for (const double s : parts.s) {
        power += s * s;
    }
    const double size = std::sqrt(power) / std::sqrt(static_cast<double>(numbers.extent(0)));
    for (index t = 0; t < numbers.extent(1); ++t) {
        course[at(t)] = sign(direction) * size * parts.Vt(0, t);
    }
}

/// @throws InvalidInput  rows that are none of the estimate's, or modes that are not of directions
void check_labels(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                  const std::vector<std::vector<double>>& flips, LabelMode mode) {
    const bool flipped = mode == LabelMode::mean_flip || mode == LabelMode::pca_flip;
    const index n_labels = std::ssize(rows);
    require(!(flipped && estimate.vector),
            "courses of directions are means or maxima: mode must be \"mean\" or \"max\"");
    for (index l = 0; l < n_labels; ++l) {
        require(!flipped || flips[at(l)].size() == rows[at(l)].size(), "each row of a label must have a sign");
        for (const index r : rows[at(l)]) {
            require(r >= 0 && r < estimate.n_vertices(), [&] {
                return "vertices of labels must be among the " + text_of(estimate.n_vertices()) +
                       " of the estimate; got position " + text_of(r);
            });
        }
    }
}

/// Means as a matrix, shape (labels · directions, rows of the estimate).
numerics::SparseMatrix mean_weights(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                                    const std::vector<std::vector<double>>& flips, LabelMode mode) {
    const index components = estimate.vector ? 3 : 1, n_labels = std::ssize(rows);
    const bool flipped = mode == LabelMode::mean_flip;
    std::vector<numerics::SparseEntry> weights;
    for (index l = 0; l < n_labels; ++l) {
        const auto n = static_cast<double>(rows[at(l)].size());
        for (std::size_t k = 0; k < rows[at(l)].size(); ++k) {
            for (index c = 0; c < components; ++c) {
                weights.push_back({static_cast<std::int32_t>(l * components + c),
                                   static_cast<std::int32_t>(rows[at(l)][k] * components + c),
                                   (flipped ? flips[at(l)][k] : 1) / n});
            }
        }
    }
    return numerics::sparse(n_labels * components, estimate.n_rows(), weights);
}

}  // namespace

std::vector<double> sign_flips(View<const double, 2> normals) {
    const index n = normals.extent(0);
    require(n == 0 || normals.extent(1) == 3, "normals must have 3 components");
    std::vector<double> flips(at(n));
    if (n == 0) {
        return flips;
    }
    const numerics::Svd parts = numerics::svd(normals);
    double sum = 0;
    for (index k = 0; k < n; ++k) {
        double along = 0;
        for (index c = 0; c < 3; ++c) {
            along += normals(k, c) * parts.Vt(0, c);
        }
        flips[at(k)] = along;
        sum += along;
    }
    for (double& flip : flips) {
        flip = sign(sum < 0 ? -flip : flip);
    }
    return flips;
}

Array<double, 2> label_courses(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                               const std::vector<std::vector<double>>& flips, LabelMode mode) {
    check_labels(estimate, rows, flips, mode);
    if (mode == LabelMode::mean || mode == LabelMode::mean_flip) {
        return weighted_rows(estimate, mean_weights(estimate, rows, flips, mode));
    }
    require(!estimate.complex,
            "courses of complex numbers are means: mode must be \"mean\" or \"mean_flip\"; abs(stc) is real");
    const index components = estimate.vector ? 3 : 1, n_labels = std::ssize(rows);
    Array<double, 2> courses({n_labels * components, estimate.n_times()});
    parallel_for(n_labels, [&](index l) {
        if (rows[at(l)].empty()) {
            return;
        }
        for (index c = 0; c < components; ++c) {
            std::vector<index> own;
            for (const index r : rows[at(l)]) {
                own.push_back(r * components + c);
            }
            const ThreadLimit alone(1);
            const Array<double, 2> numbers = rows_of(estimate, own);
            const auto course = courses.view().row(l * components + c);
            if (mode == LabelMode::pca_flip) {
                principal_course(numbers, flips[at(l)], course);
                continue;
            }
            for (index k = 0; k < numbers.extent(0); ++k) {
                for (index t = 0; t < numbers.extent(1); ++t) {
                    course[at(t)] = std::max(course[at(t)], std::abs(numbers(k, t)));
                }
            }
        }
    });
    return courses;
}

Array<double, 2> label_kernel(const SourceEstimate& estimate, const std::vector<std::vector<index>>& rows,
                              const std::vector<std::vector<double>>& flips, LabelMode mode) {
    require(!estimate.formed() && (mode == LabelMode::mean || mode == LabelMode::mean_flip),
            "kernels of labels are of means, and of estimates that are not formed");
    check_labels(estimate, rows, flips, mode);
    return numerics::product(mean_weights(estimate, rows, flips, mode), estimate.kernel);
}

}  // namespace ranvier::meeg
