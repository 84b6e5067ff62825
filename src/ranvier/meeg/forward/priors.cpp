#include "ranvier/meeg/forward/priors.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// gᵀ g of three columns.
Array<double, 2> products(View<const double, 2> gain, index source) {
    Array<double, 2> out({3, 3});
    for (index r = 0; r < gain.extent(0); ++r) {
        const double* g = gain.data() + r * gain.stride(0) + 3 * source;
        for (index i = 0; i < 3; ++i) {
            for (index k = 0; k <= i; ++k) {
                out(i, k) += g[i] * g[k];
            }
        }
    }
    return out;
}

double largest_value(const Array<double, 2>& square) {
    return std::max(0.0, numerics::symmetric_eigen(square).values.back());
}

}  // namespace

std::vector<double> orientation_prior(const ForwardSolution& forward, double surface, double volume, double discrete) {
    for (const double loose : {surface, volume, discrete}) {
        require(loose >= 0 && loose <= 1, "loose must lie in [0, 1]; got ", loose);
    }
    require(volume == 1, "loose must be 1 for volumes, whose points have no normals; got ", volume);
    std::vector<double> out(static_cast<std::size_t>(forward.gain.extent(1)), 1.0);
    const auto of = [&](const SourceSpace& space) {
        return space.kind == SourceSpaceKind::surface  ? surface
               : space.kind == SourceSpaceKind::volume ? volume
                                                       : discrete;
    };
    const auto& spaces = forward.sources.spaces;
    if (forward.fixed()) {
        require(std::all_of(spaces.begin(), spaces.end(), [&](const SourceSpace& s) { return of(s) == 0; }),
                "loose must be 0 where the forward solution has fixed orientations");
        return out;
    }
    require(
        forward.surf_ori || std::all_of(spaces.begin(), spaces.end(), [&](const SourceSpace& s) { return of(s) == 1; }),
        "the forward solution must be along the surface's normals where loose is not 1: use "
        "convert_forward_solution(surf_ori=True)");
    auto at = out.begin();
    for (const SourceSpace& space : spaces) {
        for (index k = 0; k < space.n_used(); ++k, at += 3) {
            at[0] = at[1] = of(space);
        }
    }
    return out;
}

std::vector<index> depth_rows(const ForwardSolution& forward) {
    for (const ChannelType type : {ChannelType::grad, ChannelType::mag, ChannelType::eeg}) {
        std::vector<index> rows;
        for (index r = 0; r < forward.n_channels(); ++r) {
            const index c = channel_index(forward.info, forward.names[static_cast<std::size_t>(r)]);
            if (forward.info.channels[static_cast<std::size_t>(c)].type() == type) {
                rows.push_back(r);
            }
        }
        if (!rows.empty()) {
            return rows;
        }
    }
    warn("the forward solution has no MEG or EEG channels to limit depth weighting to");
    return counted(forward.n_channels());
}

std::vector<double> sensitivity(const ForwardSolution& forward, const std::string& mode,
                                const StableVector<Projection>& projections) {
    constexpr const char* modes[] = {"free", "fixed", "ratio", "radiality", "angle", "remaining", "dampening"};
    require(std::ranges::any_of(modes, [&](const char* m) { return mode == m; }),
            "mode must be free, fixed, ratio, radiality, angle, remaining or dampening; got " + mode);
    require(!forward.fixed() && forward.surf_ori,
            "sensitivity needs three columns for each source, the third along its normal");
    const bool of_what_is_left = mode == "angle" || mode == "remaining" || mode == "dampening";
    Array<double, 2> projector, noise;
    if (projections.size() > 0) {
        Info own = forward.info;  // rows of one type are in the order of the info
        std::vector<index> rows;
        for (const std::string& name : forward.names) {
            rows.push_back(channel_index(own, name));
        }
        pick_channels(own, rows);
        own.bads.clear();
        own.projections = projections;
        Projector made = meeg::projector(own);
        projector = std::move(made.matrix);
        noise = made.rank > 0 ? Array<double, 2>(made.vectors.view().transposed()) : Array<double, 2>();
    }
    require(!of_what_is_left || !noise.empty(),
            [&] { return "mode " + mode + " needs projections of these channels, and there are none"; });
    const index n = forward.n_sources(), channels = forward.n_channels();
    const auto normals_alone = [&](const Array<double, 2>& gain) {
        Array<double, 2> out({channels, n});
        for (index r = 0; r < channels; ++r) {
            for (index s = 0; s < n; ++s) {
                out(r, s) = gain(r, 3 * s + 2);
            }
        }
        return out;
    };
    const auto sizes = [](const Array<double, 2>& columns) {
        std::vector<double> out(static_cast<std::size_t>(columns.extent(1)));
        for (index r = 0; r < columns.extent(0); ++r) {
            for (index s = 0; s < columns.extent(1); ++s) {
                out[static_cast<std::size_t>(s)] += columns(r, s) * columns(r, s);
            }
        }
        for (double& value : out) {
            value = std::sqrt(value);
        }
        return out;
    };
    std::vector<double> out;
    if (of_what_is_left) {
        const Array<double, 2> along = normals_alone(forward.gain);
        const std::vector<double> whole = sizes(along);
        out = sizes(mode == "angle" ? numerics::matmul(noise.view().transposed(), along)
                                    : numerics::matmul(projector, along));
        for (std::size_t s = 0; s < out.size(); ++s) {
            out[s] /= whole[s];
            out[s] = mode == "dampening" ? 1 - out[s] : out[s];
        }
        return out;
    }
    const Array<double, 2> gain =
        projector.empty() ? Array<double, 2>(forward.gain) : numerics::matmul(projector, forward.gain);
    const std::vector<double> along = sizes(normals_alone(gain));
    out = along;
    if (mode != "fixed") {
        parallel_for(n, [&](index s) {
            const double most = std::sqrt(largest_value(products(gain, s)));
            double& value = out[static_cast<std::size_t>(s)];
            value = mode == "free" ? most : mode == "ratio" ? value / most : 1 - value / most;
        });
    }
    if (mode == "free" || mode == "fixed") {
        const double most = *std::ranges::max_element(out);
        for (double& value : out) {
            value /= most;
        }
    }
    return out;
}

}  // namespace ranvier::meeg
