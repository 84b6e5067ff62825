#include "ranvier/learn/net_pass.hpp"

#include <algorithm>
#include <cmath>

#include "ranvier/base/parallel.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::learn {

namespace {

/// Up to here the second factor of a product stays in the second-level cache and needs no packing.
constexpr index small_bytes = 192 * 1024;
constexpr index wide_block = 512;

template <class T>
bool is_small(index k, index n) {
    return k * n * static_cast<index>(sizeof(T)) <= small_bytes;
}

template <class T>
void exponentiate(T* x, index m, index n, index ld) {
    for (index i = 0; i < m; ++i, x += ld) {
        std::transform(x, x + n, x, [](T z) { return std::exp(z); });
    }
}

}  // namespace

template <class T>
NetLayout layout_of(const NetShape& shape) {
    require(std::ssize(shape.sizes) >= 2, "a net needs inputs and outputs");
    NetLayout layout;
    for (index n : shape.sizes) {
        require(n > 0 && n <= 100'000'000, "a layer must have 1 to 1e8 units; got ", n);
        layout.ld.push_back(padded<T>(n));
    }
    for (std::size_t l = 1; l < shape.sizes.size(); ++l) {
        layout.weights.push_back(layout.size);
        layout.size += shape.sizes[l - 1] * layout.ld[l];
    }
    layout.biases_begin = layout.size;
    for (std::size_t l = 1; l < shape.sizes.size(); ++l) {
        layout.biases.push_back(layout.size);
        layout.size += layout.ld[l];
    }
    return layout;
}

template <class T>
index transposed_begin(const NetShape& shape, index layer) {
    index begin = 0;
    for (index l = 1; l < layer; ++l) {
        begin += shape.sizes[l + 1] * padded<T>(shape.sizes[l]);
    }
    return begin;
}

template <class T>
Transposed<T>::Transposed(const NetShape& shape)
    : shape_(shape), layout_(layout_of<T>(shape)), block_({transposed_begin<T>(shape, std::ssize(shape.sizes) - 1)}) {}

template <class T>
const T* Transposed<T>::update(const T* parameters) {
    for (index l = 1; l + 1 < std::ssize(shape_.sizes); ++l) {
        const index in = shape_.sizes[l], out = shape_.sizes[l + 1], ld = layout_.ld[l + 1], to_ld = layout_.ld[l];
        const T* W = parameters + layout_.weights[l];
        T* to = block_.data() + transposed_begin<T>(shape_, l);
        constexpr index block = 32;
        const index blocks = (in + block - 1) / block;
        parallel_for(in * out > (1 << 18) ? blocks : 1, [&](index piece) {
            const index begin = in * out > (1 << 18) ? piece * block : 0;
            const index end = in * out > (1 << 18) ? std::min(in, begin + block) : in;
            for (index i0 = begin; i0 < end; i0 += block) {
                for (index j = 0; j < out; ++j) {
                    for (index i = i0; i < std::min(end, i0 + block); ++i) {
                        to[j * to_ld + i] = W[i * ld + j];
                    }
                }
            }
        });
    }
    return block_.data();
}

template <class T>
NetPass<T>::NetPass(const NetShape& shape, index capacity, bool with_gradient)
    : shape_(shape),
      layout_(layout_of<T>(shape)),
      capacity_(capacity),
      gathers_(!is_small<T>(shape.sizes[0], shape.sizes[1]) || !is_small<T>(capacity, shape.sizes[1])) {
    const auto rows_in = [&](const Array<T, 2>& block) {
        std::vector<const T*> rows(capacity);
        for (index i = 0; i < capacity; ++i) {
            rows[i] = block.data() + i * block.extent(1);
        }
        return rows;
    };
    for (std::size_t l = 0; l < layout_.ld.size(); ++l) {
        layers_.emplace_back(std::array<index, 2>{l > 0 || gathers_ ? capacity : 0, layout_.ld[l]});
        rows_.push_back(rows_in(layers_.back()));
        deltas_.emplace_back(std::array<index, 2>{with_gradient && l > 0 ? capacity : 0, layout_.ld[l]});
        deltas_rows_.push_back(rows_in(deltas_.back()));
    }
    if (with_gradient) {
        gradient_ = Array<T, 1>({layout_.size});
        no_bias_ = Array<T, 1>({layout_.ld.back()});
    }
}

template <class T>
void NetPass<T>::clear_gradient() {
    // Weights are written afresh by the next backward pass; biases are summed.
    fresh_ = true;
    std::fill(gradient_.data() + layout_.biases_begin, gradient_.data() + gradient_.size(), T(0));
}

template <class T>
void NetPass<T>::product(bool transpose, index m, index n, index k, const T* const* rows, index lda, const T* b,
                         index ldb, bool accumulate, T* c, index ldc, Finish<T> finish, Coming coming) {
    if (is_small<T>(k, n)) {
        const auto& kernels = net_kernels<T>();
        (transpose ? kernels.transposed_product : kernels.product)(m, n, k, rows, b, ldb, accumulate, c, ldc, finish,
                                                                   coming);
        return;
    }
    // Wide layers: columns (or, of gradients, rows) of the result in pieces, each a product by BLAS.
    const T beta = accumulate ? T(1) : T(0);
    const T* a = rows[0];
    const index extent = transpose ? m : n;
    parallel_for((extent + wide_block - 1) / wide_block, [&](index piece) {
        const index begin = piece * wide_block, count = std::min(wide_block, extent - begin);
        if (transpose) {
            numerics::gemm(true, false, count, n, k, T(1), a + begin, lda, b, ldb, beta, c + begin * ldc, ldc);
        } else {
            numerics::gemm(false, false, m, count, k, T(1), a, lda, b + begin, ldb, beta, c + begin, ldc);
        }
    });
}

template <class T>
void NetPass<T>::forward(const T* parameters, index m, bool raw) {
    ensure(m <= capacity_, "a pass of no more samples than there is room for");
    const auto& kernels = net_kernels<T>();
    const index L = std::ssize(shape_.sizes) - 1;
    for (index i = 0; i < m && gathers_; ++i) {
        T* row = layers_[0].data() + i * layout_.ld[0];
        std::copy(rows_[0][i], rows_[0][i] + shape_.sizes[0], row);
        rows_[0][i] = row;
    }
    for (index l = 0; l < L; ++l) {
        const index in = shape_.sizes[l], ld = layout_.ld[l + 1];
        T* h = layers_[l + 1].data();
        const Activation f = l + 1 < L                                                    ? shape_.hidden
                             : shape_.output == Output::logistic && !(raw && by_logits()) ? Activation::logistic
                                                                                          : Activation::identity;
        const T* bias = parameters + layout_.biases[l];
        const bool at_once =
            is_small<T>(in, shape_.sizes[l + 1]) && (f == Activation::identity || f == Activation::relu);
        const Finish<T> finish = at_once ? Finish<T>{bias, f == Activation::relu} : Finish<T>{};
        product(false, m, shape_.sizes[l + 1], in, rows_[l].data(), layout_.ld[l], parameters + layout_.weights[l], ld,
                false, h, ld, finish);
        if (!at_once) {
            kernels.activate(f, m, ld, bias, h);
        }
        if (l + 1 == L && shape_.output == Output::softmax && !raw) {
            kernels.probabilities(m, shape_.sizes.back(), ld, h);
        }
        if (l + 1 == L && shape_.output == Output::exponential && !raw) {
            exponentiate(h, m, shape_.sizes.back(), ld);
        }
    }
}

template <class T>
double NetPass<T>::output_delta(index m, const std::int32_t* labels, const T* targets, const T* weights) {
    const index n = shape_.sizes.back(), ld = layout_.ld.back();
    T* p = layers_.back().data();
    T* delta = deltas_.back().data();
    if (shape_.output == Output::softmax) {
        const double loss = net_kernels<T>().softmax(m, n, ld, p, labels, weights);
        std::copy(p, p + m * ld, delta);
        return loss;
    }
    double loss = 0;
    if (by_logits()) {
        // −t log y − (1 − t) log(1 − y) for y = 1 / (1 + e^−z): where y is rounded to 0 or 1, z still tells how wrong
        // it is.
        for (index i = 0; i < m; ++i) {
            double sum = 0;
            for (index j = 0; j < n; ++j) {
                const double z = static_cast<double>(p[i * ld + j]), t = static_cast<double>(targets[i * n + j]);
                sum += shape_.loss == Loss::log ? std::max(z, 0.0) - z * t + std::log1p(std::exp(-std::abs(z)))
                                                : std::exp(z) - t + (t > 0 ? t * (std::log(t) - z) : 0);
            }
            loss += static_cast<double>(weights ? weights[i] : T(1)) * sum;
        }
        if (shape_.output == Output::exponential) {
            exponentiate(p, m, n, ld);
        } else {
            net_kernels<T>().activate(Activation::logistic, m, ld, no_bias_.data(), p);
        }
    }
    const T dead = static_cast<T>(shape_.dead_zone);
    for (index i = 0; i < m; ++i) {
        const T w = weights ? weights[i] : T(1);
        double sum = 0;
        for (index j = 0; j < n; ++j) {
            const T y = p[i * ld + j], t = targets[i * n + j];
            T miss = y - t;
            if (!by_logits()) {
                miss = std::abs(miss) < dead ? T(0) : miss;
                sum += 0.5 * static_cast<double>(miss) * static_cast<double>(miss);
                if (shape_.output == Output::logistic) {
                    miss *= y * (T(1) - y);
                }
            }
            delta[i * ld + j] = w * miss;
        }
        for (index j = n; j < ld; ++j) {
            delta[i * ld + j] = 0;
        }
        loss += static_cast<double>(w) * sum;
    }
    return loss;
}

template <class T>
double NetPass<T>::backward(const T* transposed, index m, const std::int32_t* labels, const T* targets,
                            const T* weights) {
    const auto& kernels = net_kernels<T>();
    const double loss = output_delta(m, labels, targets, weights);
    for (index l = std::ssize(shape_.sizes) - 2; l >= 0; --l) {
        const index in = shape_.sizes[l], out = shape_.sizes[l + 1], ld = layout_.ld[l + 1], in_ld = layout_.ld[l];
        const T* delta = deltas_[l + 1].data();
        const index line = 64 / static_cast<index>(sizeof(T));
        const Coming coming = l > 0 ? Coming{} : Coming{coming_.data(), std::ssize(coming_), (in + line - 1) / line};
        product(true, in, out, m, rows_[l].data(), in_ld, delta, ld, !fresh_, gradient_.data() + layout_.weights[l], ld,
                {}, coming);
        if (l + 1 == std::ssize(shape_.sizes) - 1) {
            kernels.column_sums(m, ld, delta, gradient_.data() + layout_.biases[l]);
        }
        if (l > 0) {
            T* below = deltas_[l].data();
            product(false, m, in, out, deltas_rows_[l + 1].data(), ld, transposed + transposed_begin<T>(shape_, l),
                    in_ld, false, below, in_ld);
            kernels.derive(shape_.hidden, m, in_ld, layers_[l].data(), below, gradient_.data() + layout_.biases[l - 1]);
        }
    }
    fresh_ = false;
    return loss;
}

template NetLayout layout_of<double>(const NetShape&);
template NetLayout layout_of<float>(const NetShape&);
template index transposed_begin<double>(const NetShape&, index);
template index transposed_begin<float>(const NetShape&, index);
template class NetPass<double>;
template class NetPass<float>;
template class Transposed<double>;
template class Transposed<float>;

}  // namespace ranvier::learn
