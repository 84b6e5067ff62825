#include <algorithm>

#include "ranvier/learn/estimator.hpp"
#include "ranvier/learn/hopfield.hpp"

namespace ranvier::learn {

Array<double, 2> signs(View<const double, 2> X, double threshold) {
    Array<double, 2> s(X.extents());
    std::transform(X.data(), X.data() + X.size(), s.data(), [&](double x) { return x > threshold ? 1.0 : -1.0; });
    return s;
}

template <class T>
Hopfield<T> memory_of(const State& state) {
    Hopfield<T> memory;
    const bool whole_numbers = state.contains("matrix");  // old files have weights alone
    memory.M = matrix<T>(state, whole_numbers ? "matrix" : "weights_");
    require(memory.M.extent(0) == memory.M.extent(1), "the model's weights must be square");
    memory.scale = whole_numbers ? number(state, "scale") : 1;
    memory.theta.resize(memory.M.extent(0));
    if (state.contains("hebbian") && whole(state, "hebbian") == 1) {
        memory.patterns = matrix<double>(state, "patterns_");
    }
    return memory;
}

namespace {

/// The memory of `before`, if any, with more patterns.
template <class T>
void store_patterns(const HopfieldOptions& o, View<const double, 2> added, View<const double, 2> all,
                    const State* before, State& state) {
    Hopfield<T> memory;
    bool hebbian = o.storage == Storage::hebbian;
    if (before == nullptr || o.storage == Storage::pseudo_inverse) {
        memory = hopfield<T>(all, o.storage, o.zero_diagonal);
    } else {
        const Hopfield<T> known = memory_of<T>(*before);
        hebbian &= !known.patterns.empty();
        memory.M = known.M;
        memory.theta = known.theta;
        memory.scale = o.storage == Storage::hebbian ? 1 / static_cast<double>(known.units()) : 1;
        if (memory.scale != known.scale) {
            const T factor = static_cast<T>(known.scale / memory.scale);
            std::transform(known.M.data(), known.M.data() + known.M.size(), memory.M.data(),
                           [&](T m) { return m * factor; });
        }
        store<T>(memory, added, o.storage, o.zero_diagonal);
    }
    state["matrix"] = std::move(memory.M);
    state["scale"] = memory.scale;
    state["hebbian"] = hebbian;
}

State fit(const HopfieldOptions& o, const Given& given, const State* before, Value::Map& report) {
    const Doubles X(given.X);
    const bool modern = o.update == Update::modern;
    const Array<double, 2> added = modern ? Array<double, 2>() : signs(X, o.threshold);
    const double* from = modern ? X.data() : added.data();
    const Array<double, 2> known = before != nullptr ? matrix<double>(*before, "patterns_") : Array<double, 2>();
    require(known.empty() || known.extent(1) == X.extent(1), "patterns_ must have ", X.extent(1),
            " units, as X has; got ", known.extent(1));
    Array<double, 2> all({known.extent(0) + X.extent(0), X.extent(1)});
    std::copy(from, from + X.size(), std::copy(known.data(), known.data() + known.size(), all.data()));
    State state;
    if (!modern && o.dtype == Precision::float64) {
        store_patterns<double>(o, added, all, before, state);
    } else if (!modern) {
        store_patterns<float>(o, added, all, before, state);
    }
    report = {{"patterns", std::int64_t{all.extent(0)}}, {"units", std::int64_t{all.extent(1)}}};
    state["patterns_"] = std::move(all);
    state["n_iter_"] = 1;
    return state;
}

void check(const State& state) {
    const index units = matrix<double>(state, "patterns_").extent(1);
    if (state.contains("matrix") || state.contains("weights_")) {
        const index known = memory_of<double>(state).units();
        require(known == units, "the model's patterns_ have ", units, " units, its weights ", known);
    }
}

Matrix transform(const HopfieldOptions& o, const State& state, const Samples& samples) {
    return recall(o, state, Doubles(samples)).states;
}

}  // namespace

Recall recall(const HopfieldOptions& o, const State& state, View<const double, 2> X, bool path) {
    if (o.update != Update::modern) {
        return with_memory(o, state, [&](const auto& m) { return recall(m, signs(X, o.threshold), o, path); });
    }
    ModernRecall r = modern_recall(matrix<double>(state, "patterns_"), X, o.beta, o.max_iter, o.tol);
    std::vector<index> period(r.steps.size());
    std::ranges::transform(r.steps, period.begin(), [&](index steps) { return steps < o.max_iter; });
    return {std::move(r.states), r.steps, std::vector<index>(period.size()), period, std::move(r.path)};
}

std::vector<double> energies(const HopfieldOptions& o, const State& state, View<const double, 2> X) {
    if (o.update != Update::modern) {
        return with_memory(o, state, [&](const auto& m) { return energies(m, signs(X, o.threshold)); });
    }
    std::vector<double> result;
    for (const auto& path : modern_recall(matrix<double>(state, "patterns_"), X, o.beta, 1, 0).path) {
        result.push_back(path[0]);
    }
    return result;
}

template Hopfield<double> memory_of(const State&);
template Hopfield<float> memory_of(const State&);

Estimator hopfield_estimator() {
    return estimator<HopfieldOptions>(
        "hopfield", "memory: each row is a pattern", Target::none,
        {{"patterns_", Entry::array, true}, {"matrix"}, {"scale"}, {"hebbian", Entry::yes_no}, {"n_iter_"}},
        {fit, nullptr, transform, nullptr, check});
}

}  // namespace ranvier::learn
