#include "ranvier/compile/ir/frame.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>

namespace ranvier::compile {

extern "C" void ranvier_grow_events(EventBuffer* buffer, std::int64_t more) noexcept {
    const std::int64_t capacity = std::max({buffer->count + more, 2 * buffer->capacity, std::int64_t{1024}});
    const auto wanted = static_cast<std::size_t>(capacity);
    void* const lanes = std::realloc(buffer->lanes, wanted * sizeof *buffer->lanes);
    void* const steps = std::realloc(buffer->steps, wanted * sizeof *buffer->steps);
    if (lanes == nullptr || steps == nullptr) {
        std::terminate();  // machine code can't be unwound
    }
    buffer->lanes = static_cast<std::int32_t*>(lanes);
    buffer->steps = static_cast<std::int64_t*>(steps);
    buffer->capacity = capacity;
}

void release(EventBuffer& buffer) {
    std::free(buffer.lanes);
    std::free(buffer.steps);
    buffer = {};
}

}  // namespace ranvier::compile
