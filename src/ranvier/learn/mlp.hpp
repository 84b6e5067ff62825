#pragma once

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"
#include "ranvier/learn/kernels/net.hpp"

namespace ranvier::learn {

enum class Output { identity, logistic, softmax, exponential };
/// ½ |p − t|²; cross entropy (of logistic or softmax output); half the Poisson deviance (of exponential output)
enum class Loss { squared, log, poisson };
enum class Solver { sgd, adam, lbfgs };
enum class LearningRate { constant, invscaling, adaptive };

/// As settings call them.
inline std::vector<std::pair<std::string, Activation>> activation_words() {
    return {{"identity", Activation::identity},
            {"logistic", Activation::logistic},
            {"tanh", Activation::tanh},
            {"relu", Activation::relu}};
}

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

struct MlpOptions {
    std::vector<index> hidden_layer_sizes{100};
    Activation activation = Activation::relu;
    Solver solver = Solver::adam;
    double alpha = 1e-4;
    std::optional<index> batch_size;
    LearningRate learning_rate = LearningRate::constant;
    double learning_rate_init = 1e-3;
    double power_t = 0.5;
    index max_iter = 200;
    bool shuffle = true;
    Seed random_state;
    double tol = 1e-4;
    double momentum = 0.9;
    bool nesterovs_momentum = true;
    bool early_stopping = false;
    double validation_fraction = 0.1;
    double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;
    index n_iter_no_change = 10;
    index max_fun = 15000;
    std::optional<double> init_range;
    Value class_weight;
    Loss loss = Loss::log;
    double dead_zone = 0;
    bool warm_start = false;
    index verbose = 0;

    static Fields fields();
};
/// The same without what only classifiers have.
struct MlpRegressorOptions : MlpOptions {
    MlpRegressorOptions() { loss = Loss::squared; }
    static Fields fields();
};

/// What a net learns from. Softmax nets take labels, others a matrix of targets.
template <class T>
struct TrainingData {
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
    std::int64_t still = 0;  ///< epochs without gain at the end
};

/// A net with random weights.
/// Weights are uniform in ±√(6 / (inputs + outputs)) of a layer (logistic: √2), biases likewise.
/// @source  Glorot & Bengio 2010
template <class T>
Training<T> new_training(const NetShape& shape, const MlpOptions& options);

/// Trains until the loss (or the validation score) stands still for n_iter_no_change epochs or max_iter are over.
/// @param validation  scored after each epoch (accuracy, or R²) where not null; the best net is kept
/// @throws InvalidInput  shapes that don't fit, options out of range; NumericalError where the loss is no number
/// @cost    O(n Σ sizes_l sizes_{l+1}) per epoch, on threads()
/// @source  Rumelhart, Hinton & Williams 1986, doi:10.1038/323533a0; Adam: Kingma & Ba 2015, arXiv:1412.6980;
///          L-BFGS: Liu & Nocedal 1989, doi:10.1007/BF01589116
template <class T>
void train(Training<T>& training, const TrainingData<T>& data, const MlpOptions& options,
           const TrainingData<T>* validation = nullptr);
/// One epoch of sgd or adam.
template <class T>
void train_epoch(Training<T>& training, const TrainingData<T>& data, const MlpOptions& options);

/// Mean loss and its gradient by the parameters (both with penalty), over all samples.
template <class T>
double loss_and_gradient(const Mlp<T>& net, const TrainingData<T>& data, double alpha, Array<T, 1>& gradient);

/// Outputs, shape (n, outputs). @cost  O(n Σ sizes_l sizes_{l+1}), on threads()
template <class T>
Array<T, 2> outputs(const Mlp<T>& net, View<const T, 2> X);

/// Which samples are set aside to score on, and which are left to learn from.
struct Split {
    std::vector<index> kept, aside;  ///< ascending
};
/// @param labels    the class of each sample: each has its part on both sides, unless one has a single sample; or empty
/// @param fraction  part set aside, rounded up
/// @throws InvalidInput  nothing would be left on one side
Split validation_split(index n, std::span<const std::int32_t> labels, double fraction, std::uint64_t seed);

/// Accuracy where the net has labels or one logistic output, else R² averaged over outputs.
template <class T>
double net_score(const Mlp<T>& net, const TrainingData<T>& data);

}  // namespace ranvier::learn
