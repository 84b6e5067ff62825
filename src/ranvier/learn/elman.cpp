#include "ranvier/learn/elman.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"

namespace ranvier::learn {

namespace {

constexpr index piece_rows = 32;

index parameters(const ElmanShape& s) { return s.hidden * (s.inputs + s.hidden + s.outputs + 1) + s.outputs; }

void require_shape(const ElmanShape& s, View<const double, 2> X) {
    require_samples(X, "Elman net");
    require(s.inputs > 0 && s.hidden > 0 && s.outputs > 0 && s.steps > 0, "an Elman net needs inputs, units and steps");
    require(X.extent(1) == s.inputs * s.steps, "an Elman net of ", s.steps, " steps of ", s.inputs,
            " inputs reads rows of ", s.inputs * s.steps, "; got ", X.extent(1));
}

double activated(Activation kind, double z) {
    switch (kind) {
        case Activation::identity: return z;
        case Activation::logistic: return 1 / (1 + std::exp(-z));
        case Activation::tanh: return std::tanh(z);
        case Activation::relu: return z < 0 ? 0 : z;
    }
    throw InternalError("an activation");
}

double slope(Activation kind, double f) {
    switch (kind) {
        case Activation::identity: return 1;
        case Activation::logistic: return f * (1 - f);
        case Activation::tanh: return 1 - f * f;
        case Activation::relu: return f > 0 ? 1 : 0;
    }
    throw InternalError("an activation");
}

/// out += a · W
void add_product(const double* a, index rows, index columns, const double* W, double* out) {
    for (index i = 0; i < rows; ++i) {
        for (index j = 0; j < columns; ++j) {
            out[j] += a[i] * W[i * columns + j];
        }
    }
}

/// One sequence: contexts h (steps, hidden) and outputs p (steps, outputs).
void run(const Elman& net, const double* x, double* h, double* p) {
    const ElmanShape& s = net.shape;
    for (index t = 0; t < s.steps; ++t) {
        double* now = h + t * s.hidden;
        std::copy(net.b.begin(), net.b.end(), now);
        add_product(x + t * s.inputs, s.inputs, s.hidden, net.U.data(), now);
        if (t > 0) {
            add_product(now - s.hidden, s.hidden, s.hidden, net.R.data(), now);
        }
        for (index i = 0; i < s.hidden; ++i) {
            now[i] = activated(s.activation, now[i]);
        }
        double* out = p + t * s.outputs;
        std::copy(net.c.begin(), net.c.end(), out);
        add_product(now, s.hidden, s.outputs, net.V.data(), out);
        const double top = *std::max_element(out, out + s.outputs);
        double total = 0;
        for (index j = 0; j < s.outputs; ++j) {
            out[j] = std::exp(out[j] - top);
            total += out[j];
        }
        for (index j = 0; j < s.outputs; ++j) {
            out[j] /= total;
        }
    }
}

/// Adds the gradient of one sequence's loss; returns the loss.
double back(const Elman& net, const double* x, const double* h, const double* p, const std::int32_t* labels, double* g,
            std::vector<double>& work) {
    const ElmanShape& s = net.shape;
    double* gU = g;
    double* gR = gU + s.inputs * s.hidden;
    double* gV = gR + s.hidden * s.hidden;
    double* gb = gV + s.hidden * s.outputs;
    double* gc = gb + s.hidden;
    work.assign(2 * s.hidden + s.outputs, 0);
    double* later = work.data();  // ∂loss/∂h_t by way of h_{t+1}
    double* delta = later + s.hidden;
    double* out = delta + s.hidden;
    double loss = 0;
    const double share = s.every_step ? 1 / static_cast<double>(s.steps) : 1;
    for (index t = s.steps - 1; t >= 0; --t) {
        const double* now = h + t * s.hidden;
        std::copy(later, later + s.hidden, delta);
        if (s.every_step || t == s.steps - 1) {
            const std::int32_t label = s.every_step ? labels[t] : labels[0];
            loss -= share * std::log(std::max(p[t * s.outputs + label], 1e-300));
            for (index j = 0; j < s.outputs; ++j) {
                out[j] = share * (p[t * s.outputs + j] - (j == label ? 1 : 0));
                gc[j] += out[j];
            }
            for (index i = 0; i < s.hidden; ++i) {
                for (index j = 0; j < s.outputs; ++j) {
                    gV[i * s.outputs + j] += now[i] * out[j];
                    delta[i] += net.V.data()[i * s.outputs + j] * out[j];
                }
            }
        }
        for (index i = 0; i < s.hidden; ++i) {
            delta[i] *= slope(s.activation, now[i]);
            gb[i] += delta[i];
        }
        for (index i = 0; i < s.inputs; ++i) {
            for (index j = 0; j < s.hidden; ++j) {
                gU[i * s.hidden + j] += x[t * s.inputs + i] * delta[j];
            }
        }
        std::fill(later, later + s.hidden, 0.0);
        if (t > 0) {
            for (index i = 0; i < s.hidden; ++i) {
                for (index j = 0; j < s.hidden; ++j) {
                    gR[i * s.hidden + j] += now[i - s.hidden] * delta[j];
                    later[i] += net.R.data()[i * s.hidden + j] * delta[j];
                }
            }
        }
    }
    return loss;
}

/// Mean loss and gradient of the given sequences, cut into pieces of a fixed number of them.
double batch_gradient(const Elman& net, const double* x, const std::int32_t* labels, std::span<const index> rows,
                      double alpha, std::vector<double>& gradient) {
    const ElmanShape& s = net.shape;
    const index n = std::ssize(rows), size = parameters(s), pieces = (n + piece_rows - 1) / piece_rows;
    const index width = s.inputs * s.steps, per_row = s.every_step ? s.steps : 1;
    Array<double, 2> sums({pieces, size});
    std::vector<double> losses(pieces);
    parallel_for(pieces, [&](index piece) {
        std::vector<double> h(s.steps * s.hidden), p(s.steps * s.outputs), work;
        for (index i = piece * piece_rows; i < std::min(n, (piece + 1) * piece_rows); ++i) {
            const double* sequence = x + rows[i] * width;
            run(net, sequence, h.data(), p.data());
            losses[piece] +=
                back(net, sequence, h.data(), p.data(), labels + rows[i] * per_row, sums.data() + piece * size, work);
        }
    });
    gradient.assign(size, 0);
    double loss = 0;
    for (index piece = 0; piece < pieces; ++piece) {
        loss += losses[piece];
        for (index i = 0; i < size; ++i) {
            gradient[i] += sums(piece, i);
        }
    }
    const double scale = 1 / static_cast<double>(n);
    index at = 0;
    double square = 0;
    for (const Array<double, 2>* W : {&net.U, &net.R, &net.V}) {
        for (index i = 0; i < W->size(); ++i, ++at) {
            gradient[at] += alpha * W->data()[i];
            square += W->data()[i] * W->data()[i];
        }
    }
    for (double& g : gradient) {
        g *= scale;
    }
    return (loss + 0.5 * alpha * square) * scale;
}

}  // namespace

Elman new_elman(const ElmanShape& s, std::uint64_t seed) {
    Elman net{s,
              Array<double, 2>({s.inputs, s.hidden}),
              Array<double, 2>({s.hidden, s.hidden}),
              Array<double, 2>({s.hidden, s.outputs}),
              std::vector<double>(s.hidden),
              std::vector<double>(s.outputs)};
    RandomStream random(seed, 5);
    for (Array<double, 2>* W : {&net.U, &net.R, &net.V}) {
        const double range = std::sqrt(6.0 / static_cast<double>(W->extent(0) + W->extent(1)));
        for (index i = 0; i < W->size(); ++i) {
            W->data()[i] = range * (2 * random.uniform() - 1);
        }
    }
    return net;
}

double elman_loss_and_gradient(const Elman& net, View<const double, 2> X, std::span<const std::int32_t> labels,
                               double alpha, std::vector<double>& gradient) {
    require_shape(net.shape, X);
    std::vector<index> rows(X.extent(0));
    std::iota(rows.begin(), rows.end(), index{0});
    return batch_gradient(net, rows_of(X), labels.data(), rows, alpha, gradient);
}

ElmanFit fit_elman(View<const double, 2> X, std::span<const std::int32_t> labels, const ElmanShape& shape,
                   const ElmanOptions& o) {
    require_shape(shape, X);
    const index n = X.extent(0), wanted = n * (shape.every_step ? shape.steps : 1);
    require(std::ssize(labels) == wanted, "an Elman net needs ", wanted, " labels; got ", labels.size());
    for (std::int32_t label : labels) {
        require(label >= 0 && label < shape.outputs, "labels must be 0 to ", shape.outputs - 1, "; got ", label);
    }
    check_settings(o);
    constexpr double longest = 5;  // gradient
    ElmanFit fit{new_elman(shape, o.random_state.value_or(0)), {}, false};
    Elman& net = fit.net;
    const index size = parameters(shape);
    std::vector<double> g, first(size), second(size);
    std::vector<index> order(n);
    std::iota(order.begin(), order.end(), index{0});
    RandomStream random(o.random_state.value_or(0), 6);
    std::vector<double*> where;
    for (Array<double, 2>* W : {&net.U, &net.R, &net.V}) {
        for (index i = 0; i < W->size(); ++i) {
            where.push_back(W->data() + i);
        }
    }
    for (std::vector<double>* bias : {&net.b, &net.c}) {
        for (double& v : *bias) {
            where.push_back(&v);
        }
    }
    double best = INFINITY;
    index still = 0;
    std::int64_t steps = 0;
    Progress progress("Elman net", o.max_iter);
    for (index epoch = 0; epoch < o.max_iter; ++epoch) {
        check_interrupt();
        if (o.shuffle) {
            shuffle(order, random);
        }
        double loss = 0;
        for (index begin = 0; begin < n; begin += o.batch_size) {
            const index rows = std::min(o.batch_size, n - begin);
            loss += static_cast<double>(rows) *
                    batch_gradient(net, rows_of(X), labels.data(), std::span(order).subspan(begin, rows), o.alpha, g);
            const double length = std::sqrt(std::inner_product(g.begin(), g.end(), g.begin(), 0.0));
            const double scale = length > longest ? longest / length : 1;
            ++steps;
            const double rate = o.learning_rate_init * std::sqrt(1 - std::pow(0.999, static_cast<double>(steps))) /
                                (1 - std::pow(0.9, static_cast<double>(steps)));
            for (index i = 0; i < size; ++i) {
                first[i] = 0.9 * first[i] + 0.1 * scale * g[i];
                second[i] = 0.999 * second[i] + 0.001 * scale * scale * g[i] * g[i];
                *where[i] -= rate * first[i] / (std::sqrt(second[i]) + 1e-8);
            }
        }
        loss /= static_cast<double>(n);
        if (!std::isfinite(loss)) {
            throw NumericalError("the loss of the Elman net is no number in epoch " + text_of(epoch) +
                                 "; a smaller learning rate or scaled features are needed");
        }
        fit.loss.push_back(loss);
        progress.advance();
        still = loss <= best - o.tol ? 0 : still + 1;
        best = std::min(best, loss);
        if (still > o.n_iter_no_change) {
            fit.converged = true;
            break;
        }
    }
    return fit;
}

namespace {

Array<double, 3> read(const Elman& net, View<const double, 2> X, bool context) {
    require_shape(net.shape, X);
    const ElmanShape& s = net.shape;
    const double* x = rows_of(X);
    Array<double, 3> h({X.extent(0), s.steps, s.hidden}), p({X.extent(0), s.steps, s.outputs});
    parallel_for((X.extent(0) + piece_rows - 1) / piece_rows, [&](index piece) {
        for (index i = piece * piece_rows; i < std::min(X.extent(0), (piece + 1) * piece_rows); ++i) {
            run(net, x + i * s.inputs * s.steps, h.data() + i * s.steps * s.hidden, p.data() + i * s.steps * s.outputs);
        }
    });
    return context ? h : p;
}

}  // namespace

Array<double, 3> elman_outputs(const Elman& net, View<const double, 2> X) { return read(net, X, false); }
Array<double, 3> elman_context(const Elman& net, View<const double, 2> X) { return read(net, X, true); }

}  // namespace ranvier::learn
