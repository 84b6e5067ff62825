#include "ranvier/learn/mlp.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/net_pass.hpp"

namespace ranvier::learn {

namespace {

constexpr index pass_rows = 256;

template <class T>
void fill_rows(NetPass<T>& pass, View<const T, 2> X, index begin, index rows) {
    const T* x = X.data();
    const index d = X.extent(1);
    for (index i = 0; i < rows; ++i) {
        pass.set_input(i, x + (begin + i) * d);
    }
}

}  // namespace

template <class T>
Training<T> new_training(const NetShape& shape, const MlpOptions& o) {
    require(shape.dead_zone >= 0, "the dead zone must be ≥ 0");
    const NetLayout layout = layout_of<T>(shape);
    Training<T> training;
    training.net = {shape, Array<T, 1>({layout.size})};
    training.rate = o.learning_rate_init;
    training.best_loss = INFINITY;
    T* p = training.net.parameters.data();
    for (index l = 0; l + 1 < std::ssize(shape.sizes); ++l) {
        RandomStream random(o.random_state.value_or(0), 3, static_cast<std::uint32_t>(l));
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        const double factor = shape.hidden == Activation::logistic ? 2 : 6;
        const double range = o.init_range ? *o.init_range : std::sqrt(factor / static_cast<double>(in + out));
        for (index i = 0; i < in; ++i) {
            for (index j = 0; j < out; ++j) {
                p[layout.weights[l] + i * layout.ld[l + 1] + j] = static_cast<T>(range * (2 * random.uniform() - 1));
            }
        }
        for (index j = 0; j < out; ++j) {
            p[layout.biases[l] + j] = static_cast<T>(range * (2 * random.uniform() - 1));
        }
    }
    return training;
}

template <class T>
Array<T, 2> outputs(const Mlp<T>& net, View<const T, 2> X) {
    require(X.extent(1) == net.shape.sizes.front(), "a net of ", net.shape.sizes.front(),
            " inputs can't read samples of ", X.extent(1), " features");
    rows_of(X);
    const index n = X.extent(0), k = net.shape.sizes.back();
    Array<T, 2> result({n, k});
    parallel_for((n + pass_rows - 1) / pass_rows, [&](index piece) {
        const index begin = piece * pass_rows, rows = std::min(pass_rows, n - begin);
        NetPass<T> pass(net.shape, rows, false);
        fill_rows(pass, X, begin, rows);
        pass.forward(net.parameters.data(), rows, false);
        for (index i = 0; i < rows; ++i) {
            std::copy(pass.output() + i * pass.output_ld(), pass.output() + i * pass.output_ld() + k,
                      result.data() + (begin + i) * k);
        }
    });
    return result;
}

Split validation_split(index n, std::span<const std::int32_t> labels, double fraction, std::uint64_t seed) {
    const auto wanted = static_cast<index>(std::ceil(fraction * static_cast<double>(n)));
    require(wanted > 0 && wanted < n, "validation_fraction must leave samples on both sides; ", wanted, " of ", n,
            " would be set aside");
    std::vector<std::vector<index>> groups(labels.empty() ? 1 : *std::max_element(labels.begin(), labels.end()) + 1);
    for (index i = 0; i < n; ++i) {
        groups[labels.empty() ? 0 : labels[i]].push_back(i);
    }
    std::erase_if(groups, [](const auto& group) { return group.empty(); });
    if (std::any_of(groups.begin(), groups.end(), [](const auto& group) { return group.size() == 1; })) {
        return validation_split(n, {}, fraction, seed);
    }
    // Each gives the whole part of its share, those with the largest rest one more.
    std::vector<index> give(groups.size()), by_rest(groups.size());
    std::iota(by_rest.begin(), by_rest.end(), index{0});
    index given = 0;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        give[g] = wanted * std::ssize(groups[g]) / n;
        given += give[g];
    }
    std::stable_sort(by_rest.begin(), by_rest.end(), [&](index a, index b) {
        return wanted * std::ssize(groups[a]) % n > wanted * std::ssize(groups[b]) % n;
    });
    for (index k = 0; k < wanted - given; ++k) {
        ++give[by_rest[k]];
    }
    Split split;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        RandomStream random(seed, 17, static_cast<std::uint32_t>(g));
        shuffle(groups[g], random);
        split.aside.insert(split.aside.end(), groups[g].begin(), groups[g].begin() + give[g]);
        split.kept.insert(split.kept.end(), groups[g].begin() + give[g], groups[g].end());
    }
    std::sort(split.aside.begin(), split.aside.end());
    std::sort(split.kept.begin(), split.kept.end());
    return split;
}

template <class T>
double net_score(const Mlp<T>& net, const TrainingData<T>& data) {
    const Array<T, 2> p = outputs(net, data.X);
    const index n = p.extent(0), k = p.extent(1);
    const auto weight = [&](index i) { return data.weights.empty() ? 1.0 : static_cast<double>(data.weights[i]); };
    double total = 0;
    for (index i = 0; i < n; ++i) {
        total += weight(i);
    }
    require(total > 0, "a score needs samples of some weight; the sample_weight of all ", n, " is 0");
    if (net.shape.output == Output::softmax || (net.shape.output == Output::logistic && net.shape.loss == Loss::log)) {
        double right = 0;
        for (index i = 0; i < n; ++i) {
            const T* row = p.data() + i * k;
            if (net.shape.output == Output::softmax) {
                right += weight(i) * (std::max_element(row, row + k) - row == data.labels[i]);
            } else {
                bool all = true;
                for (index j = 0; j < k; ++j) {
                    all &= (row[j] > T(0.5)) == (data.targets(i, j) > T(0.5));
                }
                right += weight(i) * all;
            }
        }
        return right / total;
    }
    double score = 0;
    for (index j = 0; j < k; ++j) {
        double mean = 0, residual = 0, spread = 0;
        for (index i = 0; i < n; ++i) {
            mean += weight(i) * static_cast<double>(data.targets(i, j)) / total;
        }
        for (index i = 0; i < n; ++i) {
            const double t = static_cast<double>(data.targets(i, j));
            residual += weight(i) * std::pow(t - static_cast<double>(p(i, j)), 2);
            spread += weight(i) * (t - mean) * (t - mean);
        }
        score += (spread > 0 ? 1 - residual / spread : residual == 0 ? 1 : 0) / static_cast<double>(k);
    }
    return score;
}

template <class T>
double loss_and_gradient(const Mlp<T>& net, const TrainingData<T>& data, double alpha, Array<T, 1>& gradient) {
    const NetLayout layout = layout_of<T>(net.shape);
    const index n = data.X.extent(0), k = net.shape.sizes.back();
    // Eight sums at most, whatever the number of threads, and one alone for nets whose gradient is large.
    const index pieces = layout.size > (1 << 18) ? 1 : std::clamp<index>(n / pass_rows, 1, 8);
    const index share = (n + pieces - 1) / pieces;
    Transposed<T> transposed(net.shape);
    const T* wt = transposed.update(net.parameters.data());
    std::vector<NetPass<T>> passes;
    for (index p = 0; p < pieces; ++p) {
        passes.emplace_back(net.shape, std::min(share, pieces == 1 ? index{2048} : pass_rows), true);
    }
    std::vector<double> losses(pieces);
    parallel_for(pieces, [&](index p) {
        NetPass<T>& pass = passes[p];
        for (index begin = p * share; begin < std::min(n, (p + 1) * share); begin += pass.capacity()) {
            const index rows = std::min({pass.capacity(), n - begin, (p + 1) * share - begin});
            fill_rows(pass, data.X, begin, rows);
            pass.forward(net.parameters.data(), rows, true);
            losses[p] += pass.backward(wt, rows, data.labels.empty() ? nullptr : data.labels.data() + begin,
                                       data.targets.data() ? data.targets.data() + begin * k : nullptr,
                                       data.weights.empty() ? nullptr : data.weights.data() + begin);
        }
    });
    double total = static_cast<double>(n), loss = 0;
    if (!data.weights.empty()) {
        total = 0;
        for (T w : data.weights) {
            total += static_cast<double>(w);
        }
    }
    require(total > 0, "the weights of all samples are 0");
    gradient = Array<T, 1>({layout.size});
    double square = 0;
    for (index i = 0; i < layout.size; ++i) {
        T g = 0;
        for (NetPass<T>& pass : passes) {
            g += pass.gradient()[i];
        }
        if (i < layout.biases_begin) {
            const T w = net.parameters.data()[i];
            g += static_cast<T>(alpha) * w;
            square += static_cast<double>(w) * static_cast<double>(w);
        }
        gradient.data()[i] = static_cast<T>(static_cast<double>(g) / total);
    }
    for (double l : losses) {
        loss += l;
    }
    return (loss + 0.5 * alpha * square) / total;
}

template Training<double> new_training(const NetShape&, const MlpOptions&);
template Training<float> new_training(const NetShape&, const MlpOptions&);
template Array<double, 2> outputs(const Mlp<double>&, View<const double, 2>);
template Array<float, 2> outputs(const Mlp<float>&, View<const float, 2>);
template double net_score(const Mlp<double>&, const TrainingData<double>&);
template double net_score(const Mlp<float>&, const TrainingData<float>&);
template double loss_and_gradient(const Mlp<double>&, const TrainingData<double>&, double, Array<double, 1>&);
template double loss_and_gradient(const Mlp<float>&, const TrainingData<float>&, double, Array<float, 1>&);

}  // namespace ranvier::learn
