// How fast are trajectories? Lorenz's system: one by DOP853 to T = 1000 at 1e-9, and an ensemble by RK4.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "ranvier/base/parallel.hpp"
#include "ranvier/compile/ode/adaptive.hpp"
#include "ranvier/compile/ode/ensemble.hpp"
#include "ranvier/language/model.hpp"

namespace {

template <class F>
double best_of(int times, F f) {
    double best = 1e300;
    for (int k = 0; k < times; ++k) {
        const auto start = std::chrono::steady_clock::now();
        f();
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

}  // namespace

int main() {
    using namespace ranvier;
    using namespace ranvier::compile;
    const language::Model lorenz = language::loaded("lorenz");
    const System system(lorenz);
    const std::vector<double> x0{0, 1, 0};
    for (const Adaptive method : {Adaptive::dop853, Adaptive::dopri5, Adaptive::tsit5}) {
        AdaptiveOptions options;
        options.method = method;
        options.rtol = 1e-9;
        options.atol = {1e-9};
        Solution s;
        const double seconds = best_of(5, [&] { s = solve(system, 0, 1000, x0, options); });
        std::printf("%s: T = 1000 at 1e-9: %.2f ms, %lld evaluations, %lld steps, %lld rejected\n",
                    std::string(name(method)).c_str(), 1e3 * seconds, static_cast<long long>(s.nfev),
                    static_cast<long long>(s.accepted), static_cast<long long>(s.rejected));
    }
    const ThreadLimit one(1);
    for (const Width width : {Width::native, Width::bits256}) {
        for (const int interleave : {0, 1, 2, 4}) {
            Ensemble members;
            members.members = 256;
            for (index k = 0; k < members.members; ++k) {
                members.initial["x"].push_back(1 + 1e-3 * static_cast<double>(k));
            }
            members.initial["y"] = {1};
            members.initial["z"] = {20};
            const FixedStep how{
                .method = "rk4", .dt = 0.005, .steps = 100000, .kernel = {.width = width, .interleave = interleave}};
            const double seconds = best_of(3, [&] { run(lorenz, members, how); });
            std::printf("RK4 ensemble, %d bits, interleave %s: %.3g steps/s on one core\n",
                        static_cast<int>(width == Width::native ? native_width() : width),
                        interleave == 0 ? "as chosen" : std::to_string(interleave).c_str(),
                        static_cast<double>(members.members) * static_cast<double>(how.steps) / seconds);
        }
    }
}
