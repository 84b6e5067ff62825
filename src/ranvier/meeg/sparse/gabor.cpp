#include "ranvier/meeg/sparse/gabor.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "ranvier/base/error.hpp"
#include "ranvier/numerics/gemm.hpp"

namespace ranvier::meeg {

GaborFrame::GaborFrame(std::span<const index> wsize, std::span<const index> tstep, index times) : times_(times) {
    require(wsize.size() == tstep.size() && !wsize.empty(),
            "wsize and tstep must have the same number of entries, at "
            "least one; got ",
            std::ssize(wsize), " and ", std::ssize(tstep));
    require(times > 0, "there must be a time");
    const double share = 1 / std::sqrt(static_cast<double>(wsize.size()));
    for (std::size_t k = 0; k < wsize.size(); ++k) {
        const index w = wsize[k], step = tstep[k];
        require(w >= 4 && w % 4 == 0, "wsize must be a multiple of 4; got ", w);
        require(step >= 2 && step % 2 == 0 && w % step == 0 && 2 * step <= w,
                "tstep must be even, a divisor of wsize = ", w, " and at most half of it; got ", step);
        Dictionary d{w, step, (times + step - 1) / step, w / 2 + 1, coefficients(), {}, {}};
        std::vector<double> window(static_cast<std::size_t>(w)),
            squares(static_cast<std::size_t>(w + (d.steps - 1) * step));
        for (index i = 0; i < w; ++i) {
            window[i] = std::sin((static_cast<double>(i) + 0.5) / static_cast<double>(w) * std::numbers::pi);
        }
        for (index s = 0; s < d.steps; ++s) {
            for (index i = 0; i < w; ++i) {
                squares[s * step + i] += window[i] * window[i];
            }
        }
        d.windows.resize(static_cast<std::size_t>(d.steps * w));
        for (index s = 0; s < d.steps; ++s) {
            for (index i = 0; i < w; ++i) {
                d.windows[s * w + i] = share * window[i] / std::sqrt(static_cast<double>(w) * squares[s * step + i]);
            }
        }
        d.waves.resize(static_cast<std::size_t>(w * 2 * d.frequencies));
        for (index i = 0; i < w; ++i) {
            for (index f = 0; f < d.frequencies; ++f) {
                const double phase = 2 * std::numbers::pi * static_cast<double>(i * f % w) / static_cast<double>(w);
                d.waves[(i * d.frequencies + f) * 2] = std::cos(phase);
                d.waves[(i * d.frequencies + f) * 2 + 1] = f == 0 || 2 * f == w ? 0 : -std::sin(phase);
            }
        }
        for (index s = 0; s < d.steps; ++s) {
            for (index f = 0; f < d.frequencies; ++f) {
                counts_.push_back(f == 0 || f == d.frequencies - 1 ? 1 : 2);
            }
        }
        dictionaries_.push_back(std::move(d));
    }
}

void GaborFrame::analyse(index rows, const double* x, index ld, std::complex<double>* z) const {
    std::vector<double> frames;
    for (const Dictionary& d : dictionaries_) {
        const index lead = (d.wsize - d.tstep) / 2, columns = 2 * d.frequencies;
        frames.assign(static_cast<std::size_t>(d.steps * d.wsize), 0.0);
        for (index row = 0; row < rows; ++row) {
            for (index s = 0; s < d.steps; ++s) {
                for (index i = 0; i < d.wsize; ++i) {
                    const index t = s * d.tstep - lead + i;
                    frames[s * d.wsize + i] = t >= 0 && t < times_ ? x[row * ld + t] * d.windows[s * d.wsize + i] : 0;
                }
            }
            // Complex numbers are pairs of doubles.
            auto* out = reinterpret_cast<double*>(z + row * coefficients() + d.first);
            numerics::gemm(false, false, d.steps, columns, d.wsize, 1.0, frames.data(), d.wsize, d.waves.data(),
                           columns, 0.0, out, columns);
        }
    }
}

void GaborFrame::synthesise(index rows, const std::complex<double>* z, double* x, index ld) const {
    for (index row = 0; row < rows; ++row) {
        std::fill_n(x + row * ld, times_, 0.0);
    }
    std::vector<double> frame;
    for (const Dictionary& d : dictionaries_) {
        const index lead = (d.wsize - d.tstep) / 2;
        frame.resize(static_cast<std::size_t>(d.wsize));
        for (index row = 0; row < rows; ++row) {
            for (index s = 0; s < d.steps; ++s) {
                const std::complex<double>* here = z + row * coefficients() + d.first + s * d.frequencies;
                bool any = false;
                for (index f = 0; f < d.frequencies; ++f) {
                    if (here[f] == 0.0) {
                        continue;
                    }
                    if (!any) {
                        std::ranges::fill(frame, 0.0);
                        any = true;
                    }
                    const double count = f == 0 || f == d.frequencies - 1 ? 1 : 2;
                    const double re = count * here[f].real(), im = count * here[f].imag();
                    for (index i = 0; i < d.wsize; ++i) {
                        const double* wave = &d.waves[(i * d.frequencies + f) * 2];
                        frame[i] += re * wave[0] + im * wave[1];
                    }
                }
                for (index i = 0; any && i < d.wsize; ++i) {
                    const index t = s * d.tstep - lead + i;
                    if (t >= 0 && t < times_) {
                        x[row * ld + t] += frame[i] * d.windows[s * d.wsize + i];
                    }
                }
            }
        }
    }
}

}  // namespace ranvier::meeg
