#include "ranvier/meeg/artefacts/pca_obs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/pchip.hpp"

namespace ranvier::meeg {

namespace {

index rounded(double x) { return static_cast<index>(std::nearbyint(x)); }  // halves to even

/// Where beats lie, and how much around each is fitted.
struct Beats {
    std::vector<index> at;
    index reach = 0;   ///< samples before and after a beat
    index margin = 0;  ///< samples of two fits by which the curve between them is held
};

Beats beats_of(std::vector<index> at, index n) {
    std::erase_if(at, [&](index k) { return k >= n; });
    require(at.size() >= 3, "the shape of a heart beat is found in three beats or more; ", std::ssize(at),
            " lie within the recording");
    std::vector<double> apart;
    for (std::size_t k = 1; k < at.size(); ++k) {
        require(at[k] > at[k - 1], "times of heart beats must rise; number ", k, " does not");
        apart.push_back(static_cast<double>(at[k] - at[k - 1]));
    }
    Beats beats;
    beats.reach = rounded(median(apart) / 2);
    beats.margin = rounded(static_cast<double>(beats.reach) / 8);
    while (!at.empty() && at.back() + beats.reach >= n) {
        at.pop_back();
    }
    require(at.size() >= 3,
            "the shape of a heart beat is found in three beats or more that lie within the recording by "
            "half their median distance, ",
            beats.reach, " samples; there are ", std::ssize(at));
    beats.at = std::move(at);
    return beats;
}

void subtract_mean(std::span<double> x) {
    const double mean = std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
    for (double& v : x) {
        v -= mean;
    }
}

/// An orthonormal basis, in rows, of what the mean beat and the first principal components span.
Array<double, 2> template_of(std::span<const double> x, const Beats& beats, int n_components) {
    const index width = 2 * beats.reach + 1;
    std::vector<index> whole;  // all but the first, if they begin within the recording
    for (std::size_t k = 1; k < beats.at.size(); ++k) {
        if (beats.at[k] >= beats.reach) {
            whole.push_back(beats.at[k]);
        }
    }
    const index n = std::ssize(whole);
    Array<double, 2> pieces({n, width});
    std::vector<double> mean(static_cast<std::size_t>(width));
    for (index k = 0; k < n; ++k) {
        const auto row = pieces.view().row(k);
        std::copy_n(x.begin() + whole[static_cast<std::size_t>(k)] - beats.reach, width, row.begin());
        subtract_mean(row);
        for (index t = 0; t < width; ++t) {
            mean[static_cast<std::size_t>(t)] += row[static_cast<std::size_t>(t)] / static_cast<double>(n);
        }
    }
    for (index k = 0; k < n; ++k) {
        for (index t = 0; t < width; ++t) {
            pieces(k, t) -= mean[static_cast<std::size_t>(t)];
        }
    }
    const numerics::Svd parts = numerics::svd(pieces);
    const index kept = std::min<index>(n_components, parts.Vt.extent(0));
    Array<double, 2> shapes({kept + 1, width});
    std::ranges::copy(mean, shapes.view().row(0).begin());
    for (index k = 0; k < kept; ++k) {
        const double size =
            parts.s[static_cast<std::size_t>(k)] / std::sqrt(static_cast<double>(std::max<index>(n - 1, 1)));
        for (index t = 0; t < width; ++t) {
            shapes(k + 1, t) = size * parts.Vt(k, t);
        }
    }
    const numerics::Svd basis = numerics::svd(shapes);
    const double least = std::numeric_limits<double>::epsilon() * static_cast<double>(width) * basis.s.front();
    index rank = 0;
    while (rank < std::ssize(basis.s) && basis.s[static_cast<std::size_t>(rank)] > least) {
        ++rank;
    }
    return Array<double, 2>(basis.Vt.view().slice(0, 0, rank));
}

/// The beats' part of a signal.
std::vector<double> artefact(std::span<const double> x, const Beats& beats, int n_components) {
    const Array<double, 2> basis = template_of(x, beats, n_components);
    const index width = 2 * beats.reach + 1;
    std::vector<double> out(x.size());
    std::optional<index> previous;  // where the last fit ends
    for (std::size_t k = 0; k < beats.at.size(); ++k) {
        const index at = beats.at[k];
        if (at < beats.reach) {
            continue;
        }
        std::vector<double> piece(x.begin() + at - beats.reach, x.begin() + at + beats.reach + 1);
        subtract_mean(piece);
        std::vector<double> fit(static_cast<std::size_t>(width));
        for (index r = 0; r < basis.extent(0); ++r) {
            const auto row = basis.view().row(r);
            const double share = std::inner_product(row.begin(), row.end(), piece.begin(), 0.0);
            for (std::size_t t = 0; t < fit.size(); ++t) {
                fit[t] += share * row[t];
            }
        }
        // Up to half the way to the neighbours.
        const bool first = k == 0, last = k + 1 == beats.at.size();
        const index before = first ? beats.reach : std::min(beats.reach, (at - beats.at[k - 1]) / 2);
        const index after = last ? beats.reach : std::min(beats.reach, (beats.at[k + 1] - at) / 2);
        // A sample early, as in MNE-Python.
        for (index t = -before; t <= after; ++t) {
            if (at + t >= 1) {
                out[static_cast<std::size_t>(at + t - 1)] = fit[static_cast<std::size_t>(beats.reach + t)];
            }
        }
        if (previous && *previous < at - before) {
            const index from = *previous, to = at - before;
            std::vector<double> places, values, between;
            for (index t = std::max<index>(from - beats.margin, 0); t <= from; ++t) {
                places.push_back(static_cast<double>(t));
            }
            for (index t = to; t <= std::min<index>(to + beats.margin, std::ssize(out) - 1); ++t) {
                places.push_back(static_cast<double>(t));
            }
            for (const double t : places) {
                values.push_back(out[static_cast<std::size_t>(t)]);
            }
            for (index t = from; t <= to; ++t) {
                between.push_back(static_cast<double>(t));
            }
            std::ranges::copy(numerics::pchip(places, values, between), out.begin() + from);
        }
        if (!last) {
            previous = at + after;
        }
    }
    return out;
}

}  // namespace

void apply_pca_obs(Raw& raw, const std::vector<index>& picks, const std::vector<index>& beats, int n_components) {
    require(raw.preloaded, "heart beats are taken out of data in memory: load it first (load_data, or preload=True)");
    require(n_components >= 0, "n_components must be >= 0; got ", n_components);
    check_picks(raw.info, picks);
    require(beats.empty() || beats.front() >= 0, "times of heart beats must be >= 0");
    if (!beats.empty() && beats.back() >= raw.n_samples()) {
        warn("heart beats behind the end of the recording are left out");
    }
    const Beats plan = beats_of(beats, raw.n_samples());
    parallel_for(std::ssize(picks), [&](index k) {
        const auto x = raw.data.view().row(picks[static_cast<std::size_t>(k)]);
        require(std::ranges::all_of(x, [](double v) { return std::isfinite(v); }), [&] {
            return "channel '" + raw.info.channels[static_cast<std::size_t>(picks[static_cast<std::size_t>(k)])].name +
                   "' holds what is no finite number: annotate_nan() finds where; crop, or leave it out of picks";
        });
    });
    parallel_for(std::ssize(picks), [&](index k) {
        const auto x = raw.data.view().row(picks[static_cast<std::size_t>(k)]);
        subtract_mean(x);
        const auto beating = artefact(x, plan, n_components);
        for (std::size_t t = 0; t < x.size(); ++t) {
            x[t] -= beating[t];
        }
    });
}

}  // namespace ranvier::meeg
