#include "ranvier/meeg/inverse/resolution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "ranvier/base/error.hpp"
#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

constexpr std::array<const char*, 6> names{"peak_err", "cog_err", "sd_ext", "maxrad_ext", "peak_amp", "sum_amp"};

/// Lengths over the rows of each source.
Array<double, 2> lengths(View<const double, 2> matrix) {
    const index rows = matrix.extent(0), columns = matrix.extent(1);
    require(columns > 0 && rows >= columns && rows % columns == 0,
            "a resolution matrix must have as many rows as columns, or a multiple; got ", rows, " and ", columns);
    const index per = rows / columns;
    Array<double, 2> out({columns, columns});
    for (index s = 0; s < columns; ++s) {
        for (index c = 0; c < columns; ++c) {
            double sum = 0;
            for (index a = 0; a < per; ++a) {
                sum += matrix(per * s + a, c) * matrix(per * s + a, c);
            }
            out(s, c) = std::sqrt(sum);
        }
    }
    return out;
}

double squared_distance(View<const double, 2> places, index a, index b) {
    double sum = 0;
    for (index c = 0; c < 3; ++c) {
        sum += (places(a, c) - places(b, c)) * (places(a, c) - places(b, c));
    }
    return sum;
}

double metric_of(const std::vector<double>& a, View<const double, 2> places, index at, ResolutionMetric metric,
                 double threshold) {
    const index n = std::ssize(a);
    const index peak = std::ranges::max_element(a) - a.begin();
    double sum = 0, weighted = 0;
    switch (metric) {
        case ResolutionMetric::peak_error: return std::sqrt(squared_distance(places, at, peak));
        case ResolutionMetric::centre_error: {
            std::array<double, 3> centre{};
            for (index k = 0; k < n; ++k) {
                sum += a[static_cast<std::size_t>(k)];
                for (index c = 0; c < 3; ++c) {
                    centre[static_cast<std::size_t>(c)] += a[static_cast<std::size_t>(k)] * places(k, c);
                }
            }
            for (index c = 0; c < 3; ++c) {
                const double d = centre[static_cast<std::size_t>(c)] / sum - places(at, c);
                weighted += d * d;
            }
            return std::sqrt(weighted);
        }
        case ResolutionMetric::deviation:
            for (index k = 0; k < n; ++k) {
                const double power = a[static_cast<std::size_t>(k)] * a[static_cast<std::size_t>(k)];
                sum += power;
                weighted += power * squared_distance(places, at, k);
            }
            return std::sqrt(weighted / sum);
        case ResolutionMetric::largest_radius:
            for (index k = 0; k < n; ++k) {
                if (a[static_cast<std::size_t>(k)] > threshold * a[static_cast<std::size_t>(peak)]) {
                    weighted = std::max(weighted, squared_distance(places, at, k));
                }
            }
            return std::sqrt(weighted);
        case ResolutionMetric::peak_amplitude: return a[static_cast<std::size_t>(peak)];
        case ResolutionMetric::summed_amplitude:
            for (const double x : a) {
                sum += x;
            }
            return sum;
    }
    return 0;
}

}  // namespace

ResolutionMetric metric_named(const std::string& name) {
    const auto at = std::ranges::find(names, name);
    require(at != names.end(), '"', name,
            "\" is not a recognized metric: use one of peak_err, cog_err, sd_ext, "
            "maxrad_ext, peak_amp, sum_amp");
    return static_cast<ResolutionMetric>(at - names.begin());
}

std::vector<double> resolution_metric(View<const double, 2> matrix, View<const double, 2> places, bool by_rows,
                                      ResolutionMetric metric, double threshold) {
    const bool relative = metric == ResolutionMetric::peak_amplitude || metric == ResolutionMetric::summed_amplitude;
    Array<double, 2> square;
    if (matrix.extent(0) != matrix.extent(1) && !relative) {
        require(metric == ResolutionMetric::peak_error || metric == ResolutionMetric::centre_error,
                "extents need a resolution matrix with one row for each source; got ", matrix.extent(0), " rows and ",
                matrix.extent(1), " columns");
        square = lengths(matrix);
        matrix = square;
    }
    if (by_rows) {
        matrix = matrix.transposed();
    }
    const index n = matrix.extent(1);
    require(relative || (places.extent(0) == n && matrix.extent(0) == n && places.extent(1) == 3),
            "a resolution matrix must have a row and a column for each of the ", places.extent(0),
            " sources; got shape (", matrix.extent(0), ", ", n, ")");
    std::vector<double> out(static_cast<std::size_t>(n));
    parallel_for(n, [&](index c) {
        std::vector<double> column(static_cast<std::size_t>(matrix.extent(0)));
        for (index k = 0; k < matrix.extent(0); ++k) {
            column[static_cast<std::size_t>(k)] = std::abs(matrix(k, c));
        }
        out[static_cast<std::size_t>(c)] = metric_of(column, places, c, metric, threshold);
    });
    if (relative) {
        const double largest = *std::ranges::max_element(out);
        for (double& x : out) {
            x /= largest;
        }
    }
    return out;
}

Principal principal_columns(View<const double, 2> columns, index count) {
    const numerics::Svd parts = numerics::svd(columns);
    count = std::min(count, std::ssize(parts.s));
    Principal out;
    out.columns = Array<double, 2>({columns.extent(0), count});
    double all = 0;
    for (const double s : parts.s) {
        all += s * s;
    }
    for (index k = 0; k < count; ++k) {
        const double s = parts.s[static_cast<std::size_t>(k)];
        out.shares.push_back(100 * s * s / all);
        for (index i = 0; i < columns.extent(0); ++i) {
            out.columns(i, k) = parts.U(i, k);
        }
    }
    return out;
}

}  // namespace ranvier::meeg
