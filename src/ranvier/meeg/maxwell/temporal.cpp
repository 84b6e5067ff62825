#include "ranvier/meeg/maxwell/temporal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "ranvier/numerics/gemm.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

/// Right singular vectors as rows and what makes them of the rows of a: vectors = combinations · a. Those that rounding
/// has made are left out.
struct Orthonormal {
    Array<double, 2> vectors, combinations;
};
Orthonormal orthonormal(const Array<double, 2>& a, index samples) {
    auto svd = numerics::svd(a);
    const double limit = static_cast<double>(std::max(samples, a.extent(0))) * std::numeric_limits<double>::epsilon() *
                         (svd.s.empty() ? 0 : svd.s.front());
    const index rank = std::ranges::count_if(svd.s, [&](double s) { return s > limit; });
    Orthonormal out{Array<double, 2>({rank, a.extent(1)}), Array<double, 2>({rank, a.extent(0)})};
    for (index r = 0; r < rank; ++r) {
        std::ranges::copy(svd.Vt.view().row(r), out.vectors.view().row(r).begin());
        for (index k = 0; k < a.extent(0); ++k) {
            out.combinations(r, k) = svd.U(k, r) / svd.s[static_cast<std::size_t>(r)];
        }
    }
    return out;
}

}  // namespace

Array<double, 2> left_factor(const Samples& x) {
    const index n = x.channels;
    Array<double, 2> all = scatter_of(x, 0, x.n).products, out({n, n});
    // Rows of one length, since units differ.
    std::vector<double> length;
    for (index k = 0; k < n; ++k) {
        length.push_back(all(k, k) > 0 ? std::sqrt(all(k, k)) : 1);
    }
    for (index i = 0; i < n; ++i) {
        for (index k = 0; k < n; ++k) {
            all(i, k) /= length[static_cast<std::size_t>(i)] * length[static_cast<std::size_t>(k)];
        }
    }
    const auto eigen = numerics::symmetric_eigen(all);
    const double largest = eigen.values.empty() ? 0 : eigen.values.back();
    if (!(largest > 0)) {
        return out;
    }
    const double least = static_cast<double>(n) * std::numeric_limits<double>::epsilon() * largest;
    const bool plain = eigen.values.front() > 1e-7 * largest;
    Array<double, 2> whitening({n, n}), back({n, n});
    for (index k = 0; k < n; ++k) {  // strongest first
        const double size = std::sqrt(std::max(eigen.values[static_cast<std::size_t>(k)], least));
        for (index c = 0; c < n; ++c) {
            whitening(n - 1 - k, c) = eigen.vectors(c, k) / (size * length[static_cast<std::size_t>(c)]);
            back(c, n - 1 - k) = eigen.vectors(c, k) * size * length[static_cast<std::size_t>(c)];
        }
    }
    if (plain) {
        return back;
    }
    const Array<double, 2> small = numerics::semidefinite_root(scatter_of(x, 0, x.n, &whitening).products);
    numerics::gemm(false, false, n, n, n, 1.0, back.data(), n, small.data(), n, 0.0, out.data(), n);
    return out;
}

Array<double, 2> common_courses(const Array<double, 2>& a, const Array<double, 2>& b, index samples,
                                double correlation) {
    const Orthonormal in = orthonormal(a, samples), rest = orthonormal(b, samples);
    const index n_in = in.vectors.extent(0), n_rest = rest.vectors.extent(0), n = a.extent(1);
    if (n_in == 0 || n_rest == 0) {
        return Array<double, 2>({0, b.extent(0)});
    }
    Array<double, 2> cosines({n_in, n_rest});
    numerics::gemm(false, true, n_in, n_rest, n, 1.0, in.vectors.data(), n, rest.vectors.data(), n, 0.0, cosines.data(),
                   n_rest);
    const auto svd = numerics::svd(cosines);
    const index common = std::ranges::count_if(svd.s, [&](double s) { return s >= correlation; });
    Array<double, 2> out({common, b.extent(0)});
    numerics::gemm(false, false, common, b.extent(0), n_rest, 1.0, svd.Vt.data(), n_rest, rest.combinations.data(),
                   b.extent(0), 0.0, out.data(), b.extent(0));
    return out;
}

std::vector<Window> windows_of(index n_samples, index length, bool overlapping) {
    if (overlapping && length % 2 == 1) {
        length += length < n_samples ? 1 : -1;
    }
    overlapping = overlapping && length > 1;
    const index step = overlapping ? length / 2 : std::max<index>(length, 1);
    length = std::max<index>(length, 1);
    std::vector<Window> windows;
    for (index start = 0; start + length <= n_samples; start += step) {
        windows.push_back({start, start + length, std::vector<double>(static_cast<std::size_t>(length), 1)});
        for (index k = 0; k < length && overlapping; ++k) {
            windows.back().weights[static_cast<std::size_t>(k)] =
                0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length));
        }
    }
    if (windows.empty()) {
        return windows;
    }
    windows.back().stop = n_samples;
    windows.back().weights.resize(static_cast<std::size_t>(n_samples - windows.back().start), 1);
    // The halves that have no neighbour.
    std::fill_n(windows.front().weights.begin(), overlapping ? step : 0, 1);
    std::fill(windows.back().weights.begin() + (overlapping ? step : 0), windows.back().weights.end(), 1);
    return windows;
}

}  // namespace ranvier::meeg
