#include "ranvier/numerics/wavelet.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/fft_plan.hpp"
#include "ranvier/numerics/kernels/morlet.hpp"
#include "ranvier/numerics/row_blocks.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

using Wavelets = std::vector<std::vector<std::complex<double>>>;

constexpr double most_samples = 1e8;

Wavelets morlet(double sfreq, std::span<const double> freqs, std::span<const double> n_cycles, bool zero_mean) {
    constexpr double pi = std::numbers::pi;
    require(sfreq > 0 && std::isfinite(sfreq), "morlet: the sampling rate must be > 0 Hz; got ", sfreq);
    require(n_cycles.size() == 1 || n_cycles.size() == freqs.size(),
            "morlet: n_cycles must be one number or one per frequency (", freqs.size(), "); got ", n_cycles.size());
    Wavelets wavelets;
    for (std::size_t i = 0; i < freqs.size(); ++i) {
        const double f = freqs[i], cycles = n_cycles.size() == 1 ? n_cycles[0] : n_cycles[i];
        require(f > 0 && std::isfinite(f), "morlet: frequencies must be > 0 Hz; got ", f);
        require(cycles > 0 && std::isfinite(cycles), "morlet: n_cycles must be > 0; got ", cycles);
        const double sigma = cycles / (2 * pi * f);  // [s]
        // Samples 0, 1/sfreq, … below 5 σ, and their mirror images.
        const double reach = std::ceil(5 * sigma / (1 / sfreq));
        require(reach < most_samples, "morlet: ", cycles, " cycles of ", f, " Hz have ", 2 * reach,
                " samples, more than any signal: take fewer n_cycles");
        const index half = static_cast<index>(reach) - 1;
        const double offset = zero_mean ? std::exp(-2 * (pi * f * sigma) * (pi * f * sigma)) : 0;
        std::vector<std::complex<double>> w(2 * half + 1);
        double energy = 0;
        for (index j = -half; j <= half; ++j) {
            const double t = static_cast<double>(j) * (1 / sfreq);
            const std::complex<double> value =
                (std::polar(1.0, 2 * pi * f * t) - offset) * std::exp(-(t * t) / (2 * sigma * sigma));
            w[half + j] = value;
            energy += std::norm(value);
        }
        for (std::complex<double>& value : w) {
            value /= std::sqrt(0.5 * energy);
        }
        wavelets.push_back(std::move(w));
    }
    return wavelets;
}

std::vector<TaperWavelets> taper_wavelets(double sfreq, std::span<const double> freqs, std::span<const double> n_cycles,
                                          double time_bandwidth, bool zero_mean) {
    constexpr double pi = std::numbers::pi;
    require(sfreq > 0 && std::isfinite(sfreq), "taper_wavelets: the sampling rate must be > 0 Hz; got ", sfreq);
    require(n_cycles.size() == 1 || n_cycles.size() == freqs.size(),
            "taper_wavelets: n_cycles must be one number or one per frequency (", freqs.size(), "); got ",
            n_cycles.size());
    require(time_bandwidth >= 2 && std::isfinite(time_bandwidth),
            "taper_wavelets: time_bandwidth must be >= 2, for at least one good taper; got ", time_bandwidth);
    const index n_tapers = static_cast<index>(std::floor(time_bandwidth - 1));
    std::vector<TaperWavelets> sets(n_tapers);
    for (std::size_t i = 0; i < freqs.size(); ++i) {
        const double f = freqs[i], cycles = n_cycles.size() == 1 ? n_cycles[0] : n_cycles[i];
        require(f > 0 && std::isfinite(f), "taper_wavelets: frequencies must be > 0 Hz; got ", f);
        require(cycles > 0 && std::isfinite(cycles), "taper_wavelets: n_cycles must be > 0; got ", cycles);
        const double length = cycles / f;  // [s]
        require(length * sfreq < most_samples, "taper_wavelets: ", cycles, " cycles of ", f, " Hz have ",
                length * sfreq, " samples, more than any signal: take fewer n_cycles");
        const index n = static_cast<index>(std::ceil(length / (1 / sfreq)));
        require(static_cast<double>(n) > time_bandwidth && n >= n_tapers, "taper_wavelets: ", cycles, " cycles of ", f,
                " Hz have ", n, " samples, too few for a time_bandwidth of ", time_bandwidth,
                ": take more n_cycles or a smaller time_bandwidth");
        const Tapers tapers = dpss(n, time_bandwidth / 2, n_tapers, false, false);
        for (index k = 0; k < n_tapers; ++k) {
            const index front = n % 2 == 0 ? 1 : 0;
            std::vector<std::complex<double>> w(n + front);
            std::complex<double> sum = 0;
            for (index j = 0; j < n; ++j) {
                const double t = static_cast<double>(j) * (1 / sfreq) - length / 2;
                sum += w[front + j] = std::polar(1.0, 2 * pi * f * t) * tapers.tapers(k, j);
            }
            double energy = 0;
            for (index j = front; j < n + front; ++j) {
                w[j] -= zero_mean ? sum / static_cast<double>(n) : 0.0;
                energy += std::norm(w[j]);
            }
            for (std::complex<double>& value : w) {
                value /= std::sqrt(0.5 * energy);
            }
            sets[k].wavelets.push_back(std::move(w));
            sets[k].ratios.push_back(tapers.ratios[k]);
        }
    }
    return sets;
}

namespace {

/// A transform and the spectra of the wavelets in its order, centred, divided by its length.
struct WaveletPlan {
    WaveletPlan(const Wavelets& wavelets, index n, index decim, const char* function) {
        require(decim >= 1, function, ": decim must be at least 1; got ", decim);
        require(n >= 1, function, ": epochs must have at least one sample");
        index longest = 0;
        for (const auto& w : wavelets) {
            const index length = std::ssize(w);
            require(length % 2 == 1, function, ": wavelets must have an odd number of samples; got ", length);
            require(length <= n, function, ": a wavelet must not be longer than the signal; got ", length, " > ", n,
                    " samples; use longer epochs, fewer cycles or higher frequencies");
            longest = std::max(longest, length / 2);
        }
        // Output t needs samples t − half … t + half, so a circle of n + half has room for zeros on both sides.
        passes = PassPlan::permuted(fast_length(n + longest));
        const index circle = passes.passes().n;
        convolution = {passes.passes(), n, decim, (n + decim - 1) / decim};
        for (const auto& w : wavelets) {
            const index half = std::ssize(w) / 2;
            std::vector<Twiddle> kernel(circle, Twiddle{0, 0});
            for (index j = 0; j < std::ssize(w); ++j) {
                const double scale = 1 / static_cast<double>(circle);
                kernel[(j - half + circle) % circle] = {w[j].real() * scale, w[j].imag() * scale};
            }
            transform_single(passes.passes(), true, kernel);
            kernels.push_back(std::move(kernel));
        }
    }
    PassPlan passes;
    WaveletConvolution convolution;
    std::vector<std::vector<Twiddle>> kernels;
};

}  // namespace

void morlet_average(View<const double, 3> x, const Wavelets& wavelets, index decim, View<double, 3> power,
                    View<double, 3> itc) {
    const WaveletPlan plan(wavelets, x.extent(2), decim, "morlet_average");
    const WaveletConvolution& c = plan.convolution;
    const index epochs = x.extent(0), channels = x.extent(1), freqs = std::ssize(wavelets);
    const bool with_itc = itc.data() != nullptr && itc.size() > 0;
    require(epochs >= 1, "morlet_average: at least one epoch is needed");
    for (const View<double, 3>& out : {power, with_itc ? itc : power}) {
        require(out.extents() == std::array<index, 3>{channels, freqs, c.n_out},
                "morlet_average: results must have shape (", channels, ", ", freqs, ", ", c.n_out, "); got (",
                out.extent(0), ", ", out.extent(1), ", ", out.extent(2), ")");
    }
    Array<double, 3> copy;
    x = with_contiguous_rows(x, copy);
    const MorletKernels& kernels = chosen_morlet_kernels();
    const index lanes = kernels.lanes;
    // With few channels the frequencies are shared out too, at the cost of transforming the epochs again for each
    // group.
    const index group = channels >= 16 ? std::max<index>(freqs, 1) : 4;
    const index groups = (freqs + group - 1) / group;
    const index spectrum_size = 2 * c.passes.n * lanes;
    const index sums_size = group * c.n_out * lanes;
    WorkPool pool(2 * spectrum_size + (with_itc ? 3 : 1) * sums_size);
    parallel_for(channels * groups, [&](index piece) {
        const index channel = piece / groups, begin = piece % groups * group, end = std::min(freqs, begin + group);
        WorkPool::Piece memory(pool);
        double* spectrum = memory.data();
        double* work = spectrum + spectrum_size;
        double* powers = work + spectrum_size;
        double* phases = with_itc ? powers + sums_size : nullptr;
        std::fill_n(powers, (with_itc ? 3 : 1) * sums_size, 0.0);
        for (index first = 0; first < epochs; first += lanes) {
            const double* rows[most_rows];
            const index count = std::min(lanes, epochs - first);
            for (index lane = 0; lane < lanes; ++lane) {
                rows[lane] = &x(first + (lane < count ? lane : 0), channel, 0);
            }
            kernels.spectrum(c, rows, spectrum);
            for (index f = begin; f < end; ++f) {
                const index at = (f - begin) * c.n_out * lanes;
                kernels.accumulate(c, spectrum, plan.kernels[f].data(), static_cast<int>(count), powers + at,
                                   with_itc ? phases + 2 * at : nullptr, work);
            }
        }
        const double scale = 1 / static_cast<double>(epochs);
        for (index f = begin; f < end; ++f) {
            for (index t = 0; t < c.n_out; ++t) {
                const index at = (f - begin) * c.n_out + t;
                double sum = 0, re = 0, im = 0;
                for (index lane = 0; lane < lanes; ++lane) {
                    sum += powers[at * lanes + lane];
                    if (with_itc) {
                        re += phases[2 * at * lanes + lane];
                        im += phases[(2 * at + 1) * lanes + lane];
                    }
                }
                power(channel, f, t) = sum * scale;
                if (with_itc) {
                    itc(channel, f, t) = std::sqrt(re * re + im * im) * scale;
                }
            }
        }
    });
}

namespace {

/// What a kernel makes of every row and wavelet.
template <class Value, class Kernel>
void of_each_row(View<const double, 3> x, const Wavelets& wavelets, index decim, View<Value, 4> result,
                 const char* function, Kernel MorletKernels::*kernel) {
    const WaveletPlan plan(wavelets, x.extent(2), decim, function);
    const WaveletConvolution& c = plan.convolution;
    const index epochs = x.extent(0), channels = x.extent(1), freqs = std::ssize(wavelets);
    require(result.extents() == std::array<index, 4>{epochs, channels, freqs, c.n_out}, function,
            ": the result must have shape (", epochs, ", ", channels, ", ", freqs, ", ", c.n_out, ")");
    require(result.stride(3) == 1 || c.n_out <= 1, function, ": the result must be contiguous along time");
    Array<double, 3> copy;
    x = with_contiguous_rows(x, copy);
    const MorletKernels& kernels = chosen_morlet_kernels();
    const index lanes = kernels.lanes, rows_in_all = epochs * channels;
    const index spectrum_size = 2 * c.passes.n * lanes;
    WorkPool pool(2 * spectrum_size);
    parallel_for((rows_in_all + lanes - 1) / lanes, [&](index block) {
        WorkPool::Piece memory(pool);
        double* spectrum = memory.data();
        double* work = spectrum + spectrum_size;
        const double* rows[most_rows];
        double* out[most_rows];
        const index first = block * lanes, count = std::min(lanes, rows_in_all - first);
        for (index lane = 0; lane < lanes; ++lane) {
            const index row = first + (lane < count ? lane : 0);
            rows[lane] = &x(row / channels, row % channels, 0);
        }
        kernels.spectrum(c, rows, spectrum);
        for (index f = 0; f < freqs; ++f) {
            for (index lane = 0; lane < lanes; ++lane) {
                const index row = first + (lane < count ? lane : 0);
                out[lane] = reinterpret_cast<double*>(&result(row / channels, row % channels, f, 0));
            }
            (kernels.*kernel)(c, spectrum, plan.kernels[f].data(), out, static_cast<int>(count), work);
        }
    });
}

}  // namespace

void morlet_power(View<const double, 3> x, const Wavelets& wavelets, index decim, View<double, 4> power) {
    of_each_row(x, wavelets, decim, power, "morlet_power", &MorletKernels::power);
}

void morlet_values(View<const double, 3> x, const Wavelets& wavelets, index decim,
                   View<std::complex<double>, 4> values) {
    of_each_row(x, wavelets, decim, values, "morlet_values", &MorletKernels::values);
}

}  // namespace ranvier::numerics
