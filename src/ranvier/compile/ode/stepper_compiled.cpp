// Explicit methods on models: a step is one call of machine code.
#include "ranvier/base/error.hpp"
#include "ranvier/compile/lower/memory.hpp"
#include "ranvier/compile/ode/step_program.hpp"
#include "ranvier/compile/ode/stepper.hpp"

namespace ranvier::compile {

namespace {

const ExplicitTableau& tableau_of(Adaptive method) {
    switch (method) {
        case Adaptive::dopri5: return dopri5_tableau();
        case Adaptive::tsit5: return tsit5_tableau();
        default: return dop853_tableau();
    }
}

class CompiledStepper final : public Stepper {
public:
    CompiledStepper(const System& system, const AdaptiveOptions& options, bool dense)
        : Stepper(system.size()),
          system_(system),
          tableau_(tableau_of(options.method)),
          kernel_(compiled(explicit_step_program(system.model(), tableau_, {}, dense), system.options())),
          memory_(kernel_.program(), system.model(), 1),
          call_(memory_.call()) {
        rows_ = 4 + tableau_.dense_rows;
        error_order_ = tableau_.error_order;
        const std::vector<double> atol = checked_tolerances(options, system.size());
        memory_.set_uniform("step.rtol", options.rtol);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            const std::string& name = system.names()[i];
            memory_.set_uniform("step.atol." + name, atol[i]);
            x_at_.push_back(memory_.find_array(name));
            new_x_at_.push_back(memory_.find_array("new." + name));
            f_at_.push_back(memory_.find_array("f." + name));
            new_f_at_.push_back(memory_.find_array("new.f." + name));
        }
        error_ = static_cast<double*>(memory_.data(memory_.find_array("step.error")));
        for (const char* name : {"step.t", "step.h"}) {
            memory_.give(name, 0);
        }
        const auto& uniforms = kernel_.program().uniforms;
        for (std::size_t k = 0; k < uniforms.size(); ++k) {
            time_ = uniforms[k].name == "step.t" ? &memory_.uniforms()[k] : time_;
            step_ = uniforms[k].name == "step.h" ? &memory_.uniforms()[k] : step_;
        }
        if (dense) {
            prepare_dense();
        }
        CompiledStepper::refresh();
    }

    void refresh() override {
        system_.give_values(memory_);
        if (dense_memory_) {
            system_.give_values(*dense_memory_);
        }
    }

    void derivative(double t, std::span<const double> x, std::span<double> f) override {
        ++nfev;
        system_.derivative(t, x, f);
    }

    void start(double t, std::span<const double> x) override {
        t_ = t;
        x_.assign(x.begin(), x.end());
        derivative(t, x_, f_);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            real(x_at_[i]) = x_[i];
            real(f_at_[i]) = f_[i];
        }
    }

    double attempt(double h) override {
        h_ = h;
        if (time_ != nullptr) {
            *time_ = t_;
        }
        *step_ = h;
        kernel_.run(call_);
        nfev += tableau_.stages;
        for (std::size_t i = 0; i < new_x_.size(); ++i) {
            new_x_[i] = real(new_x_at_[i]);
        }
        return *error_;
    }

    void dense(std::span<double> coefficients) override {
        ensure(dense_memory_ != nullptr, "dense output was announced");
        if (dense_time_ != nullptr) {
            *dense_time_ = t_;
        }
        *dense_step_ = h_;
        for (const auto& [theirs, ours] : shared_) {  // states and new states change places
            dense_memory_->bind(theirs, memory_.data(ours));
        }
        dense_kernel_.run(dense_call_);
        nfev += tableau_.extra;
        for (std::size_t k = 0; k < coefficients.size(); ++k) {
            coefficients[k] = *dense_results_[k];
        }
    }

    void accept() override {
        t_ += h_;
        x_.swap(new_x_);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            exchange(x_at_[i], new_x_at_[i]);
            exchange(f_at_[i], new_f_at_[i]);
            f_[i] = real(f_at_[i]);
        }
    }

private:
    double& real(int array) { return *static_cast<double*>(memory_.data(array)); }

    void exchange(int a, int b) {
        void* const first = memory_.data(a);
        memory_.bind(a, memory_.data(b));
        memory_.bind(b, first);
    }

    void prepare_dense() {
        dense_kernel_ = compiled(dense_program(system_.model(), tableau_, {}), system_.options());
        const Program& program = dense_kernel_.program();
        dense_memory_ = std::make_unique<Memory>(program, system_.model(), 1);
        dense_call_ = dense_memory_->call();
        for (std::size_t k = 0; k < program.arrays.size(); ++k) {
            const int ours = memory_.find_array(program.arrays[k].name);
            if (ours >= 0 && program.arrays[k].type == Type::real) {
                shared_.emplace_back(static_cast<int>(k), ours);
            }
        }
        for (std::size_t k = 0; k < program.uniforms.size(); ++k) {
            dense_time_ = program.uniforms[k].name == "step.t" ? &dense_memory_->uniforms()[k] : dense_time_;
            dense_step_ = program.uniforms[k].name == "step.h" ? &dense_memory_->uniforms()[k] : dense_step_;
        }
        for (int row = 0; row < rows_; ++row) {
            for (const std::string& name : system_.names()) {
                const int at = dense_memory_->find_array("dense." + std::to_string(row) + "." + name);
                dense_results_.push_back(static_cast<double*>(dense_memory_->data(at)));
            }
        }
    }

    const System& system_;
    const ExplicitTableau& tableau_;
    Kernel kernel_, dense_kernel_;
    Memory memory_;
    KernelCall call_, dense_call_;
    std::unique_ptr<Memory> dense_memory_;
    std::vector<int> x_at_, new_x_at_, f_at_, new_f_at_;
    std::vector<std::pair<int, int>> shared_;
    std::vector<double*> dense_results_;
    double *error_ = nullptr, *time_ = nullptr, *step_ = nullptr, *dense_time_ = nullptr, *dense_step_ = nullptr;
};

}  // namespace

std::unique_ptr<Stepper> compiled_stepper(const System& system, const AdaptiveOptions& options, bool dense) {
    return std::make_unique<CompiledStepper>(system, options, dense);
}

RightHandSide right_hand_side(const System& system) {
    RightHandSide rhs;
    rhs.size = system.size();
    rhs.f = [&system](double t, std::span<const double> x, std::span<double> f) { system.derivative(t, x, f); };
    if (!system.model().functions.empty()) {
        return rhs;  // nobody knows the derivatives of a user's own function: differences
    }
    rhs.jacobian = [&system](double t, std::span<const double> x, View<double, 2> m) { system.jacobian(t, x, m); };
    rhs.time_derivative = [&system](double t, std::span<const double> x, std::span<double> s) {
        system.time_derivative(t, x, s);
    };
    return rhs;
}

}  // namespace ranvier::compile
