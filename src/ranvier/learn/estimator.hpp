#pragma once

#include <functional>
#include <variant>

#include "ranvier/base/fields.hpp"
#include "ranvier/learn/data.hpp"
#include "ranvier/learn/state.hpp"

namespace ranvier::learn {

/// What an estimator needs beside samples.
enum class Target { none, classes, numbers };

/// Samples in rows, of either precision.
using Samples = std::variant<View<const double, 2>, View<const float, 2>>;
using Matrix = std::variant<Array<double, 2>, Array<float, 2>>;

/// What an estimator is trained on.
struct Given {
    Samples X;
    std::span<const std::int32_t> labels;  ///< the class of each sample, by number
    std::vector<std::string> classes;      ///< the names of the classes
    Samples targets;                       ///< numbers to predict, shape (n, outputs), as precise as X
    std::span<const double> weights;       ///< of the samples, ≥ 0; empty: 1
    bool piece = false;                    ///< of samples that come in pieces: go on from what is known
    bool score = false;                    ///< report how well the samples themselves are answered: one more pass
};

struct Prediction {
    std::vector<std::int32_t> numbers;  ///< of classes, units or categories, shape (n), or (n · steps)
    Matrix values;                      ///< or numbers, shape (n, outputs)
};

/// How an entry of a state is kept in Python.
enum class Entry { array, list, yes_no, perhaps, layers, entries };

struct StateEntry {
    std::string name;
    Entry kind = Entry::array;
    bool needed = false;  ///< for answers; without it the state is no whole one
};

/// One row of the table of all estimators: from it come the command line, model files and Python's classes.
struct Estimator {
    std::string word;  ///< as people write it: "som"; its full name is settings->of
    std::string about;
    Target target = Target::none;
    std::vector<StateEntry> state;
    const Fields* settings = nullptr;
    /// @param before  what to go on from where samples come in pieces, or null
    /// @param report  gets what came of it: loss, error, iterations …
    std::function<State(const Value::Map& settings, const Given&, const State* before, Value::Map& report)> fit;
    /// All settings, with defaults where none is given. @throws InvalidInput  settings that do not fit
    std::function<Value::Map(const Value::Map& settings)> completed;
    /// Do its arrays fit each other? Null where any do. @throws InvalidInput  they don't
    std::function<void(const State&)> check;
    // Null where the estimator has no such answer.
    std::function<Prediction(const Value::Map& settings, const State&, const Samples&)> predict;
    std::function<Matrix(const Value::Map& settings, const State&, const Samples&)> transform;
    std::function<Matrix(const Value::Map& settings, const State&, const Samples&)> scores;  ///< before the decision

    const std::string& name() const { return settings->of; }
};

template <Described O>
struct Functions {
    State (*fit)(const O&, const Given&, const State*, Value::Map&);
    Prediction (*predict)(const O&, const State&, const Samples&) = nullptr;
    Matrix (*transform)(const O&, const State&, const Samples&) = nullptr;
    Matrix (*scores)(const O&, const State&, const Samples&) = nullptr;
    void (*check)(const State&) = nullptr;
};

/// A row whose functions take settings as O.
template <Described O>
Estimator estimator(std::string word, std::string about, Target target, std::vector<StateEntry> state,
                    Functions<O> functions) {
    Estimator e{std::move(word), std::move(about), target, std::move(state), &fields_of<O>(), {}, {}, {}, {}, {}, {}};
    e.completed = [](const Value::Map& s) { return values_of(options_from<O>(s)); };
    e.fit = [f = functions.fit](const Value::Map& s, const Given& g, const State* before, Value::Map& report) {
        O options = options_from<O>(s);
        if constexpr (requires { options.max_iter; }) {
            options.max_iter = g.piece ? 1 : options.max_iter;
        }
        return f(options, g, before, report);
    };
    const auto answering = [](auto f) {
        return [f](const Value::Map& s, const State& learnt, const Samples& X) {
            return f(options_from<O>(s), learnt, X);
        };
    };
    if (functions.check) {
        e.check = functions.check;
    }
    if (functions.predict) {
        e.predict = answering(functions.predict);
    }
    if (functions.transform) {
        e.transform = answering(functions.transform);
    }
    if (functions.scores) {
        e.scores = answering(functions.scores);
    }
    return e;
}

/// All estimators.
const std::vector<Estimator>& estimators();
/// By word or name. @throws InvalidInput  there is none such; the message says which there are
const Estimator& estimator(const std::string& word);
/// @throws InvalidInput  what is needed is missing or no finite number, or arrays don't fit each other
void require_state(const Estimator& estimator, const State& state);
/// @throws InvalidInput  not one output for each class that the state names, or one for two
void require_outputs(index outputs, const State& state);

/// Samples as doubles, on their own memory where they are.
class Doubles : public View<const double, 2> {
public:
    explicit Doubles(const Samples& samples);
    Doubles(const Doubles&) = delete;

private:
    Array<double, 2> converted_;
};

/// The losses of earlier passes, which training goes on from.
std::vector<double> known_losses(const State* before);
/// @throws InvalidInput  samples of another width than a model reads
void require_width(index features, index given);
/// The number of the largest of each row, or of one column whether it exceeds `limit`.
std::vector<std::int32_t> winners(const Matrix& scores, double limit);

}  // namespace ranvier::learn
