#include <algorithm>
#include <cmath>

#include "ranvier/base/log.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/meeg/forward/forward_solution.hpp"

namespace ranvier::meeg {

namespace {

Point row(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }

/// Directions of all sources' columns: `per` of each.
Array<double, 2> directions(const SourceSpaces& sources, index n, index per, bool patch_means) {
    Array<double, 2> out({n * per, 3});
    index at = 0;
    for (const SourceSpace& space : sources.spaces) {
        const bool has_normals = space.kind != SourceSpaceKind::volume;
        const Array<double, 2> normals = has_normals ? used_normals(space, patch_means) : Array<double, 2>();
        for (index k = 0; k < space.n_used(); ++k) {
            if (per == 1) {
                std::ranges::copy(row(normals, k), out.view().row(at++).begin());
                continue;
            }
            const std::array<Point, 3> axes = has_normals ? frame_of_normal(row(normals, k))
                                                          : std::array<Point, 3>{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
            for (const Point& axis : axes) {
                std::ranges::copy(axis, out.view().row(at++).begin());
            }
        }
    }
    return out;
}

/// Columns along `per` directions of each source, from those along x, y, z.
Array<double, 2> turned(View<const double, 2> gain, View<const double, 2> to, index per) {
    const index n = gain.extent(1) / 3;
    Array<double, 2> out({gain.extent(0), n * per});
    parallel_for(gain.extent(0), [&](index r) {
        const auto from = gain.row(r);
        const auto into = out.view().row(r);
        for (index s = 0; s < n; ++s) {
            const double* g = from.data() + 3 * s;
            for (index k = 0; k < per; ++k) {
                const double* d = to.data() + 3 * (per * s + k);
                into[static_cast<std::size_t>(per * s + k)] = g[0] * d[0] + g[1] * d[1] + g[2] * d[2];
            }
        }
    });
    return out;
}

}  // namespace

std::array<Point, 3> frame_of_normal(const Point& normal) {
    const double size = norm(normal);
    const Point z = size > 0 ? scaled(normal, 1 / size) : Point{0, 0, 1};
    // Any two directions across z will do: one from the axis that is farthest from it, made orthogonal.
    std::size_t axis = 0;
    for (std::size_t k = 1; k < 3; ++k) {
        axis = std::abs(z[k]) < std::abs(z[axis]) ? k : axis;
    }
    Point x = scaled(z, -z[axis]);
    x[axis] += 1;
    x = scaled(x, 1 / norm(x));
    return {x, cross(z, x), z};
}

Array<double, 2> used_normals(const SourceSpace& space, bool patch_means) {
    Array<double, 2> out({space.n_used(), 3});
    const bool means = patch_means && !space.nearest.empty();
    const Patches around = means ? patches(space) : Patches();
    for (index k = 0; k < space.n_used(); ++k) {
        Point normal{};
        if (means) {
            for (const index p :
                 around.points[static_cast<std::size_t>(around.of_vertex[static_cast<std::size_t>(k)])]) {
                for (std::size_t c = 0; c < 3; ++c) {
                    normal[c] += space.normals(p, static_cast<index>(c));
                }
            }
            const double size = norm(normal);
            normal = size > 0 ? scaled(normal, 1 / size) : normal;
        } else {
            normal = row(space.normals, space.vertices[static_cast<std::size_t>(k)]);
        }
        std::ranges::copy(normal, out.view().row(k).begin());
    }
    return out;
}

void convert_forward_solution(ForwardSolution& forward, const ConvertForwardOptions& options) {
    const bool was_fixed = forward.original_orientation == SourceOrientation::fixed;
    const bool surf_ori = options.surf_ori || options.force_fixed;
    const auto& spaces = forward.sources.spaces;
    require(
        !options.force_fixed || std::none_of(spaces.begin(), spaces.end(),
                                             [](const SourceSpace& s) { return s.kind == SourceSpaceKind::volume; }),
        "the sources lie in a volume, whose points have no normals: orientations can't be fixed; use a discrete source "
        "space where normals are known");
    bool patch_means = options.use_cps && surf_ori;
    if (patch_means) {
        patch_means =
            std::any_of(spaces.begin(), spaces.end(), [](const SourceSpace& s) { return !s.nearest.empty(); });
        log(LogLevel::info, patch_means ? "    directions: means of normals over the patches of sources"
                                        : "    directions: normals at sources, whose patches are not known");
    }
    const index n = forward.n_sources();
    const index per = was_fixed || options.force_fixed ? 1 : 3;
    const auto back = [&] {
        if (!forward.original.empty()) {
            forward.gain = std::move(forward.original);
            forward.original = {};
        }
    };
    if (was_fixed) {
        back();
        forward.source_nn = directions(forward.sources, n, 1, patch_means);
    } else if (surf_ori) {
        forward.source_nn = directions(forward.sources, n, per, patch_means);
        Array<double, 2> original = forward.original.empty() ? std::move(forward.gain) : std::move(forward.original);
        forward.gain = turned(original, forward.source_nn, per);
        forward.original = std::move(original);
    } else {
        back();
        forward.source_nn = Array<double, 2>({3 * n, 3});
        for (index k = 0; k < 3 * n; ++k) {
            forward.source_nn(k, k % 3) = 1;
        }
    }
    forward.orientation = per == 1 ? SourceOrientation::fixed : SourceOrientation::free;
    forward.surf_ori = was_fixed || surf_ori;
}

}  // namespace ranvier::meeg
