#pragma once

#include "ranvier/learn/mlp.hpp"

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
    double alpha = 1e-4;  ///< L2 penalty
    double rate = 1e-2;   ///< of Adam
    index batch = 32;
    index max_epochs = 200;
    double tolerance = 1e-4;
    index patience = 10;
    double clip = 5;  ///< longest gradient
    bool shuffle = true;
    std::uint64_t seed = 0;
};

struct ElmanFit {
    Elman net;
    std::vector<double> loss;
    bool converged = false;
};

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
