#pragma once

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "ranvier/base/held.hpp"

namespace ranvier {

/// A vector whose elements stay where they are when others come and go, for small vectors of nouns that a language
/// binding shows: whoever shares an element (`share`) may keep it longer than the vector. A copy of the vector is deep.
template <class T>
class StableVector {
    template <class U>
    class Walk {
        using Place = std::conditional_t<std::is_const_v<U>, const std::shared_ptr<T>*, std::shared_ptr<T>*>;

    public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = T;
        using difference_type = std::ptrdiff_t;
        using pointer = U*;
        using reference = U&;

        Walk() = default;
        explicit Walk(Place at) : at_(at) {}
        operator Walk<const U>() const requires(!std::is_const_v<U>) { return Walk<const U>(at_); }
        U& operator*() const { return **at_; }
        U* operator->() const { return at_->get(); }
        U& operator[](std::ptrdiff_t n) const { return **(at_ + n); }
        Walk& operator++() { return *this += 1; }
        Walk& operator--() { return *this += -1; }
        Walk operator++(int) { return std::exchange(*this, *this + 1); }
        Walk operator--(int) { return std::exchange(*this, *this - 1); }
        Walk& operator+=(std::ptrdiff_t n) {
            at_ += n;
            return *this;
        }
        Walk& operator-=(std::ptrdiff_t n) { return *this += -n; }
        friend Walk operator+(Walk w, std::ptrdiff_t n) { return w += n; }
        friend Walk operator+(std::ptrdiff_t n, Walk w) { return w += n; }
        friend Walk operator-(Walk w, std::ptrdiff_t n) { return w += -n; }
        friend std::ptrdiff_t operator-(const Walk& a, const Walk& b) { return a.at_ - b.at_; }
        friend auto operator<=>(const Walk&, const Walk&) = default;

    private:
        Place at_ = nullptr;
    };

public:
    using value_type = T;
    using iterator = Walk<T>;
    using const_iterator = Walk<const T>;

    /// The list itself. Python's lists are this one, so it is replaced by what adds or removes elements here, and
    /// whoever shares it keeps it as it was.
    struct List : std::vector<std::shared_ptr<T>> {
        using std::vector<std::shared_ptr<T>>::vector;
    };

    StableVector() = default;
    StableVector(std::initializer_list<T> values) {
        for (const T& value : values) {
            push_back(value);
        }
    }
    /// Elements that others may hold too.
    explicit StableVector(List shared) : items_(std::move(shared)) {}
    StableVector(const StableVector& other) {
        List copies;
        copies.reserve(other.size());
        for (const T& value : other) {
            copies.push_back(std::make_shared<T>(value));
        }
        items_ = std::move(copies);
    }
    StableVector(StableVector&&) noexcept = default;
    StableVector& operator=(const StableVector& other) { return *this = StableVector(other); }
    StableVector& operator=(StableVector&&) noexcept = default;

    std::size_t size() const { return items_->size(); }
    bool empty() const { return items_->empty(); }
    T& operator[](std::size_t k) { return *items_[k]; }
    const T& operator[](std::size_t k) const { return *items_[k]; }
    T& front() { return *items_->front(); }
    const T& front() const { return *items_->front(); }
    T& back() { return *items_->back(); }
    const T& back() const { return *items_->back(); }
    iterator begin() { return iterator(items_->data()); }
    iterator end() { return iterator(items_->data() + items_->size()); }
    const_iterator begin() const { return const_iterator(items_->data()); }
    const_iterator end() const { return const_iterator(items_->data() + items_->size()); }

    void reserve(std::size_t n) { own().reserve(n); }
    void clear() { items_ = List(); }
    void push_back(T value) { own().push_back(std::make_shared<T>(std::move(value))); }
    void erase(const_iterator at) {
        const auto place = at - std::as_const(*this).begin();
        own().erase(own().begin() + place);
    }
    template <class Condition>
    friend void erase_if(StableVector& vector, Condition condition) {
        List kept = *vector.items_;
        if (std::erase_if(static_cast<std::vector<std::shared_ptr<T>>&>(kept),
                          [&](const std::shared_ptr<T>& item) { return condition(std::as_const(*item)); }) > 0) {
            vector.items_ = std::move(kept);
        }
    }

    /// Element k itself, which lives as long as anybody holds it.
    const std::shared_ptr<T>& share(std::size_t k) const { return items_[k]; }
    Held<List>& list() { return items_; }

private:
    /// The list, no longer that of others.
    List& own() {
        if (items_.shared()) {
            items_ = List(*items_);
        }
        return *items_;
    }

    Held<List> items_;
};

}  // namespace ranvier
