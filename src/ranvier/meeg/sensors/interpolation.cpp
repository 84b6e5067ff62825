#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

#include "ranvier/base/letters.hpp"
#include "ranvier/base/log.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {
namespace {

std::vector<Point> unit_vectors(View<const double, 2> points, const char* what) {
    require(points.extent(1) == 3, [&] { return std::string(what) + " must have shape (n, 3)"; });
    std::vector<Point> out;
    for (index k = 0; k < points.extent(0); ++k) {
        const Point p{points(k, 0), points(k, 1), points(k, 2)};
        const double length = norm(p);
        require(length > 0 && std::isfinite(length),
                [&] { return std::string(what) + ": point " + text_of(k) + " must have a direction from the centre"; });
        out.push_back({p[0] / length, p[1] / length, p[2] / length});
    }
    return out;
}

struct Interpolation {
    std::vector<index> good, bad, unplaced;  ///< unplaced: bad, and nobody knows where
    Array<double, 2> matrix;                 ///< shape (bad, good)
};

Interpolation plan(const Info& info, const InterpolationOptions& options) {
    Interpolation out;
    std::vector<std::string> lost;
    for (const index k : pick_types(info, {ChannelType::eeg}, false)) {
        const Channel& channel = info.channels[static_cast<std::size_t>(k)];
        const bool bad = is_bad(info, k);
        if (std::ranges::find(options.exclude, channel.name) != options.exclude.end()) {
            continue;
        }
        if (channel.has_position()) {
            (bad ? out.bad : out.good).push_back(k);
        } else {
            lost.push_back(channel.name);
            if (bad) {
                out.unplaced.push_back(k);
            }
        }
    }
    if (out.bad.empty() && out.unplaced.empty()) {
        return out;
    }
    require(!out.good.empty() || !out.bad.empty(),
            "no EEG channel has a position, which interpolation needs: set a montage");
    if (!lost.empty() && options.on_bad_position != OnMissing::ignore) {
        require(options.on_bad_position == OnMissing::warn, [&] {
            return "channel " + quoted(lost) + " has no position, which interpolation needs: set a montage";
        });
        warn("without a position, bad channels are filled with NaN and good ones not interpolated from: " +
             quoted(lost));
    }
    if (out.bad.empty()) {
        return out;
    }
    require(!out.good.empty(), "there is no good EEG channel to interpolate the bad ones from");
    const Point centre = options.origin ? *options.origin : head_sphere(info).centre;
    const auto places = [&](const std::vector<index>& picks) {
        std::vector<Point> found;
        for (const index k : picks) {
            found.push_back(info.channels[static_cast<std::size_t>(k)].position());
        }
        return found;
    };
    out.matrix = spherical_spline_matrix(places(out.good), places(out.bad), centre);
    return out;
}

/// data: shape (channels, times), rows contiguous
void apply(const Interpolation& interpolation, View<double, 2> data) {
    for (const index k : interpolation.unplaced) {
        std::fill(data.row(k).begin(), data.row(k).end(), std::numeric_limits<double>::quiet_NaN());
    }
    if (!interpolation.bad.empty()) {
        replace_channels(data, interpolation.good, interpolation.bad, interpolation.matrix);
    }
}

/// `each` calls what it is given with every piece of the data, shape (channels, times).
template <class Each>
void interpolate(Info& info, const InterpolationOptions& options, Each&& each) {
    const Interpolation interpolation = plan(info, options);
    if (interpolation.bad.empty() && interpolation.unplaced.empty()) {
        warn("there is no bad EEG channel to interpolate; nothing was done");
    }
    each([&](View<double, 2> data) { apply(interpolation, data); });
    for (const std::string& name : taken(channel_names(info), interpolation.bad)) {
        std::erase_if(info.bads, [&](const auto& bad) { return options.reset_bads && bad == name; });
    }
}

}  // namespace

Array<double, 2> spherical_spline_matrix(View<const double, 2> from, View<const double, 2> to, double regularization) {
    const std::vector<Point> sources = unit_vectors(from, "from"), goals = unit_vectors(to, "to");
    const index n = std::ssize(sources), m = std::ssize(goals);
    const SphericalSpline spline;
    // The spline's weights and its constant solve [G + λI, 1; 1ᵀ, 0].
    Array<double, 2> system({n + 1, n + 1});
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < n; ++k) {
            system(i, k) = spline(dot(sources[static_cast<std::size_t>(i)], sources[static_cast<std::size_t>(k)]));
        }
        system(i, i) += regularization;
        system(i, n) = system(n, i) = 1;
    }
    const Array<double, 2> inverse =
        numerics::pseudo_inverse(system, static_cast<double>(n + 1) * std::numeric_limits<double>::epsilon());
    Array<double, 2> out({m, n});
    for (index i = 0; i < m; ++i) {
        for (index j = 0; j < n; ++j) {
            double sum = inverse(n, j);
            for (index k = 0; k < n; ++k) {
                sum += spline(dot(goals[static_cast<std::size_t>(i)], sources[static_cast<std::size_t>(k)])) *
                       inverse(k, j);
            }
            out(i, j) = sum;
        }
    }
    return out;
}

Array<double, 2> spherical_spline_matrix(const std::vector<Point>& from, const std::vector<Point>& to,
                                         const Point& centre) {
    const auto about = [&](const std::vector<Point>& points) {
        Array<double, 2> out({std::ssize(points), 3});
        for (index k = 0; k < std::ssize(points); ++k) {
            std::ranges::copy(minus(points[static_cast<std::size_t>(k)], centre), out.view().row(k).begin());
        }
        return out;
    };
    return spherical_spline_matrix(about(from), about(to));
}

void interpolate_bads(Raw& raw, const InterpolationOptions& options) {
    require(raw.preloaded, "interpolate_bads needs the data in memory: load it first (load_data, or preload=True)");
    interpolate(raw.info, options, [&](const auto& fill) { fill(raw.data); });
}

void interpolate_bads(Epochs& epochs, const InterpolationOptions& options) {
    require(epochs.preloaded, "interpolate_bads needs the data in memory: load it first (load_data, or preload=True)");
    interpolate(epochs.info, options, [&](const auto& fill) {
        for (index e = 0; e < epochs.data.extent(0); ++e) {
            fill(epochs.data.view()[e]);
        }
    });
}

void interpolate_bads(Evoked& evoked, const InterpolationOptions& options) {
    interpolate(evoked.info, options, [&](const auto& fill) { fill(evoked.data); });
}

}  // namespace ranvier::meeg
