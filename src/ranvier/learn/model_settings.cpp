#include "ranvier/learn/model_settings.hpp"

#include <algorithm>
#include <cmath>

namespace ranvier::learn {

const std::vector<ModelKind>& model_kinds() {
    // The parameters of Python's estimators; tests/python/test_learn_files.py compares them.
    static const std::vector<ModelKind> kinds{
        {"perceptron", "Perceptron", "threshold units by Rosenblatt's rule",
         R"({"eta0":1.0,"max_iter":1000,"margin":0.0,"pocket":false,"shuffle":true,"fit_intercept":true,
             "diagnose":true,"random_state":null})",
         Target::classes},
        {"adaline", "Adaline", "linear units by the error before the threshold",
         R"({"eta0":0.1,"max_iter":50,"tol":1e-6,"rule":"alpha","shuffle":true,"fit_intercept":true,
             "random_state":null})",
         Target::classes},
        {"mlp", "MLPClassifier", "multilayer perceptron that classifies",
         R"({"hidden_layer_sizes":[100],"activation":"relu","solver":"adam","alpha":0.0001,"batch_size":"auto",
             "learning_rate":"constant","learning_rate_init":0.001,"power_t":0.5,"max_iter":200,"shuffle":true,
             "random_state":null,"tol":0.0001,"momentum":0.9,"nesterovs_momentum":true,"early_stopping":false,
             "validation_fraction":0.1,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-8,"n_iter_no_change":10,
             "max_fun":15000,"init_range":null,"class_weight":null,"loss":"log_loss","dead_zone":0.0})",
         Target::classes},
        {"regressor", "MLPRegressor", "multilayer perceptron with a linear output",
         R"({"hidden_layer_sizes":[100],"activation":"relu","solver":"adam","alpha":0.0001,"batch_size":"auto",
             "learning_rate":"constant","learning_rate_init":0.001,"power_t":0.5,"max_iter":200,"shuffle":true,
             "random_state":null,"tol":0.0001,"momentum":0.9,"nesterovs_momentum":true,"early_stopping":false,
             "validation_fraction":0.1,"beta_1":0.9,"beta_2":0.999,"epsilon":1e-8,"n_iter_no_change":10,
             "max_fun":15000,"init_range":null})",
         Target::numbers},
        {"elman", "ElmanNetwork", "net with context units: a row is a sequence",
         R"({"hidden_size":20,"activation":"tanh","inputs_per_step":1,"alpha":0.0001,"learning_rate_init":0.01,
             "batch_size":32,"max_iter":200,"tol":0.0001,"n_iter_no_change":10,"shuffle":true,"random_state":null})",
         Target::classes},
        {"som", "SelfOrganizingMap", "Kohonen's map",
         R"({"shape":[10,10],"lattice":"rectangular","boundary":"planar","neighborhood":"gaussian","training":"batch",
             "max_iter":20,"sigma":null,"sigma_end":1.0,"learning_rate":0.5,"learning_rate_end":0.01,"decay":"linear",
             "init":"pca","random_state":null})",
         Target::none},
        {"art1", "ART1", "adaptive resonance for binary inputs",
         R"({"rho":0.6,"alpha":0.001,"threshold":0.5,"max_iter":20,"max_categories":1000000})", Target::none},
        {"fuzzy-art", "FuzzyART", "adaptive resonance for analog inputs",
         R"({"rho":0.6,"alpha":0.001,"beta":1.0,"feature_range":null,"max_iter":20,"max_categories":1000000})",
         Target::none},
        {"artmap", "FuzzyARTMAP", "adaptive resonance that classifies",
         R"({"rho":0.0,"alpha":0.001,"beta":1.0,"epsilon":1e-10,"feature_range":null,"max_iter":1,
             "max_categories":1000000})",
         Target::classes},
        {"hopfield", "HopfieldNetwork", "memory: each row is a pattern",
         R"({"storage":"hebbian","update":"asynchronous","order":"random","max_iter":100,"threshold":0.0,
             "zero_diagonal":true,"beta":8.0,"tol":1e-10,"dtype":"float64","random_state":null})",
         Target::none},
        {"pca", "PCA", "principal components", R"({"n_components":null,"whiten":false})", Target::none},
        {"whitening", "Whitening", "decorrelation to unit variance", R"({"n_components":null,"method":"pca"})",
         Target::none},
        {"fastica", "FastICA", "independent components by the fixed-point rule",
         R"({"n_components":null,"fun":"logcosh","max_iter":200,"tol":0.0001,"random_state":null})", Target::none},
        {"infomax", "Infomax", "independent components by natural gradient (extended)",
         R"({"n_components":null,"extended":true,"max_iter":500,"tol":1e-12,"random_state":null})", Target::none},
        {"picard", "Picard", "independent components by preconditioned L-BFGS",
         R"({"n_components":null,"extended":true,"max_iter":500,"tol":1e-7,"random_state":null})", Target::none},
        {"sfa", "SFA", "slow features: rows are a time course", R"({"n_components":null})", Target::none},
        {"fda", "FDA", "Fisher's discriminant directions", R"({"n_components":null})", Target::classes},
        {"factors", "FactorAnalysis", "factors with independent noise",
         R"({"n_components":null,"max_iter":1000,"tol":1e-6})", Target::none},
    };
    return kinds;
}

const ModelKind& model_kind(const std::string& word) {
    std::string list;
    for (const ModelKind& k : model_kinds()) {
        if (k.word == word || k.kind == word) {
            return k;
        }
        list += (list.empty() ? "" : ", ") + k.word;
    }
    throw InvalidInput("there is no model '" + word + "'; there are " + list + ", and a+b for one behind the other");
}

Settings::Settings(const ModelKind& kind, const Json& changes) : word_(kind.word), values_(Json::parse(kind.settings)) {
    for (const auto& [name, value] : changes.items()) {
        if (!values_.contains(name)) {
            std::string list;
            for (const auto& [known, unused] : values_.items()) {
                list += (list.empty() ? "" : ", ") + known;
            }
            throw InvalidInput(word_ + " has no parameter '" + name + "'; it has " + list);
        }
        // One number stands for a list of one.
        values_[name] = values_[name].is_array() && value.is_number() ? Json::array({value}) : value;
    }
}

InvalidInput Settings::wrong(const char* name, const std::string& rule) const {
    return InvalidInput(word_ + ": " + name + " must be " + rule + "; got " + values_.at(name).dump());
}

double Settings::number(const char* name) const {
    const Json& v = values_.at(name);
    if (!v.is_number() || !std::isfinite(v.get<double>())) {
        throw wrong(name, "a number");
    }
    return v.get<double>();
}

index Settings::whole(const char* name) const {
    const Json& v = values_.at(name);
    if (v.is_number_float() && v.get<double>() == std::floor(v.get<double>()) && std::abs(v.get<double>()) < 1e15) {
        return static_cast<index>(v.get<double>());
    }
    if (!v.is_number_integer()) {
        throw wrong(name, "a whole number");
    }
    return v.get<index>();
}

bool Settings::yes(const char* name) const {
    if (!values_.at(name).is_boolean()) {
        throw wrong(name, "true or false");
    }
    return values_.at(name).get<bool>();
}

std::string Settings::text(const char* name) const {
    if (!values_.at(name).is_string()) {
        throw wrong(name, "a word");
    }
    return values_.at(name).get<std::string>();
}

std::optional<double> Settings::number_or_none(const char* name) const {
    return values_.at(name).is_null() ? std::nullopt : std::optional(number(name));
}

std::optional<index> Settings::whole_or_none(const char* name) const {
    return values_.at(name).is_null() ? std::nullopt : std::optional(whole(name));
}

std::vector<index> Settings::wholes(const char* name) const {
    const Json& v = values_.at(name);
    if (!v.is_array() || !std::all_of(v.begin(), v.end(), [](const Json& e) { return e.is_number_integer(); })) {
        throw wrong(name, "whole numbers, such as 50,20");
    }
    return v.get<std::vector<index>>();
}

std::uint64_t Settings::seed() const {
    const auto state = whole_or_none("random_state");
    if (state && *state < 0) {
        throw wrong("random_state", "0 or more");
    }
    return static_cast<std::uint64_t>(state.value_or(0));
}

StoredArray stored(const Array<double, 2>& a) {
    return {{a.extent(0), a.extent(1)}, std::vector<double>(a.data(), a.data() + a.size())};
}
StoredArray stored(const std::vector<double>& v) { return {{std::ssize(v)}, v}; }
StoredArray stored(const std::vector<std::string>& v) { return {{std::ssize(v)}, v}; }
StoredArray stored_whole(const std::vector<std::int64_t>& v) { return {{std::ssize(v)}, v}; }
StoredArray stored_number(double v) { return {{}, std::vector<double>{v}}; }
StoredArray stored_whole(std::int64_t v) { return {{}, std::vector<std::int64_t>{v}}; }

Classes classes_of(const Table& table, const std::string& word) {
    require(!table.target.empty(), [&] { return word + " needs a target: the column that says the class (--target)"; });
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

}  // namespace ranvier::learn
