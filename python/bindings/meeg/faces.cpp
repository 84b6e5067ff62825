#include "meeg/faces.hpp"

namespace ranvier::python {

void set_numbers(double* field, const std::vector<std::size_t>& shape, nb::handle value) {
    const nb::object array = floats(value);
    nb::object wanted = nb::tuple(nb::cast(shape));
    require(array.attr("shape").equal(wanted), [&] {
        return std::string("an array of shape ") + nb::str(wanted).c_str() + " is needed; got one of shape " +
               nb::str(nb::object(array.attr("shape"))).c_str();
    });
    const auto numbers = nb::cast<nb::ndarray<const double, nb::c_contig, nb::device::cpu>>(array);
    std::copy(numbers.data(), numbers.data() + numbers.size(), field);
}

bool same(nb::handle a, nb::handle b) {
    if (nb::ndarray_check(a) || nb::ndarray_check(b)) {
        return nb::cast<bool>(
            nb::bool_(nb::module_::import_("numpy").attr("array_equal")(a, b, "equal_nan"_a = nb::ndarray_check(a))));
    }
    if (nb::isinstance<nb::dict>(a) && nb::isinstance<nb::dict>(b)) {
        const auto first = nb::borrow<nb::dict>(a), second = nb::borrow<nb::dict>(b);
        bool equal = first.size() == second.size();
        for (const auto& [key, value] : first) {
            equal = equal && second.contains(key) && same(value, second[key]);
        }
        return equal;
    }
    return a.equal(b);
}

void lend(nb::handle type, const char* from, std::initializer_list<const char*> methods) {
    const nb::object source = nb::module_::import_("collections.abc").attr(from);
    for (const char* method : methods) {
        type.attr(method) = source.attr(method);
    }
    source.attr("register")(type);
}

}  // namespace ranvier::python
