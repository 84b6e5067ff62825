#pragma once

#include "ranvier/learn/estimator.hpp"

namespace ranvier::learn {

/// A trained estimator, or a flow of such: what it is, how it was set, what it learnt.
struct Model {
    std::string kind;  ///< the estimator's name, or "Flow"
    Value::Map
        settings;  ///< of a flow {"nodes": [{"kind", "settings"}, …]}; its state has "0." before names of the first
    State state;
};

struct FittedModel {
    Model model;
    Value::Map report;  ///< what came of it: loss, error, iterations …
};

/// @throws InvalidInput  an unknown estimator in `word`, or one that needs a target where none is given
void require_target(const std::string& word, bool given);

/// Fits an estimator to the rows of a table; `a+b` are fitted one behind the other, each to what those before it make
/// of the rows (a flow).
/// @param settings  those that differ from the defaults; of a flow, "word.setting"
/// @param target    the column that says the class or the number of each row, as text; empty where there is none
/// @throws InvalidInput  an unknown estimator or setting, a value that does not fit, a missing target, samples that the
///         estimator can't learn from
FittedModel fitted_model(const std::string& word, const Value::Map& settings, View<const double, 2> X,
                         const std::vector<std::string>& target);

/// What a model says of samples: classes, numbers, units, states or components, whichever its kind gives.
struct Answer {
    Array<double, 2> values;          ///< shape (n, k)
    std::vector<std::string> labels;  ///< classes instead, shape (n); where each step has one, commas part them
};
/// @throws InvalidInput  an unknown kind, a state that is no whole one, samples of another width
Answer answer(const Model& model, View<const double, 2> X);

}  // namespace ranvier::learn
