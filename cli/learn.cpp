#include <cmath>
#include <iostream>

#include "commands.hpp"
#include "ranvier/base/file.hpp"
#include "ranvier/learn/art.hpp"
#include "ranvier/learn/hopfield.hpp"
#include "ranvier/learn/ica.hpp"
#include "ranvier/learn/mlp.hpp"
#include "ranvier/learn/model_file.hpp"
#include "ranvier/learn/perceptron.hpp"
#include "ranvier/learn/som.hpp"
#include "ranvier/learn/table.hpp"

namespace ranvier::cli {

namespace {

using namespace learn;

struct FitArguments {
    std::string data, model = "som", target, out = "model.rvl";
    std::uint64_t seed = 0;
    index rows = 10, columns = 10, epochs = 0, components = 0;
    std::vector<index> hidden{100};
    double vigilance = 0;
    bool overwrite = false;
};

StoredArray stored(const Array<double, 2>& a) {
    return {{a.extent(0), a.extent(1)}, std::vector<double>(a.data(), a.data() + a.size())};
}
StoredArray stored(const std::vector<double>& v) { return {{std::ssize(v)}, v}; }
StoredArray stored(const std::vector<std::string>& v) { return {{std::ssize(v)}, v}; }

/// The classes of a column of text, and each row's number among them.
struct Classes {
    std::vector<std::string> names;
    std::vector<std::int32_t> labels;
};
Classes classes_of(const Table& table, const std::string& model) {
    require(!table.target.empty(),
            [&] { return "--model " + model + " needs --target: the column that says the class"; });
    Classes c;
    c.names = table.target;
    std::sort(c.names.begin(), c.names.end());
    c.names.erase(std::unique(c.names.begin(), c.names.end()), c.names.end());
    require(c.names.size() >= 2,
            [&] { return "two classes are needed; the target says '" + c.names[0] + "' everywhere"; });
    for (const std::string& name : table.target) {
        c.labels.push_back(
            static_cast<std::int32_t>(std::lower_bound(c.names.begin(), c.names.end(), name) - c.names.begin()));
    }
    return c;
}

void fit_map(const Table& table, const FitArguments& a, StoredModel& m, Json& said) {
    SomOptions o;
    o.shape.rows = a.rows;
    o.shape.columns = a.columns;
    o.epochs = a.epochs > 0 ? a.epochs : o.epochs;
    o.seed = a.seed;
    const Som<double> som = fit_som<double>(table.X, o);
    m.kind = "SelfOrganizingMap";
    m.settings = Json{{"shape", {a.rows, a.columns}}, {"max_iter", o.epochs}}.dump();
    m.arrays["weights_"] = stored(som.weights);
    said["quantization_error"] = quantisation_error<double>(table.X, som.weights);
    if (o.shape.units() > 1) {
        said["topographic_error"] = topographic_error<double>(table.X, som.weights, o.shape);
    }
}

void fit_perceptrons(const Table& table, const FitArguments& a, StoredModel& m, Json& said) {
    const Classes c = classes_of(table, a.model);
    const index units = c.names.size() == 2 ? 1 : std::ssize(c.names);
    Array<double, 2> coef({units, table.X.extent(1)});
    std::vector<double> intercept(units);
    bool converged = true;
    for (index u = 0; u < units; ++u) {
        std::vector<double> targets;
        for (std::int32_t label : c.labels) {
            targets.push_back(label == (units == 1 ? 1 : u));
        }
        PerceptronOptions o;
        o.seed = a.seed;
        o.pocket = true;
        o.max_epochs = a.epochs > 0 ? a.epochs : o.max_epochs;
        const PerceptronFit fit = fit_perceptron(table.X, targets, o);
        std::copy(fit.unit.w.begin(), fit.unit.w.end(), coef.data() + u * coef.extent(1));
        intercept[u] = fit.unit.b;
        converged &= fit.converged;
    }
    m.kind = "Perceptron";
    m.settings = Json{{"pocket", true}}.dump();
    m.arrays["coef_"] = stored(coef);
    m.arrays["intercept_"] = stored(intercept);
    m.arrays["classes_"] = stored(c.names);
    said["converged"] = converged;
}

void fit_net(const Table& table, const FitArguments& a, StoredModel& m, Json& said) {
    const Classes c = classes_of(table, a.model);
    NetShape shape;
    shape.sizes.push_back(table.X.extent(1));
    shape.sizes.insert(shape.sizes.end(), a.hidden.begin(), a.hidden.end());
    const bool two = c.names.size() == 2;
    shape.sizes.push_back(two ? 1 : std::ssize(c.names));
    shape.output = two ? Output::logistic : Output::softmax;
    TrainOptions o;
    o.seed = a.seed;
    o.max_epochs = a.epochs > 0 ? a.epochs : o.max_epochs;
    Array<double, 2> targets({two ? table.X.extent(0) : 0, 1});
    Lesson<double> lesson{table.X.view(), {}, {}, {}};
    if (two) {
        std::copy(c.labels.begin(), c.labels.end(), targets.data());
        lesson.targets = targets.view();
    } else {
        lesson.labels = c.labels;
    }
    Training<double> training = new_training<double>(shape, o);
    train(training, lesson, o);
    m.kind = "MLPClassifier";
    m.settings = Json{{"activation", "relu"}, {"loss", "log_loss"}, {"hidden_layer_sizes", a.hidden}}.dump();
    const NetLayout layout = layout_of<double>(shape);
    for (std::size_t l = 0; l + 1 < shape.sizes.size(); ++l) {
        const index in = shape.sizes[l], out = shape.sizes[l + 1];
        Array<double, 2> W({in, out});
        const double* p = training.net.parameters.data();
        for (index i = 0; i < in; ++i) {
            const double* row = p + layout.weights[l] + i * layout.ld[l + 1];
            std::copy(row, row + out, W.data() + i * out);
        }
        m.arrays["coefs_" + std::to_string(l)] = stored(W);
        m.arrays["intercepts_" + std::to_string(l)] =
            stored(std::vector<double>(p + layout.biases[l], p + layout.biases[l] + out));
    }
    m.arrays["classes_"] = stored(c.names);
    said["loss"] = training.loss.back();
    said["epochs"] = training.epochs;
    said["accuracy"] = net_score(training.net, lesson);
}

void fit_resonance(const Table& table, const FitArguments& a, StoredModel& m, Json& said) {
    const Classes c = classes_of(table, a.model);
    const index n = table.X.extent(0), d = table.X.extent(1);
    std::vector<double> low(d, INFINITY), high(d, -INFINITY);
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < d; ++k) {
            low[k] = std::min(low[k], table.X(i, k));
            high[k] = std::max(high[k], table.X(i, k));
        }
    }
    Array<double, 2> inputs({n, d});
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < d; ++k) {
            inputs(i, k) = high[k] > low[k] ? std::clamp((table.X(i, k) - low[k]) / (high[k] - low[k]), 0.0, 1.0) : 0;
        }
    }
    ArtOptions o;
    o.rho = a.vigilance;
    o.epsilon = 1e-10;
    o.max_epochs = a.epochs > 0 ? a.epochs : 1;
    const ArtMap map = fit_fuzzy_artmap(inputs, c.labels, o);
    std::vector<std::string> names;
    for (std::int32_t label : map.labels) {
        names.push_back(c.names[label]);
    }
    m.kind = "FuzzyARTMAP";
    m.settings = Json{{"rho", o.rho}, {"alpha", o.alpha}}.dump();
    m.arrays["weights_"] = stored(map.weights);
    m.arrays["low_"] = stored(low);
    m.arrays["high_"] = stored(high);
    m.arrays["classes_"] = stored(c.names);
    m.arrays["category_classes_"] = stored(names);
    said["categories"] = map.weights.extent(0);
}

void fit_memory(const Table& table, StoredModel& m, Json& said) {
    Array<double, 2> patterns(table.X.extents());
    for (index i = 0; i < patterns.size(); ++i) {
        patterns.data()[i] = table.X.data()[i] > 0 ? 1 : -1;
    }
    Hopfield<double> memory = hopfield<double>(patterns, Storage::hebbian);
    for (index i = 0; i < memory.M.size(); ++i) {
        memory.M.data()[i] *= memory.scale;
    }
    m.kind = "HopfieldNetwork";
    m.settings = Json{{"storage", "hebbian"}, {"threshold", 0.0}}.dump();
    m.arrays["weights_"] = stored(memory.M);
    m.arrays["patterns_"] = stored(patterns);
    said["patterns"] = patterns.extent(0);
}

void fit_parts(const Table& table, const FitArguments& a, StoredModel& m, Json& said) {
    const index most = std::min(table.X.extent(0) - 1, table.X.extent(1));
    const index k = a.components > 0 ? a.components : most;
    if (a.model == "pca") {
        const Principal p = principal_components(table.X, k);
        m.kind = "PCA";
        m.settings = Json{{"n_components", k}}.dump();
        m.arrays["mean_"] = stored(p.mean);
        m.arrays["components_"] = stored(p.components);
        m.arrays["explained_variance_"] = stored(p.variance);
        said["explained_variance"] = p.variance;
        return;
    }
    const White white = whitened(table.X, k);
    IcaOptions o;
    o.seed = a.seed;
    o.max_iterations = a.epochs > 0 ? a.epochs : 500;
    const Unmixing u = fast_ica(white, o);
    Array<double, 2> components, mixing;
    combine(white, u, components, mixing);
    m.kind = "FastICA";
    m.settings = Json{{"n_components", k}}.dump();
    m.arrays["mean_"] = stored(white.mean);
    m.arrays["components_"] = stored(components);
    said["converged"] = u.converged;
    said["iterations"] = u.iterations;
}

void show(const Json& said, const Common& common) {
    if (common.json) {
        print(said.dump(2));
        return;
    }
    for (const auto& [name, value] : said.items()) {
        print(name + std::string(name.size() < 22 ? 22 - name.size() : 1, ' ') +
              (value.is_string() ? value.get<std::string>() : value.dump()));
    }
}

void fit(const FitArguments& a, const Common& common) {
    const Table table = read_table(a.data, a.target);
    StoredModel model;
    Json said{{"model", a.model}, {"samples", table.X.extent(0)}, {"features", table.X.extent(1)}};
    if (a.model == "som") {
        fit_map(table, a, model, said);
    } else if (a.model == "perceptron") {
        fit_perceptrons(table, a, model, said);
    } else if (a.model == "mlp") {
        fit_net(table, a, model, said);
    } else if (a.model == "artmap") {
        fit_resonance(table, a, model, said);
    } else if (a.model == "hopfield") {
        fit_memory(table, model, said);
    } else {
        fit_parts(table, a, model, said);
    }
    write_model(model, a.out, a.overwrite);
    said["written"] = a.out;
    show(said, common);
}

void predict(const std::string& path, const std::string& data, const std::string& target) {
    const StoredModel model = read_model(path);
    const Table table = read_table(data, target);
    const Answer a = answer(model, table.X);
    for (const std::string& label : a.labels) {
        print(label);
    }
    for (index i = 0; i < a.values.extent(0); ++i) {
        std::string line;
        for (index k = 0; k < a.values.extent(1); ++k) {
            char text[32];
            std::snprintf(text, sizeof text, "%.17g", a.values(i, k));
            line += (k > 0 ? "," : "") + std::string(text);
        }
        print(line);
    }
}

void inspect(const std::string& path, const Common& common) {
    const StoredModel model = read_model(path);
    Json said{{"kind", model.kind}, {"settings", Json::parse(model.settings)}};
    Json arrays = Json::object();
    for (const auto& [name, array] : model.arrays) {
        arrays[name] = array.shape;
    }
    said["arrays"] = arrays;
    show(said, common);
}

}  // namespace

void add_learn(CLI::App& app, const Common& common) {
    CLI::App* command = app.add_subcommand("learn", "Train networks on tables, and ask them");
    command->require_subcommand(1);

    auto a = std::make_shared<FitArguments>();
    CLI::App* fitting = command->add_subcommand("fit", "Train a model and write it to a file");
    fitting->add_option("DATA", a->data, "Samples in rows: .csv or .npy")->required();
    fitting->add_option("--model", a->model, "What to train")
        ->check(CLI::IsMember({"som", "perceptron", "mlp", "artmap", "hopfield", "pca", "fastica"}))
        ->capture_default_str();
    fitting->add_option("--target", a->target,
                        "Column of a .csv that says the class: its name or number (-1: the last)");
    fitting->add_option("--out", a->out, "Model file")->capture_default_str();
    fitting->add_option("--seed", a->seed, "Of random numbers")->capture_default_str();
    fitting->add_option("--rows", a->rows, "Of a map")->capture_default_str();
    fitting->add_option("--columns", a->columns, "Of a map")->capture_default_str();
    fitting->add_option("--epochs", a->epochs, "Passes over the data (default: the model's own)");
    fitting->add_option("--hidden", a->hidden, "Units of each hidden layer of a net")->delimiter(',');
    fitting->add_option("--components", a->components, "To keep (default: all)");
    fitting->add_option("--vigilance", a->vigilance, "Of artmap, 0 to 1")->capture_default_str();
    fitting->add_flag("--overwrite", a->overwrite, "Replace a model file that is there");
    fitting->callback([a, &common] { fit(*a, common); });

    auto model = std::make_shared<std::string>(), data = std::make_shared<std::string>(),
         target = std::make_shared<std::string>();
    CLI::App* asking = command->add_subcommand("predict", "Print what a model says of each sample");
    asking->add_option("MODEL", *model, "Model file")->required();
    asking->add_option("DATA", *data, "Samples in rows: .csv or .npy")->required();
    asking->add_option("--target", *target, "Column to leave out");
    asking->callback([model, data, target] { predict(*model, *data, *target); });

    auto shown = std::make_shared<std::string>();
    CLI::App* inspecting = command->add_subcommand("inspect", "Say what is in a model file");
    inspecting->add_option("MODEL", *shown, "Model file")->required();
    inspecting->callback([shown, &common] { inspect(*shown, common); });
}

}  // namespace ranvier::cli
