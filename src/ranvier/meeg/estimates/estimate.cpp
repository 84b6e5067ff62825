#include "ranvier/meeg/estimates/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "ranvier/base/text.hpp"
#include "ranvier/numerics/linalg.hpp"

namespace ranvier::meeg {

namespace {

std::size_t at(index k) { return static_cast<std::size_t>(k); }

Array<double, 2> picked_rows(View<const double, 2> from, const std::vector<index>& rows) {
    Array<double, 2> made({std::ssize(rows), from.extent(1)});
    for (index k = 0; k < std::ssize(rows); ++k) {
        require(rows[at(k)] >= 0 && rows[at(k)] < from.extent(0), [&] {
            return "rows must be among the " + text_of(from.extent(0)) + " of the estimate; got " +
                   text_of(rows[at(k)]);
        });
        for (index j = 0; j < from.extent(1); ++j) {
            made(k, j) = from(rows[at(k)], j);
        }
    }
    return made;
}

/// What says how an estimate is about sources and times, without its numbers.
SourceEstimate shell_of(const SourceEstimate& estimate) {
    SourceEstimate made;
    made.vertices = estimate.vertices;
    made.vector = estimate.vector;
    made.complex = estimate.complex;
    made.tmin = estimate.tmin;
    made.tstep = estimate.tstep;
    made.subject = estimate.subject;
    return made;
}

Array<double, 2> columns(View<const double, 2> from, index begin, index end) {
    return Array<double, 2>(from.slice(1, begin, end));
}

}  // namespace

index SourceEstimate::n_vertices() const {
    index n = 0;
    for (const auto& list : vertices) {
        n += std::ssize(list);
    }
    return n;
}

void check(const SourceEstimate& estimate) {
    for (const auto& list : estimate.vertices) {
        for (std::size_t k = 0; k < list.size(); ++k) {
            require(list[k] >= 0 && (k == 0 || list[k] > list[k - 1]), [&] {
                return "vertices must rise, from 0 on; number " + text_of(k) + " is " +
                       text_of(list[k]);
            });
        }
    }
    const index wanted = estimate.n_vertices() * (estimate.vector ? 3 : 1);
    require(estimate.n_rows() == wanted, [&] {
        return "Number of vertices (" + text_of(estimate.n_vertices()) + ") and rows of the data must match" +
               (estimate.vector ? ", three rows for each" : "") + "; got " + text_of(estimate.n_rows()) + " rows";
    });
    require(!estimate.complex || estimate.n_columns() % 2 == 0, "complex numbers must have two columns for each time");
    require(estimate.formed() || estimate.kernel.extent(1) == estimate.sensor_data.extent(0), [&] {
        return "kernel (" + text_of(estimate.kernel.extent(0)) + ", " + text_of(estimate.kernel.extent(1)) +
               ") and sens_data (" + text_of(estimate.sensor_data.extent(0)) + ", " +
               text_of(estimate.sensor_data.extent(1)) + ") have invalid dimensions";
    });
}

void form(SourceEstimate& estimate) {
    if (!estimate.formed()) {
        estimate.data = numerics::matmul(estimate.kernel, estimate.sensor_data);
        estimate.kernel = {};
        estimate.sensor_data = {};
    }
}

Array<double, 2> rows_of(const SourceEstimate& estimate, const std::vector<index>& rows) {
    if (estimate.formed()) {
        return picked_rows(estimate.data, rows);
    }
    return numerics::matmul(picked_rows(estimate.kernel, rows), estimate.sensor_data);
}

Array<double, 2> weighted_rows(const SourceEstimate& estimate, const numerics::SparseMatrix& weights) {
    if (estimate.formed()) {
        return numerics::product(weights, estimate.data);
    }
    return numerics::matmul(numerics::product(weights, estimate.kernel), estimate.sensor_data);
}

SourceEstimate picked(const SourceEstimate& estimate, const std::vector<index>& positions) {
    SourceEstimate made = shell_of(estimate);
    std::vector<index> rows;
    for (const index p : positions) {
        require(p >= 0 && p < estimate.n_vertices() && (rows.empty() || p > rows.back() / (estimate.vector ? 3 : 1)),
                [&] {
                    return "positions of vertices must rise and be among the " + text_of(estimate.n_vertices()) +
                           "; got " + text_of(p);
                });
        for (index c = 0; c < (estimate.vector ? 3 : 1); ++c) {
            rows.push_back(estimate.vector ? 3 * p + c : p);
        }
    }
    index begin = 0;
    for (std::size_t k = 0; k < estimate.vertices.size(); ++k) {
        const index end = begin + std::ssize(estimate.vertices[k]);
        made.vertices[k].clear();
        for (const index p : positions) {
            if (p >= begin && p < end) {
                made.vertices[k].push_back(estimate.vertices[k][at(p - begin)]);
            }
        }
        begin = end;
    }
    if (estimate.formed()) {
        made.data = picked_rows(estimate.data, rows);
    } else {
        made.kernel = picked_rows(estimate.kernel, rows);
        made.sensor_data = estimate.sensor_data;
        if (rows.empty()) {  // an empty kernel says that data are formed
            made.data = Array<double, 2>({0, estimate.n_columns()});
        }
    }
    return made;
}

SourceEstimate mapped(const SourceEstimate& estimate, const numerics::SparseMatrix& matrix,
                      std::vector<std::vector<index>> vertices) {
    SourceEstimate made = shell_of(estimate);
    made.vertices = std::move(vertices);
    require(matrix.rows == made.n_vertices() && matrix.columns == estimate.n_vertices(), [&] {
        return "a map of shape (" + text_of(matrix.rows) + ", " + text_of(matrix.columns) + ") does not lead from " +
               text_of(estimate.n_vertices()) + " vertices to " + text_of(made.n_vertices());
    });
    const index components = estimate.vector ? 3 : 1;
    std::vector<numerics::SparseEntry> entries;
    for (index row = 0; estimate.vector && row < matrix.rows; ++row) {
        for (std::size_t k = 0; k < matrix.columns_in(row).size(); ++k) {
            for (index c = 0; c < components; ++c) {
                entries.push_back({static_cast<std::int32_t>(row * components + c),
                                   static_cast<std::int32_t>(matrix.columns_in(row)[k] * components + c),
                                   matrix.values_in(row)[k]});
            }
        }
    }
    const numerics::SparseMatrix whole =
        estimate.vector ? numerics::sparse(matrix.rows * components, matrix.columns * components, entries) : matrix;
    if (estimate.formed() || whole.rows == 0) {
        made.data =
            estimate.formed() ? numerics::product(whole, estimate.data) : Array<double, 2>({0, estimate.n_columns()});
    } else {
        made.kernel = numerics::product(whole, estimate.kernel);
        made.sensor_data = estimate.sensor_data;
    }
    check(made);
    return made;
}

void crop(SourceEstimate& estimate, index begin, index end) {
    require(begin >= 0 && begin < end && end <= estimate.n_times(), [&] {
        return "times to keep must be among the " + text_of(estimate.n_times()) + "; got [" + text_of(begin) + ", " +
               text_of(end) + ")";
    });
    Array<double, 2>& samples = estimate.formed() ? estimate.data : estimate.sensor_data;
    const index width = estimate.complex ? 2 : 1;
    samples = columns(samples, begin * width, end * width);
    estimate.tmin += static_cast<double>(begin) * estimate.tstep;
}

void scale(SourceEstimate& estimate, double factor) {
    // Not the kernel, which estimates of several epochs share.
    Array<double, 2>& numbers = estimate.formed() ? estimate.data : estimate.sensor_data;
    std::for_each(numbers.data(), numbers.data() + numbers.size(), [&](double& x) { x *= factor; });
}

SourceEstimate summed(const SourceEstimate& estimate) {
    SourceEstimate made = shell_of(estimate);
    const index width = estimate.complex ? 2 : 1;
    const auto sums = [&](View<const double, 2> samples) {
        Array<double, 2> sum({samples.extent(0), width});
        for (index k = 0; k < samples.extent(0); ++k) {
            for (index t = 0; t < samples.extent(1); ++t) {
                sum(k, t % width) += samples(k, t);
            }
        }
        return sum;
    };
    made.data = estimate.formed() ? sums(estimate.data) : numerics::matmul(estimate.kernel, sums(estimate.sensor_data));
    const double length = estimate.tstep * static_cast<double>(estimate.n_times());
    made.tmin = (estimate.tmin + (estimate.tmin + length)) / 2;
    made.tstep = length;
    return made;
}

namespace {

/// Roots of sums of squares over `rows` rows and `columns` columns each.
SourceEstimate lengths(const SourceEstimate& estimate, index rows, index columns) {
    SourceEstimate whole = estimate;
    form(whole);
    SourceEstimate made = shell_of(estimate);
    made.vector = estimate.vector && rows == 1;
    made.complex = false;
    made.data = Array<double, 2>({whole.data.extent(0) / rows, whole.n_times()});
    for (index v = 0; v < made.data.extent(0); ++v) {
        for (index t = 0; t < made.data.extent(1); ++t) {
            double sum = 0;
            for (index r = 0; r < rows; ++r) {
                for (index c = 0; c < columns; ++c) {
                    const double x = whole.data(v * rows + r, t * columns + c);
                    sum += x * x;
                }
            }
            made.data(v, t) = rows * columns == 1 ? std::abs(whole.data(v, t)) : std::sqrt(sum);
        }
    }
    return made;
}

}  // namespace

SourceEstimate magnitude(const SourceEstimate& estimate) {
    require(estimate.vector, "a magnitude is that of vectors; these estimates have no directions");
    return lengths(estimate, 3, estimate.complex ? 2 : 1);
}

SourceEstimate absolute(const SourceEstimate& estimate) { return lengths(estimate, 1, estimate.complex ? 2 : 1); }

std::pair<index, index> peak(const SourceEstimate& estimate, index begin, index end, PeakMode mode) {
    require(estimate.n_vertices() > 0, "there must be vertices to find a peak of");
    require(begin >= 0 && begin < end && end <= estimate.n_times(), "there must be times to find a peak in");
    require(!estimate.complex || mode == PeakMode::largest,
            "complex numbers have no sign: mode must be \"abs\" to find their peak");
    const index width = estimate.complex ? 2 : 1;
    std::pair<index, index> best{-1, -1};
    double height = 0;
    const index block = 256, components = estimate.vector ? 3 : 1;
    for (index first = 0; first < estimate.n_vertices(); first += block) {
        const index n = std::min(block, estimate.n_vertices() - first);
        std::vector<index> rows(at(n * components));
        std::iota(rows.begin(), rows.end(), first * components);
        const Array<double, 2> numbers = rows_of(estimate, rows);
        for (index v = 0; v < n; ++v) {
            for (index t = begin; t < end; ++t) {
                double x = numbers(v * components, t * width);
                if (components * width > 1) {
                    double sum = 0;
                    for (index r = v * components; r < (v + 1) * components; ++r) {
                        for (index c = t * width; c < (t + 1) * width; ++c) {
                            sum += numbers(r, c) * numbers(r, c);
                        }
                    }
                    x = std::sqrt(sum);
                }
                const double up = mode == PeakMode::largest ? std::abs(x) : mode == PeakMode::most_negative ? -x : x;
                if (best.first < 0 || up > height) {
                    height = up;
                    best = {first + v, t};
                }
            }
        }
    }
    require(mode == PeakMode::largest || height > 0, [&] {
        return std::string("there is no ") + (mode == PeakMode::most_positive ? "positive" : "negative") +
               " value to be the peak; mode=\"abs\" takes the largest of any sign";
    });
    return best;
}

}  // namespace ranvier::meeg
