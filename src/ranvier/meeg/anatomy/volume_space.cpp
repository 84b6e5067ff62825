#include "ranvier/meeg/anatomy/volume_space.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/text.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }
Point point(View<const double, 2> points, index p) { return {points(p, 0), points(p, 1), points(p, 2)}; }

/// The mean of a surface's points, and how near and far they are from it.
struct Shape {
    Point centre{}, low{}, high{};
    double nearest = std::numeric_limits<double>::infinity(), farthest = 0;
};

Shape shape_of(const Bounds& bounds) {
    Shape made;
    if (const auto* ball = std::get_if<Ball>(&bounds)) {
        made.centre = ball->centre;
        made.nearest = made.farthest = ball->radius;
        for (std::size_t k = 0; k < 3; ++k) {
            made.low[k] = ball->centre[k] - ball->radius;
            made.high[k] = ball->centre[k] + ball->radius;
        }
        return made;
    }
    const auto& surface = std::get<Surface>(bounds);
    const index n = surface.n_points();
    require(n > 0, "a bounding surface must have points");
    made.low = made.high = point(surface.points, 0);
    for (index p = 0; p < n; ++p) {
        for (std::size_t k = 0; k < 3; ++k) {
            const double x = surface.points(p, static_cast<index>(k));
            made.centre[k] += x;
            made.low[k] = std::min(made.low[k], x);
            made.high[k] = std::max(made.high[k], x);
        }
    }
    made.centre = scaled(made.centre, 1 / static_cast<double>(n));
    for (index p = 0; p < n; ++p) {
        const double d = norm(minus(point(surface.points, p), made.centre));
        made.nearest = std::min(made.nearest, d);
        made.farthest = std::max(made.farthest, d);
    }
    return made;
}

/// Distances of points to the nearest point of a surface; in parallel.
std::vector<double> nearest_distances(const Surface& surface, View<const double, 2> points,
                                      const std::vector<index>& which) {
    const NearestPoints tree(surface.points);
    std::vector<double> made(which.size());
    constexpr index block = 128;
    const index n = std::ssize(which);
    parallel_for((n + block - 1) / block, [&](index b) {
        for (index k = b * block; k < std::min(n, (b + 1) * block); ++k) {
            made[at(k)] = tree.nearest(point(points, which[at(k)])).distance;
        }
    });
    return made;
}

/// The first number beyond a distance in whole steps, away from 0: where a grid begins or ends.
int steps_beyond(double x, double spacing) {
    const double n = std::floor(std::abs(x) / spacing) + 1;
    return static_cast<int>(x > 0 ? n : -n);
}

}  // namespace

std::vector<bool> inside(const Bounds& bounds, View<const double, 2> points, double mindist) {
    const index n = points.extent(0);
    require(n == 0 || points.extent(1) == 3, "points must have 3 coordinates");
    std::vector<bool> made(at(n));
    const Shape shape = shape_of(bounds);
    if (std::holds_alternative<Ball>(bounds)) {
        for (index p = 0; p < n; ++p) {
            const double d = norm(minus(point(points, p), shape.centre));
            made[at(p)] = d <= shape.farthest && !(mindist > 0 && std::abs(d - shape.farthest) < mindist);
        }
        return made;
    }
    const auto& surface = std::get<Surface>(bounds);
    std::vector<index> open, near;
    std::vector<double> apart(at(n));
    for (index p = 0; p < n; ++p) {
        const double d = apart[at(p)] = norm(minus(point(points, p), shape.centre));
        made[at(p)] = d < shape.nearest;
        if (!(d < shape.nearest) && d <= shape.farthest) {
            open.push_back(p);
        }
    }
    Array<double, 2> asked({std::ssize(open), 3});
    for (std::size_t k = 0; k < open.size(); ++k) {
        for (index c = 0; c < 3; ++c) {
            asked(static_cast<index>(k), c) = points(open[k], c);
        }
    }
    const std::vector<double> angles = solid_angles(surface, asked);
    for (std::size_t k = 0; k < open.size(); ++k) {
        made[at(open[k])] = std::abs(angles[k] - 1) <= 1e-5;
    }
    if (mindist > 0) {
        for (index p = 0; p < n; ++p) {
            if (made[at(p)] && apart[at(p)] >= shape.nearest - mindist) {
                near.push_back(p);
            }
        }
        const auto distances = nearest_distances(surface, points, near);
        for (std::size_t k = 0; k < near.size(); ++k) {
            if (distances[k] < mindist) {
                made[at(near[k])] = false;
            }
        }
    }
    return made;
}

std::vector<double> distances_to(const Bounds& bounds, View<const double, 2> points) {
    std::vector<double> made(at(points.extent(0)));
    if (const auto* ball = std::get_if<Ball>(&bounds)) {
        for (index p = 0; p < points.extent(0); ++p) {
            made[at(p)] = std::abs(norm(minus(point(points, p), ball->centre)) - ball->radius);
        }
        return made;
    }
    std::vector<index> all(made.size());
    for (std::size_t k = 0; k < all.size(); ++k) {
        all[k] = static_cast<index>(k);
    }
    return nearest_distances(std::get<Surface>(bounds), points, all);
}

SourceSpace volume_grid(const Bounds& bounds, const VolumeOptions& options) {
    require(options.spacing > 0, "the spacing of a grid of sources must be > 0 m; got ", options.spacing);
    require(options.exclude >= 0 && options.mindist >= 0, [&] {
        return "exclude and mindist must be >= 0 m; got " + text_of(options.exclude) + " and " +
               text_of(options.mindist);
    });
    const Shape shape = shape_of(bounds);
    std::array<int, 3> first{}, n{};
    double n_points = 1;
    for (std::size_t k = 0; k < 3; ++k) {
        require(std::abs(shape.low[k]) / options.spacing < 1e6 && std::abs(shape.high[k]) / options.spacing < 1e6,
                "the spacing of a grid of sources must be more than a millionth of what bounds them; got ",
                options.spacing);
        first[k] = steps_beyond(shape.low[k], options.spacing);
        n[k] = steps_beyond(shape.high[k], options.spacing) - first[k] + 1;
        n_points *= n[k];
    }
    require(n_points <= 1e8, "a grid of sources must have at most 1e8 points; with this spacing it would have ",
            n_points);
    SourceSpace space;
    space.kind = SourceSpaceKind::volume;
    space.volume.emplace();
    space.volume->shape = n;
    const index count = static_cast<index>(n_points);
    space.points = Array<double, 2>({count, 3});
    space.normals = Array<double, 2>({count, 3});
    std::vector<index> plausible;
    index p = 0;
    for (int z = 0; z < n[2]; ++z) {
        for (int y = 0; y < n[1]; ++y) {
            for (int x = 0; x < n[0]; ++x, ++p) {
                space.points(p, 0) = (first[0] + x) * options.spacing;
                space.points(p, 1) = (first[1] + y) * options.spacing;
                space.points(p, 2) = (first[2] + z) * options.spacing;
                space.normals(p, 2) = 1;
                const double d = norm(minus(point(space.points, p), shape.centre));
                if (!(d < options.exclude) && !(d > shape.farthest)) {
                    plausible.push_back(p);
                }
            }
        }
    }
    Array<double, 2> asked({std::ssize(plausible), 3});
    for (std::size_t k = 0; k < plausible.size(); ++k) {
        for (index c = 0; c < 3; ++c) {
            asked(static_cast<index>(k), c) = space.points(plausible[k], c);
        }
    }
    const auto good = inside(bounds, asked, options.mindist);
    for (std::size_t k = 0; k < plausible.size(); ++k) {
        if (good[k]) {
            space.vertices.push_back(plausible[k]);
        }
    }
    Matrix4 m{};
    for (std::size_t k = 0; k < 3; ++k) {
        m[k][k] = options.spacing;
        m[k][3] = first[k] * options.spacing;
    }
    m[3][3] = 1;
    space.volume->grid_to_mri.from = mri_voxel_frame;
    space.volume->grid_to_mri.to = CoordFrame::mri;
    space.volume->grid_to_mri.matrix = m;
    set_neighbours(space);
    return space;
}

SourceSpaces regions_of(const SourceSpace& grid, const Mri& atlas,
                        const std::vector<std::pair<std::string, double>>& regions, bool single) {
    Array<double, 2> places({grid.n_used(), 3});
    for (index k = 0; k < grid.n_used(); ++k) {
        for (index c = 0; c < 3; ++c) {
            places(k, c) = grid.points(grid.vertices[at(k)], c);
        }
    }
    const auto values = values_at(atlas, places);
    SourceSpaces made;
    StableVector<SourceSpace>::List list;
    for (const auto& [name, id] : regions) {
        auto space = std::make_shared<SourceSpace>(grid);
        space->vertices.clear();
        for (index k = 0; k < grid.n_used(); ++k) {
            if (values[at(k)] == id) {
                space->vertices.push_back(grid.vertices[at(k)]);
            }
        }
        space->volume->segment = name;
        list.push_back(space);
    }
    if (single && !list.empty()) {
        SourceSpace& all = *list.front();
        for (std::size_t k = 1; k < list.size(); ++k) {
            all.vertices.insert(all.vertices.end(), list[k]->vertices.begin(), list[k]->vertices.end());
            all.volume->segment += "+" + list[k]->volume->segment;
        }
        std::sort(all.vertices.begin(), all.vertices.end());
        all.vertices.erase(std::unique(all.vertices.begin(), all.vertices.end()), all.vertices.end());
        list.resize(1);
    }
    for (const auto& space : list) {
        set_neighbours(*space);
    }
    made.spaces = StableVector<SourceSpace>(std::move(list));
    return made;
}

void set_neighbours(SourceSpace& space) {
    VolumeGrid& volume = *space.volume;
    const auto [nx, ny, nz] = volume.shape;
    // Six neighbours first, those around the plane below, in it and above it; the order of MNE's files.
    constexpr std::array<std::array<int, 3>, 26> steps{
        {{0, 0, -1}, {1, 0, 0},  {0, 1, 0},   {-1, 0, 0},  {0, -1, 0},   {0, 0, 1},   {1, 0, -1},
         {1, 1, -1}, {0, 1, -1}, {-1, 1, -1}, {-1, 0, -1}, {-1, -1, -1}, {0, -1, -1}, {1, -1, -1},
         {1, 1, 0},  {-1, 1, 0}, {-1, -1, 0}, {1, -1, 0},  {1, 0, 1},    {1, 1, 1},   {0, 1, 1},
         {-1, 1, 1}, {-1, 0, 1}, {-1, -1, 1}, {0, -1, 1},  {1, -1, 1}}};
    std::vector<char> used(at(space.n_points()));
    for (const index v : space.vertices) {
        used[at(v)] = 1;
    }
    Neighbours& near = volume.neighbours;
    near.starts.assign(1, 0);
    near.list.assign(at(space.n_points()) * steps.size(), -1);
    index p = 0;
    for (int z = 0; z < nz; ++z) {
        for (int y = 0; y < ny; ++y) {
            for (int x = 0; x < nx; ++x, ++p) {
                near.starts.push_back((p + 1) * std::ssize(steps));
                if (!used[at(p)]) {
                    continue;
                }
                for (std::size_t k = 0; k < steps.size(); ++k) {
                    const int a = x + steps[k][0], b = y + steps[k][1], c = z + steps[k][2];
                    if (a < 0 || a >= nx || b < 0 || b >= ny || c < 0 || c >= nz) {
                        continue;
                    }
                    const index q = a + index{nx} * (b + index{ny} * c);
                    if (used[at(q)]) {
                        near.list[at(p) * steps.size() + k] = static_cast<std::int32_t>(q);
                    }
                }
            }
        }
    }
}

void show_on(SourceSpace& space, const Mri& mri, const std::string& name) {
    space.volume->voxel_to_mri = voxel_to_mri(mri);
    space.volume->mri_to_ras = mri_to_ras(mri);
    space.volume->mri_shape = mri.shape;
    space.volume->mri_volume_name = name;
}

void add_interpolators(std::vector<SourceSpace*> spaces) {
    if (spaces.empty()) {
        return;
    }
    const VolumeGrid& grid = *spaces[0]->volume;
    require(grid.voxel_to_mri.has_value(), "values can be shown on an MRI only where it is known how that lies");
    const Matrix4 m = product(*exact_inverse(grid.grid_to_mri).matrix, *grid.voxel_to_mri->matrix);
    const auto [nx, ny, nz] = grid.shape;
    const auto [width, height, depth] = grid.mri_shape;
    const index n_points = spaces[0]->n_points(), slice = index{width} * height;
    std::vector<char> used(at(n_points));
    for (const SourceSpace* space : spaces) {
        for (const index v : space->vertices) {
            used[at(v)] = 1;
        }
    }
    struct Slice {
        std::vector<index> counts;
        std::vector<std::int32_t> columns;
        std::vector<double> values;
    };
    std::vector<Slice> slices(at(depth));
    parallel_for(depth, [&](index k) {
        Slice& out = slices[at(k)];
        out.counts.assign(at(slice), 0);
        for (int j = 0; j < height; ++j) {
            for (int i = 0; i < width; ++i) {
                std::array<double, 3> r{}, part{};
                std::array<int, 3> low{};
                bool near = true;
                for (std::size_t c = 0; c < 3; ++c) {
                    r[c] = m[c][0] * i + m[c][1] * j + m[c][2] * static_cast<double>(k) + m[c][3];
                    near = near && r[c] >= -1 && r[c] < grid.shape[c];
                    if (near) {
                        const double floor = std::floor(r[c]);
                        low[c] = static_cast<int>(floor);
                        part[c] = r[c] - floor;
                    }
                }
                if (!near) {
                    continue;
                }
                std::array<std::int32_t, 8> columns;
                std::array<double, 8> weights;
                std::size_t count = 0;
                bool any = false;
                for (int corner = 0; corner < 8; ++corner) {
                    const int a = corner & 1, b = corner >> 1 & 1, c = corner >> 2;
                    const int x = low[0] + a, y = low[1] + b, z = low[2] + c;
                    const double weight =
                        (a ? part[0] : 1 - part[0]) * (b ? part[1] : 1 - part[1]) * (c ? part[2] : 1 - part[2]);
                    if (x < 0 || y < 0 || z < 0 || x >= nx || y >= ny || z >= nz || !(weight > 0)) {
                        continue;
                    }
                    columns[count] = static_cast<std::int32_t>(x + index{nx} * (y + index{ny} * z));
                    any = any || used[at(columns[count])];
                    weights[count++] = weight;
                }
                if (any) {
                    out.counts[at(i + index{width} * j)] = static_cast<index>(count);
                    out.columns.insert(out.columns.end(), columns.begin(), columns.begin() + static_cast<int>(count));
                    out.values.insert(out.values.end(), weights.begin(), weights.begin() + static_cast<int>(count));
                }
            }
        }
    });
    for (SourceSpace* space : spaces) {
        std::vector<char> own(at(n_points));
        for (const index v : space->vertices) {
            own[at(v)] = 1;
        }
        numerics::SparseMatrix made{slice * depth, n_points, {0}, {}, {}};
        made.starts.reserve(at(slice * depth) + 1);
        for (const Slice& part : slices) {
            std::size_t begin = 0;
            for (const index count : part.counts) {
                const std::size_t end = begin + at(count);
                if (std::any_of(part.columns.begin() + static_cast<index>(begin),
                                part.columns.begin() + static_cast<index>(end),
                                [&](std::int32_t c) { return own[at(c)] != 0; })) {
                    made.column_of.insert(made.column_of.end(), part.columns.begin() + static_cast<index>(begin),
                                          part.columns.begin() + static_cast<index>(end));
                    made.values.insert(made.values.end(), part.values.begin() + static_cast<index>(begin),
                                       part.values.begin() + static_cast<index>(end));
                }
                made.starts.push_back(made.n_stored());
                begin = end;
            }
        }
        space->volume->interpolator = std::move(made);
    }
}

SourceSpace discrete_space(View<const double, 2> points, View<const double, 2> normals, CoordFrame frame) {
    const index n = points.extent(0);
    require(points.extents() == normals.extents() && (n == 0 || points.extent(1) == 3),
            "sources at points of one's own need rr and nn, each of 3 coordinates, as many of one as of the other");
    SourceSpace space;
    space.kind = SourceSpaceKind::discrete;
    space.frame = frame;
    space.points = Array<double, 2>({n, 3});
    space.normals = Array<double, 2>({n, 3});
    for (index p = 0; p < n; ++p) {
        const Point along = point(normals, p);
        const double size = norm(along);
        require(std::isfinite(norm(point(points, p))) && std::isfinite(size) && size > 0,
                [&] { return "rr must be finite and nn have a length above 0; source " + text_of(p) + " is not so"; });
        for (index k = 0; k < 3; ++k) {
            space.points(p, k) = points(p, k);
            space.normals(p, k) = along[at(k)] / size;
        }
        space.vertices.push_back(p);
    }
    return space;
}

}  // namespace ranvier::meeg
