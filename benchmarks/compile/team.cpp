// Does a step of a few microseconds scale on two threads? Each step does about 3 µs of work on one thread, cut into two
// pieces; the sums are checked. For comparison the same through parallel_for.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <vector>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/team.hpp"

using namespace ranvier;

namespace {

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Piece {
    alignas(128) double value[16];
};

/// A chain of dependent square roots: as long on any machine state, and no memory.
void work(Piece& piece, int roots) {
    double x = piece.value[0] + 2;
    for (int k = 0; k < roots; ++k) {
        x = std::sqrt(x) + 1;
    }
    piece.value[0] = x;
}

template <class Round>
double microseconds(Round&& round) {
    std::vector<double> times;
    for (int batch = 0; batch < 30; ++batch) {
        const double before = seconds();
        for (int k = 0; k < 2000; ++k) {
            round();
        }
        times.push_back((seconds() - before) * 1e6 / 2000);
    }
    std::nth_element(times.begin(), times.begin() + 5, times.end());
    return times[5];  // the machine may be shared: a fast batch, not the fastest
}

}  // namespace

int main() {
    constexpr int roots = 250;  // about 1.5 µs
    std::vector<Piece> a(2), b(2), c(2);
    const double alone = microseconds([&] {
        work(a[0], roots);
        work(a[1], roots);
    });
    Team team(2);
    const double together =
        microseconds([&] { team.run(2, [&](index i) { work(b[static_cast<std::size_t>(i)], roots); }); });
    const ThreadLimit two(2);
    const double loop =
        microseconds([&] { parallel_for(2, [&](index i) { work(c[static_cast<std::size_t>(i)], roots); }); });
    if (a[0].value[0] != b[0].value[0] || a[1].value[0] != b[1].value[0]) {
        std::printf("WRONG\n");
        return 1;
    }
    std::printf("one thread %.2f us; team of two %.2f us: %.2f times as fast; parallel_for %.2f us: %.2f times\n",
                alone, together, alone / together, loop, alone / loop);
    return 0;
}
