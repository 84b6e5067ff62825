#include "ranvier/meeg/timefreq/stockwell.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/timefreq/axes.hpp"
#include "ranvier/numerics/fft.hpp"

namespace ranvier::meeg {

namespace {

using Complex = std::complex<double>;

/// The bin nearest to a frequency [Hz], at least 1, at most the last below half the sampling rate.
index bin_of(double freq, double sfreq, index n) {
    const double last = static_cast<double>((n - 1) / 2);
    return static_cast<index>(std::clamp(std::round(freq * static_cast<double>(n) / sfreq), 1.0, std::max(last, 1.0)));
}

/// The transform of the window of a bin.
Array<Complex, 2> window_of(index bin, index n, double sfreq, double width) {
    Array<Complex, 2> window({1, n});
    const double length = static_cast<double>(n), rate = static_cast<double>(bin) * sfreq / length / width;
    double sum = 0;
    for (index j = 0; j < n; ++j) {
        const double t = rate * static_cast<double>(std::min(j, n - j)) / length;
        window(0, j) = std::exp(-t * t / 2);
        sum += window(0, j).real();
    }
    for (index j = 0; j < n; ++j) {
        window(0, j) /= sum;
    }
    numerics::fft(window, window);
    return window;
}

}  // namespace

PowerAndItc tfr_stockwell(const Epochs& given, const StockwellOptions& options) {
    check_settings(options);
    const Picked picked(given, options.picks, "analyse");
    const View<const double, 3> x = picked.data;
    const index epochs = x.extent(0), channels = x.extent(1), n_times = x.extent(2);
    const index n = options.n_fft > 0
                        ? options.n_fft
                        : static_cast<index>(std::bit_ceil(static_cast<std::size_t>(std::max<index>(n_times, 1))));
    require(n >= n_times, [&] {
        return "n_fft must be at least the number of samples, " + text_of(n_times) + "; got " + text_of(n);
    });
    const double sfreq = given.info.sfreq;
    const index first = bin_of(options.fmin, sfreq, n), end = bin_of(options.fmax, sfreq, n);
    require(first < end, [&] {
        return "fmin and fmax must have frequencies between them, which are " +
               text_of(sfreq / static_cast<double>(n)) + " Hz apart; got " + text_of(options.fmin) + " and " +
               text_of(options.fmax) + " Hz";
    });
    const auto times = positions(0, n_times, options.decim);
    PowerAndItc out;
    for (AverageTfr* tfr : {&out.power, &out.itc}) {
        tfr->info = given.info;
        pick_channels(tfr->info, picked.picks);
        tfr->info.sfreq /= options.decim;
        for (index bin = first; bin < end; ++bin) {
            tfr->freqs.push_back(static_cast<double>(bin) * sfreq / static_cast<double>(n));
        }
        tfr->times = taken(given.times(), times);
        tfr->data = Array<double, 3>({channels, end - first, std::ssize(times)});
        tfr->nave = static_cast<double>(epochs);
        tfr->comment = average_comment(picked.epochs);
        tfr->method = "stockwell";
    }
    Array<Complex, 3> spectra({channels, epochs, n});
    for (index c = 0; c < channels; ++c) {
        for (index e = 0; e < epochs; ++e) {
            std::copy_n(&x(e, c, 0), n_times, &spectra(c, e, 0));
        }
    }
    View<Complex, 2> rows(spectra.data(), {channels * epochs, n});
    numerics::fft(rows, rows);
    parallel_for(end - first, [&](index f) {
        const index bin = first + f;
        const Array<Complex, 2> window = window_of(bin, n, sfreq, options.width);
        Array<Complex, 2> part({epochs, n});
        for (index c = 0; c < channels; ++c) {
            for (index e = 0; e < epochs; ++e) {
                for (index v = 0; v < n; ++v) {
                    part(e, v) = spectra(c, e, (v + bin) % n) * window(0, v);
                }
            }
            numerics::ifft(part, part);
            for (std::size_t k = 0; k < times.size(); ++k) {
                double power = 0;
                Complex phase = 0;
                for (index e = 0; e < epochs; ++e) {
                    const Complex z = part(e, times[k]);
                    const double size = std::abs(z);
                    power += size * size;
                    phase += size == 0 ? 0 : z / size;
                }
                const double scale = 1 / static_cast<double>(epochs);
                out.power.data(c, f, static_cast<index>(k)) = power * scale;
                out.itc.data(c, f, static_cast<index>(k)) = std::abs(phase) * scale;
            }
        }
    });
    return out;
}

AverageTfr tfr_stockwell(const Evoked& evoked, const StockwellOptions& options) {
    Array<double, 3> data({1, evoked.data.extent(0), evoked.data.extent(1)});
    std::copy_n(evoked.data.data(), data.size(), data.data());
    const Epochs one =
        make_epochs(evoked.info, std::move(data), {{0, 0, 1}}, evoked.tmin(), {{"1", 1}}, {}, {}, {}, Projecting::no);
    AverageTfr power = tfr_stockwell(one, options).power;
    power.comment = evoked.comment;
    power.nave = evoked.nave;
    return power;
}

}  // namespace ranvier::meeg
