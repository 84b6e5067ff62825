#pragma once

#include <cstddef>

#include "ranvier/base/array.hpp"
#include "ranvier/base/cpu.hpp"

/// Between FIFF's data buffers (big-endian, sample after sample) and rows of doubles (channel after channel).
/// Every number is treated alone, so the bits depend neither on the instruction set nor on how the work is cut.
namespace ranvier::formats {

/// A piece of a buffer and the rows that belong to it.
struct SampleBlock {
    index channels = 0;
    index samples = 0;
    index sample_bytes = 0;         ///< from a channel's number to its next, in the buffer
    const double* scale = nullptr;  ///< shape (channels): physical value of 1 in the buffer
    index row_stride = 0;           ///< from a channel's row to the next, in numbers
};

struct SampleKernels {
    // rows = buffer · scale
    void (*read_float)(const SampleBlock& block, const std::byte* buffer, double* rows);
    void (*read_double)(const SampleBlock& block, const std::byte* buffer, double* rows);
    void (*read_int)(const SampleBlock& block, const std::byte* buffer, double* rows);
    void (*read_short)(const SampleBlock& block, const std::byte* buffer, double* rows);
    // buffer = rows / scale, to the nearest number of the type. They return how many samples did not fit into whole
    // numbers (or were not finite); the buffer then is not to be used.
    index (*write_float)(const SampleBlock& block, const double* rows, std::byte* buffer);
    index (*write_double)(const SampleBlock& block, const double* rows, std::byte* buffer);
    index (*write_int)(const SampleBlock& block, const double* rows, std::byte* buffer);
    index (*write_short)(const SampleBlock& block, const double* rows, std::byte* buffer);
};

#if defined(__x86_64__)
namespace sse2 {
extern const SampleKernels sample_kernels;
}
namespace avx2 {
extern const SampleKernels sample_kernels;
}
namespace avx512 {
extern const SampleKernels sample_kernels;
}
inline const SampleKernels& chosen_sample_kernels() {
    const auto set = instruction_set();
    return set == InstructionSet::avx512 ? avx512::sample_kernels
           : set == InstructionSet::avx2 ? avx2::sample_kernels
                                         : sse2::sample_kernels;
}
#else
namespace generic {
extern const SampleKernels sample_kernels;
}
inline const SampleKernels& chosen_sample_kernels() { return generic::sample_kernels; }
#endif

}  // namespace ranvier::formats
