#include "ranvier/numerics/kernels/fft.hpp"

#include "ranvier/numerics/kernels/fft_kernels.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

// Complex rows are (re, im) pairs, so that gather() of the pairs fills CVec after CVec.
Vec* as_vectors(CVec* x) { return reinterpret_cast<Vec*>(x); }

void swap_parts(CVec* x, index n) {
    for (index k = 0; k < n; ++k) {
        x[k] = swapped(x[k]);
    }
}

/// The inverse transform is the forward one with real and imaginary parts exchanged before and after.
void complex_rows(const Transform& t, bool inverse, const double* const* in, double* const* out, int count,
                  double* work) {
    CVec* x = reinterpret_cast<CVec*>(work);
    CVec* y = x + t.capacity;
    gather(in, 0, 2 * t.n, as_vectors(x));
    if (inverse) {
        swap_parts(x, t.n);
    }
    CVec* z = transform(t, x, y);
    if (inverse) {
        const double scale = 1 / static_cast<double>(t.n);
        for (index k = 0; k < t.n; ++k) {
            z[k] = scale * swapped(z[k]);
        }
    }
    scatter(out, count, 0, 2 * t.n, as_vectors(z));
}

/// Z = E + iO is the transform of (even samples) + i (odd samples); E_k = (Z_k + Z̄_{h−k}) / 2,
/// O_k = (Z_k − Z̄_{h−k}) / 2i and X_k = E_k + e^{−2πik/n} O_k, X̄_{h−k} = E_k − e^{−2πik/n} O_k.
void real_rows(const RealTransform& t, const double* const* in, double* const* out, int count, double* work) {
    CVec* x = reinterpret_cast<CVec*>(work);
    CVec* y = x + t.complex.capacity;
    if (t.n % 2) {
        gather(in, 0, t.n, as_vectors(y));
        const Vec* samples = as_vectors(y);
        for (index k = 0; k < t.n; ++k) {
            x[k] = CVec{samples[k], Vec{}};
        }
        CVec* z = transform(t.complex, x, y);
        z[0].i = Vec{};
        scatter(out, count, 0, t.n + 1, as_vectors(z));
        return;
    }
    const index h = t.n / 2;
    gather(in, 0, t.n, as_vectors(x));
    CVec* z = transform(t.complex, x, y);
    CVec* spectrum = z == x ? y : x;
    spectrum[0] = CVec{z[0].r + z[0].i, Vec{}};
    const Vec nyquist = z[0].r - z[0].i;
    for (index k = 1; 2 * k <= h; ++k) {
        const CVec a = z[k], b = conj(z[h - k]);
        const CVec even = 0.5 * (a + b), odd = times(quarter_turn<false>(0.5 * (a - b)), t.split[k]);
        spectrum[k] = even + odd;
        spectrum[h - k] = conj(even - odd);
    }
    scatter(out, count, 0, t.n, as_vectors(spectrum));
    store_sample(out, count, t.n, nyquist);
    store_sample(out, count, t.n + 1, Vec{});
}

void real_inverse_rows(const RealTransform& t, const double* const* in, double* const* out, int count, double* work) {
    CVec* x = reinterpret_cast<CVec*>(work);
    CVec* y = x + t.complex.capacity;
    const double scale = 1 / static_cast<double>(t.n);
    if (t.n % 2) {  // x = Σ over both halves of the Hermitian spectrum, exchanged parts
        const index h = t.n / 2;
        gather(in, 0, t.n + 1, as_vectors(x));
        x[0] = CVec{Vec{}, x[0].r};
        for (index k = 1; k <= h; ++k) {
            x[t.n - k] = swapped(conj(x[k]));
            x[k] = swapped(x[k]);
        }
        CVec* z = transform(t.complex, x, y);
        Vec* samples = as_vectors(z == x ? y : x);
        for (index k = 0; k < t.n; ++k) {
            samples[k] = scale * z[k].i;
        }
        scatter(out, count, 0, t.n, samples);
        return;
    }
    const index h = t.n / 2;
    gather(in, 0, t.n, as_vectors(y));
    const Vec nyquist = load_sample(in, t.n);
    x[0] = CVec{y[0].r - nyquist, y[0].r + nyquist};  // parts exchanged, as everywhere below
    for (index k = 1; 2 * k <= h; ++k) {
        const CVec a = y[k], b = conj(y[h - k]);
        const CVec even = a + b, odd = quarter_turn<true>(times_conj(a - b, t.split[k]));
        x[k] = swapped(even + odd);
        x[h - k] = swapped(conj(even - odd));
    }
    CVec* z = transform(t.complex, x, y);
    for (index k = 0; k < h; ++k) {
        z[k] = scale * swapped(z[k]);
    }
    scatter(out, count, 0, t.n, as_vectors(z));
}

void single(const Passes& passes, bool permuted, Twiddle* data, double* work) {
    CVec* x = reinterpret_cast<CVec*>(work);
    for (index k = 0; k < passes.n; ++k) {
        x[k] = CVec{Vec{} + data[k].r, Vec{} + data[k].i};
    }
    CVec* z = x;
    if (permuted) {
        forward_permuted(passes, x);
    } else {
        z = stockham<false>(passes, x, x + passes.n);
    }
    for (index k = 0; k < passes.n; ++k) {
        data[k] = Twiddle{z[k].r[0], z[k].i[0]};
    }
}

}  // namespace

const FftKernels fft_kernels = {lanes, complex_rows, real_rows, real_inverse_rows, single};

}  // namespace ranvier::numerics::RANVIER_ISA
