#pragma once

#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"

namespace ranvier::learn {

/// One threshold unit: 1 where w · x + b > 0, else 0; exactly 0 gives 0.
struct ThresholdUnit {
    std::vector<double> w;  ///< shape (d)
    double b = 0;
};

enum class Penalty { none, l2, l1, elasticnet };

struct PerceptronOptions {
    double eta0 = 1;
    index max_iter = 1000;
    double margin = 0;
    bool pocket = false;  // Gallant 1990, with ratchet
    bool shuffle = true;
    bool fit_intercept = true;
    bool diagnose = true;
    std::optional<double> tol = 1e-3;
    index n_iter_no_change = 5;
    Penalty penalty = Penalty::none;
    double alpha = 1e-4;
    double l1_ratio = 0.15;
    Seed random_state;

    static Fields fields() {
        using O = PerceptronOptions;
        return {
            "Perceptron",
            {field("eta0", &O::eta0, "learning rate").above(0),
             field("max_iter", &O::max_iter, "most passes over the data").at_least(1),
             field("margin", &O::margin, "learn also from samples that are right by no more than this").at_least(0),
             field("pocket", &O::pocket,
                   "keep the weights that classified most samples so far: for data that no plane parts"),
             field("shuffle", &O::shuffle, "take the samples in a new order in each pass"),
             field("fit_intercept", &O::fit_intercept, "learn b"),
             field("diagnose", &O::diagnose,
                   "where the rule did not converge, try to prove that no plane parts the classes"),
             field("tol", &O::tol,
                   "stop where n_iter_no_change passes lowered the mean |w · x + b| of what is wrong by less and put "
                   "nothing better in the pocket; None: only where all are right, as they are at last where a plane "
                   "parts them")
                 .at_least(0),
             field("n_iter_no_change", &O::n_iter_no_change, "passes without such a gain that end training")
                 .at_least(1),
             field("penalty", &O::penalty,
                   "what draws weights to 0 after each sample: 'l2' by their size, 'l1' all alike, 'elasticnet' both; "
                   "'none' (None): nothing",
                   {{"none", Penalty::none},
                    {"l2", Penalty::l2},
                    {"l1", Penalty::l1},
                    {"elasticnet", Penalty::elasticnet}})
                 .also(Value(), "none"),
             field("alpha", &O::alpha, "how strongly a penalty draws, times eta0").at_least(0),
             field("l1_ratio", &O::l1_ratio, "part of 'l1' in 'elasticnet'").at_least(0).at_most(1),
             field("random_state", &O::random_state, "seed of the orders").at_least(0)}};
    }
};

struct PerceptronFit {
    ThresholdUnit unit;
    index epochs = 0;        ///< passes over the data
    index updates = 0;       ///< changes of the weights
    index errors = 0;        ///< samples that `unit` gets wrong
    bool converged = false;  ///< a whole pass without an update; with a penalty, and `unit` gets all samples right
    bool stopped = false;    ///< by tol
};

/// Rosenblatt's rule: w += η (t − y) x for each sample in turn, until a whole pass brings no update.
/// @param X        shape (n, d)
/// @param targets  0 or 1, shape (n)
/// @param start    weights to begin with; zeros where absent
/// @throws InvalidInput  an empty or infinite X, targets other than 0 and 1, options out of range
/// @cost    O(n d) per epoch; on separable data at most (R/γ)² updates, R = max |(x, 1)|, γ the largest margin
/// @source  Rosenblatt 1958, doi:10.1037/h0042519; pocket: Gallant 1990, doi:10.1109/72.80230;
///          bound: Novikoff 1962
PerceptronFit fit_perceptron(View<const double, 2> X, std::span<const double> targets, const PerceptronOptions& options,
                             const ThresholdUnit* start = nullptr);

/// w · x + b for each row. @cost  O(n d)
std::vector<double> activations(View<const double, 2> X, const ThresholdUnit& unit);

enum class AdalineRule { alpha, mu };  ///< a step divided by |(x, 1)|², which must be < 2 then; plain steepest descent

struct AdalineOptions {
    double eta0 = 0.1;
    index max_iter = 50;
    double tol = 1e-6;
    AdalineRule rule = AdalineRule::alpha;
    bool shuffle = true;
    bool fit_intercept = true;
    Seed random_state;

    static Fields fields() {
        using O = AdalineOptions;
        return {
            "Adaline",
            {field("eta0", &O::eta0, "learning rate; of the rule 'alpha' below 2").above(0),
             field("max_iter", &O::max_iter, "most passes over the data").at_least(1),
             field("tol", &O::tol, "stop where the mean squared error fell by less than this part of itself")
                 .at_least(0),
             field("rule", &O::rule,
                   "'alpha' divides each step by the squared length of the sample and is stable for any scale of the "
                   "data; 'mu' is plain steepest descent",
                   {{"alpha", AdalineRule::alpha}, {"mu", AdalineRule::mu}}),
             field("shuffle", &O::shuffle, "take the samples in a new order in each pass"),
             field("fit_intercept", &O::fit_intercept, "learn the intercept"),
             field("random_state", &O::random_state, "seed of the orders").at_least(0)}};
    }
};

struct AdalineFit {
    ThresholdUnit unit;
    std::vector<double> mean_squared_error;  ///< before each step, averaged over the epoch; one per epoch
    bool converged = false;
};

/// Adaptive linear neuron: steepest descent on the squared error of the sum before the threshold.
/// @param targets  −1 or 1, or any finite numbers, shape (n)
/// @throws InvalidInput as fit_perceptron; NumericalError where the weights grow without bound (μ-LMS with too large η)
/// @source  Widrow & Hoff 1960; both rules: Widrow & Lehr 1990, doi:10.1109/5.58323, eqs. 10 and 25
AdalineFit fit_adaline(View<const double, 2> X, std::span<const double> targets, const AdalineOptions& options,
                       const ThresholdUnit* start = nullptr);

/// Whether a plane w · x + b = 0 parts the two classes, and by how much.
struct Separability {
    std::optional<bool> separable;  ///< empty: not decided within max_steps
    double margin = 0;              ///< largest min t_i (w · x_i + b) with |(w, b)| = 1, t = ±1; where separable
    ThresholdUnit unit;             ///< that attains it
};

/// Decides by the smallest point of the convex hull of t_i (x_i, 1): it is 0 where no plane parts the classes, and else
/// the direction of the widest margin. @cost  O(steps · (n d + d³))
/// @source  Wolfe 1976, doi:10.1007/BF01580381
Separability linear_separability(View<const double, 2> X, std::span<const double> targets, index max_steps = 1000);

}  // namespace ranvier::learn
