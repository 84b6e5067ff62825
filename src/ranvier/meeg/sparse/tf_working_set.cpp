#include "ranvier/meeg/sparse/tf_working_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/blocks.hpp"
#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"

namespace ranvier::meeg {

namespace {

constexpr index vector_numbers = 8;

/// Norm over orientations of each coefficient.
void over_orientations(const std::complex<double>* z, index n_orient, index n, std::vector<double>& norms) {
    norms.assign(static_cast<std::size_t>(n), 0.0);
    for (index k = 0; k < n_orient; ++k) {
        for (index i = 0; i < n; ++i) {
            norms[i] += std::norm(z[k * n + i]);
        }
    }
    for (double& norm : norms) {
        norm = std::sqrt(norm);
    }
}

double counted_squares(std::span<const double> norms, std::span<const double> counts) {
    double sum = 0;
    for (std::size_t i = 0; i < norms.size(); ++i) {
        sum += counts[i] * norms[i] * norms[i];
    }
    return sum;
}

}  // namespace

double position_norm(const GaborFrame& frame, double l1_ratio, index n_orient, const double* products, index ld) {
    std::vector<std::complex<double>> z(static_cast<std::size_t>(n_orient * frame.coefficients()));
    frame.analyse(n_orient, products, ld, z.data());
    std::vector<double> norms;
    over_orientations(z.data(), n_orient, frame.coefficients(), norms);
    return epsilon_norm(norms, frame.counts(), l1_ratio);
}

double excess(const GaborFrame& frame, const TfPenalty& penalty, index position, index n_orient, const double* products,
              index ld) {
    const auto& kernels = chosen_block_kernels();
    const double space = penalty.space * penalty.space_weight(position);
    double squares = 0;
    for (index k = 0; k < n_orient; ++k) {
        squares += kernels.dot(frame.times(), products + k * ld, products + k * ld);
    }
    if (squares <= space * space) {  // the frame keeps norms, and the penalty on coefficients only helps
        return 1;
    }
    std::vector<std::complex<double>> z(static_cast<std::size_t>(n_orient * frame.coefficients()));
    frame.analyse(n_orient, products, ld, z.data());
    std::vector<double> norms, counts(frame.counts().begin(), frame.counts().end()), weights;
    over_orientations(z.data(), n_orient, frame.coefficients(), norms);
    if (const auto given = penalty.time_weight(position); !given.empty()) {
        weights.assign(given.begin(), given.end());
        std::size_t kept = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            if (weights[i] != 0) {
                weights[kept] = weights[i];
                norms[kept] = norms[i];
                counts[kept++] = counts[i];
            }
        }
        weights.resize(kept);
        norms.resize(kept);
        counts.resize(kept);
    }
    double left = 0;
    for (std::size_t i = 0; i < norms.size(); ++i) {
        const double beyond = norms[i] - penalty.time * (weights.empty() ? 1 : weights[i]);
        left += beyond > 0 ? counts[i] * beyond * beyond : 0;
    }
    if (left <= space * space) {
        return 1;
    }
    const double alpha = penalty.space + penalty.time;
    const double norm = epsilon_norm(norms, counts, penalty.time / alpha, penalty.space_weight(position), weights);
    return std::max(1.0, norm / alpha);
}

TfWorkingSet::TfWorkingSet(const GainRows& gain, const GaborFrame& frame, const TfPenalty& penalty)
    : set_(gain),
      frame_(frame),
      penalty_(penalty),
      o_(gain.n_orient),
      times_(frame.times()),
      ld_((times_ + vector_numbers - 1) / vector_numbers * vector_numbers),
      block_(o_ * ld_),
      next_(static_cast<std::size_t>(o_ * frame.coefficients())),
      step_(static_cast<std::size_t>(2 * block_)) {}

void TfWorkingSet::add(std::span<const index> positions) {
    const index old = size() * o_;
    set_.add(positions);
    silent_.resize(static_cast<std::size_t>(size()), 1);
    if (X_.extent(0) < size() * o_) {
        for (auto* array : {&X_, &Q_, &D_}) {
            *array = with_rows(*array, old, set_.capacity() * o_, ld_);
        }
        Z_ = with_rows(Z_, old, set_.capacity() * o_, frame_.coefficients());
    }
}

void TfWorkingSet::set(index position, const Complex* z) { put(set_.place(position), z); }

void TfWorkingSet::put(index place, const Complex* z) {
    const index n = o_ * frame_.coefficients();
    std::copy_n(z, n, Z_.data() + place * n);
    silent_[place] = std::all_of(z, z + n, [](Complex v) { return v == 0.0; });
    frame_.synthesise(o_, z, X_.data() + place * block_, ld_);
}

std::vector<index> TfWorkingSet::loud() const {
    std::vector<index> places;
    for (index p = 0; p < size(); ++p) {
        if (silent_[p] == 0) {
            places.push_back(p);
        }
    }
    return places;
}

double TfWorkingSet::penalty_of(index place) const {
    const index n = frame_.coefficients(), position = set_.position(place);
    std::vector<double> norms;
    over_orientations(Z_.data() + place * o_ * n, o_, n, norms);
    const auto weights = penalty_.time_weight(position);
    double absolute = 0;
    for (index i = 0; i < n; ++i) {
        absolute += frame_.counts()[i] * (weights.empty() ? 1 : weights[i]) * norms[i];
    }
    return penalty_.space * penalty_.space_weight(position) * std::sqrt(counted_squares(norms, frame_.counts())) +
           penalty_.time * absolute;
}

TfWorkingSet::Fit TfWorkingSet::fit(View<const double, 2> M) const {
    const auto& kernels = chosen_block_kernels();
    const auto places = loud();
    Fit result;
    for (index p : places) {
        result.penalty += penalty_of(p);
    }
    const Array<double, 2> explained = set_.explained(places, X_.data(), ld_, times_);
    result.residual = Array<double, 2>(M);
    double* r = result.residual.data();
    for (index i = 0; i < result.residual.size(); ++i) {
        r[i] -= explained.data()[i];
    }
    result.squares = kernels.dot(result.residual.size(), r, r);
    result.inner = kernels.dot(result.residual.size(), r, explained.data());
    return result;
}

void TfWorkingSet::settle(View<const double, 2> M) {
    const auto& kernels = chosen_block_kernels();
    set_.project(projected_, M, D_.data() + projected_ * block_, ld_);
    projected_ = size();
    std::copy_n(D_.data(), size() * block_, Q_.data());
    for (index p : loud()) {
        kernels.subtract_products(size() * o_, ld_, o_, set_.products(p), set_.stride(), X_.data() + p * block_,
                                  Q_.data());
    }
    const Array<double, 2> data(M);
    data_squares_ = kernels.dot(data.size(), data.data(), data.data());
    highest_bound_ = -std::numeric_limits<double>::infinity();
}

void TfWorkingSet::pass() {
    const auto& kernels = chosen_block_kernels();
    const index n = frame_.coefficients(), rows = size() * o_;
    double *scaled = step_.data(), *change = scaled + block_;
    std::vector<double> norms;
    for (index p = 0; p < size(); ++p) {
        const index position = set_.position(p);
        const double lipschitz = set_.lipschitz(p), space = penalty_.space * penalty_.space_weight(position);
        const double* q = Q_.data() + p * block_;
        if (lipschitz == 0 || (silent_[p] != 0 && kernels.dot(block_, q, q) <= space * space)) {
            continue;
        }
        for (index i = 0; i < block_; ++i) {
            scaled[i] = q[i] / lipschitz;
        }
        frame_.analyse(o_, scaled, ld_, next_.data());
        const Complex* z = Z_.data() + p * o_ * n;
        for (index i = 0; i < o_ * n && silent_[p] == 0; ++i) {
            next_[i] += z[i];
        }
        // Coefficients are shrunk first, then all of the position: together the proximal step of both penalties.
        over_orientations(next_.data(), o_, n, norms);
        const auto weights = penalty_.time_weight(position);
        for (index i = 0; i < n; ++i) {
            const double weight = weights.empty() ? 1 : weights[i], threshold = penalty_.time * weight / lipschitz;
            const double shrunk = weight == 0 || norms[i] <= threshold ? 0 : 1 - threshold / norms[i];
            norms[i] *= shrunk;
            for (index k = 0; k < o_; ++k) {
                next_[k * n + i] *= shrunk;
            }
        }
        const double norm = std::sqrt(counted_squares(norms, frame_.counts())), threshold = space / lipschitz;
        const double shrunk = norm <= threshold ? 0 : 1 - threshold / norm;
        if (shrunk == 0 && silent_[p] != 0) {
            continue;
        }
        for (Complex& value : next_) {
            value *= shrunk;
        }
        double* x = X_.data() + p * block_;
        std::copy_n(x, block_, change);
        put(p, next_.data());
        bool changed = false;
        for (index i = 0; i < block_; ++i) {
            change[i] = x[i] - change[i];
            changed = changed || change[i] != 0;
        }
        if (changed) {
            kernels.subtract_products(rows, ld_, o_, set_.products(p), set_.stride(), change, Q_.data());
        }
    }
}

double TfWorkingSet::gap_here() {
    const auto& kernels = chosen_block_kernels();
    const index n = size() * block_;
    const double inner = kernels.dot(n, X_.data(), Q_.data());
    const double squares = data_squares_ - kernels.dot(n, X_.data(), D_.data()) - inner;
    double beyond = 1, penalty = 0;
    for (index p = 0; p < size(); ++p) {
        beyond = std::max(beyond, excess(frame_, penalty_, set_.position(p), o_, Q_.data() + p * block_, ld_));
        penalty += silent_[p] != 0 ? 0 : penalty_of(p);
    }
    const double scale = 1 / beyond;
    highest_bound_ = std::max(highest_bound_, (scale - scale * scale / 2) * squares + scale * inner);
    return squares / 2 + penalty - highest_bound_;
}

index TfWorkingSet::descend(double gap, index passes, index gap_every) {
    index done = 0;
    while (done < passes) {
        check_interrupt();
        pass();
        ++done;
        if (done % gap_every == 0 && gap_here() <= gap) {
            break;
        }
    }
    return done;
}

std::vector<index> TfWorkingSet::active() const {
    std::vector<index> result = loud();
    for (index& place : result) {
        place = set_.position(place);
    }
    std::ranges::sort(result);
    return result;
}

Array<double, 2> TfWorkingSet::time_courses() const {
    const auto positions = active();
    Array<double, 2> result({std::ssize(positions) * o_, times_});
    for (index i = 0; i < result.extent(0); ++i) {
        std::copy_n(&X_(set_.place(positions[i / o_]) * o_ + i % o_, 0), times_, &result(i, 0));
    }
    return result;
}

Array<std::complex<double>, 2> TfWorkingSet::coefficients() const {
    const auto positions = active();
    Array<Complex, 2> result({std::ssize(positions) * o_, frame_.coefficients()});
    for (index i = 0; i < result.extent(0); ++i) {
        std::copy_n(&Z_(set_.place(positions[i / o_]) * o_ + i % o_, 0), frame_.coefficients(), &result(i, 0));
    }
    return result;
}

}  // namespace ranvier::meeg
