#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/report/page/content.hpp"
#include "ranvier/report/sections/sections.hpp"

namespace ranvier::report {

void add_matrix(Page& page, const std::string& title, const std::vector<std::string>& rows,
                const std::vector<std::string>& columns, const Array<double, 2>& values) {
    require(values.size() > 0 && std::ssize(rows) == values.extent(0) && std::ssize(columns) == values.extent(1), [&] {
        return "a matrix on a page needs a name for each row and column; got " + text_of(rows.size()) + " and " +
               text_of(columns.size()) + " for " + text_of(values.extent(0)) + " × " + text_of(values.extent(1));
    });
    // Single precision would lose covariances of fields (1e-26 T² and less are fine, 1e-46 is not): scaled by the
    // largest.
    double largest = 0;
    for (index k = 0; k < values.size(); ++k) {
        const double size = std::abs(values.data()[k]);
        largest = size > largest && std::isfinite(size) ? size : largest;
    }
    const double scale = largest > 0 ? largest : 1;
    Array<double, 2> relative(values.extents());
    for (index k = 0; k < values.size(); ++k) {
        relative.data()[k] = values.data()[k] / scale;
    }
    Json data = page.content().array(relative);
    data["scale"] = scale;
    page.content().add_section("matrix", title, {{"rows", rows}, {"columns", columns}, {"data", data}});
}

}  // namespace ranvier::report
