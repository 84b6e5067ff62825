#include "ranvier/numerics/filter_response.hpp"

#include <cmath>
#include <complex>
#include <numbers>

namespace ranvier::numerics {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;

TransferFunction transfer_function(std::span<const Section> sections) {
    TransferFunction result{{1}, {1}};
    const auto times = [](std::vector<double>& polynomial, double c0, double c1, double c2) {
        std::vector<double> product(polynomial.size() + 2);
        for (std::size_t k = 0; k < polynomial.size(); ++k) {
            product[k] += c0 * polynomial[k];
            product[k + 1] += c1 * polynomial[k];
            product[k + 2] += c2 * polynomial[k];
        }
        polynomial = std::move(product);
    };
    for (const Section& s : sections) {
        times(result.b, s[0], s[1], s[2]);
        times(result.a, s[3], s[4], s[5]);
    }
    while (result.b.size() > 1 && result.b.back() == 0 && result.a.back() == 0) {  // of an odd order
        result.b.pop_back();
        result.a.pop_back();
    }
    return result;
}

double amplitude_at(std::span<const double> h, double f, double sfreq) {
    Complex sum = 0;
    for (std::size_t j = 0; j < h.size(); ++j) {
        sum += h[j] * std::polar(1.0, -2 * pi * f / sfreq * static_cast<double>(j));
    }
    return std::abs(sum);
}

double amplitude_at(std::span<const Section> sections, double f, double sfreq) {
    const Complex back = std::polar(1.0, -2 * pi * f / sfreq);
    Complex response = 1;
    for (const Section& s : sections) {
        response *= transfer(s, back);
    }
    return std::abs(response);
}

}  // namespace ranvier::numerics
