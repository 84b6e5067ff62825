// Surfaces of other files, parcels that grow, and graphs of neighbours.
#include "ranvier/meeg/anatomy/parcels.hpp"
#include "meeg/anatomy.hpp"
#include "meeg/faces.hpp"
#include "meeg/samples.hpp"
#include "ranvier/formats/freesurfer/gifti.hpp"
#include "ranvier/formats/freesurfer/nifti.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/graphs.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

Surface surface_of(nb::handle points, nb::handle triangles) {
    Surface surface;
    set(surface.points, points);
    surface.triangles = triangles_of(triangles);
    check(surface);
    return surface;
}

nb::object shown_points(const std::vector<index>& points) {
    return nb::cast(numpy_copy(std::vector<std::int64_t>(points.begin(), points.end())));
}

std::vector<std::vector<index>> lists_of(nb::handle lists) {
    std::vector<std::vector<index>> made;
    for (nb::handle list : lists) {
        made.push_back(indices_of(list));
    }
    return made;
}

nb::object shown_entries(const GraphEntries& graph) {
    return nb::make_tuple(numpy_copy(graph.rows), numpy_copy(graph.columns));
}

nb::list shown_lists(const std::vector<std::vector<index>>& lists) {
    nb::list made;
    for (const auto& list : lists) {
        made.append(shown_points(list));
    }
    return made;
}

}  // namespace

void bind_parcels(nb::module_& m) {
    m.def(
        "read_gifti_surface",
        [](const std::filesystem::path& path) {
            const formats::SurfaceMesh mesh = run([&] { return formats::read_gifti_surface(path); });
            return nb::make_tuple(numpy_view(mesh.points), numpy_view(mesh.triangles), nb::dict(), mesh.stamp);
        },
        "path"_a);
    m.def(
        "read_tri_surface",
        [](const std::filesystem::path& path) {
            bool normals = false;
            const formats::SurfaceMesh mesh = run([&] { return formats::read_tri_surface(path, normals); });
            return nb::make_tuple(numpy_view(mesh.points), numpy_view(mesh.triangles), normals);
        },
        "path"_a);
    m.def(
        "write_nifti",
        [](const std::array<int, 3>& shape, nb::handle values, nb::handle affine, double tstep, int version,
           const std::filesystem::path& path, bool overwrite) {
            formats::NiftiImage image{shape, {}, {}, tstep};
            set(image.values, values);
            set_numbers(image.affine[0].data(), {4, 4}, affine);
            run([&] { formats::write_nifti(image, version, path, overwrite); });
        },
        "shape"_a, "values"_a, "affine"_a, "tstep"_a, "version"_a, "path"_a, "overwrite"_a);
    m.def(
        "edge_lengths",
        [](nb::handle points, nb::handle triangles) {
            const Surface surface = surface_of(points, triangles);
            return shown_sparse(run([&] { return edge_lengths(surface.points, surface.triangles); }));
        },
        "points"_a, "triangles"_a);
    m.def(
        "edge_counts",
        [](index n_points, nb::handle triangles) {
            const auto corners = triangles_of(triangles);
            return shown_sparse(run([&] { return edge_counts(n_points, corners); }));
        },
        "n_points"_a, "triangles"_a);
    m.def(
        "neighbours",
        [](index n_points, nb::handle triangles) {
            const auto corners = triangles_of(triangles);
            const Neighbours points = run([&] { return neighbour_points(n_points, corners); });
            const Neighbours around = neighbour_triangles(n_points, corners);
            nb::list lists, triangle_lists;
            for (index p = 0; p < n_points; ++p) {
                const auto of = points.of(p);
                lists.append(shown_points({of.begin(), of.end()}));
                const auto touching = around.of(p);
                triangle_lists.append(shown_points({touching.begin(), touching.end()}));
            }
            return nb::make_tuple(lists, triangle_lists);
        },
        "n_points"_a, "triangles"_a);
    m.def(
        "over_times",
        [](nb::handle rows, nb::handle columns, index n_points, index n_times) {
            GraphEntries graph;
            for (const index k : indices_of(rows)) {
                graph.rows.push_back(k);
            }
            for (const index k : indices_of(columns)) {
                graph.columns.push_back(k);
            }
            require(graph.rows.size() == graph.columns.size(), "rows and columns must be as many");
            return shown_entries(run([&] { return over_times(graph, n_points, n_times); }));
        },
        "rows"_a, "columns"_a, "n_points"_a, "n_times"_a);
    m.def(
        "grid_graph",
        [](const std::array<int, 3>& shape, nb::handle used) {
            const auto points = indices_of(used);
            return shown_entries(run([&] { return grid_graph(shape, points); }));
        },
        "shape"_a, "used"_a);
    m.def(
        "near_pairs",
        [](nb::handle a, nb::handle b, double distance) {
            Array<double, 2> from, to;
            set(from, a);
            set(to, b);
            return shown_entries(run([&] { return near_pairs(from, to, distance); }));
        },
        "a"_a, "b"_a, "distance"_a);
    m.def(
        "sparse_product",
        [](nb::handle matrix, nb::handle dense) {
            const auto left = sparse_of(matrix);
            Array<double, 2> right;
            set(right, dense);
            return numpy_view(run([&] { return numerics::product(left, right); }));
        },
        "matrix"_a, "dense"_a);
    m.def(
        "grown",
        [](nb::handle points, nb::handle triangles, nb::handle seeds, const std::vector<double>& extents) {
            const Surface surface = surface_of(points, triangles);
            const auto lists = lists_of(seeds);
            require(lists.size() == extents.size(), "there must be an extent for each list of seeds");
            const auto found = run([&] {
                const auto edges = edge_lengths(surface.points, surface.triangles);
                std::vector<Grown> made(lists.size());
                parallel_for(std::ssize(lists), [&](index k) {
                    made[static_cast<std::size_t>(k)] =
                        grown(edges, lists[static_cast<std::size_t>(k)], extents[static_cast<std::size_t>(k)]);
                });
                return made;
            });
            nb::list made;
            for (const Grown& each : found) {
                made.append(nb::make_tuple(shown_points(each.points), numpy_copy(each.distances)));
            }
            return made;
        },
        "points"_a, "triangles"_a, "seeds"_a, "extents"_a);
    m.def(
        "grown_apart",
        [](nb::handle points, nb::handle triangles, nb::handle seeds, const std::vector<double>& extents) {
            const Surface surface = surface_of(points, triangles);
            const auto lists = lists_of(seeds);
            return shown_lists(
                run([&] { return grown_apart(edge_lengths(surface.points, surface.triangles), lists, extents); }));
        },
        "points"_a, "triangles"_a, "seeds"_a, "extents"_a);
    m.def(
        "random_parcels",
        [](nb::handle points, nb::handle triangles, index parcel_size, index n_parcels, nb::object drawn) {
            const Surface surface = surface_of(points, triangles);
            // It draws with Python's generator, so the interpreter's lock stays held.
            return shown_lists(random_parcels(edge_lengths(surface.points, surface.triangles), parcel_size, n_parcels,
                                              [&](index n) { return nb::cast<index>(drawn(n)); }));
        },
        "points"_a, "triangles"_a, "parcel_size"_a, "n_parcels"_a, "drawn"_a);
    m.def(
        "connected",
        [](nb::handle graph, const std::vector<bool>& chosen) {
            const auto edges = sparse_of(graph);
            return shown_points(run([&] { return connected(edges, chosen); }));
        },
        "graph"_a, "chosen"_a);
    m.def(
        "inflated",
        [](nb::handle points, nb::handle triangles, int steps) {
            const Surface surface = surface_of(points, triangles);
            return numpy_view(run([&] { return inflated(surface, steps); }));
        },
        "points"_a, "triangles"_a, "steps"_a);
}

}  // namespace ranvier::python
