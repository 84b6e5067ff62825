#include "ranvier/sim/groups/held.hpp"

#include <algorithm>

#include "ranvier/base/text.hpp"

namespace ranvier::sim {

using language::Type;

HeldSubexpressions::HeldSubexpressions(Group& group) : group_(group) {
    for (const auto& s : group.model().subexpressions) {
        if (s.flags.constant_over_dt) {
            held_.push_back(group.variable(s.name));
        }
    }
    if (!held_.empty()) {
        operation_ = std::make_shared<Operation>(
            Operation{group.name() + "_subexpression_update", group.clock(), "before_start", 0, [this] { compute(); }});
    }
}

void HeldSubexpressions::prepare(const compile::Group& view, const Surroundings& around) {
    if (held_.empty()) {
        return;
    }
    std::vector<language::Expr> expressions;
    values_.clear();
    for (const auto& v : held_) {
        expressions.push_back(language::find_subexpression(group_.model(), v->name)->expr);
        const Type type = expressions.back()->type;
        values_.emplace_back(v->name, v->dimension, type, computed_storage(type), group_.n());
    }
    code_ = Code(group_, compile::values_program(view, expressions), around, "fixed");
    for (std::size_t k = 0; k < values_.size(); ++k) {
        code_.give("value." + text_of(k), values_[k]);
    }
}

void HeldSubexpressions::compute() {
    if (group_.n() == 0) {
        return;
    }
    for (Variable& v : values_) {
        v.resize(group_.n());
    }
    code_.run(group_.n(), group_.clock()->timestep(), group_.clock()->dt());
    for (std::size_t k = 0; k < held_.size(); ++k) {
        for (index i = 0; i < held_[k]->size(); ++i) {
            held_[k]->set(i, values_[k][i]);
        }
    }
}

}  // namespace ranvier::sim
