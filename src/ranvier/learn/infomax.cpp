#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/team.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/learn/kernels/ica.hpp"
#include "ranvier/learn/kernels/net.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

namespace {

// Constants of the rule as it is used for EEG (Makeig et al.'s runica); counts begin and draws follow as in MNE-Python,
// so that one random_state gives one answer.
constexpr double restart_factor = 0.9, largest_weight = 1e8, lowest_rate = 1e-10;
constexpr double kurtosis_memory = 0.5, kurtosis_bias = 0.02;
constexpr index calm_signs = 25;
constexpr index kurtosis_piece = 500, kurtosis_block = 50;
/// A block of samples is cut into pieces of about this many multiplications.
constexpr index piece_work = 28'000;

/// One run of the rule on samples in rows, k of each padded to 64 bytes.
class Infomax {
public:
    Infomax(Array<double, 2> samples, index k, const InfomaxRule& o, View<const double, 2> weights,
            const NumberSource& random)
        : o_(o),
          k_(k),
          ld_(samples.extent(1)),
          n_(samples.extent(0)),
          block_(
              std::clamp<index>(o.block.value_or(static_cast<index>(std::sqrt(static_cast<double>(n_) / 3))), 1, n_)),
          pieces_(std::clamp<index>(block_ * k_ * k_ / piece_work, 1, std::min<index>(8, block_))),
          share_((block_ + std::ssize(pieces_) - 1) / std::ssize(pieces_)),
          samples_(std::move(samples)),
          W_({k_, ld_}),
          first_({k_, ld_}),
          move_({k_, ld_}),
          step_({k_, ld_}),
          signs_({ld_}),
          random_(random.uniform),
          team_(std::min(threads(), static_cast<int>(pieces_.size()))) {
        for (Piece& piece : pieces_) {
            piece.rows.resize(share_);
            piece.u = Array<double, 2>({share_, ld_});
            piece.v = Array<double, 2>({share_, ld_});
            piece.cross = Array<double, 2>({k_, ld_});
            piece.sums = Array<double, 1>({ld_});
            for (index i = 0; i < share_; ++i) {
                piece.u_rows.push_back(piece.u.data() + i * ld_);
            }
        }
        kurtosis_.resize(k_);
        keys_.resize(n_);
        from_.resize(n_);
        to_.resize(n_);
        const bool given = weights.size() > 0;
        for (index i = 0; i < k_; ++i) {
            for (index j = 0; j < k_; ++j) {  // kept as columns
                first_(i, j) = given ? weights(j, i) : i == j ? 1 : 0;
            }
        }
        W_rows_.resize(k_);
        restart();
        rate_ = o.l_rate.value_or(0.01 / std::max(std::log(static_cast<double>(k_ * k_)), 0.1));
    }

    Unmixing run() {
        Unmixing result{Array<double, 2>({k_, k_}), 0, 0, false};
        std::vector<double> before(k_ * ld_), reference(k_ * ld_), delta(k_ * ld_);
        double reference_change = 0;
        index calm = 0, step = 0;
        Progress progress("Infomax", o_.max_iter);
        std::copy(W_.data(), W_.data() + W_.size(), before.begin());
        while (step < o_.max_iter) {
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
            const bool turned = angle > o_.anneal_deg;
            if (turned || step == 1) {
                rate_ *= turned ? o_.anneal_step : 1;
                reference = delta;
                reference_change = change;
            }
            calm = turned ? 0 : calm + 1;
            result.change = change;
            result.converged = (o_.n_small_angle && calm > *o_.n_small_angle) || (step > 2 && change < o_.w_change);
            if (change > o_.blowup) {
                rate_ *= o_.blowup_fac;
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
    /// The share of one thread in a block.
    struct Piece {
        std::vector<const double*> rows, u_rows;
        Array<double, 2> u, v, cross;
        Array<double, 1> sums;
    };

    void restart() {
        W_ = first_;
        for (index i = 0; i < k_; ++i) {
            W_rows_[i] = W_.data() + i * ld_;
        }
        bias_ = Array<double, 1>({ld_});
        std::fill(signs_.data(), signs_.data() + k_, 1.0);
        std::fill_n(signs_.data(), o_.extended ? std::min(o_.n_subgauss, k_) : 0, -1.0);
        blocks_ = restarts_++ == 0 ? 0 : 1;
        every_ = o_.ext_blocks;
        signs_known_ = false;
    }

    /// The order of the next pass: that of as many uniform numbers. They are sorted by their upper 24 bits, 12 at a
    /// time (radix sort), which leaves few to put right.
    const std::vector<std::uint64_t>& next_order() {
        constexpr int digit = 12;
        constexpr std::uint64_t digits = 1 << digit;
        std::vector<std::uint32_t> begin[2] = {std::vector<std::uint32_t>(digits + 1),
                                               std::vector<std::uint32_t>(digits + 1)};
        // The upper 32 bits of each number, and whose it is.
        random_(keys_);
        for (index i = 0; i < n_; ++i) {
            const auto upper = static_cast<std::uint64_t>(keys_[i] * 4294967296.0);
            from_[i] = upper << 32 | static_cast<std::uint64_t>(i);
            ++begin[0][(from_[i] >> 40) % digits + 1];
            ++begin[1][(from_[i] >> 52) + 1];
        }
        for (int pass = 0; pass < 2; ++pass) {
            std::partial_sum(begin[pass].begin(), begin[pass].end(), begin[pass].begin());
            for (std::uint64_t item : from_) {
                to_[begin[pass][(item >> (40 + digit * pass)) % digits]++] = item;
            }
            from_.swap(to_);
        }
        const auto key = [&](std::uint64_t item) { return keys_[item & 0xffffffff]; };
        for (index i = 0; i < n_; ++i) {
            const std::uint64_t item = from_[i];
            index at = i;
            for (; at > 0 && from_[at - 1] >> 32 >= item >> 32 && key(from_[at - 1]) > key(item); --at) {
                from_[at] = from_[at - 1];
                to_[at] = to_[at - 1];
            }
            from_[at] = item;
            to_[at] = item & 0xffffffff;
        }
        return to_;
    }

    /// What a piece of a block says of W: uᵀ v with u = x W + b and v = signs ∘ tanh u + u (extended; else tanh(u/2)).
    void work(Piece& piece, const std::uint64_t* order, index count, index coming) {
        const auto& kernels = net_kernels<double>();
        for (index i = 0; i < count; ++i) {
            piece.rows[i] = samples_.data() + order[i] * ld_;
        }
        for (index i = 0; i < coming; ++i) {
            for (index j = 0; j < ld_; j += 8) {
                __builtin_prefetch(samples_.data() + order[block_ + i] * ld_ + j);
            }
        }
        kernels.product(count, k_, k_, piece.rows.data(), W_.data(), ld_, false, piece.u.data(), ld_, {}, {});
        std::fill(piece.sums.data(), piece.sums.data() + ld_, 0.0);
        ica_kernels().natural_step(count, ld_, bias_.data(), o_.extended ? 1 : 0.5, signs_.data(), o_.extended ? 1 : 0,
                                   piece.u.data(), piece.v.data(), piece.sums.data());
        kernels.transposed_product(k_, k_, count, piece.u_rows.data(), piece.v.data(), ld_, false, piece.cross.data(),
                                   ld_, {}, {});
    }

    /// All blocks of a random order. Returns false where the weights blew up.
    bool pass() {
        const std::vector<std::uint64_t>& order = next_order();
        const index pieces = std::ssize(pieces_);
        for (index begin = 0; begin + block_ <= n_; begin += block_) {
            team_.run(pieces, [&](index p) {
                const index first = p * share_, last = std::min(block_, first + share_);
                work(pieces_[p], order.data() + begin + first, last - first,
                     std::clamp<index>(n_ - begin - block_ - first, 0, last - first));
            });
            // W += rate · W (block − Σ uᵀ v)
            double* move = move_.data();
            double* sums = pieces_[0].sums.data();
            for (index i = 0; i < k_ * ld_; ++i) {
                move[i] = pieces_[0].cross.data()[i];
            }
            for (index p = 1; p < pieces; ++p) {
                for (index i = 0; i < k_ * ld_; ++i) {
                    move[i] += pieces_[p].cross.data()[i];
                }
                for (index j = 0; j < ld_; ++j) {
                    sums[j] += pieces_[p].sums.data()[j];
                }
            }
            for (index i = 0; i < k_ * ld_; ++i) {
                move[i] *= -rate_;
            }
            for (index i = 0; i < k_; ++i) {
                move[i * ld_ + i] += rate_ * static_cast<double>(block_);
            }
            net_kernels<double>().product(k_, k_, k_, W_rows_.data(), move, ld_, false, step_.data(), ld_, {}, {});
            double top = 0;
            for (index i = 0; i < k_ * ld_; ++i) {
                W_.data()[i] += step_.data()[i];
                top = std::max(top, std::abs(W_.data()[i]));
            }
            for (index j = 0; j < (o_.use_bias ? k_ : 0); ++j) {
                bias_.data()[j] -= rate_ * (o_.extended ? 2 : 1) * sums[j];
            }
            ++blocks_;
            if (!(top < largest_weight)) {
                return false;
            }
            if (o_.extended && every_ > 0 && blocks_ % every_ == 0) {
                update_signs();
            }
        }
        return true;
    }

    /// Kurtosis of all components over some samples drawn at random.
    void update_signs() {
        const index m = std::min(n_, o_.kurt_size), pieces = (m + kurtosis_piece - 1) / kurtosis_piece;
        Array<double, 2> parts({pieces, 4 * ld_});
        std::vector<index> drawn(m);
        if (m < n_) {
            std::vector<double> numbers(m);
            random_(numbers);
            std::ranges::transform(numbers, drawn.begin(),
                                   [&](double u) { return static_cast<index>(u * static_cast<double>(n_ - 1)); });
        } else {
            std::iota(drawn.begin(), drawn.end(), index{0});
        }
        team_.run(pieces, [&](index p) {
            const index begin = p * kurtosis_piece, count = std::min(kurtosis_piece, m - begin);
            Array<double, 2> u({kurtosis_block, ld_});
            const double* rows[kurtosis_block];
            for (index done = 0; done < count; done += kurtosis_block) {
                const index some = std::min(kurtosis_block, count - done);
                for (index i = 0; i < some; ++i) {
                    rows[i] = samples_.data() + drawn[begin + done + i] * ld_;
                    for (index j = 0; j < ld_; j += 8) {
                        __builtin_prefetch(rows[i] + j);
                    }
                }
                net_kernels<double>().product(some, k_, k_, rows, W_.data(), ld_, false, u.data(), ld_, {}, {});
                ica_kernels().powers(some, ld_, u.data(), parts.data() + p * 4 * ld_);
            }
        });
        for (index p = 1; p < pieces; ++p) {
            for (index j = 0; j < 4 * ld_; ++j) {
                parts.data()[j] += parts.data()[p * 4 * ld_ + j];
            }
        }
        bool same = true;
        for (index j = 0; j < k_; ++j) {
            // Moments about the mean, which is small: the samples have mean 0.
            const double scale = 1 / static_cast<double>(m), mean = parts(0, j) * scale;
            const double second = parts(0, ld_ + j) * scale, third = parts(0, 2 * ld_ + j) * scale,
                         fourth = parts(0, 3 * ld_ + j) * scale;
            const double variance = second - mean * mean;
            const double central = fourth - 4 * mean * third + 6 * mean * mean * second - 3 * mean * mean * mean * mean;
            const double kurtosis = variance > 0 ? central / (variance * variance) - 3 : 0;
            kurtosis_[j] = kurtosis_memory * kurtosis_[j] + (1 - kurtosis_memory) * kurtosis;
            const double sign = kurtosis_[j] + kurtosis_bias > 0 ? 1 : -1;
            same &= signs_known_ && sign == signs_.data()[j];
            signs_.data()[j] = sign;
        }
        signs_known_ = true;
        calm_ = same ? calm_ + 1 : 0;
        if (calm_ >= calm_signs) {  // signs have settled: look half as often
            every_ *= 2;
            calm_ = 0;
        }
    }

    const InfomaxRule& o_;
    index k_, ld_, n_, block_;
    std::vector<Piece> pieces_;
    index share_;
    Array<double, 2> samples_, W_, first_, move_, step_;
    std::vector<const double*> W_rows_;
    Array<double, 1> signs_, bias_;
    std::function<void(std::span<double>)> random_;
    std::vector<double> keys_;  ///< uniform numbers whose order is that of a pass
    std::vector<std::uint64_t> from_, to_;
    std::vector<double> kurtosis_;
    Team team_;
    double rate_ = 0;
    index restarts_ = 0, blocks_ = 0, every_ = 1, calm_ = 0;
    bool signs_known_ = false;  ///< once they were looked at
};

}  // namespace

Unmixing infomax(Array<double, 2> samples, index k, const InfomaxRule& rule, View<const double, 2> weights,
                 const NumberSource& random) {
    require(samples.extent(0) > 1, "independent components need at least two samples");
    require(k >= 1 && samples.extent(1) == padded<double>(k), "samples must have ", padded<double>(k),
            " numbers each, padding included; got ", samples.extent(1));
    require(weights.size() == 0 || (weights.extent(0) == k && weights.extent(1) == k), "weights must be a matrix of ",
            k, " rows and columns, as many as there are components");
    check_settings(rule);
    return Infomax(std::move(samples), k, rule, weights, random).run();
}

Unmixing infomax(const White& white, const InfomaxOptions& o) {
    require(white.n > 1, "independent components need at least two samples");
    check_settings(o);
    InfomaxRule rule;
    rule.extended = o.extended;
    rule.max_iter = o.max_iter;
    rule.w_change = o.tol;
    const index k = white.Z.extent(0);
    Array<double, 2> samples({white.n, padded<double>(k)});
    constexpr index columns = 1024;
    parallel_for((white.n + columns - 1) / columns, [&](index b) {
        for (index t = b * columns; t < std::min(white.n, (b + 1) * columns); ++t) {
            for (index i = 0; i < k; ++i) {
                samples.data()[t * samples.extent(1) + i] = white.Z.data()[i * white.Z.extent(1) + t];
            }
        }
    });
    return infomax(std::move(samples), k, rule, {}, numpy_numbers(o.random_state.value_or(0)));
}

}  // namespace ranvier::learn
