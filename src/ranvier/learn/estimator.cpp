#include "ranvier/learn/estimator.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/base/text.hpp"

namespace ranvier::learn {

// A row of the table stands beside what it computes; a new one is a word in each of these two lists.
using Row = Estimator();
Row perceptron_estimator, adaline_estimator, mlp_classifier, mlp_regressor, elman_estimator, som_estimator,
    art1_estimator, fuzzy_art_estimator, fuzzy_artmap_estimator, hopfield_estimator, pca_estimator, whitening_estimator,
    fast_ica_estimator, infomax_estimator, picard_estimator, sfa_estimator, fda_estimator, factor_analysis_estimator;

const std::vector<Estimator>& estimators() {
    static const std::vector<Estimator> all{
        perceptron_estimator(), adaline_estimator(),   mlp_classifier(),
        mlp_regressor(),        elman_estimator(),     som_estimator(),
        art1_estimator(),       fuzzy_art_estimator(), fuzzy_artmap_estimator(),
        hopfield_estimator(),   pca_estimator(),       whitening_estimator(),
        fast_ica_estimator(),   infomax_estimator(),   picard_estimator(),
        sfa_estimator(),        fda_estimator(),       factor_analysis_estimator(),
    };
    return all;
}

const Estimator& estimator(const std::string& word) {
    const auto& all = estimators();
    const auto found = std::ranges::find_if(all, [&](const auto& e) { return e.word == word || e.name() == word; });
    if (found != all.end()) {
        return *found;
    }
    std::vector<std::string> words, known;
    for (const Estimator& e : all) {
        words.push_back(e.word);
        known.insert(known.end(), {e.word, e.name()});
    }
    const std::string hint = did_you_mean(word, known);
    throw InvalidInput("there is no model '" + word + "'" + (hint.empty() ? "; there are " : hint + " There are ") +
                       joined(words) + ", and a+b for one behind the other");
}

void require_state(const Estimator& e, const State& state) {
    require(e.target != Target::classes || state.contains("classes_"), "it lacks classes_");
    for (const StateEntry& entry : e.state) {
        const auto begins = [&](const std::string& prefix) {
            const auto at = state.lower_bound(prefix);
            return at != state.end() && at->first.starts_with(prefix);
        };
        require(!entry.needed || state.contains(entry.name) ||
                    (entry.kind == Entry::entries && begins(entry.name + ".")) ||
                    (entry.kind == Entry::layers && begins(entry.name + "0")),
                "it lacks ", entry.name);
        for (auto at = state.lower_bound(entry.name);
             entry.needed && at != state.end() && at->first.starts_with(entry.name); ++at) {
            std::visit(
                [&](const auto& values) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>) {
                        require(std::all_of(values.data(), values.data() + values.size(),
                                            [](auto v) { return std::isfinite(static_cast<double>(v)); }),
                                [&] { return "'" + at->first + "' of the model must be finite"; });
                    }
                },
                at->second.values);
        }
    }
    if (e.check) {
        e.check(state);
    }
}

void require_outputs(index outputs, const State& state) {
    const index classes = std::ssize(words(state, "classes_"));
    require(outputs == classes || (outputs == 1 && classes == 2), "the model has ", outputs,
            outputs == 1 ? " output" : " outputs", " for ", classes, " classes");
}

Doubles::Doubles(const Samples& samples) {
    if (const auto* narrow = std::get_if<View<const float, 2>>(&samples)) {
        View::operator=(converted_ = Array<double, 2>(*narrow));
    } else {
        View::operator=(std::get<View<const double, 2>>(samples));
    }
}

std::vector<double> known_losses(const State* before) {
    return before != nullptr && before->contains("loss_curve_") ? row<double>(*before, "loss_curve_")
                                                                : std::vector<double>{};
}

void require_width(index features, index given) {
    require(features == given, "the model reads samples of ", features, " features; got ", given);
}

std::vector<std::int32_t> winners(const Matrix& scores, double limit) {
    return std::visit(
        [&](const auto& s) {
            std::vector<std::int32_t> result;
            for (index i = 0; i < s.extent(0); ++i) {
                const auto* row = s.data() + i * s.extent(1);
                const index first = s.extent(1) == 1 ? row[0] > limit : std::max_element(row, row + s.extent(1)) - row;
                result.push_back(static_cast<std::int32_t>(first));
            }
            return result;
        },
        scores);
}

}  // namespace ranvier::learn
