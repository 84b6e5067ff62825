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
    /// The length 1 of a feature: of one that stood still its own unit.
    double width(index feature) const { return high[feature] > low[feature] ? high[feature] - low[feature] : 1; }
};

Range known_range(const State& state) { return {row<double>(state, "low_"), row<double>(state, "high_")}; }

Range range_of(const FuzzyArtOptions& o, View<const double, 2> X, const State* before) {
    if (before != nullptr) {
        return known_range(*before);
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
            inputs(i, k) = (X(i, k) - r.low[k]) / r.width(k);
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
std::vector<std::int32_t> category_labels(const State& state, index classes) {
    std::vector<std::int32_t> labels;
    if (state.contains("labels")) {
        for (double label : row<double>(state, "labels")) {
            require(label >= 0 && label < static_cast<double>(classes) && label == std::floor(label),
                    "the model's 'labels' must be numbers of its classes, 0 to ", classes - 1, "; got ",
                    [&] { return text_of(label); });
            labels.push_back(static_cast<std::int32_t>(label));
        }
        return labels;
    }
    const std::vector<std::string> known = words(state, "classes_"), names = words(state, "category_classes_");
    for (const std::string& name : names) {
        const auto found = std::find(known.begin(), known.end(), name);
        require(found != known.end(), "the model's category_classes_ don't fit its classes");
        labels.push_back(static_cast<std::int32_t>(found - known.begin()));
    }
    return labels;
}

template <class O>
constexpr bool is_mapped = std::is_same_v<O, FuzzyArtmapOptions>;

/// @param classes  how many there are where categories have classes
template <class O>
ArtMap known_map(const State& state, index classes) {
    ArtMap map;
    map.weights = matrix<double>(state, "weights_");
    require(map.weights.extent(0) > 0, "the model has no categories");
    if constexpr (is_mapped<O>) {
        require(classes >= 2, "the model must name at least two classes; it names ", classes);
        map.labels = category_labels(state, classes);
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
State fit(const O& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    require_samples(X, "adaptive resonance");
    State state;
    const Array<double, 2> inputs = inputs_of(o, X, before, state);
    const std::optional<ArtMap> known =
        before != nullptr ? std::optional(known_map<O>(*before, std::ssize(given.classes))) : std::nullopt;
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

/// How well each class fits.
Matrix scores(const FuzzyArtmapOptions& o, const State& state, const Samples& samples) {
    State range;
    const Array<double, 2> inputs = inputs_of(o, Doubles(samples), &state, range);
    const index classes = std::ssize(words(state, "classes_"));
    return fuzzy_choices(inputs, known_map<FuzzyArtmapOptions>(state, classes), o.alpha, classes);
}

template <class O>
Prediction predict(const O& o, const State& state, const Samples& samples) {
    if constexpr (is_mapped<O>) {
        return {winners(scores(o, state, samples), 0), {}};
    } else {
        State range;
        const Array<double, 2> inputs = inputs_of(o, Doubles(samples), &state, range);
        const ArtMap map = known_map<O>(state, 0);
        return {std::is_same_v<O, Art1Options> ? art1_categories(inputs, map, o.alpha, 0)
                                               : fuzzy_categories(inputs, map, o.alpha, 0),
                {}};
    }
}

template <class O>
void check(const State& state) {
    const ArtMap map = known_map<O>(state, is_mapped<O> ? std::ssize(words(state, "classes_")) : 0);
    if constexpr (!std::is_same_v<O, Art1Options>) {
        const Range range = known_range(state);
        const index features = std::ssize(range.low);
        require(std::ssize(range.high) == features, "the model's low_ and high_ must be of as many features; got ",
                features, " and ", std::ssize(range.high));
        require(map.weights.extent(1) == 2 * features, "the model's weights_ must have ", 2 * features,
                " columns, two for each feature; got ", map.weights.extent(1));
    }
}

template <class O>
Estimator row_of(std::string word, std::string about, std::vector<StateEntry> own,
                 Matrix (*scores)(const O&, const State&, const Samples&) = nullptr) {
    own.insert(own.end(), {{"weights_", Entry::array, true}, {"n_iter_"}, {"settled_", Entry::yes_no}});
    return estimator<O>(std::move(word), std::move(about), is_mapped<O> ? Target::classes : Target::none,
                        std::move(own), {fit<O>, predict<O>, nullptr, scores, check<O>});
}

}  // namespace

Hyperboxes hyperboxes(const State& state) {
    const Range range = known_range(state);
    const Array<double, 2> weights = matrix<double>(state, "weights_");
    const index n = weights.extent(0), d = std::ssize(range.low);
    require(std::ssize(range.high) == d && weights.extent(1) == 2 * d, "the model's weights_ don't fit its range");
    Hyperboxes boxes{Array<double, 2>({n, d}), Array<double, 2>({n, d})};
    for (index c = 0; c < n; ++c) {
        for (index k = 0; k < d; ++k) {
            boxes.low(c, k) = range.low[k] + weights(c, k) * range.width(k);
            boxes.high(c, k) = range.low[k] + (1 - weights(c, d + k)) * range.width(k);
        }
    }
    return boxes;
}

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
