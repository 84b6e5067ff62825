#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ranvier::compile {

// What interpreter and machine code are called with. The layout is known to llvm/emit.cpp: every field has 8 bytes.

/// Events of one list and call; `grow` makes room for at least `more` beyond `count`.
struct EventBuffer {
    std::int32_t* lanes = nullptr;
    std::int64_t* steps = nullptr;
    std::int64_t capacity = 0;
    std::int64_t count = 0;
};

/// The storage is the buffer's own: freed with `release`.
extern "C" void ranvier_grow_events(EventBuffer* buffer, std::int64_t more) noexcept;
void release(EventBuffer& buffer);

struct FrameArray {
    void* data = nullptr;
    std::int64_t extent = 0;
    std::int64_t row_stride = 0;
};

struct Frame {
    const FrameArray* arrays = nullptr;
    const double* uniforms = nullptr;
    const void* const* functions = nullptr;
    EventBuffer* events = nullptr;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t first_step = 0;
    std::int64_t steps = 1;
    double t0 = 0;
    double dt = 0;
    std::uint64_t seed = 0;
    std::uint64_t object = 0;
    std::uint64_t first_element = 0;
    const void* payne_hanek = nullptr;
    const void* grow_events = nullptr;
    std::int64_t draws_ahead = 0;  ///< what the counter of random numbers is more than the step
};
static_assert(sizeof(Frame) == 16 * 8 && sizeof(EventBuffer) == 4 * 8 && sizeof(FrameArray) == 3 * 8);

using KernelFunction = void (*)(const Frame*);

}  // namespace ranvier::compile
