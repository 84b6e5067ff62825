#pragma once

#include "ranvier/learn/data.hpp"
#include "ranvier/learn/kernels/net.hpp"

namespace ranvier::learn {

enum class Output { identity, logistic, softmax };
enum class Loss { squared, log };  ///< ½ |p − t|²; cross entropy (of logistic or softmax output)
enum class Solver { sgd, adam, lbfgs };
enum class Schedule { constant, inverse_scaling, adaptive };

/// A multilayer perceptron: h_0 = x, h_l = f(h_{l−1} W_l + b_l), output p.
struct NetShape {
    std::vector<index> sizes;  ///< inputs, hidden layers, outputs: at least two entries
    Activation hidden = Activation::relu;
    Output output = Output::softmax;
    Loss loss = Loss::log;
    double dead_zone = 0;  ///< an output that misses its target by less counts as right (squared loss)
};

/// Where weights and biases of a net lie in one block: all weights, each row padded to 64 bytes, then all biases.
struct NetLayout {
    std::vector<index> weights, biases;  ///< where each layer begins, in elements
    std::vector<index> ld;               ///< padded width of each layer, inputs included
    index biases_begin = 0, size = 0;
};
template <class T>
NetLayout layout_of(const NetShape& shape);

template <class T>
struct Mlp {
    NetShape shape;
    Array<T, 1> parameters;  ///< as layout_of says
};

struct TrainOptions {
    Solver solver = Solver::adam;
    double alpha = 1e-4;  ///< L2 penalty ½ α Σ w² / n
    index batch = 200;
    double rate = 1e-3;                      ///< learning rate at the begin
    Schedule schedule = Schedule::constant;  ///< sgd; adaptive: a fifth where the loss stands still
    double power_t = 0.5;                    ///< of inverse scaling
    index max_epochs = 200;
    bool shuffle = true;
    double tolerance = 1e-4;
    index patience = 10;  ///< epochs without gain of `tolerance` that end training
    double momentum = 0.9;
    bool nesterov = true;
    double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
    index max_evaluations = 15000;  ///< lbfgs
    double start_range = 0;         ///< > 0: weights uniform in ± it; 0: Glorot & Bengio 2010
    std::uint64_t seed = 0;
};

/// What a net learns from. Softmax nets take labels, others a matrix of targets.
template <class T>
struct Lesson {
    View<const T, 2> X;                    ///< shape (n, inputs)
    std::span<const std::int32_t> labels;  ///< 0 … outputs − 1, shape (n)
    View<const T, 2> targets;              ///< shape (n, outputs)
    std::span<const T> weights;            ///< ≥ 0, shape (n), or empty: 1
};

/// What training carries from one epoch to the next.
template <class T>
struct Training {
    Mlp<T> net;
    Array<T, 1> first, second;  ///< velocity, or Adam's moments
    std::int64_t steps = 0;     ///< updates so far
    std::int64_t samples = 0;   ///< seen so far (inverse scaling)
    double rate = 0;            ///< as the adaptive schedule left it
    std::int64_t epochs = 0;
    std::vector<double> loss;        ///< per epoch, with penalty
    std::vector<double> validation;  ///< score on the validation set, per epoch
    bool converged = false;
    double best_loss = 0;
};

/// A net with random weights.
/// Weights are uniform in ±√(6 / (inputs + outputs)) of a layer (logistic: √2), biases likewise.
/// @source  Glorot & Bengio 2010
template <class T>
Training<T> new_training(const NetShape& shape, const TrainOptions& options);

/// Trains until the loss (or the validation score) stands still for `patience` epochs or max_epochs are over.
/// @param validation  scored after each epoch (accuracy, or R²) where not null; the best net is kept
/// @throws InvalidInput  shapes that don't fit, options out of range; NumericalError where the loss is no number
/// @cost    O(n Σ sizes_l sizes_{l+1}) per epoch, on threads()
/// @source  Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0; Adam: Kingma & Ba 2015, arXiv:1412.6980;
///          L-BFGS: Liu & Nocedal 1989, doi:10.1007/BF01589116
template <class T>
void train(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& options,
           const Lesson<T>* validation = nullptr);
/// One epoch of sgd or adam.
template <class T>
void train_epoch(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& options);

/// Mean loss and its gradient by the parameters (both with penalty), over all samples.
template <class T>
double loss_and_gradient(const Mlp<T>& net, const Lesson<T>& lesson, double alpha, Array<T, 1>& gradient);

/// Outputs, shape (n, outputs). @cost  O(n Σ sizes_l sizes_{l+1}), on threads()
template <class T>
Array<T, 2> outputs(const Mlp<T>& net, View<const T, 2> X);

/// Accuracy where the net has labels or one logistic output, else R² averaged over outputs.
template <class T>
double net_score(const Mlp<T>& net, const Lesson<T>& lesson);

}  // namespace ranvier::learn
