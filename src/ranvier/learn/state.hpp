#pragma once

#include <concepts>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "ranvier/base/array.hpp"

namespace ranvier::learn {

/// Numbers or words that an estimator learnt, row-major; a number alone has no axes.
struct StoredArray {
    std::vector<index> shape;
    std::variant<Array<double, 1>, Array<float, 1>, Array<std::int64_t, 1>, std::vector<std::string>> values;

    StoredArray() = default;
    template <class T, std::size_t Rank>
    StoredArray(Array<T, Rank> a)
        : shape(a.extents().begin(), a.extents().end()), values(Array<T, 1>::shared({a.size()}, a.memory())) {}
    template <class T>
    StoredArray(const std::vector<T>& v) : shape{std::ssize(v)} {
        Array<std::conditional_t<std::is_integral_v<T>, std::int64_t, T>, 1> copy({std::ssize(v)});
        std::copy(v.begin(), v.end(), copy.data());
        values = std::move(copy);
    }
    StoredArray(std::vector<std::string> words) : shape{std::ssize(words)}, values(std::move(words)) {}
    StoredArray(double x) : StoredArray(std::vector<double>{x}) { shape.clear(); }
    template <std::integral T>
    StoredArray(T x) : StoredArray(std::vector<std::int64_t>{static_cast<std::int64_t>(x)}) {
        shape.clear();
    }

    index size() const;
};

/// What an estimator learnt, by name. docs/model-files.md says which has what.
using State = std::map<std::string, StoredArray>;

/// A matrix, on the memory of the state where that holds such numbers, else converted.
/// @throws InvalidInput  there is none of that name, or it has another rank or holds words
template <class T>
Array<T, 2> matrix(const State& state, const std::string& name);
/// Numbers as a row. @throws InvalidInput
template <class T>
std::vector<T> row(const State& state, const std::string& name);
/// One number. @throws InvalidInput
double number(const State& state, const std::string& name);
/// @throws InvalidInput  no whole number from 0 to 10⁹
index whole(const State& state, const std::string& name);
/// Words, or numbers written as such. @throws InvalidInput  there is none of that name
std::vector<std::string> words(const State& state, const std::string& name);

}  // namespace ranvier::learn
