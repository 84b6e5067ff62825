#include "ranvier/meeg/ica/judge.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/preprocess/filter_plan.hpp"
#include "ranvier/meeg/recording/epochs_cut.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/numerics/fft.hpp"

namespace ranvier::meeg {

namespace {

double mean_of(std::span<const double> x) { return std::reduce(x.begin(), x.end()) / static_cast<double>(x.size()); }

/// Pearson's correlation; NaN where one does not vary.
double correlation(std::span<const double> x, std::span<const double> y) {
    if (!varies(x) || !varies(y)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double mx = mean_of(x), my = mean_of(y);
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t t = 0; t < x.size(); ++t) {
        const double a = x[t] - mx, b = y[t] - my;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    return xx > 0 && yy > 0 ? std::clamp(xy / std::sqrt(xx) / std::sqrt(yy), -1.0, 1.0)
                            : std::numeric_limits<double>::quiet_NaN();
}

double logistic(double x) { return 1 / (1 + std::exp(-x)); }

/// −ln p / (2 n) of Kuiper's statistic: p = 2 Σ (4 j² λ² − 1) exp(−2 j² λ²).
double kuiper_significance(double statistic, double n) {
    const double root = std::sqrt(n), lambda = (root + 0.155 + 0.24 / root) * statistic, square = lambda * lambda;
    if (lambda < 0.4) {
        return 0;
    }
    double sum = 0;
    for (int j = 1; j <= 100; ++j) {
        const double jj = static_cast<double>(j) * j;
        sum += 2 * (4 * jj * square - 1) * std::exp(-2 * (jj - 1) * square);
    }
    const double value = -(std::log(sum) - 2 * square) / (2 * n);
    return value > 1 ? 1 : value;
}

}  // namespace

std::vector<index> outliers(std::span<const double> values, double threshold, int tail) {
    std::vector<bool> out(values.size());
    for (int round = 0; round < 2; ++round) {
        double n = 0, sum = 0, squares = 0;
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (!out[k]) {
                ++n;
                sum += values[k];
            }
        }
        const double mean = sum / n;
        for (std::size_t k = 0; k < values.size(); ++k) {
            squares += out[k] ? 0 : (values[k] - mean) * (values[k] - mean);
        }
        const double deviation = std::sqrt(squares / n);
        bool any = false;
        for (std::size_t k = 0; k < values.size(); ++k) {
            const double z = (values[k] - mean) / deviation;
            if (!out[k] && (tail == 0 ? std::abs(z) : tail * z) > threshold) {
                any = out[k] = true;
            }
        }
        if (!any) {
            break;
        }
    }
    std::vector<index> found;
    for (std::size_t k = 0; k < values.size(); ++k) {
        if (out[k]) {
            found.push_back(static_cast<index>(k));
        }
    }
    return found;
}

Array<double, 2> correlations(View<double, 2> sources, View<double, 2> targets, double sfreq,
                              std::optional<double> l_freq, std::optional<double> h_freq) {
    require(sources.extent(1) == targets.extent(1), "sources and target must be of one length; got ", sources.extent(1),
            " and ", targets.extent(1), " samples");
    require(l_freq.has_value() == h_freq.has_value(), "give both l_freq and h_freq, or neither");
    if (l_freq) {
        FilterOptions band;
        band.l_freq = l_freq;
        band.h_freq = h_freq;
        band.l_trans_bandwidth = band.h_trans_bandwidth = 0.5;
        band.filter_length = "10s";
        band.phase = "zero-double";
        band.fir_window = "hann";
        band.fir_design = "firwin2";
        const FilterPlan plan = filter_plan(sfreq, band, sources.extent(1));
        apply_plan(plan, sources, numerics::Padding::reflect_limited);
        apply_plan(plan, targets, numerics::Padding::reflect_limited);
    }
    const index k = sources.extent(0);
    Array<double, 2> scores({targets.extent(0), k});
    parallel_for(scores.size(),
                 [&](index i) { scores.data()[i] = correlation(sources.row(i % k), targets.row(i / k)); });
    return scores;
}

Kuiper cross_trial_phase(View<const double, 3> x) {
    const index epochs = x.extent(0), sources = x.extent(1), times = x.extent(2);
    Kuiper result{Array<double, 2>({sources, times}), Array<double, 2>({sources, times})};
    if (epochs == 0 || times == 0) {
        return result;
    }
    Array<double, 2> phase({times, epochs}), rows({epochs, times});
    Array<std::complex<double>, 2> z({epochs, times});
    for (index s = 0; s < sources; ++s) {
        for (index e = 0; e < epochs; ++e) {
            for (index t = 0; t < times; ++t) {
                z(e, t) = x(e, s, t);
            }
        }
        // The analytic signal: twice the positive frequencies.
        numerics::fft(z.view(), z.view());
        for (index e = 0; e < epochs; ++e) {
            for (index f = 1; f < times; ++f) {
                const index half = times / 2;
                z(e, f) *= f < (times + 1) / 2 ? 2.0 : (times % 2 == 0 && f == half ? 1.0 : 0.0);
            }
        }
        numerics::ifft(z.view(), z.view());
        for (index e = 0; e < epochs; ++e) {
            for (index t = 0; t < times; ++t) {
                phase(t, e) = (std::arg(z(e, t)) + std::numbers::pi) / (2 * std::numbers::pi);
            }
        }
        parallel_for(times, [&](index t) {
            const auto row = phase.view().row(t);
            std::ranges::sort(row);
            const double n = static_cast<double>(epochs);
            double above = -INFINITY, below = -INFINITY;
            for (index e = 0; e < epochs; ++e) {
                const double p = row[static_cast<std::size_t>(e)];
                above = std::max(above, static_cast<double>(e + 1) / n - p);
                below = std::max(below, p - static_cast<double>(e) / n);
            }
            result.statistic(s, t) = above + below;
            result.significance(s, t) = kuiper_significance(above + below, n);
        });
    }
    return result;
}

std::vector<double> muscle_scores(View<const double, 2> components, View<const double, 2> positions,
                                  View<const double, 2> spectra, std::span<const double> freqs) {
    const index n = components.extent(0), k = components.extent(1);
    std::vector<double> scores, x(freqs.size());
    std::ranges::transform(freqs, x.begin(), [](double f) { return std::log10(f); });
    const double mean_x = mean_of(x);
    for (index i = 0; i < k; ++i) {  // a line through the logarithms
        double xx = 0, xy = 0, mean_y = 0;
        for (std::size_t f = 0; f < x.size(); ++f) {
            mean_y += std::log10(spectra(i, static_cast<index>(f))) / static_cast<double>(x.size());
        }
        for (std::size_t f = 0; f < x.size(); ++f) {
            xx += (x[f] - mean_x) * (x[f] - mean_x);
            xy += (x[f] - mean_x) * (std::log10(spectra(i, static_cast<index>(f))) - mean_y);
        }
        scores.push_back(logistic((xy / xx + 0.5) / 0.25));
    }
    if (positions.size() == 0) {
        return scores;
    }
    double middle[2] = {0, 0}, farthest = 0, widest = 0;
    for (index c = 0; c < n; ++c) {
        middle[0] += positions(c, 0) / static_cast<double>(n);
        middle[1] += positions(c, 1) / static_cast<double>(n);
    }
    std::vector<double> distance;
    Array<double, 2> apart({n, n});
    for (index c = 0; c < n; ++c) {
        distance.push_back(std::hypot(positions(c, 0) - middle[0], positions(c, 1) - middle[1]));
        farthest = std::max(farthest, distance.back());
        for (index d = 0; d < n; ++d) {
            apart(c, d) = std::hypot(positions(c, 0) - positions(d, 0), positions(c, 1) - positions(d, 1));
            widest = std::max(widest, apart(c, d));
        }
    }
    for (index i = 0; i < k; ++i) {
        double low = INFINITY, high = -INFINITY, largest = 0, focus = 0, smoothness = 0;
        for (index c = 0; c < n; ++c) {
            largest = std::max(largest, std::abs(components(c, i)));
            low = std::min(low, components(c, i));
            high = std::max(high, components(c, i));
        }
        for (index c = 0; c < n; ++c) {
            focus += distance[static_cast<std::size_t>(c)] / farthest * std::abs(components(c, i)) / largest;
            for (index d = 0; d < n; ++d) {
                smoothness += (1 - apart(c, d) / widest) * std::abs(components(c, i) - components(d, i)) / (high - low);
            }
        }
        scores[static_cast<std::size_t>(i)] *=
            logistic((focus - 0.65) / 0.1) * (1 - logistic((smoothness - 300) / 100));
    }
    return scores;
}

Array<double, 2> muscle_places(const Info& info, const std::vector<index>& picks,
                               const std::optional<HeadSphere>& head) {
    Info one_frame = info;
    one_frame.dev_head_t.reset();
    return layout_positions(one_frame, picks, head ? *head : drawing_sphere(info));
}

std::vector<double> reference_scores(const Ica& ica) {
    require(ica.info.has_value(), "the channels of this ICA are not known");
    const auto meg = pick_types(*ica.info, {ChannelType::mag, ChannelType::grad});
    const auto reference = pick_types(*ica.info, {ChannelType::ref_meg});
    require(!meg.empty() && !reference.empty(),
            "an ICA must have been fitted to both MEG and its reference channels (allow_ref_meg=True) to compare them");
    const Array<double, 2> maps = components_of(ica);
    std::vector<double> scores;
    for (index i = 0; i < maps.extent(1); ++i) {
        const auto size = [&](const std::vector<index>& picks) {
            double square = 0;
            for (const index c : picks) {
                square += maps(c, i) * maps(c, i);
            }
            return std::sqrt(square);
        };
        scores.push_back(std::log(size(reference) / size(meg)));
    }
    return scores;
}

FoundComponents alike(Array<double, 2> scores, double threshold, bool by_correlation) {
    FoundComponents result;
    std::vector<std::pair<double, index>> all;
    for (index t = 0; t < scores.extent(0); ++t) {
        const std::span<const double> row = scores.view().row(t);
        std::vector<index> found;
        if (by_correlation) {
            for (std::size_t k = 0; k < row.size(); ++k) {
                if (std::abs(row[k]) > threshold) {
                    found.push_back(static_cast<index>(k));
                }
            }
        } else {
            found = outliers(row, threshold);
        }
        for (const index k : found) {
            all.emplace_back(std::abs(row[static_cast<std::size_t>(k)]), k);
        }
        result.by_target.push_back(std::move(found));
    }
    std::ranges::stable_sort(all, std::greater<>(), &std::pair<double, index>::first);
    for (const auto& [score, k] : all) {
        if (std::ranges::find(result.components, k) == result.components.end()) {
            result.components.push_back(k);
        }
    }
    result.scores = std::move(scores);
    return result;
}

namespace {

struct Matching {
    std::vector<double> map;  ///< the mean of those found, turned alike; empty where there are none
    double median = 0, similarity = 0;
    std::vector<std::vector<index>> found;
};

Matching matching(const std::vector<Array<double, 2>>& maps, std::span<const double> target, double threshold) {
    Matching result;
    result.map.resize(target.size());
    std::vector<double> sizes;
    for (const auto& own : maps) {
        std::vector<double> r;
        std::vector<index> found;
        for (index i = 0; i < own.extent(0); ++i) {
            r.push_back(correlation(target, own.view().row(i)));
        }
        std::vector<double> size(r);
        std::ranges::transform(size, size.begin(), [](double v) { return std::abs(v); });
        if (threshold > 1) {
            found = outliers(size, threshold);
        } else {
            for (std::size_t i = 0; i < size.size(); ++i) {
                if (size[i] > threshold) {
                    found.push_back(static_cast<index>(i));
                }
            }
        }
        for (const index i : found) {
            const auto row = own.view().row(i);
            const auto k = static_cast<std::size_t>(i);
            sizes.push_back(size[k]);
            const double factor =
                (r[k] < 0 ? -1 : 1) / std::sqrt(std::inner_product(row.begin(), row.end(), row.begin(), 0.0));
            std::ranges::transform(result.map, row, result.map.begin(),
                                   [&](double a, double b) { return a + factor * b; });
        }
        result.found.push_back(std::move(found));
    }
    if (sizes.empty()) {
        return {};
    }
    for (double& v : result.map) {
        v /= static_cast<double>(sizes.size());
    }
    result.median = median(sizes);
    result.similarity = std::abs(correlation(target, result.map));
    return result;
}

}  // namespace

SimilarMaps similar_maps(const std::vector<Array<double, 2>>& maps, std::span<const double> target,
                         std::span<const double> thresholds) {
    const auto best = [&](std::span<const double> like, double Matching::*quality) {
        Matching top;
        bool first = true;
        for (const double threshold : thresholds) {
            Matching next = matching(maps, like, threshold);
            if (first || next.*quality > top.*quality) {
                top = std::move(next);
                first = false;
            }
        }
        require(!top.map.empty(), [&] {
            std::vector<std::string> tried;
            std::ranges::transform(thresholds, std::back_inserter(tried), [](double t) { return formatted("%g", t); });
            return "No component detected that is like the template at threshold " + joined(tried) +
                   "; give a lower one";
        });
        return top;
    };
    const Matching first = best(target, &Matching::similarity);
    Matching second = best(first.map, &Matching::median);
    return {second.median, std::move(second.found)};
}

}  // namespace ranvier::meeg
