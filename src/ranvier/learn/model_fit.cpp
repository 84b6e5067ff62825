#include "ranvier/learn/model_fit.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/learn/art.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/model_settings.hpp"
#include "ranvier/learn/perceptron.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::learn {

namespace {

/// Targets of unit u: one unit for two classes, one unit against the rest for each of more.
std::vector<double> targets_of(const Classes& c, index unit, double low) {
    std::vector<double> targets;
    for (std::int32_t label : c.labels) {
        targets.push_back(label == (c.names.size() == 2 ? 1 : unit) ? 1 : low);
    }
    return targets;
}

Table only_rows(const Table& table, Array<double, 2> X) {
    Table result;
    result.X = std::move(X);
    result.target = table.target;
    return result;
}

std::vector<std::string> words_of(const std::string& word) {
    std::vector<std::string> words;
    std::size_t begin = 0;
    for (;;) {
        const std::size_t plus = word.find('+', begin);
        words.push_back(word.substr(begin, plus - begin));
        if (plus == std::string::npos) {
            return words;
        }
        begin = plus + 1;
    }
}

FittedModel one_model(const std::string& word, const Json& changes, const Table& table) {
    const ModelKind& kind = model_kind(word);
    const Settings s(kind, changes);
    require_samples(table.X, kind.word.c_str());
    FittedModel fit;
    Json report = Json::object();
    fit.model.kind = kind.kind;
    fit.model.settings = s.values().dump();
    if (word == "perceptron" || word == "adaline") {
        fit_units(s, table, fit, report);
    } else if (word == "mlp" || word == "regressor") {
        fit_nets(s, table, fit, report);
    } else if (word == "elman") {
        fit_elman(s, table, fit, report);
    } else if (word == "som") {
        fit_maps(s, table, fit, report);
    } else if (word == "hopfield") {
        fit_memory(s, table, fit, report);
    } else if (word == "art1" || word == "fuzzy-art" || word == "artmap") {
        fit_resonance(s, table, fit, report);
    } else {
        fit_parts(s, table, fit, report);
    }
    fit.model.arrays["n_features_in_"] = stored_whole(table.X.extent(1));
    fit.report = report.dump();
    return fit;
}

}  // namespace

FittedModel fitted_model(const std::string& word, const std::string& settings, const Table& table) {
    const Json changes = Json::parse(settings);
    const std::vector<std::string> words = words_of(word);
    if (words.size() == 1) {
        return one_model(word, changes, table);
    }
    for (const auto& [name, value] : changes.items()) {
        const std::string& said = name;  // clang 14 does not let closures have bindings
        const std::string owner = name.substr(0, name.find('.'));
        require(name.find('.') != std::string::npos && std::find(words.begin(), words.end(), owner) != words.end(),
                [&] { return "parameters of a flow are said as model.parameter, such as " + words[0] + "." + said; });
    }
    FittedModel flow;
    Json report = Json::object(), nodes = Json::array();
    Table rows = only_rows(table, table.X);
    for (std::size_t n = 0; n < words.size(); ++n) {
        Json own = Json::object();
        for (const auto& [name, value] : changes.items()) {
            if (name.starts_with(words[n] + ".")) {
                own[name.substr(words[n].size() + 1)] = value;
            }
        }
        FittedModel node = one_model(words[n], own, rows);
        nodes.push_back({{"kind", node.model.kind}, {"settings", Json::parse(node.model.settings)}});
        report[words[n]] = Json::parse(node.report);
        if (n + 1 < words.size()) {
            rows = only_rows(table, transformed(node.model, rows.X));
        }
        for (auto& [name, array] : node.model.arrays) {
            flow.model.arrays[std::to_string(n) + "." + name] = std::move(array);
        }
    }
    flow.model.kind = "Flow";
    flow.model.settings = Json{{"nodes", nodes}}.dump();
    flow.model.arrays["n_features_in_"] = stored_whole(table.X.extent(1));
    flow.report = report.dump();
    return flow;
}

void fit_units(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const bool adaline = fit.model.kind == "Adaline";
    const Classes c = classes_of(table, adaline ? "adaline" : "perceptron");
    const index units = c.names.size() == 2 ? 1 : std::ssize(c.names), d = table.X.extent(1);
    Array<double, 2> coef({units, d});
    std::vector<double> intercept(units);
    index epochs = 0;
    bool converged = true;
    std::vector<std::int64_t> updates;
    for (index u = 0; u < units; ++u) {
        ThresholdUnit unit;
        if (adaline) {
            AdalineOptions o;
            o.eta = s.number("eta0");
            o.normalised = s.one_of<bool>("rule", {{"alpha", true}, {"mu", false}});
            o.shuffle = s.yes("shuffle");
            o.intercept = s.yes("fit_intercept");
            o.max_epochs = s.whole("max_iter");
            o.tolerance = s.number("tol");
            o.seed = s.seed();
            const AdalineFit f = fit_adaline(table.X, targets_of(c, u, -1), o);
            unit = f.unit;
            epochs = std::max(epochs, static_cast<index>(std::ssize(f.mean_squared_error)));
            report["mean_squared_error"] = f.mean_squared_error.back();
            converged &= f.converged;
        } else {
            PerceptronOptions o;
            o.eta = s.number("eta0");
            o.margin = s.number("margin");
            o.pocket = s.yes("pocket");
            o.shuffle = s.yes("shuffle");
            o.intercept = s.yes("fit_intercept");
            o.max_epochs = s.whole("max_iter");
            o.seed = s.seed();
            const std::vector<double> targets = targets_of(c, u, 0);
            const PerceptronFit f = fit_perceptron(table.X, targets, o);
            unit = f.unit;
            epochs = std::max(epochs, f.epochs);
            updates.push_back(f.updates);
            converged &= f.converged;
            if (!f.converged && s.yes("diagnose")) {
                const auto separable = linear_separability(table.X, targets).separable;
                if (separable && !*separable) {
                    report["not_separable"].push_back(units == 1 ? c.names[1] : c.names[u]);
                }
            }
        }
        std::copy(unit.w.begin(), unit.w.end(), coef.data() + u * d);
        intercept[u] = unit.b;
    }
    auto& arrays = fit.model.arrays;
    arrays["coef_"] = stored(coef);
    arrays["intercept_"] = stored(intercept);
    arrays["classes_"] = stored(c.names);
    arrays["n_iter_"] = stored_whole(epochs);
    if (!adaline) {
        arrays["n_updates_"] = stored_whole(updates);
    }
    report["passes"] = epochs;
    report["converged"] = converged;
}

void fit_maps(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    SomOptions o;
    const std::vector<index> sides = s.wholes("shape");
    require(sides.size() == 2, "som: shape must be rows,columns");
    o.shape.rows = sides[0];
    o.shape.columns = sides[1];
    o.shape.lattice =
        s.one_of<Lattice>("lattice", {{"rectangular", Lattice::rectangular}, {"hexagonal", Lattice::hexagonal}});
    o.shape.toroidal = s.one_of<bool>("boundary", {{"planar", false}, {"toroidal", true}});
    o.kind = s.one_of<Neighbourhood>("neighborhood", {{"gaussian", Neighbourhood::gaussian},
                                                      {"bubble", Neighbourhood::bubble},
                                                      {"mexican_hat", Neighbourhood::mexican_hat}});
    o.batch = s.one_of<bool>("training", {{"batch", true}, {"online", false}});
    o.epochs = s.whole("max_iter");
    o.sigma = s.number_or_none("sigma").value_or(0);
    require(s.value("sigma").is_null() || o.sigma > 0, "som: sigma must be > 0 or null");
    o.sigma_end = s.number("sigma_end");
    o.rate = s.number("learning_rate");
    o.rate_end = s.number("learning_rate_end");
    o.decay = s.one_of<Decay>("decay", {{"linear", Decay::linear}, {"exponential", Decay::exponential}});
    o.start = s.one_of<MapStart>("init",
                                 {{"pca", MapStart::pca}, {"sample", MapStart::sample}, {"random", MapStart::random}});
    o.seed = s.seed();
    const Som<double> som = fit_som<double>(table.X, o);
    const double error = quantisation_error<double>(table.X, som.weights);
    auto& arrays = fit.model.arrays;
    arrays["weights_"] = stored(som.weights);
    arrays["positions_"] = stored(positions(o.shape));
    arrays["loss_curve_"] = stored(som.quantisation_error);
    arrays["quantization_error_"] = stored_number(error);
    arrays["topographic_error_"] =
        stored_number(o.shape.units() > 1 ? topographic_error<double>(table.X, som.weights, o.shape) : 0.0);
    arrays["n_iter_"] = stored_whole(o.epochs);
    report["quantization_error"] = error;
    report["topographic_error"] = std::get<std::vector<double>>(arrays["topographic_error_"].values)[0];
}

void fit_memory(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const Storage storage = s.one_of<Storage>(
        "storage",
        {{"hebbian", Storage::hebbian}, {"pseudo_inverse", Storage::pseudo_inverse}, {"storkey", Storage::storkey}});
    const auto update = s.one_of<int>("update", {{"asynchronous", 0}, {"synchronous", 1}, {"modern", 2}});
    s.one_of<int>("order", {{"random", 0}, {"cyclic", 1}});
    require(s.text("dtype") == "float64", "hopfield: dtype must be float64 here; float32 is for Python");
    Array<double, 2> patterns = table.X;
    if (update != 2) {
        const double threshold = s.number("threshold");
        for (index i = 0; i < patterns.size(); ++i) {
            patterns.data()[i] = patterns.data()[i] > threshold ? 1 : -1;
        }
        Hopfield<double> memory = hopfield<double>(patterns, storage, s.yes("zero_diagonal"));
        for (index i = 0; i < memory.M.size(); ++i) {
            memory.M.data()[i] *= memory.scale;
        }
        fit.model.arrays["weights_"] = stored(memory.M);
    }
    fit.model.arrays["patterns_"] = stored(patterns);
    report["patterns"] = patterns.extent(0);
    report["units"] = patterns.extent(1);
}

void fit_resonance(const Settings& s, const Table& table, FittedModel& fit, Json& report) {
    const bool binary = fit.model.kind == "ART1", mapped = fit.model.kind == "FuzzyARTMAP";
    const index n = table.X.extent(0), d = table.X.extent(1);
    ArtOptions o;
    o.rho = s.number("rho");
    o.alpha = s.number("alpha");
    o.max_epochs = s.whole("max_iter");
    o.max_categories = s.whole("max_categories");
    auto& arrays = fit.model.arrays;
    Array<double, 2> inputs({n, d});
    if (binary) {
        const double threshold = s.number("threshold");
        for (index i = 0; i < inputs.size(); ++i) {
            inputs.data()[i] = table.X.data()[i] > threshold ? 1 : 0;
        }
    } else {
        o.beta = s.number("beta");
        std::vector<double> low(d, INFINITY), high(d, -INFINITY);
        const Json& range = s.value("feature_range");
        if (range.is_null()) {
            for (index i = 0; i < n; ++i) {
                for (index k = 0; k < d; ++k) {
                    low[k] = std::min(low[k], table.X(i, k));
                    high[k] = std::max(high[k], table.X(i, k));
                }
            }
        } else {
            require(range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number() &&
                        range[0].get<double>() < range[1].get<double>(),
                    [&] { return "feature_range must be low,high with low < high; got " + range.dump(); });
            low.assign(d, range[0].get<double>());
            high.assign(d, range[1].get<double>());
        }
        for (index i = 0; i < n; ++i) {
            for (index k = 0; k < d; ++k) {
                const double width = high[k] > low[k] ? high[k] - low[k] : 1;
                inputs(i, k) = std::clamp((table.X(i, k) - low[k]) / width, 0.0, 1.0);
            }
        }
        arrays["low_"] = stored(low);
        arrays["high_"] = stored(high);
    }
    std::vector<std::int32_t> assigned;
    ArtMap map;
    if (mapped) {
        o.epsilon = s.number("epsilon");
        const Classes c = classes_of(table, "artmap");
        map = fit_fuzzy_artmap(inputs, c.labels, o);
        std::vector<std::string> names;
        for (std::int32_t label : map.labels) {
            names.push_back(c.names[label]);
        }
        arrays["classes_"] = stored(c.names);
        arrays["category_classes_"] = stored(names);
    } else {
        map = binary ? fit_art1(inputs, o, assigned) : fit_fuzzy_art(inputs, o, assigned);
        arrays["labels_"] = stored_whole(std::vector<std::int64_t>(assigned.begin(), assigned.end()));
    }
    arrays["weights_"] = stored(map.weights);
    arrays["n_iter_"] = stored_whole(map.epochs);
    report["categories"] = map.weights.extent(0);
    report["passes"] = map.epochs;
    report["settled"] = map.settled;
}

}  // namespace ranvier::learn
