#include "ranvier/language/noise.hpp"

#include <algorithm>
#include <unordered_map>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/check_units.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::language {

namespace {

bool mentions_noise(const Expr& e) {
    return any_name(e, [](const Node& node) { return node.role == Role::noise; });
}

std::vector<std::string> noise_names(const Expr& e) {
    std::vector<std::string> names;
    replaced(e, [&](const Node& node) -> Expr {
        if (node.role == Role::noise && std::find(names.begin(), names.end(), node.name) == names.end()) {
            names.push_back(node.name);
        }
        return nullptr;
    });
    return names;
}

/// e = rest + Σ factor · noise; false where noise stands otherwise.
bool split(const Expr& e, Expr& rest, std::vector<Noise>& noise) {
    rest = e;
    for (const std::string& name : noise_names(e)) {
        const auto parts = linear_in(rest, name);
        if (!parts || mentions_noise(parts->b)) {
            return false;
        }
        noise.push_back({name, parts->b});
        rest = parts->a;
    }
    return true;
}

}  // namespace

void split_noise(Model& model, const std::string& place, Report& report) {
    std::unordered_map<std::string, Expr> noisy;  // subexpressions with noise, written out
    const auto written = [&](const Expr& e) {
        return noisy.empty() ? e : replaced(e, [&](const Node& node) -> Expr {
            const auto found = node.role == Role::subexpression ? noisy.find(node.name) : noisy.end();
            return found == noisy.end() ? nullptr : found->second;
        });
    };
    const char* rule = "noise can only be added, and multiplied by what is not noise";
    for (Subexpression& s : model.subexpressions) {
        if (!s.expr) {
            continue;
        }
        const Expr full = written(s.expr);
        if (mentions_noise(full)) {
            noisy.emplace(s.name, full);
            Expr rest;
            if (!split(full, rest, s.noise)) {
                report.add_once(place, span_of(s.expr), rule);
            }
        }
    }
    std::unordered_map<std::string, std::string> owner;  // of plain xi
    for (State& s : model.states) {
        if (!s.rhs) {
            continue;
        }
        const Expr full = written(s.rhs);
        if (!split(full, s.drift, s.noise)) {
            report.add_once(place, span_of(s.rhs), rule);
            continue;
        }
        for (const Noise& n : s.noise) {
            if (n.name != "xi") {
                continue;
            }
            const auto [first, fresh] = owner.emplace("xi", s.name);
            if (!fresh) {
                report.add_once(
                    place, s.position, "'xi' stands in the equations of '" + first->second + "' and '" + s.name + "'",
                    "write xi_" + s.name + " for noise of its own, or the same xi_name in both to share it");
            }
        }
    }
}

}  // namespace ranvier::language
