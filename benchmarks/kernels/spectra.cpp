// How long do the spectra of 300 epochs take? 366 channels × 421 samples (a prime), Morlet on 60 of them; results are
// checked against the definition before a time is printed. Usage: benchmark_spectra [threads]
// spectra_mne.py times the same in MNE-Python.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <numbers>
#include <string>
#include <vector>

#include "ranvier/base/cpu.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/spectrum.hpp"
#include "ranvier/numerics/wavelet.hpp"
#include "ranvier/numerics/window.hpp"

using ranvier::Array;
using ranvier::View;
using namespace ranvier::numerics;
using Index = std::ptrdiff_t;

namespace {

constexpr Index epochs = 300, channels = 366, samples = 421, some_channels = 60;
constexpr double sfreq = 600, pi = std::numbers::pi;

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

/// Processor time of all threads: what counts where other programs share the machine.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

template <class Work>
void report(const char* what, Work&& work, double error) {
    std::vector<double> times, processor;
    for (int k = 0; k < 5; ++k) {
        const double start = seconds(), start_processor = processor_seconds();
        work();
        times.push_back(seconds() - start);
        processor.push_back(processor_seconds() - start_processor);
    }
    std::ranges::sort(times);
    std::ranges::sort(processor);
    std::printf("%-28s least %.3f s, median %.3f s, processor time %.3f s, relative error %.1e\n", what, times[0],
                times[2], processor[0], error);
}

void check(const char* what, double error, double bound) {
    if (!(error <= bound)) {
        std::printf("%s: WRONG, relative error %.1e\n", what, error);
        std::exit(1);
    }
}

/// |Σ w (x − mean) e^{−2πikj/n_fft}|² of one segment
double power_at(const double* x, const std::vector<double>& w, Index n_fft, Index k) {
    const Index n = std::ssize(w);
    double mean = 0;
    for (Index j = 0; j < n; ++j) {
        mean += x[j] / static_cast<double>(n);
    }
    std::complex<double> sum = 0;
    for (Index j = 0; j < n; ++j) {
        sum += w[j] * (x[j] - mean) *
               std::polar(1.0, -2 * pi * static_cast<double>(j * k % n_fft) / static_cast<double>(n_fft));
    }
    return std::norm(sum);
}

}  // namespace

int main(int argc, char** argv) {
    const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
    const ranvier::ThreadLimit limit(threads);
    std::printf("%s, %d thread(s)\n", std::string(name(ranvier::instruction_set())).c_str(), threads);
    Array<double, 2> x({epochs * channels, samples});
    std::uint64_t state = 88172645463325252ULL;
    for (Index i = 0; i < x.size(); ++i) {  // xorshift: quick, and good enough for timing
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        x.data()[i] = static_cast<double>(state >> 11) * 0x1p-53 - 0.5;
    }
    const std::vector<Index> some_rows{0, 7, 50'000, epochs * channels - 1};

    for (Index n_fft : {Index{256}, samples}) {
        Welch plan;
        plan.n_fft = n_fft;
        Array<double, 2> psd({x.extent(0), n_fft / 2 + 1});
        const auto work = [&] { welch(x, sfreq, plan, psd); };
        work();
        const auto w = window("hamming", n_fft, false);
        double energy = 0, error = 0, largest = 0;
        for (double value : w) {
            energy += value * value;
        }
        for (Index row : some_rows) {
            for (Index k : {Index{1}, Index{50}, n_fft / 2 - 1}) {
                const double expected = 2 * power_at(&x(row, 0), w, n_fft, k) / (sfreq * energy);
                error = std::max(error, std::abs(psd(row, k) - expected));
                largest = std::max(largest, expected);
            }
        }
        const std::string what = "Welch, n_fft " + std::to_string(n_fft);
        check(what.c_str(), error / largest, 1e-12);
        report(what.c_str(), work, error / largest);
    }
    {
        const Tapers t = dpss(samples, 4, 8, true, false);
        Array<double, 2> psd({x.extent(0), samples / 2 + 1});
        const auto work = [&] { multitaper(x, sfreq, t.tapers, t.ratios, {}, psd); };
        work();
        double error = 0, largest = 0;
        for (Index row : some_rows) {
            for (Index k : {Index{1}, Index{50}, samples / 2}) {
                double expected = 0, total = 0;
                for (Index taper = 0; taper < std::ssize(t.ratios); ++taper) {
                    const auto v = t.tapers.view().row(taper);
                    double mean = 0;
                    for (Index j = 0; j < samples; ++j) {
                        mean += x(row, j) / samples;
                    }
                    std::complex<double> sum = 0;
                    for (Index j = 0; j < samples; ++j) {
                        sum += v[j] * (x(row, j) - mean) *
                               std::polar(1.0, -2 * pi * static_cast<double>(j * k % samples) / samples);
                    }
                    expected += t.ratios[taper] * std::norm(sum);
                    total += t.ratios[taper];
                }
                expected *= 2 / total;
                error = std::max(error, std::abs(psd(row, k) - expected));
                largest = std::max(largest, expected);
            }
        }
        check("multitaper", error / largest, 1e-12);
        report(("multitaper, " + std::to_string(t.ratios.size()) + " tapers").c_str(), work, error / largest);
    }
    {
        std::vector<double> freqs, cycles;
        for (int k = 0; k < 20; ++k) {
            freqs.push_back(6 * std::pow(80.0 / 6, k / 19.0));
            cycles.push_back(std::max(1.0, freqs.back() / 3));
        }
        const auto wavelets = morlet(sfreq, freqs, cycles);
        const View<const double, 3> y(x.data(), {epochs, some_channels, samples}, {channels * samples, samples, 1});
        Array<double, 3> power({some_channels, 20, samples}), itc({some_channels, 20, samples});
        const auto work = [&] { morlet_average(y, wavelets, 1, power, itc); };
        work();
        double error = 0, largest = 0;
        for (Index f : {0, 19}) {
            for (Index at : {0, 200, 420}) {
                const Index half = std::ssize(wavelets[f]) / 2;
                double expected = 0;
                for (Index e = 0; e < epochs; ++e) {
                    std::complex<double> sum = 0;
                    for (Index j = -half; j <= half; ++j) {
                        if (at - j >= 0 && at - j < samples) {
                            sum += wavelets[f][half + j] * y(e, 59, at - j);
                        }
                    }
                    expected += std::norm(sum) / epochs;
                }
                error = std::max(error, std::abs(power(59, f, at) - expected));
                largest = std::max(largest, expected);
            }
        }
        check("Morlet", error / largest, 1e-12);
        report("Morlet power and coherence", work, error / largest);
    }
    return 0;
}
