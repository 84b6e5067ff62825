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

}  // namespace

Value value_of(const nb::handle& object) {
    if (object.is_none()) {
        return {};
    }
    if (nb::isinstance<nb::bool_>(object)) {
        return nb::cast<bool>(object);
    }
    if (nb::isinstance<nb::str>(object)) {
        return std::string(nb::cast<nb::str>(object).c_str());
    }
    if (nb::isinstance<nb::int_>(object)) {
        return nb::cast<std::int64_t>(object);
    }
    if (nb::isinstance<nb::float_>(object)) {
        return nb::cast<double>(object);
    }
    if (nb::hasattr(object, "tolist")) {  // NumPy's arrays and numbers
        return value_of(object.attr("tolist")());
    }
    if (nb::hasattr(object, "items")) {
        Value::Map map;
        for (nb::handle entry : object.attr("items")()) {
            map.emplace_back(nb::cast<std::string>(nb::str(entry[0])), value_of(entry[1]));
        }
        return map;
    }
    if (nb::hasattr(object, "__iter__")) {
        Value::List list;
        for (nb::handle entry : object) {
            list.push_back(value_of(entry));
        }
        return list;
    }
    throw nb::type_error(
        (std::string("a setting can't be a ") + nb::cast<std::string>(object.type().attr("__name__"))).c_str());
}

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
