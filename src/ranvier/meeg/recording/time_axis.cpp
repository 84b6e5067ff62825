#include "ranvier/meeg/recording/time_axis.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/log.hpp"

namespace ranvier::meeg {

bool on_grid(double time, double sfreq) {
    const double sample = time * sfreq;
    return std::abs(sample - std::nearbyint(sample)) < 1e-6;
}

std::vector<double> time_axis(double tmin, index n, double sfreq) {
    std::vector<double> times(static_cast<std::size_t>(n));
    constexpr int coarsest = 64;
    int step = 1;
    while (step <= coarsest && !on_grid(tmin, sfreq * step)) {
        ++step;
    }
    const bool exact = step <= coarsest;
    const double rate = sfreq * step;
    const double first = std::nearbyint(tmin * rate);
    for (std::size_t k = 0; k < times.size(); ++k) {
        const double sample = static_cast<double>(k);
        times[k] = exact ? (first + sample * step) / rate : tmin + sample / sfreq;
    }
    return times;
}

bool same_times(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return std::abs(x - y) < 1e-7; });
}

index sample_count(double samples) {
    constexpr double most = 9007199254740992.0;  // up to here every whole number is a double
    require(!std::isnan(samples), "times must be numbers; got nan");
    return static_cast<index>(std::clamp(samples, -most, most));
}

double mean(std::span<const double> values) {
    // Eight partial sums, combined in a fixed order: fast, and the bits depend on the values alone.
    double part[8] = {};
    std::size_t k = 0;
    for (; k + 8 <= values.size(); k += 8) {
        for (std::size_t lane = 0; lane < 8; ++lane) {
            part[lane] += values[k + lane];
        }
    }
    for (std::size_t lane = 0; k < values.size(); ++k, ++lane) {
        part[lane] += values[k];
    }
    const double sum = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    return sum / static_cast<double>(values.size());
}

std::pair<index, index> crop_range(std::span<const double> times, double sfreq, std::optional<double> tmin,
                                   std::optional<double> tmax, bool include_tmax) {
    require(!times.empty(), "there must be a sample to crop; there is none");
    if (tmin && *tmin < times.front()) {
        warn("tmin = " + text_of(*tmin) + " s lies before the data, which begin at " + text_of(times.front()) +
             " s; cropping begins there");
        tmin.reset();
    }
    if (tmax && *tmax > times.back()) {
        warn("tmax = " + text_of(*tmax) + " s lies behind the data, which end at " + text_of(times.back()) +
             " s; cropping ends there");
        tmax.reset();
    }
    if (!tmax && !include_tmax) {
        return time_range(times, sfreq, tmin, times.back(), true);
    }
    return time_range(times, sfreq, tmin, tmax, include_tmax);
}

index decimation_start(const Info& info, std::span<const double> times, int decim, int offset) {
    require(decim >= 1, [&] { return "decim must be a whole number >= 1; got " + text_of(decim); });
    require(offset >= 0 && offset < decim, [&] {
        return "the offset of a decimation must lie in 0 … " + text_of(decim - 1) + "; got " + text_of(offset);
    });
    if (decim > 1 && info.lowpass > 0 && info.sfreq / decim < 3 * info.lowpass) {
        warn("decim = " + text_of(decim) + " gives " + text_of(info.sfreq / decim) +
             " Hz, less than three times the low-pass of " + text_of(info.lowpass) +
             " Hz: faster rhythms will alias; low-pass the data first");
    }
    const auto first = static_cast<index>(std::nearbyint(-times.front() * info.sfreq));
    return (first % decim + decim) % decim + offset;
}

}  // namespace ranvier::meeg
