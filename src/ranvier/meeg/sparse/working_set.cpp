#include "ranvier/meeg/sparse/working_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/blocks.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr index vector_numbers = 8;  // of the widest vectors
constexpr int halvings = 6;          // of a step that does not lower the objective
constexpr index pause = 5;           // passes after a step that failed

}  // namespace

WorkingSet::WorkingSet(const GainRows& gain, index times)
    : set_(gain),
      o_(gain.n_orient),
      times_(times),
      ld_((times + vector_numbers - 1) / vector_numbers * vector_numbers),
      block_(o_ * ld_),
      step_(static_cast<std::size_t>(2 * block_)) {}

void WorkingSet::add(std::span<const index> positions) {
    const index old = size() * o_;
    set_.add(positions);
    silent_.resize(static_cast<std::size_t>(size()), 1);
    for (auto* array : {&X_, &Q_, &D_}) {
        if (array->extent(0) < size() * o_) {
            *array = with_rows(*array, old, set_.capacity() * o_, ld_);
        } else {
            std::fill_n(array->data() + old * ld_, (size() * o_ - old) * ld_, 0.0);
        }
    }
}

std::vector<index> WorkingSet::loud() const {
    std::vector<index> places;
    for (index p = 0; p < size(); ++p) {
        if (!silent(p)) {
            places.push_back(p);
        }
    }
    return places;
}

void WorkingSet::keep_active() {
    const auto kept = loud();
    set_.keep(kept);
    for (index to = 0; to < std::ssize(kept); ++to) {
        for (auto* array : {&X_, &Q_, &D_}) {
            std::copy_n(array->data() + kept[to] * block_, block_, array->data() + to * block_);
        }
    }
    silent_.assign(kept.size(), 0);
    projected_ = std::ranges::count_if(kept, [&](index p) { return p < projected_; });
}

void WorkingSet::set(index position, const double* x) {
    const index p = set_.place(position);
    for (index k = 0; k < o_; ++k) {
        std::copy_n(x + k * times_, times_, course(p) + k * ld_);
    }
    silent_[p] = std::all_of(x, x + o_ * times_, [](double v) { return v == 0; });
}

WorkingSet::Fit WorkingSet::fit(View<const double, 2> M) const {
    const auto& kernels = chosen_block_kernels();
    const auto places = loud();
    Fit result;
    for (index p : places) {
        result.penalty += std::sqrt(kernels.dot(block_, course(p), course(p)));
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

void WorkingSet::settle(View<const double, 2> M) {
    const auto& kernels = chosen_block_kernels();
    set_.project(projected_, M, D_.data() + projected_ * block_, ld_);
    projected_ = size();
    std::copy_n(D_.data(), size() * block_, Q_.data());
    for (index p : loud()) {
        kernels.subtract_products(size() * o_, ld_, o_, set_.products(p), set_.stride(), course(p), Q_.data());
    }
    const Array<double, 2> data(M);
    data_squares_ = kernels.dot(data.size(), data.data(), data.data());
    highest_bound_ = -std::numeric_limits<double>::infinity();
}

bool WorkingSet::pass(double alpha) {
    bool same = true;
    const auto& kernels = chosen_block_kernels();
    const index rows = size() * o_;
    double *next = step_.data(), *change = next + block_;
    for (index p = 0; p < size(); ++p) {
        const double lipschitz = set_.lipschitz(p);
        double *x = course(p), *q = Q_.data() + p * block_;
        if (lipschitz == 0 || (silent(p) && kernels.dot(block_, q, q) <= alpha * alpha)) {
            continue;
        }
        for (index i = 0; i < block_; ++i) {
            next[i] = x[i] + q[i] / lipschitz;
        }
        const double norm = std::sqrt(kernels.dot(block_, next, next)), threshold = alpha / lipschitz;
        const double shrunk = norm <= threshold ? 0 : 1 - threshold / norm;
        bool changed = false;
        for (index i = 0; i < block_; ++i) {
            next[i] *= shrunk;
            change[i] = next[i] - x[i];
            changed = changed || change[i] != 0;
        }
        same = same && silent(p) == (shrunk == 0);
        silent_[p] = shrunk == 0;
        if (changed) {
            std::copy_n(next, block_, x);
            kernels.subtract_products(rows, ld_, o_, set_.products(p), set_.stride(), change, Q_.data());
        }
    }
    return same;
}

double WorkingSet::objective(const double* X, const double* Q, double alpha) const {
    const auto& kernels = chosen_block_kernels();
    double penalty = 0;
    for (index p = 0; p < size(); ++p) {
        penalty += std::sqrt(kernels.dot(block_, X + p * block_, X + p * block_));
    }
    const index n = size() * block_;
    return 0.5 * (data_squares_ - kernels.dot(n, X, D_.data()) - kernels.dot(n, X, Q)) + alpha * penalty;
}

double WorkingSet::gap_here(double alpha) {
    const auto& kernels = chosen_block_kernels();
    const index n = size() * block_;
    const double inner = kernels.dot(n, X_.data(), Q_.data());
    const double squares = data_squares_ - kernels.dot(n, X_.data(), D_.data()) - inner;
    double norm = alpha;
    for (index p = 0; p < size(); ++p) {
        const double* q = Q_.data() + p * block_;
        norm = std::max(norm, std::sqrt(kernels.dot(block_, q, q)));
    }
    const double scale = norm > 0 ? alpha / norm : 1;
    highest_bound_ = std::max(highest_bound_, (scale - scale * scale / 2) * squares + scale * inner);
    return objective(X_.data(), Q_.data(), alpha) - highest_bound_;
}

// The Hessian at active X is Gram ⊗ 1 + α Σ_j (1/‖X_j‖ − X_j X_jᵀ/‖X_j‖³): B⁻¹ = Gram + diag(α/‖X_j‖) acts on all times
// alike, and the rest has rank one for each position, so that Woodbury's formula leaves a system of so many unknowns:
//   Δ = B (−gradient + β X),   (‖X_j‖³/α − ⟨X_j, B X_k⟩) β = ⟨X_j, −B gradient⟩
bool WorkingSet::newton_step(double alpha) {
    const auto& kernels = chosen_block_kernels();
    const auto places = loud();
    const index blocks = std::ssize(places), n = blocks * o_, rows = size() * o_;
    if (blocks == 0) {
        return false;
    }
    Array<double, 2> H({n, n}), X({n, ld_}), downhill({n, ld_}), ones({n, n});
    std::vector<double> norms(static_cast<std::size_t>(blocks));
    for (index j = 0; j < blocks; ++j) {
        const index p = places[j];
        norms[j] = std::sqrt(kernels.dot(block_, course(p), course(p)));
        std::copy_n(course(p), block_, &X(j * o_, 0));
        const double *x = course(p), *q = Q_.data() + p * block_;
        double* down = &downhill(j * o_, 0);
        for (index i = 0; i < block_; ++i) {
            down[i] = q[i] - alpha / norms[j] * x[i];
        }
        for (index k = 0; k < o_; ++k) {
            for (index l = 0; l < blocks; ++l) {
                std::copy_n(set_.products(p) + k * set_.stride() + places[l] * o_, o_, &H(j * o_ + k, l * o_));
            }
            H(j * o_ + k, j * o_ + k) += alpha / norms[j];
            ones(j * o_ + k, j * o_ + k) = 1;
        }
    }
    Array<double, 2> change({n, ld_});
    try {
        const Array<double, 2> B = numerics::solve(H.view(), ones.view());
        Array<double, 2> products({n, n}), first({n, ld_});
        numerics::gemm(false, true, n, n, ld_, 1.0, X.data(), ld_, X.data(), ld_, 0.0, products.data(), n);
        kernels.multiply(n, ld_, n, B.data(), n, downhill.data(), ld_, first.data(), ld_);
        Array<double, 2> small({blocks, blocks}), right({blocks, 1});
        for (index j = 0; j < blocks; ++j) {
            for (index l = 0; l < blocks; ++l) {
                for (index a = j * o_; a < (j + 1) * o_; ++a) {
                    for (index b = l * o_; b < (l + 1) * o_; ++b) {
                        small(j, l) -= B(a, b) * products(a, b);
                    }
                }
            }
            small(j, j) += norms[j] * norms[j] * norms[j] / alpha;
            right(j, 0) = kernels.dot(block_, &X(j * o_, 0), &first(j * o_, 0));
        }
        const Array<double, 2> beta = numerics::solve(small.view(), right.view());
        for (index j = 0; j < blocks; ++j) {
            for (index i = 0; i < block_; ++i) {
                downhill.data()[j * block_ + i] += beta(j, 0) * X.data()[j * block_ + i];
            }
        }
        kernels.multiply(n, ld_, n, B.data(), n, downhill.data(), ld_, change.data(), ld_);
    } catch (const NumericalError&) {  // no step from here
        return false;
    }
    // Along a step the norm of a position is least at some length; the first to come there falls silent, because beyond
    // it the smooth objective is another one.
    double step = 1;
    index falling = -1;
    for (index j = 0; j < blocks; ++j) {
        const double toward = -kernels.dot(block_, &X(j * o_, 0), &change(j * o_, 0));
        const double length = kernels.dot(block_, &change(j * o_, 0), &change(j * o_, 0));
        if (toward > 0 && toward < step * length) {
            step = toward / length;
            falling = j;
        }
    }
    const double before = objective(X_.data(), Q_.data(), alpha);
    Array<double, 2> next({rows, ld_}), residual({rows, ld_}), part({o_, ld_});
    for (int halving = 0; halving <= halvings; ++halving, step /= 2, falling = -1) {
        std::copy_n(X_.data(), rows * ld_, next.data());
        std::copy_n(Q_.data(), rows * ld_, residual.data());
        for (index j = 0; j < blocks; ++j) {
            const double *x = &X(j * o_, 0), *full = &change(j * o_, 0);
            double* to = next.data() + places[j] * block_;
            for (index i = 0; i < block_; ++i) {
                part.data()[i] = j == falling ? -x[i] : step * full[i];
                to[i] = x[i] + part.data()[i];
            }
            kernels.subtract_products(rows, ld_, o_, set_.products(places[j]), set_.stride(), part.data(),
                                      residual.data());
        }
        if (objective(next.data(), residual.data(), alpha) < before) {
            std::copy_n(next.data(), rows * ld_, X_.data());
            std::copy_n(residual.data(), rows * ld_, Q_.data());
            if (falling >= 0) {
                silent_[places[falling]] = 1;
            }
            return true;
        }
    }
    return false;
}

index WorkingSet::descend(const Descent& how) {
    index done = 0, wait = 0;
    while (done < how.passes) {
        check_interrupt();
        const bool same = pass(how.alpha);
        ++done;
        if (done % how.gap_every == 0 && gap_here(how.alpha) <= how.gap) {
            break;
        }
        wait = std::max<index>(0, wait - 1);
        if (how.accelerated && how.alpha > 0 && same && wait == 0) {
            index before = 0;
            do {  // positions fall silent one step after the other
                before = std::ssize(loud());
                wait = newton_step(how.alpha) ? 0 : pause;
            } while (wait == 0 && std::ssize(loud()) < before);
        }
    }
    return done;
}

std::vector<index> WorkingSet::active() const {
    std::vector<index> result = loud();
    for (index& place : result) {
        place = set_.position(place);
    }
    std::ranges::sort(result);
    return result;
}

Array<double, 2> WorkingSet::time_courses() const {
    const auto positions = active();
    Array<double, 2> result({std::ssize(positions) * o_, times_});
    for (index i = 0; i < result.extent(0); ++i) {
        std::copy_n(&X_(set_.place(positions[i / o_]) * o_ + i % o_, 0), times_, &result(i, 0));
    }
    return result;
}

}  // namespace ranvier::meeg
