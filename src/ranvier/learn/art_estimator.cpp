#include <algorithm>
#include <cmath>

#include "ranvier/learn/art.hpp"
#include "ranvier/learn/estimator.hpp"

namespace ranvier::learn {

Fields ArtOptions::fields() {
    using O = ArtOptions;
    return {"adaptive resonance",
            {field("rho", &O::rho, "vigilance, the match that a category must have").at_least(0).at_most(1),
             field("alpha", &O::alpha, "choice parameter").above(0),
             field("beta", &O::beta, "learning rate; 1: fast learning").above(0).at_most(1),
             field("epsilon", &O::epsilon,
                   "how far match tracking raises vigilance above a wrong winner's match; negative: MT−")
                 .at_least(-1)
                 .at_most(1),
             field("max_iter", &O::max_iter, "most passes; training ends where one changes nothing").at_least(1),
             field("max_categories", &O::max_categories, "more are an error").at_least(1)}};
}

namespace {

/// Those of ArtOptions that `names` has, and one more in its place among them.
Fields some(std::string of, const Field& own, std::initializer_list<const char*> names) {
    const Fields all = ArtOptions::fields();
    Fields fields{std::move(of), {}};
    for (const char* name : names) {
        fields.list.push_back(own.name == name ? own : all.at(name));
    }
    return fields;
}

Field range_field() {
    return field(
        "feature_range", &FuzzyArtOptions::feature_range,
        "(low, high), each a number or one for each feature, which vigilance takes as the length 1; None: the range of "
        "each feature in the first samples. Values outside are as far away as they are");
}

}  // namespace

Fields Art1Options::fields() {
    return some("ART1", field("threshold", &Art1Options::threshold, "a feature above it is read as 1, any other as 0"),
                {"rho", "alpha", "threshold", "max_iter", "max_categories"});
}
Fields FuzzyArtOptions::fields() {
    return some("FuzzyART", range_field(), {"rho", "alpha", "beta", "feature_range", "max_iter", "max_categories"});
}
Fields FuzzyArtmapOptions::fields() {
    return some("FuzzyARTMAP", range_field(),
                {"rho", "alpha", "beta", "epsilon", "feature_range", "max_iter", "max_categories"});
}

namespace {

/// The range of each feature that becomes [0, 1]: the setting, that of the first samples, or the one that is known.
struct Range {
    std::vector<double> low, high;
};

Range range_of(const FuzzyArtOptions& o, View<const double, 2> X, const State* before) {
    if (before != nullptr) {
        return {row<double>(*before, "low_"), row<double>(*before, "high_")};
    }
    const index d = X.extent(1);
    Range r;
    if (o.feature_range.is_none()) {
        r.low.assign(X.data(), X.data() + d);
        r.high = r.low;
        for (index i = 0; i < X.extent(0); ++i) {
            for (index k = 0; k < d; ++k) {
                r.low[k] = std::min(r.low[k], X(i, k));
                r.high[k] = std::max(r.high[k], X(i, k));
            }
        }
        return r;
    }
    const auto* ends = o.feature_range.as<Value::List>();
    bool fits = ends != nullptr && ends->size() == 2;
    for (int end = 0; fits && end < 2; ++end) {
        std::vector<double>& side = end == 0 ? r.low : r.high;
        fits = detail::FieldType<std::vector<double>>::write(side, (*ends)[end]);
        side.resize(fits && side.size() == 1 ? d : side.size(), side.empty() ? 0 : side[0]);
        fits &= std::ssize(side) == d;
    }
    for (index k = 0; fits && k < d; ++k) {
        fits = r.low[k] < r.high[k];
    }
    require(fits, [&] { return "feature_range must be (low, high) with low < high; got " + text_of(o.feature_range); });
    return r;
}

Array<double, 2> scaled(View<const double, 2> X, const Range& r) {
    require(std::ssize(r.low) == X.extent(1) && r.low.size() == r.high.size(),
            "the model reads samples of another width");
    Array<double, 2> inputs(X.extents());
    for (index i = 0; i < X.extent(0); ++i) {
        for (index k = 0; k < X.extent(1); ++k) {
            const double width = r.high[k] > r.low[k] ? r.high[k] - r.low[k] : 1;
            inputs(i, k) = (X(i, k) - r.low[k]) / width;
        }
    }
    return inputs;
}

Array<double, 2> binary(View<const double, 2> X, double threshold) {
    Array<double, 2> inputs(X.extents());
    std::transform(X.data(), X.data() + X.size(), inputs.data(), [&](double x) { return x > threshold ? 1.0 : 0.0; });
    return inputs;
}

/// The class of each category, by number; files of old name it.
std::vector<std::int32_t> category_labels(const State& state) {
    if (state.contains("labels")) {
        return row<std::int32_t>(state, "labels");
    }
    const std::vector<std::string> classes = words(state, "classes_"), names = words(state, "category_classes_");
    std::vector<std::int32_t> labels;
    for (const std::string& name : names) {
        const auto found = std::find(classes.begin(), classes.end(), name);
        require(found != classes.end(), "the model's category_classes_ don't fit its classes");
        labels.push_back(static_cast<std::int32_t>(found - classes.begin()));
    }
    return labels;
}

ArtMap known_map(const State& state, bool mapped) {
    ArtMap map;
    map.weights = matrix<double>(state, "weights_");
    if (mapped) {
        map.labels = category_labels(state);
        require(std::ssize(map.labels) == map.weights.extent(0), "the model's categories don't fit their classes");
    }
    return map;
}

/// Samples as the family reads them: 0 and 1, or from 0 to 1 over the range of each feature, which `state` gets.
Array<double, 2> inputs_of(const Art1Options& o, View<const double, 2> X, const State*, State&) {
    return binary(X, o.threshold);
}
Array<double, 2> inputs_of(const FuzzyArtOptions& o, View<const double, 2> X, const State* before, State& state) {
    const Range range = range_of(o, X, before);
    state["low_"] = range.low;
    state["high_"] = range.high;
    return scaled(X, range);
}

template <class O>
constexpr bool is_mapped = std::is_same_v<O, FuzzyArtmapOptions>;

template <class O>
State fit(const O& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    require_samples(X, "adaptive resonance");
    State state;
    const Array<double, 2> inputs = inputs_of(o, X, before, state);
    const std::optional<ArtMap> known =
        before != nullptr ? std::optional(known_map(*before, is_mapped<O>)) : std::nullopt;
    const ArtMap* start = known ? &*known : nullptr;
    std::vector<std::int32_t> assigned;
    ArtMap map;
    if constexpr (is_mapped<O>) {
        map = fit_fuzzy_artmap(inputs, given.labels, o, start);
        state["labels"] = map.labels;
    } else {
        map = std::is_same_v<O, Art1Options> ? fit_art1(inputs, o, assigned, start)
                                             : fit_fuzzy_art(inputs, o, assigned, start);
        state["labels_"] = assigned;
    }
    report = {{"categories", std::int64_t{map.weights.extent(0)}},
              {"passes", std::int64_t{map.epochs}},
              {"settled", map.settled}};
    state["weights_"] = std::move(map.weights);
    state["n_iter_"] = map.epochs;
    state["settled_"] = map.settled;
    return state;
}

/// As many as have a category, or as the model names.
index class_count(const State& state, const ArtMap& map) {
    const index named = state.contains("classes_") ? state.at("classes_").size() : 2;
    return std::max<index>(named, *std::ranges::max_element(map.labels) + 1);
}

template <class O>
Prediction predict(const O& o, const State& state, const Samples& samples) {
    State range;
    const Array<double, 2> inputs = inputs_of(o, Doubles(samples), &state, range);
    const ArtMap map = known_map(state, is_mapped<O>);
    Prediction p{std::is_same_v<O, Art1Options> ? art1_categories(inputs, map, o.alpha, 0)
                                                : fuzzy_categories(inputs, map, o.alpha, 0),
                 {}};
    if (is_mapped<O>) {
        const bool novel = std::ranges::any_of(p.numbers, [](std::int32_t category) { return category < 0; });
        const std::vector<std::int32_t> nearest =  // of what is beyond all boxes the class whose box would grow least
            novel ? winners(Matrix(fuzzy_choices(inputs, map, o.alpha, class_count(state, map))), 0) : p.numbers;
        for (std::size_t i = 0; i < nearest.size(); ++i) {
            p.numbers[i] = p.numbers[i] < 0 ? nearest[i] : map.labels.at(p.numbers[i]);
        }
    }
    return p;
}

/// The largest choice of each class.
Matrix scores(const FuzzyArtmapOptions& o, const State& state, const Samples& samples) {
    State range;
    const Array<double, 2> inputs = inputs_of(o, Doubles(samples), &state, range);
    const ArtMap map = known_map(state, true);
    return fuzzy_choices(inputs, map, o.alpha, class_count(state, map));
}

template <class O>
Estimator row_of(std::string word, std::string about, std::vector<StateEntry> own,
                 Matrix (*scores)(const O&, const State&, const Samples&) = nullptr) {
    own.insert(own.end(), {{"weights_", Entry::array, true}, {"n_iter_"}, {"settled_", Entry::yes_no}});
    return estimator<O>(std::move(word), std::move(about), is_mapped<O> ? Target::classes : Target::none,
                        std::move(own), {fit<O>, predict<O>, nullptr, scores});
}

}  // namespace

Estimator art1_estimator() {
    return row_of<Art1Options>("art1", "adaptive resonance for binary inputs", {{"labels_"}});
}
Estimator fuzzy_art_estimator() {
    return row_of<FuzzyArtOptions>("fuzzy-art", "adaptive resonance for analog inputs",
                                   {{"low_", Entry::array, true}, {"high_", Entry::array, true}, {"labels_"}});
}
Estimator fuzzy_artmap_estimator() {
    return row_of<FuzzyArtmapOptions>("artmap", "adaptive resonance that classifies",
                                      {{"low_", Entry::array, true}, {"high_", Entry::array, true}, {"labels"}},
                                      scores);
}

}  // namespace ranvier::learn
