// Explicit methods on models: a step is one call of machine code.
#include "ranvier/base/error.hpp"
#include "ranvier/compile/lower/memory.hpp"
#include "ranvier/compile/ode/step_program.hpp"
#include "ranvier/compile/ode/stepper.hpp"

namespace ranvier::compile {

namespace {

/// A kernel of one lane with its memory, and where it reads the time and the step.
struct StepKernel {
    StepKernel(const Program& program, const System& system)
        : kernel(compiled(program, system.options())),
          memory(kernel.program(), system.model(), 1),
          call(memory.call()) {
        const auto& uniforms = kernel.program().uniforms;
        for (std::size_t k = 0; k < uniforms.size(); ++k) {
            time = uniforms[k].name == "step.t" ? &memory.uniforms()[k] : time;
            step = uniforms[k].name == "step.h" ? &memory.uniforms()[k] : step;
            low = uniforms[k].name == "step.low" ? &memory.uniforms()[k] : low;
            high = uniforms[k].name == "step.high" ? &memory.uniforms()[k] : high;
        }
    }

    void run(double t, double h) {
        if (time != nullptr) {
            *time = t;
        }
        *step = h;
        kernel.run(call);
    }

    void stay_between(double from, double to) {
        if (low != nullptr) {
            *low = from;
            *high = to;
        }
    }

    Kernel kernel;
    Memory memory;
    KernelCall call;
    double *time = nullptr, *step = nullptr, *low = nullptr, *high = nullptr;
};

class CompiledStepper final : public Stepper {
public:
    CompiledStepper(const System& system, const RightHandSide& rhs, const AdaptiveOptions& options, bool dense)
        : Stepper(rhs, options),
          system_(system),
          steps_(explicit_step_program(system.model(), table_, {}, dense, system.has_switches()), system),
          memory_(steps_.memory) {
        memory_.set_uniform("step.rtol", rtol_);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            const std::string& name = system.names()[i];
            memory_.set_uniform("step.atol." + name, atol_[i]);
            x_at_.push_back(memory_.find_array(name));
            new_x_at_.push_back(memory_.find_array("new." + name));
            f_at_.push_back(memory_.find_array("f." + name));
            new_f_at_.push_back(memory_.find_array("new.f." + name));
        }
        error_ = static_cast<double*>(memory_.data(memory_.find_array("step.error")));
        if (dense) {
            prepare_dense();
        }
        CompiledStepper::refresh();
    }

    void refresh() override {
        system_.give_values(memory_);
        if (dense_) {
            system_.give_values(dense_->memory);
        }
    }

    void start(double t, std::span<const double> x) override {
        Stepper::start(t, x);
        for (std::size_t i = 0; i < x_.size(); ++i) {
            real(x_at_[i]) = x_[i];
            real(f_at_[i]) = f_[i];
        }
    }

    void stay_between(double low, double high) override {
        Stepper::stay_between(low, high);
        steps_.stay_between(low, high);
        if (dense_) {
            dense_->stay_between(low, high);
        }
    }

    double attempt(double h) override {
        h_ = h;
        steps_.run(t_, h);
        nfev += table_.stages;
        for (std::size_t i = 0; i < new_x_.size(); ++i) {
            new_x_[i] = real(new_x_at_[i]);
        }
        return *error_;
    }

    void dense(std::span<double> coefficients) override {
        ensure(dense_ != nullptr, "dense output was announced");
        for (const auto& [theirs, ours] : shared_) {  // states and new states change places
            dense_->memory.bind(theirs, memory_.data(ours));
        }
        dense_->run(t_, h_);
        nfev += table_.extra;
        for (std::size_t k = 0; k < coefficients.size(); ++k) {
            coefficients[k] = *dense_results_[k];
        }
    }

    void accept() override {
        Stepper::accept();
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
        dense_ =
            std::make_unique<StepKernel>(dense_program(system_.model(), table_, {}, system_.has_switches()), system_);
        const Program& program = dense_->kernel.program();
        for (std::size_t k = 0; k < program.arrays.size(); ++k) {
            const int ours = memory_.find_array(program.arrays[k].name);
            if (ours >= 0 && program.arrays[k].type == Type::real) {
                shared_.emplace_back(static_cast<int>(k), ours);
            }
        }
        for (int row = 0; row < rows(); ++row) {
            for (const std::string& name : system_.names()) {
                const int at = dense_->memory.find_array("dense." + text_of(row) + "." + name);
                dense_results_.push_back(static_cast<double*>(dense_->memory.data(at)));
            }
        }
    }

    const System& system_;
    StepKernel steps_;
    Memory& memory_;
    std::unique_ptr<StepKernel> dense_;
    std::vector<int> x_at_, new_x_at_, f_at_, new_f_at_;
    std::vector<std::pair<int, int>> shared_;
    std::vector<double*> dense_results_;
    double* error_ = nullptr;
};

}  // namespace

std::unique_ptr<Stepper> compiled_stepper(const System& system, const RightHandSide& rhs,
                                          const AdaptiveOptions& options, bool dense) {
    if (tableau(options.method).gamma > 0) {
        return rosenbrock_stepper(rhs, options);
    }
    // With dx/dt written out for all stages, long equations would take long to compile.
    constexpr std::int64_t largest_step = 10'000;
    if (system.code_size() * tableau(options.method).stages > largest_step) {
        return plain_stepper(rhs, options);
    }
    return std::make_unique<CompiledStepper>(system, rhs, options, dense);
}

RightHandSide right_hand_side(const System& system) {
    RightHandSide rhs;
    rhs.size = system.size();
    rhs.names = system.names();
    rhs.f = [&system](double t, std::span<const double> x, std::span<double> f) { system.derivative(t, x, f); };
    if (system.has_switches()) {
        rhs.next_switch = [&system](double t, double until) { return system.next_switch(t, until); };
        rhs.stay_between = [&system](double low, double high) { system.stay_between(low, high); };
    }
    if (!system.model().functions.empty()) {
        return rhs;  // nobody knows the derivatives of a user's own function: differences
    }
    rhs.pattern = system.jacobian_pattern();
    rhs.jacobian_entries = [&system](double t, std::span<const double> x, std::span<double> values) {
        system.jacobian_entries(t, x, values);
    };
    rhs.time_derivative = [&system](double t, std::span<const double> x, std::span<double> s) {
        system.time_derivative(t, x, s);
    };
    return rhs;
}

}  // namespace ranvier::compile
