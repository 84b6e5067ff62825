// Volumes: of MRIs, and of sources.
#include "ranvier/formats/freesurfer/volumes.hpp"
#include "meeg/anatomy.hpp"
#include "meeg/faces.hpp"
#include "meeg/samples.hpp"
#include "ranvier/formats/freesurfer/freesurfer.hpp"
#include "ranvier/meeg/anatomy/volume_space.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/transforms.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

Array<double, 2> rows_of(nb::handle value) {
    Array<double, 2> made;
    set(made, value);
    return made;
}

nb::object shown_matrix(const Matrix4& matrix) {
    Array<double, 2> made({4, 4});
    for (index i = 0; i < 4; ++i) {
        for (index k = 0; k < 4; ++k) {
            made(i, k) = matrix[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
        }
    }
    return nb::cast(numpy_view(made));
}
nb::object shown_rotation(const Rotation& rotation) {
    Array<double, 2> made({3, 3});
    for (index i = 0; i < 3; ++i) {
        for (index k = 0; k < 3; ++k) {
            made(i, k) = rotation[static_cast<std::size_t>(i)][static_cast<std::size_t>(k)];
        }
    }
    return nb::cast(numpy_view(made));
}
Matrix4 matrix_of(nb::handle value) {
    Matrix4 made{};
    set_numbers(made[0].data(), {4, 4}, value);
    return made;
}
Rotation rotation_in(nb::handle value) {
    Rotation made{};
    set_numbers(made[0].data(), {3, 3}, value);
    return made;
}

/// A sphere as (x, y, z, radius), or a surface.
Bounds bounds_of(nb::handle value) {
    if (nb::isinstance<Surface>(value)) {
        return nb::cast<const Surface&>(value);
    }
    const auto numbers = nb::cast<std::array<double, 4>>(value);
    return Ball{{numbers[0], numbers[1], numbers[2]}, numbers[3]};
}

nb::list shown_spaces(SourceSpaces& made) {
    nb::list list;
    for (std::size_t k = 0; k < made.spaces.size(); ++k) {
        list.append(made.spaces.share(k));
    }
    return list;
}

nb::list shown_regions(const std::vector<AtlasRegion>& regions) {
    nb::list list;
    for (const AtlasRegion& region : regions) {
        list.append(nb::make_tuple(region.name, region.id, nb::tuple(nb::cast(region.colour))));
    }
    return list;
}

}  // namespace

void bind_parcels(nb::module_& m);  // parcels.cpp

void bind_volumes(nb::module_& m) {
    bind_parcels(m);
    nb::class_<Mri>(m, "Mri", "A volume of an MRI.")
        .def_prop_ro("shape", [](const Mri& mri) { return nb::tuple(nb::cast(mri.shape)); })
        .def_prop_ro(
            "zooms", [](const Mri& mri) { return nb::tuple(nb::cast(mri.size)); }, "Of a voxel [mm].")
        .def_prop_ro("vox2ras", [](const Mri& mri) { return shown_matrix(mri.voxel_to_ras); })
        .def_prop_ro("vox2ras_tkr", [](const Mri& mri) { return shown_matrix(mri.voxel_to_surface); })
        .def_prop_ro("vox_mri_t", [](const Mri& mri) { return voxel_to_mri(mri); })
        .def_prop_ro("mri_ras_t", [](const Mri& mri) { return mri_to_ras(mri); })
        .def("mri_mni_t", [](const Mri& mri, nb::handle xfm) { return mri_to_mni(mri, matrix_of(xfm)); })
        .def_prop_ro(
            "data", [](const Mri& mri) { return nb::cast(numpy_view(mri.values)); }, "Of the voxels; x is fastest.")
        .def("different_values", [](const Mri& mri) { return numpy_copy(run([&] { return different_values(mri); })); });
    m.def("read_mgh", engine(formats::read_mgh), "path"_a, "with_values"_a = true);
    m.def("freesurfer_regions", [] { return shown_regions(formats::freesurfer_regions()); });
    m.def(
        "read_colour_table",
        [](const std::filesystem::path& path) {
            return shown_regions(run([&] { return formats::read_colour_table(path); }));
        },
        "path"_a);
    m.def(
        "read_lta",
        [](const std::filesystem::path& path) { return shown_matrix(run([&] { return formats::read_lta(path); })); },
        "path"_a);

    m.def(
        "volume_grid",
        [](nb::handle bounds, double spacing, double exclude, double mindist) {
            const Bounds given = bounds_of(bounds);
            return run([&] { return volume_grid(given, {spacing, exclude, mindist}); });
        },
        "bounds"_a, "spacing"_a, "exclude"_a, "mindist"_a);
    m.def(
        "regions_of",
        [](const SourceSpace& grid, const Mri& atlas, const std::vector<std::pair<std::string, double>>& regions,
           bool single) {
            SourceSpaces made = run([&] { return regions_of(grid, atlas, regions, single); });
            return shown_spaces(made);
        },
        "grid"_a, "atlas"_a, "regions"_a, "single"_a);
    m.def(
        "values_at",
        [](const Mri& mri, nb::handle points) {
            const auto asked = rows_of(points);
            return numpy_copy(run([&] { return values_at(mri, asked); }));
        },
        "mri"_a, "points"_a);
    m.def("show_on", engine(show_on), "space"_a, "mri"_a, "name"_a);
    m.def(
        "add_interpolators",
        [](const SourceSpaceList& list) {
            std::vector<SourceSpace*> spaces;
            for (const auto& space : list) {
                spaces.push_back(space.get());
            }
            run([&] { add_interpolators(spaces); });
        },
        "spaces"_a);
    m.def(
        "discrete_space",
        [](nb::handle points, nb::handle normals, int frame) {
            return discrete_space(rows_of(points), rows_of(normals), formats::fiff::named<CoordFrame>(frame));
        },
        "points"_a, "normals"_a, "frame"_a);
    m.def(
        "inside",
        [](nb::handle bounds, nb::handle points, double mindist) {
            const Bounds given = bounds_of(bounds);
            const auto asked = rows_of(points);
            return run([&] { return inside(given, asked, mindist); });
        },
        "bounds"_a, "points"_a, "mindist"_a = 0.0);
    m.def(
        "distances_to",
        [](nb::handle bounds, nb::handle points) {
            const Bounds given = bounds_of(bounds);
            const auto asked = rows_of(points);
            return numpy_copy(run([&] { return distances_to(given, asked); }));
        },
        "bounds"_a, "points"_a);

    m.def(
        "all_distances",
        [](nb::handle a, nb::handle b) {
            const auto from = rows_of(a), to = rows_of(b);
            Array<double, 2> made({from.extent(0), to.extent(0)});
            for (index i = 0; i < from.extent(0); ++i) {
                for (index k = 0; k < to.extent(0); ++k) {
                    made(i, k) = norm({from(i, 0) - to(k, 0), from(i, 1) - to(k, 1), from(i, 2) - to(k, 2)});
                }
            }
            return numpy_view(made);
        },
        "from_points"_a, "to_points"_a);

    // -- transforms
    m.def(
        "inverse_transform", [](nb::handle trans) { return exact_inverse(transform_of(trans)); }, "trans"_a);
    m.def(
        "combined_transform",
        [](nb::handle first, nb::handle second) {
            const Transform a = transform_of(first), b = transform_of(second);
            return combined(a, b, a.from, b.to);
        },
        "first"_a, "second"_a);
    m.def(
        "matrix_product", [](nb::handle a, nb::handle b) { return shown_matrix(product(matrix_of(a), matrix_of(b))); },
        "a"_a, "b"_a);
    m.def(
        "transformed",
        [](nb::handle matrix, nb::handle points, bool move) {
            return numpy_view(transformed(matrix_of(matrix), rows_of(points), move));
        },
        "matrix"_a, "points"_a, "move"_a);
    m.def(
        "rotation_about", [](const Point& angles) { return shown_rotation(rotation_about(angles)); }, "angles"_a);
    m.def(
        "angles_of", [](nb::handle rotation) { return angles_of(rotation_in(rotation)); }, "rotation"_a);
    m.def(
        "rotation_of_z_to", [](const Point& direction) { return shown_rotation(rotation_of_z_to(direction)); },
        "direction"_a);
    m.def(
        "quaternions_of",
        [](nb::handle rotations, double tolerance) {  // of shape (n, 9)
            const auto rows = rows_of(rotations);
            Array<double, 2> made({rows.extent(0), 3});
            for (index n = 0; n < rows.extent(0); ++n) {
                Rotation r;
                std::copy(&rows(n, 0), &rows(n, 0) + 9, r[0].data());
                const double determinant = dot(r[0], cross(r[1], r[2]));
                require(std::abs(determinant - 1) <= tolerance, "a rotation must have determinant 1; got ",
                        determinant);
                const Point q = quaternion_of(r);
                std::copy(q.begin(), q.end(), &made(n, 0));
            }
            return numpy_view(made);
        },
        "rotations"_a, "tolerance"_a);
    m.def(
        "rotations_of",
        [](nb::handle quaternions) {  // as rows of 9
            const auto rows = rows_of(quaternions);
            Array<double, 2> made({rows.extent(0), 9});
            for (index n = 0; n < rows.extent(0); ++n) {
                const Rotation r = rotation_of(Point{rows(n, 0), rows(n, 1), rows(n, 2)});
                std::copy(r[0].data(), r[0].data() + 9, &made(n, 0));
            }
            return numpy_view(made);
        },
        "quaternions"_a);
    m.def(
        "apart",
        [](nb::handle a, nb::handle b, nb::handle moves) {  // quaternions, and how far each moves more
            const auto x = rows_of(a), y = rows_of(b), move = rows_of(moves);
            std::vector<double> angles, distances;
            for (index n = 0; n < x.extent(0); ++n) {
                angles.push_back(angle_between({x(n, 0), x(n, 1), x(n, 2)}, {y(n, 0), y(n, 1), y(n, 2)}));
                distances.push_back(norm({move(n, 0), move(n, 1), move(n, 2)}));
            }
            return nb::make_tuple(numpy_copy(angles), numpy_copy(distances));
        },
        "a"_a, "b"_a, "moves"_a);
    m.def(
        "head_frame",
        [](const Point& nasion, const Point& lpa, const Point& rpa) { return head_transform(nasion, lpa, rpa); },
        "nasion"_a, "lpa"_a, "rpa"_a);
    m.def(
        "fit_matched_points",
        [](nb::handle from, nb::handle to, const std::vector<double>& weights, bool scaled) {
            const MatchedPoints made = fit_matched_points(rows_of(from), rows_of(to), weights, scaled);
            return nb::make_tuple(made.angles, made.translation, made.scale);
        },
        "from_points"_a, "to_points"_a, "weights"_a, "scaled"_a);
}

}  // namespace ranvier::python
