#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::compile {

// Fixed-step integrators as data: a name, what they ask of a model, and a few lines of their own mathematics.
//
//     k1 = f(x, t)
//     k2 = f(x + dt/2*k1, t + dt/2)
//     ...
//     x = x + dt/6*(k1 + 2*(k2 + k3) + k4)
//
// x is the vector of all states, f their drift, b its conditionally linear coefficients ∂f_i/∂x_i, g the factors of
// noise (a row for each state, a column for each source), dW the increments of noise of a step: sqrt(dt) times standard
// normal numbers. Everything works element by element, but for g·dW, which sums over the sources of a state.

/// What the noise of a model is like.
enum class NoiseKind : std::uint8_t {
    none,
    additive,  ///< no factor depends on a state or on time
    diagonal,  ///< each state has at most one source, of its own, with a factor that depends on no other noisy state
    multiplicative,  ///< anything else
};

struct Integrator {
    std::string_view name;
    std::string_view scheme;  ///< its mathematics; "" for `exact`, which solves linear equations
    int order;                ///< weak and strong alike where there is no noise
    double strong_order;      ///< with the noise that it takes; 0: takes none
    NoiseKind takes;          ///< the hardest noise that it integrates
    bool ito;                 ///< reads multiplicative noise after Itô; otherwise after Stratonovich
    std::string_view asks;    ///< "linear", "conditionally linear", or ""
    std::string_view source;
};

/// exact, exponential_euler, euler, rk2, rk4, heun, euler_heun, milstein, euler_maruyama.
std::span<const Integrator> integrators();
const Integrator* find_integrator(std::string_view name);

NoiseKind noise_kind(const language::Model& model);

/// Why the integrator can't be used for the model: a sentence, or "".
/// @param asked  somebody named the method: exponential_euler then takes what only looks linear in its own variable
std::string unsuitability(const Integrator& integrator, const language::Model& model, bool asked = true);

/// What is tried, in order, where no integrator is named: exact for linear equations, exponential_euler for
/// conditionally linear ones, euler, and heun where the noise is multiplicative. (Brian 2's groups leave out
/// exponential_euler.)
inline constexpr std::array<std::string_view, 4> preferred_integrators{"exact", "exponential_euler", "euler", "heun"};

/// The integrator of this name; for "", the first suitable one of `preference`.
///
/// @throws InvalidInput  unknown, or unsuitable for this model: says why and which ones are suitable
const Integrator& chosen_integrator(const language::Model& model, std::string_view name = "",
                                    std::span<const std::string_view> preference = preferred_integrators);

}  // namespace ranvier::compile
