// Conductors, lead fields and forward solutions.
#include "ranvier/meeg/forward/forward_solution.hpp"

#include "meeg/anatomy.hpp"
#include "meeg/conductor.hpp"
#include "meeg/faces.hpp"
#include "meeg/info.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/meeg/forward/collocation.hpp"
#include "ranvier/meeg/forward/priors.hpp"
#include "ranvier/meeg/priors/depth_prior.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

std::vector<Key<LayeredSphere>> sphere_keys() {
    using S = LayeredSphere;
    const auto layered = [](const S& s) { return !s.layers.empty(); };
    return {
        {"is_sphere", [](S&, nb::handle) { return nb::cast(true); }},
        {"r0", [](S& s, nb::handle) { return nb::cast(numpy_constant(std::vector(s.centre.begin(), s.centre.end()))); },
         [](S& s, nb::handle value) { s.centre = nb::cast<Point>(nb::list(floats(value).attr("tolist")())); }},
        {"coord_frame", [](S&, nb::handle) { return nb::cast(formats::fiff::number(CoordFrame::head)); }},
        {"layers",
         [](S& s, nb::handle) {
             nb::list layers;
             for (const S::Layer& layer : s.layers) {
                 nb::dict d;
                 d["rad"] = layer.radius;
                 d["sigma"] = layer.sigma;
                 d["rel_rad"] = layer.relative_radius;
                 layers.append(d);
             }
             return nb::object(layers);
         },
         [](S& s, nb::handle value) {
             std::vector<S::Layer> layers;
             for (nb::handle d : value) {
                 layers.push_back(
                     {nb::cast<double>(d["rad"]), nb::cast<double>(d["rel_rad"]), nb::cast<double>(d["sigma"])});
             }
             s.layers = std::move(layers);
         }},
        {"mu", [](S& s, nb::handle) { return nb::cast(numpy_constant(s.equivalents.places)); },
         [](S& s, nb::handle value) {
             s.equivalents.places = vector_of<double>(nb::cast<NumpyIn<double, 1>>(floats(value)));
         },
         layered},
        {"lambda",
         [](S& s, nb::handle) {
             std::vector<double> shares = s.equivalents.shares;
             for (double& share : shares) {
                 share /= s.layers.back().sigma;
             }
             return nb::cast(numpy_constant(shares));
         },
         [](S& s, nb::handle value) {
             require(!s.layers.empty(), "lambda is of a sphere with layers: set those first");
             s.equivalents.shares = vector_of<double>(nb::cast<NumpyIn<double, 1>>(floats(value)));
             for (double& share : s.equivalents.shares) {
                 share *= s.layers.back().sigma;
             }
         },
         layered},
        {"nfit", [](S& s, nb::handle) { return nb::cast(s.equivalents.places.size()); }, nullptr, layered}};
}

nb::list spaces_shown(ForwardSolution& forward) {
    nb::list list;
    for (std::size_t k = 0; k < forward.sources.spaces.size(); ++k) {
        list.append(forward.sources.spaces.share(k));
    }
    return list;
}

using Names = std::vector<std::string>;

}  // namespace

Conductor conductor_of(nb::handle value) {
    if (nb::isinstance<BemModel>(value)) {
        return nb::cast<const BemModel*>(value);
    }
    return nb::cast<const LayeredSphere*>(value);
}

void bind_forward(nb::module_& m) {
    nb::class_<LayeredSphere> sphere(m, "LayeredSphere", "A head of concentric shells, with MNE-Python's keys.");
    sphere.def(nb::init<>());
    dict_face(sphere, sphere_keys());
    m.def(
        "layered_sphere",
        [](const Point& centre, std::optional<double> radius, const std::vector<double>& relative_radii,
           const std::vector<double>& sigmas) {
            return run([&] {
                return radius ? layered_sphere(centre, *radius, relative_radii, sigmas)
                              : LayeredSphere{.centre = centre, .layers = {}, .equivalents = {}};
            });
        },
        "centre"_a, "radius"_a.none(), "relative_radii"_a, "sigmas"_a);
    m.def(
        "solve_bem", [](BemModel& model) { run([&] { solve_bem(model); }); }, "model"_a);

    nb::class_<ForwardSolution>(m, "ForwardSolution", "What every channel measures of every source.")
        .def(nb::init<>())
        .def("copy", [](const ForwardSolution& f) { return run([&] { return ForwardSolution(f); }); })
        .def_prop_rw(
            "gain", [](ForwardSolution& f) { return nb::cast(numpy_view(f.gain)); },
            [](ForwardSolution& f, nb::handle value) { set(f.gain, value); })
        .def_prop_rw(
            "original", [](ForwardSolution& f) { return nb::cast(numpy_view(f.original_gain())); },
            [](ForwardSolution& f, nb::handle value) { set(f.original, value); })
        .def_rw("names", &ForwardSolution::names)
        .def_rw("info", &ForwardSolution::info, nb::rv_policy::reference_internal)
        .def_prop_rw("spaces", spaces_shown,
                     [](ForwardSolution& f, const SourceSpaceList& list) { f.sources.spaces = spaces_of(list).spaces; })
        .def_prop_ro("source_rr", [](ForwardSolution& f) { return nb::cast(numpy_view(source_places(f.sources))); })
        .def_prop_rw(
            "source_nn", [](ForwardSolution& f) { return nb::cast(numpy_view(f.source_nn)); },
            [](ForwardSolution& f, nb::handle value) { set(f.source_nn, value); })
        .def_prop_rw(
            "mri_head_t", [](ForwardSolution& f) { return Transform(f.mri_to_head); },
            [](ForwardSolution& f, nb::handle value) { f.mri_to_head = transform_of(value); })
        .def_prop_rw(
            "coord_frame", [](ForwardSolution& f) { return formats::fiff::number(f.frame); },
            [](ForwardSolution& f, int value) { f.frame = formats::fiff::named<CoordFrame>(value); })
        .def_prop_rw(
            "source_ori", [](ForwardSolution& f) { return static_cast<int>(f.orientation); },
            [](ForwardSolution& f, int value) { f.orientation = static_cast<SourceOrientation>(value); })
        .def_prop_rw(
            "original_ori", [](ForwardSolution& f) { return static_cast<int>(f.original_orientation); },
            [](ForwardSolution& f, int value) { f.original_orientation = static_cast<SourceOrientation>(value); })
        .def_rw("surf_ori", &ForwardSolution::surf_ori)
        .def_rw("mri_file", &ForwardSolution::mri_file)
        .def_rw("meas_file", &ForwardSolution::meas_file)
        .def_prop_ro("nsource", &ForwardSolution::n_sources)
        .def("check", [](const ForwardSolution& f) { check(f); })
        .def(
            "convert",
            [](ForwardSolution& f, bool surf_ori, bool force_fixed, bool use_cps) {
                run([&] { convert_forward_solution(f, {surf_ori, force_fixed, use_cps}); });
            },
            "surf_ori"_a, "force_fixed"_a, "use_cps"_a)
        .def(
            "pick", [](ForwardSolution& f, const Names& names, bool ordered) { pick_channels(f, names, ordered); },
            "names"_a, "ordered"_a)
        .def(
            "project",
            [](const ForwardSolution& f, nb::handle sources, const NumpyIn<double, 2>& currents) {
                const std::vector<index> used = indices_of(sources);
                const auto of = view_of<double, 2>(currents);
                return numpy_view(run([&] { return projected(f, used, of); }));
            },
            "sources"_a, "currents"_a)
        .def(
            "restrict",
            [](ForwardSolution& f, nb::handle sources) {
                const std::vector<index> kept = indices_of(sources);
                run([&] { restrict_forward(f, kept); });
            },
            "sources"_a);
    m.def(
        "make_forward_solution",
        [](const Info& info, nb::handle trans, const SourceSpaceList& sources, nb::handle conductor, bool meg, bool eeg,
           double mindist, bool ignore_ref, const std::string& on_inside) {
            const Transform transform = transform_of(trans);
            const SourceSpaces spaces = spaces_of(sources);
            const Conductor head = conductor_of(conductor);
            return run([&] {
                return make_forward_solution(info, transform, spaces, head, {meg, eeg, mindist, ignore_ref, on_inside});
            });
        },
        "info"_a, "trans"_a, "sources"_a, "conductor"_a, "meg"_a, "eeg"_a, "mindist"_a, "ignore_ref"_a, "on_inside"_a);
    publish<DepthPriorOptions>();
    m.def(
        "depth_prior",
        [](const ForwardSolution& forward, nb::handle whitener, bool some_rows, bool all_rows,
           const nb::dict& settings) {
            const auto options = options_of<DepthPriorOptions>(settings);
            DepthRule rule{options.exp, options.limit, options.combine_xyz == "spectral"};
            const index columns = forward.fixed() ? 1 : 3;
            std::optional<Array<double, 2>> white;
            if (!whitener.is_none()) {
                white = array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(floats(whitener)));
            }
            return numpy_copy(run([&] {
                if (white) {
                    return depth_prior(numerics::matmul(*white, forward.gain), columns, rule);
                }
                if (!some_rows) {
                    rule.all_channels = all_rows;
                    return depth_prior(forward.gain, columns, rule);
                }
                const std::vector<index> rows = depth_rows(forward);
                Array<double, 2> gain({std::ssize(rows), forward.gain.extent(1)});
                for (index k = 0; k < gain.extent(0); ++k) {
                    std::ranges::copy(forward.gain.view().row(rows[static_cast<std::size_t>(k)]),
                                      gain.view().row(k).begin());
                }
                return depth_prior(gain, columns, rule);
            }));
        },
        "forward"_a, "whitener"_a.none(), "some_rows"_a, "all_rows"_a, "options"_a);
    m.def(
        "orientation_prior",
        [](const ForwardSolution& forward, double surface, double volume, double discrete) {
            return numpy_copy(run([&] { return orientation_prior(forward, surface, volume, discrete); }));
        },
        "forward"_a, "surface"_a, "volume"_a, "discrete"_a);
    m.def(
        "sensitivity",
        [](const ForwardSolution& forward, const std::string& mode, nb::handle projections) {
            const StableVector<Projection> taken_out(elements_of<StableVector<Projection>::List>(projections));
            return numpy_copy(run([&] { return sensitivity(forward, mode, taken_out); }));
        },
        "forward"_a, "mode"_a, "projections"_a);
    m.def(
        "average_forward_solutions",
        [](const std::vector<const ForwardSolution*>& forwards, const std::vector<double>& weights) {
            return run([&] { return average_forward_solutions(forwards, weights); });
        },
        "forwards"_a, "weights"_a);
    m.def(
        "read_forward_solution_fif",
        [](const std::filesystem::path& path) { return run([&] { return formats::read_forward_solution_fif(path); }); },
        "path"_a);
    m.def(
        "write_forward_solution_fif",
        [](const ForwardSolution& forward, const std::filesystem::path& path, bool overwrite) {
            run([&] { formats::write_forward_solution_fif(forward, path, overwrite); });
        },
        "forward"_a, "path"_a, "overwrite"_a);
}

}  // namespace ranvier::python
