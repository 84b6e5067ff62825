#include "ranvier/report/sections/formula.hpp"

#include "ranvier/base/text.hpp"
#include "ranvier/units/dimension.hpp"

namespace ranvier::report {

using language::Op;
using Json = nlohmann::ordered_json;

namespace {

Json number(const language::Node& node) {
    if (node.type == language::Type::boolean) {
        return {"name", node.value != 0 ? "true" : "false"};
    }
    if (!node.name.empty()) {
        return {"unit", node.name};
    }
    const Json plain{"number", formatted("%.12g", node.value)};
    if (node.dimension.dimensionless()) {
        return plain;
    }
    return {"*", plain, Json{"unit", units::name(node.dimension)}};  // a constant that was folded
}

}  // namespace

Json formula(const language::Expr& e) {
    if (e->op == Op::number) {
        return number(*e);
    }
    if (e->op == Op::name) {
        return {"name", e->name};
    }
    Json tree = Json::array();
    if (e->op == Op::call) {
        tree.push_back("call");
        tree.push_back(e->name);
    } else if (e->op == Op::negate) {
        tree.push_back("neg");
    } else {
        tree.push_back(std::string(language::symbol(e->op)));
    }
    for (const auto& operand : e->operands) {
        tree.push_back(formula(operand));
    }
    return tree;
}

Json quantity(const std::string& name, const std::string& unit, double scale, const std::string& comment) {
    return {{"name", name}, {"unit", unit}, {"scale", scale}, {"comment", comment}};
}

Json quantity(const language::Variable& variable) {
    return quantity(variable.name, variable.unit, variable.unit_scale, variable.comment);
}

}  // namespace ranvier::report
