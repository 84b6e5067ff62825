// Dipoles, and their files.
#include "meeg/anatomy.hpp"
#include "meeg/conductor.hpp"
#include "meeg/faces.hpp"
#include "meeg/sparse.hpp"
#include "ranvier/formats/plain/dipole_file.hpp"
#include "ranvier/meeg/dipoles/fit.hpp"
#include "ranvier/meeg/sparse/music_dipoles.hpp"
#include "ranvier/meeg/sparse/sparse_dipoles.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Numbers = NumpyIn<double, 1>;
using Points = NumpyIn<double, 2>;

nb::object shown(const std::optional<std::vector<double>>& values) {
    return values ? nb::cast(numpy_copy(*values)) : nb::none();
}

void check(const DipoleCourse& d) {
    const index n = std::ssize(d.times);
    const auto fits = [&](const auto& values) { return std::ssize(values) == n; };
    bool all = fits(d.amplitude) && fits(d.gof) && d.pos.extents() == std::array<index, 2>{n, 3} &&
               d.ori.extents() == d.pos.extents() && (!d.khi2 || fits(*d.khi2)) && (!d.nfree || fits(*d.nfree));
    for (const auto& [name, values] : d.conf) {
        all = all && fits(values);
    }
    require(all, "a dipole must have an amplitude, a goodness of fit, a position and an orientation for each of its ",
            n, " times");
}

}  // namespace

void bind_dipoles(nb::module_& m) {
    nb::class_<DipoleCourse>(m, "Dipole", "A current dipole at several times.")
        .def(
            "__init__",
            [](DipoleCourse* made, const Numbers& times, const Points& pos, const Numbers& amplitude, const Points& ori,
               const Numbers& gof, std::optional<std::string> name, const std::map<std::string, Numbers>& conf,
               const std::optional<Numbers>& khi2, const std::optional<Numbers>& nfree) {
                DipoleCourse d{vector_of<double>(times),
                               array_of<double, 2>(pos),
                               vector_of<double>(amplitude),
                               array_of<double, 2>(ori),
                               vector_of<double>(gof),
                               std::move(name),
                               {},
                               {},
                               {}};
                for (const auto& [key, values] : conf) {
                    d.conf[key] = vector_of<double>(values);
                }
                if (khi2) {
                    d.khi2 = vector_of<double>(*khi2);
                }
                if (nfree) {
                    d.nfree = vector_of<double>(*nfree);
                }
                check(d);
                new (made) DipoleCourse(std::move(d));
            },
            "times"_a, "pos"_a, "amplitude"_a, "ori"_a, "gof"_a, "name"_a.none(), "conf"_a, "khi2"_a.none(),
            "nfree"_a.none())
        .def("copy", [](const DipoleCourse& d) { return DipoleCourse(d); })
        .def_prop_ro("times", [](const DipoleCourse& d) { return nb::cast(numpy_copy(d.times)); })
        .def_prop_ro("pos", [](const DipoleCourse& d) { return nb::cast(numpy_view(d.pos)); })
        .def_prop_ro("amplitude", [](const DipoleCourse& d) { return nb::cast(numpy_copy(d.amplitude)); })
        .def_prop_ro("ori", [](const DipoleCourse& d) { return nb::cast(numpy_view(d.ori)); })
        .def_prop_ro("gof", [](const DipoleCourse& d) { return nb::cast(numpy_copy(d.gof)); })
        .def_rw("name", &DipoleCourse::name)
        .def_prop_ro("conf",
                     [](const DipoleCourse& d) {
                         nb::dict conf;
                         for (const auto& [key, values] : d.conf) {
                             conf[key.c_str()] = numpy_copy(values);
                         }
                         return nb::object(conf);
                     })
        .def_prop_ro("khi2", [](const DipoleCourse& d) { return shown(d.khi2); })
        .def_prop_ro("nfree", [](const DipoleCourse& d) { return shown(d.nfree); });
    m.def("read_dipole", [](const std::filesystem::path& path) {
        return run([&] {
            return path.extension() == ".bdip" ? formats::read_dipole_binary(path) : formats::read_dipole_text(path);
        });
    });
    m.def("write_dipole", [](const DipoleCourse& dipole, const std::filesystem::path& path, bool overwrite) {
        run([&] {
            path.extension() == ".bdip" ? formats::write_dipole_binary(dipole, path, overwrite)
                                        : formats::write_dipole_text(dipole, path, overwrite);
        });
    });
    publish<DipoleFitOptions>();
    m.def(
        "fit_dipoles",
        [](const Info& info, const Points& data, const Numbers& times, const Covariance& noise, nb::handle conductor,
           nb::handle trans, const nb::dict& settings, std::optional<Point> place, std::optional<Point> orientation,
           const nb::dict& rank) {
            const Conductor head = conductor_of(conductor);
            const Transform transform = transform_of(trans);
            const DipoleFitGiven given{place, orientation, options_of<RankOptions>(rank)};
            const auto options = options_of<DipoleFitOptions>(settings);
            DipoleFit fit = run([&] {
                return fit_dipoles(info, view_of<double, 2>(data), vector_of<double>(times), noise, head, transform,
                                   options, given);
            });
            return nb::make_tuple(std::move(fit.dipole), fit.picks, numpy_view(fit.residual));
        },
        "info"_a, "data"_a, "times"_a, "noise"_a, "conductor"_a, "trans"_a, "settings"_a, "place"_a.none(),
        "orientation"_a.none(), "rank"_a);
    m.def(
        "sparse_dipoles",
        [](const SparseEstimate& estimate, const ForwardSolution& forward, const Numbers& times, index first) {
            return run([&] { return sparse_dipoles(estimate, forward, vector_of<double>(times), first); });
        },
        "estimate"_a, "forward"_a, "times"_a, "first"_a);
    m.def(
        "explained_samples",
        [](const SparseEstimate& estimate, const ForwardSolution& forward, const Info& info, index first, index n) {
            return numpy_view(run([&] { return explained_samples(estimate, forward, info, first, n); }));
        },
        "estimate"_a, "forward"_a, "info"_a, "first"_a, "n"_a);
    m.def(
        "music_dipoles",
        [](const PreparedGain& prepared, const Points& data, const Numbers& times, index n_dipoles, bool truncated) {
            MusicDipoles found = run([&] {
                return music_dipoles(prepared, view_of<double, 2>(data), vector_of<double>(times), n_dipoles,
                                     truncated);
            });
            return nb::make_tuple(std::move(found.dipoles), numpy_view(found.explained));
        },
        "prepared"_a, "data"_a, "times"_a, "n_dipoles"_a, "truncated"_a);
}

}  // namespace ranvier::python
