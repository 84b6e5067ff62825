#include "ranvier/numerics/kernels/morlet.hpp"

#include "ranvier/base/lane_math.hpp"
#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

constexpr double smallest = 2.2250738585072014e-308;  // normal number; below it denormals are flushed

/// 1 / √x, error ≤ 2 ulp; 0 where x is 0, NaN where it is NaN.
RANVIER_INLINE Vec inverse_root_or_0(Vec x) { return x < smallest ? Vec{} : ::ranvier::RANVIER_ISA::inverse_root(x); }

void spectrum(const WaveletConvolution& c, const double* const* rows, double* out) {
    CVec* x = reinterpret_cast<CVec*>(out);
    // The samples fill the second half of the memory first; writing sample j as x[j] never overtakes reading it.
    Vec* samples = reinterpret_cast<Vec*>(x + c.passes.n) - c.n;
    gather(rows, 0, c.n, samples);
    for (index j = 0; j < c.n; ++j) {
        const Vec sample = samples[j];
        x[j] = CVec{sample, Vec{}};
    }
    for (index j = c.n; j < c.passes.n; ++j) {
        x[j] = CVec{Vec{}, Vec{}};
    }
    forward_permuted(c.passes, x);
}

CVec* convolved(const WaveletConvolution& c, const double* spectrum_memory, const Twiddle* kernel, double* work) {
    const CVec* s = reinterpret_cast<const CVec*>(spectrum_memory);
    CVec* z = reinterpret_cast<CVec*>(work);
    for (index k = 0; k < c.passes.n; ++k) {
        z[k] = times(s[k], kernel[k]);
    }
    inverse_permuted(c.passes, z);
    return z;
}

void accumulate(const WaveletConvolution& c, const double* spectrum_memory, const Twiddle* kernel, int count,
                double* power, double* phase, double* work) {
    const CVec* z = convolved(c, spectrum_memory, kernel, work);
    Vec mask{};
    for (int lane = 0; lane < count; ++lane) {
        mask[lane] = 1;
    }
    Vec* sums = reinterpret_cast<Vec*>(power);
    CVec* phases = reinterpret_cast<CVec*>(phase);
    for (index t = 0; t < c.n_out; ++t) {
        const CVec value = z[t * c.decim];
        const Vec square = value.r * value.r + value.i * value.i;
        sums[t] += mask * square;
        if (phases != nullptr) {
            const Vec scale = mask * inverse_root_or_0(square);
            phases[t].r += scale * value.r;
            phases[t].i += scale * value.i;
        }
    }
}

void power(const WaveletConvolution& c, const double* spectrum_memory, const Twiddle* kernel, double* const* out,
           int count, double* work) {
    const CVec* z = convolved(c, spectrum_memory, kernel, work);
    Vec* squares = reinterpret_cast<Vec*>(work);  // element t is written after z[t · decim] was read, at most as far on
    for (index t = 0; t < c.n_out; ++t) {
        const CVec value = z[t * c.decim];
        squares[t] = value.r * value.r + value.i * value.i;
    }
    scatter(out, count, 0, c.n_out, squares);
}

void values(const WaveletConvolution& c, const double* spectrum_memory, const Twiddle* kernel, double* const* out,
            int count, double* work) {
    CVec* z = convolved(c, spectrum_memory, kernel, work);
    for (index t = 0; t < c.n_out; ++t) {
        z[t] = z[t * c.decim];
    }
    scatter(out, count, 0, 2 * c.n_out, reinterpret_cast<const Vec*>(z));
}

}  // namespace

const MorletKernels morlet_kernels = {lanes, spectrum, accumulate, power, values};

}  // namespace ranvier::numerics::RANVIER_ISA
