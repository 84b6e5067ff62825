#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <span>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/meeg/recording/epochs.hpp"

/// Choosing and averaging along the axes of spectra and maps.
namespace ranvier::meeg {

/// The positions `which` of one axis, in that order.
template <class Sample, std::size_t Rank>
Array<Sample, Rank> taken(const Array<Sample, Rank>& data, std::size_t axis, const std::vector<index>& which) {
    auto extents = data.extents();
    const index length = extents[axis];
    for (const index k : which) {
        require(k >= 0 && k < length,
                [&] { return "positions must lie in 0 … " + text_of(length - 1) + "; got " + text_of(k); });
    }
    const auto after = extents.begin() + static_cast<std::ptrdiff_t>(axis) + 1;
    const index inner = std::accumulate(after, extents.end(), index{1}, std::multiplies<>());
    const index outer = std::accumulate(extents.begin(), after - 1, index{1}, std::multiplies<>());
    extents[axis] = static_cast<index>(which.size());
    Array<Sample, Rank> out(extents);
    Sample* to = out.data();
    for (index o = 0; o < outer; ++o) {
        for (const index k : which) {
            to = std::copy_n(data.data() + (o * length + k) * inner, inner, to);
        }
    }
    return out;
}

/// The picks, which are channels; without any, the good data channels. @param what  is to be done, for a message
std::vector<index> chosen(const Info& info, const std::vector<index>& picks, const char* what);

/// Epochs in memory, their picks and the data of these, shape (epochs, picks, times): a view of the epochs' own where
/// all are picked.
struct Picked {
    Epochs room;
    Array<double, 3> copy;
    const Epochs& epochs;
    std::vector<index> picks;
    View<const double, 3> data;

    /// @throws InvalidInput  no channel or no epoch is left to do `what` with
    Picked(const Epochs& given, const std::vector<index>& wanted, const char* what);
    Picked(const Picked&) = delete;
};

/// Throws InvalidInput where data have another shape than what goes with them says.
void check_shape(std::span<const index> shape, std::span<const index> expected);
inline void check_shape(std::span<const index> shape, std::initializer_list<index> expected) {
    check_shape(shape, std::span<const index>(expected.begin(), expected.size()));
}

/// Positions begin, begin + step … below end.
std::vector<index> positions(index begin, index end, index step = 1);
/// Positions of the values in [low, high].
std::vector<index> positions_between(const std::vector<double>& values, double low, double high);

/// The mean or median over the rows of an array of shape (n, size), in the order of NumPy's sums. A median with NaN
/// is NaN.
void average_rows(const double* rows, index n, index size, bool median, double* out);

/// Rows beside each other along an axis of several arrays, which differ there only.
template <class Sample, std::size_t Rank>
Array<Sample, Rank> side_by_side(const std::vector<const Array<Sample, Rank>*>& parts, std::size_t axis) {
    auto extents = parts.front()->extents();
    const auto at = extents.begin() + static_cast<std::ptrdiff_t>(axis);
    const index outer = std::accumulate(extents.begin(), at, index{1}, std::multiplies<>());
    *at = 0;
    for (const auto* part : parts) {
        *at += part->extents()[axis];
    }
    Array<Sample, Rank> out(extents);
    Sample* to = out.data();
    for (index o = 0; o < outer; ++o) {
        for (const auto* part : parts) {
            const index own = part->size() / std::max<index>(outer, 1);
            to = std::copy_n(part->data() + o * own, own, to);
        }
    }
    return out;
}

/// The mean or median over an axis that lies behind the first.
template <std::size_t Rank>
Array<double, Rank - 1> averaged_along(const Array<double, Rank>& data, std::size_t axis, bool median) {
    std::array<index, Rank - 1> extents;
    const auto at = data.extents().begin() + static_cast<std::ptrdiff_t>(axis);
    std::copy(at + 1, data.extents().end(), std::copy(data.extents().begin(), at, extents.begin()));
    Array<double, Rank - 1> out(extents);
    const index outer = std::accumulate(data.extents().begin(), at, index{1}, std::multiplies<>());
    const index inner = out.size() / std::max<index>(outer, 1);
    for (index o = 0; o < outer; ++o) {
        average_rows(data.data() + o * *at * inner, *at, inner, median, out.data() + o * inner);
    }
    return out;
}

/// The mean or median over the first axis.
template <std::size_t Rank>
Array<double, Rank - 1> averaged(const Array<double, Rank>& data, bool median) {
    std::array<index, Rank - 1> extents;
    std::copy(data.extents().begin() + 1, data.extents().end(), extents.begin());
    Array<double, Rank - 1> out(extents);
    average_rows(data.data(), data.extent(0), out.size(), median, out.data());
    return out;
}

}  // namespace ranvier::meeg
