#include "ranvier/numerics/fir_design.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <numbers>

#include "ranvier/base/text.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::numerics {

namespace {

constexpr double pi = std::numbers::pi;

/// Length of a windowed sinc times its transition, in units of the sampling interval.
double length_factor(const std::string& window) {
    static const std::map<std::string, double> factors{{"hann", 3.1}, {"hamming", 3.3}, {"blackman", 5.0}};
    const auto found = factors.find(window);
    require(found != factors.end(), "the window of an FIR design must be hann, hamming or blackman; got '", window,
            "'");
    return found->second;
}

/// @param transition  in units of the sampling rate
index length_of_transition(double transition, const std::string& window) {
    const index n = static_cast<index>(std::nearbyint(length_factor(window) / transition));
    return n + 1 - n % 2;
}

/// Low-pass of gain 1 at 0 Hz. @param cutoff  −6 dB point in units of half the sampling rate
std::vector<double> windowed_sinc(index n, double cutoff, const std::string& name) {
    std::vector<double> h = window(name, n);
    const double centre = 0.5 * static_cast<double>(n - 1);
    double sum = 0;
    for (index j = 0; j < n; ++j) {
        const double t = pi * cutoff * (static_cast<double>(j) - centre);
        h[j] *= t == 0 ? cutoff : cutoff * (std::sin(t) / t);
        sum += h[j];
    }
    for (double& tap : h) {
        tap /= sum;
    }
    return h;
}

/// Half the sampling rate.
double checked_nyquist(std::span<const double> freqs, std::span<const double> gains, double sfreq) {
    require(sfreq > 0, "fir_design: the sampling rate must be > 0 Hz; got ", sfreq);
    require(freqs.size() == gains.size() && freqs.size() >= 2,
            "fir_design: two or more frequencies with as many gains are needed; got ", freqs.size(), " and ",
            gains.size());
    const double nyquist = sfreq / 2;
    require(freqs.front() == 0 && std::abs(freqs.back() - nyquist) <= 1e-12 * nyquist,
            "fir_design: frequencies must begin at 0 and end at ", nyquist, " Hz; got ", freqs.front(), " … ",
            freqs.back());
    for (std::size_t i = 1; i < freqs.size(); ++i) {
        require(freqs[i] >= freqs[i - 1], "fir_design: frequencies must rise");
    }
    return nyquist;
}

}  // namespace

index fir_length(double width, double sfreq, const std::string& window) {
    require(width > 0 && sfreq > 0, "fir_length: transition and sampling rate must be > 0 Hz; got ", width, " and ",
            sfreq);
    return length_of_transition(width / sfreq, window);
}

std::vector<double> fir_design(index n_taps, std::span<const double> freqs, std::span<const double> gains, double sfreq,
                               const std::string& window) {
    require(n_taps >= 1 && n_taps % 2 == 1, "fir_design: the number of taps must be odd; got ", n_taps);
    const double nyquist = checked_nyquist(freqs, gains, sfreq);
    for (const double gain : gains) {
        require(gain == 0 || gain == 1, "fir_design: gains must be 0 or 1; got ", gain);
    }
    std::vector<double> h(n_taps);
    if (gains.back() == 1) {
        h[n_taps / 2] = 1;
    }
    for (std::size_t i = freqs.size() - 1; i-- > 0;) {
        if (gains[i] == gains[i + 1]) {
            continue;
        }
        const double upper = freqs[i + 1] / nyquist, lower = freqs[i] / nyquist;
        require(upper > lower, "fir_design: a transition must be wider than 0 Hz, at ", freqs[i]);
        const double transition = (upper - lower) / 2;
        const index n = length_of_transition(transition, window);
        require(n <= n_taps, "fir_design: ", n_taps, " taps are too few for the transition of ",
                formatted("%.6g", transition * sfreq), " Hz at ", formatted("%.6g", freqs[i]), " Hz, which needs ", n);
        const std::vector<double> low = windowed_sinc(n, (upper + lower) / 2, window);
        const double sign = gains[i] == 0 ? -1 : 1;
        const index offset = (n_taps - n) / 2;
        for (index j = 0; j < n; ++j) {
            h[offset + j] += sign * low[j];
        }
    }
    return h;
}

std::vector<double> fir_design_sampled(index n_taps, std::span<const double> freqs, std::span<const double> gains,
                                       double sfreq, const std::string& window_name) {
    const double nyquist = checked_nyquist(freqs, gains, sfreq);
    require(
        n_taps >= 1 && (n_taps % 2 == 1 || gains.back() == 0),
        "fir_design: the number of taps must be > 0, and odd where the gain at half the sampling rate isn't 0; got ",
        n_taps);
    std::vector<double> at(freqs.begin(), freqs.end());
    for (std::size_t i = 1; i < at.size(); ++i) {
        if (at[i] == at[i - 1]) {
            const double little = std::numeric_limits<double>::epsilon() * nyquist;
            at[i - 1] -= little;
            at[i] += little;
        }
    }
    const auto half = static_cast<index>(std::bit_ceil(static_cast<std::size_t>(n_taps)));
    Array<std::complex<double>, 2> response({1, half + 1});
    std::size_t right = 1;
    for (index k = 0; k <= half; ++k) {
        const double f = nyquist * static_cast<double>(k) / static_cast<double>(half);
        while (right + 1 < at.size() && at[right] < f) {
            ++right;
        }
        const double share = std::clamp((f - at[right - 1]) / (at[right] - at[right - 1]), 0.0, 1.0);
        const double gain = gains[right - 1] + share * (gains[right] - gains[right - 1]);
        response(0, k) = std::polar(gain, -0.5 * static_cast<double>(n_taps - 1) * pi * f / nyquist);
    }
    Array<double, 2> impulse({1, 2 * half});
    irfft(response, impulse);
    std::vector<double> h = window(window_name, n_taps);
    for (index k = 0; k < n_taps; ++k) {
        h[k] *= impulse(0, k);
    }
    return h;
}

}  // namespace ranvier::numerics
