#pragma once

#include "ranvier/base/cpu.hpp"

/// Kernels exist once per instruction set, in namespaces of that name. RANVIER_EACH_ISA repeats a declaration in each
/// of them; RANVIER_CHOSEN(name) is the one that base/cpu.hpp chose. Each family of kernels has one table of function
/// pointers, so that a choice is made once per call and not once per row.
#if defined(__x86_64__)
#define RANVIER_EACH_ISA(declaration) \
    namespace sse2 {                  \
    declaration                       \
    }                                 \
    namespace avx2 {                  \
    declaration                       \
    }                                 \
    namespace avx512 {                \
    declaration                       \
    }
#define RANVIER_CHOSEN(name)                                                          \
    (::ranvier::instruction_set() == ::ranvier::InstructionSet::avx512 ? avx512::name \
     : ::ranvier::instruction_set() == ::ranvier::InstructionSet::avx2 ? avx2::name   \
                                                                       : sse2::name)
#else
#define RANVIER_EACH_ISA(declaration) \
    namespace generic {               \
    declaration                       \
    }
#define RANVIER_CHOSEN(name) (generic::name)
#endif
