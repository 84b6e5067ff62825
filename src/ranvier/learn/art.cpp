#include "ranvier/learn/art.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/kernels/art.hpp"

namespace ranvier::learn {

namespace {

/// Categories that grow, in blocks of eight: a sample meets a block or more of them at once.
class Field {
public:
    Field(index width, double alpha, const ArtMap* start) : width_(width), alpha_(alpha) {
        if (start != nullptr && start->weights.size() > 0) {
            require(start->weights.extent(1) == width, "categories of ", start->weights.extent(1),
                    " weights don't fit inputs of ", width);
            for (index c = 0; c < start->weights.extent(0); ++c) {
                add(start->weights.data() + c * width);
            }
        }
    }

    index count() const { return count_; }

    /// What a few samples have in common with each category.
    struct Meeting {
        index stride = 0;
        std::vector<double> overlap, choice;  ///< |I ∧ w|; that / (α + |w|)
        double overlap_of(index sample, index c) const { return overlap[sample * stride + c]; }
    };
    static constexpr index together = 4;
    /// `samples` inputs, up to `together`, meet all categories.
    void meet(index samples, const double* inputs, Meeting& m) const {
        if (const index room = std::ssize(size_) + art_block; m.stride < room) {  // room for those that are learnt next
            m.stride = 2 * room;
            m.overlap.resize(together * m.stride);
            m.choice.resize(together * m.stride);
        }
        art_kernels().meet(width_, blocks(), samples, weights_.data(), inputs, size_.data(), alpha_, m.stride,
                           m.overlap.data(), m.choice.data());
    }
    /// Samples from `first` on meet the block of category c anew.
    void meet_again(index c, index first, index samples, const double* inputs, Meeting& m) const {
        const index block = c / art_block * art_block;
        art_kernels().meet(width_, 1, samples - first, weights_.data() + block * width_, inputs + first * width_,
                           size_.data() + block, alpha_, m.stride, m.overlap.data() + first * m.stride + block,
                           m.choice.data() + first * m.stride + block);
    }
    /// The category of largest choice (of equals the first) whose overlap is at least `least`; −1 where there is none.
    index best(index sample, double least, const Meeting& m) const {
        return art_kernels().best(blocks(), m.overlap.data() + sample * m.stride, m.choice.data() + sample * m.stride,
                                  least);
    }
    void exclude(index sample, index c, Meeting& m) const { m.choice[sample * m.stride + c] = -1; }

    /// w += β (I ∧ w − w); returns whether it moved.
    bool learn(index c, const double* input, double beta) {
        bool moved = false;
        double size = 0;
        double* w = weights_.data() + place(c);
        for (index k = 0; k < width_; ++k, w += art_block) {
            const double common = std::min(*w, input[k]);
            const double next = beta == 1 ? common : *w + beta * (common - *w);
            moved |= next != *w;
            *w = next;
            size += next;
        }
        size_[c] = size;
        return moved;
    }

    void add(const double* input) {
        if (count_ % art_block == 0) {
            weights_.resize(weights_.size() + width_ * art_block, -1);
            size_.resize(size_.size() + art_block);
        }
        double* w = weights_.data() + place(count_);
        for (index k = 0; k < width_; ++k) {
            w[k * art_block] = input[k];
            size_[count_] += input[k];
        }
        ++count_;
    }

    Array<double, 2> weights() const {
        Array<double, 2> result({count_, width_});
        for (index c = 0; c < count_; ++c) {
            const double* w = weights_.data() + place(c);
            for (index k = 0; k < width_; ++k) {
                result(c, k) = w[k * art_block];
            }
        }
        return result;
    }

private:
    index blocks() const { return std::ssize(size_) / art_block; }
    index place(index c) const { return c / art_block * width_ * art_block + c % art_block; }

    index width_, count_ = 0;
    double alpha_;
    std::vector<double> weights_;  ///< as the kernels want them
    std::vector<double> size_;     ///< |w|
};

void same(const double* x, index d, double* input) { std::copy(x, x + d, input); }
void complement(const double* x, index d, double* input) {
    for (index k = 0; k < d; ++k) {
        input[k] = x[k];
        input[d + k] = 1 - x[k];
    }
}

void require_binary(View<const double, 2> X) {
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            require(X(i, k) == 0 || X(i, k) == 1, [&] {
                return "inputs of ART 1 must be 0 or 1; got " + text_of(X(i, k)) + " at (" + text_of(i) + ", " +
                       text_of(k) + ")";
            });
        }
    }
}

/// One pass over all samples after another. `code` writes the input of a sample; labels may be empty.
template <class Code>
ArtMap train_art(View<const double, 2> X, index width, Code code, std::span<const std::int32_t> labels,
                 const ArtOptions& o, std::vector<std::int32_t>* assigned, const ArtMap* start) {
    const index n = X.extent(0), d = X.extent(1);
    const double* x = rows_of(X);
    Field field(width, o.alpha, start);
    ArtMap map;
    if (start != nullptr) {
        map.labels = start->labels;
    }
    // A few samples meet all categories at once; those that are still to learn meet again what one of them changed.
    constexpr index together = Field::together;
    std::vector<double> inputs(together * width), sizes(together);
    Field::Meeting meeting;
    if (assigned) {
        assigned->assign(n, -1);
    }
    while (map.epochs < o.max_iter && !map.settled) {
        bool changed = false;
        for (index begin = 0; begin < n; begin += together) {
            if (begin % (64 * together) == 0) {
                check_interrupt();
            }
            const index count = std::min(together, n - begin);
            for (index j = 0; j < count; ++j) {
                double* input = inputs.data() + j * width;
                code(x + (begin + j) * d, d, input);
                sizes[j] = std::accumulate(input, input + width, 0.0);
            }
            field.meet(count, inputs.data(), meeting);
            for (index j = 0; j < count; ++j) {
                const index i = begin + j;
                const double* input = inputs.data() + j * width;
                const double size = sizes[j];
                // Sums of d terms differ by rounding. An input of nothing matches everything.
                const auto least_overlap = [&](double vigilance) { return (vigilance - 1e-12) * size; };
                index winner = field.best(j, least_overlap(o.rho), meeting);
                while (winner >= 0 && !labels.empty() && map.labels[winner] != labels[i]) {
                    const double vigilance = (size > 0 ? meeting.overlap_of(j, winner) / size : 1) + o.epsilon;
                    if (vigilance > 1) {  // nothing can match better
                        winner = -1;
                        break;
                    }
                    field.exclude(j, winner, meeting);
                    winner = field.best(j, least_overlap(vigilance), meeting);
                }
                bool moved = true;
                if (winner >= 0) {
                    moved = field.learn(winner, input, o.beta);
                } else {
                    require(field.count() < o.max_categories,
                            "adaptive resonance reached max_categories = ", o.max_categories,
                            "; lower the vigilance or allow more");
                    winner = field.count();
                    field.add(input);
                    if (!labels.empty()) {
                        map.labels.push_back(labels[i]);
                    }
                }
                if (moved) {
                    changed = true;
                    field.meet_again(winner, j + 1, count, inputs.data(), meeting);
                }
                if (assigned) {
                    (*assigned)[i] = static_cast<std::int32_t>(winner);
                }
            }
        }
        ++map.epochs;
        map.settled = !changed;
    }
    map.weights = field.weights();
    return map;
}

/// Lets each sample meet all categories: met(i, j, meeting, |I|) of sample i, which is number j of the meeting. On
/// threads().
template <class Code, class Met>
void meet_all(View<const double, 2> X, index width, Code code, const ArtMap& map, double alpha, Met met) {
    require_samples(X, "adaptive resonance");
    require(map.weights.extent(1) == width, "categories of ", map.weights.extent(1), " weights can't read samples of ",
            X.extent(1), " features");
    const index n = X.extent(0), d = X.extent(1);
    const double* x = rows_of(X);
    const Field field(width, alpha, &map);
    constexpr index block = 256;
    parallel_for((n + block - 1) / block, [&](index piece) {
        constexpr index together = Field::together;
        std::vector<double> inputs(together * width);
        Field::Meeting meeting;
        for (index i = piece * block; i < std::min(n, (piece + 1) * block); i += together) {
            const index count = std::min({together, n - i, (piece + 1) * block - i});
            for (index j = 0; j < count; ++j) {
                code(x + (i + j) * d, d, inputs.data() + j * width);
            }
            field.meet(count, inputs.data(), meeting);
            for (index j = 0; j < count; ++j) {
                const double* input = inputs.data() + j * width;
                met(field, i + j, j, meeting, std::accumulate(input, input + width, 0.0));
            }
        }
    });
}

template <class Code>
std::vector<std::int32_t> categories(View<const double, 2> X, index width, Code code, const ArtMap& map, double alpha,
                                     double rho) {
    std::vector<std::int32_t> result(X.extent(0));
    meet_all(X, width, code, map, alpha,
             [&](const Field& field, index i, index j, const Field::Meeting& meeting, double size) {
                 result[i] = static_cast<std::int32_t>(field.best(j, (rho - 1e-12) * size, meeting));
             });
    return result;
}

}  // namespace

ArtMap fit_fuzzy_art(View<const double, 2> X, const ArtOptions& o, std::vector<std::int32_t>& assigned,
                     const ArtMap* start) {
    require_samples(X, "fuzzy ART");
    check_settings(o);
    return train_art(X, 2 * X.extent(1), complement, {}, o, &assigned, start);
}

ArtMap fit_fuzzy_artmap(View<const double, 2> X, std::span<const std::int32_t> labels, const ArtOptions& o,
                        const ArtMap* start) {
    require_samples(X, "fuzzy ARTMAP");
    check_settings(o);
    require(std::ssize(labels) == X.extent(0), "fuzzy ARTMAP needs one label per sample");
    return train_art(X, 2 * X.extent(1), complement, labels, o, nullptr, start);
}

std::vector<std::int32_t> fuzzy_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho) {
    return categories(X, 2 * X.extent(1), complement, map, alpha, rho);
}

Array<double, 2> fuzzy_choices(View<const double, 2> X, const ArtMap& map, double alpha, index classes) {
    Array<double, 2> result({X.extent(0), classes});
    std::fill(result.data(), result.data() + result.size(), -INFINITY);
    meet_all(X, 2 * X.extent(1), complement, map, alpha,
             [&](const Field& field, index i, index j, const Field::Meeting& meeting, double) {
                 double* fits = &result(i, 0);
                 double best = -INFINITY;
                 index winner = 0;
                 for (index c = 0; c < field.count(); ++c) {
                     const double overlap = meeting.overlap_of(j, c);
                     const double fit = overlap < 0 ? overlap : meeting.choice[j * meeting.stride + c];
                     const index own = map.labels[c];
                     fits[own] = std::max(fits[own], fit);
                     winner = fit > best ? own : winner;
                     best = std::max(best, fit);
                 }
                 // Differences and quotients of the fits keep a step of so many roundings.
                 const double below = best - std::max(1e-15 * std::abs(best), std::numeric_limits<double>::min());
                 for (index k = 0; k < classes; ++k) {
                     fits[k] = k == winner ? best : std::min(fits[k], below);
                 }
             });
    return result;
}

ArtMap fit_art1(View<const double, 2> X, const ArtOptions& o, std::vector<std::int32_t>& assigned,
                const ArtMap* start) {
    require_samples(X, "ART 1");
    check_settings(o);
    require_binary(X);
    require(o.beta == 1, "ART 1 learns fast: beta must be 1");
    return train_art(X, X.extent(1), same, {}, o, &assigned, start);
}

std::vector<std::int32_t> art1_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho) {
    require_binary(X);
    return categories(X, X.extent(1), same, map, alpha, rho);
}

}  // namespace ranvier::learn
