#include "ranvier/learn/model.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/text.hpp"

namespace ranvier::learn {

namespace {

/// The parts of "a+b+c".
std::vector<std::string> parts_of(const std::string& word) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= word.size();) {
        const std::size_t plus = std::min(word.find('+', begin), word.size());
        parts.push_back(word.substr(begin, plus - begin));
        begin = plus + 1;
    }
    return parts;
}

Array<double, 2> numbers_of(const std::string& who, const std::vector<std::string>& target) {
    Array<double, 2> y({std::ssize(target), 1});
    for (index i = 0; i < y.size(); ++i) {
        const std::string& text = target[i];
        const auto value = number_in<double>(text);
        require(value && std::isfinite(*value), who, ": row ", i + 1, " of the target must be a finite number; got '",
                text, "'");
        y.data()[i] = *value;
    }
    return y;
}

FittedModel one_model(const std::string& word, const Value::Map& settings, View<const double, 2> X,
                      const std::vector<std::string>& target) {
    const Estimator& e = estimator(word);
    require_samples(X, e.word.c_str());
    Given given;
    given.score = true;
    given.X = X;
    std::vector<std::int32_t> labels;
    Array<double, 2> numbers;
    if (e.target == Target::classes) {
        given.classes = target;
        std::sort(given.classes.begin(), given.classes.end());
        given.classes.erase(std::unique(given.classes.begin(), given.classes.end()), given.classes.end());
        require(given.classes.size() >= 2,
                [&] { return "two classes are needed; the target says '" + given.classes[0] + "' everywhere"; });
        for (const std::string& name : target) {
            labels.push_back(static_cast<std::int32_t>(
                std::lower_bound(given.classes.begin(), given.classes.end(), name) - given.classes.begin()));
        }
        given.labels = labels;
    } else if (e.target == Target::numbers) {
        numbers = numbers_of(e.word, target);
        given.targets = View<const double, 2>(numbers);
    }
    FittedModel fit{{e.name(), e.completed(settings), {}}, {}};
    fit.model.state = e.fit(fit.model.settings, given, nullptr, fit.report);
    fit.model.state["n_features_in_"] = X.extent(1);
    if (!given.classes.empty()) {
        fit.model.state["classes_"] = given.classes;
    }
    return fit;
}

/// The entry of a map; none where this is no map or has no such entry.
const Value& entry(const Value& of, const std::string& name) {
    static const Value none;
    const Value::Map empty, &map = of.as<Value::Map>() != nullptr ? *of.as<Value::Map>() : empty;
    const auto found = std::ranges::find(map, name, &Value::Map::value_type::first);
    return found != map.end() ? found->second : none;
}

/// The models of a flow, or the model itself.
std::vector<Model> nodes_of(const Model& model) {
    if (model.kind != "Flow") {
        return {model};
    }
    const Value settings(model.settings);
    const auto* list = entry(settings, "nodes").as<Value::List>();
    require(list != nullptr && !list->empty(), "the model has no nodes");
    std::vector<Model> result;
    for (const Value& node : *list) {
        const auto* kind = entry(node, "kind").as<std::string>();
        const auto* own = entry(node, "settings").as<Value::Map>();
        require(kind != nullptr && own != nullptr, "a node of the model lacks its kind or its settings");
        require(*kind != "Flow", "a flow in a file holds no flows");
        Model one{*kind, *own, {}};
        const std::string prefix = text_of(result.size()) + ".";
        for (auto i = model.state.lower_bound(prefix); i != model.state.end() && i->first.starts_with(prefix); ++i) {
            one.state[i->first.substr(prefix.size())] = i->second;
        }
        result.push_back(std::move(one));
    }
    return result;
}

const Estimator& whole_model(const Model& model) {
    const Estimator& e = estimator(model.kind);
    require_state(e, model.state);
    return e;
}

Array<double, 2> doubles(Matrix m) {
    auto* wide = std::get_if<Array<double, 2>>(&m);
    return wide != nullptr ? std::move(*wide) : Array<double, 2>(std::get<Array<float, 2>>(m).view());
}

Array<double, 2> transformed(const Model& model, View<const double, 2> X) {
    const Estimator& e = whole_model(model);
    require(e.transform != nullptr,
            [&] { return e.name() + " transforms nothing, so nothing can come after it in a flow"; });
    require_samples(X, "model");
    return doubles(e.transform(model.settings, model.state, X));
}

Answer predicted(const Model& model, View<const double, 2> X) {
    const Estimator& e = whole_model(model);
    require_samples(X, "model");
    Prediction p = e.predict(model.settings, model.state, X);
    if (e.target == Target::numbers || p.numbers.empty()) {  // or a column for each label
        return {doubles(std::move(p.values)), {}};
    }
    Answer a;
    if (e.target == Target::none) {
        a.values = Array<double, 2>({std::ssize(p.numbers), 1});
        std::copy(p.numbers.begin(), p.numbers.end(), a.values.data());
        return a;
    }
    std::vector<std::string> names = words(model.state, "classes_");
    if (model.state.contains("classes_type") && words(model.state, "classes_type").at(0) == "bool") {
        std::ranges::transform(names, names.begin(), [](const auto& c) { return c == "0" ? "False" : "True"; });
    }
    const index n = X.extent(0), steps = std::ssize(p.numbers) / n;
    for (index i = 0; i < n; ++i) {
        std::string line;
        for (index t = 0; t < steps; ++t) {
            const std::int32_t label = p.numbers[i * steps + t];
            require(label >= 0 && label < std::ssize(names), "the model names fewer classes than it tells apart");
            line += (t == 0 ? "" : ",") + names[label];
        }
        a.labels.push_back(line);
    }
    return a;
}

}  // namespace

void require_target(const std::string& word, bool given) {
    for (const std::string& part : parts_of(word)) {
        const Target target = estimator(part).target;
        require(target == Target::none || given, [&] {
            return estimator(part).word + " needs a target: the column that says the " +
                   (target == Target::classes ? "class" : "number") + " (--target)";
        });
    }
}

FittedModel fitted_model(const std::string& word, const Value::Map& settings, View<const double, 2> X,
                         const std::vector<std::string>& target) {
    require_target(word, !target.empty());
    const std::vector<std::string> parts = parts_of(word);
    if (parts.size() == 1) {
        return one_model(word, settings, X, target);
    }
    for (const auto& [name, value] : settings) {
        const std::string& said = name;  // clang 14 does not let closures have bindings
        const std::string owner = name.substr(0, name.find('.'));
        require(name.find('.') != std::string::npos && std::find(parts.begin(), parts.end(), owner) != parts.end(),
                [&] { return "parameters of a flow are said as model.parameter, such as " + parts[0] + "." + said; });
    }
    FittedModel flow;
    flow.model.kind = "Flow";
    Value::List nodes;
    Array<double, 2> rows;
    for (std::size_t n = 0; n < parts.size(); ++n) {
        Value::Map own;
        for (const auto& [name, value] : settings) {
            if (name.starts_with(parts[n] + ".")) {
                own.emplace_back(name.substr(parts[n].size() + 1), value);
            }
        }
        const View<const double, 2> at = n == 0 ? X : View<const double, 2>(rows);
        FittedModel node = one_model(parts[n], own, at, target);
        if (n + 1 < parts.size()) {
            rows = transformed(node.model, at);
        }
        nodes.push_back(Value::Map{{"kind", node.model.kind}, {"settings", node.model.settings}});
        flow.report.emplace_back(parts[n], node.report);
        for (auto& [name, array] : node.model.state) {
            flow.model.state[text_of(n) + "." + name] = std::move(array);
        }
    }
    flow.model.settings = {{"nodes", nodes}};
    flow.model.state["n_features_in_"] = X.extent(1);
    return flow;
}

Answer answer(const Model& model, View<const double, 2> X) {
    const std::vector<Model> nodes = nodes_of(model);
    Array<double, 2> rows;
    for (std::size_t n = 0; n + 1 < nodes.size(); ++n) {
        rows = transformed(nodes[n], n == 0 ? X : View<const double, 2>(rows));
    }
    const View<const double, 2> at = nodes.size() == 1 ? X : View<const double, 2>(rows);
    const Estimator& last = estimator(nodes.back().kind);
    // A flow that ends in what gives both is a transformer, as in Python.
    const bool transforms = !last.predict || (model.kind == "Flow" && last.transform);
    return transforms ? Answer{transformed(nodes.back(), at), {}} : predicted(nodes.back(), at);
}

}  // namespace ranvier::learn
