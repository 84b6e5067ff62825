// What is known of noise: covariances, ranks, whitening.
#include "meeg/samples.hpp"
#include "objects.hpp"
#include "ranvier/meeg/noise/covariance.hpp"
#include "ranvier/meeg/noise/whitening.hpp"

namespace ranvier::python {

using namespace meeg;

namespace {

std::vector<index> numbers_in(nb::handle list) {
    return vector_of<std::int64_t>(nb::cast<NumpyIn<std::int64_t, 1>>(list));
}

/// What Python makes of a number of samples: a list of (train, test), arrays of int64.
Splitter splitter_of(const nb::object& splits) {
    if (splits.is_none()) {
        return {};
    }
    return [splits](index n) {
        const nb::gil_scoped_acquire lock;
        std::vector<Split> result;
        for (const nb::handle pair : splits(n)) {
            result.push_back({numbers_in(pair[0]), numbers_in(pair[1])});
        }
        return result;
    };
}

template <class Noun, class Options>
auto covariances(std::vector<Covariance> (*function)(Noun, const Options&, const Splitter&)) {
    return [function](Noun noun, const nb::dict& options, const nb::object& splits) {
        const auto settings = options_of<Options>(options);
        const Splitter splitter = splitter_of(splits);
        return run([&] { return function(noun, settings, splitter); });
    };
}

WhiteSpace space_of(const std::string& name) {
    return name == "white" ? WhiteSpace::all_components : name == "pca" ? WhiteSpace::components : WhiteSpace::channels;
}

}  // namespace

void bind_noise(nb::module_& m) {
    publish<CovarianceOptions>();
    publish<RawCovarianceOptions>();
    publish<RankOptions>();
    m.def("covariances_of_epochs",
          covariances<const std::vector<const Epochs*>&, CovarianceOptions>(&compute_covariances), "epochs"_a,
          "options"_a, "splits"_a.none());
    m.def("covariances_of_evoked", covariances<const Evoked&, CovarianceOptions>(&compute_covariances), "evoked"_a,
          "options"_a, "splits"_a.none());
    m.def(
        "covariances_of_raw",
        [](const Raw& raw, const nb::dict& options, const nb::object& splits) {
            const auto settings = options_of<RawCovarianceOptions>(options);
            const Splitter splitter = splitter_of(splits);
            return run([&] {
                return compute_raw_covariances(std::make_shared<const Raw>(shared_raw(raw)), settings, splitter);
            });
        },
        "raw"_a, "options"_a, "splits"_a.none());
    m.def("rank_of_raw", engine_with<const Raw&, RankOptions>(&compute_rank), "raw"_a, "options"_a);
    m.def("rank_of_epochs", engine_with<const Epochs&, RankOptions>(&compute_rank), "epochs"_a, "options"_a);
    m.def("rank_of_evoked", engine_with<const Evoked&, RankOptions>(&compute_rank), "evoked"_a, "options"_a);
    m.def(
        "rank_of_covariance",
        [](const Covariance& covariance, const Info& info, const nb::dict& options) {
            const auto settings = options_of<RankOptions>(options);
            return run([&] { return compute_rank(covariance, info, settings); });
        },
        "covariance"_a, "info"_a, "options"_a);
    m.def(
        "regularized",
        [](const Covariance& covariance, const Info& info, const std::vector<std::pair<std::string, double>>& loads,
           const std::optional<std::vector<std::string>>& exclude, bool proj, nb::handle rank, nb::handle scalings) {
            const RegularizeOptions options{loads, exclude, proj, value_of(rank), value_of(scalings)};
            return run([&] { return regularized(covariance, info, options); });
        },
        "covariance"_a, "info"_a, "loads"_a, "exclude"_a.none(), "proj"_a, "rank"_a.none(), "scalings"_a.none());
    m.def(
        "prepared_noise_covariance",
        [](const Covariance& covariance, const Info& info, const std::vector<std::string>& names,
           const nb::dict& options) {
            const auto settings = options_of<RankOptions>(options);
            return run([&] { return prepared_noise_covariance(covariance, info, names, settings); });
        },
        "covariance"_a, "info"_a, "names"_a, "options"_a);
    m.def(
        "covariance_parts",
        [](const Covariance& covariance, const Info& info, const std::vector<std::string>& exclude, bool proj) {
            nb::list parts;
            for (const CovariancePart& part : run([&] { return parts_by_type(covariance, info, exclude, proj); })) {
                parts.append(nb::make_tuple(part.type, numpy_view(part.data), numpy_copy(part.singular), part.rank));
            }
            return parts;
        },
        "covariance"_a, "info"_a, "exclude"_a, "proj"_a);
    m.def(
        "whitener",
        [](const Covariance& prepared, const std::string& space) {
            const Whitener w = run([&] { return whitener(prepared, space_of(space)); });
            return nb::make_tuple(numpy_view(w.matrix), numpy_view(w.colorer), w.rank);
        },
        "prepared"_a, "space"_a);
    m.def(
        "whitened",
        [](const Evoked& evoked, const Covariance& covariance, const std::vector<index>& picks, const nb::dict& options,
           bool diagonal) {
            const auto settings = options_of<RankOptions>(options);
            return run([&] { return whitened(evoked, covariance, picks, settings, diagonal); });
        },
        "evoked"_a, "covariance"_a, "picks"_a, "options"_a, "diagonal"_a);
}

}  // namespace ranvier::python
