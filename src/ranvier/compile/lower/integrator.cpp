#include "ranvier/compile/lower/integrator.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Model;
using language::Node;
using language::Role;

namespace {

constexpr std::array<Integrator, 9> all{{
    {"exact", "", 1000, 0, NoiseKind::none, false, "linear", "the matrix exponential"},

    {"exponential_euler", "x = x + dt*f(x, t)*exprel(dt*b(x, t))\n", 1, 0, NoiseKind::none, false,
     "conditionally linear", "Rush & Larsen 1978, doi:10.1109/TBME.1978.326270"},

    {"euler", "x = x + dt*f(x, t) + g(x, t)*dW\n", 1, 1.0, NoiseKind::additive, false, "",
     "Euler; with additive noise Euler–Maruyama, of strong order 1"},

    {"rk2",
     "k = f(x, t)\n"
     "x = x + dt*f(x + dt/2*k, t + dt/2)\n",
     2, 0, NoiseKind::none, false, "", "the midpoint method, Runge 1895"},

    // Summed in this order, ensembles of Lorenz's system run a tenth faster than in the others
    // (benchmarks/trajectories).
    {"rk4",
     "k1 = f(x, t)\n"
     "k2 = f(x + dt/2*k1, t + dt/2)\n"
     "k3 = f(x + dt/2*k2, t + dt/2)\n"
     "k4 = f(x + dt*k3, t + dt)\n"
     "x = x + dt/6*((k1 + k4) + 2*(k2 + k3))\n",
     4, 0, NoiseKind::none, false, "", "Kutta 1901"},

    {"heun",
     "k = f(x, t)\n"
     "s = x + dt*k + g(x, t)*dW\n"
     "x = x + dt/2*(k + f(s, t + dt)) + (g(x, t) + g(s, t + dt))*dW/2\n",
     2, 1.0, NoiseKind::multiplicative, false, "",
     "Heun 1900; Rümelin 1982, doi:10.1137/0719041 (Stratonovich; strong order 1 where the noise commutes, else 1/2)"},

    {"euler_heun",
     "s = x + g(x, t)*dW\n"
     "x = x + dt*f(x, t) + (g(x, t) + g(s, t + dt))*dW/2\n",
     1, 1.0, NoiseKind::multiplicative, false, "",
     "Heun's step for the noise, Euler's for the drift (Stratonovich; strong order 1 where the noise commutes, else "
     "1/2)"},

    // A difference to one side would leave g''g²/4 and g'f/2 times sqrt(dt)·dW², whose mean makes strong order 1/2 of
    // it.
    {"milstein",
     "p = x + sqrt(dt)*g(x, t)\n"
     "m = x - sqrt(dt)*g(x, t)\n"
     "x = x + dt*f(x, t) + g(x, t)*dW + (g(p, t) - g(m, t))*dW**2/(4*sqrt(dt))\n",
     1, 1.0, NoiseKind::diagonal, false, "",
     "Milstein 1974 without derivatives, by a central difference (Stratonovich); Kloeden & Platen 1992, chapter 11"},

    {"euler_maruyama", "x = x + dt*f(x, t) + g(x, t)*dW\n", 1, 0.5, NoiseKind::multiplicative, true, "",
     "Maruyama 1955, doi:10.1007/BF02846028 (Itô)"},
}};

bool depends(const Expr& e, const Model& model, const auto& matters) {
    return language::any_name(language::expanded(e, model), matters);
}

bool linear(const Model& model) { return !model.noisy() && language::linear_system(model).has_value(); }

/// Equations that only look linear in their own variable are integrated where somebody asks for it, and never chosen.
bool conditionally_linear(const language::State& s, const Model& model, bool asked) {
    const Expr drift = language::expanded(s.drift, model);
    const auto split = asked ? language::apparently_linear_in(drift, s.name) : language::linear_in(drift, s.name);
    return split.has_value() && !language::is_random(split->b);  // which would be drawn twice
}

std::string words(NoiseKind kind) {
    switch (kind) {
        case NoiseKind::none: return "no noise";
        case NoiseKind::additive: return "additive noise";
        case NoiseKind::diagonal: return "multiplicative noise of one source per equation";
        default: return "multiplicative noise";
    }
}

}  // namespace

std::span<const Integrator> integrators() { return all; }

const Integrator* find_integrator(std::string_view name) { return named(all, name); }

NoiseKind noise_kind(const Model& model) {
    if (!model.noisy()) {
        return NoiseKind::none;
    }
    std::set<std::string> seen;
    bool additive = true, diagonal = true;
    std::set<std::string> noisy;
    for (const auto& s : model.states) {
        if (!s.noise.empty()) {
            noisy.insert(s.name);
        }
    }
    for (const auto& s : model.states) {
        diagonal = diagonal && s.noise.size() <= 1;
        for (const auto& noise : s.noise) {
            diagonal = diagonal && seen.insert(noise.name).second;
            additive = additive && !depends(noise.factor, model, [](const Node& n) {
                           return n.role == Role::state || n.role == Role::time;
                       });
            diagonal = diagonal && !depends(noise.factor, model, [&](const Node& n) {
                           return n.role == Role::state && n.name != s.name && noisy.count(n.name) > 0;
                       });
        }
    }
    return additive ? NoiseKind::additive : diagonal ? NoiseKind::diagonal : NoiseKind::multiplicative;
}

std::string unsuitability(const Integrator& integrator, const Model& model, bool asked) {
    const NoiseKind kind = noise_kind(model);
    if (kind > integrator.takes) {
        return "'" + std::string(integrator.name) + "' integrates " +
               (integrator.takes == NoiseKind::none ? "equations without noise"
                                                    : "at most " + words(integrator.takes)) +
               "; these equations have " + words(kind);
    }
    if (integrator.asks == "linear" && !linear(model)) {
        return "'exact' solves linear equations whose coefficients depend on neither state nor t; these are not";
    }
    std::string which;
    for (const auto& s : model.states) {
        if (integrator.asks == "conditionally linear" && !conditionally_linear(s, model, asked)) {
            which += (which.empty() ? "'" : ", '") + s.name + "'";
        }
    }
    if (!which.empty()) {
        return "'exponential_euler' wants equations that are linear in their own variable; not so: " + which;
    }
    return "";
}

const Integrator& chosen_integrator(const Model& model, std::string_view name,
                                    std::span<const std::string_view> preference) {
    if (name.empty()) {
        for (const std::string_view candidate : preference) {
            const Integrator* integrator = find_integrator(candidate);
            ensure(integrator != nullptr, "preferences name integrators that exist");
            if (unsuitability(*integrator, model, false).empty()) {
                return *integrator;
            }
        }
        throw InvalidInput("no integrator suits the equations of '" + model.name + "'");
    }
    const Integrator* integrator = find_integrator(name);
    if (!integrator) {
        const std::vector<std::string> known = names_of(all);
        throw InvalidInput("there is no integrator '" + std::string(name) + "'" + did_you_mean(name, known) +
                           " (there are: " + joined(known) + ")");
    }
    if (const std::string why = unsuitability(*integrator, model); !why.empty()) {
        std::vector<std::string> suitable = names_of(all);
        std::erase_if(suitable, [&](const auto& i) { return !unsuitability(*find_integrator(i), model).empty(); });
        throw InvalidInput(why + " (suitable: " + joined(suitable) + ")");
    }
    return *integrator;
}

}  // namespace ranvier::compile
