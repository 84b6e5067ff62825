#include "ranvier/learn/state.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/value.hpp"

namespace ranvier::learn {

namespace {

const StoredArray& found(const State& state, const std::string& name) {
    const auto at = state.find(name);
    require(at != state.end(), "the model has no '", name, "'");
    return at->second;
}

/// All numbers as T, on their own memory where they are of that type.
template <class T>
Array<T, 1> numbers(const StoredArray& a, const std::string& name) {
    return std::visit(
        [&](const auto& values) -> Array<T, 1> {
            using V = std::decay_t<decltype(values)>;
            if constexpr (std::is_same_v<V, std::vector<std::string>>) {
                throw InvalidInput("'" + name + "' of the model must hold numbers");
            } else if constexpr (std::is_same_v<V, Array<T, 1>>) {
                return Array<T, 1>::shared({values.size()}, values.memory());
            } else {
                Array<T, 1> converted({values.size()});
                std::transform(values.data(), values.data() + values.size(), converted.data(),
                               [](auto v) { return static_cast<T>(v); });
                return converted;
            }
        },
        a.values);
}

}  // namespace

index StoredArray::size() const {
    return std::visit([](const auto& v) { return static_cast<index>(v.size()); }, values);
}

template <class T>
Array<T, 2> matrix(const State& state, const std::string& name) {
    const StoredArray& a = found(state, name);
    require(a.shape.size() == 2, "'", name, "' of the model must have two axes");
    return Array<T, 2>::shared({a.shape[0], a.shape[1]}, numbers<T>(a, name).memory());
}

template <class T>
std::vector<T> row(const State& state, const std::string& name) {
    const Array<T, 1> values = numbers<T>(found(state, name), name);
    return {values.data(), values.data() + values.size()};
}

double number(const State& state, const std::string& name) {
    const std::vector<double> values = row<double>(state, name);
    require(values.size() == 1, "'", name, "' of the model must be one number");
    return values[0];
}

index whole(const State& state, const std::string& name) {
    const double value = number(state, name);
    require(value >= 0 && value <= 1e9 && value == std::floor(value), "'", name,
            "' of the model must be one whole number");
    return static_cast<index>(value);
}

std::vector<std::string> words(const State& state, const std::string& name) {
    return std::visit(
        [](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>) {
                return values;
            } else {
                std::vector<std::string> result;
                for (index i = 0; i < values.size(); ++i) {
                    if constexpr (std::is_same_v<std::decay_t<decltype(values)>, Array<std::int64_t, 1>>) {
                        result.push_back(text_of(values.data()[i]));
                    } else {
                        result.push_back(text_of(static_cast<double>(values.data()[i])));
                    }
                }
                return result;
            }
        },
        found(state, name).values);
}

template Array<double, 2> matrix(const State&, const std::string&);
template Array<float, 2> matrix(const State&, const std::string&);
template std::vector<double> row(const State&, const std::string&);
template std::vector<float> row(const State&, const std::string&);
template std::vector<std::int64_t> row(const State&, const std::string&);
template std::vector<std::int32_t> row(const State&, const std::string&);

}  // namespace ranvier::learn
