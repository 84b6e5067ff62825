#include "ranvier/learn/art.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/kernels/art.hpp"

namespace ranvier::learn {

namespace {

void require_options(const ArtOptions& o) {
    require(o.rho >= 0 && o.rho <= 1, [&] { return "vigilance rho must be in [0, 1]; got " + std::to_string(o.rho); });
    require(o.alpha > 0, [&] { return "the choice parameter alpha must be > 0; got " + std::to_string(o.alpha); });
    require(o.beta > 0 && o.beta <= 1,
            [&] { return "the learning rate beta must be in (0, 1]; got " + std::to_string(o.beta); });
    require(o.epsilon >= -1 && o.epsilon <= 1,
            [&] { return "match tracking epsilon must be in [-1, 1]; got " + std::to_string(o.epsilon); });
    require(o.max_epochs > 0, [&] { return "max_epochs must be > 0; got " + std::to_string(o.max_epochs); });
    require(o.max_categories > 0,
            [&] { return "max_categories must be > 0; got " + std::to_string(o.max_categories); });
}

/// Categories that grow, as columns of a padded matrix: a sample meets eight or more of them at once.
class Field {
public:
    Field(index width, double alpha, const ArtMap* start) : width_(width), alpha_(alpha) {
        if (start != nullptr && start->weights.size() > 0) {
            require(start->weights.extent(1) == width, [&] {
                return "categories of " + std::to_string(start->weights.extent(1)) + " weights don't fit inputs of " +
                       std::to_string(width);
            });
            for (index c = 0; c < start->weights.extent(0); ++c) {
                std::vector<double> w(width);
                for (index k = 0; k < width; ++k) {
                    w[k] = start->weights(c, k);
                }
                add(w.data());
            }
        }
    }

    index count() const { return count_; }
    double overlap(index c) const { return overlap_.data()[c]; }
    double choice(index c) const { return choice_.data()[c]; }

    /// |I ∧ w| and choice of all categories.
    void meet(const double* input) {
        if (count_ > 0) {
            art_kernels().meet(width_, padded<double>(count_), room_, wt_.data(), input, size_.data(), alpha_,
                               overlap_.data(), choice_.data());
        }
    }

    /// The category of largest choice (of equals the first) that is not among the excluded; −1: none left.
    index best() const {
        index top = -1;
        double value = -1;
        for (index c = 0; c < count_; ++c) {
            if (choice_.data()[c] > value) {
                value = choice_.data()[c];
                top = c;
            }
        }
        return top;
    }
    void exclude(index c) { choice_.data()[c] = -1; }

    /// w += β (I ∧ w − w); returns whether it moved.
    bool learn(index c, const double* input, double beta) {
        bool moved = false;
        double size = 0;
        for (index k = 0; k < width_; ++k) {
            double& w = wt_.data()[k * room_ + c];
            if (input[k] < w) {
                const double next = beta == 1 ? input[k] : w + beta * (input[k] - w);
                moved |= next != w;
                w = next;
            }
            size += w;
        }
        size_.data()[c] = size;
        return moved;
    }

    void add(const double* input) {
        if (count_ == room_) {
            grow();
        }
        double size = 0;
        for (index k = 0; k < width_; ++k) {
            wt_.data()[k * room_ + count_] = input[k];
            size += input[k];
        }
        size_.data()[count_] = size;
        ++count_;
    }

    Array<double, 2> weights() const {
        Array<double, 2> result({count_, width_});
        for (index c = 0; c < count_; ++c) {
            for (index k = 0; k < width_; ++k) {
                result(c, k) = wt_.data()[k * room_ + c];
            }
        }
        return result;
    }

private:
    void grow() {
        const index room = room_ == 0 ? 64 : 2 * room_;
        Array<double, 2> wt({width_, room});
        Array<double, 1> size({room});
        for (index k = 0; k < width_; ++k) {
            std::copy(wt_.data() + k * room_, wt_.data() + k * room_ + count_, wt.data() + k * room);
        }
        std::copy(size_.data(), size_.data() + count_, size.data());
        wt_ = std::move(wt);
        size_ = std::move(size);
        overlap_ = Array<double, 1>({room});
        choice_ = Array<double, 1>({room});
        room_ = room;
    }

    index width_, room_ = 0, count_ = 0;
    double alpha_;
    Array<double, 2> wt_;  ///< shape (width, room)
    Array<double, 1> size_, overlap_, choice_;
};

void complement(const double* x, index d, double* input) {
    for (index k = 0; k < d; ++k) {
        input[k] = x[k];
        input[d + k] = 1 - x[k];
    }
}

void require_unit_interval(View<const double, 2> X) {
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            require(X(i, k) >= 0 && X(i, k) <= 1, [&] {
                return "inputs of fuzzy ART must be in [0, 1]; got " + std::to_string(X(i, k)) + " at (" +
                       std::to_string(i) + ", " + std::to_string(k) + ")";
            });
        }
    }
}

void require_binary(View<const double, 2> X) {
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            require(X(i, k) == 0 || X(i, k) == 1, [&] {
                return "inputs of ART 1 must be 0 or 1; got " + std::to_string(X(i, k)) + " at (" + std::to_string(i) +
                       ", " + std::to_string(k) + ")";
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
    std::vector<double> input(width);
    if (assigned) {
        assigned->assign(n, -1);
    }
    while (map.epochs < o.max_epochs && !map.settled) {
        check_interrupt();
        bool changed = false;
        for (index i = 0; i < n; ++i) {
            code(x + i * d, input.data());
            double size = 0;
            for (double v : input) {
                size += v;
            }
            double vigilance = o.rho;
            field.meet(input.data());
            index winner = field.best();
            for (; winner >= 0; winner = field.best()) {
                // An input of nothing matches everything. Sums of d terms differ by rounding.
                const double match = size > 0 ? field.overlap(winner) / size : 1;
                if (match >= vigilance - 1e-12) {
                    if (labels.empty() || map.labels[winner] == labels[i]) {
                        break;
                    }
                    vigilance = match + o.epsilon;
                    if (vigilance > 1) {  // nothing can match better
                        winner = -1;
                        break;
                    }
                }
                field.exclude(winner);
            }
            if (winner >= 0) {
                changed |= field.learn(winner, input.data(), o.beta);
            } else {
                require(field.count() < o.max_categories, [&] {
                    return "adaptive resonance reached max_categories = " + std::to_string(o.max_categories) +
                           "; lower the vigilance or allow more";
                });
                winner = field.count();
                field.add(input.data());
                if (!labels.empty()) {
                    map.labels.push_back(labels[i]);
                }
                changed = true;
            }
            if (assigned) {
                (*assigned)[i] = static_cast<std::int32_t>(winner);
            }
        }
        ++map.epochs;
        map.settled = !changed;
    }
    map.weights = field.weights();
    return map;
}

template <class Code>
std::vector<std::int32_t> categories(View<const double, 2> X, index width, Code code, const ArtMap& map, double alpha,
                                     double rho) {
    require_samples(X, "adaptive resonance");
    require(map.weights.extent(1) == width, [&] {
        return "categories of " + std::to_string(map.weights.extent(1)) + " weights can't read samples of " +
               std::to_string(X.extent(1)) + " features";
    });
    const index n = X.extent(0), d = X.extent(1);
    const double* x = rows_of(X);
    std::vector<std::int32_t> result(n);
    constexpr index block = 256;
    parallel_for((n + block - 1) / block, [&](index piece) {
        Field field(width, alpha, &map);
        std::vector<double> input(width);
        for (index i = piece * block; i < std::min(n, (piece + 1) * block); ++i) {
            code(x + i * d, input.data());
            double size = 0;
            for (double v : input) {
                size += v;
            }
            field.meet(input.data());
            index winner = field.best();
            while (winner >= 0 && size > 0 && field.overlap(winner) / size < rho - 1e-12) {
                field.exclude(winner);
                winner = field.best();
            }
            result[i] = static_cast<std::int32_t>(winner);
        }
    });
    return result;
}

}  // namespace

ArtMap fit_fuzzy_art(View<const double, 2> X, const ArtOptions& o, std::vector<std::int32_t>& assigned,
                     const ArtMap* start) {
    require_samples(X, "fuzzy ART");
    require_options(o);
    require_unit_interval(X);
    const index d = X.extent(1);
    return train_art(
        X, 2 * d, [d](const double* x, double* input) { complement(x, d, input); }, {}, o, &assigned, start);
}

ArtMap fit_fuzzy_artmap(View<const double, 2> X, std::span<const std::int32_t> labels, const ArtOptions& o,
                        const ArtMap* start) {
    require_samples(X, "fuzzy ARTMAP");
    require_options(o);
    require_unit_interval(X);
    require(std::ssize(labels) == X.extent(0), "fuzzy ARTMAP needs one label per sample");
    const index d = X.extent(1);
    return train_art(
        X, 2 * d, [d](const double* x, double* input) { complement(x, d, input); }, labels, o, nullptr, start);
}

std::vector<std::int32_t> fuzzy_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho) {
    require_unit_interval(X);
    const index d = X.extent(1);
    return categories(
        X, 2 * d, [d](const double* x, double* input) { complement(x, d, input); }, map, alpha, rho);
}

ArtMap fit_art1(View<const double, 2> X, const ArtOptions& o, std::vector<std::int32_t>& assigned,
                const ArtMap* start) {
    require_samples(X, "ART 1");
    require_options(o);
    require_binary(X);
    require(o.beta == 1, "ART 1 learns fast: beta must be 1");
    const index d = X.extent(1);
    return train_art(
        X, d, [d](const double* x, double* input) { std::copy(x, x + d, input); }, {}, o, &assigned, start);
}

std::vector<std::int32_t> art1_categories(View<const double, 2> X, const ArtMap& map, double alpha, double rho) {
    require_binary(X);
    const index d = X.extent(1);
    return categories(
        X, d, [d](const double* x, double* input) { std::copy(x, x + d, input); }, map, alpha, rho);
}

}  // namespace ranvier::learn
