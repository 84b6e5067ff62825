// Labels, and FreeSurfer's files of surfaces.
#include "meeg/anatomy.hpp"
#include "meeg/faces.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/morphing.hpp"
#include "ranvier/meeg/anatomy/nearest_points.hpp"
#include "ranvier/meeg/anatomy/regions.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

Array<std::int64_t, 1> vertices_of(nb::handle value) {
    return array_of<std::int64_t, 1>(
        nb::cast<NumpyIn<std::int64_t, 1>>(nb::module_::import_("numpy").attr("ascontiguousarray")(value, "i8")));
}

nb::object shown_geometry(const formats::VolumeGeometry& geometry) {
    const nb::object array = nb::module_::import_("numpy").attr("array");
    nb::dict d;
    d["head"] = array(geometry.head, "i4");
    d["valid"] = geometry.valid;
    d["filename"] = geometry.filename;
    d["volume"] = array(geometry.volume, "i8");
    d["voxelsize"] = array(geometry.voxelsize);
    d["xras"] = array(geometry.xras);
    d["yras"] = array(geometry.yras);
    d["zras"] = array(geometry.zras);
    d["cras"] = array(geometry.cras);
    return d;
}

template <class T, std::size_t N>
std::array<T, N> three_in(nb::handle d, const char* key) {
    std::array<T, N> made{};
    const auto values = nb::cast<std::vector<T>>(nb::list(nb::borrow(d[key])));
    require(values.size() == N, [&] { return "volume_info['" + std::string(key) + "'] must have three numbers"; });
    std::copy(values.begin(), values.end(), made.begin());
    return made;
}

formats::VolumeGeometry geometry_of(nb::handle d) {
    formats::VolumeGeometry made;
    for (const char* key : {"head", "valid", "filename", "volume", "voxelsize", "xras", "yras", "zras", "cras"}) {
        require(nb::cast<bool>(d.attr("__contains__")(key)),
                [&] { return "volume_info must have the key '" + std::string(key) + "'"; });
    }
    for (nb::handle number : d["head"]) {
        made.head.push_back(nb::cast<int>(number));
    }
    made.valid = nb::cast<std::string>(d["valid"]);
    made.filename = nb::cast<std::string>(d["filename"]);
    made.volume = three_in<int, 3>(d, "volume");
    made.voxelsize = three_in<double, 3>(d, "voxelsize");
    made.xras = three_in<double, 3>(d, "xras");
    made.yras = three_in<double, 3>(d, "yras");
    made.zras = three_in<double, 3>(d, "zras");
    made.cras = three_in<double, 3>(d, "cras");
    return made;
}

nb::object shown_mesh(const formats::SurfaceMesh& mesh) {
    return nb::make_tuple(numpy_view(mesh.points), numpy_view(mesh.triangles),
                          mesh.geometry ? shown_geometry(*mesh.geometry) : nb::dict(), mesh.stamp);
}

using Write = void (*)(const formats::SurfaceMesh&, const std::filesystem::path&, bool);
auto mesh_writer(Write write) {
    return [write](nb::handle points, nb::handle triangles, const std::string& stamp, nb::handle geometry,
                   const std::filesystem::path& path, bool overwrite) {
        formats::SurfaceMesh mesh;
        set(mesh.points, points);
        mesh.triangles = triangles_of(triangles);
        mesh.stamp = stamp;
        if (!geometry.is_none()) {
            mesh.geometry = geometry_of(geometry);
        }
        run([&] { write(mesh, path, overwrite); });
    };
}

}  // namespace

void bind_labels(nb::module_& m) {
    nb::class_<Label>(m, "Label", "A part of a hemisphere's surface.")
        .def(nb::init<>())
        .def("check", [](const Label& label) { check(label); })
        .def_prop_rw(
            "vertices", [](Label& l) { return nb::cast(numpy_view(l.vertices)); },
            [](Label& l, nb::handle v) { l.vertices = vertices_of(v); },
            "Numbers of points, rising, shape (n_vertices,).")
        .def_prop_rw(
            "pos", [](Label& l) { return nb::cast(numpy_view(l.places)); },
            [](Label& l, nb::handle v) { set(l.places, v); }, "Their places [m], shape (n_vertices, 3).")
        .def_prop_rw(
            "values", [](Label& l) { return nb::cast(numpy_view(l.values)); },
            [](Label& l, nb::handle v) { set(l.values, v); }, "A value for each, shape (n_vertices,).")
        .def_rw("hemi", &Label::hemisphere, R"("lh" or "rh".)")
        .def_rw("comment", &Label::comment)
        .def_rw("name", &Label::name, nb::arg().none())
        .def_rw("subject", &Label::subject, nb::arg().none())
        .def_rw("filename", &Label::filename, nb::arg().none())
        .def_prop_rw(
            "_rgba",
            [](const Label& l) {
                return l.colour ? nb::object(nb::tuple(nb::cast(*l.colour))) : nb::object(nb::none());
            },
            [](Label& l, nb::handle colour) {
                l.colour.reset();
                if (!colour.is_none()) {
                    l.colour = nb::cast<std::array<double, 4>>(nb::list(nb::borrow(colour)));
                }
            },
            nb::arg().none())
        .def("_take", [](Label& to, const Label& from) { to = from; })
        .def("_sum", [](const Label& a, const Label& b) { return sum(a, b); })
        .def("_difference", [](const Label& a, const Label& b) { return difference(a, b); })
        .def("_filled", [](const Label& l, const SourceSpace& space) { return filled(l, space); })
        .def("_restricted", [](const Label& l, const SourceSpace& space) { return restricted(l, space); });
    m.def("blended", &blended, "a"_a, "b"_a);

    const auto reader = [&](const char* name, auto read, auto show) {
        m.def(
            name, [read, show](const std::filesystem::path& path) { return show(run([&] { return read(path); })); },
            "path"_a);
    };
    reader("read_freesurfer_surface", formats::read_freesurfer_surface, shown_mesh);
    reader("read_obj_surface", formats::read_obj_surface, shown_mesh);
    reader("read_freesurfer_curvature", formats::read_freesurfer_curvature,
           [](const std::vector<double>& values) { return numpy_copy(values); });
    reader("read_freesurfer_label", formats::read_freesurfer_label, [](Label label) { return label; });
    reader("read_annotation", formats::read_annotation, [](const formats::Annotation& annotation) {
        nb::list regions;
        for (const auto& region : annotation.regions) {
            regions.append(nb::make_tuple(nb::bytes(region.name.data(), region.name.size()), region.id(),
                                          nb::tuple(nb::cast(region.rgbt))));
        }
        return nb::make_tuple(numpy_copy(annotation.ids), regions,
                              nb::bytes(annotation.table.data(), annotation.table.size()));
    });
    reader("read_xfm", formats::read_xfm, [](const std::array<std::array<double, 4>, 4>& matrix) { return matrix; });
    m.def("write_freesurfer_surface", mesh_writer(formats::write_freesurfer_surface), "points"_a, "triangles"_a,
          "stamp"_a, "geometry"_a.none(), "path"_a, "overwrite"_a);
    m.def("write_obj_surface", mesh_writer(formats::write_obj_surface), "points"_a, "triangles"_a, "stamp"_a,
          "geometry"_a.none(), "path"_a, "overwrite"_a);
    m.def(
        "write_freesurfer_label",
        [](const Label& label, const std::filesystem::path& path, bool overwrite) {
            run([&] { formats::write_freesurfer_label(label, path, overwrite); });
        },
        "label"_a, "path"_a, "overwrite"_a);
    m.def(
        "write_annotation",
        [](nb::handle ids, const std::vector<std::pair<std::string, std::array<int, 4>>>& regions,
           const std::string& table, const std::filesystem::path& path, bool overwrite) {
            formats::Annotation annotation;
            for (const index id : indices_of(ids)) {
                annotation.ids.push_back(static_cast<std::int32_t>(id));
            }
            for (const auto& [name, rgbt] : regions) {
                annotation.regions.push_back({name, rgbt});
            }
            annotation.table = table;
            run([&] { formats::write_annotation(annotation, path, overwrite); });
        },
        "ids"_a, "regions"_a, "table"_a, "path"_a, "overwrite"_a);

    // -- regions of surfaces, and from one surface to another
    const auto surface_of = [](nb::handle points, nb::handle triangles) {
        Surface surface;
        set(surface.points, points);
        surface.triangles = triangles_of(triangles);
        check(surface);
        return surface;
    };
    m.def(
        "area_of",
        [surface_of](nb::handle points, nb::handle triangles, nb::handle vertices) {
            const Surface surface = surface_of(points, triangles);
            const auto which = indices_of(vertices);
            return run([&] { return area_of(surface, which); });
        },
        "points"_a, "triangles"_a, "vertices"_a);
    m.def(
        "parts_along",
        [](nb::handle region, const std::array<double, 3>& normal, int n_parts) {
            Array<double, 2> points;
            set(points, region);
            return run([&] { return parts_along(points, normal, n_parts); });
        },
        "region"_a, "normal"_a, "n_parts"_a);
    m.def(
        "connected_parts",
        [surface_of](nb::handle points, nb::handle triangles, nb::handle vertices) {
            const Surface surface = surface_of(points, triangles);
            const auto which = indices_of(vertices);
            return run([&] { return connected_parts(surface, which); });
        },
        "points"_a, "triangles"_a, "vertices"_a);
    m.def(
        "reached",
        [surface_of](nb::handle points, nb::handle triangles, nb::handle sources, double limit) {
            const Surface surface = surface_of(points, triangles);
            const auto from = indices_of(sources);
            const Reached found =
                run([&] { return reached(edge_lengths(surface.points, surface.triangles), from, limit); });
            return nb::make_tuple(numpy_copy(found.distances),
                                  numpy_copy(std::vector<std::int64_t>(found.sources.begin(), found.sources.end())));
        },
        "points"_a, "triangles"_a, "sources"_a, "limit"_a);
    m.def(
        "nearest_points",
        [](nb::handle points, nb::handle places) {
            Array<double, 2> among, at;
            set(among, points);
            set(at, places);
            require(at.empty() || at.extent(1) == 3, "places must have 3 coordinates");
            std::vector<std::int64_t> found;
            run([&] {
                const NearestPoints tree(among);
                for (index k = 0; k < at.extent(0); ++k) {
                    found.push_back(tree.nearest({at(k, 0), at(k, 1), at(k, 2)}).point);
                }
            });
            return numpy_copy(found);
        },
        "points"_a, "places"_a);
    m.def(
        "morph_map",
        [surface_of](nb::handle from, nb::handle triangles, nb::handle to) {
            const Surface sphere = surface_of(from, triangles);
            Array<double, 2> places;
            set(places, to);
            return shown_sparse(run([&] { return morph_map(sphere, places); }));
        },
        "from_points"_a, "triangles"_a, "to_points"_a);
    m.def(
        "spread",
        [](index n_points, nb::handle triangles, nb::handle vertices, std::optional<int> steps) {
            const auto corners = triangles_of(triangles);
            const auto which = indices_of(vertices);
            const Spread made = run([&] { return spread(n_points, corners, which, steps); });
            return nb::make_tuple(shown_sparse(made.matrix), made.missing, made.steps);
        },
        "n_points"_a, "triangles"_a, "vertices"_a, "steps"_a.none());
    m.def(
        "read_morph_maps_fif",
        [](const std::filesystem::path& path) {
            nb::list list;
            for (const MorphMaps& maps : run([&] { return formats::read_morph_maps_fif(path); })) {
                list.append(nb::make_tuple(maps.from, maps.to, shown_sparse(maps.left), shown_sparse(maps.right)));
            }
            return list;
        },
        "path"_a);
    m.def(
        "write_morph_maps_fif",
        [](nb::handle list, const std::filesystem::path& path, bool overwrite) {
            std::vector<MorphMaps> maps;
            for (nb::handle pair : list) {
                maps.push_back({nb::cast<std::string>(pair[0]), nb::cast<std::string>(pair[1]), sparse_of(pair[2]),
                                sparse_of(pair[3])});
            }
            run([&] { formats::write_morph_maps_fif(maps, path, overwrite); });
        },
        "maps"_a, "path"_a, "overwrite"_a);
}

}  // namespace ranvier::python
