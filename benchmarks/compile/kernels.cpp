// How fast is machine code of our programs beside g++ -O3 -march=native -ffast-math, and how soon is it there? Each
// kernel's answer is compared with the contender's or the interpreter's before its time is printed.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "contender.hpp"
#include "programs.hpp"
#include "ranvier/base/array.hpp"
#include "ranvier/base/cpu.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/kernel/kernel.hpp"
#include "ranvier/compile/ode/ensemble.hpp"
#include "ranvier/language/model.hpp"

using namespace ranvier;
using namespace ranvier::compile;

namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Processor time of this thread [s].
double processor_seconds() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

constexpr index neurons = 2048;  // all states fit the second-level cache

Array<double, 2> start(bool spiking) {
    Array<double, 2> x({5, neurons});
    for (index i = 0; i < neurons; ++i) {
        const double u = static_cast<double>((i * 2654435761U >> 7) & 1023) / 1024;
        const double hh[] = {-65 + 10 * u, 0.05, 0.6, 0.32, 10 * u};
        const double lif[] = {-65 + 15 * u, 0.02 * u, 0.02 * u, 0, 0.5 + 0.5 * u};
        for (index k = 0; k < 5; ++k) {
            x(k, i) = spiking ? lif[k] : hh[k];
        }
    }
    return x;
}

std::array<ArrayArgument, 5> arguments(Array<double, 2>& x) {
    std::array<ArrayArgument, 5> a;
    for (index k = 0; k < 5; ++k) {
        a[static_cast<std::size_t>(k)] = {&x(k, 0), neurons};
    }
    return a;
}

/// Least time per neuron and step of `step`, over batches [ns].
template <class Step>
double nanoseconds(Step&& step) {
    double best = 1e30;
    for (int batch = 0; batch < 60; ++batch) {
        constexpr int steps = 50;
        const double before = processor_seconds();
        for (int k = 0; k < steps; ++k) {
            step();
        }
        best = std::min(best, (processor_seconds() - before) * 1e9 / (steps * double{neurons}));
    }
    return best;
}

using Contender = void (*)(Array<double, 2>&, std::vector<std::int32_t>&, std::int64_t&);

template <auto hh>
void run_hh(Array<double, 2>& x, std::vector<std::int32_t>&, std::int64_t&) {
    hh(&x(0, 0), &x(1, 0), &x(2, 0), &x(3, 0), &x(4, 0), 0, neurons);
}
template <auto lif>
void run_lif(Array<double, 2>& x, std::vector<std::int32_t>& spikes, std::int64_t& count) {
    count += lif(&x(0, 0), &x(1, 0), &x(2, 0), &x(3, 0), &x(4, 0), 0, neurons, spikes.data());
}

bool compare(const char* what, const Program& program, bool spiking, Width width, Contender contender) {
    const FlushDenormals flush;
    const Kernel kernel = compiled(program, {.width = width, .disk_cache = false});
    Array<double, 2> ours = start(spiking), theirs = start(spiking);
    auto a = arguments(ours);
    std::vector<EventList> events(program.events.size());
    std::vector<std::int32_t> spikes(neurons + 64);
    std::int64_t their_count = 0, our_count = 0;
    const auto step = [&] {
        for (EventList& list : events) {
            our_count += static_cast<std::int64_t>(list.lanes.size());
            list.clear();
        }
        kernel.run({.begin = 0, .end = neurons, .arrays = a, .events = events});
    };
    for (int k = 0; k < 2000; ++k) {
        step();
        contender(theirs, spikes, their_count);
    }
    our_count += spiking ? static_cast<std::int64_t>(events[0].lanes.size()) : 0;
    double far = 0;
    for (index i = 0; i < neurons; ++i) {
        far = std::max(far, std::fabs(ours(0, i) - theirs(0, i)));
    }
    if (!(far < 1e-6) || our_count != their_count || (spiking && our_count == 0)) {
        std::printf("%-28s WRONG: potentials differ by %.1e mV, spikes %ld and %ld\n", what, far, long(our_count),
                    long(their_count));
        return false;
    }
    const double us = nanoseconds(step);
    const double them = nanoseconds([&] { contender(theirs, spikes, their_count); });
    std::printf("%-28s ours %6.3f ns   g++ %6.3f ns   ratio %.2f\n", what, us, them, us / them);
    return true;
}

/// The contender's equations as a user writes them, from text to an ensemble's run of many steps.
constexpr const char* hodgkin_huxley_text = R"(
    dV/dt = I - 120*m**3*h*(V - 50) - 36*n**4*(V + 77) - 0.3*(V + 54.4) : 1
    dm/dt = alpha_m*(1 - m) - beta_m*m : 1
    dh/dt = alpha_h*(1 - h) - beta_h*h : 1
    dn/dt = alpha_n*(1 - n) - beta_n*n : 1
    u = V + 65 : 1
    alpha_m = 0.1*(25 - u)/(exp((25 - u)/10) - 1) : 1
    beta_m  = 4*exp(-u/18) : 1
    alpha_h = 0.07*exp(-u/20) : 1
    beta_h  = 1/(exp((30 - u)/10) + 1) : 1
    alpha_n = 0.01*(10 - u)/(exp((10 - u)/10) - 1) : 1
    beta_n  = 0.125*exp(-u/80) : 1
    I : 1
)";

language::Model hodgkin_huxley_model() {
    language::Parts parts;
    parts.equations = hodgkin_huxley_text;
    parts.time = language::Time::number;
    return language::model(parts);
}

bool compare_text(Width width, Contender contender) {
    const FlushDenormals flush;
    const ThreadLimit one(1);
    const language::Model model = hodgkin_huxley_model();
    Array<double, 2> theirs = start(false);
    Ensemble members{.members = neurons};
    const char* names[] = {"V", "m", "h", "n"};
    for (index k = 0; k < 4; ++k) {
        members.initial[names[k]].assign(&theirs(k, 0), &theirs(k, 0) + neurons);
    }
    members.parameters["I"].assign(&theirs(4, 0), &theirs(4, 0) + neurons);
    FixedStep how{.method = "exponential_euler", .dt = 0.01, .steps = 2000, .kernel = {.width = width}};
    const EnsembleResult ours = run(model, members, how);
    std::vector<std::int32_t> none;
    std::int64_t count = 0;
    for (int k = 0; k < 2000; ++k) {
        contender(theirs, none, count);
    }
    double far = 0;
    for (index i = 0; i < neurons; ++i) {
        far = std::max(far, std::fabs(ours.final.at("V")[static_cast<std::size_t>(i)] - theirs(0, i)));
    }
    const std::string what = "  the same from its text " + std::to_string(static_cast<int>(width)) + " bit";
    if (!(far < 1e-6)) {
        std::printf("%-28s WRONG: potentials differ by %.1e mV\n", what.c_str(), far);
        return false;
    }
    how.steps = 10'000;
    double us = 1e30;
    for (int k = 0; k < 4; ++k) {
        const double before = processor_seconds();
        run(model, members, how);
        us = std::min(us, (processor_seconds() - before) * 1e9 / (static_cast<double>(how.steps) * double{neurons}));
    }
    const double them = nanoseconds([&] { contender(theirs, none, count); });
    std::printf("%-28s ours %6.3f ns   g++ %6.3f ns   ratio %.2f\n", what.c_str(), us, them, us / them);
    return true;
}

bool lorenz_rate(Width width, Scalar scalar, int interleave) {
    const Kernel kernel =
        compiled(lorenz(), {.scalar = scalar, .width = width, .interleave = interleave, .disk_cache = false});
    const Kernel oracle = compiled(lorenz(), {.scalar = scalar, .engine = Engine::interpreter});
    constexpr index members = 256;
    const auto run = [&](const Kernel& k, auto& x, std::int64_t steps, index end) {
        const double uniforms[] = {10, 28, 8.0 / 3, 0.001};
        std::vector<ArrayArgument> a;
        for (index row = 0; row < 3; ++row) {
            a.push_back({&x(row, 0), members});
        }
        k.run({.begin = 0, .end = end, .steps = steps, .arrays = a, .uniforms = uniforms});
    };
    const auto rate = [&](auto like) {
        using T = decltype(like);
        Array<T, 2> x({3, members});
        for (index i = 0; i < members; ++i) {
            x(0, i) = T(1) + T(0.01) * static_cast<T>(i);
            x(1, i) = 1;
            x(2, i) = 20;
        }
        Array<T, 2> y(x);
        run(kernel, x, 200, members);
        run(oracle, y, 200, members);
        for (index i = 0; i < x.size(); ++i) {
            if (x.data()[i] != y.data()[i]) {
                return 0.0;
            }
        }
        double best = 0;
        for (int batch = 0; batch < 12; ++batch) {
            constexpr std::int64_t steps = 20'000;
            const double before = processor_seconds();
            run(kernel, x, steps, members);
            best = std::max(best, static_cast<double>(steps * members) / (processor_seconds() - before));
        }
        return best;
    };
    const double found = scalar == Scalar::float64 ? rate(double{}) : rate(float{});
    std::printf("Lorenz RK4 %s %3d bit, interleave %d: %s%.3f e9 steps/s\n", scalar == Scalar::float64 ? "f64" : "f32",
                static_cast<int>(width), interleave, found > 0 ? "" : "WRONG ", found * 1e-9);
    return found > 0;
}

/// Of a fresh engine: run this program anew for each figure.
void latency() {
    Ensemble members{.members = 64};
    members.initial = {{"V", {-65}}, {"m", {0.05}}, {"h", {0.6}}, {"n", {0.32}}};
    members.parameters = {{"I", {10}}};
    FixedStep how{.method = "exponential_euler", .dt = 0.01, .steps = 1};
    const auto first_step = [&] {
        const double before = seconds();
        run(hodgkin_huxley_model(), members, how);
        return (seconds() - before) * 1e3;
    };
    std::printf("Hodgkin-Huxley, equations to first step: %.2f ms (the second time such a process runs: cached)\n",
                first_step());
    double compiled_again = 1e30, cached_again = 1e30;
    for (int k = 0; k < 10; ++k) {
        cached_again = std::min(cached_again, first_step());
        compiled_again =
            std::min(compiled_again,
                     compiled(hodgkin_huxley(), {.interleave = 1, .disk_cache = false}).seconds_to_compile() * 1e3);
    }
    std::printf("  again in the same engine: %.2f ms; a program like it compiled: %.2f ms\n", cached_again,
                compiled_again);
}

}  // namespace

int main(int argc, char** argv) {
    const std::string what = argc > 1 ? argv[1] : "all";
    bool right = true;
    if (what == "latency" || what == "all") {
        latency();
    }
    const std::pair<Width, int> widths[] = {{Width::bits512, 512}, {Width::bits256, 256}};
    for (const auto& [width, bits] : widths) {
        if (width > native_width() || what == "latency") {
            continue;
        }
        const bool wide = bits == 512;
        const std::string suffix = " f64 " + std::to_string(bits) + " bit";
        if (what == "all" || what == "hh") {
            right &= compare(("Hodgkin-Huxley" + suffix).c_str(), hodgkin_huxley(), false, width,
                             wide ? run_hh<gcc512::hodgkin_huxley> : run_hh<gcc256::hodgkin_huxley>);
            right &= compare_text(width, wide ? run_hh<gcc512::hodgkin_huxley> : run_hh<gcc256::hodgkin_huxley>);
        }
        if (what == "all" || what == "lif") {
            right &= compare(("integrate-and-fire" + suffix).c_str(), integrate_and_fire(), true, width,
                             wide ? run_lif<gcc512::integrate_and_fire> : run_lif<gcc256::integrate_and_fire>);
        }
        if (what == "all" || what == "lorenz") {
            for (const int interleave : {1, 2, 4}) {
                right &= lorenz_rate(width, Scalar::float64, interleave);
            }
            right &= lorenz_rate(width, Scalar::float32, 2);
        }
    }
    return right ? 0 : 1;
}
