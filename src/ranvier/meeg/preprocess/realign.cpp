#include "ranvier/meeg/preprocess/realign.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter.hpp"
#include "ranvier/numerics/special.hpp"

namespace ranvier::meeg {

ClockFit fit_clocks(std::span<const double> t_raw, std::span<const double> t_other) {
    require(t_raw.size() == t_other.size(), "t_raw and t_other must have one time for each event; got ", t_raw.size(),
            " and ", t_other.size());
    require(t_raw.size() >= 3, "clocks are compared by three events or more; got ", t_raw.size());
    const double n = static_cast<double>(t_raw.size());
    const double x_mean = std::accumulate(t_other.begin(), t_other.end(), 0.0) / n;
    const double y_mean = std::accumulate(t_raw.begin(), t_raw.end(), 0.0) / n;
    double xx = 0, xy = 0, yy = 0;
    for (std::size_t k = 0; k < t_raw.size(); ++k) {
        require(std::isfinite(t_raw[k]) && std::isfinite(t_other[k]), "times of events must be finite; number ", k,
                " is not");
        const double x = t_other[k] - x_mean, y = t_raw[k] - y_mean;
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    require(xx > 0 && yy > 0, "clocks are compared by events at different times; these are all at one");
    ClockFit fit;
    fit.rate = xy / xx;
    fit.offset = y_mean - fit.rate * x_mean;
    fit.correlation = xy / std::sqrt(xx * yy);
    fit.p_value = numerics::correlation_p_value(fit.correlation, static_cast<long>(t_raw.size()));
    return fit;
}

namespace {

void warn_of_nan(const Raw& other) {
    std::vector<std::string> names;
    for (index k = 0; k < other.info.n_channels(); ++k) {
        const Array<double, 2> row = samples(other, {k}, 0, other.n_samples());
        if (std::any_of(row.data(), row.data() + row.size(), [](double v) { return std::isnan(v); })) {
            names.push_back(other.info.channels[static_cast<std::size_t>(k)].name);
        }
    }
    if (!names.empty()) {
        warn("channels of other hold NaN, and will hold nothing else once they are resampled: " + quoted(names));
    }
}

}  // namespace

void realign(Raw& raw, Raw& other, std::span<const double> t_raw, std::span<const double> t_other) {
    if (t_raw.size() < 20) {
        warn("fewer than 20 events, on which a rate of two clocks may be far off");
    }
    const ClockFit fit = fit_clocks(t_raw, t_other);
    const auto found = [&] {
        return "times of events in raw and other have a correlation of " + formatted("%.3f", fit.correlation) +
               " with p = " + formatted("%.2e", fit.p_value);
    };
    require(fit.p_value <= 0.05 && fit.correlation > 0,
            [&] { return found() + ": they can't be those of the same events"; });
    if (fit.p_value > 1e-6) {
        warn(found() + ": results may be far off");
    }
    if (fit.offset > 0) {
        crop_times(raw, fit.offset);
    } else if (fit.offset < 0) {
        crop_times(other, -fit.offset / fit.rate);
    }
    warn_of_nan(other);
    load(other);
    ResampleOptions rate;
    rate.sfreq = raw.info.sfreq * fit.rate;
    resample(other, rate);
    other.info.sfreq = raw.info.sfreq;
    for (Annotation& annotation : other.annotations.items) {
        annotation.onset *= fit.rate;
        annotation.duration *= fit.rate;
    }
    const double raw_end = raw.time(raw.n_samples() - 1), other_end = other.time(other.n_samples() - 1);
    if (raw_end > other_end) {
        crop_times(raw, 0, other_end);
    } else if (other_end > raw_end) {
        crop_times(other, 0, raw_end);
    }
}

}  // namespace ranvier::meeg
