#pragma once

#include <string>
#include <vector>

#include "ranvier/learn/model_file.hpp"
#include "ranvier/learn/table.hpp"

namespace ranvier::learn {

/// What a model needs of the column that was asked for.
enum class Target { none, classes, numbers };

/// A model that can be fitted to a table, by the parameters that its estimator has in Python.
struct ModelKind {
    std::string word;      ///< as people write it: "som"
    std::string kind;      ///< as files call it: "SelfOrganizingMap"
    std::string purpose;   ///< one line
    std::string settings;  ///< its parameters and their defaults, a JSON object
    Target target = Target::none;
};
/// All of them. @see docs/model-files.md
const std::vector<ModelKind>& model_kinds();
/// @throws InvalidInput  there is none of that word; the message lists those there are
const ModelKind& model_kind(const std::string& word);

struct FittedModel {
    StoredModel model;
    std::string report;  ///< what came of it (loss, error, iterations …), a JSON object
};

/// Fits a model to the rows of a table; `a+b` are fitted one behind the other, each to what those before it make of the
/// rows (a Flow).
/// @param settings  parameters that differ from the defaults, a JSON object: {"hidden_layer_sizes": [50]}; of a flow,
///                  "word.parameter"
/// @throws InvalidInput  an unknown model or parameter (the message lists those there are), a value of the wrong kind,
///         a missing target, samples that the model can't learn from
FittedModel fitted_model(const std::string& word, const std::string& settings, const Table& table);

}  // namespace ranvier::learn
