#include "ranvier/base/cpu.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "ranvier/base/error.hpp"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace ranvier {

namespace {

InstructionSet widest() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma")) {
        return InstructionSet::avx512;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return InstructionSet::avx2;
    }
    return InstructionSet::sse2;
#else
    return InstructionSet::generic;
#endif
}

}  // namespace

std::string_view name(InstructionSet set) {
    constexpr std::string_view names[] = {"generic", "sse2", "avx2", "avx512"};
    return names[static_cast<int>(set)];
}

InstructionSet instruction_set() {
    static const InstructionSet chosen = [] {
        const InstructionSet best = widest();
        const char* wish = std::getenv("RANVIER_ISA");
        if (!wish || !*wish) {
            return best;
        }
        for (InstructionSet set :
             {InstructionSet::generic, InstructionSet::sse2, InstructionSet::avx2, InstructionSet::avx512}) {
            if (name(set) == wish) {
                const bool available = set == best || (set < best && set != InstructionSet::generic);
                require(available, "RANVIER_ISA=" + std::string(wish) + " is not available here; the widest is " +
                                       std::string(name(best)));
                return set;
            }
        }
        throw InvalidInput("RANVIER_ISA must be sse2, avx2 or avx512; got '" + std::string(wish) + "'");
    }();
    return chosen;
}

int processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        const int n = CPU_COUNT(&set);
        if (n > 0) {
            return n;
        }
    }
    return 1;
}

std::size_t memory_bytes() {
    return static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t resident_bytes() {
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
        long total = 0;
        if (std::fscanf(file, "%ld %ld", &total, &pages) != 2) {
            pages = 0;
        }
        std::fclose(file);
    }
    return static_cast<std::size_t>(pages) * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::size_t peak_resident_bytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

#if defined(__x86_64__)
FlushDenormals::FlushDenormals() : before_(_mm_getcsr()) {
    _mm_setcsr(static_cast<unsigned>(before_) | 0x8040U);  // FTZ | DAZ
}
FlushDenormals::~FlushDenormals() { _mm_setcsr(static_cast<unsigned>(before_)); }
#elif defined(__aarch64__)
FlushDenormals::FlushDenormals() {
    asm volatile("mrs %0, fpcr" : "=r"(before_));
    asm volatile("msr fpcr, %0" ::"r"(before_ | (1UL << 24)));
}
FlushDenormals::~FlushDenormals() { asm volatile("msr fpcr, %0" ::"r"(before_)); }
#else
FlushDenormals::FlushDenormals() : before_(0) {}
FlushDenormals::~FlushDenormals() = default;
#endif

}  // namespace ranvier
