#include "ranvier/numerics/direct_form.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"

namespace ranvier::numerics {

Recursion::Recursion(std::span<const double> b, std::span<const double> a)
    : b_(b.begin(), b.end()), a_(a.begin(), a.end()) {
    require(!a.empty() && !b.empty() && a[0] != 0, "a filter needs coefficients b and a, a[0] not 0");
    const std::size_t n = std::max(a.size(), b.size());
    for (auto* coefficients : {&b_, &a_}) {
        for (double& c : *coefficients) {
            c /= a[0];
        }
        coefficients->resize(n);
    }
    delays_.resize(n);
}

void Recursion::settle(double x) {
    double a = 1, b = b_[0];
    for (std::size_t k = 1; k < a_.size(); ++k) {
        a += a_[k];
        b += b_[k];
    }
    require(a != 0, "a filter with a pole at 1 has no steady state to start from: filter forward only");
    const double y = b / a * x;
    delays_.back() = 0;
    for (std::size_t k = a_.size(); k-- > 1;) {
        delays_[k - 1] = b_[k] * x - a_[k] * y + delays_[k];
    }
}

bool is_stable(std::span<const double> a) {
    std::vector<double> p(a.begin(), a.end());
    while (p.size() > 1) {
        const double ratio = p.back() / p.front();
        if (!(std::abs(ratio) <= 1)) {
            return false;
        }
        if (std::abs(ratio) == 1) {
            return true;  // on the circle, as far as this can tell
        }
        std::vector<double> lower(p.size() - 1);
        for (std::size_t k = 0; k < lower.size(); ++k) {
            lower[k] = p[k] - ratio * p[p.size() - 1 - k];
        }
        p = std::move(lower);
    }
    return true;
}

void direct_filter(View<double, 2> x, const TransferFunction& filter) {
    const Recursion at_rest(filter.b, filter.a);
    parallel_for(x.extent(0), [&](index row) {
        Recursion recursion = at_rest;
        for (double& value : x.row(row)) {
            value = recursion.next(value);
        }
    });
}

void direct_filtfilt(View<double, 2> x, const TransferFunction& filter, index padlen) {
    const index n = x.extent(1);
    require(padlen >= 0 && padlen < n, "padlen must be in [0, ", n, "), the number of samples; got ", padlen);
    const Recursion at_rest(filter.b, filter.a);
    parallel_for(x.extent(0), [&](index row) {
        const auto values = x.row(row);
        std::vector<double> longer(static_cast<std::size_t>(n + 2 * padlen));
        for (index k = 0; k < padlen; ++k) {  // odd reflection
            longer[static_cast<std::size_t>(k)] = 2 * values.front() - values[static_cast<std::size_t>(padlen - k)];
            longer[static_cast<std::size_t>(padlen + n + k)] =
                2 * values.back() - values[static_cast<std::size_t>(n - 2 - k)];
        }
        std::ranges::copy(values, longer.begin() + padlen);
        for (int pass = 0; pass < 2; ++pass) {
            Recursion recursion = at_rest;
            recursion.settle(longer.front());
            for (double& value : longer) {
                value = recursion.next(value);
            }
            std::ranges::reverse(longer);
        }
        std::copy_n(longer.begin() + padlen, n, values.begin());
    });
}

}  // namespace ranvier::numerics
