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
#include "ranvier/compile/kernel.hpp"

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
    const Program program = hodgkin_huxley();
    Array<double, 2> x = start(false);
    auto a = arguments(x);
    const double before = seconds();
    const Kernel kernel = compiled(program);
    kernel.run({.begin = 0, .end = 64, .arrays = a});
    std::printf("Hodgkin-Huxley, program to first step: %.2f ms (%s)\n", (seconds() - before) * 1e3,
                kernel.from_cache() ? "from the cache" : "compiled");
    double best = 1e30, best_cached = 1e30;
    for (int k = 0; k < 10; ++k) {
        best = std::min(best, compiled(program, {.interleave = 1, .disk_cache = false}).seconds_to_compile());
        const Kernel again = compiled(program, {.interleave = 1});
        best_cached = again.from_cache() ? std::min(best_cached, again.seconds_to_compile()) : best_cached;
    }
    std::printf("  again in the same engine: compiled %.2f ms, from the cache %.2f ms\n", best * 1e3,
                best_cached * 1e3);
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
