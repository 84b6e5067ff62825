#include "ranvier/sim/groups/variable.hpp"

#include <algorithm>
#include <cstring>

#include "ranvier/base/error.hpp"
#include "ranvier/compile/kernel/kernel.hpp"

namespace ranvier::sim {

using compile::element_bytes;
using compile::Storage;

Storage computed_storage(language::Type type) {
    return type == language::Type::integer ? Storage::int64 : default_storage(type);
}

Storage default_storage(language::Type type) {
    switch (type) {
        case language::Type::integer: return Storage::int32;
        case language::Type::boolean: return Storage::boolean;
        default: return Storage::float64;
    }
}

Variable::Variable(std::string its_name, units::Dimension its_dimension, language::Type its_type, Storage how,
                   index elements)
    : name(std::move(its_name)), dimension(its_dimension), type(its_type), storage(how) {
    resize(elements);
}

void Variable::resize(index elements) {
    const index bytes = element_bytes(storage), wanted = std::max<index>(compile::padded(elements) * bytes, 64);
    if (wanted > bytes_.extent(0)) {
        Array<std::uint8_t, 1> larger({bytes_.extent(0) == 0 ? wanted : std::max(wanted, bytes_.extent(0) * 2)});
        std::copy(bytes_.data(), bytes_.data() + size_ * bytes, larger.data());
        bytes_ = std::move(larger);
    } else if (elements < size_) {
        std::fill(bytes_.data() + elements * bytes, bytes_.data() + size_ * bytes, std::uint8_t{0});
    }
    size_ = elements;
}

namespace {

template <class F>
auto with_type(Storage storage, F f) {
    switch (storage) {
        case Storage::float64: return f(double{});
        case Storage::float32: return f(float{});
        case Storage::int64: return f(std::int64_t{});
        case Storage::int32: return f(std::int32_t{});
        case Storage::uint16: return f(std::uint16_t{});
        default: return f(std::uint8_t{});
    }
}

}  // namespace

double Variable::operator[](index at) const {
    return with_type(storage,
                     [&](auto zero) { return static_cast<double>(static_cast<const decltype(zero)*>(data())[at]); });
}

void Variable::set(index at, double value) {
    with_type(storage, [&](auto zero) {
        using T = decltype(zero);
        static_cast<T*>(data())[at] = storage == Storage::boolean ? static_cast<T>(value != 0) : static_cast<T>(value);
    });
}

void Variable::fill(double value) {
    for (index k = 0; k < size_; ++k) {
        set(k, value);
    }
}

std::span<std::uint8_t> Variable::bytes() {
    return {bytes_.data(), static_cast<std::size_t>(size_ * element_bytes(storage))};
}

}  // namespace ranvier::sim
