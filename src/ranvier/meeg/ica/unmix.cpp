// The algorithms, which are ranvier::learn's.
#include <algorithm>

#include "ranvier/base/text.hpp"
#include "ranvier/meeg/ica/parts.hpp"

namespace ranvier::meeg {

namespace {

/// Settings of a method; what ICA decides itself can't be among them.
template <Described O>
O method_settings(const Ica& ica, const std::vector<std::string>& own) {
    O options{};
    const auto* given = ica.asked.fit_params.as<Value::Map>();
    for (const auto& [name, value] : given ? *given : Value::Map{}) {
        require(std::ranges::find(own, name) == own.end(), [&, name = name] {
            return "fit_params can't have '" + name +
                   "': " + (name == "random_state" ? "ICA has its own" : "ICA whitens and chooses components itself");
        });
        set(options, name, value);
    }
    if (ica.asked.max_iter &&
        (!given || std::ranges::none_of(*given, [](const auto& p) { return p.first == "max_iter"; }))) {
        options.max_iter = *ica.asked.max_iter;
    } else if (!given || std::ranges::none_of(*given, [](const auto& p) { return p.first == "max_iter"; })) {
        options.max_iter = ica.asked.method == "fastica" ? 1000 : 500;
    }
    return options;
}

/// Begins as rows of numbers.
Array<double, 2> matrix_in(const Value& value, const std::string& what) {
    const auto* rows = value.as<Value::List>();
    require(rows != nullptr && !rows->empty(), what, " must be a matrix; got ", text_of(value));
    Array<double, 2> result;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        std::vector<double> row;
        require(ranvier::detail::FieldType<std::vector<double>>::write(row, (*rows)[i]) &&
                    (i == 0 || std::ssize(row) == result.extent(1)),
                what, " must be a matrix of numbers");
        if (i == 0) {
            result = Array<double, 2>({std::ssize(*rows), std::ssize(row)});
        }
        std::ranges::copy(row, &result(static_cast<index>(i), 0));
    }
    return result;
}

/// Takes what is not among a method's settings out of fit_params.
Value taken_out(Value& params, const std::string& name) {
    Value found;
    if (auto* map = std::get_if<Value::Map>(&params.held)) {
        std::erase_if(*map, [&](auto& entry) {
            if (entry.first == name) {
                found = std::move(entry.second);
                return true;
            }
            return false;
        });
    }
    return found;
}

}  // namespace

learn::Unmixing unmixed(Ica asked, WhiteComponents white, index n, index k, const learn::NumberSource& given) {
    const std::string& method = asked.asked.method;
    const learn::NumberSource random =
        given.normal ? given : learn::numpy_numbers(asked.asked.random_state.value_or(0));
    if (white.by_sample) {
        const Value weights = taken_out(asked.asked.fit_params, "weights");
        auto rule = method_settings<learn::InfomaxRule>(asked, {});
        const auto* params = asked.asked.fit_params.as<Value::Map>();
        if (method == "infomax" &&
            (!params || std::ranges::none_of(*params, [](const auto& p) { return p.first == "extended"; }))) {
            rule.extended = false;
        }
        const Array<double, 2> first = weights.is_none() ? Array<double, 2>() : matrix_in(weights, "weights");
        return learn::infomax(std::move(white.values), k, rule, first, random);
    }
    Array<double, 2> unit({k, k});
    for (index i = 0; i < k; ++i) {
        unit(i, i) = 1;
    }
    const learn::White components{{}, unit, unit, std::move(white.values), n};
    if (method == "picard") {
        return learn::picard(components, method_settings<learn::PicardOptions>(asked, {"n_components", "random_state"}),
                             random);
    }
    return learn::fast_ica(
        components, method_settings<learn::FastIcaOptions>(asked, {"n_components", "random_state", "whiten"}), random);
}

}  // namespace ranvier::meeg
