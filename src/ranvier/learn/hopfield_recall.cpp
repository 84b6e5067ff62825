#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/kernels/rows.hpp"

namespace ranvier::learn {

namespace {

/// One state with its fields h = M s, kept as units flip.
template <class T>
struct Walker {
    const Hopfield<T>& memory;
    double* s;
    std::vector<double> h;
    std::vector<double> threshold;  ///< in the scale of M
    std::vector<double> own;        ///< the diagonal of M
    double energy = 0;
    const RowKernels<T>& kernels = row_kernels<T>();

    Walker(const Hopfield<T>& m, double* state)
        : memory(m), s(state), h(m.units()), threshold(m.units()), own(m.units()) {
        for (index i = 0; i < m.units(); ++i) {
            threshold[i] = m.theta[i] / m.scale;
            own[i] = static_cast<double>(m.M(i, i));
        }
    }

    void measure_energy() {
        energy = 0;
        for (index i = 0; i < memory.units(); ++i) {
            energy += s[i] * (-0.5 * memory.scale * h[i] + memory.theta[i]);
        }
    }

    /// What unit i becomes in a field.
    double wanted(index i, double field) const { return field > threshold[i] ? 1 : field < threshold[i] ? -1 : s[i]; }
    /// The field of the other units alone, by which a flip of i lowers the energy or not.
    double others(index i) const { return h[i] - own[i] * s[i]; }

    void flip(index i) {
        const index N = memory.units();
        const double change = -2 * s[i];
        energy += change * (memory.theta[i] - memory.scale * others(i));
        kernels.add(N, change, memory.M.data() + i * N, h.data());
        s[i] = -s[i];
    }
};

/// Ξᵀ (Ξ s) of each state, with the diagonal that M has. Whole numbers: no order of sums changes a bit.
template <class T>
void set_fields_from_patterns(std::vector<Walker<T>>& walkers) {
    const Hopfield<T>& memory = walkers[0].memory;
    const index N = memory.units(), P = memory.patterns.extent(0), n = std::ssize(walkers);
    const index pieces = n == 1 && P * N > (1 << 18) ? std::min<index>(P, 4) : 1, share = (P + pieces - 1) / pieces;
    const auto& kernels = row_kernels<double>();
    Array<double, 2> parts({n * pieces, N});
    parallel_for(n * pieces, [&](index at) {
        const double* s = walkers[at / pieces].s;
        double* h = parts.data() + at * N;
        for (index p = at % pieces * share; p < std::min(P, (at % pieces + 1) * share); ++p) {
            const double* xi = memory.patterns.data() + p * N;
            kernels.add(N, kernels.dot(N, xi, s), xi, h);
        }
    });
    for (index c = 0; c < n; ++c) {
        std::vector<double>& h = walkers[c].h;
        for (index piece = 0; piece < pieces; ++piece) {
            kernels.add(N, 1, parts.data() + (c * pieces + piece) * N, h.data());
        }
        for (index i = 0; i < N; ++i) {
            h[i] += (static_cast<double>(memory.M.data()[i * N + i]) - static_cast<double>(P)) * walkers[c].s[i];
        }
    }
}

/// M s of each state. M is symmetric: only what lies below its diagonal is read, in groups of four rows, each for all
/// states.
template <class T>
void set_fields_from_weights(std::vector<Walker<T>>& walkers) {
    const Hopfield<T>& memory = walkers[0].memory;
    const index N = memory.units(), n = std::ssize(walkers), groups = (N + 3) / 4;
    const index pieces = N >= 512 ? 8 : 1;
    const auto& kernels = row_kernels<T>();
    const T* M = memory.M.data();
    Array<double, 2> parts({pieces * n, N});
    const auto border = [&](index piece) {  // as much of the triangle for each
        return static_cast<index>(static_cast<double>(groups) *
                                  std::sqrt(static_cast<double>(piece) / static_cast<double>(pieces)));
    };
    parallel_for(pieces, [&](index piece) {
        for (index g = border(piece); g < border(piece + 1); ++g) {
            const index begin = 4 * g, end = std::min(N, begin + 4);
            for (index c = 0; c < n; ++c) {
                const double* s = walkers[c].s;
                double* h = parts.data() + (piece * n + c) * N;
                if (begin + 4 == end) {
                    kernels.both_ways(begin, M + begin * N, N, s + begin, s, h, h + begin);
                } else {
                    for (index i = begin; i < end; ++i) {
                        h[i] += kernels.dot(begin, M + i * N, s);
                        kernels.add(begin, s[i], M + i * N, h);
                    }
                }
                for (index i = begin; i < end; ++i) {
                    for (index j = begin; j < end; ++j) {
                        h[i] += static_cast<double>(M[i * N + j]) * s[j];
                    }
                }
            }
        }
    });
    parallel_for(n, [&](index c) {
        for (index piece = 0; piece < pieces; ++piece) {
            row_kernels<double>().add(N, 1, parts.data() + (piece * n + c) * N, walkers[c].h.data());
        }
    });
}

template <class T>
void set_fields(std::vector<Walker<T>>& walkers) {
    if (walkers.empty()) {
        return;
    }
    const Hopfield<T>& memory = walkers[0].memory;
    if (!memory.patterns.empty() && 2 * memory.patterns.extent(0) <= memory.units()) {
        set_fields_from_patterns(walkers);
    } else {
        set_fields_from_weights(walkers);
    }
}

template <class T>
void run_asynchronous(Walker<T>& walker, const HopfieldOptions& o, bool path, index cue, Recall& result) {
    const index N = walker.memory.units();
    std::vector<index> order(N);
    std::iota(order.begin(), order.end(), index{0});
    RandomStream random(o.random_state.value_or(0));  // the same orders for every cue: its company changes nothing
    for (index sweep = 1; sweep <= o.max_iter; ++sweep) {
        check_interrupt();
        if (o.order == Order::random) {
            shuffle(order, random);
        }
        index flips = 0;
        for (index i : order) {
            if (walker.wanted(i, walker.others(i)) != walker.s[i]) {
                walker.flip(i);
                ++flips;
                if (path) {
                    result.path[cue].push_back(walker.energy);
                }
            }
        }
        result.flips[cue] += flips;
        result.sweeps[cue] = sweep;
        if (flips == 0) {
            result.period[cue] = 1;
            return;
        }
    }
}

template <class T>
void run_synchronous(Walker<T>& walker, const HopfieldOptions& o, bool path, index cue, Recall& result) {
    const index N = walker.memory.units();
    std::vector<double> before(N), earlier(N);
    std::vector<index> changed;
    for (index step = 1; step <= o.max_iter; ++step) {
        check_interrupt();
        changed.clear();
        bool cycle = step > 1;
        for (index i = 0; i < N; ++i) {
            const double next = walker.wanted(i, walker.h[i]);
            if (next != walker.s[i]) {
                changed.push_back(i);
            }
            cycle = cycle && next == earlier[i];
        }
        result.sweeps[cue] = step;
        if (changed.empty() || cycle) {
            result.period[cue] = changed.empty() ? 1 : 2;
            return;
        }
        std::copy(walker.s, walker.s + N, earlier.begin());
        for (index i : changed) {
            walker.flip(i);
        }
        result.flips[cue] += std::ssize(changed);
        if (path) {
            walker.measure_energy();
            result.path[cue].push_back(walker.energy);
        }
    }
}

}  // namespace

template <class T>
Recall recall(const Hopfield<T>& memory, View<const double, 2> cues, const HopfieldOptions& o, bool path) {
    require_states(cues, memory.units(), "cues");
    check_settings(o);
    require(memory.patterns.empty() || memory.patterns.extent(1) == memory.units(),
            "Hopfield: the patterns of a memory must have one entry per unit");
    const index n = cues.extent(0), N = memory.units();
    Recall result;
    result.states = Array<double, 2>(cues);
    result.sweeps.resize(n);
    result.flips.resize(n);
    result.period.resize(n);
    result.path.resize(n);
    constexpr index together = 16;  // cues whose fields are in memory at once
    for (index begin = 0; begin < n; begin += together) {
        std::vector<Walker<T>> walkers;
        walkers.reserve(together);
        for (index c = begin; c < std::min(n, begin + together); ++c) {
            walkers.emplace_back(memory, result.states.data() + c * N);
        }
        set_fields(walkers);
        parallel_for(std::ssize(walkers), [&](index k) {
            Walker<T>& walker = walkers[k];
            walker.measure_energy();
            if (path) {
                result.path[begin + k].push_back(walker.energy);
            }
            if (o.update == Update::synchronous) {
                run_synchronous(walker, o, path, begin + k, result);
            } else {
                run_asynchronous(walker, o, path, begin + k, result);
            }
        });
    }
    return result;
}

ModernRecall modern_recall(View<const double, 2> patterns, View<const double, 2> cues, double beta, index max_steps,
                           double tolerance) {
    require_samples(patterns, "Hopfield");
    require_samples(cues, "Hopfield");
    const index P = patterns.extent(0), N = patterns.extent(1), n = cues.extent(0);
    require(cues.extent(1) == N, "Hopfield: cues must have one entry per unit (", N, "); got ", cues.extent(1));
    require(beta > 0, "Hopfield: beta must be > 0; got ", [&] { return text_of(beta); });
    require(max_steps > 0, "Hopfield: max_steps must be > 0; got ", max_steps);
    require(tolerance >= 0, "Hopfield: the tolerance must be ≥ 0; got ", [&] { return text_of(tolerance); });
    const auto& kernels = row_kernels<double>();
    const double* xi = rows_of(patterns);
    double largest = 0;
    for (index p = 0; p < P; ++p) {
        largest = std::max(largest, kernels.dot(N, xi + p * N, xi + p * N));
    }
    const double constant = std::log(static_cast<double>(P)) / beta + 0.5 * largest;
    ModernRecall result{Array<double, 2>({n, N}), std::vector<index>(n), std::vector<std::vector<double>>(n)};
    const double* cue = rows_of(cues);
    parallel_for(n, [&](index c) {
        double* state = result.states.data() + c * N;
        std::copy(cue + c * N, cue + (c + 1) * N, state);
        std::vector<double> weight(P), next(N);
        const auto overlaps = [&] {  // softmax weights; returns the energy of `state`
            double top = -INFINITY, total = 0;
            for (index p = 0; p < P; ++p) {
                weight[p] = beta * kernels.dot(N, xi + p * N, state);
                top = std::max(top, weight[p]);
            }
            for (double& w : weight) {
                w = std::exp(w - top);
                total += w;
            }
            for (double& w : weight) {
                w /= total;
            }
            return -(top + std::log(total)) / beta + 0.5 * kernels.dot(N, state, state) + constant;
        };
        for (index step = 1; step <= max_steps; ++step) {
            result.path[c].push_back(overlaps());
            std::ranges::fill(next, 0);
            for (index p = 0; p < P; ++p) {
                kernels.add(N, weight[p], xi + p * N, next.data());
            }
            double moved = 0;
            for (index i = 0; i < N; ++i) {
                moved = std::max(moved, std::abs(next[i] - state[i]));
                state[i] = next[i];
            }
            result.steps[c] = step;
            if (moved <= tolerance) {
                break;
            }
        }
        result.path[c].push_back(overlaps());
    });
    return result;
}

template Recall recall(const Hopfield<double>&, View<const double, 2>, const HopfieldOptions&, bool);
template Recall recall(const Hopfield<float>&, View<const double, 2>, const HopfieldOptions&, bool);

}  // namespace ranvier::learn
