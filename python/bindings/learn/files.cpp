// Model files, and which weights or units a lesion takes.
#include "learn/learn_call.hpp"
#include "ranvier/learn/model_file.hpp"

namespace ranvier::python {

using namespace learn;

namespace {

template <class T>
StoredArray stored(const nb::handle& h) {
    const auto a = nb::cast<nb::ndarray<const T, nb::c_contig, nb::device::cpu>>(h);
    StoredArray result;
    for (std::size_t axis = 0; axis < a.ndim(); ++axis) {
        result.shape.push_back(static_cast<index>(a.shape(axis)));
    }
    result.values = std::vector<T>(a.data(), a.data() + a.size());
    return result;
}

template <class T>
nb::object flat(const std::vector<T>& values) {
    return nb::cast(numpy_copy(values));
}

}  // namespace

void bind_learn_files(nb::module_& m) {
    m.def("write_model", [](const std::filesystem::path& path, const std::string& kind, const std::string& settings,
                            const nb::dict& arrays, bool overwrite) {
        StoredModel model{kind, settings, {}};
        for (const auto& [key, value] : arrays) {
            const auto name = nb::cast<std::string>(key);
            if (nb::isinstance<nb::list>(value)) {
                const auto words = nb::cast<std::vector<std::string>>(value);
                model.arrays[name] = {{std::ssize(words)}, words};
                continue;
            }
            const auto type = nb::cast<std::string>(value.attr("dtype").attr("name"));
            model.arrays[name] = type == "float64"   ? stored<double>(value)
                                 : type == "float32" ? stored<float>(value)
                                                     : stored<std::int64_t>(value);
        }
        run([&] { write_model(model, path, overwrite); });
    });
    m.def("read_model", [](const std::filesystem::path& path) {
        const StoredModel model = run([&] { return read_model(path); });
        nb::dict arrays;
        for (const auto& [name, array] : model.arrays) {
            nb::object values = std::visit(
                [](const auto& v) -> nb::object {
                    if constexpr (std::is_same_v<std::decay_t<decltype(v)>, std::vector<std::string>>) {
                        return nb::cast(v);
                    } else {
                        return flat(v);
                    }
                },
                array.values);
            arrays[name.c_str()] = nb::make_tuple(values, nb::cast(array.shape));
        }
        return nb::make_tuple(model.kind, model.settings, arrays);
    });
    m.def(
        "chosen",
        [](index n, index count, std::uint64_t seed) {
            require(n >= 0 && count >= 0 && count <= n, "no more can be chosen than there are");
            RandomStream random(seed, 9);
            auto order = shuffled(n, random);
            order.resize(count);
            return numpy_copy(order);
        },
        "Which `count` of n, at random.");
}

}  // namespace ranvier::python
