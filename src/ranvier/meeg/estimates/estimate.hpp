#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ranvier/meeg/anatomy/label.hpp"
#include "ranvier/meeg/anatomy/source_space.hpp"

namespace ranvier::meeg {

/// What sources do in time. Rows are sources, or three for each where they have directions (x, y, z): numbers, or a
/// kernel and the sensors' samples whose product they are, which is not formed before somebody asks for it. Complex
/// numbers are pairs of columns, the real and the imaginary part, so that products with a kernel are those of real ones.
struct SourceEstimate {
    std::vector<std::vector<index>> vertices;  ///< of each source space, rising
    bool vector = false;                       ///< three rows for each vertex
    bool complex = false;                      ///< two columns for each time
    double tmin = 0, tstep = 1;                // [s]
    std::optional<std::string> subject;
    Array<double, 2> data;         ///< shape (rows, times); empty where it is not formed
    Array<double, 2> kernel;       ///< shape (rows, sensors); empty where `data` is formed
    Array<double, 2> sensor_data;  ///< shape (sensors, times)

    bool formed() const { return kernel.empty(); }
    index n_vertices() const;
    index n_rows() const { return formed() ? data.extent(0) : kernel.extent(0); }
    index n_columns() const { return formed() ? data.extent(1) : sensor_data.extent(1); }
    index n_times() const { return n_columns() / (complex ? 2 : 1); }
};

/// Throws InvalidInput where an estimate contradicts itself.
void check(const SourceEstimate& estimate);
/// Forms the data, if they are not; the kernel is let go.
void form(SourceEstimate& estimate);
/// Some rows of the data, shape (rows, times), which is formed for them alone. @cost  O(rows · sensors · times)
Array<double, 2> rows_of(const SourceEstimate& estimate, const std::vector<index>& rows);
/// Weighted sums of rows: weights · data, without forming it. @param weights  shape (sums, rows)
Array<double, 2> weighted_rows(const SourceEstimate& estimate, const numerics::SparseMatrix& weights);

/// The estimate of some vertices, by their positions among all; as lazy as it was.
SourceEstimate picked(const SourceEstimate& estimate, const std::vector<index>& positions);
/// The estimate at other vertices, each a weighted sum over the vertices there are; as lazy as it was.
/// @param matrix  shape (other vertices, vertices)
SourceEstimate mapped(const SourceEstimate& estimate, const numerics::SparseMatrix& matrix,
                      std::vector<std::vector<index>> vertices);
/// Keeps times [begin, end).
void crop(SourceEstimate& estimate, index begin, index end);
/// Multiplies everything by a number; the samples, where data are not formed.
void scale(SourceEstimate& estimate, double factor);
/// The sum over times, as an estimate of one time as long as all, in the middle of them.
SourceEstimate summed(const SourceEstimate& estimate);
/// Length of each vertex' three numbers, or of its complex ones: real numbers. @throws InvalidInput  there are no directions
SourceEstimate magnitude(const SourceEstimate& estimate);
/// The absolute value of each complex number.
SourceEstimate absolute(const SourceEstimate& estimate);

enum class PeakMode { largest, most_positive, most_negative };
/// Position of the vertex and of the time [begin, end) at which the largest value is; of equal ones the first vertex.
/// Rows are formed in blocks, which are let go again. Directions count by their length.
/// @throws InvalidInput  no vertices or times; complex numbers, which have no sign; no positive or negative number where such a peak is wanted
std::pair<index, index> peak(const SourceEstimate& estimate, index begin, index end, PeakMode mode);

}  // namespace ranvier::meeg
