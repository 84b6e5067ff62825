// Beamformers.
#include "meeg/faces.hpp"
#include "meeg/inverse.hpp"
#include "meeg/priors.hpp"
#include "ranvier/meeg/beamformer/lcmv.hpp"
#include "ranvier/meeg/recording/projection.hpp"
#include "settings.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

SpatialFilterOptions filter_options(double reg, const std::string& norm, const std::string& direction, bool reduce_rank,
                                    bool single) {
    SpatialFilterOptions options;
    options.reg = reg;
    options.norm = norm == "unit-noise-gain"             ? WeightNorm::unit_noise_gain
                   : norm == "unit-noise-gain-invariant" ? WeightNorm::unit_noise_gain_invariant
                   : norm == "nai"                       ? WeightNorm::neural_activity_index
                                                         : WeightNorm::none;
    options.direction = direction == "normal"      ? FilterDirection::normal
                        : direction == "max-power" ? FilterDirection::max_power
                                                   : FilterDirection::all;
    options.reduce_rank = reduce_rank;
    options.single = single;
    return options;
}

}  // namespace

void bind_beamformer(nb::module_& m) {
    nb::class_<Lcmv>(m, "Lcmv", "A beamformer of linearly constrained minimum variance.")
        .def_prop_ro("weights", [](Lcmv& l) { return nb::cast(numpy_view(l.filters.weights)); })
        .def_prop_ro("max_power_ori", [](Lcmv& l) { return nb::cast(numpy_view(l.filters.max_power_ori)); })
        .def_prop_ro("whitener", [](Lcmv& l) { return nb::cast(numpy_view(l.whitener)); })
        .def_prop_ro("proj", [](Lcmv& l) { return nb::cast(numpy_view(l.projector)); })
        .def_prop_ro("source_nn", [](Lcmv& l) { return nb::cast(numpy_view(l.source_nn)); })
        .def_prop_ro("data_cov", [](const Lcmv& l) { return Covariance(l.data_cov); })
        .def_ro("names", &Lcmv::names)
        .def_ro("has_projections", &Lcmv::has_projections)
        .def_ro("rank", &Lcmv::rank)
        .def_ro("free", &Lcmv::free);
    m.def(
        "make_lcmv",
        [](const Info& info, const ForwardSolution& forward, const Covariance& data, const Covariance& noise,
           bool same_ranks, double reg, const std::string& norm, const std::string& direction, bool reduce_rank,
           bool single, const nb::dict& rank, const nb::dict& depth) {
            LcmvOptions options;
            options.filter = filter_options(reg, norm, direction, reduce_rank, single);
            options.rank = options_of<RankOptions>(rank);
            set_depth(options, depth);
            options.same_ranks = same_ranks;
            return run([&] { return make_lcmv(info, forward, data, noise, options); });
        },
        "info"_a, "forward"_a, "data"_a, "noise"_a, "same_ranks"_a, "reg"_a, "norm"_a, "direction"_a, "reduce_rank"_a,
        "single"_a, "rank"_a, "depth"_a);
    m.def(
        "projector_of",
        [](const Info& info) {
            Info all = info;
            all.bads.clear();
            return numpy_view(run([&] { return projector(all).matrix; }));
        },
        "info"_a);
    m.def(
        "filtered_power",
        [](const NumpyIn<double, 2>& weights, index directions, const NumpyIn<double, 2>& covariance) {
            return numpy_copy(run([&] {
                return filtered_power(view_of<double, 2>(weights), directions, view_of<double, 2>(covariance));
            }));
        },
        "weights"_a, "directions"_a, "covariance"_a);
}

}  // namespace ranvier::python
