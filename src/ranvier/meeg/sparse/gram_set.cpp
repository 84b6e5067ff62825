#include "ranvier/meeg/sparse/gram_set.hpp"

#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

void GramSet::add(std::span<const index> positions) {
    const index o = gain_.n_orient, sensors = gain_.sensors(), old = size() * o;
    if (size() + std::ssize(positions) > capacity_) {
        capacity_ = std::min(std::max(size() + std::ssize(positions), 2 * capacity_), gain_.positions());
        rows_ = with_rows(rows_, old, capacity_ * o, sensors);
        gram_ = with_rows(gram_, old, capacity_ * o, capacity_ * o);
    }
    for (index position : positions) {
        std::copy_n(gain_.of(position), o * sensors, &rows_(size() * o, 0));
        place_[position] = size();
        positions_.push_back(position);
    }
    const index all = size() * o, fresh = all - old;
    if (fresh == 0) {
        return;
    }
    numerics::gemm(false, true, fresh, all, sensors, 1.0, &rows_(old, 0), sensors, rows_.data(), sensors, 0.0,
                   &gram_(old, 0), stride());
    for (index i = 0; i < old; ++i) {
        for (index k = old; k < all; ++k) {
            gram_(i, k) = gram_(k, i);
        }
    }
}

void GramSet::keep(std::span<const index> places) {
    const index o = gain_.n_orient;
    for (index position : positions_) {
        place_[position] = -1;
    }
    for (index to = 0; to < std::ssize(places); ++to) {  // ascending: what is read has not been written yet
        const index from = places[to];
        positions_[to] = positions_[from];
        place_[positions_[to]] = to;
        for (index k = 0; k < o; ++k) {
            const double* gram = &gram_(from * o + k, 0);
            std::copy_n(&rows_(from * o + k, 0), gain_.sensors(), &rows_(to * o + k, 0));
            for (index other = 0; other < std::ssize(places); ++other) {
                std::copy_n(gram + places[other] * o, o, &gram_(to * o + k, other * o));
            }
        }
    }
    positions_.resize(places.size());
}

void GramSet::project(index first, View<const double, 2> data, double* out, index ld) const {
    const index n = (size() - first) * gain_.n_orient, sensors = gain_.sensors(), times = data.extent(1);
    if (n > 0) {
        const Array<double, 2> whole(data);
        numerics::gemm(false, false, n, times, sensors, 1.0, rows(first), sensors, whole.data(), times, 0.0, out, ld);
    }
}

Array<double, 2> GramSet::explained(std::span<const index> places, const double* courses, index ld, index times) const {
    const index o = gain_.n_orient, sensors = gain_.sensors(), n = std::ssize(places) * o;
    Array<double, 2> sum({sensors, times}), gains({n, sensors}), x({n, times});
    if (n == 0) {
        return sum;
    }
    for (index i = 0; i < n; ++i) {
        const index row = places[i / o] * o + i % o;
        std::copy_n(&rows_(row, 0), sensors, &gains(i, 0));
        std::copy_n(courses + row * ld, times, &x(i, 0));
    }
    numerics::gemm(true, false, sensors, times, n, 1.0, gains.data(), sensors, x.data(), times, 0.0, sum.data(), times);
    return sum;
}

}  // namespace ranvier::meeg
