#include <algorithm>
#include <limits>

#include "ranvier/learn/estimator.hpp"
#include "ranvier/learn/som.hpp"

namespace ranvier::learn {

namespace {

Alive alive_of(const State* state) {
    return state != nullptr && state->contains("alive_") ? row<std::int32_t>(*state, "alive_") : Alive{};
}

State fit(const SomOptions& settings, const Given& given, const State* before, Value::Map& report) {
    return std::visit(
        [&]<class T>(const View<const T, 2>& X) {
            SomOptions o = settings;
            Array<T, 2> start;
            if (given.piece) {  // the map follows with its last width and step
                o.training = MapTraining::online;
                o.sigma = o.sigma_end;
                o.learning_rate = o.learning_rate_end;
            }
            if (before != nullptr) {
                start = matrix<T>(*before, "weights_");
            }
            const Alive alive = alive_of(before);
            Som<T> som = fit_som<T>(X, o, before != nullptr ? &start : nullptr, alive);
            std::vector<double> curve = known_losses(before);
            State state;
            if (!alive.empty()) {
                state["alive_"] = before->at("alive_");
            }
            curve.insert(curve.end(), som.quantisation_error.begin(), som.quantisation_error.end());
            const double error = quantisation_error<T>(X, som.weights, alive);
            const index units = alive.empty() ? o.map().units() : std::ssize(alive);
            const double twisted = units > 1 ? topographic_error<T>(X, som.weights, o.map(), alive) : 0;
            report = {{"quantization_error", error}, {"topographic_error", twisted}};
            state["positions_"] = positions(o.map());
            state["weights_"] = std::move(som.weights);
            state["loss_curve_"] = curve;
            state["n_iter_"] = curve.size();
            state["quantization_error_"] = error;
            state["topographic_error_"] = twisted;
            return state;
        },
        given.X);
}

/// Samples and weights, both as precise as the samples.
template <class T>
Array<T, 2> weights_for(View<const T, 2> X, const State& state) {
    require_samples(X, "model");
    Array<T, 2> weights = matrix<T>(state, "weights_");
    require_width(weights.extent(1), X.extent(1));
    require(weights.extent(0) > 0, "the model has no units");
    return weights;
}

Prediction predict(const SomOptions&, const State& state, const Samples& samples) {
    return std::visit(
        [&]<class T>(const View<const T, 2>& X) {
            const Alive alive = alive_of(&state);
            const Array<T, 2> weights = left<T>(weights_for<T>(X, state), alive);
            Prediction p;
            std::vector<T> distance;
            best_units<T>(X, weights, p.numbers, nullptr, distance);
            for (std::int32_t& best : p.numbers) {
                best = alive.empty() ? best : alive[best];
            }
            return p;
        },
        samples);
}

/// Distances to all units, infinite to those that are lost.
Matrix transform(const SomOptions&, const State& state, const Samples& samples) {
    return std::visit(
        [&]<class T>(const View<const T, 2>& X) -> Matrix {
            const Alive alive = alive_of(&state);
            Array<T, 2> all = unit_distances<T>(X, weights_for<T>(X, state));
            for (index u = 0; u < all.extent(1) && !alive.empty(); ++u) {
                const bool lost = !std::ranges::binary_search(alive, static_cast<std::int32_t>(u));
                for (index i = 0; i < all.extent(0) && lost; ++i) {
                    all(i, u) = std::numeric_limits<T>::infinity();
                }
            }
            return all;
        },
        samples);
}

void check(const State& state) {
    const index units = matrix<double>(state, "weights_").extent(0);
    require(units > 0, "the model has no units");
    const Alive alive = alive_of(&state);
    require(std::ranges::all_of(alive, [&](std::int32_t unit) { return unit >= 0 && unit < units; }) &&
                std::ranges::is_sorted(alive, std::ranges::less_equal()),
            "the model's alive_ must be numbers of its ", units, " units in rising order");
    if (state.contains("positions_")) {
        const index positions = matrix<double>(state, "positions_").extent(0);
        require(positions == units, "the model has ", positions, " positions_ for ", units, " units");
    }
}

}  // namespace

Estimator som_estimator() {
    return estimator<SomOptions>("som", "Kohonen's map", Target::none,
                                 {{"weights_", Entry::array, true},
                                  {"positions_"},
                                  {"loss_curve_"},
                                  {"quantization_error_"},
                                  {"topographic_error_"},
                                  {"n_iter_"},
                                  {"alive_"}},
                                 {fit, predict, transform, nullptr, check});
}

}  // namespace ranvier::learn
