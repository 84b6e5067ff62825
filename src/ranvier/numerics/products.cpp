#include "ranvier/numerics/products.hpp"

#include <algorithm>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/kernels/product_kernels.hpp"

namespace ranvier::numerics {

namespace {

/// Samples that are multiplied with themselves at once: they stay in the second cache.
index squared(index channels) { return std::clamp<index>((index{48} << 10) / channels / 8 * 8, 64, 256); }

index padded(index n, index step) { return (n + step - 1) / step * step; }

}  // namespace

SamplePanels::SamplePanels(index rows, index n) : rows_(padded(rows, chosen_product_kernels().lanes)) {
    values_ = Array<double, 1>({rows_ * padded(n, chosen_product_kernels().columns)});
}

void SamplePanels::take(std::span<const double* const> rows, index n) {
    const auto& kernels = chosen_product_kernels();
    ensure(std::ssize(rows) <= rows_ && rows_ * padded(n, kernels.columns) <= values_.extent(0), "samples have room");
    n_ = n;
    kernels.pack(std::ssize(rows), n, rows.data(), values_.data(), rows_ * kernels.columns);
}

void SamplePanels::take_transposed(View<const double, 2> samples) {
    const auto& kernels = chosen_product_kernels();
    const index n = samples.extent(0), rows = samples.extent(1), whole = padded(n, kernels.columns);
    ensure(rows == rows_ && rows % 8 == 0 && rows_ * whole <= values_.extent(0), "samples have room");
    n_ = n;
    std::vector<const double*> from;
    for (index k = 0; k < whole; ++k) {  // spare ones repeat the last
        from.push_back(samples.row(std::min(k, n - 1)).data());
    }
    std::vector<double> sums(static_cast<std::size_t>(whole));
    kernels.transpose(whole, rows, from.data(), values_.data(), sums.data());
}

void SamplePanels::give(std::span<double* const> rows) const {
    ensure(std::ssize(rows) <= rows_, "rows that are given are there");
    chosen_product_kernels().unpack(std::ssize(rows), n_, values_.data(), rows_ * chosen_product_kernels().columns,
                                    rows.data());
}

bool SamplePanels::finite() const {
    const index columns = chosen_product_kernels().columns, count = padded(n_, columns) * rows_;
    // Lanes of their own, which compilers turn into vectors: each is 0, or NaN.
    constexpr index lanes = 8;
    double stain[lanes] = {};
    const double* x = values_.data();
    for (index t = 0; t + lanes <= count; t += lanes) {
        for (index l = 0; l < lanes; ++l) {
            stain[l] += x[t + l] * 0;
        }
    }
    for (index t = count / lanes * lanes; t < count; ++t) {
        stain[0] += x[t] * 0;
    }
    return std::ranges::all_of(stain, [](double s) { return s == 0; });
}

void SamplePanels::mix(const SamplePanels& right, std::span<const double> shares) {
    ensure(rows_ == right.rows_ && n_ == right.n_ && std::ssize(shares) == n_,
           "samples that are mixed belong together");
    const index columns = chosen_product_kernels().columns;
    for (index first = 0; first < n_; first += columns) {
        const index count = std::min(columns, n_ - first);
        for (index r = 0; r < rows_; ++r) {
            double* a = values_.data() + first * rows_ + r * columns;
            const double* b = right.values_.data() + first * rows_ + r * columns;
            const double* share = shares.data() + first;
            for (index t = 0; t < count; ++t) {
                a[t] = share[t] * a[t] + (1 - share[t]) * b[t];
            }
        }
    }
}

PackedMatrix::PackedMatrix(View<const double, 2> a) : rows_(a.extent(0)), columns_(a.extent(1)) {
    const index lanes = chosen_product_kernels().lanes;
    tiles_ = Array<double, 1>({padded(rows_, lanes) * columns_});
    for (index r = 0; r < rows_; ++r) {
        double* tile = tiles_.data() + r / lanes * lanes * columns_ + r % lanes;
        for (index k = 0; k < columns_; ++k) {
            tile[k * lanes] = a(r, k);
        }
    }
}

void PackedMatrix::multiply(const SamplePanels& x, SamplePanels& out) const {
    const auto& kernels = chosen_product_kernels();
    const index tiles = padded(rows_, kernels.lanes) / kernels.lanes;
    ensure(columns_ <= x.rows_ && tiles * kernels.lanes <= out.rows_, "a product has the shapes of its factors");
    ensure(out.rows_ * padded(x.n_, kernels.columns) <= out.values_.extent(0), "a product has room");
    out.n_ = x.n_;
    for (index first = 0; first < x.n_; first += kernels.columns) {
        kernels.multiply(tiles, columns_, tiles_.data(), x.values_.data() + first * x.rows_,
                         out.values_.data() + first * out.rows_);
    }
}

void add_product(double factor, const PackedMatrix& a, const SamplePanels& b, View<double, 2> c) {
    const auto& kernels = chosen_product_kernels();
    const index tiles = padded(a.rows_, kernels.lanes) / kernels.lanes;
    ensure(a.columns_ <= b.rows_ && c.extent(0) == a.rows_ && c.extent(1) == b.n_, "a product has its factors' shape");
    Array<double, 1> panel({tiles * kernels.lanes * kernels.columns});
    for (index first = 0; first < b.n_; first += kernels.columns) {
        kernels.multiply(tiles, a.columns_, a.tiles_.data(), b.values_.data() + first * b.rows_, panel.data());
        kernels.add(a.rows_, std::min<index>(kernels.columns, b.n_ - first), panel.data(), factor, &c(0, first),
                    c.stride(0));
    }
}

void add_product(double factor, View<const double, 2> a, const SamplePanels& b, View<double, 2> c) {
    constexpr index rows = 128;  // which stay in the second cache while all panels pass
    parallel_for((a.extent(0) + rows - 1) / rows, [&](index p) {
        const index first = p * rows, end = std::min(a.extent(0), first + rows);
        add_product(factor, PackedMatrix(a.slice(0, first, end)), b, c.slice(0, first, end));
    });
}

index samples_in_cache(index rows) {
    constexpr index numbers = index{40} << 10;
    const index columns = chosen_product_kernels().columns;
    return std::clamp<index>(numbers / std::max<index>(rows, 1) / columns, 2, 64) * columns;
}

SampleProducts::SampleProducts(index channels)
    : channels_(channels),
      padded_(padded(channels, chosen_product_kernels().columns)),
      squared_(squared(std::max<index>(padded_, 1))),
      products_({padded_, padded_}),
      sums_({padded_}),
      groups_({padded_ * squared_}),
      rows_(static_cast<std::size_t>(padded_)) {}

void SampleProducts::add(View<const double, 2> x) {
    std::vector<const double*> rows;
    for (index c = 0; c < x.extent(0); ++c) {
        rows.push_back(x.row(c).data());
    }
    add(rows, x.extent(1));
}

void SampleProducts::add(std::span<const double* const> rows, index n) {
    ensure(std::ssize(rows) == channels_, "samples have as many channels as their products");
    const auto& kernels = chosen_product_kernels();
    for (index first = 0; first < n && channels_ > 0; first += squared_) {
        const index count = std::min(squared_, n - first);
        for (index c = 0; c < padded_; ++c) {  // spare rows of a tile give products that nobody reads
            rows_[static_cast<std::size_t>(c)] = rows[static_cast<std::size_t>(std::min(c, channels_ - 1))] + first;
        }
        kernels.transpose(channels_, count, rows_.data(), groups_.data(), sums_.data());
        kernels.square(channels_, count, groups_.data(), products_.data(), padded_);
    }
}

void SampleProducts::lower(View<double, 2> out) const {
    for (index i = 0; i < channels_; ++i) {
        std::copy_n(&products_(i, 0), i + 1, &out(i, 0));
    }
}

}  // namespace ranvier::numerics
