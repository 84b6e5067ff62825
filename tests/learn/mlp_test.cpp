#include "ranvier/learn/mlp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/elman.hpp"
#include "tests/learn/samples.hpp"

namespace ranvier::learn {

namespace {

struct Data {
    Array<double, 2> X, targets;
    std::vector<std::int32_t> labels;
    std::vector<double> weights;
};

Data make(index n, index d, index k, std::uint64_t seed) {
    Data data{normal_samples(n, d, seed), Array<double, 2>({n, k}), {}, {}};
    RandomStream random(seed, 1);
    for (index i = 0; i < n; ++i) {
        data.labels.push_back(static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(k))));
        data.weights.push_back(0.5 + random.uniform());
        for (index j = 0; j < k; ++j) {
            data.targets(i, j) = random.uniform() < 0.5 ? 0 : 1;
        }
    }
    return data;
}

TrainingData<double> lesson(const Data& data, bool labels, bool weights) {
    TrainingData<double> l{data.X.view(), {}, {}, {}};
    if (labels) {
        l.labels = data.labels;
    } else {
        l.targets = data.targets.view();
    }
    if (weights) {
        l.weights = data.weights;
    }
    return l;
}

}  // namespace

// Central differences with h = 1e-5 err by h² f''' ≈ 1e-10 and by rounding ε |f| / h ≈ 1e-11. Biases and weights both.
TEST(Backpropagation, gives_the_gradient_of_the_loss) {
    struct Case {
        Output output;
        Loss loss;
    };
    for (const Case c : {Case{Output::softmax, Loss::log}, Case{Output::logistic, Loss::log},
                         Case{Output::logistic, Loss::squared}, Case{Output::identity, Loss::squared}}) {
        for (Activation hidden : {Activation::identity, Activation::logistic, Activation::tanh, Activation::relu}) {
            for (const std::vector<index>& sizes :
                 {std::vector<index>{5, 3}, std::vector<index>{5, 9, 3}, std::vector<index>{5, 17, 4, 3}}) {
                const Data data = make(37, 5, 3, 2);
                const bool labels = c.output == Output::softmax;
                NetShape shape{sizes, hidden, c.output, c.loss, 0};
                MlpOptions o;
                Training<double> t = new_training<double>(shape, o);
                const auto l = lesson(data, labels, true);
                Array<double, 1> gradient, unused;
                loss_and_gradient(t.net, l, 0.3, gradient);
                const NetLayout layout = layout_of<double>(shape);
                for (index i = 0; i < layout.size; ++i) {
                    double& w = t.net.parameters.data()[i];
                    const double before = w, h = 1e-5;
                    if (before == 0) {
                        EXPECT_EQ(gradient.data()[i], 0);  // padding
                        continue;
                    }
                    w = before + h;
                    const double above = loss_and_gradient(t.net, l, 0.3, unused);
                    w = before - h;
                    const double below = loss_and_gradient(t.net, l, 0.3, unused);
                    w = before;
                    ASSERT_NEAR(gradient.data()[i], (above - below) / (2 * h), 1e-8) << "parameter " << i;
                }
            }
        }
    }
}

// Wide layers take the way through BLAS, narrow ones our own kernels.
TEST(Backpropagation, of_wide_layers_agrees_with_finite_differences_too) {
    const Data data = make(20, 40, 3, 5);
    NetShape shape{{40, 700, 650, 3}, Activation::tanh, Output::softmax, Loss::log, 0};
    Training<double> t = new_training<double>(shape, {});
    const auto l = lesson(data, true, false);
    Array<double, 1> gradient, unused;
    loss_and_gradient(t.net, l, 0.01, gradient);
    const NetLayout layout = layout_of<double>(shape);
    RandomStream random(7);
    for (int trial = 0; trial < 40; ++trial) {
        const index i = static_cast<index>(random.below(static_cast<std::uint64_t>(layout.size)));
        double& w = t.net.parameters.data()[i];
        const double before = w, h = 1e-4;
        if (before == 0) {
            continue;
        }
        w = before + h;
        const double above = loss_and_gradient(t.net, l, 0.01, unused);
        w = before - h;
        const double below = loss_and_gradient(t.net, l, 0.01, unused);
        w = before;
        ASSERT_NEAR(gradient.data()[i], (above - below) / (2 * h), 1e-8);
    }
}

TEST(Mlp, learns_exclusive_or_with_every_solver) {
    Data data{Array<double, 2>({4, 2}), {}, {0, 1, 1, 0}, {}};
    for (index i = 0; i < 4; ++i) {
        data.X(i, 0) = static_cast<double>(i & 1);
        data.X(i, 1) = static_cast<double>(i >> 1);
    }
    for (Solver solver : {Solver::sgd, Solver::adam, Solver::lbfgs}) {
        NetShape shape{{2, 8, 2}, Activation::tanh, Output::softmax, Loss::log, 0};
        MlpOptions o;
        o.solver = solver;
        o.max_iter = 2000;
        o.learning_rate_init = solver == Solver::adam ? 0.02 : 0.2;
        o.tol = 1e-6;
        o.random_state = 1;
        Training<double> t = new_training<double>(shape, o);
        const auto l = lesson(data, true, false);
        train(t, l, o);
        EXPECT_EQ(net_score(t.net, l), 1);
        EXPECT_LT(t.loss.back(), 0.1);
    }
}

TEST(Mlp, without_hidden_layers_and_by_l_bfgs_is_the_least_squares_solution) {
    Data data{normal_samples(50, 3, 1), Array<double, 2>({50, 1}), {}, {}};
    for (index i = 0; i < 50; ++i) {
        data.targets(i, 0) = 3 * data.X(i, 0) - data.X(i, 2) + 2;
    }
    NetShape shape{{3, 1}, Activation::identity, Output::identity, Loss::squared, 0};
    MlpOptions o;
    o.solver = Solver::lbfgs;
    o.alpha = 0;
    o.tol = 1e-9;
    Training<double> t = new_training<double>(shape, o);
    train(t, lesson(data, false, false), o);
    const NetLayout layout = layout_of<double>(shape);
    const double* p = t.net.parameters.data();
    EXPECT_NEAR(p[0], 3, 1e-7);
    EXPECT_NEAR(p[layout.ld[1]], 0, 1e-7);
    EXPECT_NEAR(p[2 * layout.ld[1]], -1, 1e-7);
    EXPECT_NEAR(p[layout.biases[0]], 2, 1e-7);
}

TEST(Mlp, makes_the_first_step_of_adam_and_of_nesterov_as_written) {
    const Data data = make(10, 4, 1, 3);
    NetShape shape{{4, 1}, Activation::identity, Output::identity, Loss::squared, 0};
    for (Solver solver : {Solver::adam, Solver::sgd}) {
        MlpOptions o;
        o.solver = solver;
        o.learning_rate_init = 0.01;
        Training<double> t = new_training<double>(shape, o);
        const Array<double, 1> before = t.net.parameters;
        Array<double, 1> g;
        const auto l = lesson(data, false, false);
        loss_and_gradient(t.net, l, o.alpha, g);
        train_epoch(t, l, o);
        for (index i = 0; i < before.size(); ++i) {
            const double gi = g.data()[i];
            // Adam: m̂ = g, v̂ = g². Its ε stands beside √v, not √v̂: 1e-8 / √0.001. Momentum from rest: v = −η g.
            const double root = std::sqrt(0.001) * std::abs(gi) + 1e-8;
            const double expected = solver == Solver::adam ? -0.01 * std::sqrt(0.001) / 0.1 * 0.1 * gi / root
                                                           : 0.9 * (-0.01 * gi) - 0.01 * gi;
            EXPECT_NEAR(t.net.parameters.data()[i] - before.data()[i], expected, 1e-12);
        }
    }
}

TEST(Mlp, sample_weights_count_as_repetitions_do) {
    const Data data = make(30, 4, 3, 9);
    TrainingData<double> weighted = lesson(data, true, false);
    std::vector<double> weights(30);
    std::vector<index> repeated;
    for (index i = 0; i < 30; ++i) {
        weights[i] = static_cast<double>(i % 3);
        repeated.insert(repeated.end(), i % 3, i);
    }
    weighted.weights = weights;
    Data twice{Array<double, 2>({std::ssize(repeated), 4}), {}, {}, {}};
    for (index i = 0; i < std::ssize(repeated); ++i) {
        for (index k = 0; k < 4; ++k) {
            twice.X(i, k) = data.X(repeated[i], k);
        }
        twice.labels.push_back(data.labels[repeated[i]]);
    }
    NetShape shape{{4, 6, 3}, Activation::relu, Output::softmax, Loss::log, 0};
    const Training<double> t = new_training<double>(shape, {});
    Array<double, 1> a, b;
    const double loss_a = loss_and_gradient(t.net, weighted, 0.1, a);
    const double loss_b = loss_and_gradient(t.net, lesson(twice, true, false), 0.1, b);
    EXPECT_NEAR(loss_a, loss_b, 1e-12);
    for (index i = 0; i < a.size(); ++i) {
        EXPECT_NEAR(a.data()[i], b.data()[i], 1e-13);
    }
}

TEST(Mlp, gives_the_same_bits_on_any_number_of_threads) {
    for (const std::vector<index>& sizes : {std::vector<index>{20, 50, 4}, std::vector<index>{20, 400, 500, 4}}) {
        const Data data = make(1000, 20, 4, 4);
        std::vector<double> first;
        for (int n : {1, 2, 8}) {
            const ThreadLimit limit(n);
            NetShape shape{sizes, Activation::relu, Output::softmax, Loss::log, 0};
            MlpOptions o;
            o.max_iter = 2;
            o.batch_size = 400;
            Training<double> t = new_training<double>(shape, o);
            train(t, lesson(data, true, false), o);
            const double* p = t.net.parameters.data();
            if (n == 1) {
                first.assign(p, p + t.net.parameters.size());
            }
            EXPECT_TRUE(std::equal(first.begin(), first.end(), p));
        }
    }
}

TEST(Mlp, in_single_precision_learns_what_it_learns_in_double) {
    const Data data = make(200, 6, 3, 8);
    NetShape shape{{6, 20, 3}, Activation::logistic, Output::softmax, Loss::log, 0};
    MlpOptions o;
    o.max_iter = 20;
    Training<double> wide = new_training<double>(shape, o);
    Training<float> narrow = new_training<float>(shape, o);
    Array<float, 2> X({200, 6});
    std::copy(data.X.data(), data.X.data() + data.X.size(), X.data());
    TrainingData<float> l{X.view(), data.labels, {}, {}};
    train(wide, lesson(data, true, false), o);
    train(narrow, l, o);
    // 20 epochs of one step each: rounding of 6e-8 grows by some hundred operations.
    EXPECT_NEAR(wide.loss.back(), narrow.loss.back(), 1e-4);
}

TEST(Mlp, tanh_and_logistic_of_any_size_stay_finite) {
    for (Activation kind : {Activation::tanh, Activation::logistic}) {
        alignas(64) double x[16] = {-1e308, -800, -709, -40, -1,  -1e-9, 0,     1e-300,
                                    1e-9,   0.5,  1,    40,  709, 800,   1e308, 3};
        double y[16];
        std::copy(x, x + 16, y);
        alignas(64) const double zero[16] = {};
        net_kernels<double>().activate(kind, 1, 16, zero, y);
        for (int i = 0; i < 16; ++i) {
            const double expected = kind == Activation::tanh ? std::tanh(x[i]) : 1 / (1 + std::exp(-x[i]));
            EXPECT_NEAR(y[i], expected, 3e-16) << x[i];
        }
    }
}

TEST(Mlp, stops_early_and_keeps_the_best_net_on_the_validation_set) {
    const Data data = make(60, 10, 2, 11), other = make(60, 10, 2, 12);  // labels are noise: validation can't improve
    NetShape shape{{10, 50, 2}, Activation::relu, Output::softmax, Loss::log, 0};
    MlpOptions o;
    o.learning_rate_init = 0.01;
    Training<double> t = new_training<double>(shape, o);
    const auto validation = lesson(other, true, false);
    train(t, lesson(data, true, false), o, &validation);
    EXPECT_TRUE(t.converged);
    EXPECT_LT(t.epochs, 100);
    EXPECT_EQ(net_score(t.net, validation), *std::max_element(t.validation.begin(), t.validation.end()));
}

TEST(Mlp, says_when_the_loss_is_no_number) {
    const Data data = make(50, 4, 1, 3);
    NetShape shape{{4, 1}, Activation::identity, Output::identity, Loss::squared, 0};
    MlpOptions o;
    o.solver = Solver::sgd;
    o.learning_rate_init = 1e60;
    Training<double> t = new_training<double>(shape, o);
    EXPECT_THROW(train(t, lesson(data, false, false), o), NumericalError);
}

TEST(Elman, gradient_through_time_is_that_of_the_loss) {
    for (bool every : {false, true}) {
        for (Activation a : {Activation::tanh, Activation::logistic}) {
            ElmanShape shape{2, 5, 3, 4, a, every};
            Elman net = new_elman(shape, 3);
            const auto X = normal_samples(40, 8, 1);
            RandomStream random(2);
            std::vector<std::int32_t> labels(every ? 160 : 40);
            for (auto& l : labels) {
                l = static_cast<std::int32_t>(random.below(3));
            }
            std::vector<double> g, unused;
            elman_loss_and_gradient(net, X, labels, 0.2, g);
            index at = 0;
            const auto try_parameter = [&](double& w) {
                const double before = w, h = 1e-5;
                w = before + h;
                const double above = elman_loss_and_gradient(net, X, labels, 0.2, unused);
                w = before - h;
                const double below = elman_loss_and_gradient(net, X, labels, 0.2, unused);
                w = before;
                ASSERT_NEAR(g[at++], (above - below) / (2 * h), 1e-8);
            };
            for (Array<double, 2>* W : {&net.U, &net.R, &net.V}) {
                for (index i = 0; i < W->size(); ++i) {
                    try_parameter(W->data()[i]);
                }
            }
            for (std::vector<double>* bias : {&net.b, &net.c}) {
                for (double& w : *bias) {
                    try_parameter(w);
                }
            }
        }
    }
}

// Elman 1990, first task: of a stream of triples (a, b, a xor b) each bit is read by what came before.
TEST(Elman, reads_the_same_input_differently_by_context) {
    RandomStream random(1);
    const index n = 200, steps = 8;
    Array<double, 2> X({n, steps});
    std::vector<std::int32_t> labels(n * steps);
    for (index i = 0; i < n; ++i) {
        int parity = 0;
        for (index t = 0; t < steps; ++t) {
            const int bit = static_cast<int>(random.below(2));
            parity ^= bit;
            X(i, t) = bit;
            labels[i * steps + t] = parity;
        }
    }
    ElmanOptions o;
    o.max_iter = 300;
    o.random_state = 2;
    const ElmanFit fit = fit_elman(X, labels, {1, 8, 2, steps, Activation::tanh, true}, o);
    const Array<double, 3> p = elman_outputs(fit.net, X);
    index right = 0;
    for (index i = 0; i < n; ++i) {
        for (index t = 0; t < steps; ++t) {
            right += (p(i, t, 1) > 0.5) == (labels[i * steps + t] == 1);
        }
    }
    // A net without context can't do better than chance: the same bit has either label.
    EXPECT_GT(static_cast<double>(right) / (n * steps), 0.99);
}

TEST(ValidationSplit, takes_its_part_of_each_class_and_no_sample_twice) {
    std::vector<std::int32_t> labels;
    for (int i = 0; i < 100; ++i) {
        labels.push_back(i < 60 ? 0 : i < 90 ? 1 : 2);
    }
    const Split split = validation_split(100, labels, 0.25, 3);
    std::array<int, 3> count{};
    for (index i : split.aside) {
        ++count[labels[i]];
    }
    // 15, 7.5 and 2.5 of 25: of equal rests the first class gets the odd one.
    EXPECT_EQ(count, (std::array{15, 8, 2}));
    std::vector<index> all = split.kept;
    all.insert(all.end(), split.aside.begin(), split.aside.end());
    std::sort(all.begin(), all.end());
    for (index i = 0; i < 100; ++i) {
        EXPECT_EQ(all[i], i);
    }
    EXPECT_NE(validation_split(100, labels, 0.25, 4).aside, split.aside);
    labels[0] = 3;  // a class of one sample can't be on both sides: then classes don't count
    EXPECT_EQ(std::ssize(validation_split(100, labels, 0.25, 3).aside), 25);
    EXPECT_THROW(validation_split(3, {}, 0.99, 0), InvalidInput);
}

}  // namespace ranvier::learn
