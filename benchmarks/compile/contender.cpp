#include "contender.hpp"

#include <cmath>
#include <cstring>

namespace CONTENDER {

// Hodgkin & Huxley 1952 in ms, mV, µA/cm²; exponential Euler with dt = 0.01 ms.
void hodgkin_huxley(double* __restrict V, double* __restrict m, double* __restrict h, double* __restrict n,
                    const double* __restrict I, std::int64_t begin, std::int64_t end) {
    constexpr double dt = 0.01;
    for (std::int64_t i = begin; i < end; ++i) {
        const double u = V[i] + 65;
        const double alpha_m = 0.1 * (25 - u) / (std::exp((25 - u) / 10) - 1);
        const double beta_m = 4 * std::exp(-u / 18);
        const double alpha_h = 0.07 * std::exp(-u / 20);
        const double beta_h = 1 / (std::exp((30 - u) / 10) + 1);
        const double alpha_n = 0.01 * (10 - u) / (std::exp((10 - u) / 10) - 1);
        const double beta_n = 0.125 * std::exp(-u / 80);
        const double g_Na = 120 * (m[i] * m[i] * m[i]) * h[i];
        const double g_K = 36 * ((n[i] * n[i]) * (n[i] * n[i]));
        const double g = g_Na + g_K + 0.3;
        const double V_inf = (g_Na * 50 + g_K * -77 + 0.3 * -54.4 + I[i]) / g;
        V[i] = V_inf + (V[i] - V_inf) * std::exp(-dt * g);
        const double m_inf = alpha_m / (alpha_m + beta_m);
        const double h_inf = alpha_h / (alpha_h + beta_h);
        const double n_inf = alpha_n / (alpha_n + beta_n);
        m[i] = m_inf + (m[i] - m_inf) * std::exp(-dt * (alpha_m + beta_m));
        h[i] = h_inf + (h[i] - h_inf) * std::exp(-dt * (alpha_h + beta_h));
        n[i] = n_inf + (n[i] - n_inf) * std::exp(-dt * (alpha_n + beta_n));
    }
}

// Leaky integrate-and-fire with two conductances; spikes leave through a mask of bytes, looked through 8 at a time.
std::int64_t integrate_and_fire(double* __restrict V, double* __restrict g_e, double* __restrict g_i,
                                double* __restrict refractory, const double* __restrict I, std::int64_t begin,
                                std::int64_t end, std::int32_t* __restrict spikes) {
    constexpr double dt = 0.1, keep_e = 0.9801986733067553, keep_i = 0.9900498337491681;
    constexpr std::int64_t block = 512;
    alignas(64) std::uint8_t mask[block + 8];
    std::int64_t count = 0;
    for (std::int64_t start = begin; start < end; start += block) {
        const std::int64_t size = end - start < block ? end - start : block;
        for (std::int64_t j = 0; j < size; ++j) {
            const std::int64_t i = start + j;
            const double g = 0.05 + g_e[i] + g_i[i];
            const double V_inf = (0.05 * -65 + g_i[i] * -80 + I[i]) / g;
            const double relaxed = V_inf + (V[i] - V_inf) * std::exp(-dt * g);
            const double next = refractory[i] > 0 ? V[i] : relaxed;
            const bool spike = next > -50;
            V[i] = spike ? -65 : next;
            refractory[i] = spike ? 2 : refractory[i] - dt;
            g_e[i] *= keep_e;
            g_i[i] *= keep_i;
            mask[j] = spike;
        }
        std::memset(mask + size, 0, 8);
        for (std::int64_t j = 0; j < size; j += 8) {
            std::uint64_t word;
            std::memcpy(&word, mask + j, 8);
            for (; word != 0; word &= word - 1) {
                spikes[count++] = static_cast<std::int32_t>(start + j + __builtin_ctzll(word) / 8);
            }
        }
    }
    return count;
}

}  // namespace CONTENDER
