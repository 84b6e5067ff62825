#include "ranvier/meeg/anatomy/spheres.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/recording/points.hpp"

namespace ranvier::meeg {

namespace {

using Triangle = std::array<std::int32_t, 3>;
std::size_t at(index k) { return static_cast<std::size_t>(k); }

struct Mesh {
    std::vector<Point> points;
    std::vector<Triangle> triangles;
};

/// Points in the middle of edges, on the sphere; each is made once.
class Middles {
public:
    explicit Middles(std::vector<Point>& points) : points_(points) {}
    std::int32_t of(std::int32_t a, std::int32_t b) {
        const auto [found, fresh] = numbers_.try_emplace(std::minmax(a, b), static_cast<std::int32_t>(points_.size()));
        if (fresh) {
            const Point p = points_[at(a)], q = points_[at(b)];
            const Point sum{p[0] + q[0], p[1] + q[1], p[2] + q[2]};
            points_.push_back(scaled(sum, 1 / norm(sum)));
        }
        return found->second;
    }

private:
    std::vector<Point>& points_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> numbers_;
};

Surface surface_of(const Mesh& mesh) {
    Surface made;
    made.points = Array<double, 2>({std::ssize(mesh.points), 3});
    made.triangles = Array<std::int32_t, 2>({std::ssize(mesh.triangles), 3});
    for (std::size_t p = 0; p < mesh.points.size(); ++p) {
        std::copy(mesh.points[p].begin(), mesh.points[p].end(), made.points.data() + 3 * p);
    }
    for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
        std::copy(mesh.triangles[t].begin(), mesh.triangles[t].end(), made.triangles.data() + 3 * t);
    }
    made.normals = made.points;
    return made;
}

/// The five points of a ring of the icosahedron, from an angle on.
void add_ring(std::vector<Point>& points, double z, double first) {
    for (int k = 0; k < 5; ++k) {
        const double angle = (first + 2 * k) * std::numbers::pi / 5, r = 2 / std::sqrt(5.0);
        points.push_back({r * std::cos(angle), r * std::sin(angle), z});
    }
}

}  // namespace

Surface icosahedron(int grade) {
    require(grade >= 0 && grade <= 7,
            [&] { return "the grade of an icosahedron must be 0 to 7; got " + text_of(grade); });
    // The files of the finer ones were made by another program: its rings begin one step earlier, and it puts the first
    // of a triangle's four parts in its place and the others at the end.
    const bool fine = grade >= 5;
    Mesh mesh;
    const double z = 1 / std::sqrt(5.0);
    mesh.points.push_back({0, 0, 1});
    add_ring(mesh.points, z, fine ? -2 : 0);
    add_ring(mesh.points, -z, fine ? -3 : -1);
    mesh.points.push_back({0, 0, -1});
    mesh.triangles = {{0, 3, 4}, {0, 4, 5},  {0, 5, 1},   {0, 1, 2},   {0, 2, 3},  {3, 2, 8}, {3, 8, 9},
                      {3, 9, 4}, {4, 9, 10}, {4, 10, 5},  {5, 10, 6},  {5, 6, 1},  {1, 6, 7}, {1, 7, 2},
                      {2, 7, 8}, {8, 11, 9}, {9, 11, 10}, {10, 11, 6}, {6, 11, 7}, {7, 11, 8}};
    for (int step = 0; step < grade; ++step) {
        Middles middles(mesh.points);
        std::vector<Triangle> cut, behind;
        for (const auto& [p, q, r] : mesh.triangles) {
            const std::int32_t a = middles.of(r, p), b = middles.of(q, r), c = middles.of(p, q);
            cut.push_back({p, c, a});
            std::vector<Triangle>& rest = fine ? behind : cut;
            rest.insert(rest.end(), {{a, b, r}, {c, b, a}, {c, q, b}});
        }
        cut.insert(cut.end(), behind.begin(), behind.end());
        mesh.triangles = std::move(cut);
    }
    for (Point& p : mesh.points) {
        for (double& x : p) {
            x = static_cast<float>(std::nearbyint(x * 1e4) / 1e4);  // as in the files
        }
    }
    return surface_of(mesh);
}

Surface octahedron(int grade) {
    require(grade >= 1 && grade <= 10,
            [&] { return "the grade of an octahedron must be 1 to 10; got " + text_of(grade); });
    Mesh mesh;
    mesh.points = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    mesh.triangles = {{2, 4, 0}, {1, 4, 2}, {3, 4, 1}, {0, 4, 3}, {5, 2, 0}, {5, 1, 2}, {5, 3, 1}, {5, 0, 3}};
    for (int step = 1; step < grade; ++step) {
        Middles middles(mesh.points);
        std::vector<Triangle> cut;
        for (const auto& [p, q, r] : mesh.triangles) {
            const std::int32_t a = middles.of(p, r), b = middles.of(p, q), c = middles.of(q, r);
            cut.insert(cut.end(), {{p, b, a}, {b, q, c}, {a, b, c}, {a, c, r}});
        }
        mesh.triangles = std::move(cut);
    }
    // Points are numbered in the order in which triangles name them.
    Mesh ordered;
    std::vector<std::int32_t> number(mesh.points.size(), -1);
    for (Triangle& triangle : mesh.triangles) {
        for (std::int32_t& corner : triangle) {
            if (number[at(corner)] < 0) {
                number[at(corner)] = static_cast<std::int32_t>(ordered.points.size());
                ordered.points.push_back(mesh.points[at(corner)]);
            }
            corner = number[at(corner)];
        }
    }
    ordered.triangles = std::move(mesh.triangles);
    return surface_of(ordered);
}

}  // namespace ranvier::meeg
