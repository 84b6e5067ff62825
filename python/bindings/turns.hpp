#pragma once

#include <nanobind/nanobind.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

// Several threads of Python may hold one noun. While the engine works on it without the interpreter's lock, other
// threads that want to change it, or to read what is being changed, wait for their turn.

namespace ranvier::meeg {
struct Annotations;
struct AverageTfr;
struct Epochs;
struct EpochsTfr;
struct Evoked;
struct Info;
struct Raw;
struct Spectrum;
}  // namespace ranvier::meeg

namespace ranvier::python {

template <class T, class... Others>
inline constexpr bool is_one_of = (std::is_same_v<T, Others> || ...);
template <class T>
inline constexpr bool is_noun = is_one_of<T, meeg::Annotations, meeg::AverageTfr, meeg::Epochs, meeg::EpochsTfr,
                                          meeg::Evoked, meeg::Info, meeg::Raw, meeg::Spectrum>;

/// The use of a noun by the current call, from when it is taken until the call ends.
class Turn {
public:
    Turn() = default;
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn();
    /// Waits until no other thread works on the noun; readers don't wait for readers.
    /// @throws nb::python_error  interrupted
    void take(const void* noun, std::size_t bytes, bool changes);

private:
    bool taken_ = false;
};

/// Lets other threads know that the nouns of the current call are worked on, before the interpreter's lock goes.
class AtWork {
public:
    AtWork();
    AtWork(const AtWork&) = delete;
    AtWork& operator=(const AtWork&) = delete;
    ~AtWork();
};

/// How often nouns have been taken to be changed: as long as it stays, all are as they were.
std::uint64_t changes();

/// Waits until no other thread works on any noun: before a part changes that several may share.
void wait_for_all();

}  // namespace ranvier::python

namespace nanobind::detail {

/// Nouns are taken in turns wherever a function of ours is called with one.
template <class T>
requires ranvier::python::is_noun<T>
struct type_caster<T, int> : type_caster_base<T> {
    template <class U>
    using Cast = std::conditional_t<
        std::is_pointer_v<U>, std::conditional_t<std::is_const_v<std::remove_pointer_t<U>>, const T*, T*>,
        std::conditional_t<
            std::is_rvalue_reference_v<U>, T&&,
            std::conditional_t<std::is_lvalue_reference_v<U> && !std::is_const_v<std::remove_reference_t<U>>, T&,
                               const T&>>>;
    operator T*() { return taken(true); }
    operator const T*() { return taken(false); }
    operator T&() { return *taken(true); }
    operator const T&() { return *taken(false); }
    operator T&&() { return static_cast<T&&>(*taken(true)); }

private:
    T* taken(bool changes) {
        T* noun = type_caster_base<T>::operator T*();
        if (noun) {
            turn_.take(noun, sizeof(T), changes);
        }
        return noun;
    }
    ranvier::python::Turn turn_;
};

}  // namespace nanobind::detail
