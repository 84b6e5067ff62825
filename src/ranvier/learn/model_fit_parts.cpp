#include <algorithm>
#include <cmath>

#include "ranvier/learn/ica.hpp"
#include "ranvier/learn/model_settings.hpp"

namespace ranvier::learn {

namespace {

index count_of(const Settings& s, index most) {
    const auto asked = s.whole_or_none("n_components");
    require(!asked || (*asked >= 1 && *asked <= most),
            [&] { return "n_components must be 1 to " + std::to_string(most) + "; got " + std::to_string(*asked); });
    return asked.value_or(most);
}

/// As many as have variance that is no rounding.
index dimensions(const std::vector<double>& variance, double tiny, index d) {
    return std::max<index>(1, std::count_if(variance.begin(), variance.end(),
                                            [&](double v) { return v > variance[0] * tiny * static_cast<double>(d); }));
}

Array<double, 2> scaled(const Array<double, 2>& rows, index count, const std::vector<double>& variance, bool divide) {
    Array<double, 2> result({count, rows.extent(1)});
    for (index c = 0; c < count; ++c) {
        const double root = std::sqrt(variance[c]);
        for (index j = 0; j < rows.extent(1); ++j) {
            result(c, j) = divide ? rows(c, j) / root : rows(c, j) * root;
        }
    }
    return result;
}

Array<double, 2> product(const Array<double, 2>& At, const Array<double, 2>& B) {
    Array<double, 2> result({At.extent(1), B.extent(1)});
    for (index k = 0; k < At.extent(0); ++k) {
        for (index i = 0; i < At.extent(1); ++i) {
            for (index j = 0; j < B.extent(1); ++j) {
                result(i, j) += At(k, i) * B(k, j);
            }
        }
    }
    return result;
}

Array<double, 2> transposed(const Array<double, 2>& A) {
    Array<double, 2> result({A.extent(1), A.extent(0)});
    for (index i = 0; i < A.extent(0); ++i) {
        for (index j = 0; j < A.extent(1); ++j) {
            result(j, i) = A(i, j);
        }
    }
    return result;
}

Moments moments_of(View<const double, 2> X) {
    Moments m;
    add_samples(m, X);
    return m;
}

/// mixing: as Python has it, (features, components).
void keep(FittedModel& fit, const std::vector<double>& mean, const Array<double, 2>& components,
          const Array<double, 2>& mixing) {
    fit.model.arrays["mean_"] = stored(mean);
    fit.model.arrays["components_"] = stored(components);
    fit.model.arrays["mixing_"] = stored(mixing);
}

/// What partial_fit goes on from.
void keep_moments(FittedModel& fit, const std::string& name, const Moments& m) {
    fit.model.arrays[name + ".count"] = stored_number(m.count);
    fit.model.arrays[name + ".mean"] = stored(m.mean);
    fit.model.arrays[name + ".scatter"] = stored(m.scatter);
}

void fit_principal(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const index n = table.X.extent(0), d = table.X.extent(1);
    const Principal p = principal_components(table.X, count_of(s, std::min(n, d)));
    const bool whiten = s.yes("whiten");
    require(!whiten || p.variance.back() > p.variance[0] * 1e-14,
            "components without variance can't be whitened; ask for fewer with n_components");
    const index k = std::ssize(p.variance);
    if (whiten) {
        keep(fit, p.mean, scaled(p.components, k, p.variance, true),
             transposed(scaled(p.components, k, p.variance, false)));
    } else {
        keep(fit, p.mean, p.components, transposed(p.components));
    }
    std::vector<double> ratio;
    for (double v : p.variance) {
        ratio.push_back(p.total_variance > 0 ? v / p.total_variance : 0);
    }
    fit.model.arrays["explained_variance_"] = stored(p.variance);
    fit.model.arrays["explained_variance_ratio_"] = stored(ratio);
    report["explained_variance"] = p.variance;
    report["explained_variance_ratio"] = ratio;
}

void fit_white(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const bool back = s.one_of<bool>("method", {{"pca", false}, {"zca", true}});
    const index n = table.X.extent(0), d = table.X.extent(1);
    const Moments moments = moments_of(table.X);
    keep_moments(fit, "_moments", moments);
    const Principal p = principal_components(moments, count_of(s, std::min(n, d)));
    const index kept = dimensions(p.variance, 1e-14, d);
    require(s.value("n_components").is_null() || kept == std::ssize(p.variance),
            [&] { return "the samples have only " + std::to_string(kept) + " dimensions; ask for fewer components"; });
    const Array<double, 2> narrow = scaled(p.components, kept, p.variance, true),
                           wide = scaled(p.components, kept, p.variance, false);
    if (back) {
        Array<double, 2> V({kept, d});
        std::copy(p.components.data(), p.components.data() + kept * d, V.data());
        keep(fit, p.mean, product(V, narrow), product(V, wide));
    } else {
        keep(fit, p.mean, narrow, transposed(wide));
    }
    report["components"] = kept;
}

void fit_independent(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const index n = table.X.extent(0), d = table.X.extent(1);
    require(n >= 2, "independent components need at least two samples");
    index k = count_of(s, std::min(n - 1, d));
    if (s.value("n_components").is_null()) {
        k = dimensions(principal_components(table.X, k).variance, 1e-13, d);
    }
    IcaOptions o;
    o.max_iterations = s.whole("max_iter");
    o.tolerance = s.number("tol");
    o.seed = s.seed();
    const White white = whitened(table.X, k);
    Unmixing u;
    if (fit.model.kind == "FastICA") {
        o.contrast = s.one_of<Contrast>(
            "fun", {{"logcosh", Contrast::logcosh}, {"exp", Contrast::exp}, {"cube", Contrast::cube}});
        u = fast_ica(white, o);
    } else if (fit.model.kind == "Infomax") {
        o.extended = s.yes("extended");
        u = infomax(white, o);
    } else {
        o.extended = s.yes("extended");
        u = picard(white, o);
    }
    Array<double, 2> components, mixing;
    combine(white, u, components, mixing);
    keep(fit, white.mean, components, transposed(mixing));
    fit.model.arrays["n_iter_"] = stored_whole(std::max<index>(1, u.iterations));
    report["components"] = k;
    report["iterations"] = u.iterations;
    report["converged"] = u.converged;
}

void fit_slow(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const index n = table.X.extent(0), d = table.X.extent(1);
    require(n >= 2, "slow features need at least two samples");
    const Moments data = moments_of(table.X);
    Array<double, 2> changes({n - 1, d});
    for (index i = 0; i + 1 < n; ++i) {
        for (index j = 0; j < d; ++j) {
            changes(i, j) = table.X(i + 1, j) - table.X(i, j);
        }
    }
    index k = count_of(s, d);
    if (s.value("n_components").is_null()) {
        k = dimensions(principal_components(data, std::min(d, n)).variance, 1e-13, d);
    }
    const Moments steps = moments_of(changes);
    keep_moments(fit, "_data", data);
    keep_moments(fit, "_changes", steps);
    const Slow slow = slow_features(data, steps, k);
    keep(fit, slow.mean, slow.components, transposed(slow.mixing));
    fit.model.arrays["delta_"] = stored(slow.delta);
    report["delta"] = slow.delta;
}

void fit_fisher(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const Classes c = classes_of(table, "fda");
    const index d = table.X.extent(1);
    std::vector<Moments> moments;
    for (std::size_t k = 0; k < c.names.size(); ++k) {
        Array<double, 2> rows({std::count(c.labels.begin(), c.labels.end(), static_cast<std::int32_t>(k)), d});
        double* to = rows.data();
        for (std::size_t i = 0; i < c.labels.size(); ++i) {
            if (c.labels[i] == static_cast<std::int32_t>(k)) {
                to = std::copy(table.X.data() + static_cast<index>(i) * d,
                               table.X.data() + static_cast<index>(i + 1) * d, to);
            }
        }
        moments.push_back(moments_of(rows));
        keep_moments(fit, "_moments." + std::to_string(k), moments.back());
    }
    const Discriminant f = fisher_discriminant(moments, count_of(s, std::min<index>(d, std::ssize(c.names) - 1)));
    fit.model.arrays["mean_"] = stored(f.mean);
    fit.model.arrays["components_"] = stored(f.components);
    fit.model.arrays["ratio_"] = stored(f.ratio);
    fit.model.arrays["classes_"] = stored(c.names);
    report["ratio"] = f.ratio;
}

}  // namespace

void fit_parts(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const std::string& kind = fit.model.kind;
    if (kind == "PCA") {
        fit_principal(s, table, fit, report);
    } else if (kind == "Whitening") {
        fit_white(s, table, fit, report);
    } else if (kind == "SFA") {
        fit_slow(s, table, fit, report);
    } else if (kind == "FDA") {
        fit_fisher(s, table, fit, report);
    } else if (kind == "FactorAnalysis") {
        const Factors f =
            factor_analysis(moments_of(table.X), count_of(s, table.X.extent(1)), s.whole("max_iter"), s.number("tol"));
        keep(fit, f.mean, f.loadings, transposed(f.loadings));
        fit.model.arrays["noise_variance_"] = stored(f.psi);
        fit.model.arrays["loglike_"] = stored(f.likelihood);
        fit.model.arrays["n_iter_"] = stored_whole(std::ssize(f.likelihood));
        report["likelihood"] = f.likelihood.back();
        report["iterations"] = std::ssize(f.likelihood);
        report["converged"] = f.converged;
    } else {
        fit_independent(s, table, fit, report);
    }
}

}  // namespace ranvier::learn
