#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "call.hpp"
#include "ranvier/base/error.hpp"
#include "ranvier/base/stable_vector.hpp"
#include "ranvier/formats/fiff/numbers.hpp"

// Nouns live in the engine; in Python they look like MNE-Python's dicts and lists. These faces hold nothing: what is
// read is the engine's, and what is written goes there.
namespace ranvier::python {

inline nb::object floats(nb::handle value) {
    return nb::module_::import_("numpy").attr("ascontiguousarray")(value, "d");
}

// -- how a field is shown, and how it is set; enumerations are FIFF's numbers

/// A part of a noun, which others keep when another takes its place.
template <class T>
const std::shared_ptr<T>& shared(Held<T>& part) {
    if (!part.shared()) {
        wait_for_all();  // it moves
    }
    return part.share();
}

template <class T>
nb::object shown(T& value, nb::handle) {
    return nb::cast(value);
}
template <class T>
requires std::is_enum_v<T> nb::object shown(T& value, nb::handle) { return nb::cast(formats::fiff::number(value)); }
template <std::size_t N>
nb::object shown(Held<std::array<double, N>>& values, nb::handle) {
    const auto& numbers = shared(values);
    return nb::cast(NumpyOut<double, 1>(numbers->data(), {N}, owner_of(numbers)));
}
template <std::size_t N>
nb::object shown(Held<std::array<std::array<double, N>, N>>& rows, nb::handle) {
    const auto& numbers = shared(rows);
    return nb::cast(NumpyOut<double, 2>((*numbers)[0].data(), {N, N}, owner_of(numbers)));
}
template <std::size_t Rank>
nb::object shown(Array<double, Rank>& array, nb::handle) {
    return nb::cast(numpy_view(array));
}
template <class T>
nb::object shown(StableVector<T>& list, nb::handle) {
    return nb::cast(shared(list.list()));
}

template <class T>
void set(T& field, nb::handle value) {
    field = nb::cast<T>(value);
}
template <class T>
requires std::is_enum_v<T>
void set(T& field, nb::handle number) { field = formats::fiff::named<T>(nb::cast<int>(number)); }
inline void set(bool& field, nb::handle value) { field = nb::cast<bool>(nb::bool_(nb::borrow(value))); }

void set_numbers(double* field, const std::vector<std::size_t>& shape, nb::handle value);
template <std::size_t N>
void set(Held<std::array<double, N>>& field, nb::handle value) {
    std::array<double, N> numbers;
    set_numbers(numbers.data(), {N}, value);
    field = numbers;
}
template <std::size_t N>
void set(Held<std::array<std::array<double, N>, N>>& field, nb::handle value) {
    std::array<std::array<double, N>, N> numbers;
    set_numbers(numbers[0].data(), {N, N}, value);
    field = numbers;
}
template <std::size_t Rank>
void set(Array<double, Rank>& field, nb::handle value) {
    field = array_of<double, Rank>(nb::cast<NumpyIn<double, Rank>>(floats(value)));
}
/// Elements are shared, as those of Python's lists; dicts become elements.
template <class List>
List elements_of(nb::handle value) {
    using T = typename List::value_type::element_type;
    List items;
    for (nb::handle entry : value) {
        if (nb::isinstance<T>(entry)) {
            items.push_back(nb::cast<std::shared_ptr<T>>(entry));
        } else {
            nb::object made = nb::type<T>()();
            made.attr("update")(entry);
            items.push_back(nb::cast<std::shared_ptr<T>>(made));
        }
    }
    return items;
}
template <class T>
void set(StableVector<T>& field, nb::handle value) {
    using List = typename StableVector<T>::List;
    if (!nb::isinstance<List>(value) || nb::cast<List*>(value) != &*field.list()) {
        field = StableVector<T>(elements_of<List>(value));
    }
}

// -- dicts

/// The noun that `self` holds. @throws TypeError  it is another object, or was never initialised
template <class T>
T& self_of(nb::handle self) {
    if (!nb::isinstance<T>(self) || !nb::inst_ready(self)) {
        throw nb::type_error("this needs an object of its own class that has been initialised");
    }
    if constexpr (is_noun<T>) {
        Turn().take(nb::inst_ptr<T>(self), sizeof(T), false);
    }
    return *nb::inst_ptr<T>(self);
}

/// A key of a noun. Where `set` is null the value follows from others; where `known` is not, the key is there while it
/// says so.
template <class T>
struct Key {
    const char* name;
    nb::object (*get)(T& noun, nb::handle self);
    void (*set)(T& noun, nb::handle value) = nullptr;
    bool (*known)(const T& noun) = nullptr;
};

template <class T, class M>
T class_of(M T::*);

/// The key that shows a field.
template <auto Field>
auto key(const char* name) {
    using T = decltype(class_of(Field));
    return Key<T>{name, [](T& noun, nb::handle self) { return shown(noun.*Field, self); },
                  [](T& noun, nb::handle value) { set(noun.*Field, value); }};
}

/// Equal values; arrays are compared number by number, NaN equal to NaN.
bool same(nb::handle a, nb::handle b);
/// Lends methods of a class of collections.abc to a type that has what they rest on.
void lend(nb::handle type, const char* from, std::initializer_list<const char*> methods);

/// Makes a noun look like a dict: items, iteration, copies, comparison, pickling.
template <class T>
void dict_face(nb::class_<T>& type, std::vector<Key<T>> list) {
    const auto keys = std::make_shared<const std::vector<Key<T>>>(std::move(list));
    const auto found = [keys](std::string_view name) {
        const auto at = std::find_if(keys->begin(), keys->end(), [&](const auto& k) { return name == k.name; });
        if (at == keys->end()) {
            throw nb::key_error(std::string(name).c_str());
        }
        return *at;
    };
    const auto state = [keys](nb::handle self) {
        nb::dict items;
        for (const Key<T>& k : *keys) {
            if (!k.known || k.known(self_of<T>(self))) {
                items[k.name] = k.get(self_of<T>(self), self);
            }
        }
        return items;
    };
    const auto take = [keys](T& noun, nb::handle items) {
        for (const Key<T>& k : *keys) {
            if (k.set && nb::cast<bool>(items.attr("__contains__")(k.name))) {
                k.set(noun, items[k.name]);
            }
        }
    };
    type.def("__getitem__",
             [found](nb::handle self, std::string_view name) {
                 const Key<T> k = found(name);
                 if (k.known && !k.known(self_of<T>(self))) {
                     throw nb::key_error(k.name);
                 }
                 return k.get(self_of<T>(self), self);
             })
        .def(
            "__setitem__",
            [found](T& noun, std::string_view name, nb::handle value) {
                const Key<T> k = found(name);
                if (!k.set) {
                    throw nb::type_error((std::string(name) + " follows from the other items").c_str());
                }
                if constexpr (!is_noun<T>) {
                    wait_for_all();
                }
                try {
                    k.set(noun, value);
                } catch (const std::bad_cast&) {
                    throw nb::type_error((std::string(name) + " can't be " + nb::repr(value).c_str()).c_str());
                }
            },
            "key"_a, "value"_a.none())
        .def("__delitem__", [](T&, nb::handle) { throw nb::type_error("the keys are fixed; none can be removed"); })
        .def("__iter__", [state](nb::handle self) { return nb::iter(state(self)); })
        .def("__len__", [state](nb::handle self) { return nb::len(state(self)); })
        .def("__repr__", [state](nb::handle self) { return nb::repr(state(self)); })
        .def(
            "__eq__",
            [state](nb::handle self, nb::handle other) {
                const bool is_dict = nb::hasattr(other, "keys");
                return is_dict && same(state(self), nb::module_::import_("builtins").attr("dict")(other));
            },
            "other"_a.none())
        .def(
            "copy", [](const T& noun) { return T(noun); }, "A copy that shares nothing.")
        .def("__copy__", [](const T& noun) { return T(noun); })
        .def("__deepcopy__", [](const T& noun, nb::handle) { return T(noun); })
        .def("__getstate__", state)
        .def("__setstate__", [take](T& noun, const nb::dict& items) {
            new (&noun) T();
            take(noun, items);
        });
    type.attr("__hash__") = nb::none();
    lend(type, "MutableMapping", {"__contains__", "get", "keys", "values", "items", "update", "setdefault"});
}

// -- lists

/// Makes the list of a noun look like Python's.
template <class T>
void list_face(nb::module_& m, const char* name) {
    using L = typename StableVector<T>::List;
    nb::class_<L> type(m, name);
    const auto plain = [](L& list) {
        nb::list values;
        for (const auto& item : list) {
            values.append(item);
        }
        return values;
    };
    const auto set = [](L& list, nb::handle values) {
        L items = elements_of<L>(values);
        wait_for_all();
        list = std::move(items);
    };
    // What changes a list is done to a plain one, which then is set as a whole.
    const auto changed = [plain, set](L& list, const char* method, const auto&... arguments) {
        nb::list values = plain(list);
        values.attr(method)(arguments...);
        if constexpr (std::is_same_v<T, meeg::Channel>) {  // each stands for a row of samples
            require(
                values.size() == list.size(),
                "channels come and go with their samples: use add_channels(), drop_channels(), pick() or pick_info()");
        }
        set(list, values);
    };
    type.def("__len__", [](L& list) { return list.size(); })
        .def("__getitem__",
             [](L& list, std::ptrdiff_t k) {
                 const auto n = std::ssize(list);
                 if (k < -n || k >= n) {
                     throw nb::index_error("list index out of range");
                 }
                 return list[static_cast<std::size_t>(k < 0 ? k + n : k)];
             })
        .def("__getitem__", [plain](L& list, const nb::slice& at) { return nb::object(nb::object(plain(list))[at]); })
        .def("__setitem__",
             [changed](L& list, nb::handle at, nb::handle value) { changed(list, "__setitem__", at, value); })
        .def("__delitem__", [changed](L& list, nb::handle at) { changed(list, "__delitem__", at); })
        .def("insert", [changed](L& list, nb::handle at, nb::handle value) { changed(list, "insert", at, value); })
        .def("extend", [changed](L& list, nb::handle values) { changed(list, "extend", values); })
        .def("sort",
             [plain, set](L& list, const nb::kwargs& how) {
                 nb::list values = plain(list);
                 values.attr("sort")(**how);
                 set(list, values);
             })
        .def("copy", plain)
        .def("__copy__", plain)
        .def("__deepcopy__",
             [plain](L& list, nb::handle memo) {
                 return nb::module_::import_("copy").attr("deepcopy")(plain(list), memo);
             })
        .def("__reduce__",
             [plain](L& list) {
                 return nb::make_tuple(nb::module_::import_("builtins").attr("list"), nb::make_tuple(plain(list)));
             })
        .def("__add__", [plain](L& list, nb::handle more) { return plain(list) + nb::list(nb::borrow(more)); })
        .def("__radd__", [plain](L& list, nb::handle first) { return nb::list(nb::borrow(first)) + plain(list); })
        .def(
            "__eq__",
            [plain](L& list, nb::handle other) {
                return nb::isinstance<nb::sequence>(other) && !nb::isinstance<nb::str>(other) &&
                       plain(list).equal(nb::list(nb::borrow(other)));
            },
            "other"_a.none())
        .def("__repr__", [plain](L& list) { return nb::repr(plain(list)); });
    type.attr("__hash__") = nb::none();
    lend(type, "MutableSequence",
         {"__contains__", "__iter__", "__reversed__", "index", "count", "append", "clear", "reverse", "pop", "remove",
          "__iadd__"});
}

}  // namespace ranvier::python
