#include <cstddef>
#include <cstdint>

#include "tests/fuzz/fuzz_language.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    ranvier::fuzz::look_at(ranvier::language::checked_file(text, "x.model"), text);
    return 0;
}
