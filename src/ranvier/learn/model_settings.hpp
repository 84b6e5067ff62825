#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "ranvier/learn/model_fit.hpp"

namespace ranvier::learn {

using Json = nlohmann::ordered_json;

/// The parameters of one model: defaults with changes, read with their kind checked.
class Settings {
public:
    Settings(const ModelKind& kind, const Json& changes);

    double number(const char* name) const;
    index whole(const char* name) const;
    bool yes(const char* name) const;
    std::string text(const char* name) const;
    /// null: empty
    std::optional<double> number_or_none(const char* name) const;
    std::optional<index> whole_or_none(const char* name) const;
    std::vector<index> wholes(const char* name) const;
    const Json& value(const char* name) const { return values_.at(name); }
    std::uint64_t seed() const;  ///< random_state, 0 where it is null

    template <class T>
    T one_of(const char* name, std::initializer_list<std::pair<const char*, T>> known) const {
        std::string list;
        for (const auto& [word, result] : known) {
            if (values_.at(name) == word) {
                return result;
            }
            list += (list.empty() ? "" : ", ") + std::string(word);
        }
        throw wrong(name, "one of " + list);
    }

    const Json& values() const { return values_; }

private:
    InvalidInput wrong(const char* name, const std::string& rule) const;
    std::string word_;
    Json values_;
};

/// Arrays of a fitted model, as they are stored.
StoredArray stored(const Array<double, 2>& a);
StoredArray stored(const std::vector<double>& v);
StoredArray stored(const std::vector<std::string>& v);
StoredArray stored_whole(const std::vector<std::int64_t>& v);
StoredArray stored_number(double v);       ///< without axes
StoredArray stored_whole(std::int64_t v);  ///< without axes

/// The classes of a column of text, sorted, and each row's number among them.
struct Classes {
    std::vector<std::string> names;
    std::vector<std::int32_t> labels;
};
/// @throws InvalidInput  no column, or one class only
Classes classes_of(const Table& table, const std::string& word);

/// One function for each family: it fills `fit.model.arrays` and `report`.
void fit_units(const Settings& s, const Table& table, FittedModel& fit, Json& report);      // model_fit.cpp
void fit_maps(const Settings& s, const Table& table, FittedModel& fit, Json& report);       // model_fit.cpp
void fit_memory(const Settings& s, const Table& table, FittedModel& fit, Json& report);     // model_fit.cpp
void fit_resonance(const Settings& s, const Table& table, FittedModel& fit, Json& report);  // model_fit.cpp
void fit_nets(const Settings& s, const Table& table, FittedModel& fit, Json& report);       // model_fit_nets.cpp
void fit_elman(const Settings& s, const Table& table, FittedModel& fit, Json& report);      // model_fit_nets.cpp
void fit_parts(const Settings& s, const Table& table, FittedModel& fit, Json& report);      // model_fit_parts.cpp

}  // namespace ranvier::learn
