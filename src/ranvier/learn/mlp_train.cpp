#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/team.hpp"
#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/net_pass.hpp"
#include "ranvier/numerics/lbfgs.hpp"

namespace ranvier::learn {

namespace {

/// Nets with more parameters are cut by the columns of each product, smaller ones by samples.
constexpr index large_net = index{1} << 17;
constexpr index piece_rows = 96;

template <class T>
void require_data(const NetShape& shape, const TrainingData<T>& data) {
    require_samples(data.X, "net");
    const index n = data.X.extent(0), k = shape.sizes.back();
    require(data.X.extent(1) == shape.sizes.front(), "a net of ", shape.sizes.front(),
            " inputs can't learn from samples of ", data.X.extent(1), " features");
    if (shape.output == Output::softmax) {
        require(std::ssize(data.labels) == n, "a net with softmax output needs one label per sample");
        for (std::int32_t label : data.labels) {
            require(label >= 0 && label < k, "labels must be 0 to ", k - 1, "; got ", label);
        }
    } else {
        require(data.targets.extent(0) == n && data.targets.extent(1) == k, "targets must have shape (", n, ", ", k,
                "); got (", data.targets.extent(0), ", ", data.targets.extent(1), ")");
        rows_of(data.targets);
    }
    require(data.weights.empty() || std::ssize(data.weights) == n, "one weight per sample is needed");
    double total = data.weights.empty() ? 1 : 0;
    for (T w : data.weights) {
        total += static_cast<double>(w);
        require(std::isfinite(w) && w >= 0, [&] { return "sample weights must be ≥ 0; got " + text_of(w); });
    }
    require(total > 0, "the weights of all samples are 0: there is nothing to learn from");
}

void check_options(MlpOptions o) {
    o.loss = Loss::log;  // which losses there are differs between classifiers and regressors
    check_settings(o);
}

/// The epochs of one call: work space is made once.
template <class T>
class Epochs {
public:
    Epochs(Training<T>& training, const TrainingData<T>& data, const MlpOptions& options)
        : t_(training),
          data_(data),
          o_(options),
          layout_(layout_of<T>(training.net.shape)),
          n_(data.X.extent(0)),
          batch_(std::min(options.batch_size.value_or(200), n_)),
          transposed_(training.net.shape),
          order_(n_) {
        pieces_ = layout_.size > large_net ? 1 : std::clamp<index>(batch_ / piece_rows, 1, 8);
        const index share = (batch_ + pieces_ - 1) / pieces_;
        for (index p = 0; p < pieces_; ++p) {
            passes_.emplace_back(t_.net.shape, share, true);
        }
        if (const int members = std::min(threads(), static_cast<int>(pieces_)); members > 1) {
            team_ = std::make_unique<Team>(members);
        }
        losses_.resize(pieces_);
        labels_.resize(batch_);
        targets_.resize(batch_ * (data.targets.data() ? t_.net.shape.sizes.back() : 0));
        weights_.resize(data.weights.empty() ? 0 : batch_);
        if (t_.first.size() != layout_.size) {
            t_.first = Array<T, 1>({layout_.size});
            t_.second = Array<T, 1>({o_.solver == Solver::adam ? layout_.size : 0});
        }
        std::iota(order_.begin(), order_.end(), index{0});
    }

    /// One epoch; returns the mean loss of its samples as each was met, with the penalty at the end.
    double run() {
        check_interrupt();
        if (o_.shuffle) {
            // The order of an epoch depends on its number alone, so that training can go on after a pause.
            std::iota(order_.begin(), order_.end(), index{0});
            RandomStream random(o_.random_state.value_or(0), 4, static_cast<std::uint32_t>(t_.epochs));
            shuffle(order_, random);
        }
        double loss = 0, total = 0;
        for (index begin = 0; begin < n_; begin += batch_) {
            const index rows = std::min(batch_, n_ - begin);
            double weight = 0;
            const double batch_loss = step(begin, rows, weight);
            loss += batch_loss;
            total += weight;
        }
        ++t_.epochs;
        t_.samples += n_;
        const double mean = (total > 0 ? loss / total : 0) + (o_.alpha > 0 ? penalty() : 0);
        if (!std::isfinite(mean)) {
            throw NumericalError("the loss of the net is no number in epoch " + text_of(t_.epochs) +
                                 "; a smaller learning rate or scaled features are needed");
        }
        return mean;
    }

private:
    /// ½ α Σ w² of the weights as they are, per sample.
    double penalty() const {
        double part[8] = {};
        const T* w = t_.net.parameters.data();
        for (index i = 0; i + 8 <= layout_.biases_begin; i += 8) {
            for (int j = 0; j < 8; ++j) {
                part[j] += static_cast<double>(w[i + j]) * static_cast<double>(w[i + j]);
            }
        }
        double square = 0;
        for (double s : part) {
            square += s;
        }
        return 0.5 * o_.alpha * square / static_cast<double>(batch_);
    }

    /// Gradient and update of one batch. Returns Σ weight · loss.
    double step(index begin, index rows, double& total) {
        T* parameters = t_.net.parameters.data();
        const T* wt = transposed_.update(parameters);
        const index k = t_.net.shape.sizes.back(), d = data_.X.extent(1);
        const index share = (rows + pieces_ - 1) / pieces_;
        const T* x = data_.X.data();
        share_out(pieces_, [&](index p) {
            NetPass<T>& pass = passes_[p];
            pass.clear_gradient();
            const index first = std::min(rows, p * share), last = std::min(rows, (p + 1) * share);
            losses_[p] = 0;
            if (first == last) {
                std::fill(pass.gradient(), pass.gradient() + layout_.size, T(0));
                return;
            }
            // Samples in random order come from memory one by one: those of the next batch are asked for now.
            pass.coming().clear();
            for (index i = first; i < last; ++i) {
                const index sample = order_[begin + i];
                pass.set_input(i - first, x + sample * d);
                if (begin + batch_ + i < n_) {
                    pass.coming().push_back(x + order_[begin + batch_ + i] * d);
                }
                if (!data_.labels.empty()) {
                    labels_[i] = data_.labels[sample];
                } else {
                    for (index j = 0; j < k; ++j) {
                        targets_[i * k + j] = data_.targets.data()[sample * k + j];
                    }
                }
                if (!weights_.empty()) {
                    weights_[i] = data_.weights[sample];
                }
            }
            pass.forward(parameters, last - first, true);
            losses_[p] = pass.backward(wt, last - first, labels_.data() + first,
                                       targets_.empty() ? nullptr : targets_.data() + first * k,
                                       weights_.empty() ? nullptr : weights_.data() + first);
        });
        total = static_cast<double>(rows);
        if (!weights_.empty()) {
            total = 0;
            for (index i = 0; i < rows; ++i) {
                total += static_cast<double>(weights_[i]);
            }
            if (total == 0) {
                return 0;
            }
        }
        double loss = 0;
        for (double l : losses_) {
            loss += l;
        }
        update(total);
        return loss;
    }

    void update(double total) {
        ++t_.steps;
        const T scale = static_cast<T>(1 / total);
        double rate = t_.rate;
        if (o_.solver == Solver::adam) {
            const double steps = static_cast<double>(t_.steps);
            rate *= std::sqrt(1 - std::pow(o_.beta_2, steps)) / (1 - std::pow(o_.beta_1, steps));
        }
        const auto& kernels = net_kernels<T>();
        const auto move = [&](index begin, index count, double alpha) {
            const T* grads[8];
            for (index p = 0; p < pieces_; ++p) {
                grads[p] = passes_[p].gradient() + begin;
            }
            T* w = t_.net.parameters.data() + begin;
            if (o_.solver == Solver::adam) {
                kernels.adam(count, w, t_.first.data() + begin, t_.second.data() + begin, grads, pieces_, scale,
                             static_cast<T>(alpha), static_cast<T>(o_.beta_1), static_cast<T>(o_.beta_2),
                             static_cast<T>(rate), static_cast<T>(o_.epsilon));
            } else {
                kernels.momentum(count, w, t_.first.data() + begin, grads, pieces_, scale, static_cast<T>(alpha),
                                 static_cast<T>(o_.momentum), static_cast<T>(rate), o_.nesterovs_momentum);
            }
        };
        const index W = layout_.biases_begin, block = team_ ? 1024 : 4096;
        share_out((W + block - 1) / block, [&](index b) { move(b * block, std::min(block, W - b * block), o_.alpha); });
        move(W, layout_.size - W, 0);
    }

    /// Short steps keep their threads awake; a single piece leaves threads to the loops inside it.
    void share_out(index count, FunctionRef<void(index)> body) {
        if (team_) {
            team_->run(count, body);
        } else {
            parallel_for(count, body);
        }
    }

    Training<T>& t_;
    const TrainingData<T>& data_;
    const MlpOptions& o_;
    NetLayout layout_;
    index n_, batch_, pieces_ = 1;
    Transposed<T> transposed_;
    std::vector<index> order_;
    std::vector<NetPass<T>> passes_;
    std::unique_ptr<Team> team_;
    std::vector<double> losses_;
    std::vector<std::int32_t> labels_;
    std::vector<T> targets_, weights_;
};

template <class T>
void train_lbfgs(Training<T>& training, const TrainingData<T>& data, const MlpOptions& o) {
    const index size = training.net.parameters.size();
    T* p = training.net.parameters.data();
    std::vector<double> x(p, p + size);
    const auto take = [&](const std::vector<double>& at) {
        copy(View<const double, 1>(at.data(), {size}), training.net.parameters.view());
    };
    Array<T, 1> gradient;
    numerics::LbfgsOptions options;
    options.max_iterations = o.max_iter;
    options.max_evaluations = o.max_fun;
    options.gradient_tolerance = o.tol;
    options.change_tolerance = std::min(options.change_tolerance, 1e-4 * o.tol);  // who asks for more gets it
    const numerics::LbfgsResult result = numerics::minimise_lbfgs(
        x, options,
        [&](const std::vector<double>& at, std::vector<double>& g) {
            take(at);
            const double loss = loss_and_gradient(training.net, data, o.alpha, gradient);
            copy(gradient.view(), View<double, 1>(g.data(), {size}));
            return loss;
        },
        [&](double loss) {
            training.loss.push_back(loss);
            ++training.epochs;
        });
    take(x);
    if (!std::isfinite(result.f)) {
        throw NumericalError("the loss of the net is no number; scaled features are needed");
    }
    training.converged = result.converged;
    training.best_loss = result.f;
    if (training.loss.empty()) {
        training.loss.push_back(result.f);
        training.epochs = 1;
    }
}

/// The rate of the next epoch (sgd).
template <class T>
void set_rate(Training<T>& training, const MlpOptions& o) {
    if (o.solver == Solver::sgd && o.learning_rate == LearningRate::invscaling) {
        training.rate = o.learning_rate_init / std::pow(static_cast<double>(training.samples) + 1, o.power_t);
    }
}

/// Counts an epoch. Whether there were too many without gain; the adaptive rate falls first.
template <class T>
bool stands_still(Training<T>& training, bool better, const MlpOptions& o) {
    training.still = better ? 0 : training.still + 1;
    if (training.still <= o.n_iter_no_change) {
        return false;
    }
    if (o.solver == Solver::sgd && o.learning_rate == LearningRate::adaptive && training.rate > 1e-6) {
        training.rate /= 5;
        training.still = 0;
        return false;
    }
    return true;
}

}  // namespace

template <class T>
void train_epoch(Training<T>& training, const TrainingData<T>& data, const MlpOptions& o) {
    require_data(training.net.shape, data);
    check_options(o);
    require(o.solver != Solver::lbfgs, "L-BFGS needs all samples at once; learn in parts with sgd or adam");
    Epochs<T> epochs(training, data, o);
    const double loss = epochs.run();
    training.loss.push_back(loss);
    set_rate(training, o);
    stands_still(training, loss <= training.best_loss - o.tol, o);
    training.best_loss = std::min(training.best_loss, loss);
}

template <class T>
void train(Training<T>& training, const TrainingData<T>& data, const MlpOptions& o, const TrainingData<T>* validation) {
    require_data(training.net.shape, data);
    check_options(o);
    if (o.solver == Solver::lbfgs) {
        train_lbfgs(training, data, o);
        return;
    }
    if (validation) {
        require_data(training.net.shape, *validation);
    }
    Epochs<T> epochs(training, data, o);
    Array<T, 1> best;
    double best_score = -INFINITY;
    training.still = 0;
    Progress progress("net", o.max_iter);
    for (index epoch = 0; epoch < o.max_iter; ++epoch) {
        const double loss = epochs.run();
        training.loss.push_back(loss);
        set_rate(training, o);
        progress.advance();
        bool better;
        if (validation) {
            const double score = net_score(training.net, *validation);
            if (std::isnan(score)) {
                throw NumericalError("the score on what is set aside is no number in epoch " +
                                     text_of(training.epochs) + "; targets of a smaller size are needed");
            }
            training.validation.push_back(score);
            better = score >= best_score + o.tol;
            if (score > best_score || best.empty()) {
                best_score = score;
                best = training.net.parameters;
            }
        } else {
            better = loss <= training.best_loss - o.tol;
        }
        training.best_loss = std::min(training.best_loss, loss);
        if (stands_still(training, better, o)) {
            training.converged = true;
            break;
        }
    }
    if (validation) {
        training.net.parameters = best;
    }
}

template void train_epoch(Training<double>&, const TrainingData<double>&, const MlpOptions&);
template void train_epoch(Training<float>&, const TrainingData<float>&, const MlpOptions&);
template void train(Training<double>&, const TrainingData<double>&, const MlpOptions&, const TrainingData<double>*);
template void train(Training<float>&, const TrainingData<float>&, const MlpOptions&, const TrainingData<float>*);

}  // namespace ranvier::learn
