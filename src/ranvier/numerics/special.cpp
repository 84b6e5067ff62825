#include "ranvier/numerics/special.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ranvier/base/error.hpp"

namespace ranvier::numerics {

double incomplete_beta(double a, double b, double x) {
    require(a > 0 && b > 0, "parameters of the beta function must be > 0; got ", a, " and ", b);
    require(x >= 0 && x <= 1, "the beta distribution is that of numbers in [0, 1]; got ", x);
    if (x == 0 || x == 1) {
        return x;
    }
    if (x > (a + 1) / (a + b + 2)) {  // where the fraction of the other tail is shorter
        return 1 - incomplete_beta(b, a, 1 - x);
    }
    // Lentz's way of evaluating a continued fraction from its beginning.
    constexpr double tiny = 1e-300;
    const auto kept = [](double v) { return std::abs(v) < tiny ? tiny : v; };
    double c = 1, d = 1 / kept(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m <= 10000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double factor = 1;
        for (const double coefficient : {even, odd}) {
            d = 1 / kept(1 + coefficient * d);
            c = kept(1 + coefficient / c);
            factor = c * d;
            fraction *= factor;
        }
        if (std::abs(factor - 1) < std::numeric_limits<double>::epsilon()) {
            break;
        }
    }
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    return front * fraction / a;
}

double correlation_p_value(double r, long n) {
    require(n >= 3, "a correlation can be judged from 3 pairs on; got ", n);
    // (1 + r) / 2 has the beta distribution with n/2 − 1 twice.
    const double shape = 0.5 * static_cast<double>(n) - 1;
    return std::min(1.0, 2 * incomplete_beta(shape, shape, 0.5 * (1 - std::min(1.0, std::abs(r)))));
}

double student_reach(double probability, double degrees) {
    require(probability >= 0 && probability < 1, "a probability must be >= 0 and < 1; got ", probability);
    require(degrees > 0, "degrees of freedom must be > 0; got ", degrees);
    // degrees / (degrees + t²) has the beta distribution with degrees/2 and 1/2, and falls with t.
    double low = 0, high = 1;
    for (int step = 0; step < 200; ++step) {
        const double middle = 0.5 * (low + high);
        (incomplete_beta(0.5 * degrees, 0.5, middle) < 1 - probability ? low : high) = middle;
    }
    return std::sqrt(degrees * (1 - high) / high);
}

double chi_squared_above(double x, double degrees) {
    require(degrees > 0, "degrees of freedom must be > 0; got ", degrees);
    if (!(x > 0)) {
        return 1;
    }
    const double a = degrees / 2, y = x / 2;
    const double front = std::exp(a * std::log(y) - y - std::lgamma(a));
    if (y < a + 1) {
        double term = 1 / a, sum = term;
        for (int k = 1; k < 100000 && term > 1e-17 * sum; ++k) {
            term *= y / (a + k);
            sum += term;
        }
        return 1 - front * sum;
    }
    // Lentz's way through the continued fraction.
    double b = y + 1 - a, c = 1e300, d = 1 / b, value = d;
    for (int k = 1; k < 100000; ++k) {
        const double step = -k * (k - a);
        b += 2;
        d = 1 / (step * d + b);
        c = b + step / c;
        const double ratio = c * d;
        value *= ratio;
        if (std::abs(ratio - 1) < 1e-15) {
            break;
        }
    }
    return front * value;
}

double chi_squared_limit(double probability, double degrees) {
    require(probability > 0 && probability < 1, "a probability must be in (0, 1); got ", probability);
    double low = 0, high = std::max(1.0, 2 * degrees);
    while (chi_squared_above(high, degrees) > probability) {
        high *= 2;
    }
    for (int k = 0; k < 200 && high - low > 1e-15 * high; ++k) {
        const double middle = (low + high) / 2;
        (chi_squared_above(middle, degrees) > probability ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace ranvier::numerics
