#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/report/sections/axes.hpp"

namespace ranvier::report {

namespace {

Json axis_json(const CurveAxis& axis) { return {{"name", axis.name}, {"unit", axis.unit}, {"log", axis.log}}; }

}  // namespace

void add_curves(Page& page, const std::string& title, const CurveAxis& x, const std::vector<double>& xs,
                const CurveAxis& y, const std::vector<std::string>& names, const Array<double, 2>& values) {
    require(
        !names.empty() && !xs.empty() && values.extent(0) == std::ssize(names) && values.extent(1) == std::ssize(xs),
        [&] {
            return "curves need a name each and a value for each x; got " + text_of(values.extent(0)) + " × " +
                   text_of(values.extent(1)) + " values for " + text_of(names.size()) + " names and " +
                   text_of(xs.size()) + " x";
        });
    const auto rises = [](double a, double b) { return !(a < b); };
    require(std::ranges::adjacent_find(xs, rises) == xs.end() && std::isfinite(xs.front()) && std::isfinite(xs.back()),
            "the x of curves must be finite and rise");
    require(!x.log || xs.front() > 0, "a logarithmic axis begins above 0; got ", xs.front());
    const double largest = largest_size({values.data(), static_cast<std::size_t>(values.size())});
    // Single precision would lose variances of fields; of each curve relative to the largest it does not.
    const double scale = largest > 0 ? largest : 1;
    Array<double, 2> relative(values.extents());
    for (index k = 0; k < values.size(); ++k) {
        const double value = values.data()[k];
        relative.data()[k] = y.log && !(value > 0) ? std::nan("") : value / scale;
    }
    Json data = page.content().array(relative);
    data["scale"] = scale;
    page.content().add_section(
        "curves", title, {{"x", axis_json(x)}, {"y", axis_json(y)}, {"xs", xs}, {"names", names}, {"data", data}});
}

}  // namespace ranvier::report
