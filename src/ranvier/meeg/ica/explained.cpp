// How much of the data components explain.
#include <algorithm>
#include <numeric>

#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/ica/parts.hpp"

namespace ranvier::meeg {

namespace {

/// 1 − Σ var(x − x̂) / Σ var(x).
double share_of(double left, double whole) { return 1 - left / whole; }

/// Samples of all channels, and the same with some components alone.
struct Reconstruction {
    Cleaning cleaning;
    std::vector<index> picks;
};

Reconstruction reconstruction(const Ica& ica, const Info& info, const std::vector<index>& components,
                              const std::string& noun) {
    need_fit(ica);
    std::vector<index> kept = components;
    std::ranges::sort(kept);
    kept.erase(std::unique(kept.begin(), kept.end()), kept.end());
    require(!kept.empty() && kept.front() >= 0 && kept.back() < ica.n_components(), "components must lie in 0 … ",
            ica.n_components() - 1);
    // The components alone: no principal component behind them.
    return {cleaning_of(ica, kept, ica.n_components()), picks_of(ica, info, noun)};
}

/// Mean over columns of the variance over rows of x and of x − y, for rows `picks`, added to sums.
void add_variances(View<const double, 2> x, View<const double, 2> y, const std::vector<index>& picks, double& whole,
                   double& left) {
    const double n = static_cast<double>(picks.size());
    for (index t = 0; t < x.extent(1); ++t) {
        double sum = 0, sum_left = 0;
        for (const index k : picks) {
            sum += x(k, t);
            sum_left += x(k, t) - y(k, t);
        }
        for (const index k : picks) {
            const double a = x(k, t) - sum / n, b = x(k, t) - y(k, t) - sum_left / n;
            whole += a * a / n;
            left += b * b / n;
        }
    }
}

}  // namespace

double explained_variance(const Ica& ica, const Raw& raw, const std::vector<index>& components,
                          const std::vector<index>& picks) {
    const Reconstruction r = reconstruction(ica, raw.info, components, "the recording");
    const auto all = pick_all(raw.info);
    const index n = raw.n_samples(), blocks = (n + ica_panel - 1) / ica_panel;
    std::vector<double> whole(static_cast<std::size_t>(blocks)), left(static_cast<std::size_t>(blocks));
    parallel_for(blocks, [&](index b) {
        const Array<double, 2> x = samples(raw, all, b * ica_panel, std::min(n, (b + 1) * ica_panel));
        Array<double, 2> y = x;
        clean(r.cleaning, y, r.picks);
        add_variances(x, y, picks, whole[static_cast<std::size_t>(b)], left[static_cast<std::size_t>(b)]);
    });
    return share_of(std::accumulate(left.begin(), left.end(), 0.0), std::accumulate(whole.begin(), whole.end(), 0.0));
}

double explained_variance(const Ica& ica, const Evoked& evoked, const std::vector<index>& components,
                          const std::vector<index>& picks) {
    const Reconstruction r = reconstruction(ica, evoked.info, components, "the average");
    Array<double, 2> y = evoked.data;
    clean(r.cleaning, y, r.picks);
    double whole = 0, left = 0;
    add_variances(evoked.data, y, picks, whole, left);
    return share_of(left, whole);
}

double explained_variance(const Ica& ica, const Epochs& epochs, const std::vector<index>& components,
                          const std::vector<index>& picks) {
    const Reconstruction r = reconstruction(ica, epochs.info, components, "the epochs");
    const index m = std::ssize(picks), times_per = epochs.n_times;
    Array<double, 2> mean({m, times_per}), mean_left({m, times_per});
    double whole = 0, left = 0;
    index n = 0;
    // Twice over the epochs: their mean, and what lies about it.
    for (const bool second : {false, true}) {
        visit(epochs, [&](View<const double, 3> batch) {
            for (index e = 0; e < batch.extent(0); ++e) {
                Array<double, 2> y({batch.extent(1), times_per});
                copy(batch[e], y.view());
                clean(r.cleaning, y, r.picks);
                for (index i = 0; i < m; ++i) {
                    const auto x = batch[e].row(picks[static_cast<std::size_t>(i)]);
                    const auto kept = y.view().row(picks[static_cast<std::size_t>(i)]);
                    for (index t = 0; t < times_per; ++t) {
                        const double a = x[static_cast<std::size_t>(t)], b = a - kept[static_cast<std::size_t>(t)];
                        if (second) {
                            const double da = a - mean(i, t) / static_cast<double>(n),
                                         db = b - mean_left(i, t) / static_cast<double>(n);
                            whole += da * da;
                            left += db * db;
                        } else {
                            mean(i, t) += a;
                            mean_left(i, t) += b;
                        }
                    }
                }
            }
            n += second ? 0 : batch.extent(0);
        });
    }
    return share_of(left, whole);
}

}  // namespace ranvier::meeg
