#include <unordered_map>
#include <unordered_set>

#include "ranvier/language/calculus.hpp"
#include "ranvier/language/functions.hpp"
#include "ranvier/language/simplify.hpp"

namespace ranvier::language {

namespace {

struct Replacer {
    const std::function<Expr(const Node&)>& replacement;
    std::unordered_map<const Node*, Expr> known;

    Expr operator()(const Expr& e) {
        if (e->op == Op::number) {
            return e;
        }
        return remembered(known, e, [&]() -> Expr {
            const Expr other = e->op == Op::name ? replacement(*e) : with_operands(e, *this);
            return other ? other : e;
        });
    }
};

template <class Body>
void visit(const Expr& e, std::unordered_set<const Node*>& seen, const Body& body) {
    if (!seen.insert(e.get()).second) {
        return;
    }
    body(*e);
    for (const Expr& operand : e->operands) {
        visit(operand, seen, body);
    }
}

}  // namespace

bool any_name(const Expr& e, const std::function<bool(const Node&)>& what) {
    std::unordered_set<const Node*> seen;
    bool found = false;
    visit(e, seen, [&](const Node& node) { found = found || (node.op == Op::name && what(node)); });
    return found;
}

bool contains(const Expr& e, std::string_view name) {
    return any_name(e, [&](const Node& node) { return node.name == name; });
}

bool is_random(const Expr& e) {
    std::unordered_set<const Node*> seen;
    bool found = false;
    visit(e, seen, [&](const Node& node) {
        const Function* const function = node.op == Op::call ? find_function(node.name) : nullptr;
        found = found || (function != nullptr && function->signature == Signature::random);
    });
    return found;
}

std::optional<units::Dimension> dimension_of(const Expr& e, std::string_view name) {
    std::optional<units::Dimension> dimension;
    any_name(e, [&](const Node& node) {
        if (node.name == name) {
            dimension = node.dimension;
        }
        return dimension.has_value();
    });
    return dimension;
}

std::vector<std::string> names_in(const Expr& e) {
    std::unordered_set<const Node*> seen;
    std::unordered_set<std::string> known;
    std::vector<std::string> names;
    visit(e, seen, [&](const Node& node) {
        if (node.op == Op::name && known.insert(node.name).second) {
            names.push_back(node.name);
        }
    });
    return names;
}

Expr replaced(const Expr& e, const std::function<Expr(const Node&)>& replacement) {
    return Replacer{replacement, {}}(e);
}

Expr expanded(const Expr& e, const Model& model) {
    // Which subexpressions are needed: from the last, because each needs only earlier ones.
    const auto& all = model.subexpressions;
    std::vector<char> needed(all.size(), 0);
    std::unordered_set<const Node*> seen;
    const auto mark = [&](const Expr& tree) {
        visit(tree, seen, [&](const Node& node) {
            if (node.op == Op::name && node.role == Role::subexpression && node.side == Side::own && node.index >= 0) {
                needed[node.index] = 1;
            }
        });
    };
    mark(e);
    for (std::size_t k = all.size(); k-- > 0;) {
        if (needed[k] && !all[k].flags.constant_over_dt) {
            mark(all[k].expr);
        }
    }
    std::vector<Expr> written(all.size());
    const std::function<Expr(const Node&)> by_name = [&](const Node& node) -> Expr {
        const bool own = node.role == Role::subexpression && node.side == Side::own && node.index >= 0;
        return own ? written[node.index] : nullptr;
    };
    for (std::size_t k = 0; k < all.size(); ++k) {
        if (needed[k] && !all[k].flags.constant_over_dt) {
            written[k] = replaced(all[k].expr, by_name);
        }
    }
    return replaced(e, by_name);
}

}  // namespace ranvier::language
