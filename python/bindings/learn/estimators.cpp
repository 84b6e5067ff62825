// Every estimator of the table: fit, predict, transform and scores by its name, and model files.
#include "learn/learn.hpp"
#include "ranvier/formats/format.hpp"
#include "ranvier/formats/tables/model_file.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

template <class T>
using AnyNumpy = nb::ndarray<const T, nb::c_contig, nb::device::cpu>;

template <class T>
bool stored(const nb::handle& object, StoredArray& to) {
    AnyNumpy<T> a;
    if (!nb::try_cast(object, a, false)) {
        return false;
    }
    to.shape.clear();
    for (std::size_t axis = 0; axis < a.ndim(); ++axis) {
        to.shape.push_back(static_cast<index>(a.shape(axis)));
    }
    // The engine only reads, and the caller holds the array meanwhile.
    to.values = Array<T, 1>::shared({static_cast<index>(a.size())},
                                    std::shared_ptr<void>(const_cast<T*>(a.data()), [](void*) {}));
    return true;
}

nb::object python_array(const StoredArray& a) {
    return std::visit(
        [&]<class V>(const V& values) -> nb::object {
            if constexpr (std::is_same_v<V, std::vector<std::string>>) {
                return nb::cast(values);
            } else if (a.shape.empty()) {
                return nb::cast(values.data()[0]);
            } else {
                using T = std::remove_const_t<std::remove_pointer_t<decltype(values.data())>>;
                const std::vector<std::size_t> shape(a.shape.begin(), a.shape.end());
                auto memory = values.memory() ? values.memory() : ranvier::detail::aligned_memory(64);
                auto* hold = new std::shared_ptr<void>(std::move(memory));
                nb::capsule owner(hold, [](void* p) noexcept { delete static_cast<std::shared_ptr<void>*>(p); });
                return nb::cast(
                    nb::ndarray<nb::numpy, T>(static_cast<T*>(hold->get()), shape.size(), shape.data(), owner));
            }
        },
        a.values);
}

nb::object python_matrix(const Matrix& m) {
    return std::visit([](const auto& a) { return nb::cast(numpy_view(a)); }, m);
}

Samples samples_of(const nb::handle& object) {
    NumpyIn<double, 2> wide;
    if (nb::try_cast(object, wide, false)) {
        return view_of<double, 2>(wide);
    }
    return view_of<float, 2>(nb::cast<NumpyIn<float, 2>>(object));
}

Value::Map settings_of(const nb::dict& settings) {
    const Value value = value_of(settings);
    return *value.as<Value::Map>();
}

const char* word_of(Entry kind) {
    constexpr const char* words[] = {"array", "list", "yes_no", "perhaps", "layers", "entries"};
    return words[static_cast<int>(kind)];
}

}  // namespace

State state_of(const nb::dict& arrays) {
    State state;
    for (const auto& [key, value] : arrays) {
        StoredArray a;
        if (nb::isinstance<nb::list>(value)) {
            a = StoredArray(nb::cast<std::vector<std::string>>(value));
        } else if (nb::isinstance<nb::int_>(value)) {
            a = StoredArray(nb::cast<std::int64_t>(value));
        } else if (nb::isinstance<nb::float_>(value)) {
            a = StoredArray(nb::cast<double>(value));
        } else if (!stored<double>(value, a) && !stored<float>(value, a) && !stored<std::int64_t>(value, a)) {
            throw nb::type_error("a state holds float64, float32, int64 and words");
        }
        state[nb::cast<std::string>(key)] = std::move(a);
    }
    return state;
}

nb::dict python_state(const State& state) {
    nb::dict d;
    for (const auto& [name, array] : state) {
        d[name.c_str()] = python_array(array);
    }
    return d;
}

void bind_estimators(nb::module_& m) {
    for (const Estimator& e : estimators()) {
        publish(*e.settings);
    }
    m.def(
        "estimators",
        [] {
            nb::dict all;
            for (const Estimator& e : estimators()) {
                nb::list state;
                for (const StateEntry& entry : e.state) {
                    state.append(nb::make_tuple(entry.name, word_of(entry.kind), entry.needed));
                }
                all[e.name().c_str()] = state;
            }
            return all;
        },
        "What a state of each estimator is made of, by the estimator's name: (name, kind, needed for answers).");
    m.def(
        "fit",
        [](const std::string& name, const nb::dict& settings, const nb::object& X,
           std::optional<NumpyIn<std::int32_t, 1>> labels, const std::vector<std::string>& classes,
           const nb::object& targets, std::optional<NumpyIn<double, 1>> weights, const nb::object& before, bool piece) {
            const Value::Map values = settings_of(settings);
            Given given;
            given.X = samples_of(X);
            given.classes = classes;
            given.piece = piece;
            if (labels) {
                given.labels = {labels->data(), labels->size()};
            }
            if (!targets.is_none()) {
                given.targets = samples_of(targets);
            }
            if (weights) {
                given.weights = {weights->data(), weights->size()};
            }
            const State known = before.is_none() ? State() : state_of(nb::cast<nb::dict>(before));
            Value::Map report;
            const State state =
                run([&] { return estimator(name).fit(values, given, before.is_none() ? nullptr : &known, report); });
            return nb::make_tuple(python_state(state), python_value(report));
        },
        "name"_a, "settings"_a, "X"_a, "labels"_a.none(), "classes"_a, "targets"_a.none(), "weights"_a.none(),
        "before"_a.none(), "piece"_a);
    m.def("predict", [](const std::string& name, const nb::dict& settings, const nb::dict& state, const nb::object& X) {
        const Value::Map values = settings_of(settings);
        const State known = state_of(state);
        const Samples samples = samples_of(X);
        const Estimator& e = estimator(name);
        const Prediction p = run([&] { return e.predict(values, known, samples); });
        return e.target == Target::numbers || p.numbers.empty() ? python_matrix(p.values)
                                                                : nb::cast(numpy_copy(p.numbers));
    });
    const auto answering = [&](const char* what, auto function) {
        m.def(what, [function](const std::string& name, const nb::dict& settings, const nb::dict& state,
                               const nb::object& X) {
            const Value::Map values = settings_of(settings);
            const State known = state_of(state);
            const Samples samples = samples_of(X);
            return python_matrix(run([&] { return (estimator(name).*function)(values, known, samples); }));
        });
    };
    answering("transform", &Estimator::transform);
    answering("scores", &Estimator::scores);

    m.def("write_model", [](const std::filesystem::path& path, const std::string& kind, const nb::dict& settings,
                            const nb::dict& state, bool overwrite) {
        const Model model{kind, settings_of(settings), state_of(state)};
        run([&] {
            formats::check_name(path, formats::model_format);
            formats::write_model(model, path, overwrite);
        });
    });
    m.def("read_model", [](const std::filesystem::path& path) {
        const Model model = run([&] { return formats::read_model(path); });
        return nb::make_tuple(model.kind, python_value(model.settings), python_state(model.state));
    });
    m.def(
        "require_model",
        [](const std::string& kind, const nb::dict& settings, const nb::dict& state) {
            const Estimator& e = estimator(kind);
            e.completed(settings_of(settings));
            require_state(e, state_of(state));
        },
        "Whether a file holds a whole model of a kind that there is.");
}

}  // namespace ranvier::python
