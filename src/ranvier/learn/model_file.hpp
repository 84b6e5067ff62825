#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ranvier/learn/data.hpp"

namespace ranvier::learn {

/// An array of a model file: row-major numbers of one type.
struct StoredArray {
    std::vector<index> shape;
    std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>, std::vector<std::string>> values;
    index size() const;
};

/// A trained model as it is kept in a file: what it is, how it was set, what it learnt. docs/model-files.md has the
/// layout.
struct StoredModel {
    std::string kind;                           ///< the estimator, e.g. "SelfOrganizingMap"
    std::string settings;                       ///< its parameters, a JSON object
    std::map<std::string, StoredArray> arrays;  ///< by name

    /// A matrix or row of doubles. @throws InvalidInput  there is none of that name, or it has another rank or type
    Array<double, 2> matrix(const std::string& name) const;
    std::vector<double> row(const std::string& name) const;
};

/// @throws FileError  the folder is missing, or the file exists and `overwrite` is false
void write_model(const StoredModel& model, const std::filesystem::path& path, bool overwrite);
/// @throws FileError  missing, damaged (the digest at the end covers every byte), or not a model file
StoredModel read_model(const std::filesystem::path& path);

/// What the model says of samples: classes, numbers, units, states or components, whichever its kind gives.
struct Answer {
    Array<double, 2> values;  ///< shape (n, k)
    std::vector<std::string>
        labels;  ///< classes instead, shape (n); of an Elman net with a label for each step, commas part them
};
/// @throws InvalidInput  samples of another width, or a kind that can't answer here
Answer answer(const StoredModel& model, View<const double, 2> X);
/// What the model makes of samples, for the next in a flow: components, distances to the units of a map, recalled
/// states. @throws InvalidInput  as answer; a kind that transforms nothing
Array<double, 2> transformed(const StoredModel& model, View<const double, 2> X);

}  // namespace ranvier::learn
