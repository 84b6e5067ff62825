#include "ranvier/meeg/inverse/trial_power.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/kernels/source_power.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

namespace {

constexpr index numbers_in_cache = 32 << 10;  // of a block of rows and their sums, in the second cache

index pieces(index n, index size) { return (n + size - 1) / size; }

}  // namespace

TrialSums::TrialSums(View<const double, 2> rows, index times, bool phases)
    : rows_(rows.extent(0)), components_(rows.extent(1)), times_(times), power_({rows_, times}) {
    const auto& kernels = chosen_source_power_kernels();
    tiles_ = Array<double, 1>({pieces(rows_, kernels.rows) * kernels.rows * components_});
    for (index r = 0; r < rows_; ++r) {
        double* to = tiles_.data() + r / kernels.rows * kernels.rows * components_ + r % kernels.rows;
        for (index k = 0; k < components_; ++k) {
            to[k * kernels.rows] = rows(r, k);
        }
    }
    if (phases) {
        cosines_ = Array<double, 2>({rows_, times});
        sines_ = Array<double, 2>({rows_, times});
    }
}

void TrialSums::add(View<const std::complex<double>, 3> trials, const std::vector<double>& factors) {
    const auto& kernels = chosen_source_power_kernels();
    const index count = trials.extent(0), columns = kernels.columns, stretches = pieces(times_, columns);
    ensure(trials.extent(1) == components_ && trials.extent(2) == times_ && std::ssize(factors) == count,
           "trials have the components and times of their sums");
    // All trials of a stretch of times lie behind each other.
    const index step = components_ * 2 * columns;
    Array<double, 1> panels({stretches * count * step});
    parallel_for(stretches, [&](index s) {
        std::vector<const double*> from(static_cast<std::size_t>(components_));
        const index first = s * columns;
        for (index e = 0; e < count; ++e) {
            for (index k = 0; k < components_; ++k) {
                from[static_cast<std::size_t>(k)] = reinterpret_cast<const double*>(&trials(e, k, first));
            }
            kernels.pack(components_, std::min(columns, times_ - first), from.data(),
                         factors[static_cast<std::size_t>(e)], panels.data() + (s * count + e) * step);
        }
    });
    const bool phases = !cosines_.empty();
    const index of_tile = kernels.rows * (components_ + 3 * columns), all = pieces(rows_, kernels.rows);
    const index block = std::max<index>(1, numbers_in_cache / of_tile);
    parallel_for(pieces(all, block), [&](index b) {
        const index first = b * block, tiles = std::min(block, all - first);
        const index begin = first * kernels.rows, end = std::min(rows_, begin + tiles * kernels.rows);
        Array<double, 3> sums({tiles * kernels.rows, 3, columns});
        for (index s = 0; s < stretches; ++s) {
            check_interrupt();
            const index at = s * columns, n = std::min(columns, times_ - at);
            for (index r = begin; r < end; ++r) {
                std::copy_n(&power_(r, at), n, &sums(r - begin, 0, 0));
                if (phases) {
                    std::copy_n(&cosines_(r, at), n, &sums(r - begin, 1, 0));
                    std::copy_n(&sines_(r, at), n, &sums(r - begin, 2, 0));
                }
            }
            (phases ? kernels.power_and_phases : kernels.power)(
                tiles, components_, tiles_.data() + begin * components_, count, panels.data() + s * count * step, step,
                sums.data());
            for (index r = begin; r < end; ++r) {
                std::copy_n(&sums(r - begin, 0, 0), n, &power_(r, at));
                if (phases) {
                    std::copy_n(&sums(r - begin, 1, 0), n, &cosines_(r, at));
                    std::copy_n(&sums(r - begin, 2, 0), n, &sines_(r, at));
                }
            }
        }
    });
}

Array<double, 2> TrialSums::locking() const {
    Array<double, 2> out({rows_, times_});
    for (index k = 0; k < out.size(); ++k) {
        const double re = cosines_.data()[k], im = sines_.data()[k];
        out.data()[k] = std::sqrt(re * re + im * im);
    }
    return out;
}

QuadraticPower::QuadraticPower(index components, index times)
    : components_(components), times_(times), products_({times, components, components}) {}

void QuadraticPower::add(View<const std::complex<double>, 3> trials, const std::vector<double>& factors) {
    const index count = trials.extent(0);
    ensure(trials.extent(1) == components_ && trials.extent(2) == times_ && std::ssize(factors) == count,
           "trials have the components and times of their sums");
    constexpr index stretch = 8;  // a line of the cache has as many numbers
    parallel_for(pieces(times_, stretch), [&](index s) {
        const index first = s * stretch, n = std::min(stretch, times_ - first);
        Array<double, 3> parts({n, components_, 2 * count});
        for (index k = 0; k < components_; ++k) {
            for (index e = 0; e < count; ++e) {
                const double factor = factors[static_cast<std::size_t>(e)];
                for (index t = 0; t < n; ++t) {
                    const std::complex<double> z = trials(e, k, first + t);
                    parts(t, k, 2 * e) = factor * z.real();
                    parts(t, k, 2 * e + 1) = factor * z.imag();
                }
            }
        }
        for (index t = 0; t < n; ++t) {
            numerics::add_row_products(components_, 2 * count, &parts(t, 0, 0), 2 * count, &products_(first + t, 0, 0),
                                       components_);
        }
    });
}

Array<double, 2> QuadraticPower::power(View<const double, 2> rows, const std::vector<std::vector<index>>& members,
                                       const std::vector<double>& weights) const {
    const index sums = std::ssize(members), size = components_ * (components_ + 1) / 2;
    Array<double, 2> out({sums, times_});
    constexpr index stretch = 128;
    const index block = std::clamp<index>((index{2} << 20) / (8 * size), 12, 96);
    for (index at = 0; at < times_; at += stretch) {
        const index n = std::min(stretch, times_ - at);
        Array<double, 2> packed({n, size});
        parallel_for(n, [&](index t) {
            double* to = &packed(t, 0);
            for (index i = 0; i < components_; ++i) {
                const double* from = &products_(at + t, i, 0);
                for (index j = 0; j < i; ++j) {
                    *to++ = 2 * from[j];
                }
                *to++ = from[i];
            }
        });
        parallel_for(pieces(sums, block), [&](index b) {
            const index first = b * block, count = std::min(block, sums - first);
            Array<double, 2> squares({count, size});
            for (index s = 0; s < count; ++s) {
                for (const index row : members[static_cast<std::size_t>(first + s)]) {
                    const double* x = &rows(row, 0);
                    double* to = &squares(s, 0);
                    for (index i = 0; i < components_; ++i) {
                        const double w = weights[static_cast<std::size_t>(row)] * x[i];
                        for (index j = 0; j <= i; ++j) {
                            to[j] += w * x[j];
                        }
                        to += i + 1;
                    }
                }
            }
            numerics::gemm(false, true, count, n, size, 1.0, squares.data(), size, packed.data(), size, 0.0,
                           &out(first, at), times_);
        });
    }
    return out;
}

bool quadratic_is_shorter(index rows, index sums, index components, index trials) {
    const auto n = static_cast<double>(components), each = 2.0 * static_cast<double>(trials);
    const auto of_sums = static_cast<double>(sums);
    return n * (n + 1) / 2 * (of_sums + each) < static_cast<double>(rows) * each * n;
}

}  // namespace ranvier::meeg
