#pragma once

#include <optional>

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"
#include "ranvier/learn/state.hpp"

namespace ranvier::learn {

/// A memory of binary threshold units, s_i = ±1, with symmetric weights W = scale · M and thresholds θ.
///
///   E(s) = −½ sᵀ W s + θᵀ s
///
/// Hebbian storage keeps M as whole numbers, so that fields are exact in either precision.
template <class T>
struct Hopfield {
    Array<T, 2> M;  ///< shape (N, N)
    double scale = 1;
    std::vector<double> theta;  ///< shape (N)
    /// Where M is Ξᵀ Ξ but for its diagonal (Hebbian storage from nothing): Ξ, shape (P, N). Fields then come from the
    /// patterns, with the same bits as from M. Whoever changes M must empty it.
    Array<double, 2> patterns{};
    index units() const { return M.extent(0); }
};

enum class Storage { hebbian, pseudo_inverse, storkey };

/// A memory of the rows of `patterns`.
///
///   hebbian:         W = 1/N Σ ξ ξᵀ                        (Hopfield 1982)
///   pseudo_inverse:  W = Ξ⁺ Ξ, the projection on patterns  (Personnaz, Guyon & Dreyfus 1985)
///   storkey:         W += 1/N (ξ ξᵀ − ξ hᵀ − h ξᵀ) with the local fields h_ij = Σ_{k≠i,j} W_ik ξ_k
///                                                          (Storkey & Valabregue 1999)
/// @param patterns       ±1, shape (P, N)
/// @param zero_diagonal  no unit feeds itself
/// @throws InvalidInput  entries other than ±1
/// @cost  O(P N²), on threads()
template <class T>
Hopfield<T> hopfield(View<const double, 2> patterns, Storage storage, bool zero_diagonal = true);
/// Adds patterns to a memory made by hebbian or storkey storage.
template <class T>
void store(Hopfield<T>& memory, View<const double, 2> patterns, Storage storage, bool zero_diagonal = true);

/// @throws InvalidInput  entries other than ±1, or rows that are not one entry for each unit
void require_states(View<const double, 2> X, index units, const char* what);
/// 1 where X exceeds the threshold, else −1.
Array<double, 2> signs(View<const double, 2> X, double threshold);
/// The memory of a trained estimator, on the same numbers.
template <class T>
Hopfield<T> memory_of(const State& state);

/// E of each row of `states`, shape (n, N). @cost  O(n N²)
template <class T>
std::vector<double> energies(const Hopfield<T>& memory, View<const double, 2> states);

enum class Update { asynchronous, synchronous, modern };
enum class Order { random, cyclic };
enum class Precision { float64, float32 };

struct HopfieldOptions {
    Storage storage = Storage::hebbian;
    Update update = Update::asynchronous;
    Order order = Order::random;
    index max_iter = 100;
    double threshold = 0;
    bool zero_diagonal = true;
    double beta = 8;
    double tol = 1e-10;
    Precision dtype = Precision::float64;
    Seed random_state;  ///< of the orders, which are the same for all cues

    static Fields fields() {
        using O = HopfieldOptions;
        return {
            "HopfieldNetwork",
            {field("storage", &O::storage, "how patterns become weights",
                   {{"hebbian", Storage::hebbian},
                    {"pseudo_inverse", Storage::pseudo_inverse},
                    {"storkey", Storage::storkey}}),
             field("update", &O::update,
                   "one unit after another (ends in a minimum of the energy), all at once (may end in a cycle of "
                   "two), or the continuous update of Ramsauer et al. 2020, which keeps the patterns themselves",
                   {{"asynchronous", Update::asynchronous},
                    {"synchronous", Update::synchronous},
                    {"modern", Update::modern}}),
             field("order", &O::order, "in which units take their turns (asynchronous)",
                   {{"random", Order::random}, {"cyclic", Order::cyclic}}),
             field("max_iter", &O::max_iter, "most sweeps or steps").at_least(1).at_most(1e6),
             field("threshold", &O::threshold,
                   "a feature above it is read as 1, any other as −1 (not 'modern', which takes numbers as they "
                   "are)"),
             field("zero_diagonal", &O::zero_diagonal,
                   "no unit feeds itself; of asynchronous recall, which goes down on the energy, that changes nothing"),
             field("beta", &O::beta, "inverse temperature of 'modern'").above(0),
             field("tol", &O::tol, "'modern' ends where no entry moves by more").at_least(0),
             field("dtype", &O::dtype, "precision in which weights are kept; sums always have double precision",
                   {{"float64", Precision::float64}, {"float32", Precision::float32}}),
             field("random_state", &O::random_state, "seed of the orders").at_least(0)}};
    }
};

struct Recall {
    Array<double, 2> states;    ///< ±1, shape (n, N)
    std::vector<index> sweeps;  ///< until nothing changed, per cue
    std::vector<index> flips;
    std::vector<index> period;              ///< 1: fixed point, 2: two-cycle, 0: max_iter came first
    std::vector<std::vector<double>> path;  ///< energies, the first of the cue itself
};

/// Lets the memory run from each row of `cues` (±1, shape (n, N)).
///
/// A unit becomes 1 where its field exceeds its threshold, −1 where it is below, and stays where they are equal.
/// Asynchronous recall leaves a unit's own weight out of its field, as it adds the same to E whatever the unit does: so
/// each flip lowers E, and it ends in a minimum for any symmetric W. Synchronous recall takes the field as it is and
/// ends in a fixed point or a cycle of two (Goles-Chacc, Fogelman-Soulié & Pellegrin 1985).
/// @param path  record the energy after each flip (asynchronous) or each step (synchronous)
/// @cost  O(N²) for the fields of a cue, O(P N) where the memory knows its P patterns, and O(N) per flip
template <class T>
Recall recall(const Hopfield<T>& memory, View<const double, 2> cues, const HopfieldOptions& options, bool path = false);

/// What the memory of a trained estimator makes of cues and states of any numbers, as its settings say.
Recall recall(const HopfieldOptions& options, const State& state, View<const double, 2> X, bool path = false);
std::vector<double> energies(const HopfieldOptions& options, const State& state, View<const double, 2> X);
/// Calls `work` with the memory of a trained estimator, in the precision that its settings say.
template <class Work>
auto with_memory(const HopfieldOptions& options, const State& state, Work work) {
    return options.dtype == Precision::float64 ? work(memory_of<double>(state)) : work(memory_of<float>(state));
}

enum class Attractor { stored, reversed, mixture, spurious };

/// All minima of E of a small memory, found by trying every state.
struct Census {
    std::vector<std::uint32_t> states;  ///< bit i set: s_i = 1; deepest minimum first
    std::vector<double> energies;
    std::vector<Attractor> kinds;       ///< mixture: the sign of a sum of three ± stored patterns
    std::vector<index> patterns;        ///< which stored pattern, −1 for none
    std::vector<std::uint64_t> basins;  ///< states from which steepest descent leads here; they sum to 2^N
};
/// Steepest descent: the unit whose flip lowers E most flips (of equals the first), until none lowers it.
/// @param patterns  the stored patterns, to tell minima by; may be empty
/// @throws InvalidInput  more than 24 units
/// @cost  O(2^N N), 5 · 2^N bytes
template <class T>
Census attractor_census(const Hopfield<T>& memory, View<const double, 2> patterns);

/// The continuous memory of Ramsauer et al.: ξ ← Ξᵀ softmax(β Ξ ξ) until it moves by less than `tolerance`.
/// @param patterns  any finite numbers, shape (P, N)
/// @return          states, shape (n, N), and the energies −lse(β, Ξξ) + ½ ξᵀξ + log(P)/β + ½ max|ξ_μ|²
/// @source  Ramsauer et al. 2020, arXiv:2008.02217, eqs. 1–3
struct ModernRecall {
    Array<double, 2> states;
    std::vector<index> steps;
    std::vector<std::vector<double>> path;  ///< energy before each step and at the end
};
ModernRecall modern_recall(View<const double, 2> patterns, View<const double, 2> cues, double beta, index max_steps,
                           double tolerance);

}  // namespace ranvier::learn
