#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace ranvier {

/// A value that a language binding may show: whoever shares it (`share`) keeps it as it was when another takes its
/// place. Nothing is allocated until then. A copy is deep.
template <class T>
class Held {
public:
    Held() = default;
    Held(T value) : own_(std::move(value)) {}
    Held(const Held& other) : own_(*other) {}
    Held(Held&&) noexcept = default;
    Held& operator=(const Held& other) { return *this = Held(other); }
    Held& operator=(Held&&) noexcept = default;

    T& operator*() { return shared_ ? *shared_ : own_; }
    const T& operator*() const { return shared_ ? *shared_ : own_; }
    T* operator->() { return &**this; }
    const T* operator->() const { return &**this; }
    operator T&() { return **this; }
    operator const T&() const { return **this; }
    decltype(auto) operator[](std::size_t k) { return (**this)[k]; }
    decltype(auto) operator[](std::size_t k) const { return (**this)[k]; }
    auto begin() { return (**this).begin(); }
    auto end() { return (**this).end(); }
    auto begin() const { return (**this).begin(); }
    auto end() const { return (**this).end(); }
    friend bool operator==(const Held& a, const Held& b) { return *a == *b; }

    /// The value itself, which lives as long as anybody holds it.
    const std::shared_ptr<T>& share() {
        if (!shared_) {
            shared_ = std::make_shared<T>(std::move(own_));
        }
        return shared_;
    }
    /// Whether `share` has been called.
    bool shared() const { return shared_ != nullptr; }

private:
    T own_{};
    std::shared_ptr<T> shared_;
};

}  // namespace ranvier
