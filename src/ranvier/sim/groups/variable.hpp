#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/ir/program.hpp"
#include "ranvier/language/model.hpp"

namespace ranvier::sim {

/// A named quantity of a group and its values [SI]: one for each element, or one that all share.
class Variable {
public:
    /// @param elements  1 where the value is shared
    Variable(std::string name, units::Dimension dimension, language::Type type, compile::Storage storage,
             index elements);

    std::string name;
    units::Dimension dimension;
    language::Type type = language::Type::real;
    compile::Storage storage = compile::Storage::float64;
    std::string unit = "1";  ///< in which it is shown, as the text says it
    double unit_scale = 1;
    bool shared = false;     ///< one value for all elements
    bool constant = false;   ///< does not change during a run
    bool read_only = false;  ///< only the engine changes it

    index size() const { return size_; }
    void* data() { return bytes_.data(); }
    const void* data() const { return bytes_.data(); }

    /// Keeps what is there; new elements are 0. Cost amortised O(1) per element.
    void resize(index elements);
    double operator[](index at) const;
    void set(index at, double value);
    void fill(double value);

    template <class T>
    std::span<T> as() {
        return {static_cast<T*>(data()), static_cast<std::size_t>(size_)};
    }
    template <class T>
    std::span<const T> as() const {
        return {static_cast<const T*>(data()), static_cast<std::size_t>(size_)};
    }
    /// Keeps the memory of its values alive, which stays theirs until they grow.
    std::shared_ptr<void> memory() const { return bytes_.memory(); }
    /// The bytes of its elements.
    std::span<std::uint8_t> bytes();

private:
    index size_ = 0;
    Array<std::uint8_t, 1> bytes_;
};

/// How values of a type are stored where nothing else is said: float64, int32, boolean.
compile::Storage default_storage(language::Type type);

/// How programs of float64 write values that they compute: float64, int64, boolean.
compile::Storage computed_storage(language::Type type);

}  // namespace ranvier::sim
