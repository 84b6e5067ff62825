#include "ranvier/sim/groups/choice.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "ranvier/base/error.hpp"
#include "ranvier/language/calculus.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::sim {

using language::Expr;
using language::Op;

namespace {

/// Some number for a name, always the same: what holds for it holds for nearly all numbers.
double some_number(const std::string& name) {
    return 0.5 + static_cast<double>(std::hash<std::string>{}(name) % 1000003) / 1000003;
}

/// Has a matrix no inverse? By elimination with pivots.
bool singular(std::vector<std::vector<double>> a) {
    for (std::size_t k = 0; k < a.size(); ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k; i < a.size(); ++i) {
            pivot = std::abs(a[i][k]) > std::abs(a[pivot][k]) ? i : pivot;
        }
        double row = 0;  // what is left of a row of zeros is rounding
        for (const double x : a[pivot]) {
            row = std::max(row, std::abs(x));
        }
        if (!(std::abs(a[pivot][k]) > 1e-12 * row)) {
            return true;
        }
        std::swap(a[k], a[pivot]);
        for (std::size_t i = k + 1; i < a.size(); ++i) {
            const double factor = a[i][k] / a[k][k];
            for (std::size_t j = k; j < a.size(); ++j) {
                a[i][j] -= factor * a[k][j];
            }
        }
    }
    return false;
}

/// Writes a name for each function, remainder and condition: nobody knows that int(flag) may be 0.
struct Named {
    std::unordered_map<const language::Node*, Expr> known = {};
    Expr operator()(const Expr& e) {
        const bool unknown = e->op == Op::call || e->op == Op::floor_divide || e->op == Op::modulo ||
                             (e->type == language::Type::boolean && !e->operands.empty());
        return language::remembered(known, e, [&] {
            return unknown ? language::constant_like(e, language::text(e)) : language::with_operands(e, *this);
        });
    }
};

/// Is there a comparison that no "and" or "or" holds?
bool compares(const Expr& e) {
    const bool joined = e->op == Op::logical_and || e->op == Op::logical_or;
    const bool compared = e->op == Op::logical_not || (e->op >= Op::less && e->op <= Op::not_equal);
    return compared || (!joined && std::ranges::any_of(e->operands, compares));
}

bool has_one_rest_state(const language::Model& model) {
    Named named;
    std::vector<std::vector<double>> a;
    try {
        for (const auto& row : language::jacobian(model)) {
            auto& numbers = a.emplace_back();
            for (const language::Expr& e : row) {
                numbers.push_back(language::value(
                    named(e), [](const language::Node& node) { return std::optional(some_number(node.name)); }));
            }
        }
    } catch (const InvalidInput&) {  // a function of the user's own: nothing is known
        return true;
    }
    return !singular(std::move(a));
}

}  // namespace

std::vector<std::string_view> tried_integrators(const language::Model& model,
                                                std::span<const std::string_view> preference) {
    std::vector<std::string_view> tried(preference.begin(), preference.end());
    const bool comparing = std::ranges::any_of(
        model.states, [&](const auto& state) { return compares(language::expanded(state.drift, model)); });
    if (!model.noisy() && tried.size() > 1 && (comparing || !has_one_rest_state(model))) {
        std::erase(tried, "exact");
    }
    return tried;
}

}  // namespace ranvier::sim
