#include "ranvier/learn/mlp.hpp"

#include <algorithm>
#include <cmath>

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
Training<T> new_training(const NetShape& shape, const TrainOptions& o) {
    require(shape.dead_zone >= 0, "the dead zone must be ≥ 0");
    const NetLayout layout = layout_of<T>(shape);
    Training<T> training;
    training.net = {shape, Array<T, 1>({layout.size})};
    training.rate = o.rate;
    training.best_loss = INFINITY;
    T* p = training.net.parameters.data();
    for (index l = 0; l + 1 < std::ssize(shape.sizes); ++l) {
        RandomStream random(o.seed, 3, static_cast<std::uint32_t>(l));
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        const double factor = shape.hidden == Activation::logistic ? 2 : 6;
        const double range = o.start_range > 0 ? o.start_range : std::sqrt(factor / static_cast<double>(in + out));
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
    require(X.extent(1) == net.shape.sizes.front(), [&] {
        return "a net of " + std::to_string(net.shape.sizes.front()) + " inputs can't read samples of " +
               std::to_string(X.extent(1)) + " features";
    });
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

template <class T>
double net_score(const Mlp<T>& net, const Lesson<T>& lesson) {
    const Array<T, 2> p = outputs(net, lesson.X);
    const index n = p.extent(0), k = p.extent(1);
    const auto weight = [&](index i) { return lesson.weights.empty() ? 1.0 : static_cast<double>(lesson.weights[i]); };
    double total = 0;
    for (index i = 0; i < n; ++i) {
        total += weight(i);
    }
    if (net.shape.output == Output::softmax || (net.shape.output == Output::logistic && net.shape.loss == Loss::log)) {
        double right = 0;
        for (index i = 0; i < n; ++i) {
            const T* row = p.data() + i * k;
            if (net.shape.output == Output::softmax) {
                right += weight(i) * (std::max_element(row, row + k) - row == lesson.labels[i]);
            } else {
                bool all = true;
                for (index j = 0; j < k; ++j) {
                    all &= (row[j] > T(0.5)) == (lesson.targets(i, j) > T(0.5));
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
            mean += weight(i) * static_cast<double>(lesson.targets(i, j)) / total;
        }
        for (index i = 0; i < n; ++i) {
            const double t = static_cast<double>(lesson.targets(i, j));
            residual += weight(i) * std::pow(t - static_cast<double>(p(i, j)), 2);
            spread += weight(i) * (t - mean) * (t - mean);
        }
        score += (spread > 0 ? 1 - residual / spread : residual == 0 ? 1 : 0) / static_cast<double>(k);
    }
    return score;
}

template <class T>
double loss_and_gradient(const Mlp<T>& net, const Lesson<T>& lesson, double alpha, Array<T, 1>& gradient) {
    const NetLayout layout = layout_of<T>(net.shape);
    const index n = lesson.X.extent(0), k = net.shape.sizes.back();
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
            fill_rows(pass, lesson.X, begin, rows);
            pass.forward(net.parameters.data(), rows, true);
            losses[p] += pass.backward(wt, rows, lesson.labels.empty() ? nullptr : lesson.labels.data() + begin,
                                       lesson.targets.data() ? lesson.targets.data() + begin * k : nullptr,
                                       lesson.weights.empty() ? nullptr : lesson.weights.data() + begin);
        }
    });
    double total = static_cast<double>(n), loss = 0;
    if (!lesson.weights.empty()) {
        total = 0;
        for (T w : lesson.weights) {
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

template Training<double> new_training(const NetShape&, const TrainOptions&);
template Training<float> new_training(const NetShape&, const TrainOptions&);
template Array<double, 2> outputs(const Mlp<double>&, View<const double, 2>);
template Array<float, 2> outputs(const Mlp<float>&, View<const float, 2>);
template double net_score(const Mlp<double>&, const Lesson<double>&);
template double net_score(const Mlp<float>&, const Lesson<float>&);
template double loss_and_gradient(const Mlp<double>&, const Lesson<double>&, double, Array<double, 1>&);
template double loss_and_gradient(const Mlp<float>&, const Lesson<float>&, double, Array<float, 1>&);

}  // namespace ranvier::learn
