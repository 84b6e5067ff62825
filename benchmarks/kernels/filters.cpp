// How long do the filters of a whole recording take? 366 rows × 180,000 samples; every result is checked against the
// definition at some samples before a time is printed. Usage: benchmark_filters [fir|iir|resample] [threads]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numbers>
#include <string>
#include <vector>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/random.hpp"
#include "ranvier/numerics/fir.hpp"
#include "ranvier/numerics/iir.hpp"
#include "ranvier/numerics/resample.hpp"

using ranvier::Array;
using ranvier::RandomStream;
using Index = std::ptrdiff_t;

namespace {

constexpr Index rows = 366, samples = 180'000;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Processor time of all threads: what counts where other programs share the machine.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Array<double, 2> recording() {
    Array<double, 2> x({rows, samples});
    for (Index i = 0; i < rows; ++i) {
        std::uint64_t state = 88172645463325252ULL + static_cast<std::uint64_t>(i);
        for (Index j = 0; j < samples; ++j) {
            double sum = 0;
            for (int k = 0; k < 3; ++k) {  // xorshift: quick, and good enough for timing
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                sum += static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
            }
            x(i, j) = sum;
        }
    }
    return x;
}

/// Least and median time of five runs of `work` on fresh copies of x.
template <class Work>
void report(const char* what, const Array<double, 2>& x, double error, double bound, Work&& work) {
    if (!(error <= bound)) {
        std::printf("%s: WRONG, relative error %.1e\n", what, error);
        std::exit(1);
    }
    std::vector<double> times, processor;
    Array<double, 2> copy(x.extents());
    for (int run = 0; run < 5; ++run) {
        std::copy(x.data(), x.data() + x.size(), copy.data());
        const double start = seconds(), processor_start = processor_seconds();
        work(copy);
        times.push_back(seconds() - start);
        processor.push_back(processor_seconds() - processor_start);
    }
    std::sort(times.begin(), times.end());
    std::sort(processor.begin(), processor.end());
    std::printf("%-45s least %.4f s  median %.4f s  processor time %.4f s  relative error %.1e\n", what, times[0],
                times[2], processor[0], error);
    std::fflush(stdout);
}

void time_fir(const Array<double, 2>& x) {
    const Index taps = 1981, half = taps / 2;
    std::vector<double> h;
    for (Index k = 0; k < taps; ++k) {
        const double u = static_cast<double>(k - half), pi = std::numbers::pi;
        const double sinc =
            u == 0 ? 39.0 / 300 : (std::sin(2 * pi * 40 * u / 600) - std::sin(2 * pi * 1 * u / 600)) / (pi * u);
        h.push_back(sinc * (0.54 - 0.46 * std::cos(2 * pi * static_cast<double>(k) / (taps - 1))));
    }
    Array<double, 2> y = x;
    ranvier::numerics::fir_filter(y, h);
    double error = 0, most = 0;
    for (Index row : {0, 7, 100, 365}) {
        for (Index t : {0, 1, 989, 990, 6211, 6212, 99'999, 178'999, 179'999}) {
            long double sum = 0;
            for (Index k = 0; k < taps; ++k) {
                const Index at = t + half - k;
                const double sample = at < 0          ? 2 * x(row, 0) - x(row, -at)
                                      : at >= samples ? 2 * x(row, samples - 1) - x(row, 2 * (samples - 1) - at)
                                                      : x(row, at);
                sum += static_cast<long double>(h[static_cast<std::size_t>(k)]) * sample;
            }
            error = std::max(error, std::abs(static_cast<double>(sum) - y(row, t)));
            most = std::max(most, std::abs(static_cast<double>(sum)));
        }
    }
    report("FIR 1-40 Hz, 1981 taps", x, error / most, 1e-13,
           [&](Array<double, 2>& z) { ranvier::numerics::fir_filter(z, h); });
}

void time_iir(const Array<double, 2>& x) {
    // scipy: butter(4, [1, 40], "bandpass", fs=600, output="sos")
    const std::vector<ranvier::numerics::Section> sections{
        {0.0010739281487746547, 0.0021478562975493095, 0.0010739281487746547, 1, -1.3553347375795735,
         0.4725212317248168},
        {1, 2, 1, 1, -1.5931697323944867, 0.7418503007944717},
        {1, -2, 1, 1, -1.9800425248147197, 0.9801608973821169},
        {1, -2, 1, 1, -1.9921897097831587, 0.9923004157945831}};
    const Index padlen = 27;
    Array<double, 2> y = x;
    ranvier::numerics::sos_filtfilt(y, sections, padlen);
    double error = 0, most = 0;
    const auto steady = ranvier::numerics::steady_state(sections);
    for (Index row : {0, 17, 365}) {
        std::vector<double> w;
        for (Index t = -padlen; t < samples + padlen; ++t) {
            w.push_back(t < 0          ? 2 * x(row, 0) - x(row, -t)
                        : t >= samples ? 2 * x(row, samples - 1) - x(row, 2 * (samples - 1) - t)
                                       : x(row, t));
        }
        for (int direction = 0; direction < 2; ++direction) {
            const double first = w.front();
            for (std::size_t s = 0; s < sections.size(); ++s) {
                double z0 = steady[s][0] * first, z1 = steady[s][1] * first;
                for (double& sample : w) {
                    const double out = sections[s][0] * sample + z0;
                    z0 = sections[s][1] * sample - sections[s][4] * out + z1;
                    z1 = sections[s][2] * sample - sections[s][5] * out;
                    sample = out;
                }
            }
            std::reverse(w.begin(), w.end());
        }
        for (Index t = 0; t < samples; ++t) {
            error = std::max(error, std::abs(w[static_cast<std::size_t>(padlen + t)] - y(row, t)));
            most = std::max(most, std::abs(y(row, t)));
        }
    }
    report("IIR 1-40 Hz forward and backward, 4 sections", x, error / most, 1e-9,
           [&](Array<double, 2>& z) { ranvier::numerics::sos_filtfilt(z, sections, padlen); });
}

void time_resampling(const Array<double, 2>& x) {
    // 600 to 200 Hz. With a padding to a power of two, as MNE-Python pads, the new length is 87,381 = 3² · 7 · 19 · 73.
    const Index n_out = samples / 3;
    const double pi = std::numbers::pi;
    const struct {
        const char* name;
        ranvier::numerics::FourierResampling plan;
    } variants[] = {
        {"resampling to 200 Hz, N = 262144, M = 87381",
         {41'072, 41'072, 87'381, 13'691, ranvier::numerics::Padding::reflect_limited, "boxcar"}},
        {"resampling to 200 Hz, N = 181440, M = 60480",
         {720, 720, 60'480, 240, ranvier::numerics::Padding::reflect_limited, "boxcar"}},
    };
    for (const auto& [name, plan] : variants) {
        // A sinusoid that swells and fades in the middle of the record comes out as the same one, sampled anew.
        Array<double, 2> wave({9, samples}), out({9, n_out});
        const auto at = [&](double second, Index row) {
            const double envelope = std::exp(-std::pow((second - 150) / 8, 2) / 2);
            return envelope * std::sin(2 * pi * (10 + 7 * static_cast<double>(row)) * second);
        };
        for (Index row = 0; row < 9; ++row) {
            for (Index t = 0; t < samples; ++t) {
                wave(row, t) = at(static_cast<double>(t) / 600, row);
            }
        }
        ranvier::numerics::fourier_resample(wave, out, plan);
        const double length = static_cast<double>(plan.pad_left + samples + plan.pad_right);
        const double step = length / static_cast<double>(plan.new_length) / 600;
        const double begin = static_cast<double>(plan.skip) * step - static_cast<double>(plan.pad_left) / 600;
        double error = 0;
        for (Index row = 0; row < 9; ++row) {
            for (Index t = 0; t < n_out; ++t) {
                error = std::max(error, std::abs(out(row, t) - at(begin + static_cast<double>(t) * step, row)));
            }
        }
        Array<double, 2> result({rows, n_out});
        report(name, x, error, 1e-10,  // sines of angles up to 1e5 are good to 1e-11
               [&](Array<double, 2>& z) { ranvier::numerics::fourier_resample(z, result, plan); });
    }
}

}  // namespace

int main(int count, char** arguments) {
    const std::string which = count > 1 ? arguments[1] : "all";
    const ranvier::ThreadLimit limit(count > 2 ? std::atoi(arguments[2]) : 1);
    std::printf("%s, %d thread(s), 366 x 180000\n", std::string(ranvier::name(ranvier::instruction_set())).c_str(),
                ranvier::threads());
    const Array<double, 2> x = recording();
    if (which == "all" || which == "fir") {
        time_fir(x);
    }
    if (which == "all" || which == "iir") {
        time_iir(x);
    }
    if (which == "all" || which == "resample") {
        time_resampling(x);
    }
}
