#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/compile/lower/lower.hpp"

namespace ranvier::compile {

class Memory;

/// A model with values for its parameters, as functions of time and state for one trajectory: compiled scalar kernels
/// with ~30 ns per call. Copies share the machine code and have scratch of their own: one per thread. All SI.
class System {
public:
    /// @throws InvalidInput  a parameter without value, an unknown name
    explicit System(const language::Model& model, const std::map<std::string, double>& parameters = {},
                    const KernelOptions& options = {.width = Width::scalar});
    System(const System& other);
    System& operator=(const System& other);
    System(System&&) noexcept;
    System& operator=(System&&) noexcept;
    ~System();

    index size() const;                             ///< number of states
    const std::vector<std::string>& names() const;  ///< of the states, in order
    const language::Model& model() const;

    double parameter(std::string_view name) const;  ///< [SI]
    void set_parameter(std::string_view name, double value);

    void derivative(double t, std::span<const double> x, std::span<double> dxdt) const;
    /// matrix(i, j) = ∂(dx_i/dt)/∂x_j
    void jacobian(double t, std::span<const double> x, View<double, 2> matrix) const;
    /// Where the Jacobian need not be 0: row and column, row by row. And its values there.
    const std::vector<std::pair<index, index>>& jacobian_pattern() const;
    void jacobian_entries(double t, std::span<const double> x, std::span<double> values) const;
    /// ∂(dx/dt)/∂t
    void time_derivative(double t, std::span<const double> x, std::span<double> slope) const;
    /// ∂(dx/dt)/∂parameter
    void parameter_derivative(std::string_view parameter, double t, std::span<const double> x,
                              std::span<double> slope) const;
    /// Any expression: a subexpression's value, a switching function.
    double value(const language::Expr& e, double t, std::span<const double> x) const;

    /// Do conditions on time alone stand in the equations? (switch_times.hpp)
    bool has_switches() const;
    /// The first of their moments after t, up to `until`, which may lie before t.
    std::optional<double> next_switch(double t, double until) const;
    /// Functions of time take times outside [low, high] for the nearer end.
    void stay_between(double low, double high) const;

    /// Runs assignments on x (a reset), and on the parameters that they change. `key` names them: equal keys are the
    /// same statements.
    void run_statements(const std::string& key, const std::vector<language::Statement>& statements, double t,
                        std::span<double> x);
    /// While refractory, `unless refractory` states rest.
    void set_refractory(bool refractory);
    bool is_refractory() const;

    /// Of dx/dt, see ir/size.hpp.
    std::int64_t code_size() const;
    const KernelOptions& options() const;
    /// The parameters' values, for another kernel of this model.
    void give_values(Memory& memory) const;

    struct State;

private:
    std::unique_ptr<State> state_;
};

}  // namespace ranvier::compile
