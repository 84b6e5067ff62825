#include "settings.hpp"

#include <cmath>
#include <map>

#include "ranvier/base/error.hpp"

namespace ranvier::python {

namespace {

std::map<std::string, const Fields*>& published() {
    static std::map<std::string, const Fields*> all;
    return all;
}

nb::dict described(const Field& field) {
    nb::dict d;
    d["name"] = field.name;
    d["default"] = python_value(field.fallback);
    d["type"] = field.type();
    d["unit"] = field.unit;
    d["rule"] = field.rule();
    d["about"] = field.about;
    return d;
}

/// A text with all it holds. @throws InvalidInput  half a surrogate pair
std::string text_in(const nb::handle& object) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(object.ptr(), &size);
    if (text == nullptr) {
        PyErr_Clear();
        throw InvalidInput("a setting's text must be Unicode that UTF-8 can hold; got " +
                           nb::cast<std::string>(nb::str(nb::module_::import_("builtins").attr("ascii")(object))));
    }
    return {text, static_cast<std::size_t>(size)};
}

Value value_within(const nb::handle& object, int depth) {
    require(depth < 32, "a setting can't hold lists within lists 32 deep");
    if (object.is_none()) {
        return {};
    }
    if (nb::isinstance<nb::bool_>(object)) {
        return nb::cast<bool>(object);
    }
    if (nb::isinstance<nb::str>(object)) {
        return text_in(object);
    }
    if (nb::isinstance<nb::int_>(object)) {
        std::int64_t whole = 0;
        require(nb::try_cast(object, whole), [&] {
            return "a setting must be a whole number below 2^63 in size; got " + nb::cast<std::string>(nb::str(object));
        });
        return whole;
    }
    if (nb::isinstance<nb::float_>(object)) {
        return nb::cast<double>(object);
    }
    if (nb::hasattr(object, "tolist")) {  // NumPy's arrays and numbers
        return value_within(object.attr("tolist")(), depth + 1);
    }
    if (nb::hasattr(object, "items")) {
        Value::Map map;
        for (nb::handle entry : object.attr("items")()) {
            map.emplace_back(text_in(nb::str(nb::object(entry[0]))), value_within(entry[1], depth + 1));
        }
        return map;
    }
    // What has no length may have no end.
    if (nb::hasattr(object, "__iter__") && nb::hasattr(object, "__len__") && !nb::isinstance<nb::bytes>(object)) {
        Value::List list;
        for (nb::handle entry : object) {
            list.push_back(value_within(entry, depth + 1));
        }
        return list;
    }
    throw nb::type_error(
        (std::string("a setting can't be a ") + nb::cast<std::string>(object.type().attr("__name__"))).c_str());
}

}  // namespace

Value value_of(const nb::handle& object) { return value_within(object, 0); }

nb::object python_value(const Value& value) {
    return std::visit(
        [](const auto& v) -> nb::object {
            using T = std::decay_t<decltype(v)>;
            if constexpr (std::is_same_v<T, std::monostate>) {
                return nb::none();
            } else if constexpr (std::is_same_v<T, Value::List>) {
                nb::list list;
                for (const Value& item : v) {
                    list.append(python_value(item));
                }
                return nb::tuple(list);
            } else if constexpr (std::is_same_v<T, Value::Map>) {
                nb::dict map;
                for (const auto& [key, item] : v) {
                    map[key.c_str()] = python_value(item);
                }
                return map;
            } else {
                return nb::cast(v);
            }
        },
        value.held);
}

void publish(const Fields& fields) { published()[fields.of] = &fields; }

void bind_settings(nb::module_& m) {
    m.def(
        "settings",
        [](const std::string& of) {
            const auto found = published().find(of);
            ensure(found != published().end(), "settings are published before Python asks for them");
            nb::list list;
            for (const Field& field : found->second->list) {
                list.append(described(field));
            }
            return list;
        },
        "of"_a, "What is known of each setting of `of`: name, default, type, unit, rule, about.");
}

}  // namespace ranvier::python
