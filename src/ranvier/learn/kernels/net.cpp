#include "ranvier/learn/kernels/net.hpp"

#include "ranvier/learn/kernels/functions.hpp"
#include "ranvier/learn/kernels/product.hpp"

namespace ranvier::learn::RANVIER_ISA {

namespace {

template <class T, class F>
RANVIER_INLINE void each_row(index m, index ld, const T* bias, T* x, F f) {
    constexpr int width = lanes<T>;
    for (index i = 0; i < m; ++i, x += ld) {
        for (index j = 0; j < ld; j += width) {
            store(x + j, f(load(x + j) + load(bias + j)));
        }
    }
}

template <class T>
void activate(Activation kind, index m, index ld, const T* bias, T* x) {
    switch (kind) {
        case Activation::identity: each_row<T>(m, ld, bias, x, [](Vec<T> z) { return z; }); break;
        case Activation::logistic: each_row<T>(m, ld, bias, x, [](Vec<T> z) { return logistic<T>(z); }); break;
        case Activation::tanh: each_row<T>(m, ld, bias, x, [](Vec<T> z) { return tanh<T>(z); }); break;
        case Activation::relu:
            each_row<T>(m, ld, bias, x, [](Vec<T> z) { return z < 0 ? Vec<T>{} : z; });  // NaN stays
            break;
    }
}

template <class T, class F>
RANVIER_INLINE void derive_each(index m, index ld, const T* f, T* delta, T* sums, F slope) {
    constexpr int width = lanes<T>;
    for (index j = 0; j < ld; j += width) {
        Vec<T> total = load(sums + j);
        for (index i = 0; i < m; ++i) {
            const Vec<T> d = slope(load(f + i * ld + j), load(delta + i * ld + j));
            store(delta + i * ld + j, d);
            total += d;
        }
        store(sums + j, total);
    }
}

template <class T>
void derive(Activation kind, index m, index ld, const T* f, T* delta, T* sums) {
    switch (kind) {
        case Activation::identity: derive_each<T>(m, ld, f, delta, sums, [](Vec<T>, Vec<T> d) { return d; }); break;
        case Activation::logistic:
            derive_each<T>(m, ld, f, delta, sums, [](Vec<T> y, Vec<T> d) { return d * y * (T(1) - y); });
            break;
        case Activation::tanh:
            derive_each<T>(m, ld, f, delta, sums, [](Vec<T> y, Vec<T> d) { return d * (T(1) - y * y); });
            break;
        case Activation::relu:
            derive_each<T>(m, ld, f, delta, sums, [](Vec<T> y, Vec<T> d) { return y > 0 ? d : Vec<T>{}; });
            break;
    }
}

/// One row to exp(z − max), zero in the padding; returns Σ and the maximum.
template <class T>
RANVIER_INLINE T exponentials(index n, index ld, T* z, T& top) {
    constexpr int width = lanes<T>;
    top = z[0];
    for (index j = 1; j < n; ++j) {
        top = z[j] > top ? z[j] : top;
    }
    Vec<T> sums{};
    index j = 0;
    for (; j + width <= n; j += width) {
        const Vec<T> e = exp<T>(load(z + j) - top);
        store(z + j, e);
        sums += e;
    }
    T total = sum<T>(sums);
    if (j < n) {
        store(z + j, exp<T>(load(z + j) - top));
        for (index i = j; i < n; ++i) {
            total += z[i];
        }
    }
    for (index i = n; i < ld; ++i) {
        z[i] = 0;
    }
    return total;
}

template <class T>
double softmax(index m, index n, index ld, T* z, const std::int32_t* labels, const T* weight) {
    constexpr int width = lanes<T>;
    double loss = 0;
    for (index i = 0; i < m; ++i, z += ld) {
        const T own = z[labels[i]];
        T top;
        const T total = exponentials(n, ld, z, top);
        const T w = weight ? weight[i] : T(1);
        loss += static_cast<double>(w) *
                (__builtin_log(static_cast<double>(total)) + static_cast<double>(top) - static_cast<double>(own));
        const T scale = w / total;
        for (index j = 0; j < ld; j += width) {
            store(z + j, load(z + j) * scale);
        }
        z[labels[i]] -= w;
    }
    return loss;
}

template <class T>
void probabilities(index m, index n, index ld, T* z) {
    constexpr int width = lanes<T>;
    for (index i = 0; i < m; ++i, z += ld) {
        T top;
        const T total = exponentials(n, ld, z, top);
        for (index j = 0; j < ld; j += width) {
            store(z + j, load(z + j) / total);
        }
    }
}

template <class T>
void column_sums(index m, index ld, const T* x, T* sums) {
    constexpr int width = lanes<T>;
    for (index j = 0; j < ld; j += width) {
        Vec<T> total = load(sums + j);
        for (index i = 0; i < m; ++i) {
            total += load(x + i * ld + j);
        }
        store(sums + j, total);
    }
}

template <class T>
RANVIER_INLINE Vec<T> gradient(index i, const T* w, const T* const* grads, index pieces, T scale, T decay) {
    Vec<T> g = load(grads[0] + i);
    for (index p = 1; p < pieces; ++p) {
        g += load(grads[p] + i);
    }
    return scale * (g + decay * load(w + i));
}

template <class T>
void adam(index count, T* w, T* m, T* v, const T* const* grads, index pieces, T scale, T decay, T b1, T b2, T rate,
          T epsilon) {
    constexpr int width = lanes<T>;
    for (index i = 0; i < count; i += width) {
        const Vec<T> g = gradient(i, w, grads, pieces, scale, decay);
        const Vec<T> first = b1 * load(m + i) + (T(1) - b1) * g;
        const Vec<T> second = b2 * load(v + i) + (T(1) - b2) * g * g;
        store(m + i, first);
        store(v + i, second);
        store(w + i, load(w + i) - rate * first / (square_root<T>(second) + epsilon));
    }
}

template <class T>
void momentum(index count, T* w, T* v, const T* const* grads, index pieces, T scale, T decay, T mu, T rate,
              bool nesterov) {
    constexpr int width = lanes<T>;
    for (index i = 0; i < count; i += width) {
        const Vec<T> g = gradient(i, w, grads, pieces, scale, decay);
        const Vec<T> velocity = mu * load(v + i) - rate * g;
        store(v + i, velocity);
        store(w + i, load(w + i) + (nesterov ? mu * velocity - rate * g : velocity));
    }
}

}  // namespace

extern const NetKernels<double> net_kernels_f64{
    product<double, AcrossRows>, product<double, DownRows>, activate<double>, derive<double>,  softmax<double>,
    probabilities<double>,       column_sums<double>,       adam<double>,     momentum<double>};
extern const NetKernels<float> net_kernels_f32{
    product<float, AcrossRows>, product<float, DownRows>, activate<float>, derive<float>,  softmax<float>,
    probabilities<float>,       column_sums<float>,       adam<float>,     momentum<float>};

}  // namespace ranvier::learn::RANVIER_ISA
