#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/complex.h>
#include <nanobind/stl/filesystem.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <type_traits>
#include <utility>

#include "ranvier/base/array.hpp"
#include "ranvier/base/parallel.hpp"
#include "turns.hpp"

namespace ranvier::python {

namespace nb = nanobind;
using namespace nb::literals;

/// Turns Ctrl-C into ranvier::request_interrupt() for its lifetime, on Python's main thread.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

private:
    void (*before_)(int) = nullptr;
};

/// Number of threads that calls from this Python thread may use; 0: all.
int& thread_setting();

/// Hands what this thread's call has said to `warnings` and the log. @throws python_error  warnings are errors
void deliver_warnings();
/// The same beside an error that is about to be raised: a warning that is an error becomes its context.
void deliver_warnings_beside(const nb::python_error& error);

/// Runs engine work: without the GIL, on as many threads as Python asked for, stoppable by Ctrl-C.
template <class F>
auto run(F&& work) {
    using Result = std::invoke_result_t<F>;
    const int limit = thread_setting();
    const auto away = [&] {
        try {
            const InterruptGuard guard;
            const AtWork at_work;
            const nb::gil_scoped_release release;
            const ThreadLimit bound(limit);
            return work();
        } catch (const nb::python_error& error) {  // of a function that was called back; those of the engine come later
            deliver_warnings_beside(error);
            throw;
        }
    };
    if constexpr (std::is_void_v<Result>) {
        away();
        deliver_warnings();
    } else {
        Result result = away();
        deliver_warnings();
        return result;
    }
}

template <class T, std::size_t Rank>
using NumpyIn = nb::ndarray<const T, nb::ndim<Rank>, nb::c_contig, nb::device::cpu>;
template <class T, std::size_t Rank>
using NumpyInOut = nb::ndarray<T, nb::ndim<Rank>, nb::c_contig, nb::device::cpu>;
template <class T, std::size_t Rank>
using NumpyOut = nb::ndarray<nb::numpy, T, nb::ndim<Rank>, nb::c_contig>;

/// What keeps memory alive for Python.
inline nb::capsule owner_of(std::shared_ptr<void> memory) {
    return nb::capsule(new std::shared_ptr<void>(std::move(memory)),
                       [](void* p) noexcept { delete static_cast<std::shared_ptr<void>*>(p); });
}

/// A NumPy array on the memory of `array`, which lives as long as either. Element: T, or const T for one that can't be
/// written to, because it shows what is kept elsewhere.
template <class Element, class T, std::size_t Rank>
NumpyOut<Element, Rank> numpy_as(const Array<T, Rank>& array) {
    std::size_t shape[Rank];
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        shape[axis] = static_cast<std::size_t>(array.extent(axis));
    }
    const auto memory = array.memory() ? array.memory() : detail::aligned_memory(64);
    return NumpyOut<Element, Rank>(static_cast<T*>(memory.get()), Rank, shape, owner_of(memory));
}
template <class T, std::size_t Rank>
NumpyOut<T, Rank> numpy_view(const Array<T, Rank>& array) {
    return numpy_as<T>(array);
}

template <class T>
Array<T, 1> array_of(const std::vector<T>& values) {
    Array<T, 1> array({static_cast<index>(values.size())});
    std::copy(values.begin(), values.end(), array.data());
    return array;
}
template <class T>
NumpyOut<T, 1> numpy_copy(const std::vector<T>& values) {
    return numpy_view(array_of(values));
}
template <class T>
NumpyOut<const T, 1> numpy_constant(const std::vector<T>& values) {
    return numpy_as<const T>(array_of(values));
}

template <class T, std::size_t Rank>
View<const T, Rank> view_of(const NumpyIn<T, Rank>& array) {
    typename View<const T, Rank>::Extents extents{};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        extents[axis] = static_cast<index>(array.shape(axis));
    }
    return {array.data(), extents};
}

template <class T, std::size_t Rank>
View<T, Rank> view_of(const NumpyInOut<T, Rank>& array) requires(!std::is_const_v<T>) {
    typename View<T, Rank>::Extents extents{};
    for (std::size_t axis = 0; axis < Rank; ++axis) {
        extents[axis] = static_cast<index>(array.shape(axis));
    }
    return {array.data(), extents};
}

template <class T, std::size_t Rank>
Array<T, Rank> array_of(const NumpyIn<T, Rank>& numpy) {
    const auto from = view_of<T, Rank>(numpy);
    Array<T, Rank> result(from.extents());
    if (from.size() > 0) {
        std::copy(from.data(), from.data() + from.size(), result.data());
    }
    return result;
}

template <class T>
std::vector<T> vector_of(const NumpyIn<T, 1>& numpy) {
    return {numpy.data(), numpy.data() + numpy.size()};
}

// One function per area adds its part to the module.
void bind_system(nb::module_& m);
void bind_settings(nb::module_& m);
void bind_nouns(nb::module_& m);
void bind_info(nb::module_& m);
void bind_annotations(nb::module_& m);
void bind_raw(nb::module_& m);
void bind_epochs(nb::module_& m);
void bind_evoked(nb::module_& m);
void bind_filter(nb::module_& m);
void bind_spectra(nb::module_& m);
void bind_files(nb::module_& m);
void bind_places(nb::module_& m);
void bind_noise(nb::module_& m);
void bind_sparse(nb::module_& m);
void bind_ssp(nb::module_& m);
void bind_repair(nb::module_& m);
void bind_autoreject(nb::module_& m);
void bind_maxwell(nb::module_& m);
void bind_report(nb::module_& m);
void bind_chpi(nb::module_& m);
void bind_ica(nb::module_& m);
void bind_anatomy(nb::module_& m);
void bind_forward(nb::module_& m);
void bind_inverse(nb::module_& m);
void bind_labels(nb::module_& m);
void bind_volumes(nb::module_& m);
void bind_estimates(nb::module_& m);
void bind_learn(nb::module_& m);
void bind_units(nb::module_& m);
void bind_language(nb::module_& m);
void bind_dynamics(nb::module_& m);
void bind_sim(nb::module_& m);

}  // namespace ranvier::python
