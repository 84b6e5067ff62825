#include "ranvier/meeg/preprocess/line_noise.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>
#include <numeric>
#include <set>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/numerics/fft.hpp"
#include "ranvier/numerics/window.hpp"

namespace ranvier::meeg {

namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

/// What windows of one length share.
struct Fitting {
    Fitting(const LineNoise& lines, index n) : n_samples(n) {
        const double half_nbw = lines.bandwidth ? *lines.bandwidth * static_cast<double>(n) / (2 * lines.sfreq) : 4.0;
        const index k = static_cast<index>(2 * half_nbw);
        require(k >= 2 && 2 * k < n, [&] {
            return "spectrum_fit needs at least two tapers in windows of more than four times their number; got " +
                   text_of(k) + " tapers and " + text_of(n) + " samples: change mt_bandwidth or filter_length";
        });
        tapers = numerics::dpss(n, half_nbw, k, false, false).tapers;
        for (index t = 0; t < k; ++t) {
            const auto taper = tapers.view().row(t);
            sums.push_back(t % 2 == 0 ? std::accumulate(taper.begin(), taper.end(), 0.0) : 0.0);
        }
        squares = std::inner_product(sums.begin(), sums.end(), sums.begin(), 0.0);
        // The quantile of F with 2 and 2 (K − 1) degrees of freedom in closed form.
        const double rest = static_cast<double>(k - 1);
        threshold = rest * (std::pow(lines.p_value / static_cast<double>(n), -1 / rest) - 1);
        if (lines.freqs.empty()) {
            return;
        }
        const double resolution = lines.sfreq / static_cast<double>(n);
        std::set<index> bins;
        for (std::size_t line = 0; line < lines.freqs.size(); ++line) {
            const double f = lines.freqs[line], half = lines.widths[line] / 2;
            bins.insert(std::clamp<index>(static_cast<index>(std::nearbyint(f / resolution)), 0, n / 2));
            for (index bin = 0; bin <= n / 2; ++bin) {
                if (std::abs(static_cast<double>(bin) * resolution - f) < half) {
                    bins.insert(bin);
                }
            }
        }
        wanted.assign(bins.begin(), bins.end());
    }
    index n_samples;
    Array<double, 2> tapers;
    std::vector<double> sums;
    double squares = 0, threshold = 0;
    std::vector<index> wanted;
};

struct Line {
    index bin;
    Complex amplitude;
};

/// @param X  the transforms with each taper, shape (tapers, bins)
std::vector<Line> lines_of(const Fitting& fitting, View<const Complex, 2> X, bool tested) {
    const index k = X.extent(0);
    const auto amplitude = [&](index bin) {
        Complex sum = 0;
        for (index t = 0; t < k; ++t) {
            sum += fitting.sums[static_cast<std::size_t>(t)] * X(t, bin);
        }
        return sum / fitting.squares;
    };
    std::vector<Line> found;
    if (!tested) {
        for (const index bin : fitting.wanted) {
            found.push_back({bin, amplitude(bin)});
        }
        return found;
    }
    for (index bin = 0; bin < X.extent(1); ++bin) {
        const Complex A = amplitude(bin);
        double rest = 0;
        for (index t = 0; t < k; ++t) {
            rest += std::norm(X(t, bin) - A * fitting.sums[static_cast<std::size_t>(t)]);
        }
        if (static_cast<double>(k - 1) * std::norm(A) * fitting.squares > fitting.threshold * rest && rest > 0) {
            found.push_back({bin, A});
        }
    }
    return found;
}

/// Fades a window in and out. @return  > 0
double weight(index j, index n) {
    const double s = std::sin(pi * (static_cast<double>(j) + 0.5) / static_cast<double>(n));
    return s * s;
}

}  // namespace

void remove_lines(const LineNoise& lines, View<double, 2> rows) {
    constexpr index block = 16;  // rows
    const index n = rows.extent(1), length = std::min(lines.n_window, n), step = length - (length + 1) / 2;
    const index n_windows = (n - length) / std::max<index>(step, 1) + 1;  // the last one takes what is left
    const Fitting usual(lines, length);
    const index last_length = n - (n_windows - 1) * step;
    const Fitting last = last_length == length ? usual : Fitting(lines, last_length);
    std::vector<double> total(static_cast<std::size_t>(n));
    const auto each_window = [&](auto&& body) {
        for (index w = 0; w < n_windows; ++w) {
            body(w * step, w + 1 < n_windows ? usual : last);
        }
    };
    each_window([&](index start, const Fitting& fitting) {
        for (index j = 0; j < fitting.n_samples; ++j) {
            total[static_cast<std::size_t>(start + j)] += weight(j, fitting.n_samples);
        }
    });
    std::map<double, int> counts;  // windows by frequency [Hz], rounded
    for (index first = 0; first < rows.extent(0); first += block) {
        const index count = std::min(block, rows.extent(0) - first);
        Array<double, 2> fit({count, n});
        each_window([&](index start, const Fitting& fitting) {
            const index m = fitting.n_samples, k = fitting.tapers.extent(0);
            Array<double, 2> tapered({count * k, m});
            Array<Complex, 2> X({count * k, m / 2 + 1});
            for (index i = 0; i < count; ++i) {
                const double* x = &rows(first + i, start);
                const double mean = std::accumulate(x, x + m, 0.0) / static_cast<double>(m);
                for (index t = 0; t < k; ++t) {
                    for (index j = 0; j < m; ++j) {
                        tapered(i * k + t, j) = (x[j] - mean) * fitting.tapers(t, j);
                    }
                }
            }
            numerics::rfft(tapered, X);
            std::vector<std::vector<Line>> found(static_cast<std::size_t>(count));
            parallel_for(count, [&](index i) {
                auto& own = found[static_cast<std::size_t>(i)];
                own = lines_of(fitting, X.view().slice(0, i * k, (i + 1) * k), lines.freqs.empty());
                for (const Line& line : own) {
                    const double rate = 2 * pi * static_cast<double>(line.bin) / static_cast<double>(m);
                    const bool alone = line.bin == 0 || 2 * line.bin == m;  // no conjugate beside it
                    const double size = (alone ? 1 : 2) * std::abs(line.amplitude), phase = std::arg(line.amplitude);
                    for (index j = 0; j < m; ++j) {
                        fit(i, start + j) += weight(j, m) * size * std::cos(rate * static_cast<double>(j) + phase);
                    }
                }
            });
            for (const auto& own : found) {
                std::set<double> rounded;
                for (const Line& line : own) {
                    rounded.insert(
                        std::nearbyint(static_cast<double>(line.bin) * lines.sfreq / static_cast<double>(m)));
                }
                for (const double f : rounded) {
                    ++counts[f];
                }
            }
        });
        for (index i = 0; i < count; ++i) {
            for (index j = 0; j < n; ++j) {
                rows(first + i, j) -= fit(i, j) / total[static_cast<std::size_t>(j)];
            }
        }
    }
    std::string text =
        std::string("notch_filter: frequencies ") + (lines.freqs.empty() ? "found" : "taken out") + " [Hz]:";
    for (const auto& [f, windows] : counts) {
        text += "\n    " + formatted("%6.2f", f) + " : " + text_of(windows) + " windows";
    }
    log(LogLevel::info, counts.empty() ? text + " none" : text);
}

}  // namespace ranvier::meeg
