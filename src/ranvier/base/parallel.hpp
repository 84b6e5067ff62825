#pragma once

#include <type_traits>

#include "ranvier/base/array.hpp"

namespace ranvier {

/// A callable that somebody else owns, for the length of one call.
template <class Signature>
class FunctionRef;

template <class R, class... A>
class FunctionRef<R(A...)> {
public:
    template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
        FunctionRef(F&& f)  // NOLINT: conversion is the point
        : object_(const_cast<void*>(static_cast<const void*>(&f))), call_([](void* o, A... a) -> R {
              return (*static_cast<std::remove_reference_t<F>*>(o))(static_cast<A>(a)...);
          }) {}

    R operator()(A... a) const { return call_(object_, static_cast<A>(a)...); }

private:
    void* object_;
    R (*call_)(void*, A...);
};

/// Threads that parallel loops started from this thread may use: the innermost ThreadLimit, else $RANVIER_THREADS,
/// else the number of processors.
int threads();

/// Bounds threads() for its lifetime, on the thread that made it.
class ThreadLimit {
public:
    /// @param n  number of threads; 0 or less leaves the bound as it is
    explicit ThreadLimit(int n);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

private:
    int before_;
};

/// Calls body(i) once for each i in [0, count), on up to threads() threads, in no particular order.
///
/// The caller cuts its work by size into `count` pieces that do not depend on the number of threads, and each piece
/// writes only its own part of the result: then the bits are the same for any number of threads. Denormals are
/// flushed to zero inside. The first exception ends the loop and is thrown here; so does an interrupt.
void parallel_for(index count, FunctionRef<void(index)> body);

/// Asks every running loop to stop at its next piece (safe in a signal handler).
void request_interrupt() noexcept;
/// Throws Interrupted once after request_interrupt(); in the pieces of a parallel loop that it ended, in each.
/// Long work inside a piece calls it every few milliseconds. @cost ~1 ns
void check_interrupt();

}  // namespace ranvier
