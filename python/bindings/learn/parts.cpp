// Adaptive resonance and decompositions.
#include "learn/learn_call.hpp"
#include "ranvier/learn/art.hpp"
#include "ranvier/learn/ica.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

std::span<const double> span_of(const NumpyIn<double, 1>& a) { return {a.data(), a.size()}; }

nb::dict python_moments(const Moments& m) {
    nb::dict d;
    d["count"] = m.count;
    d["mean"] = numpy_copy(m.mean);
    d["scatter"] = numpy_view(m.scatter);
    return d;
}

Moments moments_of(const nb::handle& h) {
    const auto d = nb::cast<nb::dict>(h);
    Moments m;
    m.count = option<double>(d, "count");
    m.mean = vector_of(nb::cast<NumpyIn<double, 1>>(d["mean"]));
    m.scatter = array_of<double, 2>(nb::cast<NumpyIn<double, 2>>(d["scatter"]));
    const index n = std::ssize(m.mean);
    require(m.scatter.extents() == std::array{n, n}, "moments need a mean and a square scatter");
    return m;
}

nb::tuple python_principal(const Principal& p) {
    return nb::make_tuple(numpy_copy(p.mean), numpy_view(p.components), numpy_copy(p.variance), p.total_variance);
}

}  // namespace

void bind_learn_parts(nb::module_& m) {
    m.def(
        "art_fit",
        [](const std::string& kind, const NumpyIn<double, 2>& X, std::optional<NumpyIn<std::int32_t, 1>> labels,
           const nb::dict& o, std::optional<NumpyIn<double, 2>> weights,
           std::optional<NumpyIn<std::int32_t, 1>> classes) {
            ArtOptions options;
            options.rho = option<double>(o, "rho");
            options.alpha = option<double>(o, "alpha");
            options.beta = option<double>(o, "beta");
            options.epsilon = option<double>(o, "epsilon");
            options.max_epochs = option<index>(o, "max_epochs");
            options.max_categories = option<index>(o, "max_categories");
            ArtMap start;
            if (weights) {
                start.weights = array_of<double, 2>(*weights);
                if (classes) {
                    start.labels = vector_of(*classes);
                }
            }
            std::vector<std::int32_t> assigned;
            const auto given = labels ? vector_of(*labels) : std::vector<std::int32_t>{};
            const ArtMap map = run([&] {
                const auto x = view_of<double, 2>(X);
                const ArtMap* from = weights ? &start : nullptr;
                return kind == "art1"    ? fit_art1(x, options, assigned, from)
                       : kind == "fuzzy" ? fit_fuzzy_art(x, options, assigned, from)
                                         : fit_fuzzy_artmap(x, given, options, from);
            });
            return nb::make_tuple(numpy_view(map.weights), numpy_copy(map.labels), numpy_copy(assigned), map.epochs,
                                  map.settled);
        },
        "kind"_a, "X"_a, "labels"_a.none(), "options"_a, "weights"_a.none(), "classes"_a.none());
    m.def("art_categories", [](const std::string& kind, const NumpyIn<double, 2>& X, const NumpyIn<double, 2>& weights,
                               double alpha, double rho) {
        ArtMap map;
        map.weights = array_of<double, 2>(weights);
        return numpy_copy(run([&] {
            return kind == "art1" ? art1_categories(view_of<double, 2>(X), map, alpha, rho)
                                  : fuzzy_categories(view_of<double, 2>(X), map, alpha, rho);
        }));
    });

    m.def(
        "moments",
        [](const NumpyIn<double, 2>& X, const nb::object& before) {
            Moments moments = before.is_none() ? Moments{} : moments_of(before);
            run([&] { add_samples(moments, view_of<double, 2>(X)); });
            return python_moments(moments);
        },
        "X"_a, "before"_a.none());
    m.def("principal_components", [](const NumpyIn<double, 2>& X, index k) {
        return python_principal(run([&] { return principal_components(view_of<double, 2>(X), k); }));
    });
    m.def("principal_of_moments", [](const nb::dict& moments, index k) {
        const Moments m2 = moments_of(moments);
        return python_principal(run([&] { return principal_components(m2, k); }));
    });
    m.def("slow_features", [](const nb::dict& data, const nb::dict& changes, index k) {
        const Moments a = moments_of(data), b = moments_of(changes);
        const Slow s = run([&] { return slow_features(a, b, k); });
        return nb::make_tuple(numpy_copy(s.mean), numpy_view(s.components), numpy_view(s.mixing), numpy_copy(s.delta));
    });
    m.def("fisher_discriminant", [](const nb::list& classes, index k) {
        std::vector<Moments> all;
        for (nb::handle h : classes) {
            all.push_back(moments_of(h));
        }
        const Discriminant f = run([&] { return fisher_discriminant(all, k); });
        return nb::make_tuple(numpy_copy(f.mean), numpy_view(f.components), numpy_copy(f.ratio));
    });
    m.def("factor_analysis", [](const nb::dict& moments, index k, index max_iterations, double tolerance) {
        const Moments m2 = moments_of(moments);
        const Factors f = run([&] { return factor_analysis(m2, k, max_iterations, tolerance); });
        return nb::make_tuple(numpy_copy(f.mean), numpy_view(f.loadings), numpy_copy(f.psi), numpy_copy(f.likelihood),
                              f.converged);
    });
    m.def("factor_scores", [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& mean,
                              const NumpyIn<double, 2>& loadings, const NumpyIn<double, 1>& psi) {
        const Factors f{vector_of(mean), array_of<double, 2>(loadings), vector_of(psi), {}, true};
        return numpy_view(run([&] { return factor_scores(view_of<double, 2>(X), f); }));
    });
    m.def("projected",
          [](const NumpyIn<double, 2>& X, const NumpyIn<double, 1>& mean, const NumpyIn<double, 2>& components) {
              return numpy_view(
                  run([&] { return projected(view_of<double, 2>(X), span_of(mean), view_of<double, 2>(components)); }));
          });
    m.def("unprojected",
          [](const NumpyIn<double, 2>& S, const NumpyIn<double, 2>& mixing, const NumpyIn<double, 1>& mean) {
              return numpy_view(
                  run([&] { return unprojected(view_of<double, 2>(S), view_of<double, 2>(mixing), span_of(mean)); }));
          });
    m.def("ica", [](const std::string& method, const NumpyIn<double, 2>& X, index k, const nb::dict& o) {
        IcaOptions options;
        options.max_iterations = option<index>(o, "max_iterations");
        options.tolerance = option<double>(o, "tolerance");
        options.contrast = choice<Contrast>(
            o, "fun", {{"logcosh", Contrast::logcosh}, {"exp", Contrast::exp}, {"cube", Contrast::cube}});
        options.extended = option<bool>(o, "extended");
        options.seed = option<std::uint64_t>(o, "seed");
        Array<double, 2> components, mixing;
        White white;
        const Unmixing u = run([&] {
            white = whitened(view_of<double, 2>(X), k);
            Unmixing result = method == "fastica"   ? fast_ica(white, options)
                              : method == "infomax" ? infomax(white, options)
                                                    : picard(white, options);
            combine(white, result, components, mixing);
            return result;
        });
        return nb::make_tuple(numpy_copy(white.mean), numpy_view(components), numpy_view(mixing), u.iterations,
                              u.converged, numpy_view(white.whitening), numpy_view(u.W));
    });
}

}  // namespace ranvier::python
