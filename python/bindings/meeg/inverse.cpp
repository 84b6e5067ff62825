// Minimum-norm inverse operators.
#include "meeg/inverse.hpp"

#include "meeg/anatomy.hpp"
#include "meeg/complex_parts.hpp"
#include "meeg/faces.hpp"
#include "meeg/priors.hpp"
#include "ranvier/formats/fiff/fiff.hpp"
#include "ranvier/meeg/estimates/estimate.hpp"
#include "ranvier/meeg/inverse/kernel.hpp"
#include "ranvier/meeg/inverse/resolution.hpp"
#include "ranvier/meeg/recording/compensation.hpp"
#include "ranvier/meeg/recording/operator.hpp"
#include "ranvier/numerics/linalg.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

using Matrix = NumpyIn<double, 2>;

InverseMethod method_named(const std::string& name) {
    return name == "MNE"       ? InverseMethod::minimum_norm
           : name == "dSPM"    ? InverseMethod::dspm
           : name == "sLORETA" ? InverseMethod::sloreta
                               : InverseMethod::eloreta;
}
PickedDirection direction_named(const std::string& name) {
    return name == "normal"   ? PickedDirection::normal
           : name == "vector" ? PickedDirection::vector
                              : PickedDirection::combined;
}

nb::object shown_list(const std::vector<double>& values) {
    return values.empty() ? nb::none() : nb::cast(numpy_constant(values));
}

nb::list shown_spaces(InverseOperator& inverse) {
    nb::list list;
    for (std::size_t k = 0; k < inverse.sources->spaces.size(); ++k) {
        list.append(inverse.sources->spaces.share(k));
    }
    return list;
}

/// Something that is there once the operator has been prepared.
template <class F>
auto of_prepared(F&& show) {
    return [show](const InverseOperator& inverse) {
        return inverse.prepared ? nb::object(nb::cast(show(*inverse.prepared))) : nb::none();
    };
}

std::optional<std::vector<index>> sources_in(nb::handle list) {
    return list.is_none() ? std::nullopt : std::optional(indices_of(list));
}

}  // namespace

void bind_inverse(nb::module_& m) {
    nb::class_<InverseOperator>(m, "InverseOperator", "A whitened and weighted gain, taken apart.")
        .def("check", [](const InverseOperator& i) { check(i); })
        .def("copy", [](const InverseOperator& i) { return run([&] { return unshared(i); }); })
        .def("shared", [](const InverseOperator& i) { return InverseOperator(i); })
        .def_prop_ro("rank", [](const InverseOperator& i) { return rank_of(i); })
        .def_rw("info", &InverseOperator::info, nb::rv_policy::reference_internal)
        .def_prop_ro("methods", [](const InverseOperator& i) { return static_cast<int>(i.modalities); })
        .def_prop_ro("source_ori", [](const InverseOperator& i) { return static_cast<int>(i.orientation); })
        .def_prop_ro("coord_frame", [](const InverseOperator& i) { return formats::fiff::number(i.frame); })
        .def_prop_ro("units", [](const InverseOperator& i) { return static_cast<int>(i.unit); })
        .def_prop_ro("spaces", shown_spaces)
        .def_prop_ro("mri_head_t", [](const InverseOperator& i) { return Transform(i.mri_to_head); })
        .def_ro("mri_file", &InverseOperator::mri_file)
        .def_ro("meas_file", &InverseOperator::meas_file)
        .def_prop_ro("nsource", &InverseOperator::n_sources)
        .def_prop_ro("source_nn", [](InverseOperator& i) { return nb::cast(numpy_view(i.source_nn)); })
        .def_prop_ro("sing", [](const InverseOperator& i) { return nb::cast(numpy_constant(i.sing)); })
        .def_prop_ro("leads", [](InverseOperator& i) { return nb::cast(numpy_view(*i.leads)); })
        .def_ro("leads_weighted", &InverseOperator::leads_weighted)
        .def_prop_ro("fields", [](InverseOperator& i) { return nb::cast(numpy_view(i.fields)); })
        .def_ro("names", &InverseOperator::names)
        .def_prop_rw(
            "noise_cov", [](const InverseOperator& i) { return Covariance(i.noise_cov); },
            [](InverseOperator& i, const Covariance& covariance) { i.noise_cov = covariance; })
        .def_prop_ro("source_cov", [](const InverseOperator& i) { return shown_list(i.source_cov); })
        .def_prop_ro("depth_prior", [](const InverseOperator& i) { return shown_list(i.depth_prior); })
        .def_prop_ro("orient_prior", [](const InverseOperator& i) { return shown_list(i.orient_prior); })
        .def_prop_ro("fmri_prior", [](const InverseOperator& i) { return shown_list(i.fmri_prior); })
        .def_prop_rw(
            "projs", [](InverseOperator& i) { return shown(i.projections, nb::handle()); },
            [](InverseOperator& i, nb::handle list) { set(i.projections, list); })
        .def_rw("nave", &InverseOperator::nave)
        .def_prop_ro("is_prepared", [](const InverseOperator& i) { return i.prepared.has_value(); })
        .def_prop_ro("reginv", of_prepared([](const PreparedInverse& p) { return numpy_constant(p.regularised); }))
        .def_prop_ro("noisenorm", of_prepared([](const PreparedInverse& p) { return numpy_constant(p.noise_norm); }))
        .def_prop_ro("proj", of_prepared([](const PreparedInverse& p) { return numpy_as<const double>(p.projector); }))
        .def_prop_ro("whitener",
                     of_prepared([](const PreparedInverse& p) { return numpy_as<const double>(p.whitener); }))
        .def_prop_ro("colorer", of_prepared([](const PreparedInverse& p) { return numpy_as<const double>(p.colorer); }))
        .def(
            "prepared",
            [](const InverseOperator& i, double nave, double lambda2, const std::string& method, double eps,
               int max_iter, bool force_equal) {
                return run([&] {
                    return prepare(i, nave, lambda2, method_named(method), {eps, max_iter, force_equal});
                });
            },
            "nave"_a, "lambda2"_a, "method"_a, "eps"_a, "max_iter"_a, "force_equal"_a)
        .def(
            "kernel",
            [](const InverseOperator& i, const std::string& method, const std::string& pick, bool use_cps,
               nb::handle sources) {
                const KernelOptions options{method_named(method), direction_named(pick), use_cps, sources_in(sources)};
                return run([&] { return inverse_kernel(i, options); });
            },
            "method"_a, "pick"_a, "use_cps"_a, "sources"_a.none())
        .def("explained",
             [](const InverseOperator& i, const Matrix& samples) {
                 const auto found = run([&] { return explained(i, view_of<double, 2>(samples)); });
                 return nb::make_tuple(numpy_view(found.samples), found.share);
             })
        .def("estimate_snr", [](const InverseOperator& i, const Matrix& samples) {
            const auto found = run([&] { return estimate_snr(i, view_of<double, 2>(samples)); });
            return nb::make_tuple(numpy_copy(found.by_power), numpy_copy(found.by_regularisation), found.converged);
        });
    nb::class_<InverseKernel>(m, "InverseKernel", "What makes sources of sensors' samples.")
        .def_prop_ro("matrix", [](InverseKernel& k) { return nb::cast(numpy_view(k.kernel)); })
        .def_prop_ro("norm", [](const InverseKernel& k) { return shown_list(k.norm); })
        .def_prop_ro("directions", [](InverseKernel& k) { return nb::cast(numpy_view(k.directions)); })
        .def_ro("combines", &InverseKernel::combines)
        .def("fold_norm", [](InverseKernel& k) { fold_norm(k); })
        .def("turn_to_axes", [](InverseKernel& k) { run([&] { turn_to_axes(k); }); })
        .def("applied",
             [](const InverseKernel& k, const Matrix& samples) {
                 return numpy_view(run([&] { return applied(k, view_of<double, 2>(samples)); }));
             })
        .def(
            "beside",
            [](const InverseKernel& k, const SourceEstimate& like, nb::handle given, const std::vector<index>& channels) {
                SourceEstimate estimate = like;
                estimate.complex = is_complex(given);
                const auto samples = nb::cast<Matrix>(parts_of(given));
                if (k.kernel.empty()) {
                    estimate.data = Array<double, 2>({0, view_of<double, 2>(samples).extent(1)});
                } else {
                    estimate.kernel = Array<double, 2>::shared(k.kernel.extents(), k.kernel.memory());
                    estimate.sensor_data = rows(view_of<double, 2>(samples), channels);
                }
                check(estimate);
                return estimate;
            },
            "like"_a, "samples"_a, "channels"_a, "An estimate that shares the kernel, of some rows of samples.")
        .def("power", [](const InverseKernel& k, const Matrix& covariance) {
            return numpy_copy(run([&] { return source_power(k, view_of<double, 2>(covariance)); }));
        });
    m.def(
        "linear_kernel",
        [](const Matrix& weights, const Matrix& whitener, index rows_a_source, bool combines,
           const Matrix& directions) {
            InverseKernel kernel;
            kernel.rows_a_source = rows_a_source;
            kernel.combines = combines;
            kernel.directions = array_of<double, 2>(directions);
            run([&] { kernel.kernel = numerics::matmul(view_of<double, 2>(weights), view_of<double, 2>(whitener)); });
            return kernel;
        },
        "weights"_a, "whitener"_a, "rows_a_source"_a, "combines"_a, "directions"_a);
    m.def(
        "make_inverse_operator",
        [](const Info& info, const ForwardSolution& forward, const Covariance& noise, const std::vector<double>& loose,
           const nb::dict& depth, bool use_cps, const nb::dict& rank) {
            PriorOptions options;
            options.loose = loose;
            set_depth(options, depth);
            options.use_cps = use_cps;
            options.rank = options_of<RankOptions>(rank);
            return run([&] { return make_inverse_operator(info, forward, noise, options); });
        },
        "info"_a, "forward"_a, "noise"_a, "loose"_a, "depth"_a, "use_cps"_a, "rank"_a);
    m.def("check_inverse_reference", &check_reference, "info"_a);
    m.def(
        "compensation_of", [](const Info& info) { return compensation_grade(info).value_or(0); }, "info"_a);
    m.def(
        "resolution_metric",
        [](const Matrix& matrix, const Matrix& places, bool by_rows, const std::string& metric, double threshold) {
            return numpy_copy(run([&] {
                return resolution_metric(view_of<double, 2>(matrix), view_of<double, 2>(places), by_rows,
                                         metric_named(metric), threshold);
            }));
        },
        "matrix"_a, "places"_a, "by_rows"_a, "metric"_a, "threshold"_a);
    m.def(
        "principal_columns",
        [](const Matrix& columns, index count) {
            const Principal found = run([&] { return principal_columns(view_of<double, 2>(columns), count); });
            return nb::make_tuple(numpy_view(found.columns), numpy_copy(found.shares));
        },
        "columns"_a, "count"_a);
    m.def(
        "product_of",
        [](const Matrix& a, const Matrix& b) {
            return numpy_view(run([&] { return numerics::matmul(view_of<double, 2>(a), view_of<double, 2>(b)); }));
        },
        "a"_a, "b"_a);
    m.def(
        "read_inverse_operator_fif",
        [](const std::filesystem::path& path) { return run([&] { return formats::read_inverse_operator_fif(path); }); },
        "path"_a);
    m.def(
        "write_inverse_operator_fif",
        [](const InverseOperator& inverse, const std::filesystem::path& path, bool overwrite) {
            run([&] { formats::write_inverse_operator_fif(inverse, path, overwrite); });
        },
        "inverse"_a, "path"_a, "overwrite"_a);
    bind_beamformer(m);
    bind_source_power(m);
}

}  // namespace ranvier::python
