#pragma once

#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "ranvier/language/model.hpp"

namespace ranvier::compile {

/// The moments at which what a model says of time alone jumps or bends: conditions as `t > 5 and t < 5.05`, sign, abs,
/// min, max and clip of them, and the whole numbers of floor, ceil, int, timestep, // and %. Where time stands in them
/// linearly the moments are solved for, else looked for as events are (turning_points.hpp).
class SwitchTimes {
public:
    explicit SwitchTimes(const language::Model& model);

    bool none() const { return switches_.empty(); }
    /// Parameters have these values from now on.
    void give(const std::function<double(const language::Node&)>& parameter);
    /// The first after t, up to `until`, which may lie before t.
    std::optional<double> next(double t, double until) const;

private:
    struct Switch {
        language::Expr e;              ///< of time and parameters
        bool stairs = false;           ///< it switches at whole numbers; else at 0
        language::Expr a, b;           ///< e = a + b t, or null
        double at_zero = 0, rate = 0;  ///< their values
    };
    void collect(const language::Expr& e, std::unordered_set<const language::Node*>& seen);
    void add(const language::Expr& e, bool stairs);
    double value(const language::Expr& e, double t) const;
    std::optional<double> solved(const Switch& s, double t, double until) const;
    std::optional<double> found(const Switch& s, double t, double until) const;

    std::vector<Switch> switches_;
    std::function<double(const language::Node&)> parameter_;
};

}  // namespace ranvier::compile
