#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "ranvier/base/array.hpp"
#include "ranvier/base/value.hpp"

// A setting is described once: beside the struct that holds it.
//
//     struct NotchOptions {
//         std::vector<double> freqs;   // [Hz]
//         double trans_bandwidth = 1;  // [Hz]
//         static Fields fields() {
//             using O = NotchOptions;
//             return {"notch_filter",
//                     {field("freqs", &O::freqs, "centres of the bands").in("Hz").above(0),
//                      field("trans_bandwidth", &O::trans_bandwidth, "width of a transition").in("Hz").above(0)}};
//         }
//     };
//
// The default is the member's own. From the description come checked assignment from Python, JSON and command lines,
// flags with their help, signatures and docstrings.
namespace ranvier {

/// Kinds of values that people can give.
enum class FieldKind { yes_no, whole, real, text, list, map, any };

/// One setting of an options struct. Made by field(); the functions below say more of it and return it.
class Field {
public:
    std::string name;   ///< as in Python; on the command line with '-' for '_'
    std::string about;  ///< a phrase, without default, unit, range and choices
    std::string unit;   ///< "Hz", "s"; "" for a pure number
    FieldKind kind = FieldKind::any;
    FieldKind item = FieldKind::any;  ///< of the entries of a list
    bool optional = false;            ///< takes none
    double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
    bool above_low = false, below_high = false;  ///< the bound itself is outside
    std::vector<std::string> choices;            ///< of a text; empty: any
    Value fallback;                              ///< the default, filled in by fields_of()

    Field(std::string n, std::string phrase, FieldKind k) : name(std::move(n)), about(std::move(phrase)), kind(k) {}

    Field&& in(std::string u) && { return with(&Field::unit, std::move(u)); }
    Field&& at_least(double x) && { return with(&Field::low, x); }
    Field&& above(double x) && { return with(&Field::low, x).with(&Field::above_low, true); }
    Field&& at_most(double x) && { return with(&Field::high, x); }
    Field&& below(double x) && { return with(&Field::high, x).with(&Field::below_high, true); }
    Field&& one_of(std::vector<std::string> words) && { return with(&Field::choices, std::move(words)); }
    /// `word` stands for none, and none reads as `word`.
    Field&& none_is(std::string word) && {
        return with(&Field::none_word_, std::move(word)).with(&Field::optional, false);
    }
    /// A text that may be given as a number.
    Field&& or_number() && { return with(&Field::takes_numbers_, true); }
    /// `from` means `to`.
    Field&& also(Value from, Value to) &&;
    /// `what` is known to the field's other tools and not to Ranvier; `use` says what to give instead.
    Field&& not_yet(Value what, std::string use) &&;
    /// The rule and whether a value keeps to it, for what no range says.
    Field&& where(std::string rule, std::function<bool(const Value&)> holds) &&;

    /// "float", "int | None", "list of float" …
    std::string type() const;
    /// "> 0", "in [0, 1]", "one of 'fir', 'iir'", or "".
    std::string rule() const;

    /// @throws InvalidInput  kind, range or choice; NotYet  what not_yet() names
    void set(void* options, const Value& value) const;
    Value get(const void* options) const;
    /// What the words of a command line mean here. @throws InvalidInput  no number where one is wanted
    Value parsed(std::string_view text) const;

    std::function<Value(const void*)> read;
    std::function<bool(void*, const Value&)> write;  ///< false: the value has the wrong kind

private:
    template <class T>
    Field&& with(T Field::*member, T value) {
        this->*member = std::move(value);
        return std::move(*this);
    }
    void check(const Value& value) const;
    std::string none_word_;
    bool takes_numbers_ = false;
    std::vector<std::pair<Value, Value>> synonyms_;
    std::vector<std::pair<Value, std::string>> refused_;
    std::vector<std::pair<std::string, std::function<bool(const Value&)>>> rules_;
};

/// All settings of one options struct.
struct Fields {
    std::string of;  ///< what they are the settings of, for messages: "notch_filter"
    std::vector<Field> list;

    /// @throws InvalidInput  no such setting, with what may have been meant
    const Field& at(std::string_view name) const;
};

template <class O>
concept Described = requires {
    { O::fields() } -> std::same_as<Fields>;
};

/// The description of O, made once, with its defaults.
template <Described O>
const Fields& fields_of() {
    static const Fields fields = [] {
        Fields made = O::fields();
        const O plain{};
        for (Field& field : made.list) {
            field.fallback = field.get(&plain);
        }
        return made;
    }();
    return fields;
}

template <Described O>
void set(O& options, std::string_view name, const Value& value) {
    fields_of<O>().at(name).set(&options, value);
}

/// Settings by name; those not named keep their defaults.
/// @throws InvalidInput  an unknown name, or a value that does not fit; NotYet
template <Described O>
O options_from(const Value::Map& values) {
    O options{};
    for (const auto& [name, value] : values) {
        set(options, name, value);
    }
    return options;
}

/// Checks every setting of options that were filled in by hand. @throws InvalidInput, NotYet  as set()
template <Described O>
void check_settings(const O& options) {
    O copy = options;
    for (const Field& field : fields_of<O>().list) {
        field.set(&copy, field.get(&options));
    }
}

template <Described O>
Value::Map values_of(const O& options) {
    Value::Map values;
    for (const Field& field : fields_of<O>().list) {
        values.emplace_back(field.name, field.get(&options));
    }
    return values;
}

namespace detail {

/// The kind of a member, that of its entries where it is a list, and whether it takes none.
template <FieldKind k, FieldKind entry = FieldKind::any, bool none = false>
struct FieldKinds {
    static constexpr FieldKind kind = k, item = entry;
    static constexpr bool optional = none;
};

// What a member's type takes, and how it is written as a Value.
template <class T>
struct FieldType;

template <>
struct FieldType<bool> : FieldKinds<FieldKind::yes_no> {
    static bool write(bool& to, const Value& v);
    static Value read(bool v) { return v; }
};
template <>
struct FieldType<double> : FieldKinds<FieldKind::real> {
    static bool write(double& to, const Value& v);
    static Value read(double v) { return v; }
};
bool write_whole(std::int64_t& to, const Value& v);
template <std::integral T>
struct FieldType<T> : FieldKinds<FieldKind::whole> {
    static bool write(T& to, const Value& v) {
        std::int64_t number = 0;
        if (!write_whole(number, v) || !std::in_range<T>(number)) {
            return false;
        }
        to = static_cast<T>(number);
        return true;
    }
    static Value read(T v) { return static_cast<std::int64_t>(v); }
};
template <>
struct FieldType<std::string> : FieldKinds<FieldKind::text> {
    static bool write(std::string& to, const Value& v);
    static Value read(const std::string& v) { return v; }
};
template <>
struct FieldType<Value> : FieldKinds<FieldKind::any> {
    static bool write(Value& to, const Value& v) { return to = v, true; }
    static Value read(const Value& v) { return v; }
};
template <class T>
struct FieldType<std::optional<T>> : FieldKinds<FieldType<T>::kind, FieldType<T>::item, true> {
    static bool write(std::optional<T>& to, const Value& v) {
        std::optional<T> value;
        if (!v.is_none() && !FieldType<T>::write(value.emplace(), v)) {
            return false;
        }
        to = std::move(value);
        return true;
    }
    static Value read(const std::optional<T>& v) { return v ? FieldType<T>::read(*v) : Value(); }
};
template <class T>
struct FieldType<std::vector<T>> : FieldKinds<FieldKind::list, FieldType<T>::kind> {
    static bool write(std::vector<T>& to, const Value& v) {
        std::vector<T> values;
        const auto* list = v.as<Value::List>();
        const Value::List one{v};  // one value stands for a list of one
        for (const Value& item : list != nullptr ? *list : one) {
            T value{};
            if (!FieldType<T>::write(value, item)) {
                return false;
            }
            values.push_back(std::move(value));
        }
        to = std::move(values);
        return true;
    }
    static Value read(const std::vector<T>& values) {
        Value::List list;
        for (const T& v : values) {
            list.push_back(FieldType<T>::read(v));
        }
        return list;
    }
};
template <class T, std::size_t N>
struct FieldType<std::array<T, N>> : FieldKinds<FieldKind::list, FieldType<T>::kind> {
    static bool write(std::array<T, N>& to, const Value& v) {
        std::vector<T> values;
        if (!FieldType<std::vector<T>>::write(values, v) || values.size() != N) {
            return false;
        }
        std::copy(values.begin(), values.end(), to.begin());
        return true;
    }
    static Value read(const std::array<T, N>& v) {
        return FieldType<std::vector<T>>::read(std::vector<T>(v.begin(), v.end()));
    }
};
template <class T>
struct FieldType<std::map<std::string, T>> : FieldKinds<FieldKind::map> {
    static bool write(std::map<std::string, T>& to, const Value& v) {
        const auto* map = v.as<Value::Map>();
        std::map<std::string, T> values;
        if (map == nullptr) {
            return false;
        }
        for (const auto& [key, item] : *map) {
            if (!FieldType<T>::write(values[key], item)) {
                return false;
            }
        }
        to = std::move(values);
        return true;
    }
    static Value read(const std::map<std::string, T>& values) {
        Value::Map map;
        for (const auto& [key, v] : values) {
            map.emplace_back(key, FieldType<T>::read(v));
        }
        return map;
    }
};
/// A struct of settings inside another; none: its defaults.
template <Described T>
struct FieldType<T> : FieldKinds<FieldKind::map, FieldKind::any, true> {
    static bool write(T& to, const Value& v) {
        const auto* map = v.as<Value::Map>();
        if (map == nullptr && !v.is_none()) {
            return false;
        }
        to = map == nullptr ? T{} : options_from<T>(*map);
        return true;
    }
    static Value read(const T& v) { return values_of(v) == values_of(T{}) ? Value() : Value(values_of(v)); }
};

}  // namespace detail

template <class O, class T>
Field field(std::string name, T O::*member, std::string about) {
    using Type = detail::FieldType<T>;
    Field f(std::move(name), std::move(about), Type::kind);
    f.item = Type::item;
    f.optional = Type::optional;
    f.read = [member](const void* options) { return Type::read(static_cast<const O*>(options)->*member); };
    f.write = [member](void* options, const Value& value) {
        return Type::write(static_cast<O*>(options)->*member, value);
    };
    return f;
}

/// The settings that O has from its base class, followed by its own.
template <class O, class Base>
requires std::derived_from<O, Base> std::vector<Field> with_base(std::vector<Field> own) {
    std::vector<Field> all = Base::fields().list;
    for (Field& f : all) {
        f.read = [read = f.read](const void* options) {
            return read(static_cast<const Base*>(static_cast<const O*>(options)));
        };
        f.write = [write = f.write](void* options, const Value& value) {
            return write(static_cast<Base*>(static_cast<O*>(options)), value);
        };
    }
    std::move(own.begin(), own.end(), std::back_inserter(all));
    return all;
}

/// A choice among words that stand for the values of an enumeration.
template <class O, class E>
requires std::is_enum_v<E> Field field(std::string name, E O::*member, std::string about,
                                       std::vector<std::pair<std::string, E>> words) {
    using Word = std::pair<std::string, E>;
    Field f(std::move(name), std::move(about), FieldKind::text);
    for (const auto& word : words) {
        f.choices.push_back(word.first);
    }
    f.read = [member, words](const void* options) {
        const auto found = std::ranges::find(words, static_cast<const O*>(options)->*member, &Word::second);
        return found == words.end() ? Value() : Value(found->first);
    };
    f.write = [member, words](void* options, const Value& given) {
        const auto found = std::ranges::find(words, given, [](const Word& word) { return Value(word.first); });
        if (found == words.end()) {
            return false;
        }
        static_cast<O*>(options)->*member = found->second;
        return true;
    };
    return f;
}

}  // namespace ranvier
