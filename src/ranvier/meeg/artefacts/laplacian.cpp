#include "ranvier/meeg/artefacts/laplacian.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "ranvier/numerics/products.hpp"

namespace ranvier::meeg {

namespace {

std::array<double, 4> sphere_of(const Info& info, const LaplacianOptions& options) {
    if (options.sphere) {
        return *options.sphere;
    }
    const HeadSphere head = head_sphere(info);
    Point centre{0, 0, 0};
    if (info.dev_head_t) {
        centre = minus(head.centre, applied(inverse(*info.dev_head_t), head.centre));
    }
    return {centre[0], centre[1], centre[2], head.radius};
}

/// Potentials at the electrodes to their Laplacian, shape (n, n).
Array<double, 2> laplacian(const Info& info, const std::vector<index>& picks, const LaplacianOptions& options) {
    const auto [x, y, z, radius] = sphere_of(info, options);
    require(radius > 0, "the radius of sphere must be > 0 m; got ", radius);
    std::vector<Point> places;
    for (const index k : picks) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        const Point p = minus(channel.position(), {x, y, z});
        require(channel.has_position() && norm(p) > 0, [&] {
            return "channel '" + channel.name + "' has no place, which the Laplacian needs: set a montage";
        });
        places.push_back({p[0] / norm(p), p[1] / norm(p), p[2] / norm(p)});
    }
    const SphericalSpline g(options.stiffness, options.n_legendre_terms);
    const SphericalSpline h(options.stiffness - 1, options.n_legendre_terms);
    const index n = std::ssize(picks);
    // The spline's weights and its constant solve [G + λI, 1; 1ᵀ, 0].
    Array<double, 2> system({n + 1, n + 1}), unit({n + 1, n}), bent({n, n});
    std::vector<double> cosines;
    for (index i = 0; i < n; ++i) {
        cosines.clear();
        for (index k = 0; k <= i; ++k) {
            cosines.push_back(
                std::clamp(dot(places[static_cast<std::size_t>(i)], places[static_cast<std::size_t>(k)]), -1.0, 1.0));
        }
        g(cosines, system.view().row(i).first(cosines.size()));
        h(cosines, bent.view().row(i).first(cosines.size()));
        for (index k = 0; k < i; ++k) {
            system(k, i) = system(i, k);
            bent(k, i) = bent(i, k);
        }
        system(i, i) += options.lambda2;
        system(i, n) = system(n, i) = 1;
        unit(i, i) = 1;
    }
    const Array<double, 2> weights = numerics::solve(system, unit);
    Array<double, 2> out({n, n});
    numerics::gemm(false, false, n, n, n, 1 / (radius * radius), bent.data(), n, weights.data(), n, 0.0, out.data(), n);
    return out;
}

/// `each` calls what it is given with every piece of the data, shape (channels, times).
template <class Each>
void compute(Info& info, const LaplacianOptions& options, bool loaded, Each&& each) {
    check_settings(options);
    require(loaded, "the Laplacian needs the data in memory: load it first (load_data, or preload=True)");
    require(info.custom_ref_applied != CustomReference::csd, "these are current source densities already");
    const auto picks = pick_types(info, {ChannelType::eeg}, false);
    require(!picks.empty(), "there are no EEG channels");
    for (const index k : picks) {
        require(!is_bad(info, k), [&] {
            return "channel '" + info.channels[static_cast<std::size_t>(k)].name +
                   "' is bad: interpolate_bads() or drop it first, as it would spoil its neighbours";
        });
    }
    const numerics::PackedMatrix op(laplacian(info, picks, options));
    const index n = std::ssize(picks);
    each([&](View<double, 2> data) {
        const index length = data.extent(1), block = std::min(numerics::samples_in_cache(n), length);
        constexpr index piece = 8192;  // samples
        parallel_for((length + piece - 1) / piece, [&](index p) {
            numerics::SamplePanels from(n, block), to(n, block);
            std::vector<double*> rows;
            const index end = std::min(length, (p + 1) * piece);
            for (index at = p * piece; at < end; at += block) {
                rows.clear();
                for (const index k : picks) {
                    rows.push_back(&data(k, at));
                }
                from.take({rows.data(), rows.size()}, std::min(block, end - at));
                op.multiply(from, to);
                to.give(rows);
            }
        });
    });
    info.custom_ref_applied = CustomReference::csd;
    for (const index k : picks) {
        set_type(info.channels[static_cast<std::size_t>(k)], ChannelType::csd);
    }
}

Thresholds without_eeg(const Thresholds& limits) {
    Thresholds kept;
    for (const auto& [type, limit] : limits) {
        if (type != ChannelType::eeg) {
            kept[type] = limit;
        }
    }
    return kept;
}

}  // namespace

void compute_current_source_density(Raw& raw, const LaplacianOptions& options) {
    compute(raw.info, options, raw.preloaded, [&](const auto& work) { work(raw.data); });
}

void compute_current_source_density(Epochs& epochs, const LaplacianOptions& options) {
    compute(epochs.info, options, epochs.preloaded, [&](const auto& work) {
        parallel_for(epochs.data.extent(0), [&](index e) { work(epochs.data.view()[e]); });
    });
    epochs.options.reject = without_eeg(epochs.options.reject);
    epochs.options.flat = without_eeg(epochs.options.flat);
}

void compute_current_source_density(Evoked& evoked, const LaplacianOptions& options) {
    compute(evoked.info, options, true, [&](const auto& work) { work(evoked.data); });
}

}  // namespace ranvier::meeg
