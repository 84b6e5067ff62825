#include "ranvier/numerics/kernels/tapered.hpp"

#include "ranvier/numerics/kernels/fft.hpp"

namespace ranvier::numerics::RANVIER_ISA {

namespace {

void subtract_mean(Vec* x, index n) {
    Vec sums[4] = {};  // four chains hide the latency of an addition
    index j = 0;
    for (; j + 4 <= n; j += 4) {
        RANVIER_UNROLL
        for (int k = 0; k < 4; ++k) {
            sums[k] += x[j + k];
        }
    }
    for (; j < n; ++j) {
        sums[0] += x[j];
    }
    const Vec mean = ((sums[0] + sums[1]) + (sums[2] + sums[3])) * (1 / static_cast<double>(n));
    for (j = 0; j < n; ++j) {
        x[j] -= mean;
    }
}

struct Work {
    Work(const TaperedSegments& tapered, double* memory) {
        a = reinterpret_cast<Vec*>(memory);
        b = a + tapered.n;
        x = reinterpret_cast<CVec*>(b + tapered.n);
        y = x + tapered.transform.capacity;
        power = reinterpret_cast<Vec*>(y + tapered.transform.capacity);
    }
    Vec *a, *b;   // samples of the segments in real and imaginary part
    CVec *x, *y;  // transform
    Vec* power;   // of all n_fft bins
    index begin_a = -1, begin_b = -1;
};

/// Samples of the segment that begins at `begin`, without their mean.
void load_segment(const TaperedSegments& tapered, const double* const* rows, index begin, Vec* samples) {
    gather(rows, begin, tapered.n, samples);
    if (tapered.remove_mean) {
        subtract_mean(samples, tapered.n);
    }
}

/// Transform of segments l and l + 1 (if there is one) as real and imaginary part.
CVec* transform_of_pair(const TaperedSegments& tapered, const double* const* rows, index l, Work& work) {
    if (work.begin_a != tapered.begin[l]) {
        load_segment(tapered, rows, tapered.begin[l], work.a);
        work.begin_a = tapered.begin[l];
    }
    const double* taper_a = tapered.tapers + tapered.taper[l] * tapered.n;
    if (l + 1 < tapered.count) {
        const Vec* b = work.a;
        if (tapered.begin[l + 1] != work.begin_a) {
            if (work.begin_b != tapered.begin[l + 1]) {
                load_segment(tapered, rows, tapered.begin[l + 1], work.b);
                work.begin_b = tapered.begin[l + 1];
            }
            b = work.b;
        }
        const double* taper_b = tapered.tapers + tapered.taper[l + 1] * tapered.n;
        for (index j = 0; j < tapered.n; ++j) {
            work.x[j] = CVec{taper_a[j] * work.a[j], taper_b[j] * b[j]};
        }
    } else {
        for (index j = 0; j < tapered.n; ++j) {
            work.x[j] = CVec{taper_a[j] * work.a[j], Vec{}};
        }
    }
    for (index j = tapered.n; j < tapered.transform.n; ++j) {
        work.x[j] = CVec{Vec{}, Vec{}};
    }
    return transform(tapered.transform, work.x, work.y);
}

/// Both segments together: |A_k|² + |B_k|² = (|Z_k|² + |Z_{n−k}|²) / 2 for Z the transform of a + ib.
void summed(const TaperedSegments& tapered, const double* const* rows, double* const* out, int count, double* memory) {
    Work work(tapered, memory);
    const index n = tapered.transform.n;
    for (index k = 0; k < n; ++k) {
        work.power[k] = Vec{};
    }
    for (index l = 0; l < tapered.count; l += 2) {
        const CVec* z = transform_of_pair(tapered, rows, l, work);
        for (index k = 0; k < n; ++k) {
            work.power[k] += z[k].r * z[k].r + z[k].i * z[k].i;
        }
    }
    work.power[0] *= tapered.scale;
    for (index k = 1; 2 * k < n; ++k) {
        work.power[k] = tapered.scale * (work.power[k] + work.power[n - k]);
    }
    if (n % 2 == 0) {
        work.power[n / 2] *= tapered.scale;
    }
    scatter(out, count, 0, tapered.last - tapered.first, work.power + tapered.first);
}

/// A_k = (Z_k + Z̄_{n−k}) / 2, B_k = (Z_k − Z̄_{n−k}) / 2i
void each(const TaperedSegments& tapered, const double* const* rows, double* power, double* memory) {
    Work work(tapered, memory);
    const index n = tapered.transform.n, bins = n / 2 + 1;
    for (index l = 0; l < tapered.count; l += 2) {
        const CVec* z = transform_of_pair(tapered, rows, l, work);
        Vec* a = reinterpret_cast<Vec*>(power) + l * bins;
        Vec* b = l + 1 < tapered.count ? a + bins : work.power;
        a[0] = tapered.scale * z[0].r * z[0].r;
        b[0] = tapered.scale * z[0].i * z[0].i;
        const double twice = 0.5 * tapered.scale;  // 2 · scale · (1/2)²
        for (index k = 1; 2 * k < n; ++k) {
            const CVec p = z[k], q = z[n - k];
            const CVec sum = p + q, difference = p - q;
            a[k] = twice * (sum.r * sum.r + difference.i * difference.i);
            b[k] = twice * (sum.i * sum.i + difference.r * difference.r);
        }
        if (n % 2 == 0) {
            a[n / 2] = tapered.scale * z[n / 2].r * z[n / 2].r;
            b[n / 2] = tapered.scale * z[n / 2].i * z[n / 2].i;
        }
    }
}

/// Lanes are frequencies here. d_k = √λ_k S / (λ_k S + (1 − λ_k) σ²) and S = Σ d_k² S_k / Σ d_k² in turn, from the
/// first two tapers on, until the mean square change of the weights is below 1e-10 at every frequency.
bool adaptive(const Adaptive& p, const double* power, double* out, double* memory) {
    const index vectors = p.stride / lanes;
    const Vec* spectra = reinterpret_cast<const Vec*>(power);
    Vec* estimate = reinterpret_cast<Vec*>(out);
    Vec* weights = reinterpret_cast<Vec*>(memory);  // shape (tapers, vectors)
    for (index v = 0; v < vectors; ++v) {
        estimate[v] = (p.ratio[0] * spectra[v] + p.ratio[1] * spectra[vectors + v]) * (1 / (p.ratio[0] + p.ratio[1]));
    }
    for (index v = 0; v < p.tapers * vectors; ++v) {
        weights[v] = Vec{};
    }
    for (int iteration = 0; iteration < p.most_iterations; ++iteration) {
        Vec worst{};
        for (index v = 0; v < vectors; ++v) {
            Vec change{};
            for (index k = 0; k < p.tapers; ++k) {
                Vec& weight = weights[k * vectors + v];
                const Vec next = p.root[k] * (estimate[v] / (p.ratio[k] * estimate[v] + (1 - p.ratio[k]) * p.variance));
                change += (weight - next) * (weight - next);
                weight = next;
            }
            worst = change > worst ? change : worst;
        }
        double largest = 0;
        for (int lane = 0; lane < lanes; ++lane) {
            largest = worst[lane] > largest ? worst[lane] : largest;
        }
        if (largest < 1e-10 * static_cast<double>(p.tapers)) {
            return true;
        }
        for (index v = 0; v < vectors; ++v) {
            Vec above{}, below{};
            for (index k = 0; k < p.tapers; ++k) {
                const Vec square = weights[k * vectors + v] * weights[k * vectors + v];
                above += square * spectra[k * vectors + v];
                below += square;
            }
            estimate[v] = below == 0 ? Vec{} : above / below;  // a frequency without any power has none
        }
    }
    return false;
}

}  // namespace

const TaperedKernels tapered_kernels = {lanes, summed, each, adaptive};

}  // namespace ranvier::numerics::RANVIER_ISA
