#pragma once

#include <vector>

#include "ranvier/learn/mlp.hpp"

namespace ranvier::learn {

/// Work space for passes of up to `capacity` samples through a net, and a gradient to sum into.
template <class T>
class NetPass {
public:
    NetPass(const NetShape& shape, index capacity, bool with_gradient);

    index capacity() const { return capacity_; }
    T* gradient() { return gradient_.data(); }
    void clear_gradient();
    /// Sample i of the pass: `row` must stay until backward() is done.
    void set_input(index i, const T* row) { rows_[0][i] = row; }
    /// Samples of the next pass, which backward() fetches into the cache.
    std::vector<const void*>& coming() { return coming_; }
    const T* output() const { return layers_.back().data(); }
    index output_ld() const { return layout_.ld.back(); }

    /// Passes m samples forward. `raw` leaves outputs that cross entropy compares as logits, for backward().
    void forward(const T* parameters, index m, bool raw);
    /// After forward(…, raw = true): adds the gradient of Σ weight · loss; returns that sum.
    /// @param transposed  W_lᵀ of all layers but the first, as transpose() writes them
    double backward(const T* transposed, index m, const std::int32_t* labels, const T* targets, const T* weights);

private:
    /// c = a · b, or aᵀ · b, plus c where `accumulate`, with a given by its rows.
    void product(bool transpose, index m, index n, index k, const T* const* rows, index lda, const T* b, index ldb,
                 bool accumulate, T* c, index ldc, Finish<T> finish = {}, Coming coming = {});
    bool by_logits() const { return shape_.loss == Loss::log || shape_.loss == Loss::poisson; }
    double output_delta(index m, const std::int32_t* labels, const T* targets, const T* weights);

    NetShape shape_;
    NetLayout layout_;
    index capacity_;
    bool fresh_ = true;
    std::vector<Array<T, 2>> layers_;          ///< of the input only where it must lie in one block
    std::vector<Array<T, 2>> deltas_;          ///< none of the input
    std::vector<std::vector<const T*>> rows_;  ///< of each layer
    std::vector<std::vector<const T*>> deltas_rows_;
    std::vector<const void*> coming_;
    bool gathers_ = false;  ///< the input is copied, for BLAS
    Array<T, 1> gradient_, no_bias_;
};

/// Weights of the layers after the first, each transposed: (outputs, padded inputs), one after another.
template <class T>
class Transposed {
public:
    explicit Transposed(const NetShape& shape);
    const T* update(const T* parameters);

private:
    NetShape shape_;
    NetLayout layout_;
    Array<T, 1> block_;
};

/// Where layer l begins in such a block.
template <class T>
index transposed_begin(const NetShape& shape, index layer);

}  // namespace ranvier::learn
