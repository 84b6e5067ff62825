#include "ranvier/meeg/sparse/gain.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/blocks.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr index at_once = 64;        // positions in a piece of work
constexpr index vector_numbers = 8;  // of the widest vectors
index whole_vectors(index n) { return (n + vector_numbers - 1) / vector_numbers * vector_numbers; }
constexpr std::size_t residuals_kept = 16;

/// Largest eigenvalue of a symmetric 3 × 3 matrix, by the cosine formula.
double largest_of_three(double xx, double yy, double zz, double xy, double xz, double yz) {
    const double mean = (xx + yy + zz) / 3;
    const double a = xx - mean, b = yy - mean, c = zz - mean;
    const double p = std::sqrt((a * a + b * b + c * c + 2 * (xy * xy + xz * xz + yz * yz)) / 6);
    if (p == 0) {
        return mean;
    }
    const double det = a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz);
    return mean + 2 * p * std::cos(std::acos(std::clamp(det / (2 * p * p * p), -1.0, 1.0)) / 3);
}

double spectral_square(const double* rows, index n_orient, index sensors) {
    const auto& kernels = chosen_block_kernels();
    const auto product = [&](index a, index b) { return kernels.dot(sensors, rows + a * sensors, rows + b * sensors); };
    if (n_orient == 1) {
        return product(0, 0);
    }
    if (n_orient == 3) {
        return largest_of_three(product(0, 0), product(1, 1), product(2, 2), product(0, 1), product(0, 2),
                                product(1, 2));
    }
    Array<double, 2> gram({n_orient, n_orient});
    for (index a = 0; a < n_orient; ++a) {
        for (index b = 0; b < n_orient; ++b) {
            gram(a, b) = product(a, b);
        }
    }
    return numerics::symmetric_eigen(gram.view()).values.back();
}

void measure(GainRows& gain, index positions) {
    gain.lipschitz.resize(static_cast<std::size_t>(positions));
    parallel_for((positions + at_once - 1) / at_once, [&](index piece) {
        for (index j = piece * at_once; j < std::min(positions, (piece + 1) * at_once); ++j) {
            const double square = spectral_square(gain.of(j), gain.n_orient, gain.sensors());
            require(std::isfinite(square), "the gain must be finite; it is not at position ", j);
            gain.lipschitz[j] = square;
        }
    });
}

}  // namespace

GainRows gain_rows(View<const double, 2> G, index n_orient, std::span<const double> weights) {
    const index dipoles = G.extent(1);
    require(n_orient >= 1 && dipoles % n_orient == 0, "the gain must have n_orient = ", n_orient,
            " columns for each position; it has ", dipoles, " columns");
    GainRows gain;
    gain.n_orient = n_orient;
    gain.rows = Array<double, 2>({dipoles, G.extent(0)});
    const index sensors = G.extent(0);
    double* rows = gain.rows.data();
    constexpr index tile = 8;  // numbers that share a line of the cache, on both sides
    for (index i0 = 0; i0 < dipoles; i0 += tile) {
        const index some = std::min(tile, dipoles - i0);
        for (index c0 = 0; c0 < sensors; c0 += tile) {
            for (index c = c0; c < std::min(sensors, c0 + tile); ++c) {
                const double* from = G.data() + c * G.stride(0) + i0 * G.stride(1);
                for (index i = 0; i < some; ++i) {
                    rows[(i0 + i) * sensors + c] = from[i * G.stride(1)];
                }
            }
        }
    }
    for (index i = 0; i < dipoles && !weights.empty(); ++i) {
        for (double& g : gain.rows.view().row(i)) {
            g *= weights[i];
        }
    }
    measure(gain, dipoles / n_orient);
    return gain;
}

GainRows gain_rows(const GainRows& from, std::span<const index> positions, std::span<const double> weights) {
    const index o = from.n_orient, sensors = from.sensors();
    GainRows gain;
    gain.n_orient = o;
    gain.rows = Array<double, 2>({std::ssize(positions) * o, sensors});
    for (index p = 0; p < std::ssize(positions); ++p) {
        for (index k = 0; k < o; ++k) {
            const double weight = weights.empty() ? 1 : weights[p * o + k];
            const double* row = from.of(positions[p]) + k * sensors;
            std::transform(row, row + sensors, &gain.rows(p * o + k, 0), [&](double g) { return weight * g; });
        }
    }
    measure(gain, std::ssize(positions));
    return gain;
}

template <class Body>
void Correlations::in_pieces(index n, Body body) const {
    parallel_for((n + at_once - 1) / at_once,
                 [&](index piece) { body(piece * at_once, std::min(at_once, n - piece * at_once)); });
}

Correlations::Correlations(const GainRows& gain, View<const double, 2> M)
    : gain_(gain),
      times_(M.extent(1)),
      ld_(whole_vectors(times_)),
      base_({gain.rows.extent(0), ld_}),
      column_(static_cast<std::size_t>(gain.positions()), -1),
      norms_(static_cast<std::size_t>(gain.positions())),
      seen_(static_cast<std::size_t>(gain.positions()), -1) {
    Array<double, 2> data({M.extent(0), ld_});
    copy(M, data.view().slice(1, 0, times_));
    in_pieces(gain.positions(), [&](index first, index count) {
        const index o = gain_.n_orient;
        chosen_block_kernels().multiply(count * o, ld_, gain_.sensors(), gain_.of(first), gain_.sensors(), data.data(),
                                        ld_, &base_(first * o, 0), ld_);
    });
}

/// Makes products of gains for positions that have none yet. False where those would be no less work than sensors.
bool Correlations::join(std::span<const index> active) {
    const index o = gain_.n_orient, sensors = gain_.sensors(), rows = gain_.rows.extent(0);
    std::vector<index> fresh;
    std::ranges::copy_if(active, std::back_inserter(fresh), [&](index j) { return column_[j] < 0; });
    if (2 * (columns_ + std::ssize(fresh) * o) > sensors) {
        return false;
    }
    if (fresh.empty()) {
        return true;
    }
    const index more = std::ssize(fresh) * o, ld = whole_vectors(more);
    if (columns_ + more > cross_.extent(1)) {
        const index stride = whole_vectors(std::max(columns_ + more, 2 * columns_));
        Array<double, 2> wider({rows, stride});
        if (columns_ > 0) {
            copy(View<const double, 2>(cross_.view().slice(1, 0, columns_)), wider.view().slice(1, 0, columns_));
        }
        cross_ = std::move(wider);
    }
    Array<double, 2> turned({sensors, ld});
    for (index k = 0; k < more; ++k) {
        const double* row = gain_.of(fresh[k / o]) + k % o * sensors;
        for (index c = 0; c < sensors; ++c) {
            turned(c, k) = row[c];
        }
    }
    in_pieces(gain_.positions(), [&](index first, index count) {
        Array<double, 2> products({count * o, ld});
        chosen_block_kernels().multiply(count * o, ld, sensors, gain_.of(first), sensors, turned.data(), ld,
                                        products.data(), ld);
        for (index i = 0; i < count * o; ++i) {
            std::copy_n(&products(i, 0), more, &cross_(first * o + i, columns_));
        }
    });
    for (index k = 0; k < std::ssize(fresh); ++k) {
        column_[fresh[k]] = columns_ + k * o;
    }
    columns_ += more;
    return true;
}

std::vector<Correlations::Found> Correlations::above(View<const double, 2> R, double threshold,
                                                     std::span<const index> active, View<const double, 2> X) {
    const index n = gain_.positions();
    if (residuals_.size() == residuals_kept) {
        residuals_.clear();
        std::ranges::fill(seen_, -1);
    }
    const auto& kernels = chosen_block_kernels();
    Array<double, 2> residual({R.extent(0), ld_}), change({1, R.extent(0) * ld_});
    copy(R, residual.view().slice(1, 0, times_));
    std::vector<double> moved;
    for (const auto& old : residuals_) {
        std::transform(residual.data(), residual.data() + residual.size(), old.data(), change.data(), std::minus{});
        moved.push_back(std::sqrt(kernels.dot(change.size(), change.data(), change.data())));
    }
    // Rounding of norms and products stays far below this share.
    constexpr double slack = 1 + 1e-10;
    std::vector<index> unsure;
    for (index j = 0; j < n; ++j) {
        if (seen_[j] < 0 || slack * (norms_[j] + std::sqrt(gain_.lipschitz[j]) * moved[seen_[j]]) > threshold) {
            unsure.push_back(j);
        }
    }
    std::vector<Found> found;
    if (!unsure.empty()) {
        residuals_.push_back(std::move(residual));
        active_.assign(active.begin(), active.end());
        evaluate(unsure, X);
    }
    for (index j : unsure) {
        if (norms_[j] > threshold) {
            found.push_back({norms_[j], j});
        }
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, &Found::norm);
    return found;
}

void Correlations::evaluate(std::span<const index> positions, View<const double, 2> X) {
    const index o = gain_.n_orient, sensors = gain_.sensors();
    const auto& kernels = chosen_block_kernels();
    const bool by_gains = join(active_);
    Array<double, 2> courses;
    if (by_gains && columns_ > 0) {
        courses = Array<double, 2>({columns_, ld_});
        for (index i = 0; i < std::ssize(active_) * o; ++i) {
            std::copy_n(&X(i, 0), times_, &courses(column_[active_[i / o]] + i % o, 0));
        }
    }
    in_pieces(std::ssize(positions), [&](index first, index count) {
        const auto these = positions.subspan(first, count);
        Array<double, 2> products({count * o, ld_});
        for (index k = 0; k < count;) {
            index together = 1;  // neighbours in the gain
            while (k + together < count && these[k + together] == these[k] + together) {
                ++together;
            }
            const index row = these[k] * o, rows = together * o;
            if (!by_gains) {
                kernels.multiply(rows, ld_, sensors, gain_.of(these[k]), sensors, residuals_.back().data(), ld_,
                                 &products(k * o, 0), ld_);
            } else {
                if (columns_ > 0) {
                    kernels.multiply(rows, ld_, columns_, &cross_(row, 0), cross_.extent(1), courses.data(), ld_,
                                     &products(k * o, 0), ld_);
                }
                std::transform(&base_(row, 0), &base_(row, 0) + rows * ld_, &products(k * o, 0), &products(k * o, 0),
                               std::minus{});
            }
            k += together;
        }
        for (index k = 0; k < count; ++k) {
            const double* block = &products(k * o, 0);
            norms_[these[k]] = std::sqrt(kernels.dot(o * ld_, block, block));
            seen_[these[k]] = static_cast<int>(residuals_.size()) - 1;
        }
    });
}

}  // namespace ranvier::meeg
