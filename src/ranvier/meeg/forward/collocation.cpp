#include "ranvier/meeg/forward/collocation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/parallel.hpp"
#include "ranvier/base/progress.hpp"
#include "ranvier/meeg/kernels/conductors.hpp"
#include "ranvier/meeg/recording/points.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/inverse.hpp"

namespace ranvier::meeg {

namespace {

constexpr index block = 128;                  // points of the field that are computed at once
constexpr double isolated_skull_limit = 0.1;  // conductivity of the skull over that of the brain

Point point(View<const double, 2> points, index k) { return {points(k, 0), points(k, 1), points(k, 2)}; }

/// @throws InvalidInput  a triangle without area, or a point of fewer than three triangles
std::vector<TriangleTerms> terms_of(const Surface& surface) {
    check(surface);
    const Neighbours around = neighbour_triangles(surface.n_points(), surface.triangles);
    for (index k = 0; k < surface.n_points(); ++k) {
        require(around.of(k).size() >= 3, [&] {
            return "point " + text_of(k) + " of the " + surface_name(surface.id) + " has fewer than three triangles (" +
                   text_of(around.of(k).size()) + "): the surface has a defect";
        });
    }
    std::vector<TriangleTerms> out(static_cast<std::size_t>(surface.n_triangles()));
    for (index t = 0; t < surface.n_triangles(); ++t) {
        TriangleTerms& terms = out[static_cast<std::size_t>(t)];
        std::array<Point, 3> r, edge;  // edges 1 → 2, 2 → 3, 3 → 1
        for (index c = 0; c < 3; ++c) {
            r[static_cast<std::size_t>(c)] = point(surface.points, surface.triangles(t, c));
            std::ranges::copy(r[static_cast<std::size_t>(c)], terms.corners[c]);
        }
        for (std::size_t c = 0; c < 3; ++c) {
            edge[c] = minus(r[(c + 1) % 3], r[c]);
            terms.lengths[c] = norm(edge[c]);
        }
        const Point normal = cross(edge[0], minus(r[2], r[0]));
        terms.area2 = norm(normal);
        require(terms.area2 > 1e-12 * terms.lengths[0] * terms.lengths[1] && terms.area2 > 0, [&] {
            return "triangle " + text_of(t) + " of the " + surface_name(surface.id) +
                   " has no area: its corners lie on a line";
        });
        const Point unit = scaled(normal, 1 / terms.area2);
        std::ranges::copy(unit, terms.normal);
        for (std::size_t k = 0; k < 3; ++k) {
            const Point& opposite = edge[(k + 1) % 3];
            std::ranges::copy(scaled(cross(opposite, unit), 2 / terms.area2), terms.across[k]);
            for (std::size_t e = 0; e < 3; ++e) {
                terms.gram[k][e] = dot(opposite, edge[e]) / (terms.area2 * terms.lengths[e]);
            }
        }
    }
    return out;
}

/// What each point of a surface is part of.
struct Shell {
    const Surface* surface;
    std::vector<TriangleTerms> terms;
    Neighbours around;
    index first = 0;  // row of its first point
};

/// What the solid angles lack to 2π because a point sees nothing of its own triangles goes to it and its neighbours:
/// half to the point, the rest in equal parts to the two other corners of each triangle.
void complete_own(const Shell& shell, index point, double* own, index ld) {
    double seen = 0;
    for (index j = 0; j < shell.surface->n_points(); ++j) {
        seen += own[j * ld];
    }
    const double missing = 2 * std::numbers::pi - seen;
    const auto triangles = shell.around.of(point);
    own[point * ld] = missing / 2;
    for (const std::int32_t t : triangles) {
        for (index c = 0; c < 3; ++c) {
            const index corner = shell.surface->triangles(t, c);
            if (corner != point) {
                own[corner * ld] += missing / (4.0 * static_cast<double>(triangles.size()));
            }
        }
    }
}

/// The inverse of 1 + deflation − γ/2π · coefficients. @param gamma  of the surfaces by themselves; none: 1
Array<double, 2> solved(const std::vector<Shell>& shells, const Array<double, 2>* gamma, const std::string& task) {
    index n = 0;
    for (const Shell& shell : shells) {
        n += shell.surface->n_points();
    }
    Array<double, 2> matrix({n, n});
    struct Piece {
        std::size_t from, to;
        index begin;
    };
    std::vector<Piece> pieces;
    for (std::size_t from = 0; from < shells.size(); ++from) {
        for (std::size_t to = 0; to < shells.size(); ++to) {
            for (index begin = 0; begin < shells[from].surface->n_points(); begin += block) {
                pieces.push_back({from, to, begin});
            }
        }
    }
    const ConductorKernels& kernels = chosen_conductor_kernels();
    const double deflation = 1 / static_cast<double>(n);
    Progress progress(task + ": coefficients", std::ssize(pieces));
    parallel_for(std::ssize(pieces), [&](index p) {
        const Piece& piece = pieces[static_cast<std::size_t>(p)];
        const Shell &from = shells[piece.from], &to = shells[piece.to];
        const index count = std::min(block, from.surface->n_points() - piece.begin);
        Array<double, 2> places({3, block}), rows({to.surface->n_points(), block});
        for (index i = 0; i < block; ++i) {
            const Point at = point(from.surface->points, piece.begin + std::min(i, count - 1));
            for (index k = 0; k < 3; ++k) {
                places(k, i) = at[static_cast<std::size_t>(k)];
            }
        }
        const index whole = (count + conductor_lanes - 1) / conductor_lanes * conductor_lanes;
        for (std::size_t t = 0; t < to.terms.size(); ++t) {
            double* corners[3];
            for (index c = 0; c < 3; ++c) {
                corners[c] = rows.data() + to.surface->triangles(static_cast<index>(t), c) * block;
            }
            kernels.collocate(whole, places.data(), block, to.terms[t], corners);
            if (t % 256 == 0) {
                check_interrupt();
            }
        }
        const double factor = (gamma ? (*gamma)(static_cast<index>(piece.from), static_cast<index>(piece.to)) : 1.0) /
                              (2 * std::numbers::pi);
        for (index i = 0; i < count; ++i) {
            if (piece.from == piece.to) {
                complete_own(from, piece.begin + i, rows.data() + i, block);
            }
            const index row = from.first + piece.begin + i;
            double* out = matrix.data() + row * n + to.first;
            for (index j = 0; j < to.surface->n_points(); ++j) {
                out[j] = deflation - rows(j, i) * factor + (row == to.first + j ? 1 : 0);
            }
        }
        progress.advance();
    });
    try {
        numerics::invert(matrix, task + ": inversion");
    } catch (const NumericalError& error) {
        throw NumericalError("the boundary-element model has no solution, as where surfaces touch: " +
                             std::string(error.what()));
    }
    return matrix;
}

/// Takes the potential of an insulated brain out of the solution, so that a skull of little conductivity has small
/// errors.
void isolate_skull(Array<double, 2>& solution, const Array<double, 2>& isolated, double quotient) {
    const index n = solution.extent(0), inner = isolated.extent(0), begin = n - inner;
    constexpr index rows = 1024;
    parallel_for((n + rows - 1) / rows, [&](index p) {
        const index first = p * rows, count = std::min(rows, n - first);
        Array<double, 2> part(View<const double, 2>(solution.data() + first * n + begin, {count, inner}, {n, 1}));
        numerics::gemm(false, false, count, inner, inner, -2, part.data(), inner, isolated.data(), inner, 1,
                       solution.data() + first * n + begin, n);
        for (index i = first; i < first + count; ++i) {
            if (i >= begin) {
                for (index j = 0; j < inner; ++j) {
                    solution(i, begin + j) += (1 + quotient) / quotient * isolated(i - begin, j);
                }
            }
            for (double& value : solution.view().row(i)) {
                value *= quotient;
            }
        }
    });
}

}  // namespace

Array<double, 2> vertex_areas(const Surface& surface) {
    Array<double, 2> out({surface.n_points(), 3});
    for (index t = 0; t < surface.n_triangles(); ++t) {
        const Point first = point(surface.points, surface.triangles(t, 0));
        const Point area = scaled(cross(minus(point(surface.points, surface.triangles(t, 1)), first),
                                        minus(point(surface.points, surface.triangles(t, 2)), first)),
                                  0.5);
        for (index c = 0; c < 3; ++c) {
            for (index k = 0; k < 3; ++k) {
                out(surface.triangles(t, c), k) += area[static_cast<std::size_t>(k)];
            }
        }
    }
    return out;
}

void solve_bem(BemModel& model) {
    const std::size_t count = model.surfaces.size();
    require(count == 1 || count == 3,
            [&] { return "a boundary-element model has one or three surfaces; got " + text_of(count); });
    std::vector<Shell> shells;
    index first = 0;
    for (const Surface& surface : model.surfaces) {
        require(surface.sigma > 0, [&] {
            return "the conductivity inside the " + surface_name(surface.id) + " must be > 0 S/m; got " +
                   text_of(surface.sigma);
        });
        shells.push_back(
            {&surface, terms_of(surface), neighbour_triangles(surface.n_points(), surface.triangles), first});
        first += surface.n_points();
    }
    const BemMultipliers factors = multipliers(model);
    Array<double, 2> solution = solved(shells, &factors.gamma, "Boundary-element model");
    if (count == 3) {
        const auto sigma = [&](std::size_t k) { return model.surfaces[k].sigma; };
        const double quotient = sigma(1) / sigma(2);
        if (quotient <= isolated_skull_limit) {
            std::vector<Shell> inner{shells.back()};
            inner[0].first = 0;
            isolate_skull(solution, solved(inner, nullptr, "Isolated skull"), quotient);
        }
    }
    model.solution = std::move(solution);
    model.method = BemMethod::linear_collocation;
    model.solver = "mne";
}

}  // namespace ranvier::meeg
