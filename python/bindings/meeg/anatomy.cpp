// Surfaces, source spaces, heads of compartments, as MNE-Python's dicts.
#include "meeg/anatomy.hpp"

#include "meeg/faces.hpp"
#include "meeg/samples.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/meeg/anatomy/decimation.hpp"
#include "ranvier/meeg/anatomy/geodesics.hpp"
#include "ranvier/meeg/anatomy/shells.hpp"
#include "ranvier/meeg/anatomy/spheres.hpp"

namespace ranvier::python {

using namespace meeg;
using numerics::SparseMatrix;

namespace {

nb::object none() { return nb::none(); }
nb::object shown_int(int value) { return nb::cast(value); }

using Triangles = Array<std::int32_t, 2>;

nb::object shown_triangles(Triangles& triangles) {
    return triangles.empty() ? none() : nb::cast(numpy_view(triangles));
}
void set_triangles(Triangles& field, nb::handle value) {
    field = value.is_none() ? Triangles() : triangles_of(value);
}

nb::object shown_indices(const std::vector<index>& values) {
    return nb::cast(numpy_constant(std::vector<std::int64_t>(values.begin(), values.end())));
}

std::vector<double> numbers_of(nb::handle value) {
    return vector_of<double>(nb::cast<NumpyIn<double, 1>>(floats(value).attr("ravel")()));
}

/// A text; None is an empty one.
std::string text_of_or_none(nb::handle value) {
    return nb::cast<std::optional<std::string>>(value).value_or("");
}

// -- geometry of triangles, computed when asked for

template <class T>
std::vector<Key<T>> geometry_keys() {
    return {{"tri_area",
             [](T& s, nb::handle) {
                 return nb::cast(numpy_copy(triangle_geometry(s.points, s.triangles).areas));
             }},
            {"tri_cent",
             [](T& s, nb::handle) { return nb::cast(numpy_view(triangle_geometry(s.points, s.triangles).centroids)); }},
            {"tri_nn",
             [](T& s, nb::handle) { return nb::cast(numpy_view(triangle_geometry(s.points, s.triangles).normals)); }}};
}

// -- source spaces

constexpr const char* kinds[] = {"surf", "vol", "discrete"};

nb::object shown_kind(SourceSpace& s, nb::handle) { return nb::cast(kinds[static_cast<int>(s.kind)]); }
void set_kind(SourceSpace& s, nb::handle value) {
    const auto name = nb::cast<std::string>(value);
    const auto* at = std::find(std::begin(kinds), std::end(kinds), name);
    require(at != std::end(kinds), [&] { return "a source space must be surf, vol or discrete; got " + name; });
    s.kind = static_cast<SourceSpaceKind>(at - std::begin(kinds));
}

void set_used(SourceSpace& s, nb::handle value) {
    std::vector<index> vertices;
    const auto used = numbers_of(value);
    for (std::size_t k = 0; k < used.size(); ++k) {
        if (used[k] != 0) {
            vertices.push_back(static_cast<index>(k));
        }
    }
    s.vertices = std::move(vertices);
}

nb::object shown_patches(SourceSpace& s, nb::handle) {
    if (s.nearest.empty()) {
        return none();
    }
    nb::list list;
    for (const auto& points : patches(s).points) {
        list.append(shown_indices(points));
    }
    return list;
}

VolumeGrid& grid(SourceSpace& s) {
    if (!s.volume) {
        s.volume.emplace();
    }
    return *s.volume;
}

template <auto Field>
Key<SourceSpace> transform_key(const char* name) {
    return {name, [](SourceSpace& s, nb::handle) { return nb::cast(Transform(*((*s.volume).*Field))); },
            [](SourceSpace& s, nb::handle value) { grid(s).*Field = transform_of(value); },
            [](const SourceSpace& s) { return s.volume && ((*s.volume).*Field).has_value(); }};
}
template <auto Field>
Key<SourceSpace> grid_text(const char* name) {
    return {name, [](SourceSpace& s, nb::handle) { return nb::cast((*s.volume).*Field); },
            [](SourceSpace& s, nb::handle value) { grid(s).*Field = text_of_or_none(value); },
            [](const SourceSpace& s) { return s.volume && !((*s.volume).*Field).empty(); }};
}
template <std::size_t Axis>
Key<SourceSpace> size_key(const char* name) {
    return {name, [](SourceSpace& s, nb::handle) { return shown_int(s.volume->mri_shape[Axis]); },
            [](SourceSpace& s, nb::handle value) { grid(s).mri_shape[Axis] = nb::cast<int>(value); },
            [](const SourceSpace& s) { return s.volume && s.volume->mri_shape[Axis] > 0; }};
}

nb::object shown_neighbours(SourceSpace& s, nb::handle) {
    nb::list list;
    for (index p = 0; p < std::ssize(s.volume->neighbours.starts) - 1; ++p) {
        const auto of = s.volume->neighbours.of(p);
        list.append(numpy_constant(std::vector<std::int32_t>(of.begin(), of.end())));
    }
    return list;
}
void set_neighbours(SourceSpace& s, nb::handle value) {
    Neighbours made;
    for (nb::handle list : value) {
        for (const double p : numbers_of(list)) {
            made.list.push_back(static_cast<std::int32_t>(p));
        }
        made.starts.push_back(std::ssize(made.list));
    }
    grid(s).neighbours = std::move(made);
}

std::vector<Key<SourceSpace>> space_keys() {
    using S = SourceSpace;
    const auto is_grid = [](const S& s) { return s.volume.has_value(); };
    std::vector<Key<S>> keys{
        key<&S::id>("id"),
        {"type", shown_kind, set_kind},
        {"np", [](S& s, nb::handle) { return nb::cast(s.n_points()); }},
        {"ntri", [](S& s, nb::handle) { return nb::cast(s.triangles.extent(0)); }},
        key<&S::frame>("coord_frame"),
        key<&S::points>("rr"),
        key<&S::normals>("nn"),
        {"tris", [](S& s, nb::handle) { return shown_triangles(s.triangles); },
         [](S& s, nb::handle value) { set_triangles(s.triangles, value); }},
        {"nuse", [](S& s, nb::handle) { return nb::cast(s.n_used()); }},
        {"inuse", [](S& s, nb::handle) { return nb::cast(numpy_constant(in_use(s))); }, set_used},
        {"vertno", [](S& s, nb::handle) { return shown_indices(s.vertices); },
         [](S& s, nb::handle value) { s.vertices = indices_of(value); }},
        {"nuse_tri", [](S& s, nb::handle) { return nb::cast(s.use_triangles.extent(0)); }},
        {"use_tris", [](S& s, nb::handle) { return shown_triangles(s.use_triangles); },
         [](S& s, nb::handle value) { set_triangles(s.use_triangles, value); }},
        {"nearest", [](S& s, nb::handle) { return s.nearest.empty() ? none() : shown_indices(s.nearest); },
         [](S& s, nb::handle value) { s.nearest = value.is_none() ? std::vector<index>() : indices_of(value); }},
        {"nearest_dist",
         [](S& s, nb::handle) {
             return s.nearest_distances.empty() ? none() : nb::cast(numpy_constant(s.nearest_distances));
         },
         [](S& s, nb::handle value) {
             s.nearest_distances = value.is_none() ? std::vector<double>() : numbers_of(value);
         }},
        {"pinfo", shown_patches},
        {"patch_inds",
         [](S& s, nb::handle) { return s.nearest.empty() ? none() : shown_indices(patches(s).of_vertex); }},
        {"dist", [](S& s, nb::handle) { return s.distances ? shown_sparse(*s.distances) : none(); },
         [](S& s, nb::handle value) {
             s.distances = value.is_none() ? std::nullopt : std::optional(sparse_of(value));
         }},
        {"dist_limit", [](S& s, nb::handle) { return s.distances ? nb::cast(s.distance_limit) : none(); },
         [](S& s, nb::handle value) { s.distance_limit = value.is_none() ? 0 : nb::cast<double>(value); }},
        {"subject_his_id", [](S& s, nb::handle) { return s.subject.empty() ? none() : nb::cast(s.subject); },
         [](S& s, nb::handle value) { s.subject = text_of_or_none(value); }},
        {"shape",
         [](S& s, nb::handle) { return nb::object(nb::tuple(nb::cast(s.volume->shape))); },
         [](S& s, nb::handle value) { grid(s).shape = nb::cast<std::array<int, 3>>(nb::list(nb::borrow(value))); },
         is_grid},
        {"src_mri_t", [](S& s, nb::handle) { return nb::cast(Transform(s.volume->grid_to_mri)); },
         [](S& s, nb::handle value) { grid(s).grid_to_mri = transform_of(value); }, is_grid},
        transform_key<&VolumeGrid::voxel_to_mri>("vox_mri_t"),
        transform_key<&VolumeGrid::mri_to_ras>("mri_ras_t"),
        {"interpolator", [](S& s, nb::handle) { return shown_sparse(*s.volume->interpolator); },
         [](S& s, nb::handle value) { grid(s).interpolator = sparse_of(value); },
         [](const S& s) { return s.volume && s.volume->interpolator; }},
        grid_text<&VolumeGrid::mri_file>("mri_file"),
        grid_text<&VolumeGrid::mri_volume_name>("mri_volume_name"),
        size_key<0>("mri_width"),
        size_key<1>("mri_height"),
        size_key<2>("mri_depth"),
        {"neighbor_vert", shown_neighbours, set_neighbours,
         [](const S& s) { return s.volume && s.volume->neighbours.starts.size() > 1; }},
        grid_text<&VolumeGrid::segment>("seg_name")};
    for (Key<S> k : geometry_keys<S>()) {
        k.known = [](const S& s) { return !s.triangles.empty(); };
        keys.push_back(k);
    }
    return keys;
}

// -- heads of compartments

std::vector<Key<BemModel>> model_keys() {
    using M = BemModel;
    const auto solved = [](const M& m) { return m.solved(); };
    return {{"is_sphere", [](M&, nb::handle) { return nb::cast(false); }},
            key<&M::surfaces>("surfs"),
            key<&M::solver>("solver"),
            {"bem_method", [](M& m, nb::handle) { return shown_int(static_cast<int>(m.method)); },
             [](M& m, nb::handle value) {
                 const int number = nb::cast<int>(value);
                 require(number >= 0 && number <= 2, "bem_method must be 1 or 2 (FIFFV_BEM_APPROX_…)");
                 m.method = static_cast<BemMethod>(number);
             },
             solved},
            {"solution", [](M& m, nb::handle) { return nb::cast(numpy_view(m.solution)); },
             [](M& m, nb::handle value) { set(m.solution, value); }, solved},
            {"nsol", [](M& m, nb::handle) { return nb::cast(m.solution.extent(0)); }, nullptr, solved},
            {"sigma",
             [](M& m, nb::handle) {
                 std::vector<double> sigmas;
                 for (const Surface& surface : m.surfaces) {
                     sigmas.push_back(surface.sigma);
                 }
                 return nb::cast(numpy_constant(sigmas));
             }},
            {"source_mult", [](M& m, nb::handle) { return nb::cast(numpy_constant(multipliers(m).source)); }},
            {"field_mult", [](M& m, nb::handle) { return nb::cast(numpy_constant(multipliers(m).field)); }},
            {"gamma", [](M& m, nb::handle) { return nb::cast(numpy_as<const double>(multipliers(m).gamma)); }}};
}

}  // namespace

Triangles triangles_of(nb::handle value) {
    return array_of<std::int32_t, 2>(
        nb::cast<NumpyIn<std::int32_t, 2>>(nb::module_::import_("numpy").attr("ascontiguousarray")(value, "i4")));
}
std::vector<index> indices_of(nb::handle value) {
    const auto numbers = vector_of<std::int64_t>(nb::cast<NumpyIn<std::int64_t, 1>>(
        nb::module_::import_("numpy").attr("ascontiguousarray")(value, "i8")));
    return {numbers.begin(), numbers.end()};
}
Transform transform_of(nb::handle value) {
    Transform transform;
    set(transform.from, value["from"]);
    set(transform.to, value["to"]);
    set(transform.matrix, value["trans"]);
    return transform;
}

nb::object shown_sparse(const SparseMatrix& matrix) {
    return nb::module_::import_("ranvier.meeg.sparse")
        .attr("csr")(numpy_copy(matrix.values), numpy_copy(matrix.column_of),
                     numpy_copy(std::vector<std::int64_t>(matrix.starts.begin(), matrix.starts.end())),
                     nb::make_tuple(matrix.rows, matrix.columns));
}
SparseMatrix sparse_of(nb::handle value) {
    const nb::object parts = nb::module_::import_("ranvier.meeg.sparse").attr("parts_of")(value);
    SparseMatrix made;
    made.rows = nb::cast<index>(parts[3][0]);
    made.columns = nb::cast<index>(parts[3][1]);
    made.values = numbers_of(parts[0]);
    for (const index column : indices_of(parts[1])) {
        made.column_of.push_back(static_cast<std::int32_t>(column));
    }
    made.starts = indices_of(parts[2]);
    check(made);
    return made;
}

SourceSpaces spaces_of(const SourceSpaceList& list) {
    SourceSpaces spaces;
    spaces.spaces = StableVector<SourceSpace>(StableVector<SourceSpace>::List(list.begin(), list.end()));
    return spaces;
}

void bind_anatomy(nb::module_& m) {
    nb::class_<Surface> surface(m, "Surface", "A surface of triangles, with MNE-Python's keys.");
    surface.def(nb::init<>());
    surface.def("check", [](const Surface& s) { check(s); });
    surface.def("check_closed", [](const Surface& s) { check_closed(s); });
    surface.def("defects", [](const Surface& s) { return defects(s); });
    surface.def("compute_normals", [](Surface& s) { s.normals = vertex_normals(s.points, s.triangles); });
    std::vector<Key<Surface>> keys{
        key<&Surface::id>("id"),
        key<&Surface::sigma>("sigma"),
        {"np", [](Surface& s, nb::handle) { return nb::cast(s.n_points()); }},
        {"ntri", [](Surface& s, nb::handle) { return nb::cast(s.n_triangles()); }},
        key<&Surface::frame>("coord_frame"),
        key<&Surface::points>("rr"),
        {"nn", [](Surface& s, nb::handle) { return s.normals.empty() ? none() : nb::cast(numpy_view(s.normals)); },
         [](Surface& s, nb::handle value) {
             value.is_none() ? void(s.normals = {}) : set(s.normals, value);
         }},
        {"tris", [](Surface& s, nb::handle) { return nb::cast(numpy_view(s.triangles)); },
         [](Surface& s, nb::handle value) { set_triangles(s.triangles, value); }}};
    for (const Key<Surface>& k : geometry_keys<Surface>()) {
        keys.push_back(k);
    }
    dict_face(surface, keys);
    list_face<Surface>(m, "Surfaces");

    nb::class_<SourceSpace> space(m, "SourceSpace", "Where sources are, with MNE-Python's keys.");
    space.def(nb::init<>());
    space.def("check", [](const SourceSpace& s) { check(s); });
    dict_face(space, space_keys());

    nb::class_<BemModel> model(m, "BemModel", "A head of compartments, with MNE-Python's keys.");
    model.def(nb::init<>());
    dict_face(model, model_keys());

    m.def(
        "read_source_spaces_fif",
        [](const std::filesystem::path& path) {
            SourceSpaces spaces = run([&] { return formats::read_source_spaces_fif(path); });
            nb::list list;
            for (std::size_t k = 0; k < spaces.spaces.size(); ++k) {
                list.append(spaces.spaces.share(k));
            }
            return nb::make_tuple(list, spaces.working_dir, spaces.command_line);
        },
        "path"_a);
    m.def(
        "write_source_spaces_fif",
        [](const SourceSpaceList& list, const std::string& working_dir, const std::string& command_line,
           const std::filesystem::path& path, bool overwrite) {
            SourceSpaces spaces = spaces_of(list);
            spaces.working_dir = working_dir;
            spaces.command_line = command_line;
            run([&] { formats::write_source_spaces_fif(spaces, path, overwrite); });
        },
        "spaces"_a, "working_dir"_a, "command_line"_a, "path"_a, "overwrite"_a);
    const auto surfaces_of = [](nb::handle list) {
        return StableVector<Surface>(elements_of<StableVector<Surface>::List>(list));
    };
    m.def(
        "read_bem_surfaces_fif",
        [](const std::filesystem::path& path) {
            auto surfaces = run([&] { return formats::read_bem_surfaces_fif(path); });
            nb::list list;
            for (std::size_t k = 0; k < surfaces.size(); ++k) {
                list.append(surfaces.share(k));
            }
            return list;
        },
        "path"_a);
    m.def(
        "write_bem_surfaces_fif",
        [surfaces_of](nb::handle list, const std::filesystem::path& path, bool overwrite) {
            const auto surfaces = surfaces_of(list);
            run([&] { formats::write_bem_surfaces_fif(surfaces, path, overwrite); });
        },
        "surfaces"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_bem_solution_fif",
        [](const std::filesystem::path& path) { return run([&] { return formats::read_bem_solution_fif(path); }); },
        "path"_a);
    m.def(
        "write_bem_solution_fif",
        [](const BemModel& bem, const std::filesystem::path& path, bool overwrite) {
            run([&] { formats::write_bem_solution_fif(bem, path, overwrite); });
        },
        "bem"_a, "path"_a, "overwrite"_a);
    m.def(
        "read_transforms_fif",
        [](const std::filesystem::path& path) { return run([&] { return formats::read_transforms_fif(path); }); },
        "path"_a);
    m.def(
        "write_transform_fif",
        [](nb::handle trans, const std::filesystem::path& path, bool overwrite) {
            const Transform made = transform_of(trans);
            run([&] { formats::write_transform_fif(made, path, overwrite); });
        },
        "trans"_a, "path"_a, "overwrite"_a);
    m.def("icosahedron", engine(icosahedron), "grade"_a);
    m.def(
        "octahedron", [](int grade) { return run([&] { return octahedron(grade); }); }, "grade"_a);
    m.def(
        "decimated", [](const Surface& whole, int grade) { return run([&] { return decimated(whole, grade); }); },
        "surface"_a, "grade"_a);
    m.def(
        "shells",
        [surfaces_of](nb::handle list) {
            const auto given = surfaces_of(list);
            auto made = run([&] { return shells(given); });
            nb::list shown;
            for (std::size_t k = 0; k < made.size(); ++k) {
                shown.append(made.share(k));
            }
            return shown;
        },
        "surfaces"_a);
    m.def("whole_surface", engine(whole_surface), "surface"_a);
    m.def("use_nearest", engine(use_nearest), "space"_a, "sphere"_a, "sampling"_a);
    m.def("use_spaced", engine(use_spaced), "space"_a, "steps"_a);
    m.def(
        "add_distances",
        [](const SourceSpaceList& list, double limit) {
            SourceSpaces spaces = spaces_of(list);
            run([&] { add_distances(spaces, limit); });
        },
        "spaces"_a, "limit"_a);
}

}  // namespace ranvier::python
