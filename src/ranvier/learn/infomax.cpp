#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/learn/kernels/net.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

// Constants of the rule as it is used for EEG (Makeig et al.'s runica).
constexpr double anneal_degrees = 60, anneal_factor = 0.9, restart_factor = 0.9;
constexpr double largest_weight = 1e8, largest_change = 1e4, lowest_rate = 1e-10;
constexpr double kurtosis_memory = 0.5, kurtosis_bias = 0.02;
constexpr index kurtosis_samples = 6000, calm_signs = 25, small_angles = 20;

/// One run of the rule on samples in rows, k of each padded to 64 bytes.
class Infomax {
public:
    Infomax(const White& white, const IcaOptions& o)
        : o_(o),
          k_(white.Z.extent(0)),
          ld_(padded<double>(k_)),
          n_(white.n),
          block_(std::clamp<index>(static_cast<index>(std::sqrt(static_cast<double>(n_) / 3)), 1, n_)),
          samples_({n_, ld_}),
          gathered_({std::max(block_, std::min(n_, kurtosis_samples)), ld_}),
          u_(gathered_.extents()),
          y_({block_, ld_}),
          uy_({k_, ld_}),
          uu_({k_, ld_}),
          zero_({ld_}),
          random_(o.seed, 8) {
        for (index i = 0; i < k_; ++i) {
            for (index t = 0; t < n_; ++t) {
                samples_.data()[t * ld_ + i] = white.Z.data()[i * white.Z.extent(1) + t];
            }
        }
        restart();
        rate_ = 0.01 / std::max(std::log(static_cast<double>(k_ * k_)), 0.1);
    }

    Unmixing run() {
        Unmixing result{Array<double, 2>({k_, k_}), 0, 0, false};
        std::vector<double> before(k_ * ld_), reference(k_ * ld_), delta(k_ * ld_);
        double reference_change = 0;
        index calm = 0, step = 0;
        Progress progress("Infomax", o_.max_iterations);
        std::copy(W_.data(), W_.data() + W_.size(), before.begin());
        while (step < o_.max_iterations) {
            check_interrupt();
            if (!pass()) {
                rate_ *= restart_factor;
                if (rate_ < lowest_rate) {
                    throw NumericalError(
                        "Infomax: weights grow without bound at any learning rate; the samples may have "
                        "fewer dimensions than components were asked for");
                }
                restart();
                std::copy(W_.data(), W_.data() + W_.size(), before.begin());
                step = 0;
                calm = 0;
                continue;
            }
            ++step;
            progress.advance();
            double change = 0, along = 0;
            for (std::size_t i = 0; i < delta.size(); ++i) {
                delta[i] = W_.data()[i] - before[i];
                change += delta[i] * delta[i];
                along += delta[i] * reference[i];
            }
            std::copy(W_.data(), W_.data() + W_.size(), before.begin());
            double angle = 0;
            if (step > 2 && change > 0 && reference_change > 0) {
                angle = std::acos(std::clamp(along / std::sqrt(change * reference_change), -1.0, 1.0)) * 180 /
                        std::numbers::pi;
            }
            if (angle > anneal_degrees || step == 1) {
                rate_ *= step == 1 ? 1 : anneal_factor;
                reference = delta;
                reference_change = change;
                calm = 0;
            } else if (++calm > small_angles) {
                result.converged = true;
            }
            result.change = change;
            if (step > 2 && change < o_.tolerance) {
                result.converged = true;
            } else if (change > largest_change) {
                rate_ *= 0.5;
            }
            if (result.converged) {
                break;
            }
        }
        result.iterations = step;
        // Kept as columns: u = x W. Ours multiplies from the left.
        for (index i = 0; i < k_; ++i) {
            for (index j = 0; j < k_; ++j) {
                result.W(i, j) = W_.data()[j * ld_ + i];
            }
        }
        return result;
    }

private:
    void restart() {
        W_ = Array<double, 2>({k_, ld_});
        bias_ = Array<double, 1>({ld_});
        signs_.assign(k_, 1);
        signs_[0] = o_.extended ? -1 : 1;
        kurtosis_.assign(k_, 0);
        for (index i = 0; i < k_; ++i) {
            W_(i, i) = 1;
        }
        blocks_ = 0;
        every_ = 1;
        calm_ = 0;
    }

    /// All blocks of a random order. Returns false where the weights blew up.
    bool pass() {
        const std::vector<index> order = shuffled(n_, random_);
        const auto& kernels = net_kernels<double>();
        for (index begin = 0; begin + block_ <= n_; begin += block_) {
            for (index i = 0; i < block_; ++i) {
                const double* from = samples_.data() + order[begin + i] * ld_;
                if (begin + i + 8 < n_) {
                    __builtin_prefetch(samples_.data() + order[begin + i + 8] * ld_);
                    __builtin_prefetch(samples_.data() + order[begin + i + 8] * ld_ + 8);
                }
                std::copy(from, from + ld_, gathered_.data() + i * ld_);
            }
            kernels.product(block_, ld_, k_, gathered_.data(), ld_, 1, W_.data(), ld_, false, u_.data(), ld_);
            kernels.activate(Activation::identity, block_, ld_, bias_.data(), u_.data());
            std::copy(u_.data(), u_.data() + block_ * ld_, y_.data());
            // extended: tanh u; else 2 logistic(u) − 1 = tanh(u/2)
            if (!o_.extended) {
                for (index i = 0; i < block_ * ld_; ++i) {
                    y_.data()[i] *= 0.5;
                }
            }
            kernels.activate(Activation::tanh, block_, ld_, zero_.data(), y_.data());
            kernels.product(k_, ld_, block_, u_.data(), 1, ld_, y_.data(), ld_, false, uy_.data(), ld_);
            if (o_.extended) {
                kernels.product(k_, ld_, block_, u_.data(), 1, ld_, u_.data(), ld_, false, uu_.data(), ld_);
            }
            // W += rate · W (block − signs ∘ uᵀy − uᵀu)
            Array<double, 2> move({k_, ld_});
            for (index i = 0; i < k_; ++i) {
                for (index j = 0; j < k_; ++j) {
                    const double cross = uy_.data()[i * ld_ + j];
                    move.data()[i * ld_ + j] =
                        rate_ * ((i == j ? static_cast<double>(block_) : 0) -
                                 (o_.extended ? signs_[j] * cross + uu_.data()[i * ld_ + j] : cross));
                }
            }
            Array<double, 2> step({k_, ld_});
            kernels.product(k_, ld_, k_, W_.data(), ld_, 1, move.data(), ld_, false, step.data(), ld_);
            double top = 0;
            for (index i = 0; i < k_ * ld_; ++i) {
                W_.data()[i] += step.data()[i];
                top = std::max(top, std::abs(W_.data()[i]));
            }
            Array<double, 1> sums({ld_});
            kernels.column_sums(block_, ld_, y_.data(), sums.data());
            for (index j = 0; j < k_; ++j) {
                bias_.data()[j] -= rate_ * (o_.extended ? 2 : 1) * sums.data()[j];
            }
            ++blocks_;
            if (!(top < largest_weight)) {
                return false;
            }
            if (o_.extended && blocks_ % every_ == 0) {
                update_signs();
            }
        }
        return true;
    }

    void update_signs() {
        const index m = std::min(n_, kurtosis_samples);
        for (index i = 0; i < m; ++i) {
            const index t = m < n_ ? static_cast<index>(random_.below(static_cast<std::uint64_t>(n_))) : i;
            std::copy(samples_.data() + t * ld_, samples_.data() + (t + 1) * ld_, gathered_.data() + i * ld_);
        }
        net_kernels<double>().product(m, ld_, k_, gathered_.data(), ld_, 1, W_.data(), ld_, false, u_.data(), ld_);
        std::vector<double> first(ld_), second(ld_), fourth(ld_);
        for (index i = 0; i < m; ++i) {
            for (index j = 0; j < ld_; ++j) {
                first[j] += u_.data()[i * ld_ + j];
            }
        }
        for (double& v : first) {
            v /= static_cast<double>(m);
        }
        for (index i = 0; i < m; ++i) {
            for (index j = 0; j < ld_; ++j) {
                const double v = u_.data()[i * ld_ + j] - first[j], square = v * v;
                second[j] += square;
                fourth[j] += square * square;
            }
        }
        bool same = true;
        for (index j = 0; j < k_; ++j) {
            const double kurtosis =
                second[j] > 0 ? static_cast<double>(m) * fourth[j] / (second[j] * second[j]) - 3 : 0;
            kurtosis_[j] = kurtosis_memory * kurtosis_[j] + (1 - kurtosis_memory) * kurtosis;
            const double sign = kurtosis_[j] + kurtosis_bias > 0 ? 1 : -1;
            same &= sign == signs_[j];
            signs_[j] = sign;
        }
        calm_ = same ? calm_ + 1 : 0;
        if (calm_ >= calm_signs) {  // signs have settled: look half as often
            every_ *= 2;
            calm_ = 0;
        }
    }

    const IcaOptions& o_;
    index k_, ld_, n_, block_;
    Array<double, 2> samples_, gathered_, u_, y_, uy_, uu_;
    Array<double, 1> zero_;
    Array<double, 2> W_;
    Array<double, 1> bias_;
    std::vector<double> signs_, kurtosis_;
    RandomStream random_;
    double rate_ = 0;
    index blocks_ = 0, every_ = 1, calm_ = 0;
};

}  // namespace

Unmixing infomax(const White& white, const IcaOptions& o) {
    require(white.n > 1, "independent components need at least two samples");
    require(o.max_iterations > 0,
            [&] { return "max_iterations must be > 0; got " + std::to_string(o.max_iterations); });
    return Infomax(white, o).run();
}

}  // namespace ranvier::learn
