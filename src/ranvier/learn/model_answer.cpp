#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ranvier/learn/art.hpp"
#include "ranvier/learn/decomposition.hpp"
#include "ranvier/learn/elman.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/model_file.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::learn {

namespace {

using Json = nlohmann::json;

std::vector<std::string> names_of(const StoredModel& m, const std::string& array) {
    const auto found = m.arrays.find(array);
    require(found != m.arrays.end(), [&] { return "the model has no '" + array + "'"; });
    if (const auto* s = std::get_if<std::vector<std::string>>(&found->second.values)) {
        return *s;
    }
    std::vector<std::string> names;
    if (const auto* i = std::get_if<std::vector<std::int64_t>>(&found->second.values)) {
        for (std::int64_t v : *i) {
            names.push_back(std::to_string(v));
        }
        return names;
    }
    for (double v : m.row(array)) {
        names.push_back(Json(v).dump());
    }
    return names;
}

std::vector<std::string> labelled(const std::vector<std::string>& names, const std::vector<index>& which) {
    std::vector<std::string> result;
    for (index i : which) {
        require(i >= 0 && i < std::ssize(names), "the model names fewer classes than it tells apart");
        result.push_back(names[i]);
    }
    return result;
}

/// The largest of each row, or of one column whether it exceeds `limit`.
std::vector<index> winners(const Array<double, 2>& scores, double limit) {
    std::vector<index> result;
    for (index i = 0; i < scores.extent(0); ++i) {
        const double* row = scores.data() + i * scores.extent(1);
        result.push_back(scores.extent(1) == 1 ? row[0] > limit : std::max_element(row, row + scores.extent(1)) - row);
    }
    return result;
}

void require_width(const Array<double, 2>& weights, View<const double, 2> X) {
    require(weights.extent(1) == X.extent(1), [&] {
        return "the model reads samples of " + std::to_string(weights.extent(1)) + " features; got " +
               std::to_string(X.extent(1));
    });
}

Answer of_units(const StoredModel& m, View<const double, 2> X) {
    const Array<double, 2> coef = m.matrix("coef_");
    const std::vector<double> b = m.row("intercept_");
    require(coef.extent(0) == std::ssize(b), "the model's coef_ and intercept_ don't fit");
    require_width(coef, X);
    Array<double, 2> scores({X.extent(0), coef.extent(0)});
    for (index u = 0; u < coef.extent(0); ++u) {
        for (index i = 0; i < X.extent(0); ++i) {
            double sum = b[u];
            for (index k = 0; k < X.extent(1); ++k) {
                sum += X(i, k) * coef(u, k);
            }
            scores(i, u) = sum;
        }
    }
    return {{}, labelled(names_of(m, "classes_"), winners(scores, 0))};
}

Answer of_net(const StoredModel& m, View<const double, 2> X, bool classifies) {
    const Json settings = Json::parse(m.settings);
    NetShape shape;
    Mlp<double> net;
    std::vector<Array<double, 2>> coefs;
    std::vector<std::vector<double>> biases;
    for (index l = 0; m.arrays.contains("coefs_" + std::to_string(l)); ++l) {
        coefs.push_back(m.matrix("coefs_" + std::to_string(l)));
        biases.push_back(m.row("intercepts_" + std::to_string(l)));
        const Array<double, 2>& W = coefs.back();
        require(W.extent(1) == std::ssize(biases.back()) && (l == 0 || coefs[l - 1].extent(1) == W.extent(0)),
                "the model's layers don't fit each other");
        if (l == 0) {
            shape.sizes.push_back(W.extent(0));
        }
        shape.sizes.push_back(W.extent(1));
    }
    require(!coefs.empty(), "the model has no layers");
    const std::string activation = settings.value("activation", "relu");
    shape.hidden = activation == "identity"   ? Activation::identity
                   : activation == "logistic" ? Activation::logistic
                   : activation == "tanh"     ? Activation::tanh
                                              : Activation::relu;
    const bool squared = settings.value("loss", "log_loss") == "squared_error";
    shape.loss = !classifies || squared ? Loss::squared : Loss::log;
    shape.output = !classifies                          ? Output::identity
                   : squared || shape.sizes.back() == 1 ? Output::logistic
                                                        : Output::softmax;
    const NetLayout layout = layout_of<double>(shape);
    net = {shape, Array<double, 1>({layout.size})};
    for (std::size_t l = 0; l < coefs.size(); ++l) {
        for (index i = 0; i < coefs[l].extent(0); ++i) {
            const double* row = coefs[l].data() + i * coefs[l].extent(1);
            std::copy(row, row + coefs[l].extent(1), net.parameters.data() + layout.weights[l] + i * layout.ld[l + 1]);
        }
        std::copy(biases[l].begin(), biases[l].end(), net.parameters.data() + layout.biases[l]);
    }
    Array<double, 2> p = outputs<double>(net, X);
    if (!classifies) {
        return {std::move(p), {}};
    }
    return {{}, labelled(names_of(m, "classes_"), winners(p, 0.5))};
}

Answer column(const std::vector<std::int32_t>& values) {
    Answer a;
    a.values = Array<double, 2>({std::ssize(values), 1});
    std::copy(values.begin(), values.end(), a.values.data());
    return a;
}

Answer of_resonance(const StoredModel& m, View<const double, 2> X) {
    const Json settings = Json::parse(m.settings);
    ArtMap map;
    map.weights = m.matrix("weights_");
    const double alpha = settings.value("alpha", 0.001);
    Array<double, 2> inputs({X.extent(0), X.extent(1)});
    if (m.kind == "ART1") {
        const double threshold = settings.value("threshold", 0.5);
        for (index i = 0; i < X.extent(0); ++i) {
            for (index k = 0; k < X.extent(1); ++k) {
                inputs(i, k) = X(i, k) > threshold;
            }
        }
        return column(art1_categories(inputs, map, alpha, 0));
    }
    const std::vector<double> low = m.row("low_"), high = m.row("high_");
    require(std::ssize(low) == X.extent(1) && low.size() == high.size(), "the model reads samples of another width");
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            const double width = high[k] > low[k] ? high[k] - low[k] : 1;
            inputs(i, k) = std::clamp((X(i, k) - low[k]) / width, 0.0, 1.0);
        }
    }
    const std::vector<std::int32_t> categories = fuzzy_categories(inputs, map, alpha, 0);
    if (m.kind == "FuzzyART") {
        return column(categories);
    }
    return {{}, labelled(names_of(m, "category_classes_"), {categories.begin(), categories.end()})};
}

/// The setting max_iter: a file may say anything, and a memory with odd weights may never come to rest.
index most_sweeps(const Json& settings) {
    const Json said = settings.value("max_iter", Json(100));
    require(said.is_number_integer() && said >= 1 && said <= 1'000'000,
            [&] { return "max_iter of the model must be a whole number from 1 to 1000000; got " + said.dump(); });
    return said.get<index>();
}

Answer of_memory(const StoredModel& m, View<const double, 2> X) {
    const Json settings = Json::parse(m.settings);
    const std::string update = settings.value("update", "asynchronous");
    if (update == "modern") {
        return {modern_recall(m.matrix("patterns_"), X, settings.value("beta", 8.0), most_sweeps(settings),
                              settings.value("tol", 1e-10))
                    .states,
                {}};
    }
    Hopfield<double> memory;
    memory.M = m.matrix("weights_");
    require(memory.M.extent(0) == memory.M.extent(1), "the model's weights_ must be square");
    memory.theta.assign(memory.M.extent(0), 0);
    Array<double, 2> cues({X.extent(0), X.extent(1)});
    const double threshold = settings.value("threshold", 0.0);
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            cues(i, k) = X(i, k) > threshold ? 1 : -1;
        }
    }
    RecallOptions o;
    o.synchronous = update == "synchronous";
    o.random_order = settings.value("order", "random") == "random";
    o.max_sweeps = most_sweeps(settings);
    return {recall(memory, cues, o).states, {}};
}

index number_of(const StoredModel& m, const std::string& name) {
    const std::vector<double> value = m.row(name);
    require(value.size() == 1 && value[0] >= 0 && value[0] < 1e9 && value[0] == std::floor(value[0]),
            [&] { return "'" + name + "' of the model must be one whole number"; });
    return static_cast<index>(value[0]);
}

Answer of_elman(const StoredModel& m, View<const double, 2> X) {
    const Json settings = Json::parse(m.settings);
    const std::vector<std::string> names = names_of(m, "classes_");
    Elman net;
    net.U = m.matrix("weights_.U");
    net.R = m.matrix("weights_.R");
    net.V = m.matrix("weights_.V");
    net.b = m.row("weights_.b");
    net.c = m.row("weights_.c");
    ElmanShape& s = net.shape;
    s.inputs = net.U.extent(0);
    s.hidden = net.U.extent(1);
    s.outputs = net.V.extent(1);
    s.steps = number_of(m, "n_steps_");
    s.every_step = number_of(m, "every_step_") != 0;
    const std::string activation = settings.value("activation", "tanh");
    s.activation = activation == "identity"   ? Activation::identity
                   : activation == "logistic" ? Activation::logistic
                   : activation == "relu"     ? Activation::relu
                                              : Activation::tanh;
    require(s.inputs > 0 && s.hidden > 0 && s.outputs > 0 && s.steps > 0 && net.R.extent(0) == s.hidden &&
                net.R.extent(1) == s.hidden && net.V.extent(0) == s.hidden && std::ssize(net.b) == s.hidden &&
                std::ssize(net.c) == s.outputs && std::ssize(names) == s.outputs,
            "the model's weights don't fit each other");
    require(X.extent(1) / s.inputs == s.steps && X.extent(1) % s.inputs == 0, [&] {
        return "the model reads sequences of " + std::to_string(s.steps) + " steps of " + std::to_string(s.inputs) +
               "; got " + std::to_string(X.extent(1)) + " features";
    });
    const Array<double, 3> p = elman_outputs(net, X);
    Answer a;
    for (index i = 0; i < X.extent(0); ++i) {
        std::string row;
        for (index t = s.every_step ? 0 : s.steps - 1; t < s.steps; ++t) {
            const double* at = p.data() + (i * s.steps + t) * s.outputs;
            row += (row.empty() ? "" : ",") + names[std::max_element(at, at + s.outputs) - at];
        }
        a.labels.push_back(row);
    }
    return a;
}

/// Node n of a flow, as a model of its own.
StoredModel node_of(const StoredModel& flow, const Json& nodes, std::size_t n) {
    StoredModel node{nodes.at(n).at("kind").get<std::string>(), nodes.at(n).at("settings").dump(), {}};
    const std::string prefix = std::to_string(n) + ".";
    for (auto i = flow.arrays.lower_bound(prefix); i != flow.arrays.end() && i->first.starts_with(prefix); ++i) {
        node.arrays[i->first.substr(prefix.size())] = i->second;
    }
    return node;
}

Answer of_flow(const StoredModel& m, View<const double, 2> X) {
    const Json settings = Json::parse(m.settings), &nodes = settings.at("nodes");
    require(nodes.is_array() && !nodes.empty(), "the model has no nodes");
    Array<double, 2> rows;
    for (std::size_t n = 0; n + 1 < nodes.size(); ++n) {
        const StoredModel node = node_of(m, nodes, n);
        require(node.kind != "Flow", "a flow in a file holds no flows");
        rows = transformed(node, n == 0 ? X : View<const double, 2>(rows));
    }
    const StoredModel last = node_of(m, nodes, nodes.size() - 1);
    require(last.kind != "Flow", "a flow in a file holds no flows");
    const View<const double, 2> at = nodes.size() == 1 ? X : View<const double, 2>(rows);
    const bool classifies = last.arrays.contains("classes_") && last.kind != "FDA";
    if (classifies || last.kind == "MLPRegressor") {
        return answer(last, at);
    }
    return {transformed(last, at), {}};
}

}  // namespace

Array<double, 2> transformed(const StoredModel& m, View<const double, 2> X) {
    if (m.kind == "SelfOrganizingMap") {
        require_samples(X, "model");
        const Array<double, 2> weights = m.matrix("weights_");
        require_width(weights, X);
        require(weights.extent(0) > 0, "the model has no units");
        return unit_distances<double>(X, weights);
    }
    require(m.kind == "HopfieldNetwork" || m.kind == "Flow" || m.arrays.contains("components_"),
            [&] { return m.kind + " transforms nothing, so nothing can come after it in a flow"; });
    Answer a = answer(m, X);
    require(a.labels.empty(), "a flow that classifies transforms nothing");
    return std::move(a.values);
}

Answer answer(const StoredModel& m, View<const double, 2> X) {
    require_samples(X, "model");
    try {
        if (m.kind == "ElmanNetwork") {
            return of_elman(m, X);
        }
        if (m.kind == "Flow") {
            return of_flow(m, X);
        }
        if (m.kind == "Perceptron" || m.kind == "Adaline") {
            return of_units(m, X);
        }
        if (m.kind == "MLPClassifier" || m.kind == "MLPRegressor") {
            return of_net(m, X, m.kind == "MLPClassifier");
        }
        if (m.kind == "SelfOrganizingMap") {
            std::vector<std::int32_t> best;
            std::vector<double> distance;
            const Array<double, 2> weights = m.matrix("weights_");
            require_width(weights, X);
            require(weights.extent(0) > 0, "the model has no units");
            best_units<double>(X, weights, best, nullptr, distance);
            return column(best);
        }
        if (m.kind == "ART1" || m.kind == "FuzzyART" || m.kind == "FuzzyARTMAP") {
            return of_resonance(m, X);
        }
        if (m.kind == "HopfieldNetwork") {
            return of_memory(m, X);
        }
        if (m.kind == "FactorAnalysis") {
            const Factors f{m.row("mean_"), m.matrix("components_"), m.row("noise_variance_"), {}, true};
            require(f.loadings.extent(1) == std::ssize(f.psi), "the model's arrays don't fit each other");
            return {factor_scores(X, f), {}};
        }
        if (m.arrays.contains("components_") && m.arrays.contains("mean_")) {
            return {projected(X, m.row("mean_"), m.matrix("components_")), {}};
        }
    } catch (const Json::exception& error) {
        throw InvalidInput("the settings of the model are not what they must be: " + std::string(error.what()));
    }
    throw InvalidInput("a model of kind '" + m.kind + "' answers in Python only");
}

}  // namespace ranvier::learn
