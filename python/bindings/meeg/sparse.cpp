// Currents of few sources: solvers of whitened data and gains.
#include "meeg/sparse.hpp"

#include "ranvier/meeg/sparse/gamma_map.hpp"
#include "ranvier/meeg/sparse/mixed_norm.hpp"
#include "ranvier/meeg/sparse/rap_music.hpp"
#include "ranvier/meeg/sparse/tf_mixed_norm.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Matrix = NumpyIn<double, 2>;

NumpyOut<std::int64_t, 1> numbers(const std::vector<index>& list) {
    return numpy_copy(std::vector<std::int64_t>(list.begin(), list.end()));
}

/// (time courses, active positions, objectives, certificate)
nb::tuple told(const SparseSolution& s) {
    return nb::make_tuple(numpy_view(s.X), numbers(s.active), s.objectives, s.certificate);
}

View<const double, 2> matrix(const Matrix& m) { return view_of<double, 2>(m); }

std::vector<index> positions_in(const NumpyIn<std::int64_t, 1>& list) {
    const auto numbers = vector_of<std::int64_t>(list);
    return {numbers.begin(), numbers.end()};
}

}  // namespace

void bind_sparse(nb::module_& m) {
    publish(fields_of<MixedNormOptions>());
    publish(fields_of<TfMixedNormOptions>());
    publish(fields_of<GammaMapOptions>());
    nb::class_<Certificate>(m, "Certificate",
                            "What is certain of a solution: its objective is no more than `gap` above the least.")
        .def_ro("objective", &Certificate::objective, "before amplitudes are rid of their bias")
        .def_ro("gap", &Certificate::gap, "objective minus the highest lower bound, of a feasible dual point")
        .def_ro("tolerance", &Certificate::tolerance, "the gap that was asked for")
        .def_ro("iterations", &Certificate::iterations, "passes over the sources at work")
        .def_ro("converged", &Certificate::converged, "whether gap <= tolerance")
        .def("__repr__", [](const Certificate& c) { return "<Certificate | " + in_words(c) + ">"; })
        .def("__str__", &in_words);
    bind_sparse_estimates(m);
    bind_dipoles(m);
    m.def(
        "mixed_norm",
        [](const Matrix& M, const Matrix& G, double alpha, const nb::dict& settings,
           const NumpyIn<std::int64_t, 1>& positions, const std::optional<Matrix>& X) {
            const auto options = options_of<MixedNormOptions>(settings);
            SparseStart start{positions_in(positions), X ? array_of<double, 2>(*X) : Array<double, 2>()};
            return told(run([&] { return mixed_norm(matrix(M), matrix(G), alpha, options, start); }));
        },
        "M"_a, "G"_a, "alpha"_a, "settings"_a, "positions"_a, "X"_a.none());
    m.def(
        "iterative_mixed_norm",
        [](const Matrix& M, const Matrix& G, double alpha, index n_mxne_iter, const nb::dict& settings,
           const std::vector<double>& weights) {
            const auto options = options_of<MixedNormOptions>(settings);
            return told(
                run([&] { return iterative_mixed_norm(matrix(M), matrix(G), alpha, n_mxne_iter, options, weights); }));
        },
        "M"_a, "G"_a, "alpha"_a, "n_mxne_iter"_a, "settings"_a, "weights"_a);
    m.def(
        "mixed_norm_sure",
        [](const Matrix& M, const Matrix& G, const std::vector<double>& alphas, const Matrix& delta, double sigma,
           index n_mxne_iter, const nb::dict& settings) {
            const auto options = options_of<MixedNormOptions>(settings);
            const SureChoice choice = run([&] {
                return mixed_norm_sure(matrix(M), matrix(G), alphas, matrix(delta), sigma, n_mxne_iter, options);
            });
            return nb::make_tuple(told(choice.solution), numpy_copy(choice.sure), choice.best, choice.certificates);
        },
        "M"_a, "G"_a, "alphas"_a, "delta"_a, "sigma"_a, "n_mxne_iter"_a, "settings"_a);
    m.def(
        "tf_mixed_norm",
        [](const Matrix& M, const Matrix& G, double alpha_space, double alpha_time, index n_tfmxne_iter,
           const std::vector<index>& wsize, const std::vector<index>& tstep, const nb::dict& settings) {
            const auto options = options_of<TfMixedNormOptions>(settings);
            return told(run([&] {
                const GaborFrame frame(wsize, tstep, matrix(M).extent(1));
                return n_tfmxne_iter == 1 ? tf_mixed_norm(matrix(M), matrix(G), alpha_space, alpha_time, frame, options)
                                          : iterative_tf_mixed_norm(matrix(M), matrix(G), alpha_space, alpha_time,
                                                                    n_tfmxne_iter, frame, options);
            }));
        },
        "M"_a, "G"_a, "alpha_space"_a, "alpha_time"_a, "n_tfmxne_iter"_a, "wsize"_a, "tstep"_a, "settings"_a);
    m.def(
        "largest_tf_penalty",
        [](const Matrix& M, const Matrix& G, const std::vector<index>& wsize, const std::vector<index>& tstep,
           double l1_ratio, index n_orient) {
            return run([&] {
                const GaborFrame frame(wsize, tstep, matrix(M).extent(1));
                return largest_tf_penalty(matrix(M), matrix(G), frame, l1_ratio, n_orient);
            });
        },
        "M"_a, "G"_a, "wsize"_a, "tstep"_a, "l1_ratio"_a, "n_orient"_a);
    m.def(
        "gamma_map",
        [](const Matrix& M, const Matrix& G, double alpha, const nb::dict& settings,
           const std::vector<double>& gammas) {
            const auto options = options_of<GammaMapOptions>(settings);
            const GammaMapSolution s = run([&] { return gamma_map(matrix(M), matrix(G), alpha, options, gammas); });
            return nb::make_tuple(numpy_view(s.X), numbers(s.active), s.converged, s.iterations, s.change);
        },
        "M"_a, "G"_a, "alpha"_a, "settings"_a, "gammas"_a);
    m.def(
        "rap_music",
        [](const Matrix& M, const Matrix& G, index n_orient, index n_dipoles, bool truncated,
           const std::optional<Matrix>& normals) {
            const MusicSolution s = run([&] {
                return rap_music(matrix(M), matrix(G), n_orient, n_dipoles, truncated,
                                 normals ? matrix(*normals) : View<const double, 2>());
            });
            return nb::make_tuple(numbers(s.positions), numpy_view(s.orientations), numpy_view(s.amplitudes),
                                  numpy_copy(s.correlations));
        },
        "M"_a, "G"_a, "n_orient"_a, "n_dipoles"_a, "truncated"_a, "normals"_a.none());
}

}  // namespace ranvier::python
