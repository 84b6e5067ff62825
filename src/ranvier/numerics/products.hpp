#pragma once

#include <span>
#include <vector>

#include "ranvier/base/array.hpp"

/// Products of a matrix with many samples, and of samples with themselves, on the calling thread. They are for matrices
/// of some tens to some hundreds of rows, where BLAS spends as much on laying numbers out as on multiplying them. Every
/// sum runs in one order, so that the bits don't depend on how samples are cut. NaN and infinity travel as arithmetic
/// says.
namespace ranvier::numerics {

class PackedMatrix;

/// Samples of some rows, laid out for products.
class SamplePanels {
public:
    SamplePanels() = default;
    /// Room for up to n samples of as many rows.
    SamplePanels(index rows, index n);

    /// Takes n samples of rows that begin at the pointers; as many as there is room for.
    void take(std::span<const double* const> rows, index n);
    /// The transpose of an array of shape (samples, rows), with a number of rows that is a multiple of 8.
    void take_transposed(View<const double, 2> samples);
    /// Writes the first rows.size() rows.
    void give(std::span<double* const> rows) const;
    index n() const { return n_; }
    /// Whether all of the rows, spare ones too, are finite.
    bool finite() const;
    /// left := share · left + (1 − share) · right, sample by sample.
    void mix(const SamplePanels& right, std::span<const double> shares);

private:
    friend class PackedMatrix;
    friend void add_product(double, const PackedMatrix&, const SamplePanels&, View<double, 2>);
    index rows_ = 0, n_ = 0;  // rows: of whole tiles
    Array<double, 1> values_;
};

/// A matrix, laid out once.
class PackedMatrix {
public:
    PackedMatrix() = default;
    explicit PackedMatrix(View<const double, 2> a);
    index rows() const { return rows_; }
    index columns() const { return columns_; }
    bool empty() const { return rows_ == 0; }
    /// out := a · x. @param x, out  have room for columns() and rows() rows
    /// @cost  2 rows columns samples operations
    void multiply(const SamplePanels& x, SamplePanels& out) const;

private:
    friend void add_product(double, const PackedMatrix&, const SamplePanels&, View<double, 2>);
    index rows_ = 0, columns_ = 0;
    Array<double, 1> tiles_;
};

/// c += factor · a · b. Fast where a has some hundreds of rows and columns: larger matrices are cut.
/// @param c  shape (a.rows(), b.n())
void add_product(double factor, const PackedMatrix& a, const SamplePanels& b, View<double, 2> c);
/// The same of a matrix of any number of rows, in parallel.
void add_product(double factor, View<const double, 2> a, const SamplePanels& b, View<double, 2> c);

/// How many samples of so many rows should be worked on at a time, so that they stay in the second cache.
index samples_in_cache(index rows);

/// Σ x xᵀ and Σ x over samples x, shape (channels).
class SampleProducts {
public:
    explicit SampleProducts(index channels);
    /// Adds samples, shape (channels, n), rows contiguous. @cost  channels² n operations
    void add(View<const double, 2> x);
    /// Adds n samples of rows that begin at the pointers.
    void add(std::span<const double* const> rows, index n);
    /// Writes the lower triangle.
    void lower(View<double, 2> out) const;
    std::span<const double> sums() const { return {sums_.data(), static_cast<std::size_t>(channels_)}; }

private:
    index channels_, padded_, squared_;
    Array<double, 2> products_;
    Array<double, 1> sums_, groups_;
    std::vector<const double*> rows_;
};

}  // namespace ranvier::numerics
