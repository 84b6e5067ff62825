#include <algorithm>
#include <cmath>
#include <functional>

#include "ranvier/learn/linear.hpp"
#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::learn {

index component_count(const std::optional<index>& asked, index most) {
    require(!asked || (*asked >= 1 && *asked <= most),
            [&] { return "n_components must be a whole number, 1 to " + text_of(most) + "; got " + text_of(*asked); });
    return asked.value_or(most);
}

namespace {

Array<double, 2> transposed(const Array<double, 2>& A) { return Array<double, 2>(A.view().transposed()); }

/// A B, or Aᵀ B.
Array<double, 2> product(bool transpose, const Array<double, 2>& A, const Array<double, 2>& B) {
    const index m = A.extent(transpose ? 1 : 0), k = A.extent(transpose ? 0 : 1), n = B.extent(1);
    Array<double, 2> result({m, n});
    numerics::gemm(transpose, false, m, n, k, 1.0, A.data(), A.extent(1), B.data(), n, 0.0, result.data(), n);
    return result;
}

/// The moments that a state has under a name, with more samples: what partial_fit goes on from.
Moments moments_of(const State* before, const std::string& name, View<const double, 2> X) {
    Moments m;
    if (before != nullptr && before->contains(name + ".count")) {
        m = {number(*before, name + ".count"), row<double>(*before, name + ".mean"), {}};
        if (before->contains(name + ".root")) {
            const Array<double, 2> root = matrix<double>(*before, name + ".root");
            const index d = root.extent(1);
            m.scatter = Array<double, 2>({d, d});
            numerics::gram(d, root.extent(0), 1.0, root.data(), d, 0.0, m.scatter.data(), d);
        } else {
            m.scatter = Array<double, 2>(matrix<double>(*before, name + ".scatter").view());
        }
        require(m.scatter.extent(0) == std::ssize(m.mean) && m.scatter.extent(1) == std::ssize(m.mean),
                "moments need a mean and a square scatter");
    }
    if (X.extent(0) > 0) {
        add_samples(m, X);
    }
    return m;
}

void keep_moments(State& state, const std::string& name, Moments m) {
    state[name + ".count"] = m.count;
    state[name + ".mean"] = m.mean;
    if (!m.scatter.empty()) {
        state[name + ".scatter"] = std::move(m.scatter);
    }
}

struct PcaOptions {
    Value n_components;
    bool whiten = false;
    static Fields fields() {
        return {"PCA",
                {field("n_components", &PcaOptions::n_components,
                       "how many, or, below 1, as many as explain this part of the variance; None: all")
                     .where("None, a whole number >= 1 or a part in (0, 1)",
                            [](const Value& v) {
                                const auto* whole = v.as<std::int64_t>();
                                const auto* part = v.as<double>();
                                return v.is_none() || (whole != nullptr && *whole >= 1) ||
                                       (part != nullptr && *part > 0 && *part < 1);
                            }),
                 field("whiten", &PcaOptions::whiten, "give components unit variance")}};
    }
};

/// The first `count` of them.
void keep(Principal& p, index count) {
    p.variance.resize(count);
    Array<double, 2> first({count, p.components.extent(1)});
    std::copy(p.components.data(), p.components.data() + first.size(), first.data());
    p.components = std::move(first);
}

/// Principal components of the samples and of those before, with what the next piece goes on from: the scatter where it
/// is there, else its root, which is no larger than the samples.
/// @param count  of components, given the most that there can be
template <class Count>
Principal components_of(const Given& given, View<const double, 2> X, const State* before, State& state, Count count) {
    const index n = X.extent(0), d = X.extent(1);
    if (given.piece || by_moments(n, d)) {
        Moments m = moments_of(given.piece ? before : nullptr, "_moments", X);
        Principal p = principal_components(m, count(std::min(d, static_cast<index>(m.count))));
        keep_moments(state, "_moments", std::move(m));
        return p;
    }
    Array<double, 2> root;
    Principal p = principal_components(X, count(std::min(n, d)), &root);
    keep_moments(state, "_moments", {static_cast<double>(n), p.mean, {}});
    state["_moments.root"] = std::move(root);
    return p;
}

/// Leaves the components that have variance, and gives them unit variance.
/// @throws InvalidInput  there are none, or fewer than were asked for
Scaled whitening_of(Principal& p, bool asked) {
    const index kept = dimensions(p.variance, 1e-14, p.components.extent(1));
    require(kept > 0, "the samples do not vary: nothing can be whitened");
    require(!asked || kept == std::ssize(p.variance), "the samples have only ", kept,
            " dimensions, and components without variance can't be whitened; ask for fewer with n_components");
    keep(p, kept);
    return scaled(p.components, kept, p.variance);
}

State fit_pca(const PcaOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    const auto* part = o.n_components.as<double>();
    const auto* asked = o.n_components.as<std::int64_t>();
    State state;
    Principal p = components_of(given, X, before, state, [&](index most) {
        return component_count(asked != nullptr ? std::optional<index>(*asked) : std::nullopt, most);
    });
    const double samples = number(state, "_moments.count");
    if (part != nullptr) {
        double sum = 0;
        const auto enough =
            std::ranges::find_if(p.variance, [&](double v) { return (sum += v) >= *part * p.total_variance; });
        keep(p, std::min<index>(enough - p.variance.begin() + 1, std::ssize(p.variance)));
    }
    if (o.whiten) {
        Scaled s = whitening_of(p, asked != nullptr);
        state.merge(linear_state(p.mean, std::move(s.narrow), s.wide));
    } else {
        state.merge(linear_state(p.mean, p.components, p.components));
    }
    std::vector<double> ratio, singular;
    for (double v : p.variance) {
        singular.push_back(std::sqrt(v * std::max(samples - 1, 1.0)));
        ratio.push_back(p.total_variance > 0 ? v / p.total_variance : 0);
    }
    state["explained_variance_"] = p.variance;
    state["singular_values_"] = singular;
    state["explained_variance_ratio_"] = ratio;
    report = {{"explained_variance", Value::List(p.variance.begin(), p.variance.end())},
              {"explained_variance_ratio", Value::List(ratio.begin(), ratio.end())}};
    return state;
}

enum class Turn { pca, zca };

struct WhiteningOptions {
    std::optional<index> n_components;
    Turn method = Turn::pca;
    static Fields fields() {
        return {"Whitening",
                {field("n_components", &WhiteningOptions::n_components, "None: all").at_least(1),
                 field("method", &WhiteningOptions::method,
                       "along principal components, or turned back so that the result is as near to the samples as can "
                       "be",
                       {{"pca", Turn::pca}, {"zca", Turn::zca}})}};
    }
};

State fit_whitening(const WhiteningOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    State state;
    Principal p =
        components_of(given, X, before, state, [&](index most) { return component_count(o.n_components, most); });
    Scaled s = whitening_of(p, o.n_components.has_value());
    report = {{"components", std::int64_t{std::ssize(p.variance)}}};
    if (o.method == Turn::zca) {
        s = {product(true, p.components, s.narrow), transposed(product(true, p.components, s.wide))};
    }
    state.merge(linear_state(p.mean, std::move(s.narrow), s.wide));
    return state;
}

/// Fits to fewer samples than features in the space that they span, outside which nothing varies: O(n² d) instead of
/// O(d³).
template <class O, State (*fit)(const O&, const Given&, const State*, Value::Map&)>
State fit_in_span(const O& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    const index n = X.extent(0), d = X.extent(1);
    if (before != nullptr || n >= d || n < 2) {
        return fit(o, given, before, report);
    }
    Principal p = principal_components(X, n);
    keep(p, std::max<index>(1, dimensions(p.variance, 1e-14, d)));
    const Array<double, 2>& V = p.components;
    const Array<double, 2> inside = projected(X, p.mean, V);
    Given narrow = given;
    narrow.X = View<const double, 2>(inside);
    State state = fit(o, narrow, nullptr, report);
    const auto lifted = [&](const std::string& name, bool from_mean) {
        const std::vector<double> mean = row<double>(state, name);
        Array<double, 2> one({1, V.extent(0)});
        std::copy(mean.begin(), mean.end(), one.data());
        one = product(false, one, V);
        std::transform(one.data(), one.data() + d, p.mean.begin(), one.data(),
                       [&](double a, double m) { return from_mean ? a + m : a; });
        state[name] = std::vector<double>(one.data(), one.data() + d);
    };
    lifted("mean_", true);
    Array<double, 2> components = product(false, matrix<double>(state, "components_"), V);
    Array<double, 2> mixing = product(false, transposed(matrix<double>(state, "mixing_")), V);
    set_signs(components, &mixing);
    state["components_"] = std::move(components);
    state["mixing_"] = transposed(mixing);
    std::vector<std::string> sums;
    for (const auto& [name, array] : state) {
        if (name.ends_with(".scatter")) {
            sums.push_back(name.substr(0, name.size() - 8));
        }
    }
    for (const std::string& name : sums) {  // what partial_fit goes on from, by its root
        const numerics::Eigen e = numerics::symmetric_eigen(matrix<double>(state, name + ".scatter"));
        Array<double, 2> root({V.extent(0), V.extent(0)});
        for (index i = 0; i < root.extent(0); ++i) {
            for (index j = 0; j < root.extent(1); ++j) {
                root(i, j) = std::sqrt(std::max(e.values[i], 0.0)) * e.vectors(j, i);
            }
        }
        state.erase(name + ".scatter");
        state[name + ".root"] = product(false, root, V);
        lifted(name + ".mean", name != "_changes");
    }
    return state;
}

struct SfaOptions {
    std::optional<index> n_components;
    static Fields fields() {
        return {"SFA",
                {field("n_components", &SfaOptions::n_components, "None: as many as the samples have dimensions")
                     .at_least(1)}};
    }
};

State fit_sfa(const SfaOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    const index n = X.extent(0), d = X.extent(1);
    require(n >= 2, "slow features need at least two samples");
    Array<double, 2> changes({n - 1, d});
    for (index i = 0; i + 1 < n; ++i) {
        for (index j = 0; j < d; ++j) {
            changes(i, j) = X(i + 1, j) - X(i, j);
        }
    }
    Moments data = moments_of(before, "_data", X), steps = moments_of(before, "_changes", changes);
    const index k =
        o.n_components
            ? component_count(o.n_components, d)
            : dimensions(principal_components(data, std::min(d, static_cast<index>(data.count))).variance, 1e-13, d);
    Slow slow = slow_features(data, steps, k);
    report = {{"delta", Value::List(slow.delta.begin(), slow.delta.end())}};
    State state = linear_state(slow.mean, std::move(slow.components), slow.mixing);
    state["delta_"] = slow.delta;
    keep_moments(state, "_data", std::move(data));
    keep_moments(state, "_changes", std::move(steps));
    return state;
}

struct FdaOptions {
    std::optional<index> n_components;
    static Fields fields() {
        return {"FDA",
                {field("n_components", &FdaOptions::n_components,
                       "None: one less than there are classes, at most the number of features")
                     .at_least(1)}};
    }
};

State fit_fda(const FdaOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    const index d = X.extent(1), classes = std::ssize(given.classes);
    std::vector<Moments> moments;
    for (index k = 0; k < classes; ++k) {
        Array<double, 2> rows({std::count(given.labels.begin(), given.labels.end(), static_cast<std::int32_t>(k)), d});
        double* to = rows.data();
        for (std::size_t i = 0; i < given.labels.size(); ++i) {
            if (given.labels[i] == static_cast<std::int32_t>(k)) {
                const double* from = X.data() + static_cast<index>(i) * d;
                to = std::copy(from, from + d, to);
            }
        }
        moments.push_back(moments_of(before, "_moments." + text_of(k), rows));
    }
    Discriminant f = fisher_discriminant(moments, component_count(o.n_components, std::min<index>(d, classes - 1)));
    report = {{"ratio", Value::List(f.ratio.begin(), f.ratio.end())}};
    const Array<double, 2> back = transposed(numerics::pseudo_inverse(f.components));
    State state = linear_state(f.mean, std::move(f.components), back);
    state["ratio_"] = f.ratio;
    for (index k = 0; k < classes; ++k) {
        keep_moments(state, "_moments." + text_of(k), std::move(moments[k]));
    }
    return state;
}

struct FactorOptions {
    std::optional<index> n_components;
    index max_iter = 1000;
    double tol = 1e-6;
    static Fields fields() {
        using O = FactorOptions;
        return {"FactorAnalysis",
                {field("n_components", &O::n_components, "None: as many as features").at_least(1),
                 field("max_iter", &O::max_iter, "most iterations").at_least(1),
                 field("tol", &O::tol, "gain of the mean log likelihood that ends the iteration")}};
    }
};

State fit_factors(const FactorOptions& o, const Given& given, const State*, Value::Map& report) {
    const Doubles X(given.X);
    Factors f = factor_analysis(X, component_count(o.n_components, X.extent(1)), o.max_iter, o.tol);
    report = {{"likelihood", f.likelihood.back()},
              {"iterations", std::int64_t{std::ssize(f.likelihood)}},
              {"converged", f.converged}};
    State state = linear_state(f.mean, f.loadings, f.loadings);
    state["noise_variance_"] = f.psi;
    state["loglike_"] = f.likelihood;
    state["n_iter_"] = f.likelihood.size();
    state["converged_"] = f.converged;
    return state;
}

Matrix transform_factors(const FactorOptions&, const State& state, const Samples& samples) {
    const Doubles X(samples);
    const Factors f{row<double>(state, "mean_"),
                    matrix<double>(state, "components_"),
                    row<double>(state, "noise_variance_"),
                    {},
                    true};
    require(f.loadings.extent(1) == std::ssize(f.psi), "the model's arrays don't fit each other");
    return factor_scores(X, f);
}

void check_factors(const State& state) {
    check_linear(state);
    const index features = matrix<double>(state, "components_").extent(1);
    const index noises = std::ssize(row<double>(state, "noise_variance_"));
    require(noises == features, "the model's noise_variance_ must be of ", features, " features; got ", noises);
}

}  // namespace

State linear_state(const std::vector<double>& mean, Array<double, 2> components, const Array<double, 2>& mixing) {
    return {{"mean_", mean}, {"components_", std::move(components)}, {"mixing_", transposed(mixing)}};
}

void check_linear(const State& state) {
    const Array<double, 2> components = matrix<double>(state, "components_");
    const index features = std::ssize(row<double>(state, "mean_"));
    require(components.extent(1) == features, "the model's components_ must be of as many features as its mean_, ",
            features, "; got ", components.extent(1));
    if (state.contains("mixing_")) {
        const Array<double, 2> mixing = matrix<double>(state, "mixing_");
        require(mixing.extent(0) == features && mixing.extent(1) == components.extent(0),
                "the model's mixing_ must have shape (", features, ", ", components.extent(0), "); got (",
                mixing.extent(0), ", ", mixing.extent(1), ")");
    }
}

std::vector<StateEntry> linear_entries(std::vector<StateEntry> more) {
    std::vector<StateEntry> entries{{"mean_", Entry::array, true}, {"components_", Entry::array, true}, {"mixing_"}};
    entries.insert(entries.end(), more.begin(), more.end());
    return entries;
}

Estimator pca_estimator() {
    return estimator<PcaOptions>("pca", "principal components", Target::none,
                                 linear_entries({{"explained_variance_"},
                                                 {"explained_variance_ratio_"},
                                                 {"singular_values_"},
                                                 {"_moments", Entry::entries}}),
                                 {fit_pca, nullptr, linear_transform<PcaOptions>, nullptr, check_linear});
}

Estimator whitening_estimator() {
    return estimator<WhiteningOptions>(
        "whitening", "decorrelation to unit variance", Target::none, linear_entries({{"_moments", Entry::entries}}),
        {fit_whitening, nullptr, linear_transform<WhiteningOptions>, nullptr, check_linear});
}

Estimator sfa_estimator() {
    return estimator<SfaOptions>(
        "sfa", "slow features: rows are a time course", Target::none,
        linear_entries({{"delta_"}, {"_data", Entry::entries}, {"_changes", Entry::entries}}),
        {fit_in_span<SfaOptions, fit_sfa>, nullptr, linear_transform<SfaOptions>, nullptr, check_linear});
}

Estimator fda_estimator() {
    return estimator<FdaOptions>(
        "fda", "Fisher's discriminant directions", Target::classes,
        linear_entries({{"ratio_"}, {"_moments", Entry::entries}}),
        {fit_in_span<FdaOptions, fit_fda>, nullptr, linear_transform<FdaOptions>, nullptr, check_linear});
}

Estimator factor_analysis_estimator() {
    return estimator<FactorOptions>(
        "factors", "factors with independent noise", Target::none,
        linear_entries(
            {{"noise_variance_", Entry::array, true}, {"loglike_"}, {"n_iter_"}, {"converged_", Entry::yes_no}}),
        {fit_factors, nullptr, transform_factors, nullptr, check_factors});
}

}  // namespace ranvier::learn
