// Where electrodes are, and pictures of the head.
#include "meeg/info.hpp"
#include "ranvier/formats/fiff/numbers.hpp"
#include "ranvier/meeg/preprocess/interpolation.hpp"
#include "ranvier/meeg/preprocess/new_electrodes.hpp"
#include "ranvier/meeg/preprocess/reconstruction.hpp"
#include "ranvier/meeg/recording/display.hpp"
#include "ranvier/meeg/sensors/adjacency.hpp"
#include "ranvier/meeg/sensors/boxes.hpp"
#include "ranvier/meeg/sensors/colocated.hpp"
#include "ranvier/meeg/sensors/head_shape.hpp"
#include "ranvier/meeg/sensors/montage.hpp"
#include "ranvier/meeg/sensors/rotation.hpp"
#include "ranvier/meeg/sensors/spherical_spline.hpp"
#include "ranvier/meeg/sensors/topomap.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;
namespace fiff = formats::fiff;

namespace {

std::vector<Point> points_of(const NumpyIn<double, 2>& table) {
    std::vector<Point> points;
    const auto x = view_of<double, 2>(table);
    require(x.extent(1) == 3, "points must have shape (N, 3); got (", x.extent(0), ", ", x.extent(1), ")");
    for (index k = 0; k < x.extent(0); ++k) {
        points.push_back({x(k, 0), x(k, 1), x(k, 2)});
    }
    return points;
}

/// The points of a montage, electrodes last, and the electrodes' names.
std::pair<std::vector<DigPoint>, std::vector<std::string>> python_montage(const Montage& montage) {
    std::vector<DigPoint> points(montage.fiducials.begin(), montage.fiducials.end());
    points.insert(points.end(), montage.extra.begin(), montage.extra.end());
    std::vector<std::string> names;
    for (const auto& [name, place] : montage.positions) {
        names.push_back(name);
        points.push_back({DigKind::eeg, static_cast<int>(names.size()), place, {}});
    }
    for (DigPoint& point : points) {
        point.coord_frame = montage.coord_frame;
    }
    return {std::move(points), std::move(names)};
}

Montage engine_montage(const std::vector<DigPoint>& points, const std::vector<std::string>& names) {
    Montage montage;
    for (const DigPoint& point : points) {
        montage.coord_frame = point.coord_frame;
        if (point.kind == DigKind::eeg) {
            montage.positions.emplace_back(names.at(montage.positions.size()), point.r);
        } else {
            (point.kind == DigKind::cardinal ? montage.fiducials : montage.extra).push_back(point);
        }
    }
    return montage;
}

}  // namespace

void bind_places(nb::module_& m) {
    publish<InterpolationOptions>();
    publish<NewElectrodesOptions>();
    publish<ReconstructionOptions>();
    m.def(
        "standard_montage",
        [](const std::string& name, std::optional<double> head_size) {
            return python_montage(make_standard_montage(name, head_size));
        },
        "name"_a, "head_size"_a.none() = nb::none());
    m.def(
        "displays",
        [] {
            nb::dict d;
            for (const ChannelType type : channel_types()) {
                const Display& shown = display(type);
                d[nb::cast(std::string(name(type)))] =
                    nb::make_tuple(std::string(shown.title), std::string(shown.unit), shown.factor, shown.half_range);
            }
            return d;
        },
        "How each type of channels is shown: title, unit, factor from SI, half the distance of two traces (0: by the "
        "data).");
    m.def("density_unit", &density_unit, "unit"_a);
    m.def("standard_montage_names", &standard_montage_names);
    m.def(
        "set_montage",
        [](Info& info, const std::vector<DigPoint>& points, const std::vector<std::string>& names,
           const std::string& on_missing, bool match_case) {
            const OnMissing action = on_missing == "raise"  ? OnMissing::raise
                                     : on_missing == "warn" ? OnMissing::warn
                                                            : OnMissing::ignore;
            set_montage(info, engine_montage(points, names), action, match_case);
            deliver_warnings();
        },
        "info"_a, "points"_a, "names"_a, "on_missing"_a, "match_case"_a);
    m.def(
        "head_transform",
        [](const std::array<double, 3>& nasion, const std::array<double, 3>& lpa, const std::array<double, 3>& rpa,
           int frame) { return head_transform(nasion, lpa, rpa, fiff::named<CoordFrame>(frame)); },
        "nasion"_a, "lpa"_a, "rpa"_a, "frame"_a);
    m.def(
        "layout_positions",
        [](const Info& info, const std::vector<index>& picks, const std::optional<std::array<double, 4>>& sphere,
           bool from_above) {
            std::optional<HeadSphere> head;
            if (sphere) {
                head = {{(*sphere)[0], (*sphere)[1], (*sphere)[2]}, (*sphere)[3]};
            }
            return numpy_view(layout_positions(info, picks, head, from_above));
        },
        "info"_a, "picks"_a, "sphere"_a.none() = nb::none(), "from_above"_a = false);
    m.def("colocated", &colocated, "info"_a, "picks"_a);
    m.def(
        "box_size",
        [](const NumpyIn<double, 2>& points, double padding) {
            return box_size(view_of<double, 2>(points), {}, {}, padding);
        },
        "points"_a, "padding"_a);
    m.def(
        "flat_places",
        [](const Info& info, const std::vector<index>& picks) { return numpy_view(flat_places(info, picks)); },
        "info"_a, "picks"_a);
    m.def(
        "electrode_boxes",
        [](const Info& info, const std::vector<index>& picks, double radius, std::optional<double> width,
           std::optional<double> height) { return numpy_view(electrode_boxes(info, picks, radius, width, height)); },
        "info"_a, "picks"_a, "radius"_a, "width"_a.none(), "height"_a.none());
    m.def(
        "grid_boxes", [](index n, std::optional<index> columns) { return numpy_view(grid_boxes(n, columns)); }, "n"_a,
        "columns"_a.none());
    m.def("neighbours", &neighbours, "info"_a, "picks"_a);
    m.def(
        "head_sphere",
        [](const Info& info, const std::vector<std::string>& kinds) {
            const HeadSphere sphere = head_sphere(info, kinds);
            deliver_warnings();
            return std::array<double, 4>{sphere.centre[0], sphere.centre[1], sphere.centre[2], sphere.radius};
        },
        "info"_a, "kinds"_a);
    m.def(
        "topographic_image",
        [](const NumpyIn<double, 2>& positions, const NumpyIn<double, 1>& values, index pixels, double extent,
           const std::string& interpolation, const std::string& surround, std::optional<double> border) {
            const MapOptions options{
                interpolation == "nearest"  ? MapInterpolation::nearest
                : interpolation == "linear" ? MapInterpolation::linear
                                            : MapInterpolation::spline,
                surround == "local" ? MapSurround::hull
                : surround == "box" ? MapSurround::box
                                    : MapSurround::ring,
                border,
            };
            return numpy_view(run([&] {
                return topographic_image(view_of<double, 2>(positions), {values.data(), values.size()}, pixels, extent,
                                         options);
            }));
        },
        "positions"_a, "values"_a, "pixels"_a, "extent"_a, "interpolation"_a, "surround"_a, "border"_a.none());
    m.def(
        "map_border",
        [](const NumpyIn<double, 2>& positions) { return numpy_view(map_border(view_of<double, 2>(positions))); },
        "positions"_a);
    m.def(
        "rigid_motion",
        [](const NumpyIn<double, 2>& from, const NumpyIn<double, 2>& to) {
            require(from.shape(0) == to.shape(0) && from.shape(0) >= 3,
                    "there must be as many points on both sides, three at least; got ", from.shape(0), " and ",
                    to.shape(0));
            const RigidFit fit = matched(points_of(from), points_of(to));
            return device_to_head(rotation_of(fit.quaternion), fit.translation);
        },
        "source"_a, "target"_a);
    m.def(
        "spherical_spline_matrix",
        [](const NumpyIn<double, 2>& from, const NumpyIn<double, 2>& to, double regularization) {
            return numpy_view(run([&] {
                return spherical_spline_matrix(view_of<double, 2>(from), view_of<double, 2>(to), regularization);
            }));
        },
        "source"_a, "target"_a, "regularization"_a);
    m.def(
        "matmul",
        [](const NumpyIn<double, 2>& a, const NumpyIn<double, 2>& b) {
            Array<double, 2> out({static_cast<index>(a.shape(0)), static_cast<index>(b.shape(1))});
            run([&] { numerics::matmul(view_of<double, 2>(a), view_of<double, 2>(b), out); });
            return numpy_view(out);
        },
        "a"_a, "b"_a);
}

}  // namespace ranvier::python
