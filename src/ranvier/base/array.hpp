#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "ranvier/base/error.hpp"

namespace ranvier {

using index = std::ptrdiff_t;

/// A strided window on numbers that somebody else owns; constness is in the element type.
/// The words are those of std::mdspan. Indices are checked in builds without NDEBUG.
template <class T, std::size_t Rank>
class View {
public:
    using Extents = std::array<index, Rank>;

    View() = default;
    View(T* data, Extents extents, Extents strides) : data_(data), extents_(extents), strides_(strides) {}
    View(T* data, Extents extents) : View(data, extents, row_major(extents)) {}

    /// A view of mutable numbers serves where constant ones are wanted.
    operator View<const T, Rank>() const requires(!std::is_const_v<T>) { return {data_, extents_, strides_}; }

    T* data() const { return data_; }
    index extent(std::size_t axis) const { return extents_[axis]; }
    index stride(std::size_t axis) const { return strides_[axis]; }
    const Extents& extents() const { return extents_; }
    const Extents& strides() const { return strides_; }

    index size() const {
        index product = 1;
        for (index e : extents_) {
            product *= e;
        }
        return product;
    }

    bool contiguous() const { return strides_ == row_major(extents_); }

    template <class... Indices>
    T& operator()(Indices... indices) const {
        static_assert(sizeof...(Indices) == Rank);
        const Extents at{static_cast<index>(indices)...};
        index offset = 0;
        for (std::size_t axis = 0; axis < Rank; ++axis) {
#ifndef NDEBUG
            ensure(at[axis] >= 0 && at[axis] < extents_[axis], "index inside the view");
#endif
            offset += at[axis] * strides_[axis];
        }
        return data_[offset];
    }

    /// The view without its first axis, at position `i` of it.
    View<T, Rank - 1> operator[](index i) const requires(Rank > 1) {
#ifndef NDEBUG
        ensure(i >= 0 && i < extents_[0], "index inside the view");
#endif
        std::array<index, Rank - 1> extents{}, strides{};
        for (std::size_t axis = 1; axis < Rank; ++axis) {
            extents[axis - 1] = extents_[axis];
            strides[axis - 1] = strides_[axis];
        }
        return {data_ + i * strides_[0], extents, strides};
    }

    T& operator[](index i) const requires(Rank == 1) { return (*this)(i); }

    /// Positions [begin, end) of one axis.
    View slice(std::size_t axis, index begin, index end) const {
        ensure(begin >= 0 && begin <= end && end <= extents_[axis], "slice inside the view");
        View part = *this;
        part.data_ += begin * strides_[axis];
        part.extents_[axis] = end - begin;
        return part;
    }

    /// The same numbers with their axes exchanged.
    View transposed() const requires(Rank == 2) {
        return {data_, {extents_[1], extents_[0]}, {strides_[1], strides_[0]}};
    }

    /// Row `i` as a span; the last axis must be contiguous.
    std::span<T> row(index i) const requires(Rank == 2) {
        ensure(strides_[1] == 1 || extents_[1] <= 1, "contiguous rows");
        return {data_ + i * strides_[0], static_cast<std::size_t>(extents_[1])};
    }

    static Extents row_major(const Extents& extents) {
        Extents strides{};
        index step = 1;
        for (std::size_t axis = Rank; axis-- > 0;) {
            strides[axis] = step;
            step *= extents[axis];
        }
        return strides;
    }

private:
    T* data_ = nullptr;
    Extents extents_{};
    Extents strides_{};
};

/// Copies entry by entry, as numbers of the goal's type. Both must have the same extents.
template <class From, class To, std::size_t Rank>
void copy(View<From, Rank> from, View<To, Rank> to) {
    ensure(from.extents() == to.extents(), "a copy has the extents of what it is made from");
    if constexpr (Rank == 1) {
        if (from.stride(0) == 1 && to.stride(0) == 1) {
            std::transform(from.data(), from.data() + from.extent(0), to.data(), [](const From& x) { return To(x); });
            return;
        }
    }
    for (index i = 0; i < from.extent(0); ++i) {
        if constexpr (Rank == 1) {
            to(i) = To(from(i));
        } else {
            copy(from[i], to[i]);
        }
    }
}

namespace detail {

/// Zeroed memory, 64-byte aligned, with 64 bytes to spare behind it so that vector loads may pass the end;
/// large blocks ask the system for huge pages. @throws InvalidInput when `bytes` can't be had
std::shared_ptr<void> aligned_memory(std::size_t bytes);
/// The file `path`, made or resized to `bytes` and mapped read-write. @throws FileError
std::shared_ptr<void> mapped_memory(const std::filesystem::path& path, std::size_t bytes);
/// Number of bytes of an array, checked for overflow. @throws InvalidInput
std::size_t checked_bytes(std::span<const index> extents, std::size_t element);

}  // namespace detail

/// Numbers that we own: row-major, contiguous, 64-byte aligned, zero at first. Moves are cheap, copies are deep.
template <class T, std::size_t Rank>
class Array {
    static_assert(std::is_trivially_copyable_v<T>);

public:
    using Extents = std::array<index, Rank>;

    Array() = default;
    explicit Array(Extents extents)
        : extents_(extents), memory_(detail::aligned_memory(detail::checked_bytes(extents, sizeof(T)))) {}

    /// A copy of what others own, as numbers of our type.
    template <class From>
    explicit Array(View<From, Rank> from) : Array(from.extents()) {
        copy(from, view());
    }

    /// Numbers that live in a file and are paged in as needed.
    static Array mapped(const std::filesystem::path& path, Extents extents) {
        Array result;
        result.extents_ = extents;
        result.memory_ = detail::mapped_memory(path, detail::checked_bytes(extents, sizeof(T)));
        return result;
    }

    /// Numbers in memory that others hold too: each sees what the others write.
    static Array shared(Extents extents, std::shared_ptr<void> memory) {
        Array result;
        result.extents_ = extents;
        result.memory_ = std::move(memory);
        return result;
    }

    Array(const Array& other) : Array(other.extents_) { std::copy(other.data(), other.data() + other.size(), data()); }
    Array& operator=(const Array& other) {
        if (this != &other) {
            *this = Array(other);
        }
        return *this;
    }
    Array(Array&& other) noexcept
        : extents_(std::exchange(other.extents_, Extents{})), memory_(std::move(other.memory_)) {}
    Array& operator=(Array&& other) noexcept {
        extents_ = std::exchange(other.extents_, Extents{});
        memory_ = std::move(other.memory_);
        return *this;
    }

    T* data() { return static_cast<T*>(memory_.get()); }
    const T* data() const { return static_cast<const T*>(memory_.get()); }
    index extent(std::size_t axis) const { return extents_[axis]; }
    const Extents& extents() const { return extents_; }
    index size() const { return view().size(); }
    bool empty() const { return size() == 0; }

    View<T, Rank> view() { return {data(), extents_}; }
    View<const T, Rank> view() const { return {data(), extents_}; }
    operator View<T, Rank>() { return view(); }
    operator View<const T, Rank>() const { return view(); }

    template <class... Indices>
    T& operator()(Indices... indices) {
        return view()(indices...);
    }
    template <class... Indices>
    const T& operator()(Indices... indices) const {
        return view()(indices...);
    }

    /// Keeps the first n along the first axis; nothing moves, and the memory stays.
    void shrink(index n) {
        ensure(n >= 0 && n <= extents_[0], "an array shrinks to less than it was");
        extents_[0] = n;
    }

    /// The memory itself, for handing it to a language that counts references.
    const std::shared_ptr<void>& memory() const { return memory_; }

private:
    Extents extents_{};
    std::shared_ptr<void> memory_;
};

}  // namespace ranvier
