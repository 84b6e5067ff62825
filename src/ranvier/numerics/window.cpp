#include "ranvier/numerics/window.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "ranvier/base/near_miss.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::numerics {

namespace {

constexpr double pi = std::numbers::pi;

/// Σ a_k cos(k θ) over one period of θ from −π to π, as the classical windows are defined.
std::vector<double> cosine_sum(const std::vector<double>& a, index n) {
    std::vector<double> w(n);
    for (index j = 0; j < n; ++j) {
        const double theta = -pi + 2 * pi * static_cast<double>(j) / static_cast<double>(n - 1);
        for (std::size_t k = 0; k < a.size(); ++k) {
            w[j] += a[k] * std::cos(static_cast<double>(k) * theta);
        }
    }
    return w;
}

// D'Antona & Ferrero 2006, doi:10.1007/0-387-28666-7, equation 3.3.
const std::vector<double> flat_top{0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368};

/// A triangle over n samples that is 0 width / 2 samples from its middle.
std::vector<double> triangle(index n, index width) {
    std::vector<double> w(n);
    for (index j = 0; j < n; ++j) {
        w[j] = 1 - std::abs(static_cast<double>(2 * j - (n - 1))) / static_cast<double>(width);
    }
    return w;
}

std::vector<double> half_wave(index n) {
    std::vector<double> w(n);
    for (index j = 0; j < n; ++j) {
        w[j] = std::sin(pi * (static_cast<double>(j) + 0.5) / static_cast<double>(n));
    }
    return w;
}

std::vector<double> kaiser(index n, double beta) {
    std::vector<double> w(n);
    const double alpha = static_cast<double>(n - 1) / 2;
    const double scale = std::cyl_bessel_i(0.0, beta);
    for (index j = 0; j < n; ++j) {
        const double t = (static_cast<double>(j) - alpha) / alpha;
        w[j] = std::cyl_bessel_i(0.0, beta * std::sqrt(std::max(0.0, 1 - t * t))) / scale;
    }
    return w;
}

/// Energy share of v inside the band |f| < W: the eigenvalue of the matrix sin(2πW(i − j)) / π(i − j), read off at the
/// largest element of its eigenvector v. One row of the matrix is enough because v is an eigenvector already.
double concentration(std::span<const double> v, double W) {
    const index n = std::ssize(v);
    const index at = std::ranges::max_element(v, {}, [](double x) { return std::abs(x); }) - v.begin();
    double sum = 0;
    for (index j = 0; j < n; ++j) {
        const double lag = static_cast<double>(at - j);
        sum += v[j] * (lag == 0 ? 2 * W : std::sin(2 * pi * W * lag) / (pi * lag));
    }
    return sum / v[at];
}

void set_sign(std::span<double> v, bool even) {
    double decides = 0;
    if (even) {
        decides = std::accumulate(v.begin(), v.end(), 0.0);
    } else {
        // The first element that stands above the rounding of a smooth sequence's onset.
        const double threshold = std::max(1e-7, 1.0 / static_cast<double>(v.size()));
        const auto lobe = std::ranges::find_if(v, [&](double x) { return x * x > threshold; });
        decides = lobe != v.end() ? *lobe : 0;
    }
    for (double& x : v) {
        x = decides < 0 ? -x : x;
    }
}

}  // namespace

std::vector<double> window(const std::string& name, index n, bool symmetric, double beta) {
    require(n >= 1, "a window needs at least one sample; got ", n);
    const std::vector<std::string> names{"boxcar",   "triang",  "bartlett",       "cosine",  "hann",  "hamming",
                                         "blackman", "nuttall", "blackmanharris", "flattop", "kaiser"};
    require(std::ranges::find(names, name) != names.end(),
            "window must be one of boxcar, triang, bartlett, cosine, hann, hamming, blackman, nuttall, blackmanharris, "
            "flattop, "
            "kaiser; got '",
            name, "'", [&] { return did_you_mean(name, names); });
    require(beta >= 0, "beta of a Kaiser window must be >= 0; got ", beta);
    if (n == 1 || name == "boxcar") {
        return std::vector<double>(n, 1.0);
    }
    const index length = symmetric ? n : n + 1;
    std::vector<double> w = name == "kaiser"     ? kaiser(length, beta)
                            : name == "triang"   ? triangle(length, length + length % 2)
                            : name == "bartlett" ? triangle(length, length - 1)
                            : name == "cosine"   ? half_wave(length)
                            : name == "hann"     ? cosine_sum({0.5, 0.5}, length)
                            : name == "hamming"  ? cosine_sum({0.54, 0.46}, length)
                            : name == "blackman" ? cosine_sum({0.42, 0.50, 0.08}, length)
                            : name == "nuttall"  ? cosine_sum({0.3635819, 0.4891775, 0.1365995, 0.0106411}, length)
                            : name == "blackmanharris" ? cosine_sum({0.35875, 0.48829, 0.14128, 0.01168}, length)
                                                       : cosine_sum(flat_top, length);
    w.resize(n);
    return w;
}

Tapers dpss(index n, double half_nbw, index k, bool low_bias, bool symmetric) {
    require(n >= 1, "dpss: a taper needs at least one sample; got ", n);
    Tapers result;
    if (n == 1) {
        result.tapers = Array<double, 2>({1, 1});
        result.tapers(0, 0) = 1;
        result.ratios = {1};
        return result;
    }
    require(k >= 1 && k <= n, "dpss: the number of tapers must be in [1, ", n, "]; got ", k);
    require(half_nbw > 0 && half_nbw < static_cast<double>(n) / 2,
            "dpss: half_nbw must be > 0 and below half the length, ", static_cast<double>(n) / 2, "; got ", half_nbw);
    const index length = symmetric ? n : n + 1;
    const double size = static_cast<double>(length);
    const double W = half_nbw / size;
    // The tridiagonal matrix that commutes with the concentration matrix and has the well separated eigenvalues.
    std::vector<double> diagonal(length), off(length - 1);
    for (index j = 0; j < length; ++j) {
        const double t = (size - 1 - 2 * static_cast<double>(j)) / 2;
        diagonal[j] = t * t * std::cos(2 * pi * W);
    }
    for (index j = 1; j < length; ++j) {
        off[j - 1] = static_cast<double>(j) * (size - static_cast<double>(j)) / 2;
    }
    const Eigen pairs = tridiagonal_eigen(diagonal, off, length - k, length - 1);
    Array<double, 2> rows({k, length});
    std::vector<double> ratios(k);
    for (index order = 0; order < k; ++order) {
        copy(pairs.vectors.view().transposed()[k - 1 - order], rows.view()[order]);
        set_sign(rows.view().row(order), order % 2 == 0);
        ratios[order] = concentration(rows.view().row(order), W);
    }
    std::vector<index> kept;
    for (index order = 0; order < k; ++order) {
        if (!low_bias || ratios[order] > 0.9) {
            kept.push_back(order);
        }
    }
    if (kept.empty()) {
        kept.push_back(std::ranges::max_element(ratios) - ratios.begin());
    }
    result.tapers = Array<double, 2>({std::ssize(kept), n});
    for (index i = 0; i < std::ssize(kept); ++i) {
        std::copy_n(&rows(kept[i], 0), n, &result.tapers(i, 0));
        result.ratios.push_back(ratios[kept[i]]);
    }
    return result;
}

}  // namespace ranvier::numerics
