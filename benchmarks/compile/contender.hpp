#pragma once

#include <cstdint>

// Neurons by hand, as one would write them for a compiler that vectorises loops: lanes [begin, end) of arrays.

#define DECLARE_CONTENDER(name)                                                                               \
    namespace name {                                                                                          \
    void hodgkin_huxley(double* V, double* m, double* h, double* n, const double* I, std::int64_t begin,      \
                        std::int64_t end);                                                                    \
    std::int64_t integrate_and_fire(double* V, double* g_e, double* g_i, double* refractory, const double* I, \
                                    std::int64_t begin, std::int64_t end, std::int32_t* spikes);              \
    }

DECLARE_CONTENDER(gcc256)
DECLARE_CONTENDER(gcc512)
