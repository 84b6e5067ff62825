// Gains made fit for inverse methods, and sparse estimates made with them.
#include "meeg/priors.hpp"
#include "meeg/sparse.hpp"
#include "objects.hpp"
#include "ranvier/meeg/sparse/estimate.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Matrix = NumpyIn<double, 2>;

View<const double, 2> matrix(const Matrix& m) { return view_of<double, 2>(m); }

NumpyOut<std::int64_t, 1> numbers(const std::vector<index>& list) {
    return numpy_copy(std::vector<std::int64_t>(list.begin(), list.end()));
}

WhiteSpace white_space(const std::string& word) {
    return word == "components" ? WhiteSpace::components
           : word == "channels" ? WhiteSpace::channels
                                : WhiteSpace::all_components;
}

}  // namespace

void bind_sparse_estimates(nb::module_& m) {
    nb::class_<PreparedGain>(m, "PreparedGain",
                             "A forward solution whitened, and weighted by what is believed of sources.")
        .def_prop_ro(
            "forward", [](PreparedGain& p) { return &p.forward; }, nb::rv_policy::reference_internal)
        .def_prop_ro("picks", [](const PreparedGain& p) { return nb::cast(numbers(p.picks)); })
        .def_prop_ro("gain", [](const PreparedGain& p) { return nb::cast(numpy_view(p.gain)); })
        .def_prop_ro("whitener", [](const PreparedGain& p) { return nb::cast(numpy_view(p.whitener.matrix)); })
        .def_prop_ro("source_std", [](const PreparedGain& p) { return nb::cast(numpy_copy(p.source_std)); })
        .def_prop_ro("depth_prior", [](const PreparedGain& p) { return nb::cast(numpy_copy(p.depth_prior)); })
        .def_prop_ro("orient_prior", [](const PreparedGain& p) { return nb::cast(numpy_copy(p.orient_prior)); })
        .def_ro("scale", &PreparedGain::scale)
        .def_ro("rank", &PreparedGain::rank);
    m.def(
        "prepared_gain",
        [](const ForwardSolution& forward, const Info& info, const Covariance& noise, const std::vector<double>& loose,
           const nb::dict& depth, bool use_cps, const nb::dict& rank, const std::string& space) {
            PriorOptions options;
            options.loose = loose;
            set_depth(options, depth);
            options.use_cps = use_cps;
            options.rank = options_of<RankOptions>(rank);
            options.space = white_space(space);
            return run([&] { return prepared_gain(forward, info, noise, options); });
        },
        "forward"_a, "info"_a, "noise"_a, "loose"_a, "depth"_a, "use_cps"_a, "rank"_a, "space"_a);
    m.def("check_reference", &check_reference, "info"_a);

    nb::class_<SparseEstimate>(m, "SparseEstimate", "Currents of the few sources that are active.")
        .def_prop_ro("X", [](const SparseEstimate& e) { return nb::cast(numpy_view(e.X)); })
        .def_prop_ro("columns", [](const SparseEstimate& e) { return nb::cast(numbers(e.columns)); })
        .def_prop_ro("data", [](const SparseEstimate& e) { return nb::cast(numpy_view(e.data)); })
        .def_prop_ro("gain", [](const SparseEstimate& e) { return nb::cast(numpy_view(e.gain)); })
        .def_prop_ro("sure", [](const SparseEstimate& e) { return nb::cast(numpy_copy(e.sure)); })
        .def_ro("certificate", &SparseEstimate::certificate)
        .def_ro("alpha", &SparseEstimate::alpha);
    m.def(
        "mixed_norm_estimate",
        [](const PreparedGain& prepared, const Matrix& data, std::optional<double> alpha,
           const std::vector<double>& grid, const std::optional<Matrix>& normals, index n_mxne_iter, bool time_pca,
           std::optional<index> n_components, const std::vector<double>& weights, double weights_min,
           const nb::dict& settings) {
            MixedNormRule rule;
            rule.alpha = alpha;
            rule.sure_grid = grid;
            rule.sure_normals = normals ? matrix(*normals) : View<const double, 2>();
            rule.n_mxne_iter = n_mxne_iter;
            rule.time_pca = time_pca;
            rule.n_components = n_components;
            rule.weights = {weights, weights_min};
            const auto options = options_of<MixedNormOptions>(settings);
            return run([&] { return mixed_norm_estimate(prepared, matrix(data), rule, options); });
        },
        "prepared"_a, "data"_a, "alpha"_a.none(), "grid"_a, "normals"_a.none(), "n_mxne_iter"_a, "time_pca"_a,
        "n_components"_a.none(), "weights"_a, "weights_min"_a, "settings"_a);
    m.def(
        "tf_mixed_norm_estimate",
        [](const PreparedGain& prepared, const Matrix& data, double alpha, double l1_ratio, index n_tfmxne_iter,
           const std::vector<index>& wsize, const std::vector<index>& tstep, const std::vector<double>& weights,
           double weights_min, const nb::dict& settings) {
            const TfMixedNormRule rule{alpha, l1_ratio, n_tfmxne_iter, wsize, tstep, {weights, weights_min}};
            const auto options = options_of<TfMixedNormOptions>(settings);
            return run([&] { return tf_mixed_norm_estimate(prepared, matrix(data), rule, options); });
        },
        "prepared"_a, "data"_a, "alpha"_a, "l1_ratio"_a, "n_tfmxne_iter"_a, "wsize"_a, "tstep"_a, "weights"_a,
        "weights_min"_a, "settings"_a);
    m.def(
        "gamma_map_estimate",
        [](const PreparedGain& prepared, const Matrix& data, double alpha, const nb::dict& settings,
           const std::vector<double>& gammas) {
            const auto options = options_of<GammaMapOptions>(settings);
            return run([&] { return gamma_map_estimate(prepared, matrix(data), alpha, options, gammas); });
        },
        "prepared"_a, "data"_a, "alpha"_a, "settings"_a, "gammas"_a);
    m.def(
        "split_goodness_of_fit",
        [](const Matrix& data, const Matrix& X, const Matrix& gain) {
            return numpy_view(run([&] { return split_goodness_of_fit(matrix(data), matrix(X), matrix(gain)); }));
        },
        "data"_a, "X"_a, "gain"_a);
    m.def(
        "sloped_window", [](index n, index left, index right) { return numpy_copy(sloped_window(n, left, right)); },
        "n"_a, "left"_a, "right"_a);
}

}  // namespace ranvier::python
