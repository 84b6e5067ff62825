#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/base/team.hpp"
#include "ranvier/learn/lbfgs.hpp"
#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/net_pass.hpp"

namespace ranvier::learn {

namespace {

/// Nets with more parameters are cut by the columns of each product, smaller ones by samples.
constexpr index large_net = index{1} << 17;
constexpr index piece_rows = 96;

template <class T>
void require_lesson(const NetShape& shape, const Lesson<T>& lesson) {
    require_samples(lesson.X, "net");
    const index n = lesson.X.extent(0), k = shape.sizes.back();
    require(lesson.X.extent(1) == shape.sizes.front(), [&] {
        return "a net of " + std::to_string(shape.sizes.front()) + " inputs can't learn from samples of " +
               std::to_string(lesson.X.extent(1)) + " features";
    });
    if (shape.output == Output::softmax) {
        require(std::ssize(lesson.labels) == n, "a net with softmax output needs one label per sample");
        for (std::int32_t label : lesson.labels) {
            require(label >= 0 && label < k,
                    [&] { return "labels must be 0 to " + std::to_string(k - 1) + "; got " + std::to_string(label); });
        }
    } else {
        require(lesson.targets.extent(0) == n && lesson.targets.extent(1) == k, [&] {
            return "targets must have shape (" + std::to_string(n) + ", " + std::to_string(k) + "); got (" +
                   std::to_string(lesson.targets.extent(0)) + ", " + std::to_string(lesson.targets.extent(1)) + ")";
        });
        rows_of(lesson.targets);
    }
    require(lesson.weights.empty() || std::ssize(lesson.weights) == n, "one weight per sample is needed");
    for (T w : lesson.weights) {
        require(std::isfinite(w) && w >= 0, [&] { return "sample weights must be ≥ 0; got " + std::to_string(w); });
    }
}

void require_options(const TrainOptions& o) {
    const auto positive = [](double value, const char* name) {
        require(value > 0, [&] { return std::string(name) + " must be > 0; got " + std::to_string(value); });
    };
    positive(static_cast<double>(o.batch), "the batch size");
    positive(o.rate, "the learning rate");
    positive(static_cast<double>(o.max_epochs), "the number of epochs");
    positive(o.epsilon, "epsilon");
    require(o.alpha >= 0, [&] { return "alpha must be ≥ 0; got " + std::to_string(o.alpha); });
    for (double part : {o.momentum, o.beta_1, o.beta_2}) {
        require(part >= 0 && (part < 1 || part == o.momentum) && part <= 1,
                [&] { return "momentum must be in [0, 1], beta_1 and beta_2 in [0, 1); got " + std::to_string(part); });
    }
}

/// The epochs of one call: work space is made once.
template <class T>
class Epochs {
public:
    Epochs(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& options)
        : t_(training),
          lesson_(lesson),
          o_(options),
          layout_(layout_of<T>(training.net.shape)),
          n_(lesson.X.extent(0)),
          batch_(std::min(options.batch, n_)),
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
        targets_.resize(batch_ * (lesson.targets.data() ? t_.net.shape.sizes.back() : 0));
        weights_.resize(lesson.weights.empty() ? 0 : batch_);
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
            RandomStream random(o_.seed, 4, static_cast<std::uint32_t>(t_.epochs));
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
            throw NumericalError("the loss of the net is no number in epoch " + std::to_string(t_.epochs) +
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
        const index k = t_.net.shape.sizes.back(), d = lesson_.X.extent(1);
        const index share = (rows + pieces_ - 1) / pieces_;
        const T* x = lesson_.X.data();
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
                if (!lesson_.labels.empty()) {
                    labels_[i] = lesson_.labels[sample];
                } else {
                    for (index j = 0; j < k; ++j) {
                        targets_[i * k + j] = lesson_.targets.data()[sample * k + j];
                    }
                }
                if (!weights_.empty()) {
                    weights_[i] = lesson_.weights[sample];
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
                                 static_cast<T>(o_.momentum), static_cast<T>(rate), o_.nesterov);
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
    const Lesson<T>& lesson_;
    const TrainOptions& o_;
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
void train_lbfgs(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& o) {
    const index size = training.net.parameters.size();
    T* p = training.net.parameters.data();
    std::vector<double> x(p, p + size);
    Array<T, 1> gradient;
    LbfgsOptions options;
    options.max_iterations = o.max_epochs;
    options.max_evaluations = o.max_evaluations;
    options.gradient_tolerance = o.tolerance;
    options.change_tolerance = std::min(options.change_tolerance, 1e-4 * o.tolerance);  // who asks for more gets it
    const LbfgsResult result = minimise_lbfgs(
        x, options,
        [&](const std::vector<double>& at, std::vector<double>& g) {
            for (index i = 0; i < size; ++i) {
                p[i] = static_cast<T>(at[i]);
            }
            const double loss = loss_and_gradient(training.net, lesson, o.alpha, gradient);
            for (index i = 0; i < size; ++i) {
                g[i] = static_cast<double>(gradient.data()[i]);
            }
            return loss;
        },
        [&](double loss) {
            training.loss.push_back(loss);
            ++training.epochs;
        });
    for (index i = 0; i < size; ++i) {
        p[i] = static_cast<T>(x[i]);
    }
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
void set_rate(Training<T>& training, const TrainOptions& o) {
    if (o.solver == Solver::sgd && o.schedule == Schedule::inverse_scaling) {
        training.rate = o.rate / std::pow(static_cast<double>(training.samples) + 1, o.power_t);
    }
}

}  // namespace

template <class T>
void train_epoch(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& o) {
    require_lesson(training.net.shape, lesson);
    require_options(o);
    require(o.solver != Solver::lbfgs, "L-BFGS needs all samples at once; learn in parts with sgd or adam");
    Epochs<T> epochs(training, lesson, o);
    training.loss.push_back(epochs.run());
    training.best_loss = std::min(training.best_loss, training.loss.back());
    set_rate(training, o);
}

template <class T>
void train(Training<T>& training, const Lesson<T>& lesson, const TrainOptions& o, const Lesson<T>* validation) {
    require_lesson(training.net.shape, lesson);
    require_options(o);
    if (o.solver == Solver::lbfgs) {
        train_lbfgs(training, lesson, o);
        return;
    }
    if (validation) {
        require_lesson(training.net.shape, *validation);
    }
    Epochs<T> epochs(training, lesson, o);
    Array<T, 1> best;
    double best_score = -INFINITY;
    index still = 0;
    Progress progress("net", o.max_epochs);
    for (index epoch = 0; epoch < o.max_epochs; ++epoch) {
        const double loss = epochs.run();
        training.loss.push_back(loss);
        set_rate(training, o);
        progress.advance();
        bool better;
        if (validation) {
            const double score = net_score(training.net, *validation);
            training.validation.push_back(score);
            better = score >= best_score + o.tolerance;
            if (score > best_score) {
                best_score = score;
                best = training.net.parameters;
            }
        } else {
            better = loss <= training.best_loss - o.tolerance;
        }
        still = better ? 0 : still + 1;
        training.best_loss = std::min(training.best_loss, loss);
        if (still > o.patience) {
            if (o.solver == Solver::sgd && o.schedule == Schedule::adaptive && training.rate > 1e-6) {
                training.rate /= 5;
                still = 0;
                continue;
            }
            training.converged = true;
            break;
        }
    }
    if (validation) {
        training.net.parameters = best;
    }
}

template void train_epoch(Training<double>&, const Lesson<double>&, const TrainOptions&);
template void train_epoch(Training<float>&, const Lesson<float>&, const TrainOptions&);
template void train(Training<double>&, const Lesson<double>&, const TrainOptions&, const Lesson<double>*);
template void train(Training<float>&, const Lesson<float>&, const TrainOptions&, const Lesson<float>*);

}  // namespace ranvier::learn
