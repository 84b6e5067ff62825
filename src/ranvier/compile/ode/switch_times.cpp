#include "ranvier/compile/ode/switch_times.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <unordered_set>

#include "ranvier/compile/ode/stepper.hpp"
#include "ranvier/compile/ode/turning_points.hpp"
#include "ranvier/language/calculus.hpp"

namespace ranvier::compile {

using language::Expr;
using language::Node;
using language::Role;
using LOp = language::Op;

namespace {

/// Holds it time, and beside that nothing but numbers and parameters?
bool of_time_alone(const Expr& e) {
    bool time = false;
    const bool other = language::any_name(e, [&](const Node& name) {
        time = time || name.role == Role::time;
        return name.role != Role::time && name.role != Role::parameter && name.role != Role::constant;
    });
    return time && !other;
}

/// The first whole number that a value meets on its way from `from` to `to`, itself left out.
double whole_between(double from, double to) { return to > from ? std::floor(from) + 1 : std::ceil(from) - 1; }

bool within(double x, double from, double to) { return from < to ? from < x && x <= to : to <= x && x < from; }

}  // namespace

SwitchTimes::SwitchTimes(const language::Model& model) {
    std::vector<Expr> parts;
    for (const auto& state : model.states) {
        parts.push_back(state.drift);
    }
    for (const auto& event : model.events) {
        parts.push_back(event.condition);
    }
    std::vector<Expr> whole;  // so that addresses of nodes stay theirs
    std::unordered_set<const Node*> seen;
    for (const Expr& part : parts) {
        whole.push_back(language::expanded(part, model));
        collect(whole.back(), seen);
    }
}

void SwitchTimes::collect(const Expr& e, std::unordered_set<const Node*>& seen) {
    if (e->operands.empty() || !seen.insert(e.get()).second) {
        return;
    }
    for (const Expr& operand : e->operands) {
        collect(operand, seen);
    }
    const auto& of = e->operands;
    const auto difference = [&](std::size_t k) { add(language::binary(LOp::subtract, of[0], of[k]), false); };
    const std::string& name = e->name;
    if (language::is_comparison(e->op) && of[0]->type != language::Type::boolean) {
        difference(1);
    } else if (e->op == LOp::modulo || e->op == LOp::floor_divide || (e->op == LOp::call && name == "mod")) {
        add(language::binary(LOp::divide, of[0], of[1]), true);
    } else if (e->op != LOp::call) {
        return;
    } else if (name == "sign" || name == "abs") {
        add(of[0], false);
    } else if (name == "min" || name == "max" || name == "clip") {
        for (std::size_t k = 1; k < of.size(); ++k) {
            difference(k);
        }
    } else if (name == "timestep") {  // a time within a thousandth of a step counts as the whole step
        const Expr early = language::binary(LOp::multiply, language::number(1e-3), of[1]);
        add(language::binary(LOp::divide, language::binary(LOp::add, of[0], early), of[1]), true);
    } else if ((name == "floor" || name == "ceil" || name == "int") && of[0]->type == language::Type::real) {
        add(of[0], true);
    }
}

void SwitchTimes::add(const Expr& e, bool stairs) {
    const bool known =
        std::ranges::any_of(switches_, [&](const Switch& s) { return s.stairs == stairs && language::same(s.e, e); });
    if (known || !of_time_alone(e)) {
        return;
    }
    Switch s{e, stairs, nullptr, nullptr};
    const auto linear = language::linear_in(e, "t");
    if (linear && !of_time_alone(linear->a) && !of_time_alone(linear->b)) {
        s.a = linear->a;
        s.b = linear->b;
    }
    switches_.push_back(std::move(s));
}

double SwitchTimes::value(const Expr& e, double t) const {
    return language::value(e, [&](const Node& name) -> std::optional<double> {
        if (name.role == Role::time) {
            return t;
        }
        return name.role == Role::parameter ? std::optional(parameter_(name)) : std::nullopt;
    });
}

void SwitchTimes::give(const std::function<double(const Node&)>& parameter) {
    parameter_ = parameter;
    for (Switch& s : switches_) {
        if (s.a) {
            s.at_zero = value(s.a, 0);
            s.rate = value(s.b, 0);
        }
    }
}

std::optional<double> SwitchTimes::solved(const Switch& s, double t, double until) const {
    if (s.rate == 0) {
        return std::nullopt;
    }
    const auto time_of = [&](double level) { return (level - s.at_zero) / s.rate; };
    const double way = until > t ? s.rate : -s.rate;
    double level = s.stairs ? whole_between(s.at_zero + s.rate * t, way > 0 ? HUGE_VAL : -HUGE_VAL) : 0;
    if (s.stairs && !within(time_of(level), t, until)) {  // t is one of them, to rounding
        level += way > 0 ? 1 : -1;
    }
    const double at = time_of(level);
    return within(at, t, until) ? std::optional(at) : std::nullopt;
}

std::optional<double> SwitchTimes::found(const Switch& s, double t, double until) const {
    // Beside the ends, where other switches may stand.
    const double a = std::nextafter(t, until), b = std::nextafter(until, t);
    const auto g = [&](double at) {
        const double v = value(s.e, at);
        return s.stairs ? std::sin(std::numbers::pi * v) : v;
    };
    const auto points = turning_points(g, a, b, g(a), g(b), 8);
    for (std::size_t k = 1; k < points.size(); ++k) {
        const auto& [from, to] = std::pair(points[k - 1], points[k]);
        if ((from.g < 0) != (to.g < 0)) {
            return from.g == 0 ? from.t : bracketed_root(g, from.t, to.t, from.g, to.g);
        }
    }
    return std::nullopt;
}

std::optional<double> SwitchTimes::next(double t, double until) const {
    std::optional<double> first;
    for (const bool linear : {true, false}) {  // between those that are solved for the others are smooth
        for (const Switch& s : switches_) {
            if ((s.a != nullptr) == linear && t != until) {
                const auto at = linear ? solved(s, t, until) : found(s, t, until);
                if (at) {
                    first = at;
                    until = *at;
                }
            }
        }
    }
    return first;
}

}  // namespace ranvier::compile
