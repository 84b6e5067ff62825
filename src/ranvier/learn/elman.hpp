#pragma once

#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/state.hpp"

namespace ranvier::learn {

/// Elman's simple recurrent net: context units hold the hidden layer of the step before.
///
///   h_t = f(x_t U + h_{t−1} R + b),  h_{−1} = 0,   p_t = softmax(h_t V + c)
struct ElmanShape {
    index inputs = 1, hidden = 10, outputs = 2, steps = 1;
    Activation activation = Activation::tanh;
    bool every_step = false;  ///< a label for each step; false: one, read at the last step
};

struct Elman {
    ElmanShape shape;
    Array<double, 2> U, R, V;  ///< (inputs, hidden), (hidden, hidden), (hidden, outputs)
    std::vector<double> b, c;
};

struct ElmanOptions {
    index hidden_size = 20;
    Activation activation = Activation::tanh;
    index inputs_per_step = 1;
    double alpha = 1e-4;
    double learning_rate_init = 1e-2;
    index batch_size = 32;
    index max_iter = 200;
    double tol = 1e-4;
    index n_iter_no_change = 10;
    bool shuffle = true;
    Seed random_state;

    static Fields fields() {
        using O = ElmanOptions;
        return {"ElmanNetwork",
                {field("hidden_size", &O::hidden_size, "hidden units, and as many context units").at_least(1),
                 field("activation", &O::activation, "of hidden units", activation_words()),
                 field("inputs_per_step", &O::inputs_per_step, "features that belong to one step").at_least(1),
                 field("alpha", &O::alpha, "L2 penalty").at_least(0),
                 field("learning_rate_init", &O::learning_rate_init, "of Adam").above(0),
                 field("batch_size", &O::batch_size, "sequences of a step").at_least(1),
                 field("max_iter", &O::max_iter, "most epochs").at_least(1),
                 field("tol", &O::tol, "gain of loss that counts"),
                 field("n_iter_no_change", &O::n_iter_no_change, "epochs without gain that end training").at_least(1),
                 field("shuffle", &O::shuffle, "take the sequences in a new order in each epoch"),
                 field("random_state", &O::random_state, "seed of weights and orders").at_least(0)}};
    }
};

struct ElmanFit {
    Elman net;
    std::vector<double> loss;
    bool converged = false;
};

/// The net of a trained estimator. @throws InvalidInput  weights that don't fit each other
Elman elman_of(const ElmanOptions& options, const State& state);
Elman new_elman(const ElmanShape& shape, std::uint64_t seed);

/// @param X       sequences, shape (n, steps · inputs): step after step
/// @param labels  0 … outputs − 1, shape (n), or (n · steps) where every_step
/// @cost    O(n steps hidden (inputs + hidden + outputs)) per epoch
/// @source  Elman 1990, doi:10.1207/s15516709cog1402_1; backpropagation through time: Werbos 1990, doi:10.1109/5.58337
ElmanFit fit_elman(View<const double, 2> X, std::span<const std::int32_t> labels, const ElmanShape& shape,
                   const ElmanOptions& options);
/// Probabilities after each step, shape (n, steps, outputs).
Array<double, 3> elman_outputs(const Elman& net, View<const double, 2> X);
/// Context (hidden layer) after each step, shape (n, steps, hidden).
Array<double, 3> elman_context(const Elman& net, View<const double, 2> X);
/// Mean loss, and its gradient in the order U, R, V, b, c.
double elman_loss_and_gradient(const Elman& net, View<const double, 2> X, std::span<const std::int32_t> labels,
                               double alpha, std::vector<double>& gradient);

}  // namespace ranvier::learn
